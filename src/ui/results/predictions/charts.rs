//! Predicted against true ratings, error by popularity, residuals.

use eframe::egui::{Align2, Color32, Rect, Shape, Stroke, TextStyle, Ui, lerp, pos2, vec2};

use super::statistics::{Column, PopularityBin, ROWS, Statistics};
use crate::draw::format;
use crate::ui::panes::chart::{Area, Axis, Chart, legend_item, tick_text};
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, section_header};

/// Bars over fewer pairs than this say little and are shown faint.
const FEW: usize = 30;

/// For each true rating, how the predictions spread: density, quartiles and mean beside the diagonal of a perfect predictor.
pub(super) fn agreement(ui: &mut Ui, statistics: &Statistics, height: f32) {
    let tokens = tokens(ui.ctx());
    section_header(ui, "Predicted against true");
    let columns = &statistics.columns;
    let (low, high) = statistics.range;
    let margin = if high > low { (high - low) * 0.02 } else { 0.5 };
    let range = (low - margin, high + margin);
    let width = column_width(columns);
    let (Some(first), Some(last)) = (columns.first(), columns.last()) else {
        return;
    };
    let x_range = (middle(first) - width * 0.6, middle(last) + width * 0.6);
    let mut x = Axis::new("True rating", x_range);
    if columns.iter().all(|column| column.low == column.high) {
        x = x.ticks(
            columns
                .iter()
                .map(|column| (column.low, tick_text(column.low)))
                .collect(),
        );
    }
    let area = Chart {
        name: "Predicted against true ratings",
        x,
        y: Axis::new("Predicted rating", range),
        height,
    }
    .show(ui);
    let foreground = tokens.category(0);
    for column in columns {
        density(&area, column, width, statistics.range, foreground);
    }
    let diagonal = Stroke::new(tokens.size.line, tokens.text_tertiary);
    let ends = (x_range.0.max(range.0), x_range.1.min(range.1));
    let line = [area.at(ends.0, ends.0), area.at(ends.1, ends.1)];
    area.painter.extend(Shape::dashed_line(
        &line,
        diagonal,
        tokens.space.xs,
        tokens.space.xs,
    ));
    for column in columns {
        let [lower, median, upper] = column.quartiles;
        let x = area.x(middle(column));
        let half = (area.x(width) - area.x(0.0)) * 0.2;
        let outline = Stroke::new(tokens.size.hairline, tokens.text);
        let quartiles =
            Rect::from_min_max(pos2(x - half, area.y(upper)), pos2(x + half, area.y(lower)));
        area.painter
            .rect_stroke(quartiles, 1.0, outline, eframe::egui::StrokeKind::Inside);
        let stroke = Stroke::new(tokens.space.hair, tokens.text);
        area.painter
            .hline(x - half..=x + half, area.y(median), stroke);
    }
    let mean = tokens.category(1);
    let points: Vec<_> = columns
        .iter()
        .map(|column| area.at(middle(column), column.mean))
        .collect();
    for point in &points {
        area.painter
            .circle_filled(*point, tokens.space.xs - 1.0, mean);
    }
    area.painter
        .add(Shape::line(points, Stroke::new(tokens.size.line, mean)));
    // The columns of the page justify, which would space the words apart.
    ui.vertical(|ui| {
        let text = "Shade: share of the ratings with that true value. Box: middle half, with the median. Line: mean. Dashes: perfect.";
        caption(ui, text);
    });

    let Some((pointed, _)) = area.pointer() else {
        return;
    };
    let nearest = columns.iter().min_by(|a, b| {
        (middle(a) - pointed)
            .abs()
            .total_cmp(&(middle(b) - pointed).abs())
    });
    if let Some(column) = nearest.filter(|column| (middle(column) - pointed).abs() <= width / 2.0) {
        area.response.on_hover_ui_at_pointer(|ui| {
            let name = if column.low == column.high {
                format!("True rating {}", tick_text(column.low))
            } else {
                format!(
                    "True ratings from {} to {}",
                    tick_text(column.low),
                    tick_text(column.high)
                )
            };
            ui.label(name);
            let [lower, median, upper] = column.quartiles;
            ui.label(format!(
                "Predicted {:.2} on average, median {median:.2}",
                column.mean
            ));
            caption(ui, format!("Middle half from {lower:.2} to {upper:.2}"));
            caption(
                ui,
                format!("{} test pairs", format::count(column.count as u64)),
            );
        });
    }
}

/// The middle of a column's true ratings.
fn middle(column: &Column) -> f64 {
    (column.low + column.high) / 2.0
}

/// Columns are as wide as the smallest step between two of them.
fn column_width(columns: &[Column]) -> f64 {
    let step = columns
        .windows(2)
        .map(|pair| middle(&pair[1]) - middle(&pair[0]))
        .fold(f64::INFINITY, f64::min);
    if step.is_finite() && step > 0.0 {
        step
    } else {
        1.0
    }
}

/// A column's cells, the fuller the darker, within the column: rare ratings are as readable as frequent ones.
fn density(area: &Area, column: &Column, width: f64, (low, high): (f64, f64), foreground: Color32) {
    let most = column.rows.iter().copied().max().unwrap_or(0).max(1);
    let x = (middle(column) - width * 0.45, middle(column) + width * 0.45);
    let step = (high - low) / ROWS as f64;
    for (row, &count) in column
        .rows
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
    {
        let y = (low + row as f64 * step, low + (row + 1) as f64 * step);
        let share = (count as f32 / most as f32).sqrt();
        area.painter.rect_filled(
            area.rect_of(x, y),
            0.0,
            foreground.gamma_multiply(lerp(0.06..=0.75, share)),
        );
    }
}

