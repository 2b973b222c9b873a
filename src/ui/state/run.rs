//! A run of the list, and what is read of its folder.

use std::path::{Path, PathBuf};
use std::time::Instant;

use eframe::egui::Context;

use super::Speed;
use crate::data::Source;
use crate::data::images::ImageNeeds;
use crate::experiments::sweep::SweepId;
use crate::record::{ArtifactKind, Event, Scalar, Status};
use crate::runs::{Labels, RunFolder, RunId, RunState, RunSummary};
use crate::systems::{self, AnySystem, ConfigMap};
use crate::ui::jobs::Job;

/// A run in the list.
#[derive(Debug)]
pub struct Run {
    /// Its folder's name.
    pub id: RunId,
    /// Its folder.
    pub path: PathBuf,
    /// Its `run.json`; of a run of this window, kept up with its events.
    pub summary: RunSummary,
    /// What a person wrote beside it.
    pub labels: Labels,
    /// Why that cannot be read.
    pub labels_problem: Option<String>,
    /// Number of its color, given when its curves are first shown.
    pub color: usize,
    /// It is finished, and its event log does not say so: the file lost its end.
    pub cut_short: bool,
    /// The part that only matters when it is looked at.
    pub detail: Detail,
    /// How fast it goes, if it works in this window.
    pub speed: Speed,
    /// True if a thread of this window works on it.
    pub active: bool,
    /// Events that arrived while its past was still being read.
    pub(super) pending: Vec<Event>,
    /// A sweep of this window went on with it: its past is in its folder.
    pub(super) has_past: bool,
}

/// A run's events and config.
#[derive(Debug, Default)]
pub enum Detail {
    /// Not asked for yet.
    #[default]
    Unread,
    /// Being read.
    Reading(Job<Result<Details, String>>),
    /// There.
    Read(Box<Details>),
    /// Cannot be read, and why.
    Failed(String),
}

/// Contents of a run's folder besides the summary.
#[derive(Debug, Clone)]
pub struct Details {
    /// The fold over its events.
    pub state: RunState,
    /// Its parameters.
    pub parameters: ConfigMap,
    /// Its data, with absolute paths.
    pub data: Source,
    /// Its system's requirements on images.
    pub needs: ImageNeeds,
    /// A sentence about what could not be read.
    pub notice: Option<String>,
}

impl Run {
    /// Its details, if they are there.
    #[must_use]
    pub fn details(&self) -> Option<&Details> {
        match &self.detail {
            Detail::Read(details) => Some(details),
            _ => None,
        }
    }

