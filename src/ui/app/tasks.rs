//! Slow work that the window asked for, and what is done with its results.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::Context;

use super::AtelierApp;
use super::actions::Action;
use super::side_panels::SidePanel;
use crate::data::{DataKind, Dataset, Monitor};
use crate::engine::{self, DeviceChoice, RunRequest};
use crate::experiments::sweep::SweepConfig;
use crate::runs::{self, RunConfig, RunFolder, RunId, RunState};
use crate::systems::AnySystem;
use crate::ui::jobs::Job;
use crate::ui::state::{
    Began, Detail, Details, Found, OwnPresets, Samples, find_samples, find_street, offer_runs,
    read_details,
};
use crate::ui::toasts::Tone;

/// The outcome of a task.
pub(super) enum Task {
    /// The samples of the first start, and how many runs were added.
    Samples(Result<(Samples, Found), String>, Result<usize, String>),
    /// A file of data was looked at.
    Found(Found),
    /// A run folder was opened.
    RunFolder(PathBuf),
    /// Files and folders that do not belong together were opened.
    OneByOne(Vec<PathBuf>),
    /// The sample streets are there.
    Street(Result<Found, String>),
    /// A run was started or resumed.
    Began(Result<Box<Began>, String>),
    /// The presets of the person's own were read.
    Presets(OwnPresets),
    /// A sweep was started or resumed.
    SweepBegan(Result<Box<super::sweeps::BegunSweep>, String>),
    /// A sweep was submitted to a cluster.
    SweepSubmitted(Result<super::sweeps::SubmittedSweep, String>),
    /// What a sweep was last ordered with from a cluster.
    SweepOrder(
        PathBuf,
        Result<Box<crate::experiments::slurm::Order>, String>,
    ),
    /// A config file was read, with the sweep that it asks for.
    Config(PathBuf, Result<Box<ConfigFile>, String>),
    /// Runs were moved to the trash.
    Deleted(super::deleting::Deleted),
    /// A file or folder was written, with a word for that before its path.
    Saved(&'static str, Result<PathBuf, String>),
    /// Something was done; a sentence for a toast.
    Notified(Result<String, String>),
    /// The data of a run was found at another place.
    FoundData(RunId, Result<PathBuf, String>),
    /// The list of runs changed.
    Changed(Result<(), String>),
    /// A dialog of the system closed.
    Picked(super::files::Picked),
}

/// What a config file asks for.
pub(super) enum ConfigFile {
    /// One run.
    Run(RunConfig),
    /// Many: it has a table `[sweep]`.
    Sweep(SweepConfig),
}

impl AtelierApp {
    pub(super) fn spawn(
        &mut self,
        ctx: &Context,
        name: &str,
        work: impl FnOnce() -> Task + Send + 'static,
    ) {
        match Job::spawn(name, ctx, move |_| work()) {
            Ok(job) => self.tasks.push(job),
            Err(error) => self
                .toasts
                .push(Tone::Error, format!("Cannot {name}: {error}")),
        }
    }

    pub(super) fn finish_tasks(&mut self, ctx: &Context) {
        let mut index = 0;
        while index < self.tasks.len() {
            let Some(outcome) = self.tasks[index].poll() else {
                index += 1;
                continue;
            };
            drop(self.tasks.remove(index));
            match outcome {
                Ok(task) => self.finish(ctx, task),
                Err(panicked) => self.toasts.push(Tone::Error, panicked.to_string()),
            }
        }
    }

