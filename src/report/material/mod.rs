//! What a report is made of: runs as they are on disk, with what is wrong with them.

mod curves;
mod run;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{ReportError, Subject};
use crate::data::Monitor;
use crate::experiments::sweep::{Purpose, SweepFolder, SweepState};
use crate::runs;

pub(super) use curves::Curve;
pub(super) use run::ReportedRun;

/// Reading a run counts for so much of the work, drawing it for as much again.
pub(super) const SHARE: u64 = 10;

/// Points of the curves of a measure, over all runs.
const POINTS: usize = 24_000;

/// Everything that is reported.
#[derive(Debug)]
pub(super) struct Material {
    /// As asked for.
    pub(super) title: Option<String>,
    /// The sweep that it is about.
    pub(super) sweep: Option<SweepState>,
    /// The runs that could be read at least in part, in the order asked for; of a sweep those of its search.
    pub(super) runs: Vec<ReportedRun>,
    /// The runs of a sweep that are its result.
    pub(super) results: Vec<ReportedRun>,
    /// Folders that could not be read, with the reason.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

impl Material {
    /// Reads the runs, each once.
    pub(super) fn read(subject: &Subject, monitor: &Monitor) -> Result<Self, ReportError> {
        let mut own = Self {
            title: subject.title.clone(),
            sweep: None,
            runs: Vec::new(),
            results: Vec::new(),
            unreadable: Vec::new(),
        };
        let mut paths: Vec<(PathBuf, Purpose)> = Vec::new();
        if let Some(folder) = &subject.sweep {
            let state = sweep_state(folder)?;
            let trials = state.trials.iter();
            paths.extend(trials.filter_map(|own| Some((own.run.clone()?, own.trial.purpose))));
            own.sweep = Some(state);
        }
        paths.extend(
            subject
                .runs
                .iter()
                .map(|path| (path.clone(), Purpose::Search)),
        );
        if paths.is_empty() {
            return Err(ReportError::Nothing);
        }
        monitor.set_total(2 * SHARE * paths.len() as u64 + SHARE);
        let points = (POINTS / paths.len()).clamp(24, 600);
        let mut seen = BTreeSet::new();
        for (path, purpose) in paths {
            if monitor.is_canceled() {
                return Err(ReportError::Canceled);
            }
            if seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
                match (ReportedRun::read(&path, points), purpose) {
                    (Ok(run), Purpose::Search) => own.runs.push(run),
                    (Ok(run), Purpose::Result) => own.results.push(run),
                    (Err(error), _) => own.unreadable.push((path, error.to_string())),
                }
            }
            monitor.advance(SHARE);
        }
        if let ([], [(_, why), ..]) = (&own.runs[..], &own.unreadable[..]) {
            return Err(ReportError::Unreadable(why.clone()));
        }
        Ok(own)
    }
}

/// How a sweep stands.
fn sweep_state(folder: &Path) -> Result<SweepState, ReportError> {
    let folder = SweepFolder::open(folder)?;
    let runs = runs::list(folder.runs())?;
    Ok(folder.state(&runs)?)
}
