//! How far training is, with what is measured and written on the way.

use std::sync::Arc;
use std::time::Instant;

use super::{MOST_PREDICTIONS, PREDICTIONS_EVERY, State};
use crate::record::{LogLevel, Recorder};
use crate::systems::TrainError;
use crate::systems::ratings::evaluation::{
    Evaluation, SplitPart, predictions_artifact, record_errors,
};
use crate::systems::ratings::model::Schedule;
use crate::systems::ratings::ranking::{RankingConfig, rank, record_ranking};
use crate::systems::ratings::split::Split;

/// State of the trainer beside the model.
pub(super) struct Progress<W> {
    pub(super) ratings: Arc<Split>,
    pub(super) schedule: Schedule,
    pub(super) ranking: RankingConfig,
    pub(super) state: State,
    /// The best weights so far, unless they are the model's.
    pub(super) best: Option<W>,
    pub(super) predictions_written: Option<Instant>,
}

impl<W> Progress<W> {
    /// Reports the errors on every part; returns the validation RMSE, if there is one.
    pub(super) fn record(
        &self,
        evaluation: &dyn Evaluation,
        recorder: &mut dyn Recorder,
    ) -> Option<f64> {
        record_errors(recorder, "train", &evaluation.errors(SplitPart::Train));
        let validation = evaluation.errors(SplitPart::Validation);
        record_errors(recorder, "validation", &validation);
        record_errors(recorder, "test", &evaluation.errors(SplitPart::Test));
        validation.rmse()
    }

    /// Reports how well the held-out ratings are ranked: at the end alone, as it takes a prediction of every item for each of their users.
    pub(super) fn rank(
        &self,
        evaluation: &dyn Evaluation,
        recorder: &mut dyn Recorder,
    ) -> Result<(), TrainError> {
        let (ratings, config) = (&self.ratings, &self.ranking);
        let threshold = config.threshold(ratings.data().scale);
        let validation = ratings
            .validation()
            .map(|held_out| ("validation", held_out, ratings.train()));
        // Validation ratings are no news to whoever is recommended something.
        let test = ("test", ratings.test(), ratings.data().train.by_user());
        let score = evaluation.score()?;
        for (part, held_out, known) in validation.into_iter().chain([test]) {
            let seed = self.state.seed;
            let (quality, all) = rank(held_out, known, &score, config, threshold, seed);
            record_ranking(recorder, part, &quality);
            if quality.users() > 0 {
                let of = match all as u64 > quality.users() {
                    true => format!(" of {all}"),
                    false => String::new(),
                };
                let message = format!(
                    "ranking on {part} ratings: the first {} of all items that a user has not rated in training, over {}{of} users with a {part} rating of {threshold} or more",
                    config.ranking_k,
                    quality.users(),
                );
                recorder.log(LogLevel::Info, &message);
            }
        }
        Ok(())
    }

    pub(super) fn write_predictions_if_due(
        &mut self,
        evaluation: &dyn Evaluation,
        to: &mut dyn Recorder,
    ) {
        let written = self.predictions_written;
        if self.ratings.test().len() <= MOST_PREDICTIONS
            && written.is_none_or(|written| written.elapsed() >= PREDICTIONS_EVERY)
        {
            self.write_predictions(evaluation, to);
        }
    }

    pub(super) fn write_predictions(
        &mut self,
        evaluation: &dyn Evaluation,
        recorder: &mut dyn Recorder,
    ) {
        if self.ratings.test().is_empty() {
            return;
        }
        recorder.artifact(predictions_artifact(self.ratings.data(), |user, item| {
            evaluation.test_prediction(user, item)
        }));
        self.predictions_written = Some(Instant::now());
    }
}
