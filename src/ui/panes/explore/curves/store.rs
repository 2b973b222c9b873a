//! The curves of many runs, read in the background and thinned to what a small plot can show.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use eframe::egui::Context;

use crate::experiments::table::Row;
use crate::record::Status;
use crate::runs::{RunFolder, RunId, Series};
use crate::ui::jobs::{Job, on_own_threads};
use rayon::prelude::*;

/// Runs that are read in one go.
const BATCH: usize = 64;
/// Points that are kept of a curve.
const POINTS: usize = 240;
/// Runs whose curves are kept: more lines cannot be told apart, and each takes memory.
pub(super) const MOST_RUNS: usize = 2000;
/// Seconds between two looks at the events of a run that goes on.
const EVERY: f64 = 2.0;

/// A point: step, epoch and value.
pub(super) type CurvePoint = (f32, f32, f32);

/// The curves of a run by measure.
#[derive(Debug, Default, PartialEq)]
pub(super) struct RunCurves(pub(super) BTreeMap<String, Vec<CurvePoint>>);

/// How far a run was when its curves were read.
type Stamp = (Status, u64);

/// The curves of many runs.
#[derive(Debug, Default)]
pub(super) struct CurveStore {
    read: HashMap<RunId, (Stamp, Arc<RunCurves>)>,
    job: Option<Job<Vec<(RunId, Stamp, RunCurves)>>>,
    read_at: f64,
    generation: u64,
}

impl CurveStore {
    /// The curves of a run, once they were read.
    pub(super) fn get(&self, id: &RunId) -> Option<&Arc<RunCurves>> {
        self.read.get(id).map(|(_, curves)| curves)
    }

    /// Grows whenever curves change.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    pub(super) fn is_reading(&self) -> bool {
        self.job.is_some()
    }

    /// Takes in what was read, and reads what changed.
    pub(super) fn update(&mut self, ctx: &Context, rows: &[Arc<Row>]) {
        let now = ctx.input(|input| input.time);
        if let Some(job) = &self.job {
            let Some(outcome) = job.poll() else {
                return;
            };
            self.job = None;
            self.read_at = now;
            match outcome {
                Ok(read) => {
                    self.generation += 1;
                    let read = read.into_iter();
                    self.read
                        .extend(read.map(|(id, stamp, own)| (id, (stamp, Arc::new(own)))));
                }
                Err(panicked) => tracing::warn!("the curves cannot be read: {panicked}"),
            }
        }
        let due = now - self.read_at >= EVERY;
        let is_old = |row: &&Arc<Row>| match self.read.get(&row.id) {
            None => true,
            Some((stamp, _)) => due && *stamp != (row.summary.status, row.summary.step),
        };
        let wanted: Vec<Arc<Row>> = rows
            .iter()
            .take(MOST_RUNS)
            .filter(is_old)
            .take(BATCH)
            .cloned()
            .collect();
        if wanted.is_empty() {
            return;
        }
        match Job::spawn("read curves", ctx, move |_| {
            on_own_threads(|| wanted.par_iter().map(|row| read(row)).collect())
        }) {
            Ok(job) => self.job = Some(job),
            Err(error) => tracing::warn!("no thread to read curves: {error}"),
        }
    }
}

fn read(row: &Row) -> (RunId, Stamp, RunCurves) {
    let stamp = (row.summary.status, row.summary.step);
    let replay = RunFolder::open(&row.path).and_then(|folder| folder.replay());
    let curves = match replay {
        Ok(replay) => {
            let series = replay.state.series.iter();
            RunCurves(
                series
                    .map(|(name, own)| (name.clone(), thinned(own)))
                    .collect(),
            )
        }
        Err(error) => {
            tracing::warn!("no curves of {}: {error}", row.id);
            RunCurves::default()
        }
    };
    (row.id.clone(), stamp, curves)
}

/// The points of a series; of many, the lowest and the highest of each of as many stretches as a small plot has room for.
fn thinned(series: &Series) -> Vec<CurvePoint> {
    let point = |at: usize| {
        (
            series.steps[at] as f32,
            series.epochs[at] as f32,
            series.values[at] as f32,
        )
    };
    let count = series.len();
    if count <= POINTS {
        return (0..count).map(point).collect();
    }
    let stretches = POINTS / 2;
    let mut kept = Vec::with_capacity(POINTS + 2);
    for stretch in 0..stretches {
        let range = stretch * count / stretches..(stretch + 1) * count / stretches;
        let by_value = |a: &usize, b: &usize| series.values[*a].total_cmp(&series.values[*b]);
        let ends = (range.clone().min_by(by_value), range.max_by(by_value));
        if let (Some(low), Some(high)) = ends {
            kept.push(low.min(high));
            kept.push(low.max(high));
        }
    }
    kept.push(count - 1);
    kept.dedup();
    kept.into_iter().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_curve_keeps_its_peak_and_its_end() {
        let values: Vec<f64> = (0..10_000)
            .map(|at| if at == 4321 { 9.0 } else { 1.0 })
            .collect();
        let series = Series {
            steps: (0..10_000).collect(),
            epochs: vec![0.0; 10_000],
            seconds: vec![0.0; 10_000],
            values,
        };
        let kept = thinned(&series);
        assert!(kept.len() <= POINTS + 2, "{}", kept.len());
        assert!(kept.contains(&(4321.0, 0.0, 9.0)));
        assert_eq!(kept.last().map(|point| point.0), Some(9999.0));
    }
}
