//! Range, quantiles and margins of the values of a matrix.

use rayon::prelude::*;

use super::cells::Matrix;

/// Values kept for quantiles.
const SAMPLE: usize = 200_000;

/// Texels along the side of a small picture of everything, and lines of it that are looked at.
const TEXELS: usize = 600;
const LINES: usize = 32;
/// The share of such texels that stay below the strength `EXPOSED`: the rest can grow as blocks form.
const STRONG: f64 = 0.98;
const EXPOSED: f32 = 0.6;

/// Range, quantiles and margins of a matrix.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values {
    /// Values that are neither missing nor zero, ascending: all, or an even sample.
    sample: Vec<f32>,
    /// True if some cells are zero.
    pub(crate) zeros: bool,
    /// Cells without a value.
    pub(crate) missing: u64,
    /// Cells with one, zeros too.
    pub(crate) present: u64,
    /// Mean of the cells with a value.
    pub(crate) mean: f64,
    /// Characters of the longest name of a row and of a column; 0 until someone who knows the names says so.
    pub(crate) longest: [usize; 2],
    /// Least and largest value.
    pub(crate) range: (f32, f32),
    /// Of texels of many cells in the order of the file: the mean of their cells that are not zero, and the share of those.
    texels: Vec<(f32, f32)>,
    /// Cells of such a texel.
    texel: usize,
    /// Of the rows.
    pub(crate) rows: Margins,
    /// Of the columns.
    pub(crate) columns: Margins,
}

/// Sums along one side of a matrix.
#[derive(Debug, Clone, Default)]
pub(crate) struct Margins {
    /// Sum of the values.
    pub(crate) sums: Vec<f64>,
    /// Cells with a value, zeros too.
    pub(crate) present: Vec<u32>,
    /// Sum of the absolute values.
    pub(crate) weights: Vec<f64>,
}

impl Margins {
    fn new(length: usize) -> Self {
        Self {
            sums: vec![0.0; length],
            present: vec![0; length],
            weights: vec![0.0; length],
        }
    }

    fn add(&mut self, at: usize, value: f32) {
        self.sums[at] += f64::from(value);
        self.weights[at] += f64::from(value.abs());
        self.present[at] += 1;
    }

    fn merge(&mut self, other: &Self) {
        for (own, other) in self.sums.iter_mut().zip(&other.sums) {
            *own += other;
        }
        for (own, other) in self.weights.iter_mut().zip(&other.weights) {
            *own += other;
        }
        for (own, other) in self.present.iter_mut().zip(&other.present) {
            *own += other;
        }
    }
}

/// The result of one thread for some of the rows.
struct Part {
    columns: Margins,
    rows: Vec<(f64, f64, u32)>,
    least: f32,
    largest: f32,
    zeros: u64,
    sample: Vec<f32>,
}

impl Values {
    /// Looks at every stored cell of `observed` once, on all cores.
    pub(crate) fn of(cells: &Matrix<'_>) -> Self {
        let (rows, columns) = (cells.rows(), cells.columns());
        let every = (cells.stored() / SAMPLE).max(1);
        let chunk = rows.div_ceil(2 * rayon::current_num_threads()).max(1);
        let starts: Vec<usize> = (0..rows).step_by(chunk).collect();
        let parts: Vec<Part> = starts
            .into_par_iter()
            .map(|start| part(cells, start..(start + chunk).min(rows), every))
            .collect();
        let mut values = Self {
            rows: Margins::new(rows),
            columns: Margins::new(columns),
            range: (f32::INFINITY, f32::NEG_INFINITY),
            ..Self::default()
        };
        let (mut zeros, mut at) = (0, 0);
        for part in parts {
            values.columns.merge(&part.columns);
            for (sum, weight, present) in part.rows {
                values.rows.sums[at] = sum;
                values.rows.weights[at] = weight;
                values.rows.present[at] = present;
                at += 1;
            }
            values.range.0 = values.range.0.min(part.least);
            values.range.1 = values.range.1.max(part.largest);
            zeros += part.zeros;
            values.sample.extend(part.sample);
        }
        let all = rows as u64 * columns as u64;
        let stored: u64 = values.rows.present.iter().copied().map(u64::from).sum();
        let implied = if cells.implies_zeros() {
            all - cells.stored() as u64
        } else {
            0
        };
        if implied > 0 {
            values.range.0 = values.range.0.min(0.0);
            values.range.1 = values.range.1.max(0.0);
            values.imply_zeros(columns, rows);
        }
        values.zeros = zeros + implied > 0;
        values.present = stored + implied;
        values.missing = all - values.present;
        let sum: f64 = values.rows.sums.iter().sum();
        values.mean = sum / values.present.max(1) as f64;
        if values.present == 0 {
            values.range = (0.0, 0.0);
        }
        values.sample.sort_unstable_by(f32::total_cmp);
        (values.texel, values.texels) = texels(cells);
        values
    }

