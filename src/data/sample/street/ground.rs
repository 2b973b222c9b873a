//! Road and pavement.

use super::super::SampleRng;
use super::classes::{PAVEMENT, ROAD};
use super::draws::{between, chance};
use super::geometry::{V3, gray, hash, smooth, turbulence, v3};
use super::raster::{Camera, SampleBuffer, Surface};

/// How far the ground reaches, in meters.
const FAR: f32 = 400.0;

#[derive(Debug)]
pub(super) struct Ground {
    /// Half the width of the road, with the lanes for parking.
    pub(super) curb: f32,
    /// Width of one lane that is driven on.
    pub(super) lane: f32,
    /// Distance of the houses from the middle of the road.
    pub(super) edge: f32,
    /// Where a crossing begins.
    pub(super) crossing: Option<f32>,
    /// Side streets: side, from, to.
    pub(super) openings: Vec<(f32, f32, f32)>,
    /// 0 dry to 1 wet.
    pub(super) wet: f32,
    asphalt: f32,
    slabs: V3,
    slab: f32,
    yellow: bool,
    seed: u32,
}

impl Ground {
    pub(super) fn generate(rng: &mut SampleRng) -> Self {
        let lane = between(rng, 3.0, 3.5);
        let parking = if chance(rng, 0.65) { 2.2 } else { 0.3 };
        let curb = lane + parking;
        Self {
            curb,
            lane,
            edge: curb + between(rng, 2.6, 4.2),
            crossing: chance(rng, 0.45).then(|| between(rng, 6.5, 17.0)),
            openings: Vec::new(),
            wet: if chance(rng, 0.4) {
                between(rng, 0.4, 1.0)
            } else {
                0.08
            },
            asphalt: between(rng, 0.062, 0.11),
            slabs: v3(0.34, 0.32, 0.30) * between(rng, 0.75, 1.2),
            slab: between(rng, 0.8, 1.3),
            yellow: chance(rng, 0.2),
            seed: rng.below(1 << 31) as u32,
        }
    }

    pub(super) fn draw(&self, buffer: &mut SampleBuffer, camera: &Camera) {
        let z = camera.at.z;
        let corners = [
            v3(-FAR, 0.0, z),
            v3(FAR, 0.0, z),
            v3(FAR, 0.0, z + FAR),
            v3(-FAR, 0.0, z + FAR),
        ];
        buffer.fill(camera, &corners, |at| Some(self.at(at.x, at.z)));
    }

    fn at(&self, x: f32, z: f32) -> Surface {
        let side = if x < 0.0 { -1.0 } else { 1.0 };
        let is_open = |&(open, from, to): &(f32, f32, f32)| open == side && (from..to).contains(&z);
        if x.abs() < self.curb || self.openings.iter().any(is_open) {
            return self.road(x, z);
        }
        if x.abs() < self.curb + 0.2 {
            let joint = 0.9 + 0.2 * hash(z.floor() as i32, 1, self.seed);
            return Surface::matt(PAVEMENT, gray(0.46) * joint);
        }
        let (column, row) = ((x / self.slab).floor(), (z / self.slab).floor());
        let (across, along) = (x / self.slab - column, z / self.slab - row);
        let joint = z < 30.0 && (across < 0.05 || along < 0.05);
        let tone = 0.85
            + 0.2 * hash(column as i32, row as i32, self.seed)
            + 0.25 * (turbulence(x * 0.6, z * 0.6, 3, self.seed) - 0.5);
        let shade = if joint { 0.72 } else { tone };
        Surface::matt(PAVEMENT, self.slabs * shade).glossy(0.25 * self.wet)
    }

    fn road(&self, x: f32, z: f32) -> Surface {
        let grain = turbulence(x * 0.8, z * 0.5, 4, self.seed);
        let patch = smooth(0.60, 0.64, turbulence(x * 0.22, z * 0.09, 2, self.seed ^ 9));
        // Wheels polish two tracks into each lane.
        let track = ((x.abs() - 0.5 * self.lane).abs() - 0.75).abs();
        let mut asphalt = gray(self.asphalt) * (0.8 + 0.45 * grain) * (1.0 - 0.28 * patch);
        asphalt = asphalt * (1.0 - 0.13 * smooth(0.5, 0.0, track));
        let puddle = smooth(0.42, 0.62, turbulence(x * 0.5, z * 0.25, 3, self.seed ^ 5));
        let gloss = self.wet * (0.35 + 0.5 * puddle);
        let worn = 0.75 + 0.4 * turbulence(x * 3.0, z * 1.5, 2, self.seed ^ 3);
        let paint = if self.is_marked(x, z) {
            let line = if self.yellow && x.abs() < 0.4 {
                v3(0.60, 0.40, 0.06)
            } else {
                gray(0.62)
            };
            line * worn.min(1.0)
        } else {
            asphalt
        };
        Surface::matt(ROAD, paint * (1.0 - 0.3 * gloss)).glossy(gloss)
    }

    fn is_marked(&self, x: f32, z: f32) -> bool {
        let out = x.abs();
        if let Some(start) = self.crossing {
            if (start..start + 3.0).contains(&z) && out < self.curb - 0.15 {
                return (x * 1.0 + 100.25).fract() < 0.5;
            }
            let stop = (x > 0.0 && (start - 1.4..start - 1.0).contains(&z))
                || (x < 0.0 && (start + 4.0..start + 4.4).contains(&z));
            if stop && (0.15..self.lane).contains(&out) {
                return true;
            }
            if (start - 1.4..start + 4.4).contains(&z) {
                return false;
            }
        }
        let dash = |period: f32, share: f32| {
            let turn = z / period;
            turn - turn.floor() < share
        };
        (out < 0.085 && dash(6.0, 0.5))
            || ((out - self.lane).abs() < 0.06 && self.curb > self.lane + 1.0 && dash(6.5, 0.85))
    }
}
