//! Pictures as SVG: vectors, with the text as text.

use std::fmt::Write as _;
use std::io::Cursor;

use ecolor::Color32;
use image::{ImageFormat, RgbImage};

use super::chart::MARGIN;
use super::font;
use super::picture::{Anchor, Picture, Point, Rect, Shape};

impl Picture {
    /// As the text of an SVG file.
    #[must_use]
    pub fn svg(&self) -> String {
        self.svg_of(&self.area())
    }

    /// As an element of a page that has margins, title and note of its own: cut where a figure without title and note has its content.
    #[must_use]
    pub fn inline_svg(&self) -> String {
        // A label at the end of an axis reaches beyond it.
        let (left, right) = (MARGIN - 1.0, self.width - MARGIN * 0.5);
        let (top, bottom) = (MARGIN - 6.0, self.height - MARGIN * 0.5);
        let area = Rect::between((left, top), (right, bottom));
        self.svg_of(&area)
    }

    fn svg_of(&self, area: &Rect) -> String {
        let (width, height) = (Short(area.width()), Short(area.height()));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"{} {} {width} {height}\" \
             font-family=\"{}\" text-rendering=\"geometricPrecision\">\n",
            Short(area.left),
            Short(area.top),
            font::FAMILY
        );
        let background = fill(self.background);
        let (width, height) = (Short(self.width), Short(self.height));
        // Memory takes everything, here and below.
        let _ = writeln!(
            svg,
            "<rect width=\"{width}\" height=\"{height}\"{background}/>"
        );
        for shape in &self.shapes {
            add(&mut svg, shape);
        }
        svg.push_str("</svg>\n");
        svg
    }
}

fn add(svg: &mut String, shape: &Shape) {
    let _ = match shape {
        Shape::Fill { rect, color } => writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>",
            Short(rect.left),
            Short(rect.top),
            Short(rect.width()),
            Short(rect.height()),
            fill(*color)
        ),
        Shape::Line {
            points,
            width,
            color,
            dash,
        } => {
            let (ink, opacity) = ink(*color, "stroke");
            let dash = dash.map_or_else(String::new, |lengths| {
                let lengths: Vec<String> = lengths.iter().map(f64::to_string).collect();
                format!(" stroke-dasharray=\"{}\"", lengths.join(" "))
            });
            writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{ink}\"{opacity} stroke-width=\"{}\" stroke-linejoin=\"round\"{dash}/>",
                places(points),
                Short(*width)
            )
        }
        Shape::Area { points, color } => writeln!(
            svg,
            "<polygon points=\"{}\"{}/>",
            places(points),
            fill(*color)
        ),
        Shape::Dot {
            center,
            radius,
            color,
        } => writeln!(
            svg,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>",
            Short(center.0),
            Short(center.1),
            Short(*radius),
            fill(*color)
        ),
        Shape::Text {
            text,
            at: (x, y),
            anchor,
            style,
            upwards,
        } => {
            let (x, y) = (Short(*x), Short(*y));
            let anchor = match anchor {
                Anchor::Left => "",
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::Right => " text-anchor=\"end\"",
            };
            let weight = if style.bold {
                format!(" font-weight=\"{}\"", font::BOLD)
            } else {
                String::new()
            };
            let turn = if *upwards {
                format!(" transform=\"rotate(-90 {x} {y})\"")
            } else {
                String::new()
            };
            writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"{weight}{anchor}{}{turn}>{}</text>",
                Short(style.size),
                fill(style.color),
                escaped(text)
            )
        }
        Shape::Image {
            image,
            rect,
            smooth,
        } => {
            let sharp = if *smooth {
                ""
            } else {
                " style=\"image-rendering:pixelated\""
            };
            writeln!(
                svg,
                "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\"{sharp} href=\"data:image/png;base64,{}\"/>",
                Short(rect.left),
                Short(rect.top),
                Short(rect.width()),
                Short(rect.height()),
                base64(&png(image))
            )
        }
    };
}