/// RMSE and MAE of items with few and with many training ratings.
pub(super) fn by_popularity(ui: &mut Ui, statistics: &Statistics, height: f32) {
    let tokens = tokens(ui.ctx());
    section_header(ui, "Error by popularity");
    let bins = &statistics.by_popularity;
    if bins.is_empty() {
        caption(
            ui,
            "Shown once the run's data is open: it needs the training ratings of each item.",
        );
        return;
    }
    let most = bins.iter().map(|bin| bin.errors.rmse).fold(0.0, f64::max);
    let ticks = bins
        .iter()
        .enumerate()
        .map(|(index, bin)| (index as f64, range_text(bin)))
        .collect();
    let area = Chart {
        name: "Error by popularity of the item",
        x: Axis::new(
            "Training ratings of the item",
            (-0.5, bins.len() as f64 - 0.5),
        )
        .ticks(ticks),
        y: Axis::new(
            "Error, in rating points",
            (0.0, (most * 1.3).max(f64::MIN_POSITIVE)),
        ),
        height,
    }
    .show(ui);
    let (rmse, mae) = (tokens.category(0), tokens.category(1));
    let pointed = area.pointer().map(|(x, _)| x.round());
    for (index, bin) in bins.iter().enumerate() {
        let at = index as f64;
        let mut strength = if bin.errors.count < FEW { 0.35 } else { 0.8 };
        if pointed == Some(at) {
            strength += 0.2;
        }
        let bar = |from: f64, to: f64, value: f64, color: Color32| {
            let rect = area.rect_of((at + from, at + to), (0.0, value));
            area.painter
                .rect_filled(rect, 0.0, color.gamma_multiply(strength));
        };
        bar(-0.36, -0.01, bin.errors.rmse, rmse);
        bar(0.01, 0.36, bin.errors.mae, mae);
    }
    let overall = area.y(statistics.errors.rmse);
    let line = [
        pos2(area.rect.left(), overall),
        pos2(area.rect.right(), overall),
    ];
    let stroke = Stroke::new(tokens.size.hairline, tokens.text_secondary);
    area.painter.extend(Shape::dashed_line(
        &line,
        stroke,
        tokens.space.xs,
        tokens.space.xs,
    ));
    area.painter.text(
        pos2(
            area.rect.right() - tokens.space.xs,
            overall - tokens.space.hair,
        ),
        Align2::RIGHT_BOTTOM,
        "RMSE of all",
        TextStyle::Small.resolve(ui.style()),
        tokens.text_secondary,
    );
    legend_item(ui, &area, 0, "RMSE", rmse);
    legend_item(ui, &area, 1, "MAE", mae);
    let bin = pointed.and_then(|index| bins.get(index as usize));
    if let Some(bin) = bin {
        area.response.on_hover_ui_at_pointer(|ui| {
            ui.label(format!("Items with {} training ratings", range_text(bin)));
            ui.label(format!(
                "RMSE {:.4}, MAE {:.4}",
                bin.errors.rmse, bin.errors.mae
            ));
            caption(
                ui,
                format!("{} test pairs", format::count(bin.errors.count as u64)),
            );
            if bin.errors.count < FEW {
                caption(ui, "Too few to mean much");
            }
        });
    }
}

/// `0`, `3–5`, `11–20`.
fn range_text(bin: &PopularityBin) -> String {
    let (first, last) = bin.range;
    if first == last {
        format::count_short(u64::from(first))
    } else {
        format!(
            "{}–{}",
            format::count_short(u64::from(first)),
            format::count_short(u64::from(last))
        )
    }
}

/// How far predictions are off.
pub(super) fn residuals(ui: &mut Ui, statistics: &Statistics, height: f32) {
    let tokens = tokens(ui.ctx());
    section_header(ui, "Residuals");
    let residuals = &statistics.residuals;
    let most = residuals.counts.iter().copied().max().unwrap_or(0).max(1);
    let end = residuals.start + residuals.width * residuals.counts.len() as f64;
    let area = Chart {
        name: "Histogram of residuals",
        x: Axis::new("Prediction − rating", (residuals.start, end)),
        y: Axis::new("Test pairs", (0.0, f64::from(most) * 1.1)),
        height,
    }
    .show(ui);
    let pointed = area.pointer().map(|(x, _)| x);
    for (index, &count) in residuals.counts.iter().enumerate() {
        let low = residuals.start + index as f64 * residuals.width;
        let high = low + residuals.width;
        let under = pointed.is_some_and(|x| (low..high).contains(&x));
        let color = tokens.category(0);
        let color = if under {
            color
        } else {
            color.gamma_multiply(0.8)
        };
        let rect = area.rect_of((low, high), (0.0, f64::from(count)));
        area.painter
            .rect_filled(rect.shrink2(vec2(0.5, 0.0)), 0.0, color);
        if under {
            area.response.clone().on_hover_ui_at_pointer(|ui| {
                ui.label(format!("From {} to {}", tick_text(low), tick_text(high)));
                let share = f64::from(count) / statistics.errors.count.max(1) as f64;
                let count = format::count(u64::from(count));
                caption(
                    ui,
                    format!("{count} test pairs, {}", format::percent(share)),
                );
            });
        }
    }
    let zero = Stroke::new(tokens.size.hairline, tokens.text_secondary);
    area.painter.vline(area.x(0.0), area.rect.y_range(), zero);
}
