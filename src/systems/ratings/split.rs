//! The validation split.

use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use crate::data::Sparse;

/// The stream of the run's generator that draws the split, apart from those of weights and shuffles.
const STREAM: u64 = u64::MAX;

/// Parts the cells into (rest, held out): exactly `fraction` of them (rounded; 0 to 1), each set equally likely, the same for the
/// same `seed`. Both parts have the shape of `ratings`.
#[must_use]
pub fn hold_out(ratings: &Sparse, fraction: f64, seed: u64) -> (Sparse, Sparse) {
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
}
