//! The row of a key of which several values are tried.

use eframe::egui::{Align, Align2, FontId, Layout, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use egui_material_icons::icons::{ICON_CLOSE, ICON_STACKS};

use super::form::FormMode;
use super::frame::Frame;
use super::group::tooltip_ui;
use super::model::ParameterForm;
use super::row::{Row, problem_ui};
use super::schema::display;
use super::tried::{Tried, TriedEdit, TriedField};
use crate::record::schema::ParameterSpec;
use crate::ui::theme::tokens;
use crate::ui::widgets::IconButton;

/// Width of a row in points from which list or range stand beside the label: below it, the label would be cut.
const BESIDE: f32 = 264.0;

/// A row to show.
pub(super) struct TriedRow<'a> {
    pub(super) spec: &'a ParameterSpec,
    pub(super) tried: &'a Tried,
    /// Every combination is tried, not some that are drawn.
    pub(super) grid: bool,
    /// Take the keyboard.
    pub(super) focus: bool,
    /// What is wrong with the values.
    pub(super) problem: Option<&'a str>,
}

/// What a person did.
pub(super) enum TriedResponse {
    Edited(TriedEdit),
    /// Back to one value.
    Ended,
}

impl ParameterForm {
    /// The row of a key of which several values are tried.
    pub(super) fn tried_row_ui(&mut self, ui: &mut Ui, spec: &ParameterSpec, frame: &Frame<'_>) {
        let key = spec.key.as_str();
        let Some(tried) = self.tried.get(key).cloned() else {
            return;
        };
        let top = ui.cursor().min;
        let focus = self.takes_focus(key, frame.context.mode);
        let jump = focus || self.jump.as_deref() == Some(key);
        let row = TriedRow {
            spec,
            tried: &tried,
            grid: !frame.context.draws,
            focus,
            problem: self.problem(key, frame),
        };
        let baseline = frame.evaluation.baseline.get(key);
        let back = baseline.map_or_else(|| "none".to_owned(), display);
        let response = ui
            .push_id((frame.schema.name(), key, "tried"), |ui| {
                row.ui(ui, |ui| tooltip_ui(ui, spec, &back, None))
            })
            .inner;
        if jump {
            self.jump_ui(ui, top, frame);
        }
        self.take_tried(key, response);
    }

    /// True if the values of a key are to be typed next; it is told once.
    pub(super) fn takes_focus(&mut self, key: &str, mode: FormMode) -> bool {
        let jump = self.jump.as_deref() == Some(key) && mode == FormMode::Edit;
        let next = self.try_next.as_deref() == Some(key);
        if next {
            self.try_next = None;
        }
        jump || next
    }

    pub(super) fn take_tried(&mut self, key: &str, response: Option<TriedResponse>) {
        match response {
            Some(TriedResponse::Ended) => self.stop_trying(key),
            Some(TriedResponse::Edited(edit)) => self.set_tried(key, edit.tried, edit.typing),
            None => (),
        }
    }
}

impl TriedRow<'_> {
    /// The label with list or range and a way back to one value, the values, and what is wrong with them.
    pub(super) fn ui(self, ui: &mut Ui, tooltip: impl FnOnce(&mut Ui)) -> Option<TriedResponse> {
        let indent = indent(ui);
        let field = TriedField {
            spec: self.spec,
            tried: self.tried,
            grid: self.grid,
            focus: self.focus,
            indent,
        };
        let beside = ui.available_width() >= BESIDE;
        let (mut mode, ends) = head_ui(ui, self.spec, &field, beside, tooltip);
        if !beside {
            mode = mode_below_ui(ui, &field);
        }
        let edit = field.values_ui(ui).or(mode);
        if let Some(problem) = self.problem {
            problem_ui(ui, problem, indent);
        }
        if ends {
            return Some(TriedResponse::Ended);
        }
        edit.map(TriedResponse::Edited)
    }
}

fn indent(ui: &Ui) -> f32 {
    let tokens = tokens(ui.ctx());
    tokens.size.icon - tokens.space.hair
}

/// List or range in a line of its own, in line with the values below.
fn mode_below_ui(ui: &mut Ui, field: &TriedField<'_>) -> Option<TriedEdit> {
    if !field.has_modes() {
        return None;
    }
    let mode = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(field.indent);
        field.mode_ui(ui)
    });
    mode.inner
}

/// The label, list or range (if `beside`), and ×. Returns what was done, and true if × was pressed.
fn head_ui(
    ui: &mut Ui,
    spec: &ParameterSpec,
    field: &TriedField<'_>,
    beside: bool,
    tooltip: impl FnOnce(&mut Ui),
) -> (Option<TriedEdit>, bool) {
    let (tokens, indent) = (tokens(ui.ctx()), indent(ui));
    let size = vec2(ui.available_width(), tokens.size.row);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().text(
        pos2(
            rect.left() + indent / 2.0 - tokens.space.hair,
            rect.center().y,
        ),
        Align2::CENTER_CENTER,
        ICON_STACKS.codepoint,
        FontId::proportional(tokens.size.icon - tokens.space.hair),
        tokens.accent_text,
    );
    let inner = Rect::from_min_max(pos2(rect.left() + indent, rect.top()), rect.max);
    let place =
        |ui: &mut Ui, rect, layout| ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    let mut tools = place(ui, inner, Layout::right_to_left(Align::Center));
    tools.spacing_mut().item_spacing.x = tokens.space.xs;
    let name = format!("One value of {}", spec.label.to_lowercase());
    let button = IconButton::new(ICON_CLOSE, &name).hint("Back to one value");
    let ends = tools.add(button).clicked();
    let mode = if beside {
        field.mode_ui(&mut tools)
    } else {
        None
    };
    let left = (tools.min_rect().left() - tokens.space.s).max(inner.left());
    let room = Rect::from_min_max(inner.min, pos2(left, inner.bottom()));
    let row = Row {
        label: &spec.label,
        symbol: spec.symbol.as_deref(),
        live: false,
        roomy: false,
        reset_to: None,
        problem: None,
        locked: None,
        can_try: false,
    };
    row.label_ui(&mut place(ui, room, Layout::left_to_right(Align::Center)))
        .on_hover_ui(tooltip);
    (mode, ends)
}
