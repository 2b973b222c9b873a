//! A small picture of a matrix, a color a cell: in the pane and as a figure.

use std::sync::Arc;

use eframe::egui::{
    Color32, ColorImage, Rect, Response, Role, Sense, StrokeKind, TextStyle, TextureHandle,
    TextureOptions, Ui, WidgetInfo, pos2, vec2,
};
use image::{Rgb, RgbImage};

use crate::draw::Tokens;
use crate::draw::chart::{Axis, Chart, Kind};
use crate::draw::ticks::Values;
use crate::ui::figure::downward_axis;
use crate::ui::theme::tokens;

/// The texture of a summary `T` in the colors that `S` means; made anew when one of them changes, or the theme.
pub(super) struct Picture<S, T> {
    made: Option<Made<S, T>>,
}

struct Made<S, T> {
    texture: TextureHandle,
    shown: S,
    dark: bool,
    summary: Arc<T>,
}

impl<S, T> Default for Picture<S, T> {
    fn default() -> Self {
        Self { made: None }
    }
}

/// A picture in a pane.
pub(super) struct Placed {
    /// The whole of it.
    pub(super) response: Response,
    /// The row and the column of the cell under the pointer.
    pub(super) cell: Option<(usize, usize)>,
    /// The width for the scale of its colors.
    pub(super) scale_width: f32,
}

impl<S: Copy + PartialEq, T> Picture<S, T> {
    /// `rows` × `columns` cells over the width of the pane, at `height` less its caption and its scale.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        height: f32,
        (shown, summary): (S, &Arc<T>),
        (rows, columns): (usize, usize),
        color: impl Fn(usize) -> Color32,
    ) -> Placed {
        let dark = ui.visuals().dark_mode;
        self.made.take_if(|made| {
            made.shown != shown || made.dark != dark || !Arc::ptr_eq(&made.summary, summary)
        });
        let made = self.made.get_or_insert_with(|| {
            let pixels = (0..rows * columns).map(color).collect();
            let image = ColorImage::new([columns, rows], pixels);
            Made {
                texture: (ui.ctx()).load_texture("matrix", image, TextureOptions::NEAREST),
                shown,
                dark,
                summary: Arc::clone(summary),
            }
        });
        let tokens = tokens(ui.ctx());
        let line = ui.text_style_height(&TextStyle::Small) + 2.0 * tokens.space.xs;
        let size = vec2(ui.available_width(), height - 2.0 * line);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Picture of the matrix"));
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        let painter = ui.painter();
        painter.image(made.texture.id(), rect, whole, Color32::WHITE);
        let outline = (tokens.size.hairline, tokens.border);
        painter.rect_stroke(rect, 0.0, outline, StrokeKind::Outside);
        let cell = response.hover_pos().map(|pointer| {
            let unit = (pointer - rect.min) / rect.size();
            let cell = |unit: f32, cells: usize| ((unit * cells as f32) as usize).min(cells - 1);
            (cell(unit.y, rows), cell(unit.x, columns))
        });
        Placed {
            response,
            cell,
            scale_width: (size.x / 2.0).min(3.0 * tokens.space.xxl),
        }
    }
}

/// The picture between axes that count `down` and `across`, each with its title and its length.
pub(super) fn chart(
    (rows, columns): (usize, usize),
    color: impl Fn(usize) -> Color32,
    down: (&str, usize),
    across: (&str, usize),
    tokens: &Tokens,
) -> Chart {
    let image = RgbImage::from_fn(columns as u32, rows as u32, |x, y| {
        let color = color(y as usize * columns + x as usize);
        Rgb([color.r(), color.g(), color.b()])
    });
    let (height, width) = (down.1.max(1) as f64, across.1.max(1) as f64);
    let mut chart = Chart::new(
        Axis::new(across.0, (0.0, width)).values(Values::Whole),
        downward_axis(down.0, height),
    );
    let raster = Kind::Raster {
        image: Arc::new(image),
        x: (0.0, width),
        y: (0.0, height),
    };
    chart.add("", tokens.text, raster);
    chart
}
