//! The data of a run, with the missing cells of a matrix predicted by another run where the config asks for it.

use std::path::Path;
use std::sync::Arc;

use crate::data::images::ImageNeeds;
use crate::data::{self, Cells, DataError, Dataset, Dense, Filled, MatrixData, Monitor, Source};
use crate::record::Status;
use crate::runs::RunFolder;
use crate::systems::{self, RatingPredictor, TrainError};

/// Reads what `source` names, as far as a system can use it; relative paths start from `base`, and `seed` draws the test set. The monitor
/// counts bytes.
///
/// # Errors
/// If a file or the run that completes a matrix cannot be read or used, or the monitor is canceled.
pub fn load_dataset(
    source: &Source,
    needs: ImageNeeds,
    base: &Path,
    seed: u64,
    monitor: &Monitor,
) -> Result<Dataset, DataError> {
    data::load_with(source, needs, base, seed, monitor, |matrix, monitor| {
        let run = source.matrix().and_then(|own| own.completed_by.as_deref());
        complete(matrix, &base.join(run.unwrap_or(Path::new(""))), monitor)
    })
}

fn wrong(path: &Path, problem: &str) -> DataError {
    DataError::Config {
        key: "completed_by",
        problem: format!("{}: {problem}", path.display()),
    }
}

const NO_RATINGS: &str = "the run predicts no ratings: choose an AutoRec run";

/// The data that a run learned from, and its predictions.
struct Completion {
    ratings: Arc<data::RatingsData>,
    predictor: Box<dyn RatingPredictor>,
    /// `AutoRec, item-based`.
    name: String,
}

impl Completion {
    fn open(path: &Path, monitor: &Monitor) -> Result<Self, DataError> {
        let failed = |error: &dyn std::fmt::Display| wrong(path, &error.to_string());
        let folder = RunFolder::open(path).map_err(|error| DataError::Config {
            key: "completed_by",
            problem: error.to_string(),
        })?;
        let summary = folder.summary().map_err(|error| failed(&error))?;
        if summary.status != Status::Finished {
            return Err(wrong(
                path,
                "the run has not finished: resume it, or choose another",
            ));
        }
        let config = folder.config().map_err(|error| failed(&error))?;
        let system = systems::find(&config.system)
            .filter(|system| system.predicts_ratings())
            .ok_or_else(|| wrong(path, NO_RATINGS))?;
        let parameters = config.resolve(system).map_err(|error| failed(&error))?;
        let weights = folder.weights().map_err(|error| failed(&error))?;
        let weights = weights.ok_or_else(|| wrong(path, "the run kept no weights"))?;
        let parameters = RunFolder::parameters_at(&weights, parameters);
        let dataset = data::load(&config.data, folder.path(), config.seed, monitor)?;
        let predictor = system
            .rating_predictor(&parameters, &dataset, &weights, monitor)
            .map_err(|error| match error {
                TrainError::Canceled => DataError::Canceled,
                error => failed(&error),
            })?;
        match (predictor, dataset) {
            (Some(predictor), Dataset::Ratings(ratings)) => Ok(Self {
                ratings,
                predictor,
                name: summary.name,
            }),
            _ => Err(wrong(path, NO_RATINGS)),
        }
    }
}

/// The cells of a matrix with the predictions of a run where they are missing. Rows and columns are matched by name; in those that the
/// run does not know a missing cell gets the mean of all.
fn complete(matrix: &MatrixData, path: &Path, monitor: &Monitor) -> Result<Filled, DataError> {
    let run = Completion::open(path, monitor)?;
    let find = |own: &data::Labels, its: &data::Labels| -> Vec<Option<usize>> {
        own.ids().map(|id| its.find(id)).collect()
    };
    let users = find(&matrix.rows, &run.ratings.users);
    let items = find(&matrix.columns, &run.ratings.items);
    let known = |found: &[Option<usize>]| found.iter().flatten().count();
    if known(&users) == 0 || known(&items) == 0 {
        return Err(wrong(
            path,
            "none of the run's users or items is a row or column of this matrix: choose a run that was trained on the same ratings",
        ));
    }
    let columns = matrix.columns.len();
    let mean = mean(&matrix.observed);
    let mut values = vec![mean; matrix.rows.len() * columns];
    for ((row, own), user) in values.chunks_exact_mut(columns).enumerate().zip(&users) {
        if monitor.is_canceled() {
            return Err(DataError::Canceled);
        }
        if let Some(user) = *user {
            let predicted = run.predictor.predict_user(user);
            for (value, item) in own.iter_mut().zip(&items) {
                if let Some(predicted) = item.and_then(|item| predicted.get(item)) {
                    *value = *predicted;
                }
            }
        }
        for (column, value) in matrix.observed.row(row).filter(|cell| !cell.1.is_nan()) {
            own[column] = value;
        }
    }
    if values.iter().any(|value| !value.is_finite()) {
        return Err(wrong(
            path,
            "some predictions of the run are not finite numbers: choose another run",
        ));
    }
    let mut notices = Vec::new();
    let (rows_left, columns_left) = (users.len() - known(&users), columns - known(&items));
    if rows_left + columns_left > 0 {
        notices.push(format!(
            "the run does not know {rows_left} of the rows and {columns_left} of the columns: missing cells there get the overall mean"
        ));
    }
    Ok(Filled {
        cells: Cells::Dense(Arc::new(Dense::new(columns, values))),
        by: run.name,
        notices,
    })
}

/// The mean of the cells that are there.
fn mean(cells: &Cells) -> f32 {
    let (mut sum, mut count) = (0.0_f64, 0_usize);
    for row in 0..cells.rows() {
        for (_, value) in cells.row(row).filter(|cell| !cell.1.is_nan()) {
            sum += f64::from(value);
            count += 1;
        }
    }
    (sum / count.max(1) as f64) as f32
}
