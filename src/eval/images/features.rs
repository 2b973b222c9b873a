//! How far two sets of images are apart, by their features.
//!
//! Distances depend on the features: those of a small network of one's own don't compare with published figures, which
//! use the Inception network.

use faer::{Mat, MatRef};

/// Features of a set: rows of `dimensions` numbers, one row an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    dimensions: usize,
    values: Vec<f64>,
}

/// Why sets cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FeatureError {
    /// A variance needs two.
    #[error("a distance of sets needs at least two images in each")]
    TooFew,
    /// They come from different networks.
    #[error("the features have {0} and {1} dimensions")]
    Dimensions(usize, usize),
    /// NaN or infinite features.
    #[error("the features are not finite")]
    NotFinite,
}

impl Features {
    /// Of no image.
    #[must_use]
    pub fn new(dimensions: usize) -> Self {
        Self {
            dimensions,
            values: Vec::new(),
        }
    }

    /// Takes rows in, one after another.
    ///
    /// # Panics
    /// If the rows are not whole.
    pub fn extend(&mut self, rows: &[f32]) {
        assert!(
            self.dimensions > 0 && rows.len().is_multiple_of(self.dimensions),
            "whole rows"
        );
        self.values
            .extend(rows.iter().map(|value| f64::from(*value)));
    }

    /// Number of images.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len() / self.dimensions.max(1)
    }

    /// True if there is no image.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn matrix(&self) -> MatRef<'_, f64> {
        MatRef::from_row_major_slice(&self.values, self.len(), self.dimensions)
    }

    fn mean(&self) -> Vec<f64> {
        let mut mean = vec![0.0; self.dimensions];
        for row in self.values.chunks_exact(self.dimensions) {
            for (mean, value) in mean.iter_mut().zip(row) {
                *mean += value / self.len() as f64;
            }
        }
        mean
    }

    /// [dimensions, dimensions], divided by n − 1.
    fn covariance(&self, mean: &[f64]) -> Mat<f64> {
        let scale = ((self.len() - 1) as f64).sqrt().recip();
        let centered = Mat::from_fn(self.len(), self.dimensions, |row, column| {
            scale * (self.values[row * self.dimensions + column] - mean[column])
        });
        centered.transpose() * &centered
    }
}

fn check(one: &Features, other: &Features) -> Result<(), FeatureError> {
    if one.dimensions != other.dimensions {
        return Err(FeatureError::Dimensions(one.dimensions, other.dimensions));
    }
    if one.len() < 2 || other.len() < 2 {
        return Err(FeatureError::TooFew);
    }
    let mut values = one.values.iter().chain(&other.values);
    if !values.all(|value| value.is_finite()) {
        return Err(FeatureError::NotFinite);
    }
    Ok(())
}

/// The kernel distance: the unbiased estimate of the squared maximum mean discrepancy with the kernel (x·y / d + 1)³ over all images
/// (Bińkowski, Sutherland, Arbel and Gretton, "Demystifying MMD GANs", 2018, equation 4 and section 3.1). Around 0, also
/// below, for sets of one distribution.
///
/// # Errors
/// If the sets cannot be compared.
pub fn kernel_distance(one: &Features, other: &Features) -> Result<f64, FeatureError> {
    check(one, other)?;
    aside(|| {
        let kernel = |product: f64| (product / one.dimensions as f64 + 1.0).powi(3);
        let sum = |a: MatRef<'_, f64>, b: MatRef<'_, f64>, diagonal: bool| {
            let products = a * b.transpose();
            let mut sum = 0.0;
            for column in 0..products.ncols() {
                for row in 0..products.nrows() {
                    if diagonal || row != column {
                        sum += kernel(products[(row, column)]);
                    }
                }
            }
            sum
        };
        let (m, n) = (one.len() as f64, other.len() as f64);
        let within_one = sum(one.matrix(), one.matrix(), false) / (m * (m - 1.0));
        let within_other = sum(other.matrix(), other.matrix(), false) / (n * (n - 1.0));
        let between = sum(one.matrix(), other.matrix(), true) / (m * n);
        Ok(within_one + within_other - 2.0 * between)
    })
}

