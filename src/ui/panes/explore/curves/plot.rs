//! One measure of all runs over their course: a small plot whose lines are one drawing.

use std::sync::Arc;

use eframe::egui::epaint::tessellator::Path;
use eframe::egui::epaint::{Mesh, PathStroke};
use eframe::egui::{Color32, Pos2, Rect, Shape, Ui};

use super::store::CurvePoint;
use crate::draw::chart::{Axis, Chart, Kind};
use crate::draw::{Scale, range_around};
use crate::ui::panes::chart::{self, Area};

/// A run's line.
#[derive(Debug, Clone)]
pub(super) struct CurveLine {
    /// Its row among the plotted runs.
    pub(super) row: usize,
    /// Where it is, along x and y.
    pub(super) points: Vec<(f64, f64)>,
    pub(super) color: Color32,
    pub(super) inside: bool,
}

/// What stands along x.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Along {
    #[default]
    Epochs,
    Steps,
}

impl Along {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Epochs => "Epoch",
            Self::Steps => "Step",
        }
    }

    pub(super) fn place(self, point: &CurvePoint) -> (f64, f64) {
        let x = match self {
            Self::Epochs => point.1,
            Self::Steps => point.0,
        };
        (f64::from(x), f64::from(point.2))
    }
}

/// The share of a run that is left out when the range of its values is chosen: where it starts says little.
const START: f64 = 0.1;
const WIDTH: f64 = 1.2;

/// The axes of a measure.
pub(super) fn chart_of(title: &str, along: Along, lines: &[CurveLine], log: bool) -> Chart {
    let points = || lines.iter().flat_map(|line| &line.points);
    let end = points().map(|point| point.0).fold(0.0, f64::max);
    let settled = points().filter(|(x, y)| *x >= START * end && (!log || *y > 0.0));
    let low = points().map(|point| point.1).filter(|y| !log || *y > 0.0);
    let scale = if log { Scale::Log } else { Scale::Linear };
    let low = low.filter(|y| y.is_finite()).fold(f64::INFINITY, f64::min);
    let values = settled.map(|point| scale.coordinate(point.1));
    let values = values.chain(low.is_finite().then(|| scale.coordinate(low)));
    let (from, to) = range_around(values).unwrap_or((0.0, 1.0));
    let y = Axis::new("", (scale.at(from), scale.at(to))).scale(scale);
    let mut chart = Chart::new(Axis::new(along.name(), (0.0, end.max(1e-9))), y);
    title.clone_into(&mut chart.title);
    chart
}

/// A measure with its lines, as a figure.
pub(super) fn figure_of(title: &str, along: Along, lines: &[CurveLine], log: bool) -> Chart {
    let mut chart = chart_of(title, along, lines, log);
    for line in drawn_order(lines) {
        let color = if line.inside {
            line.color
        } else {
            line.color.gamma_multiply(0.15)
        };
        let points = line.points.clone();
        chart.add(
            "",
            color,
            Kind::Line {
                points,
                width: WIDTH,
                dash: None,
            },
        );
    }
    chart
}

/// What is brushed away lies under the rest.
fn drawn_order(lines: &[CurveLine]) -> impl Iterator<Item = &CurveLine> {
    let outside = lines.iter().filter(|line| !line.inside);
    outside.chain(lines.iter().filter(|line| line.inside))
}

/// A plot that is shown.
#[derive(Debug, Default)]
pub(super) struct Plot {
    /// The number of the lines and the area that the drawing is for.
    drawn: Option<(u64, Rect)>,
    mesh: Arc<Mesh>,
}

impl Plot {
    /// Shows it; the row of the line under the pointer.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        chart: &Chart,
        lines: &[CurveLine],
        number: u64,
        height: f32,
        hovered: Option<usize>,
    ) -> Option<usize> {
        let area = chart::show(ui, &chart.title, chart, height);
        let drawn = Some((number, area.rect));
        if self.drawn != drawn {
            self.mesh = Arc::new(mesh(&area, lines));
            self.drawn = drawn;
        }
        area.painter.add(Shape::Mesh(Arc::clone(&self.mesh)));
        if let Some(line) = lines.iter().find(|line| Some(line.row) == hovered) {
            let surface = crate::ui::theme::tokens(ui.ctx()).surface;
            for (width, color) in [(4.5, surface), (2.4, line.color)] {
                let points = placed(&area, line);
                area.painter
                    .add(Shape::line(points, PathStroke::new(width, color)));
            }
        }
        let pointer = area.pointer().and(area.response.hover_pos())?;
        nearest(&area, lines, pointer)
    }
}

fn placed(area: &Area, line: &CurveLine) -> Vec<Pos2> {
    let finite = line.points.iter().filter(|(_, y)| y.is_finite());
    // Far outside a line is as good as at the edge.
    let clamp = |at: Pos2| {
        let room = area.rect.height() * 4.0;
        Pos2::new(
            at.x,
            at.y.clamp(area.rect.top() - room, area.rect.bottom() + room),
        )
    };
    finite.map(|(x, y)| clamp(area.at(*x, *y))).collect()
}

fn mesh(area: &Area, lines: &[CurveLine]) -> Mesh {
    let feathering = 1.0 / area.painter.ctx().pixels_per_point();
    let (mut mesh, mut path) = (Mesh::default(), Path::default());
    let alpha = if lines.len() > 100 { 0.5 } else { 0.85 };
    for line in drawn_order(lines) {
        let points = placed(area, line);
        let color = line
            .color
            .gamma_multiply(if line.inside { alpha } else { 0.12 });
        if let [only] = points[..] {
            let half = eframe::egui::vec2(2.0, 0.0);
            mesh.add_colored_rect(
                Rect::from_min_max(
                    only - half,
                    only + half * 1.0 + eframe::egui::vec2(0.0, 2.0),
                ),
                color,
            );
        } else if points.len() > 1 {
            path.clear();
            path.add_open_points(&points);
            path.stroke_open(feathering, &PathStroke::new(WIDTH as f32, color), &mut mesh);
        }
    }
    mesh
}

/// How near to a line the pointer is on it, in points.
const NEAR: f32 = 8.0;

fn nearest(area: &Area, lines: &[CurveLine], pointer: Pos2) -> Option<usize> {
    let mut best: Option<(bool, f32, usize)> = None;
    for line in lines {
        let after = line.points.partition_point(|(x, _)| area.x(*x) < pointer.x);
        let ends = [after.checked_sub(1), Some(after)];
        let ends = ends.into_iter().flatten();
        let mut ends = ends.filter_map(|at| line.points.get(at));
        let (Some(a), b) = (ends.next(), ends.next()) else {
            continue;
        };
        let from = area.at(a.0, a.1);
        let to = b.map_or(from, |b| area.at(b.0, b.1));
        let share = ((pointer.x - from.x) / (to.x - from.x).max(1e-3)).clamp(0.0, 1.0);
        let at = from + (to - from) * share;
        let distance = at.distance(pointer);
        let own = (!line.inside, distance, line.row);
        if distance <= NEAR && best.is_none_or(|best| (own.0, own.1) < (best.0, best.1)) {
            best = Some(own);
        }
    }
    best.map(|(_, _, row)| row)
}