/// A length to a hundredth of a point, without zeros at its end.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (self.0 * 100.0).round() / 100.0;
        write!(f, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

fn places(points: &[Point]) -> String {
    let mut text = String::with_capacity(points.len() * 14);
    for (x, y) in points {
        let space = if text.is_empty() { "" } else { " " };
        let _ = write!(text, "{space}{},{}", Short(*x), Short(*y));
    }
    text
}

/// The color as `#rrggbb`, and an attribute for its opacity where it has one.
fn ink(color: Color32, what: &str) -> (String, String) {
    let [r, g, b, a] = color.to_srgba_unmultiplied();
    let opacity = if a == 255 {
        String::new()
    } else {
        format!(" {what}-opacity=\"{}\"", Short(f64::from(a) / 255.0))
    };
    (format!("#{r:02x}{g:02x}{b:02x}"), opacity)
}

fn fill(color: Color32) -> String {
    let (ink, opacity) = ink(color, "fill");
    format!(" fill=\"{ink}\"{opacity}")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // XML has no place for other control characters.
            _ if letter.is_control() => safe.push(' '),
            _ => safe.push(letter),
        }
    }
    safe
}

fn png(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    // Only the writer can fail, and memory doesn't.
    let _ = image.write_to(&mut bytes, ImageFormat::Png);
    bytes.into_inner()
}

/// RFC 4648, section 4.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            if place <= group.len() {
                let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
                text.push(char::from(letter));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::draw::LIGHT;
    use crate::draw::picture::TextStyle;

    #[test]
    fn base64_agrees_with_the_test_vectors_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn every_shape_becomes_one_element() {
        let mut picture = Picture::new(100.0, 50.0, Color32::WHITE);
        let rect = Rect::sized((1.0, 2.005), 3.0, 4.5);
        picture.fill(rect, Color32::from_rgb(0x12, 0x34, 0xab));
        picture.stroke(
            &[(0.0, 0.0), (9.999, 1.0 / 3.0)],
            1.5,
            Color32::BLACK,
            Some(&[4.0, 3.0]),
        );
        picture.polygon(
            vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)],
            Color32::from_black_alpha(128),
        );
        picture.dot((5.0, 6.0), 2.0, Color32::RED);
        picture.text(
            "a < b & c",
            (7.0, 8.0),
            Anchor::Right,
            TextStyle::title(&LIGHT),
        );
        picture.text_upwards("RMSE", (9.0, 25.0), TextStyle::note(&LIGHT));
        picture.image(Arc::new(RgbImage::new(2, 2)), rect, false);
        let svg = picture.svg();
        let lines: Vec<&str> = svg.lines().collect();
        assert!(lines[0].starts_with("<svg ") && lines[0].contains("viewBox=\"0 0 100 50\""));
        assert_eq!(
            lines[2],
            "<rect x=\"1\" y=\"2.01\" width=\"3\" height=\"4.5\" fill=\"#1234ab\"/>"
        );
        assert!(
            lines[3]
                .starts_with("<polyline points=\"0,0 10,0.33\" fill=\"none\" stroke=\"#000000\"")
        );
        assert!(lines[3].contains("stroke-dasharray=\"4 3\""));
        assert!(lines[4].starts_with("<polygon ") && lines[4].contains("fill-opacity=\"0.5\""));
        assert!(lines[5].starts_with("<circle cx=\"5\" cy=\"6\" r=\"2\""));
        assert!(
            lines[6].ends_with(">a &lt; b &amp; c</text>")
                && lines[6].contains("text-anchor=\"end\"")
        );
        assert!(lines[6].contains("font-weight=\"600\""));
        assert!(lines[7].contains("rotate(-90 9 25)"));
        assert!(
            lines[8].contains("image-rendering:pixelated") && lines[8].contains("base64,iVBOR")
        );
        assert_eq!(lines[9..], ["</svg>"]);
    }
}
