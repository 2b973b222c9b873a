//! Beside the cells: numbers or names, bars of clusters and classes, borders of blocks.

use std::f32::consts::TAU;

use eframe::egui::epaint::TextShape;
use eframe::egui::{Align2, Color32, FontId, Painter, Rect, Stroke, TextStyle, Ui, pos2};

use super::cluster_colors;
use super::frame::{COLUMNS, ROWS};
use super::label_bar::LabelBar;
use crate::data::Labels;
use crate::draw::Tokens;
use crate::draw::format;
use crate::draw::matrix::{Along, Stretch};
use crate::draw::ticks::{Values, ticks};
use crate::draw::{Scale, contrasting};
use crate::ui::theme::tokens;
use crate::ui::widgets::Placed;
use crate::ui::widgets::elide_middle;

/// The axis of a side: x is 0.
pub(super) fn axis_of(side: usize) -> usize {
    if side == ROWS { 1 } else { 0 }
}

fn position(placed: &Placed, side: usize, place: f64) -> f32 {
    if side == ROWS {
        placed.at(1, place)
    } else {
        placed.at(0, place)
    }
}

/// Round numbers of rows (columns) beside the cells.
pub(super) fn numbers(ui: &Ui, gutter: Rect, placed: &Placed, side: usize) {
    let tokens = tokens(ui.ctx());
    let axis = axis_of(side);
    let (first, end) = placed.range(axis);
    let font = TextStyle::Small.resolve(ui.style());
    let length = placed.rect.size()[axis];
    let count = (length / (tokens.space.xxl * 1.6)).max(1.0) as usize;
    let range = (first as f64, end as f64);
    let ticks = ticks(Scale::Linear, Values::Whole, range, count as f64);
    let painter = ui.painter().with_clip_rect(if side == ROWS {
        gutter.expand2(eframe::egui::vec2(0.0, font.size))
    } else {
        gutter.expand2(eframe::egui::vec2(tokens.space.l, 0.0))
    });
    let line = Stroke::new(tokens.size.hairline, tokens.border_strong);
    for tick in ticks.iter().map(|tick| tick.at).filter(|tick| *tick >= 0.0) {
        let at = position(placed, side, tick);
        let range = placed.rect;
        let inside = if side == ROWS {
            range.y_range().expand(1.0).contains(at)
        } else {
            range.x_range().expand(1.0).contains(at)
        };
        if !inside {
            continue;
        }
        let text = format::count(tick as u64);
        if side == ROWS {
            painter.hline(gutter.right() - tokens.space.xs..=gutter.right(), at, line);
            let corner = pos2(gutter.right() - tokens.space.xs - tokens.space.hair, at);
            painter.text(
                corner,
                Align2::RIGHT_CENTER,
                text,
                font.clone(),
                tokens.text_tertiary,
            );
        } else {
            painter.vline(
                at,
                gutter.bottom() - tokens.space.xs..=gutter.bottom(),
                line,
            );
            let text = painter.layout_no_wrap(text, font.clone(), tokens.text_tertiary);
            let size = text.size();
            // The last number must not leave the pane.
            let left = (at - size.x / 2.0).min(range.right() + tokens.space.xs - size.x);
            let corner = pos2(left, gutter.bottom() - tokens.space.xs - size.y);
            painter.galley(corner, text, tokens.text_tertiary);
        }
    }
}

/// Names of the rows (columns) in view.
pub(super) fn names(
    ui: &Ui,
    gutter: Rect,
    placed: &Placed,
    side: usize,
    along: &Along,
    labels: &Labels,
    marked: Option<usize>,
) {
    let tokens = tokens(ui.ctx());
    let font = TextStyle::Small.resolve(ui.style());
    let (first, end) = placed.range(axis_of(side));
    let painter = ui.painter().with_clip_rect(gutter);
    for place in first..end {
        let Some(&row) = along.order.get(place) else {
            break;
        };
        let row = row as usize;
        let color = if marked == Some(row) {
            tokens.text
        } else {
            tokens.text_secondary
        };
        let at = position(placed, side, place as f64 + 0.5);
        let room = gutter.size()[1 - axis_of(side)] - tokens.space.s;
        let name = elide_middle(ui, labels.display(row), &font, room);
        if side == ROWS {
            let corner = pos2(gutter.right() - tokens.space.xs, at);
            painter.text(corner, Align2::RIGHT_CENTER, name, font.clone(), color);
        } else {
            upward(
                &painter,
                at,
                gutter.bottom() - tokens.space.xs,
                name,
                &font,
                color,
            );
        }
    }
}

