//! What leaves the program for a reader: reports (one HTML file each), tables for papers and spreadsheets, and event files for TensorBoard.
//!
//! A [`Subject`] names the runs; everything is read when it is written, on the thread that writes it.
//!
//! Uses `record`, `data`, `draw`, `systems`, `runs`, `experiments`.

mod axes;
mod comparison;
mod document;
mod error;
mod figures;
mod latex;
mod material;
mod spreadsheet;
mod subject;
pub mod tensorboard;
mod values;

pub use axes::{axis, axis_title};
pub use error::ReportError;
pub(crate) use figures::blocks;
pub use subject::{Format, Subject};
