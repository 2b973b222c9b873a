//! The brightness of images.

/// Shares of red, green and blue in the luminance (ITU-R BT.601).
const SHARES: [f64; 3] = [0.299, 0.587, 0.114];

/// One channel of an image: its luminance, in gray levels from 0 (black) to 255.
#[derive(Debug, Clone, PartialEq)]
pub struct Luminance {
    width: usize,
    height: usize,
    values: Vec<f64>,
}

impl Luminance {
    /// From values `[height, width]`, row by row.
    ///
    /// # Panics
    /// If there are not `width · height` values.
    #[must_use]
    pub fn new(width: usize, height: usize, values: Vec<f64>) -> Self {
        assert_eq!(values.len(), width * height, "a value for each pixel");
        Self {
            width,
            height,
            values,
        }
    }

    /// 0.299 R + 0.587 G + 0.114 B of planes `[3, height, width]` from −1 (black) to 1.
    ///
    /// # Panics
    /// If there are not `3 · width · height` values.
    #[must_use]
    pub fn of_planes(planes: &[f32], width: usize, height: usize) -> Self {
        let pixels = width * height;
        assert_eq!(planes.len(), 3 * pixels, "three planes");
        let gray = |at: usize| {
            let channels = SHARES.iter().enumerate();
            let sum: f64 = channels
                .map(|(channel, share)| share * f64::from(planes[channel * pixels + at]))
                .sum();
            (sum + 1.0) * 127.5
        };
        Self::new(width, height, (0..pixels).map(gray).collect())
    }

    /// The same of an image with 8 bits a channel.
    #[must_use]
    pub fn of_image(image: &image::RgbImage) -> Self {
        let gray = |pixel: &image::Rgb<u8>| {
            let channels = pixel.0.iter().zip(SHARES);
            channels
                .map(|(value, share)| f64::from(*value) * share)
                .sum()
        };
        let values = image.pixels().map(gray).collect();
        Self::new(image.width() as usize, image.height() as usize, values)
    }

    /// Columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Row by row.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The variance of its values, in squared gray levels; 0 without values.
    #[must_use]
    pub fn variance(&self) -> f64 {
        let count = self.values.len().max(1) as f64;
        let mean = self.values.iter().sum::<f64>() / count;
        let squares = self.values.iter().map(|value| (value - mean).powi(2));
        squares.sum::<f64>() / count
    }

    /// The same image with the histogram of another: each value goes to the one of equal rank, in between linearly (as
    /// `match_histograms` of scikit-image).
    #[must_use]
    pub fn matched_to(&self, other: &Self) -> Self {
        let own = distribution(&self.values);
        let target = distribution(&other.values);
        if target.is_empty() {
            return self.clone();
        }
        let mapped: Vec<f64> = own
            .iter()
            .map(|(_, share)| interpolated(*share, &target))
            .collect();
        let values = self.values.iter().map(|value| {
            let at = own.partition_point(|(own, _)| own < value);
            mapped.get(at).copied().unwrap_or(*value)
        });
        Self::new(self.width, self.height, values.collect())
    }

    /// Filtered across by `kernel` of odd length, then down by `down`; beyond its border the image is mirrored, with its edge doubled.
    pub(super) fn filtered(&self, across: &[f64], down: &[f64]) -> Self {
        let (width, height) = (self.width, self.height);
        let mut rows = vec![0.0; self.values.len()];
        for (row, out) in self
            .values
            .chunks_exact(width.max(1))
            .zip(rows.chunks_exact_mut(width.max(1)))
        {
            for (at, out) in out.iter_mut().enumerate() {
                *out = tap(across, at, width, |column| row[column]);
            }
        }
        let mut values = vec![0.0; rows.len()];
        for y in 0..height {
            for x in 0..width {
                values[y * width + x] = tap(down, y, height, |row| rows[row * width + x]);
            }
        }
        Self::new(width, height, values)
    }
}

/// Σ kernel · values around `at`.
fn tap(kernel: &[f64], at: usize, length: usize, value: impl Fn(usize) -> f64) -> f64 {
    let radius = kernel.len() / 2;
    let taps = kernel.iter().enumerate();
    taps.map(|(offset, weight)| weight * value(mirrored(at + offset, radius, length)))
        .sum()
}

/// The index `at − radius`, mirrored into `0..length`.
fn mirrored(at: usize, radius: usize, length: usize) -> usize {
    let period = 2 * length;
    let at = (at + period * radius.div_ceil(period.max(1)) - radius) % period.max(1);
    if at < length { at } else { period - 1 - at }
}

/// Distinct values, ascending, each with the share of values that are not above it.
fn distribution(values: &[f64]) -> Vec<(f64, f64)> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let mut distribution: Vec<(f64, f64)> = Vec::new();
    for (rank, value) in (1..).zip(sorted) {
        let share = f64::from(rank) / count;
        match distribution.last_mut() {
            Some(last) if last.0 == value => last.1 = share,
            _ => distribution.push((value, share)),
        }
    }
    distribution
}

/// The value at a share, linear between those that are there.
fn interpolated(share: f64, distribution: &[(f64, f64)]) -> f64 {
    let next = distribution.partition_point(|(_, own)| *own < share);
    let after = distribution[next.min(distribution.len() - 1)];
    let Some(before) = next.checked_sub(1).map(|at| distribution[at]) else {
        return after.0;
    };
    if after.1 <= before.1 {
        return after.0;
    }
    let part = (share - before.1) / (after.1 - before.1);
    before.0 + (after.0 - before.0) * part.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_and_pictures_have_the_same_luminance() {
        let image = image::RgbImage::from_fn(3, 2, |x, y| {
            image::Rgb([(40 * x) as u8, (100 * y) as u8, 255])
        });
        let planes: Vec<f32> = (0..3)
            .flat_map(|channel| {
                let pixels = image.pixels();
                pixels.map(move |pixel| f32::from(pixel.0[channel]) / 127.5 - 1.0)
            })
            .collect();
        let of_image = Luminance::of_image(&image);
        let of_planes = Luminance::of_planes(&planes, 3, 2);
        for (one, other) in of_image.values().iter().zip(of_planes.values()) {
            assert!((one - other).abs() < 1e-4, "{one}, {other}");
        }
        // Pixel (2, 1): 0.299 · 80 + 0.587 · 100 + 0.114 · 255.
        assert!((of_image.values()[5] - 111.69).abs() < 1e-9);
    }

    #[test]
    fn borders_are_mirrored_however_wide_the_kernel() {
        let indices: Vec<usize> = (0..9).map(|at| mirrored(at, 3, 2)).collect();
        // −3 … 5 of a line of two: 1 1 0 | 0 1 | 1 0 0 1
        assert_eq!(indices, [1, 1, 0, 0, 1, 1, 0, 0, 1]);
    }

    #[test]
    fn an_image_takes_the_histogram_of_another() {
        let dark = Luminance::new(2, 2, vec![1.0, 2.0, 3.0, 4.0]);
        let bright = Luminance::new(4, 1, vec![200.0, 130.0, 110.0, 180.0]);
        let matched = dark.matched_to(&bright);
        assert_eq!(matched.values(), [110.0, 130.0, 180.0, 200.0]);
        assert_eq!(matched.width(), 2);
        // Of 1, 2, 3, 4: 2 · (1.5² + 0.5²) / 4.
        assert_eq!(dark.variance(), 1.25);
    }
}
