//! The lines of all runs as one drawing, made anew only when something changes, and the run under the pointer.

use std::sync::Arc;

use eframe::egui::epaint::tessellator::Path;
use eframe::egui::epaint::{Mesh, PathStroke};
use eframe::egui::{Color32, Painter, Pos2, Shape, pos2};

use super::layout::AxisLayout;
use crate::draw::Tokens;
use crate::draw::runs::coordinates::Coordinates;

/// What the lines were drawn for.
#[derive(Debug, Clone, PartialEq)]
struct Drawn {
    model: u64,
    layout: AxisLayout,
    feathering: f32,
}

/// The lines of all runs.
#[derive(Debug, Default)]
pub(super) struct Lines {
    drawn: Option<Drawn>,
    mesh: Arc<Mesh>,
    /// Where each run crosses the axes: a row a run.
    places: Vec<f32>,
}

/// How far from a line the pointer is on it, in points.
const NEAR: f32 = 7.0;
/// Width of a line, in points.
const WIDTH: f32 = 1.1;
const DASH: (f32, f32) = (4.0, 3.0);

impl Lines {
    /// Paints the lines.
    pub(super) fn paint(
        &mut self,
        painter: &Painter,
        model: u64,
        coordinates: &Coordinates,
        layout: &AxisLayout,
        tokens: &Tokens,
    ) {
        let drawn = Drawn {
            model,
            layout: layout.clone(),
            feathering: 1.0 / painter.ctx().pixels_per_point(),
        };
        if self.drawn.as_ref() != Some(&drawn) {
            self.draw(&drawn, coordinates, tokens);
            self.drawn = Some(drawn);
        }
        painter.add(Shape::Mesh(Arc::clone(&self.mesh)));
    }

    fn draw(&mut self, drawn: &Drawn, coordinates: &Coordinates, tokens: &Tokens) {
        let places = (0..coordinates.runs()).flat_map(|run| coordinates.places(run));
        self.places = places.map(|place| place as f32).collect();
        let mut mesh = Mesh::default();
        let mut path = Path::default();
        let mut points = Vec::new();
        let faint = tokens.border.gamma_multiply(0.7);
        let alpha = match coordinates.inside.iter().filter(|inside| **inside).count() {
            0..=60 => 0.9,
            61..=250 => 0.65,
            _ => 0.45,
        };
        for run in coordinates.order() {
            self.points(run, &drawn.layout, &mut points);
            let color = if coordinates.inside[run] {
                color(coordinates, run, tokens).gamma_multiply(alpha)
            } else {
                faint
            };
            let mut stroke = |points: &[Pos2]| {
                path.clear();
                path.add_open_points(points);
                path.stroke_open(drawn.feathering, &PathStroke::new(WIDTH, color), &mut mesh);
            };
            if coordinates.apart[run] {
                dashes(&points, &mut stroke);
            } else if points.len() > 1 {
                stroke(&points);
            }
        }
        self.mesh = Arc::new(mesh);
    }

    fn points(&self, run: usize, layout: &AxisLayout, points: &mut Vec<Pos2>) {
        let axes = layout.x.len();
        points.clear();
        let places = &self.places[run * axes..(run + 1) * axes];
        points.extend(
            places
                .iter()
                .zip(&layout.x)
                .map(|(place, x)| pos2(*x, layout.y(f64::from(*place)))),
        );
        // An axis that is dragged over others is drawn where it is held.
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
    }

    /// Paints one run over the others.
    pub(super) fn paint_one(
        &self,
        painter: &Painter,
        run: usize,
        coordinates: &Coordinates,
        layout: &AxisLayout,
        tokens: &Tokens,
    ) {
        let mut points = Vec::new();
        self.points(run, layout, &mut points);
        let color = color(coordinates, run, tokens);
        painter.add(Shape::line(
            points.clone(),
            PathStroke::new(WIDTH + 3.5, tokens.surface),
        ));
        painter.add(Shape::line(
            points.clone(),
            PathStroke::new(WIDTH + 1.4, color),
        ));
        for point in points {
            painter.circle_filled(point, WIDTH + 1.6, color);
        }
    }

