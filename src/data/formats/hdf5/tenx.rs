//! 10x Genomics: a row for each feature (gene) and a column for each cell, named by its barcode.

use hdf5_pure::{File, Group};

use super::content::Bound;
use crate::data::Labels;
use crate::data::formats::raw::RawMatrix;

/// Where the names of the features stand, in version 3 and in version 2; those that need not be unique first.
const FEATURES: [&str; 4] = ["features/name", "gene_names", "features/id", "genes"];

/// Adds names to the matrix that was read from the group at `path`, if it is one of 10x Genomics.
pub(super) fn add(file: &File, path: &str, raw: &mut RawMatrix, bound: Bound) {
    let Ok(group) = file.group(path) else {
        return;
    };
    let Some(barcodes) = names(&group, "barcodes", bound, raw.cells.columns()) else {
        return;
    };
    raw.columns = barcodes;
    raw.named = true;
    let (rows, columns) = (raw.cells.rows(), raw.cells.columns());
    let features = |name: &&str| names(&group, name, bound, rows);
    if let Some(features) = FEATURES.iter().find_map(features) {
        raw.rows = features;
    }
    raw.notices.push(format!(
        "{path} was read as 10x Genomics keeps it: {rows} features as rows, {columns} cells as columns"
    ));
}

/// The names in a dataset, if there are as many and each is its own.
fn names(group: &Group, name: &str, bound: Bound, count: usize) -> Option<Labels> {
    let texts = bound.texts(&group.dataset(name).ok()?).ok()?;
    let names: Option<Vec<String>> = texts.into_iter().collect();
    let labels = Labels::new(names?);
    (labels.len() == count).then_some(labels)
}
