//! One axis: its line with marks and brush, its name, and what a person does with them.

use eframe::egui::{
    Align2, Color32, CornerRadius, CursorIcon, FontId, Popup, Pos2, Rect, Response, Role, Sense,
    Stroke, StrokeKind, TextStyle, Ui, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons;

use super::layout::{AxisLayout, NAMES};
use crate::draw::Tokens;
use crate::draw::runs::Spacing;
use crate::draw::runs::coordinates::{CoordinateAxis, categories_between};
use crate::experiments::table::Column;
use crate::ui::panes::explore::Brush;
use crate::ui::theme::tokens;
use crate::ui::widgets::{elide_middle, menu_entry};

/// What is being done with an axis, while the button is held.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drag {
    pub(super) column: Column,
    pub(super) kind: DragKind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum DragKind {
    /// The brush ends at the pointer; its other end stays at this place.
    End(f64),
    /// The whole brush moves: its lower end and its height, seen from the pointer.
    Whole { below: f64, height: f64 },
    /// The axis moves; the pointer is here.
    Axis(f32),
}

/// What was done with an axis.
#[derive(Debug, Default)]
pub(super) struct AxisDone {
    /// Another brush, or none.
    pub(super) brush: Option<Option<Brush>>,
    pub(super) flip: bool,
    pub(super) hide: bool,
    /// Moves it by one to the left or right.
    pub(super) step: Option<isize>,
    /// The colors are to show it.
    pub(super) judge: bool,
}

/// Half the width of what can be dragged along an axis.
const REACH: f32 = 9.0;
/// How near to the end of a brush the pointer takes that end.
const GRIP: f32 = 5.0;

/// An axis and where it stands.
pub(super) struct AxisUi<'a> {
    pub(super) axis: &'a CoordinateAxis,
    pub(super) column: &'a Column,
    pub(super) index: usize,
    pub(super) layout: &'a AxisLayout,
    /// The colors show its values.
    pub(super) is_judge: bool,
}

