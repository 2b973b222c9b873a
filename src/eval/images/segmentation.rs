//! How well classes of pixels are found.

/// How often pixels of each true class were given each class.
///
/// Only pixels whose true class is below the number of classes count: [`crate::data::images::IGNORE`], which stands for no class and for
/// classes that are marked ignored, is left out. What is predicted to be no class is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    /// [true class, predicted class]; the last column is no class.
    counts: Vec<u64>,
}

impl Confusion {
    /// Of no pixels.
    #[must_use]
    pub fn new(classes: usize) -> Self {
        Self {
            classes,
            counts: vec![0; classes * (classes + 1)],
        }
    }

    /// Counts pixels.
    ///
    /// # Panics
    /// If there are not as many true classes as predicted ones.
    pub fn add(&mut self, truth: &[u8], predicted: &[u8]) {
        assert_eq!(truth.len(), predicted.len(), "masks of one size");
        for (truth, predicted) in truth.iter().zip(predicted) {
            let truth = usize::from(*truth);
            if truth < self.classes {
                let predicted = usize::from(*predicted).min(self.classes);
                self.counts[truth * (self.classes + 1) + predicted] += 1;
            }
        }
    }

    /// Takes the pixels of another in.
    ///
    /// # Panics
    /// If it has another number of classes.
    pub fn merge(&mut self, other: &Self) {
        assert_eq!(self.classes, other.classes, "the same classes");
        for (own, other) in self.counts.iter_mut().zip(&other.counts) {
            *own += other;
        }
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Pixels of a true class that were given a class.
    #[must_use]
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        self.counts[truth * (self.classes + 1) + predicted]
    }

    /// Pixels of a true class.
    fn row(&self, class: usize) -> u64 {
        let width = self.classes + 1;
        self.counts[class * width..(class + 1) * width].iter().sum()
    }

    /// Pixels that were given a class.
    fn column(&self, class: usize) -> u64 {
        (0..self.classes)
            .map(|truth| self.count(truth, class))
            .sum()
    }

    /// The share of pixels that were given their class; `None` without pixels.
    #[must_use]
    pub fn pixel_accuracy(&self) -> Option<f64> {
        let right = (0..self.classes)
            .map(|class| self.count(class, class))
            .sum();
        share(right, self.counts.iter().sum())
    }

    /// The share of each class's pixels that were given it, mean over the classes that are there; `None` without pixels.
    #[must_use]
    pub fn class_accuracy(&self) -> Option<f64> {
        mean((0..self.classes).map(|class| share(self.count(class, class), self.row(class))))
    }

    /// Intersection over union of a class: pixels that are of it and were given it, of those of which either is true. `None` if it is neither
    /// in the truth nor in the prediction.
    #[must_use]
    pub fn iou(&self, class: usize) -> Option<f64> {
        let both = self.count(class, class);
        share(both, self.row(class) + self.column(class) - both)
    }

    /// Mean of [`Self::iou`] over the classes that are in the truth or in the prediction; `None` without pixels.
    #[must_use]
    pub fn mean_iou(&self) -> Option<f64> {
        mean((0..self.classes).map(|class| self.iou(class)))
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) = values
        .flatten()
        .fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value in masks where there is no class.
    const IGNORE: u8 = u8::MAX;

    /// Of class 0: 3 pixels, 2 found; of class 1: 2 pixels, 1 found; class 2 is nowhere, class 3 is predicted once.
    ///
    /// | truth | 0 0 0 1 1 255 |
    /// | found | 0 0 3 1 0 0   |
    #[test]
    fn scores_are_those_of_the_hand_computation() {
        let mut confusion = Confusion::new(4);
        confusion.add(&[0, 0, 0, 1, 1, IGNORE], &[0, 0, 3, 1, 0, 0]);
        assert_eq!(confusion.pixel_accuracy(), Some(3.0 / 5.0));
        assert_eq!(confusion.class_accuracy(), Some((2.0 / 3.0 + 0.5) / 2.0));
        let iou: Vec<_> = (0..4).map(|class| confusion.iou(class)).collect();
        assert_eq!(iou, [Some(0.5), Some(0.5), None, Some(0.0)]);
        assert_eq!(confusion.mean_iou(), Some(1.0 / 3.0));
    }

    #[test]
    fn nothing_has_no_score_and_no_class_is_wrong() {
        let mut confusion = Confusion::new(2);
        confusion.add(&[IGNORE, IGNORE], &[0, 1]);
        assert_eq!(confusion.pixel_accuracy(), None);
        assert_eq!(confusion.mean_iou(), None);
        confusion.add(&[0, 0], &[0, IGNORE]);
        assert_eq!(confusion.pixel_accuracy(), Some(0.5));
        assert_eq!(confusion.iou(0), Some(0.5));
    }

    #[test]
    fn merged_parts_equal_the_whole() {
        let (truth, found) = ([0, 1, 1, 2], [0, 1, 2, 2]);
        let mut whole = Confusion::new(3);
        whole.add(&truth, &found);
        let mut merged = Confusion::new(3);
        for at in 0..4 {
            let mut part = Confusion::new(3);
            part.add(&truth[at..=at], &found[at..=at]);
            merged.merge(&part);
        }
        assert_eq!(merged, whole);
    }
}
