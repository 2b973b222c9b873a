//! The runs: those in the folder, and those that work in this window.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use eframe::egui::Context;

use super::run::{Began, Detail, Run, read_details};
use super::watch::{Request, RunsWatch};
use super::{Settings, Speed};
use crate::engine::Engine;
use crate::experiments::sweep::{SweepId, SweepState};
use crate::record::{Event, Status};
use crate::runs::{Labels, Listed, RunId};
use crate::ui::jobs::Job;

/// The end of a run: its id, how it ended, and why.
type RunEnd = (RunId, Status, Option<String>);

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
                Err(error) => {
                    self.problem = Some(format!("The runs folder is not looked at: {error}"));
                }
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
