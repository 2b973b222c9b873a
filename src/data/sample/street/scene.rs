//! A street: what stands in it, and what shades what.

use super::super::SampleRng;
use super::buildings::Building;
use super::cars::Car;
use super::classes::SKY;
use super::draws::{between, chance};
use super::geometry::{V3, noise, smooth, v3};
use super::ground::Ground;
use super::light::{Beam, Lamp};
use super::people::Person;
use super::posts::{Make, Post};
use super::raster::{Camera, Sample, SampleBuffer};
use super::sky::Sky;
use super::skyline::Skyline;
use super::trees::Tree;

#[derive(Debug)]
pub(super) struct Scene {
    /// For a picture of height 1.
    camera: Camera,
    pub(super) sky: Sky,
    ground: Ground,
    buildings: Vec<Building>,
    skyline: Skyline,
    trees: Vec<Tree>,
    posts: Vec<Post>,
    cars: Vec<Car>,
    people: Vec<Person>,
    /// The sources of light by night.
    pub(super) lamps: Vec<Lamp>,
}

impl Scene {
    pub(super) fn generate(rng: &mut SampleRng) -> Self {
        let sky = Sky::generate(rng);
        let mut ground = Ground::generate(rng);
        let camera = Camera {
            at: v3(
                0.5 * ground.lane + between(rng, -1.6, 0.7),
                between(rng, 1.35, 2.2),
                0.0,
            ),
            focal: between(rng, 1.02, 1.3),
            center: (between(rng, 0.54, 0.80), between(rng, 0.46, 0.56)),
        };
        let mut buildings = Vec::new();
        for side in [-1.0, 1.0] {
            row_of_houses(rng, side, &mut ground, &mut buildings);
        }
        let (trees, posts) = along_the_curb(rng, &ground);
        let cars = traffic(rng, &ground);
        let people = pedestrians(rng, &ground);
        let mut lamps: Vec<Lamp> = posts.iter().filter_map(Post::lamp).collect();
        lamps.extend(cars.iter().flat_map(Car::lamps));
        lamps.extend(buildings.iter().filter_map(Building::lamps));
        if chance(rng, 0.45) {
            lamps.extend(own_headlights(&camera));
        }
        Self {
            camera,
            sky,
            ground,
            buildings,
            skyline: Skyline::generate(rng),
            trees,
            posts,
            cars,
            people,
            lamps,
        }
    }

    /// The camera for a buffer of this height in samples.
    pub(super) fn camera(&self, height: usize) -> Camera {
        let scale = height as f32;
        Camera {
            at: self.camera.at,
            focal: self.camera.focal * scale,
            center: (self.camera.center.0 * scale, self.camera.center.1 * scale),
        }
    }

    pub(super) fn expose(&self, width: usize, height: usize) -> SampleBuffer {
        let mut buffer = SampleBuffer::new(width, height, SKY);
        let camera = self.camera(height);
        self.ground.draw(&mut buffer, &camera);
        self.skyline.draw(&mut buffer, &camera);
        self.buildings
            .iter()
            .for_each(|house| house.draw(&mut buffer, &camera));
        self.trees
            .iter()
            .for_each(|tree| tree.draw(&mut buffer, &camera));
        self.posts
            .iter()
            .for_each(|post| post.draw(&mut buffer, &camera));
        self.cars
            .iter()
            .for_each(|car| car.draw(&mut buffer, &camera));
        self.people
            .iter()
            .for_each(|person| person.draw(&mut buffer, &camera));
        buffer
    }

