//! Every picture of a folder, translated into another folder.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::{DynamicImage, ImageFormat};

use super::{TranslateError, letter, translate_picture};
use crate::data::Monitor;
use crate::data::images::{LeftOut, Side, ValueRange, images_in, is_deep};
use crate::record::files;
use crate::systems::{DeepImage, TranslateOptions, Translator};

/// The picture to translate.
#[derive(Debug, Clone)]
pub struct FolderTask {
    /// Where the pictures are: a folder, looked into with its folders, or one picture.
    pub input: PathBuf,
    /// Where the results go, under the same names as PNG; made if it is not there.
    pub output: PathBuf,
    /// The domain to translate to.
    pub to: Side,
    /// True if results that are there already are made anew.
    pub overwrite: bool,
    /// How each is translated.
    pub options: TranslateOptions,
}

/// The outcome of a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderReport {
    /// Pictures that were written.
    pub written: usize,
    /// Those of them that were translated in more than one piece.
    pub tiled: usize,
    /// Those of them that have more than 8 bits, and whose results have 16.
    pub deep: usize,
    /// Results that were there already.
    pub kept: usize,
    /// Pictures that were left out: the path and why, to be read after it.
    pub skipped: Vec<(PathBuf, String)>,
    /// True if a person ended it before the last one.
    pub canceled: bool,
}

impl FolderReport {
    /// One sentence: `12 pictures translated to B, 3 were there already, 1 skipped`.
    #[must_use]
    pub fn summary(&self, to: Side) -> String {
        let pictures = if self.written == 1 {
            "picture"
        } else {
            "pictures"
        };
        let mut text = format!("{} {pictures} translated to {}", self.written, letter(to));
        if self.tiled > 0 {
            text += &format!(" ({} in tiles)", self.tiled);
        }
        if self.deep > 0 {
            text += &format!(
                " ({} of more than 8 bits, written with 16; networks see 256 steps of them)",
                self.deep
            );
        }
        if self.kept > 0 {
            text += &format!(", {} there already", self.kept);
        }
        if !self.skipped.is_empty() {
            text += &format!(", {} skipped", self.skipped.len());
        }
        if self.canceled {
            text += ", then canceled";
        }
        text
    }
}

/// Translates the pictures one after the other; what is wrong with one of them ends only that one. The monitor counts pictures, and a
/// canceled one leaves what is finished.
///
/// # Errors
/// If the input cannot be read or holds no pictures, the direction is not there, or a result cannot be written.
pub fn translate_folder(
    translator: &dyn Translator,
    task: &FolderTask,
    monitor: &Monitor,
) -> Result<FolderReport, TranslateError> {
    super::direction(translator, Some(task.to))?;
    let (pictures, left_out) = find(task, monitor)?;
    let mut report = FolderReport {
        skipped: left_out
            .into_iter()
            .map(|out| (out.path, out.reason.to_string()))
            .collect(),
        ..FolderReport::default()
    };
    if pictures.is_empty() {
        return Err(TranslateError::NoPictures(task.input.clone()));
    }
    monitor.set_total(pictures.len() as u64);
    sweep(&task.output);
    let mut names = Names::default();
    for path in &pictures {
        if monitor.is_canceled() {
            report.canceled = true;
            break;
        }
        let target = task.output.join(names.of(&task.input, path));
        match one(translator, task, path, &target, &monitor.of_part()) {
            Ok(None) => report.kept += 1,
            Ok(Some(done)) => {
                report.written += 1;
                report.tiled += usize::from(done.tiles > 1);
                report.deep += usize::from(done.is_deep);
            }
            Err(TranslateError::Canceled) => {
                report.canceled = true;
                break;
            }
            Err(TranslateError::Picture(LeftOut { path, reason })) => {
                report.skipped.push((path, reason.to_string()));
            }
            Err(TranslateError::Failed(why)) => {
                report
                    .skipped
                    .push((path.clone(), format!("cannot be translated: {why}")));
            }
            Err(error) => return Err(error),
        }
        monitor.advance(1);
    }
    Ok(report)
}

/// What became of a picture that was written.
struct Done {
    tiles: usize,
    is_deep: bool,
}

/// `None` if it was there.
fn one(
    translator: &dyn Translator,
    task: &FolderTask,
    path: &Path,
    target: &Path,
    monitor: &Monitor,
) -> Result<Option<Done>, TranslateError> {
    if !task.overwrite && target.exists() {
        return Ok(None);
    }
    let options = TranslateOptions {
        deep: is_deep(path),
        ..task.options
    };
    let (_, translated) = translate_picture(translator, path, task.to, &options, monitor)?;
    let is_deep = translated.deep.is_some();
    match translated.deep {
        Some(mut deep) => {
            in_range(&mut deep, translator.range(task.to));
            write_png(&deep.into(), target)?;
        }
        None => write_png(&translated.image.into(), target)?,
    }
    Ok(Some(Done {
        tiles: translated.tiles,
        is_deep,
    }))
}

/// Puts values of 0 to 65,535 into the range of the pictures of the domain, where they are whole numbers of 16 bits.
fn in_range(image: &mut DeepImage, range: Option<ValueRange>) {
    let Some(range) =
        range.filter(|range| range.low >= 0.0 && range.high > 1.0 && range.high <= 65_535.0)
    else {
        return;
    };
    for value in image.iter_mut() {
        let share = f32::from(*value) / 65_535.0;
        *value = (range.low + share * (range.high - range.low)).round() as u16;
    }
}

