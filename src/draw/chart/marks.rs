//! Annotations of a chart: levels, moments, spots, and names beside lines.

use super::{Chart, Frame, Kind, Mark, Style};
use crate::draw::picture::{Anchor, Dash, Picture, Point, Rect};

const DASH: Dash = &[4.0, 3.0];

pub(super) fn mark(mark: &Mark, picture: &mut Picture, frame: &Frame, style: &Style) {
    let (plot, tokens) = (frame.plot, style.tokens);
    let hairline = f64::from(tokens.size.hairline);
    match mark {
        Mark::Level { y, label } => {
            let (_, at) = frame.at_inside(0.0, *y);
            let line = [(plot.left, at), (plot.right, at)];
            picture.stroke(&line, hairline, tokens.text_tertiary, Some(DASH));
            if !label.is_empty() {
                let place = (plot.right, at - style.tick.size * 0.4);
                // Lines may run below it.
                let behind = Rect::between(
                    (place.0 - style.tick.width(label), place.1 - style.tick.size),
                    (place.0, at - 1.0),
                );
                picture.fill(behind, tokens.surface.gamma_multiply(0.8));
                picture.text(label, place, Anchor::Right, style.tick);
            }
        }
        Mark::Moment { x, label } => {
            let at = frame.x(*x);
            if !(plot.left..=plot.right).contains(&at) {
                return;
            }
            let line = [(at, plot.top), (at, plot.bottom)];
            picture.line(&line, hairline, tokens.text_tertiary);
            if !label.is_empty() {
                let place = (at + style.tick.size * 0.4, plot.top + style.tick.size);
                picture.text(label, place, Anchor::Left, style.tick);
            }
        }
        Mark::Diagonal => {
            let ((left, bottom), (right, top)) = (
                frame.values((plot.left, plot.bottom)),
                frame.values((plot.right, plot.top)),
            );
            let (low, high) = (left.max(bottom), right.min(top));
            let line = [frame.at(low, low), frame.at(high, high)];
            picture.stroke(&line, hairline, tokens.text_tertiary, Some(DASH));
        }
        Mark::Text {
            at,
            text,
            below,
            color,
        } => {
            let (x, y) = frame.at_inside(at.0, at.1);
            let text_style = style.name.colored(*color);
            let lift = if below.is_empty() {
                0.0
            } else {
                style.tick.size * 0.62
            };
            picture.text(
                text,
                (x, y + text_style.drop() - lift),
                Anchor::Middle,
                text_style,
            );
            if !below.is_empty() {
                let small = style.tick.colored(*color);
                let at = (x, y + small.drop() + style.name.size * 0.62);
                picture.text(below, at, Anchor::Middle, small);
            }
        }
        Mark::Spot { at, label, color } => {
            let center = frame.at_inside(at.0, at.1);
            picture.dot(center, style.tick.size * 0.37, *color);
            if !label.is_empty() {
                let place = (
                    center.0 + style.tick.size * 0.8,
                    center.1 + style.tick.drop(),
                );
                picture.text(label, place, Anchor::Left, style.tick.colored(*color));
            }
        }
    }
}

/// The name of each line beside its right end, pushed apart where they would overlap.
pub(super) fn names(chart: &Chart, picture: &mut Picture, frame: &Frame, style: &Style) {
    let size = style.name.size;
    let mut ends: Vec<(Point, &super::Series)> = chart
        .series
        .iter()
        .filter(|series| !series.name.is_empty())
        .filter_map(|series| match &series.kind {
            Kind::Line { points, .. } | Kind::Dots { points, .. } => {
                let last = points.iter().rfind(|(_, y)| y.is_finite())?;
                Some((frame.at_inside(last.0, last.1), series))
            }
            _ => None,
        })
        .collect();
    ends.sort_by(|a, b| a.0.1.total_cmp(&b.0.1));
    let wanted: Vec<f64> = ends.iter().map(|(at, _)| at.1).collect();
    let middles = apart(&wanted, size * 1.4, frame.plot.bottom);
    for (((x, y), series), middle) in ends.into_iter().zip(middles) {
        if (middle - y).abs() > 1.0 {
            let leader = [(x + size * 0.5, y), (x + size * 1.1, middle)];
            picture.line(&leader, 0.75, series.color.gamma_multiply(0.6));
        }
        let at = (x + size * 1.4, middle + style.name.drop());
        picture.text(
            &series.name,
            at,
            Anchor::Left,
            style.name.colored(series.color),
        );
    }
}

/// Places in the order of `wanted` (from the top) that are at least `distance` apart and not below `lowest`, as near to what is wanted as that allows;
/// where there is no room for all they begin above the chart.
fn apart(wanted: &[f64], distance: f64, lowest: f64) -> Vec<f64> {
    let mut places = Vec::with_capacity(wanted.len());
    let mut above = f64::NEG_INFINITY;
    for own in wanted {
        above = own.max(above + distance);
        places.push(above);
    }
    let mut limit = lowest;
    for own in places.iter_mut().rev() {
        *own = own.min(limit);
        limit = *own - distance;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_lie_over_each_other_move_apart_and_stay_inside() {
        assert_eq!(apart(&[10.0, 12.0, 40.0], 10.0, 100.0), [10.0, 20.0, 40.0]);
        assert_eq!(apart(&[94.0, 95.0, 96.0], 10.0, 100.0), [80.0, 90.0, 100.0]);
        assert!(apart(&[], 10.0, 100.0).is_empty());
    }
}
