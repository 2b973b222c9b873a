//! The first cell of a line: its mark, its pin, its status, its name.

use eframe::egui::{
    Align, Align2, CornerRadius, CursorIcon, Layout, Rect, Role, Sense, Stroke, StrokeKind, Ui,
    UiBuilder, WidgetInfo, vec2,
};
use egui_material_icons::{MaterialIcon, icons};

use super::grid::{Asked, icon_font};
use super::model::{Choice, Line, Model};
use crate::draw::Tokens;
use crate::record::Status;
use crate::ui::app::{Action, LabelChange};
use crate::ui::panes::explore::Look;
use crate::ui::state::Run;
use crate::ui::theme::tokens;
use crate::ui::widgets::{elided_label, status_mark};

/// Room for what stands before a name.
pub(super) fn marks_width(tokens: &Tokens) -> f32 {
    2.0 * (tokens.size.mark + tokens.space.xs) + 4.0 * tokens.space.xs + tokens.size.icon
}

/// Shows the first cell of a line.
pub(super) fn ui(
    ui: &mut Ui,
    model: &Model,
    choice: &Choice,
    line: Line,
    look: &Look<'_>,
    is_hovered: bool,
    asked: &mut Asked,
) {
    let tokens = tokens(ui.ctx());
    let rect = ui.max_rect().shrink2(vec2(tokens.space.s, 0.0));
    let layout = Layout::left_to_right(Align::Center);
    let mut content = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    let ui = &mut content;
    ui.spacing_mut().item_spacing.x = tokens.space.xs;
    let name = model.shown(line, &crate::experiments::table::Column::Name);
    match line {
        Line::Group(group) => {
            let is_open = model.is_unfolded(group, choice);
            let icon = if is_open {
                icons::ICON_KEYBOARD_ARROW_DOWN
            } else {
                icons::ICON_KEYBOARD_ARROW_RIGHT
            };
            let text = format!("Runs of {name}");
            if small_button(ui, icon, tokens.text_secondary, &text, is_open).clicked() {
                asked.fold = Some(group);
            }
            let count = model.groups[group].rows.len();
            name_ui(ui, &format!("{name}  ×{count}"));
        }
        Line::Run { row, nested } => {
            if nested {
                ui.add_space(tokens.space.l);
            }
            let run = &model.table.rows()[row];
            let known = look.context.run(&run.id);
            let is_marked = look.context.compared.contains(&run.id);
            let selected = look.context.selected.is_some_and(|own| own.id == run.id);
            if swatch(ui, tokens, known, &name, is_marked, selected) {
                asked.actions.push(Action::Mark {
                    runs: vec![run.id.clone()],
                    on: !is_marked,
                });
            }
            let pinned = run.labels.pinned;
            let color = match (pinned, is_hovered) {
                (true, _) => tokens.accent_text,
                (false, true) => tokens.text_disabled,
                (false, false) => eframe::egui::Color32::TRANSPARENT,
            };
            let text = format!("Pin {name}");
            if small_button(ui, icons::ICON_PUSH_PIN, color, &text, pinned)
                .on_hover_text("Pinned runs stay on top, whatever the order")
                .clicked()
            {
                let change = LabelChange::Pin(!pinned);
                asked
                    .actions
                    .push(Action::Label(vec![run.id.clone()], change));
            }
            let status = run.summary.status;
            if status != Status::Finished {
                let progress = known.and_then(Run::progress);
                status_mark(ui, status, progress.filter(|_| status == Status::Running));
            }
            name_ui(ui, &name);
        }
    }
}

/// The name, said as that of a run.
fn name_ui(ui: &mut Ui, name: &str) {
    let response = elided_label(ui, name, ui.available_width());
    let spoken = format!("Run: {name}");
    response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, &spoken));
}

fn small_button(
    ui: &mut Ui,
    icon: MaterialIcon,
    color: eframe::egui::Color32,
    name: &str,
    on: bool,
) -> eframe::egui::Response {
    let tokens = tokens(ui.ctx());
    let side = tokens.size.mark + tokens.space.xs;
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, name));
    let color = if response.hovered() {
        tokens.text
    } else {
        color
    };
    let font = icon_font(tokens);
    let center = rect.center();
    ui.painter()
        .text(center, Align2::CENTER_CENTER, icon.codepoint, font, color);
    response.on_hover_cursor(CursorIcon::PointingHand)
}

/// The mark of a run: its color while it is shown with others. True if it was clicked.
fn swatch(
    ui: &mut Ui,
    tokens: &Tokens,
    run: Option<&Run>,
    name: &str,
    marked: bool,
    selected: bool,
) -> bool {
    let side = tokens.size.mark + tokens.space.xs;
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    let text = format!("Mark {name}");
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, marked, &text));
    let rect = Rect::from_center_size(rect.center(), vec2(tokens.size.mark, tokens.size.mark));
    let corner = CornerRadius::same(tokens.radius.small);
    match run {
        Some(run) if marked || selected => {
            let color = tokens.category(run.color);
            ui.painter().rect_filled(rect, corner, color);
        }
        _ => {
            let color = if response.hovered() {
                tokens.text_secondary
            } else {
                tokens.border_strong
            };
            let stroke = Stroke::new(tokens.size.line, color);
            ui.painter()
                .rect_stroke(rect, corner, stroke, StrokeKind::Inside);
        }
    }
    response
        .on_hover_cursor(CursorIcon::PointingHand)
        .on_hover_text("Show it together with the selected run and the other marked ones")
        .clicked()
}
