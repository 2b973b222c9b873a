//! Matrices with bars of clusters and classes, borders of blocks and what the colors mean.

use std::sync::Arc;

use ecolor::Color32;
use image::{Rgb, RgbImage};

use super::{Raster, Shade};
use crate::draw::chart::{Entry, MARGIN, Style, head, rows};
use crate::draw::picture::{Anchor, Picture, Rect};
use crate::draw::{Tokens, contrasting, ticks};

/// Thickness of the bars, nearest to the cells first, and of the gaps beside them, in points.
const BARS: [f64; 2] = [6.0, 3.0];
const GAP: f64 = 2.0;
/// Space between matrices.
const BETWEEN: f64 = 24.0;
/// Matrices side by side, at most: more stand below them.
const ACROSS: usize = 3;
/// Length and height of the color scale.
const SCALE: (f64, f64) = (120.0, 8.0);

/// The places along one side of a matrix.
#[derive(Debug, Clone, Default)]
pub(crate) struct SideBars {
    /// The color of each place: clusters, and perhaps true classes.
    pub(crate) bars: Vec<Vec<Color32>>,
    /// The share of the side at which each block but the last ends.
    pub(crate) ends: Vec<f64>,
}

/// One matrix.
#[derive(Debug, Clone)]
pub(crate) struct Panel {
    /// Above it; may be empty.
    pub(crate) heading: String,
    pub(crate) cells: Raster,
    pub(crate) rows: SideBars,
    pub(crate) columns: SideBars,
}

/// Matrices side by side, in rows, that share their colors.
pub(crate) struct MatrixFigure<'a> {
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) panels: Vec<Panel>,
    /// How cells became colors.
    pub(crate) shade: &'a Shade,
    /// True if cells that are not stored have no value.
    pub(crate) absent_is_missing: bool,
    /// Names of classes with their colors.
    pub(crate) classes: Vec<(String, Color32)>,
    /// Width and height of the cells of each, in points.
    pub(crate) area: (f64, f64),
}

impl MatrixFigure<'_> {
    /// Drawn.
    pub(crate) fn picture(&self, style: &Style) -> Picture {
        let thickness = |side: fn(&Panel) -> &SideBars| {
            let most = self.panels.iter().map(|panel| side(panel).bars.len()).max();
            (0..most.unwrap_or(0))
                .map(|bar| GAP + BARS[bar.min(1)])
                .sum::<f64>()
        };
        let (beside, above) = (
            thickness(|panel| &panel.rows),
            thickness(|panel| &panel.columns),
        );
        let (width, height) = self.area;
        let across = self.panels.len().min(ACROSS);
        let count = across as f64;
        let whole = 2.0 * MARGIN + count * (beside + width + BETWEEN) - BETWEEN;
        // A small matrix still has room for what its colors mean.
        let mut picture = Picture::new(whole.max(420.0), 0.0, style.background);
        let mut top = head(&mut picture, &self.title, &self.note, style);
        let is_named = self.panels.iter().any(|panel| !panel.heading.is_empty());
        for row in self.panels.chunks(ACROSS) {
            if is_named {
                top += style.heading.size * 1.4;
            }
            for (index, panel) in row.iter().enumerate() {
                let left = MARGIN + beside + index as f64 * (beside + width + BETWEEN);
                let heading = style.heading.fit(&panel.heading, width);
                picture.text(heading, (left, top - 3.0), Anchor::Left, style.heading);
                let cells = Rect::sized((left, top + above), width, height);
                self.panel(panel, &mut picture, &cells, style.tokens);
            }
            top += above + height + BETWEEN;
        }
        let baseline = self.legend(&mut picture, top - BETWEEN + 18.0, style);
        picture.height = (baseline + MARGIN * 0.5).ceil();
        picture
    }

    fn panel(&self, panel: &Panel, picture: &mut Picture, cells: &Rect, tokens: &Tokens) {
        picture.image(Arc::new(panel.cells.image()), *cells, false);
        let (mut right, mut bottom) = (cells.left, cells.top);
        for (bar, colors) in panel.rows.bars.iter().enumerate() {
            let (from, to) = (right - GAP - BARS[bar.min(1)], right - GAP);
            let rect = Rect::between((from, cells.top), (to, cells.bottom));
            picture.image(Arc::new(line(colors, true)), rect, false);
            right = from;
        }
        for (bar, colors) in panel.columns.bars.iter().enumerate() {
            let (from, to) = (bottom - GAP - BARS[bar.min(1)], bottom - GAP);
            let rect = Rect::between((cells.left, from), (cells.right, to));
            picture.image(Arc::new(line(colors, false)), rect, false);
            bottom = from;
        }
        let border =
            contrasting(self.shade.ground(self.absent_is_missing), tokens).gamma_multiply(0.6);
        for end in &panel.rows.ends {
            let y = cells.top + cells.height() * end;
            picture.line(&[(cells.left, y), (cells.right, y)], 0.75, border);
        }
        for end in &panel.columns.ends {
            let x = cells.left + cells.width() * end;
            picture.line(&[(x, cells.top), (x, cells.bottom)], 0.75, border);
        }
    }

    /// The color scale with its numbers, then classes. Returns the lowest baseline.
    fn legend(&self, picture: &mut Picture, top: f64, style: &Style) -> f64 {
        let (low, high) = self.shade.scale.ends();
        let (low, high) = (ticks::three_digits(low), ticks::three_digits(high));
        let (length, thick) = SCALE;
        let tick = style.tick;
        let left = MARGIN + tick.width(&low) + 6.0;
        let baseline = top + thick / 2.0 + tick.drop();
        picture.text(low, (MARGIN, baseline), Anchor::Left, tick);
        let colors: Vec<Color32> = (0..=255_u8)
            .map(|at| self.shade.palette.color(f32::from(at) / 255.0))
            .collect();
        let ramp = Arc::new(line(&colors, false));
        picture.image(ramp, Rect::sized((left, top), length, thick), true);
        let after = left + length + 6.0;
        let mut end = after + tick.width(&high);
        picture.text(high, (after, baseline), Anchor::Left, tick);
        let absent = if self.absent_is_missing {
            Some((self.shade.palette.missing, "missing"))
        } else {
            None
        };
        if let Some((color, name)) = absent {
            let swatch = Rect::sized((end + 20.0, top), thick, thick);
            picture.fill(swatch, color);
            picture.text(name, (swatch.right + 6.0, baseline), Anchor::Left, tick);
            end = swatch.right + 6.0 + tick.width(name);
        }
        if self.classes.is_empty() {
            return baseline;
        }
        let entries: Vec<Entry> = self
            .classes
            .iter()
            .map(|(name, color)| Entry::square(name, *color))
            .collect();
        let room = picture.width - MARGIN;
        let next = if end + 140.0 < room {
            rows(&entries, picture, (end + 24.0, room), baseline, style)
        } else {
            rows(
                &entries,
                picture,
                (MARGIN, room),
                baseline + style.name.size * 1.8,
                style,
            )
        };
        next - style.name.size * 1.6
    }
}

