//! Reads what the runs' folders say, in the background and only where something changed.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::Context;

use crate::experiments::table::Row;
use crate::record::Status;
use crate::runs::{Labels, RunFolder, RunId, RunSummary};
use crate::ui::jobs::Job;
use crate::ui::state::Run;

/// Runs that are read in one go: the first are shown while the others are read.
const BATCH: usize = 400;
/// Seconds between two looks at runs that train in this window: their `run.json` is written by their threads.
const EVERY: f64 = 1.0;

/// So many runs are looked at in every frame.
const FEW: usize = 1000;
/// Seconds between two looks at more of them.
const OFTEN: f64 = 0.2;

/// The rows of all runs.
#[derive(Debug, Default)]
pub(super) struct RowStore {
    rows: HashMap<RunId, Known>,
    reading: Option<Job<Read>>,
    /// When something was read last, in the window's time.
    read_at: f64,
    /// When the runs were looked at last.
    looked_at: f64,
    generation: u64,
}

/// What is known of a run.
#[derive(Debug)]
struct Known {
    stamp: Stamp,
    row: Result<Arc<Row>, String>,
}

/// What a run's summary was when its folder was read.
#[derive(Debug, Clone, PartialEq, Default)]
struct Stamp {
    status: Option<Status>,
    step: u64,
    name: String,
    updated: String,
    labels: Labels,
}

impl Stamp {
    fn of(summary: &RunSummary, labels: Labels) -> Self {
        Self {
            status: Some(summary.status),
            step: summary.step,
            name: summary.name.clone(),
            updated: summary.updated.clone(),
            labels,
        }
    }

    fn is_of(&self, summary: &RunSummary) -> bool {
        self.status == Some(summary.status)
            && self.step == summary.step
            && self.name == summary.name
            && self.updated == summary.updated
    }
}

/// What was read of runs, and of which state of theirs.
type Read = Vec<(RunId, Stamp, Result<Row, String>)>;

/// A run to be read.
struct Wanted {
    id: RunId,
    path: PathBuf,
    summary: RunSummary,
    labels: Labels,
    /// Its thread writes `run.json`: what is there is newer than what the window was told.
    active: bool,
}

impl RowStore {
    /// The row of a run, if it was read.
    pub(super) fn row(&self, id: &RunId) -> Option<&Arc<Row>> {
        self.rows.get(id)?.row.as_ref().ok()
    }

    /// Grows whenever a row changes.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// True while runs are read for the first time.
    pub(super) fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    /// Takes in what was read, and reads what changed.
    pub(super) fn update(&mut self, ctx: &Context, runs: &[Run]) {
        let now = ctx.input(|input| input.time);
        if let Some(job) = &self.reading {
            let Some(outcome) = job.poll() else {
                return;
            };
            self.reading = None;
            self.read_at = now;
            match outcome {
                Ok(read) => self.take(read),
                Err(panicked) => tracing::warn!("the runs cannot be read: {panicked}"),
            }
        }
        // With thousands of runs a look at each takes a good part of a frame.
        let known = self.rows.len() >= runs.len();
        if known && runs.len() > FEW && now - self.looked_at < OFTEN {
            ctx.request_repaint_after_secs(OFTEN as f32);
            return;
        }
        self.looked_at = now;
        let gone = self.rows.len() > runs.len();
        if gone {
            let before = self.rows.len();
            let listed: std::collections::HashSet<&RunId> =
                runs.iter().map(|run| &run.id).collect();
            self.rows.retain(|id, _| listed.contains(id));
            self.generation += u64::from(self.rows.len() != before);
        }
        let due = now - self.read_at >= EVERY;
        let mut wanted = Vec::new();
        for run in runs {
            let is_old = match self.rows.get(&run.id) {
                None => true,
                // What a person writes is shown at once.
                Some(known) => {
                    known.stamp.labels != run.labels || (due && !known.stamp.is_of(&run.summary))
                }
            };
            if is_old {
                wanted.push(Wanted {
                    id: run.id.clone(),
                    path: run.path.clone(),
                    summary: run.summary.clone(),
                    labels: run.labels.clone(),
                    active: run.active,
                });
                if wanted.len() == BATCH {
                    break;
                }
            }
        }
        if wanted.is_empty() {
            return;
        }
        match Job::spawn("read runs", ctx, move |_| read(wanted)) {
            Ok(job) => self.reading = Some(job),
            Err(error) => tracing::warn!("no thread to read the runs: {error}"),
        }
    }

    fn take(&mut self, read: Read) {
        for (id, stamp, row) in read {
            let known = self.rows.get(&id);
            let same = match (known.map(|known| &known.row), &row) {
                (Some(Ok(before)), Ok(now)) => **before == *now,
                (Some(Err(before)), Err(now)) => before == now,
                _ => false,
            };
            self.generation += u64::from(!same);
            let row = match (same, known) {
                (true, Some(known)) => known.row.clone(),
                _ => row.map(Arc::new),
            };
            self.rows.insert(id, Known { stamp, row });
        }
    }
}

fn read(wanted: Vec<Wanted>) -> Read {
    let read = wanted.into_iter().map(|run| {
        let stamp = Stamp::of(&run.summary, run.labels.clone());
        let id = run.id.clone();
        (id, stamp, row(run))
    });
    read.collect()
}

fn row(run: Wanted) -> Result<Row, String> {
    let folder = RunFolder::open(&run.path).map_err(|error| error.to_string())?;
    let summary = match run.active {
        true => folder.summary().unwrap_or(run.summary),
        false => run.summary,
    };
    let mut row = Row::new(run.id, run.path, summary);
    // The window may just be writing them.
    row.labels = run.labels;
    Ok(row)
}
