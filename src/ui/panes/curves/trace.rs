//! From the points of a series to the geometry of its line.

use std::ops::Range;

use eframe::egui::{Pos2, pos2};
use egui_plot::PlotTransform;

use super::axis::XIndex;
use super::decimate::{Bucket, buckets};
use super::pyramid::Pyramid;
use super::stroke::Column;
use crate::draw::Scale;

/// Far outside of any screen, near enough for f32.
const FAR: f64 = 1e5;

/// Where points go on the screen.
#[derive(Debug, Clone, Copy)]
pub struct Screen<'a> {
    /// From plot coordinates.
    pub transform: &'a PlotTransform,
    /// From values to plot coordinates.
    pub scale: Scale,
    /// The x of the points.
    pub x: XIndex<'a>,
}

impl Screen<'_> {
    fn x_of(&self, x: f64) -> f64 {
        let (bounds, frame) = (self.transform.bounds(), self.transform.frame());
        let share = (x - bounds.min()[0]) / bounds.width();
        f64::from(frame.left()) + share * f64::from(frame.width())
    }

    /// The height of a value. What a logarithmic axis has no place for falls out at the bottom.
    #[must_use]
    pub fn y_of(&self, value: f64) -> f64 {
        let (bounds, frame) = (self.transform.bounds(), self.transform.frame());
        let share = (self.scale.coordinate(value) - bounds.min()[1]) / bounds.height();
        (f64::from(frame.bottom()) - share * f64::from(frame.height())).clamp(-FAR, FAR)
    }

    /// Where a point goes.
    #[must_use]
    pub fn position(&self, index: usize, value: f64) -> Pos2 {
        pos2(
            self.x_of(self.x.get(index)).clamp(-FAR, FAR) as f32,
            self.y_of(value) as f32,
        )
    }

    /// The points in view and one more on each side, so that the line leaves through the edges.
    #[must_use]
    pub fn visible(&self) -> Range<usize> {
        let bounds = self.transform.bounds();
        let first = self.x.before(bounds.min()[0]).saturating_sub(1);
        first..(self.x.before(bounds.max()[0]) + 1).min(self.x.len())
    }
}

