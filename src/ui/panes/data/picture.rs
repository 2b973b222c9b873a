//! A matrix as a small picture, in the order of its file.

use std::sync::Arc;

use eframe::egui::{
    Color32, ColorImage, Rect, Role, Sense, StrokeKind, TextureHandle, TextureOptions, Ui,
    WidgetInfo, pos2, vec2,
};
use image::{Rgb, RgbImage};
use serde::{Deserialize, Serialize};

use super::charts::color_scale;
use super::matrix::{ranks, span};
use super::short;
use crate::data::{Labels, MatrixData, MatrixSummary};
use crate::draw::chart::{Axis, Chart, Kind};
use crate::draw::format;
use crate::draw::ticks::Values;
use crate::draw::{Diverging, Sequential, Tokens};
use crate::ui::figure::{downward_axis, save_chart_menu};
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

#[derive(Default)]
pub(super) struct Picture {
    pub(super) shown: Shown,
    texture: Option<Texture>,
}

/// The picture, and what it was made of.
struct Texture {
    handle: TextureHandle,
    shown: Shown,
    dark: bool,
    summary: Arc<MatrixSummary>,
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
        let values = match shown {
            Shown::Mean => &summary.thumbnail.mean,
            Shown::Density => &summary.thumbnail.density,
        };
        let finite = values.iter().filter(|value| value.is_finite());
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
        let scale = Scale::of(summary, self.shown);
        let shown = self.shown;
        let texture = self.texture(ui, summary, scale);
        caption(ui, "Rows (down) × columns (right), as in the file");
        let line = ui.text_style_height(&eframe::egui::TextStyle::Small) + 2.0 * tokens.space.xs;
        let size = vec2(ui.available_width(), height - 2.0 * line);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Picture of the matrix"));
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter()
            .image(texture.handle.id(), rect, whole, Color32::WHITE);
        let outline = (tokens.size.hairline, tokens.border);
        ui.painter()
            .rect_stroke(rect, 0.0, outline, StrokeKind::Outside);
        let ends = scale.ends(shown);
        let width = (size.x / 2.0).min(3.0 * tokens.space.xxl);
        color_scale(ui, width, |place| scale.at(place), (&ends.0, &ends.1));

        if let Some(pointer) = response.hover_pos() {
            let unit = (pointer - rect.min) / rect.size();
            let cell = |unit: f32, cells: usize| ((unit * cells as f32) as usize).min(cells - 1);
            let (row, column) = (
                cell(unit.y, thumbnail.rows),
                cell(unit.x, thumbnail.columns),
            );
            response.on_hover_ui_at_pointer(|ui| {
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

    fn texture(&mut self, ui: &Ui, summary: &Arc<MatrixSummary>, scale: Scale) -> &Texture {
        let thumbnail = &summary.thumbnail;
        let shown = self.shown;
        let tokens = tokens(ui.ctx());
        let dark = ui.visuals().dark_mode;
        let fits = self.texture.as_ref().is_some_and(|texture| {
            texture.shown == shown && texture.dark == dark && Arc::ptr_eq(&texture.summary, summary)
        });
        if !fits {
            self.texture = None;
        }
        self.texture.get_or_insert_with(|| {
            let values = match shown {
                Shown::Mean => &thumbnail.mean,
                Shown::Density => &thumbnail.density,
            };
            let pixels = values.iter().map(|&value| color(scale, value, tokens));
            let image = ColorImage::new([thumbnail.columns, thumbnail.rows], pixels.collect());
            Texture {
                handle: ui
                    .ctx()
                    .load_texture("matrix", image, TextureOptions::NEAREST),
                shown,
                dark,
                summary: Arc::clone(summary),
            }
        })
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
    let values = match shown {
        Shown::Mean => &thumbnail.mean,
        Shown::Density => &thumbnail.density,
    };
    let image = RgbImage::from_fn(thumbnail.columns as u32, thumbnail.rows as u32, |x, y| {
        let value = values[y as usize * thumbnail.columns + x as usize];
        let color = color(scale, value, tokens);
        Rgb([color.r(), color.g(), color.b()])
    });
    let (rows, columns) = (
        data.rows.len().max(1) as f64,
        data.columns.len().max(1) as f64,
    );
    let mut chart = Chart::new(
        Axis::new("Columns", (0.0, columns)).values(Values::Whole),
        downward_axis("Rows", rows),
    );
    let raster = Kind::Raster {
        image: Arc::new(image),
        x: (0.0, columns),
        y: (0.0, rows),
    };
    chart.add("", tokens.text, raster);
    chart
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
