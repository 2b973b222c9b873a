//! A picture as a list of shapes, in points from its top left corner: written as SVG or PNG, or painted in the window.

use std::sync::Arc;

use ecolor::Color32;
use image::RgbImage;

use super::Tokens;
use super::font;

/// A place, in points from the left and from the top.
pub type Point = (f64, f64);

/// A rectangle, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Rect {
    /// From its corner at the top left and its size.
    #[must_use]
    pub fn sized((left, top): Point, width: f64, height: f64) -> Self {
        Self {
            left,
            top,
            right: left + width,
            bottom: top + height,
        }
    }

    /// Between two opposite corners.
    #[must_use]
    pub fn between(a: Point, b: Point) -> Self {
        Self {
            left: a.0.min(b.0),
            top: a.1.min(b.1),
            right: a.0.max(b.0),
            bottom: a.1.max(b.1),
        }
    }

    /// Its width.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Its height.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// The part that is inside another one; `None` where they don't overlap.
    #[must_use]
    pub fn within(&self, outer: &Self) -> Option<Self> {
        let part = Self {
            left: self.left.max(outer.left),
            top: self.top.max(outer.top),
            right: self.right.min(outer.right),
            bottom: self.bottom.min(outer.bottom),
        };
        (part.left <= part.right && part.top <= part.bottom).then_some(part)
    }
}

/// Where a text stands: which part of it is at its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    #[default]
    Left,
    /// Its middle.
    Middle,
    /// Its right end.
    Right,
}

/// How a text looks: size of the em in points, weight and color.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextStyle {
    /// Size of the em, in points.
    pub size: f64,
    /// True if it is semibold.
    pub bold: bool,
    /// Its color.
    pub color: Color32,
}

impl TextStyle {
    /// The title of a picture.
    #[must_use]
    pub fn title(tokens: &Tokens) -> Self {
        Self {
            size: 15.0,
            bold: true,
            color: tokens.text,
        }
    }

    /// The title of a part of a picture.
    #[must_use]
    pub fn heading(tokens: &Tokens) -> Self {
        Self {
            size: 11.0,
            bold: true,
            color: tokens.text,
        }
    }

    /// Text.
    #[must_use]
    pub fn body(tokens: &Tokens) -> Self {
        Self {
            size: 10.5,
            bold: false,
            color: tokens.text,
        }
    }

    /// Explanations, names of axes, legends.
    #[must_use]
    pub fn note(tokens: &Tokens) -> Self {
        Self {
            color: tokens.text_secondary,
            ..Self::body(tokens)
        }
    }

    /// Numbers at the ticks of an axis.
    #[must_use]
    pub fn tick(tokens: &Tokens) -> Self {
        Self {
            size: 9.5,
            bold: false,
            color: tokens.text_tertiary,
        }
    }

    /// The same in another color.
    #[must_use]
    pub fn colored(self, color: Color32) -> Self {
        Self { color, ..self }
    }

    /// The width of a text, in points.
    #[must_use]
    pub fn width(&self, text: &str) -> f64 {
        font::width(text, self.size, self.bold)
    }

    /// `text`, cut in the middle until it fits into `room` points; empty if nothing does.
    #[must_use]
    pub fn fit(&self, text: &str, room: f64) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let letters: Vec<char> = text.chars().collect();
        let cut = |keep: usize| -> String {
            let head = keep.div_ceil(2);
            let tail = letters.len() - (keep - head);
            let (head, tail) = (&letters[..head], &letters[tail..]);
            head.iter()
                .chain(std::iter::once(&'…'))
                .chain(tail)
                .collect()
        };
        (0..letters.len())
            .rev()
            .map(cut)
            .find(|short| self.width(short) <= room)
            .unwrap_or_default()
    }

    /// From the middle of a line's height down to its baseline: half of the height of a capital.
    #[must_use]
    pub fn drop(&self) -> f64 {
        self.size * 0.364
    }
}

/// Lengths of dashes and gaps in turn, in points.
pub type Dash = &'static [f64];