/// A stretch of a line without gaps.
#[derive(Debug)]
pub enum Piece<'a> {
    /// Points to connect.
    Line(&'a [Pos2]),
    /// More points than pixels, far apart in height: what lies between them is filled.
    Band(&'a [Column]),
}

/// Buffers that are kept between lines.
#[derive(Debug, Default)]
pub struct Tracer {
    buckets: Vec<Bucket>,
    points: Vec<Pos2>,
    columns: Vec<Column>,
}

impl Tracer {
    /// Hands the visible stretches of a line to `draw`, cut where values are not finite. Points within `column` points of
    /// the screen share a bucket.
    pub fn trace(
        &mut self,
        screen: &Screen<'_>,
        values: &[f64],
        pyramid: &Pyramid,
        column: f64,
        mut draw: impl FnMut(Piece<'_>),
    ) {
        self.buckets.clear();
        let visible = screen.visible();
        let width = column * screen.transform.bounds().width()
            / f64::from(screen.transform.frame().width().max(1.0));
        let fits = |first: usize, last: usize| {
            let (from, to) = screen.x.stretch(first, last);
            to - from <= width
        };
        buckets(values, pyramid, visible.clone(), &fits, &mut self.buckets);

        let dense = visible.len() > 2 * self.buckets.len();
        for run in self
            .buckets
            .split(|bucket| {
                bucket.extent.is_empty() || screen.x.stretch(bucket.first, bucket.last).0.is_nan()
            })
            .filter(|run| !run.is_empty())
        {
            if dense && is_rough(screen, run) {
                self.columns.clear();
                self.columns
                    .extend(run.iter().map(|bucket| column_of(screen, bucket)));
                draw(Piece::Band(&self.columns));
            } else {
                self.points.clear();
                for bucket in run {
                    push_points(screen, values, bucket, &mut self.points);
                }
                draw(Piece::Line(&self.points));
            }
        }
    }
}

/// True if the values within a pixel usually differ by more than a line is wide.
fn is_rough(screen: &Screen<'_>, run: &[Bucket]) -> bool {
    let total: f64 = run
        .iter()
        .map(|bucket| (screen.y_of(bucket.extent.min) - screen.y_of(bucket.extent.max)).min(FAR))
        .sum();
    total > 1.5 * run.len() as f64
}

fn column_of(screen: &Screen<'_>, bucket: &Bucket) -> Column {
    Column {
        x: center(screen, bucket),
        top: screen.y_of(bucket.extent.max) as f32,
        bottom: screen.y_of(bucket.extent.min) as f32,
    }
}

fn center(screen: &Screen<'_>, bucket: &Bucket) -> f32 {
    let (from, to) = screen.x.stretch(bucket.first, bucket.last);
    screen.x_of(0.5 * (from + to)).clamp(-FAR, FAR) as f32
}

/// First, lowest, highest and last point of a bucket: a line through them covers the same pixels as one through all
/// (M4: Jugel et al., VLDB 2014).
fn push_points(screen: &Screen<'_>, values: &[f64], bucket: &Bucket, points: &mut Vec<Pos2>) {
    let (x, extent) = (center(screen, bucket), bucket.extent);
    let (low, high) = (
        screen.y_of(extent.min) as f32,
        screen.y_of(extent.max) as f32,
    );
    if bucket.first == bucket.last || low - high < 1.0 {
        points.push(pos2(x, 0.5 * (low + high)));
        return;
    }
    let (first, last) = (values[bucket.first], values[bucket.last]);
    let ends = [first, last].map(|value| {
        value
            .is_finite()
            .then(|| pos2(x, screen.y_of(value) as f32))
    });
    points.extend(ends[0]);
    let between = if last >= first {
        [low, high]
    } else {
        [high, low]
    };
    points.extend(between.map(|y| pos2(x, y)));
    points.extend(ends[1]);
}

#[cfg(test)]
mod tests {
    use super::super::axis::XColumn;
    use super::*;
    use eframe::egui::Rect;
    use egui_plot::PlotBounds;

    fn transform(x: Range<f64>, y: Range<f64>) -> PlotTransform {
        let frame = Rect::from_min_max(pos2(0.0, 0.0), pos2(400.0, 100.0));
        PlotTransform::new(
            frame,
            PlotBounds::from_min_max([x.start, y.start], [x.end, y.end]),
            false,
        )
    }

    fn pieces(values: &[f64], transform: &PlotTransform, scale: Scale) -> Vec<(bool, Vec<Pos2>)> {
        let steps: Vec<u64> = (0..values.len() as u64).collect();
        let mut pyramid = Pyramid::default();
        pyramid.extend(values);
        let screen = Screen {
            transform,
            scale,
            x: XIndex::new(XColumn::Steps(&steps), &[]),
        };
        let mut pieces = Vec::new();
        Tracer::default().trace(&screen, values, &pyramid, 1.0, |piece| {
            pieces.push(match piece {
                Piece::Line(points) => (false, points.to_vec()),
                Piece::Band(columns) => (
                    true,
                    columns
                        .iter()
                        .flat_map(|c| [pos2(c.x, c.top), pos2(c.x, c.bottom)])
                        .collect(),
                ),
            });
        });
        pieces
    }

    #[test]
    fn nan_leaves_a_gap() {
        let pieces = pieces(
            &[1.0, 2.0, f64::NAN, 3.0],
            &transform(0.0..4.0, 0.0..4.0),
            Scale::Linear,
        );
        let lengths: Vec<usize> = pieces.iter().map(|(_, points)| points.len()).collect();
        assert_eq!(lengths, [2, 1]);
        assert_eq!(pieces[0].1[1], pos2(100.0, 50.0));
    }

    #[test]
    fn noise_with_more_points_than_pixels_is_a_band_that_reaches_every_spike() {
        let mut values: Vec<f64> = (0..100_000).map(|i| f64::from(i % 2)).collect();
        values[54_321] = 9.0;
        let pieces = pieces(
            &values,
            &transform(0.0..100_000.0, 0.0..10.0),
            Scale::Linear,
        );
        assert_eq!(pieces.len(), 1);
        assert!(pieces[0].0, "a band");
        let top = pieces[0]
            .1
            .iter()
            .map(|point| point.y)
            .fold(f32::INFINITY, f32::min);
        assert!(
            (top - 10.0).abs() < 1e-3,
            "9 of 10 is 10 points from the top, not {top}"
        );
    }

    #[test]
    fn a_value_that_a_log_axis_has_no_place_for_falls_out_at_the_bottom() {
        let pieces = pieces(
            &[1.0, 0.0, 1.0],
            &transform(0.0..2.0, -1.0..1.0),
            Scale::Log,
        );
        assert!(pieces[0].1[1].y > 100.0);
        assert_eq!(pieces[0].1[2], pos2(400.0, 50.0));
    }

    #[test]
    fn only_what_is_in_view_is_traced_with_one_point_beyond_each_edge() {
        let values: Vec<f64> = (0..1000).map(f64::from).collect();
        let pieces = pieces(
            &values,
            &transform(500.5..509.5, 0.0..1000.0),
            Scale::Linear,
        );
        assert_eq!(pieces[0].1.len(), 11, "500 to 510");
    }
}
