//! The runs and parts behind the lines; a click hides and shows them.

use std::collections::BTreeSet;

use eframe::egui::{
    Color32, CursorIcon, Painter, Rect, Response, Role, Sense, Shape, Stroke, TextStyle, Ui,
    WidgetInfo, pos2, vec2,
};

use super::CurveRun;
use super::curve::{dash_of, parts};
use super::settings::Settings;
use super::stroke::{Dash, StrokeMesh};
use crate::ui::theme::tokens;
use crate::ui::widgets::elide_middle;

/// Longest name of a run in the legend, in points.
const NAME_WIDTH: f32 = 180.0;

/// Shows the legend; returns the run that is pointed at.
pub(super) fn legend_ui(
    ui: &mut Ui,
    runs: &[CurveRun<'_>],
    settings: &mut Settings,
    has_gaps: bool,
) -> Option<String> {
    let mut pointed_at = None;
    let tokens = tokens(ui.ctx());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(tokens.space.xs, 0.0);
        for run in runs {
            let shown = settings.shows_run(run.id);
            let response = entry(ui, run.name, run.color, Swatch::Run, shown);
            if response.hovered() && shown && runs.len() > 1 {
                pointed_at = Some(run.id.to_owned());
            }
            let only = |id: &str| {
                runs.iter()
                    .map(|run| run.id)
                    .filter(|other| *other != id)
                    .map(str::to_owned)
                    .collect()
            };
            act(&response, run.id, only(run.id), &mut settings.hidden_runs);
        }
        let parts = parts(runs);
        if parts.len() > 1 {
            if !runs.is_empty() {
                ui.add_space(tokens.space.s);
                let (rect, _) = ui.allocate_exact_size(
                    vec2(tokens.size.hairline, tokens.space.l),
                    Sense::hover(),
                );
                ui.painter().vline(
                    rect.center().x,
                    rect.y_range(),
                    Stroke::new(tokens.size.hairline, tokens.border_strong),
                );
                ui.add_space(tokens.space.xs);
            }
            for &part in &parts {
                let shown = !settings.hidden_parts.contains(part);
                let response = entry(
                    ui,
                    part,
                    tokens.text_secondary,
                    Swatch::Part(dash_of(part, &parts)),
                    shown,
                );
                let only = parts
                    .iter()
                    .filter(|other| **other != part)
                    .map(|other| (*other).to_owned())
                    .collect();
                act(&response, part, only, &mut settings.hidden_parts);
            }
        }
        if has_gaps {
            entry(ui, "not a number", tokens.error, Swatch::Gap, true);
        }
    });
    pointed_at
}

/// A click hides or shows; one with Alt shows this one alone, or all again.
fn act(response: &Response, id: &str, others: BTreeSet<String>, hidden: &mut BTreeSet<String>) {
    if !response.clicked() {
        return;
    }
    if response.ctx.input(|input| input.modifiers.alt) {
        *hidden = if *hidden == others {
            BTreeSet::new()
        } else {
            others
        };
    } else if !hidden.remove(id) {
        hidden.insert(id.to_owned());
    }
}

#[derive(Clone, Copy)]
enum Swatch {
    Run,
    Part(Dash),
    Gap,
}

fn entry(ui: &mut Ui, name: &str, color: Color32, swatch: Swatch, shown: bool) -> Response {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Small.resolve(ui.style());
    let text = elide_middle(ui, name, &font, NAME_WIDTH);
    let cut = text != name;
    let text_color = if shown {
        tokens.text_secondary
    } else {
        tokens.text_disabled
    };
    let galley = ui.painter().layout_no_wrap(text, font, text_color);
    let swatch_width = match swatch {
        Swatch::Part(_) => tokens.space.xl,
        Swatch::Run | Swatch::Gap => tokens.space.m,
    };
    let size = vec2(
        swatch_width + galley.size().x + 3.0 * tokens.space.xs,
        tokens.size.control - tokens.space.hair,
    );
    let sense = if matches!(swatch, Swatch::Gap) {
        Sense::hover()
    } else {
        Sense::click()
    };
    let (rect, response) = ui.allocate_exact_size(size, sense);
    if matches!(swatch, Swatch::Gap) {
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
    } else {
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, shown, name));
    }
    if ui.is_rect_visible(rect) {
        if response.hovered() && sense == Sense::click() {
            ui.painter()
                .rect_filled(rect, tokens.radius.small, tokens.hovered);
        }
        if response.has_focus() {
            let outline = Stroke::new(tokens.size.hairline, tokens.accent);
            ui.painter().rect_stroke(
                rect,
                tokens.radius.small,
                outline,
                eframe::egui::StrokeKind::Inside,
            );
        }
        let left = rect.left() + tokens.space.xs;
        let place = Rect::from_x_y_ranges(left..=left + swatch_width, rect.y_range());
        let color = if shown { color } else { tokens.text_disabled };
        draw_swatch(
            ui.painter(),
            place.shrink2(vec2(tokens.space.hair, 0.0)),
            color,
            swatch,
            shown,
            tokens.size.line,
        );
        ui.painter().galley(
            pos2(
                place.right() + tokens.space.xs,
                rect.center().y - galley.size().y / 2.0,
            ),
            galley,
            text_color,
        );
    }
    if matches!(swatch, Swatch::Gap) {
        return response.on_hover_text("A value that is NaN or infinite: it has no place on the axis, so the line has a gap there.");
    }
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    let hint = "Click to hide or show, Alt-click to show it alone";
    response.on_hover_text(if cut {
        format!("{name}\n{hint}")
    } else {
        hint.to_owned()
    })
}

fn draw_swatch(
    painter: &Painter,
    place: Rect,
    color: Color32,
    swatch: Swatch,
    shown: bool,
    width: f32,
) {
    let center = place.center();
    match swatch {
        Swatch::Run if shown => {
            painter.circle_filled(center, 4.0, color);
        }
        Swatch::Run => {
            painter.circle_stroke(center, 3.5, Stroke::new(width, color));
        }
        Swatch::Gap => {
            for slant in [vec2(2.8, 2.8), vec2(2.8, -2.8)] {
                painter.line_segment([center - slant, center + slant], Stroke::new(width, color));
            }
        }
        Swatch::Part(dash) => {
            let mut stroke_mesh = StrokeMesh::new(1.0 / painter.pixels_per_point());
            stroke_mesh.line(
                &[place.left_center(), place.right_center()],
                width,
                color,
                dash,
            );
            painter.add(Shape::mesh(stroke_mesh.mesh));
        }
    }
}
