//! A plot's frame: scales, grid and numbers.

use plotters::style::RGBColor;

use super::colors;
use super::sheet::{Anchor, PictureError, Point, Sheet, Type};

/// From values to points along one axis.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Scale {
    /// A linear scale; widened if `low` and `high` are the same.
    pub(crate) fn linear(low: f64, high: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        Self {
            low,
            high,
            logarithmic: false,
        }
    }

    /// A logarithmic scale; `low` is above zero.
    pub(crate) fn logarithmic(low: f64, high: f64) -> Self {
        let low = low.max(f64::MIN_POSITIVE);
        let high = if high > low { high } else { low * 10.0 };
        Self {
            low,
            high,
            logarithmic: true,
        }
    }

    /// A linear scale over the values with a little room; `None` without finite values.
    pub(crate) fn around(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        let room = (high - low).max(low.abs() * 0.01) * 0.06;
        (low <= high).then(|| Self::linear(low - room, high + room))
    }

    /// 0 at the low end, 1 at the high end.
    fn share(&self, value: f64) -> f64 {
        if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }

    /// Round values, about `count` of them, inside the scale.
    pub(crate) fn ticks(&self, count: usize) -> Vec<f64> {
        if self.logarithmic {
            return self.powers();
        }
        let rough = (self.high - self.low) / count.max(1) as f64;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * power)
            .find(|step| *step >= rough * 0.999)
            .unwrap_or(power * 10.0);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last).map(|tick| tick as f64 * step).collect()
    }

    fn powers(&self) -> Vec<f64> {
        let first = self.low.log10().floor() as i32;
        let last = self.high.log10().ceil() as i32;
        let all: Vec<f64> = (first..=last)
            .flat_map(|power| [1.0, 2.0, 5.0].map(|factor| factor * 10_f64.powi(power)))
            .filter(|tick| (self.low..=self.high).contains(tick))
            .collect();
        if all.len() <= 8 {
            return all;
        }
        all.into_iter()
            .filter(|tick| tick.log10().fract().abs() < 1e-9)
            .collect()
    }
}

/// A rectangle of the sheet with a scale along each side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axes {
    /// Left and right end, in points.
    pub(crate) x_span: (f64, f64),
    /// Top and bottom, in points.
    pub(crate) y_span: (f64, f64),
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

impl Axes {
    /// Where a pair of values is on the sheet.
    pub(crate) fn at(&self, x: f64, y: f64) -> Point {
        let (left, right) = self.x_span;
        let (top, bottom) = self.y_span;
        (
            left + (right - left) * self.x.share(x),
            bottom - (bottom - top) * self.y.share(y),
        )
    }

    /// The same, held inside the frame.
    pub(crate) fn at_inside(&self, x: f64, y: f64) -> Point {
        let (x, y) = self.at(x, y);
        (
            x.clamp(self.x_span.0, self.x_span.1),
            y.clamp(self.y_span.0, self.y_span.1),
        )
    }

    /// The grid with its numbers. The name of the y axis stands above it, that of the x axis below it.
    pub(crate) fn frame(&self, sheet: &Sheet<'_>, x: &str, y: &str) -> Result<(), PictureError> {
        let (left, right) = self.x_span;
        let ticks = self.x.ticks(((right - left) / 70.0) as usize);
        self.frame_with(sheet, x, y, &ticks)
    }

    /// The same, with given numbers along the x axis.
    pub(crate) fn frame_with(
        &self,
        sheet: &Sheet<'_>,
        x: &str,
        y: &str,
        x_ticks: &[f64],
    ) -> Result<(), PictureError> {
        let (left, right) = self.x_span;
        let (top, bottom) = self.y_span;
        let y_ticks = self.y.ticks(6);
        for (tick, text) in y_ticks.iter().zip(tick_texts(&y_ticks)) {
            let (_, at) = self.at(self.x.low, *tick);
            sheet.line(&[(left, at), (right, at)], 0.75, colors::GRID.into())?;
            sheet.text(&text, (left - 6.0, at + 3.3), Anchor::Right, Type::TICK)?;
        }
        sheet.line(&[(left, bottom), (right, bottom)], 1.0, colors::AXIS.into())?;
        for (tick, text) in x_ticks.iter().zip(tick_texts(x_ticks)) {
            let (at, _) = self.at(*tick, self.y.low);
            sheet.line(
                &[(at, bottom), (at, bottom + 3.0)],
                1.0,
                colors::AXIS.into(),
            )?;
            sheet.text(&text, (at, bottom + 15.0), Anchor::Middle, Type::TICK)?;
        }
        sheet.text(x, (right, bottom + 31.0), Anchor::Right, Type::NOTE)?;
        sheet.text(y, (left, top - 10.0), Anchor::Left, Type::NOTE)
    }

