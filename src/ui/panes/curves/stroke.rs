//! Polylines and bands as triangles, ready for the screen.

use eframe::egui::epaint::{Mesh, PathStroke, tessellator::Path};
use eframe::egui::{Color32, Pos2, pos2};

/// How a line is interrupted, to tell the parts of a run apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dash {
    /// Not at all: training.
    Solid,
    /// Dashes: validation.
    Dashed,
    /// Dots: test.
    Dotted,
    /// Dashes and dots in turn.
    DashDotted,
}

impl Dash {
    /// The style of the part with this rank.
    #[must_use]
    pub fn of_rank(rank: usize) -> Self {
        [Self::Solid, Self::Dashed, Self::Dotted, Self::DashDotted][rank % 4]
    }

    /// Lengths drawn and left out in turn, in line widths; `None` for a solid line.
    fn pattern(self) -> Option<&'static [f32]> {
        match self {
            Self::Solid => None,
            Self::Dashed => Some(&[5.0, 3.0]),
            Self::Dotted => Some(&[1.4, 2.2]),
            Self::DashDotted => Some(&[5.0, 2.4, 1.4, 2.4]),
        }
    }
}

/// A column of a band: everything between `top` and `bottom` at `x`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Screen x.
    pub x: f32,
    /// Upper end.
    pub top: f32,
    /// Lower end.
    pub bottom: f32,
}

/// Collects lines in one mesh.
#[derive(Debug, Default)]
pub struct StrokeMesh {
    /// Width of the soft edge: one physical pixel.
    pub feathering: f32,
    /// The drawing.
    pub mesh: Mesh,
    path: Path,
    kept: Vec<Pos2>,
    dash: Vec<Pos2>,
}

impl StrokeMesh {
    /// With soft edges of this width.
    #[must_use]
    pub fn new(feathering: f32) -> Self {
        Self {
            feathering,
            ..Self::default()
        }
    }

    /// A line through `points`, which ascend in x. What a screen cannot show is left out.
    pub fn line(&mut self, points: &[Pos2], width: f32, color: Color32, dash: Dash) {
        let mut kept = std::mem::take(&mut self.kept);
        kept.clear();
        simplify(points, &mut kept);
        match (kept.as_slice(), dash.pattern()) {
            ([], _) => {}
            // A line needs two points; one alone shows as a dot.
            ([only], _) => {
                let half = pos2(width * 0.5, 0.0).to_vec2();
                self.stroke(&[*only - half, *only + half], width, color);
            }
            (points, None) => self.stroke(points, width, color),
            (points, Some(pattern)) => self.dashes(points, pattern, width, color),
        }
        self.kept = kept;
    }

    /// A filled band through `columns`, nowhere thinner than `width`.
    pub fn band(&mut self, columns: &[Column], width: f32, color: Color32) {
        for (index, column) in columns.iter().enumerate() {
            let thin = ((width - (column.bottom - column.top)) * 0.5).max(0.0);
            let next = self.mesh.vertices.len() as u32;
            self.mesh
                .colored_vertex(pos2(column.x, column.top - thin), color);
            self.mesh
                .colored_vertex(pos2(column.x, column.bottom + thin), color);
            if index > 0 {
                self.mesh.add_triangle(next - 2, next - 1, next);
                self.mesh.add_triangle(next, next - 1, next + 1);
            }
        }
    }

    fn stroke(&mut self, points: &[Pos2], width: f32, color: Color32) {
        self.path.clear();
        self.path.add_open_points(points);
        self.path.stroke_open(
            self.feathering,
            &PathStroke::new(width, color),
            &mut self.mesh,
        );
    }

    fn dashes(&mut self, points: &[Pos2], pattern: &[f32], width: f32, color: Color32) {
        let mut dash = std::mem::take(&mut self.dash);
        dash.clear();
        dash.extend(points.first());
        let (mut part, mut left) = (0, pattern[0] * width);
        for pair in points.windows(2) {
            let (mut from, to) = (pair[0], pair[1]);
            loop {
                let length = from.distance(to);
                if length < left {
                    left -= length;
                    break;
                }
                from += (to - from) * (left / length);
                if part % 2 == 0 {
                    dash.push(from);
                    self.stroke(&dash, width, color);
                }
                dash.clear();
                dash.push(from);
                part = (part + 1) % pattern.len();
                left = pattern[part] * width;
            }
            if part % 2 == 0 {
                dash.push(to);
            }
        }
        if part % 2 == 0 && dash.len() > 1 {
            self.stroke(&dash, width, color);
        }
        self.dash = dash;
    }
}

