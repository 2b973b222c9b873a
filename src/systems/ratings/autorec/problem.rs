//! The ratings as AutoRec sees them: one row for each item (or user), split into training and validation cells.

use std::sync::Arc;

use super::config::{AutoRecConfig, ColdRating, Side};
use super::network::Functions;
use crate::data::Sparse;
use crate::eval::RatingErrors;
use crate::nn::sparse::Observed;
use crate::systems::ratings::{Split, evaluate, mean_rating};

/// The ratings to learn from and to test on. Values in the cells are ratings minus `offset`.
pub(super) struct Problem {
    pub(super) side: Side,
    pub(super) train: Arc<Observed>,
    pub(super) validation: Arc<Observed>,
    pub(super) test: Arc<Observed>,
    /// Subtracted from every rating, added to every prediction.
    pub(super) offset: f32,
    /// Smallest and largest training rating.
    pub(super) scale: (f32, f32),
    /// Predicted where the row or the column has no training rating.
    pub(super) cold_rating: f32,
    cold_rows: Vec<bool>,
    cold_columns: Vec<bool>,
    pub(super) functions: Functions,
}

impl Problem {
    /// Rows of the split's ratings.
    pub(super) fn new(config: &AutoRecConfig, split: &Split) -> Self {
        let data = split.data();
        let (train, test) = match config.side {
            Side::Item => (split.train_by_item(), data.test.by_item()),
            Side::User => (split.train().clone(), data.test.by_user()),
        };
        let validation = match (split.validation(), config.side) {
            (Some(validation), Side::Item) => validation.transpose(),
            (Some(validation), Side::User) => validation.clone(),
            (None, _) => {
                let offsets = vec![0; train.rows() + 1];
                Sparse::from_parts(train.columns(), offsets, Vec::new(), Vec::new())
            }
        };
        let mean = mean_rating(&train);
        let offset = if config.center && !config.decoder_activation.is_bounded() {
            mean
        } else {
            0.0
        };
        let (low, high) = data.scale;
        let mut rated = vec![false; train.columns()];
        for &column in train.column_indices() {
            rated[column as usize] = true;
        }
        Self {
            side: config.side,
            offset,
            scale: data.scale,
            cold_rating: match config.cold_rating {
                ColdRating::Mean => mean,
                ColdRating::Midpoint => f32::midpoint(low, high),
            },
            cold_rows: train.offsets().windows(2).map(|w| w[0] == w[1]).collect(),
            cold_columns: rated.iter().map(|rated| !rated).collect(),
            functions: Functions {
                encoder: config.encoder_activation,
                decoder: config.decoder_activation,
                scale: (low - offset, high - offset),
            },
            train: Arc::new(Observed::new(shift(train, offset))),
            validation: Arc::new(Observed::new(shift(validation, offset))),
            test: Arc::new(Observed::new(shift(test.clone(), offset))),
        }
    }

    /// The prediction from an output of the network.
    pub(super) fn prediction(&self, row: usize, column: usize, output: f32) -> f32 {
        if self.is_cold(row, column) {
            self.cold_rating
        } else {
            (output + self.offset).clamp(self.scale.0, self.scale.1)
        }
    }

    /// The same before it is clipped to the scale.
    pub(super) fn score(&self, row: usize, column: usize, output: f32) -> f32 {
        self.score_of(self.is_cold(row, column), output)
    }

    pub(super) fn score_of(&self, is_cold: bool, output: f32) -> f32 {
        if is_cold {
            self.cold_rating
        } else {
            output + self.offset
        }
    }

    fn is_cold(&self, row: usize, column: usize) -> bool {
        self.cold_rows[row] || self.cold_columns[column]
    }

    /// Errors of the predictions from the network's outputs at the cells.
    pub(super) fn errors(&self, cells: &Observed, outputs: &[f32]) -> RatingErrors {
        let sparse = cells.by_row();
        evaluate(sparse, |row, columns, predictions| {
            let outputs = &outputs[sparse.offsets()[row]..];
            for ((prediction, &column), &output) in predictions.iter_mut().zip(columns).zip(outputs)
            {
                // The cells hold ratings minus the offset.
                *prediction = self.prediction(row, column as usize, output) - self.offset;
            }
        })
    }

    /// True if a row has no training rating.
    pub(super) fn is_cold_row(&self, row: usize) -> bool {
        self.cold_rows[row]
    }

    /// True if a column has no training rating.
    pub(super) fn is_cold_column(&self, column: usize) -> bool {
        self.cold_columns[column]
    }
}

fn shift(ratings: Sparse, offset: f32) -> Sparse {
    if offset == 0.0 {
        return ratings;
    }
    let values = ratings.values().iter().map(|value| value - offset);
    ratings.with_values(values.collect())
}
