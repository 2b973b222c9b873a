//! Masks that lie among the images they belong to: `1.jpg` and `1.png`, or `1.png` and `1_mask.png`.

use std::collections::BTreeMap;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::decode::{Value, read_image, read_mask};
use super::header;
use super::list::{Found, Listing};
use crate::data::load::counted;

/// Ends of names of masks; what stands before them names the image.
const ENDINGS: [&str; 18] = [
    "_mask",
    "-mask",
    ".mask",
    "_masks",
    "_label",
    "-label",
    "_labels",
    "_labelids",
    "_seg",
    "-seg",
    "_segmentation",
    "_gt",
    "-gt",
    "_groundtruth",
    "_ground_truth",
    "_annotation",
    "_annotations",
    "_l",
];
/// An image with more colors is no mask.
const MOST_COLORS: usize = 64;
/// Images of this many pixels are not looked into for that.
const MOST_PIXELS: u64 = 16_000_000;
/// Files of a kind that are looked into.
const LOOKED_INTO: usize = 6;

/// What lies among the images of a folder.
#[derive(Debug, Default)]
pub(super) struct Mixed {
    /// What looks like masks, under the names of their images.
    pub(super) masks: Vec<Found>,
    /// Each with its image.
    pub(super) example: Option<(Found, Found)>,
    /// What is to be said of images of the same name that are none.
    pub(super) notice: Option<String>,
}

/// Takes out of a listing what looks like the masks of other images in it.
pub(super) fn separate(folder: &Path, images: &mut Listing) -> Mixed {
    let mut by_key: FxHashMap<&Path, Vec<usize>> = FxHashMap::default();
    for (at, found) in images.files.iter().enumerate() {
        by_key.entry(&found.key).or_default().push(at);
    }
    // Pairs of files that may be an image and its mask, by the kind of the pair.
    let mut kinds: BTreeMap<(String, String), Vec<(usize, usize)>> = BTreeMap::new();
    let ending = |at: usize| {
        let ending = images.files[at].path.extension().unwrap_or_default();
        ending.to_string_lossy().to_lowercase()
    };
    let mut namesakes = Vec::new();
    for (at, found) in images.files.iter().enumerate() {
        let own = &by_key[found.key.as_path()];
        for &image in own.iter().filter(|&&image| image != at) {
            let kind = (ending(at), ending(image));
            kinds.entry(kind).or_default().push((at, image));
        }
        if own.len() > 1 && own[0] == at {
            namesakes.push(own.clone());
        }
        let Some(name) = found.key.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let lower = name.to_lowercase();
        let base = ENDINGS.iter().find_map(|end| {
            let base = name.get(..lower.strip_suffix(end)?.len())?;
            by_key.get(found.key.with_file_name(base).as_path())
        });
        if let Some(&[image, ..]) = base.map(Vec::as_slice) {
            let kind = ("mask by its name".to_owned(), ending(image));
            kinds.entry(kind).or_default().push((at, image));
        }
    }
    let mut mask_of: BTreeMap<usize, usize> = BTreeMap::new();
    for pairs in kinds.values() {
        let step = pairs.len().div_ceil(LOOKED_INTO);
        let mut looked = pairs.iter().step_by(step);
        if looked.all(|&(mask, image)| is_mask(&images.files[mask].path, &images.files[image].path))
        {
            mask_of.extend(pairs.iter().copied());
        }
    }
    // What is an image of another mask is no mask.
    let with_masks: FxHashSet<usize> = mask_of.values().copied().collect();
    mask_of.retain(|mask, _| !with_masks.contains(mask));
    let mut mixed = Mixed::default();
    for (&mask, &image) in &mask_of {
        let (mask, image) = (&images.files[mask], &images.files[image]);
        mixed
            .example
            .get_or_insert_with(|| (mask.clone(), image.clone()));
        mixed.masks.push(Found {
            path: mask.path.clone(),
            key: image.key.clone(),
        });
    }
    namesakes.retain(|own| own.iter().filter(|at| !mask_of.contains_key(at)).count() > 1);
    mixed.notice = namesakes.first().map(|own| {
        let files: usize = namesakes.iter().map(Vec::len).sum();
        let name = |at: usize| {
            images.files[at]
                .path
                .file_name()
                .unwrap_or_default()
                .display()
        };
        format!(
            "{}: {} only {} between them, such as {} and {}: each counts as an image of its own",
            folder.display(),
            counted(files, "image has", "images have"),
            counted(namesakes.len(), "name", "names"),
            name(own[0]),
            name(own[1])
        )
    });
    let mut at = 0;
    images.files.retain(|_| {
        at += 1;
        !mask_of.contains_key(&(at - 1))
    });
    mixed
}

/// True if a file has few colors, and fewer than the image beside it.
fn is_mask(mask: &Path, image: &Path) -> bool {
    let Some(own) = colors(mask, true) else {
        return false;
    };
    own <= MOST_COLORS && colors(image, false).is_some_and(|others| others > own)
}

/// How many colors an image has, up to one more than a mask may; `None` if it cannot be read, or not exactly where that is asked for.
fn colors(path: &Path, exact: bool) -> Option<usize> {
    let header = header::read(path).ok()?;
    if header.size.pixels() > MOST_PIXELS {
        return None;
    }
    let mut seen = FxHashSet::default();
    if exact {
        let mask = read_mask(path).ok()?;
        for value in mask.values() {
            seen.insert(value);
            if seen.len() > MOST_COLORS {
                break;
            }
        }
        return Some(seen.len());
    }
    for pixel in read_image(path).ok()?.pixels() {
        seen.insert(Value::Color(pixel.0));
        if seen.len() > MOST_COLORS {
            break;
        }
    }
    Some(seen.len())
}
