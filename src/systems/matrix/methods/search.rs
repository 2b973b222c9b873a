//! Starts a method again and again and keeps the best.

use serde::{Deserialize, Serialize};

use super::method::{Method, Partition};
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::systems::TrainError;
use crate::systems::matrix::kmeans::stream;

/// How long to search.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    /// Starts.
    pub(super) restarts: u64,
    /// Iterations of each, at most.
    pub(super) iterations: u64,
    pub(super) seed: u64,
}

/// Where a search is.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    pub(super) state: State,
    /// Of the running start.
    pub(super) current: Partition,
    /// Of the best start so far.
    pub(super) best: Partition,
}

/// The part of a checkpoint beside the partitions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Starts that have ended.
    pub(super) restarts: u64,
    /// Iterations of the running start.
    pub(super) iteration: u64,
    /// Iterations of all starts.
    pub(super) iterations: u64,
    /// The values of the best start, by criterion; empty before one has ended.
    pub(super) best_values: Vec<f64>,
}

/// The outcome of one iteration.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Iteration {
    /// The values of the running start, by criterion.
    pub(super) values: Vec<f64>,
    /// True if the start has ended, and then whether it is the best so far.
    pub(super) ended: Option<bool>,
}

impl Search {
    /// One iteration of the running start.
    pub(super) fn advance(&mut self, method: &dyn Method, schedule: Schedule) -> Iteration {
        if self.state.iteration == 0 {
            let mut rng = stream(schedule.seed, self.state.restarts);
            self.current = method.start(&mut rng);
        }
        let changed = method.improve(&mut self.current);
        self.state.iteration += 1;
        self.state.iterations += 1;
        let values = method.values(&self.current);
        let ended = !changed || self.state.iteration >= schedule.iterations;
        let ended = ended.then(|| {
            self.state.iteration = 0;
            self.state.restarts += 1;
            self.keep(method, &values)
        });
        Iteration { values, ended }
    }

    pub(super) fn is_done(&self, schedule: Schedule) -> bool {
        self.state.restarts >= schedule.restarts
    }

    /// The best partition: of the starts that have ended, or else of the running one.
    pub(super) fn found(&self) -> &Partition {
        if self.state.best_values.is_empty() {
            &self.current
        } else {
            &self.best
        }
    }

    /// Takes what is better in the running start; whether anything is.
    fn keep(&mut self, method: &dyn Method, values: &[f64]) -> bool {
        let criteria = method.criteria();
        let first = self.state.best_values.is_empty();
        if first {
            self.state.best_values = values.to_vec();
            self.best = self.current.clone();
            return true;
        }
        let mut better = false;
        for (at, (criterion, value)) in criteria.iter().zip(values).enumerate() {
            if !criterion.is_better(*value, self.state.best_values[at]) {
                continue;
            }
            better = true;
            self.state.best_values[at] = *value;
            if criteria.len() == 1 || at == 0 {
                self.best.rows.clone_from(&self.current.rows);
            }
            if criteria.len() == 1 || at == 1 {
                self.best.columns.clone_from(&self.current.columns);
            }
        }
        better
    }

    /// Iterations until the end, as far as the starts so far tell.
    pub(super) fn left(&self, schedule: Schedule) -> u64 {
        let State {
            restarts,
            iteration,
            iterations,
            ..
        } = self.state;
        let typical = match restarts {
            0 => schedule.iterations,
            _ => (iterations - iteration).div_ceil(restarts),
        };
        let starts = schedule.restarts.saturating_sub(restarts);
        starts
            .saturating_mul(typical)
            .saturating_sub(iteration)
            .max(u64::from(starts > 0))
    }

    /// Adds the partitions to a checkpoint, their names after `prefix`; the state is the caller's to add.
    pub(super) fn save(&self, to: &mut CheckpointWriter, prefix: &str) {
        for (name, partition) in [("current", &self.current), ("best", &self.best)] {
            for (side, of) in [("rows", &partition.rows), ("columns", &partition.columns)] {
                let values: Vec<u32> = of.iter().copied().map(u32::from).collect();
                to.array(format!("{prefix}{name}_{side}"), &[of.len()], values);
            }
        }
    }

    /// Reads what [`Self::save`] added beside this state, of so many row and column clusters of a matrix of this shape.
    pub(super) fn load(
        from: &Checkpoint,
        prefix: &str,
        state: State,
        clusters: (usize, usize),
        shape: (usize, usize),
    ) -> Result<Self, TrainError> {
        let read = |name: &str, there: bool| -> Result<Partition, TrainError> {
            let side = |side: &str, length: usize, clusters: usize| {
                let length = if there { length } else { 0 };
                let name = format!("{prefix}{name}_{side}");
                let values: Vec<u32> = from.array(&name, &[length])?;
                let clusters: Option<Vec<u16>> = values
                    .into_iter()
                    .map(|value| {
                        let of = u16::try_from(value).ok();
                        of.filter(|of| usize::from(*of) < clusters)
                    })
                    .collect();
                clusters.ok_or_else(|| TrainError::Checkpoint {
                    path: from.folder().to_owned(),
                    reason: format!(
                        "{name} names a cluster that does not exist: it belongs to another run, or is damaged"
                    ),
                })
            };
            Ok(Partition {
                rows: side("rows", shape.0, clusters.0)?,
                columns: side("columns", shape.1, clusters.1)?,
            })
        };
        Ok(Self {
            current: read("current", state.iterations > 0)?,
            best: read("best", !state.best_values.is_empty())?,
            state,
        })
    }
}
