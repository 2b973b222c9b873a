//! One parameter, two parameters, any pair: a measure as a line with its band, as a heat map, or runs as dots.

mod model;

use eframe::egui::{Stroke, Ui, pos2};
use egui_material_icons::icons;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::coordinates::possible;
use super::export::{save_menu, save_picture};
use super::{Judge, Look, Part, Shared};
use crate::draw::Tokens;
use crate::draw::chart::{Figure, Style};
use crate::experiments::table::{Column, RunsTable};
use crate::report;
use crate::ui::app::Action;
use crate::ui::panes::chart::{self, Area};
use crate::ui::panes::{from_value, to_value};
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    EmptyState, Keep, Menu, caption, elide_middle, menu_entry, segmented, toolbar,
};

use model::{Asked, Kind, Relation, level_brush};

/// A measure over parameters, or any pair of quantities.
#[derive(Debug, Default)]
pub(super) struct RelationPart {
    settings: RelationSettings,
    relation: Option<(RelationKey, Relation)>,
}

/// The axes; the most telling ones where nobody has chosen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct RelationSettings {
    x: Option<Column>,
    y: Option<Column>,
    /// Runs one by one, even where they could be summed up.
    dots: bool,
}

/// What a relation was made for.
#[derive(Debug, Clone, PartialEq)]
struct RelationKey {
    generation: u64,
    brushed: u64,
    measure: String,
    x: Column,
    y: Column,
    dots: bool,
    dark: bool,
}

/// How near to a dot the pointer is on it, in points.
const NEAR: f32 = 10.0;

impl Part for RelationPart {
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        let tokens = tokens(ui.ctx());
        let Some(judge) = look.judge(shared) else {
            nothing_ui(ui);
            return Vec::new();
        };
        let (x, y) = self.axes(look, &judge);
        let Some((x, y)) = x.zip(y) else {
            nothing_ui(ui);
            return Vec::new();
        };
        let asked = |tokens: &Tokens, dots: bool| {
            let asked = Asked {
                x: &x,
                y: &y,
                judge: &judge,
                dots,
            };
            asked.relation(look, tokens)
        };
        let key = RelationKey {
            generation: look.generation,
            brushed: look.brushed,
            measure: judge.name.clone(),
            x: x.clone(),
            y: y.clone(),
            dots: self.settings.dots,
            dark: tokens.theme == crate::draw::Theme::Dark,
        };
        if self
            .relation
            .as_ref()
            .is_none_or(|(known, _)| *known != key)
        {
            self.relation = Some((key, asked(tokens, self.settings.dots)));
        }
        let mut actions = Vec::new();
        let dots = self.settings.dots;
        toolbar(ui, "relation", |bar| {
            bar.item("x", Keep::Always, |ui| {
                let chosen = column_menu(ui, "Horizontal axis", look.plots.table, &x);
                self.settings.x = chosen.or(self.settings.x.take());
            });
            bar.item("y", Keep::Always, |ui| {
                let chosen = column_menu(ui, "Vertical axis", look.plots.table, &y);
                self.settings.y = chosen.or(self.settings.y.take());
            });
            bar.end();
            bar.item("kind", Keep::Short, |ui| {
                let options = [(false, "Means"), (true, "Runs")];
                segmented(ui, &mut self.settings.dots, &options);
            });
            bar.item("save", Keep::Long, |ui| {
                if let Some(format) = save_menu(ui, "Save this plot") {
                    let style = Style::print();
                    let relation = asked(style.tokens, dots);
                    let figure = Figure::of(relation.title, relation.note, relation.chart);
                    actions.push(save_picture("relation", format, figure.picture(&style)));
                }
            });
        });
        if let Some((_, relation)) = &self.relation {
            relation_ui(ui, tokens, look, shared, (&x, &y), relation);
        }
        actions
    }

    fn settings(&self) -> Value {
        to_value(&self.settings)
    }

    fn restore(&mut self, settings: Value) {
        self.settings = from_value(settings);
    }
}

impl RelationPart {
    /// The chosen axes, else the two parameters that matter most, else the only one and the measure.
    fn axes(&self, look: &Look<'_>, judge: &Judge) -> (Option<Column>, Option<Column>) {
        let table = look.plots.table;
        let applies = |column: &Option<Column>| {
            let column = column.clone()?;
            super::brush::applies(table, &column).then_some(column)
        };
        let (x, y) = (applies(&self.settings.x), applies(&self.settings.y));
        let telling = look.plots.telling.iter();
        let telling = telling.map(|key| Column::Parameter(key.clone()));
        let is_free = |column: &Column| {
            super::brush::applies(table, column)
                && ![x.as_ref(), y.as_ref()].contains(&Some(column))
        };
        // Which of two matters more may change with every run; they stay where they are.
        let needed = usize::from(x.is_none()) + usize::from(y.is_none());
        let mut telling: Vec<Column> = telling.filter(is_free).take(needed).collect();
        let place = |column: &Column| {
            let own =
                |varied: &crate::experiments::table::Variable| column.key() == Some(&varied.key);
            table.varied().iter().position(own)
        };
        telling.sort_by_key(place);
        let mut telling = telling.into_iter();
        let x = x.or_else(|| telling.next());
        let y = y
            .or_else(|| telling.next())
            .or_else(|| Some(judge.column()));
        (x, y)
    }
}

fn nothing_ui(ui: &mut Ui) {
    EmptyState::new(
        icons::ICON_SCATTER_PLOT,
        "Nothing to set against each other",
        "Once runs with other values of a parameter are measured, the measure is shown over the parameter here.",
    )
    .show(ui);
}

