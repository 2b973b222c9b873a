//! The translations of a run: test pictures there and back, classes and differences, how they came to be, other runs beside it, and
//! pictures that a person brings.
//!
//! No picture is read, translated, compared or written on the window's thread: [`snapshots`] reads and prepares, [`own`] and [`folder`]
//! translate, [`export`] writes, each on a thread of its own. A frame draws a few textures and some text.

mod act;
mod blink;
mod body;
mod canvas;
mod cell;
mod export;
mod folder;
mod gallery;
mod grid;
mod measures;
mod picture_pane;
mod prepared;
mod readout;
mod report;
mod settings;
mod shown_run;
mod snapshots;
mod textures;
mod title;
mod toolbar;
mod user_pictures;
mod wipe;
mod zoom;

use eframe::egui::{Color32, Ui};
use egui_material_icons::icons as icon;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

use crate::data::images::Side;
use crate::draw::format;
use crate::engine::DeviceChoice;
use crate::record::ArtifactKind;
use crate::record::Status;
use crate::runs::{RunState, SnapshotRef};
use crate::ui::panes::timeline::Timeline;
use crate::ui::widgets::{EmptyAction, EmptyState};

pub use cell::Cell;
pub use export::SaveFile;
pub use folder::FolderEnd;
pub use settings::{Mode, Settings, Spot};

use folder::{FolderDialog, Of};
use gallery::{Chosen, Gallery};
use picture_pane::PicturePane;
use report::Report;
use snapshots::Snapshots;
use toolbar::MOST_OTHERS;
use user_pictures::UserPictures;

/// A run whose translations are shown.
#[derive(Debug, Clone, Copy)]
pub struct TranslationRun<'a> {
    /// Tells runs apart from frame to frame.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// Its color everywhere.
    pub color: Color32,
    /// Its folder.
    pub path: &'a Path,
    /// The folder with its snapshots.
    pub artifacts: &'a Path,
    /// What its events say.
    pub state: &'a RunState,
    /// How it stands.
    pub status: Status,
    /// Whether a thread of this window works on it.
    pub active: bool,
}

/// A run on the same data, to compare with.
#[derive(Debug, Clone, Copy)]
pub struct OtherRun<'a> {
    /// Tells runs apart from frame to frame.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// Its color everywhere.
    pub color: Color32,
}

/// What the view is given.
#[derive(Debug, Clone, Copy)]
pub struct TranslationInput<'a> {
    /// The run.
    pub run: TranslationRun<'a>,
    /// The runs that it can be compared with.
    pub others: &'a [OtherRun<'a>],
    /// Those that it is compared with ([`TranslationView::compared`]), as far as they are read.
    pub compared: &'a [TranslationRun<'a>],
    /// Where pictures of a person's own are translated.
    pub device: DeviceChoice,
}

/// What the view asks the shell to do.
#[derive(Debug, Clone)]
pub enum TranslationRequest {
    /// Let a person choose a picture; it goes to [`TranslationView::open_picture`].
    OpenPicture,
    /// Let a person choose a folder; it goes to [`TranslationView::take_folder`].
    ChooseFolder(FolderEnd),
    /// Have the run of this id write its weights.
    Checkpoint(String),
    /// Let a person choose a file and write to it.
    Save(SaveFile),
}

/// The view of translations and what a person chose in it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TranslationView {
    /// How it looks.
    pub settings: Settings,
    #[serde(skip)]
    run: String,
    #[serde(skip)]
    timeline: Timeline,
    #[serde(skip)]
    snapshots: Snapshots,
    /// Of the runs beside it.
    #[serde(skip)]
    others: [Snapshots; MOST_OTHERS],
    #[serde(skip)]
    compared: Vec<String>,
    #[serde(skip)]
    picture_pane: PicturePane,
    #[serde(skip)]
    gallery: Gallery,
    #[serde(skip)]
    chosen: Option<Chosen>,
    #[serde(skip)]
    own: UserPictures,
    #[serde(skip)]
    folder: FolderDialog,
    #[serde(skip)]
    report: Report,
    /// Pictures to go further down in the list, asked for by a command.
    #[serde(skip)]
    steps: isize,
}

impl TranslationView {
    /// The runs that the person compares with.
    #[must_use]
    pub fn compared(&self) -> &[String] {
        &self.compared
    }

