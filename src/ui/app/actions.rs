//! Does the things that a person asked for; nothing else does.

use std::path::{Path, PathBuf};

use eframe::egui::{Context, Theme, ThemePreference, ViewportCommand};
use serde_json::Value;

use super::AtelierApp;
use super::labels::LabelChange;
use super::presets::PresetDo;
use super::side_panels::SidePanel;
use super::sweeps::SweepDo;
use super::tasks::Task;
use crate::data::{DataKind, Source};
use crate::engine;
use crate::experiments::sweep::SweepId;
use crate::record::Status;
use crate::report::{Format, Subject};
use crate::runs::{RunConfig, RunId};
use crate::systems;
use crate::ui::commands::Command;
use crate::ui::forms::{DataForm, ParameterForm, PathRequest};
use crate::ui::layout::{self, Pane};
use crate::ui::panes::explore::RunSet;
use crate::ui::results::ViewInput;
use crate::ui::save::{Content, SaveFile};
use crate::ui::state::{Began, DataState, Found, ReadingEdit, Recent, Run, Selection};
use crate::ui::toasts::Tone;

/// Something that a person asked for, with what it is about.
#[derive(Debug, Clone)]
pub enum Action {
    /// A command, about the selection.
    Command(Command),
    /// A command about a run, which becomes the selection.
    For(RunId, Command),
    /// Set up a run of this system.
    New(&'static str),
    /// Show a run or the draft.
    Select(Selection),
    /// Show runs' curves beside the selected one's, or no longer.
    Mark {
        /// The runs.
        runs: Vec<RunId>,
        /// Shown, or no longer.
        on: bool,
    },
    /// Change what stands beside runs.
    Label(Vec<RunId>, LabelChange),
    /// Move runs to the trash; those that train stay.
    Delete(Vec<RunId>),
    /// Do something with a sweep.
    ForSweep(SweepId, SweepDo),
    /// Do something with presets of the person's own.
    Preset(PresetDo),
    /// Try several values of a key of the next run: of the system, or of the data.
    TryValues(PathRequest),
    /// Show these runs as one question.
    Explore(RunSet),
    /// Open a file or folder, whatever it is.
    Open(PathBuf),
    /// Open two folders: the images of domain A and of domain B.
    OpenBoth(PathBuf, PathBuf),
    /// Choose a file or a folder for a key of a form.
    Choose(PathRequest),
    /// Use a file that was opened for another kind of data too.
    UseAlso(Found, DataKind),
    /// Stop reading the data.
    CancelData,
    /// Read the data again.
    RetryData,
    /// Find the data of a run where it is now.
    FindData(RunId),
    /// Read the file of the data otherwise.
    Read(ReadingEdit),
    /// Show how the file of the data is read.
    ShowPreview,
    /// Show a file in the desktop's file manager.
    ShowInFolder(PathBuf),
    /// Write a run that cannot be written into another folder.
    MoveRun(RunId),
    /// Choose a file of a person's ratings.
    ChooseOwnRatings,
    /// Choose a picture to translate.
    ChoosePicture,
    /// Choose a folder of pictures to translate, or one for the results.
    ChooseFolder(crate::ui::results::translations::FolderEnd),
    /// Have a run write its weights.
    Checkpoint(RunId),
    /// Open a file with the program that the desktop has for it.
    OpenOutside(PathBuf),
    /// Let a person choose where, and write a report there, or a table of the measures.
    Report(Subject, Format),
    /// Let a person choose where, and write a file there.
    Save(SaveFile),
}

impl Action {
    /// Opens what was opened before.
    pub(crate) fn again(recent: &Recent) -> Self {
        match recent {
            Recent::Images(a, Some(b)) => Self::OpenBoth(a.clone(), b.clone()),
            _ => Self::Open(recent.path().to_path_buf()),
        }
    }
}

impl AtelierApp {
    pub(super) fn act(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Command(command) => self.command(ctx, command),
            Action::For(run, command) => {
                self.select(Selection::Run(run));
                self.command(ctx, command);
            }
            Action::New(system) => {
                system.clone_into(&mut self.settings.draft.system);
                self.select(Selection::Draft);
                self.set_open(SidePanel::Parameters, true);
            }
            Action::Select(selection) => self.select(selection),
            Action::Mark { runs, on: false } => {
                for run in &runs {
                    self.settings.compared.remove(run);
                }
            }
            Action::Mark { runs, on: true } => {
                for run in runs {
                    self.give_color(&run);
                    self.settings.compared.insert(run);
                }
                // Either pane shows them.
                let layout = &mut self.settings.layout;
                let shows = |pane| layout::is_shown(layout, pane);
                if !shows(Pane::Explore) {
                    layout::show(layout, Pane::Curves);
                }
            }
            Action::Label(runs, change) => self.label(ctx, &runs, change),
            Action::Delete(runs) => self.delete(ctx, &runs),
            Action::ForSweep(sweep, what) => self.do_with_sweep(ctx, &sweep, what),
            Action::TryValues(key) => self.try_values(&key),
            Action::Preset(what) => self.do_with_preset(ctx, what),
            Action::Explore(set) => {
                self.panes.explore.open(set);
                layout::show(&mut self.settings.layout, Pane::Explore);
            }
            Action::Open(path) => self.open(ctx, path),
            Action::OpenBoth(a, b) => self.open_both(ctx, a, b),
            Action::Choose(request) => self.choose_path(ctx, request),
            Action::CancelData => {
                self.previews.cancel();
                if let Some(key) = self.data_key()
                    && matches!(self.data.get(&key), DataState::Reading(_))
                {
                    self.data.cancel(&key);
                }
            }
            Action::UseAlso(found, kind) => self.use_also(&found, kind),
            Action::Read(edit) => self.read_otherwise(edit),
            Action::ShowPreview => {
                let file = self.data_key().map(|key| key.file_name());
                self.panes.data.open_preview(&file.unwrap_or_default());
                layout::show(&mut self.settings.layout, Pane::Data);
            }
            Action::RetryData => {
                if let Some(key) = self.data_key() {
                    self.data.retry(&key);
                }
                self.previews.retry();
            }
            Action::FindData(run) => self.choose_moved_data(ctx, run),
            Action::ShowInFolder(path) => self.show_in_folder(ctx, path),
            Action::MoveRun(run) => self.choose_move(ctx, run),
            Action::ChooseOwnRatings => self.choose_own_ratings(ctx),
            Action::ChoosePicture => self.choose_picture(ctx),
            Action::ChooseFolder(end) => self.choose_picture_folder(ctx, end),
            Action::Checkpoint(run) => {
                // One that is busy or has just ended has weights that will do.
                if let Err(error) = self.engine.send(&run, engine::Command::Checkpoint) {
                    tracing::info!("no newer weights: {error}");
                }
            }
            Action::OpenOutside(path) => self.open_outside(ctx, path),
            Action::Report(subject, format) => self.save_report(ctx, subject, format),
            Action::Save(file) => self.save_file(ctx, file),
        }
    }

