//! Cars that drive and park: a body, a cabin, wheels, lights.

use super::super::SampleRng;
use super::classes::CAR;
use super::draws::{between, chance, one_of};
use super::geometry::{V3, gray, v3};
use super::light::{Beam, Lamp};
use super::raster::{Camera, SampleBuffer, Surface};

const PAINTS: [V3; 12] = [
    v3(0.55, 0.03, 0.03),
    v3(0.04, 0.10, 0.38),
    v3(0.62, 0.62, 0.62),
    v3(0.30, 0.31, 0.33),
    v3(0.03, 0.03, 0.035),
    v3(0.75, 0.75, 0.72),
    v3(0.09, 0.10, 0.11),
    v3(0.03, 0.20, 0.16),
    v3(0.65, 0.40, 0.03),
    v3(0.16, 0.30, 0.48),
    v3(0.36, 0.05, 0.10),
    v3(0.50, 0.46, 0.38),
];

const GLASS: V3 = v3(0.025, 0.03, 0.035);
const HEADLIGHT: V3 = v3(1.0, 0.93, 0.80);
const TAIL_LIGHT: V3 = v3(1.0, 0.06, 0.03);

#[derive(Debug)]
pub(super) struct Car {
    /// Middle of its width, and its near end.
    x: f32,
    near: f32,
    length: f32,
    width: f32,
    /// Height of the bonnet's edge and of the roof.
    waist: f32,
    roof: f32,
    /// Lengths of the deck before the cabin on the near and on the far side.
    decks: (f32, f32),
    paint: V3,
    /// True if its front faces the camera.
    oncoming: bool,
    driving: bool,
    braking: bool,
}

impl Car {
    pub(super) fn generate(
        rng: &mut SampleRng,
        x: f32,
        near: f32,
        oncoming: bool,
        driving: bool,
    ) -> Self {
        // Saloon, hatchback, estate or off-roader, van: lengths of bonnet and boot, height of the roof.
        let (bonnet, boot, roof, length) = *one_of(
            rng,
            &[
                (1.25, 0.95, 1.42, 4.6),
                (1.05, 0.12, 1.48, 3.9),
                (1.15, 0.15, 1.62, 4.5),
                (1.05, 0.20, 1.52, 4.1),
                (0.75, 0.04, 2.05, 4.9),
            ],
        );
        Self {
            x: x + between(rng, -0.15, 0.15),
            near,
            length,
            width: between(rng, 1.72, 1.9),
            waist: if roof > 1.6 { 1.05 } else { 0.93 },
            roof: roof + between(rng, -0.04, 0.04),
            decks: if oncoming {
                (bonnet, boot)
            } else {
                (boot, bonnet)
            },
            paint: *one_of(rng, &PAINTS) * between(rng, 0.8, 1.15),
            oncoming,
            driving,
            braking: chance(rng, 0.3),
        }
    }

    /// Middle of its shadow on the ground, and half its width and length.
    pub(super) fn footprint(&self) -> ((f32, f32), (f32, f32)) {
        let middle = (self.x, self.near + 0.5 * self.length);
        (middle, (0.5 * self.width, 0.5 * self.length))
    }

    pub(super) fn height(&self) -> f32 {
        self.roof
    }

    pub(super) fn draw(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let (left, right) = (self.x - 0.5 * self.width, self.x + 0.5 * self.width);
        let (near, far) = (self.near, self.near + self.length);
        let side = if self.x > camera.at.x { left } else { right };
        let under = 0.16;
        let sill = |x: f32, z: f32| v3(x, under, z);
        let waist = |x: f32, z: f32| v3(x, self.waist, z);

        // Underneath, so that the ground does not shine through.
        let dark = Surface::matt(CAR, gray(0.01));
        buffer.fill(
            camera,
            &[
                v3(left + 0.15, 0.02, near + 0.5),
                v3(right - 0.15, 0.02, near + 0.5),
                v3(right - 0.15, 0.4, near + 0.5),
                v3(left + 0.15, 0.4, near + 0.5),
            ],
            |_| Some(dark),
        );
        buffer.fill(
            camera,
            &[
                sill(left, near),
                sill(right, near),
                waist(right, near),
                waist(left, near),
            ],
            |at| Some(self.end(at.x - self.x, at.y)),
        );
        buffer.fill(
            camera,
            &[
                v3(side, 0.0, near),
                v3(side, 0.0, far),
                waist(side, far),
                waist(side, near),
            ],
            |at| self.flank(at.z - near, at.y),
        );
        for wheel in [left + 0.04, right - 0.26] {
            buffer.fill(
                camera,
                &[
                    v3(wheel, 0.0, near + 0.45),
                    v3(wheel + 0.22, 0.0, near + 0.45),
                    v3(wheel + 0.22, 0.5, near + 0.45),
                    v3(wheel, 0.5, near + 0.45),
                ],
                |_| Some(dark),
            );
        }
        let paint = Surface::matt(CAR, self.paint).glossy(0.3);
        buffer.fill(
            camera,
            &[
                waist(left, near),
                waist(right, near),
                waist(right, far),
                waist(left, far),
            ],
            |_| Some(paint),
        );
        self.draw_cabin(buffer, camera);
    }

