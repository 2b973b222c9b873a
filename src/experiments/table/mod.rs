//! Runs as rows: what was set, what was measured, what a person wrote beside them.

mod row;

pub use row::Row;
