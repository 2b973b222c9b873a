//! How a sweep stands: a fold over its folder and its runs' summaries.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{
    Decision, Objective, Purpose, SweepConfig, SweepError, SweepFolder, SweepId, SweepResult, Trial,
};
use crate::experiments::table::value_of;
use crate::record::Status;
use crate::runs::{Listed, RunId, RunSummary};

/// How a sweep stands.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepState {
    /// Its folder's name.
    pub id: SweepId,
    /// Its folder.
    pub path: PathBuf,
    /// Its question, with all that was added since.
    pub config: SweepConfig,
    /// What settings are chosen by, in order.
    pub objectives: Vec<Objective>,
    /// How it stands.
    pub status: SweepStatus,
    /// Why, where there is something to say.
    pub message: Option<String>,
    /// All trials that were handed out, by number.
    pub trials: Vec<TrialState>,
    /// How many trials it will have, as far as known.
    pub planned: usize,
    /// Seconds left, once something has ended.
    pub seconds_left: Option<f64>,
    /// What came out of it, once the chosen setting is trained on all training data (or where nothing was held out, once the search ended).
    pub result: Option<SweepResult>,
}

/// How a sweep stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepStatus {
    /// Its trials run, here or on a cluster.
    Running,
    /// A person paused it.
    Paused,
    /// A person stopped it.
    Stopped,
    /// The process that launched its runs is gone; it can be resumed.
    Interrupted,
    /// All is done.
    Finished,
    /// It cannot go on.
    Failed,
}

/// How a trial stands.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialState {
    /// What it is.
    pub trial: Trial,
    /// Its run's folder, once there is one.
    pub run: Option<PathBuf>,
    /// How its run stands; queued where there is none yet.
    pub status: Status,
    /// Done share, 0 to 1.
    pub progress: f64,
    /// The measures of the sweep, as measured (not negated), in its order; `None` before the first.
    pub measures: Vec<Option<f64>>,
    /// Passes over the data at which the first of them was best, where it has a best.
    pub best_epoch: Option<f64>,
    /// All test measures by name; of a run of the search nothing should be chosen by them, so there are none.
    pub test: BTreeMap<String, f64>,
    /// Seconds of training.
    pub seconds: f64,
    /// Stopped as a loser, or by hand.
    pub stopped_early: bool,
    /// Why it failed or was stopped.
    pub message: Option<String>,
}

impl TrialState {
    /// True if nothing more comes of it: it finished, failed, or was stopped as a loser.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self.status, Status::Finished | Status::Failed) || self.stopped_early
    }

    /// The values of all measures, if it has finished and all are numbers.
    #[must_use]
    pub fn outcome(&self) -> Option<Vec<f64>> {
        let finished = self.status == Status::Finished && !self.stopped_early;
        finished.then(|| self.numbers()).flatten()
    }

    /// The values of all measures so far, if all are numbers.
    #[must_use]
    pub fn numbers(&self) -> Option<Vec<f64>> {
        let values = self.measures.iter();
        values
            .map(|value| value.filter(|value| value.is_finite()))
            .collect()
    }
}

impl SweepState {
    /// Trials that have ended.
    #[must_use]
    pub fn done(&self) -> usize {
        self.trials.iter().filter(|own| own.has_ended()).count()
    }

    /// The trials of the search.
    pub fn search(&self) -> impl Iterator<Item = &TrialState> {
        let trials = self.trials.iter();
        trials.filter(|own| own.trial.purpose == Purpose::Search)
    }

    /// True if nothing is left to do.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status == SweepStatus::Finished
    }
}

impl SweepFolder {
    /// How it stands, given the runs beside it ([`crate::runs::list`] of [`Self::runs`]).
    ///
    /// # Errors
    /// If its folder cannot be read.
    pub fn state(&self, runs: &[Listed]) -> Result<SweepState, SweepError> {
        self.fold(&self.trials()?, &self.decisions()?, runs)
    }

    /// The same of trials and decisions that were read already.
    pub(in crate::experiments) fn fold(
        &self,
        trials: &[Trial],
        decisions: &[Decision],
        runs: &[Listed],
    ) -> Result<SweepState, SweepError> {
        let config = self.config_with(decisions);
        let objectives = config.objectives()?;
        let own = self.own_runs(runs);
        let ends: BTreeMap<u32, &Decision> = decisions
            .iter()
            .filter_map(|decision| match decision {
                Decision::StopEarly { trial, .. } | Decision::Refuse { trial, .. } => {
                    Some((*trial, decision))
                }
                _ => None,
            })
            .collect();
        let trials: Vec<TrialState> = trials
            .iter()
            .map(|trial| {
                let end = ends.get(&trial.number).copied();
                state_of(trial.clone(), &own, end, &objectives)
            })
            .collect();
        let mut state = SweepState {
            id: self.id().clone(),
            path: self.path().to_owned(),
            config,
            objectives,
            status: SweepStatus::Interrupted,
            message: None,
            trials,
            planned: 0,
            seconds_left: None,
            result: None,
        };
        state.planned = state.count_planned();
        state.result = state.find_result();
        state.seconds_left = state.estimate();
        let said = decisions.iter().rev().find_map(|decision| match decision {
            Decision::Pause => Some(SweepStatus::Paused),
            Decision::Stop => Some(SweepStatus::Stopped),
            Decision::Resume | Decision::Extend(_) => Some(SweepStatus::Running),
            Decision::StopEarly { .. } | Decision::Refuse { .. } | Decision::Rename { .. } => None,
        });
        let begun = |own: &TrialState| own.run.is_some() && own.status.is_active();
        let works = self.is_in_use() || state.trials.iter().any(begun);
        state.status = match said {
            _ if state.is_complete() => SweepStatus::Finished,
            Some(status @ (SweepStatus::Paused | SweepStatus::Stopped)) => status,
            _ if works => SweepStatus::Running,
            _ => SweepStatus::Interrupted,
        };
        if let Some(message) = state.hopeless() {
            state.status = SweepStatus::Failed;
            state.message = Some(message);
        }
        Ok(state)
    }

