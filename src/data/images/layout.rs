//! Where the domains lie in what a person gave.

use std::path::{Path, PathBuf};

use super::conventions::Set;
use super::list::{is_image, is_litter, subfolders};
use super::sets::{folder_each, set_in, side_by_side, train_test, two_folders};
use super::{Half, Side, header, inventory};
use crate::data::load::counted;
use crate::data::{DataError, ImagesSource, Layout};

const ONE_FOLDER: &str = "Give a folder with trainA and trainB, or one with a folder for each domain, or domain B as data.path_b; \
                          for images side by side set data.layout = \"side_by_side\"";

/// A folder of images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Which images each file holds.
    pub(super) holds: Vec<(Side, Half)>,
    pub(super) is_test: bool,
    pub(super) folder: PathBuf,
    /// Where its masks are, if they are there.
    pub(super) masks: Option<PathBuf>,
}

/// All folders of a data set.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) parts: Vec<Part>,
    /// Names of the domains.
    pub(super) names: [String; 2],
    /// The table of classes, if there is one.
    pub(super) classes: Option<PathBuf>,
    /// What a person should know of how they were found.
    pub(super) notices: Vec<String>,
}

/// A single folder in a folder, and one in it: how far the pictures may lie too deep.
const TOO_DEEP: usize = 3;

/// Finds the folders. `source` has paths from the current folder.
pub(super) fn find(source: &ImagesSource) -> Result<Parts, DataError> {
    let path = &source.path;
    if !path.is_dir() {
        let is_file = path.is_file();
        return Err(if is_file {
            DataError::content(path, "is a file", ONE_FOLDER)
        } else {
            DataError::read(path, std::io::ErrorKind::NotFound.into())
        });
    }
    let mut notices = Vec::new();
    let (parts, names) = match &source.path_b {
        Some(b) => two_folders(source, path, b)?,
        None => {
            let (found, root) = one_folder(source, path)?;
            if root != *path {
                notices.push(format!(
                    "the images are taken from {}, the only folder in {}",
                    root.display(),
                    path.display()
                ));
            }
            found
        }
    };
    let classes = source.classes.clone().or_else(|| classes_beside(&parts));
    notices.extend(unused(source, &parts));
    Ok(Parts {
        parts,
        names,
        classes,
        notices,
    })
}

/// Both domains in one folder, or in the only folder in it; with the one that holds them.
fn one_folder(source: &ImagesSource, path: &Path) -> Result<(Found, PathBuf), DataError> {
    let mut root = path.to_owned();
    let mut first = None;
    for _ in 0..TOO_DEEP {
        match in_folder(source, &root) {
            Ok(found) => return Ok((found, root)),
            Err(error) => first = first.or(Some(error)),
        }
        match subfolders(&root)?.as_slice() {
            [only] if !holds_images_directly(&root) => root.clone_from(only),
            _ => break,
        }
    }
    Err(first.unwrap_or_else(|| missing(path, "only one domain")))
}

fn in_folder(source: &ImagesSource, path: &Path) -> Result<Found, DataError> {
    match source.layout {
        Some(Layout::TrainTest) => {
            train_test(source, path)?.ok_or_else(|| missing(path, "no trainA and trainB"))
        }
        Some(Layout::Folders) => {
            folder_each(source, path)?.ok_or_else(|| missing(path, "not two folders of images"))
        }
        Some(Layout::SideBySide) => side_by_side(path),
        None => {
            if let Some(found) = train_test(source, path)? {
                return Ok(found);
            }
            if looks_side_by_side(path)? {
                return side_by_side(path);
            }
            folder_each(source, path)?.ok_or_else(|| missing(path, "only one domain"))
        }
    }
}

/// Contents of a folder, by its names and the shapes of a few images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderContent {
    /// Two domains.
    Both,
    /// Images of one.
    One,
    /// No images.
    Nothing,
}

/// Contents of a folder, as far as can be told without reading it whole.
#[must_use]
pub fn look_into_folder(path: &Path) -> FolderContent {
    let source = ImagesSource {
        path: path.to_owned(),
        ..ImagesSource::default()
    };
    match find(&source) {
        Ok(found) if found.parts.iter().any(|part| holds_images(&part.folder)) => {
            FolderContent::Both
        }
        _ if holds_images(path) => FolderContent::One,
        _ => FolderContent::Nothing,
    }
}

