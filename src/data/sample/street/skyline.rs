//! The far end of the street.

use super::super::SampleRng;
use super::classes::BUILDING;
use super::draws::{between, chance, one_of};
use super::facades::{ROOMS, WALLS, cell};
use super::geometry::{V3, gray, hash, v3};
use super::raster::{Camera, SampleBuffer, Surface};

/// Far houses that close the view.
#[derive(Debug)]
pub(super) struct Skyline {
    blocks: Vec<(f32, f32, f32, V3)>,
    distance: f32,
    seed: u32,
}

impl Skyline {
    pub(super) fn generate(rng: &mut SampleRng) -> Self {
        let mut blocks = Vec::new();
        let mut x = -110.0;
        while x < 110.0 {
            let width = between(rng, 8.0, 22.0);
            let height = between(rng, 5.0, 22.0);
            blocks.push((x, x + width, height, *one_of(rng, &WALLS)));
            x += width + if chance(rng, 0.3) { 6.0 } else { 0.0 };
        }
        Self {
            blocks,
            distance: between(rng, 95.0, 150.0),
            seed: rng.below(1 << 31) as u32,
        }
    }

    pub(super) fn draw(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let z = self.distance;
        for &(left, right, height, wall) in &self.blocks {
            let corners = [
                v3(left, 0.0, z),
                v3(right, 0.0, z),
                v3(right, height, z),
                v3(left, height, z),
            ];
            buffer.fill(camera, &corners, |at| {
                let (column, across) = cell(at.x / 3.0);
                let (row, up) = cell(at.y / 3.2);
                let pane = (0.3..0.75).contains(&across) && (0.3..0.8).contains(&up);
                if pane && height - at.y > 1.0 {
                    let lit = hash(column, row, self.seed) < 0.35;
                    let glow = if lit { ROOMS[1] * 1.4 } else { gray(0.0) };
                    return Some(
                        Surface::matt(BUILDING, gray(0.07))
                            .glossy(0.3)
                            .glowing(glow),
                    );
                }
                Some(Surface::matt(BUILDING, wall))
            });
        }
    }
}