    fn finish(&mut self, ctx: &Context, task: Task) {
        match task {
            Task::Samples(samples, runs) => self.take_samples(samples, runs),
            Task::Found(found) | Task::Street(Ok(found)) => self.take_data(&found),
            Task::RunFolder(path) => self.open_run(path),
            Task::OneByOne(paths) => {
                let open = paths.into_iter().map(Action::Open);
                self.actions.extend(open);
            }
            Task::Began(Ok(began)) => self.began(*began),
            Task::Presets(presets) => self.own_presets = presets,
            Task::SweepBegan(Ok(begun)) => self.sweep_began(*begun),
            Task::SweepSubmitted(submitted) => self.sweep_submitted(submitted),
            Task::SweepOrder(path, last) => self.ask_again(path, last.map(|own| *own)),
            Task::Began(Err(why)) | Task::SweepBegan(Err(why)) => {
                self.set_open(SidePanel::Parameters, true);
                self.start_problem = Some(why);
            }
            Task::Config(path, Ok(config)) => {
                let base = path.parent().unwrap_or(Path::new("")).to_path_buf();
                match *config {
                    ConfigFile::Run(config) => {
                        self.fill(&config, &base);
                        if std::mem::take(&mut self.starts_opened) {
                            self.actions
                                .push(Action::Command(crate::ui::commands::Command::Start));
                        }
                    }
                    ConfigFile::Sweep(config) => self.fill_sweep(&config, &base),
                }
                self.settings.opened(crate::ui::state::Recent::Config(path));
            }
            Task::Deleted(deleted) => self.take_deleted(ctx, deleted),
            Task::FoundData(run, Ok(path)) => {
                if let Some(run) = self.runs.get_mut(&run) {
                    // Its config was changed.
                    run.detail = Detail::Unread;
                }
                let text = format!(
                    "The data is the run's; its config names {} now",
                    path.display()
                );
                self.toasts.push(Tone::Success, text);
            }
            Task::FoundData(_, Err(why)) => self.toasts.push(Tone::Error, why),
            Task::Saved(word, Ok(path)) => self.notify_saved(word, path),
            Task::Notified(Ok(text)) => self.toasts.push(Tone::Success, text),
            Task::Changed(Ok(())) => self.runs.rescan(),
            Task::Config(_, Err(why))
            | Task::Street(Err(why))
            | Task::Saved(_, Err(why))
            | Task::Notified(Err(why))
            | Task::Changed(Err(why)) => {
                self.toasts.push(Tone::Error, why);
                self.runs.rescan();
            }
            Task::Picked(picked) => {
                self.picking = false;
                self.take_picked(ctx, picked);
            }
        }
    }

    /// Has a run learn from its data at another place, if it is the same.
    pub(super) fn find_data(&mut self, ctx: &Context, id: RunId, new: PathBuf) {
        let Some(folder) = self.runs.get(&id).map(|run| run.path.clone()) else {
            return;
        };
        self.spawn(ctx, "find data", move || {
            let found = RunFolder::open(&folder)
                .map_err(|error| error.to_string())
                .and_then(|folder| {
                    engine::relocate(&folder, &new, &Monitor::default())
                        .map_err(|error| error.to_string())
                });
            Task::FoundData(id, found.map(|data| data.fingerprint().path.clone()))
        });
    }

    /// Says where something was written, with a way there.
    pub(super) fn notify_saved(&mut self, word: &str, path: PathBuf) {
        // Its folder is the one that was chosen a moment ago; the whole path does not fit.
        let name = path.file_name().unwrap_or(path.as_os_str());
        let text = format!("{word} {}", name.to_string_lossy());
        let follow = Action::ShowInFolder(path);
        self.toasts
            .push_with(Tone::Success, text, "Show in folder", follow);
    }

    /// Says that a file was saved, with a way to it; a page for a browser can be opened too.
    pub(super) fn notify_written(&mut self, path: PathBuf) {
        if path.extension().is_none_or(|end| end != "html") {
            self.notify_saved("Saved", path);
            return;
        }
        let name = path.file_name().unwrap_or(path.as_os_str());
        let text = format!("Report saved as {}", name.to_string_lossy());
        let actions = vec![
            ("Open", Action::OpenOutside(path.clone())),
            ("Show in folder", Action::ShowInFolder(path)),
        ];
        self.toasts.push_with_several(Tone::Success, text, actions);
    }

    /// Looks for the sample data, and offers the sample runs at the first start.
    pub(super) fn prepare_samples(&mut self, ctx: &Context) {
        let places = self.places.clone();
        let greeted = self.settings.greeted;
        self.spawn(ctx, "prepare samples", move || {
            let samples = find_samples(&places).map(|samples| {
                let found = Found::look(&samples.ratings);
                (samples, found)
            });
            let runs = if greeted {
                Ok(0)
            } else {
                offer_runs(&places, &places.runs)
            };
            Task::Samples(samples, runs)
        });
    }

