//! A trained run that predicts ratings.

use std::sync::Arc;

use super::failure::{Failure, Outcome, ResultExt as _};
use super::loading;
use super::output::say;
use super::progress::Progress;
use super::table::{Align, Table};
use crate::data::{Dataset, Labels, Monitor, RatingsData};
use crate::runs::{RunConfig, RunFolder};
use crate::systems::{self, RatingPredictor};

/// A run's data and predictor.
pub(crate) struct Model {
    ratings: Arc<RatingsData>,
    predictor: Box<dyn RatingPredictor>,
}

impl Model {
    /// Reads the data of a run and its best weights, or else its newest.
    pub(crate) fn open(folder: &RunFolder, progress: &mut Progress) -> Outcome<Self> {
        let config = known_config(folder)?;
        // A resolved config has absolute paths.
        let dataset = loading::load(&config, folder.path(), progress)?;
        Self::with_data(folder, dataset)
    }

    /// Reads a run's best weights, or else its newest.
    pub(crate) fn with_data(folder: &RunFolder, dataset: Dataset) -> Outcome<Self> {
        let config = known_config(folder)?;
        let system = systems::get(&config.system).or_wrong()?;
        let parameters = config.resolve(system).or_wrong()?;
        let weights = folder.weights().or_wrong()?.ok_or_else(|| {
                Failure::wrong(format!(
                    "{} has no weights yet: it ended before its first checkpoint; train it with `atelier resume`",
                    folder.path().display()
                ))
            })?;
        let parameters = RunFolder::parameters_at(&weights, parameters);
        let monitor = Monitor::default();
        let predictor = system
            .rating_predictor(&parameters, &dataset, &weights, &monitor)
            .or_wrong()?
            .ok_or_else(|| {
                Failure::wrong(format!("{} does not predict ratings", system.label()))
            })?;
        let ratings = loading::ratings(&dataset)?;
        Ok(Self {
            ratings: Arc::clone(ratings),
            predictor,
        })
    }

    pub(crate) fn data(&self) -> &RatingsData {
        &self.ratings
    }

    pub(crate) fn predictor(&self) -> &dyn RatingPredictor {
        &*self.predictor
    }

    /// The best `count` items for a user that they have not rated.
    pub(crate) fn top(&self, user: usize, count: usize) -> Vec<(usize, f32)> {
        let (rated, _) = self.data().train.by_user().row(user);
        self.predictor.top(user, rated, count)
    }
}

/// The config of a trained run; of one by a newer version without what this one does not know, which is said.
fn known_config(folder: &RunFolder) -> Outcome<RunConfig> {
    let (config, unknown) = folder.config_as_known().or_wrong()?;
    if !unknown.is_empty() {
        say!(
            "warning: a newer version wrote this run; not known here, and left out: {}",
            unknown.join(", ")
        );
    }
    Ok(config)
}

/// A table of items with a value each.
pub(crate) fn items_table(labels: &Labels, rows: &[(usize, f32)], value: &str) -> Table {
    let mut table = Table::new(&[
        ("item", Align::Left),
        ("title", Align::Left),
        (value, Align::Right),
    ]);
    for (item, number) in rows {
        table.row([
            labels.id(*item).to_owned(),
            labels.title(*item).unwrap_or_default().to_owned(),
            format!("{number:.3}"),
        ]);
    }
    table
}
