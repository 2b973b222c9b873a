//! A small rasterizer: flat polygons in space, drawn through a pinhole camera into samples that remember what they show.

use super::geometry::{V3, v3};

/// Nothing nearer than this is drawn, in meters.
const NEAR: f32 = 0.6;

/// A pinhole camera that looks along z. Lengths on the buffer are in samples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Camera {
    pub(super) at: V3,
    pub(super) focal: f32,
    /// Where the direction z meets the buffer.
    pub(super) center: (f32, f32),
}

impl Camera {
    fn project(&self, point: V3) -> (f32, f32) {
        let from = point - self.at;
        let scale = self.focal / from.z;
        (
            self.center.0 + from.x * scale,
            self.center.1 - from.y * scale,
        )
    }

    /// The direction through a point of the buffer, with z = 1.
    pub(super) fn ray(&self, x: f32, y: f32) -> V3 {
        v3(
            (x - self.center.0) / self.focal,
            (self.center.1 - y) / self.focal,
            1.0,
        )
    }
}

/// A class of the mask: its id, and its index in `CLASSES`.
pub(super) type Class = u8;

/// The composition of a polygon at one point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surface {
    /// Share of light that is scattered, per color.
    pub(super) albedo: V3,
    /// Light that it gives by night.
    pub(super) glow: V3,
    /// How far it mirrors the sky and lights, 0 to 1.
    pub(super) gloss: f32,
    /// For round things drawn flat: where the surface faces, if not where the polygon does.
    pub(super) normal: Option<V3>,
    pub(super) class: Class,
}

impl Surface {
    pub(super) fn matt(class: Class, albedo: V3) -> Self {
        Self {
            albedo,
            glow: V3::default(),
            gloss: 0.0,
            normal: None,
            class,
        }
    }

    pub(super) fn glossy(self, gloss: f32) -> Self {
        Self { gloss, ..self }
    }

    pub(super) fn glowing(self, glow: V3) -> Self {
        Self { glow, ..self }
    }

    pub(super) fn facing(self, normal: V3) -> Self {
        Self {
            normal: Some(normal),
            ..self
        }
    }
}

/// One sample of the buffer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) depth: f32,
    pub(super) at: V3,
    pub(super) normal: V3,
    pub(super) surface: Surface,
}

/// A buffer of samples, several for each pixel of the picture. What nothing covers is sky, at infinite depth.
#[derive(Debug)]
pub(super) struct SampleBuffer {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) samples: Vec<Sample>,
}

impl SampleBuffer {
    pub(super) fn new(width: usize, height: usize, sky: Class) -> Self {
        let empty = Sample {
            depth: f32::INFINITY,
            at: V3::default(),
            normal: V3::default(),
            surface: Surface::matt(sky, V3::default()),
        };
        Self {
            width,
            height,
            samples: vec![empty; width * height],
        }
    }

    /// Draws a flat convex polygon where it is nearer than what is there. `material` is asked at points of the polygon; where it gives `None`
    /// the polygon has a hole.
    pub(super) fn fill(
        &mut self,
        camera: &Camera,
        polygon: &[V3],
        material: impl Fn(V3) -> Option<Surface>,
    ) {
        let [first, second, third, ..] = *polygon else {
            return;
        };
        let mut normal = (second - first).cross(third - first).unit();
        if normal.dot(first - camera.at) > 0.0 {
            normal = normal * -1.0;
        }
        // The plane as seen from the camera: a ray meets it at `reach / normal·ray`.
        let reach = normal.dot(first - camera.at);
        let outline: Vec<(f32, f32)> = clip(camera, polygon)
            .into_iter()
            .map(|point| camera.project(point))
            .collect();
        let fold = |of: fn(f32, f32) -> f32, start| {
            outline
                .iter()
                .fold(start, |bound, point| of(bound, point.1))
        };
        let top = fold(f32::min, f32::INFINITY).max(0.0) as usize;
        let bottom = fold(f32::max, 0.0).min(self.height as f32).ceil() as usize;
        for row in top..bottom {
            let y = row as f32 + 0.5;
            let Some((left, right)) = crossing(&outline, y) else {
                continue;
            };
            let left = (left - 0.5).ceil().max(0.0) as usize;
            let right = (right - 0.5).ceil().clamp(0.0, self.width as f32) as usize;
            for column in left..right {
                let ray = camera.ray(column as f32 + 0.5, y);
                let depth = reach / normal.dot(ray);
                let sample = &mut self.samples[row * self.width + column];
                if !(depth > 0.0 && depth < sample.depth) {
                    continue;
                }
                let at = camera.at + ray * depth;
                if let Some(surface) = material(at) {
                    *sample = Sample {
                        depth,
                        at,
                        normal: surface.normal.unwrap_or(normal),
                        surface,
                    };
                }
            }
        }
    }
}

/// The part of a polygon before the camera.
fn clip(camera: &Camera, polygon: &[V3]) -> Vec<V3> {
    let limit = camera.at.z + NEAR;
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for (index, &point) in polygon.iter().enumerate() {
        let next = polygon[(index + 1) % polygon.len()];
        if point.z >= limit {
            kept.push(point);
        }
        if (point.z >= limit) != (next.z >= limit) {
            kept.push(point.toward(next, (limit - point.z) / (next.z - point.z)));
        }
    }
    kept
}

/// Where a convex outline crosses a row: from, to.
fn crossing(outline: &[(f32, f32)], y: f32) -> Option<(f32, f32)> {
    let (mut from, mut to) = (f32::INFINITY, f32::NEG_INFINITY);
    for (index, &(x, start)) in outline.iter().enumerate() {
        let (next, end) = outline[(index + 1) % outline.len()];
        if (start <= y) != (end <= y) {
            let at = x + (next - x) * (y - start) / (end - start);
            (from, to) = (from.min(at), to.max(at));
        }
    }
    (from < to).then_some((from, to))
}
