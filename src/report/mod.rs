//! What leaves the program for a reader: one self-contained HTML file of runs or a sweep, tables for papers.
//!
//! Uses `record`, `data`, `draw`, `systems`, `runs`, `experiments`.

mod axes;

pub use axes::{axis, axis_title};
