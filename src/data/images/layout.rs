//! Where the domains lie in what a person gave.

use std::path::{Path, PathBuf};

use super::list::{LABELS, is_image, subfolders};
use super::{Half, Side, header};
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
}

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
    let parts = match (&source.path_b, source.layout) {
        (Some(b), _) => two_folders(source, path, b)?,
        (None, Some(Layout::TrainTest)) => {
            train_test(source)?.ok_or_else(|| missing(path, "no trainA and trainB"))?
        }
        (None, Some(Layout::Folders)) => {
            folder_each(source)?.ok_or_else(|| missing(path, "not two folders of images"))?
        }
        (None, Some(Layout::SideBySide)) => side_by_side(source)?,
        (None, None) => match train_test(source)? {
            Some(parts) => parts,
            None if looks_side_by_side(path)? => side_by_side(source)?,
            None => folder_each(source)?.ok_or_else(|| missing(path, "only one domain"))?,
        },
    };
    let classes = source.classes.clone().or_else(|| classes_beside(&parts.0));
    let (parts, names) = parts;
    Ok(Parts {
        parts,
        names,
        classes,
    })
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

/// Files and folders that are looked at before a folder counts as one without images.
const MOST_ENTRIES_PROBED: usize = 2_000;

fn holds_images(folder: &Path) -> bool {
    walkdir::WalkDir::new(folder)
        .max_depth(4)
        .into_iter()
        .take(MOST_ENTRIES_PROBED)
        .flatten()
        .any(|entry| entry.file_type().is_file() && is_image(entry.path()))
}

type Found = (Vec<Part>, [String; 2]);

fn missing(path: &Path, what: &str) -> DataError {
    DataError::content(path, format!("holds {what}"), ONE_FOLDER)
}

/// The folder of one of these names, large or small letters alike.
fn subfolder(path: &Path, names: &[&str]) -> Result<Option<PathBuf>, DataError> {
    let folders = subfolders(path)?;
    let is = |folder: &&PathBuf, name: &str| {
        let own = folder.file_name().and_then(|own| own.to_str());
        own.is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    Ok(names
        .iter()
        .find_map(|name| folders.iter().find(|folder| is(folder, name)).cloned()))
}

fn train_test(source: &ImagesSource) -> Result<Option<Found>, DataError> {
    let path = &source.path;
    let train = (subfolder(path, &["trainA"])?, subfolder(path, &["trainB"])?);
    let (a, b) = match train {
        (Some(a), Some(b)) => (a, b),
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(missing(path, "trainA, but no trainB")),
        (None, Some(_)) => return Err(missing(path, "trainB, but no trainA")),
    };
    let mut parts = vec![
        part(source, Side::A, false, a),
        part(source, Side::B, false, b),
    ];
    for (side, names) in [(Side::A, ["testA", "valA"]), (Side::B, ["testB", "valB"])] {
        if let Some(folder) = subfolder(path, &names)? {
            parts.push(part(source, side, true, folder));
        }
    }
    Ok(Some((parts, ["A".to_owned(), "B".to_owned()])))
}

/// `A` and `B`, or any two folders.
fn folder_each(source: &ImagesSource) -> Result<Option<Found>, DataError> {
    let path = &source.path;
    if let (Some(a), Some(b)) = (subfolder(path, &["A"])?, subfolder(path, &["B"])?) {
        return two_folders(source, &a, &b).map(Some);
    }
    // The parts of one domain are no two domains.
    let is_part = |folder: &PathBuf| {
        let name = folder.file_name().unwrap_or_default();
        ["train", "test", "val"]
            .iter()
            .any(|part| name.eq_ignore_ascii_case(part))
    };
    match subfolders(path)?.as_slice() {
        [a, b] if is_part(a) && is_part(b) => Ok(None),
        [a, b] => two_folders(source, a, b).map(Some),
        _ => Ok(None),
    }
}

fn two_folders(source: &ImagesSource, a: &Path, b: &Path) -> Result<Found, DataError> {
    if !b.is_dir() {
        return Err(DataError::read(b, std::io::ErrorKind::NotFound.into()));
    }
    let same = std::fs::canonicalize(a).ok() == std::fs::canonicalize(b).ok();
    if same {
        return Err(DataError::content(
            b,
            "is domain A and domain B",
            "Give two folders",
        ));
    }
    let name = |folder: &Path, other: &str| {
        folder.file_name().map_or_else(
            || other.to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    };
    let names = [name(a, "A"), name(b, "B")];
    // Each with its own train and test.
    let inner = |folder: &Path| -> Result<_, DataError> {
        let test = subfolder(folder, &["test", "val"])?;
        Ok((subfolder(folder, &["train"])?, test))
    };
    let parts = match (inner(a)?, inner(b)?) {
        ((Some(train_a), test_a), (Some(train_b), test_b)) => [
            (Side::A, false, Some(train_a)),
            (Side::B, false, Some(train_b)),
            (Side::A, true, test_a),
            (Side::B, true, test_b),
        ]
        .into_iter()
        .filter_map(|(side, is_test, folder)| Some(part(source, side, is_test, folder?)))
        .collect(),
        _ => vec![
            part(source, Side::A, false, a.to_owned()),
            part(source, Side::B, false, b.to_owned()),
        ],
    };
    Ok((parts, names))
}

fn part(source: &ImagesSource, side: Side, is_test: bool, folder: PathBuf) -> Part {
    let named = match side {
        Side::A => &source.masks_a,
        Side::B => &source.masks_b,
    };
    Part {
        holds: vec![(side, Half::Whole)],
        is_test,
        masks: masks_of(&folder, named.as_deref()),
        folder,
    }
}

/// The folder of masks of a folder: the named one, or one in it of the folder's name; or `<folder>_labels`.
fn masks_of(folder: &Path, named: Option<&Path>) -> Option<PathBuf> {
    let name = folder.file_name()?;
    if let Some(named) = named {
        let inner = named.join(name);
        return Some(if inner.is_dir() {
            inner
        } else {
            named.to_owned()
        });
    }
    let mut labels = name.to_owned();
    labels.push(LABELS);
    Some(folder.with_file_name(labels)).filter(|folder| folder.is_dir())
}

fn side_by_side(source: &ImagesSource) -> Result<Found, DataError> {
    let path = &source.path;
    let both = |is_test, folder: PathBuf| Part {
        holds: vec![(Side::A, Half::Left), (Side::B, Half::Right)],
        is_test,
        masks: masks_of(&folder, None),
        folder,
    };
    let parts = match subfolder(path, &["train"])? {
        None => vec![both(false, path.clone())],
        Some(train) => {
            let test = subfolder(path, &["test", "val"])?;
            let test = test.map(|folder| both(true, folder));
            std::iter::once(both(false, train)).chain(test).collect()
        }
    };
    Ok((parts, ["A".to_owned(), "B".to_owned()]))
}

/// True if a folder (or its folder `train`) directly holds images, the first of which are about twice as wide as high.
fn looks_side_by_side(path: &Path) -> Result<bool, DataError> {
    let folder = subfolder(path, &["train"])?.unwrap_or_else(|| path.to_owned());
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
