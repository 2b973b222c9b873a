//! Predicted against true ratings, error by popularity, residuals.

use eframe::egui::Ui;

use crate::draw::chart::Chart;
use crate::draw::predictions::{self, FEW, Statistics};
use crate::draw::ticks::short;
use crate::draw::{Tokens, format};
use crate::ui::figure::save_chart_menu;
use crate::ui::panes::chart;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, section_header, section_header_with};

/// The name of a chart, with a menu that saves it.
fn header(
    ui: &mut Ui,
    title: &str,
    note: &str,
    statistics: &Statistics,
    chart: fn(&Statistics, &Tokens) -> Chart,
) {
    section_header_with(ui, title, |ui| {
        save_chart_menu(ui, title, note, |tokens| chart(statistics, tokens));
    });
}

/// For each true rating, how the predictions spread: density, quartiles and mean beside the diagonal of a perfect predictor.
pub(super) fn agreement(ui: &mut Ui, statistics: &Statistics, height: f32) {
    const TEXT: &str = "Shade: share of the ratings with that true value. Box: middle half, with the median. Line: mean. Dashes: perfect.";
    header(
        ui,
        "Predicted against true",
        TEXT,
        statistics,
        predictions::agreement,
    );
    let columns = &statistics.columns;
    if columns.is_empty() {
        return;
    }
    let chart = predictions::agreement(statistics, tokens(ui.ctx()));
    let area = chart::show(ui, "Predicted against true ratings", &chart, height);
    // The columns of the page justify, which would space the words apart.
    ui.vertical(|ui| {
        caption(ui, TEXT);
    });

    let Some((pointed, _)) = area.pointer() else {
        return;
    };
    let width = predictions::column_width(columns);
    let distance = |column: &predictions::Column| (column.middle() - pointed).abs();
    let nearest = columns
        .iter()
        .min_by(|a, b| distance(a).total_cmp(&distance(b)));
    if let Some(column) = nearest.filter(|column| distance(column) <= width / 2.0) {
        area.response.on_hover_ui_at_pointer(|ui| {
            let name = if column.low == column.high {
                format!("True rating {}", short(column.low))
            } else {
                format!(
                    "True ratings from {} to {}",
                    short(column.low),
                    short(column.high)
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

/// RMSE and MAE of items with few and with many training ratings.
pub(super) fn by_popularity(ui: &mut Ui, statistics: &Statistics, height: f32) {
    let bins = &statistics.by_popularity;
    if bins.is_empty() {
        section_header(ui, "Error by popularity");
        caption(
            ui,
            "Shown once the run's data is open: it needs the training ratings of each item.",
        );
        return;
    }
    let text =
        "Errors on test pairs of items with few and with many training ratings; pale: few pairs.";
    header(
        ui,
        "Error by popularity",
        text,
        statistics,
        predictions::error_by_popularity,
    );
    let chart = predictions::error_by_popularity(statistics, tokens(ui.ctx()));
    let area = chart::show(ui, "Error by popularity of the item", &chart, height);
    let pointed = area.pointer().map(|(x, _)| x.round() as usize);
    let Some(bin) = pointed.and_then(|index| bins.get(index)) else {
        return;
    };
    area.response.on_hover_ui_at_pointer(|ui| {
        ui.label(format!("Items with {} training ratings", bin.range_text()));
        ui.label(format!(
            "RMSE {:.4}, MAE {:.4}",
            bin.errors.rmse, bin.errors.mae
        ));
        caption(
            ui,
            format!("{} test pairs", format::count(bin.errors.count as u64)),
        );
        if bin.errors.count < FEW {
            caption(ui, "Too few to be meaningful");
        }
    });
}

/// How far predictions are off.
pub(super) fn residuals(ui: &mut Ui, statistics: &Statistics, height: f32) {
    let tokens = tokens(ui.ctx());
    let text = "How far the predictions of test pairs are off.";
    header(ui, "Residuals", text, statistics, predictions::residuals);
    let chart = predictions::residuals(statistics, tokens);
    let area = chart::show(ui, "Histogram of residuals", &chart, height);
    let residuals = &statistics.residuals;
    let Some((pointed, _)) = area.pointer() else {
        return;
    };
    let index = ((pointed - residuals.start) / residuals.width) as usize;
    let Some(&count) = residuals.counts.get(index) else {
        return;
    };
    let low = residuals.start + index as f64 * residuals.width;
    let high = low + residuals.width;
    let bar = area.rect_of((low, high), (0.0, f64::from(count)));
    area.painter.rect_filled(bar, 0.0, tokens.category(0));
    area.response.on_hover_ui_at_pointer(|ui| {
        ui.label(format!("From {} to {}", short(low), short(high)));
        let share = f64::from(count) / statistics.errors.count.max(1) as f64;
        let count = format::count(u64::from(count));
        caption(
            ui,
            format!("{count} test pairs, {}", format::percent(share)),
        );
    });
}
