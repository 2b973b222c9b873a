//! A matrix as a small picture, in the order of its file.

use std::sync::Arc;

use eframe::egui::{Color32, Ui};
use serde::{Deserialize, Serialize};

use super::charts::color_scale;
use super::matrix::{ranks, span};
use super::short;
use super::thumbnail;
use crate::data::{Labels, MatrixData, MatrixSummary};
use crate::draw::chart::Chart;
use crate::draw::format;
use crate::draw::{Diverging, Sequential, Tokens};
use crate::ui::figure::save_chart_menu;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, section_header_with, segmented};

/// The meaning of the colors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shown {
    /// The mean of a block's cells.
    #[default]
    Mean,
    /// The share of a block's cells that are there and not zero.
    Density,
}

impl Shown {
    /// The values that the colors stand for, a row of blocks after the other.
    fn of(self, summary: &MatrixSummary) -> &[f32] {
        match self {
            Self::Mean => &summary.thumbnail.mean,
            Self::Density => &summary.thumbnail.density,
        }
    }
}

#[derive(Default)]
pub(super) struct Picture {
    pub(super) shown: Shown,
    picture: thumbnail::Picture<Shown, MatrixSummary>,
}

/// From values to colors.
#[derive(Clone, Copy)]
enum Scale {
    /// From the smallest to the largest; the root, since most matrices have many small cells and few large ones.
    Amounts(f32, f32),
    /// As far below zero as above it.
    Differences(f32),
}

impl Scale {
    fn of(summary: &MatrixSummary, shown: Shown) -> Self {
        let finite = shown.of(summary).iter().filter(|value| value.is_finite());
        let (low, high) = finite.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &value| {
            (low.min(value), high.max(value))
        });
        if low < 0.0 && high > 0.0 {
            Self::Differences(high.max(-low))
        } else if low <= high {
            Self::Amounts(low, high)
        } else {
            Self::Amounts(0.0, 1.0)
        }
    }

    fn color(self, value: f32) -> Color32 {
        match self {
            Self::Amounts(low, high) if high > low => self.at((value - low) / (high - low)),
            Self::Amounts(..) => self.at(0.5),
            Self::Differences(most) => self.at(0.5 + 0.5 * value / most),
        }
    }

    /// The color at a place of the scale, 0 to 1.
    fn at(self, place: f32) -> Color32 {
        match self {
            Self::Amounts(..) => Sequential::Viridis.color(place.max(0.0).sqrt()),
            Self::Differences(_) => Diverging::BlueRed.color(2.0 * place - 1.0),
        }
    }

    fn ends(self, shown: Shown) -> (String, String) {
        let (low, high) = match self {
            Self::Amounts(low, high) => (low, high),
            Self::Differences(most) => (-most, most),
        };
        let text = |value: f32| match shown {
            Shown::Mean => short(value),
            Shown::Density => format::percent(f64::from(value)),
        };
        (text(low), text(high))
    }
}

impl Picture {
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        data: &MatrixData,
        summary: &Arc<MatrixSummary>,
        height: f32,
    ) {
        let tokens = tokens(ui.ctx());
        section_header_with(ui, "Matrix", |ui| {
            let shown = self.shown;
            save_chart_menu(ui, "Matrix", &note(summary, shown), |tokens| {
                matrix_chart(data, summary, shown, tokens)
            });
            let options = [(Shown::Mean, "Mean value"), (Shown::Density, "Density")];
            segmented(ui, &mut self.shown, &options);
        });
        let thumbnail = &summary.thumbnail;
        if thumbnail.rows == 0 || thumbnail.columns == 0 {
            caption(ui, "There are no cells to show.");
            return;
        }
        let shown = self.shown;
        let scale = Scale::of(summary, shown);
        caption(ui, "Rows (down) × columns (right), as in the file");
        let cells = (thumbnail.rows, thumbnail.columns);
        let values = shown.of(summary);
        let placed = self
            .picture
            .ui(ui, height, (shown, summary), cells, |cell| {
                color(scale, values[cell], tokens)
            });
        let ends = scale.ends(shown);
        let width = placed.scale_width;
        color_scale(ui, width, |place| scale.at(place), (&ends.0, &ends.1));

        if let Some((row, column)) = placed.cell {
            placed.response.on_hover_ui_at_pointer(|ui| {
                let index = row * thumbnail.columns + column;
                ui.label(place("Row", row, thumbnail.rows, &data.rows));
                ui.label(place("Column", column, thumbnail.columns, &data.columns));
                let mean = thumbnail.mean[index];
                if (thumbnail.rows, thumbnail.columns) == (data.rows.len(), data.columns.len()) {
                    caption(ui, value_of_cell(mean));
                    return;
                }
                if mean.is_finite() {
                    caption(
                        ui,
                        format!("Mean value {}", format::number(f64::from(mean))),
                    );
                }
                let density = format::percent(f64::from(thumbnail.density[index]));
                caption(
                    ui,
                    format!("{density} of the cells have a value other than zero"),
                );
            });
        }
    }
}

