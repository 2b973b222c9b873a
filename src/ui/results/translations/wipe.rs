//! Two pictures, one over the other: divided by a line, or classes over a picture.

use eframe::egui::{
    Align2, Color32, CursorIcon, EventFilter, Key, Rect, Role, Sense, Stroke, TextStyle, Ui,
    WidgetInfo, pos2, vec2,
};

use super::canvas;
use super::cell::Cell;
use super::grid::absent_ui;
use super::picture_pane::PicturePane;
use super::prepared::Prepared;
use super::settings::{Settings, Spot};
use super::shown_run::{ShownRun, first, has};
use crate::ui::theme::tokens;

/// How far a key moves the line.
const KEY: f32 = 0.02;

impl PicturePane {
    /// Left of the line the first picture, right of it the second.
    pub(super) fn wipe_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        settings: &mut Settings,
        shown_runs: &[ShownRun<'_>],
    ) {
        let pair = pair(settings, shown_runs);
        let Some([left, right]) = pictures(shown_runs, pair) else {
            absent_ui(
                ui,
                area,
                shown_runs
                    .iter()
                    .find(|shown_run| shown_run.picture().is_none()),
            );
            return;
        };
        let names = pair.map(|spot| spot_name(shown_runs, spot));
        let accessible_text = format!("{} and {} of {}", names[0], names[1], left.name);
        let id = ui.scope_id().with("wipe picture");
        let response = canvas::sense(ui, id, area, &accessible_text);
        // With everything in view there is nothing to move but the line.
        let fit = self.viewport.is_fit();
        canvas::navigate(ui, &response, area, left.size, &mut self.viewport, !fit);
        let placed = canvas::place(ui, &self.viewport, area, left.size);
        self.placed = Some(placed);
        let visible = placed.visible();
        let place = |x: f32| ((x - visible.left()) / visible.width().max(1.0)).clamp(0.0, 1.0);
        if fit
            && response.dragged()
            && let Some(pointer) = response.interact_pointer_pos()
        {
            settings.wipe = place(pointer.x);
        }
        let line = visible.left() + settings.wipe * visible.width();
        let handle = handle_ui(ui, visible, line, settings);
        if handle.dragged()
            && let Some(pointer) = handle.interact_pointer_pos()
        {
            settings.wipe = place(pointer.x);
        }
        let line = visible.left() + settings.wipe * visible.width();
        canvas::ground(ui, area);
        let (before, after) = area.split_left_right_at_x(line);
        let white = Color32::WHITE;
        for (picture, spot, clip) in [(left, pair[0], before), (right, pair[1], after)] {
            let placed = canvas::place(ui, &self.viewport, area, picture.size);
            let cell = (picture, spot.cell);
            canvas::paint(ui, &mut self.textures, settings, &placed, clip, cell, white);
        }
        line_ui(ui, visible, line, handle.has_focus());
        tag(ui, visible.with_max_x(line), &names[0], Align2::LEFT_TOP);
        tag(ui, visible.with_min_x(line), &names[1], Align2::RIGHT_TOP);
        canvas::focus(ui, &response, area);
        if let Some(share) = canvas::pointed(&response, &placed) {
            self.point(share, &response);
        }
    }

    /// Classes over a picture.
    pub(super) fn overlay_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        settings: &mut Settings,
        shown_runs: &[ShownRun<'_>],
    ) {
        let Some(picture) = first(shown_runs) else {
            absent_ui(ui, area, shown_runs.first());
            return;
        };
        let (base, over) = overlay(settings, picture);
        let name = base.name(picture.side);
        let accessible_text = over.map_or_else(
            || format!("{name} of {}", picture.name),
            |over| {
                format!(
                    "{} over {name} of {}",
                    over.name(picture.side),
                    picture.name
                )
            },
        );
        let response = canvas::sense(
            ui,
            ui.scope_id().with("overlay picture"),
            area,
            &accessible_text,
        );
        canvas::navigate(ui, &response, area, picture.size, &mut self.viewport, true);
        let placed = canvas::place(ui, &self.viewport, area, picture.size);
        self.placed = Some(placed);
        canvas::ground(ui, area);
        let white = Color32::WHITE;
        let cell = (&**picture, base);
        canvas::paint(ui, &mut self.textures, settings, &placed, area, cell, white);
        if let Some(over) = over {
            let tint = white.gamma_multiply(settings.opacity);
            let cell = (&**picture, over);
            canvas::paint(ui, &mut self.textures, settings, &placed, area, cell, tint);
        } else {
            let none = "No classes: this run has neither masks nor a parsing network";
            tag(ui, placed.visible(), none, Align2::CENTER_BOTTOM);
        }
        tag(ui, placed.visible(), name, Align2::LEFT_TOP);
        if let Some(over) = over {
            tag(
                ui,
                placed.visible(),
                over.name(picture.side),
                Align2::RIGHT_TOP,
            );
        }
        canvas::focus(ui, &response, area);
        if let Some(share) = canvas::pointed(&response, &placed) {
            self.point(share, &response);
        }
    }
}

