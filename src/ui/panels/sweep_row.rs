//! The row of a sweep in the list: its runs fold out below it.

use eframe::egui::{
    Align, CursorIcon, Id, Layout, Rect, Response, RichText, Role, Sense, TextStyle, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons as icon;

use super::run_row::row;
use crate::draw::format;
use crate::experiments::sweep::SweepId;
use crate::record::Status;
use crate::ui::app::{Action, SweepDo};
use crate::ui::commands::Command;
use crate::ui::state::{Selection, Sweep};
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, elided_label, menu_entry, status_label, status_mark};

/// The id of a sweep's row.
pub(super) fn sweep_row_id(sweep: &SweepId) -> Id {
    Id::unique(("sweeps list", sweep.as_str()))
}

/// Shows the row; true if its runs are to fold out or away.
pub(super) fn sweep_row(
    ui: &mut Ui,
    sweep: &Sweep,
    selected: bool,
    open: bool,
    actions: &mut Vec<Action>,
) -> (Response, bool) {
    let tokens = tokens(ui.ctx());
    let name = format!(
        "Sweep {}, {}, {}",
        sweep.title(),
        status_label(sweep.status()),
        sweep.describe()
    );
    let id = sweep_row_id(sweep.id());
    let (rect, response) = row(ui, id, tokens.size.run_row, selected, &name);
    let mut toggled = response.double_clicked();
    if response.clicked() || response.secondary_clicked() {
        actions.push(Action::Select(Selection::Sweep(sweep.id().clone())));
    }
    response.context_menu(|ui| {
        for what in SweepDo::ALL {
            let enabled = what.is_enabled(sweep);
            ui.add_enabled_ui(enabled, |ui| {
                if menu_entry(ui, what.name()) {
                    actions.push(Action::ForSweep(sweep.id().clone(), what));
                }
            });
        }
        ui.separator();
        if menu_entry(ui, Command::Report.name()) {
            actions.push(Action::Select(Selection::Sweep(sweep.id().clone())));
            actions.push(Action::Command(Command::Report));
        }
    });
    if !ui.is_rect_visible(rect) {
        return (response, toggled);
    }
    toggled |= chevron(ui, rect, sweep, open);
    let inset = tokens.space.m + tokens.size.icon - tokens.space.xs;
    let vertical = tokens.space.xs + tokens.space.hair;
    let inner = Rect::from_min_max(
        pos2(rect.left() + inset, rect.top() + vertical),
        pos2(rect.right() - tokens.space.m, rect.bottom() - vertical),
    );
    let mut content = ui.new_child(
        UiBuilder::new()
            .max_rect(inner)
            .layout(Layout::top_down(Align::Min)),
    );
    content.spacing_mut().item_spacing = vec2(tokens.space.s, tokens.space.hair);
    content.spacing_mut().interact_size.y = tokens.size.icon;
    content.horizontal(|ui| {
        ui.set_min_height(tokens.size.icon);
        let progress = (sweep.status() == Status::Running).then(|| sweep.progress());
        status_mark(ui, sweep.status(), progress);
        let width = ui.available_width();
        elided_label(ui, sweep.title(), width);
    });
    second_line(&mut content, sweep);
    (response, toggled)
}

/// The mark that folds the runs out; true if it was clicked.
fn chevron(ui: &mut Ui, rect: Rect, sweep: &Sweep, open: bool) -> bool {
    let tokens = tokens(ui.ctx());
    let side = tokens.size.icon;
    let at = pos2(rect.left() + tokens.space.s + side / 2.0, rect.center().y);
    let area = Rect::from_center_size(at, vec2(side + tokens.space.xs, rect.height()));
    let id = sweep_row_id(sweep.id()).with("fold");
    let response = ui.interact(area, id, Sense::click());
    let name = format!("Runs of {}", sweep.title());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, open, &name));
    let mark = if open {
        icon::ICON_EXPAND_MORE
    } else {
        icon::ICON_CHEVRON_RIGHT
    };
    let color = if response.hovered() || response.has_focus() {
        tokens.text
    } else {
        tokens.text_tertiary
    };
    ui.painter().text(
        at,
        eframe::egui::Align2::CENTER_CENTER,
        mark.codepoint,
        eframe::egui::FontId::proportional(side),
        color,
    );
    response.on_hover_cursor(CursorIcon::PointingHand).clicked()
}

/// How many runs have ended, and the best of them: words give way to numbers where there is little room.
fn second_line(ui: &mut Ui, sweep: &Sweep) {
    let tokens = tokens(ui.ctx());
    let width = |ui: &Ui, text: &str| {
        let font = TextStyle::Small.resolve(ui.style());
        let color = tokens.text_tertiary;
        ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, color).size().x)
    };
    let small = |text: &str, color| {
        RichText::new(text)
            .text_style(TextStyle::Small)
            .color(color)
    };
    let (brief, whole) = (sweep.describe_briefly(), sweep.describe());
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = tokens.space.xs;
            let mut room = ui.available_width() - tokens.space.s;
            if let Some((objective, value)) = sweep.best_measure() {
                let title = format!("Best {}", objective.title());
                let value = format::measured(value, objective.scalar.unit);
                room -= width(ui, &value) + tokens.space.xs;
                ui.label(small(&value, tokens.text_secondary))
                    .on_hover_text(&title);
                // "best" goes first where there is little room, then the name of the measure.
                let label = &*objective.scalar.label;
                for label in [format!("best {label}"), label.to_owned()] {
                    let needed = width(ui, &label) + tokens.space.xs;
                    if room - needed >= width(ui, &brief) {
                        room -= needed;
                        ui.label(small(&label, tokens.text_tertiary))
                            .on_hover_text(&title);
                        break;
                    }
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let hover = match sweep.cluster_problem() {
                    Some(problem) => format!("{whole}\n{problem}"),
                    None => whole.clone(),
                };
                if width(ui, &whole) <= room {
                    let shown = caption(ui, &whole);
                    if hover != whole {
                        shown.on_hover_text(&hover);
                    }
                } else {
                    caption(ui, &brief).on_hover_text(&hover);
                }
            });
        });
    });
}
