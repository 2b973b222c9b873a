//! The same test picture through many runs: the source once, then what each run makes of it, zoomed, moved and scrubbed together.

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{Color32, Rect, Ui, UiBuilder, pos2, vec2};
use egui_material_icons::icons as icon;
use serde::{Deserialize, Serialize};

use super::canvas;
use super::cell::{Cell, direction_of};
use super::export::{self, Part};
use super::grid::{absent_ui, place, plan, title_height};
use super::prepared::Prepared;
use super::settings::Settings;
use super::shown_run::{Shown, ShownRun, line, run_line};
use super::snapshot::Snapshot;
use super::textures::Textures;
use crate::data::images::Side;
use crate::record::ArtifactKind;
use crate::runs::SnapshotRef;
use crate::ui::figure::{FigureFormat, figure_menu};
use crate::ui::results::ResultRun;
use crate::ui::results::cache::{SnapshotCache, SnapshotState};
use crate::ui::results::timeline::{Timeline, beside, when};
use crate::ui::save::SaveFile;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    IconButton, Keep, Menu, Placed, Severity, Viewport, menu_entry, message, segmented, toolbar,
    zoom_buttons,
};

/// Runs that are shown, at most.
pub const MOST_RUNS: usize = 12;
/// Bytes that the snapshots of one run may take.
const KEPT: usize = 32 << 20;

/// A run that translates pictures, with what tells it apart from the others.
#[derive(Clone)]
pub struct CaptionedRun<'a> {
    /// The run.
    pub run: ResultRun<'a>,
    /// What tells it apart: `identity 0.5, λ 10`.
    pub caption: String,
}

/// What persists.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// The picture: its side and name; the first while nobody has chosen.
    picture: Option<(Side, String)>,
    /// What the runs show of it.
    cell: Option<Cell>,
}

/// The same picture through many runs.
#[derive(Default)]
pub struct SamePicture {
    /// What is chosen; kept over a restart.
    pub kept: Kept,
    timeline: Timeline,
    snapshots: BTreeMap<String, SnapshotCache<Snapshot>>,
    textures: Textures,
    viewport: Viewport,
    /// Where a picture was drawn last.
    placed: Option<Placed>,
    /// The place on the picture that was pointed at in the frame before.
    pointed: Option<[f64; 2]>,
    pointing: Option<[f64; 2]>,
}