/// Text that reads from below to above, in the middle of `x`.
fn upward(painter: &Painter, x: f32, bottom: f32, text: String, font: &FontId, color: Color32) {
    let galley = painter.layout_no_wrap(text, font.clone(), color);
    let corner = pos2(x - galley.size().y / 2.0, bottom);
    painter.add(TextShape::new(corner, galley, color).with_angle(-TAU / 4.0));
}

/// A bar that shows clusters or classes.
pub(super) fn bar(
    ui: &Ui,
    bar: Rect,
    placed: &Placed,
    side: usize,
    label_bar: &LabelBar,
    cluster_colors: &[usize],
) {
    let tokens = tokens(ui.ctx());
    label_bar.paint(
        &ui.painter().with_clip_rect(bar),
        bar,
        side == ROWS,
        placed.range(axis_of(side)),
        |place| position(placed, side, place as f64),
        |index| cluster_colors::color(cluster_colors, index, tokens),
    );
}

/// A bar of clusters in order, each with its number where there is room.
pub(super) fn cluster_bar(
    ui: &Ui,
    bar: Rect,
    placed: &Placed,
    side: usize,
    spans: &[Stretch],
    cluster_colors: &[usize],
) {
    let tokens = tokens(ui.ctx());
    let painter = ui.painter().with_clip_rect(bar);
    let font = TextStyle::Small.resolve(ui.style());
    for (cluster, start, end) in spans {
        let (from, to) = (position(placed, side, *start), position(placed, side, *end));
        let rect = if side == ROWS {
            Rect::from_min_max(pos2(bar.left(), from), pos2(bar.right(), to))
        } else {
            Rect::from_min_max(pos2(from, bar.top()), pos2(to, bar.bottom()))
        };
        let seen = rect.intersect(bar);
        if !seen.is_positive() {
            continue;
        }
        let fill = cluster_colors::color(cluster_colors, cluster.map(u32::from), tokens);
        painter.rect_filled(seen, 0.0, fill);
        let edge = Stroke::new(tokens.size.hairline, tokens.surface);
        let length = seen.size()[axis_of(side)];
        if length > tokens.space.xs {
            // Neighbors with colors that repeat stay apart.
            if side == ROWS {
                painter.hline(seen.x_range(), rect.bottom(), edge);
            } else {
                painter.vline(rect.right(), seen.y_range(), edge);
            }
        }
        if let Some(cluster) = cluster
            && length >= tokens.space.l
        {
            let number = (cluster + 1).to_string();
            let foreground = contrasting(fill, tokens);
            painter.text(
                seen.center(),
                Align2::CENTER_CENTER,
                number,
                font.clone(),
                foreground,
            );
        }
    }
}

/// Lines between clusters.
pub(super) fn borders(
    painter: &Painter,
    placed: &Placed,
    [columns, rows]: [&[Stretch]; 2],
    foreground: Color32,
    tokens: &Tokens,
) {
    let plot = placed.rect;
    // Cells of any color lie below.
    let edge = cluster_colors::against(foreground, tokens).gamma_multiply(0.25);
    let under = Stroke::new(3.0 * tokens.size.hairline, edge);
    let line = Stroke::new(tokens.size.hairline, foreground.gamma_multiply(0.6));
    for (_, _, end) in rows.iter().take(rows.len().saturating_sub(1)) {
        let y = position(placed, ROWS, *end);
        if plot.y_range().contains(y) {
            painter.hline(plot.x_range(), y.round() - 0.5, under);
            painter.hline(plot.x_range(), y.round() - 0.5, line);
        }
    }
    for (_, _, end) in columns.iter().take(columns.len().saturating_sub(1)) {
        let x = position(placed, COLUMNS, *end);
        if plot.x_range().contains(x) {
            painter.vline(x.round() - 0.5, plot.y_range(), under);
            painter.vline(x.round() - 0.5, plot.y_range(), line);
        }
    }
}

/// Where clusters begin and end.
pub(super) fn spans_of(along: &Along) -> Vec<Stretch> {
    along
        .spans
        .iter()
        .map(|span| (span.cluster, span.start as f64, span.end as f64))
        .collect()
}