/// A menu of all that can stand along an axis; what was chosen.
fn column_menu(ui: &mut Ui, name: &str, table: &RunsTable, own: &Column) -> Option<Column> {
    let mut chosen = None;
    let font = eframe::egui::TextStyle::Button.resolve(ui.style());
    let width = tokens(ui.ctx()).size.panel_min * 0.7;
    let title = elide_middle(ui, &table.title(own), &font, width);
    let menu = Menu::new(name).text(&title).closes().scrolls();
    menu.show(ui, |ui| {
        for column in possible(table) {
            if menu_entry(ui, &table.title(&column)) {
                chosen = Some(column);
            }
        }
    });
    chosen
}

fn relation_ui(
    ui: &mut Ui,
    tokens: &Tokens,
    look: &Look<'_>,
    shared: &mut Shared,
    (x, y): (&Column, &Column),
    relation: &Relation,
) {
    let line = ui.text_style_height(&eframe::egui::TextStyle::Small);
    let height = ui.available_height() - line * 2.0 - tokens.space.s;
    let name = format!("{}. {}", relation.title, relation.note);
    let area = chart::show(
        ui,
        &name,
        &relation.chart,
        height.max(tokens.size.panel_min * 0.6),
    );
    caption(ui, &relation.note);
    match &relation.kind {
        Kind::Dots => dots_ui(ui, &area, look, shared, relation),
        Kind::Trend(levels) => {
            let nearest = area.pointer().and_then(|_| {
                let pointer = area.response.hover_pos()?;
                let distance = |value: f64| (area.x(value) - pointer.x).abs();
                levels
                    .iter()
                    .min_by(|a, b| distance(a.0).total_cmp(&distance(b.0)))
            });
            if let Some((value, text)) = nearest {
                let line = Stroke::new(tokens.size.hairline, tokens.text_tertiary);
                area.painter
                    .vline(area.x(*value), area.rect.y_range(), line);
                said_ui(ui, &area, text, "Click to limit the runs to this value");
                if pressed(ui) {
                    limit(shared, look, x, *value);
                }
            }
        }
        Kind::Heat(cells) => {
            let under = area.pointer().and_then(|(across, up)| {
                let at = (
                    across.round().max(0.0) as usize,
                    up.round().max(0.0) as usize,
                );
                Some((at, cells.get(&at)?))
            });
            if let Some(((column, row), (here, there, text))) = under {
                let (column, row) = (column as f64, row as f64);
                let cell = area.rect_of((column - 0.5, column + 0.5), (row - 0.5, row + 0.5));
                area.painter.rect_stroke(
                    cell,
                    0.0,
                    Stroke::new(tokens.size.line, tokens.text),
                    eframe::egui::StrokeKind::Inside,
                );
                said_ui(ui, &area, text, "Click to limit the runs to this cell");
                if pressed(ui) {
                    limit(shared, look, x, *here);
                    limit(shared, look, y, *there);
                }
            }
        }
    }
    let hovered = look
        .plots
        .hovered
        .and_then(|run| *relation.places.get(run)?);
    if let (Some((x, y)), Kind::Heat(_)) = (hovered, &relation.kind) {
        let cell = area.rect_of((x - 0.5, x + 0.5), (y - 0.5, y + 0.5));
        let line = Stroke::new(tokens.size.line, tokens.text);
        let inside = eframe::egui::StrokeKind::Inside;
        area.painter.rect_stroke(cell, 0.0, line, inside);
    } else if let Some((x, y)) = hovered {
        let ring = Stroke::new(tokens.size.line + 0.5, tokens.text);
        area.painter
            .circle_stroke(area.at(x, y), tokens.space.xs + 2.0, ring);
    }
}

fn pressed(ui: &Ui) -> bool {
    ui.input(|input| input.pointer.primary_clicked())
}

/// Says what is under the pointer.
fn said_ui(ui: &Ui, area: &Area, text: &str, hint: &str) {
    let tokens = tokens(ui.ctx());
    area.response.clone().on_hover_ui_at_pointer(|ui| {
        ui.label(text);
        ui.colored_label(tokens.text_tertiary, hint);
    });
}

/// Limits the runs to one value of an axis.
fn limit(shared: &mut Shared, look: &Look<'_>, column: &Column, value: f64) {
    let variable = report::axis(look.plots.table, column);
    shared.brush(column, Some(level_brush(&variable, value)));
}

fn dots_ui(ui: &Ui, area: &Area, look: &Look<'_>, shared: &mut Shared, relation: &Relation) {
    let Some(pointer) = area.pointer().and(area.response.hover_pos()) else {
        return;
    };
    let near = relation
        .places
        .iter()
        .enumerate()
        .filter_map(|(run, place)| {
            let (x, y) = (*place)?;
            let distance = area.at(x, y).distance(pointer);
            let outside = !look.plots.inside[run];
            (distance <= NEAR).then_some((outside, distance, run))
        });
    let nearest = near.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let Some(row) = nearest.and_then(|(_, _, run)| look.plots.table.rows().get(run)) else {
        return;
    };
    shared.hover(&row.id);
    let tokens = tokens(ui.ctx());
    let at = pos2(pointer.x + tokens.space.m, pointer.y - tokens.space.m);
    let font = eframe::egui::TextStyle::Small.resolve(ui.style());
    super::coordinates::over_lines(
        ui,
        at,
        eframe::egui::Align2::LEFT_BOTTOM,
        &row.summary.name,
        &font,
        tokens.text,
        tokens,
    );
    if pressed(ui) {
        let adds = ui.input(|input| input.modifiers.command || input.modifiers.shift);
        shared.choose(&row.id, adds);
    }
}
