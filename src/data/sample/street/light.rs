//! The light on a scene, by day and by night.

use super::geometry::{V3, gray, noise, smooth, v3};
use super::raster::{Camera, Sample};
use super::scene::Scene;

/// A source of light in the night.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lamp {
    pub(super) at: V3,
    /// Intensity.
    pub(super) color: V3,
    /// Nothing further away is lit, in meters.
    pub(super) reach: f32,
    pub(super) beam: Option<Beam>,
}

/// A lamp that throws its light one way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beam {
    pub(super) direction: V3,
    /// Cosines of the angles within which the light is full, and beyond which there is none.
    pub(super) inner: f32,
    pub(super) outer: f32,
}

impl Lamp {
    /// Light on matt things, and the highlight on glossy ones in the mirrored view direction `mirrored`.
    fn falls_on(&self, sample: &Sample, mirrored: V3) -> V3 {
        let to = self.at - sample.at;
        let square = to.dot(to);
        let limit = self.reach * self.reach;
        if square >= limit {
            return V3::default();
        }
        let fade = (1.0 - square / limit) * (1.0 - square / limit);
        let direction = to * (1.0 / square.max(0.01).sqrt());
        let facing = ((sample.normal.dot(direction) + 0.12) / 1.12).max(0.0);
        let thrown = self.beam.as_ref().map_or(1.0, |beam| {
            let share = smooth(beam.outer, beam.inner, -direction.dot(beam.direction));
            share * share
        });
        let matt = facing * thrown / (1.0 + square);
        let gloss = sample.surface.gloss;
        let highlight = if gloss > 0.02 {
            let shine = if sample.normal.y > 0.9 {
                // On the ground a highlight is drawn out toward the viewer.
                let across = mirrored.x * direction.z - mirrored.z * direction.x;
                let up = mirrored.y - direction.y;
                1.0 / ((1.0 + across * across * 900.0) * (1.0 + up * up * 22.0))
            } else {
                let off = (1.0 - mirrored.dot(direction)) * 60.0;
                1.0 / (1.0 + off * off)
            };
            let soft = self.beam.as_ref().map_or(1.0, |_| 0.35 + 0.65 * thrown);
            gloss * shine * shine * soft * 0.6 / (4.0 + square.sqrt())
        } else {
            0.0
        };
        (sample.surface.albedo * matt + gray(highlight)) * self.color * fade
    }
}

/// Light of a sample by day.
pub(super) fn by_day(scene: &Scene, camera: &Camera, ray: V3, sample: &Sample) -> V3 {
    let sky = &scene.sky;
    let view = ray.unit();
    if sample.depth == f32::INFINITY {
        return sky.by_day(view);
    }
    let lit = 1.0 - scene.shadow(sample);
    let open = scene.open(sample);
    let toward_sun = ((sample.normal.dot(sky.sun) + 0.05) / 1.05).max(0.0);
    let above = 0.62 + 0.38 * sample.normal.y;
    // Light thrown back by the street and the houses.
    let bounce = v3(0.085, 0.078, 0.07) * (1.0 - 0.5 * sample.normal.y);
    let light = sky.skylight() * (above * open) + bounce * open + sky.sunlight * (toward_sun * lit);
    let mut color = sample.surface.albedo * light + sample.surface.glow * 0.012;
    color = color + mirrored_sky(sample, view, |way| sky.by_day(way), gray(0.16));
    color.toward(sky.haze_by_day(), haze(camera, sample, 520.0))
}

/// Light of a sample by night.
pub(super) fn by_night(scene: &Scene, camera: &Camera, ray: V3, sample: &Sample) -> V3 {
    let sky = &scene.sky;
    let view = ray.unit();
    if sample.depth == f32::INFINITY {
        return sky.by_night(view);
    }
    let above = 0.6 + 0.4 * sample.normal.y;
    let dusk = v3(0.030, 0.037, 0.060) * (above * scene.open(sample));
    let mirrored = view - sample.normal * (2.0 * view.dot(sample.normal));
    let mut color = sample.surface.albedo * dusk + sample.surface.glow;
    for lamp in &scene.lamps {
        color = color + lamp.falls_on(sample, mirrored);
    }
    color = color
        + mirrored_sky(
            sample,
            view,
            |way| sky.by_night_without_moon(way),
            gray(0.012),
        );
    color.toward(sky.haze_by_night(), haze(camera, sample, 260.0))
}

/// The reflection of the sky in a glossy surface, and of the houses where they hide the sky.
fn mirrored_sky(sample: &Sample, view: V3, sky: impl Fn(V3) -> V3, houses: V3) -> V3 {
    let gloss = sample.surface.gloss;
    if gloss == 0.0 {
        return V3::default();
    }
    let slope = view.dot(sample.normal);
    let way = view - sample.normal * (2.0 * slope);
    let grazing = 1.0 - slope.abs();
    let share = gloss * (0.16 + 0.84 * grazing * grazing * grazing * grazing);
    let wobble = 0.16 * (noise(sample.at.x * 0.8 + sample.at.z * 0.8, sample.at.y * 0.5, 11) - 0.5);
    let open = smooth(0.02, 0.4, way.y + wobble);
    houses.toward(sky(way), open) * share
}

/// Share of the view that distance takes, `half` meters for one half.
fn haze(camera: &Camera, sample: &Sample, half: f32) -> f32 {
    let share = (sample.at.z - camera.at.z) / half;
    share / (1.0 + share)
}
