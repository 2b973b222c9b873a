//! Parallel coordinates: each run a line through the axes of what was set and what came of it.

mod axis;
mod layout;
mod lines;
mod model;
mod settings;

use eframe::egui::{
    Align2, Checkbox, Pos2, Rect, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons;
use serde_json::Value;

use super::export::{save_menu, save_picture};
use super::{Look, Part, Shared};
use crate::draw::chart::Style;
use crate::draw::{Picture, Tokens};
use crate::experiments::table::Column;
use crate::report;
use crate::ui::app::Action;
use crate::ui::panes::{chart, from_value, to_value};
use crate::ui::state::Selection;
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, Menu, menu_entry, section_header_with};

pub(super) use axis::over_lines;
use axis::{AxisDone, AxisUi, Drag, DragKind};
use layout::AxisLayout;
use lines::Lines;
use model::{Model, ModelKey};
use settings::AxisSettings;
pub(super) use settings::possible;

/// Parallel coordinates.
#[derive(Debug, Default)]
pub(super) struct CoordinatesPart {
    settings: AxisSettings,
    model: Option<(ModelKey, Model)>,
    /// How many models there were.
    models: u64,
    lines: Lines,
    drag: Option<Drag>,
}

/// Width and height of a figure, in points.
const FIGURE: (f64, f64) = (1100.0, 480.0);

impl Part for CoordinatesPart {
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        let tokens = tokens(ui.ctx());
        self.update(look, shared, tokens);
        let Some((key, model)) = self.model.take() else {
            return Vec::new();
        };
        let mut actions = Vec::new();
        section_header_with(ui, "Parameters and measures", |ui| {
            if let Some(format) = save_menu(ui, "Save parallel coordinates") {
                let note = note(look, shared);
                let style = Style::print();
                let model = Model::new(look, shared, &self.settings, style.tokens, 0);
                let picture =
                    model
                        .coordinates
                        .picture("Parameters and measures", &note, FIGURE, &style);
                actions.push(save_picture("parameters", format, picture));
            }
            self.axes_menu(ui, look, &model);
        });
        if model.columns.len() < 2 {
            EmptyState::new(
                icons::ICON_MULTILINE_CHART,
                "Nothing differs between these runs",
                "Runs with other values of a parameter show here what the parameter does.",
            )
            .show(ui);
        } else {
            self.plot_ui(ui, tokens, look, shared, &model, &mut actions);
        }
        // What was done counts from the next frame on.
        self.model = Some((key, model));
        actions
    }

    fn settings(&self) -> Value {
        to_value(&self.settings)
    }

    fn restore(&mut self, settings: Value) {
        self.settings = from_value(settings);
    }
}

impl CoordinatesPart {
    fn key(&self, look: &Look<'_>, shared: &Shared, tokens: &Tokens) -> ModelKey {
        ModelKey::new(look, shared, &self.settings, tokens)
    }

    /// Makes the model anew if it is old.
    fn update(&mut self, look: &Look<'_>, shared: &Shared, tokens: &Tokens) {
        let key = self.key(look, shared, tokens);
        if self.model.as_ref().is_none_or(|(known, _)| *known != key) {
            self.models += 1;
            let model = Model::new(look, shared, &self.settings, tokens, self.models);
            self.model = Some((key, model));
        }
    }

    fn axes_menu(&mut self, ui: &mut Ui, look: &Look<'_>, model: &Model) {
        Menu::new("Axes").scrolls().show(ui, |ui| {
            for column in possible(look.plots.table) {
                let mut shown = model.columns.contains(&column);
                let title = look.plots.table.title(&column);
                if ui.add(Checkbox::new(&mut shown, title)).changed() {
                    self.settings.set_shown(&column, shown);
                }
            }
            ui.separator();
            if menu_entry(ui, "Reset the axes") {
                self.settings = AxisSettings::default();
            }
        });
    }

