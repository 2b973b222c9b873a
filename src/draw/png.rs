//! Pictures as pixels.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ecolor::Color32;
use image::codecs::png::PngEncoder;
use image::imageops::{self, FilterType};
use image::{ExtendedColorType, ImageEncoder as _, RgbImage};
use vello_cpu::color::{AlphaColor, Srgb};
use vello_cpu::kurbo::{Affine, BezPath, Cap, Circle, Rect as Area, Shape as _, Stroke};
use vello_cpu::peniko::{ImageQuality, ImageSampler};
use vello_cpu::{Image, ImageSource, Pixmap, RenderContext, Resources};

use super::font;
use super::picture::{Anchor, Picture, Point, Rect, Shape};

/// Pixels of a point in the files that are written.
pub const DENSITY: f64 = 2.0;
/// Most pixels of a picture: half a gigabyte while it is drawn.
const MOST: f64 = 128.0 * 1024.0 * 1024.0;

/// Why a picture cannot be drawn or written.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It has too many pixels.
    #[error("the picture would be {0} × {1} pixels: draw less of it")]
    Size(u64, u64),
    /// It cannot be encoded or written.
    #[error("cannot write the picture: {0}")]
    Write(#[from] image::ImageError),
    /// The file cannot be written.
    #[error("cannot write {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Picture {
    /// In pixels, `density` of them a point both ways.
    ///
    /// # Errors
    /// If these are too many pixels.
    pub fn pixels(&self, density: f64) -> Result<RgbImage, PictureError> {
        let (width, height) = (
            (self.width * density).round().max(1.0),
            (self.height * density).round().max(1.0),
        );
        let size = (u16::try_from(width as u64), u16::try_from(height as u64));
        let (Ok(across), Ok(down), true) = (size.0, size.1, width * height <= MOST) else {
            return Err(PictureError::Size(width as u64, height as u64));
        };
        let mut canvas = Canvas {
            context: RenderContext::new(across, down),
            density,
        };
        canvas.context.set_transform(Affine::scale(density));
        canvas.fill(
            &Rect::sized((0.0, 0.0), self.width + 1.0, self.height + 1.0),
            self.background,
        );
        for shape in &self.shapes {
            canvas.draw(shape);
        }
        let mut drawn = Pixmap::new(across, down);
        canvas.context.flush();
        canvas.context.render(&mut drawn, &mut Resources::new());
        let bytes = drawn
            .data()
            .iter()
            .flat_map(|pixel| [pixel.r, pixel.g, pixel.b]);
        let bytes: Vec<u8> = bytes.collect();
        // The background is opaque, so that every pixel is; and there are as many as were asked for.
        Ok(RgbImage::from_raw(u32::from(across), u32::from(down), bytes).unwrap_or_default())
    }

    /// Writes it as PNG, two pixels a point.
    ///
    /// # Errors
    /// If it is too large or cannot be written.
    pub fn write_png(&self, to: &mut dyn Write) -> Result<(), PictureError> {
        write_png(&self.pixels(DENSITY)?, to)
    }

    /// Writes a file: SVG where its name ends so, else PNG.
    ///
    /// # Errors
    /// If it is too large or cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), PictureError> {
        let bytes = if path
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("svg"))
        {
            self.svg().into_bytes()
        } else {
            let mut bytes = Vec::new();
            self.write_png(&mut bytes)?;
            bytes
        };
        std::fs::write(path, bytes).map_err(|source| PictureError::File {
            path: path.to_owned(),
            source,
        })
    }
}

/// Writes pixels as PNG.
///
/// # Errors
/// If they cannot be written.
pub fn write_png(image: &RgbImage, to: &mut dyn Write) -> Result<(), PictureError> {
    let (width, height) = image.dimensions();
    PngEncoder::new(to).write_image(image.as_raw(), width, height, ExtendedColorType::Rgb8)?;
    Ok(())
}

