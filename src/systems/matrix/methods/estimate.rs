//! What the methods to compare with take.

use crate::systems::{Estimate, MatrixFacts};

/// Bytes of the copies of a cell of a dense matrix, most of them while it is read.
const DENSE_CELL: f64 = 12.0;
/// Likewise of a stored cell of a sparse one, which are kept by row and by column.
const SPARSE_CELL: f64 = 60.0;
/// Bytes of a row or a column: a name, vectors, clusters.
const NAME: f64 = 600.0;
/// Of the program, once it clusters.
const REST: f64 = 4e6;

/// What a run on a matrix like this takes.
pub(super) fn estimate(facts: &MatrixFacts) -> Estimate {
    let cell = match facts.is_dense {
        true => DENSE_CELL,
        false => SPARSE_CELL,
    };
    let names = (facts.rows + facts.columns) as f64 * NAME;
    Estimate {
        parameters: 0,
        memory: (REST + cell * facts.cells as f64 + names) as u64,
        operations: None,
    }
}