/// Colors as a line of pixels.
fn line(colors: &[Color32], upright: bool) -> RgbImage {
    let count = colors.len().max(1) as u32;
    let (width, height) = if upright { (1, count) } else { (count, 1) };
    let mut image = RgbImage::new(width, height);
    for (pixel, color) in image.pixels_mut().zip(colors) {
        *pixel = Rgb([color.r(), color.g(), color.b()]);
    }
    image
}

impl Raster {
    fn image(&self) -> RgbImage {
        let [width, height] = self.size;
        let mut image = RgbImage::new(width as u32, height as u32);
        for (pixel, color) in image.pixels_mut().zip(&self.pixels) {
            *pixel = Rgb([color.r(), color.g(), color.b()]);
        }
        image
    }
}

impl Shade {
    /// The color of most of a sparse matrix: zero, or missing.
    pub(crate) fn ground(&self, absent_is_missing: bool) -> Color32 {
        if absent_is_missing {
            self.palette.missing
        } else {
            self.palette.color(self.scale.position(0.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Along, Arrangement, Cells, Colors, Matrix, Sampling, Values, render};
    use super::*;
    use crate::draw::LIGHT;

    #[test]
    fn a_matrix_is_drawn_with_bars_borders_scale_and_classes() {
        let values: Vec<f32> = (0..12).map(|cell| cell as f32).collect();
        let matrix = Matrix {
            cells: Cells::Dense {
                columns: 4,
                values: &values,
            },
            absent_is_missing: false,
        };
        let shade = Shade::new(&Values::of(&matrix), &Colors::default(), &LIGHT);
        let arrangement = Arrangement {
            rows: Arc::new(Along::original(3)),
            columns: Arc::new(Along::original(4)),
        };
        let (x, y) = (Sampling::whole(4, 100), Sampling::whole(3, 100));
        let panel = Panel {
            heading: "Reordered".to_owned(),
            cells: render(&matrix, &arrangement, x, y, &shade),
            rows: SideBars {
                bars: vec![vec![Color32::RED, Color32::RED, Color32::BLUE]],
                ends: vec![2.0 / 3.0],
            },
            columns: SideBars {
                bars: vec![vec![Color32::RED; 4], vec![Color32::GREEN; 4]],
                ends: vec![0.25, 0.5],
            },
        };
        let figure = MatrixFigure {
            title: "DeepCC: 2 × 3 blocks".to_owned(),
            note: String::new(),
            panels: vec![panel.clone(), panel],
            shade: &shade,
            absent_is_missing: false,
            classes: vec![("action".to_owned(), Color32::GREEN)],
            area: (200.0, 150.0),
        };
        let picture = figure.picture(&Style::print());
        let svg = picture.svg();
        let count = |text: &str| svg.matches(text).count();
        // Cells, one bar of rows and two of columns each, and the color scale.
        assert_eq!((count("<image "), count("<polyline ")), (2 * 4 + 1, 2 * 3));
        for text in ["DeepCC: 2 × 3 blocks", "Reordered", "action", "0", "11"] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text} in {svg}");
        }
        let pixels = picture.pixels(1.0).unwrap();
        let red = pixels
            .pixels()
            .filter(|pixel| pixel.0 == [255, 0, 0])
            .count();
        assert_eq!(red, 2 * (6 * 100 + 6 * 200));
    }
}