    /// Takes the sample streets, drawn if they did not come with the program.
    pub(super) fn use_street(&mut self, ctx: &Context) {
        let places = self.places.clone();
        self.spawn(ctx, "find sample streets", move || {
            Task::Street(find_street(&places).map(|folder| Found::look(&folder)))
        });
    }

    fn take_samples(
        &mut self,
        samples: Result<(Samples, Found), String>,
        runs: Result<usize, String>,
    ) {
        match samples {
            Ok((samples, found)) => {
                // The first start has something to show at once, unless something was opened meanwhile.
                let draft = &mut self.settings.draft;
                let is_empty = |kind| draft.data.path(kind).is_none();
                if is_empty(DataKind::Ratings)
                    && is_empty(DataKind::Matrix)
                    && draft.kind() != DataKind::Images
                    && !self.settings.greeted
                    && let Err(why) = draft.take_data(&found)
                {
                    tracing::warn!("no sample data: {why}");
                }
                // Whatever system is chosen later: there is something to show.
                let data = &mut self.settings.draft.data;
                if data.path(DataKind::Images).is_none()
                    && samples.has_street
                    && let Err(why) = data.set_path(DataKind::Images, "path", &samples.street)
                {
                    tracing::warn!("no sample streets: {why}");
                }
                self.samples = Some(samples);
            }
            Err(why) => tracing::warn!("no sample data: {why}"),
        }
        match runs {
            Ok(0) => (),
            Ok(_) => self.runs.rescan(),
            Err(why) => tracing::warn!("no sample runs: {why}"),
        }
        self.settings.greeted = true;
    }

    pub(super) fn spawn_start(
        &mut self,
        ctx: &Context,
        system: &'static dyn AnySystem,
        config: RunConfig,
        data: Option<Dataset>,
    ) {
        let engine = Arc::clone(&self.engine);
        let (runs, device) = (self.places.runs.clone(), self.settings.device);
        self.spawn(ctx, "start run", move || {
            let start = || -> Result<Box<Began>, String> {
                let parameters = config.resolve(system).map_err(|error| error.to_string())?;
                let details = Details {
                    state: RunState::default(),
                    needs: system.image_needs(&parameters),
                    parameters,
                    data: config.data.clone(),
                    notice: None,
                };
                let request = RunRequest {
                    config,
                    name: None,
                    device,
                    base: PathBuf::new(),
                    data,
                    sweep: None,
                };
                let id = engine.start(request).map_err(|error| error.to_string())?;
                let path = engine.folder(&id).unwrap_or_else(|| runs.join(id.as_str()));
                Began::read(path, details).map(Box::new)
            };
            Task::Began(start())
        });
    }

    pub(super) fn resume(&mut self, ctx: &Context, path: PathBuf, device: DeviceChoice) {
        let engine = Arc::clone(&self.engine);
        self.spawn(ctx, "resume run", move || {
            let resume = || -> Result<Box<Began>, String> {
                // Its past first: from here on every event comes over the channel.
                let details = read_details(&path)?;
                engine
                    .resume(&path, device)
                    .map_err(|error| error.to_string())?;
                Began::read(path, details).map(Box::new)
            };
            Task::Began(resume())
        });
    }

    pub(super) fn rename(&mut self, ctx: &Context, id: &RunId, name: String) {
        let Some(run) = self.runs.get_mut(id) else {
            return;
        };
        run.summary.name.clone_from(&name);
        if run.active {
            self.send(engine::Command::Rename(name));
            return;
        }
        let path = run.path.clone();
        self.spawn(ctx, "rename run", move || {
            Task::Changed(runs::rename(&path, &name).map_err(|error| error.to_string()))
        });
    }

    pub(super) fn spawn_export(&mut self, ctx: &Context, folder: PathBuf, to: PathBuf) {
        self.spawn(ctx, "export run", move || {
            let result = RunFolder::open(&folder)
                .and_then(|run| runs::export(&run, &to))
                .map(|()| to)
                .map_err(|error| error.to_string());
            Task::Saved("Exported to", result)
        });
    }
}
