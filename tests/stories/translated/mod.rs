//! Runs that turn the sample streets from day to night and back, snapshot by snapshot, without a network.

use std::path::Path;

use atelier::data::Monitor;
use atelier::data::images::Side;
use atelier::data::sample::{SAMPLE_SEED, StreetCounts, write_street};
use atelier::record::{ArtifactKind, TranslatedPicture, Translations, View};
use atelier::record::{Event, Status};
use atelier::runs::RunState;
use image::{Rgb, RgbImage};

/// A street by day or by night.
struct Scene {
    side: Side,
    name: String,
    real: RgbImage,
    target: RgbImage,
    mask: RgbImage,
}

/// Test streets.
pub(crate) struct Streets {
    scenes: Vec<Scene>,
    classes: Vec<(String, [u8; 3])>,
}

/// How a run does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    /// Snapshots that it leaves.
    pub(crate) snapshots: u64,
    /// How near its translations come to the truth, 0 to 1.
    pub(crate) reach: f32,
    /// Whether it parses pictures, as AugGAN does.
    pub(crate) parses: bool,
}

impl Streets {
    /// So many by day, and the same by night.
    pub(crate) fn draw(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let counts = StreetCounts {
            train: 0,
            test: count,
        };
        write_street(folder.path(), SAMPLE_SEED, counts, &Monitor::default()).unwrap();
        let table = std::fs::read_to_string(folder.path().join("classes.csv")).unwrap();
        let classes = table
            .lines()
            .skip(1)
            .map(|line| {
                let fields: Vec<&str> = line.split(',').collect();
                let color = u32::from_str_radix(fields[2].trim_start_matches('#'), 16).unwrap();
                let [_, r, g, b] = color.to_be_bytes();
                (fields[1].to_owned(), [r, g, b])
            })
            .collect();
        let mut scenes = Vec::new();
        for (side, own, other) in [(Side::A, "testA", "testB"), (Side::B, "testB", "testA")] {
            let mut files: Vec<_> = std::fs::read_dir(folder.path().join(own))
                .unwrap()
                .map(|entry| entry.unwrap().file_name())
                .collect();
            files.sort();
            for file in files {
                let read = |part: &str| {
                    let path = folder.path().join(part).join(&file);
                    image::open(path).unwrap().into_rgb8()
                };
                scenes.push(Scene {
                    side,
                    name: Path::new(&file)
                        .with_extension("")
                        .to_string_lossy()
                        .into_owned(),
                    real: read(own),
                    target: read(other),
                    mask: read(&format!("{own}_labels")),
                });
            }
        }
        Self { scenes, classes }
    }

    /// Names of the streets, those by day first.
    pub(crate) fn names(&self) -> Vec<String> {
        self.scenes.iter().map(|scene| scene.name.clone()).collect()
    }

    /// Calls the first street by day something else.
    pub(crate) fn rename_first(&mut self, name: &str) {
        name.clone_into(&mut self.scenes[0].name);
    }

    /// What a run that is `far` (0 to 1) on its way makes of them.
    pub(crate) fn translations(&self, far: f32, parses: bool) -> Translations {
        let pictures = self.scenes.iter().map(|scene| {
            let (real, target) = (&scene.real, &scene.target);
            let blurred = image::imageops::blur(target, 0.4 + 3.0 * (1.0 - far));
            let fake = mix(real, &blurred, far);
            let back = mix(real, &image::imageops::blur(real, 2.0), 0.9 - 0.6 * far);
            let mut picture = TranslatedPicture::new(scene.side, scene.name.clone())
                .with(View::Real, real.clone())
                .with(View::Fake, fake)
                .with(View::Reconstruction, back.clone())
                .with(View::Identity, mix(&back, target, 0.1))
                .with(View::Mask, scene.mask.clone())
                .with(View::Target, target.clone());
            if parses {
                let coarse = (9.0 - 8.0 * far) as u32;
                let parsing = RgbImage::from_fn(real.width(), real.height(), |x, y| {
                    *scene
                        .mask
                        .get_pixel(x / coarse * coarse, y / coarse * coarse)
                });
                picture.set(View::Parsing, parsing);
            }
            picture
        });
        let (width, height) = self.scenes[0].real.dimensions();
        Translations {
            width,
            height,
            pictures: pictures.collect(),
            classes: self.classes.clone(),
        }
    }

