//! The validation split.

use std::sync::Arc;

use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use crate::data::{RatingsData, Sparse};
use crate::systems::TrainError;

/// The stream of the run's generator that draws the split, apart from those of weights and shuffles.
const STREAM: u64 = u64::MAX;

/// Ratings to train on, to stop by, and to test with, each users × items.
#[derive(Debug)]
pub struct Split {
    data: Arc<RatingsData>,
    /// The training ratings without those held out for validation, and those.
    held_out: Option<(Sparse, Sparse)>,
    /// In place of the data's test ratings.
    test: Option<Sparse>,
}

impl Split {
    /// Holds out a share of the training ratings, the same for the same seed; none where it rounds to nothing.
    ///
    /// # Errors
    /// If nothing would be left to train on.
    pub fn new(data: &Arc<RatingsData>, fraction: f64, seed: u64) -> Result<Self, TrainError> {
        let mut held_out = None;
        if fraction > 0.0 {
            let parts = hold_out(data.train.by_user(), fraction, seed);
            if parts.0.is_empty() {
                return Err(TrainError::Data(
                    "no ratings are left to train on: lower validation_fraction".to_owned(),
                ));
            }
            held_out = (!parts.1.is_empty()).then_some(parts);
        }
        Ok(Self {
            data: Arc::clone(data),
            held_out,
            test: None,
        })
    }

    /// Holds out a share of the ratings to train on here, to choose by: the other held-out ratings and the test ratings are not in it.
    ///
    /// # Errors
    /// If nothing would be left to train on, or to choose by.
    pub fn inner(&self, fraction: f64, seed: u64) -> Result<Self, TrainError> {
        let parts = hold_out(self.train(), fraction, seed);
        if parts.0.is_empty() || parts.1.is_empty() {
            return Err(TrainError::Data(
                "there are too few training ratings to choose λ by: give `regularization`"
                    .to_owned(),
            ));
        }
        let (rows, columns) = (self.train().rows(), self.train().columns());
        Ok(Self {
            data: Arc::clone(&self.data),
            held_out: Some(parts),
            test: Some(Sparse::from_parts(
                columns,
                vec![0; rows + 1],
                Vec::new(),
                Vec::new(),
            )),
        })
    }

    /// The data that was split.
    #[must_use]
    pub fn data(&self) -> &RatingsData {
        &self.data
    }

    /// The ratings to train on.
    #[must_use]
    pub fn train(&self) -> &Sparse {
        match &self.held_out {
            Some((rest, _)) => rest,
            None => self.data.train.by_user(),
        }
    }

    /// The ratings to train on by item: items × users.
    #[must_use]
    pub fn train_by_item(&self) -> Sparse {
        match &self.held_out {
            Some((rest, _)) => rest.transpose(),
            None => self.data.train.by_item().clone(),
        }
    }

    /// The ratings to stop by, if some are held out.
    #[must_use]
    pub fn validation(&self) -> Option<&Sparse> {
        self.held_out.as_ref().map(|(_, held_out)| held_out)
    }

    /// The ratings to test with; perhaps none.
    #[must_use]
    pub fn test(&self) -> &Sparse {
        match &self.test {
            Some(test) => test,
            None => self.data.test.by_user(),
        }
    }

    /// The ratings to test with by item: items × users.
    #[must_use]
    pub fn test_by_item(&self) -> Sparse {
        match &self.test {
            Some(test) => test.transpose(),
            None => self.data.test.by_item().clone(),
        }
    }
}

/// The mean of all ratings; 0 without any.
#[must_use]
pub fn mean_rating(ratings: &Sparse) -> f32 {
    let sum: f64 = ratings.values().iter().copied().map(f64::from).sum();
    (sum / ratings.len().max(1) as f64) as f32
}

/// Parts the cells into (rest, held out): exactly `fraction` of them (rounded; 0 to 1), each set equally likely, the same for the
/// same `seed`. Both parts have the shape of `ratings`.
fn hold_out(ratings: &Sparse, fraction: f64, seed: u64) -> (Sparse, Sparse) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(STREAM);
    let mut left = ratings.len();
    let mut wanted = (left as f64 * fraction.clamp(0.0, 1.0)).round() as usize;
    let mut rest = Builder::new(ratings, left - wanted);
    let mut held_out = Builder::new(ratings, wanted);
    for row in 0..ratings.rows() {
        let (columns, values) = ratings.row(row);
        for (&column, &value) in columns.iter().zip(values) {
            // Selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S): exact, in one pass and in order.
            let chosen = wanted > 0 && rng.random_range(0..left) < wanted;
            left -= 1;
            if chosen {
                wanted -= 1;
                held_out.push(column, value);
            } else {
                rest.push(column, value);
            }
        }
        rest.end_row();
        held_out.end_row();
    }
    (rest.build(), held_out.build())
}