struct Canvas {
    context: RenderContext,
    density: f64,
}

impl Canvas {
    fn ink(&mut self, color: Color32) {
        let [r, g, b, a] = color.to_srgba_unmultiplied();
        self.context
            .set_paint(AlphaColor::<Srgb>::from_rgba8(r, g, b, a));
    }

    fn fill(&mut self, rect: &Rect, color: Color32) {
        self.ink(color);
        let area = Area::new(rect.left, rect.top, rect.right, rect.bottom);
        self.context.fill_rect(&area);
    }

    fn draw(&mut self, shape: &Shape) {
        match shape {
            Shape::Fill { rect, color } => self.fill(rect, *color),
            Shape::Line {
                points,
                width,
                color,
                dash,
            } => {
                self.ink(*color);
                let mut stroke = Stroke::new(*width).with_caps(Cap::Butt);
                if let Some(dash) = dash {
                    stroke = stroke.with_dashes(0.0, dash.iter().copied());
                }
                self.context.set_stroke(stroke);
                self.context.stroke_path(&path(points));
            }
            Shape::Area { points, color } => {
                self.ink(*color);
                let mut path = path(points);
                path.close_path();
                self.context.fill_path(&path);
            }
            Shape::Dot {
                center,
                radius,
                color,
            } => {
                self.ink(*color);
                let circle = Circle::new(*center, *radius).to_path(0.05);
                self.context.fill_path(&circle);
            }
            Shape::Text {
                text,
                at,
                anchor,
                style,
                upwards,
            } => {
                self.ink(style.color);
                let width = || style.width(text);
                let shift = match anchor {
                    Anchor::Left => 0.0,
                    Anchor::Middle => -width() / 2.0,
                    Anchor::Right => -width(),
                };
                let turn = if *upwards {
                    -std::f64::consts::FRAC_PI_2
                } else {
                    0.0
                };
                let place =
                    Affine::translate(*at) * Affine::rotate(turn) * Affine::translate((shift, 0.0));
                let outline = place * font::outline(text, style.size, style.bold);
                self.context.fill_path(&outline);
            }
            Shape::Image {
                image,
                rect,
                smooth,
            } => self.image(image, rect, *smooth),
        }
    }

    /// On whole pixels: averaged where it is finer than these, in sharp squares (or smoothly) where it is coarser.
    fn image(&mut self, image: &RgbImage, rect: &Rect, smooth: bool) {
        let whole = |length: f64| (length * self.density).round();
        let (left, top) = (whole(rect.left), whole(rect.top));
        let (width, height) = (
            (whole(rect.right) - left).max(1.0),
            (whole(rect.bottom) - top).max(1.0),
        );
        let size = (width as u32, height as u32);
        let resized;
        let shown = if image.dimensions() == size {
            image
        } else {
            let finer = image.width() > size.0 || image.height() > size.1;
            let filter = match (smooth, finer) {
                (true, _) => FilterType::CatmullRom,
                (false, true) => FilterType::Triangle,
                (false, false) => FilterType::Nearest,
            };
            resized = imageops::resize(image, size.0, size.1, filter);
            &resized
        };
        let (Ok(across), Ok(down)) = (u16::try_from(size.0), u16::try_from(size.1)) else {
            return;
        };
        let pixels = shown.pixels().map(|pixel| {
            let [r, g, b] = pixel.0;
            vello_cpu::color::PremulRgba8 { r, g, b, a: 255 }
        });
        let pixmap = Pixmap::from_parts(pixels.collect(), across, down);
        self.context.set_transform(Affine::translate((left, top)));
        self.context.set_paint(Image {
            image: ImageSource::Pixmap(Arc::new(pixmap)),
            sampler: ImageSampler::default().with_quality(ImageQuality::Low),
        });
        self.context.fill_rect(&Area::new(0.0, 0.0, width, height));
        self.context.set_transform(Affine::scale(self.density));
    }
}

