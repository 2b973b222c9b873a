//! One plot: its title, its axes, its lines, and what the pointer does in it.

use std::cell::RefCell;
use std::rc::Rc;

use eframe::egui::{
    Align, Color32, CursorIcon, Layout, PointerButton, Pos2, Rangef, Rect, Response, RichText,
    Role, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo, vec2,
};
use egui_plot::{AxisHints, GridInput, GridMark, Plot, PlotTransform};

use super::axis::XAxis;
use super::curve::{Curve, PlotContent};
use super::fit::{self, Span};
use super::item::{CurvesItem, Drawing};
use super::legend::{self, PartClick};
use super::marks::{self, MarkLine, MarkPainter};
use super::overlay::PlotOverlay;
use super::readout::Cursor;
use super::settings::Settings;
use crate::draw::Scale;
use crate::draw::format;
use crate::draw::ticks::{Tick, Values, ticks};
use crate::ui::theme::{emphasis, tokens};
use crate::ui::widgets::caption;

/// State of a plot between frames.
#[derive(Debug, Default)]
pub(super) struct PlotState {
    /// The heights in view; `None` fits them to the lines.
    pub(super) y_view: Option<Span>,
    /// As it was drawn last.
    pub(super) transform: Option<PlotTransform>,
    drawing: Drawing,
    box_start: Option<Pos2>,
}

/// One plot in one frame.
pub(super) struct Panel<'a> {
    pub(super) plot: &'a PlotContent<'a>,
    /// The heading above it; empty where the plot to the left is of the same group. `None` where there are no headings.
    pub(super) heading: Option<&'a str>,
    pub(super) settings: &'a Settings,
    pub(super) marks: &'a [MarkLine],
    pub(super) x: Span,
    pub(super) cursor: Option<Cursor>,
    /// Of the plot and its title.
    pub(super) size: eframe::egui::Vec2,
    /// True if the x axis has its name under it; plots below each other share one.
    pub(super) names_x: bool,
}

/// A person's action in a plot.
#[derive(Debug, Default)]
pub(super) struct PanelResponse {
    /// Moved or zoomed along x.
    pub(super) x: Option<Span>,
    /// Double-clicked.
    pub(super) reset: bool,
    /// A part to hide or show.
    pub(super) part: Option<PartClick>,
}

/// Ticks that a grid and its labels share.
type SharedTicks = Rc<RefCell<Vec<Tick>>>;