/// Works on a thread of its own: products of matrices leave half a gigabyte of scratch memory to the thread that asked for them, which
/// would stay with a run to its end.
fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| match scope.spawn(work).join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// The Fréchet distance of normal distributions with the sets' means and covariances: |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½) (Dowson and Landau
/// 1982; Heusel et al. 2017, equation 6). Biased upward for sets that are small beside the number of dimensions.
///
/// # Errors
/// If the sets cannot be compared.
pub fn frechet_distance(one: &Features, other: &Features) -> Result<f64, FeatureError> {
    check(one, other)?;
    aside(|| frechet(one, other))
}

fn frechet(one: &Features, other: &Features) -> Result<f64, FeatureError> {
    let (mean_1, mean_2) = (one.mean(), other.mean());
    let (covariance_1, covariance_2) = (one.covariance(&mean_1), other.covariance(&mean_2));
    let shift: f64 = mean_1
        .iter()
        .zip(&mean_2)
        .map(|(one, other)| (one - other).powi(2))
        .sum();
    // Σ₁ Σ₂ has the eigenvalues of √Σ₁ Σ₂ √Σ₁, which is symmetric.
    let root = square_root(&covariance_1)?;
    let product = &root * &covariance_2 * &root;
    let overlap: f64 = eigenvalues(&product)?
        .iter()
        .map(|value| value.sqrt())
        .sum();
    let traces: f64 = [&covariance_1, &covariance_2]
        .iter()
        .map(|matrix| (0..matrix.nrows()).map(|at| matrix[(at, at)]).sum::<f64>())
        .sum();
    Ok((shift + traces - 2.0 * overlap).max(0.0))
}

/// The square root of a symmetric matrix without negative eigenvalues, but for rounding.
fn square_root(matrix: &Mat<f64>) -> Result<Mat<f64>, FeatureError> {
    let eigen = matrix
        .self_adjoint_eigen(faer::Side::Lower)
        .map_err(|_| FeatureError::NotFinite)?;
    let (vectors, values) = (eigen.U(), eigen.S().column_vector());
    let scaled = Mat::from_fn(vectors.nrows(), vectors.ncols(), |row, column| {
        vectors[(row, column)] * values[column].max(0.0).sqrt()
    });
    Ok(scaled * vectors.transpose())
}

fn eigenvalues(matrix: &Mat<f64>) -> Result<Vec<f64>, FeatureError> {
    let values = matrix
        .self_adjoint_eigenvalues(faer::Side::Lower)
        .map_err(|_| FeatureError::NotFinite)?;
    Ok(values.into_iter().map(|value| value.max(0.0)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(dimensions: usize, rows: &[f32]) -> Features {
        let mut features = Features::new(dimensions);
        features.extend(rows);
        features
    }

    /// One dimension, {0, 2} and {1, 1}: k(0, 2) = 1, k(1, 1) = 8, k(0, 1) = 1, k(2, 1) = 27; 1 + 8 − 2 · 14 = −19.
    #[test]
    fn kernel_distance_is_that_of_the_hand_computation() {
        let distance = kernel_distance(&features(1, &[0.0, 2.0]), &features(1, &[1.0, 1.0]));
        assert!((distance.expect("a distance") + 19.0).abs() < 1e-9);
    }

    /// Variances 2 and 8 around 1 and 4: 9 + 2 + 8 − 2 · √16 = 11.
    #[test]
    fn frechet_distance_is_that_of_the_hand_computation() {
        let distance = frechet_distance(&features(1, &[0.0, 2.0]), &features(1, &[2.0, 6.0]));
        assert!((distance.expect("a distance") - 11.0).abs() < 1e-9);
        let same = features(2, &[0.0, 2.0, 3.0, 1.0, 7.0, 7.0]);
        assert!(frechet_distance(&same, &same).expect("a distance") < 1e-9);
    }

    #[test]
    fn sets_that_cannot_be_compared_are_refused() {
        let (two, one) = (features(1, &[0.0, 1.0]), features(1, &[0.0]));
        assert_eq!(kernel_distance(&two, &one), Err(FeatureError::TooFew));
        let other = features(2, &[0.0; 4]);
        assert_eq!(
            frechet_distance(&two, &other),
            Err(FeatureError::Dimensions(1, 2))
        );
        let nan = features(1, &[f32::NAN, 1.0]);
        assert_eq!(frechet_distance(&two, &nan), Err(FeatureError::NotFinite));
    }
}
