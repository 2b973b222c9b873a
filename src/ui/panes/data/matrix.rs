//! The matrix as a small picture, fullest users and items first.

use std::sync::Arc;

use eframe::egui::{Color32, Ui};
use serde::{Deserialize, Serialize};

use super::charts::color_scale;
use super::thumbnail::{self, Picture};
use crate::data::{RatingsSummary, Thumbnail};
use crate::draw::chart::Chart;
use crate::draw::format;
use crate::draw::ticks::short;
use crate::draw::{Sequential, Tokens};
use crate::ui::figure::save_chart_menu;
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, section_header_with, segmented};

/// The meaning of the colors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shown {
    /// The rated share of a cell's pairs.
    #[default]
    Density,
    /// The mean rating of a cell.
    Mean,
}

#[derive(Default)]
pub(super) struct Matrix {
    pub(super) shown: Shown,
    picture: Picture<Shown, RatingsSummary>,
}

impl Matrix {
    pub(super) fn ui(&mut self, ui: &mut Ui, summary: &Arc<RatingsSummary>, height: f32) {
        let tokens = tokens(ui.ctx());
        section_header_with(ui, "Matrix", |ui| {
            let (range, shown) = (self.range(summary), self.shown);
            save_chart_menu(ui, "Matrix", &note(shown, range), |tokens| {
                matrix_chart(summary, shown, range, tokens)
            });
            let options = [(Shown::Density, "Density"), (Shown::Mean, "Mean rating")];
            segmented(ui, &mut self.shown, &options);
        });
        let thumbnail = &summary.thumbnail;
        if thumbnail.rows == 0 || thumbnail.columns == 0 {
            caption(ui, "There are no ratings to show.");
            return;
        }
        let (range, shown) = (self.range(summary), self.shown);
        caption(
            ui,
            "Users, most active first (down) × items, most rated first (right)",
        );
        let cells = (thumbnail.rows, thumbnail.columns);
        let placed = self
            .picture
            .ui(ui, height, (shown, summary), cells, |cell| {
                color(thumbnail, cell, shown, range, tokens)
            });
        let ends = ends(shown, range);
        let at = |amount: f32| {
            map().color(if shown == Shown::Density {
                amount.sqrt()
            } else {
                amount
            })
        };
        color_scale(ui, placed.scale_width, at, (&ends.0, &ends.1));

        if let Some((row, column)) = placed.cell {
            placed.response.on_hover_ui_at_pointer(|ui| {
                let index = row * thumbnail.columns + column;
                ui.label(format!(
                    "Users {}",
                    ranks(row, thumbnail.rows, summary.users)
                ));
                ui.label(format!(
                    "Items {}",
                    ranks(column, thumbnail.columns, summary.items)
                ));
                let density = format::percent(f64::from(thumbnail.density[index]));
                caption(ui, format!("{density} of the pairs are rated"));
                let mean = thumbnail.mean[index];
                if mean.is_finite() {
                    caption(ui, format!("Mean rating {mean:.2}"));
                }
            });
        }
    }

    /// The values at the two ends of the colors.
    fn range(&self, summary: &RatingsSummary) -> (f32, f32) {
        match self.shown {
            Shown::Density => {
                let most = summary
                    .thumbnail
                    .density
                    .iter()
                    .copied()
                    .fold(0.0, f32::max);
                (0.0, most.max(f32::MIN_POSITIVE))
            }
            Shown::Mean => summary.scale,
        }
    }
}

/// The values at the two ends of the colors, as they read.
fn ends(shown: Shown, range: (f32, f32)) -> (String, String) {
    match shown {
        Shown::Density => ("0 %".to_owned(), format::percent(f64::from(range.1))),
        Shown::Mean => (short(f64::from(range.0)), short(f64::from(range.1))),
    }
}

/// What the colors of a figure mean.
fn note(shown: Shown, range: (f32, f32)) -> String {
    let (low, high) = ends(shown, range);
    match shown {
        Shown::Density => format!(
            "Share of the pairs that are rated, from {low} (dark) to {high} (bright), by its root."
        ),
        Shown::Mean => format!("Mean rating, from {low} (dark) to {high} (bright)."),
    }
}

/// The picture between axes of ranks.
fn matrix_chart(
    summary: &RatingsSummary,
    shown: Shown,
    range: (f32, f32),
    tokens: &Tokens,
) -> Chart {
    let thumbnail = &summary.thumbnail;
    thumbnail::chart(
        (thumbnail.rows, thumbnail.columns),
        |cell| color(thumbnail, cell, shown, range, tokens),
        ("Users, most active first", summary.users),
        ("Items, most rated first", summary.items),
        tokens,
    )
}

fn map() -> Sequential {
    Sequential::Viridis
}

/// Cells without a rating have no color of the map. Densities fall off steeply: their root is shown.
fn color(
    thumbnail: &Thumbnail,
    cell: usize,
    shown: Shown,
    (low, high): (f32, f32),
    tokens: &Tokens,
) -> Color32 {
    if thumbnail.density[cell] == 0.0 {
        return tokens.raised;
    }
    let amount = match shown {
        Shown::Density => (thumbnail.density[cell] / high).sqrt(),
        Shown::Mean if high > low => (thumbnail.mean[cell] - low) / (high - low),
        Shown::Mean => 0.5,
    };
    map().color(amount)
}

/// The meaning of a cell of the picture, from 0.
pub(super) fn span(cell: usize, cells: usize, total: usize) -> std::ops::Range<usize> {
    (cell * total).div_ceil(cells)..((cell + 1) * total).div_ceil(cells)
}

/// The ranks, from 1, that a cell of the picture stands for: `17–20`.
pub(super) fn ranks(cell: usize, cells: usize, total: usize) -> String {
    let span = span(cell, cells, total);
    let first = format::count(span.start as u64 + 1);
    if span.len() > 1 {
        format!("{first}–{}", format::count(span.end as u64))
    } else {
        first
    }
}

#[cfg(test)]
mod tests {
    use super::ranks;

    #[test]
    fn cells_cover_every_rank_once() {
        // Rank r of 10 lies in cell r · 4 / 10 of 4: 0–2, 3–4, 5–7, 8–9.
        let shown: Vec<String> = (0..4).map(|cell| ranks(cell, 4, 10)).collect();
        assert_eq!(shown, ["1–3", "4–5", "6–8", "9–10"]);
        assert_eq!(ranks(2, 5, 5), "3");
    }
}