impl Panel<'_> {
    pub(super) fn show(self, ui: &mut Ui, state: &mut PlotState) -> PanelResponse {
        ui.allocate_ui_with_layout(self.size, Layout::top_down(Align::Min), |ui| {
            ui.set_min_size(self.size);
            ui.spacing_mut().item_spacing.y = tokens(ui.ctx()).space.hair;
            let part = self.title(ui);
            let mut done = self.plot_ui(ui, state);
            done.part = part;
            done
        })
        .inner
    }

    /// The measure and the parts, with the newest values where they belong to one run.
    fn title(&self, ui: &mut Ui) -> Option<PartClick> {
        let tokens = tokens(ui.ctx());
        let scalar = self.plot.scalar;
        if let Some(heading) = self.heading {
            // A space keeps plots of one row level.
            let heading = if heading.is_empty() { " " } else { heading };
            ui.horizontal(|ui| {
                ui.add_space(tokens.space.xs);
                caption(ui, heading);
            });
        }
        let row = ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(tokens.space.s, 0.0);
            ui.add_space(tokens.space.xs);
            ui.label(emphasis(&*scalar.label));
            if !scalar.unit.is_empty() {
                caption(ui, scalar.unit);
            }
            let single_run = !self.plot.has_several_runs();
            let newest = |part: &str| {
                let own = |curve: &&Curve<'_>| curve.scalar.part == part;
                let curve = self.plot.curves.iter().find(own).filter(|_| single_run)?;
                curve.series.last().map(format::number)
            };
            if let [] | [_] = self.plot.parts[..] {
                let part = self.plot.parts.first().map_or("", |part| part.label);
                if let Some(value) = newest(part) {
                    caption(ui, format!("{part} {value}").trim_start());
                }
                return None;
            }
            ui.spacing_mut().item_spacing.x = tokens.space.hair;
            let parts: Vec<_> = self
                .plot
                .parts
                .iter()
                .map(|part| (*part, newest(part.label)))
                .collect();
            legend::parts_ui(ui, &parts, !single_run, self.settings)
        });
        row.inner
    }

    fn plot_ui(&self, ui: &mut Ui, state: &mut PlotState) -> PanelResponse {
        let tokens = tokens(ui.ctx());
        let font = TextStyle::Small.resolve(ui.style());
        let row = MarkPainter::row_height(&font, tokens);
        let headroom = marks::headroom(self.marks, self.x, ui.available_height(), row);
        let y = state
            .y_view
            .unwrap_or_else(|| fit::fit_y(self.plot, self.x, self.settings, headroom));
        let boxing = ui.input(|input| input.modifiers.shift);
        let (axis, scale) = (self.settings.x_axis, self.plot.scale);
        let (x_ticks, y_ticks) = (SharedTicks::default(), SharedTicks::default());
        let y_free = state.y_view.is_some();
        let drawing = &mut state.drawing;
        let x_name = if self.names_x { axis.label() } else { "" };
        let x_name = RichText::new(x_name)
            .text_style(TextStyle::Small)
            .color(tokens.text_tertiary);
        let shown = Plot::new(&*self.plot.scalar.key)
            .width(ui.available_width())
            .height(ui.available_height())
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_double_click_reset(false)
            // Along y the lines keep to the plot by themselves until the person zooms.
            .allow_drag([!boxing, !boxing && y_free])
            .allow_zoom([true, y_free])
            .show_x(false)
            .show_y(false)
            .show_background(false)
            .grid_color(tokens.grid)
            .grid_spacing(Rangef::new(0.5, 1.0))
            .x_grid_spacer(spacer(&x_ticks, move |low, high, points| {
                ticks(
                    Scale::Linear,
                    axis.values(),
                    (low, high),
                    points / x_spacing(axis),
                )
            }))
            .y_grid_spacer(spacer(&y_ticks, move |low, high, points| {
                ticks(scale, Values::Numbers, (low, high), points / Y_SPACING)
            }))
            .custom_x_axes(vec![
                hints(AxisHints::new_x(), ui, &x_ticks, tokens.text_tertiary).label(x_name),
            ])
            .custom_y_axes(vec![
                hints(AxisHints::new_y(), ui, &y_ticks, tokens.text_tertiary)
                    .min_thickness(tokens.space.xxl),
            ])
            .show(ui, |plot| {
                plot.set_plot_bounds_x(self.x.0..=self.x.1);
                plot.set_plot_bounds_y(y.0..=y.1);
                plot.add(CurvesItem::new(&self.plot.curves, scale, drawing));
            });
        let response = shown.response;
        response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, self.description()));
        self.draw_over(ui, &shown.transform);
        state.transform = Some(shown.transform);

        let mut result = PanelResponse {
            reset: response.double_clicked(),
            ..PanelResponse::default()
        };
        let bounds = shown.transform.bounds();
        let after = [
            (bounds.min()[0], bounds.max()[0]),
            (bounds.min()[1], bounds.max()[1]),
        ];
        if moved(self.x, after[0]) && fit::is_usable(after[0]) {
            result.x = Some(after[0]);
        }
        if moved(y, after[1]) && fit::is_usable(after[1]) {
            state.y_view = Some(after[1]);
        }
        if let Some([x, y]) = self.zoom_box(
            ui,
            &response,
            &shown.transform,
            boxing,
            &mut state.box_start,
        ) {
            result.x = x.or(result.x);
            state.y_view = y.or(state.y_view);
        }
        if result.reset {
            state.y_view = None;
        }
        if response.hovered() {
            ui.set_cursor_icon(if boxing {
                CursorIcon::ZoomIn
            } else {
                CursorIcon::Crosshair
            });
        }
        result
    }

    fn draw_over(&self, ui: &Ui, transform: &PlotTransform) {
        let frame = *transform.frame();
        let tokens = tokens(ui.ctx());
        let painter = ui.painter().with_clip_rect(frame.intersect(ui.clip_rect()));
        painter.hline(
            frame.x_range(),
            frame.bottom() - 0.5,
            Stroke::new(tokens.size.hairline, tokens.border),
        );
        let overlay = PlotOverlay {
            ui,
            painter: &painter,
            tokens,
            transform,
            settings: self.settings,
            plot: self.plot,
        };
        let marks = MarkPainter {
            painter: &painter,
            tokens,
            transform,
            font: TextStyle::Small.resolve(ui.style()),
        };
        marks.draw(self.marks, self.cursor.map(|cursor| cursor.pointer));
        overlay.not_finite();
        overlay.best(self.cursor.is_none());
        if let Some(cursor) = self.cursor {
            overlay.readout(cursor);
        }
    }

    /// Draws the box that the person drags out with the right button, or with Shift; what it holds when it is let go.
    fn zoom_box(
        &self,
        ui: &Ui,
        response: &Response,
        transform: &PlotTransform,
        boxing: bool,
        start: &mut Option<Pos2>,
    ) -> Option<[Option<Span>; 2]> {
        let begins = response.drag_started_by(PointerButton::Secondary)
            || boxing && response.drag_started_by(PointerButton::Primary);
        if begins {
            *start = ui.input(|input| input.pointer.press_origin());
        }
        let from = (*start)?;
        let Some(to) = ui.input(|input| input.pointer.latest_pos()) else {
            *start = None;
            return None;
        };
        let frame = *transform.frame();
        let mut rect = Rect::from_two_pos(frame.clamp(from), frame.clamp(to));
        // A flat or narrow box means one axis only.
        let least = tokens(ui.ctx()).space.m;
        let (use_x, use_y) = (rect.width() >= least, rect.height() >= least);
        if use_x && !use_y {
            rect = Rect::from_x_y_ranges(rect.x_range(), frame.y_range());
        } else if use_y && !use_x {
            rect = Rect::from_x_y_ranges(frame.x_range(), rect.y_range());
        }
        if response.drag_stopped() {
            *start = None;
            let (low, high) = (
                transform.value_from_position(rect.left_bottom()),
                transform.value_from_position(rect.right_top()),
            );
            let x = (low.x, high.x);
            let y = (low.y, high.y);
            return Some([
                (use_x && fit::is_usable(x)).then_some(x),
                (use_y && fit::is_usable(y)).then_some(y),
            ]);
        }
        if use_x || use_y {
            let tokens = tokens(ui.ctx());
            let painter = ui.painter().with_clip_rect(frame);
            let fill = tokens.accent.gamma_multiply(0.14);
            painter.rect(
                rect,
                0.0,
                fill,
                Stroke::new(tokens.size.hairline, tokens.accent),
                StrokeKind::Inside,
            );
        }
        None
    }

    /// For those who don't see the plot.
    fn description(&self) -> String {
        let count = self.plot.curves.len();
        let lines = if count == 1 { "line" } else { "lines" };
        format!(
            "{} by {}, {count} {lines}",
            self.plot.scalar.label,
            self.settings.x_axis.label().to_lowercase()
        )
    }
}