/// Deviation in points that nobody sees.
const TOLERANCE: f32 = 0.12;

/// Leaves out points that lie within [`TOLERANCE`] of the line between their neighbors: a cone from the last kept point,
/// narrowed by each point passed (Sklansky and Gonzalez, 1980).
fn simplify(points: &[Pos2], kept: &mut Vec<Pos2>) {
    let Some((&first, rest)) = points.split_first() else {
        return;
    };
    kept.push(first);
    let mut anchor = first;
    let mut candidate: Option<Pos2> = None;
    let (mut steepest_up, mut steepest_down) = (f32::NEG_INFINITY, f32::INFINITY);
    for &point in rest {
        if let Some(last) = candidate {
            let run = point.x - anchor.x;
            let slope = (point.y - anchor.y) / run;
            if !(run > 0.0 && slope >= steepest_up && slope <= steepest_down) {
                kept.push(last);
                anchor = last;
                (steepest_up, steepest_down) = (f32::NEG_INFINITY, f32::INFINITY);
            }
        }
        let run = point.x - anchor.x;
        if run > 0.0 {
            steepest_up = steepest_up.max((point.y - TOLERANCE - anchor.y) / run);
            steepest_down = steepest_down.min((point.y + TOLERANCE - anchor.y) / run);
        } else {
            // Straight up or down: nothing after it can replace it.
            (steepest_up, steepest_down) = (f32::INFINITY, f32::NEG_INFINITY);
        }
        candidate = Some(point);
    }
    kept.extend(candidate);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simplified(points: &[Pos2]) -> Vec<Pos2> {
        let mut kept = Vec::new();
        simplify(points, &mut kept);
        kept
    }

    #[test]
    fn a_straight_line_keeps_its_ends() {
        let points: Vec<Pos2> = (0..100).map(|i| pos2(i as f32, 2.0 * i as f32)).collect();
        assert_eq!(simplified(&points), [points[0], points[99]]);
    }

    #[test]
    fn no_left_out_point_is_further_from_the_line_than_the_tolerance() {
        let points: Vec<Pos2> = (0..800)
            .map(|i| {
                pos2(
                    i as f32,
                    90.0 * (i as f32 / 60.0).sin() + (i % 5) as f32 * 0.05,
                )
            })
            .collect();
        let kept = simplified(&points);
        assert!(kept.len() < 400, "{} points kept", kept.len());
        for point in &points {
            let after = kept.iter().position(|kept| kept.x >= point.x).unwrap();
            let (a, b) = (kept[after.saturating_sub(1)], kept[after]);
            let y = if a.x == b.x {
                b.y
            } else {
                a.y + (b.y - a.y) * (point.x - a.x) / (b.x - a.x)
            };
            assert!(
                (y - point.y).abs() <= 2.0 * TOLERANCE,
                "{point:?} is {} away",
                (y - point.y).abs()
            );
        }
    }

    #[test]
    fn spikes_stay() {
        let points = [
            pos2(0.0, 0.0),
            pos2(1.0, 0.0),
            pos2(1.0, 50.0),
            pos2(1.0, -50.0),
            pos2(1.0, 0.0),
            pos2(2.0, 0.0),
        ];
        assert_eq!(simplified(&points), points);
    }

    #[test]
    fn dashes_cover_the_share_that_their_pattern_says() {
        let mut stroke_mesh = StrokeMesh::default();
        stroke_mesh.line(
            &[pos2(0.0, 0.0), pos2(800.0, 0.0)],
            1.0,
            Color32::WHITE,
            Dash::Dashed,
        );
        let drawn: f32 = stroke_mesh
            .mesh
            .triangles()
            .map(|corners| {
                let [a, b, c] =
                    corners.map(|corner| stroke_mesh.mesh.vertices[corner as usize].pos);
                ((b - a).x * (c - a).y - (b - a).y * (c - a).x).abs() * 0.5
            })
            .sum();
        assert!(
            (drawn - 500.0).abs() < 1.0,
            "5 of 8 points are drawn, not {drawn}"
        );
    }
}
