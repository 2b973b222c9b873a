//! The bar chart of the report, as PNG.

use std::io::Cursor;

use image::RgbImage;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

/// Pixels of a point.
const DENSITY: f64 = 2.0;
const FONT: &str = "inter";
/// Inter's ascent plus descent over its em: what ab_glyph takes as the size of a font.
const LINE_OVER_EM: f64 = 1.21;
const MARGIN: f64 = 32.0;
/// Top and bottom of the bars, in points.
const TOP: f64 = 84.0;
const BOTTOM: f64 = 372.0;
const HEIGHT: f64 = 412.0;
/// Width of the chart at least, and of each group of bars.
const WIDTH: f64 = 860.0;
const GROUP: f64 = 66.0;

const PAPER: RGBColor = RGBColor(255, 255, 255);
const GRID: RGBColor = RGBColor(226, 228, 232);
const TEXT: RGBColor = RGBColor(28, 31, 36);
const QUIET: RGBColor = RGBColor(92, 98, 108);
/// For A, A and translated, translated, B: told apart by color-blind people too (Okabe and Ito 2008).
const BARS: [RGBColor; 4] = [
    RGBColor(160, 166, 176),
    RGBColor(0, 114, 178),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
];

/// Why there is no chart.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct ChartError(String);

fn failed(error: impl std::fmt::Display) -> ChartError {
    ChartError(error.to_string())
}

type Area<'a> = DrawingArea<BitMapBackend<'a>, Shift>;

/// Groups of bars, one a class, from 0 to 1; `names` say what the bars are.
pub(super) fn bars(
    title: &str,
    names: &[String],
    table: &[(String, Vec<Option<f64>>)],
) -> Result<Vec<u8>, ChartError> {
    let fonts: [(_, &'static [u8]); 2] = [
        (
            FontStyle::Normal,
            include_bytes!("../../../../../assets/fonts/InterTabular-Regular.otf"),
        ),
        (
            FontStyle::Bold,
            include_bytes!("../../../../../assets/fonts/InterTabular-SemiBold.otf"),
        ),
    ];
    for (style, bytes) in fonts {
        register_font(FONT, style, bytes)
            .map_err(|_| ChartError("the bundled font is damaged".to_owned()))?;
    }
    let width = WIDTH.max(2.0 * MARGIN + 30.0 + GROUP * table.len() as f64);
    let size = (pixels(width).unsigned_abs(), pixels(HEIGHT).unsigned_abs());
    let mut picture = RgbImage::new(size.0, size.1);
    {
        let area = BitMapBackend::with_buffer(&mut picture, size).into_drawing_area();
        area.fill(&PAPER).map_err(failed)?;
        draw(&area, width, title, names, table)?;
        area.present().map_err(failed)?;
    }
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .map_err(failed)?;
    Ok(bytes.into_inner())
}

fn draw(
    area: &Area<'_>,
    width: f64,
    title: &str,
    names: &[String],
    table: &[(String, Vec<Option<f64>>)],
) -> Result<(), ChartError> {
    text(area, title, (MARGIN, 30.0), TextLook::TITLE, 0.0)?;
    let mut left = MARGIN;
    for (name, color) in names.iter().zip(BARS) {
        fill(area, (left, 46.0), (left + 10.0, 56.0), color)?;
        let end = text(area, name, (left + 15.0, 55.0), TextLook::NOTE, 0.0)?;
        left = end + 20.0;
    }
    let (start, end) = (MARGIN + 30.0, width - MARGIN);
    let at = |share: f64| BOTTOM - (BOTTOM - TOP) * share.clamp(0.0, 1.0);
    for tick in 0..=5_u8 {
        let share = f64::from(tick) / 5.0;
        let y = at(share);
        fill(area, (start, y - 0.5), (end, y + 0.5), GRID)?;
        text(
            area,
            &format!("{share:.1}"),
            (start - 8.0, y + 3.3),
            TextLook::NOTE,
            1.0,
        )?;
    }
    text(area, "IoU", (MARGIN, TOP - 12.0), TextLook::NOTE, 0.0)?;
    let group = (end - start) / table.len().max(1) as f64;
    let bar = group * 0.8 / names.len().max(1) as f64;
    for (number, (class, values)) in table.iter().enumerate() {
        let left = start + group * (number as f64 + 0.1);
        for (place, (value, color)) in values.iter().zip(BARS).enumerate() {
            if let Some(value) = value {
                let from = left + bar * place as f64;
                fill(area, (from, at(*value)), (from + bar - 1.0, BOTTOM), color)?;
            }
        }
        // The mean is the last.
        let look = if number + 1 == table.len() {
            TextLook::STRONG
        } else {
            TextLook::NOTE
        };
        let name = fit(class, group - 4.0, look)?;
        let middle = start + group * (number as f64 + 0.5);
        text(area, &name, (middle, BOTTOM + 18.0), look, 0.5)?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy)]
struct TextLook {
    size: f64,
    bold: bool,
    color: RGBColor,
}

impl TextLook {
    const TITLE: Self = Self::new(15.0, true, TEXT);
    const STRONG: Self = Self::new(10.5, true, TEXT);
    const NOTE: Self = Self::new(10.5, false, QUIET);

    const fn new(size: f64, bold: bool, color: RGBColor) -> Self {
        Self { size, bold, color }
    }

    fn font(self) -> FontDesc<'static> {
        let style = if self.bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        };
        let size = self.size * LINE_OVER_EM * DENSITY;
        FontDesc::new(FontFamily::Name(FONT), size, style)
    }
}

fn pixels(points: f64) -> i32 {
    (points * DENSITY).round() as i32
}

/// A line of text whose baseline is at `y`; `shift` of its width lies left of `x`. Returns its right end.
fn text(
    area: &Area<'_>,
    text: &str,
    (x, y): (f64, f64),
    look: TextLook,
    shift: f64,
) -> Result<f64, ChartError> {
    let width = text_width(text, look)?;
    let left = x - shift * width;
    // plotters puts the baseline half the font's size below the top.
    let top = y - look.size * LINE_OVER_EM / 2.0;
    let style = TextStyle::from(look.font()).color(&look.color);
    area.draw_text(text, &style, (pixels(left), pixels(top)))
        .map_err(failed)?;
    Ok(left + width)
}

fn text_width(text: &str, look: TextLook) -> Result<f64, ChartError> {
    let (width, _) = look.font().box_size(text).map_err(failed)?;
    Ok(f64::from(width) / DENSITY)
}

/// `text`, cut at its end until it fits into `width` points.
fn fit(text: &str, width: f64, look: TextLook) -> Result<String, ChartError> {
    let mut short = text.to_owned();
    let mut most = text.chars().count();
    while most > 1 && text_width(&short, look)? > width {
        most -= 1;
        short = text.chars().take(most).chain(['…']).collect();
    }
    Ok(short)
}

fn fill(
    area: &Area<'_>,
    from: (f64, f64),
    to: (f64, f64),
    color: RGBColor,
) -> Result<(), ChartError> {
    let corners = [from, to].map(|(x, y)| (pixels(x), pixels(y)));
    area.draw(&Rectangle::new(corners, color.filled()))
        .map_err(failed)
}
