//! The runs: those in the folder, and those that work in this window.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use eframe::egui::Context;

use super::watch::{Request, RunsWatch};
use super::{Settings, Speed};
use crate::data::Source;
use crate::data::images::ImageNeeds;
use crate::engine::Engine;
use crate::experiments::sweep::{SweepId, SweepState};
use crate::record::{ArtifactKind, Event, Scalar, Status};
use crate::runs::{Labels, Listed, RunFolder, RunId, RunState, RunSummary};
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
    pending: Vec<Event>,
    /// A sweep of this window went on with it: its past is in its folder.
    has_past: bool,
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
    fn follow(&mut self, ctx: &Context) {
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

    fn apply(&mut self, event: &Event, now: Instant) {
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

/// The end of a run: its id, how it ended, and why.
type RunEnd = (RunId, Status, Option<String>);

/// A run that was started or resumed, as it stood then.
#[derive(Debug)]
pub struct Began {
    /// Its folder.
    path: PathBuf,
    /// Its `run.json`.
    pub summary: RunSummary,
    details: Details,
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

/// All runs, newest first.
#[derive(Debug, Default)]
pub struct RunStore {
    runs: Vec<Run>,
    watch: Option<RunsWatch>,
    /// The folder that is looked at.
    folder: PathBuf,
    /// Grows whenever what was listed is no longer right.
    generation: u64,
    /// Generation of the newest question.
    asked: u64,
    /// Generation of the newest answer.
    answered: u64,
    /// A run's folder is moving: nothing is asked before it is where it will be.
    held: bool,
    /// Why the folder cannot be read or written.
    problem: Option<String>,
    /// Folders that could not be read as runs: name and why.
    pub damaged: Vec<(String, String)>,
    /// Run folders that are elsewhere and were opened by hand.
    elsewhere: Vec<PathBuf>,
    /// Events of runs that are not in the list yet.
    early: HashMap<RunId, Vec<Event>>,
    /// The sweeps of the last look, until they are taken.
    sweeps: Option<Vec<SweepState>>,
    /// Ends of runs that nobody was told of yet: one that is not in the list has no name.
    ends: Vec<RunEnd>,
}

/// Events taken in a frame, so that a flood cannot hold the window up.
const EVENTS_PER_FRAME: usize = 20_000;

impl RunStore {
    /// All runs, newest first.
    #[must_use]
    pub fn all(&self) -> &[Run] {
        &self.runs
    }

    /// The run of this id.
    #[must_use]
    pub fn get(&self, id: &RunId) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == *id)
    }

    /// The runs of a sweep, newest first.
    pub fn of_sweep<'a>(&'a self, sweep: &'a SweepId) -> impl Iterator<Item = &'a Run> {
        self.runs.iter().filter(|run| run.is_of(sweep))
    }

    /// The run of this id, to change.
    pub fn get_mut(&mut self, id: &RunId) -> Option<&mut Run> {
        self.runs.iter_mut().find(|run| run.id == *id)
    }

    /// Why the folder cannot be read or written.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// True if the list is what the folder holds.
    #[must_use]
    pub fn is_scanned(&self) -> bool {
        self.answered > 0 && self.answered == self.generation
    }

    /// True if a thread of this window works.
    #[must_use]
    pub fn any_active(&self) -> bool {
        self.runs.iter().any(|run| run.active)
    }

    /// Looks at the folder again at once.
    pub fn rescan(&mut self) {
        self.generation += 1;
        self.held = false;
    }

    /// Takes runs out of the list, whose folders are about to move away; [`Self::rescan`] follows once they have.
    pub fn forget(&mut self, ids: &[RunId]) {
        self.runs.retain(|run| !ids.contains(&run.id));
        self.generation += 1;
        self.held = true;
    }

    /// Lists a folder that is somewhere else, too.
    pub fn add_elsewhere(&mut self, path: PathBuf) {
        if !self.elsewhere.contains(&path) {
            self.elsewhere.push(path);
        }
        self.rescan();
    }

    /// Takes in what the folder's readers found, and starts them again when it is time.
    pub fn poll(&mut self, ctx: &Context, folder: &Path, settings: &Settings) {
        if self.folder != folder {
            folder.clone_into(&mut self.folder);
            self.rescan();
        }
        self.look(ctx);
        match self.watch.as_ref().map(RunsWatch::newest) {
            Some(Ok(Some((generation, found)))) if generation == self.generation => {
                self.answered = generation;
                match found {
                    Ok(scan) => {
                        self.problem = scan.unwritable;
                        self.sweeps = Some(scan.sweeps);
                        self.take_list(scan.listed, settings);
                        self.damaged.extend(scan.damaged);
                    }
                    Err(error) => self.problem = Some(error.to_string()),
                }
            }
            Some(Err(gone)) => self.problem = Some(gone.to_string()),
            _ => (),
        }
        for run in &mut self.runs {
            run.follow(ctx);
            if let Detail::Reading(job) = &run.detail
                && let Some(result) = job.poll()
            {
                if run.active && std::mem::take(&mut run.has_past) {
                    // What was read has them.
                    run.pending.clear();
                }
                run.detail = match result.map_err(|panicked| panicked.to_string()) {
                    Ok(Ok(details)) => Detail::Read(Box::new(details)),
                    Ok(Err(why)) | Err(why) => Detail::Failed(why),
                };
                let now = Instant::now();
                for event in std::mem::take(&mut run.pending) {
                    run.apply(&event, now);
                }
            }
        }
    }

    /// The sweeps in the folder, if it was looked at since the last call.
    pub fn take_sweeps(&mut self) -> Option<Vec<SweepState>> {
        self.sweeps.take()
    }

    /// Has the folder listed if what is known of it is old.
    fn look(&mut self, ctx: &Context) {
        if self.held || self.asked == self.generation {
            return;
        }
        if self.watch.is_none() {
            match RunsWatch::spawn(ctx) {
                Ok(watch) => self.watch = Some(watch),
                Err(error) => self.problem = Some(format!("Cannot start a thread: {error}")),
            }
        }
        let request = Request {
            generation: self.generation,
            folder: self.folder.clone(),
            elsewhere: self.elsewhere.clone(),
        };
        if self.watch.as_ref().is_some_and(|watch| watch.ask(request)) {
            self.asked = self.generation;
        }
    }

    fn take_list(&mut self, listed: Vec<(Listed, bool)>, settings: &Settings) {
        let mut known: HashMap<RunId, Run> = self
            .runs
            .drain(..)
            .map(|run| (run.id.clone(), run))
            .collect();
        self.damaged.clear();
        for (entry, cut_short) in listed {
            let (labels, labels_problem) = match entry.labels {
                Ok(labels) => (labels, None),
                Err(error) => (Labels::default(), Some(error.to_string())),
            };
            let summary = match entry.summary {
                Ok(summary) => summary,
                Err(error) => {
                    self.damaged.push((entry.id.to_string(), error.to_string()));
                    known.remove(&entry.id);
                    continue;
                }
            };
            let mut run = known.remove(&entry.id).unwrap_or_else(|| {
                // One that a sweep of this window has started: nobody else told of it.
                let early = self.early.remove(&entry.id);
                Run {
                    color: settings.color_of(&entry.id),
                    cut_short,
                    id: entry.id,
                    path: entry.path.clone(),
                    summary: summary.clone(),
                    labels: Labels::default(),
                    labels_problem: None,
                    detail: Detail::Unread,
                    speed: Speed::default(),
                    active: early.is_some(),
                    pending: early.unwrap_or_default(),
                    has_past: false,
                }
            });
            (run.labels, run.labels_problem) = (labels, labels_problem);
            if run.active {
                // No event says where it trains.
                run.summary.device = summary.device;
            } else {
                run.cut_short = cut_short;
                run.path = entry.path;
                // Another process went on with it: what was read is old.
                let changed =
                    run.summary.step != summary.step || run.summary.status != summary.status;
                if changed && matches!(run.detail, Detail::Read(_) | Detail::Failed(_)) {
                    run.detail = Detail::Unread;
                }
                run.summary = summary;
            }
            self.runs.push(run);
        }
        // A run of this window whose folder is gone still has its state in memory.
        self.runs
            .extend(known.into_values().filter(|run| run.active));
        self.runs.sort_by(|a, b| b.id.cmp(&a.id));
    }

    /// Has the details of a run read, if they are not there.
    pub fn want_details(&mut self, ctx: &Context, id: &RunId) {
        if let Some(run) = self.get_mut(id)
            // Of a run that works here every event comes over the channel; reading them too would count them twice.
            && !run.active
            && matches!(run.detail, Detail::Unread)
        {
            let path = run.path.clone();
            if let Ok(job) = Job::spawn("read run", ctx, move |_| read_details(&path)) {
                run.detail = Detail::Reading(job);
            }
        }
    }

    /// Puts a run in the list that this window has just started or resumed.
    pub fn begin(&mut self, began: Began, settings: &Settings) {
        let Began {
            path,
            summary,
            details,
        } = began;
        let id = &summary.id.clone();
        let mut pending = self.early.remove(id).unwrap_or_default();
        if let Some(run) = self.get_mut(id) {
            pending.append(&mut run.pending);
        }
        let before = self.get_mut(id).map(|run| std::mem::take(&mut run.labels));
        self.runs.retain(|run| run.id != *id);
        let mut run = Run {
            id: id.clone(),
            path,
            summary,
            labels: before.unwrap_or_default(),
            labels_problem: None,
            color: settings.color_of(id),
            cut_short: false,
            detail: Detail::Read(Box::new(details)),
            speed: Speed::default(),
            active: true,
            pending: Vec::new(),
            has_past: false,
        };
        let now = Instant::now();
        for event in pending {
            run.apply(&event, now);
        }
        let place = self.runs.partition_point(|other| other.id > run.id);
        self.runs.insert(place, run);
    }

    /// Takes in what the engine says. Returns the runs of the list that ended.
    pub fn drain(&mut self, engine: &Engine) -> Vec<RunEnd> {
        let now = Instant::now();
        let mut unknown = false;
        for (id, event) in engine.events().try_iter().take(EVENTS_PER_FRAME) {
            if let Event::Status {
                status, message, ..
            } = &event
                && !status.is_active()
            {
                self.ends.push((id.clone(), *status, message.clone()));
            }
            if let Some(run) = self.get_mut(&id) {
                run.apply(&event, now);
                let started = matches!(
                    event,
                    Event::Status {
                        status: Status::Running,
                        ..
                    }
                );
                if started && run.summary.device.is_empty() {
                    // `run.json` has it by now.
                    self.rescan();
                }
            } else {
                unknown |= !self.early.contains_key(&id);
                self.early.entry(id).or_default().push(event);
            }
        }
        let mut left = false;
        for run in &mut self.runs {
            let active = engine.is_active(&run.id);
            // From now on its `run.json` counts.
            left |= run.active && !active;
            if run.active && !active && run.summary.sweep.is_some() {
                // A sweep has many: those that are looked at are read again.
                (run.detail, run.pending) = (Detail::Unread, Vec::new());
            } else if active && !run.active && run.summary.step > 0 {
                (run.detail, run.has_past) = (Detail::Unread, true);
            }
            run.active = active;
            if run.active
                && let Some(path) = engine.folder(&run.id)
            {
                run.path = path;
            }
        }
        if left || unknown {
            self.rescan();
        }
        let ends = std::mem::take(&mut self.ends);
        let (told, later) = ends
            .into_iter()
            .partition(|(id, ..)| self.get(id).is_some());
        self.ends = later;
        told
    }
}

/// Reads what stands in a folder before the first event.
fn read_start(path: &Path) -> Result<Details, String> {
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
