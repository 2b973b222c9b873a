//! The runs behind the lines, above all plots, and the parts, in the plots that have them; a click hides and shows them.

use std::collections::BTreeSet;

use eframe::egui::{
    Color32, CursorIcon, Painter, Rect, Response, Role, Sense, Shape, Stroke, TextStyle, Ui,
    WidgetInfo, pos2, vec2,
};

use super::CurveRun;
use super::curve::LegendPart;
use super::settings::Settings;
use super::stroke::{Dash, StrokeMesh};
use crate::ui::theme::tokens;
use crate::ui::widgets::elide_middle;

/// Longest name of a run in the legend, in points.
const NAME_WIDTH: f32 = 180.0;

/// Shows the runs; returns the one that is pointed at.
pub(super) fn runs_ui(
    ui: &mut Ui,
    runs: &[CurveRun<'_>],
    settings: &mut Settings,
    has_gaps: bool,
) -> Option<String> {
    if runs.len() < 2 && !has_gaps {
        return None;
    }
    let mut pointed_at = None;
    let tokens = tokens(ui.ctx());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(tokens.space.xs, 0.0);
        for run in runs.iter().filter(|_| runs.len() > 1) {
            let shown = settings.shows_run(run.id);
            let response = entry(ui, run.name, run.name, run.color, Swatch::Run, shown);
            if response.hovered() && shown {
                pointed_at = Some(run.id.to_owned());
            }
            if response.clicked() {
                let all = runs.iter().map(|run| run.id);
                hide_or_show(&mut settings.hidden_runs, all, run.id, is_alone(ui));
            }
        }
        if has_gaps {
            let name = "not a number";
            entry(ui, name, name, tokens.error, Swatch::Gap, true);
        }
    });
    pointed_at
}

/// A click on a part.
#[derive(Debug)]
pub(super) struct PartClick {
    /// Its label.
    pub(super) part: String,
    /// True if it is to be shown alone, or all again.
    pub(super) alone: bool,
}

/// Shows the parts of a plot, in the color of their lines unless those belong to several runs, each with its newest value where there is one
/// and room for all of them.
pub(super) fn parts_ui(
    ui: &mut Ui,
    parts: &[(LegendPart<'_>, Option<String>)],
    several_runs: bool,
    settings: &Settings,
) -> Option<PartClick> {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Small.resolve(ui.style());
    let text_of = |(part, value): &(LegendPart<'_>, Option<String>)| match value {
        Some(value) => format!("{} {value}", part.label),
        None => part.label.to_owned(),
    };
    let width = |text: String| {
        let galley = ui
            .painter()
            .layout_no_wrap(text, font.clone(), tokens.text_secondary);
        galley.size().x + tokens.space.xl + 4.0 * tokens.space.xs
    };
    let wanted: f32 = parts.iter().map(|part| width(text_of(part))).sum();
    let with_values = wanted <= ui.available_size_before_wrap().x;
    let mut click = None;
    for both in parts {
        let part = &both.0;
        let text = match with_values {
            true => text_of(both),
            false => part.label.to_owned(),
        };
        let color = match several_runs {
            true => tokens.text_secondary,
            false => part.color,
        };
        let shown = settings.shows_part(part.label);
        let swatch = Swatch::Part(part.dash);
        if entry(ui, part.label, &text, color, swatch, shown).clicked() {
            click = Some(PartClick {
                part: part.label.to_owned(),
                alone: is_alone(ui),
            });
        }
    }
    click
}

fn is_alone(ui: &Ui) -> bool {
    ui.input(|input| input.modifiers.alt)
}

/// Hides one of `all` or shows it again; `alone` shows it alone, or all again.
pub(super) fn hide_or_show<'a>(
    hidden: &mut BTreeSet<String>,
    all: impl Iterator<Item = &'a str>,
    id: &str,
    alone: bool,
) {
    if alone {
        let others: BTreeSet<String> = all
            .filter(|other| *other != id)
            .map(str::to_owned)
            .collect();
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

/// `name` is what it is called, `text` what it says.
fn entry(
    ui: &mut Ui,
    name: &str,
    text: &str,
    color: Color32,
    swatch: Swatch,
    shown: bool,
) -> Response {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Small.resolve(ui.style());
    let whole = text;
    let text = elide_middle(ui, whole, &font, NAME_WIDTH);
    let cut = text != whole;
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
    let height = match swatch {
        Swatch::Part(_) => galley.size().y + tokens.space.hair,
        Swatch::Run | Swatch::Gap => tokens.size.control - tokens.space.hair,
    };
    let size = vec2(
        swatch_width + galley.size().x + 3.0 * tokens.space.xs,
        height,
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
        format!("{whole}\n{hint}")
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
