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

#[derive(Debug, Clone)]
enum Rows<'a> {
    Borrowed(&'a [f32]),
    Owned(Cells),
}

/// Coordinates up to which waking other threads takes longer than the work that they would do.
const FEW: usize = 1 << 15;

/// How the coordinates lie in memory.
enum View<'a> {
    Dense(&'a [f32]),
    Sparse(&'a Sparse),
}

impl Points<'static> {
    /// Each row is a point; they are shared, not copied.
    #[must_use]
    pub fn of(cells: &Cells) -> Self {
        Self::new(Rows::Owned(cells.clone()), cells.columns(), cells.rows())
    }
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
        Self::new(Rows::Borrowed(values), width, values.len() / width)
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

    /// True if one thread is done with all of them before others are awake.
    pub(super) fn are_few(&self) -> bool {
        self.count() * self.width <= FEW
    }

    fn view(&self) -> View<'_> {
        match &self.rows {
            Rows::Borrowed(values) => View::Dense(values),
            Rows::Owned(Cells::Dense(dense)) => View::Dense(dense.values()),
            Rows::Owned(Cells::Sparse(sparse)) => View::Sparse(sparse),
        }
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
    #[inline(always)]
    pub fn for_each(&self, point: usize, mut visit: impl FnMut(usize, f64)) {
        match self.view() {
            View::Dense(values) => {
                let row = &values[point * self.width..(point + 1) * self.width];
                for (at, &value) in row.iter().enumerate() {
                    visit(at, f64::from(value));
                }
            }
            View::Sparse(sparse) => {
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
        let product = match self.view() {
            View::Dense(values) => {
                let row = |point: usize| &values[point * self.width..(point + 1) * self.width];
                let squares = row(a).iter().zip(row(b)).map(|(a, b)| {
                    let difference = f64::from(*a) - f64::from(*b);
                    difference * difference
                });
                return squares.sum::<f64>().sqrt();
            }
            View::Sparse(sparse) => product(sparse.row(a), sparse.row(b)),
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
