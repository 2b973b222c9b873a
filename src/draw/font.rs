//! The bundled typeface: widths and outlines of text.

use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, MetadataProvider as _};
use vello_cpu::kurbo::{BezPath, Point};

/// Names for it, and for what may stand in its place where it isn't installed.
pub(super) const FAMILY: &str = "Inter, Helvetica, Arial, sans-serif";
/// The weight of bold text, as CSS counts it.
pub(super) const BOLD: u16 = 600;

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/InterTabular-Regular.otf");
const SEMIBOLD: &[u8] = include_bytes!("../../assets/fonts/InterTabular-SemiBold.otf");

/// `None` of a damaged font: text then has no width and leaves nothing.
fn face(bold: bool) -> Option<&'static FontRef<'static>> {
    static FACES: LazyLock<[Option<FontRef<'static>>; 2]> =
        LazyLock::new(|| [REGULAR, SEMIBOLD].map(|bytes| FontRef::new(bytes).ok()));
    FACES[usize::from(bold)].as_ref()
}

/// The width of a text whose em is `size` wide.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let Some(face) = face(bold) else {
        return 0.0;
    };
    let letters = face.charmap();
    let metrics = face.glyph_metrics(Size::new(size as f32), LocationRef::default());
    let advances = text.chars().map(|letter| {
        let glyph = letters.map(letter).unwrap_or_default();
        f64::from(metrics.advance_width(glyph).unwrap_or_default())
    });
    advances.sum()
}

/// The outline of a text that begins at 0, 0 on its baseline; y grows downwards.
pub(super) fn outline(text: &str, size: f64, bold: bool) -> BezPath {
    let mut pen = Pen::default();
    let Some(face) = face(bold) else {
        return pen.path;
    };
    let (letters, glyphs) = (face.charmap(), face.outline_glyphs());
    let size = Size::new(size as f32);
    let metrics = face.glyph_metrics(size, LocationRef::default());
    for letter in text.chars() {
        let glyph = letters.map(letter).unwrap_or_default();
        if let Some(outline) = glyphs.get(glyph) {
            // A glyph that is damaged leaves a gap.
            let _ = outline.draw(
                DrawSettings::unhinted(size, LocationRef::default()),
                &mut pen,
            );
        }
        pen.x += f64::from(metrics.advance_width(glyph).unwrap_or_default());
    }
    pen.path
}

#[derive(Default)]
struct Pen {
    path: BezPath,
    x: f64,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> Point {
        Point::new(self.x + f64::from(x), -f64::from(y))
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.at(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.at(x, y));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.path.quad_to(self.at(cx, cy), self.at(x, y));
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.path
            .curve_to(self.at(ax, ay), self.at(bx, by), self.at(x, y));
    }

    fn close(&mut self) {
        self.path.close_path();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vello_cpu::kurbo::Shape as _;

    #[test]
    fn digits_are_all_as_wide_and_bold_text_is_wider() {
        assert!((width("1111", 10.0, false) - width("8888", 10.0, false)).abs() < 1e-6);
        assert!(
            width("Error by popularity", 10.0, true) > width("Error by popularity", 10.0, false)
        );
        assert_eq!(width("", 10.0, false), 0.0);
    }

    #[test]
    fn outlines_stand_on_the_baseline_and_end_at_the_width() {
        let bounds = outline("HxH", 100.0, false).bounding_box();
        assert!(
            bounds.y1.abs() < 1.0 && (bounds.y0 + 72.8).abs() < 1.0,
            "{bounds:?}"
        );
        assert!(bounds.x0 > 0.0 && bounds.x1 < width("HxH", 100.0, false));
    }
}