impl AxisUi<'_> {
    /// Paints it and takes in what is done with it.
    pub(super) fn show(&self, ui: &mut Ui, drag: &mut Option<Drag>) -> AxisDone {
        let tokens = tokens(ui.ctx());
        let mut done = AxisDone::default();
        self.line_ui(ui, tokens, drag, &mut done);
        self.paint_marks(ui, tokens);
        self.name_ui(ui, tokens, drag, &mut done);
        done
    }

    fn x(&self) -> f32 {
        self.layout.x[self.index]
    }

    /// The brush from its lower to its upper place.
    fn brush(&self) -> Option<(f64, f64)> {
        let (from, to) = self.axis.brush?;
        let range = self.axis.variable.range();
        let place = |value: f64| self.axis.place(value.clamp(range.0, range.1));
        let (from, to) = (place(from)?, place(to)?);
        Some((from.min(to), from.max(to)))
    }

    fn line_ui(&self, ui: &Ui, tokens: &Tokens, drag: &mut Option<Drag>, done: &mut AxisDone) {
        let area = self.layout.area;
        let line = Rect::from_x_y_ranges(self.x()..=self.x(), area.y_range());
        let rect = line.expand2(vec2(REACH, tokens.space.xs));
        let id = ui.scope_id().with(("axis", self.column.to_string()));
        let response = ui.interact(rect, id, Sense::click_and_drag());
        let name = format!("Limit {}", self.axis.variable.name);
        response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &name));
        self.drag(ui, &response, drag, done);
        let hovered = response.hovered() || response.dragged();
        let color = if hovered {
            tokens.text_tertiary
        } else {
            tokens.border_strong
        };
        ui.painter().line_segment(
            [line.center_top(), line.center_bottom()],
            Stroke::new(tokens.size.hairline, color),
        );
        if let Some((low, high)) = self.brush() {
            let rect = Rect::from_min_max(
                pos2(self.x() - REACH * 0.6, self.layout.y(high)),
                pos2(self.x() + REACH * 0.6, self.layout.y(low)),
            );
            ui.painter().rect(
                rect,
                CornerRadius::same(tokens.radius.small),
                tokens.accent.gamma_multiply(0.28),
                Stroke::new(tokens.size.hairline, tokens.accent_text),
                StrokeKind::Inside,
            );
        }
    }

    fn drag(&self, ui: &Ui, response: &Response, drag: &mut Option<Drag>, done: &mut AxisDone) {
        let pointer = response.interact_pointer_pos().or(response.hover_pos());
        let Some(pointer) = pointer else {
            return;
        };
        let layout = self.layout;
        let grip = |y: f32| self.grip(y);
        if response.hovered() && drag.is_none() {
            ui.ctx().set_cursor_icon(match grip(pointer.y) {
                DragKind::Whole { .. } => CursorIcon::Grab,
                DragKind::End(_) if self.is_at_end(pointer.y) => CursorIcon::ResizeVertical,
                _ => CursorIcon::Crosshair,
            });
        }
        if response.drag_started() {
            let origin = ui.input(|input| input.pointer.press_origin());
            *drag = Some(Drag {
                column: self.column.clone(),
                kind: grip(origin.unwrap_or(pointer).y),
            });
        }
        if let Some(Drag { column, kind }) = drag
            && column == self.column
            && response.dragged()
        {
            let place = layout.place(pointer.y);
            match *kind {
                DragKind::End(other) => done.brush = Some(self.between(place, other)),
                DragKind::Whole { below, height } => {
                    let low = (place - below).clamp(0.0, 1.0 - height);
                    done.brush = Some(self.between(low, low + height));
                }
                DragKind::Axis(_) => {}
            }
        }
        if response.drag_stopped() {
            *drag = None;
        }
        if response.clicked() {
            done.brush = self.click(layout.place(pointer.y));
        }
    }

    fn is_at_end(&self, y: f32) -> bool {
        self.brush().is_some_and(|(low, high)| {
            let near = |place: f64| (self.layout.y(place) - y).abs() <= GRIP;
            near(low) || near(high)
        })
    }

    /// What a drag that begins at this height does.
    fn grip(&self, y: f32) -> DragKind {
        let place = self.layout.place(y);
        let Some((low, high)) = self.brush() else {
            return DragKind::End(place);
        };
        let near = |place: f64| (self.layout.y(place) - y).abs() <= GRIP;
        if near(low) {
            DragKind::End(high)
        } else if near(high) {
            DragKind::End(low)
        } else if (low..=high).contains(&place) {
            DragKind::Whole {
                below: place - low,
                height: high - low,
            }
        } else {
            DragKind::End(place)
        }
    }

    /// The brush between two places.
    fn between(&self, a: f64, b: f64) -> Option<Brush> {
        let value = |place: f64| self.axis.value(place.clamp(0.0, 1.0));
        let (a, b) = (value(a), value(b));
        let (low, high) = (a.min(b), a.max(b));
        match &self.axis.variable.spacing {
            Spacing::Numbers(_) => Some(Brush::Range(low, high)),
            Spacing::Categories(names) => {
                let covered = categories_between(&self.axis.variable, (low, high));
                let covered = match covered[..] {
                    [] => vec![((low + high) / 2.0).round().max(0.0) as usize],
                    _ => covered,
                };
                let names = covered.into_iter().filter_map(|at| names.get(at).cloned());
                Some(Brush::Values(names.collect()))
            }
        }
    }

    /// A click takes the brush away, or limits categories to the one under the pointer.
    fn click(&self, place: f64) -> Option<Option<Brush>> {
        if self.axis.brush.is_some() {
            return Some(None);
        }
        match self.axis.variable.spacing {
            Spacing::Numbers(_) => None,
            Spacing::Categories(_) => Some(self.between(place, place)),
        }
    }

    fn paint_marks(&self, ui: &Ui, tokens: &Tokens) {
        let font = TextStyle::Small.resolve(ui.style());
        let area = self.layout.area;
        let room = f64::from(area.height() / (font.size * 2.4)).clamp(2.0, 10.0);
        let painter = ui.painter();
        for (place, label) in self.axis.marks(room) {
            let at = self.layout.at(self.index, place);
            let tick = at - vec2(tokens.space.xs, 0.0);
            let line = Stroke::new(tokens.size.hairline, tokens.border_strong);
            painter.line_segment([tick, at], line);
            if label.is_empty() {
                continue;
            }
            let at = tick - vec2(tokens.space.hair, 0.0);
            let label = elide_middle(ui, &label, &font, self.layout.name_width * 0.8);
            over_lines(
                ui,
                at,
                Align2::RIGHT_CENTER,
                &label,
                &font,
                tokens.text_secondary,
                tokens,
            );
        }
    }

    fn name_ui(&self, ui: &mut Ui, tokens: &Tokens, drag: &mut Option<Drag>, done: &mut AxisDone) {
        let font = TextStyle::Small.resolve(ui.style());
        let name = &self.axis.variable.name;
        let shown = elide_middle(ui, name, &font, self.layout.name_width);
        let color = if self.is_judge {
            tokens.text
        } else {
            tokens.text_secondary
        };
        let galley = ui.painter().layout_no_wrap(shown.clone(), font, color);
        let size = vec2(galley.size().x + tokens.space.s, NAMES);
        let center = pos2(
            self.x(),
            self.layout.area.top() - NAMES / 2.0 - tokens.space.xs,
        );
        let rect = Rect::from_center_size(center, size);
        let id = ui.scope_id().with(("axis name", self.column.to_string()));
        let response = ui.interact(rect, id, Sense::click_and_drag());
        let label = format!("Axis {name}");
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
        if response.hovered() || response.has_focus() {
            let pill = rect.shrink2(vec2(0.0, tokens.space.hair));
            ui.painter()
                .rect_filled(pill, tokens.radius.medium, tokens.hovered);
            ui.ctx().set_cursor_icon(CursorIcon::Grab);
        }
        let arrow = if self.axis.flipped { " ↓" } else { "" };
        let at = rect.center() - galley.size() / 2.0;
        ui.painter().galley(at, galley, color);
        if !arrow.is_empty() {
            let right = rect.right_center();
            let icon = icons::ICON_SWAP_VERT.codepoint;
            let family = eframe::egui::FontFamily::Name(egui_material_icons::FONT_FAMILY.into());
            let font = FontId::new(tokens.space.m, family);
            ui.painter()
                .text(right, Align2::LEFT_CENTER, icon, font, tokens.text_tertiary);
        }
        if response.drag_started() || response.dragged() {
            let x = response
                .interact_pointer_pos()
                .map_or(self.x(), |pointer| pointer.x);
            *drag = Some(Drag {
                column: self.column.clone(),
                kind: DragKind::Axis(x),
            });
        }
        Popup::menu(&response).show(|ui| self.menu_ui(ui, done));
        if drag.is_none() {
            let mut hint = "Drag to move the axis; click for more".to_owned();
            if shown != *name {
                hint = format!("{name}\n{hint}");
            }
            response.on_hover_text(hint);
        }
    }

    fn menu_ui(&self, ui: &mut Ui, done: &mut AxisDone) {
        done.flip = menu_entry(ui, "Flip the axis");
        if matches!(self.column, Column::Measure(_)) && !self.is_judge {
            done.judge = menu_entry(ui, "Color by this measure");
        }
        if self.index > 0 && menu_entry(ui, "Move left") {
            done.step = Some(-1);
        }
        if self.index + 1 < self.layout.x.len() && menu_entry(ui, "Move right") {
            done.step = Some(1);
        }
        if self.axis.brush.is_some() && menu_entry(ui, "Remove the limit") {
            done.brush = Some(None);
        }
        done.hide = menu_entry(ui, "Hide the axis");
    }
}

/// Text that can be read where lines run behind it.
pub(in crate::ui::panes::explore) fn over_lines(
    ui: &Ui,
    at: Pos2,
    align: Align2,
    text: &str,
    font: &FontId,
    color: Color32,
    tokens: &Tokens,
) {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font.clone(), color);
    let rect = align.anchor_size(at, galley.size());
    let behind = rect.expand2(vec2(tokens.space.hair, 0.0));
    ui.painter().rect_filled(
        behind,
        tokens.radius.small,
        tokens.surface.gamma_multiply(0.82),
    );
    ui.painter().galley(rect.min, galley, color);
}
