//! `run.json`: what a list of runs shows.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{RunConfig, RunError, RunId, RunState, Series};
use crate::data::Fingerprint;
use crate::record::{Better, Measures, Status, float};

/// `run.json`. Unknown keys are ignored, so that a newer version's runs can be listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The folder's name.
    pub id: RunId,
    /// The name that a person gave it.
    pub name: String,
    /// The system's id.
    pub system: String,
    /// How it stands. [`super::RunFolder::summary`] tells `Interrupted` from it and the lock.
    pub status: Status,
    /// Why, where there is something to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The seed of all random numbers of the run.
    pub seed: u64,
    /// The sweep that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<SweepPlace>,
    /// Where it trains: `cpu`, or a GPU's name; empty before it is known.
    #[serde(default)]
    pub device: String,
    /// Threads that it last computed with on the processor; none before that is known. Results do not depend on them, times do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
    /// Versions of the program and of the libraries that the numbers depend on.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
    /// When it was created: RFC 3339, UTC.
    #[serde(default)]
    pub created: String,
    /// When this was written.
    #[serde(default)]
    pub updated: String,
    /// The data that it learned from, once it is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Fingerprint>,
    /// Updates of the weights done.
    #[serde(default)]
    pub step: u64,
    /// Steps at the end, 0 if unknown.
    #[serde(default)]
    pub total_steps: u64,
    /// Passes over the data.
    #[serde(default)]
    pub epoch: f64,
    /// Seconds of training, pauses left out.
    #[serde(default)]
    pub seconds: f64,
    /// Every scalar, in short.
    #[serde(default)]
    pub metrics: BTreeMap<String, Metric>,
}

impl RunSummary {
    /// Reads the text of `run.json`.
    ///
    /// # Errors
    /// If it is damaged, or has a status that only newer versions know.
    pub(super) fn parse(text: &str, path: &Path) -> Result<Self, RunError> {
        let error = match serde_json::from_str(text) {
            Ok(summary) => return Ok(summary),
            Err(error) => error,
        };
        let path = path.to_owned();
        let value: Option<Value> = serde_json::from_str(text).ok();
        let status = value.as_ref().and_then(|own| own.get("status"));
        match status {
            Some(Value::String(own))
                if serde_json::from_value::<Status>(own.as_str().into()).is_err() =>
            {
                Err(RunError::Newer {
                    path,
                    reason: format!("it has the status {own:?}"),
                })
            }
            _ => Err(RunError::Damaged {
                path,
                reason: error.to_string(),
            }),
        }
    }

    /// The summary of a run that begins now.
    pub(crate) fn new(config: &RunConfig, name: String) -> Self {
        let id = RunId::new(&config.system);
        let now = jiff::Timestamp::now().to_string();
        let platform = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        Self {
            name,
            id,
            system: config.system.clone(),
            status: Status::Queued,
            message: None,
            seed: config.seed,
            sweep: None,
            device: String::new(),
            threads: None,
            versions: BTreeMap::from([
                ("atelier".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
                ("platform".to_owned(), platform),
            ]),
            created: now.clone(),
            updated: now,
            data: None,
            step: 0,
            total_steps: 0,
            epoch: 0.0,
            seconds: 0.0,
            metrics: BTreeMap::new(),
        }
    }
}

/// The place of a run in a sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepPlace {
    /// The name of the sweep's folder, beside the run's.
    pub id: String,
    /// The number of its trial.
    pub trial: u32,
}

/// A scalar in short.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// The newest value.
    #[serde(with = "float")]
    pub last: f64,
    /// The smallest or largest, whichever is better; NaN never is. None where neither is (older programs wrote one in any case).
    #[serde(
        default,
        with = "float::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub best: Option<f64>,
    /// The step of the best, or of the last where there is no best.
    pub step: u64,
}

impl Metric {
    /// The metric of one value.
    #[must_use]
    pub fn new(better: Better, step: u64, value: f64) -> Self {
        Self {
            last: value,
            best: (better != Better::Neither).then_some(value),
            step,
        }
    }

    /// Takes a later value in.
    pub fn update(&mut self, better: Better, step: u64, value: f64) {
        self.last = value;
        if self.best.is_none_or(|best| better.prefers(value, best)) {
            *self = Self::new(better, step, value);
        }
    }

