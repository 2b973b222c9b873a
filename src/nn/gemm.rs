//! Matrix products of plain slices on the CPU.

use std::ops::{Add, Mul, Range};

use gemm::Parallelism;

/// Products below this many multiplications run on one thread.
const PARALLEL_FROM: usize = 1 << 21;

/// A matrix of `rows` × `columns` values, row by row, or its transpose.
#[derive(Debug, Clone, Copy)]
pub struct View<'a, T> {
    values: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T> View<'a, T> {
    /// A matrix with this many columns.
    ///
    /// # Panics
    /// If the values do not fill whole rows.
    #[must_use]
    pub fn new(values: &'a [T], columns: usize) -> Self {
        assert!(
            columns > 0 && values.len().is_multiple_of(columns),
            "whole rows"
        );
        Self {
            values,
            rows: values.len() / columns,
            columns,
            row_stride: columns,
            column_stride: 1,
        }
    }

    /// Rows as columns.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// Some of the rows.
    ///
    /// # Panics
    /// If there are not as many.
    #[must_use]
    pub fn some_rows(self, rows: Range<usize>) -> Self {
        assert!(rows.start < rows.end && rows.end <= self.rows, "some rows");
        Self {
            values: &self.values[rows.start * self.row_stride..],
            rows: rows.len(),
            ..self
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }
}

/// The numbers that a product takes: `f32` and `f64`.
pub trait Number:
    Copy + Send + Sync + Default + PartialEq + Add<Output = Self> + Mul + 'static
{
    /// 1
    const ONE: Self;
}

impl Number for f32 {
    const ONE: Self = 1.0;
}

impl Number for f64 {
    const ONE: Self = 1.0;
}

/// `left · right`, row by row.
///
/// left: [n, k], right: [k, m] → [n, m].
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn product<T: Number>(left: View<'_, T>, right: View<'_, T>) -> Vec<T> {
    let mut out = vec![T::default(); left.rows * right.columns];
    product_into(left, right, T::default(), &mut out);
    out
}

/// `left · right` where that is known to be symmetric: half the work.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn symmetric_product<T: Number>(left: View<'_, T>, right: View<'_, T>) -> Vec<T> {
    const BLOCK: usize = 128;
    let size = left.rows;
    assert_eq!(size, right.columns, "the product is square");
    let mut out = vec![T::default(); size * size];
    for start in (0..size).step_by(BLOCK) {
        let end = size.min(start + BLOCK);
        let columns = right.transposed().some_rows(0..end).transposed();
        let block = product(left.some_rows(start..end), columns);
        for (row, values) in (start..end).zip(block.chunks_exact(end)) {
            out[row * size..row * size + end].copy_from_slice(values);
        }
    }
    for row in 0..size {
        let end = size.min((row / BLOCK + 1) * BLOCK);
        for column in end..size {
            out[row * size + column] = out[column * size + row];
        }
    }
    out
}

/// `out = keep · out + left · right`, row by row.
///
/// # Panics
/// If the shapes do not fit.
pub fn product_into<T: Number>(left: View<'_, T>, right: View<'_, T>, keep: T, out: &mut [T]) {
    let (n, k, m) = (left.rows, left.columns, right.columns);
    assert_eq!(k, right.rows, "the inner sizes fit");
    assert_eq!(out.len(), n * m, "the output fits");
    let parallelism = if n * k * m >= PARALLEL_FROM {
        Parallelism::Rayon(0)
    } else {
        Parallelism::None
    };
    // SAFETY: `View` keeps the last element of each operand, (rows − 1)·row stride + (columns − 1)·column stride, within its slice (as
    // `new` makes them and `some_rows` leaves them), and `out` has n·m elements; the sizes were compared above. `Number` is implemented for types that gemm knows.
    unsafe {
        gemm::gemm(
            n,
            m,
            k,
            out.as_mut_ptr(),
            1,
            m as isize,
            keep != T::default(),
            left.values.as_ptr(),
            left.column_stride as isize,
            left.row_stride as isize,
            right.values.as_ptr(),
            right.column_stride as isize,
            right.row_stride as isize,
            keep,
            T::ONE,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symmetric_product_is_the_product() {
        let values: Vec<f64> = (0..300 * 7).map(|at| f64::from(at * 37 % 101)).collect();
        let view = View::new(&values, 7);
        let ours = symmetric_product(view, view.transposed());
        assert_eq!(ours, product(view, view.transposed()));
        let wide = View::new(&values, 300);
        let ours = symmetric_product(wide.transposed(), wide);
        assert_eq!(ours, product(wide.transposed(), wide));
    }

    #[test]
    fn products_of_matrices_and_their_transposes_by_hand() {
        let left = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let right = [1.0, 0.0, 2.0, 1.0, 0.0, 3.0];
        let (two_by_three, three_by_two) = (View::new(&left, 3), View::new(&right, 2));
        assert_eq!(product(two_by_three, three_by_two), [5.0, 11.0, 14.0, 23.0]);
        let transposed = product(three_by_two.transposed(), two_by_three.transposed());
        assert_eq!(transposed, [5.0, 14.0, 11.0, 23.0]);
        let mut out = vec![1.0_f32; 4];
        let (left, right) = ([1.0_f32, 2.0], [3.0_f32, 4.0]);
        product_into(View::new(&left, 1), View::new(&right, 2), 2.0, &mut out);
        assert_eq!(out, [5.0, 6.0, 8.0, 10.0]);
    }
}