    /// The events of a run; writes its snapshots into `artifacts`.
    pub(crate) fn events(&self, artifacts: &Path, way: Way) -> Vec<Event> {
        std::fs::create_dir_all(artifacts).unwrap();
        let total = way.snapshots * 100;
        let status = |status, step| Event::Status {
            status,
            step,
            total_steps: total,
            message: None,
        };
        let mut events = vec![status(Status::Running, 0)];
        for at in 1..=way.snapshots {
            let step = at * 100;
            let part = at as f32 / way.snapshots as f32 * way.reach;
            let measure = f64::from(part);
            for (name, value) in [
                ("loss/cycle_a", 1.2 - measure),
                ("fake_b/fcn_miou", 0.05 + 0.4 * measure),
                ("fake_b/ssim", 0.3 + 0.4 * measure),
                ("fake_a/fcn_miou", 0.04 + 0.3 * measure),
                ("cycle_a/psnr", 14.0 + 10.0 * measure),
            ] {
                events.push(Event::Scalar {
                    name: name.to_owned(),
                    step,
                    epoch: step as f64 / 60.0,
                    seconds: step as f64 * 0.2,
                    value,
                });
            }
            let file = format!("translations_{step:06}.png");
            let bytes = self.translations(part, way.parses).to_png();
            std::fs::write(artifacts.join(&file), bytes).unwrap();
            events.push(Event::Snapshot {
                kind: ArtifactKind::TRANSLATIONS,
                step,
                file,
            });
        }
        events.push(status(Status::Finished, total));
        events
    }

    /// A run's state.
    pub(crate) fn state(&self, artifacts: &Path, way: Way) -> RunState {
        let mut state = RunState::default();
        for event in self.events(artifacts, way) {
            state.apply(&event);
        }
        state
    }

    /// A finished run's folder, without weights.
    pub(crate) fn write_run(&self, runs: &Path, id: &str, name: &str, system: &str, way: Way) {
        let folder = runs.join(id);
        let events = self.events(&folder.join("artifacts"), way);
        let lines: Vec<String> = events
            .iter()
            .map(|event| serde_json::to_string(event).unwrap() + "\n")
            .collect();
        std::fs::write(folder.join("events.jsonl"), lines.concat()).unwrap();
        let summary = serde_json::json!({
            "id": id,
            "name": name,
            "system": system,
            "status": "finished",
            "seed": 1,
            "device": "cpu",
            "data": {
                "path": "/street",
                "bytes": 1000,
                "hash": "54e7355a2458747a9dc117ca76ca1c41811746ef0e185379779817e0e1f9d576",
                "rows": 60,
                "columns": 60,
                "cells": 120
            },
            "step": way.snapshots * 100,
            "total_steps": way.snapshots * 100,
            "epoch": 10.0,
            "seconds": 60.0,
        });
        std::fs::write(folder.join("run.json"), summary.to_string()).unwrap();
        let config = format!(
            "system = \"{system}\"\nseed = 1\n\n[data]\npath = \"/street\"\n\n[{system}]\n"
        );
        std::fs::write(folder.join("config.toml"), config).unwrap();
    }
}

fn mix(one: &RgbImage, other: &RgbImage, share: f32) -> RgbImage {
    RgbImage::from_fn(one.width(), one.height(), |x, y| {
        let (a, b) = (one.get_pixel(x, y).0, other.get_pixel(x, y).0);
        Rgb([0, 1, 2].map(|at| {
            let value = f32::from(a[at]) * (1.0 - share) + f32::from(b[at]) * share;
            value.round() as u8
        }))
    })
}
