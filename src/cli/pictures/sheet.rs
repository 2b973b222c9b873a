//! Paper to draw on, in points.

use std::path::Path;

use image::imageops::FilterType;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::colors;

/// Pixels a point takes in the finished picture.
const DENSITY: u32 = 2;
/// Pixels drawn for each one kept, both ways: smooth edges.
const SUPERSAMPLING: u32 = 2;
/// Inter's ascent plus descent over its em: what ab_glyph takes as the size of a font.
const LINE_OVER_EM: f64 = 1.21;
const FONT: &str = "inter";

/// Why a picture could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PictureError {
    /// The plotting library failed.
    #[error("cannot draw: {0}")]
    Draw(String),
    /// The file could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        path: std::path::PathBuf,
        source: image::ImageError,
    },
}

/// A place on the sheet, in points from its top left.
pub(crate) type Point = (f64, f64);

/// Horizontal place of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Anchor {
    Left,
    Middle,
    Right,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Type {
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) color: RGBColor,
}

impl Type {
    pub(crate) const TITLE: Self = Self::new(15.0, true, colors::TEXT);
    pub(crate) const HEADING: Self = Self::new(11.0, true, colors::TEXT);
    pub(crate) const BODY: Self = Self::new(10.5, false, colors::TEXT);
    pub(crate) const NOTE: Self = Self::new(10.5, false, colors::TEXT_SECONDARY);
    pub(crate) const TICK: Self = Self::new(9.5, false, colors::TEXT_TERTIARY);

    const fn new(size: f64, bold: bool, color: RGBColor) -> Self {
        Self { size, bold, color }
    }

    pub(crate) const fn colored(self, color: RGBColor) -> Self {
        Self { color, ..self }
    }
}

/// A sheet of `width` × `height` points.
pub(crate) struct Sheet<'a> {
    area: DrawingArea<BitMapBackend<'a>, Shift>,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// Draws a picture and writes it as PNG.
