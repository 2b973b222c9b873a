//! Where a matrix comes from, with its true classes and what stands in for missing cells.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::{MatrixColumns, TextSource};
use crate::data::DataError;
use crate::data::formats::{Options, TextKeys, Wanted};

/// Ends of the names of files of labels and names.
const LABELS: &[&str] = &["csv", "tsv", "txt", "npy", "npz", "mat", "h5"];

/// The `[data]` table of a system that learns from a matrix.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MatrixSource {
    /// A table of numbers with or without names, NumPy, SciPy, MatrixMarket, MATLAB or HDF5 (AnnData, 10x Genomics); or ratings.
    #[schemars(extend("format" = "path", "x-label" = "File", "x-files" = Self::FILES, "x-request" = "Choose a file with a matrix"))]
    pub path: PathBuf,
    /// The file to read, of an archive (zip, tar) that holds several.
    #[schemars(extend("x-when" = "offered"))]
    pub member: Option<String>,
    /// The array to cluster, of a file that holds several (MAT, npz, HDF5).
    #[schemars(extend("x-when" = "offered"))]
    pub variable: Option<String>,
    /// True classes of the rows to compare with: one per line, or a name and a class. They are not learned from.
    #[schemars(extend("format" = "path", "x-files" = LABELS, "x-request" = "Choose a file of row labels"))]
    pub row_labels: Option<PathBuf>,
    /// True classes of the columns to compare with: one per line, or a name and a class. They are not learned from.
    #[schemars(extend("format" = "path", "x-files" = LABELS, "x-request" = "Choose a file of column labels"))]
    pub column_labels: Option<PathBuf>,
    /// Names of the rows: one per line, in the order of the matrix, where the file itself has none.
    #[schemars(extend("format" = "path", "x-files" = LABELS, "x-request" = "Choose a file of row names"))]
    pub row_names: Option<PathBuf>,
    /// Names of the columns, such as the words of a text matrix: one per line, in the order of the matrix.
    #[schemars(extend("format" = "path", "x-files" = LABELS, "x-label" = "Col. names", "x-request" = "Choose a file of column names"))]
    pub column_names: Option<PathBuf>,
    /// A file of column titles, such as u.item or movies.csv. Found automatically beside ratings.
    #[schemars(extend("format" = "path", "x-label" = "Titles", "x-when" = "given", "x-request" = "Choose a file of column titles"))]
    pub items: Option<PathBuf>,
    /// The values that stand in for missing cells.
    #[schemars(extend("x-label" = "Missing cells"))]
    pub missing: Missing,
    /// The folder of a finished run that learned from the same ratings, whose predictions stand in for missing cells.
    #[schemars(extend(
        "format" = "path",
        "x-folder" = true,
        "x-when" = "missing=autorec",
        "x-request" = "Choose the run that predicts the missing cells"
    ))]
    pub completed_by: Option<PathBuf>,
    /// The encoding of the text, such as windows-1252, where it is not UTF-8 and is guessed wrong.
    #[schemars(extend("x-group" = "Reading", "x-label" = "Encoding", "x-when" = "given"))]
    pub encoding: Option<String>,
    /// Which columns hold what, each by its name or its number from 1: `{ row = 1, column = 2, value = "count" }`; in a table `row` and `class`.
    #[schemars(extend("x-group" = "Reading", "x-when" = "given"))]
    pub columns: Option<MatrixColumns>,
    /// How delimited text is read.
    #[serde(flatten)]
    pub text: TextSource,
}

/// The values that stand in for the missing cells of a matrix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Missing cells count as 0; a sparse matrix stays sparse.
    #[default]
    #[schemars(title = "Zero")]
    Zero,
    /// Missing cells get the mean of their row; the matrix becomes dense.
    #[schemars(title = "Row mean")]
    RowMean,
    /// Missing cells get the mean of their column; the matrix becomes dense.
    #[schemars(title = "Column mean")]
    ColumnMean,
    /// Missing cells are predicted by a finished run on the same ratings; the matrix becomes dense.
    #[serde(rename = "autorec")]
    #[schemars(title = "Predicted")]
    Predicted,
}

impl MatrixSource {
    /// Ends of the names of files that can be read as a matrix.
    pub const FILES: &[&str] = &[
        "csv", "tsv", "tab", "txt", "dat", "data", "base", "arff", "gct", "soft", "json", "jsonl",
        "svm", "mtx", "npy", "npz", "mat", "h5", "h5ad", "hdf5", "zip", "gz", "bz2", "xz", "zst",
    ];

    /// How its file is read.
    pub(crate) fn options(&self) -> Options<'_> {
        let columns = self.columns.as_ref();
        Options {
            text: Some(TextKeys {
                text: &self.text,
                columns: Wanted {
                    user: columns.and_then(|own| own.row.as_ref()),
                    item: columns.and_then(|own| own.column.as_ref()),
                    rating: columns.and_then(|own| own.value.as_ref()),
                    time: None,
                },
                class: columns.and_then(|own| own.class.as_ref()),
                orientation: None,
                date_order: None,
            }),
            variable: self.variable.as_deref(),
            member: self.member.as_deref(),
            encoding: self.encoding.as_deref(),
            ..Options::default()
        }
    }

    /// Checks that a run that predicts missing cells is named where it is used, and nowhere else.
    pub(super) fn check(&self) -> Result<(), DataError> {
        let problem = match (self.missing, &self.completed_by) {
            (Missing::Predicted, None) => {
                "is missing: name the folder of a finished run that predicts ratings, or choose another data.missing"
            }
            (Missing::Zero | Missing::RowMean | Missing::ColumnMean, Some(_)) => {
                "is only for data.missing = \"autorec\": add that, or remove it"
            }
            _ => return Ok(()),
        };
        Err(DataError::Config {
            key: "completed_by",
            problem: problem.to_owned(),
        })
    }
}