/// Something drawn.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A filled rectangle.
    Fill {
        /// Where.
        rect: Rect,
        /// Its color.
        color: Color32,
    },
    /// A line through points.
    Line {
        /// The points, at least two.
        points: Vec<Point>,
        /// Its width, in points.
        width: f64,
        /// Its color.
        color: Color32,
        /// `None`: solid.
        dash: Option<Dash>,
    },
    /// A filled polygon.
    Area {
        /// Its corners.
        points: Vec<Point>,
        /// Its color.
        color: Color32,
    },
    /// A filled circle.
    Dot {
        /// Its center.
        center: Point,
        /// Its radius, in points.
        radius: f64,
        /// Its color.
        color: Color32,
    },
    /// A line of text.
    Text {
        /// The text.
        text: String,
        /// Where its anchor is on the baseline.
        at: Point,
        /// Which part of the text is there.
        anchor: Anchor,
        /// How it looks.
        style: TextStyle,
        /// True if it reads from below to above.
        upwards: bool,
    },
    /// A picture stretched over a rectangle.
    Image {
        /// Its pixels.
        image: Arc<RgbImage>,
        /// Where.
        rect: Rect,
        /// True if it is enlarged smoothly (photographs), not in sharp squares (matrices).
        smooth: bool,
    },
}

/// Shapes on a background, the later ones over the earlier ones.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// The color behind everything.
    pub background: Color32,
    /// The drawing.
    pub shapes: Vec<Shape>,
}

impl Picture {
    /// An empty one.
    #[must_use]
    pub fn new(width: f64, height: f64, background: Color32) -> Self {
        Self {
            width,
            height,
            background,
            shapes: Vec::new(),
        }
    }

    /// All of it.
    #[must_use]
    pub fn area(&self) -> Rect {
        Rect::sized((0.0, 0.0), self.width, self.height)
    }

    /// Adds a filled rectangle.
    pub fn fill(&mut self, rect: Rect, color: Color32) {
        self.shapes.push(Shape::Fill { rect, color });
    }

    /// Adds a solid line; nothing of fewer than two points.
    pub fn line(&mut self, points: &[Point], width: f64, color: Color32) {
        self.stroke(points, width, color, None);
    }

    /// Adds a line, dashed or not; nothing of fewer than two points.
    pub fn stroke(&mut self, points: &[Point], width: f64, color: Color32, dash: Option<Dash>) {
        if points.len() > 1 {
            self.shapes.push(Shape::Line {
                points: points.to_vec(),
                width,
                color,
                dash,
            });
        }
    }

    /// Adds the outline of a rectangle.
    pub fn outline(&mut self, rect: Rect, width: f64, color: Color32) {
        let Rect {
            left,
            top,
            right,
            bottom,
        } = rect;
        let corners = [
            (left, top),
            (right, top),
            (right, bottom),
            (left, bottom),
            (left, top),
        ];
        self.line(&corners, width, color);
    }

    /// Adds a filled polygon.
    pub fn polygon(&mut self, points: Vec<Point>, color: Color32) {
        if points.len() > 2 {
            self.shapes.push(Shape::Area { points, color });
        }
    }

    /// Adds a filled circle.
    pub fn dot(&mut self, center: Point, radius: f64, color: Color32) {
        self.shapes.push(Shape::Dot {
            center,
            radius,
            color,
        });
    }

    /// Adds a line of text; `at` is on its baseline.
    pub fn text(&mut self, text: impl Into<String>, at: Point, anchor: Anchor, style: TextStyle) {
        self.shapes.push(Shape::Text {
            text: text.into(),
            at,
            anchor,
            style,
            upwards: false,
        });
    }

    /// Adds a line of text that reads from below to above, with its middle at `at` on its baseline.
    pub fn text_upwards(&mut self, text: impl Into<String>, at: Point, style: TextStyle) {
        self.shapes.push(Shape::Text {
            text: text.into(),
            at,
            anchor: Anchor::Middle,
            style,
            upwards: true,
        });
    }

    /// Adds a picture, stretched over a rectangle.
    pub fn image(&mut self, image: Arc<RgbImage>, rect: Rect, smooth: bool) {
        self.shapes.push(Shape::Image {
            image,
            rect,
            smooth,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::LIGHT;

    #[test]
    fn both_ends_of_a_long_name_stay() {
        let style = TextStyle::body(&LIGHT);
        assert_eq!(style.fit("short", 100.0), "short");
        let name = "street_0001_by_night.png";
        let short = style.fit(name, style.width(name) * 0.5);
        assert!(short.starts_with("str") && short.ends_with(".png") && short.contains('…'));
        assert!(style.width(&short) <= style.width(name) * 0.5);
        assert_eq!(style.fit(name, 0.0), "");
    }

    #[test]
    fn the_common_part_of_two_rectangles() {
        let outer = Rect::sized((0.0, 0.0), 10.0, 10.0);
        let part = Rect::between((12.0, 5.0), (8.0, -3.0)).within(&outer);
        assert_eq!(part, Some(Rect::between((8.0, 0.0), (10.0, 5.0))));
        assert_eq!(Rect::sized((11.0, 0.0), 1.0, 1.0).within(&outer), None);
    }
}
