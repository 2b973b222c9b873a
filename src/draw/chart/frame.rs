//! Axes, grid and names around a chart, and where values stand inside it.

use super::{Axis, Chart, Scale, Style};
use crate::draw::picture::{Anchor, Picture, Point, Rect, TextStyle};
use crate::draw::ticks::Tick;

/// Where values stand.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// The area between the axes, in points of the picture.
    pub plot: Rect,
    x: (Scale, (f64, f64)),
    y: (Scale, (f64, f64)),
}

impl Frame {
    fn new(chart: &Chart, plot: Rect) -> Self {
        let of = |axis: &Axis| (axis.scale, axis.range);
        Self {
            plot,
            x: of(&chart.x),
            y: of(&chart.y),
        }
    }

    /// The place of a pair of values.
    #[must_use]
    pub fn at(&self, x: f64, y: f64) -> Point {
        (self.x(x), self.y(y))
    }

    /// The place of a pair of values, moved to the edge where it is outside.
    #[must_use]
    pub fn at_inside(&self, x: f64, y: f64) -> Point {
        (
            self.x(x).clamp(self.plot.left, self.plot.right),
            self.y(y).clamp(self.plot.top, self.plot.bottom),
        )
    }

    /// From the left.
    #[must_use]
    pub fn x(&self, value: f64) -> f64 {
        self.plot.left + self.x.0.position(value, self.x.1) * self.plot.width()
    }

    /// From the top.
    #[must_use]
    pub fn y(&self, value: f64) -> f64 {
        self.plot.bottom - self.y.0.position(value, self.y.1) * self.plot.height()
    }

    /// The rectangle between two pairs of values.
    #[must_use]
    pub fn rect_of(&self, x: (f64, f64), y: (f64, f64)) -> Rect {
        Rect::between(self.at(x.0, y.0), self.at(x.1, y.1))
    }

    /// The values at a place.
    #[must_use]
    pub fn values(&self, (x, y): Point) -> (f64, f64) {
        let x = (x - self.plot.left) / self.plot.width();
        let y = (self.plot.bottom - y) / self.plot.height();
        (self.x.0.value(x, self.x.1), self.y.0.value(y, self.y.1))
    }

    fn x_of(&self, tick: &Tick) -> f64 {
        self.x(self.x.0.at(tick.at))
    }

    fn y_of(&self, tick: &Tick) -> f64 {
        self.y(self.y.0.at(tick.at))
    }
}

/// The area between the axes: what is left beside numbers and names.
fn plot(chart: &Chart, outer: Rect, y_ticks: &[Tick], style: &Style) -> Rect {
    let (tick, name) = (style.tick.size, style.name.size);
    let widest = y_ticks
        .iter()
        .map(|mark| style.tick.width(&mark.label))
        .fold(0.0, f64::max);
    let has_head = !chart.title.is_empty() || chart.remark.is_some();
    let head = if has_head {
        style.heading.size * 1.9
    } else {
        0.0
    };
    let above = if style.upright && !chart.y.name.is_empty() {
        name * 1.7
    } else {
        tick * 0.5
    };
    let beside = if style.upright || chart.y.name.is_empty() {
        0.0
    } else {
        name * 1.5
    };
    let ends = if let Some(key) = &chart.colors {
        key.width(style) + style.name.size * 1.2
    } else if chart.names_at_ends {
        let names = chart
            .series
            .iter()
            .map(|series| style.name.width(&series.name));
        names.fold(0.0, f64::max) + style.name.size * 1.6
    } else if style.upright {
        // Beside it may be a scroll bar.
        style.tick.size * 0.35
    } else {
        0.0
    };
    let below = tick * 1.6
        + if chart.x.name.is_empty() {
            0.0
        } else {
            name * 1.6
        };
    let left = (outer.left + beside + widest + tick * 0.7).round();
    let top = (outer.top + head + above).round();
    Rect {
        left,
        top,
        // Where names and numbers take all the room there is, nothing is left to draw in, and never less than that.
        right: (outer.right - ends).max(left + 1.0),
        bottom: (outer.bottom - below).round().max(top + 1.0),
    }
}

