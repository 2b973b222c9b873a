//! AnnData (`.h5ad`): the matrix X, a row for each observation (cell) and a column for each variable (gene), with tables of both.

use hdf5_pure::{AttrValue, Dataset, File, Group};

use super::content::Bound;
use crate::data::Labels;
use crate::data::formats::npy::Wrong;
use crate::data::formats::raw::RawMatrix;

/// Columns of the table of observations that can be their true classes.
const CLASSES: [&str; 20] = [
    "cell_type",
    "celltype",
    "cell_types",
    "celltypes",
    "cell_ontology_class",
    "cell_label",
    "louvain",
    "leiden",
    "label",
    "labels",
    "class",
    "classes",
    "cluster",
    "clusters",
    "group",
    "groups",
    "annotation",
    "bulk_labels",
    "assigned_cluster",
    "subtype",
];

/// True if a file is AnnData.
pub(super) fn is_anndata(file: &File) -> bool {
    let root = file.root();
    let (Ok(attributes), Ok(groups), Ok(datasets)) = (root.attrs(), root.groups(), root.datasets())
    else {
        return false;
    };
    let has = |name: &str| groups.iter().chain(&datasets).any(|own| own == name);
    attributes
        .get("encoding-type")
        .is_some_and(|kind| kind.as_str() == Some("anndata"))
        || ["X", "obs", "var"].into_iter().all(has)
}

/// Parts of a file that are no matrices to cluster: tables, and what is kept of other analyses.
pub(super) fn is_aside(path: &str) -> bool {
    ["obs", "var", "uns", "obsp", "varp", "raw/var"].contains(&path)
}

/// Adds names and classes to the matrix that was read from `path`.
pub(super) fn add(file: &File, path: &str, raw: &mut RawMatrix, bound: Bound) -> Result<(), Wrong> {
    let rows = Frame::open(file, "obs");
    let of_raw = path.starts_with("raw/");
    let columns = Frame::open(file, if of_raw { "raw/var" } else { "var" });
    let counts = (raw.cells.rows(), raw.cells.columns());
    if let Some(names) = rows.as_ref().and_then(|frame| frame.names(bound, counts.0)) {
        raw.rows = names;
        raw.named = true;
    }
    if let Some(names) = columns.and_then(|frame| frame.names(bound, counts.1)) {
        raw.columns = names;
        raw.named = true;
    }
    let Some(frame) = rows.filter(|_| raw.row_classes.is_none()) else {
        return Ok(());
    };
    let found = frame.class_columns();
    match &found[..] {
        [] => {}
        [only] => {
            let classes = frame.texts(only, bound)?;
            if classes.len() == counts.0 {
                raw.set_classes(Some((format!("obs/{only}"), classes)), None);
            }
        }
        several => raw.notices.push(format!(
            "several columns of obs could be the true classes of the rows ({}): none was read; data.row_labels can give one",
            several.join(", ")
        )),
    }
    Ok(())
}

/// A table of AnnData: a group with a dataset for each column.
struct Frame {
    group: Group,
    /// The column of names.
    index: String,
    columns: Vec<String>,
}

impl Frame {
    fn open(file: &File, path: &str) -> Option<Self> {
        let group = file.group(path).ok()?;
        let attributes = group.attrs().ok()?;
        let index = attributes.get("_index").and_then(AttrValue::as_str);
        let index = index.unwrap_or("_index").to_owned();
        let mut columns = group.datasets().ok()?;
        columns.extend(group.groups().ok()?);
        Some(Self {
            group,
            index,
            columns,
        })
    }

    /// Names of rows, if each has its own.
    fn names(&self, bound: Bound, count: usize) -> Option<Labels> {
        let texts = self.texts(&self.index, bound).ok()?;
        let names: Option<Vec<String>> = texts.into_iter().collect();
        let labels = Labels::new(names?);
        (labels.len() == count).then_some(labels)
    }

    /// Columns that can be classes by their name and kind: those that hold categories, or texts.
    fn class_columns(&self) -> Vec<String> {
        let called = |name: &&String| {
            let lower = name.to_ascii_lowercase().replace([' ', '-', '.'], "_");
            **name != self.index && CLASSES.contains(&lower.as_str())
        };
        let mut found: Vec<String> = self.columns.iter().filter(called).cloned().collect();
        found.sort();
        found
    }

    /// The elements of a column, categories by their names.
    fn texts(&self, column: &str, bound: Bound) -> Result<Vec<Option<String>>, Wrong> {
        if let Ok(group) = self.group.group(column) {
            let categories = member(&group, "categories")?;
            let codes = member(&group, "codes")?;
            return categorical(&bound.texts(&categories)?, &bound.numbers(&codes)?);
        }
        let dataset = member(&self.group, column)?;
        // Before 0.8: codes, and the categories in a group of their own.
        let categories = self.group.group("__categories");
        match categories.and_then(|group| group.dataset(column)) {
            Ok(categories) => categorical(&bound.texts(&categories)?, &bound.numbers(&dataset)?),
            Err(_) => bound.texts(&dataset),
        }
    }
}

fn member(group: &Group, name: &str) -> Result<Dataset, Wrong> {
    group.dataset(name).map_err(super::content::damaged)
}

/// Codes as the names of their categories; -1 is none.
fn categorical(categories: &[Option<String>], codes: &[f64]) -> Result<Vec<Option<String>>, Wrong> {
    let name = |&code: &f64| {
        if code < 0.0 {
            return Ok(None);
        }
        let category = categories.get(code as usize).cloned();
        category.ok_or_else(|| {
            let problem = format!(
                "a code is {code}, but there are {} categories",
                categories.len()
            );
            Wrong::new(problem, super::AGAIN)
        })
    };
    codes.iter().map(name).collect()
}
