//! Rows to cluster.

use rayon::prelude::*;

use crate::data::{Cells, Sparse};

/// Points: dense rows, or sparse ones whose other coordinates are 0.
#[derive(Debug, Clone)]
pub struct Points<'a> {
    rows: Rows<'a>,
    width: usize,
    /// The squared norm of each point.
    squares: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
enum Rows<'a> {
    Dense(&'a [f32]),
    Sparse(&'a Sparse),
}

impl<'a> Points<'a> {
    /// `values`: [points, width], row by row.
    ///
    /// # Panics
    /// If the values do not fill whole rows.
    #[must_use]
    pub fn dense(width: usize, values: &'a [f32]) -> Self {
        assert!(
            width > 0 && values.len().is_multiple_of(width),
            "whole rows"
        );
        Self::new(Rows::Dense(values), width, values.len() / width)
    }

    /// Each row is a point.
    #[must_use]
    pub fn sparse(rows: &'a Sparse) -> Self {
        Self::new(Rows::Sparse(rows), rows.columns(), rows.rows())
    }

    /// Each row is a point.
    ///
    /// # Panics
    /// Without columns.
    #[must_use]
    pub fn of(cells: &'a Cells) -> Self {
        match cells {
            Cells::Dense(dense) => Self::dense(dense.columns(), dense.values()),
            Cells::Sparse(sparse) => Self::sparse(sparse),
        }
    }

    fn new(rows: Rows<'a>, width: usize, count: usize) -> Self {
        let mut points = Self {
            rows,
            width,
            squares: Vec::new(),
        };
        let square = |point| {
            let mut sum = 0.0;
            points.for_each(point, |_, value| sum += value * value);
            sum
        };
        points.squares = (0..count).into_par_iter().map(square).collect();
        points
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.squares.len()
    }

    /// Number of coordinates.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The squared norm of a point.
    #[must_use]
    pub fn square(&self, point: usize) -> f64 {
        self.squares[point]
    }

    /// Every coordinate of a point that can be other than 0, with its position.
    pub fn for_each(&self, point: usize, mut visit: impl FnMut(usize, f64)) {
        match self.rows {
            Rows::Dense(values) => {
                let row = &values[point * self.width..(point + 1) * self.width];
                for (at, &value) in row.iter().enumerate() {
                    visit(at, f64::from(value));
                }
            }
            Rows::Sparse(sparse) => {
                let (columns, values) = sparse.row(point);
                for (&column, &value) in columns.iter().zip(values) {
                    visit(column as usize, f64::from(value));
                }
            }
        }
    }

    /// Adds a point to a sum.
    pub(super) fn add_to(&self, point: usize, sum: &mut [f64]) {
        self.for_each(point, |at, value| sum[at] += value);
    }

    /// The Euclidean distance of two points.
    #[must_use]
    pub fn distance(&self, a: usize, b: usize) -> f64 {
        let product = match self.rows {
            Rows::Dense(values) => {
                let row = |point: usize| &values[point * self.width..(point + 1) * self.width];
                let squares = row(a).iter().zip(row(b)).map(|(a, b)| {
                    let difference = f64::from(*a) - f64::from(*b);
                    difference * difference
                });
                return squares.sum::<f64>().sqrt();
            }
            Rows::Sparse(sparse) => product(sparse.row(a), sparse.row(b)),
        };
        (self.squares[a] + self.squares[b] - 2.0 * product)
            .max(0.0)
            .sqrt()
    }
}

/// Of two sparse rows.
fn product(a: (&[u32], &[f32]), b: (&[u32], &[f32])) -> f64 {
    let (mut at, mut other) = (0, 0);
    let mut sum = 0.0;
    while at < a.0.len() && other < b.0.len() {
        match a.0[at].cmp(&b.0[other]) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => other += 1,
            std::cmp::Ordering::Equal => {
                sum += f64::from(a.1[at]) * f64::from(b.1[other]);
                at += 1;
                other += 1;
            }
        }
    }
    sum
}
