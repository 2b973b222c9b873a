//! Sweeps in the window: starting them, and what can be done with them.

mod adding;
mod cluster;
mod cluster_dialog;
mod deleting;
mod form;
mod on_cluster;
mod panel;
mod question;
mod refine;

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::Context;

use super::AtelierApp;
use super::actions::Action;
use super::side_panels::SidePanel;
use super::tasks::Task;
use crate::engine::{DeviceChoice, Engine};
use crate::experiments::local::{LocalOptions, LocalSweep, SweepCommand};
use crate::experiments::sweep::{SweepConfig, SweepFolder, SweepId, SweepStatus};
use crate::runs::RunConfig;
use crate::ui::commands::Command;
use crate::ui::layout::{self, Pane};
use crate::ui::panes::explore::RunSet;
use crate::ui::state::{Selection, Sweep};
use crate::ui::toasts::Tone;
pub(super) use adding::Adding;
pub(super) use cluster::{ClusterState, SubmittedSweep};
pub(super) use question::Question;

/// Something that can be done with a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SweepDo {
    /// No new run begins; those that train wait.
    Pause,
    /// Go on.
    Resume,
    /// Stop its runs after a checkpoint.
    Stop,
    /// Set its runs against each other.
    Explore,
    /// Try more values, settings or seeds.
    AddValues,
    /// Keep the best setting as a preset of the person's own.
    Promote,
    /// Fill the form with a finer sweep around the best setting.
    Refine,
    /// Fill the form with the best setting.
    StartFrom,
    /// Fill the form with the same question.
    Duplicate,
    /// Give it another name.
    Rename,
    /// Show its folder.
    Reveal,
    /// Move it and its runs to the trash.
    Delete,
}

/// A sweep that was started or resumed.
pub(super) struct BegunSweep {
    work: LocalSweep,
}

impl SweepDo {
    /// All, in the order of menus.
    pub(crate) const ALL: [Self; 12] = [
        Self::Pause,
        Self::Resume,
        Self::Stop,
        Self::AddValues,
        Self::Explore,
        Self::Refine,
        Self::StartFrom,
        Self::Promote,
        Self::Duplicate,
        Self::Rename,
        Self::Reveal,
        Self::Delete,
    ];

    /// Its name in menus.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pause => "Pause",
            Self::Resume => "Resume",
            Self::Stop => "Stop",
            Self::AddValues => "Add values…",
            Self::Promote => "Promote to preset…",
            Self::Explore => "Open in Explore",
            Self::Refine => "Refine around the best",
            Self::StartFrom => "Start from the best",
            Self::Duplicate => "Duplicate settings",
            Self::Rename => "Rename…",
            Self::Reveal => "Open folder",
            Self::Delete => "Delete with its runs",
        }
    }

    /// One sentence for tooltips.
    #[must_use]
    pub(crate) fn help(self) -> &'static str {
        match self {
            Self::Pause => "No new run begins; those that train write a checkpoint and wait",
            Self::Resume => "Go on where it stands; no finished run is repeated",
            Self::Stop => "Its runs write a checkpoint and end; it can be resumed",
            Self::AddValues => "Try more values or seeds; no run that is done is repeated",
            Self::Promote => "Keep the best setting in the menu of presets",
            Self::Explore => "Set its parameters and measures against each other",
            Self::Refine => "Fill the form with a new sweep of finer steps around the best setting",
            Self::StartFrom => "Fill the form with the best setting, as one run",
            Self::Duplicate => "Fill the form with the same sweep",
            Self::Rename => "Give the sweep another name",
            Self::Reveal => "Show the files of the sweep",
            Self::Delete => "Move the sweep and its runs to the trash; can be undone",
        }
    }

    /// True if it can be done now.
    #[must_use]
    pub(crate) fn is_enabled(self, sweep: &Sweep) -> bool {
        let status = sweep.state.status;
        if sweep.cluster.is_some() && !sweep.active {
            let works = sweep.is_on_cluster();
            match self {
                Self::Resume => {
                    return status != SweepStatus::Finished && (!works || sweep.has_to_submit());
                }
                Self::Stop => return works,
                Self::Delete if works => return false,
                _ => {}
            }
        }
        match self {
            Self::Pause => sweep.active && status == SweepStatus::Running,
            Self::Resume => match status {
                SweepStatus::Paused => true,
                SweepStatus::Stopped | SweepStatus::Interrupted | SweepStatus::Failed => {
                    !sweep.active
                }
                SweepStatus::Running | SweepStatus::Finished => false,
            },
            Self::Stop => {
                sweep.active && matches!(status, SweepStatus::Running | SweepStatus::Paused)
            }
            Self::Refine | Self::StartFrom | Self::Promote => sweep.best().is_some(),
            Self::Delete => !sweep.active && status != SweepStatus::Running,
            Self::AddValues => sweep.active || status != SweepStatus::Running,
            Self::Explore | Self::Duplicate | Self::Rename | Self::Reveal => true,
        }
    }
}

