//! Drawing series.

use std::sync::Arc;

use super::{Frame, Kind, Series, Style};
use crate::draw::picture::{Picture, Point, Rect};

/// Corners of a line for each point of the picture's width, at most: more can't be told apart.
const CORNERS: f64 = 4.0;

pub(super) fn series(series: &Series, picture: &mut Picture, frame: &Frame, style: &Style) {
    let color = series.color;
    match &series.kind {
        Kind::Line {
            points,
            width,
            dash,
        } => {
            for piece in pieces(&thinned(points, frame), frame) {
                picture.stroke(&piece, *width, color, *dash);
            }
        }
        Kind::Dots { points, radius } => {
            for (x, y) in points {
                let at = frame.at(*x, *y);
                if at.0.is_finite() && at.1.is_finite() && is_inside(at, &frame.plot) {
                    picture.dot(at, *radius, color);
                }
            }
        }
        Kind::ColoredDots { points, radius } => {
            for (x, y, color) in points {
                let at = frame.at(*x, *y);
                if at.0.is_finite() && at.1.is_finite() && is_inside(at, &frame.plot) {
                    picture.dot(at, *radius, *color);
                }
            }
        }
        Kind::Band(points) => {
            let finite = points
                .iter()
                .filter(|(x, low, high)| x.is_finite() && low.is_finite() && high.is_finite());
            let mut edge: Vec<Point> = finite
                .clone()
                .map(|(x, low, _)| frame.at_inside(*x, *low))
                .collect();
            edge.extend(finite.rev().map(|(x, _, high)| frame.at_inside(*x, *high)));
            picture.polygon(edge, color);
        }
        Kind::Bars(bars) => {
            for bar in bars {
                if let Some(rect) = frame.rect_of(bar.x, bar.y).within(&frame.plot) {
                    picture.fill(rect, bar.color);
                }
            }
        }
        Kind::Boxes(boxes) => {
            for (x, [lower, median, upper]) in boxes {
                let rect = frame.rect_of(*x, (*lower, *upper));
                picture.outline(rect, 1.0, color);
                let y = frame.y(*median);
                picture.line(&[(rect.left, y), (rect.right, y)], 2.0, color);
            }
        }
        Kind::Raster { image, x, y } => {
            picture.image(Arc::clone(image), frame.rect_of(*x, *y), false);
            picture.outline(frame.rect_of(*x, *y), 0.75, style.tokens.border_strong);
        }
    }
}

fn is_inside((x, y): Point, plot: &Rect) -> bool {
    (plot.left..=plot.right).contains(&x) && (plot.top..=plot.bottom).contains(&y)
}

/// The places of a line's points, not finite where it has a gap. Of many points that share a place along x, the first, the lowest, the
/// highest and the last stay.
pub(super) fn thinned(points: &[(f64, f64)], frame: &Frame) -> Vec<Point> {
    let place = |(x, y): &(f64, f64)| {
        let y = if y.is_finite() { frame.y(*y) } else { f64::NAN };
        (frame.x(*x), y)
    };
    if (points.len() as f64) < frame.plot.width() * CORNERS {
        return points.iter().map(place).collect();
    }
    let column = |point: &Point| (point.0 * CORNERS / 4.0).floor();
    let places: Vec<Point> = points.iter().map(place).collect();
    let mut kept = Vec::new();
    for group in places.chunk_by(|a, b| column(a) == column(b) && a.1.is_nan() == b.1.is_nan()) {
        let mut chosen: Vec<usize> = vec![0, group.len() - 1];
        let by_height = |a: &usize, b: &usize| group[*a].1.total_cmp(&group[*b].1);
        chosen.extend((0..group.len()).min_by(by_height));
        chosen.extend((0..group.len()).max_by(by_height));
        chosen.sort_unstable();
        chosen.dedup();
        kept.extend(chosen.into_iter().map(|at| group[at]));
    }
    kept
}

/// The parts of a line inside the plot, each without a gap.
fn pieces(places: &[Point], frame: &Frame) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    for pair in places.windows(2) {
        let Some((from, to)) = cut(pair[0], pair[1], &frame.plot) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    pieces
}

/// The part of a line between two points that lies inside; `None` if nothing does or an end is not finite. Liang and Barsky 1984.
fn cut(from: Point, to: Point, plot: &Rect) -> Option<(Point, Point)> {
    if !(from.0.is_finite() && to.0.is_finite() && from.1.is_finite() && to.1.is_finite()) {
        return None;
    }
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut start, mut end) = (0.0_f64, 1.0_f64);
    for (step, room) in [
        (-dx, from.0 - plot.left),
        (dx, plot.right - from.0),
        (-dy, from.1 - plot.top),
        (dy, plot.bottom - from.1),
    ] {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            start = start.max(room / step);
        } else {
            end = end.min(room / step);
        }
    }
    if start > end {
        return None;
    }
    let along = |share: f64| match share {
        0.0 => from,
        1.0 => to,
        _ => (from.0 + dx * share, from.1 + dy * share),
    };
    Some((along(start), along(end)))
}

#[cfg(test)]
mod tests {
    use super::super::{Axis, Chart, Style};
    use super::*;

    fn frame(range: f64) -> Frame {
        let chart = Chart::new(Axis::new("", (0.0, range)), Axis::new("", (0.0, 1.0)));
        let mut picture = Picture::new(400.0, 200.0, ecolor::Color32::WHITE);
        chart.draw(
            &mut picture,
            Rect::sized((0.0, 0.0), 400.0, 200.0),
            &Style::print(),
        )
    }

    #[test]
    fn a_line_is_cut_where_it_leaves_the_plot() {
        let plot = Rect::sized((0.0, 0.0), 100.0, 100.0);
        assert_eq!(
            cut((0.0, -50.0), (10.0, 50.0), &plot),
            Some(((5.0, 0.0), (10.0, 50.0)))
        );
        assert_eq!(cut((0.0, -50.0), (10.0, -5.0), &plot), None);
        assert_eq!(
            cut((150.0, 50.0), (50.0, 50.0), &plot),
            Some(((100.0, 50.0), (50.0, 50.0)))
        );
        assert_eq!(cut((0.0, f64::NAN), (10.0, 5.0), &plot), None);
    }

    #[test]
    fn a_value_that_is_not_finite_leaves_a_gap() {
        let frame = frame(3.0);
        let points = [
            (0.0, 0.2),
            (1.0, 0.4),
            (1.5, f64::NAN),
            (2.0, 0.4),
            (3.0, 0.2),
        ];
        let pieces = pieces(&thinned(&points, &frame), &frame);
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|piece| piece.len() == 2));
    }

    #[test]
    fn a_million_points_keep_their_peaks_and_become_few() {
        let frame = frame(1e6);
        let points: Vec<(f64, f64)> = (0..1_000_000)
            .map(|x| (f64::from(x), if x == 654_321 { 0.9 } else { 0.1 }))
            .collect();
        let kept = thinned(&points, &frame);
        assert!(kept.len() < 2500, "{}", kept.len());
        let highest = kept
            .iter()
            .map(|place| place.1)
            .fold(f64::INFINITY, f64::min);
        assert!((highest - frame.y(0.9)).abs() < 1e-9);
    }
}
