//! Folders for training and for testing, of domain A and of domain B, by their names.

use std::path::{Path, PathBuf};

use super::conventions::{self, Said, Set};
use super::layout::{Found, Part, holds_images, missing};
use super::list::{LABELS, images_of_masks, mask_folders, subfolders};
use super::{Half, Side};
use crate::data::{DataError, ImagesSource};

fn name_of(folder: &Path) -> &str {
    folder
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// The folders directly in a folder that are for this (`train`, `val`), whatever the case of the letters.
pub(super) fn set_in(path: &Path, set: Set) -> Result<Option<PathBuf>, DataError> {
    let is_set = |folder: &PathBuf| {
        conventions::read(name_of(folder))
            .is_some_and(|said| said.set == set && said.domain.is_empty())
    };
    Ok(subfolders(path)?.into_iter().find(is_set))
}

/// The test set, or else the validation set.
fn test_in(path: &Path) -> Result<Option<PathBuf>, DataError> {
    Ok(match set_in(path, Set::Test)? {
        Some(test) => Some(test),
        None => set_in(path, Set::Validation)?,
    })
}

/// The folder of this name in a folder, whatever the case of the letters.
fn named_in(path: &Path, name: &str) -> Result<Option<PathBuf>, DataError> {
    let folders = subfolders(path)?;
    let exact = folders.iter().find(|folder| name_of(folder) == name);
    let any = || {
        folders
            .iter()
            .find(|folder| name_of(folder).to_lowercase() == name.to_lowercase())
    };
    Ok(exact.or_else(any).cloned())
}

/// The names of two domains among more: A and B, labels and images of pix2pixHD, or the only two.
fn two_of(mut names: Vec<String>) -> Option<[String; 2]> {
    let find = |wanted: &str| {
        names
            .iter()
            .find(|name| name.eq_ignore_ascii_case(wanted))
            .cloned()
    };
    for [a, b] in [["a", "b"], ["label", "img"], ["x", "y"], ["1", "2"]] {
        if let (Some(a), Some(b)) = (find(a), find(b)) {
            return Some([a, b]);
        }
    }
    if names.len() != 2 {
        return None;
    }
    let b = names.pop()?;
    Some([names.pop()?, b])
}

/// A folder for each set of each domain (`trainA`, `test_B`, `horse_train`), or one of each domain in that of each set (`train/horse`).
pub(super) fn train_test(source: &ImagesSource, path: &Path) -> Result<Option<Found>, DataError> {
    let folders = subfolders(path)?;
    let said: Vec<(Said<'_>, &PathBuf)> = folders
        .iter()
        .filter_map(|folder| Some((conventions::read(name_of(folder))?, folder)))
        .filter(|(said, _)| !said.domain.is_empty())
        .collect();
    let mut domains: Vec<String> = Vec::new();
    for (said, _) in said.iter().filter(|(said, _)| said.set == Set::Train) {
        if !domains
            .iter()
            .any(|known| known.eq_ignore_ascii_case(said.domain))
        {
            domains.push(said.domain.to_owned());
        }
    }
    if let Some(names) = two_of(domains.clone()) {
        let find = |set, name: &str| {
            let is = |(said, _): &&(Said<'_>, &PathBuf)| {
                said.set == set && said.domain.eq_ignore_ascii_case(name)
            };
            said.iter().find(is).map(|(_, folder)| (*folder).clone())
        };
        let test = |name: &str| find(Set::Test, name).or_else(|| find(Set::Validation, name));
        let folders = names
            .each_ref()
            .map(|name| (find(Set::Train, name), test(name)));
        return Ok(Some((sets(source, folders), names.map(upper))));
    }
    if let [only] = domains.as_slice() {
        for (own, other) in [("a", "b"), ("b", "a")] {
            if only.eq_ignore_ascii_case(own) {
                let what = format!(
                    "train{}, but no train{}",
                    own.to_uppercase(),
                    other.to_uppercase()
                );
                return Err(missing(path, &what));
            }
        }
    }
    let Some(train) = set_in(path, Set::Train)? else {
        return Ok(None);
    };
    let inner: Vec<String> = with_images(&train)?
        .iter()
        .map(|folder| name_of(folder).to_owned())
        .collect();
    let Some(names) = two_of(inner) else {
        return Ok(None);
    };
    let test = test_in(path)?;
    let mut folders = [(None, None), (None, None)];
    for (folders, name) in folders.iter_mut().zip(&names) {
        let test = test.as_deref().map(|test| named_in(test, name));
        *folders = (named_in(&train, name)?, test.transpose()?.flatten());
    }
    Ok(Some((sets(source, folders), names.map(upper))))
}

/// `a` is shown as A.
fn upper(name: String) -> String {
    if name.len() == 1 {
        name.to_uppercase()
    } else {
        name
    }
}

/// The parts of folders for training and for testing, of A and of B.
fn sets(source: &ImagesSource, folders: [(Option<PathBuf>, Option<PathBuf>); 2]) -> Vec<Part> {
    let [(train_a, test_a), (train_b, test_b)] = folders;
    [
        (Side::A, false, train_a),
        (Side::B, false, train_b),
        (Side::A, true, test_a),
        (Side::B, true, test_b),
    ]
    .into_iter()
    .filter_map(|(side, is_test, folder)| Some(part(source, side, is_test, folder?)))
    .collect()
}

/// The folders in a folder that hold images.
fn with_images(path: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut folders = subfolders(path)?;
    folders.retain(|folder| holds_images(folder));
    Ok(folders)
}

/// `A` and `B`, or the only two folders of images; `test` beside them may hold test images of each.
pub(super) fn folder_each(source: &ImagesSource, path: &Path) -> Result<Option<Found>, DataError> {
    let (a, b) = match (named_in(path, "A")?, named_in(path, "B")?) {
        (Some(a), Some(b)) => (a, b),
        _ => {
            let mut folders = with_images(path)?;
            // The parts of one domain are no two domains.
            folders.retain(|folder| {
                let name = name_of(folder);
                let images = images_of_masks(name).unwrap_or(name);
                conventions::read(name)
                    .or(conventions::read(images))
                    .is_none()
            });
            let Ok([a, b]) = <[PathBuf; 2]>::try_from(folders) else {
                return Ok(None);
            };
            (a, b)
        }
    };
    let (mut parts, names) = two_folders(source, &a, &b)?;
    if let Some(test) = test_in(path)? {
        for (side, domain) in [(Side::A, &a), (Side::B, &b)] {
            let has_test = parts
                .iter()
                .any(|part| part.is_test && part.holds.iter().any(|&(own, _)| own == side));
            if !has_test && let Some(folder) = named_in(&test, name_of(domain))? {
                parts.push(part(source, side, true, folder));
            }
        }
    }
    Ok(Some((parts, names)))
}

pub(super) fn two_folders(source: &ImagesSource, a: &Path, b: &Path) -> Result<Found, DataError> {
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
    // Each may have its own train and test. What lies beside a test set is for training.
    let inner = |folder: &Path| -> Result<_, DataError> {
        let train = set_in(folder, Set::Train)?.unwrap_or_else(|| folder.to_owned());
        Ok((Some(train), test_in(folder)?))
    };
    Ok((sets(source, [inner(a)?, inner(b)?]), names))
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

/// The folder of masks of a folder: the named one, or one in it of the folder's name; or `<folder>_labels` beside it; or beside the folder
/// above, if that is of the domain (`A_labels/train` of `A/train`).
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
    let labels_of = |folder: &Path| {
        let mut labels = folder.file_name()?.to_owned();
        labels.push(LABELS);
        Some(folder.with_file_name(labels))
    };
    let above = || Some(labels_of(folder.parent()?)?.join(name));
    labels_of(folder)
        .filter(|masks| masks.is_dir())
        .or_else(|| above().filter(|masks| masks.is_dir()))
        .or_else(|| mask_folders(folder).next())
}

pub(super) fn side_by_side(path: &Path) -> Result<Found, DataError> {
    let both = |is_test, folder: PathBuf| Part {
        holds: vec![(Side::A, Half::Left), (Side::B, Half::Right)],
        is_test,
        masks: masks_of(&folder, None),
        folder,
    };
    let train = set_in(path, Set::Train)?.unwrap_or_else(|| path.to_owned());
    let test = test_in(path)?.map(|folder| both(true, folder));
    let parts = std::iter::once(both(false, train)).chain(test).collect();
    Ok((parts, ["A".to_owned(), "B".to_owned()]))
}
