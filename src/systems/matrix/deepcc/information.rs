//! Mutual information and its gradient.

/// The mutual information of a joint distribution, in bits, and its gradient in the cells.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Information {
    /// I(X; Y)
    pub(super) bits: f64,
    /// dI / d cell, of cells that need not sum to 1: [rows, columns].
    pub(super) gradient: Vec<f64>,
}

/// Of a table of amounts, [rows, columns], each at least 0: they are divided by their sum.
///
/// With S the sum, R and C the sums of a row and a column: I = Σ s/S log₂(s S / (R C)) and dI/ds = (log₂(s S / (R C)) − I) / S.
pub(super) fn information(cells: &[f64], columns: usize) -> Information {
    let total: f64 = cells.iter().sum();
    let rows: Vec<f64> = cells
        .chunks_exact(columns)
        .map(|row| row.iter().sum())
        .collect();
    let mut column_sums = vec![0.0; columns];
    for row in cells.chunks_exact(columns) {
        for (sum, cell) in column_sums.iter_mut().zip(row) {
            *sum += cell;
        }
    }
    let mut gradient = vec![0.0; cells.len()];
    let mut bits = 0.0;
    for ((cells, gradient), row) in cells
        .chunks_exact(columns)
        .zip(gradient.chunks_exact_mut(columns))
        .zip(&rows)
    {
        for ((cell, gradient), column) in cells.iter().zip(gradient).zip(&column_sums) {
            // As the official code does: no cell has the logarithm of 0.
            let independent = row * column / (total * total) + EPSILON;
            *gradient = ((cell / total + EPSILON) / independent).log2();
            bits += cell / total * *gradient;
        }
    }
    for gradient in &mut gradient {
        *gradient = (*gradient - bits) / total;
    }
    Information { bits, gradient }
}

/// Added to both sides of the fraction inside the logarithm, as in the official code.
const EPSILON: f64 = 1e-15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn information_by_hand() {
        // Two equal blocks tell one bit; independent sides tell none.
        let bits = |cells: &[f64]| information(cells, 2).bits;
        assert!((bits(&[3.0, 0.0, 0.0, 3.0]) - 1.0).abs() < 1e-12);
        assert!(bits(&[1.0, 2.0, 2.0, 4.0]).abs() < 1e-12);
        // H(X) = H(Y) = 1 bit and H(X, Y) = 2·0.4·log₂ 2.5 + 2·0.1·log₂ 10.
        let joint = 0.8 * 2.5_f64.log2() + 0.2 * 10.0_f64.log2();
        assert!((bits(&[4.0, 1.0, 1.0, 4.0]) - (2.0 - joint)).abs() < 1e-12);
    }

    #[test]
    fn the_gradient_equals_finite_differences() {
        let cells = [0.3, 1.2, 0.7, 2.0, 0.1, 0.9];
        let at = information(&cells, 3);
        for index in 0..cells.len() {
            let bits = |step: f64| {
                let mut moved = cells;
                moved[index] += step;
                information(&moved, 3).bits
            };
            let quotient = (bits(1e-6) - bits(-1e-6)) / 2e-6;
            assert!((quotient - at.gradient[index]).abs() < 1e-8);
        }
    }
}
