//! The curves of all runs: a small plot for each measure, lines colored by a parameter.

mod plot;
mod store;

use std::collections::BTreeMap;

use eframe::egui::{Checkbox, Rect, ScrollArea, TextStyle, Ui, pos2, vec2};
use egui_material_icons::icons;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::export::{save_menu, save_picture};
use super::{Look, Part, Shared};
use crate::draw::chart::{Chart, ColorKey, Figure, Style};
use crate::draw::runs::Spacing;
use crate::draw::{Picture, Tokens};
use crate::experiments::table::{Column, Measured};
use crate::record::{Better, PROGRESS, Role};
use crate::report;
use crate::ui::app::Action;
use crate::ui::panes::{chart, from_value, reading_ui, to_value};
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, Keep, Menu, caption, menu_entry, segmented, toolbar};

use plot::{Along, CurveLine, Plot, chart_of, figure_of};
use store::{CurveStore, MOST_RUNS};

/// The curves of all runs.
#[derive(Debug, Default)]
pub(super) struct CurvesPart {
    settings: CurvesSettings,
    store: CurveStore,
    /// The lines of each measure, and what they were made for.
    lines: Option<(LinesKey, Vec<MeasureLines>)>,
    /// How many times lines were made.
    number: u64,
    plots: BTreeMap<String, Plot>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct CurvesSettings {
    along: Along,
    /// What colors the lines; the parameter that tells most while nobody has chosen.
    color: Option<Column>,
    /// The measures that are shown; the usual ones while nobody has chosen.
    measures: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq)]
struct LinesKey {
    generation: u64,
    brushed: u64,
    read: u64,
    measure: Option<String>,
    settings: CurvesSettings,
    dark: bool,
}

/// The lines of a measure.
#[derive(Debug)]
struct MeasureLines {
    name: String,
    title: String,
    log: bool,
    lines: Vec<CurveLine>,
    chart: Chart,
}

/// How lines are colored.
struct Coloring {
    values: Vec<f64>,
    key: Option<ColorKey>,
    /// The names of categories, with their colors.
    names: Vec<(String, eframe::egui::Color32)>,
}

/// Measures that are shown without being asked for.
const USUAL: usize = 4;
/// The least width and height of a plot.
const LEAST: (f32, f32) = (300.0, 190.0);

impl Part for CurvesPart {
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        let tokens = tokens(ui.ctx());
        let rows = look.plots.table.rows();
        self.store.update(ui.ctx(), rows);
        let mut actions = Vec::new();
        let column = self.color_column(look);
        self.toolbar_ui(ui, look, shared, column.as_ref(), &mut actions);
        let key = LinesKey {
            generation: look.generation,
            brushed: look.brushed,
            read: self.store.generation(),
            measure: shared.measure.clone(),
            settings: self.settings.clone(),
            dark: tokens.theme == crate::draw::Theme::Dark,
        };
        if self.lines.as_ref().is_none_or(|(known, _)| *known != key) {
            self.number += 1;
            let lines = self.lines_of(look, shared, column.as_ref(), tokens);
            self.lines = Some((key, lines));
        }
        let coloring = coloring(look, column.as_ref(), tokens);
        let Some((_, measures)) = &self.lines else {
            return actions;
        };
        if measures.iter().all(|own| own.lines.is_empty()) {
            if self.store.is_reading() {
                reading_ui(ui, "Reading the curves");
            } else {
                EmptyState::new(
                    icons::ICON_SHOW_CHART,
                    "Nothing measured yet",
                    "The curves begin with the first steps of the runs.",
                )
                .show(ui);
            }
            return actions;
        }
        if rows.len() > MOST_RUNS {
            caption(
                ui,
                format!("The newest {MOST_RUNS} of {} runs.", rows.len()),
            );
        }
        let whole = ui.available_rect_before_wrap();
        let small = f64::from(TextStyle::Small.resolve(ui.style()).size);
        let style = Style::window(tokens, small);
        let key_width = coloring.key.as_ref().map_or(0.0, |key| {
            let width = key.width(&style) as f32;
            let room = Rect::from_min_max(
                pos2(whole.right() - width, whole.top() + tokens.space.xl),
                pos2(
                    whole.right(),
                    (whole.top() + whole.height().min(260.0)).max(whole.top() + 60.0),
                ),
            );
            let mut picture = Picture::new(
                f64::from(room.width()),
                f64::from(room.height()),
                style.background,
            );
            let area = picture.area();
            key.draw(&mut picture, area, &style);
            chart::paint(ui, room.min, &picture);
            width + tokens.space.m
        });
        let room = whole.with_max_x(whole.right() - key_width);
        let builder = eframe::egui::UiBuilder::new().max_rect(room);
        let number = self.number;
        let plots = &mut self.plots;
        let found = ui
            .scope_builder(builder, |ui| {
                legend_ui(ui, &coloring);
                grid_ui(ui, measures, plots, number, look.plots.hovered)
            })
            .inner;
        if let Some(row) = found.and_then(|row| rows.get(row)) {
            shared.hover(&row.id);
            if ui.input(|input| input.pointer.primary_clicked()) {
                let adds = ui.input(|input| input.modifiers.command || input.modifiers.shift);
                shared.choose(&row.id, adds);
            }
        }
        actions
    }

    fn is_working(&self) -> bool {
        self.store.is_reading()
    }

    fn settings(&self) -> Value {
        to_value(&self.settings)
    }

    fn restore(&mut self, settings: Value) {
        self.settings = from_value(settings);
    }
}

