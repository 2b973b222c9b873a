//! Cells side by side.

use eframe::egui::{Align, Color32, Layout, Rect, Ui, UiBuilder, Vec2, pos2, vec2};

use super::canvas;
use super::cell::Cell;
use super::picture_pane::PicturePane;
use super::settings::Settings;
use super::shown_run::{Shown, ShownRun, first, line, run_line};
use crate::draw::Tokens;
use crate::ui::theme::tokens;
use crate::ui::widgets::{Severity, message};

/// A cell of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tile {
    shown_run: usize,
    cell: Cell,
}

/// Where tiles go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plan {
    pub(super) columns: usize,
    rows: usize,
    /// Of a picture, without its title.
    tile: Vec2,
}

/// There and back in one row is worth pictures that are smaller by this factor.
const ROW_OF_THREE: f32 = 0.88;

/// As many columns as make the pictures largest, or three if those are nearly as large: then A, A → B and A → B → A stand in one row.
pub(super) fn plan(room: Vec2, count: usize, aspect: f32, title: f32, gap: f32) -> Plan {
    let fits = |columns: usize| {
        let rows = count.div_ceil(columns.max(1)).max(1);
        fit(room, [columns, rows], aspect, title, gap)
    };
    let mut best = fits(1);
    for columns in 2..=count {
        let other = fits(columns);
        if other.tile.x > best.tile.x {
            best = other;
        }
    }
    let three = fits(3);
    if count >= 3 && three.tile.x >= ROW_OF_THREE * best.tile.x {
        return three;
    }
    best
}

/// Pictures of this aspect in so many columns and rows.
fn fit(room: Vec2, [columns, rows]: [usize; 2], aspect: f32, title: f32, gap: f32) -> Plan {
    let share = |length: f32, count: usize| (length - gap * (count - 1) as f32) / count as f32;
    let width = share(room.x, columns.max(1));
    let height = share(room.y, rows.max(1)) - title;
    let width = width.min(height * aspect).max(1.0);
    Plan {
        columns,
        rows,
        tile: vec2(width, width / aspect),
    }
}

