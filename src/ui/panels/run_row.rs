//! The parts of a run's row in the list.

use eframe::egui::{
    CornerRadius, CursorIcon, Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    vec2,
};
use egui_material_icons::icons as icon;

use crate::draw::Tokens;
use crate::draw::format;
use crate::record::Status;
use crate::runs::RunId;
use crate::systems;
use crate::ui::state::Run;
use crate::ui::theme::tokens;
use crate::ui::widgets::{elided_label, status_label, status_mark};

/// Status and name.
pub(super) fn first_line(ui: &mut Ui, run: &Run, title: &str) {
    ui.horizontal(|ui| {
        ui.set_min_height(tokens(ui.ctx()).size.icon);
        let progress = (run.status() == Status::Running)
            .then(|| run.progress())
            .flatten();
        status_mark(ui, run.status(), progress);
        if run.cut_short {
            ui.label(
                icon::ICON_WARNING
                    .rich_text()
                    .color(tokens(ui.ctx()).warning),
            )
            .on_hover_text("Its event log ends before the run did: curves and log are incomplete");
        }
        let width = ui.available_width();
        elided_label(ui, title, width);
    });
}

/// How far a run is while it works; else what it is, where its name does not say.
pub(super) fn describe(run: &Run) -> String {
    match (run.status(), run.progress()) {
        (Status::Running, Some(share)) => format::percent(f64::from(share)),
        (Status::Finished, _) => {
            let system = systems::find(&run.summary.system)
                .map_or(run.summary.system.as_str(), |system| system.label());
            let name = run.title().to_lowercase();
            if name.contains(&system.to_lowercase()) || name.contains(run.id.short()) {
                format::duration(run.summary.seconds)
            } else {
                system.to_owned()
            }
        }
        (status, Some(share)) => format!(
            "{} at {}",
            status_label(status),
            format::percent(f64::from(share))
        ),
        (status, None) => status_label(status).to_owned(),
    }
}

/// A description where room is scarce: as `cut` leaves it, as long as that still says something.
pub(super) fn shortened(text: &str, cut: impl Fn(&str) -> String) -> String {
    let shown = cut(text);
    if shown == text {
        return shown;
    }
    match text.split_once(' ') {
        // `8 min` says more than `8…s`; what is left of less than that would say nothing.
        Some((first, _)) if cut(first) == first => first.to_owned(),
        Some(_) => String::new(),
        // Between a number and its unit there is another space: of `42 s` nothing but a wrong number would be left.
        None if text.starts_with(|letter: char| letter.is_ascii_digit()) => String::new(),
        None if shown == "…" => String::new(),
        None => shown,
    }
}

/// The row of a run, or that of the next one.
pub(super) fn row_id(run: Option<&RunId>) -> Id {
    Id::unique(("runs list", run.map(RunId::as_str)))
}

/// A row as wide as the panel, with its background. A click gives it the keyboard.
pub(super) fn row(
    ui: &mut Ui,
    id: Id,
    height: f32,
    selected: bool,
    name: &str,
) -> (Rect, Response) {
    let tokens = tokens(ui.ctx());
    let (_, whole) = ui.allocate_space(vec2(ui.available_width(), height));
    let response = ui.interact(whole, id, Sense::click());
    if response.clicked() {
        response.request_focus();
    }
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, name));
    let rect = whole.shrink2(vec2(tokens.space.xs, tokens.size.hairline));
    let fill = if selected {
        Some(tokens.selected)
    } else if response.hovered() || response.context_menu_opened() {
        Some(tokens.hovered)
    } else {
        None
    };
    if let Some(fill) = fill {
        ui.painter().rect_filled(rect, tokens.radius.medium, fill);
    }
    if response.has_focus() && !selected {
        let stroke = Stroke::new(tokens.size.line, tokens.accent);
        ui.painter()
            .rect_stroke(rect, tokens.radius.medium, stroke, StrokeKind::Inside);
    }
    (whole, response)
}

/// A check box that compares the run; it has the run's color while its curves are shown.
pub(super) fn swatch(
    ui: &mut Ui,
    tokens: &Tokens,
    run: &Run,
    compared: bool,
    shown: bool,
) -> Response {
    let side = tokens.size.mark + tokens.space.xs;
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    let name = format!("Compare {}", run.title());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, compared, &name));
    let rect = Rect::from_center_size(rect.center(), vec2(tokens.size.mark, tokens.size.mark));
    let corner = CornerRadius::same(tokens.radius.small);
    if shown {
        ui.painter()
            .rect_filled(rect, corner, tokens.category(run.color));
    } else {
        let color = if response.hovered() {
            tokens.text_secondary
        } else {
            tokens.border_strong
        };
        ui.painter().rect_stroke(
            rect,
            corner,
            Stroke::new(tokens.size.line, color),
            StrokeKind::Inside,
        );
    }
    response
        .on_hover_cursor(CursorIcon::PointingHand)
        .on_hover_text("Compare with the selected run; with Shift, all from the last mark to here")
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_cut_description_has_no_part_of_a_number() {
        let to = |room: usize| {
            move |text: &str| match text.chars().count() {
                own if own <= room => text.to_owned(),
                _ => text.chars().take(room - 1).chain(['…']).collect(),
            }
        };
        let shown = |text, room| shortened(text, to(room));
        assert_eq!(shown("42\u{202f}s", 4), "42\u{202f}s");
        assert_eq!(shown("42\u{202f}s", 2), "");
        assert_eq!(shown("8\u{202f}min 5\u{202f}s", 6), "8\u{202f}min");
        assert_eq!(shown("8\u{202f}min 5\u{202f}s", 3), "");
        assert_eq!(shown("Interrupted", 6), "Inter…");
        assert_eq!(shown("Interrupted", 1), "");
    }
}