    fn plot_ui(
        &mut self,
        ui: &mut Ui,
        tokens: &'static Tokens,
        look: &Look<'_>,
        shared: &mut Shared,
        model: &Model,
        actions: &mut Vec<Action>,
    ) {
        let coordinates = &model.coordinates;
        let whole = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(whole, Sense::click());
        let name = format!("Parallel coordinates of {} runs", look.plots.table.len());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
        let small = TextStyle::Small.resolve(ui.style());
        let style = Style::window(tokens, f64::from(small.size));
        let key = coordinates.colors.as_ref().map(|(_, key)| key);
        let key_width = key.map_or(0.0, |key| key.width(&style) as f32);
        let mut layout = AxisLayout::new(
            whole,
            coordinates.axes.len(),
            model.lacks_values,
            key_width,
            tokens,
        );
        if let Some(Drag {
            column,
            kind: DragKind::Axis(x),
        }) = &self.drag
            && let Some(index) = model.columns.iter().position(|own| own == column)
        {
            layout.x[index] = x.clamp(layout.area.left(), layout.area.right());
        }
        self.lines
            .paint(ui.painter(), model.number, coordinates, &layout, tokens);
        let pointed = response
            .hover_pos()
            .filter(|_| self.drag.is_none())
            .and_then(|pointer| {
                Some((self.lines.nearest(pointer, coordinates, &layout)?, pointer))
            });
        let rows = look.plots.table.rows();
        if let Some(run) = pointed.and_then(|(run, _)| rows.get(run)) {
            shared.hover(&run.id);
        }
        if !shared.selected.is_empty() {
            for (at, run) in rows.iter().enumerate() {
                if shared.selected.contains(&run.id) {
                    self.lines
                        .paint_one(ui.painter(), at, coordinates, &layout, tokens);
                }
            }
        }
        let hovered = look.plots.hovered.filter(|run| *run < coordinates.runs());
        if let Some(run) = hovered {
            self.lines
                .paint_one(ui.painter(), run, coordinates, &layout, tokens);
        }
        let judge = look.judge(shared).map(|judge| judge.column());
        for (index, (axis, column)) in coordinates.axes.iter().zip(&model.columns).enumerate() {
            let axis_ui = AxisUi {
                axis,
                column,
                index,
                layout: &layout,
                is_judge: judge.as_ref() == Some(column),
            };
            let done = axis_ui.show(ui, &mut self.drag);
            self.take(shared, model, column, index, done);
        }
        if model.lacks_values {
            let y = layout.y(crate::draw::runs::coordinates::NO_VALUE);
            let at = pos2(layout.area.left() - tokens.space.xs, y);
            over_lines(
                ui,
                at,
                Align2::RIGHT_CENTER,
                "no value",
                &small,
                tokens.text_tertiary,
                tokens,
            );
        }
        if let Some(run) = hovered {
            self.readout(ui, look, model, &layout, run, pointed.map(|(_, at)| at));
        }
        if let Some(key) = key {
            let room = Rect::from_min_max(
                pos2(whole.right() - key_width, layout.area.top()),
                pos2(whole.right(), layout.area.bottom()),
            );
            let (width, height) = (f64::from(room.width()), f64::from(room.height()));
            let mut picture = Picture::new(width, height, style.background);
            let area = picture.area();
            key.draw(&mut picture, area, &style);
            chart::paint(ui, room.min, &picture);
        }
        self.drop_axis(model, &layout);
        if ui.input(|input| !input.pointer.any_down()) {
            self.drag = None;
        }
        let clicked = pointed.filter(|_| response.clicked() || response.double_clicked());
        if let Some(run) = clicked.and_then(|(run, _)| rows.get(run)) {
            if response.double_clicked() {
                actions.push(Action::Select(Selection::Run(run.id.clone())));
            }
            let adds = ui.input(|input| input.modifiers.command || input.modifiers.shift);
            shared.choose(&run.id, adds);
        } else if response.clicked() {
            shared.selected.clear();
        }
    }

    /// Takes in what was done with an axis.
    fn take(
        &mut self,
        shared: &mut Shared,
        model: &Model,
        column: &Column,
        index: usize,
        done: AxisDone,
    ) {
        if let Some(brush) = done.brush {
            shared.brush(column, brush);
        }
        if done.flip {
            self.settings.flip(column);
        }
        if done.hide {
            self.settings.set_shown(column, false);
        }
        if let Some(step) = done.step {
            let place = index.saturating_add_signed(step);
            self.settings.put(&model.columns, column, place);
        }
        if done.judge
            && let Column::Measure(name) = column
        {
            shared.measure = Some(name.clone());
        }
    }

    /// Moves an axis that is dragged to the place where it is held.
    fn drop_axis(&mut self, model: &Model, layout: &AxisLayout) {
        let Some(Drag {
            column,
            kind: DragKind::Axis(x),
        }) = &self.drag
        else {
            return;
        };
        let slot = layout.slot(*x);
        if model.columns.get(slot) != Some(column) {
            self.settings.put(&model.columns, column, slot);
        }
    }

    /// The values of a run beside the axes, and its name at the pointer.
    fn readout(
        &self,
        ui: &Ui,
        look: &Look<'_>,
        model: &Model,
        layout: &AxisLayout,
        run: usize,
        pointer: Option<Pos2>,
    ) {
        let tokens = tokens(ui.ctx());
        let font = TextStyle::Small.resolve(ui.style());
        let coordinates = &model.coordinates;
        let places = coordinates.places(run);
        for (index, (axis, place)) in coordinates.axes.iter().zip(places).enumerate() {
            let text = axis.variable.text(axis.variable.values[run]);
            let last = index + 1 == coordinates.axes.len();
            let (offset, align) = if last {
                (vec2(-tokens.space.s, 0.0), Align2::RIGHT_CENTER)
            } else {
                (vec2(tokens.space.s, 0.0), Align2::LEFT_CENTER)
            };
            let at = layout.at(index, place) + offset;
            over_lines(ui, at, align, &text, &font, tokens.text, tokens);
        }
        let Some(row) = look.plots.table.rows().get(run) else {
            return;
        };
        if let Some(pointer) = pointer {
            let is_left = pointer.x < layout.area.center().x;
            let (side, align) = match is_left {
                true => (tokens.space.m, Align2::LEFT_BOTTOM),
                false => (-tokens.space.m, Align2::RIGHT_BOTTOM),
            };
            let at = pointer + vec2(side, -tokens.space.m);
            over_lines(ui, at, align, &row.summary.name, &font, tokens.text, tokens);
        }
    }
}

/// What a figure shows: the limits, and what its colors mean.
fn note(look: &Look<'_>, shared: &Shared) -> String {
    let table = look.plots.table;
    let mut note = format!("{} runs.", table.len());
    for (column, brush) in &shared.brushes {
        if super::brush::applies(table, column) {
            let title = report::axis_title(table, column);
            note = format!("{note} {title} {}.", brush.text(column));
        }
    }
    note
}