    /// How much stronger the colors of texels of many cells have to be to be seen: `place` gives the place of a value on the color
    /// map, `zero` is that of zero. Also the number of cells that this is for.
    pub(crate) fn exposure(&self, zero: f32, place: impl Fn(f32) -> f32) -> (f32, usize) {
        let mut strengths: Vec<f32> = self
            .texels
            .iter()
            .map(|(mean, share)| (place(*mean) - zero).abs() * share.sqrt())
            .collect();
        if !self.zeros || strengths.is_empty() {
            return (1.0, self.texel);
        }
        let at = (strengths.len() as f64 * STRONG) as usize;
        let at = at.min(strengths.len() - 1);
        let (_, strong, _) = strengths.select_nth_unstable_by(at, f32::total_cmp);
        ((EXPOSED / strong.max(1e-3)).clamp(1.0, 3.0), self.texel)
    }

    /// Cells that are not stored count as zeros.
    fn imply_zeros(&mut self, columns: usize, rows: usize) {
        self.rows.present.fill(columns as u32);
        self.columns.present.fill(rows as u32);
    }

    /// The value below which `share` of the values lie, zeros and missing cells left out.
    pub(crate) fn quantile(&self, share: f64) -> Option<f32> {
        let last = self.sample.len().checked_sub(1)?;
        let at = (last as f64 * share.clamp(0.0, 1.0)).round() as usize;
        self.sample.get(at).copied()
    }

    /// A small absolute value: a logarithmic scale begins there.
    pub(crate) fn unit(&self) -> f32 {
        let mut sizes: Vec<f32> = self.sample.iter().map(|value| value.abs()).collect();
        if sizes.is_empty() {
            return 1.0;
        }
        let at = sizes.len() / 20;
        let (_, unit, _) = sizes.select_nth_unstable_by(at, f32::total_cmp);
        unit.max(f32::MIN_POSITIVE)
    }
}

/// Some texels of a small picture of the whole matrix.
fn texels(cells: &Matrix<'_>) -> (usize, Vec<(f32, f32)>) {
    let across = cells.columns().div_ceil(TEXELS).max(1);
    let down = cells.rows().div_ceil(TEXELS).max(1);
    let lines = cells.rows() / down;
    let mut texels = Vec::new();
    let mut bins = vec![(0.0_f32, 0_u32); cells.columns().div_ceil(across)];
    for line in (0..lines).step_by((lines / LINES).max(1)) {
        bins.fill((0.0, 0));
        for row in line * down..(line + 1) * down {
            for (column, value) in cells.row(row) {
                if value != 0.0 && !value.is_nan() {
                    let (sum, count) = &mut bins[column / across];
                    *sum += value;
                    *count += 1;
                }
            }
        }
        let filled = bins.iter().filter(|(_, count)| *count > 0);
        texels.extend(
            filled.map(|&(sum, count)| (sum / count as f32, count as f32 / (across * down) as f32)),
        );
    }
    (across * down, texels)
}

fn part(cells: &Matrix<'_>, rows: std::ops::Range<usize>, every: usize) -> Part {
    let mut part = Part {
        columns: Margins::new(cells.columns()),
        rows: Vec::with_capacity(rows.len()),
        least: f32::INFINITY,
        largest: f32::NEG_INFINITY,
        zeros: 0,
        sample: Vec::new(),
    };
    let mut seen = 0_usize;
    for row in rows {
        let (mut sum, mut weight, mut present) = (0.0, 0.0, 0);
        for (column, value) in cells.row(row) {
            if value.is_nan() {
                continue;
            }
            sum += f64::from(value);
            weight += f64::from(value.abs());
            present += 1;
            part.columns.add(column, value);
            part.least = part.least.min(value);
            part.largest = part.largest.max(value);
            if value == 0.0 {
                part.zeros += 1;
            } else {
                seen += 1;
                if seen.is_multiple_of(every) && value.is_finite() {
                    part.sample.push(value);
                }
            }
        }
        part.rows.push((sum, weight, present));
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::matrix::Cells;

    #[test]
    fn zeros_that_are_not_stored_count_unless_they_are_missing() {
        let counts = Matrix {
            cells: Cells::Sparse {
                columns: 3,
                offsets: &[0, 2, 2, 3],
                indices: &[0, 1, 1],
                values: &[2., 4., -3.],
            },
            absent_is_missing: false,
        };
        let values = Values::of(&counts);
        assert_eq!((values.present, values.missing, values.zeros), (9, 0, true));
        assert_eq!(values.range, (-3.0, 4.0));
        assert!((values.mean - 3.0 / 9.0).abs() < 1e-12);
        assert_eq!(values.columns.sums, [2.0, 1.0, 0.0]);
        assert_eq!(values.columns.weights, [2.0, 7.0, 0.0]);
        assert_eq!(values.rows.present, [3, 3, 3]);

        let ratings = Matrix {
            absent_is_missing: true,
            ..counts
        };
        let values = Values::of(&ratings);
        assert_eq!(
            (values.present, values.missing, values.zeros),
            (3, 6, false)
        );
        assert_eq!(values.rows.present, [2, 0, 1]);
    }

    #[test]
    fn missing_cells_of_a_dense_matrix_are_left_out() {
        let values = Values::of(&Matrix {
            cells: Cells::Dense {
                columns: 2,
                values: &[1.0, f32::NAN, 0.0, 5.0],
            },
            absent_is_missing: false,
        });
        assert_eq!((values.present, values.missing, values.zeros), (3, 1, true));
        assert!((values.mean - 2.0).abs() < 1e-12);
        assert_eq!(values.quantile(0.0), Some(1.0));
        assert_eq!(values.quantile(1.0), Some(5.0));
    }
}
