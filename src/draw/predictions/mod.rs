//! Predicted ratings beside the true ones: statistics, and charts of them.

mod same_user;
mod statistics;

pub use same_user::{ListedItem, ListedModel, SameUserFigure};
pub use statistics::{Column, Errors, PopularityBin, Residuals, Statistics};

use super::chart::{Axis, Bar, Chart, Kind, Mark};
use super::ticks::short;
use super::{Tokens, format, range_around};
use statistics::ROWS;

/// Bars over fewer pairs than this say little and are shown faint.
pub const FEW: usize = 30;

/// For each true rating, how the predictions spread: density, quartiles and mean beside the diagonal of a perfect predictor.
#[must_use]
pub fn agreement(statistics: &Statistics, tokens: &Tokens) -> Chart {
    let columns = &statistics.columns;
    let (low, high) = statistics.range;
    let margin = if high > low { (high - low) * 0.02 } else { 0.5 };
    let width = column_width(columns);
    let ends = |column: Option<&Column>| column.map_or(low, Column::middle);
    let x = (
        ends(columns.first()) - width * 0.6,
        ends(columns.last()) + width * 0.6,
    );
    let mut x = Axis::new("True rating", x);
    if columns.iter().all(|column| column.low == column.high) {
        let values = columns.iter().map(|column| column.low);
        x = x.ticks(values.map(|value| (value, short(value))).collect());
    }
    let mut chart = Chart::new(
        x,
        Axis::new("Predicted rating", (low - margin, high + margin)),
    );
    chart.add(
        "",
        tokens.category(0),
        density(columns, width, (low, high), tokens),
    );
    let boxes = columns.iter().map(|column| {
        let middle = column.middle();
        (
            (middle - width * 0.2, middle + width * 0.2),
            column.quartiles,
        )
    });
    chart.add("", tokens.text, Kind::Boxes(boxes.collect()));
    let means: Vec<_> = columns
        .iter()
        .map(|column| (column.middle(), column.mean))
        .collect();
    let line = Kind::Line {
        points: means.clone(),
        width: f64::from(tokens.size.line),
        dash: None,
    };
    chart.add("", tokens.category(1), line);
    chart.add(
        "",
        tokens.category(1),
        Kind::Dots {
            points: means,
            radius: 3.0,
        },
    );
    chart.marks.push(Mark::Diagonal);
    chart
}

/// Columns are as wide as the smallest step between two of them.
#[must_use]
pub fn column_width(columns: &[Column]) -> f64 {
    let step = columns
        .windows(2)
        .map(|pair| pair[1].middle() - pair[0].middle())
        .fold(f64::INFINITY, f64::min);
    if step.is_finite() && step > 0.0 {
        step
    } else {
        1.0
    }
}

/// The cells of each column, the fuller the darker within the column: rare ratings are as readable as frequent ones.
fn density(columns: &[Column], width: f64, (low, high): (f64, f64), tokens: &Tokens) -> Kind {
    let step = (high - low) / ROWS as f64;
    let mut cells = Vec::new();
    for column in columns {
        let most = column.rows.iter().copied().max().unwrap_or(0).max(1);
        let x = (
            column.middle() - width * 0.45,
            column.middle() + width * 0.45,
        );
        for (row, &count) in column
            .rows
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
        {
            let share = (count as f32 / most as f32).sqrt();
            cells.push(Bar {
                x,
                y: (low + row as f64 * step, low + (row + 1) as f64 * step),
                color: tokens.category(0).gamma_multiply(0.06 + 0.69 * share),
            });
        }
    }
    Kind::Bars(cells)
}

/// RMSE and MAE of items with few and with many training ratings.
#[must_use]
pub fn error_by_popularity(statistics: &Statistics, tokens: &Tokens) -> Chart {
    let bins = &statistics.by_popularity;
    let most = bins.iter().map(|bin| bin.errors.rmse).fold(0.0, f64::max);
    let y = Axis::new(
        "Error, in rating points",
        (0.0, (most * 1.5).max(f64::MIN_POSITIVE)),
    );
    let mut chart = Chart::new(popularity_axis(bins), y);
    for (name, color, (from, to), error) in [
        (
            "RMSE",
            tokens.category(0),
            (-0.36, -0.01),
            (|errors| errors.rmse) as fn(&Errors) -> f64,
        ),
        ("MAE", tokens.category(1), (0.01, 0.36), |errors| errors.mae),
    ] {
        let bars = bins.iter().enumerate().map(|(index, bin)| Bar {
            x: (index as f64 + from, index as f64 + to),
            y: (0.0, error(&bin.errors)),
            color: color.gamma_multiply(if bin.errors.count < FEW { 0.35 } else { 0.8 }),
        });
        chart.add(name, color, Kind::Bars(bars.collect()));
    }
    chart.marks.push(Mark::Level {
        y: statistics.errors.rmse,
        label: "RMSE of all".to_owned(),
    });
    chart
}