/// How far apart the labels of a y axis are at least.
const Y_SPACING: f64 = 38.0;

/// How far apart the labels of an x axis are at least: durations are longer than numbers.
fn x_spacing(axis: XAxis) -> f64 {
    match axis {
        XAxis::Step | XAxis::Epoch => 56.0,
        XAxis::Time => 80.0,
    }
}

/// True if a view is another one, beyond rounding.
fn moved(before: Span, after: Span) -> bool {
    let slack = (before.1 - before.0) * 1e-9;
    (before.0 - after.0).abs() > slack || (before.1 - after.1).abs() > slack
}

/// Hands the ticks to the grid, and keeps them for the labels.
fn spacer(
    shared: &SharedTicks,
    ticks: impl Fn(f64, f64, f64) -> Vec<Tick>,
) -> impl Fn(GridInput) -> Vec<GridMark> {
    let shared = Rc::clone(shared);
    move |input| {
        let (low, high) = input.bounds;
        // The grid asks with the size of half a point, its smallest spacing.
        let points = (high - low) / input.base_step_size * 0.5;
        let ticks = ticks(low, high, points);
        // Far apart, so that the grid draws all of them alike.
        let marks = ticks
            .iter()
            .map(|tick| GridMark {
                value: tick.at,
                step_size: high - low,
            })
            .collect();
        *shared.borrow_mut() = ticks;
        marks
    }
}

fn hints<'a>(hints: AxisHints<'a>, ui: &Ui, ticks: &SharedTicks, color: Color32) -> AxisHints<'a> {
    let ticks = Rc::clone(ticks);
    hints
        .tick_label_font(TextStyle::Small.resolve(ui.style()))
        .tick_label_color(color)
        .label_spacing(Rangef::new(0.0, 1.0))
        .formatter(move |mark, _| {
            let ticks = ticks.borrow();
            ticks
                .iter()
                .find(|tick| tick.at == mark.value)
                .map_or_else(String::new, |tick| tick.label.clone())
        })
}

/// The height that a row of plots needs at least.
pub(super) fn least_size() -> eframe::egui::Vec2 {
    vec2(260.0, 170.0)
}