impl CurvesPart {
    fn color_column(&self, look: &Look<'_>) -> Option<Column> {
        let chosen = self.settings.color.clone();
        let chosen = chosen.filter(|column| super::brush::applies(look.plots.table, column));
        let telling = look.plots.telling.first();
        chosen.or_else(|| telling.map(|key| Column::Parameter(key.clone())))
    }

    /// The measures that are shown.
    fn measures<'a>(&self, look: &Look<'a>, shared: &Shared) -> Vec<&'a Measured> {
        let table = look.plots.table;
        if let Some(names) = &self.settings.measures {
            return names
                .iter()
                .filter_map(|name| table.measure(name))
                .collect();
        }
        let judge = look.judge(shared).map(|judge| judge.name);
        let mut telling: Vec<&Measured> = table
            .measures()
            .iter()
            .filter(|own| own.scalar.role != Role::Reference && own.scalar.group != PROGRESS)
            .collect();
        telling.sort_by_key(|own| {
            let is_judge = Some(&own.name) == judge.as_ref();
            (
                !is_judge,
                own.scalar.loss,
                own.scalar.better == Better::Neither,
            )
        });
        telling.truncate(USUAL);
        telling
    }

    fn lines_of(
        &self,
        look: &Look<'_>,
        shared: &Shared,
        column: Option<&Column>,
        tokens: &Tokens,
    ) -> Vec<MeasureLines> {
        let coloring = coloring(look, column, tokens);
        let along = self.settings.along;
        let measures = self.measures(look, shared).into_iter().map(|measured| {
            let rows = look.plots.table.rows().iter().enumerate();
            let lines = rows.filter_map(|(row, run)| {
                let curves = self.store.get(&run.id)?;
                let points = curves.0.get(&measured.name)?;
                Some(CurveLine {
                    row,
                    points: points.iter().map(|point| along.place(point)).collect(),
                    color: coloring.color(row, tokens),
                    inside: look.plots.inside[row],
                })
            });
            let lines: Vec<CurveLine> = lines.collect();
            let title =
                report::axis_title(look.plots.table, &Column::Measure(measured.name.clone()));
            let log = measured.scalar.loss;
            MeasureLines {
                chart: chart_of(&title, along, &lines, log),
                name: measured.name.clone(),
                title,
                log,
                lines,
            }
        });
        measures.filter(|own| !own.lines.is_empty()).collect()
    }

    fn toolbar_ui(
        &mut self,
        ui: &mut Ui,
        look: &Look<'_>,
        shared: &Shared,
        column: Option<&Column>,
        actions: &mut Vec<Action>,
    ) {
        let table = look.plots.table;
        let shown: Vec<String> = self
            .measures(look, shared)
            .iter()
            .map(|own| own.name.clone())
            .collect();
        toolbar(ui, "explore curves", |bar| {
            bar.item("color", Keep::Always, |ui| {
                let title =
                    column.map_or_else(|| "one color".to_owned(), |column| table.title(column));
                let text = format!("Color: {title}");
                Menu::new("Color by")
                    .text(&text)
                    .closes()
                    .scrolls()
                    .show(ui, |ui| {
                        for column in super::coordinates::possible(table) {
                            if menu_entry(ui, &table.title(&column)) {
                                self.settings.color = Some(column);
                            }
                        }
                    });
            });
            bar.item("measures", Keep::Always, |ui| {
                Menu::new("Measures").scrolls().show(ui, |ui| {
                    for measured in table.measures() {
                        let mut on = shown.contains(&measured.name);
                        if ui
                            .add(Checkbox::new(&mut on, measured.scalar.title()))
                            .changed()
                        {
                            let mut names = shown.clone();
                            names.retain(|name| *name != measured.name);
                            if on {
                                names.push(measured.name.clone());
                            }
                            self.settings.measures = Some(names);
                        }
                    }
                });
            });
            bar.item("along", Keep::Short, |ui| {
                let options = [(Along::Epochs, "Epochs"), (Along::Steps, "Steps")];
                segmented(ui, &mut self.settings.along, &options);
            });
            bar.end();
            bar.item("save", Keep::Long, |ui| {
                if let Some(format) = save_menu(ui, "Save the curves") {
                    let picture = self.figure(look, shared, column);
                    actions.push(save_picture("curves", format, picture));
                }
            });
        });
        ui.add_space(tokens(ui.ctx()).space.xs);
    }

    fn figure(&self, look: &Look<'_>, shared: &Shared, column: Option<&Column>) -> Picture {
        let style = Style::print();
        let key = coloring(look, column, style.tokens).key;
        let lines = self.lines_of(look, shared, column, style.tokens);
        let charts: Vec<Chart> = lines
            .iter()
            .map(|own| {
                let mut chart = figure_of(&own.title, self.settings.along, &own.lines, own.log);
                chart.colors.clone_from(&key);
                chart
            })
            .collect();
        let columns = charts.len().clamp(1, 2);
        let rows = charts.len().div_ceil(columns).max(1);
        let note = column.map_or_else(String::new, |column| {
            format!(
                "Colored by {}.",
                report::axis_title(look.plots.table, column)
            )
        });
        Figure {
            title: "Curves of all runs".to_owned(),
            note,
            columns,
            charts,
            size: (460.0 * columns as f64 + 60.0, 290.0 * rows as f64 + 90.0),
        }
        .picture(&style)
    }
}

