//! The ratings as AutoRec sees them: one row for each item (or user), split into training and validation cells.

use std::sync::Arc;

use super::base::Base;
use super::batch::Source;
use super::config::{AutoRecConfig, ColdRating, Side};
use super::network::Functions;
use super::search::Residual;
use super::seen::Seen;
use crate::data::Sparse;
use crate::eval::RatingErrors;
use crate::nn::sparse::Observed;
use crate::systems::ratings::{Comparison, Split, evaluate, mean_rating};

/// The ratings to learn from and to test on. Values in the cells are what the network is to say: ratings on its own scale, see [`Base`].
pub(super) struct Problem {
    pub(super) side: Side,
    /// What the network sees at the training cells.
    pub(super) inputs: Arc<Observed>,
    /// How the training cells become inputs.
    pub(super) seen: Seen,
    /// See [`Residual::leaves_out`].
    pub(super) leaves_out: bool,
    pub(super) train: Arc<Observed>,
    pub(super) validation: Arc<Observed>,
    pub(super) test: Arc<Observed>,
    /// What the network's outputs stand on.
    pub(super) base: Base,
    /// Smallest and largest training rating.
    pub(super) scale: (f32, f32),
    /// Predicted where the row or the column has no training rating; without one, what the biases say.
    cold_rating: Option<f32>,
    cold_rows: Vec<bool>,
    cold_columns: Vec<bool>,
    pub(super) functions: Functions,
}

impl Problem {
    /// Rows of the split's ratings. With a `residual`, the network learns what the biases leave, and sees it as [`Seen`] says.
    pub(super) fn new(config: &AutoRecConfig, split: &Split, residual: Option<Residual>) -> Self {
        let data = split.data();
        let (train, test) = match config.side {
            Side::Item => (split.train_by_item(), split.test_by_item()),
            Side::User => (split.train().clone(), split.test().clone()),
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
        let base = match residual {
            Some(Residual { share, .. }) => Base::biases(split.train(), config.side, share),
            None if config.center && !config.decoder_activation.is_bounded() => {
                Base::Constant(mean)
            }
            None => Base::Constant(0.0),
        };
        let (low, high) = data.scale;
        let mut rated = vec![false; train.columns()];
        for &column in train.column_indices() {
            rated[column as usize] = true;
        }
        let cold_rows = train.offsets().windows(2).map(|w| w[0] == w[1]).collect();
        let train = Arc::new(Observed::new(base.targets(train)));
        let seen = Seen::new(train.by_row(), residual);
        let inputs = match seen.are_targets() {
            true => Arc::clone(&train),
            false => Arc::new(Observed::new(seen.inputs(train.by_row()))),
        };
        Self {
            side: config.side,
            scale: data.scale,
            cold_rating: match config.cold_rating {
                ColdRating::Mean if residual.is_some() => None,
                ColdRating::Mean => Some(mean),
                ColdRating::Midpoint => Some(f32::midpoint(low, high)),
            },
            cold_rows,
            cold_columns: rated.iter().map(|rated| !rated).collect(),
            functions: Functions {
                encoder: config.encoder_activation,
                decoder: config.decoder_activation,
                scale: base.range(low, high),
            },
            validation: Arc::new(Observed::new(base.targets(validation))),
            test: Arc::new(Observed::new(base.targets(test))),
            leaves_out: residual.is_some_and(|residual| residual.leaves_out),
            seen,
            inputs,
            train,
            base,
        }
    }

    /// What the network learns from.
    pub(super) fn source(&self) -> Source {
        Source::Ratings {
            inputs: Arc::clone(&self.inputs),
            targets: Arc::clone(&self.train),
        }
    }

    /// The prediction from an output of the network.
    pub(super) fn prediction(&self, row: usize, column: usize, output: f32) -> f32 {
        self.score(row, column, output)
            .clamp(self.scale.0, self.scale.1)
    }

    /// The same before it is clipped to the scale.
    pub(super) fn score(&self, row: usize, column: usize, output: f32) -> f32 {
        let is_cold = self.is_cold(row, column);
        self.score_of(is_cold, self.base.at(row, column), output)
    }

    /// A score from what the output stands on.
    pub(super) fn score_of(&self, is_cold: bool, base: f32, output: f32) -> f32 {
        match (is_cold, self.cold_rating) {
            (true, Some(rating)) => rating,
            (true, None) => base,
            (false, _) => base + self.base.scale() * output,
        }
    }

    fn is_cold(&self, row: usize, column: usize) -> bool {
        self.cold_rows[row] || self.cold_columns[column]
    }

    /// Errors of the predictions from the network's outputs at the cells.
    pub(super) fn errors(&self, cells: &Observed, outputs: &[f32]) -> RatingErrors {
        let sparse = cells.by_row();
        evaluate(sparse, |row, columns, predictions| {
            let start = sparse.offsets()[row];
            let (outputs, targets) = (&outputs[start..], &sparse.values()[start..]);
            let cells = columns.iter().zip(outputs).zip(targets);
            for (prediction, ((&column, &output), &target)) in predictions.iter_mut().zip(cells) {
                let column = column as usize;
                let predicted = self.prediction(row, column, output);
                *prediction = match self.base {
                    // The cells hold ratings minus the offset.
                    Base::Constant(offset) => predicted - offset,
                    // The error is that of ratings: the cells hold what the biases leave, on another scale.
                    Base::Biases { .. } => predicted - self.rating(row, column, target) + target,
                };
            }
        })
    }

    /// The rating of a cell from the value that it holds.
    fn rating(&self, row: usize, column: usize, target: f32) -> f32 {
        self.base.at(row, column) + self.base.scale() * target
    }

    /// Squared errors at the validation cells of the biases alone and of the network's outputs.
    pub(super) fn against_biases(&self, outputs: &[f32]) -> Comparison {
        let cells = self.validation.by_row();
        let mut sums = Comparison::default();
        for row in 0..cells.rows() {
            let start = cells.offsets()[row];
            let (columns, targets) = cells.row(row);
            for ((&column, &target), &output) in columns.iter().zip(targets).zip(&outputs[start..])
            {
                let column = column as usize;
                let rating = self.rating(row, column, target);
                let squared = |prediction: f32| f64::from(prediction - rating).powi(2);
                let biases = self.base.at(row, column).clamp(self.scale.0, self.scale.1);
                sums.add(
                    squared(biases),
                    squared(self.prediction(row, column, output)),
                );
            }
        }
        sums
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
