//! The folders that are there, for messages to people who look for theirs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::list::{is_image, is_litter};
use crate::data::load::counted;

/// Folders within folders within folders.
const DEPTH: usize = 4;
/// Entries that are looked at, at most.
const MOST_ENTRIES: usize = 50_000;
/// Folders that are named one by one.
const MOST_NAMED: usize = 12;

/// Images that lie directly in a folder and in each folder in it; ascending by path, without those that hold none.
pub(super) fn folders(folder: &Path) -> Vec<(PathBuf, usize)> {
    let mut counts = BTreeMap::new();
    let walk = WalkDir::new(folder)
        .max_depth(DEPTH)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_litter(entry.file_name()));
    for entry in walk.take(MOST_ENTRIES).flatten() {
        if entry.file_type().is_file()
            && is_image(entry.path())
            && let Some(parent) = entry.path().parent()
        {
            *counts.entry(parent.to_owned()).or_insert(0) += 1;
        }
    }
    counts.into_iter().collect()
}

/// `trainA (8 images), extra (3 images) and 2 images directly in it`; `None` if there are none.
pub(super) fn told(folder: &Path) -> Option<String> {
    let found = folders(folder);
    let (mut named, mut direct) = (Vec::new(), None);
    for (path, count) in &found {
        let images = counted(*count, "image", "images");
        match path.strip_prefix(folder) {
            Ok(within) if !within.as_os_str().is_empty() => {
                named.push(format!("{} ({images})", within.display()));
            }
            _ => direct = Some(format!("{images} directly in it")),
        }
    }
    let more = named.len().saturating_sub(MOST_NAMED);
    named.truncate(MOST_NAMED);
    if more > 0 {
        named.push(counted(more, "more folder", "more folders"));
    }
    named.extend(direct);
    let last = named.pop()?;
    Some(if named.is_empty() {
        last
    } else {
        format!("{} and {last}", named.join(", "))
    })
}