/// The pictures of the input, without those that earlier runs wrote into it.
fn find(
    task: &FolderTask,
    monitor: &Monitor,
) -> Result<(Vec<PathBuf>, Vec<LeftOut>), TranslateError> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if real(&task.input) == real(&task.output) {
        return Err(TranslateError::SameFolder(task.output.clone()));
    }
    if task.input.is_file() {
        return Ok((vec![task.input.clone()], Vec::new()));
    }
    // The walk gives paths that begin as the input does.
    let output = real(&task.output)
        .strip_prefix(real(&task.input))
        .map_or_else(|_| task.output.clone(), |inside| task.input.join(inside));
    images_in(&task.input, &[output], monitor).map_err(|error| match error {
        crate::data::DataError::Canceled => TranslateError::Canceled,
        error => TranslateError::Data(error),
    })
}

/// Names of results: those of the pictures, ending in `.png`; the whole name where two differ in their endings alone.
#[derive(Default)]
struct Names {
    taken: HashSet<PathBuf>,
}

impl Names {
    fn of(&mut self, input: &Path, picture: &Path) -> PathBuf {
        let inside = picture
            .strip_prefix(input)
            .ok()
            .filter(|inside| !inside.as_os_str().is_empty());
        let inside = inside.map_or_else(
            || picture.file_name().map(PathBuf::from).unwrap_or_default(),
            Path::to_path_buf,
        );
        let mut name = inside.with_extension("png");
        if !self.taken.insert(name.clone()) {
            let mut whole = inside.into_os_string();
            whole.push(".png");
            name = PathBuf::from(whole);
            self.taken.insert(name.clone());
        }
        name
    }
}

/// How a picture is called until it is complete.
const UNFINISHED: &str = ".translating";
/// A picture that nobody has locked is nobody's after this long: it is locked a moment after it is made.
const MOMENT: Duration = Duration::from_secs(60);

/// Removes pictures that a killed process left unfinished below a folder, unless somebody writes them.
fn sweep(folder: &Path) {
    let is_unfinished = |name: &std::ffi::OsStr| {
        let name = name.as_encoded_bytes();
        name.starts_with(UNFINISHED.as_bytes())
    };
    for entry in walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
    {
        if !entry.file_type().is_file() || !is_unfinished(entry.file_name()) {
            continue;
        }
        let is_old = entry.metadata().is_ok_and(|metadata| {
            let age = metadata.modified().map(|time| time.elapsed());
            age.is_ok_and(|age| age.is_ok_and(|age| age > MOMENT))
        });
        let is_free = || files::open(entry.path()).is_ok_and(|file| file.try_lock_shared().is_ok());
        if is_old
            && is_free()
            && let Err(error) = std::fs::remove_file(entry.path())
        {
            tracing::debug!("{}: {error}", entry.path().display());
        }
    }
}

/// Writes beside and renames, so that a picture with this name is whole.
fn write_png(image: &DynamicImage, target: &Path) -> Result<(), TranslateError> {
    let failed = |path: &Path, reason: String| TranslateError::Write {
        path: path.to_owned(),
        reason,
    };
    let folder = target.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error.to_string()))?;
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempfile_in(folder)
        .map_err(|error| failed(folder, error.to_string()))?;
    // For those who look for what killed processes left; some file systems have no locks.
    let _ = file.as_file().try_lock();
    image
        .write_to(
            &mut std::io::BufWriter::new(file.as_file_mut()),
            ImageFormat::Png,
        )
        .map_err(|error| failed(target, error.to_string()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Files of its kind are private otherwise.
        let everyone = std::fs::Permissions::from_mode(0o644);
        file.as_file()
            .set_permissions(everyone)
            .map_err(|error| failed(target, error.to_string()))?;
    }
    file.persist(target)
        .map_err(|error| failed(target, error.error.to_string()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn unfinished_pictures_of_killed_processes_go_and_those_of_live_ones_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("in")).unwrap();
        let long_ago = SystemTime::now() - 2 * MOMENT;
        let make = |name: &str, time| {
            let file = File::create(path(name)).unwrap();
            file.set_modified(time).unwrap();
            file
        };
        drop(make(".translating1", long_ago));
        drop(make("in/.translating2", long_ago));
        drop(make("whole.png", long_ago));
        drop(make(".translating_new", SystemTime::now()));
        let live = make(".translating_live", long_ago);
        live.try_lock().unwrap();
        sweep(folder.path());
        for gone in [".translating1", "in/.translating2"] {
            assert!(!path(gone).exists(), "{gone}");
        }
        for stays in ["whole.png", ".translating_new", ".translating_live"] {
            assert!(path(stays).exists(), "{stays}");
        }
    }

    #[test]
    fn deep_results_have_the_values_of_their_domain() {
        let made = |range| {
            let mut image = DeepImage::from_raw(1, 1, vec![0, 32_768, 65_535]).expect("a pixel");
            in_range(&mut image, range);
            image.into_raw()
        };
        let range = |low, high| Some(ValueRange { low, high });
        assert_eq!(made(range(0.0, 4095.0)), [0, 2048, 4095]);
        assert_eq!(made(range(1000.0, 3000.0)), [1000, 2000, 3000]);
        // Floats have no whole numbers to go back to.
        assert_eq!(made(range(0.0, 1.0)), [0, 32_768, 65_535]);
        assert_eq!(made(None), [0, 32_768, 65_535]);
    }
}