    /// Whether something is being read or translated.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.snapshots.is_reading()
            || self.others.iter().any(Snapshots::is_reading)
            || self.own.is_working()
            || self.report.is_reading()
            || self.folder.is_working()
    }

    /// Translates a picture of the person's own.
    pub fn open_picture(&mut self, path: PathBuf) {
        let to = match &self.chosen {
            Some(Chosen::Test(side, _)) => side.other(),
            Some(Chosen::Own(id)) => self.own.find(*id).map_or(Side::B, |own| own.to),
            None => Side::B,
        };
        self.chosen = Some(Chosen::Own(self.own.add(path, to)));
        self.settings.list = true;
    }

    /// Opens the dialog that translates a folder.
    pub fn open_folder(&mut self) {
        self.folder.open();
    }

    /// Whether a folder that is dropped belongs to the dialog in view.
    #[must_use]
    pub fn takes_folders(&self) -> bool {
        self.folder.takes_drops()
    }

    /// A folder that was dropped on the dialog.
    pub fn drop_folder(&mut self, path: PathBuf) {
        self.folder.take_dropped(path);
    }

    /// A folder to translate, or where the results go.
    pub fn take_folder(&mut self, end: FolderEnd, path: PathBuf) {
        self.folder.take(end, path);
    }

    /// Shows the picture `by` places further down in the list.
    pub fn step_picture(&mut self, by: isize) {
        self.steps += by;
    }

    /// Fills `ui`.
    pub fn ui(&mut self, ui: &mut Ui, input: TranslationInput<'_>) -> Vec<TranslationRequest> {
        self.settings.sanitize();
        let run = input.run;
        if self.run != run.id {
            run.id.clone_into(&mut self.run);
            self.picture_pane.textures.keep_small(run.id);
        }
        self.compared
            .retain(|id| input.others.iter().any(|other| other.id == id));
        let mut requests = Vec::new();
        let of = Of {
            name: run.name,
            path: run.path,
            device: input.device,
        };
        let asked = self.folder.ui(ui.ctx(), &of);
        requests.extend(asked.map(TranslationRequest::ChooseFolder));
        let all = snapshots_of(&run);
        if all.is_empty() && self.own.pictures().is_empty() {
            if nothing_yet_ui(ui, &run) {
                requests.push(TranslationRequest::OpenPicture);
            }
            return requests;
        }
        self.pictures_ui(ui, &input, &all, &mut requests);
        requests
    }
}

fn snapshots_of<'a>(run: &TranslationRun<'a>) -> Vec<&'a SnapshotRef> {
    run.state
        .snapshots
        .iter()
        .filter(|snapshot| snapshot.kind == ArtifactKind::TRANSLATIONS)
        .collect()
}

/// What a run without translations is doing; true if a picture is to be translated.
fn nothing_yet_ui(ui: &mut Ui, run: &TranslationRun<'_>) -> bool {
    let (title, text) = match run.status {
        Status::Queued => (
            "Waiting for the runs before it",
            "Translations sharpen here once the run has begun.".to_owned(),
        ),
        Status::Running | Status::Paused => ("No translations yet", progress_text(run.state)),
        Status::Failed => (
            "The run failed before its first snapshot",
            run.state
                .message
                .clone()
                .unwrap_or_else(|| "The log says why.".to_owned()),
        ),
        Status::Finished | Status::Stopped | Status::Interrupted => (
            "The run left no translations",
            "It ended before its first snapshot. Its weights translate pictures all the same, if it wrote some.".to_owned(),
        ),
    };
    let empty = EmptyState::new(icon::ICON_COMPARE, title, &text);
    let empty = if run.state.checkpoint.is_some() {
        empty.action(icon::ICON_ADD_PHOTO_ALTERNATE, "Translate a picture…")
    } else {
        empty
    };
    empty.show(ui) == Some(EmptyAction::First)
}

/// What the run said last, and how far it is.
fn progress_text(state: &RunState) -> String {
    let said = state.log.last().map(|line| line.message.as_str());
    let said = said.unwrap_or("The first snapshot comes soon.");
    if state.total_steps == 0 {
        return said.to_owned();
    }
    let (step, total) = (format::count(state.step), format::count(state.total_steps));
    format!("{said}\nStep {step} of {total}")
}
