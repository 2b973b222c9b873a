//! The files of a folder.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::{LeftOut, Reason};
use crate::data::load::counted;
use crate::data::{DataError, Monitor};

/// Folders within folders within folders: deeper ones are not looked into.
const DEPTH: usize = 8;
/// Files that are looked at, at most.
const MOST: usize = 1_000_000;
/// Ends of names of images.
const ENDINGS: [&str; 9] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "webp", "bmp", "tif", "tiff",
];
/// Other files whose endings are told, at most.
const MOST_TOLD: usize = 5;

/// Folders of masks end in this.
pub(super) const LABELS: &str = "_labels";

/// A file that is an image by its name.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Path within the folder, without the ending: what pairs and masks go by.
    pub(super) key: PathBuf,
}

/// Contents of a folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Ascending by path.
    pub(super) files: Vec<Found>,
    /// Files whose names are not those of images.
    pub(super) others: Others,
    /// Folders of masks among the images, by their names.
    pub(super) masks: Vec<PathBuf>,
    /// Entries that could not be read.
    pub(super) left_out: Vec<LeftOut>,
}

/// Files whose names are not those of images.
#[derive(Debug, Default)]
pub(super) struct Others {
    count: usize,
    /// The ends of their names, as far as they are told.
    endings: BTreeSet<String>,
}

impl Others {
    fn add(&mut self, path: &Path) {
        self.count += 1;
        if self.endings.len() <= MOST_TOLD {
            let ending = path.extension().unwrap_or_default().to_string_lossy();
            let short: String = ending.to_lowercase().chars().take(10).collect();
            self.endings.insert(short);
        }
    }

    /// `4 files are not images by their names (.gif, .heic)`; none if there are none.
    pub(super) fn told(&self) -> Option<String> {
        let told = self
            .endings
            .iter()
            .take(MOST_TOLD)
            .map(|ending| match &ending[..] {
                "" => "without an ending".to_owned(),
                ending => format!(".{ending}"),
            });
        let mut told: Vec<String> = told.collect();
        if self.endings.len() > MOST_TOLD {
            told.push("…".to_owned());
        }
        let counted = counted(self.count, "file is not an image", "files are not images");
        (self.count > 0).then(|| format!("{counted} by their names ({})", told.join(", ")))
    }
}

/// Left by archivers, file managers and network disks; in no case pictures of anyone.
const LITTER: [&str; 11] = [
    "__MACOSX",
    "@eaDir",
    "#recycle",
    "@Recycle",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
    "Thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "Icon\r",
];

/// True for hidden files and folders, and for what programs leave in folders.
pub(super) fn is_litter(name: &OsStr) -> bool {
    let text = name.to_string_lossy();
    text.starts_with('.') || LITTER.iter().any(|known| text.eq_ignore_ascii_case(known))
}

/// True if a folder of this name holds masks.
fn is_of_labels(name: &OsStr) -> bool {
    name.to_string_lossy().to_lowercase().ends_with(LABELS)
}

/// Names of folders of masks among images.
const MASKS: [&str; 9] = [
    "masks",
    "mask",
    "labels",
    "label",
    "annotations",
    "segmentation",
    "segmentations",
    "groundtruth",
    "ground_truth",
];
/// Further ends of names of folders of masks.
const MASK_ENDS: [&str; 7] = [
    "_masks",
    "_mask",
    "_seg",
    "_segmentation",
    "_annotations",
    "_annot",
    "annot",
];

/// The name of the folder whose masks a folder of this name holds: `train` of `trainannot`.
pub(super) fn images_of_masks(name: &str) -> Option<&str> {
    let lower = name.to_lowercase();
    let ends = || MASK_ENDS.iter().chain(&[LABELS]);
    let end = ends().find(|end| lower.len() == name.len() && lower.ends_with(**end))?;
    name.get(..name.len() - end.len())
        .filter(|own| !own.is_empty())
}

