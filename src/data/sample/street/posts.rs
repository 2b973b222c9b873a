//! Street lamps.

use super::super::SampleRng;
use super::classes::LAMP;
use super::draws::between;
use super::geometry::{V3, gray, v3};
use super::light::Lamp;
use super::raster::{Camera, SampleBuffer, Surface};

/// A row of lamps is of one make.
#[derive(Debug, Clone, Copy)]
pub(super) struct Make {
    height: f32,
    arm: f32,
    color: V3,
    paint: V3,
}

impl Make {
    pub(super) fn generate(rng: &mut SampleRng) -> Self {
        // Sodium, halogen, cool diodes.
        let colors = [
            v3(1.0, 0.52, 0.15),
            v3(1.0, 0.70, 0.36),
            v3(0.86, 0.92, 1.0),
        ];
        Self {
            height: between(rng, 5.2, 7.0),
            arm: between(rng, 0.9, 1.8),
            color: *rng.pick(&colors),
            paint: gray(between(rng, 0.05, 0.2)),
        }
    }
}

#[derive(Debug)]
pub(super) struct Post {
    make: Make,
    /// Foot of the post.
    x: f32,
    z: f32,
    /// True if it burns by night.
    burns: bool,
}

impl Post {
    pub(super) fn new(make: Make, x: f32, z: f32, burns: bool) -> Self {
        Self { make, x, z, burns }
    }

    pub(super) fn foot(&self) -> V3 {
        v3(self.x, 0.0, self.z)
    }

    fn head(&self) -> V3 {
        let inwards = if self.x > 0.0 { -1.0 } else { 1.0 };
        v3(self.x + inwards * self.make.arm, self.make.height, self.z)
    }

    pub(super) fn draw(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let (x, z, top) = (self.x, self.z, self.make.height);
        let head = self.head();
        let metal = |at: V3| {
            let across = ((at.x - x) / 0.1).clamp(-1.0, 1.0);
            let round = v3(across, 0.2, -(1.0 - across * across).max(0.1).sqrt()).unit();
            Some(
                Surface::matt(LAMP, self.make.paint)
                    .glossy(0.1)
                    .facing(round),
            )
        };
        let mut quad = |left: f32,
                        right: f32,
                        low: f32,
                        high: f32,
                        material: &dyn Fn(V3) -> Option<Surface>| {
            let corners = [
                v3(left, low, z),
                v3(right, low, z),
                v3(right, high, z),
                v3(left, high, z),
            ];
            buffer.fill(camera, &corners, material);
        };
        quad(x - 0.11, x + 0.11, 0.0, 1.1, &metal);
        quad(x - 0.075, x + 0.075, 1.1, top + 0.12, &metal);
        quad(x.min(head.x), x.max(head.x), top, top + 0.12, &metal);
        let glow = if self.burns {
            self.make.color * 30.0
        } else {
            gray(0.0)
        };
        quad(head.x - 0.4, head.x + 0.4, top - 0.02, top + 0.16, &metal);
        let glass = Surface::matt(LAMP, gray(0.6)).glowing(glow);
        quad(
            head.x - 0.34,
            head.x + 0.34,
            top - 0.17,
            top - 0.02,
            &|_| Some(glass),
        );
    }

    pub(super) fn lamp(&self) -> Option<Lamp> {
        self.burns.then(|| Lamp {
            at: self.head() - v3(0.0, 0.3, 0.0),
            color: self.make.color * 22.0,
            reach: 26.0,
            beam: None,
        })
    }
}