impl SamePicture {
    /// True if a snapshot is read.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.snapshots.values().any(SnapshotCache::is_reading)
    }

    /// Shows the runs; a picture of all of them to be saved, if it was asked for.
    pub fn ui(&mut self, ui: &mut Ui, runs: &[CaptionedRun<'_>]) -> Option<SaveFile> {
        let tokens = tokens(ui.ctx());
        let ids: Vec<&str> = runs.iter().map(|own| own.run.id).collect();
        self.snapshots.retain(|id, _| ids.contains(&id.as_str()));
        // The run with the most snapshots leads the slider.
        let all: Vec<Vec<&SnapshotRef>> = runs
            .iter()
            .map(|own| own.run.snapshots(&ArtifactKind::TRANSLATIONS))
            .collect();
        let lead = (0..runs.len()).max_by_key(|at| (all[*at].len(), std::cmp::Reverse(*at)))?;
        let leader = &runs[lead].run;
        let live = leader.status.is_active();
        let index = self.timeline.index(leader.id, all[lead].len());
        let looks: Vec<SnapshotState<Snapshot>> = runs
            .iter()
            .zip(&all)
            .enumerate()
            .map(|(at, (own, theirs))| {
                if theirs.is_empty() {
                    return SnapshotState::Failed("It has no snapshot yet.".to_owned());
                }
                let place = if at == lead {
                    index
                } else {
                    beside(&all[lead], index, live, theirs)
                };
                let cache = self
                    .snapshots
                    .entry(own.run.id.to_owned())
                    .or_insert_with(|| SnapshotCache::of_size(KEPT));
                cache.get(ui.ctx(), &own.run, theirs, place, ())
            })
            .collect();
        let pictures = pictures_of(&looks);
        let chosen = self.chosen(&pictures);
        let shown: Vec<ShownRun<'_>> = runs
            .iter()
            .zip(&looks)
            .map(|(own, look)| shown_run(own, look, chosen.as_ref()))
            .collect();
        let cells = made_cells(&shown);
        let cell = self
            .kept
            .cell
            .filter(|cell| cells.contains(cell))
            .or_else(|| cells.first().copied());
        let mut save = None;
        self.toolbar_ui(ui, &pictures, chosen.as_ref(), &cells, cell, |ui| {
            if let Some(format) = figure_menu(ui, "Save this view") {
                save = cell.and_then(|cell| sheet_of(&shown, cell, format));
            }
        });
        ui.add_space(tokens.space.xs);
        let mut area = ui.available_rect_before_wrap();
        let foot = tokens.size.control + tokens.space.xs;
        let (rest, foot) = area.split_top_bottom_at_y(area.bottom() - foot);
        area = rest;
        let ready = looks
            .iter()
            .all(|look| !matches!(look, SnapshotState::Reading) || look.is_there());
        let foot = foot.with_min_y(foot.top() + tokens.space.xs);
        ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| {
            self.timeline.ui(ui, &all[lead], leader.state, live, ready);
        });
        if area.is_positive() {
            self.grid_ui(ui, area, &shown, cell);
        }
        save
    }

    /// The chosen picture, or the first.
    fn chosen(&self, pictures: &[(Side, String)]) -> Option<(Side, String)> {
        let own = self.kept.picture.as_ref();
        let own = own.filter(|own| pictures.contains(own) || pictures.is_empty());
        own.or_else(|| pictures.first()).cloned()
    }

    fn toolbar_ui(
        &mut self,
        ui: &mut Ui,
        pictures: &[(Side, String)],
        chosen: Option<&(Side, String)>,
        cells: &[Cell],
        cell: Option<Cell>,
        mut save_ui: impl FnMut(&mut Ui),
    ) {
        let side = chosen.map_or(Side::A, |(side, _)| *side);
        let at = chosen.and_then(|own| pictures.iter().position(|other| other == own));
        toolbar(ui, "same picture", |bar| {
            bar.item("picture", Keep::Always, |ui| {
                let step = |by: isize| at.and_then(|at| pictures.get(at.checked_add_signed(by)?));
                let back = IconButton::new(icon::ICON_CHEVRON_LEFT, "Previous picture");
                if ui.add_enabled(step(-1).is_some(), back).clicked() {
                    self.kept.picture = step(-1).cloned();
                }
                let name = chosen.map_or_else(String::new, |(side, name)| {
                    format!("{} · {name}", direction_of(*side))
                });
                let menu = Menu::new("Test picture").text(&name);
                menu.closes().scrolls().show(ui, |ui| {
                    for picture in pictures {
                        let text = format!("{} · {}", direction_of(picture.0), picture.1);
                        if menu_entry(ui, &text) {
                            self.kept.picture = Some(picture.clone());
                        }
                    }
                });
                let on = IconButton::new(icon::ICON_CHEVRON_RIGHT, "Next picture");
                if ui.add_enabled(step(1).is_some(), on).clicked() {
                    self.kept.picture = step(1).cloned();
                }
            });
            if cells.len() > 1
                && let Some(mut own) = cell
            {
                bar.item("cell", Keep::Long, |ui| {
                    let options: Vec<(Cell, &str)> =
                        cells.iter().map(|cell| (*cell, cell.name(side))).collect();
                    if options.len() <= 3 {
                        if segmented(ui, &mut own, &options) {
                            self.kept.cell = Some(own);
                        }
                        return;
                    }
                    let menu = Menu::new("What is shown").text(own.name(side)).closes();
                    menu.show(ui, |ui| {
                        for (cell, name) in options {
                            if menu_entry(ui, name) {
                                self.kept.cell = Some(cell);
                            }
                        }
                    });
                });
            }
            bar.end();
            zoom_buttons(bar, &mut self.viewport, self.placed.as_ref(), "picture");
            bar.item("save", Keep::Long, &mut save_ui);
        });
    }

    /// The source, and what each run makes of it.
    fn grid_ui(&mut self, ui: &mut Ui, area: Rect, shown: &[ShownRun<'_>], cell: Option<Cell>) {
        let tokens = tokens(ui.ctx());
        self.textures.begin();
        self.placed = None;
        let Some(first) = shown.iter().find_map(ShownRun::picture).cloned() else {
            absent_ui(ui, area, shown.first());
            return;
        };
        let Some(cell) = cell else {
            let text = "The runs show nothing of this picture.";
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(area));
            message(ui, Severity::Info, text, |_| ());
            return;
        };
        let given: Vec<Cell> = [Cell::Real, Cell::Target]
            .into_iter()
            .filter(|given| first.has(*given))
            .collect();
        let aspect = first.size[0] as f32 / first.size[1].max(1) as f32;
        let (title, gap) = (title_height(tokens), tokens.space.s);
        let count = given.len() + shown.len();
        let plan = plan(area.size(), count, aspect, title, gap);
        let rect_of = |at: usize| {
            let spot = [at % plan.columns, at / plan.columns];
            place(area, &plan, spot, tokens)
        };
        for (at, given) in given.iter().enumerate() {
            let rect = rect_of(at);
            let head = head_of(rect, title);
            line(
                ui,
                head,
                (given.name(first.side), tokens.text_secondary),
                given.path(first.side),
            );
            let name = format!("{} of {}", given.name(first.side), first.name);
            self.tile_ui(ui, rect, (at, &name), &first, *given);
        }
        for (at, run) in shown.iter().enumerate() {
            let rect = rect_of(given.len() + at);
            run_line(ui, head_of(rect, title), run);
            let Some(picture) = run.picture().cloned() else {
                canvas::ground(ui, rect);
                absent_ui(ui, rect, Some(run));
                continue;
            };
            let name = format!(
                "{} of {}, {}",
                cell.name(picture.side),
                picture.name,
                run.name
            );
            self.tile_ui(ui, rect, (given.len() + at, &name), &picture, cell);
        }
        self.pointed = self.pointing.take();
    }

    fn tile_ui(
        &mut self,
        ui: &Ui,
        rect: Rect,
        (number, name): (usize, &str),
        picture: &Prepared,
        cell: Cell,
    ) {
        let id = ui.scope_id().with(("same picture", number));
        let response = canvas::sense(ui, id, rect, name);
        canvas::navigate(ui, &response, rect, picture.size, &mut self.viewport, true);
        let placed = canvas::place(ui, &self.viewport, rect, picture.size);
        self.placed = Some(placed);
        canvas::ground(ui, rect);
        let settings = Settings::default();
        let part = (picture, cell);
        canvas::paint(
            ui,
            &mut self.textures,
            &settings,
            &placed,
            rect,
            part,
            Color32::WHITE,
        );
        canvas::focus(ui, &response, rect);
        if let Some(share) = canvas::pointed(&response, &placed) {
            self.pointing = Some(share);
            if self.pointed != self.pointing {
                ui.ctx().request_repaint();
            }
        } else if let Some(share) = self.pointed {
            canvas::cross(ui, &placed, share);
        }
    }
}

