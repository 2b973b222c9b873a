//! Street trees: a trunk and a crown of leafy balls.

use super::super::SampleRng;
use super::classes::TREE;
use super::draws::{between, chance, one_of};
use super::geometry::{V3, noise, v3};
use super::raster::{Camera, SampleBuffer, Surface};

const LEAVES: [V3; 6] = [
    v3(0.07, 0.16, 0.03),
    v3(0.10, 0.20, 0.04),
    v3(0.13, 0.21, 0.05),
    v3(0.05, 0.13, 0.05),
    v3(0.30, 0.20, 0.03),
    v3(0.33, 0.12, 0.03),
];
const BARK: V3 = v3(0.10, 0.075, 0.05);

#[derive(Debug)]
pub(super) struct Tree {
    foot: V3,
    trunk: f32,
    girth: f32,
    /// Middle (across, up) and radius of each ball of the crown.
    balls: Vec<(f32, f32, f32)>,
    leaf: V3,
    /// 0 to 1: how much sky shows through.
    thin: f32,
    seed: u32,
}

impl Tree {
    pub(super) fn generate(rng: &mut SampleRng, x: f32, z: f32, autumn: bool) -> Self {
        let height = between(rng, 4.5, 8.5);
        let slim = chance(rng, 0.25);
        let radius = height * if slim { 0.17 } else { between(rng, 0.24, 0.32) };
        let trunk = height * between(rng, 0.28, 0.36);
        let balls = (0..14)
            .map(|_| {
                let up = rng.uniform() as f32;
                // Widest below the middle, narrow at the top.
                let spread = radius * (1.0 - (up - 0.35) * (up - 0.35) * 1.9).max(0.2);
                (
                    between(rng, -1.0, 1.0) * spread,
                    trunk + (height - trunk) * up,
                    radius * between(rng, 0.38, 0.62),
                )
            })
            .collect();
        let leaves = if autumn { &LEAVES[2..] } else { &LEAVES[..4] };
        Self {
            foot: v3(x, 0.0, z),
            trunk,
            girth: height * 0.022,
            balls,
            leaf: *one_of(rng, leaves) * between(rng, 0.8, 1.2),
            thin: between(rng, 0.25, 0.6),
            seed: rng.below(1 << 31) as u32,
        }
    }

    /// Foot, height of the middle of the crown, radius of the crown.
    pub(super) fn crown(&self) -> (V3, f32, f32) {
        let top = self.balls.iter().map(|ball| ball.1).fold(0.0, f32::max);
        let radius = self
            .balls
            .iter()
            .map(|ball| ball.0.abs() + ball.2)
            .fold(0.0, f32::max);
        (self.foot, 0.5 * (self.trunk + top), radius)
    }

    pub(super) fn draw(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let (x, z) = (self.foot.x, self.foot.z);
        let girth = self.girth;
        buffer.fill(
            camera,
            &[
                v3(x - girth * 1.25, 0.0, z),
                v3(x + girth * 1.25, 0.0, z),
                v3(x + girth * 0.7, self.trunk + 1.0, z),
                v3(x - girth * 0.7, self.trunk + 1.0, z),
            ],
            |at| {
                let across = ((at.x - x) / girth).clamp(-1.0, 1.0);
                let rough = 0.7 + 0.6 * noise(at.x * 14.0, at.y * 3.0, self.seed);
                let round = v3(across, 0.1, -(1.0 - across * across).max(0.1).sqrt()).unit();
                Some(Surface::matt(TREE, BARK * rough).facing(round))
            },
        );
        let reach = self
            .balls
            .iter()
            .map(|ball| ball.0.abs() + 1.2 * ball.2)
            .fold(0.0, f32::max);
        let low = self
            .balls
            .iter()
            .map(|ball| ball.1 - 1.2 * ball.2)
            .fold(f32::INFINITY, f32::min);
        let high = self
            .balls
            .iter()
            .map(|ball| ball.1 + 1.2 * ball.2)
            .fold(0.0, f32::max);
        let near = z - 0.3;
        buffer.fill(
            camera,
            &[
                v3(x - reach, low, near),
                v3(x + reach, low, near),
                v3(x + reach, high, near),
                v3(x - reach, high, near),
            ],
            |at| self.leaf_at(at.x - x, at.y),
        );
    }

    fn leaf_at(&self, across: f32, up: f32) -> Option<Surface> {
        let ragged = noise(across * 2.6, up * 2.6, self.seed);
        let fine = noise(across * 7.0, up * 7.0, self.seed ^ 0x33);
        let mut best: Option<(f32, V3)> = None;
        for &(dx, dy, radius) in &self.balls {
            let radius = radius * (0.72 + 0.5 * ragged);
            let (x, y) = (across - dx, up - dy);
            let rest = radius * radius - x * x - y * y;
            if rest > 0.0 && best.is_none_or(|(height, _)| rest > height) {
                best = Some((rest, v3(x, y, -rest.sqrt()).unit()));
            }
        }
        let (rest, normal) = best?;
        if fine < self.thin * 0.45 && rest < 0.35 {
            return None;
        }
        let shade = 0.55 + 0.65 * fine + 0.25 * normal.y;
        Some(Surface::matt(TREE, self.leaf * shade).facing(normal))
    }
}