impl PicturePane {
    /// The chosen cells: of one run in a grid; of several, what is the same in all in the first column and a column for each.
    pub(super) fn grid_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        settings: &Settings,
        shown_runs: &[ShownRun<'_>],
    ) {
        let tokens = tokens(ui.ctx());
        let Some(picture) = first(shown_runs) else {
            absent_ui(ui, area, shown_runs.first());
            return;
        };
        let aspect = picture.size[0] as f32 / picture.size[1].max(1) as f32;
        let (title, gap) = (title_height(tokens), tokens.space.s);
        let comparing = shown_runs.len() > 1;
        let chosen = if comparing {
            &settings.compared_cells
        } else {
            &settings.cells
        };
        let there = |cell: &Cell| {
            let mut pictures = shown_runs.iter().filter_map(ShownRun::picture);
            chosen.contains(cell) && pictures.any(|picture| picture.has(*cell))
        };
        let cells: Vec<Cell> = Cell::ALL.into_iter().filter(there).collect();
        if cells.is_empty() {
            let text = "None of the chosen cells is there: choose others under Cells.";
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(area));
            message(ui, Severity::Info, text, |_| ());
            return;
        }
        if !comparing {
            let plan = plan(area.size(), cells.len(), aspect, title, gap);
            for (index, cell) in cells.into_iter().enumerate() {
                let rect = place(
                    area,
                    &plan,
                    [index % plan.columns, index / plan.columns],
                    tokens,
                );
                self.tile_ui(ui, rect, settings, shown_runs, Tile { shown_run: 0, cell });
            }
            return;
        }
        let (given, made): (Vec<Cell>, Vec<Cell>) =
            cells.into_iter().partition(|cell| cell.is_given());
        let extra = usize::from(!given.is_empty());
        let rows = given.len().max(made.len());
        let columns = extra + if made.is_empty() { 0 } else { shown_runs.len() };
        let measures = shown_runs
            .iter()
            .map(|shown_run| shown_run.measures.len())
            .max();
        let foot = measures.unwrap_or(0).min(MOST_MEASURES) as f32 * title;
        // A line with the run above each column, the measures below it.
        let room = vec2(area.width(), area.height() - title - foot);
        let plan = fit(room, [columns, rows], aspect, title, gap);
        let inner = Rect::from_min_size(area.min + vec2(0.0, title), room);
        for (row, cell) in given.iter().enumerate() {
            let rect = place(inner, &plan, [0, row], tokens);
            let tile = Tile {
                shown_run: shown_runs
                    .iter()
                    .position(|shown_run| shown_run.picture().is_some())
                    .unwrap_or(0),
                cell: *cell,
            };
            self.tile_ui(ui, rect, settings, shown_runs, tile);
        }
        if made.is_empty() {
            return;
        }
        for (index, shown_run) in shown_runs.iter().enumerate() {
            let column = extra + index;
            let top = place(inner, &plan, [column, 0], tokens);
            let head = Rect::from_min_size(
                pos2(top.left(), top.top() - 2.0 * title),
                vec2(top.width(), title),
            );
            run_line(ui, head, shown_run);
            for (row, cell) in made.iter().enumerate() {
                let rect = place(inner, &plan, [column, row], tokens);
                let tile = Tile {
                    shown_run: index,
                    cell: *cell,
                };
                self.tile_ui(ui, rect, settings, shown_runs, tile);
            }
            let below = place(inner, &plan, [column, made.len().saturating_sub(1)], tokens);
            measures_ui(ui, below, shown_run, title);
        }
    }

    fn tile_ui(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        settings: &Settings,
        shown_runs: &[ShownRun<'_>],
        tile: Tile,
    ) {
        let tokens = tokens(ui.ctx());
        let shown_run = &shown_runs[tile.shown_run];
        let Some(picture) = shown_run.picture() else {
            canvas::ground(ui, rect);
            absent_ui(ui, rect, Some(shown_run));
            return;
        };
        let title = title_height(tokens);
        let head = Rect::from_min_size(
            pos2(rect.left(), rect.top() - title),
            vec2(rect.width(), title),
        );
        let name = tile.cell.name(picture.side);
        let mean = picture
            .difference(tile.cell)
            .map(|difference| format!("mean {:.1}", difference.mean()));
        let more = mean.unwrap_or_else(|| tile.cell.path(picture.side).to_owned());
        line(ui, head, (name, tokens.text_secondary), &more);
        let mut accessible_text = format!("{name} of {}", picture.name);
        if shown_runs.len() > 1 && !tile.cell.is_given() {
            accessible_text = format!("{accessible_text}, {}", shown_run.name);
        }
        let id = ui.scope_id().with(("cell", tile.shown_run, tile.cell));
        let response = canvas::sense(ui, id, rect, &accessible_text);
        canvas::navigate(ui, &response, rect, picture.size, &mut self.viewport, true);
        let placed = canvas::place(ui, &self.viewport, rect, picture.size);
        self.placed = Some(placed);
        canvas::ground(ui, rect);
        let cell = (&**picture, tile.cell);
        let white = Color32::WHITE;
        if !canvas::paint(ui, &mut self.textures, settings, &placed, rect, cell, white) {
            let text = format!("{} does not produce it", shown_run.name);
            quiet(ui, rect, &text);
        }
        canvas::focus(ui, &response, rect);
        if let Some(share) = canvas::pointed(&response, &placed) {
            self.point(share, &response);
        } else if let Some(share) = self.pointed {
            canvas::cross(ui, &placed, share);
        }
    }
}

/// Share of the room that is left which stands above the pictures.
const ABOVE: f32 = 0.25;
/// Measures below a column, at most.
const MOST_MEASURES: usize = 3;

