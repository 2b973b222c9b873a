//! From samples to a picture and its mask: averaging, glare, exposure, noise.

use super::super::SampleRng;
use super::classes::CLASSES;
use super::geometry::{V3, gray, v3};
use super::light;
use super::raster::SampleBuffer;
use super::scene::Scene;
use super::{HEIGHT, WIDTH};

/// Samples per pixel, in each direction.
const FINE: usize = 4;

/// A scene by day, by night, and its classes.
pub(super) struct Views {
    buffer: SampleBuffer,
    scene: Scene,
}

impl Views {
    pub(super) fn of(scene: Scene) -> Self {
        Self {
            buffer: scene.expose(WIDTH * FINE, HEIGHT * FINE),
            scene,
        }
    }

    /// The class that covers most of each pixel, row by row.
    pub(super) fn mask(&self) -> Vec<u8> {
        pixels()
            .map(|(column, row)| {
                let mut votes = [0_u8; CLASSES.len()];
                for sample in self.samples_of(column, row) {
                    votes[usize::from(self.buffer.samples[sample].surface.class)] += 1;
                }
                let most = votes.iter().max().copied().unwrap_or(0);
                votes.iter().position(|&count| count == most).unwrap_or(0) as u8
            })
            .collect()
    }

    /// RGB, row by row.
    pub(super) fn by_day(&self, rng: &mut SampleRng) -> Vec<u8> {
        let mut light = self.light(light::by_day);
        add_glare(&mut light, 0.9, 0.35);
        print(&light, rng, 1.7, 0.003)
    }

    /// RGB, row by row.
    pub(super) fn by_night(&self, rng: &mut SampleRng) -> Vec<u8> {
        let mut light = self.light(light::by_night);
        add_glare(&mut light, 0.8, 1.0);
        print(&light, rng, 1.15, 0.009)
    }

    fn light(
        &self,
        at: impl Fn(&Scene, &super::raster::Camera, V3, &super::raster::Sample) -> V3,
    ) -> Vec<V3> {
        let camera = self.scene.camera(HEIGHT * FINE);
        pixels()
            .map(|(column, row)| {
                let mut sum = V3::default();
                for index in self.samples_of(column, row) {
                    let (x, y) = (index % self.buffer.width, index / self.buffer.width);
                    let ray = camera.ray(x as f32 + 0.5, y as f32 + 0.5);
                    sum = sum + at(&self.scene, &camera, ray, &self.buffer.samples[index]);
                }
                sum * (1.0 / (FINE * FINE) as f32)
            })
            .collect()
    }

    fn samples_of(&self, column: usize, row: usize) -> impl Iterator<Item = usize> + use<> {
        let width = self.buffer.width;
        (0..FINE * FINE).map(move |at| (row * FINE + at / FINE) * width + column * FINE + at % FINE)
    }
}

fn pixels() -> impl Iterator<Item = (usize, usize)> {
    (0..WIDTH * HEIGHT).map(|pixel| (pixel % WIDTH, pixel / WIDTH))
}

/// Light brighter than `white` spreads in the lens, near and far.
fn add_glare(light: &mut [V3], white: f32, strength: f32) {
    let bright: Vec<V3> = light
        .iter()
        .map(|&color| {
            let over = (color.luminance() - white).max(0.0);
            color * (over / color.luminance().max(1e-6))
        })
        .collect();
    for (radius, weight) in [(1, 0.22), (3, 0.16), (8, 0.10)] {
        let spread = blur(&blur(&bright, radius), radius);
        for (color, more) in light.iter_mut().zip(&spread) {
            *color = *color + *more * (weight * strength);
        }
    }
}

/// The mean of a square, one direction after the other.
fn blur(light: &[V3], radius: usize) -> Vec<V3> {
    let mean = |light: &[V3], at: &dyn Fn(usize, usize) -> usize, length: usize, rows: usize| {
        let mut out = vec![V3::default(); light.len()];
        for row in 0..rows {
            for middle in 0..length {
                let range = middle.saturating_sub(radius)..(middle + radius + 1).min(length);
                let sum = range.fold(V3::default(), |sum, near| sum + light[at(row, near)]);
                out[at(row, middle)] = sum * (1.0 / (2 * radius + 1) as f32);
            }
        }
        out
    };
    let across = mean(light, &|row, column| row * WIDTH + column, WIDTH, HEIGHT);
    mean(&across, &|column, row| row * WIDTH + column, HEIGHT, WIDTH)
}

/// Exposes, adds the noise of a sensor and rounds to bytes.
fn print(light: &[V3], rng: &mut SampleRng, exposure: f32, noise: f32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(light.len() * 3);
    let (middle_x, middle_y) = (WIDTH as f32 * 0.5, HEIGHT as f32 * 0.5);
    for (&color, (column, row)) in light.iter().zip(pixels()) {
        let (x, y) = (column as f32 / middle_x - 1.0, row as f32 / middle_y - 1.0);
        let corner = 1.0 - 0.09 * (x * x + y * y);
        let exposed = color * (exposure * corner);
        let tone = v3(tone(exposed.x), tone(exposed.y), tone(exposed.z));
        let grain = gray(rng.normal() as f32 * noise * (1.2 - tone.luminance()));
        for channel in [tone.x + grain.x, tone.y + grain.y, tone.z + grain.z] {
            bytes.push((channel * 255.0 + 0.5).clamp(0.0, 255.0) as u8);
        }
    }
    bytes
}

/// From linear light, in which 4 is white, to 0…1 for the eye.
fn tone(light: f32) -> f32 {
    let light = light.max(0.0);
    let squeezed = light * (1.0 + light * 0.0625) / (1.0 + light * 0.62);
    squeezed.min(1.0).sqrt()
}
