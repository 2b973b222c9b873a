//! The sample images: streets by day and by night, drawn from a seed, with exact masks.

mod buildings;
mod cars;
mod classes;
mod draws;
mod facades;
mod geometry;
mod ground;
mod light;
mod people;
mod posts;
mod raster;
mod scene;
mod sky;
mod skyline;
mod tone_mapping;
mod trees;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageError};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::SampleRng;
use crate::data::images::indexed_png;
use crate::data::{DataError, Monitor};
use classes::CLASSES;
use scene::Scene;
use tone_mapping::Views;

/// Size of a picture.
const WIDTH: usize = 128;
const HEIGHT: usize = 96;

/// How many scenes to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreetCounts {
    /// Scenes by day to train with, and as many others by night.
    pub train: usize,
    /// Scenes to test with, each by day and by night.
    pub test: usize,
}

impl Default for StreetCounts {
    fn default() -> Self {
        Self {
            train: 60,
            test: 20,
        }
    }
}

/// Writes `trainA` (day) and `trainB` (night, other streets), `testA` and `testB` (the same streets by day and by night), beside each a
/// folder `…_labels` of masks (PNG with a palette; the index is the class), and `classes.csv`. Pictures are 128 × 96. The same seed gives the
/// same pictures on every machine, and more scenes begin with those of fewer. The monitor counts scenes.
///
/// # Errors
/// If the folder or a file cannot be written, or the monitor is canceled.
pub fn write_street(
    folder: &Path,
    seed: u64,
    counts: StreetCounts,
    monitor: &Monitor,
) -> Result<(), DataError> {
    let make = |path: PathBuf| {
        std::fs::create_dir_all(&path).map_err(|source| DataError::Write { path, source })
    };
    for part in ["trainA", "trainB", "testA", "testB"] {
        make(folder.join(part))?;
        make(folder.join(format!("{part}_labels")))?;
    }
    write(&folder.join("classes.csv"), classes_csv().as_bytes())?;
    let jobs: Vec<(Kind, usize)> = [
        (Kind::TrainDay, counts.train),
        (Kind::TrainNight, counts.train),
        (Kind::Test, counts.test),
    ]
    .into_iter()
    .flat_map(|(kind, count)| (0..count).map(move |index| (kind, index)))
    .collect();
    monitor.set_total(jobs.len() as u64);
    jobs.into_par_iter().try_for_each(|(kind, index)| {
        if monitor.is_canceled() {
            return Err(DataError::Canceled);
        }
        for picture in draw(seed, kind, index) {
            let name = kind.file_name(index);
            let file = folder.join(picture.part).join(&name);
            write(&file, &encoded(&file, &picture.rgb)?)?;
            let part = format!("{}_labels", picture.part);
            let file = folder.join(part).join(&name);
            write(&file, &encoded_mask(&file, &picture.mask)?)?;
        }
        monitor.advance(1);
        Ok(())
    })
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    TrainDay,
    TrainNight,
    Test,
}

impl Kind {
    /// Equal for the two views of a scene, and only for them.
    fn file_name(self, index: usize) -> String {
        let kind = match self {
            Self::TrainDay => "day",
            Self::TrainNight => "night",
            Self::Test => "street",
        };
        format!("{kind}_{:04}.png", index + 1)
    }
}

struct Picture {
    part: &'static str,
    rgb: Vec<u8>,
    mask: Vec<u8>,
}

/// One scene as seen in the parts it belongs to.
fn draw(seed: u64, kind: Kind, index: usize) -> Vec<Picture> {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    // A stream for each scene: it does not depend on how many there are.
    generator.set_stream((kind as u64) << 32 | index as u64);
    let mut rng = SampleRng(generator);
    let views = Views::of(Scene::generate(&mut rng));
    let picture = |part, rgb| Picture {
        part,
        rgb,
        mask: views.mask(),
    };
    match kind {
        Kind::TrainDay => vec![picture("trainA", views.by_day(&mut rng))],
        Kind::TrainNight => vec![picture("trainB", views.by_night(&mut rng))],
        Kind::Test => vec![
            picture("testA", views.by_day(&mut rng)),
            picture("testB", views.by_night(&mut rng)),
        ],
    }
}

fn encoded(file: &Path, rgb: &[u8]) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive)
        .write_image(rgb, WIDTH as u32, HEIGHT as u32, ExtendedColorType::Rgb8)
        .map_err(|error| not_encoded(file, error))?;
    Ok(bytes)
}

fn encoded_mask(file: &Path, mask: &[u8]) -> Result<Vec<u8>, DataError> {
    let palette = CLASSES.map(|(_, color)| color);
    indexed_png::encode(WIDTH as u32, HEIGHT as u32, mask, &palette)
        .map_err(|error| not_encoded(file, error))
}

fn not_encoded(path: &Path, error: ImageError) -> DataError {
    DataError::Write {
        path: path.to_owned(),
        source: std::io::Error::other(error),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), DataError> {
    std::fs::write(path, bytes).map_err(|source| DataError::Write {
        path: path.to_owned(),
        source,
    })
}

fn classes_csv() -> String {
    let mut text = String::from("id,name,color,ignore\n");
    for (id, (name, [red, green, blue])) in CLASSES.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{id},{name},#{red:02x}{green:02x}{blue:02x},false");
    }
    text
}
