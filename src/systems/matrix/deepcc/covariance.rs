//! Diagonal and full matrices of a mixture's components.

/// A symmetric k × k matrix.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Symmetric {
    /// Its diagonal; zero elsewhere.
    Diagonal(Vec<f64>),
    /// All of it, row by row.
    Full(Vec<f64>),
}

impl Symmetric {
    /// Zeros.
    pub(super) fn zeros(size: usize, full: bool) -> Self {
        if full {
            Self::Full(vec![0.0; size * size])
        } else {
            Self::Diagonal(vec![0.0; size])
        }
    }

    /// Adds `factor · v vᵀ` (its diagonal).
    pub(super) fn add_outer(&mut self, factor: f64, v: &[f64]) {
        match self {
            Self::Diagonal(diagonal) => {
                for (sum, v) in diagonal.iter_mut().zip(v) {
                    *sum += factor * v * v;
                }
            }
            Self::Full(all) => {
                for (row, left) in all.chunks_exact_mut(v.len()).zip(v) {
                    let factor = factor * left;
                    for (sum, right) in row.iter_mut().zip(v) {
                        *sum += factor * right;
                    }
                }
            }
        }
    }

    /// Adds another of the same kind, times `factor`.
    pub(super) fn add(&mut self, factor: f64, other: &Self) {
        for (sum, value) in self.values_mut().iter_mut().zip(other.values()) {
            *sum += factor * value;
        }
    }

    pub(super) fn scale(&mut self, factor: f64) {
        for value in self.values_mut() {
            *value *= factor;
        }
    }

    /// Adds to each entry of the diagonal.
    pub(super) fn add_to_diagonal(&mut self, mut term: impl FnMut(usize) -> f64) {
        match self {
            Self::Diagonal(diagonal) => {
                for (index, value) in diagonal.iter_mut().enumerate() {
                    *value += term(index);
                }
            }
            Self::Full(all) => {
                let size = side(all);
                for index in 0..size {
                    all[index * size + index] += term(index);
                }
            }
        }
    }

    pub(super) fn diagonal(&self) -> Vec<f64> {
        match self {
            Self::Diagonal(diagonal) => diagonal.clone(),
            Self::Full(all) => all.iter().step_by(side(all) + 1).copied().collect(),
        }
    }

    /// `out = self · v`.
    pub(super) fn multiply(&self, v: &[f64], out: &mut [f64]) {
        match self {
            Self::Diagonal(diagonal) => {
                for ((out, d), v) in out.iter_mut().zip(diagonal).zip(v) {
                    *out = d * v;
                }
            }
            Self::Full(all) => {
                for (out, row) in out.iter_mut().zip(all.chunks_exact(v.len())) {
                    *out = dot(row, v);
                }
            }
        }
    }

    /// Σ of the products of the entries: the trace of the product.
    pub(super) fn inner(&self, other: &Self) -> f64 {
        dot(self.values(), other.values())
    }

    /// The inverse and the logarithm of the determinant; `None` if it is not positive definite.
    pub(super) fn inverse(&self) -> Option<(Self, f64)> {
        match self {
            Self::Diagonal(diagonal) => {
                let positive = diagonal.iter().all(|value| *value > 0.0);
                let inverse = diagonal.iter().map(|value| 1.0 / value).collect();
                let log_determinant = diagonal.iter().map(|value| value.ln()).sum();
                positive.then_some((Self::Diagonal(inverse), log_determinant))
            }
            Self::Full(all) => inverse_of(all).map(|(all, log)| (Self::Full(all), log)),
        }
    }

    fn values(&self) -> &[f64] {
        match self {
            Self::Diagonal(values) | Self::Full(values) => values,
        }
    }

    fn values_mut(&mut self) -> &mut [f64] {
        match self {
            Self::Diagonal(values) | Self::Full(values) => values,
        }
    }
}

pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter()
        .zip(right)
        .map(|(left, right)| left * right)
        .sum()
}

fn side(all: &[f64]) -> usize {
    all.len().isqrt()
}

/// By Cholesky's factor L (the matrix is L Lᵀ): the inverse is L⁻ᵀ L⁻¹ and the determinant Π L_ii².
fn inverse_of(all: &[f64]) -> Option<(Vec<f64>, f64)> {
    let size = side(all);
    let mut factor = vec![0.0; size * size];
    for row in 0..size {
        for column in 0..=row {
            let known = dot(
                &factor[row * size..row * size + column],
                &factor[column * size..column * size + column],
            );
            let rest = all[row * size + column] - known;
            if row == column {
                if rest <= 0.0 || !rest.is_finite() {
                    return None;
                }
                factor[row * size + row] = rest.sqrt();
            } else {
                factor[row * size + column] = rest / factor[column * size + column];
            }
        }
    }
    // L⁻¹, column by column.
    let mut lower = vec![0.0; size * size];
    for column in 0..size {
        for row in column..size {
            let unit = f64::from(u8::from(row == column));
            let known: f64 = (column..row)
                .map(|at| factor[row * size + at] * lower[at * size + column])
                .sum();
            lower[row * size + column] = (unit - known) / factor[row * size + row];
        }
    }
    let mut inverse = vec![0.0; size * size];
    for row in 0..size {
        for column in 0..=row {
            let sum: f64 = (row..size)
                .map(|at| lower[at * size + row] * lower[at * size + column])
                .sum();
            inverse[row * size + column] = sum;
            inverse[column * size + row] = sum;
        }
    }
    let log_determinant = factor
        .iter()
        .step_by(size + 1)
        .map(|value| 2.0 * value.ln())
        .sum();
    Some((inverse, log_determinant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_and_determinant_by_hand() {
        // det = 2·3 − 1 = 5.
        let matrix = Symmetric::Full(vec![2.0, 1.0, 1.0, 3.0]);
        let (inverse, log_determinant) = matrix.inverse().unwrap();
        let Symmetric::Full(inverse) = inverse else {
            panic!("a full matrix has a full inverse");
        };
        for (ours, by_hand) in inverse.iter().zip([0.6, -0.2, -0.2, 0.4]) {
            assert!((ours - by_hand).abs() < 1e-15);
        }
        assert!((log_determinant - 5.0_f64.ln()).abs() < 1e-15);
        assert_eq!(
            Symmetric::Full(vec![1.0, 2.0, 2.0, 1.0]).inverse(),
            None,
            "its determinant is negative"
        );
    }

    #[test]
    fn a_diagonal_matrix_acts_as_the_full_one() {
        let diagonal = Symmetric::Diagonal(vec![2.0, 4.0]);
        let full = Symmetric::Full(vec![2.0, 0.0, 0.0, 4.0]);
        let (mut left, mut right) = ([0.0; 2], [0.0; 2]);
        diagonal.multiply(&[3.0, 5.0], &mut left);
        full.multiply(&[3.0, 5.0], &mut right);
        assert_eq!(left, right);
        assert_eq!(diagonal.diagonal(), full.diagonal());
        let log = |matrix: &Symmetric| matrix.inverse().unwrap().1;
        assert!((log(&diagonal) - log(&full)).abs() < 1e-15);
    }
}
