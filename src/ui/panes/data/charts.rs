//! How ratings are distributed over values, users and items.

use eframe::egui::{Color32, Rect, Stroke, Ui, pos2, vec2};

use crate::data::{Histogram, RatingsSummary};
use crate::draw::chart::{Axis, Bar, Chart, Kind};
use crate::draw::ticks::{Values, short};
use crate::draw::{Scale, Tokens, format};
use crate::ui::figure::save_chart_menu;
use crate::ui::panes::chart::{self, Area};
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, section_header_with, segmented};

/// The quantity of a histogram, in words.
pub(super) struct HistogramLabels {
    /// Above the chart.
    pub(super) title: &'static str,
    /// For who cannot see it.
    pub(super) name: &'static str,
    /// A value: `Rating`.
    pub(super) one: &'static str,
    /// Values: `Ratings`.
    pub(super) many: &'static str,
    /// Beside the counts: `Training ratings`.
    pub(super) counted: &'static str,
    /// The counted things: `ratings`.
    pub(super) units: &'static str,
}

/// How often each value occurs.
pub(super) fn histogram(ui: &mut Ui, labels: &HistogramLabels, histogram: &Histogram, height: f32) {
    let tokens = tokens(ui.ctx());
    section_header_with(ui, labels.title, |ui| {
        save_chart_menu(ui, labels.title, "", |tokens| {
            histogram_chart(labels, histogram, tokens)
        });
    });
    let bars = bars(histogram);
    let total = histogram.counts.iter().sum::<usize>().max(1);
    let color = tokens.category(0);
    let chart = histogram_chart(labels, histogram, tokens);
    let area = chart::show(ui, labels.name, &chart, height);
    let Some((pointed, _)) = area.pointer() else {
        return;
    };
    let Some(under) = bars
        .iter()
        .position(|(low, high)| (*low..*high).contains(&pointed))
    else {
        return;
    };
    let ((low, high), count) = (bars[under], histogram.counts[under]);
    let gap = (high - low) * 0.08;
    let bar = area.rect_of((low + gap, high - gap), (0.0, count as f64));
    area.painter.rect_filled(bar, 0.0, color);
    let share = count as f64 / total as f64;
    let name = if histogram.width == 0.0 {
        format!(
            "{} {}",
            labels.one,
            short(as_written(histogram.values[under]))
        )
    } else {
        format!("{} from {} to {}", labels.many, short(low), short(high))
    };
    area.response.on_hover_ui_at_pointer(|ui| {
        ui.label(name);
        caption(
            ui,
            format!(
                "{} {}, {}",
                format::count(count as u64),
                labels.units,
                format::percent(share)
            ),
        );
    });
}

fn histogram_chart(labels: &HistogramLabels, histogram: &Histogram, tokens: &Tokens) -> Chart {
    let bars = bars(histogram);
    let most = histogram.counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let range = match (bars.first(), bars.last()) {
        (Some(first), Some(last)) => (first.0, last.1),
        _ => (0.0, 1.0),
    };
    let mut x = Axis::new(labels.one, range);
    // More names than these would run into each other.
    if histogram.width == 0.0 && histogram.values.len() <= 12 {
        let values = histogram.values.iter().map(|&value| as_written(value));
        x = x.ticks(values.map(|value| (value, short(value))).collect());
    }
    let color = tokens.category(0);
    let mut chart = Chart::new(
        x,
        Axis::new(labels.counted, (0.0, most * 1.05)).values(Values::Whole),
    );
    let all = bars.iter().zip(&histogram.counts);
    let all = all.map(|(&(low, high), &count)| {
        let gap = (high - low) * 0.08;
        Bar {
            x: (low + gap, high - gap),
            y: (0.0, count as f64),
            color: color.gamma_multiply(0.8),
        }
    });
    chart.add("", color, Kind::Bars(all.collect()));
    chart
}

/// The number that a value was read from: 33.3, not 33.299999.
fn as_written(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

/// Lower and upper end of each bar. Bars of single values are as wide as the smallest step between two values.
fn bars(histogram: &Histogram) -> Vec<(f64, f64)> {
    let width = if histogram.width > 0.0 {
        f64::from(histogram.width)
    } else {
        let step = histogram
            .values
            .windows(2)
            .map(|pair| f64::from(pair[1] - pair[0]))
            .fold(f64::INFINITY, f64::min);
        if step.is_finite() { step } else { 1.0 }
    };
    let values = histogram.values.iter().map(|&value| f64::from(value));
    values
        .map(|value| (value - width / 2.0, value + width / 2.0))
        .collect()
}

/// Ratings of each user and of each item, most first.
pub(super) fn popularity(
    ui: &mut Ui,
    summary: &RatingsSummary,
    linear: &mut bool,
    scale: Scale,
    height: f32,
) {
    let tokens = tokens(ui.ctx());
    let title = "Ratings per user and item";
    section_header_with(ui, title, |ui| {
        save_chart_menu(ui, title, "", |tokens| {
            popularity_chart(summary, scale, tokens)
        });
        segmented(ui, linear, &[(false, "Log"), (true, "Linear")]);
    });
    let curves = curves(summary, tokens);
    let chart = popularity_chart(summary, scale, tokens);
    let name = "Ratings per user and per item, by rank";
    let area = chart::show(ui, name, &chart, height);
    let pointed = area.pointer().map(|(rank, _)| rank);
    if let Some(rank) = pointed {
        popularity_hover(ui, &area, &curves, rank);
    }
}

fn curves<'a>(summary: &'a RatingsSummary, tokens: &Tokens) -> [Curve<'a>; 2] {
    [
        ("Items", &summary.item_curve, tokens.category(0)),
        ("Users", &summary.user_curve, tokens.category(1)),
    ]
}

