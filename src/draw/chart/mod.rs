//! Charts: described once, drawn into pictures and in the window.

mod colors;
mod corner;
mod figure;
mod frame;
mod legend;
mod lines;
mod marks;

use std::sync::Arc;

use ecolor::Color32;
use image::RgbImage;

use super::picture::{Dash, Picture, Rect, TextStyle};
use super::ticks::{Tick, Values, ticks};
use super::{LIGHT, Scale, Tokens};

pub use colors::ColorKey;
pub use figure::Figure;
pub(super) use figure::{MARGIN, head};
pub use frame::Frame;
pub(super) use legend::{Entry, rows};

/// Solid, dashed, dotted, dash-dotted: how lines of the same color are told apart.
pub const DASHES: [Option<Dash>; 4] = [
    None,
    Some(&[5.0, 3.0]),
    Some(&[1.5, 2.5]),
    Some(&[5.0, 2.5, 1.5, 2.5]),
];

/// One axis of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The quantity, with its unit.
    pub name: String,
    /// The values at its ends.
    pub range: (f64, f64),
    /// How it spaces its values.
    pub scale: Scale,
    /// The quantity: decides which values are round.
    pub values: Values,
    /// Values with a label of their own, in place of round ones.
    pub given: Option<Vec<(f64, String)>>,
}

impl Axis {
    /// A linear axis of numbers. `name` has the unit, in brackets.
    #[must_use]
    pub fn new(name: impl Into<String>, range: (f64, f64)) -> Self {
        Self {
            name: name.into(),
            range,
            scale: Scale::Linear,
            values: Values::Numbers,
            given: None,
        }
    }

    /// With another scale.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }

    /// Counting something else than numbers.
    #[must_use]
    pub fn values(mut self, values: Values) -> Self {
        self.values = values;
        self
    }

    /// Marked at these values, with these labels.
    #[must_use]
    pub fn ticks(mut self, given: Vec<(f64, String)>) -> Self {
        self.given = Some(given);
        self
    }

    /// Its marks, with at most about `room` labels.
    fn marks(&self, room: f64) -> Vec<Tick> {
        match &self.given {
            Some(given) => given
                .iter()
                .map(|(value, label)| Tick {
                    at: self.scale.coordinate(*value),
                    label: label.clone(),
                })
                .collect(),
            None => ticks(self.scale, self.values, self.scale.ends(self.range), room),
        }
    }
}

/// A rectangle of a chart, between values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Left and right end.
    pub x: (f64, f64),
    /// Lower and upper end.
    pub y: (f64, f64),
    /// Its color.
    pub color: Color32,
}

/// The look of a series.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A line through points; gaps where a value is not finite.
    Line {
        /// x and y.
        points: Vec<(f64, f64)>,
        /// Its width, in points of the picture.
        width: f64,
        /// Solid or dashed.
        dash: Option<Dash>,
    },
    /// Dots.
    Dots {
        /// x and y.
        points: Vec<(f64, f64)>,
        /// Their radius, in points of the picture.
        radius: f64,
    },
    /// Dots that have colors of their own.
    ColoredDots {
        /// x, y and the color.
        points: Vec<(f64, f64, Color32)>,
        /// Their radius, in points of the picture.
        radius: f64,
    },
    /// The area between two lines: x, lower and upper y.
    Band(Vec<(f64, f64, f64)>),
    /// Bars, or the cells of a density.
    Bars(Vec<Bar>),
    /// Medians with the middle half of what lies around them: from and to along x, and the quartiles.
    Boxes(Vec<((f64, f64), [f64; 3])>),
    /// A matrix of colors, row 0 at the top, between values.
    Raster {
        /// A pixel a cell.
        image: Arc<RgbImage>,
        /// Left and right end.
        x: (f64, f64),
        /// Lower and upper end.
        y: (f64, f64),
    },
}

/// Things that belong together and have a name.
#[derive(Debug, Clone)]
pub struct Series {
    /// Its name in the legend; empty if it is not in it.
    pub name: String,
    /// Its color.
    pub color: Color32,
    /// Its look.
    pub kind: Kind,
}