/// What the colors of a figure mean.
fn note(summary: &MatrixSummary, shown: Shown) -> String {
    let scale = Scale::of(summary, shown);
    let (low, high) = scale.ends(shown);
    let what = match shown {
        Shown::Mean => "Mean value",
        Shown::Density => "Share of the cells with a value other than zero",
    };
    match scale {
        Scale::Amounts(..) => format!("{what}, from {low} (dark) to {high} (bright), by its root."),
        Scale::Differences(_) => {
            format!("{what}, from {low} (blue) over 0 (white) to {high} (red).")
        }
    }
}

/// The picture between axes of rows and columns.
fn matrix_chart(
    data: &MatrixData,
    summary: &MatrixSummary,
    shown: Shown,
    tokens: &Tokens,
) -> Chart {
    let (thumbnail, scale) = (&summary.thumbnail, Scale::of(summary, shown));
    let values = shown.of(summary);
    thumbnail::chart(
        (thumbnail.rows, thumbnail.columns),
        |cell| color(scale, values[cell], tokens),
        ("Rows", data.rows.len()),
        ("Columns", data.columns.len()),
        tokens,
    )
}

/// Blocks of missing cells have no color of the map.
fn color(scale: Scale, value: f32, tokens: &Tokens) -> Color32 {
    if value.is_nan() {
        tokens.raised
    } else {
        scale.color(value)
    }
}

/// What a single cell holds; NaN if it is missing.
fn value_of_cell(value: f32) -> String {
    if value.is_finite() {
        format!("Value {}", super::short(value))
    } else {
        "Missing".to_owned()
    }
}

/// `Row 7: gene 3`, `Rows 17–20`.
fn place(what: &str, block: usize, blocks: usize, labels: &Labels) -> String {
    let span = span(block, blocks, labels.len());
    let numbers = ranks(block, blocks, labels.len());
    if span.len() > 1 {
        format!("{what}s {numbers}")
    } else {
        format!("{what} {numbers}: {}", labels.display(span.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_its_own_shows_what_it_holds() {
        assert_eq!(value_of_cell(51.0), "Value 51");
        assert_eq!(value_of_cell(-0.25), "Value −0.25");
        assert_eq!(value_of_cell(f32::NAN), "Missing");
    }

    #[test]
    fn matrices_with_both_signs_are_colored_around_zero() {
        let mut summary = MatrixSummary::default();
        summary.thumbnail.mean = vec![-1.0, f32::NAN, 3.0];
        let scale = Scale::of(&summary, Shown::Mean);
        assert_eq!(scale.ends(Shown::Mean), ("−3".to_owned(), "3".to_owned()));
        assert_eq!(scale.color(0.0), Diverging::BlueRed.color(0.0));
        assert_eq!(scale.color(3.0), Diverging::BlueRed.color(1.0));
        summary.thumbnail.mean = vec![2.0, 4.0];
        let scale = Scale::of(&summary, Shown::Mean);
        assert_eq!(scale.color(2.0), Sequential::Viridis.color(0.0));
        assert_eq!(scale.color(4.0), Sequential::Viridis.color(1.0));
    }

    #[test]
    fn a_block_of_one_row_has_its_name() {
        let labels = Labels::new(["a", "b", "c"]);
        assert_eq!(place("Row", 1, 3, &labels), "Row 2: b");
        assert_eq!(place("Row", 0, 2, &labels), "Rows 1–2");
    }
}