    /// A curve; values that are not finite leave a gap, what is outside the frame is cut off.
    pub(crate) fn curve(
        &self,
        sheet: &Sheet<'_>,
        points: impl Iterator<Item = (f64, f64)>,
        width: f64,
        color: RGBColor,
    ) -> Result<(), PictureError> {
        let mut stretch: Vec<Point> = Vec::new();
        let mut previous = None;
        for (x, y) in points {
            let current = y.is_finite().then(|| self.at(x, y));
            let part = previous
                .zip(current)
                .and_then(|(from, to)| self.cut(from, to));
            if let Some((from, to)) = part {
                if stretch.last() != Some(&from) {
                    sheet.line(&std::mem::take(&mut stretch), width, color.into())?;
                    stretch.push(from);
                }
                stretch.push(to);
            }
            previous = current;
        }
        sheet.line(&stretch, width, color.into())
    }

    /// The part of a line that lies between the top and the bottom of the frame.
    fn cut(&self, from: Point, to: Point) -> Option<(Point, Point)> {
        let (top, bottom) = self.y_span;
        let inside = |point: Point| {
            let y = point.1.clamp(top, bottom);
            if y == point.1 {
                return point;
            }
            let share = (y - from.1) / (to.1 - from.1);
            (from.0 + (to.0 - from.0) * share, y)
        };
        let beside = (from.1 < top && to.1 < top) || (from.1 > bottom && to.1 > bottom);
        (!beside).then(|| (inside(from), inside(to)))
    }
}

/// Ticks with as many decimals as the finest of them needs.
fn tick_texts(ticks: &[f64]) -> Vec<String> {
    let digits = (0..6_usize)
        .find(|digits| {
            let scale = 10_f64.powi(*digits as i32);
            ticks
                .iter()
                .all(|tick| ((tick * scale).round() / scale - tick).abs() < 1e-9)
        })
        .unwrap_or(6);
    ticks
        .iter()
        .map(|tick| format!("{tick:.digits$}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(
            tick_texts(&Scale::linear(0.83, 1.02).ticks(5)),
            ["0.85", "0.90", "0.95", "1.00"]
        );
        assert_eq!(
            Scale::logarithmic(1.0, 300.0).ticks(5),
            [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0]
        );
    }

    #[test]
    fn a_curve_is_cut_where_it_leaves_the_frame() {
        let axes = Axes {
            x_span: (0.0, 100.0),
            y_span: (0.0, 100.0),
            x: Scale::linear(0.0, 1.0),
            y: Scale::linear(0.0, 1.0),
        };
        assert_eq!(
            axes.cut((0.0, -50.0), (10.0, 50.0)),
            Some(((5.0, 0.0), (10.0, 50.0)))
        );
        assert_eq!(axes.cut((0.0, -50.0), (10.0, -5.0)), None);
    }

    #[test]
    fn values_map_to_the_ends_of_their_axis() {
        let axes = Axes {
            x_span: (10.0, 110.0),
            y_span: (20.0, 220.0),
            x: Scale::logarithmic(1.0, 100.0),
            y: Scale::linear(0.0, 2.0),
        };
        assert_eq!(axes.at(1.0, 0.0), (10.0, 220.0));
        assert_eq!(axes.at(100.0, 2.0), (110.0, 20.0));
        assert_eq!(axes.at(10.0, 1.0), (60.0, 120.0));
    }
}
