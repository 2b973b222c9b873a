//! The things under the pointer and chosen in a matrix.

use eframe::egui::{Color32, Rect, Stroke, StrokeKind, Ui, vec2};

use super::cluster_colors::against;
use super::heatmap::{Chosen, Heatmap, Pointed};
use super::picture::Layer;
use crate::draw::contrast;
use crate::ui::theme::tokens;
use crate::ui::widgets::Placed;

impl Heatmap<'_> {
    /// A color that stands out from most cells.
    pub(super) fn foreground(&self, ui: &Ui, layer: &Layer) -> Color32 {
        layer.foreground(tokens(ui.ctx()))
    }

    /// The things under the pointer and chosen.
    pub(super) fn marks_ui(&self, ui: &Ui, placed: &Placed, layer: &Layer, own: Option<Pointed>) {
        let tokens = tokens(ui.ctx());
        let painter = ui.painter().with_clip_rect(placed.rect);
        let arrangement = layer.arrangement();
        let place = |row: Option<usize>| Some(f64::from(*arrangement.rows.place.get(row?)?));
        let place_across =
            |column: Option<usize>| Some(f64::from(*arrangement.columns.place.get(column?)?));
        let plot = placed.rect;
        let foreground = self.foreground(ui, layer);
        // Cells of any color lie below: what is light has a dark edge, and the other way round.
        let edge = against(foreground, tokens);
        let band = |row: Option<f64>, column: Option<f64>| -> Option<Rect> {
            let (rows, columns) = (self.data.observed.rows(), self.data.observed.columns());
            let y = row.map_or([0.0, rows as f64], |row| [row, row + 1.0]);
            let x = column.map_or([0.0, columns as f64], |column| [column, column + 1.0]);
            (row.is_some() || column.is_some()).then(|| {
                let rect = Rect::from_min_max(
                    placed.cell_point([x[0], y[0]]),
                    placed.cell_point([x[1], y[1]]),
                );
                // What is thinner than a pixel is still shown.
                let least = vec2(1.5, 1.5);
                Rect::from_center_size(rect.center(), rect.size().max(least))
            })
        };
        if let Some(pointed) = own.or(self.pointed) {
            let faint = foreground.gamma_multiply(0.4);
            let hairline = Stroke::new(tokens.size.hairline, edge.gamma_multiply(0.4));
            let (row, column) = (place(pointed.row), place_across(pointed.column));
            for rect in [band(row, None), band(None, column)].into_iter().flatten() {
                if rect.width().min(rect.height()) < tokens.space.xs {
                    painter.rect_filled(rect, 0.0, faint);
                    painter.rect_stroke(rect, 0.0, hairline, StrokeKind::Outside);
                }
            }
            if let (Some(row), Some(column)) = (row, column)
                && let Some(cell) = band(Some(row), Some(column))
            {
                let (inner, outer) = (
                    Stroke::new(tokens.size.line, foreground),
                    Stroke::new(tokens.size.line, edge),
                );
                let cell = cell.expand(1.0);
                painter.rect_stroke(cell, 1.0, inner, StrokeKind::Outside);
                let cell = cell.expand(tokens.size.line);
                painter.rect_stroke(cell, 1.0, outer, StrokeKind::Outside);
            }
        }
        let chosen = match self.chosen {
            Some(Chosen::Row(row)) => band(place(Some(row)), None),
            Some(Chosen::Column(column)) => band(None, place_across(Some(column))),
            Some(Chosen::Block(row, column)) => {
                let spans = arrangement
                    .rows
                    .span_of(row)
                    .zip(arrangement.columns.span_of(column));
                spans.map(|(rows, columns)| {
                    Rect::from_min_max(
                        placed.cell_point([columns.start as f64, rows.start as f64]),
                        placed.cell_point([columns.end as f64, rows.end as f64]),
                    )
                })
            }
            None => None,
        };
        if let Some(rect) = chosen {
            let seen = rect.intersect(plot);
            let (outer, inner) = (tokens.accent, tokens.on_accent);
            let stroke = |width: f32, color: Color32| Stroke::new(width, color);
            if contrast(foreground, inner) > 1.5
                || rect.height().min(rect.width()) > tokens.space.xs
            {
                painter.rect_stroke(
                    seen,
                    0.0,
                    stroke(tokens.space.hair + 1.0, inner),
                    StrokeKind::Inside,
                );
            }
            painter.rect_stroke(
                seen,
                0.0,
                stroke(tokens.space.hair, outer),
                StrokeKind::Inside,
            );
        }
    }
}
