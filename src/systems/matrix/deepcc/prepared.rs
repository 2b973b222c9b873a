//! The matrix that is clustered, without missing cells.

use std::sync::Arc;

use super::config::{DeepCcConfig, JointKind, Missing, Scaling};
use super::inputs;
use crate::data::{Cells, MatrixData, Sparse};
use crate::nn::gemm::{View, product};
use crate::nn::svd::singular_values;
use crate::systems::matrix::negative::{self, Negative};
use crate::systems::matrix::{Baselined, DENSE_CELLS, Scaled};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// How many cells of the mean of all stand beside those of a row (or column) in its mean.
const SHRINKAGE: f64 = 5.0;
/// Bounds of a liking's exponent.
const MOST_LIKING: f64 = 5.0;

/// The cells that are clustered, and what was done to make them of those of the matrix.
pub(super) struct Prepared {
    pub(super) cells: Baselined,
    /// For the log.
    pub(super) notes: Vec<String>,
}

/// The active cells of a matrix, with what stands for its missing ones.
pub(super) fn prepare(data: &MatrixData, config: &DeepCcConfig, rng: &mut ChaCha8Rng) -> Prepared {
    let (cells, way) = choose(data, config, rng);
    let asked = match config.missing {
        Missing::Auto => "the way with more structure of `missing = \"auto\"`",
        _ => "as `missing` asks for",
    };
    let done = match way {
        Missing::Liking => Some(
            "every cell x became exp((x − mean of its row) / standard deviation), a missing one 0",
        ),
        Missing::ColumnMean => Some("the mean of its column stands for a missing cell"),
        Missing::Auto | Missing::Filled => None,
    };
    let mut notes: Vec<String> = done
        .map(|done| format!("missing cells: {done} ({asked})"))
        .into_iter()
        .collect();
    if let Some(negative) = Negative::of(data) {
        let amounts = config.scaling == Scaling::Spectral || config.joint == JointKind::Observed;
        let what = if amounts && way != Missing::Liking {
            "joint, spectral scaling, measures and tables take amounts only, and are"
        } else {
            negative::MEASURES
        };
        notes.push(negative.raised(data, what));
    }
    Prepared { cells, notes }
}

/// The cells, and what stands for missing ones: what `config.missing` says, but never `Auto`.
fn choose(data: &MatrixData, config: &DeepCcConfig, rng: &mut ChaCha8Rng) -> (Baselined, Missing) {
    let filled = || (Baselined::of(data.active()).fastest(), Missing::Filled);
    if config.missing == Missing::Filled || !has_zeros_for_missing(data) {
        return filled();
    }
    let present = present(data);
    match config.missing {
        Missing::Liking => (liking(&present), Missing::Liking),
        Missing::ColumnMean => (column_means(&present), Missing::ColumnMean),
        Missing::Filled => filled(),
        Missing::Auto => {
            // Telling them apart takes all cells.
            if present.rows() * present.columns() > DENSE_CELLS {
                return (liking(&present), Missing::Liking);
            }
            let [by_liking, by_mean] = [liking(&present), column_means(&present)];
            let structure = [&by_liking, &by_mean].map(|way| structure(way.clone(), config, rng));
            if structure[0] >= structure[1] {
                (by_liking, Missing::Liking)
            } else {
                (by_mean, Missing::ColumnMean)
            }
        }
    }
}

/// True if cells are missing and zeros stand for them.
fn has_zeros_for_missing(data: &MatrixData) -> bool {
    match (&data.observed, &data.filled) {
        (Cells::Sparse(observed), Cells::Sparse(_)) => {
            data.absent_is_missing && observed.len() < observed.rows() * observed.columns()
        }
        (Cells::Dense(observed), Cells::Dense(filled)) => {
            let mut pairs = observed.values().iter().zip(filled.values());
            let mut missing = pairs
                .by_ref()
                .filter(|(value, _)| value.is_nan())
                .peekable();
            missing.peek().is_some() && missing.all(|(_, filled)| *filled == 0.0)
        }
        _ => false,
    }
}

/// The cells that are not missing, of the active rows and columns.
fn present(data: &MatrixData) -> Sparse {
    let cells = data
        .observed
        .select(&data.active_rows, &data.active_columns);
    if let Cells::Sparse(sparse) = cells {
        return Sparse::clone(&sparse);
    }
    let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in 0..cells.rows() {
        for (column, value) in cells.row(row).filter(|(_, value)| !value.is_nan()) {
            columns.push(column as u32);
            values.push(value);
        }
        offsets.push(values.len());
    }
    Sparse::from_parts(cells.columns(), offsets, columns, values)
}

/// Mean and standard deviation.
fn moments(values: &[f32]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / count;
    let square = values.iter().map(|v| (f64::from(*v) - mean).powi(2));
    (mean, (square.sum::<f64>() / count).sqrt())
}

