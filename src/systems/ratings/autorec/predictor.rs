//! Predictions from a checkpoint, in host memory.

use std::sync::Arc;

use burn::tensor::Device;

use super::config::{AutoRecConfig, Side};
use super::decoder::Decoder;
use super::network::AutoRec;
use super::new_user::NewUserModel;
use super::problem::Problem;
use super::stages;
use super::state::SavedStage;
use crate::data::{Monitor, RatingsData};
use crate::systems::TrainError;
use crate::systems::ratings::{PairModel, SavedWeights, Split};

/// Ratings from the hidden values of every row and the decoder.
pub(super) struct AutoRecPairs {
    problem: Problem,
    decoder: Decoder,
    new_user: NewUserModel,
    /// One vector for each item, without the mean of all: [items, width]. The hidden values of the item's ratings (I-AutoRec) or its row of W
    /// (U-AutoRec).
    items: Vec<f32>,
}

impl AutoRecPairs {
    /// Reads the weights and encodes the training ratings.
    pub(super) fn load(
        config: &AutoRecConfig,
        data: &Arc<RatingsData>,
        saved: &SavedWeights<'_>,
        monitor: &Monitor,
    ) -> Result<Self, TrainError> {
        let SavedStage { stage, search } = saved.checkpoint().state()?;
        let found = search.as_ref().map(|search| search.found);
        if found == Some(None) {
            return Err(TrainError::Data(
                "this run is still looking for λ: let it go on until the network trains".to_owned(),
            ));
        }
        let found = found.flatten();
        if stage.is_some_and(|stage| stage < stages::count(config)) {
            return Err(TrainError::Data(
                "this run is still pretraining its layers: let it go on until the whole network trains"
                    .to_owned(),
            ));
        }
        let split = Split::new(data, config.validation_fraction, saved.seed())?;
        let problem = Problem::new(config, &split, found.map(|found| found.residual()));
        let canceled = || match monitor.is_canceled() {
            true => Err(TrainError::Canceled),
            false => Ok(()),
        };
        canceled()?;
        let mut model = AutoRec::new(config, problem.train.columns(), None, &Device::flex());
        saved.load(&mut model)?;
        canceled()?;
        let hidden = model.encode(&problem.inputs, &problem.functions);
        let decoder = Decoder::new(&model, hidden)?;
        canceled()?;
        let found = found.map(|found| found.regularization);
        let regularization = config.regularization.or(found).unwrap_or(0.0);
        let new_user = NewUserModel::new(regularization, &problem, &model, &decoder)?;
        let is_cold = |item: usize| match problem.side {
            Side::Item => problem.is_cold_row(item),
            Side::User => problem.is_cold_column(item),
        };
        let (items, count) = match problem.side {
            Side::Item => (&decoder.hidden, problem.train.rows()),
            Side::User => (&decoder.weights, problem.train.columns()),
        };
        let warm: Vec<bool> = (0..count).map(|item| !is_cold(item)).collect();
        let items = centered(items, decoder.width, &warm);
        Ok(Self {
            problem,
            decoder,
            new_user,
            items,
        })
    }

    fn at(&self, row: usize, column: usize) -> f32 {
        let output = self.decoder.at(row, column);
        let output = self.problem.functions.output_of(output);
        self.problem.score(row, column, output)
    }
}

impl PairModel for AutoRecPairs {
    fn predict(&self, user: usize, item: usize) -> f32 {
        match self.problem.side {
            Side::Item => self.at(item, user),
            Side::User => self.at(user, item),
        }
    }

    fn new_user(&self, ratings: &[(u32, f32)], _: usize) -> Option<Vec<f32>> {
        Some(self.new_user.predict(ratings, &self.problem, &self.decoder))
    }

    fn new_user_method(&self) -> Option<String> {
        Some(self.new_user.method())
    }

    fn knows(&self, item: usize) -> bool {
        match self.problem.side {
            Side::Item => !self.problem.is_cold_row(item),
            Side::User => !self.problem.is_cold_column(item),
        }
    }

    fn item_vectors(&self) -> Option<(&[f32], usize)> {
        Some((&self.items, self.decoder.width))
    }
}

/// Rows minus the mean of the warm ones; zero for the others.
fn centered(rows: &[f32], width: usize, warm: &[bool]) -> Vec<f32> {
    let mut mean = vec![0.0f64; width];
    let count = warm.iter().filter(|warm| **warm).count().max(1) as f64;
    for (row, _) in rows
        .chunks_exact(width)
        .zip(warm)
        .filter(|(_, warm)| **warm)
    {
        for (mean, &value) in mean.iter_mut().zip(row) {
            *mean += f64::from(value) / count;
        }
    }
    let mut out = vec![0.0; rows.len()];
    let rows = rows.chunks_exact(width).zip(warm);
    for (out, (row, _)) in out
        .chunks_exact_mut(width)
        .zip(rows)
        .filter(|(_, (_, warm))| **warm)
    {
        for ((out, &value), mean) in out.iter_mut().zip(row).zip(&mean) {
            *out = (f64::from(value) - mean) as f32;
        }
    }
    out
}