/// Something that explains a chart.
#[derive(Debug, Clone)]
pub enum Mark {
    /// A dashed line across, with what it stands for.
    Level {
        /// Where.
        y: f64,
        /// Its meaning; may be empty.
        label: String,
    },
    /// A line from the bottom to the top.
    Moment {
        /// Where.
        x: f64,
        /// The event; may be empty.
        label: String,
    },
    /// A dashed line where y equals x.
    Diagonal,
    /// Text around a place.
    Text {
        /// Where its middle is.
        at: (f64, f64),
        /// The text.
        text: String,
        /// A second line in small letters below it; may be empty.
        below: String,
        /// Its color.
        color: Color32,
    },
    /// A dot with what it stands for.
    Spot {
        /// Where.
        at: (f64, f64),
        /// Its meaning; may be empty.
        label: String,
        /// Its color.
        color: Color32,
    },
}

/// Series between two axes.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Above it; may be empty.
    pub title: String,
    /// A remark in the upper right corner, beside the title.
    pub remark: Option<(String, Color32)>,
    /// Along the bottom.
    pub x: Axis,
    /// Along the left side.
    pub y: Axis,
    /// The later ones over the earlier ones.
    pub series: Vec<Series>,
    /// Over the series.
    pub marks: Vec<Mark>,
    /// True if lines have their names beside their right ends, not in a legend.
    pub names_at_ends: bool,
    /// What colors mean, at the right side.
    pub colors: Option<ColorKey>,
}

impl Chart {
    /// Without a title and still empty.
    #[must_use]
    pub fn new(x: Axis, y: Axis) -> Self {
        Self {
            title: String::new(),
            remark: None,
            x,
            y,
            series: Vec::new(),
            marks: Vec::new(),
            names_at_ends: false,
            colors: None,
        }
    }

    /// Adds a series.
    pub fn add(&mut self, name: impl Into<String>, color: Color32, kind: Kind) {
        self.series.push(Series {
            name: name.into(),
            color,
            kind,
        });
    }
}

/// The size of text and where names stand: for files, or for the window.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// The colors.
    pub tokens: &'static Tokens,
    /// Behind everything.
    pub background: Color32,
    pub(super) heading: TextStyle,
    pub(super) name: TextStyle,
    pub(super) tick: TextStyle,
    /// True if the name of the y axis stands upright above it, not turned beside it.
    upright: bool,
    /// True if the legend stands inside the chart.
    legend_inside: bool,
}

impl Style {
    /// For files that go into papers and slides: dark text on white.
    #[must_use]
    pub fn print() -> Self {
        Self {
            tokens: &LIGHT,
            background: Color32::WHITE,
            heading: TextStyle::heading(&LIGHT),
            name: TextStyle::note(&LIGHT),
            tick: TextStyle::tick(&LIGHT),
            upright: false,
            legend_inside: false,
        }
    }

    /// For a chart in the window whose small text is `size` points high.
    #[must_use]
    pub fn window(tokens: &'static Tokens, size: f64) -> Self {
        let text_style = |text_style: TextStyle| TextStyle { size, ..text_style };
        Self {
            tokens,
            background: Color32::TRANSPARENT,
            heading: text_style(TextStyle::heading(tokens)),
            name: text_style(TextStyle::note(tokens)),
            tick: text_style(TextStyle::tick(tokens)),
            upright: true,
            legend_inside: true,
        }
    }
}

impl Chart {
    /// Draws it into a part of a picture.
    pub fn draw(&self, picture: &mut Picture, outer: Rect, style: &Style) -> Frame {
        let frame = frame::axes(self, picture, outer, style);
        if let Some(key) = &self.colors {
            let top = outer.top.max(frame.plot.top);
            let room = Rect::between(
                (outer.right - key.width(style), top),
                (outer.right, frame.plot.bottom),
            );
            key.draw(picture, room, style);
        }
        for series in &self.series {
            lines::series(series, picture, &frame, style);
        }
        for mark in &self.marks {
            marks::mark(mark, picture, &frame, style);
        }
        if self.names_at_ends {
            marks::names(self, picture, &frame, style);
        } else if style.legend_inside {
            legend::inside(self, picture, &frame, style);
        }
        frame
    }
}