    /// The runs of this sweep by trial: of several of one trial, the one that is furthest.
    fn own_runs<'a>(&self, runs: &'a [Listed]) -> BTreeMap<u32, (&'a Path, &'a RunSummary)> {
        let mut own: BTreeMap<u32, (&Path, &RunSummary)> = BTreeMap::new();
        for listed in runs {
            let Ok(summary) = &listed.summary else {
                continue;
            };
            let Some(place) = &summary.sweep else {
                continue;
            };
            if place.id != self.id().as_str() {
                continue;
            }
            let is_better = own.get(&place.trial).is_none_or(|(_, other)| {
                (rank(summary.status), &other.id) > (rank(other.status), &summary.id)
            });
            if is_better {
                own.insert(place.trial, (&listed.path, summary));
            }
        }
        own
    }
}

/// How much a run is worth where a trial has several.
fn rank(status: Status) -> u8 {
    match status {
        Status::Finished => 3,
        Status::Queued | Status::Running | Status::Paused => 2,
        Status::Stopped | Status::Interrupted => 1,
        Status::Failed => 0,
    }
}

fn state_of(
    trial: Trial,
    runs: &BTreeMap<u32, (&Path, &RunSummary)>,
    end: Option<&Decision>,
    objectives: &[Objective],
) -> TrialState {
    let found = runs.get(&trial.number);
    let summary = found.map(|(_, summary)| *summary);
    let metric = |name: &str| summary.and_then(|own| own.metrics.get(name));
    let measures = objectives
        .iter()
        .map(|own| metric(&own.name).map(|metric| value_of(metric, &own.scalar)))
        .collect();
    let progress = summary.map_or(0.0, |own| match own.status {
        Status::Finished => 1.0,
        _ if own.total_steps > 0 => (own.step as f64 / own.total_steps as f64).min(1.0),
        _ => 0.0,
    });
    let best_epoch = objectives.first().and_then(|own| {
        let step = metric(&own.name)?.step as f64;
        let summary = summary.filter(|own| own.step > 0)?;
        Some(summary.epoch * step / summary.step as f64)
    });
    let test = match (trial.purpose, summary) {
        (Purpose::Result, Some(summary)) => test_measures(summary),
        _ => BTreeMap::new(),
    };
    let status = match end {
        Some(Decision::Refuse { .. }) => Status::Failed,
        _ => summary.map_or(Status::Queued, |own| own.status),
    };
    let (stopped, reason) = match end {
        Some(Decision::StopEarly { reason, .. }) => (status != Status::Finished, Some(reason)),
        Some(Decision::Refuse { reason, .. }) => (false, Some(reason)),
        _ => (false, None),
    };
    TrialState {
        run: found.map(|(path, _)| (*path).to_owned()),
        status,
        progress,
        measures,
        best_epoch,
        test,
        seconds: summary.map_or(0.0, |own| own.seconds),
        stopped_early: stopped,
        message: reason
            .cloned()
            .or_else(|| summary.and_then(|own| own.message.clone())),
        trial,
    }
}

/// What a run measured on test data.
fn test_measures(summary: &RunSummary) -> BTreeMap<String, f64> {
    let measures = crate::systems::measures_of(&summary.system);
    let metrics = summary.metrics.iter();
    metrics
        .filter(|(name, _)| measures.of(name).basis == crate::record::Basis::Test)
        .map(|(name, metric)| (name.clone(), metric.last))
        .collect()
}

/// The sweeps in a folder of runs, newest first; a folder that cannot be read as one is left out. None if the folder does not exist.
///
/// # Errors
/// If the folder cannot be read.
pub fn list(runs: &Path) -> Result<Vec<SweepFolder>, SweepError> {
    if !runs.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(runs).map_err(SweepError::io("read", runs))? {
        let path = entry.map_err(SweepError::io("read", runs))?.path();
        let hidden = RunId::of_folder(&path).is_none_or(|id| id.as_str().starts_with('.'));
        if hidden || !SweepFolder::is_one(&path) {
            continue;
        }
        match SweepFolder::open(&path) {
            Ok(sweep) => found.push(sweep),
            Err(error) => tracing::warn!("{error}"),
        }
    }
    found.sort_by(|a, b| b.id().cmp(a.id()));
    Ok(found)
}
