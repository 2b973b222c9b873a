//! Houses along the street: what stands where, and its shape.

use super::super::SampleRng;
use super::classes::BUILDING;
use super::draws::{between, chance, one_of};
use super::facades::{ROOMS, SIGNS, WALLS, cell};
use super::geometry::{V3, gray, hash, v3};
use super::light::Lamp;
use super::raster::{Camera, SampleBuffer, Surface};

/// How deep a house is behind its face, in meters.
const DEPTH: f32 = 11.0;

#[derive(Debug)]
pub(super) struct Building {
    /// −1 on the left of the street, 1 on the right.
    pub(super) side: f32,
    /// Distance of its face from the middle of the street.
    pub(super) face: f32,
    /// Where it starts and ends along the street.
    pub(super) along: (f32, f32),
    pub(super) height: f32,
    pub(super) ground: f32,
    pub(super) story: f32,
    pub(super) bay: f32,
    pub(super) window: (f32, f32),
    pub(super) wall: V3,
    pub(super) trim: V3,
    pub(super) brick: bool,
    pub(super) shop: Option<Shop>,
    roof: Roof,
    /// Share of windows that are lit by night.
    pub(super) lit: f32,
    pub(super) seed: u32,
}

#[derive(Debug)]
pub(super) struct Shop {
    pub(super) sign: V3,
    pub(super) awning: bool,
    pub(super) open: bool,
    pub(super) light: V3,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Roof {
    Flat,
    Mansard,
    Gable,
}

impl Building {
    pub(super) fn generate(rng: &mut SampleRng, side: f32, face: f32, along: (f32, f32)) -> Self {
        let stories = *one_of(rng, &[2.0, 3.0, 3.0, 4.0, 4.0, 5.0, 6.0]);
        let (ground, story) = (between(rng, 3.4, 4.2), between(rng, 2.8, 3.4));
        let wall = *one_of(rng, &WALLS) * between(rng, 0.8, 1.2);
        let length = along.1 - along.0;
        let bays = (length / between(rng, 2.2, 3.4)).floor().max(2.0);
        let shop = chance(rng, 0.5).then(|| Shop {
            sign: *one_of(rng, &SIGNS),
            awning: chance(rng, 0.35),
            open: chance(rng, 0.6),
            light: one_of(rng, &ROOMS[..4]).toward(gray(1.0), 0.3),
        });
        Self {
            side,
            face,
            along,
            height: ground + story * (stories - 1.0) + between(rng, 0.6, 1.4),
            ground,
            story,
            bay: length / bays,
            window: (between(rng, 0.36, 0.6), between(rng, 0.48, 0.64)),
            wall,
            trim: if chance(rng, 0.6) {
                gray(between(rng, 0.55, 0.75))
            } else {
                wall * 0.55
            },
            brick: wall.x > wall.z * 2.0,
            shop,
            roof: *one_of(rng, &[Roof::Flat, Roof::Flat, Roof::Mansard, Roof::Gable]),
            lit: between(rng, 0.18, 0.6),
            seed: rng.below(1 << 31) as u32,
        }
    }

    /// How high it stands at a distance along the street; 0 beside it.
    pub(super) fn height_at(&self, side: f32, z: f32) -> f32 {
        let within = side == self.side && z >= self.along.0 && z <= self.along.1;
        if within { self.height } else { 0.0 }
    }

    pub(super) fn draw(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let (near, far) = (self.along.0, self.along.1);
        let (face, back) = (self.side * self.face, self.side * (self.face + DEPTH));
        let (foot, top) = (0.0, self.height);
        buffer.fill(
            camera,
            &[
                v3(face, foot, near),
                v3(face, foot, far),
                v3(face, top, far),
                v3(face, top, near),
            ],
            |at| Some(self.front(at.z - near, at.y)),
        );
        buffer.fill(
            camera,
            &[
                v3(face, foot, near),
                v3(back, foot, near),
                v3(back, top, near),
                v3(face, top, near),
            ],
            |at| Some(self.flank(at.x.abs() - self.face, at.y)),
        );
        match self.roof {
            Roof::Flat => self.draw_cornice(buffer, camera),
            Roof::Mansard => {
                self.draw_mansard(buffer, camera);
                self.draw_cornice(buffer, camera);
            }
            Roof::Gable => self.draw_gable(buffer, camera),
        }
    }

