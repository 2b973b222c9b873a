//! A cell: figures on their decimal points, texts cut in the middle, a star for the best, a word for the best on test data; tags and notes are written in place.

use eframe::egui::{
    Align2, CursorIcon, Role, Sense, TextStyle, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons;

use super::edit::{Editing, Field};
use super::grid::{Asked, Measured, font, fraction_width, icon_font, inner};
use super::model::{Head, Line, Model};
use crate::experiments::table::Column;
use crate::ui::theme::tokens;
use crate::ui::widgets::elide_middle;

/// What stands before the best number of a column of test data, by which nothing is to be chosen.
pub(super) const BEST: &str = "best";

/// Shows a cell.
pub(super) fn ui(
    ui: &mut Ui,
    model: &Model,
    line: Line,
    head: &Head,
    measured: &Measured,
    editing: &mut Option<Editing>,
    asked: &mut Asked,
) {
    if let (Some(field), Line::Run { row, .. }) = (written(&head.column), line) {
        written_ui(ui, model, row, line, head, field, editing, asked);
        return;
    }
    let tokens = tokens(ui.ctx());
    let best = head.best.as_ref().filter(|best| best.lines.contains(&line));
    let text = model.shown(line, &head.column);
    let is_figure = head.width.has_figures() && model.is_figure(line, &head.column);
    let (rect, inside) = (ui.max_rect(), inner(ui, tokens));
    let response = ui.interact(rect, ui.scope_id().with("cell"), Sense::hover());
    let spoken = match best {
        Some(best) if best.honest => format!("{}: {text}, best", head.title),
        Some(_) => format!("{}: {text}, best by test data", head.title),
        None if text.is_empty() => format!("{}: none", head.title),
        None => format!("{}: {text}", head.title),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, &spoken));
    let font = font(ui, best.is_some());
    let color = match (text.is_empty(), best) {
        (true, _) => tokens.text_disabled,
        (false, Some(_)) => tokens.text,
        (false, None) => tokens.text_secondary,
    };
    if is_figure {
        // Times have units of their own, and no common point.
        let missing = match head.column {
            Column::Seconds => 0.0,
            _ => measured.fraction - fraction_width(ui, &text, &font),
        };
        let right = inside.right() - missing.max(0.0);
        let at = pos2(right, rect.center().y);
        let drawn = ui
            .painter()
            .text(at, Align2::RIGHT_CENTER, &text, font, color);
        if let Some(best) = best {
            // A star is for what was chosen honestly; a word for what is merely the best on the test data.
            let (mark, font, color) = if best.honest {
                (
                    icons::ICON_STAR.codepoint,
                    icon_font(tokens),
                    tokens.success,
                )
            } else {
                let small = TextStyle::Small.resolve(ui.style());
                (BEST, small, tokens.text_tertiary)
            };
            ui.painter().text(
                drawn.left_center() - vec2(tokens.space.xs, 0.0),
                Align2::RIGHT_CENTER,
                mark,
                font,
                color,
            );
            response.on_hover_text(&best.why);
        }
        return;
    }
    let (at, align) = if head.width.has_figures() {
        (inside.right_center(), Align2::RIGHT_CENTER)
    } else {
        (inside.left_center(), Align2::LEFT_CENTER)
    };
    let text = if text.is_empty() { "–" } else { &text };
    let shown = elide_middle(ui, text, &font, inside.width());
    let is_cut = shown != text;
    ui.painter().text(at, align, shown, font, color);
    if is_cut {
        response.on_hover_text(text);
    }
}

/// The columns that are written by hand.
fn written(column: &Column) -> Option<Field> {
    match column {
        Column::Tags => Some(Field::Tags),
        Column::Note => Some(Field::Note),
        _ => None,
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "what the cell is, and where its answer goes"
)]
fn written_ui(
    ui: &mut Ui,
    model: &Model,
    row: usize,
    line: Line,
    head: &Head,
    field: Field,
    editing: &mut Option<Editing>,
    asked: &mut Asked,
) {
    let tokens = tokens(ui.ctx());
    let run = &model.table.rows()[row];
    let rect = ui.max_rect();
    if let Some(own) = editing
        && own.run == run.id
        && own.field == field
    {
        let inside = rect.shrink2(vec2(tokens.space.xs, tokens.space.hair));
        let mut child = ui.new_child(UiBuilder::new().max_rect(inside));
        if own.ui(&mut child, &run.summary.name, &mut asked.actions) {
            *editing = None;
        }
        return;
    }
    let text = model.shown(line, &head.column);
    let response = ui.interact(rect, ui.scope_id().with("written"), Sense::click());
    let spoken = format!("{} of {}: {text}", head.title, run.summary.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let inside = inner(ui, tokens);
    if response.clicked() {
        asked.edit = Some(Editing::new(&run.id, field, &run.labels));
    }
    if let Some(problem) = &run.problem
        && field == Field::Tags
        && problem.contains("labels.json")
    {
        let at = inside.left_center();
        let icon = icons::ICON_WARNING.codepoint;
        ui.painter().text(
            at,
            Align2::LEFT_CENTER,
            icon,
            icon_font(tokens),
            tokens.warning,
        );
        response.on_hover_text(problem);
        return;
    }
    let font = font(ui, false);
    let (text, color) = match (text.is_empty(), response.hovered()) {
        (true, true) => ("Add…".to_owned(), tokens.text_tertiary),
        (true, false) => ("–".to_owned(), tokens.text_disabled),
        (false, _) => (text, tokens.text_secondary),
    };
    let shown = elide_middle(ui, &text, &font, inside.width());
    ui.painter().text(
        inside.left_center(),
        Align2::LEFT_CENTER,
        &shown,
        font,
        color,
    );
    let hint = match field {
        Field::Note if !run.labels.note.is_empty() => run.labels.note.clone(),
        _ if shown != text => text,
        _ => "Click to change".to_owned(),
    };
    response
        .on_hover_cursor(CursorIcon::Text)
        .on_hover_text(hint);
}