fn measures_ui(ui: &Ui, below: Rect, shown_run: &ShownRun<'_>, height: f32) {
    let tokens = tokens(ui.ctx());
    for (index, (name, value)) in shown_run.measures.iter().take(MOST_MEASURES).enumerate() {
        let top = below.bottom() + index as f32 * height;
        let rect = Rect::from_min_size(pos2(below.left(), top), vec2(below.width(), height));
        line(ui, rect, (value, tokens.text), name);
    }
}

/// The picture of a tile; its title stands above it. The whole is in the middle of the area.
pub(super) fn place(area: Rect, plan: &Plan, at: [usize; 2], tokens: &Tokens) -> Rect {
    let (title, gap) = (title_height(tokens), tokens.space.s);
    let step = plan.tile + vec2(gap, gap + title);
    let whole = vec2(
        step.x * plan.columns as f32 - gap,
        step.y * plan.rows as f32 - gap,
    );
    let rest = (area.size() - whole).max(Vec2::ZERO);
    let origin = area.min + vec2(rest.x / 2.0, rest.y * ABOVE) + vec2(0.0, title);
    let corner = origin + vec2(step.x * at[0] as f32, step.y * at[1] as f32);
    Rect::from_min_size(corner, plan.tile)
}

pub(super) fn title_height(tokens: &Tokens) -> f32 {
    tokens.size.icon + tokens.space.hair
}

/// Why a run shows nothing.
pub(super) fn absent_ui(ui: &mut Ui, rect: Rect, shown_run: Option<&ShownRun<'_>>) {
    match shown_run.map(|shown_run| &shown_run.shown) {
        Some(Shown::Missing(why)) => {
            let tokens = tokens(ui.ctx());
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(rect.shrink(tokens.space.s)));
            crate::ui::widgets::centered(ui, tokens.size.measure, |ui| {
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    message(ui, Severity::Warning, why, |_| ());
                });
            });
        }
        Some(Shown::Waiting(what)) => {
            let what = what.clone();
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(rect));
            crate::ui::widgets::centered(ui, rect.width(), |ui| {
                ui.spinner();
                crate::ui::widgets::caption(ui, what);
            });
        }
        _ => {
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(rect));
            ui.centered_and_justified(|ui| ui.spinner());
        }
    }
}

fn quiet(ui: &Ui, rect: Rect, text: &str) {
    let tokens = tokens(ui.ctx());
    let font = eframe::egui::TextStyle::Small.resolve(ui.style());
    ui.painter().with_clip_rect(rect).text(
        rect.center(),
        eframe::egui::Align2::CENTER_CENTER,
        text,
        font,
        tokens.text_tertiary,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_columns_as_make_the_pictures_largest() {
        let wide = plan(vec2(900.0, 300.0), 3, 4.0 / 3.0, 18.0, 8.0);
        assert_eq!((wide.columns, wide.rows), (3, 1));
        let high = plan(vec2(400.0, 900.0), 3, 4.0 / 3.0, 18.0, 8.0);
        assert_eq!((high.columns, high.rows), (1, 3));
        let six = plan(vec2(720.0, 560.0), 6, 4.0 / 3.0, 18.0, 8.0);
        assert_eq!((six.columns, six.rows), (3, 2));
        let four = plan(vec2(680.0, 560.0), 4, 4.0 / 3.0, 18.0, 8.0);
        assert_eq!((four.columns, four.rows), (2, 2));
        let five = plan(vec2(680.0, 580.0), 5, 4.0 / 3.0, 18.0, 8.0);
        assert_eq!(
            (five.columns, five.rows),
            (3, 2),
            "nearly as large as 2 × 3"
        );
        assert!(six.tile.x * 3.0 + 16.0 <= 720.0);
        assert!((six.tile.y + 18.0) * 2.0 + 8.0 <= 560.0);
        assert!((six.tile.x / six.tile.y - 4.0 / 3.0).abs() < 1e-4);
    }
}
