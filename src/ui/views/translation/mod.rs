//! The translations of a run: test pictures there and back, classes and differences, how they came to be, other runs beside it, and
//! pictures that a person brings.
//!
//! No picture is read, translated, compared or written on the window's thread: [`snapshots`] reads and prepares, [`own`] and [`folder`]
//! translate, [`export`] writes, each on a thread of its own. A frame draws a few textures and some text.

mod blink;
mod canvas;
mod cell;
mod export;
mod folder;
mod gallery;
mod grid;
mod measures;
mod own;
mod prepared;
mod readout;
mod seat;
mod settings;
mod snapshots;
mod stage;
mod textures;
mod toolbar;
mod wipe;
mod zoom;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::{Align, Color32, Layout, RichText, TextStyle, Ui, UiBuilder};
use egui_material_icons::icons as icon;
use serde::{Deserialize, Serialize};

use crate::data::images::Side;
use crate::engine::DeviceChoice;
use crate::runs::{RunState, SnapshotRef, Status};
use crate::systems::ArtifactKind;
use crate::ui::format;
use crate::ui::theme::tokens;
use crate::ui::views::timeline::{Timeline, beside, when};
use crate::ui::widgets::{
    EmptyAction, EmptyState, IconButton, Severity, elide_middle, message, segmented,
};

pub use cell::Cell;
pub use export::SaveFile;
pub use folder::FolderEnd;
pub use settings::{Mode, Settings, Spot};

use cell::direction_of;
use export::{Kind, Part, Style};
use folder::{FolderDialog, Of};
use gallery::{Chosen, Gallery};
use own::{Making, Own};
use seat::{Seat, Shown};
use snapshots::{Look, Snapshot, Snapshots};
use stage::Stage;
use toolbar::{Asked, MOST_OTHERS, Toolbar};

