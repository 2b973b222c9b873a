//! Which corner of a chart has room for its legend.

use super::{Chart, Frame, Kind, lines};
use crate::draw::picture::{Point, Rect};

/// A corner of the area between the axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Corner {
    TopRight,
    BottomLeft,
    TopLeft,
    BottomRight,
}

impl Corner {
    /// The first is taken where all are equally free.
    const ALL: [Self; 4] = [
        Self::TopRight,
        Self::BottomLeft,
        Self::TopLeft,
        Self::BottomRight,
    ];

    /// The corner in which something of this size covers least of a chart.
    pub(super) fn freest(chart: &Chart, frame: &Frame, size: (f64, f64)) -> Self {
        let rooms = Self::ALL.map(|corner| corner.room(&frame.plot, size));
        let mut covered = [0_usize; 4];
        for series in &chart.series {
            for (count, room) in covered.iter_mut().zip(&rooms) {
                *count += inside(&series.kind, frame, room);
            }
        }
        let least = covered.iter().min().copied().unwrap_or(0);
        let at = covered.iter().position(|count| *count == least);
        at.map_or(Self::TopRight, |at| Self::ALL[at])
    }

    /// The room of something of this size.
    pub(super) fn room(self, plot: &Rect, (width, height): (f64, f64)) -> Rect {
        let left = match self {
            Self::TopLeft | Self::BottomLeft => plot.left,
            Self::TopRight | Self::BottomRight => plot.right - width,
        };
        let top = match self {
            Self::TopLeft | Self::TopRight => plot.top,
            Self::BottomLeft | Self::BottomRight => plot.bottom - height,
        };
        Rect::sized((left, top), width, height)
    }
}

/// How many parts of a series are inside a rectangle.
fn inside(kind: &Kind, frame: &Frame, room: &Rect) -> usize {
    let holds = |(x, y): Point| {
        (room.left..=room.right).contains(&x) && (room.top..=room.bottom).contains(&y)
    };
    let overlaps = |x: (f64, f64), y: (f64, f64)| frame.rect_of(x, y).within(room).is_some();
    match kind {
        Kind::Line { points, .. } => {
            let places = lines::thinned(points, frame);
            let crossing = |pair: &&[Point]| crosses(pair[0], pair[1], room);
            places.windows(2).filter(crossing).count()
        }
        Kind::Dots { points, .. } => {
            let within = |(x, y): &&(f64, f64)| holds(frame.at(*x, *y));
            points.iter().filter(within).count()
        }
        Kind::ColoredDots { points, .. } => {
            let within = |(x, y, _): &&(f64, f64, ecolor::Color32)| holds(frame.at(*x, *y));
            points.iter().filter(within).count()
        }
        Kind::Band(points) => {
            let within = |pair: &&[(f64, f64, f64)]| {
                overlaps((pair[0].0, pair[1].0), (pair[0].1, pair[0].2))
            };
            points.windows(2).filter(within).count()
        }
        Kind::Bars(bars) => bars.iter().filter(|bar| overlaps(bar.x, bar.y)).count(),
        Kind::Boxes(boxes) => {
            let within =
                |(x, [low, _, high]): &&((f64, f64), [f64; 3])| overlaps(*x, (*low, *high));
            boxes.iter().filter(within).count()
        }
        // It is everywhere.
        Kind::Raster { .. } => 0,
    }
}

/// True if a straight line touches a rectangle (Liang and Barsky 1984); false where it has no place.
fn crosses(from: Point, to: Point, room: &Rect) -> bool {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    if !(dx.is_finite() && dy.is_finite()) {
        return false;
    }
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    for (step, room) in [
        (-dx, from.0 - room.left),
        (dx, room.right - from.0),
        (-dy, from.1 - room.top),
        (dy, room.bottom - from.1),
    ] {
        if step == 0.0 {
            if room < 0.0 {
                return false;
            }
        } else if step < 0.0 {
            enters = enters.max(room / step);
        } else {
            leaves = leaves.min(room / step);
        }
    }
    enters <= leaves
}

#[cfg(test)]
mod tests {
    use ecolor::Color32;

    use super::*;
    use crate::draw::chart::{Axis, Style};
    use crate::draw::picture::Picture;
    use crate::draw::tokens::LIGHT;

    fn freest(points: &[(f64, f64)]) -> Corner {
        let mut chart = Chart::new(Axis::new("x", (0.0, 1.0)), Axis::new("y", (0.0, 1.0)));
        let line = Kind::Line {
            points: points.to_vec(),
            width: 1.0,
            dash: None,
        };
        chart.add("a line", Color32::BLACK, line);
        let outer = Rect::sized((0.0, 0.0), 400.0, 300.0);
        let mut picture = Picture::new(400.0, 300.0, Color32::WHITE);
        let frame = chart.draw(&mut picture, outer, &Style::window(&LIGHT, 12.0));
        Corner::freest(&chart, &frame, (80.0, 40.0))
    }

    #[test]
    fn a_legend_stands_where_no_line_is() {
        assert_eq!(
            freest(&[(0.0, 1.0), (0.5, 0.4), (1.0, 0.0)]),
            Corner::TopRight
        );
        // No point of it is in the corner that it crosses.
        assert_eq!(freest(&[(0.0, 1.0), (1.0, 1.0)]), Corner::BottomLeft);
        assert_eq!(
            freest(&[(0.0, 0.0), (1.0, 1.0)]),
            Corner::TopLeft,
            "from corner to corner"
        );
        assert_eq!(
            freest(&[(f64::NAN, 1.0), (1.0, f64::NAN)]),
            Corner::TopRight
        );
    }

    #[test]
    fn a_line_through_a_rectangle_crosses_it() {
        let room = Rect::sized((10.0, 10.0), 10.0, 10.0);
        assert!(crosses((0.0, 0.0), (30.0, 30.0), &room));
        assert!(crosses((15.0, 0.0), (15.0, 30.0), &room));
        assert!(!crosses((0.0, 0.0), (30.0, 0.0), &room));
        assert!(!crosses((0.0, 25.0), (8.0, 8.0), &room));
        assert!(!crosses((0.0, 0.0), (5.0, 5.0), &room));
    }
}