/// RMSE of items with few and with many training ratings, a line for each of several runs.
#[must_use]
pub fn compared_by_popularity(runs: &[(&str, &Statistics)], tokens: &Tokens) -> Chart {
    // A bin of few pairs would stretch the axis to an error that means little.
    let is_solid = |bin: &&PopularityBin| bin.errors.count >= FEW;
    let mut bins: Vec<PopularityBin> = Vec::new();
    for bin in runs
        .iter()
        .flat_map(|(_, statistics)| statistics.by_popularity.iter().filter(is_solid))
    {
        if let Err(at) = bins.binary_search_by_key(&bin.range, |own| own.range) {
            bins.insert(at, *bin);
        }
    }
    let errors = runs
        .iter()
        .flat_map(|(_, statistics)| statistics.by_popularity.iter().filter(is_solid))
        .map(|bin| bin.errors.rmse);
    let y = Axis::new("Test RMSE", range_around(errors).unwrap_or((0.0, 1.0)));
    let mut chart = Chart::new(popularity_axis(&bins), y);
    chart.names_at_ends = true;
    for (index, (name, statistics)) in runs.iter().enumerate() {
        let points: Vec<_> = statistics
            .by_popularity
            .iter()
            .filter(is_solid)
            .filter_map(|bin| {
                let at = bins
                    .binary_search_by_key(&bin.range, |own| own.range)
                    .ok()?;
                Some((at as f64, bin.errors.rmse))
            })
            .collect();
        let line = Kind::Line {
            points: points.clone(),
            width: 1.75,
            dash: None,
        };
        chart.add(*name, tokens.category(index), line);
        chart.add(
            "",
            tokens.category(index),
            Kind::Dots {
                points,
                radius: 3.0,
            },
        );
    }
    chart
}

fn popularity_axis(bins: &[PopularityBin]) -> Axis {
    let range = (-0.5, bins.len() as f64 - 0.5);
    let ticks = bins
        .iter()
        .enumerate()
        .map(|(index, bin)| (index as f64, bin.range_text()));
    Axis::new("Training ratings of the item", range).ticks(ticks.collect())
}

/// How far predictions are off.
#[must_use]
pub fn residuals(statistics: &Statistics, tokens: &Tokens) -> Chart {
    let residuals = &statistics.residuals;
    let most = residuals.counts.iter().copied().max().unwrap_or(0).max(1);
    let end = residuals.start + residuals.width * residuals.counts.len() as f64;
    let mut chart = Chart::new(
        Axis::new("Prediction − rating", (residuals.start, end)),
        Axis::new("Test pairs", (0.0, f64::from(most) * 1.1)),
    );
    let color = tokens.category(0).gamma_multiply(0.8);
    let bars = residuals.counts.iter().enumerate().map(|(index, &count)| {
        let low = residuals.start + index as f64 * residuals.width;
        let gap = residuals.width * 0.03;
        Bar {
            x: (low + gap, low + residuals.width - gap),
            y: (0.0, f64::from(count)),
            color,
        }
    });
    chart.add("", tokens.category(0), Kind::Bars(bars.collect()));
    chart.marks.push(Mark::Moment {
        x: 0.0,
        label: String::new(),
    });
    chart
}

impl Column {
    /// The middle of its true ratings.
    #[must_use]
    pub fn middle(&self) -> f64 {
        (self.low + self.high) / 2.0
    }
}

impl PopularityBin {
    /// Its numbers of training ratings: `0`, `3–5`, `11–20`.
    #[must_use]
    pub fn range_text(&self) -> String {
        let (first, last) = self.range;
        let [first_text, last_text] =
            [first, last].map(|count| format::count_short(u64::from(count)));
        if first == last {
            first_text
        } else {
            format!("{first_text}–{last_text}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::LIGHT;
    use super::*;

    fn statistics(shift: f32) -> Statistics {
        let ratings: Vec<f32> = (0..500).map(|pair| (1 + pair % 5) as f32).collect();
        let predictions: Vec<f32> = ratings.iter().map(|rating| 0.6 * rating + shift).collect();
        let popularity: Vec<u32> = (0..500).map(|pair| 1 + pair / 50).collect();
        Statistics::of(&ratings, &predictions, Some(&popularity))
    }

    #[test]
    fn agreement_has_a_column_for_each_rating() {
        let chart = agreement(&statistics(1.4), &LIGHT);
        let labels: Vec<_> = chart
            .x
            .given
            .iter()
            .flatten()
            .map(|(_, label)| label.as_str())
            .collect();
        assert_eq!(labels, ["1", "2", "3", "4", "5"]);
        let Kind::Boxes(boxes) = &chart.series[1].kind else {
            panic!("boxes");
        };
        // 0.6 · 3 + 1.4
        assert!((boxes[2].1[1] - 3.2).abs() < 1e-6);
    }

    #[test]
    fn runs_are_compared_over_the_same_bins() {
        let (one, other) = (statistics(1.4), statistics(2.0));
        let chart = compared_by_popularity(&[("One", &one), ("Other", &other)], &LIGHT);
        let names: Vec<_> = chart
            .series
            .iter()
            .map(|series| series.name.as_str())
            .collect();
        assert_eq!(names, ["One", "", "Other", ""]);
        let texts: Vec<_> = chart
            .x
            .given
            .iter()
            .flatten()
            .map(|(_, label)| label.as_str())
            .collect();
        assert_eq!(texts, ["1", "2", "3–5", "6–10"]);
        for series in &chart.series {
            let (Kind::Line { points, .. } | Kind::Dots { points, .. }) = &series.kind else {
                panic!("lines and dots");
            };
            assert_eq!(points.len(), 4);
        }
    }

    #[test]
    fn residuals_are_bars_beside_a_line_at_zero() {
        let chart = residuals(&statistics(1.4), &LIGHT);
        let Kind::Bars(bars) = &chart.series[0].kind else {
            panic!("bars");
        };
        let sum: f64 = bars.iter().map(|bar| bar.y.1).sum();
        assert_eq!(sum, 500.0);
        assert!(matches!(chart.marks[..], [Mark::Moment { x: 0.0, .. }]));
    }
}