/// A run whose translations are shown.
#[derive(Debug, Clone, Copy)]
pub struct TranslationRun<'a> {
    /// Tells runs apart from frame to frame.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// Its colour everywhere.
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
    /// Its colour everywhere.
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
    stage: Stage,
    #[serde(skip)]
    gallery: Gallery,
    #[serde(skip)]
    chosen: Option<Chosen>,
    #[serde(skip)]
    own: Own,
    #[serde(skip)]
    folder: FolderDialog,
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
            self.stage.textures.keep_small(run.id);
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

    fn pictures_ui(
        &mut self,
        ui: &mut Ui,
        input: &TranslationInput<'_>,
        all: &[&SnapshotRef],
        requests: &mut Vec<TranslationRequest>,
    ) {
        let tokens = tokens(ui.ctx());
        let run = input.run;
        let index = self.timeline.index(run.id, all.len());
        let look = self.snapshots.get(ui.ctx(), &run, all, index);
        let snapshot = look.snapshot().cloned();
        self.choose(snapshot.as_deref());
        let seats = self.seats(ui, input, all, index, &look, requests);
        let asked = Toolbar {
            seats: &seats,
            others: input.others,
            compared: &self.compared,
            zoomed: !self.stage.zoom.is_fit(),
            own: matches!(self.chosen, Some(Chosen::Own(_))),
            weights: run.state.checkpoint.is_some() || run.active,
        }
        .ui(ui, &mut self.settings, &mut self.stage.blink);
        ui.add_space(tokens.space.xs);
        if let Look::Failed(why) = &look {
            let again = message(ui, Severity::Error, why, |ui| {
                ui.button("Try again").clicked()
            });
            if again.inner {
                self.snapshots.retry();
            }
            ui.add_space(tokens.space.xs);
        }
        let mut area = ui.available_rect_before_wrap();
        let live = run.status.is_active();
        let tested = !matches!(self.chosen, Some(Chosen::Own(_)));
        if !all.is_empty() {
            let foot = tokens.size.control + tokens.space.xs;
            let (rest, foot) = area.split_top_bottom_at_y(area.bottom() - foot);
            area = rest;
            let foot = foot.with_min_y(foot.top() + tokens.space.xs);
            let ready = matches!(look, Look::Ready(_, true));
            ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| {
                ui.add_enabled_ui(tested, |ui| {
                    self.timeline.ui(ui, all, run.state, live, ready);
                });
            });
        }
        if self.settings.list {
            let width = tokens.size.picture_list.min(area.width() / 3.0);
            let (list, rest) = area.split_left_right_at_x(area.left() + width);
            area = rest.with_min_x(rest.left() + tokens.space.m);
            ui.scope_builder(UiBuilder::new().max_rect(list), |ui| {
                let chosen = &mut self.chosen;
                let textures = &mut self.stage.textures;
                self.gallery
                    .ui(ui, run.id, snapshot.as_deref(), &self.own, chosen, textures);
            });
        }
        let line = tokens.size.control;
        let (head, rest) = area.split_top_bottom_at_y(area.top() + line);
        ui.scope_builder(UiBuilder::new().max_rect(head), |ui| {
            self.title_ui(ui, &run, &seats);
        });
        let (stage, foot) =
            rest.split_top_bottom_at_y(rest.bottom() - tokens.size.icon - tokens.space.xs);
        ui.scope_builder(UiBuilder::new().max_rect(stage), |ui| {
            self.stage.ui(ui, stage, &mut self.settings, &seats);
        });
        let foot = foot.with_min_y(foot.top() + tokens.space.xs);
        ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| {
            readout::foot_ui(ui, &self.stage, &self.settings, &seats);
        });
        let saved = asked.and_then(|asked| {
            let style = Style {
                settings: self.settings.clone(),
                tokens,
            };
            self.act(ui, asked, &run, all, &seats, snapshot.as_ref(), style)
        });
        requests.extend(saved);
    }

    /// Keeps to the picture that was chosen, or takes the first.
    fn choose(&mut self, snapshot: Option<&Snapshot>) {
        let steps = std::mem::take(&mut self.steps);
        if steps != 0 {
            self.gallery
                .step(&mut self.chosen, snapshot, &self.own, steps);
        }
        let known = match (&self.chosen, snapshot) {
            (Some(Chosen::Own(id)), _) => self.own.find(*id).is_some(),
            (Some(Chosen::Test(side, name)), Some(snapshot)) => {
                snapshot.find(*side, name).is_some()
            }
            (Some(Chosen::Test(..)), None) => true,
            (None, _) => false,
        };
        if known {
            return;
        }
        let first = snapshot.and_then(|snapshot| snapshot.pictures.first());
        let own = self.own.pictures().first();
        self.chosen = first
            .map(|picture| Chosen::Test(picture.side, picture.name.clone()))
            .or_else(|| own.map(|picture| Chosen::Own(picture.id)));
    }

    /// What each run shows of the chosen picture.
    fn seats<'a>(
        &mut self,
        ui: &Ui,
        input: &TranslationInput<'a>,
        all: &[&SnapshotRef],
        index: usize,
        look: &Look,
        requests: &mut Vec<TranslationRequest>,
    ) -> Vec<Seat<'a>> {
        let live = input.run.status.is_active();
        let mut looks = vec![(input.run, look.clone())];
        for (run, own) in input.compared.iter().zip(&mut self.others) {
            let theirs = snapshots_of(run);
            let look = if theirs.is_empty() {
                Look::Failed(format!("{} has no snapshot yet.", run.name))
            } else {
                let at = beside(all, index, live, &theirs);
                own.get(ui.ctx(), run, &theirs, at)
            };
            looks.push((*run, look));
        }
        let chosen = self.chosen.clone();
        let mut seats = Vec::new();
        for (run, look) in looks {
            seats.push(match &chosen {
                Some(Chosen::Own(id)) => {
                    if self.own.want(ui.ctx(), *id, &run, input.device) {
                        requests.push(TranslationRequest::Checkpoint(run.id.to_owned()));
                    }
                    self.own_seat(*id, run)
                }
                Some(Chosen::Test(side, name)) => test_seat(run, &look, *side, name),
                None => test_seat(run, &look, Side::A, ""),
            });
        }
        seats
    }

    fn own_seat<'a>(&self, id: u64, run: TranslationRun<'a>) -> Seat<'a> {
        let step = match self.own.look(id, run.id) {
            Some(Making::Ready(made)) => made.step,
            _ => None,
        };
        let shown = match self.own.look(id, run.id) {
            Some(Making::Ready(made)) => Shown::Ready(Arc::clone(&made.prepared)),
            Some(Making::Failed(why)) => Shown::Missing(why.clone()),
            Some(Making::Working(job)) => {
                let done = job.monitor().fraction();
                let share = done.map(|share| format::percent(f64::from(share)));
                Shown::Waiting(format!("Translating {}", share.unwrap_or_default()))
            }
            Some(Making::Asked(..)) | None => {
                Shown::Waiting("Waiting for the run's newest weights".to_owned())
            }
        };
        Seat {
            name: run.name,
            color: run.color,
            when: step.map_or_else(String::new, |step| when(run.state, step)),
            shown,
            measures: Vec::new(),
        }
    }

    /// What is looked at; of a picture of the person's own, what can be done with it.
    fn title_ui(&mut self, ui: &mut Ui, run: &TranslationRun<'_>, seats: &[Seat<'_>]) {
        let tokens = tokens(ui.ctx());
        let Some(chosen) = self.chosen.clone() else {
            return;
        };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = tokens.space.s;
            let name = match &chosen {
                Chosen::Test(side, name) => {
                    if let [seat] = seats {
                        measures_ui(ui, &seat.measures);
                    }
                    let path = Cell::Reconstruction.path(*side);
                    (name.clone(), path.to_owned())
                }
                Chosen::Own(id) => {
                    let Some(picture) = self.own.find(*id).cloned() else {
                        return;
                    };
                    self.own_ui(ui, *id, picture.to);
                    let made = self.own.ready(*id, run.id);
                    let tiled = made.map_or(0, |made| made.tiles);
                    let with = match made.and_then(|made| made.step) {
                        Some(step) if tiled > 1 => {
                            format!("weights of step {}, {tiled} tiles", format::count(step))
                        }
                        Some(step) => format!("weights of step {}", format::count(step)),
                        None => String::new(),
                    };
                    (picture.name, with)
                }
            };
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = tokens.space.s;
                let font = TextStyle::Heading.resolve(ui.style());
                let small = TextStyle::Small.resolve(ui.style());
                let note = ui
                    .painter()
                    .layout_no_wrap(name.1.clone(), small, tokens.text_tertiary)
                    .size()
                    .x;
                let room = (ui.available_width() - note - tokens.space.l).max(tokens.space.xxl);
                let shown = elide_middle(ui, &name.0, &font, room);
                let cut = shown != name.0;
                let label = ui.label(RichText::new(shown).text_style(TextStyle::Heading));
                if cut {
                    label.on_hover_text(&name.0);
                }
                ui.add(
                    eframe::egui::Label::new(
                        RichText::new(&name.1).small().color(tokens.text_tertiary),
                    )
                    .truncate(),
                );
            });
        });
    }

    /// From the right end.
    fn own_ui(&mut self, ui: &mut Ui, id: u64, to: Side) {
        let remove = IconButton::new(icon::ICON_CLOSE, "Take the picture off the list");
        if ui.add(remove).clicked() {
            self.own.remove(id);
            self.chosen = None;
            return;
        }
        if self.own.is_working() {
            if ui.button("Cancel").clicked() {
                self.own.cancel(id);
            }
        } else {
            let again = IconButton::new(icon::ICON_REFRESH, "Translate again")
                .hint("Translate again with the newest weights");
            if ui.add(again).clicked() {
                self.own.forget(id);
            }
        }
        let mut wanted = to;
        let directions = [
            (Side::B, direction_of(Side::A)),
            (Side::A, direction_of(Side::B)),
        ];
        if segmented(ui, &mut wanted, &directions) {
            self.own.turn(id, wanted);
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "everything that can be exported, once"
    )]
    fn act(
        &mut self,
        ui: &Ui,
        asked: Asked,
        run: &TranslationRun<'_>,
        all: &[&SnapshotRef],
        seats: &[Seat<'_>],
        snapshot: Option<&Arc<Snapshot>>,
        style: Style,
    ) -> Option<TranslationRequest> {
        let dot = 1.0 / ui.pixels_per_point();
        let stage = &mut self.stage;
        match asked {
            Asked::OpenPicture => return Some(TranslationRequest::OpenPicture),
            Asked::TranslateFolder => self.folder.open(),
            Asked::Compare(id) => {
                let known = self.compared.iter().position(|own| *own == id);
                match known {
                    Some(at) => drop(self.compared.remove(at)),
                    None if self.compared.len() < MOST_OTHERS => self.compared.push(id),
                    None => (),
                }
            }
            Asked::Export(kind) => {
                let content = self.export(kind, run, all, seats, snapshot, style)?;
                return Some(TranslationRequest::Save(content));
            }
            Asked::ZoomIn | Asked::ZoomOut | Asked::Fit | Asked::Actual => {
                let placed = stage.placed?;
                let middle = placed.cell.center();
                match asked {
                    Asked::ZoomIn => stage.zoom.zoom(&placed, canvas::STEP, middle, dot),
                    Asked::ZoomOut => stage.zoom.zoom(&placed, 1.0 / canvas::STEP, middle, dot),
                    Asked::Actual => stage.zoom.actual(&placed, dot),
                    _ => stage.zoom.fit(),
                }
            }
        }
        None
    }

    fn export(
        &self,
        kind: Kind,
        run: &TranslationRun<'_>,
        all: &[&SnapshotRef],
        seats: &[Seat<'_>],
        snapshot: Option<&Arc<Snapshot>>,
        style: Style,
    ) -> Option<SaveFile> {
        let (file, content) = match kind {
            Kind::View => {
                let parts = readout::in_view(&self.settings, seats)
                    .into_iter()
                    .filter_map(|spot| {
                        let seat = &seats[spot.run];
                        let several = seats.len() > 1;
                        Some(Part {
                            run: several.then(|| format!("{}, {}", seat.name, seat.when)),
                            cell: spot.cell,
                            picture: Arc::clone(seat.picture()?),
                        })
                    });
                let picture = seat::first(seats)?;
                let title = match seats {
                    [seat] => format!("{} · {} · {}", picture.name, seat.name, seat.when),
                    _ => picture.name.clone(),
                };
                ("view.png", export::view(parts.collect(), style, title))
            }
            Kind::Sheet => {
                let snapshot = Arc::clone(snapshot?);
                let step = format::count(snapshot.step);
                let title = format!("{} · step {step}", run.name);
                ("pictures.png", export::sheet(snapshot, style, title))
            }
            Kind::Animation => {
                let Some(Chosen::Test(side, name)) = &self.chosen else {
                    return None;
                };
                let files = all
                    .iter()
                    .map(|own| (run.artifacts.join(&own.file), own.step));
                let shown = (*side, name.clone());
                (
                    "snapshots.gif",
                    export::animation(files.collect(), shown, style),
                )
            }
            Kind::Result => {
                let Some(Chosen::Own(id)) = &self.chosen else {
                    return None;
                };
                let made = self.own.ready(*id, run.id)?;
                ("translated.png", export::result(Arc::clone(&made.image)))
            }
        };
        Some(SaveFile {
            name: format!("{}-{file}", run.name),
            content,
        })
    }
}

/// What a run shows of a test picture.
fn test_seat<'a>(run: TranslationRun<'a>, look: &Look, side: Side, name: &str) -> Seat<'a> {
    let step = look.snapshot().map(|snapshot| snapshot.step);
    let shown = match look {
        Look::Ready(snapshot, _) => match snapshot.find(side, name) {
            Some(picture) => Shown::Ready(Arc::clone(picture)),
            None => Shown::Missing(format!("{} does not show {name}.", run.name)),
        },
        Look::Reading => Shown::Waiting("Reading the snapshot".to_owned()),
        Look::Failed(why) => Shown::Missing(why.clone()),
    };
    Seat {
        name: run.name,
        color: run.color,
        when: step.map_or_else(String::new, |step| when(run.state, step)),
        shown,
        measures: step.map_or_else(Vec::new, |step| measures::at(run.state, side, step)),
    }
}

/// From the right end.
fn measures_ui(ui: &mut Ui, measures: &[(String, String)]) {
    let tokens = tokens(ui.ctx());
    // The name of the picture has a third of the line.
    let least = ui.max_rect().left() + ui.max_rect().width() * 0.36;
    for (name, value) in measures {
        let font = TextStyle::Small.resolve(ui.style());
        let wide = |text: &str| {
            let galley =
                ui.painter()
                    .layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER);
            galley.size().x + tokens.space.s
        };
        if ui.cursor().right() - wide(name) - wide(value) - tokens.space.m < least {
            break;
        }
        ui.add_space(tokens.space.xs);
        ui.label(RichText::new(value).small().color(tokens.text));
        ui.label(RichText::new(name).small().color(tokens.text_tertiary));
    }
}

fn snapshots_of<'a>(run: &TranslationRun<'a>) -> Vec<&'a SnapshotRef> {
    run.state
        .snapshots
        .iter()
        .filter(|snapshot| snapshot.kind == ArtifactKind::Translations)
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
