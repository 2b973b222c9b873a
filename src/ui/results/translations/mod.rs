//! The translations of a run: test pictures there and back, classes and differences, how they came to be, other runs beside it, and
//! pictures that a person brings.
//!
//! No picture is read, translated, compared or written on the window's thread: [`snapshot`] reads and prepares, [`user_pictures`] and [`folder`]
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
mod same_picture;
mod settings;
mod shown_run;
mod snapshot;
mod textures;
mod title;
mod toolbar;
mod user_pictures;
mod wipe;

use std::path::PathBuf;

use eframe::egui::Ui;
use egui_material_icons::icons as icon;
use serde_json::Value;

use super::cache::SnapshotCache;
use super::timeline::Timeline;
use super::{ResultRun, ResultView, RunContext, ViewInput, nothing_yet};
use crate::data::images::{Side, is_image};
use crate::record::ArtifactKind;
use crate::ui::app::Action;
use crate::ui::panes::{from_value, to_value};
use crate::ui::widgets::{EmptyAction, EmptyState};

pub use cell::Cell;
pub use folder::FolderEnd;
pub use same_picture::{CaptionedRun, Kept, MOST_RUNS, SamePicture};
pub use settings::{Mode, Settings, Spot};

use folder::{FolderDialog, Of};
use gallery::{Chosen, Gallery};
use picture_pane::PicturePane;
use report::Report;
use snapshot::Snapshot;
use toolbar::MOST_OTHERS;
use user_pictures::UserPictures;

/// The view of translations.
#[derive(Default)]
pub struct TranslationView {
    /// How it looks; kept over a restart.
    pub settings: Settings,
    run: String,
    timeline: Timeline,
    snapshots: SnapshotCache<Snapshot>,
    /// Of the runs beside it.
    others: [SnapshotCache<Snapshot>; MOST_OTHERS],
    compared: Vec<String>,
    picture_pane: PicturePane,
    gallery: Gallery,
    chosen: Option<Chosen>,
    own: UserPictures,
    folder: FolderDialog,
    report: Report,
    /// Pictures to go further down in the list, asked for by a command.
    steps: isize,
}

impl ResultView for TranslationView {
    fn kind(&self) -> ArtifactKind {
        ArtifactKind::TRANSLATIONS
    }

    fn title(&self) -> &'static str {
        "Translations"
    }

    /// The weights of a run translate pictures before it has shown any.
    fn shows(&self, context: &RunContext<'_>) -> bool {
        let run = &context.run;
        run.has(&self.kind())
            || run
                .system
                .is_some_and(|system| system.translates_pictures())
    }

    fn compared(&self) -> Vec<String> {
        self.compared.clone()
    }

    fn is_working(&self) -> bool {
        self.snapshots.is_reading()
            || self.others.iter().any(SnapshotCache::is_reading)
            || self.own.is_working()
            || self.report.is_reading()
            || self.folder.is_working()
    }

    fn take(&mut self, input: &ViewInput) -> bool {
        match input {
            ViewInput::Picture(path) => self.open_picture(path.clone()),
            ViewInput::TranslateFolder => self.folder.open(),
            ViewInput::Folder(end, path) => self.folder.take(*end, path.clone()),
            ViewInput::Dropped(path) if path.is_dir() && self.folder.takes_drops() => {
                self.folder.take_dropped(path.clone());
            }
            ViewInput::Dropped(path) if is_image(path) => self.open_picture(path.clone()),
            ViewInput::Dropped(_) | ViewInput::OwnRatings(_) => return false,
            ViewInput::StepPicture(by) => self.steps += by,
        }
        true
    }

    fn settings(&self) -> Value {
        to_value(&self.settings)
    }

    fn restore(&mut self, settings: Value) {
        self.settings = from_value(settings);
    }

    fn ui(&mut self, ui: &mut Ui, context: &RunContext<'_>) -> Vec<Action> {
        self.settings.sanitize();
        let run = &context.run;
        if self.run != run.id {
            run.id.clone_into(&mut self.run);
            self.picture_pane.textures.keep_small(run.id);
        }
        self.compared
            .retain(|id| context.others.iter().any(|other| other.id == id));
        let mut actions = Vec::new();
        let of = Of {
            name: run.name,
            path: run.path,
            device: context.device,
        };
        let asked = self.folder.ui(ui.ctx(), &of);
        actions.extend(asked.map(Action::ChooseFolder));
        let all = run.snapshots(&self.kind());
        if all.is_empty() && self.own.pictures().is_empty() {
            if nothing_yet_ui(ui, run) {
                actions.push(Action::ChoosePicture);
            }
            return actions;
        }
        self.pictures_ui(ui, context, &all, &mut actions);
        actions
    }
}

impl TranslationView {
    /// Translates a picture of the person's own.
    fn open_picture(&mut self, path: PathBuf) {
        let to = match &self.chosen {
            Some(Chosen::Test(side, _)) => side.other(),
            Some(Chosen::Own(id)) => self.own.find(*id).map_or(Side::B, |own| own.to),
            None => Side::B,
        };
        self.chosen = Some(Chosen::Own(self.own.add(path, to)));
        self.settings.list = true;
    }
}

/// Why a run has no translations; true if a picture is to be translated with its weights.
fn nothing_yet_ui(ui: &mut Ui, run: &ResultRun<'_>) -> bool {
    let (title, text) = nothing_yet(run);
    let empty = EmptyState::new(icon::ICON_COMPARE, title, &text);
    let empty = if run.state.checkpoint.is_some() {
        empty.action(icon::ICON_ADD_PHOTO_ALTERNATE, "Translate a picture…")
    } else {
        empty
    };
    empty.show(ui) == Some(EmptyAction::First)
}