    /// The metric of a whole series; `None` if it is empty.
    #[must_use]
    pub fn of(better: Better, series: &Series) -> Option<Self> {
        MetricFold::of(better, series).map(|fold| fold.metric)
    }
}

/// A metric over a series that grows. As in a [`Series`], a value at the step of the newest takes its place: it counts for nothing then.
#[derive(Debug, Clone, Copy)]
pub(super) struct MetricFold {
    pub(super) metric: Metric,
    /// The step of the newest value.
    newest: u64,
    /// Without the newest value.
    before: Option<Metric>,
}

impl MetricFold {
    pub(super) fn new(better: Better, step: u64, value: f64) -> Self {
        Self {
            metric: Metric::new(better, step, value),
            newest: step,
            before: None,
        }
    }

    pub(super) fn of(better: Better, series: &Series) -> Option<Self> {
        let mut points = series.steps.iter().zip(&series.values);
        let (step, value) = points.next()?;
        let mut fold = Self::new(better, *step, *value);
        for (step, value) in points {
            fold.push(better, *step, *value);
        }
        Some(fold)
    }

    pub(super) fn push(&mut self, better: Better, step: u64, value: f64) {
        if step != self.newest {
            self.before = Some(self.metric);
            self.newest = step;
        }
        self.metric = match self.before {
            Some(mut metric) => {
                metric.update(better, step, value);
                metric
            }
            None => Metric::new(better, step, value),
        };
    }
}

/// The metrics of a run, from its events.
#[must_use]
pub fn metrics_of(state: &RunState, measures: Measures) -> BTreeMap<String, Metric> {
    let folds = folds_of(state, measures).into_iter();
    folds.map(|(name, fold)| (name, fold.metric)).collect()
}

/// The same, to go on with.
pub(super) fn folds_of(state: &RunState, measures: Measures) -> BTreeMap<String, MetricFold> {
    let fold = |(name, series): (&String, &Series)| {
        let fold = MetricFold::of(measures.of(name).better, series)?;
        Some((name.clone(), fold))
    };
    state.series.iter().filter_map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        Series {
            steps: (1..=values.len() as u64).collect(),
            epochs: vec![0.0; values.len()],
            seconds: vec![0.0; values.len()],
            values: values.to_vec(),
        }
    }

    #[test]
    fn the_best_error_is_the_smallest_and_the_best_score_the_largest() {
        let errors = series(&[f64::NAN, 0.95, 0.91, 0.93]);
        let error = Metric::of(Better::Lower, &errors).unwrap();
        assert_eq!((error.best, error.step, error.last), (Some(0.91), 3, 0.93));
        let score = Metric::of(Better::Higher, &series(&[0.2, 0.6, f64::NAN])).unwrap();
        assert_eq!((score.best, score.step), (Some(0.6), 2));
        assert!(score.last.is_nan());
    }

    #[test]
    fn a_value_that_is_replaced_was_never_the_best() {
        let mut fold = MetricFold::new(Better::Lower, 1, 0.9);
        fold.push(Better::Lower, 2, 0.7);
        // Measured again at the same step, as a run does that was killed while it finished.
        fold.push(Better::Lower, 2, 0.8);
        let expected = Metric::of(Better::Lower, &series(&[0.9, 0.8])).unwrap();
        assert_eq!(fold.metric, expected);
        assert_eq!((fold.metric.best, fold.metric.step), (Some(0.8), 2));
        let mut first = MetricFold::new(Better::Lower, 1, 0.1);
        first.push(Better::Lower, 1, 0.5);
        assert_eq!((first.metric.best, first.metric.last), (Some(0.5), 0.5));
    }

    #[test]
    fn where_no_direction_is_better_there_is_no_best() {
        let metric = Metric::of(Better::Neither, &series(&[3.0, 1.0, 2.0])).unwrap();
        assert_eq!((metric.best, metric.step, metric.last), (None, 3, 2.0));
        let text = serde_json::to_string(&metric).unwrap();
        assert_eq!(text, r#"{"last":2.0,"step":3}"#);
        assert_eq!(serde_json::from_str::<Metric>(&text).unwrap(), metric);
        let older = r#"{"last":2.0,"best":"NaN","step":3}"#;
        assert!(
            serde_json::from_str::<Metric>(older)
                .unwrap()
                .best
                .unwrap()
                .is_nan()
        );
    }
}