fn popularity_chart(summary: &RatingsSummary, scale: Scale, tokens: &Tokens) -> Chart {
    let curves = curves(summary, tokens);
    let ranks = summary.users.max(summary.items).max(2) as f64;
    let most = curves
        .iter()
        .filter_map(|(_, curve, _)| curve.first())
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(1)
        .max(2) as f64;
    let least = if scale == Scale::Log { 0.8 } else { 0.0 };
    let axis = |name: &str, range| Axis::new(name, range).scale(scale).values(Values::Whole);
    let mut chart = Chart::new(
        axis("Rank, most ratings first", (1.0, ranks)),
        axis("Training ratings", (least, most * 1.1)),
    );
    for (name, curve, color) in curves {
        let points = curve
            .iter()
            .filter(|(_, count)| scale == Scale::Linear || *count > 0);
        let line = Kind::Line {
            points: points
                .map(|&(rank, count)| (rank as f64 + 1.0, count as f64))
                .collect(),
            width: f64::from(tokens.size.line),
            dash: None,
        };
        chart.add(name, color, line);
    }
    chart
}

type Curve<'a> = (&'a str, &'a Vec<(usize, usize)>, Color32);

/// A line at the pointer's rank, a dot on each curve, and the counts.
fn popularity_hover(ui: &Ui, area: &Area, curves: &[Curve<'_>], rank: f64) {
    let tokens = tokens(ui.ctx());
    let stroke = Stroke::new(tokens.size.hairline, tokens.border_strong);
    area.painter
        .vline(area.x(rank), area.rect.y_range(), stroke);
    let at = |curve: &[(usize, usize)]| {
        let wanted = rank.round().max(1.0) as usize - 1;
        let after = curve.partition_point(|(rank, _)| *rank < wanted);
        curve.get(after).copied()
    };
    for (_, curve, color) in curves {
        if let Some((rank, count)) = at(curve) {
            let point = area.at(rank as f64 + 1.0, count as f64);
            area.painter
                .circle_filled(point, tokens.space.xs - 1.0, *color);
        }
    }
    area.response.clone().on_hover_ui_at_pointer(|ui| {
        for (name, curve, _) in curves {
            if let Some((rank, count)) = at(curve) {
                let rank = format::count(rank as u64 + 1);
                let one = name.trim_end_matches('s').to_lowercase();
                ui.label(format!(
                    "{} ratings of {one} {rank}",
                    format::count(count as u64)
                ));
            }
        }
    });
}

/// A color scale with its two ends named, right-aligned in what is left of a row.
pub(super) fn color_scale(
    ui: &mut Ui,
    width: f32,
    color: impl Fn(f32) -> Color32,
    (low, high): (&str, &str),
) {
    let tokens = tokens(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.s;
        caption(ui, low);
        let size = vec2(width, tokens.space.s);
        let (rect, _) = ui.allocate_exact_size(size, eframe::egui::Sense::hover());
        let steps = (width / 2.0) as usize;
        for step in 0..steps {
            let left = rect.left() + rect.width() * step as f32 / steps as f32;
            let right = rect.left() + rect.width() * (step + 1) as f32 / steps as f32;
            let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
            let amount = (step as f32 + 0.5) / steps as f32;
            ui.painter().rect_filled(cell, 0.0, color(amount));
        }
        caption(ui, high);
    });
}

/// How many charts fit side by side.
pub(super) fn chart_columns(ui: &Ui) -> usize {
    let tokens = tokens(ui.ctx());
    let gap = tokens.space.xl;
    let least = tokens.size.measure - tokens.space.xl;
    (((ui.available_width() + gap) / (least + gap)) as usize).clamp(1, 3)
}

/// Charts fill what is left of a pane, within reason.
pub(super) fn chart_height(ui: &Ui, columns: usize) -> f32 {
    let header = tokens(ui.ctx()).size.control + tokens(ui.ctx()).space.l;
    let rows = [0.0, 3.0, 2.0, 1.0][columns.min(3)];
    let left = ui.clip_rect().bottom() - ui.cursor().top();
    (left / rows - header).clamp(220.0, 420.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_of_single_values_touch_where_the_values_are_closest() {
        let histogram = Histogram {
            values: vec![0.5, 1.0, 3.0],
            counts: vec![1, 2, 3],
            width: 0.0,
        };
        assert_eq!(bars(&histogram), [(0.25, 0.75), (0.75, 1.25), (2.75, 3.25)]);
        let one = Histogram {
            values: vec![4.0],
            counts: vec![9],
            width: 0.0,
        };
        assert_eq!(bars(&one), [(3.5, 4.5)]);
    }
}
