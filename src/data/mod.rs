//! The data that a run learns from.
//!
//! Uses `record`.

mod alike;
mod assemble;
mod error;
mod fingerprint;
mod formats;
/// Folders of images for translation: found, decoded, delivered to a network, shown as thumbnails.
pub mod images;
mod kind;
mod labels;
mod load;
mod matrix;
mod monitor;
mod oddities;
mod own_ratings;
mod preview;
mod ratings;
mod regular_file;
/// Sample data, made from a seed.
pub mod sample;
mod source;
mod sparse;
mod split;
mod summary;
mod timestamps;
mod titles;

pub use error::{DataError, Place};
pub use fingerprint::Fingerprint;
pub use kind::DataKind;
pub use labels::Labels;
pub use load::{holds_only_a_matrix, load, load_with, members, variables};
pub use matrix::{Cells, Classes, Dense, Filled, MatrixData, MatrixSummary, MatrixThumbnail};
pub use monitor::Monitor;
pub use own_ratings::{Found, ItemFinder, OwnRatings, Unmatched, read_own_ratings};
pub use preview::{
    Guess, GuessedBy, Preview, PreviewColumn, PreviewRow, Problem, Role, RowPart, holds_ratings,
    lines_around, preview,
};
pub use ratings::{Dataset, Ratings, RatingsData};
pub use source::{
    ColumnName, DateOrder, Escape, Holdout, ImagesSource, Layout, MatrixColumns, MatrixSource,
    Missing, Orientation, RatingColumns, RatingsSource, Source, TextSource,
};
pub use sparse::Sparse;
pub use summary::{Histogram, RatingsSummary, Thumbnail};
pub use timestamps::Timestamps;