    /// How it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.summary.status
    }

    /// Its name.
    #[must_use]
    pub fn title(&self) -> &str {
        if self.summary.name.is_empty() {
            self.id.short()
        } else {
            &self.summary.name
        }
    }

    /// True if it is a trial of this sweep.
    #[must_use]
    pub fn is_of(&self, sweep: &SweepId) -> bool {
        let place = self.summary.sweep.as_ref();
        place.is_some_and(|place| place.id == sweep.as_str())
    }

    /// Its system, if this version knows it.
    #[must_use]
    pub fn system(&self) -> Option<&'static dyn AnySystem> {
        systems::find(&self.summary.system)
    }

    /// True if it translates pictures: its system does, or, of a system that this version does not know, its results say so.
    #[must_use]
    pub fn translates(&self) -> bool {
        match self.system() {
            Some(system) => system.translates_pictures(),
            None => self.details().is_some_and(|details| {
                let mut snapshots = details.state.snapshots.iter();
                snapshots.any(|snapshot| snapshot.kind == ArtifactKind::TRANSLATIONS)
            }),
        }
    }

    /// The newest value of the measure that tells how good the run is, with its meaning.
    #[must_use]
    pub fn main_measure(&self) -> Option<(Scalar, f64)> {
        let measures = systems::measures_of(&self.summary.system);
        let (name, scalar) = measures.main(|name| self.newest(name).is_some())?;
        Some((scalar, self.newest(name)?))
    }

    /// The newest value of a measure.
    #[must_use]
    pub fn newest(&self, name: &str) -> Option<f64> {
        let live = || self.details()?.state.series.get(name)?.last();
        live().or_else(|| Some(self.summary.metrics.get(name)?.last))
    }

    /// Done share, if the end is known.
    #[must_use]
    pub fn progress(&self) -> Option<f32> {
        let total = self.summary.total_steps;
        (total > 0).then(|| (self.summary.step as f32 / total as f32).min(1.0))
    }

    /// Has read what a run that a sweep of this window works on had before its first event.
    pub(super) fn follow(&mut self, ctx: &Context) {
        if !self.active || !matches!(self.detail, Detail::Unread) {
            return;
        }
        let (path, has_past) = (self.path.clone(), self.has_past);
        let job = Job::spawn("follow run", ctx, move |_| {
            if has_past {
                read_details(&path)
            } else {
                read_start(&path)
            }
        });
        if let Ok(job) = job {
            self.detail = Detail::Reading(job);
        }
    }

    pub(super) fn apply(&mut self, event: &Event, now: Instant) {
        if let Event::Status {
            status, message, ..
        } = event
        {
            self.summary.status = *status;
            self.summary.message.clone_from(message);
            if *status != Status::Running {
                self.speed.clear();
            }
        }
        if let Detail::Read(details) = &mut self.detail {
            details.state.apply(event);
            let state = &details.state;
            self.summary.step = state.step;
            self.summary.total_steps = state.total_steps;
            self.summary.epoch = state.epoch;
            self.summary.seconds = state.seconds;
            if self.summary.status == Status::Running {
                self.speed.observe(now, state.step);
            }
        } else {
            self.pending.push(event.clone());
        }
    }
}

/// A run that was started or resumed, as it stood then.
#[derive(Debug)]
pub struct Began {
    /// Its folder.
    pub(super) path: PathBuf,
    /// Its `run.json`.
    pub summary: RunSummary,
    pub(super) details: Details,
}

impl Began {
    /// Reads the summary; slow.
    ///
    /// # Errors
    /// A sentence, if the folder cannot be read though the run was just started.
    pub fn read(path: PathBuf, details: Details) -> Result<Self, String> {
        let summary = RunFolder::open(&path)
            .and_then(|folder| folder.summary())
            .map_err(|error| error.to_string())?;
        Ok(Self {
            path,
            summary,
            details,
        })
    }
}

/// Reads what stands in a folder before the first event.
pub(super) fn read_start(path: &Path) -> Result<Details, String> {
    let folder = RunFolder::open(path).map_err(|error| error.to_string())?;
    details(&folder, RunState::default(), None)
}

/// Reads everything a folder holds besides the summary.
///
/// # Errors
/// A sentence for the pane that asked.
pub(crate) fn read_details(path: &Path) -> Result<Details, String> {
    let folder = RunFolder::open(path).map_err(|error| error.to_string())?;
    let replay = folder.replay().map_err(|error| error.to_string())?;
    let finished = folder
        .summary()
        .is_ok_and(|summary| summary.status == Status::Finished);
    let notice = match replay.first_bad {
        Some((line, problem)) => Some(format!(
            "events.jsonl:{line}: {problem} ({} unreadable lines were left out)",
            replay.bad_lines
        )),
        None if finished && replay.state.status != Some(Status::Finished) => Some(format!(
            "The run is finished, but its event log ends at step {}: curves and log are incomplete.",
            replay.state.step
        )),
        None => None,
    };
    details(&folder, replay.state, notice)
}

fn details(folder: &RunFolder, state: RunState, notice: Option<String>) -> Result<Details, String> {
    let config = folder.config().map_err(|error| error.to_string())?;
    let parameters = systems::find(&config.system)
        .and_then(|system| config.resolve(system).ok())
        .unwrap_or_else(|| config.parameters.clone());
    let data = config
        .data
        .absolute(folder.path())
        .map_err(|error| error.to_string())?;
    let needs = systems::find(&config.system)
        .map(|system| system.image_needs(&parameters))
        .unwrap_or_default();
    Ok(Details {
        state,
        parameters,
        data,
        needs,
        notice,
    })
}