/// Where the masks of a folder of images may lie beside the usual place: in it, or beside it.
pub(super) fn mask_folders(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let inside = MASKS.iter().map(|name| folder.join(name));
    let inside = inside.filter(|path| is_of_masks_among_images(path));
    let beside = MASK_ENDS.iter().filter_map(|end| {
        let mut name = folder.file_name()?.to_owned();
        name.push(end);
        Some(folder.with_file_name(name))
    });
    inside.chain(beside).filter(|path| path.is_dir())
}

/// True if a folder within one of images holds masks: by its name, where there are images beside it.
fn is_of_masks_among_images(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_lowercase();
    let is_named =
        MASKS.contains(&name.as_str()) || MASK_ENDS.iter().any(|end| name.ends_with(end));
    let beside = |above: &Path| {
        ["images", "image", "imgs", "img"]
            .iter()
            .any(|name| above.join(name).is_dir())
            || std::fs::read_dir(above).is_ok_and(|entries| {
                let some = entries.flatten().take(1_000);
                some.map(|entry| entry.path())
                    .any(|path| is_image(&path) && path.is_file())
            })
    };
    is_named && folder.parent().is_some_and(beside)
}

/// Lists a folder and what is in it, but not hidden files, folders of masks and those in `except`.
pub(super) fn list(
    folder: &Path,
    except: &[PathBuf],
    monitor: &Monitor,
) -> Result<Listing, DataError> {
    let mut masks = Vec::new();
    // Links are followed; the walk sees loops and gives them as errors.
    let walk = WalkDir::new(folder)
        .max_depth(DEPTH)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name();
            let is_labels = entry.file_type().is_dir() && is_of_labels(name);
            let is_excepted = || except.iter().any(|folder| folder == entry.path());
            if entry.depth() == 0 {
                return true;
            }
            let is_out = is_litter(name) || is_labels || is_excepted();
            if !is_out && entry.file_type().is_dir() && is_of_masks_among_images(entry.path()) {
                masks.push(entry.path().to_owned());
                return false;
            }
            !is_out
        });
    let mut listing = Listing::default();
    for entry in walk {
        if monitor.is_canceled() {
            return Err(DataError::Canceled);
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.depth() == 0 => {
                let source = error
                    .into_io_error()
                    .unwrap_or_else(|| std::io::Error::other("it links to itself"));
                return Err(DataError::read(folder, source));
            }
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                let problem = if error.loop_ancestor().is_some() {
                    "it links to a folder that it is in".to_owned()
                } else {
                    error
                        .into_io_error()
                        .map_or_else(String::new, |error| error.to_string())
                };
                let reason = Reason::Unreadable(problem);
                listing.left_out.push(LeftOut { path, reason });
                continue;
            }
        };
        if !entry.file_type().is_file() {
            continue;
        }
        if !is_image(entry.path()) {
            listing.others.add(entry.path());
            continue;
        }
        if listing.files.len() == MOST {
            return Err(DataError::content(
                folder,
                format!("holds more than {MOST} images"),
                "Give one of its subfolders",
            ));
        }
        let within = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        listing.files.push(Found {
            key: within.with_extension(""),
            path: entry.into_path(),
        });
    }
    listing.masks = masks;
    Ok(listing)
}

/// The images in a folder and the folders in it, by path, but not hidden ones, folders of masks and those in `except`; and what could not be
/// looked into.
///
/// # Errors
/// If the folder cannot be read or holds too many images, or the monitor is canceled.
pub fn images_in(
    folder: &Path,
    except: &[PathBuf],
    monitor: &Monitor,
) -> Result<(Vec<PathBuf>, Vec<LeftOut>), DataError> {
    let listing = list(folder, except, monitor)?;
    let paths = listing.files.into_iter().map(|found| found.path);
    Ok((paths.collect(), listing.left_out))
}

/// True if a file is an image by its name.
#[must_use]
pub fn is_image(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| {
            ENDINGS
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        })
}

/// The folders directly in a folder, ascending by name, without hidden ones and those of masks.
pub(super) fn subfolders(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let entries = std::fs::read_dir(folder).map_err(|error| DataError::read(folder, error))?;
    let mut folders: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default();
            !is_litter(name) && !is_of_labels(name) && path.is_dir()
        })
        .collect();
    folders.sort();
    Ok(folders)
}