    /// The run whose line is nearest to the pointer; of those inside all brushes if one is near.
    pub(super) fn nearest(
        &self,
        pointer: Pos2,
        coordinates: &Coordinates,
        layout: &AxisLayout,
    ) -> Option<usize> {
        let axes = layout.x.len();
        if axes < 2 {
            return None;
        }
        let right = layout.x.iter().position(|x| *x >= pointer.x)?.max(1);
        let (from, to) = (layout.x[right - 1], layout.x[right]);
        let share = ((pointer.x - from) / (to - from)).clamp(0.0, 1.0);
        let mut best: Option<(bool, f32, usize)> = None;
        for run in 0..coordinates.runs() {
            let at = run * axes + right;
            let (a, b) = (*self.places.get(at - 1)?, *self.places.get(at)?);
            let (a, b) = (layout.y(f64::from(a)), layout.y(f64::from(b)));
            let slope = (b - a) / (to - from).max(1.0);
            // The distance to the line, not along y.
            let distance = (a + share * (b - a) - pointer.y).abs() / (1.0 + slope * slope).sqrt();
            if distance > NEAR {
                continue;
            }
            let own = (!coordinates.inside[run], distance, run);
            if best.is_none_or(|best| (own.0, own.1) < (best.0, best.1)) {
                best = Some(own);
            }
        }
        best.map(|(_, _, run)| run)
    }
}

fn color(coordinates: &Coordinates, run: usize, tokens: &Tokens) -> Color32 {
    match &coordinates.colors {
        Some((values, key)) => key.color(values[run]),
        None => tokens.category(0),
    }
}

fn dashes(points: &[Pos2], stroke: &mut impl FnMut(&[Pos2])) {
    for pair in points.windows(2) {
        let along = pair[1] - pair[0];
        let length = along.length();
        if length < 1.0 {
            continue;
        }
        let unit = along / length;
        let mut at = 0.0;
        while at < length {
            let end = (at + DASH.0).min(length);
            stroke(&[pair[0] + unit * at, pair[0] + unit * end]);
            at += DASH.0 + DASH.1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::runs::Variable;
    use crate::draw::runs::coordinates::CoordinateAxis;
    use crate::draw::{LIGHT, Scale};
    use eframe::egui::{Rect, pos2};

    #[test]
    fn the_nearest_line_is_found_and_what_is_brushed_away_only_if_no_other_is_near() {
        let axis = |values: Vec<f64>| CoordinateAxis {
            variable: Variable::numbers("x", values, Scale::Linear, false),
            flipped: false,
            brush: None,
        };
        let mut coordinates = Coordinates {
            axes: vec![axis(vec![0.0, 1.0]), axis(vec![1.0, 0.0])],
            colors: None,
            inside: vec![true, true],
            apart: vec![false, false],
        };
        let whole = Rect::from_min_size(pos2(0.0, 0.0), eframe::egui::vec2(400.0, 300.0));
        let layout = AxisLayout::new(whole, 2, false, 0.0, &LIGHT);
        let mut lines = Lines::default();
        let drawn = Drawn {
            model: 1,
            layout: layout.clone(),
            feathering: 1.0,
        };
        lines.draw(&drawn, &coordinates, &LIGHT);
        let place =
            |run: usize, axis: usize| layout.at(axis, coordinates.places(run).nth(axis).unwrap());
        let near_left = |run: usize| place(run, 0) + (place(run, 1) - place(run, 0)) * 0.1;
        for run in 0..2 {
            assert_eq!(
                lines.nearest(near_left(run), &coordinates, &layout),
                Some(run)
            );
        }
        assert_eq!(
            lines.nearest(
                pos2(layout.x[0], layout.area.center().y),
                &coordinates,
                &layout
            ),
            None
        );
        // Where they cross both are near.
        let crossing = layout.area.center();
        coordinates.inside[0] = false;
        assert_eq!(lines.nearest(crossing, &coordinates, &layout), Some(1));
    }
}
