//! The sky by day and by night.

use super::super::SampleRng;
use super::draws::{between, chance, one_of};
use super::geometry::{V3, gray, hash, smooth, turbulence, v3};

#[derive(Debug)]
pub(super) struct Sky {
    zenith: V3,
    horizon: V3,
    cloud_color: V3,
    /// 0 clear to 1 overcast.
    pub(super) clouds: f32,
    /// Direction of the sun; its light at right angles.
    pub(super) sun: V3,
    pub(super) sunlight: V3,
    moon: Option<V3>,
    /// The town's light on the night's horizon.
    city: V3,
    seed: u32,
}

impl Sky {
    pub(super) fn generate(rng: &mut SampleRng) -> Self {
        // Noon, afternoon, evening: zenith, horizon, sunlight, height of the sun.
        let (zenith, horizon, sunlight, high) = *one_of(
            rng,
            &[
                (
                    v3(0.10, 0.25, 0.62),
                    v3(0.55, 0.70, 0.88),
                    v3(1.00, 0.94, 0.84),
                    0.75,
                ),
                (
                    v3(0.13, 0.29, 0.62),
                    v3(0.62, 0.72, 0.82),
                    v3(1.00, 0.90, 0.74),
                    0.50,
                ),
                (
                    v3(0.17, 0.32, 0.64),
                    v3(0.80, 0.74, 0.66),
                    v3(1.00, 0.80, 0.55),
                    0.34,
                ),
            ],
        );
        let clouds = *one_of(rng, &[0.0, 0.25, 0.4, 0.5, 0.62, 1.0]);
        let veil = if clouds == 1.0 { 1.0 } else { 0.0 };
        let side = if chance(rng, 0.5) { 1.0 } else { -1.0 };
        let sun = v3(
            side * between(rng, 0.12, 0.75),
            high,
            between(rng, -0.8, 0.35),
        )
        .unit();
        let overcast = gray(between(rng, 0.5, 0.72));
        Self {
            zenith: zenith.toward(overcast, veil * 0.92),
            horizon: horizon.toward(gray(0.78), veil * 0.92),
            cloud_color: gray(0.92).toward(horizon, 0.2),
            clouds,
            sun,
            sunlight: sunlight * (1.9 - 1.65 * veil),
            moon: chance(rng, 0.35)
                .then(|| v3(between(rng, -0.5, 0.5), between(rng, 0.25, 0.42), 1.0).unit()),
            city: *one_of(
                rng,
                &[
                    v3(0.060, 0.036, 0.022),
                    v3(0.034, 0.034, 0.050),
                    v3(0.050, 0.028, 0.040),
                ],
            ) * between(rng, 0.7, 1.3),
            seed: rng.below(1 << 31) as u32,
        }
    }

    /// How much cloud is in a direction (unit length, y up), 0 to 1.
    fn cloud(&self, direction: V3) -> f32 {
        if self.clouds == 0.0 || direction.y <= 0.01 {
            return 0.0;
        }
        let flat = 1.0 / (direction.y + 0.12);
        let (x, z) = (direction.x * flat, direction.z * flat);
        let thick = turbulence(x * 1.3, z * 1.3, 5, self.seed);
        let from = 0.78 - 0.42 * self.clouds;
        smooth(from, from + 0.22, thick) * smooth(0.02, 0.16, direction.y)
    }

    pub(super) fn by_day(&self, direction: V3) -> V3 {
        let up = direction.y.max(0.0);
        let clear = self
            .horizon
            .toward(self.zenith, 1.0 - (1.0 - up) * (1.0 - up) * (1.0 - up));
        let glare = direction.dot(self.sun).max(0.0);
        let glare = glare * glare * glare * glare;
        let haze = clear + self.sunlight * (0.12 * glare * glare);
        let shade =
            0.78 + 0.22 * turbulence(direction.x * 9.0, direction.y * 14.0, 3, self.seed ^ 1);
        haze.toward(self.cloud_color * shade, 0.9 * self.cloud(direction))
    }

    /// Its reflection in surfaces that are too rough for a moon or stars.
    pub(super) fn by_night_without_moon(&self, direction: V3) -> V3 {
        let up = direction.y.max(0.0);
        let low = (1.0 - up) * (1.0 - up);
        let dark = v3(0.006, 0.009, 0.022) + self.city * (0.16 + 0.84 * low * low);
        dark + self.city * (0.5 * self.cloud(direction))
    }

    pub(super) fn by_night(&self, direction: V3) -> V3 {
        let mut light = self.by_night_without_moon(direction);
        let (up, cloud) = (direction.y.max(0.0), self.cloud(direction));
        let cells = 150.0;
        let spot = (
            direction.x / direction.z * cells,
            direction.y / direction.z * cells,
        );
        let star = hash(spot.0.floor() as i32, spot.1.floor() as i32, self.seed ^ 2);
        if star > 0.9965 && up > 0.12 {
            light = light + gray((star - 0.9965) * 220.0 * (1.0 - cloud) * up);
        }
        if let Some(moon) = self.moon {
            let near = direction.dot(moon);
            let disc = smooth(0.99935, 0.99965, near);
            let craters = 0.75 + 0.5 * turbulence(direction.x * 60.0, direction.y * 60.0, 2, 7);
            light = light + v3(1.5, 1.45, 1.3) * (disc * craters * (1.0 - 0.7 * cloud));
            let halo = smooth(0.98, 1.0, near);
            light = light + v3(0.05, 0.05, 0.055) * (halo * halo);
        }
        light
    }

    /// The color that distance fades to.
    pub(super) fn haze_by_day(&self) -> V3 {
        self.horizon * 0.9
    }

    pub(super) fn haze_by_night(&self) -> V3 {
        v3(0.006, 0.008, 0.014) + self.city * 0.7
    }

    /// Light that comes from the whole sky by day.
    pub(super) fn skylight(&self) -> V3 {
        self.zenith.toward(self.horizon, 0.55) * 0.85
    }
}