fn head_of(rect: Rect, title: f32) -> Rect {
    Rect::from_min_size(
        pos2(rect.left(), rect.top() - title),
        vec2(rect.width(), title),
    )
}

/// The pictures that the runs show, each once.
fn pictures_of(looks: &[SnapshotState<Snapshot>]) -> Vec<(Side, String)> {
    let mut pictures: Vec<(Side, String)> = Vec::new();
    for snapshot in looks.iter().filter_map(SnapshotState::snapshot) {
        for picture in &snapshot.pictures {
            let own = (picture.side, picture.name.clone());
            if !pictures.contains(&own) {
                pictures.push(own);
            }
        }
    }
    pictures
}

fn shown_run<'a>(
    own: &'a CaptionedRun<'_>,
    look: &SnapshotState<Snapshot>,
    chosen: Option<&(Side, String)>,
) -> ShownRun<'a> {
    let step = look.snapshot().map(|snapshot| snapshot.step);
    let shown = match (look, chosen) {
        (SnapshotState::Ready(snapshot, _), Some((side, name))) => {
            match snapshot.find(*side, name) {
                Some(picture) => Shown::Ready(Arc::clone(picture)),
                None => Shown::Missing(format!("It does not show {name}.")),
            }
        }
        (SnapshotState::Failed(why), _) => Shown::Missing(why.clone()),
        _ => Shown::Waiting("Reading the snapshot".to_owned()),
    };
    ShownRun {
        name: &own.caption,
        color: own.run.color,
        when: step.map_or_else(String::new, |step| when(own.run.state, step)),
        shown,
        measures: Vec::new(),
    }
}

/// What one of the runs makes of the picture.
fn made_cells(shown: &[ShownRun<'_>]) -> Vec<Cell> {
    let pictures: Vec<&Arc<Prepared>> = shown.iter().filter_map(ShownRun::picture).collect();
    let is_there =
        |cell: &Cell| !cell.is_given() && pictures.iter().any(|picture| picture.has(*cell));
    // What is translated comes first.
    Cell::ALL.into_iter().filter(is_there).collect()
}

/// All of it as one picture on white: the source, then each run below what tells it apart.
fn sheet_of(shown: &[ShownRun<'_>], cell: Cell, format: FigureFormat) -> Option<SaveFile> {
    let first = shown.iter().find_map(ShownRun::picture)?;
    let given = [Cell::Real, Cell::Target].into_iter();
    let given = given.filter(|cell| first.has(*cell)).map(|cell| Part {
        run: None,
        cell,
        picture: Arc::clone(first),
    });
    let made = shown.iter().filter_map(|run| {
        let picture = run.picture().filter(|picture| picture.has(cell))?;
        Some(Part {
            run: Some(run.name.to_owned()),
            cell,
            picture: Arc::clone(picture),
        })
    });
    let parts: Vec<Part> = given.chain(made).collect();
    let title = format!("{} · {}", first.name, direction_of(first.side));
    let name = format!("{}-through-runs", first.name.replace(['/', '\\'], "-"));
    let settings = Settings::default();
    Some(SaveFile::new(
        format.file_name(&name),
        export::captions(parts, settings, title, format),
    ))
}
