//! RMSE and MAE over many pairs, on all cores.

use rayon::prelude::*;

use crate::data::{RatingsData, Sparse};
use crate::eval::RatingErrors;
use crate::record::{Artifact, ArtifactKind, Prediction, Predictions, Recorder};
use crate::systems::TrainError;

/// Rows per task: fixed, so that the sums, and with them the last digits, do not depend on the number of threads.
const ROWS: usize = 64;

/// A part of the ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitPart {
    /// The ratings that a model learns from.
    Train,
    /// The ratings that it stops by.
    Validation,
    /// The ratings that it is tested on.
    Test,
}

/// The predicted rating of a user and an item before it is clipped to the scale: what items are ranked by.
pub type Score<'a> = Box<dyn Fn(usize, usize) -> f32 + Send + Sync + 'a>;

/// The predictions of a model at one step.
pub trait Evaluation {
    /// Their errors on a part of the ratings; none where the part has no ratings.
    fn errors(&self, part: SplitPart) -> RatingErrors;

    /// The predicted rating of a test pair.
    fn test_prediction(&self, user: usize, item: usize) -> f32;

    /// The score of any pair.
    ///
    /// # Errors
    /// If the device fails.
    fn score(&self) -> Result<Score<'_>, TrainError>;
}

/// The errors over all cells of `ratings`. `predict(row, columns, out)` writes the predictions of one row's columns to `out`, as long as
/// `columns`.
#[must_use]
pub fn evaluate(
    ratings: &Sparse,
    predict: impl Fn(usize, &[u32], &mut [f32]) + Sync,
) -> RatingErrors {
    let of_rows = |first: usize| {
        let mut errors = RatingErrors::default();
        let mut predictions = Vec::new();
        for row in first..(first + ROWS).min(ratings.rows()) {
            let (columns, values) = ratings.row(row);
            if columns.is_empty() {
                continue;
            }
            predictions.clear();
            predictions.resize(columns.len(), 0.0);
            predict(row, columns, &mut predictions);
            for (prediction, rating) in predictions.iter().zip(values) {
                errors.add(*prediction, *rating);
            }
        }
        errors
    };
    let tasks = ratings.rows().div_ceil(ROWS);
    let parts: Vec<RatingErrors> = (0..tasks)
        .into_par_iter()
        .map(|task| of_rows(task * ROWS))
        .collect();
    let mut total = RatingErrors::default();
    for part in &parts {
        total.merge(part);
    }
    total
}

/// Reports `part/rmse` and `part/mae`; nothing without pairs.
pub fn record_errors(recorder: &mut dyn Recorder, part: &str, errors: &RatingErrors) {
    if let (Some(rmse), Some(mae)) = (errors.rmse(), errors.mae()) {
        recorder.scalar(&format!("{part}/rmse"), rmse);
        recorder.scalar(&format!("{part}/mae"), mae);
    }
}

/// The artifact `predictions.csv`: the test pairs by user and then item, `predict(user, item)` of each.
#[must_use]
pub fn predictions_artifact(data: &RatingsData, predict: impl Fn(usize, usize) -> f32) -> Artifact {
    let test = data.test.by_user();
    let mut rows = Vec::with_capacity(data.test.len());
    for user in 0..test.rows() {
        let (items, ratings) = test.row(user);
        for (&item, &rating) in items.iter().zip(ratings) {
            rows.push(Prediction {
                user: user as u32,
                item,
                rating,
                prediction: predict(user, item as usize),
            });
        }
    }
    let predictions = Predictions {
        users: data.users.ids().map(Into::into).collect(),
        items: data.items.ids().map(Into::into).collect(),
        rows,
        truncated: false,
    };
    Artifact::new(ArtifactKind::PREDICTIONS, "predictions.csv", predictions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_measured_once_whatever_the_number_of_threads() {
        // 1000 rows; row r has r % 4 cells of value r; the prediction is r + 0.5 throughout.
        let mut offsets = vec![0];
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for row in 0..1000u16 {
            for column in 0..row % 4 {
                columns.push(u32::from(column));
                values.push(f32::from(row));
            }
            offsets.push(columns.len());
        }
        let ratings = Sparse::from_parts(4, offsets, columns, values);
        let measured = |threads: usize| {
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("threads")
                .install(|| evaluate(&ratings, |row, _, out| out.fill(row as f32 + 0.5)))
        };
        let errors = measured(1);
        assert_eq!(errors.count(), 1500);
        assert_eq!(errors.rmse(), Some(0.5));
        assert_eq!(errors, measured(3));
    }

    #[test]
    fn test_pairs_are_written_by_user_and_item_with_the_ids_of_the_data() {
        let train = [(0, 0, 4.0)];
        let test = [(1, 1, 2.0), (1, 0, 5.0)];
        let data = RatingsData::from_triplets(2, 2, &train, &test);
        let artifact = predictions_artifact(&data, |user, item| (user + item) as f32);
        assert_eq!(
            String::from_utf8(artifact.bytes().into_owned()).expect("UTF-8"),
            "user,item,rating,prediction\n2,1,5,1\n2,2,2,2\n",
            "numbered from 1"
        );
    }
}