fn path(points: &[Point]) -> BezPath {
    let mut path = BezPath::with_capacity(points.len());
    for (index, point) in points.iter().enumerate() {
        if index == 0 {
            path.move_to(*point);
        } else {
            path.line_to(*point);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::LIGHT;
    use crate::draw::picture::TextStyle;

    fn is_dark(image: &RgbImage, x: u32, y: u32) -> bool {
        image.get_pixel(x, y).0.iter().all(|channel| *channel < 64)
    }

    #[test]
    fn shapes_leave_ink_where_they_are_and_nowhere_else() {
        let mut picture = Picture::new(40.0, 20.0, Color32::WHITE);
        picture.fill(Rect::sized((2.0, 2.0), 4.0, 4.0), Color32::BLACK);
        picture.line(&[(10.0, 4.0), (20.0, 4.0)], 2.0, Color32::BLACK);
        picture.dot((30.0, 10.0), 3.0, Color32::BLACK);
        let image = picture.pixels(2.0).unwrap();
        assert_eq!(image.dimensions(), (80, 40));
        assert!(is_dark(&image, 8, 8) && is_dark(&image, 30, 8) && is_dark(&image, 60, 20));
        let inked = image.pixels().filter(|pixel| pixel.0 != [255; 3]).count();
        // 8 × 8, 20 × 4 and a circle with a radius of six pixels, π 36 = 113.
        assert!(inked.abs_diff(64 + 80 + 113) < 24, "{inked} pixels");
    }

    #[test]
    fn half_covered_pixels_are_half_dark() {
        let mut picture = Picture::new(10.0, 10.0, Color32::WHITE);
        picture.fill(Rect::sized((2.5, 2.0), 4.0, 4.0), Color32::BLACK);
        let image = picture.pixels(1.0).unwrap();
        assert!(image.get_pixel(2, 3).0[0].abs_diff(128) < 4);
        assert!(is_dark(&image, 3, 3));
    }

    #[test]
    fn text_keeps_to_the_side_of_its_anchor() {
        for (anchor, left, right) in [
            (Anchor::Left, 0, 40),
            (Anchor::Right, 40, 0),
            (Anchor::Middle, 20, 20),
        ] {
            let mut picture = Picture::new(200.0, 30.0, Color32::WHITE);
            picture.text("Epochs", (100.0, 20.0), anchor, TextStyle::title(&LIGHT));
            let image = picture.pixels(1.0).unwrap();
            let inked = |x: std::ops::Range<u32>| {
                x.flat_map(|x| (0..30).map(move |y| (x, y)))
                    .filter(|(x, y)| image.get_pixel(*x, *y).0[0] < 200)
                    .count()
            };
            assert_eq!(inked(0..99) > 30, left > 0, "{anchor:?}");
            assert_eq!(inked(101..200) > 30, right > 0, "{anchor:?}");
            assert_eq!(inked(100 + right + 20..200) + inked(0..100 - left - 20), 0);
        }
    }

    #[test]
    fn pictures_are_averaged_when_reduced_and_stay_sharp_when_enlarged() {
        let checks = RgbImage::from_fn(2, 2, |x, y| image::Rgb([255 * ((x + y) % 2) as u8; 3]));
        let mut picture = Picture::new(8.0, 8.0, Color32::WHITE);
        picture.image(Arc::new(checks), Rect::sized((0.0, 0.0), 8.0, 8.0), false);
        let image = picture.pixels(1.0).unwrap();
        assert_eq!(image.get_pixel(3, 3).0, [0; 3]);
        assert_eq!(image.get_pixel(4, 3).0, [255; 3]);
    }

    #[test]
    fn a_picture_of_too_many_pixels_is_refused() {
        let picture = Picture::new(1e6, 10.0, Color32::WHITE);
        let error = picture.pixels(2.0).unwrap_err();
        assert!(error.to_string().contains("2000000 × 20 pixels"), "{error}");
    }
}