    /// How far a sample lies in the shadow of the sun, 0 to 1.
    pub(super) fn shadow(&self, sample: &Sample) -> f32 {
        let sun = self.sky.sun;
        let side = if sun.x < 0.0 { -1.0 } else { 1.0 };
        let mut shadow = 0.0_f32;
        // Where the way to the sun passes the faces of the houses.
        let reach = (side * self.ground.edge - sample.at.x) / sun.x;
        if reach > 0.1 {
            let passes = sample.at + sun * reach;
            let highest = self
                .buildings
                .iter()
                .map(|house| house.height_at(side, passes.z))
                .fold(0.0, f32::max);
            shadow = smooth(-0.35, 0.35, highest - passes.y);
        }
        if sample.at.y > 0.05 {
            return shadow;
        }
        let per_meter = (-sun.x / sun.y, -sun.z / sun.y);
        let spot = (sample.at.x, sample.at.z);
        for tree in &self.trees {
            let (foot, up, radius) = tree.crown();
            let stretch = (1.0 + per_meter.0 * per_meter.0 + per_meter.1 * per_meter.1).sqrt();
            let middle = (foot.x + per_meter.0 * up, foot.z + per_meter.1 * up);
            let off = (spot.0 - middle.0, spot.1 - middle.1);
            let square = off.0 * off.0 + off.1 * off.1;
            if square < radius * radius * stretch * stretch * 1.5 {
                let length = (per_meter.0 * per_meter.0 + per_meter.1 * per_meter.1)
                    .sqrt()
                    .max(1e-3);
                let along =
                    (off.0 * per_meter.0 + off.1 * per_meter.1) / length / (radius * stretch);
                let across = (off.0 * per_meter.1 - off.1 * per_meter.0) / length / radius;
                let leaves = noise(spot.0 * 2.2, spot.1 * 2.2, 5) - 0.5;
                let inside = along * along + across * across + 0.7 * leaves;
                shadow = shadow.max(0.9 * smooth(1.1, 0.75, inside));
            }
            shadow = shadow.max(streak(spot, foot, up, per_meter, 0.16));
        }
        for post in &self.posts {
            shadow = shadow.max(streak(spot, post.foot(), 6.0, per_meter, 0.08));
        }
        for person in &self.people {
            let (foot, height) = person.stands();
            shadow = shadow.max(streak(spot, foot, height, per_meter, 0.2));
        }
        for car in &self.cars {
            for share in [0.3, 0.65, 0.95] {
                let up = share * car.height();
                let from = (spot.0 - per_meter.0 * up, spot.1 - per_meter.1 * up);
                shadow = shadow.max(0.95 * smooth(0.12, -0.12, outside(car, from)));
            }
        }
        shadow
    }

    /// How open to the sky a sample is, 0 to 1: it is dark beneath cars and in corners.
    pub(super) fn open(&self, sample: &Sample) -> f32 {
        let mut open = 1.0_f32;
        if sample.at.y < 0.05 {
            for car in &self.cars {
                let gap = outside(car, (sample.at.x, sample.at.z));
                open = open.min(0.12 + 0.88 * smooth(-0.3, 0.55, gap));
            }
            for person in &self.people {
                let off = person.stands().0 - sample.at;
                open = open.min(0.55 + 0.45 * smooth(0.0, 0.35, off.dot(off)));
            }
            let wall = self.ground.edge - sample.at.x.abs();
            open *= 0.72 + 0.28 * smooth(0.0, 2.2, wall);
        } else {
            open *= 0.85 + 0.15 * smooth(0.0, 3.0, sample.at.y);
        }
        open
    }
}

/// The shadow of something thin of a height above its foot.
fn streak(spot: (f32, f32), foot: V3, height: f32, per_meter: (f32, f32), half: f32) -> f32 {
    let off = (spot.0 - foot.x, spot.1 - foot.z);
    let square = per_meter.0 * per_meter.0 + per_meter.1 * per_meter.1;
    let up = ((off.0 * per_meter.0 + off.1 * per_meter.1) / square.max(1e-6)).clamp(0.0, height);
    let away = (off.0 - per_meter.0 * up, off.1 - per_meter.1 * up);
    let distance = (away.0 * away.0 + away.1 * away.1).sqrt();
    0.85 * smooth(half + 0.1, half - 0.05, distance)
}

/// Distance of a spot from the rectangle under a car; negative within.
fn outside(car: &Car, spot: (f32, f32)) -> f32 {
    let (middle, half) = car.footprint();
    let across = (spot.0 - middle.0).abs() - half.0;
    let along = (spot.1 - middle.1).abs() - half.1;
    if across > 0.0 && along > 0.0 {
        (across * across + along * along).sqrt()
    } else {
        across.max(along)
    }
}

fn row_of_houses(rng: &mut SampleRng, side: f32, ground: &mut Ground, houses: &mut Vec<Building>) {
    let mut z = between(rng, -9.0, -2.0);
    while z < 85.0 {
        let length = between(rng, 7.0, 16.0);
        let back = if chance(rng, 0.3) {
            between(rng, 0.4, 1.4)
        } else {
            0.0
        };
        houses.push(Building::generate(
            rng,
            side,
            ground.edge + back,
            (z, z + length),
        ));
        z += length;
        if z > 12.0 && chance(rng, 0.16) {
            let width = between(rng, 5.0, 8.0);
            ground.openings.push((side, z + 0.8, z + width - 0.8));
            z += width;
        }
    }
}