    fn draw_cabin(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let inset = 0.16;
        let slant = (self.roof - self.waist) * 0.75;
        let (left, right) = (self.x - 0.5 * self.width, self.x + 0.5 * self.width);
        let (bottom_near, bottom_far) = (
            self.near + self.decks.0,
            self.near + self.length - self.decks.1,
        );
        let steep = |deck: f32| if deck < 0.3 { 0.3 } else { 1.0 };
        let top_near = bottom_near + slant * steep(self.decks.0);
        let top_far = bottom_far - slant * steep(self.decks.1);
        let low = |x: f32, z: f32| v3(x, self.waist, z);
        let high = |x: f32, z: f32| v3(x, self.roof, z);
        let share_up = |y: f32| (y - self.waist) / (self.roof - self.waist);
        let paint = Surface::matt(CAR, self.paint).glossy(0.3);
        let glass = Surface::matt(CAR, GLASS).glossy(0.75);

        buffer.fill(
            camera,
            &[
                low(left + 0.05, bottom_near),
                low(right - 0.05, bottom_near),
                high(right - inset, top_near),
                high(left + inset, top_near),
            ],
            |at| {
                let up = share_up(at.y);
                let edge = 0.5 * self.width - inset * up - 0.12;
                let pane = (0.1..0.88).contains(&up) && (at.x - self.x).abs() < edge;
                Some(if pane { glass } else { paint })
            },
        );
        let sign = if self.x > camera.at.x { -1.0 } else { 1.0 };
        let side = self.x + sign * (0.5 * self.width - 0.05);
        let eaves = self.x + sign * (0.5 * self.width - inset);
        buffer.fill(
            camera,
            &[
                low(side, bottom_near),
                low(side, bottom_far),
                high(eaves, top_far),
                high(eaves, top_near),
            ],
            |at| {
                let up = share_up(at.y);
                let from = bottom_near + (top_near - bottom_near) * up + 0.14;
                let to = bottom_far + (top_far - bottom_far) * up - 0.14;
                let middle = 0.5 * (bottom_near + bottom_far);
                let pane = (0.08..0.86).contains(&up)
                    && (from..to).contains(&at.z)
                    && (at.z - middle).abs() > 0.06;
                Some(if pane { glass } else { paint })
            },
        );
        buffer.fill(
            camera,
            &[
                high(left + inset, top_near),
                high(right - inset, top_near),
                high(right - inset, top_far),
                high(left + inset, top_far),
            ],
            |_| Some(paint),
        );
    }

    /// Bumper, lights, plate and grille; `across` from the middle, `up` from the ground.
    fn end(&self, across: f32, up: f32) -> Surface {
        let out = across.abs();
        let half = 0.5 * self.width;
        let lights = (self.waist - 0.30, self.waist - 0.10);
        if up < 0.34 {
            return Surface::matt(CAR, gray(0.03));
        }
        let in_light = (lights.0..lights.1).contains(&up);
        if self.oncoming {
            if in_light && (half - 0.48..half - 0.08).contains(&out) {
                let glow = if self.driving {
                    HEADLIGHT * 26.0
                } else {
                    gray(0.0)
                };
                return Surface::matt(CAR, gray(0.7)).glossy(0.4).glowing(glow);
            }
            if (0.44..self.waist - 0.12).contains(&up) && out < half - 0.55 {
                return Surface::matt(CAR, gray(0.03)).glossy(0.2);
            }
        } else {
            if in_light && (half - 0.40..half - 0.04).contains(&out) {
                let strength = match (self.driving, self.braking) {
                    (true, true) => 10.0,
                    (true, false) => 5.0,
                    _ => 0.0,
                };
                return Surface::matt(CAR, v3(0.45, 0.02, 0.02)).glowing(TAIL_LIGHT * strength);
            }
            if (0.5..0.64).contains(&up) && out < 0.27 {
                let glow = if self.driving { gray(0.35) } else { gray(0.0) };
                return Surface::matt(CAR, gray(0.65)).glowing(glow);
            }
        }
        if up < 0.46 {
            return Surface::matt(CAR, self.paint * 0.45);
        }
        Surface::matt(CAR, self.paint).glossy(0.25)
    }

    /// Doors and wheels; holes around the wheels and below the sill.
    fn flank(&self, along: f32, up: f32) -> Option<Surface> {
        for wheel in [0.8, self.length - 0.85] {
            let (dz, dy) = (along - wheel, up - 0.32);
            let distance = (dz * dz + dy * dy).sqrt();
            if distance < 0.2 {
                return Some(Surface::matt(CAR, gray(0.32)));
            }
            if distance < 0.34 {
                return Some(Surface::matt(CAR, gray(0.015)));
            }
            if distance < 0.4 && up > 0.2 {
                return Some(Surface::matt(CAR, gray(0.01)));
            }
        }
        if up < 0.18 {
            return None;
        }
        let door = (along - 0.5 * self.length).abs() < 0.025;
        let shade = if up < 0.3 || door { 0.3 } else { 1.0 };
        Some(Surface::matt(CAR, self.paint * shade).glossy(0.25))
    }

    /// The light of its lamps by night.
    pub(super) fn lamps(&self) -> Vec<Lamp> {
        if !self.driving {
            return Vec::new();
        }
        let half = 0.5 * self.width - 0.28;
        let ahead = if self.oncoming { -1.0 } else { 1.0 };
        let (front, rear) = if self.oncoming {
            (self.near - 0.1, self.near + self.length + 0.2)
        } else {
            (self.near + self.length + 0.1, self.near - 0.2)
        };
        [-half, half]
            .into_iter()
            .flat_map(|across| {
                let head = Lamp {
                    at: v3(self.x + across, 0.72, front),
                    color: HEADLIGHT * 26.0,
                    reach: 30.0,
                    beam: Some(Beam {
                        direction: v3(0.0, -0.055, ahead).unit(),
                        inner: 0.985,
                        outer: 0.88,
                    }),
                };
                let tail = Lamp {
                    at: v3(self.x + across, 0.75, rear),
                    color: TAIL_LIGHT * if self.braking { 1.4 } else { 0.5 },
                    reach: 5.0,
                    beam: None,
                };
                [head, tail]
            })
            .collect()
    }
}