/// The picture and the classes over it: those that are chosen, or else those that are there.
pub(super) fn overlay(settings: &Settings, picture: &Prepared) -> (Cell, Option<Cell>) {
    let base = Some(settings.base)
        .filter(|base| picture.has(*base))
        .unwrap_or(Cell::Real);
    let over = [settings.over, Cell::Mask, Cell::Parsing]
        .into_iter()
        .find(|over| picture.has(*over));
    (base, over)
}

/// The two cells that are chosen, or else two that are there.
pub(super) fn pair(settings: &Settings, shown_runs: &[ShownRun<'_>]) -> [Spot; 2] {
    let usual = [Spot::own(Cell::Real), Spot::own(Cell::Fake)];
    [0, 1].map(|at| {
        let spot = settings.pair[at];
        if has(shown_runs, spot.run, spot.cell) {
            spot
        } else if has(shown_runs, 0, spot.cell) {
            Spot::own(spot.cell)
        } else {
            usual[at]
        }
    })
}

pub(super) fn pictures<'a>(
    shown_runs: &'a [ShownRun<'_>],
    pair: [Spot; 2],
) -> Option<[&'a Prepared; 2]> {
    let of = |spot: Spot| shown_runs.get(spot.run)?.picture();
    Some([of(pair[0])?, of(pair[1])?])
}

/// `Fake B`, and of which run where there are several.
pub(super) fn spot_name(shown_runs: &[ShownRun<'_>], spot: Spot) -> String {
    let side = first(shown_runs).map_or(crate::data::images::Side::A, |picture| picture.side);
    let name = spot.cell.name(side);
    match shown_runs.get(spot.run) {
        Some(shown_run) if shown_runs.len() > 1 && !spot.cell.is_given() => {
            format!("{name} · {}", shown_run.name)
        }
        _ => name.to_owned(),
    }
}

/// The handle: a strip around the line.
fn handle_ui(ui: &Ui, visible: Rect, line: f32, settings: &mut Settings) -> eframe::egui::Response {
    let tokens = tokens(ui.ctx());
    let rect = Rect::from_center_size(
        pos2(line, visible.center().y),
        vec2(tokens.size.control, visible.height()),
    );
    let response = ui
        .interact(rect, ui.scope_id().with("wipe"), Sense::click_and_drag())
        .on_hover_cursor(CursorIcon::ResizeHorizontal);
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if response.has_focus() {
        let arrows = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
        let moved =
            f32::from(i8::from(pressed(Key::ArrowRight)) - i8::from(pressed(Key::ArrowLeft)));
        settings.wipe = (settings.wipe + KEY * moved).clamp(0.0, 1.0);
        if pressed(Key::Home) {
            settings.wipe = 0.0;
        }
        if pressed(Key::End) {
            settings.wipe = 1.0;
        }
    }
    let value = f64::from(settings.wipe);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Slider, true, "Wipe");
        info.value = Some(value);
        info
    });
    response
}

fn line_ui(ui: &Ui, visible: Rect, x: f32, focused: bool) {
    let tokens = tokens(ui.ctx());
    let painter = ui.painter();
    let (shade, foreground) = (tokens.shadow, tokens.on_accent);
    let thick = tokens.size.line + tokens.space.hair;
    painter.vline(x, visible.y_range(), Stroke::new(thick, shade));
    painter.vline(
        x,
        visible.y_range(),
        Stroke::new(tokens.size.line, foreground),
    );
    let center = pos2(x, visible.center().y);
    let radius = tokens.size.mark;
    let fill = if focused { tokens.accent } else { foreground };
    painter.circle(center, radius, fill, Stroke::new(tokens.size.line, shade));
    let (reach, half) = (tokens.space.xs + tokens.space.hair, tokens.space.hair + 1.0);
    let stroke = Stroke::new(
        tokens.size.line,
        if focused { foreground } else { tokens.accent },
    );
    for side in [-1.0, 1.0] {
        let tip = center + vec2(side * reach, 0.0);
        for up in [-half, half] {
            painter.line_segment([tip, tip + vec2(-side * half, up)], stroke);
        }
    }
}

/// A name on a picture, in a corner; left out where there is no room for it.
pub(super) fn tag(ui: &Ui, rect: Rect, text: &str, corner: Align2) {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Small.resolve(ui.style());
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font, tokens.text);
    let size = galley.size() + vec2(2.0 * tokens.space.s, 2.0 * tokens.space.hair);
    let inside = rect.shrink(tokens.space.s);
    if size.x > inside.width() || size.y > inside.height() {
        return;
    }
    let place = corner.align_size_within_rect(size, inside);
    let painter = ui.painter();
    painter.rect_filled(
        place,
        f32::from(tokens.radius.small),
        tokens.overlay.gamma_multiply(0.88),
    );
    let at = place.min + vec2(tokens.space.s, tokens.space.hair);
    painter.galley(at, galley, tokens.text);
}
