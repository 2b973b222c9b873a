//! Words on pictures.

use image::RgbImage;
use plotters::backend::BitMapBackend;
use plotters::drawing::IntoDrawingArea as _;
use plotters::element::Text;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontStyle, IntoFont as _, RGBColor, register_font};

use eframe::egui::Color32;

/// The typeface of the window.
const FONT: &str = "inter";
/// Its ascent plus descent over its em: what the plotting library takes as the size of a font.
const LINE_OVER_EM: f64 = 1.21;

/// A text at the left end of a line.
pub(super) struct Line {
    pub(super) text: String,
    /// Its left end, and the middle of its height.
    pub(super) at: (u32, u32),
    /// Of the em, in pixels.
    pub(super) size: f64,
    pub(super) color: Color32,
    /// Pixels that it may take; it is cut in the middle where it is longer.
    pub(super) room: u32,
}

/// Writes lines on a picture.
pub(super) fn write(image: &mut RgbImage, lines: &[Line]) -> Result<(), String> {
    let bytes: &'static [u8] =
        include_bytes!("../../../../../assets/fonts/InterTabular-Regular.otf");
    register_font(FONT, FontStyle::Normal, bytes)
        .map_err(|_| "the bundled font is damaged".to_owned())?;
    let size = image.dimensions();
    let area = BitMapBackend::with_buffer(image, size).into_drawing_area();
    for line in lines {
        let color = RGBColor(line.color.r(), line.color.g(), line.color.b());
        let font = (FONT, line.size * LINE_OVER_EM).into_font();
        let wide = |text: &str| font.box_size(text).map_or(0, |(width, _)| width);
        let text = cut(&line.text, |text| wide(text) <= line.room);
        let style = font
            .clone()
            .color(&color.to_rgba())
            .pos(Pos::new(HPos::Left, VPos::Center));
        let at = (line.at.0 as i32, line.at.1 as i32);
        area.draw(&Text::new(text, at, style))
            .map_err(|error| error.to_string())?;
    }
    area.present().map_err(|error| error.to_string())
}

/// Both ends of a text that is too long.
fn cut(text: &str, fits: impl Fn(&str) -> bool) -> String {
    if fits(text) {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    for keep in (0..characters.len()).rev() {
        let head = keep.div_ceil(2);
        let tail = characters.len() - (keep - head);
        let shorter: String = characters[..head]
            .iter()
            .chain(std::iter::once(&'…'))
            .chain(&characters[tail..])
            .collect();
        if fits(&shorter) {
            return shorter;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn text_stays_inside_its_room() {
        let mut image = RgbImage::from_pixel(200, 40, Rgb([255; 3]));
        let line = Line {
            text: "a name that is much too long for the room that it has".to_owned(),
            at: (10, 20),
            size: 14.0,
            color: Color32::BLACK,
            room: 100,
        };
        write(&mut image, &[line]).unwrap();
        let inked = |x: std::ops::Range<u32>| {
            x.flat_map(|x| (0..40).map(move |y| (x, y)))
                .filter(|(x, y)| image.get_pixel(*x, *y).0[0] < 128)
                .count()
        };
        assert!(inked(10..110) > 50);
        assert_eq!(inked(0..9) + inked(113..200), 0);
    }

    #[test]
    fn both_ends_of_a_long_name_stay() {
        let fits = |text: &str| text.chars().count() <= 7;
        assert_eq!(cut("street_0001", fits), "str…001");
        assert_eq!(cut("short", fits), "short");
    }
}
