//! Values that stand in for missing cells.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Cells, Dense};
use crate::data::{DataError, Missing};

/// Cells of a matrix that is made dense because its missing cells are filled: 1.6 GB.
const MOST_CELLS: usize = 400_000_000;

/// How many cells are missing.
pub(super) fn missing(observed: &Cells, absent_is_missing: bool) -> usize {
    match observed {
        Cells::Dense(dense) => {
            let rows = dense.values().par_chunks(1 << 16);
            rows.map(|part| part.iter().filter(|value| value.is_nan()).count())
                .sum()
        }
        Cells::Sparse(_) if absent_is_missing => {
            observed.rows() * observed.columns() - observed.stored()
        }
        Cells::Sparse(_) => 0,
    }
}

/// An error if a matrix is too large to be made dense.
pub(super) fn check_size(path: &Path, cells: &Cells) -> Result<(), DataError> {
    let (rows, columns) = (cells.rows(), cells.columns());
    match rows.checked_mul(columns) {
        Some(count) if count <= MOST_CELLS => Ok(()),
        _ => Err(DataError::Config {
            key: "missing",
            problem: format!(
                "fills every missing cell of {}, and {rows} × {columns} cells are more than the {MOST_CELLS} that are kept in memory: leave it at \"zero\", or give a smaller matrix",
                path.display()
            ),
        }),
    }
}

/// The cells with zeros where some are missing.
pub(super) fn with_zeros(observed: &Cells) -> Cells {
    match observed {
        Cells::Dense(dense) => {
            let number = |&value: &f32| if value.is_nan() { 0.0 } else { value };
            let values = dense.values().par_iter().map(number).collect();
            Cells::Dense(Arc::new(Dense::new(dense.columns(), values)))
        }
        Cells::Sparse(_) => observed.clone(),
    }
}

/// The cells with the mean of the row (or column) where some are missing; where it has no cell at all, the mean of all.
pub(super) fn with_means(observed: &Cells, by: Missing) -> Cells {
    let (rows, columns) = (observed.rows(), observed.columns());
    let by_column = by == Missing::ColumnMean;
    let mut sums = vec![(0.0_f64, 0_usize); if by_column { columns } else { rows }];
    for row in 0..rows {
        for (column, value) in observed.row(row).filter(|(_, value)| !value.is_nan()) {
            let (sum, count) = &mut sums[if by_column { column } else { row }];
            *sum += f64::from(value);
            *count += 1;
        }
    }
    let total = sums
        .iter()
        .fold((0.0, 0), |all, own| (all.0 + own.0, all.1 + own.1));
    let mean = |(sum, count): (f64, usize)| match count {
        0 => mean_of_all(total),
        _ => (sum / count as f64) as f32,
    };
    let means: Vec<f32> = sums.into_iter().map(mean).collect();
    let mut values = vec![0.0; rows * columns];
    values
        .par_chunks_mut(columns.max(1))
        .enumerate()
        .for_each(|(row, own)| {
            if by_column {
                own.copy_from_slice(&means);
            } else {
                own.fill(means[row]);
            }
            for (column, value) in observed.row(row).filter(|(_, value)| !value.is_nan()) {
                own[column] = value;
            }
        });
    Cells::Dense(Arc::new(Dense::new(columns, values)))
}

fn mean_of_all((sum, count): (f64, usize)) -> f32 {
    if count == 0 {
        0.0
    } else {
        (sum / count as f64) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Sparse;

    const NAN: f32 = f32::NAN;

    fn values(cells: &Cells) -> Vec<f32> {
        let rows = (0..cells.rows()).flat_map(|row| cells.row(row));
        rows.map(|(_, value)| value).collect()
    }

    #[test]
    fn means_are_those_of_the_cells_that_are_there() {
        // Row means 2 and 5, mean of all 3 for the row without a cell; column means 1, 4 and 3 (none: of all).
        let dense = Dense::new(3, vec![1., 3., NAN, NAN, 5., NAN, NAN, NAN, NAN]);
        let sparse = Sparse::from_parts(3, vec![0, 2, 3, 3], vec![0, 1, 1], vec![1., 3., 5.]);
        for cells in [
            Cells::Dense(Arc::new(dense)),
            Cells::Sparse(Arc::new(sparse)),
        ] {
            let by_row = with_means(&cells, Missing::RowMean);
            assert_eq!(values(&by_row), [1., 3., 2., 5., 5., 5., 3., 3., 3.]);
            let by_column = with_means(&cells, Missing::ColumnMean);
            assert_eq!(values(&by_column), [1., 3., 3., 1., 5., 3., 1., 4., 3.]);
            assert_eq!(missing(&cells, true), 6);
        }
    }

    #[test]
    fn zeros_stand_where_nothing_else_is_wanted() {
        let cells = Cells::Dense(Arc::new(Dense::new(2, vec![1., NAN, NAN, 4.])));
        assert_eq!(values(&with_zeros(&cells)), [1., 0., 0., 4.]);
    }

    #[test]
    fn a_matrix_that_would_not_fit_in_memory_is_not_filled() {
        let huge = Sparse::from_parts(30_000, vec![0; 30_001], Vec::new(), Vec::new());
        let error = check_size(Path::new("m"), &Cells::Sparse(Arc::new(huge)));
        let message = error.expect_err("too large").to_string();
        assert!(message.contains("30000 × 30000"), "{message}");
    }
}