    /// The light that falls out of a lit shop.
    pub(super) fn lamps(&self) -> Option<Lamp> {
        let shop = self.shop.as_ref().filter(|shop| shop.open)?;
        let middle = 0.5 * (self.along.0 + self.along.1);
        Some(Lamp {
            at: v3(self.side * (self.face - 0.8), 2.0, middle),
            color: shop.light * (0.28 * (self.along.1 - self.along.0)),
            reach: 11.0,
            beam: None,
        })
    }

    fn draw_cornice(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let out = self.side * (self.face - 0.35);
        let (near, far) = (self.along.0 - 0.2, self.along.1 + 0.2);
        let (low, top) = (self.height - 0.45, self.height + 0.1);
        let trim = Surface::matt(BUILDING, self.trim);
        buffer.fill(
            camera,
            &[
                v3(out, low, near),
                v3(out, low, far),
                v3(out, top, far),
                v3(out, top, near),
            ],
            |_| Some(trim),
        );
        let face = self.side * self.face;
        buffer.fill(
            camera,
            &[
                v3(out, low, near),
                v3(face, low, near),
                v3(face, low, far),
                v3(out, low, far),
            ],
            |_| Some(Surface::matt(BUILDING, self.trim * 0.5)),
        );
        buffer.fill(
            camera,
            &[
                v3(out, low, near),
                v3(face + self.side, low, near),
                v3(face + self.side, top, near),
                v3(out, top, near),
            ],
            |_| Some(trim),
        );
    }

    fn draw_mansard(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let (near, far) = (self.along.0, self.along.1);
        let (low, high) = (self.height, self.height + 2.6);
        let (outer, inner) = (self.side * self.face, self.side * (self.face + 0.9));
        let slate = v3(0.10, 0.11, 0.13);
        buffer.fill(
            camera,
            &[
                v3(outer, low, near),
                v3(outer, low, far),
                v3(inner, high, far),
                v3(inner, high, near),
            ],
            |at| {
                let row = ((at.y - low) * 4.0).floor() as i32;
                let shade = 0.8 + 0.4 * hash((at.z * 2.0).floor() as i32, row, self.seed);
                let (column, across) = cell((at.z - near) / self.bay);
                let up = (at.y - low) / 2.6;
                if (0.3..0.7).contains(&across) && (0.18..0.72).contains(&up) {
                    let inside = (0.36..0.64).contains(&across) && (0.26..0.64).contains(&up);
                    return Some(if inside {
                        self.glass(column, 90, across, up, near.max(1.0))
                    } else {
                        Surface::matt(BUILDING, self.trim)
                    });
                }
                Some(Surface::matt(BUILDING, slate * shade))
            },
        );
        let back = self.side * (self.face + DEPTH);
        buffer.fill(
            camera,
            &[
                v3(outer, low, near),
                v3(inner, high, near),
                v3(back, high, near),
                v3(back, low, near),
            ],
            |_| Some(Surface::matt(BUILDING, self.wall * 0.9)),
        );
    }

    fn draw_gable(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let (outer, back) = (
            self.side * (self.face - 0.3),
            self.side * (self.face + DEPTH),
        );
        let ridge = v3(0.5 * (outer + back), self.height + 3.4, self.along.0 - 0.2);
        buffer.fill(
            camera,
            &[
                v3(outer, self.height - 0.2, self.along.0 - 0.2),
                v3(back, self.height - 0.2, self.along.0 - 0.2),
                ridge,
            ],
            |at| {
                let under_roof = (at.x - ridge.x).abs() * 3.6 > (ridge.y - 0.35 - at.y) * 5.9;
                let color = if under_roof {
                    v3(0.18, 0.08, 0.06)
                } else {
                    self.wall
                };
                Some(Surface::matt(BUILDING, color))
            },
        );
        self.draw_cornice(buffer, camera);
    }
}
