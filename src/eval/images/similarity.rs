//! How alike two images are.

use super::Luminance;

/// Half the width of the window, without its middle: 11 × 11.
const RADIUS: usize = 5;
/// Standard deviation of the window, in pixels.
const SIGMA: f64 = 1.5;
/// (0.01 · 255)² and (0.03 · 255)².
const C_1: f64 = 6.5025;
const C_2: f64 = 58.5225;

/// Structural similarity, from −1 to 1 (equal): Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to
/// structural similarity" (2004), equation 13, mean over all places of an 11 × 11 Gaussian window (σ 1.5) that lie within the image. Images
/// with a side below 11 take the largest odd window that fits.
///
/// # Panics
/// If the images differ in size or are empty.
#[must_use]
pub fn ssim(one: &Luminance, other: &Luminance) -> f64 {
    let (width, height) = (one.width(), one.height());
    assert_eq!(
        (width, height),
        (other.width(), other.height()),
        "images of one size"
    );
    assert!(width > 0 && height > 0, "an image");
    let radius = RADIUS.min((width.min(height) - 1) / 2);
    let kernel = gaussian(radius);
    let blurred =
        |values: Vec<f64>| Luminance::new(width, height, values).filtered(&kernel, &kernel);
    let product = |a: &Luminance, b: &Luminance| {
        let pairs = a.values().iter().zip(b.values());
        blurred(pairs.map(|(a, b)| a * b).collect())
    };
    let mean_1 = one.filtered(&kernel, &kernel);
    let mean_2 = other.filtered(&kernel, &kernel);
    let (square_1, square_2) = (product(one, one), product(other, other));
    let both = product(one, other);
    let (mut sum, mut count) = (0.0, 0.0);
    for y in radius..height - radius {
        for at in y * width + radius..(y + 1) * width - radius {
            let (m_1, m_2) = (mean_1.values()[at], mean_2.values()[at]);
            let variance_1 = square_1.values()[at] - m_1 * m_1;
            let variance_2 = square_2.values()[at] - m_2 * m_2;
            let covariance = both.values()[at] - m_1 * m_2;
            let structure = (2.0 * covariance + C_2) / (variance_1 + variance_2 + C_2);
            sum += (2.0 * m_1 * m_2 + C_1) / (m_1 * m_1 + m_2 * m_2 + C_1) * structure;
            count += 1.0;
        }
    }
    sum / count
}

/// [`ssim`] of an image and another that was given its histogram first: what remains is structure, not brightness or contrast.
///
/// # Panics
/// As [`ssim`].
#[must_use]
pub fn matched_ssim(image: &Luminance, changed: &Luminance) -> f64 {
    ssim(image, &changed.matched_to(image))
}

fn gaussian(radius: usize) -> Vec<f64> {
    let distance = |at: usize| at as f64 - radius as f64;
    let weights: Vec<f64> = (0..=2 * radius)
        .map(|at| (-0.5 * (distance(at) / SIGMA).powi(2)).exp())
        .collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// Peak signal-to-noise ratio in decibels of values from −1 to 1: 10 log₁₀(2² / mean squared error); infinite for equal values.
///
/// # Panics
/// If there are not as many values in both.
#[must_use]
pub fn psnr(one: &[f32], other: &[f32]) -> f64 {
    assert_eq!(one.len(), other.len(), "images of one size");
    let squares = one.iter().zip(other).map(|(one, other)| {
        let error = f64::from(*one) - f64::from(*other);
        error * error
    });
    let error = squares.sum::<f64>() / one.len() as f64;
    10.0 * (4.0 / error).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_images_are_alike_and_inverted_ones_are_not() {
        let values: Vec<f64> = (0..400).map(|at| f64::from(at * 37 % 256)).collect();
        let image = Luminance::new(20, 20, values.clone());
        let inverted = values.iter().map(|value| 255.0 - value).collect();
        let inverted = Luminance::new(20, 20, inverted);
        assert!((ssim(&image, &image) - 1.0).abs() < 1e-12);
        assert!(ssim(&image, &inverted) < 0.0);
    }

    /// Two plain images: no variance, so (2 · 100 · 50 + C₁) / (100² + 50² + C₁) = 10006.5025 / 12506.5025.
    #[test]
    fn plain_images_differ_in_luminance_alone() {
        let plain = |value| Luminance::new(13, 12, vec![value; 156]);
        let expected = 10_006.502_5 / 12_506.502_5;
        assert!((ssim(&plain(100.0), &plain(50.0)) - expected).abs() < 1e-9);
        let small = |value| Luminance::new(4, 3, vec![value; 12]);
        assert!((ssim(&small(100.0), &small(50.0)) - expected).abs() < 1e-9);
    }

    /// Darker by half and less contrast, but in the same places.
    #[test]
    fn matching_takes_brightness_out() {
        let values: Vec<f64> = (0..600).map(|at| f64::from(at * 53 % 251)).collect();
        let image = Luminance::new(30, 20, values.clone());
        let darker = values.iter().map(|value| value * 0.3).collect();
        let darker = Luminance::new(30, 20, darker);
        assert!(ssim(&image, &darker) < 0.8);
        assert!((matched_ssim(&image, &darker) - 1.0).abs() < 1e-9);
    }

    /// Errors of 0.2 everywhere: 10 log₁₀(4 / 0.04) = 20 dB.
    #[test]
    fn psnr_is_that_of_the_hand_computation() {
        assert!((psnr(&[0.5; 12], &[0.3; 12]) - 20.0).abs() < 1e-5);
        assert_eq!(psnr(&[0.5; 12], &[0.5; 12]), f64::INFINITY);
    }
}
