//! How bright the images of a set are.

use super::Luminance;

/// How often each of the 256 gray levels stands in images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrayHistogram {
    counts: [u64; 256],
}

impl Default for GrayHistogram {
    fn default() -> Self {
        Self { counts: [0; 256] }
    }
}

impl GrayHistogram {
    /// Counts the pixels of an image, each at its nearest gray level.
    pub fn add(&mut self, image: &Luminance) {
        for value in image.values() {
            self.counts[value.round().clamp(0.0, 255.0) as usize] += 1;
        }
    }

    /// The earth mover's distance to another histogram, in gray levels: by how many levels pixels must change on average so that one becomes the
    /// other (each is taken as shares of its pixels). `None` if one is empty.
    #[must_use]
    pub fn distance(&self, other: &Self) -> Option<f64> {
        let totals = [self, other].map(|own| own.counts.iter().sum::<u64>());
        if totals.contains(&0) {
            return None;
        }
        let shares = |own: &Self, total: u64| own.counts.map(|count| count as f64 / total as f64);
        let pairs = shares(self, totals[0])
            .into_iter()
            .zip(shares(other, totals[1]));
        let (_, distance) = pairs.fold((0.0_f64, 0.0), |(ahead, distance), (one, other)| {
            let ahead = ahead + one - other;
            (ahead, distance + ahead.abs())
        });
        Some(distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(values: &[f64]) -> GrayHistogram {
        let mut histogram = GrayHistogram::default();
        histogram.add(&Luminance::new(values.len(), 1, values.to_vec()));
        histogram
    }

    /// Half of the pixels go from 10 to 50: 20 levels on average. Sets of different size count by shares.
    #[test]
    fn distance_is_the_mean_change() {
        let one = histogram(&[10.0, 100.0]);
        let other = histogram(&[50.0, 50.0, 100.0, 100.0]);
        let distance = one.distance(&other).expect("pixels");
        assert!((distance - 20.0).abs() < 1e-9, "{distance}");
        assert_eq!(one.distance(&one), Some(0.0));
        assert_eq!(one.distance(&GrayHistogram::default()), None);
    }
}
