//! Does the things that a person asked for; nothing else does.

mod commands;
mod data;
mod runs;

use std::path::PathBuf;

use eframe::egui::Context;

use super::AtelierApp;
use super::labels::LabelChange;
use super::presets::PresetDo;
use super::side_panels::SidePanel;
use super::sweeps::SweepDo;
use crate::data::DataKind;
use crate::engine;
use crate::experiments::sweep::SweepId;
use crate::report::{Format, Subject};
use crate::runs::RunId;
use crate::ui::commands::Command;
use crate::ui::forms::PathRequest;
use crate::ui::layout::{self, Pane};
use crate::ui::panes::explore::RunSet;
use crate::ui::save::SaveFile;
use crate::ui::state::{DataState, Found, ReadingEdit, Recent, Selection};

pub(super) use runs::RunForms;

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
}
