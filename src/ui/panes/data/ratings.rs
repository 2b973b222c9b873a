//! Of ratings: counts, the histogram of values, popularity and the matrix.

use std::sync::Arc;

use eframe::egui::Ui;

use super::charts::{self, HistogramLabels, chart_columns, chart_height};
use super::preview::{Reading, other_notices};
use super::{DataView, from_to, head_ui, hundredths};
use crate::data::{RatingsData, RatingsSummary};
use crate::draw::Scale;
use crate::draw::format;
use crate::ui::theme::tokens;
use crate::ui::widgets::{Figure, Severity, figures, message};

/// The ratings that the histogram counts.
const RATINGS: HistogramLabels = HistogramLabels {
    title: "Ratings by value",
    name: "Histogram of ratings",
    one: "Rating",
    many: "Ratings",
    counted: "Training ratings",
    units: "ratings",
};

impl DataView {
    pub(super) fn ratings_ui(
        &mut self,
        ui: &mut Ui,
        file: &str,
        data: &RatingsData,
        summary: &Arc<RatingsSummary>,
        reading: Option<Reading<'_>>,
    ) {
        let tokens = tokens(ui.ctx());
        if head_ui(ui, file, dates(summary), reading) {
            self.preview.open(file);
        }
        figures(ui, &headline(summary));
        let notices = other_notices(&data.notices, reading.as_ref());
        if !notices.is_empty() {
            message(ui, Severity::Info, &notices, |_| ());
        }
        ui.add_space(tokens.space.m);

        let gap = tokens.space.xl;
        let columns = chart_columns(ui);
        ui.spacing_mut().item_spacing.x = gap;
        let scale = if self.linear {
            Scale::Linear
        } else {
            Scale::Log
        };
        let height = chart_height(ui, columns);
        match columns {
            1 => {
                charts::histogram(ui, &RATINGS, &summary.histogram, height);
                ui.add_space(gap);
                charts::popularity(ui, summary, &mut self.linear, scale, height);
                ui.add_space(gap);
                self.matrix.ui(ui, summary, height);
            }
            2 => {
                ui.columns_const(|[left, right]| {
                    charts::histogram(left, &RATINGS, &summary.histogram, height);
                    charts::popularity(right, summary, &mut self.linear, scale, height);
                });
                ui.add_space(gap);
                self.matrix.ui(ui, summary, height);
            }
            _ => ui.columns_const(|[left, middle, right]| {
                charts::histogram(left, &RATINGS, &summary.histogram, height);
                charts::popularity(middle, summary, &mut self.linear, scale, height);
                self.matrix.ui(right, summary, height);
            }),
        }
    }
}

fn headline(summary: &RatingsSummary) -> Vec<Figure<'static>> {
    let figure = |name, value: String, help| Figure {
        name,
        value,
        help: Some(help),
        ..Figure::default()
    };
    let number = |value: f32| {
        let rounded = format::setting((f64::from(value) * 1e3).round() / 1e3);
        rounded.replace('-', "−").replace("e−", "e-")
    };
    let (low, high) = summary.scale;
    let mut figures = vec![
        figure(
            "Users",
            format::count(summary.users as u64),
            "Users with a rating in training or test",
        ),
        figure(
            "Items",
            format::count(summary.items as u64),
            "Items with a rating in training or test",
        ),
        figure(
            "Training ratings",
            format::count(summary.ratings as u64),
            "Ratings that a system trains on",
        ),
        figure(
            "Test ratings",
            format::count(summary.test_ratings as u64),
            "Ratings that it is tested on",
        ),
        figure(
            "Density",
            format::percent(summary.density),
            "Share of all user-item pairs that are rated",
        ),
        figure(
            "Mean rating",
            hundredths(summary.mean),
            "Mean of the training ratings, with their standard deviation",
        ),
        figure(
            "Scale",
            from_to(&number(low), &number(high)),
            "Smallest and largest training rating",
        ),
    ];
    figures[5].note = Some(format!("± {}", hundredths(summary.deviation)));
    if summary.test_ratings > 0 {
        let share = summary.test_ratings as f64 / (summary.ratings + summary.test_ratings) as f64;
        figures[3].note = Some(format!("{} of all", format::percent(share)));
    }
    if let Some(distinct) = distinct_values(summary) {
        figures[6].note = Some(distinct);
    }
    figures
}

fn distinct_values(summary: &RatingsSummary) -> Option<String> {
    let values = summary.histogram.values.len();
    (summary.histogram.width == 0.0 && values > 0).then(|| match values {
        1 => "1 value".to_owned(),
        n => format!("{n} values"),
    })
}

/// When the ratings were given: `20 Sep 1997 to 22 Apr 1998`.
fn dates(summary: &RatingsSummary) -> Option<String> {
    let (first, last) = summary.time_span?;
    let date = |seconds| {
        let time = jiff::Timestamp::from_second(seconds).ok()?;
        Some(time.strftime("%-d %b %Y").to_string())
    };
    Some(format!("{} to {}", date(first)?, date(last)?))
}