/// Draws axes, numbers, grid and names.
pub(super) fn axes(chart: &Chart, picture: &mut Picture, outer: Rect, style: &Style) -> Frame {
    let tokens = style.tokens;
    let hairline = f64::from(tokens.size.hairline);
    let room = (outer.height() / (style.tick.size * 3.2)).clamp(2.0, 8.0);
    let y_ticks = chart.y.marks(room);
    let frame = Frame::new(chart, plot(chart, outer, &y_ticks, style));
    let plot = frame.plot;
    for tick in &y_ticks {
        let y = frame.y_of(tick);
        // Lines between labels only show where a logarithmic axis is crowded: the grid leaves them out.
        if tick.label.is_empty() || !(plot.top - 0.5..=plot.bottom + 0.5).contains(&y) {
            continue;
        }
        picture.line(
            &[(plot.left, y), (plot.right, y)],
            0.75 * hairline,
            tokens.grid,
        );
        let at = (plot.left - style.tick.size * 0.6, y + style.tick.drop());
        picture.text(&tick.label, at, Anchor::Right, style.tick);
    }
    let bottom = [(plot.left, plot.bottom), (plot.right, plot.bottom)];
    picture.line(&bottom, hairline, tokens.border_strong);
    x_ticks(chart, picture, &frame, style);
    names(chart, picture, outer, &frame, style);
    frame
}

/// The ticks of the x axis; labels that would touch the one before are left out.
fn x_ticks(chart: &Chart, picture: &mut Picture, frame: &Frame, style: &Style) {
    let tokens = style.tokens;
    let (plot, size) = (frame.plot, style.tick.size);
    let mut free = f64::NEG_INFINITY;
    for tick in chart.x.marks((plot.width() / (size * 6.0)).max(2.0)) {
        let x = frame.x_of(&tick);
        if !(plot.left - 0.5..=plot.right + 0.5).contains(&x) {
            continue;
        }
        let reach = size * if tick.label.is_empty() { 0.2 } else { 0.35 };
        let line = [(x, plot.bottom), (x, plot.bottom + reach)];
        let half = style.tick.width(&tick.label) / 2.0;
        if tick.label.is_empty() {
            picture.line(&line, f64::from(tokens.size.hairline), tokens.border_strong);
        } else if x - half >= free + size * 0.6 {
            free = x + half;
            picture.line(&line, f64::from(tokens.size.hairline), tokens.border_strong);
            let at = (x, plot.bottom + size * 1.5);
            picture.text(&tick.label, at, Anchor::Middle, style.tick);
        }
    }
}

fn names(chart: &Chart, picture: &mut Picture, outer: Rect, frame: &Frame, style: &Style) {
    let plot = frame.plot;
    let top = outer.top + style.heading.size;
    let mut room = outer.width();
    if let Some((remark, color)) = &chart.remark {
        let text_style = style.name.colored(*color);
        picture.text(remark, (outer.right, top), Anchor::Right, text_style);
        room -= text_style.width(remark) + style.heading.size;
    }
    if !chart.title.is_empty() {
        let title = style.heading.fit(&chart.title, room);
        picture.text(title, (outer.left, top), Anchor::Left, style.heading);
    }
    let text_style = style.name;
    let below = outer.bottom - text_style.size * 0.25;
    if style.upright {
        let above = plot.top - text_style.size * 0.9;
        named(
            picture,
            &chart.y.name,
            (outer.left, above),
            Anchor::Left,
            text_style,
        );
        named(
            picture,
            &chart.x.name,
            (plot.right, below),
            Anchor::Right,
            text_style,
        );
    } else {
        let middle = (plot.left + plot.right) / 2.0;
        named(
            picture,
            &chart.x.name,
            (middle, below),
            Anchor::Middle,
            text_style,
        );
        if !chart.y.name.is_empty() {
            let middle = (plot.top + plot.bottom) / 2.0;
            let name = text_style.fit(&chart.y.name, outer.height());
            picture.text_upwards(
                name,
                (outer.left + text_style.size * 0.8, middle),
                text_style,
            );
        }
    }
}

fn named(picture: &mut Picture, name: &str, at: Point, anchor: Anchor, text_style: TextStyle) {
    if !name.is_empty() {
        picture.text(name, at, anchor, text_style);
    }
}
