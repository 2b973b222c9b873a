//! Trains any method: an iteration per step, starts one after the other, the best kept.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::method::{Method, Partition};
use super::search::{Schedule, Search, State};
use crate::data::MatrixData;
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::record::{CoClusters, LogLevel, Recorder, Side};
use crate::systems::matrix::Report;
use crate::systems::{Outcome, Position, TrainError, Trainer};

/// Iterations of the first start of which each leaves a snapshot.
const SNAPSHOTS: u64 = 50;

/// Trains a [`Method`].
pub(super) struct MethodTrainer {
    report: Report,
    method: Box<dyn Method>,
    schedule: Schedule,
    search: Search,
}

#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    search: State,
}

impl MethodTrainer {
    pub(super) fn new(report: Report, method: Box<dyn Method>, schedule: Schedule) -> Self {
        Self {
            report,
            method,
            schedule,
            search: Search::default(),
        }
    }

    fn criteria(&self, values: &[f64], recorder: &mut dyn Recorder) {
        for (criterion, value) in self.method.criteria().iter().zip(values) {
            recorder.scalar(criterion.name, *value);
        }
    }

    fn clusters(&self, partition: &Partition) -> CoClusters {
        co_clusters(self.report.data(), self.method.clusters(), partition)
    }

    fn snapshot(&self, clusters: &CoClusters, recorder: &mut dyn Recorder) {
        let step = self.search.state.iterations;
        self.report.snapshot(clusters, step, recorder);
    }

    /// How a start ended, for the log.
    fn say(&self, iterations: u64, values: &[f64], best: bool, recorder: &mut dyn Recorder) {
        let criteria = self.method.criteria().iter().zip(values);
        let label: Vec<String> = criteria
            .map(|(criterion, value)| format!("{} {value:.6}", criterion.label))
            .collect();
        let message = format!(
            "start {} of {}: {} after {iterations} iterations{}",
            self.search.state.restarts,
            self.schedule.restarts,
            label.join(", "),
            if best { ", the best so far" } else { "" }
        );
        recorder.log(LogLevel::Info, &message);
    }
}

/// Of all rows and columns.
pub(super) fn co_clusters(
    data: &MatrixData,
    (rows, columns): (usize, usize),
    partition: &Partition,
) -> CoClusters {
    let side = |clusters, active: &[u32], total, of: &[u16]| {
        if of.is_empty() {
            // Nothing is found yet.
            return Side {
                clusters,
                of: vec![None; total],
                posterior: Vec::new(),
            };
        }
        Side::of_active(clusters, active, total, of, &[])
    };
    CoClusters {
        rows: side(rows, &data.active_rows, data.filled.rows(), &partition.rows),
        columns: side(
            columns,
            &data.active_columns,
            data.filled.columns(),
            &partition.columns,
        ),
    }
}

impl<C> Trainer<C> for MethodTrainer {
    fn position(&self) -> Position {
        let step = self.search.state.iterations;
        Position {
            step,
            epoch: step as f64,
            total_steps: step + self.search.left(self.schedule),
        }
    }

    fn step(&mut self, recorder: &mut dyn Recorder) -> Result<Outcome, TrainError> {
        if self.search.is_done(self.schedule) {
            return Ok(Outcome::Done);
        }
        if self.search.state.iterations == 0 {
            self.report.say_raised(self.method.raised(), recorder);
        }
        let number = self.search.state.iteration + 1;
        let iteration = self.search.advance(&*self.method, self.schedule);
        self.criteria(&iteration.values, recorder);
        // Measuring takes as long as an iteration: of later starts their ends tell enough.
        let first_start = number == self.search.state.iterations;
        if first_start || iteration.ended.is_some() {
            let found = self.clusters(&self.search.current);
            self.report.measure(&found, recorder);
            let early = first_start && self.search.state.iterations <= SNAPSHOTS;
            if early || iteration.ended == Some(true) {
                self.snapshot(&found, recorder);
            }
        }
        if let Some(best) = iteration.ended {
            self.say(number, &iteration.values, best, recorder);
        }
        Ok(if self.search.is_done(self.schedule) {
            Outcome::Done
        } else {
            Outcome::Continue
        })
    }

    fn finish(&mut self, recorder: &mut dyn Recorder) -> Result<(), TrainError> {
        let found = self.search.found();
        if found.rows.is_empty() {
            return Ok(());
        }
        self.criteria(&self.method.values(found), recorder);
        let clusters = self.clusters(found);
        self.report.measure(&clusters, recorder);
        self.snapshot(&clusters, recorder);
        self.report.tables(&clusters, recorder);
        Ok(())
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let mut to = CheckpointWriter::new(folder);
        self.search.save(&mut to, "");
        let search = self.search.state.clone();
        to.state(&Saved { search })?;
        Ok(to.finish()?)
    }

    fn load(&mut self, folder: &Path) -> Result<(), TrainError> {
        let from = Checkpoint::open(folder)?;
        let Saved { search } = from.state()?;
        let data = self.report.data();
        let shape = (data.active_rows.len(), data.active_columns.len());
        self.search = Search::load(&from, "", search, self.method.clusters(), shape)?;
        Ok(())
    }
}