struct Builder {
    columns_total: usize,
    offsets: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Builder {
    fn new(like: &Sparse, capacity: usize) -> Self {
        let mut offsets = Vec::with_capacity(like.rows() + 1);
        offsets.push(0);
        Self {
            columns_total: like.columns(),
            offsets,
            columns: Vec::with_capacity(capacity),
            values: Vec::with_capacity(capacity),
        }
    }

    fn push(&mut self, column: u32, value: f32) {
        self.columns.push(column);
        self.values.push(value);
    }

    fn end_row(&mut self) {
        self.offsets.push(self.columns.len());
    }

    fn build(self) -> Sparse {
        Sparse::from_parts(self.columns_total, self.offsets, self.columns, self.values)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// 40 rows of 5 cells over 100 columns; the value tells the cell.
    fn cells() -> Sparse {
        let columns = (0..200u32).map(|n| n % 5 * 20 + n / 5 % 20).collect();
        let values = (0..200u16).map(f32::from).collect();
        Sparse::from_parts(100, (0..=40).map(|row| row * 5).collect(), columns, values)
    }

    fn values(sparse: &Sparse) -> BTreeSet<u32> {
        sparse.values().iter().map(|value| *value as u32).collect()
    }

    #[test]
    fn every_cell_is_in_exactly_one_part_and_in_its_row() {
        let all = cells();
        let (rest, held_out) = hold_out(&all, 0.1, 7);
        assert_eq!((rest.len(), held_out.len()), (180, 20));
        assert!(values(&rest).is_disjoint(&values(&held_out)));
        for part in [&rest, &held_out] {
            assert_eq!((part.rows(), part.columns()), (40, 100));
            for row in 0..part.rows() {
                let (columns, values) = part.row(row);
                assert!(values.iter().all(|value| *value as usize / 5 == row));
                assert!(columns.is_sorted());
            }
        }
    }

    #[test]
    fn the_seed_alone_decides() {
        assert_eq!(hold_out(&cells(), 0.3, 1), hold_out(&cells(), 0.3, 1));
        assert_ne!(hold_out(&cells(), 0.3, 1), hold_out(&cells(), 0.3, 2));
    }

    #[test]
    fn no_and_full_shares_are_exact() {
        let (rest, held_out) = hold_out(&cells(), 0.0, 3);
        assert_eq!(rest, cells());
        assert!(held_out.is_empty());
        assert_eq!(hold_out(&cells(), 1.0, 3).1, cells());
        assert!(hold_out(&Sparse::default(), 0.5, 3).0.is_empty());
    }

    #[test]
    fn every_cell_is_held_out_about_equally_often() {
        // 400 draws of 10 %: each cell about 40 times, with a standard deviation of 6.
        let mut counts = [0; 200];
        for seed in 0..400 {
            for value in values(&hold_out(&cells(), 0.1, seed).1) {
                counts[value as usize] += 1;
            }
        }
        assert!(
            counts.iter().all(|count| (10..=70).contains(count)),
            "{counts:?}"
        );
    }

    fn data(ratings: &[(u32, u32, f32)]) -> Arc<RatingsData> {
        Arc::new(RatingsData::from_triplets(4, 4, ratings, &[]))
    }

    #[test]
    fn a_split_that_leaves_nothing_on_one_side_is_none_or_refused() {
        let two = data(&[(0, 0, 4.0), (1, 1, 3.0)]);
        let split = |fraction| Split::new(&two, fraction, 1);
        for fraction in [0.0, 0.1] {
            let split = split(fraction).expect("nothing is held out");
            assert_eq!((split.train().len(), split.validation()), (2, None));
        }
        let half = split(0.5).expect("one is left");
        assert_eq!(half.train().len(), 1);
        assert_eq!(half.validation().map(Sparse::len), Some(1));
        assert_eq!(half.train_by_item(), half.train().transpose());
        let error = split(0.9).expect_err("none is left");
        assert!(error.to_string().contains("validation_fraction"));
    }

    #[test]
    fn the_mean_of_nothing_is_zero() {
        let three = data(&[(0, 0, 4.0), (1, 1, 3.0), (2, 2, 5.0)]);
        assert_eq!(mean_rating(three.train.by_user()), 4.0);
        assert_eq!(mean_rating(data(&[]).train.by_user()), 0.0);
    }
}
