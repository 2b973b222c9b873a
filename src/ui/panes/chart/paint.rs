//! Painting pictures in the window.

use std::f32::consts::TAU;

use eframe::egui::epaint::TextShape;
use eframe::egui::{
    Align2, Color32, FontFamily, FontId, Mesh, Painter, Pos2, Rect, Shape, Stroke, TextStyle, Ui,
    pos2, vec2,
};

use crate::draw::{self, Anchor, Picture, Point};

/// Paints a picture with its upper left corner at `origin`.
pub(super) fn picture(ui: &Ui, origin: Pos2, picture: &Picture) {
    let canvas = Canvas {
        painter: ui.painter(),
        origin,
        bold: TextStyle::Heading.resolve(ui.style()).family,
    };
    if picture.background != Color32::TRANSPARENT {
        canvas
            .painter
            .rect_filled(canvas.rect(&picture.area()), 0.0, picture.background);
    }
    for shape in &picture.shapes {
        canvas.shape(shape);
    }
}

struct Canvas<'a> {
    painter: &'a Painter,
    origin: Pos2,
    /// The family of bold text.
    bold: FontFamily,
}

impl Canvas<'_> {
    fn at(&self, (x, y): Point) -> Pos2 {
        self.origin + vec2(x as f32, y as f32)
    }

    fn rect(&self, rect: &draw::Rect) -> Rect {
        Rect::from_min_max(
            self.at((rect.left, rect.top)),
            self.at((rect.right, rect.bottom)),
        )
    }

    fn shape(&self, shape: &draw::Shape) {
        match shape {
            draw::Shape::Fill { rect, color } => {
                self.painter.rect_filled(self.rect(rect), 0.0, *color);
            }
            draw::Shape::Line {
                points,
                width,
                color,
                dash,
            } => {
                let points: Vec<Pos2> = points.iter().map(|point| self.at(*point)).collect();
                let stroke = Stroke::new(*width as f32, *color);
                match (dash, &points[..]) {
                    (Some(lengths), _) => {
                        let every = |first: usize| -> Vec<f32> {
                            let lengths = lengths.iter().skip(first).step_by(2);
                            lengths.map(|length| *length as f32).collect()
                        };
                        let (on, off) = (every(0), every(1));
                        let dashes =
                            Shape::dashed_line_with_offset(&points, stroke, &on, &off, 0.0);
                        self.painter.extend(dashes);
                    }
                    // egui keeps a lone segment sharp.
                    (None, [from, to]) => {
                        self.painter.line_segment([*from, *to], stroke);
                    }
                    (None, _) => {
                        self.painter.add(Shape::line(points, stroke));
                    }
                }
            }
            draw::Shape::Area { points, color } => self.area(points, *color),
            draw::Shape::Dot {
                center,
                radius,
                color,
            } => {
                self.painter
                    .circle_filled(self.at(*center), *radius as f32, *color);
            }
            draw::Shape::Text {
                text,
                at,
                anchor,
                style,
                upwards,
            } => self.text(text, *at, *anchor, style, *upwards),
            draw::Shape::Image { image, rect, .. } => self.image(image, rect),
        }
    }

    /// A band: its lower edge from left to right, then its upper edge back.
    fn area(&self, points: &[Point], color: Color32) {
        let mut mesh = Mesh::default();
        for point in points {
            mesh.colored_vertex(self.at(*point), color);
        }
        let count = points.len() as u32;
        for low in 0..(count / 2).saturating_sub(1) {
            let high = count - 1 - low;
            mesh.add_triangle(low, low + 1, high);
            mesh.add_triangle(low + 1, high - 1, high);
        }
        self.painter.add(mesh);
    }

    fn text(&self, text: &str, at: Point, anchor: Anchor, style: &draw::TextStyle, upwards: bool) {
        let family = if style.bold {
            self.bold.clone()
        } else {
            FontFamily::Proportional
        };
        let font = FontId::new(style.size as f32, family);
        if upwards {
            let galley = self
                .painter
                .layout_no_wrap(text.to_owned(), font, style.color);
            let (length, line) = (galley.size().x, galley.size().y);
            let middle = self.at((at.0 - style.drop(), at.1));
            let corner = pos2(middle.x - line / 2.0, middle.y + length / 2.0);
            let shape = TextShape::new(corner, galley, style.color).with_angle(-TAU / 4.0);
            self.painter.add(shape);
            return;
        }
        let align = match anchor {
            Anchor::Left => Align2::LEFT_CENTER,
            Anchor::Middle => Align2::CENTER_CENTER,
            Anchor::Right => Align2::RIGHT_CENTER,
        };
        let middle = self.at((at.0, at.1 - style.drop()));
        self.painter.text(middle, align, text, font, style.color);
    }

    /// Cell by cell: images in charts are small matrices.
    fn image(&self, image: &image::RgbImage, rect: &draw::Rect) {
        let area = self.rect(rect);
        let (width, height) = (image.width().max(1) as f32, image.height().max(1) as f32);
        let cell = vec2(area.width() / width, area.height() / height);
        let mut mesh = Mesh::default();
        for (x, y, pixel) in image.enumerate_pixels() {
            let [r, g, b] = pixel.0;
            let corner = area.min + vec2(x as f32 * cell.x, y as f32 * cell.y);
            mesh.add_colored_rect(
                Rect::from_min_size(corner, cell),
                Color32::from_rgb(r, g, b),
            );
        }
        self.painter.add(mesh);
    }
}
