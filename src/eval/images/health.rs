//! Signs that a generator has failed.

use super::Luminance;

/// Outputs that vary less than this share of what real images do are alike whatever goes in: the generator has collapsed.
pub const COLLAPSE_ALARM: f64 = 0.1;
/// More than this many times the share of energy that real images have at the highest frequencies, so twice the amplitude at equal contrast, is a
/// checkerboard or noise.
pub const CHECKERBOARD_ALARM: f64 = 4.0;

/// How much the images of a set differ from each other: sums for each value of the planes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diversity {
    count: u64,
    means: Vec<f64>,
    /// Sums of squared distances from the mean.
    squares: Vec<f64>,
}

impl Diversity {
    /// Takes an image in: planes `[3, height, width]`.
    ///
    /// # Panics
    /// If it is of another size than those before.
    pub fn add(&mut self, planes: &[f32]) {
        if self.count == 0 {
            self.means = vec![0.0; planes.len()];
            self.squares = vec![0.0; planes.len()];
        }
        assert_eq!(planes.len(), self.means.len(), "images of one size");
        self.count += 1;
        let count = self.count as f64;
        // Welford 1962.
        for ((mean, square), value) in self.means.iter_mut().zip(&mut self.squares).zip(planes) {
            let value = f64::from(*value);
            let before = value - *mean;
            *mean += before / count;
            *square += before * (value - *mean);
        }
    }

    /// The variance of a value from image to image (unbiased), mean over places and channels; `None` for fewer than two images.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        if self.count < 2 || self.squares.is_empty() {
            return None;
        }
        let sum: f64 = self.squares.iter().sum();
        Some(sum / self.squares.len() as f64 / (self.count - 1) as f64)
    }
}

/// True if outputs whose variance is this share of that of real images are a collapse: below [`COLLAPSE_ALARM`].
#[must_use]
pub fn is_collapsed(share: f64) -> bool {
    share < COLLAPSE_ALARM
}

/// The energy of an image at its highest frequencies, in squared gray levels: the mean square after the filter (1, −4, 6, −4, 1) / 16, across and
/// down, mean of both. The filter passes what changes its sign from pixel to pixel (½ cycle a pixel) in full, a quarter cycle at a quarter
/// of its amplitude, and nothing that is smooth; transposed convolutions of stride 2 leave such patterns (Odena, Dumoulin and Olah,
/// "Deconvolution and checkerboard artifacts", 2016).
#[must_use]
pub fn highest_frequencies(image: &Luminance) -> f64 {
    const FILTER: [f64; 5] = [0.0625, -0.25, 0.375, -0.25, 0.0625];
    const KEEP: [f64; 1] = [1.0];
    let energy = |filtered: &Luminance| {
        let values = filtered.values();
        values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64
    };
    let across = energy(&image.filtered(&FILTER, &KEEP));
    let down = energy(&image.filtered(&KEEP, &FILTER));
    f64::midpoint(across, down)
}

/// True if outputs with this many times the share of energy (of their variance) that real images have at the highest frequencies have a
/// checkerboard: above
/// [`CHECKERBOARD_ALARM`].
#[must_use]
pub fn is_checkered(ratio: f64) -> bool {
    ratio > CHECKERBOARD_ALARM
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values 1, 2, 6 and 0, 0, 0 at two places: variances 7 and 0.
    #[test]
    fn variance_is_that_of_the_hand_computation() {
        let mut diversity = Diversity::default();
        assert_eq!(diversity.variance(), None);
        for value in [1.0, 2.0, 6.0] {
            diversity.add(&[value, 0.0]);
        }
        let variance = diversity.variance().expect("three images");
        assert!((variance - 3.5).abs() < 1e-12, "{variance}");
    }

    #[test]
    fn one_output_for_all_inputs_sets_the_alarm_off() {
        let (mut real, mut fake) = (Diversity::default(), Diversity::default());
        for at in 0..8 {
            let image: Vec<f32> = (0..48).map(|place| ((place * at) as f32).sin()).collect();
            fake.add(&image.iter().map(|v| 0.3 + 0.05 * v).collect::<Vec<_>>());
            real.add(&image);
        }
        let share = fake.variance().expect("images") / real.variance().expect("images");
        assert!((share - 0.0025).abs() < 1e-6, "{share}");
        assert!(is_collapsed(share) && !is_collapsed(0.5));
    }

    /// A checkerboard of ±10 gray levels passes in full, across and down; a quarter cycle a pixel at a quarter of its amplitude, across
    /// alone; a plain image not at all.
    #[test]
    fn a_checkerboard_passes_the_filter_and_smooth_images_do_not() {
        let image = |value: &dyn Fn(usize, usize) -> f64| {
            let values = (0..64 * 64).map(|at| value(at % 64, at / 64));
            Luminance::new(64, 64, values.collect())
        };
        let board = highest_frequencies(&image(&|x, y| {
            128.0 + if (x + y) % 2 == 0 { 10.0 } else { -10.0 }
        }));
        // Two columns and rows at the border see their mirror image.
        assert!((board - 100.0).abs() < 8.0, "{board}");
        let wave = highest_frequencies(&image(&|x, _| [10.0, 10.0, -10.0, -10.0][x % 4]));
        assert!((wave - 100.0 / 16.0 / 2.0).abs() < 0.3, "{wave}");
        assert!(highest_frequencies(&image(&|_, _| 77.0)) < 1e-12);
        assert!(is_checkered(board / wave) && !is_checkered(1.0));
    }
}