fn along_the_curb(rng: &mut SampleRng, ground: &Ground) -> (Vec<Tree>, Vec<Post>) {
    let (mut trees, mut posts) = (Vec::new(), Vec::new());
    let make = Make::generate(rng);
    let autumn = chance(rng, 0.3);
    let green = [0.0, 0.35, 0.8][rng.below(3) as usize];
    let spacing = between(rng, 19.0, 27.0);
    for side in [-1.0, 1.0] {
        let mut z = between(rng, 7.0, 18.0) + if side > 0.0 { 0.0 } else { 0.5 * spacing };
        while z < 90.0 {
            let burns = chance(rng, 0.94);
            posts.push(Post::new(make, side * (ground.curb + 0.55), z, burns));
            z += spacing;
        }
        let mut z = between(rng, 8.0, 15.0);
        while z < 85.0 {
            let x = side * (ground.curb + 0.9);
            let free = posts
                .iter()
                .all(|post| (post.foot().z - z).abs() > 2.0 || post.foot().x * side < 0.0);
            if free && chance(rng, green) {
                trees.push(Tree::generate(rng, x, z, autumn));
            }
            z += between(rng, 6.0, 9.0);
        }
    }
    (trees, posts)
}

fn traffic(rng: &mut SampleRng, ground: &Ground) -> Vec<Car> {
    let mut cars = Vec::new();
    let (lane, clear) = (0.5 * ground.lane, ground.crossing.unwrap_or(-10.0));
    // In the crossing nobody stops, and nobody parks close to it.
    let free = |from: f32, room: f32| from > clear + 3.0 + room || from + 5.0 < clear - room;
    for oncoming in [false, true] {
        let mut z = if oncoming {
            between(rng, 7.0, 26.0)
        } else {
            between(rng, 8.5, 30.0)
        };
        let busy = between(rng, 0.35, 0.9);
        while z < 80.0 {
            if chance(rng, busy) && free(z, 0.8) {
                let x = if oncoming { -lane } else { lane };
                cars.push(Car::generate(rng, x, z, oncoming, true));
            }
            z += between(rng, 8.5, 20.0);
        }
    }
    if ground.curb > ground.lane + 1.0 {
        for side in [-1.0, 1.0] {
            let mut z = between(rng, 4.5, 12.0);
            let full = between(rng, 0.3, 0.85);
            while z < 70.0 {
                let open = ground
                    .openings
                    .iter()
                    .any(|&(at, from, to)| at == side && z + 5.0 > from && z < to);
                if chance(rng, full) && free(z, 2.0) && !open {
                    let x = side * (ground.curb - 1.1);
                    cars.push(Car::generate(rng, x, z, side < 0.0, false));
                }
                z += between(rng, 5.6, 7.0);
            }
        }
    }
    cars
}

fn pedestrians(rng: &mut SampleRng, ground: &Ground) -> Vec<Person> {
    let mut people = Vec::new();
    for _ in 0..3 + rng.below(8) {
        let side = if chance(rng, 0.5) { 1.0 } else { -1.0 };
        let x = side * between(rng, ground.curb + 0.5, ground.edge - 0.6);
        // More of them near than far, where they are small.
        let share = rng.uniform() as f32;
        people.push(Person::generate(rng, x, 6.5 + 32.0 * share * share));
    }
    if let Some(start) = ground.crossing.filter(|_| chance(rng, 0.75)) {
        for _ in 0..1 + rng.below(3) {
            let x = between(rng, -ground.curb, ground.curb);
            let z = start + between(rng, 0.5, 2.5);
            people.push(Person::generate(rng, x, z));
        }
    }
    people
}

/// The lamps of the car that the camera is in.
fn own_headlights(camera: &Camera) -> impl Iterator<Item = Lamp> + use<> {
    let (x, z) = (camera.at.x, camera.at.z);
    [-0.6, 0.6].into_iter().map(move |across| Lamp {
        at: v3(x + across, 0.7, z + 0.5),
        color: v3(1.0, 0.94, 0.82) * 26.0,
        reach: 40.0,
        beam: Some(Beam {
            direction: v3(0.0, -0.045, 1.0).unit(),
            inner: 0.99,
            outer: 0.9,
        }),
    })
}
