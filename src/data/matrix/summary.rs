//! Statistics of a matrix, to look at before clustering it.

use super::fill;
use super::{Cells, Classes, MatrixData};
use crate::data::Histogram;

/// Most values that a histogram is made of.
const MOST_VALUES: usize = 8 << 20;
/// Most rows and columns of a thumbnail.
const THUMBNAIL_SIDE: usize = 256;

/// Counts, distributions and a small picture of a matrix.
#[derive(Debug, Clone, Default)]
pub struct MatrixSummary {
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Cells that are stored and not missing.
    pub stored: usize,
    /// Share of all cells that have a value other than zero, 0 to 1.
    pub density: f64,
    /// Share of all cells that are missing, 0 to 1.
    pub missing: f64,
    /// Smallest and largest cell; zeros that are not stored count.
    pub range: (f32, f32),
    /// Mean of the cells that are not missing.
    pub mean: f64,
    /// Standard deviation of the cells that are not missing.
    pub deviation: f64,
    /// Rows that are set aside.
    pub rows_aside: usize,
    /// Columns that are set aside.
    pub columns_aside: usize,
    /// True classes of rows, with how many rows are of each.
    pub row_classes: Vec<(String, usize)>,
    /// True classes of columns, with how many columns are of each.
    pub column_classes: Vec<(String, usize)>,
    /// How often each value occurs.
    pub histogram: Histogram,
    /// True if zeros are left out of the histogram, because more than half of the cells are zero.
    pub without_zeros: bool,
    /// The cells as a small picture.
    pub thumbnail: MatrixThumbnail,
}

/// The matrix in at most 256 × 256 blocks, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MatrixThumbnail {
    /// Rows of blocks.
    pub rows: usize,
    /// Columns of blocks.
    pub columns: usize,
    /// Share of each block's cells that are there and not zero, 0 to 1, row by row.
    pub density: Vec<f32>,
    /// Mean of each block's cells that are not missing, row by row; NaN where all are.
    pub mean: Vec<f32>,
}

impl MatrixSummary {
    /// Looks at every stored cell a few times.
    #[must_use]
    pub fn of(data: &MatrixData) -> Self {
        let cells = &data.observed;
        let (rows, columns) = (cells.rows(), cells.columns());
        let all = rows as f64 * columns as f64;
        let share = |count: usize| if all > 0.0 { count as f64 / all } else { 0.0 };
        let missing = fill::missing(cells, data.absent_is_missing);
        let values = match cells {
            Cells::Dense(dense) => dense.values(),
            Cells::Sparse(sparse) => sparse.values(),
        };
        let there = || values.iter().copied().filter(|value| !value.is_nan());
        let (mut stored, mut non_zero, mut sum) = (0, 0, 0.0);
        let mut range = (f32::INFINITY, f32::NEG_INFINITY);
        for value in there() {
            stored += 1;
            non_zero += usize::from(value != 0.0);
            sum += f64::from(value);
            range = (range.0.min(value), range.1.max(value));
        }
        // Of the cells that are not missing, zeros that are not stored are the rest.
        let absent = rows * columns - missing - stored;
        if absent > 0 || stored == 0 {
            range = (range.0.min(0.0), range.1.max(0.0));
        }
        let count = (stored + absent).max(1) as f64;
        let mean = sum / count;
        let squares: f64 = there().map(|value| (f64::from(value) - mean).powi(2)).sum();
        let deviation = ((squares + absent as f64 * mean * mean) / count).sqrt();
        let without_zeros = (stored + absent) > 2 * non_zero && non_zero > 0;
        Self {
            rows,
            columns,
            stored,
            density: share(non_zero),
            missing: share(missing),
            range,
            mean,
            deviation,
            rows_aside: rows - data.active_rows.len(),
            columns_aside: columns - data.active_columns.len(),
            row_classes: counts(data.row_classes.as_ref()),
            column_classes: counts(data.column_classes.as_ref()),
            histogram: histogram(
                there().filter(|value| !without_zeros || *value != 0.0),
                stored,
            ),
            without_zeros,
            thumbnail: MatrixThumbnail::of(cells, data.absent_is_missing),
        }
    }
}

/// How often each value occurs; of very many every so many-th is looked at.
fn histogram(values: impl Iterator<Item = f32>, count: usize) -> Histogram {
    let step = count.div_ceil(MOST_VALUES).max(1);
    let values: Vec<f32> = values.step_by(step).collect();
    let ends = values
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &value| {
            (low.min(value), high.max(value))
        });
    let mut histogram = Histogram::of(&values, ends);
    for count in &mut histogram.counts {
        *count *= step;
    }
    histogram
}

fn counts(classes: Option<&Classes>) -> Vec<(String, usize)> {
    let Some(classes) = classes else {
        return Vec::new();
    };
    let mut counts = vec![0; classes.names.len()];
    for class in classes.of.iter().flatten() {
        counts[*class as usize] += 1;
    }
    classes.names.iter().cloned().zip(counts).collect()
}

