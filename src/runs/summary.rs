//! `run.json`: what a list of runs shows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{RunConfig, RunId, RunState, Series};
use crate::data::Fingerprint;
use crate::record::{Status, float};

/// `run.json`. Unknown keys are ignored, so that a newer version's runs can be listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The folder's name.
    pub id: RunId,
    /// What the person calls it.
    pub name: String,
    /// The system's id.
    pub system: String,
    /// How it stands. [`super::RunFolder::summary`] tells `Interrupted` from it and the lock.
    pub status: Status,
    /// Why, where there is something to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Of every random number of the run.
    pub seed: u64,
    /// Where it trains: `cpu`, or a GPU's name; empty before it is known.
    #[serde(default)]
    pub device: String,
    /// Of the program and of what the numbers depend on.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
    /// When it was created: RFC 3339, UTC.
    #[serde(default)]
    pub created: String,
    /// When this was written.
    #[serde(default)]
    pub updated: String,
    /// What it learned from, once it is read.
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
    /// Of a run that begins now.
    pub(crate) fn new(config: &RunConfig, name: Option<String>) -> Self {
        let id = RunId::new(&config.system);
        let now = jiff::Timestamp::now().to_string();
        let platform = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        Self {
            name: name.unwrap_or_else(|| format!("{} {}", config.system, id.short())),
            id,
            system: config.system.clone(),
            status: Status::Queued,
            message: None,
            seed: config.seed,
            device: String::new(),
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

/// A scalar in short.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// The newest value.
    #[serde(with = "float")]
    pub last: f64,
    /// The smallest or largest, whichever is better ([`lower_is_better`]); NaN never is.
    #[serde(with = "float")]
    pub best: f64,
    /// The step of the best.
    pub step: u64,
}

impl Metric {
    /// Of one value.
    #[must_use]
    pub fn new(step: u64, value: f64) -> Self {
        Self {
            last: value,
            best: value,
            step,
        }
    }

    /// Takes a later value in.
    pub fn update(&mut self, lower_is_better: bool, step: u64, value: f64) {
        let better = if lower_is_better {
            value < self.best
        } else {
            value > self.best
        };
        if better || (self.best.is_nan() && !value.is_nan()) {
            (self.best, self.step) = (value, step);
        }
        self.last = value;
    }

    /// Of a whole series; `None` if it is empty.
    #[must_use]
    pub fn of(name: &str, series: &Series) -> Option<Self> {
        let lower = lower_is_better(name);
        let mut points = series.steps.iter().zip(&series.values);
        let (step, value) = points.next()?;
        let mut metric = Self::new(*step, *value);
        for (step, value) in points {
            metric.update(lower, *step, *value);
        }
        Some(metric)
    }
}

/// The metrics of a run, from its events.
#[must_use]
pub fn metrics_of(state: &RunState) -> BTreeMap<String, Metric> {
    state
        .series
        .iter()
        .filter_map(|(name, series)| Some((name.clone(), Metric::of(name, series)?)))
        .collect()
}

/// Whether a smaller value of this scalar is the better one: errors, losses and times, as opposed to scores.
#[must_use]
pub fn lower_is_better(name: &str) -> bool {
    let (part, measure) = name.split_once('/').unwrap_or(("", name));
    part == "loss"
        || part == "time"
        || ["rmse", "mae", "mse", "loss", "error", "perplexity"]
            .iter()
            .any(|word| measure.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_error_is_the_smallest_and_the_best_score_the_largest() {
        let series = |values: &[f64]| Series {
            steps: (1..=values.len() as u64).collect(),
            epochs: vec![0.0; values.len()],
            seconds: vec![0.0; values.len()],
            values: values.to_vec(),
        };
        let error = Metric::of("test/rmse", &series(&[f64::NAN, 0.95, 0.91, 0.93])).unwrap();
        assert_eq!((error.best, error.step, error.last), (0.91, 3, 0.93));
        let score = Metric::of("rows/nmi", &series(&[0.2, 0.6, f64::NAN])).unwrap();
        assert_eq!((score.best, score.step), (0.6, 2));
        assert!(score.last.is_nan());
        assert!(lower_is_better("loss/cross") && lower_is_better("time/step"));
        assert!(!lower_is_better("fake_b/fcn_miou"));
    }
}
