//! Contents of a matrix: counts, values, classes and a picture.

use std::sync::Arc;

use eframe::egui::{Align, Layout, Rect, RichText, Sense, Ui, vec2};

use super::charts::{self, HistogramLabels, chart_columns, chart_height};
use super::picture::Picture;
use super::{from_to, short};
use crate::data::{MatrixData, MatrixSummary};
use crate::draw::format;
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    Figure, Severity, caption, elided_label, figures, message, section_header,
};

/// Classes that are listed of one side.
const MOST_CLASSES: usize = 12;

pub(super) fn matrix_ui(
    ui: &mut Ui,
    picture: &mut Picture,
    data: &MatrixData,
    summary: &Arc<MatrixSummary>,
    notices: &str,
) {
    let tokens = tokens(ui.ctx());
    ui.spacing_mut().item_spacing.y = tokens.space.xs;
    figures(ui, &headline(data, summary));
    if !notices.is_empty() {
        message(ui, Severity::Info, notices, |_| ());
    }
    ui.add_space(tokens.space.m);

    let gap = tokens.space.xl;
    ui.spacing_mut().item_spacing.x = gap;
    let columns = chart_columns(ui).min(2);
    let height = chart_height(ui, columns);
    let labels = HistogramLabels {
        title: if summary.without_zeros {
            "Values other than zero"
        } else {
            "Values"
        },
        name: "Histogram of values",
        one: "Value",
        many: "Values",
        counted: "Cells",
        units: "cells",
    };
    if columns == 1 {
        charts::histogram(ui, &labels, &summary.histogram, height);
        ui.add_space(gap);
        picture.ui(ui, data, summary, height);
    } else {
        ui.columns_const(|[left, right]| {
            charts::histogram(left, &labels, &summary.histogram, height);
            picture.ui(right, data, summary, height);
        });
    }
    let sides = [
        ("True classes of rows", &summary.row_classes),
        ("True classes of columns", &summary.column_classes),
    ];
    let sides: Vec<_> = sides
        .into_iter()
        .filter(|side| !side.1.is_empty())
        .collect();
    if sides.is_empty() {
        return;
    }
    ui.add_space(gap);
    if columns == 1 {
        for (heading, classes) in sides {
            classes_ui(ui, heading, classes);
        }
    } else {
        ui.columns_const(|uis: &mut [Ui; 2]| {
            for (ui, (heading, classes)) in uis.iter_mut().zip(sides) {
                classes_ui(ui, heading, classes);
            }
        });
    }
}

/// The classes of one side with their sizes, largest first.
fn classes_ui(ui: &mut Ui, heading: &str, classes: &[(String, usize)]) {
    let tokens = tokens(ui.ctx());
    section_header(ui, heading);
    let mut classes: Vec<_> = classes.iter().collect();
    classes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let most = classes.first().map_or(1, |class| class.1).max(1);
    let total: usize = classes.iter().map(|class| class.1).sum();
    ui.spacing_mut().item_spacing.x = tokens.space.s;
    let room = ui.available_width();
    let size = vec2(room, tokens.size.control - tokens.space.xs);
    for (name, count) in classes.iter().take(MOST_CLASSES) {
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            let (label, number) = (room * 0.35, 2.0 * tokens.space.xxl);
            ui.allocate_ui_with_layout(
                vec2(label, size.y),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_width(label);
                    elided_label(ui, name, label);
                },
            );
            let whole = vec2(room - label - number - 2.0 * tokens.space.s, tokens.space.s);
            let (rect, _) = ui.allocate_exact_size(whole.max(vec2(0.0, 0.0)), Sense::hover());
            let length = rect.width() * *count as f32 / most as f32;
            let bar = Rect::from_min_size(rect.min, vec2(length, rect.height()));
            ui.painter()
                .rect_filled(bar, 0.0, tokens.category(0).gamma_multiply(0.8));
            let share = *count as f64 / total.max(1) as f64;
            ui.label(
                RichText::new(format!(
                    "{} · {}",
                    format::count(*count as u64),
                    format::percent(share)
                ))
                .color(tokens.text_secondary),
            );
        });
    }
    if classes.len() > MOST_CLASSES {
        let more = classes.len() - MOST_CLASSES;
        caption(ui, format!("and {} more", format::count(more as u64)));
    }
}

fn headline(data: &MatrixData, summary: &MatrixSummary) -> Vec<Figure<'static>> {
    let figure = |name, value: String, help| Figure {
        name,
        value,
        help: Some(help),
        ..Figure::default()
    };
    let count = |count: usize| format::count(count as u64);
    let aside = |aside: usize| (aside > 0).then(|| format!("{} set aside", count(aside)));
    let classes = |classes: &[(String, usize)]| match classes.len() {
        0 => None,
        1 => Some("1 class".to_owned()),
        several => Some(format!("{} classes", count(several))),
    };
    let side = |number: usize, name, note: [Option<String>; 2], help| Figure {
        note: Some(note.into_iter().flatten().collect::<Vec<_>>().join(" · "))
            .filter(|note| !note.is_empty()),
        ..figure(name, count(number), help)
    };
    let (low, high) = summary.range;
    let mut figures = vec![
        side(
            summary.rows,
            "Rows",
            [classes(&summary.row_classes), aside(summary.rows_aside)],
            "Rows of the file; constant rows are set aside",
        ),
        side(
            summary.columns,
            "Columns",
            [
                classes(&summary.column_classes),
                aside(summary.columns_aside),
            ],
            "Columns of the file; constant columns are set aside",
        ),
        figure("Cells", count(summary.stored), "Cells that have a value"),
        figure(
            "Density",
            format::percent(summary.density),
            "Share of all cells that have a value other than zero",
        ),
        figure(
            "Missing",
            format::percent(summary.missing),
            "Share of all cells that the file does not hold and that are not zero",
        ),
        figure(
            "Mean",
            format::number(summary.mean),
            "Mean of the cells that have a value, with their standard deviation",
        ),
        figure(
            "Range",
            from_to(&short(low), &short(high)),
            "Smallest and largest cell",
        ),
    ];
    let stored = if matches!(data.observed, crate::data::Cells::Sparse(_)) {
        "sparse"
    } else {
        "dense"
    };
    figures[2].note = Some(stored.to_owned());
    figures[5].note = Some(format!("± {}", format::number(summary.deviation)));
    figures
}
