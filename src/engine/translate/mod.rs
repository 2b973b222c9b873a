//! Pictures translated with the weights that a run left, or leaves while it trains: one, or all of a folder.
//!
//! A translator owns tensors and stays on the thread that opened it; everything here is called on one thread.

mod folder;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use folder::{FolderReport, FolderTask, translate_folder};

use super::device;
use super::guard::{WorkError, guarded};
use super::machine;
use super::{DeviceChoice, DeviceError};
use crate::data::images::{LeftOut, Reason, Side};
use crate::data::{DataError, Monitor};
use crate::record::files;
use crate::runs::{RunError, RunFolder, verify_checkpoint};
use crate::systems::images::shared::weights;
use crate::systems::{self, ConfigError, TrainError, TranslateOptions, Translated, Translator};

/// How often weights are read again: a run that trains may replace them meanwhile.
const TRIES: usize = 4;
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(150);

/// Why pictures cannot be translated.
#[derive(Debug, thiserror::Error)]
pub enum TranslateError {
    /// The run folder cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Its config does not hold.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It has not written weights.
    #[error(
        "{} has no weights yet: a run writes them every half minute, and when it is paused or stopped",
        .0.display()
    )]
    NoWeights(PathBuf),
    /// The system makes no pictures.
    #[error("{0} translates no pictures; name a run of CycleGAN, pix2pix or AugGAN")]
    NoTranslator(&'static str),
    /// The device is not there.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// It was not trained for this direction.
    #[error("the run translates to {} only: choose that direction", letters(.0))]
    Direction(Vec<Side>),
    /// The folder of pictures cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The picture cannot be read.
    #[error("{} {}", .0.path.display(), .0.reason)]
    Picture(LeftOut),
    /// There is nothing to translate.
    #[error("{} holds no pictures: PNG, JPEG, WebP, BMP and TIFF are read", .0.display())]
    NoPictures(PathBuf),
    /// Input and output are one.
    #[error("{} cannot be both where pictures come from and where they go: name another folder", .0.display())]
    SameFolder(PathBuf),
    /// A result cannot be written.
    #[error("cannot write {path}: {reason}", path = .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's error.
        reason: String,
    },
    /// The network could not.
    #[error("{0}")]
    Failed(String),
    /// A person canceled it.
    #[error("canceled")]
    Canceled,
}

impl From<TrainError> for TranslateError {
    fn from(error: TrainError) -> Self {
        match error {
            TrainError::Canceled => Self::Canceled,
            error => Self::Failed(error.to_string()),
        }
    }
}

/// `B`, `A and B`.
fn letters(sides: &[Side]) -> String {
    let names: Vec<&str> = sides.iter().map(|side| letter(*side)).collect();
    names.join(" and ")
}

/// `A` or `B`.
#[must_use]
pub fn letter(side: Side) -> &'static str {
    match side {
        Side::A => "A",
        Side::B => "B",
    }
}

/// Reads the newest weights of a run, which may train meanwhile, onto a device; or a file with a generator's weights (`.pth` of the official
/// code, `.safetensors`).
///
/// # Errors
/// If it has none, they cannot be read, or the device is not there.
pub fn open_translator(
    run: &Path,
    choice: DeviceChoice,
) -> Result<Box<dyn Translator>, TranslateError> {
    if files::is_file(run) {
        return open_weights(run, choice);
    }
    let folder = RunFolder::open(run)?;
    let (config, _) = folder.config_as_known()?;
    let system = systems::get(&config.system)?;
    let (device, _) = device::resolve(choice)?;
    let mut tries = 0;
    loop {
        tries += 1;
        let weights = folder.checkpoint().or_else(|| folder.best());
        let Some(weights) = weights else {
            return Err(TranslateError::NoWeights(run.to_owned()));
        };
        machine::check_weights(&weights).map_err(TranslateError::Failed)?;
        let verified = verify_checkpoint(&weights);
        if verified.is_err() && tries < TRIES {
            std::thread::sleep(PAUSE);
            continue;
        }
        verified?;
        let opened = guarded(|| match system.translator(&weights, &device) {
            // A newer checkpoint may have taken the place of the files that were being read.
            Err(TrainError::Checkpoint { .. }) if tries < TRIES => Ok(None),
            other => other.map(Some),
        });
        match opened {
            Ok(Some(translator)) => {
                return translator.ok_or(TranslateError::NoTranslator(system.label()));
            }
            Ok(None) => std::thread::sleep(PAUSE),
            Err(work_error) => return Err(into_translate_error(work_error)),
        }
    }
}

/// A generator that was trained elsewhere.
fn open_weights(file: &Path, choice: DeviceChoice) -> Result<Box<dyn Translator>, TranslateError> {
    machine::check_weights(file).map_err(TranslateError::Failed)?;
    let (device, _) = device::resolve(choice)?;
    guarded(|| weights::open_weights(file, &device)).map_err(into_translate_error)
}

/// The direction that is asked for, or else the one there is; to B where there are both.
///
/// # Errors
/// If the model was not trained for it.
pub fn direction(translator: &dyn Translator, to: Option<Side>) -> Result<Side, TranslateError> {
    let targets = translator.targets();
    let unknown = || TranslateError::Direction(targets.to_vec());
    match to {
        Some(side) if targets.contains(&side) => Ok(side),
        Some(_) => Err(unknown()),
        None if targets.contains(&Side::B) => Ok(Side::B),
        None => targets.first().copied().ok_or_else(unknown),
    }
}

/// Reads a picture and translates it.
///
/// # Errors
/// If it cannot be read or translated, or the monitor is canceled.
pub fn translate_picture(
    translator: &dyn Translator,
    path: &Path,
    to: Side,
    options: &TranslateOptions,
    monitor: &Monitor,
) -> Result<(image::RgbImage, Translated), TranslateError> {
    let picture = crate::data::images::read_image_in(path, translator.range(to.other()))
        .map_err(|reason| unread(path, reason))?;
    let translated = translate(translator, &picture, to, options, monitor)?;
    Ok((picture, translated))
}

fn unread(path: &Path, reason: Reason) -> TranslateError {
    let path = path.to_owned();
    TranslateError::Picture(LeftOut { path, reason })
}

/// As `Translator::translate`; a panic of a device ends this picture alone.
fn translate(
    translator: &dyn Translator,
    picture: &image::RgbImage,
    to: Side,
    options: &TranslateOptions,
    monitor: &Monitor,
) -> Result<Translated, TranslateError> {
    let translated = guarded(
        || match translator.translate(picture, to, options, monitor) {
            Err(TrainError::Canceled) => Ok(None),
            other => other.map(Some),
        },
    );
    match translated {
        Ok(translated) => translated.ok_or(TranslateError::Canceled),
        Err(work_error) => Err(into_translate_error(work_error)),
    }
}

fn into_translate_error(work_error: WorkError) -> TranslateError {
    match work_error {
        WorkError::Write(error) => TranslateError::Run(error),
        WorkError::Failed(message) => TranslateError::Failed(message),
    }
}