impl MatrixThumbnail {
    fn of(cells: &Cells, absent_is_missing: bool) -> Self {
        let (height, width) = (cells.rows(), cells.columns());
        let (rows, columns) = (height.min(THUMBNAIL_SIDE), width.min(THUMBNAIL_SIDE));
        if rows == 0 || columns == 0 {
            return Self::default();
        }
        let mut blocks = vec![Block::default(); rows * columns];
        let column_of: Vec<usize> = (0..width).map(|at| at * columns / width).collect();
        for row in 0..height {
            let own = &mut blocks[row * rows / height * columns..][..columns];
            for (column, value) in cells.row(row).filter(|cell| !cell.1.is_nan()) {
                let block = &mut own[column_of[column]];
                block.sum += f64::from(value);
                block.count += 1;
                block.non_zero += usize::from(value != 0.0);
            }
        }
        let size = |at: usize, blocks: usize, total: usize| {
            ((at + 1) * total).div_ceil(blocks) - (at * total).div_ceil(blocks)
        };
        let area =
            |at: usize| size(at / columns, rows, height) * size(at % columns, columns, width);
        let zeros_count = matches!(cells, Cells::Sparse(_)) && !absent_is_missing;
        Self {
            rows,
            columns,
            density: (blocks.iter().enumerate())
                .map(|(at, block)| (block.non_zero as f64 / area(at) as f64) as f32)
                .collect(),
            mean: (blocks.iter().enumerate())
                .map(|(at, block)| {
                    let count = if zeros_count { area(at) } else { block.count };
                    (block.sum / count as f64) as f32
                })
                .collect(),
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Block {
    sum: f64,
    count: usize,
    non_zero: usize,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Dense, Sparse};

    #[test]
    fn a_small_matrix_by_hand() {
        // 2 0 -1 / · 0 0 / 0 0 0, dense with one cell missing and sparse with the zeros left out.
        let dense = Dense::new(3, vec![2., 0., -1., f32::NAN, 0., 0., 0., 0., 0.]);
        let dense = MatrixSummary::of(&MatrixData {
            observed: Cells::Dense(Arc::new(dense)),
            ..MatrixData::default()
        });
        assert_eq!((dense.stored, dense.range), (8, (-1.0, 2.0)));
        assert!((dense.missing - 1.0 / 9.0).abs() < 1e-12);
        assert!((dense.density - 2.0 / 9.0).abs() < 1e-12);
        assert!((dense.mean - 1.0 / 8.0).abs() < 1e-12);
        assert!(dense.without_zeros);
        assert_eq!(dense.histogram.values, [-1.0, 2.0]);
        assert_eq!(dense.thumbnail.mean[..3], [2.0, 0.0, -1.0]);
        assert!(dense.thumbnail.mean[3].is_nan());
        assert_eq!(dense.thumbnail.density[..4], [1.0, 0.0, 1.0, 0.0]);

        let sparse = Sparse::from_parts(3, vec![0, 2, 2, 2], vec![0, 2], vec![2., -1.]);
        let mut data = MatrixData {
            observed: Cells::Sparse(Arc::new(sparse)),
            row_classes: Some(Classes::from_names(&[Some("b"), Some("a"), Some("b")])),
            ..MatrixData::default()
        };
        let zeros = MatrixSummary::of(&data);
        assert_eq!((zeros.stored, zeros.missing), (2, 0.0));
        assert_eq!(zeros.range, (-1.0, 2.0));
        assert!((zeros.mean - 1.0 / 9.0).abs() < 1e-12);
        // Σx² / 9 - mean² = 5 / 9 - 1 / 81.
        assert!((zeros.deviation - (44.0_f64 / 81.0).sqrt()).abs() < 1e-12);
        assert_eq!(zeros.thumbnail.mean[3], 0.0);
        assert_eq!(
            zeros.row_classes,
            [("a".to_owned(), 1), ("b".to_owned(), 2)]
        );
        data.absent_is_missing = true;
        let missing = MatrixSummary::of(&data);
        assert!((missing.missing - 7.0 / 9.0).abs() < 1e-12);
        assert!((missing.mean - 0.5).abs() < 1e-12);
        assert!(!missing.without_zeros);
        assert!(missing.thumbnail.mean[1].is_nan());
    }

    #[test]
    fn a_large_matrix_is_thinned_and_keeps_its_mean() {
        let values: Vec<f32> = (0..1000 * 700).map(|at| (at % 13) as f32).collect();
        let cells = Cells::Dense(Arc::new(Dense::new(700, values)));
        let summary = MatrixSummary::of(&MatrixData {
            observed: cells,
            ..MatrixData::default()
        });
        let thumbnail = &summary.thumbnail;
        assert_eq!((thumbnail.rows, thumbnail.columns), (256, 256));
        let mean: f64 = thumbnail.mean.iter().map(|value| f64::from(*value)).sum();
        assert!((mean / (256.0 * 256.0) - summary.mean).abs() < 0.05);
        assert_eq!(summary.histogram.counts.iter().sum::<usize>(), 700_000);
    }
}
