//! The line below the pictures: what is pointed at, what the colors mean.

use eframe::egui::{
    Align, Align2, Color32, Layout, Mesh, Rect, RichText, Role, Sense, StrokeKind, TextStyle, Ui,
    WidgetInfo, pos2, vec2,
};

use super::picture_pane::PicturePane;
use super::prepared::Classes;
use super::settings::{Mode, Settings, Spot};
use super::shown_run::{ShownRun, first};
use super::textures::MAP;
use super::wipe::{overlay, pair, spot_name};
use crate::ui::theme::tokens;

/// Values named at the pixel, at most.
const MOST_VALUES: usize = 6;

/// The cells that are in view.
pub(super) fn in_view(settings: &Settings, shown_runs: &[ShownRun<'_>]) -> Vec<Spot> {
    let Some(picture) = first(shown_runs) else {
        return Vec::new();
    };
    match settings.mode {
        Mode::Grid | Mode::Report => {
            let chosen = if shown_runs.len() > 1 {
                &settings.compared_cells
            } else {
                &settings.cells
            };
            let mut spots = Vec::new();
            for cell in chosen {
                for (run, shown_run) in shown_runs.iter().enumerate() {
                    let first_only = cell.is_given() && run > 0;
                    if !first_only && shown_run.picture().is_some_and(|own| own.has(*cell)) {
                        spots.push(Spot { run, cell: *cell });
                    }
                }
            }
            spots
        }
        Mode::Wipe | Mode::Blink => pair(settings, shown_runs).to_vec(),
        Mode::Overlay => {
            let (base, over) = overlay(settings, picture);
            std::iter::once(base).chain(over).map(Spot::own).collect()
        }
    }
}

/// The meaning of the colors in view, one line.
pub(super) fn legend_ui(ui: &mut Ui, settings: &Settings, shown_runs: &[ShownRun<'_>]) {
    let tokens = tokens(ui.ctx());
    let spots = in_view(settings, shown_runs);
    let classes = first(shown_runs).map(|picture| &picture.classes);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.s;
        if spots.iter().any(|spot| spot.cell.difference().is_some()) {
            scale_ui(ui, settings.scale);
            ui.add_space(tokens.space.l);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let shown = spots.iter().any(|spot| spot.cell.is_classes());
            if let Some(classes) = classes.filter(|_| shown) {
                classes_ui(ui, classes, ui.available_width());
            }
        });
    });
}

/// True if the colors in view mean something.
pub(super) fn has_legend(settings: &Settings, shown_runs: &[ShownRun<'_>]) -> bool {
    let spots = in_view(settings, shown_runs);
    spots
        .iter()
        .any(|spot| spot.cell.is_classes() || spot.cell.difference().is_some())
}

/// The pixel under the pointer, one line.
pub(super) fn foot_ui(
    ui: &mut Ui,
    picture_pane: &PicturePane,
    settings: &Settings,
    shown_runs: &[ShownRun<'_>],
) {
    let tokens = tokens(ui.ctx());
    let spots = in_view(settings, shown_runs);
    let text = picture_pane
        .pointed
        .and_then(|share| value_text(share, shown_runs, &spots));
    let (text, color) = text.map_or_else(
        || {
            let hint = "Scroll to zoom, drag to move, double-click to show the whole picture";
            (hint.to_owned(), tokens.text_tertiary)
        },
        |text| (text, tokens.text_secondary),
    );
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let text = RichText::new(text).small().color(color);
        ui.add(eframe::egui::Label::new(text).truncate());
    });
}

