//! People on the pavement and on crossings.

use super::super::SampleRng;
use super::classes::PEDESTRIAN;
use super::draws::{between, chance, one_of};
use super::geometry::{V3, v3};
use super::raster::{Camera, SampleBuffer, Surface};

const SKIN: [V3; 4] = [
    v3(0.60, 0.36, 0.25),
    v3(0.45, 0.25, 0.16),
    v3(0.22, 0.11, 0.07),
    v3(0.70, 0.46, 0.34),
];
const HAIR: [V3; 4] = [
    v3(0.02, 0.015, 0.01),
    v3(0.10, 0.05, 0.025),
    v3(0.38, 0.25, 0.10),
    v3(0.30, 0.30, 0.30),
];
const CLOTHES: [V3; 12] = [
    v3(0.50, 0.04, 0.05),
    v3(0.05, 0.10, 0.35),
    v3(0.62, 0.60, 0.55),
    v3(0.03, 0.03, 0.04),
    v3(0.06, 0.25, 0.16),
    v3(0.60, 0.42, 0.04),
    v3(0.30, 0.28, 0.26),
    v3(0.45, 0.15, 0.32),
    v3(0.10, 0.28, 0.40),
    v3(0.36, 0.22, 0.12),
    v3(0.70, 0.30, 0.10),
    v3(0.12, 0.12, 0.15),
];
const TROUSERS: [V3; 5] = [
    v3(0.03, 0.05, 0.12),
    v3(0.025, 0.025, 0.03),
    v3(0.16, 0.14, 0.11),
    v3(0.08, 0.10, 0.16),
    v3(0.22, 0.20, 0.17),
];

/// A rounded limb: from, to (across, up, as shares of the height), radii there, color.
type Limb = ((f32, f32), (f32, f32), (f32, f32), V3);

#[derive(Debug)]
pub(super) struct Person {
    foot: V3,
    height: f32,
    /// From back to front.
    limbs: Vec<Limb>,
}

impl Person {
    pub(super) fn generate(rng: &mut SampleRng, x: f32, z: f32) -> Self {
        let height = if chance(rng, 0.12) {
            between(rng, 1.1, 1.4)
        } else {
            between(rng, 1.6, 1.9)
        };
        let (skin, hair) = (*one_of(rng, &SKIN), *one_of(rng, &HAIR));
        let (top, trousers) = (*one_of(rng, &CLOTHES), *one_of(rng, &TROUSERS));
        let stride = between(rng, 0.02, 0.13);
        let lean = between(rng, -0.015, 0.015);
        let broad = between(rng, 0.075, 0.1);
        let swing = stride * 0.8;
        let shoe = v3(0.02, 0.02, 0.02);
        let dress = chance(rng, 0.2);
        let mut limbs: Vec<Limb> = vec![
            (
                (broad, 0.79),
                (broad + swing, 0.47),
                (0.035, 0.026),
                top * 0.7,
            ),
            ((0.03, 0.5), (stride, 0.05), (0.055, 0.032), trousers * 0.75),
            ((stride, 0.03), (stride + 0.03, 0.02), (0.03, 0.026), shoe),
            ((-0.03, 0.5), (-stride, 0.05), (0.055, 0.032), trousers),
            ((-stride, 0.03), (-stride + 0.03, 0.02), (0.03, 0.026), shoe),
            ((0.0, 0.5), (lean, 0.775), (0.085, broad), top),
            ((lean, 0.8), (lean, 0.88), (0.04, 0.035), skin * 0.85),
            ((lean, 0.925), (lean, 0.935), (0.062, 0.06), skin),
            ((lean, 0.955), (lean, 0.965), (0.056, 0.05), hair),
            (
                (-broad, 0.79),
                (-broad - swing, 0.47),
                (0.035, 0.026),
                top * 0.9,
            ),
        ];
        if dress {
            limbs.push(((0.0, 0.55), (0.0, 0.38), (0.09, 0.125), top * 0.95));
        }
        if chance(rng, 0.3) {
            let bag = *one_of(rng, &CLOTHES) * 0.7;
            limbs.push((
                (broad + 0.03, 0.56),
                (broad + 0.03, 0.5),
                (0.05, 0.055),
                bag,
            ));
        }
        if chance(rng, 0.5) {
            for limb in &mut limbs {
                (limb.0.0, limb.1.0) = (-limb.0.0, -limb.1.0);
            }
        }
        Self {
            foot: v3(x, 0.0, z),
            height,
            limbs,
        }
    }

    /// Where the person stands, and how tall.
    pub(super) fn stands(&self) -> (V3, f32) {
        (self.foot, self.height)
    }

    pub(super) fn draw(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let (x, z, half) = (self.foot.x, self.foot.z, 0.35 * self.height);
        let top = self.height * 1.05;
        let corners = [
            v3(x - half, 0.0, z),
            v3(x + half, 0.0, z),
            v3(x + half, top, z),
            v3(x - half, top, z),
        ];
        buffer.fill(camera, &corners, |at| {
            let spot = ((at.x - x) / self.height, at.y / self.height);
            self.limbs.iter().rev().find_map(|limb| on_limb(limb, spot))
        });
    }
}

fn on_limb(&(from, to, radii, color): &Limb, spot: (f32, f32)) -> Option<Surface> {
    let (along_x, along_y) = (to.0 - from.0, to.1 - from.1);
    let length = along_x * along_x + along_y * along_y;
    let reach = (spot.0 - from.0) * along_x + (spot.1 - from.1) * along_y;
    let share = (reach / length.max(1e-9)).clamp(0.0, 1.0);
    let radius = radii.0 + (radii.1 - radii.0) * share;
    let x = (spot.0 - from.0 - along_x * share) / radius;
    let y = (spot.1 - from.1 - along_y * share) / radius;
    let rest = 1.0 - x * x - y * y;
    (rest > 0.0).then(|| {
        let round = v3(x, 0.5 * y + 0.15, -rest.sqrt().max(0.2)).unit();
        Surface::matt(PEDESTRIAN, color).facing(round)
    })
}