impl Coloring {
    fn color(&self, row: usize, tokens: &Tokens) -> eframe::egui::Color32 {
        let value = self.values.get(row).copied().unwrap_or(f64::NAN);
        match &self.key {
            Some(key) => key.color(value),
            None if self.names.is_empty() => tokens.category(0),
            None if value.is_nan() => tokens.text_disabled,
            None => tokens.category(value as usize),
        }
    }
}

fn coloring(look: &Look<'_>, column: Option<&Column>, tokens: &Tokens) -> Coloring {
    let Some(column) = column else {
        return Coloring {
            values: Vec::new(),
            key: None,
            names: Vec::new(),
        };
    };
    let variable = report::axis(look.plots.table, column);
    let (key, names) = match &variable.spacing {
        Spacing::Numbers(scale) => {
            let range = variable.color_range();
            (
                Some(ColorKey::new(&variable.name, range, *scale, tokens)),
                Vec::new(),
            )
        }
        Spacing::Categories(names) => {
            let names = names.iter().enumerate();
            let names = names.map(|(at, name)| (name.clone(), tokens.category(at)));
            (None, names.collect())
        }
    };
    Coloring {
        values: variable.values,
        key,
        names,
    }
}

fn legend_ui(ui: &mut Ui, coloring: &Coloring) {
    if coloring.names.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        for (name, color) in &coloring.names {
            let side = ui.text_style_height(&TextStyle::Small) * 0.7;
            let (rect, _) = ui.allocate_exact_size(vec2(side, side), eframe::egui::Sense::hover());
            ui.painter().rect_filled(rect, 2.0, *color);
            caption(ui, name);
        }
    });
}

/// Shows the plots; the row of the line under the pointer.
fn grid_ui(
    ui: &mut Ui,
    measures: &[MeasureLines],
    plots: &mut BTreeMap<String, Plot>,
    number: u64,
    hovered: Option<usize>,
) -> Option<usize> {
    let gap = tokens(ui.ctx()).space.m;
    let room = ui.available_size();
    let most = ((room.x + gap) / (LEAST.0 + gap)).floor().max(1.0) as usize;
    let columns = most
        .min(if measures.len() > 4 { 3 } else { 2 })
        .min(measures.len())
        .max(1);
    let rows = measures.len().div_ceil(columns);
    let width = (room.x - gap * (columns - 1) as f32) / columns as f32;
    let height = ((room.y - gap * rows as f32) / rows as f32).max(LEAST.1);
    let mut found = None;
    ScrollArea::vertical()
        .id_salt("explore curves")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(gap, gap);
            for row in measures.chunks(columns) {
                ui.horizontal(|ui| {
                    for own in row {
                        let size = vec2(width.floor(), height.floor());
                        ui.allocate_ui(size, |ui| {
                            let plot = plots.entry(own.name.clone()).or_default();
                            let under =
                                plot.show(ui, &own.chart, &own.lines, number, size.y, hovered);
                            found = under.or(found);
                        });
                    }
                });
            }
        });
    found
}