pub(crate) fn picture(
    path: &Path,
    (width, height): (u32, u32),
    draw: impl FnOnce(&Sheet<'_>) -> Result<(), PictureError>,
) -> Result<(), PictureError> {
    register_fonts()?;
    let scale = DENSITY * SUPERSAMPLING;
    let mut drawn = image::RgbImage::new(width * scale, height * scale);
    {
        let sheet = Sheet {
            area: BitMapBackend::with_buffer(&mut drawn, (width * scale, height * scale))
                .into_drawing_area(),
            width: f64::from(width),
            height: f64::from(height),
        };
        sheet.area.fill(&colors::BACKGROUND).map_err(failed)?;
        draw(&sheet)?;
        sheet.area.present().map_err(failed)?;
    }
    let size = (width * DENSITY, height * DENSITY);
    image::imageops::resize(&drawn, size.0, size.1, FilterType::Triangle)
        .save_with_format(path, image::ImageFormat::Png)
        .map_err(|source| PictureError::Write {
            path: path.to_owned(),
            source,
        })
}

fn register_fonts() -> Result<(), PictureError> {
    let fonts: [(_, &'static [u8]); 2] = [
        (
            FontStyle::Normal,
            include_bytes!("../../../assets/fonts/InterTabular-Regular.otf"),
        ),
        (
            FontStyle::Bold,
            include_bytes!("../../../assets/fonts/InterTabular-SemiBold.otf"),
        ),
    ];
    for (style, bytes) in fonts {
        register_font(FONT, style, bytes)
            .map_err(|_| PictureError::Draw("the bundled font is damaged".to_owned()))?;
    }
    Ok(())
}

fn failed(error: impl std::fmt::Display) -> PictureError {
    PictureError::Draw(error.to_string())
}

fn pixels(points: f64) -> i32 {
    (points * f64::from(DENSITY * SUPERSAMPLING)).round() as i32
}

fn place(point: Point) -> (i32, i32) {
    (pixels(point.0), pixels(point.1))
}

impl Sheet<'_> {
    /// A line of text; `at` is on its baseline.
    pub(crate) fn text(
        &self,
        text: &str,
        at: Point,
        anchor: Anchor,
        look: Type,
    ) -> Result<(), PictureError> {
        let font = font(look);
        let left = match anchor {
            Anchor::Left => at.0,
            Anchor::Middle => at.0 - text_width(text, look)? / 2.0,
            Anchor::Right => at.0 - text_width(text, look)?,
        };
        // plotters puts the baseline half the font's size below the top.
        let top = at.1 - look.size * LINE_OVER_EM / 2.0;
        let style = TextStyle::from(font).color(&look.color);
        self.area
            .draw_text(text, &style, place((left, top)))
            .map_err(failed)
    }

    /// A line through points, `width` points thick.
    pub(crate) fn line(
        &self,
        points: &[Point],
        width: f64,
        color: RGBAColor,
    ) -> Result<(), PictureError> {
        let style = color.stroke_width(pixels(width).max(1).unsigned_abs());
        let path: Vec<(i32, i32)> = points.iter().map(|point| place(*point)).collect();
        self.area
            .draw(&PathElement::new(path, style))
            .map_err(failed)
    }

    /// A dashed horizontal line.
    pub(crate) fn dashes(
        &self,
        (left, right): (f64, f64),
        y: f64,
        color: RGBColor,
    ) -> Result<(), PictureError> {
        const DASH: f64 = 4.0;
        const GAP: f64 = 3.0;
        let mut x = left;
        while x < right {
            self.line(&[(x, y), ((x + DASH).min(right), y)], 1.0, color.into())?;
            x += DASH + GAP;
        }
        Ok(())
    }

    /// A filled rectangle.
    pub(crate) fn fill(
        &self,
        from: Point,
        to: Point,
        color: RGBAColor,
    ) -> Result<(), PictureError> {
        self.area
            .draw(&Rectangle::new([place(from), place(to)], color.filled()))
            .map_err(failed)
    }

    /// A picture stretched over a rectangle: averaged where it is finer than the sheet, in sharp squares where it is coarser.
    pub(crate) fn image(
        &self,
        picture: &image::RgbImage,
        from: Point,
        to: Point,
    ) -> Result<(), PictureError> {
        let (from, to) = (place(from), place(to));
        let size = (
            (to.0 - from.0).max(1).unsigned_abs(),
            (to.1 - from.1).max(1).unsigned_abs(),
        );
        let is_finer = picture.width() > size.0 || picture.height() > size.1;
        let filter = if is_finer {
            FilterType::Triangle
        } else {
            FilterType::Nearest
        };
        let shown = image::imageops::resize(picture, size.0, size.1, filter);
        let element = BitMapElement::with_owned_buffer(from, size, shown.into_raw())
            .ok_or_else(|| PictureError::Draw("a picture does not fit its size".to_owned()))?;
        self.area.draw(&element).map_err(failed)
    }

    /// A filled circle.
    pub(crate) fn dot(
        &self,
        center: Point,
        radius: f64,
        color: RGBAColor,
    ) -> Result<(), PictureError> {
        self.area
            .draw(&Circle::new(place(center), pixels(radius), color.filled()))
            .map_err(failed)
    }

    /// The title of the picture and a sentence below it.
    pub(crate) fn title(&self, title: &str, note: &str) -> Result<(), PictureError> {
        self.text(title, (super::MARGIN, 30.0), Anchor::Left, Type::TITLE)?;
        self.text(note, (super::MARGIN, 48.0), Anchor::Left, Type::NOTE)
    }
}

/// The width of a text in points.
pub(crate) fn text_width(text: &str, look: Type) -> Result<f64, PictureError> {
    let (width, _) = font(look).box_size(text).map_err(failed)?;
    Ok(f64::from(width) / f64::from(DENSITY * SUPERSAMPLING))
}

/// `text`, cut in the middle until it fits into `width` points.
pub(crate) fn fit(text: &str, width: f64, look: Type) -> Result<String, PictureError> {
    let mut most = text.chars().count();
    let mut short = text.to_owned();
    while most > 3 && text_width(&short, look)? > width {
        most -= 1;
        short = crate::cli::table::shorten(text, most);
    }
    Ok(short)
}

fn font(look: Type) -> FontDesc<'static> {
    let style = if look.bold {
        FontStyle::Bold
    } else {
        FontStyle::Normal
    };
    let size = look.size * LINE_OVER_EM * f64::from(DENSITY * SUPERSAMPLING);
    FontDesc::new(FontFamily::Name(FONT), size, style)
}