/// Folders that are not used are named one by one up to this many.
const MOST_UNUSED_NAMED: usize = 6;
/// Files and folders that are looked at before a folder counts as one without images.
const MOST_ENTRIES_PROBED: usize = 2_000;

pub(super) fn holds_images(folder: &Path) -> bool {
    walkdir::WalkDir::new(folder)
        .max_depth(4)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_litter(entry.file_name()))
        .take(MOST_ENTRIES_PROBED)
        .flatten()
        .any(|entry| entry.file_type().is_file() && is_image(entry.path()))
}

fn holds_images_directly(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|entries| {
        entries
            .take(MOST_ENTRIES_PROBED)
            .flatten()
            .any(|entry| is_image(&entry.path()) && entry.path().is_file())
    })
}

pub(super) type Found = (Vec<Part>, [String; 2]);

/// Says what is there instead, and how to name it.
pub(super) fn missing(path: &Path, what: &str) -> DataError {
    let there = match inventory::told(path) {
        Some(told) => format!("holds {what}; it holds {told}"),
        None => format!("holds {what}, and no images at all"),
    };
    // The other domain may lie beside this one.
    let above = path.parent().filter(|above| {
        let source = ImagesSource {
            path: (*above).to_owned(),
            ..ImagesSource::default()
        };
        !above.as_os_str().is_empty()
            && train_test(&source, above).is_ok_and(|found| {
                found.is_some_and(|(parts, _)| parts.iter().any(|part| part.folder == path))
            })
    });
    match above {
        Some(above) => DataError::content(
            path,
            there,
            format!("Give {}, which holds both domains", above.display()),
        ),
        None => DataError::content(path, there, ONE_FOLDER),
    }
}

/// Folders of images beside those that are used.
fn unused(source: &ImagesSource, parts: &[Part]) -> Vec<String> {
    let masks = parts.iter().filter_map(|part| part.masks.as_ref());
    let named = [&source.masks_a, &source.masks_b].into_iter().flatten();
    let used: Vec<&PathBuf> = parts
        .iter()
        .map(|part| &part.folder)
        .chain(masks)
        .chain(named)
        .collect();
    let roots = std::iter::once(&source.path).chain(&source.path_b);
    roots
        .filter_map(|root| {
            let folders = inventory::folders(root);
            let beside: Vec<String> = folders
                .iter()
                .filter(|(folder, _)| !used.iter().any(|used| folder.starts_with(used)))
                .map(|(folder, count)| {
                    let within = folder.strip_prefix(root).unwrap_or(folder);
                    let images = counted(*count, "image", "images");
                    if within.as_os_str().is_empty() {
                        format!("{images} directly in it")
                    } else {
                        format!("{} ({images})", within.display())
                    }
                })
                .collect();
            let more = beside.len().saturating_sub(MOST_UNUSED_NAMED);
            let mut named = beside
                .get(..MOST_UNUSED_NAMED)
                .unwrap_or(&beside)
                .join(", ");
            if more > 0 {
                named += &format!(" and {}", counted(more, "more folder", "more folders"));
            }
            (!beside.is_empty()).then(|| format!("{}: not used: {named}", root.display()))
        })
        .collect()
}

/// True if a folder (or its folder `train`) directly holds images, the first of which are about twice as wide as high.
fn looks_side_by_side(path: &Path) -> Result<bool, DataError> {
    let folder = set_in(path, Set::Train)?.unwrap_or_else(|| path.to_owned());
    let entries = std::fs::read_dir(&folder).map_err(|error| DataError::read(&folder, error))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_image(path))
        .collect();
    files.sort();
    let sizes: Vec<_> = files
        .iter()
        .take(8)
        .filter_map(|file| header::read(file).ok())
        .map(|header| header.size)
        .collect();
    let is_wide = |size: &super::Size| {
        size.width.is_multiple_of(2) && u64::from(size.width) * 10 >= u64::from(size.height) * 19
    };
    Ok(!sizes.is_empty() && sizes.iter().all(is_wide))
}

/// `classes.csv` beside the folders of images, above them, or in a folder of masks.
fn classes_beside(parts: &[Part]) -> Option<PathBuf> {
    let beside = parts.iter().filter_map(|part| part.folder.parent());
    let above = beside.clone().filter_map(Path::parent);
    let masks = parts.iter().filter_map(|part| part.masks.as_deref());
    beside
        .chain(masks)
        .chain(above)
        .map(|folder| folder.join("classes.csv"))
        .find(|file| file.is_file())
}