/// exp((x − mean of the row) / deviation of all): how much a row likes a column. A missing cell is no liking, 0.
fn liking(present: &Sparse) -> Baselined {
    let (mean, deviation) = moments(present.values());
    let mut values = Vec::with_capacity(present.len());
    for row in 0..present.rows() {
        let (_, own) = present.row(row);
        let sum: f64 = own.iter().map(|value| f64::from(*value)).sum();
        let usual = (sum + SHRINKAGE * mean) / (own.len() as f64 + SHRINKAGE);
        values.extend(own.iter().map(|value| {
            let exponent = (f64::from(*value) - usual) / (deviation + 1e-12);
            exponent.clamp(-MOST_LIKING, MOST_LIKING).exp() as f32
        }));
    }
    Baselined {
        cells: Cells::Sparse(Arc::new(present.with_values(values))),
        baseline: None,
    }
    .fastest()
}

/// The mean of its column stands for a missing cell. Raised so that no cell is negative.
fn column_means(present: &Sparse) -> Baselined {
    let (mean, _) = moments(present.values());
    let mut sums = vec![(SHRINKAGE * mean, SHRINKAGE); present.columns()];
    for (&column, &value) in present.column_indices().iter().zip(present.values()) {
        let (sum, count) = &mut sums[column as usize];
        *sum += f64::from(value);
        *count += 1.0;
    }
    let means: Vec<f64> = sums.iter().map(|(sum, count)| sum / count).collect();
    let of_cells = present.values().iter().map(|value| f64::from(*value));
    let lowest = of_cells.chain(means.iter().copied()).fold(0.0, f64::min);
    let above = present
        .column_indices()
        .iter()
        .zip(present.values())
        .map(|(column, value)| (f64::from(*value) - means[*column as usize]) as f32)
        .collect();
    Baselined {
        cells: Cells::Sparse(Arc::new(present.with_values(above))),
        baseline: Some([
            vec![1.0; present.rows()],
            means.iter().map(|mean| mean - lowest).collect(),
        ]),
    }
    .fastest()
}

/// How far the leading singular values of both sides' inputs stand above those of the same cells with random signs, which have no
/// structure but sizes: Σ σ² over Σ σ² of the random ones, of as many as there are clusters less one.
fn structure(prepared: Baselined, config: &DeepCcConfig, rng: &mut ChaCha8Rng) -> f64 {
    // Every cell gets a sign, those that stand for missing ones, too.
    let sides = inputs::residuals(&prepared.written_out());
    let counts = [config.row_clusters, config.column_clusters];
    let ratio = |(side, clusters): (&Scaled, usize)| -> f64 {
        let Cells::Dense(dense) = &side.cells else {
            return 0.0;
        };
        let signed: Vec<f32> = dense
            .values()
            .iter()
            .map(|value| if rng.random_bool(0.5) { *value } else { -value })
            .collect();
        let mut energy = |values: &[f32]| -> f64 {
            let x = View::new(values, dense.columns());
            let found = singular_values(
                (dense.rows(), dense.columns()),
                (clusters - 1).max(1),
                |block, width| product(x, View::new(block, width)),
                |block, width| product(x.transposed(), View::new(block, width)),
                rng,
            );
            found.iter().map(|value| value * value).sum()
        };
        energy(dense.values()) / energy(&signed).max(1e-30)
    };
    sides.iter().zip(counts).map(ratio).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn present() -> Sparse {
        Sparse::from_parts(3, vec![0, 2, 3], vec![0, 2, 1], vec![5.0, 1.0, 3.0])
    }

    #[test]
    fn liking_is_relative_to_the_row_and_nothing_where_a_cell_is_missing() {
        // Mean 3, deviation √(8/3), the rows' shrunk means (6 + 15) / 7 = 3 and 3.
        let prepared = liking(&present());
        let deviation = (8.0_f64 / 3.0).sqrt();
        let high = (2.0 / deviation).exp() as f32;
        let Cells::Dense(dense) = prepared.cells else {
            panic!("a small matrix is written out");
        };
        let expected = [high, 0.0, 1.0 / high, 0.0, 1.0, 0.0];
        for (value, expected) in dense.values().iter().zip(expected) {
            assert!((value - expected).abs() < 1e-5, "{value} and {expected}");
        }
    }

    #[test]
    fn column_means_stand_for_missing_cells() {
        // Shrunk column means (5 + 15) / 6, 3 and (1 + 15) / 6.
        let prepared = column_means(&present());
        let Cells::Dense(dense) = prepared.cells else {
            panic!("a small matrix is written out");
        };
        let expected = [5.0, 3.0, 1.0, 20.0 / 6.0, 3.0, 16.0 / 6.0];
        for (value, expected) in dense.values().iter().zip(expected) {
            assert!((value - expected).abs() < 1e-5, "{value} and {expected}");
        }
    }
}