impl AtelierApp {
    /// Does something with a sweep.
    pub(super) fn do_with_sweep(&mut self, ctx: &Context, id: &SweepId, what: SweepDo) {
        let Some(sweep) = self.sweeps.get(id).filter(|sweep| what.is_enabled(sweep)) else {
            return;
        };
        let (path, active) = (sweep.state.path.clone(), sweep.active);
        match what {
            SweepDo::Pause => self.tell_sweep(id, SweepCommand::Pause),
            SweepDo::Resume if active => self.tell_sweep(id, SweepCommand::Resume),
            SweepDo::Resume => self.resume_sweep(ctx, path),
            SweepDo::Stop if !active => self.cancel_on_cluster(ctx, path),
            SweepDo::Stop => self.tell_sweep(id, SweepCommand::Stop),
            SweepDo::Explore => {
                let set = RunSet::Sweep(id.as_str().to_owned());
                self.actions.push(Action::Explore(set));
            }
            SweepDo::AddValues => self.ask_for_values(id),
            SweepDo::Promote => self.promote(id),
            SweepDo::Refine => {
                if let Some(best) = sweep.best() {
                    let finer = refine::around(&sweep.state.config, &best.setting);
                    self.fill_sweep(&finer, &PathBuf::new());
                }
            }
            SweepDo::StartFrom => self.start_from_best(id),
            SweepDo::Duplicate => {
                let config = sweep.state.config.clone();
                self.fill_sweep(&config, &PathBuf::new());
            }
            SweepDo::Rename => {
                let title = sweep.title().to_owned();
                self.select(Selection::Sweep(id.clone()));
                self.renaming_sweep = Some((id.clone(), title));
            }
            SweepDo::Reveal => self.show_in_folder(ctx, path),
            SweepDo::Delete => self.delete_sweep(ctx, id),
        }
    }

    /// What a command means for the selected sweep; false if it is about something else.
    pub(super) fn command_for_sweep(&mut self, ctx: &Context, command: Command) -> bool {
        let Some(id) = self.settings.selection.sweep().cloned() else {
            return false;
        };
        let Some(sweep) = self.sweeps.get(&id) else {
            return false;
        };
        let what = match command {
            // While its runs still stop, it cannot go on yet.
            Command::Start if sweep.state.status != SweepStatus::Finished => SweepDo::Resume,
            Command::Start | Command::DuplicateSettings => SweepDo::Duplicate,
            Command::Pause => SweepDo::Pause,
            Command::Stop => SweepDo::Stop,
            Command::RenameRun => SweepDo::Rename,
            Command::RevealRun => SweepDo::Reveal,
            Command::DeleteRun => SweepDo::Delete,
            _ => return false,
        };
        self.do_with_sweep(ctx, &id, what);
        true
    }

    fn tell_sweep(&mut self, id: &SweepId, command: SweepCommand) {
        if !self.sweeps.send(id, command) {
            let text = "The sweep is busy or has just ended; try again in a moment";
            self.toasts.push(Tone::Error, text);
        }
    }

    /// Starts the sweep that the form stands for.
    pub(super) fn spawn_sweep(&mut self, ctx: &Context, config: SweepConfig) {
        let (runs, engine) = (self.places.runs.clone(), Arc::clone(&self.engine));
        let device = self.settings.device;
        self.spawn(ctx, "start sweep", move || {
            let begin = || -> Result<Box<BegunSweep>, String> {
                // The form has said what a person should know of it.
                let (folder, _) = SweepFolder::create(&runs, &config, &PathBuf::new())
                    .map_err(|error| error.to_string())?;
                begin(engine, folder, device)
            };
            Task::SweepBegan(begin())
        });
    }