/// `34, 12 · Real A 120 98 76 · Fake B 14 20 31 · road`.
fn value_text(share: [f64; 2], shown_runs: &[ShownRun<'_>], spots: &[Spot]) -> Option<String> {
    let picture = first(shown_runs)?;
    let pixel = pixel_of(share, picture.size);
    let mut text = format!("{}, {}", pixel[0], pixel[1]);
    let mut shown_values = 0;
    for spot in spots {
        let Some(own) = shown_runs.get(spot.run).and_then(ShownRun::picture) else {
            continue;
        };
        if shown_values == MOST_VALUES {
            text += " …";
            break;
        }
        if let Some(value) = own.value(spot.cell, pixel_of(share, own.size)) {
            text += &format!("  ·  {} {value}", spot_name(shown_runs, *spot));
            shown_values += 1;
        }
    }
    Some(text)
}

fn pixel_of(share: [f64; 2], size: [usize; 2]) -> [usize; 2] {
    [0, 1].map(|axis| {
        let at = (share[axis] * size[axis] as f64) as usize;
        at.min(size[axis].saturating_sub(1))
    })
}

/// The colors of differences.
fn scale_ui(ui: &mut Ui, scale: u8) {
    let tokens = tokens(ui.ctx());
    small(ui, &scale.to_string());
    let size = vec2(2.0 * tokens.space.xxl, tokens.space.s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Colors of the difference"));
    const STEPS: u32 = 32;
    let mut mesh = Mesh::default();
    for step in 0..=STEPS {
        let place = step as f32 / STEPS as f32;
        let x = rect.left() + rect.width() * place;
        mesh.colored_vertex(pos2(x, rect.top()), MAP.color(place));
        mesh.colored_vertex(pos2(x, rect.bottom()), MAP.color(place));
    }
    for step in 0..STEPS {
        let at = 2 * step;
        mesh.add_triangle(at, at + 1, at + 2);
        mesh.add_triangle(at + 1, at + 2, at + 3);
    }
    ui.painter().add(mesh);
    response.on_hover_text("Mean difference of red, green and blue, of 255");
    small(ui, "0");
    small(ui, "Difference");
}

/// The classes, as many as fit; the others on hover.
fn classes_ui(ui: &mut Ui, classes: &Classes, room: f32) {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Small.resolve(ui.style());
    let widths: Vec<f32> = classes
        .iter()
        .map(|(name, _)| {
            let galley =
                ui.painter()
                    .layout_no_wrap(name.clone(), font.clone(), Color32::PLACEHOLDER);
            galley.size().x + tokens.space.s + tokens.space.xs + tokens.space.m
        })
        .collect();
    let more = tokens.space.xxl;
    let mut used = 0.0;
    let mut fit = 0;
    for width in &widths {
        let rest = if fit + 1 == widths.len() { 0.0 } else { more };
        if used + width + rest > room {
            break;
        }
        used += width;
        fit += 1;
    }
    let hidden = classes.len() - fit;
    let width = used + if hidden > 0 { more } else { 0.0 };
    let (rect, response) =
        ui.allocate_exact_size(vec2(width, ui.available_height()), Sense::hover());
    let names: Vec<&str> = classes.iter().map(|(name, _)| name.as_str()).collect();
    let accessible_text = format!("Classes: {}", names.join(", "));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &accessible_text));
    let mut left = rect.left();
    for ((name, color), width) in classes.iter().zip(&widths).take(fit) {
        let square = Rect::from_center_size(
            pos2(left + tokens.space.xs, rect.center().y),
            vec2(tokens.space.s, tokens.space.s),
        );
        let [r, g, b] = *color;
        let radius = f32::from(tokens.radius.small) / 2.0;
        let line = eframe::egui::Stroke::new(tokens.size.hairline, tokens.border_strong);
        ui.painter().rect(
            square,
            radius,
            Color32::from_rgb(r, g, b),
            line,
            StrokeKind::Outside,
        );
        let at = pos2(square.right() + tokens.space.xs, rect.center().y);
        ui.painter().text(
            at,
            Align2::LEFT_CENTER,
            name,
            font.clone(),
            tokens.text_secondary,
        );
        left += width;
    }
    if hidden > 0 {
        let at = pos2(rect.right(), rect.center().y);
        let text = format!("+{hidden}");
        ui.painter()
            .text(at, Align2::RIGHT_CENTER, text, font, tokens.text_tertiary);
    }
    response.on_hover_text(names.join(", "));
}

fn small(ui: &mut Ui, text: &str) {
    let color = tokens(ui.ctx()).text_tertiary;
    ui.label(RichText::new(text).small().color(color));
}
