//! Negative cells: which there are, and what is said of them.

use crate::data::MatrixData;
use crate::systems::TrainError;

/// What is raised of a method that takes any numbers.
pub(super) const MEASURES: &str =
    "clusters are of the cells as they are, but the information kept and the shares of blocks are";

/// What is raised of spectral co-clustering, which scales amounts; scikit-learn raises them too.
pub(super) const SPECTRAL: &str =
    "the scaled matrix, the information kept and the shares of blocks are";

/// The negative cells among those that are clustered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Negative {
    count: usize,
    /// Row and column of the first, in the whole matrix, and its value.
    first: (usize, usize, f32),
    /// The lowest value.
    lowest: f32,
}

impl Negative {
    /// `None` if there is none.
    pub(super) fn of(data: &MatrixData) -> Option<Self> {
        let mut active = vec![false; data.filled.columns()];
        for &column in &data.active_columns {
            active[column as usize] = true;
        }
        let rows = data.active_rows.iter().map(|row| *row as usize);
        let cells = rows.flat_map(|row| data.filled.row(row).map(move |cell| (row, cell)));
        let mut negative: Option<Self> = None;
        for (row, (column, value)) in cells {
            if value < 0.0 && active[column] {
                let first = (row, column, value);
                let found = negative.get_or_insert(Self {
                    count: 0,
                    first,
                    lowest: value,
                });
                found.count += 1;
                found.lowest = found.lowest.min(value);
            }
        }
        negative
    }

    /// `3 of 96 cells are negative, the first -0.73 in row ann, column 1`.
    fn described(&self, data: &MatrixData) -> String {
        let (row, column, value) = self.first;
        let all = data.active_rows.len() * data.active_columns.len();
        let are = if self.count == 1 { "is" } else { "are" };
        let filled = match data.value(row, column) {
            Some(_) => "",
            None => ", which stands for a missing one",
        };
        format!(
            "{} of {all} cells {are} negative, the first {value} in row {}, column {}{filled}",
            self.count,
            data.rows.display(row),
            data.columns.display(column),
        )
    }

    /// What is said where cells are raised for something that takes amounts only: `what` it is.
    pub(super) fn raised(&self, data: &MatrixData, what: &str) -> String {
        format!(
            "{}: {what} of all cells raised by {}, which makes the lowest 0",
            self.described(data),
            -self.lowest
        )
    }
}

/// An error if some cells are negative, for `method`, which shares amounts out: nothing is raised or left out behind a person's back.
pub(super) fn refuse(data: &MatrixData, method: &str) -> Result<(), TrainError> {
    let Some(negative) = Negative::of(data) else {
        return Ok(());
    };
    Err(TrainError::Data(format!(
        "{}, but {method} needs counts or other amounts of at least 0. Give amounts (of logarithms or z-scores the values before them), or take k-means (kmeans), which clusters any numbers",
        negative.described(data)
    )))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Cells, Dense, Labels, Sparse};

    #[test]
    fn the_first_negative_cell_is_named_and_all_are_counted() {
        let values = vec![1., 2., -0.5, 3., -2., 1.];
        let mut data = MatrixData::of(Cells::Dense(Arc::new(Dense::new(3, values))));
        data.rows = Labels::new(["ann", "bob"]);
        data.columns = Labels::new(["x", "y", "z"]);
        let error = refuse(&data, "it").expect_err("negative").to_string();
        let first = "2 of 6 cells are negative, the first -0.5 in row ann, column z, but it needs";
        assert!(error.starts_with(first), "{error}");
        let raised = Negative::of(&data).map(|negative| negative.raised(&data, "shares are"));
        let raised = raised.expect("negative");
        assert!(raised.ends_with("shares are of all cells raised by 2, which makes the lowest 0"));
    }

    #[test]
    fn cells_that_are_set_aside_do_not_count() {
        // The last column and the last row hold one value.
        let sparse = Sparse::from_parts(
            3,
            vec![0, 2, 4, 5],
            vec![0, 2, 1, 2, 2],
            vec![1., -1., 2., -1., -1.],
        );
        let data = MatrixData::of(Cells::Sparse(Arc::new(sparse)));
        assert_eq!((data.active_rows.len(), data.active_columns.len()), (2, 2));
        assert!(Negative::of(&data).is_none());
        assert!(refuse(&data, "it").is_ok());
    }
}