    fn resume_sweep(&mut self, ctx: &Context, path: PathBuf) {
        let (engine, device) = (Arc::clone(&self.engine), self.settings.device);
        self.spawn(ctx, "resume sweep", move || {
            let folder = match SweepFolder::open(&path) {
                Ok(folder) => folder,
                Err(error) => return Task::SweepBegan(Err(error.to_string())),
            };
            // What tasks of a cluster began, they go on with.
            if cluster::was_submitted(&path) {
                return cluster::last_order(path);
            }
            Task::SweepBegan(begin(engine, folder, device))
        });
    }

    /// A sweep that was just started or resumed comes to the front.
    pub(super) fn sweep_began(&mut self, begun: BegunSweep) {
        let id = begun.work.folder().id().clone();
        self.sweeps.begin(begun.work);
        self.select(Selection::Sweep(id));
        self.runs.rescan();
    }

    /// Takes in how the sweeps stand.
    pub(super) fn poll_sweeps(&mut self) {
        if let Some(states) = self.runs.take_sweeps() {
            self.sweeps.take_list(states);
            self.show_submitted();
        }
        if let Some(statuses) = self.cluster.statuses() {
            self.sweeps.take_clusters(statuses);
        }
        for id in self.sweeps.poll() {
            self.runs.rescan();
            let Some(sweep) = self.sweeps.get(&id) else {
                continue;
            };
            let title = sweep.title().to_owned();
            match sweep.state.status {
                SweepStatus::Finished => {
                    let text = format!("{title} finished");
                    self.toasts.push(Tone::Success, text);
                }
                SweepStatus::Failed => {
                    let why = sweep.state.message.clone().unwrap_or_default();
                    let text = format!("{title} failed: {why}");
                    self.toasts.push(Tone::Error, text);
                }
                _ => (),
            }
        }
        if self.runs.is_scanned()
            && let Selection::Sweep(id) = &self.settings.selection
            && self.sweeps.get(id).is_none()
        {
            self.settings.selection = Selection::Draft;
        }
    }

    /// Fills the form from a sweep and shows it.
    pub(super) fn fill_sweep(&mut self, config: &SweepConfig, base: &std::path::Path) {
        match self.settings.draft.fill_sweep(config, base) {
            Ok(()) => {
                self.select(Selection::Draft);
                self.set_open(SidePanel::Parameters, true);
            }
            Err(error) => self.toasts.push(Tone::Error, error.to_string()),
        }
    }

    /// Fills the form with the best setting, as one run.
    fn start_from_best(&mut self, id: &SweepId) {
        let Some(sweep) = self.sweeps.get(id) else {
            return;
        };
        let Some(best) = sweep.best() else {
            return;
        };
        let mut config: RunConfig = sweep.state.config.base.clone();
        let mut set = || -> Result<(), crate::systems::ConfigError> {
            for (key, value) in &best.setting {
                match key.strip_prefix("data.") {
                    Some(own) => config.data.set(own, value)?,
                    None => {
                        config.parameters.insert(key.clone(), value.clone());
                    }
                }
            }
            Ok(())
        };
        match set() {
            Ok(()) => {
                self.fill(&config, &PathBuf::new());
                self.set_open(SidePanel::Parameters, true);
            }
            Err(error) => self.toasts.push(Tone::Error, error.to_string()),
        }
    }

    /// Brings up what shows the selected sweep.
    pub(super) fn watch_sweep(&mut self) {
        layout::show(&mut self.settings.layout, Pane::Explore);
    }
}

fn begin(
    engine: Arc<Engine>,
    folder: SweepFolder,
    device: DeviceChoice,
) -> Result<Box<BegunSweep>, String> {
    let options = LocalOptions {
        device,
        parallel: None,
    };
    let work = LocalSweep::start(engine, folder, options).map_err(|error| error.to_string())?;
    Ok(Box::new(BegunSweep { work }))
}