    fn command(&mut self, ctx: &Context, command: Command) {
        if !command.is_enabled(self.situation()) || self.command_for_sweep(ctx, command) {
            return;
        }
        match command {
            Command::NewRun => self.select(Selection::Draft),
            Command::OpenData if self.settings.draft.kind() == DataKind::Images => {
                self.choose_images(ctx);
            }
            Command::OpenData => self.choose_data(ctx),
            Command::OpenImages => self.choose_images(ctx),
            Command::UseSample if self.settings.draft.kind() == DataKind::Images => {
                self.use_street(ctx);
            }
            Command::UseSample => {
                if let Some(samples) = &self.samples {
                    let path = samples.ratings.clone();
                    self.look_at_data(ctx, path);
                }
            }
            Command::UseStreet => self.use_street(ctx),
            Command::OpenConfig => self.choose_config(ctx),
            Command::SaveConfig => {
                let draft = &self.settings.draft;
                let text = match draft.sweep_config() {
                    Some(sweep) => sweep.to_toml(),
                    None => draft.config().to_toml(),
                };
                let name = format!("{}.toml", self.settings.draft.system);
                self.save_file(ctx, SaveFile::new(name, Content::text(text)));
            }
            Command::OpenRun => self.choose_run(ctx),
            Command::ChooseRunsFolder => self.choose_runs_folder(ctx),
            Command::Start => self.start(ctx),
            Command::Pause => self.send(engine::Command::Pause),
            Command::Stop => self.send(engine::Command::Stop),
            Command::Checkpoint => self.send(engine::Command::Checkpoint),
            Command::DuplicateSettings => self.duplicate(),
            Command::RenameRun => {
                self.renaming = self
                    .selected()
                    .map(|run| (run.id.clone(), run.title().to_owned()));
            }
            Command::ExportRun => self.choose_export(ctx),
            Command::Report => self.report_selected(ctx, Format::Html),
            Command::ReportMarked => self.report_marked(ctx, Format::Html),
            Command::MeasuresLatex => self.report_shown(ctx, Format::Latex),
            Command::MeasuresCsv => self.report_shown(ctx, Format::Csv),
            Command::RevealRun => self.reveal(ctx),
            Command::DeleteRun => {
                let runs = self.runs_to_delete();
                self.delete(ctx, &runs);
            }
            Command::UndoDelete => self.undo_delete(ctx),
            Command::ClosePane => {
                let pane = self.hovered_pane;
                layout::close(&mut self.settings.layout, pane);
            }
            Command::TranslatePicture => {
                layout::show(&mut self.settings.layout, Pane::Result);
                self.choose_picture(ctx);
            }
            Command::TranslateFolder => {
                layout::show(&mut self.settings.layout, Pane::Result);
                self.panes.result.views.take(&ViewInput::TranslateFolder);
            }
            Command::NextPicture => {
                self.panes.result.views.take(&ViewInput::StepPicture(1));
            }
            Command::PreviousPicture => {
                self.panes.result.views.take(&ViewInput::StepPicture(-1));
            }
            Command::Show(pane) => layout::show(&mut self.settings.layout, pane),
            Command::ResetLayout => {
                self.settings.layout = layout::tabs();
                self.set_open(SidePanel::Runs, true);
                self.set_open(SidePanel::Parameters, true);
            }
            Command::SplitLayout => self.settings.layout = layout::split(),
            Command::ToggleRuns => self.toggle(SidePanel::Runs),
            Command::ToggleParameters => {
                self.toggle(SidePanel::Parameters);
            }
            Command::ToggleTheme => {
                self.settings.theme = match ctx.theme() {
                    Theme::Dark => ThemePreference::Light,
                    Theme::Light => ThemePreference::Dark,
                };
                ctx.set_theme(self.settings.theme);
            }
            Command::Palette => self.palette.open(ctx),
            Command::Help => self.help_open = true,
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }

    pub(super) fn select(&mut self, selection: Selection) {
        match &selection {
            Selection::Run(run) => {
                self.give_color(run);
                let sweep = self.runs.get(run).and_then(|run| self.sweeps.of_run(run));
                if let Some((sweep, _)) = sweep {
                    self.runs_list.unfold(sweep.id());
                }
            }
            Selection::Sweep(_) => self.watch_sweep(),
            Selection::Draft => (),
        }
        self.settings.selection = selection;
        self.run_forms = None;
        self.start_problem = None;
    }

    /// Gives a run that is about to be shown a color of its own.
    fn give_color(&mut self, run: &RunId) {
        self.give_color_beside(run, &[]);
    }

    /// The same for a run that a view shows beside the selected one and others.
    pub(super) fn give_color_beside(&mut self, run: &RunId, others: &[RunId]) {
        let color = self.settings.give_color(run, others);
        if let Some(run) = self.runs.get_mut(run) {
            run.color = color;
        }
    }

    /// Changes how the file of the draft is read.
    fn read_otherwise(&mut self, edit: ReadingEdit) {
        if self.settings.selection != Selection::Draft {
            return;
        }
        let kind = self.settings.draft.kind();
        let data = &mut self.settings.draft.data;
        match edit {
            ReadingEdit::Set(key, Value::Null) => data.reset(kind, &[key]),
            ReadingEdit::Set(key, value) => data.set(kind, &key, value),
            ReadingEdit::Reset(keys) => data.reset(kind, &keys),
            ReadingEdit::Undo => {
                data.undo(kind);
            }
            ReadingEdit::Redo => {
                data.redo(kind);
            }
        }
    }

    /// Looks at a file of data, and takes it into the draft when it is known what it is.
    pub(super) fn look_at_data(&mut self, ctx: &Context, path: PathBuf) {
        self.spawn(ctx, "look at data", move || Task::Found(Found::look(&path)));
    }

    /// Takes a file of data into the draft and shows it.
    pub(super) fn take_data(&mut self, found: &Found) {
        if let Err(why) = self.settings.draft.take_data(found) {
            self.toasts.push(Tone::Error, why);
            return;
        }
        let is_sample = self
            .samples
            .as_ref()
            .is_some_and(|samples| samples.ratings == found.path || samples.street == found.path);
        if found.images {
            self.remember_images();
        } else if !is_sample {
            self.settings.opened(Recent::Data(found.path.clone()));
        }
        self.select(Selection::Draft);
        if let Some(key) = self.data_key() {
            self.data.retry(&key);
        }
        self.previews.retry();
        layout::show(&mut self.settings.layout, Pane::Data);
        self.say_what_stays(found);
    }

    /// Says which file the systems for other data keep, where the one that was opened would do for them too.
    fn say_what_stays(&mut self, found: &Found) {
        let Some((kind, kept)) = self.settings.draft.kept_beside(found) else {
            return;
        };
        let name = |path: &Path| {
            path.file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy()
                .into_owned()
        };
        let (read_as, others) = match kind {
            DataKind::Ratings => ("a matrix", "predict ratings"),
            DataKind::Matrix | DataKind::Images => ("ratings", "cluster a matrix"),
        };
        let text = format!(
            "{} is read as {read_as}; systems that {others} keep {}",
            name(&found.path),
            name(&kept)
        );
        let follow = Action::UseAlso(found.clone(), kind);
        self.toasts
            .push_with(Tone::Info, text, "Use it there too", follow);
    }

    fn use_also(&mut self, found: &Found, kind: DataKind) {
        if let Err(why) = self.settings.draft.take_also(found, kind) {
            self.toasts.push(Tone::Error, why);
        }
    }

    /// Puts the folders of images into the list of what was opened, once they are all there.
    pub(super) fn remember_images(&mut self) {
        let data = &self.settings.draft.data;
        let sample = self.samples.as_ref().map(|samples| &samples.street);
        if let Source::Images(images) = data.source(DataKind::Images)
            && !images.path.as_os_str().is_empty()
            && Some(&images.path) != sample
            && data.without_b().is_none()
        {
            self.settings
                .opened(Recent::Images(images.path, images.path_b));
        }
    }

    /// Tells the selected run something.
    pub(super) fn send(&mut self, command: engine::Command) {
        let Some(id) = self.selected().map(|run| run.id.clone()) else {
            return;
        };
        if let Err(error) = self.engine.send(&id, command) {
            self.toasts.push(Tone::Error, error.to_string());
        }
    }

    fn start(&mut self, ctx: &Context) {
        let Some(run) = self.selected() else {
            self.start_draft(ctx);
            return;
        };
        match run.status() {
            Status::Paused if run.active => self.send(engine::Command::Resume),
            Status::Finished => {
                if self.duplicate_inner() {
                    self.start_draft(ctx);
                }
            }
            _ => {
                let (path, device) = (run.path.clone(), self.settings.device);
                self.resume(ctx, path, device);
                self.watch();
            }
        }
    }

    fn start_draft(&mut self, ctx: &Context) {
        self.start_problem = None;
        let draft = &mut self.settings.draft;
        let Some(system) = systems::find(&draft.system) else {
            return;
        };
        let schema = &self.schemas[system.id()];
        if draft.data.jump_to_problem(system.data_kind()) || draft.form().jump_to_problem(schema) {
            self.set_open(SidePanel::Parameters, true);
            return;
        }
        if draft.is_sweep() {
            self.start_sweep(ctx);
            return;
        }
        let draft = &mut self.settings.draft;
        let key = draft.data_key();
        let config = draft.config();
        let data = match self.data.get(&key) {
            DataState::Ready(loaded) => Some(loaded.dataset()),
            _ => None,
        };
        self.spawn_start(ctx, system, config, data);
    }

    /// A run that was just started or resumed comes to the front.
    pub(super) fn began(&mut self, began: Began) {
        let id = began.summary.id.clone();
        self.runs.begin(began, &self.settings);
        self.select(Selection::Run(id));
        self.watch();
    }

    /// Brings up what shows how the selected run goes: pictures where there are any, else curves.
    fn watch(&mut self) {
        let pictures = self.selected().is_some_and(Run::translates);
        let pane = if pictures { Pane::Result } else { Pane::Curves };
        layout::show(&mut self.settings.layout, pane);
    }

    fn duplicate(&mut self) {
        if self.duplicate_inner() {
            self.set_open(SidePanel::Parameters, true);
        }
    }

    /// Fills the draft from the selected run and shows it.
    fn duplicate_inner(&mut self) -> bool {
        let Some(run) = self.selected() else {
            return false;
        };
        let Some(details) = run.details() else {
            self.toasts.push(
                Tone::Info,
                "The run is still being read; try again in a moment",
            );
            return false;
        };
        let config = RunConfig {
            system: run.summary.system.clone(),
            seed: run.summary.seed,
            data: details.data.clone(),
            parameters: details.parameters.clone(),
        };
        self.fill(&config, &PathBuf::new());
        true
    }

    /// Fills the draft from a config and shows it.
    pub(super) fn fill(&mut self, config: &RunConfig, base: &std::path::Path) {
        match self.settings.draft.fill(config, base) {
            Ok(()) => self.select(Selection::Draft),
            Err(error) => self.toasts.push(Tone::Error, error.to_string()),
        }
    }

    /// The forms of the selected run; they follow what is changed live.
    pub(super) fn run_forms_for(&mut self, id: &RunId) -> Option<RunForms> {
        let run = self.runs.get(id)?;
        let details = run.details()?;
        let marks = details.state.marks.len();
        if let Some(forms) = self.run_forms.take()
            && forms.run == *id
            && forms.marks == marks
        {
            return Some(forms);
        }
        let mut values = details.parameters.clone();
        for (key, value) in details.state.live_parameters() {
            values.insert(key.to_owned(), value.clone());
        }
        Some(RunForms {
            run: id.clone(),
            marks,
            data: DataForm::of(&details.data, run.summary.seed),
            parameters: ParameterForm::with_values(values),
        })
    }
}

/// The forms that show a run.
pub(super) struct RunForms {
    run: RunId,
    /// How many live changes they show.
    marks: usize,
    pub(super) data: DataForm,
    pub(super) parameters: ParameterForm,
}
