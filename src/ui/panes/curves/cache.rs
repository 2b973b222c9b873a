//! What is worked out once per point and kept between frames.

use super::axis::{XAxis, XIndex};
use super::pyramid::{BLOCK, Pyramid};
use super::smoothing::Ema;
use crate::runs::Series;

/// The smoothed values of a series, the pyramids over raw and smoothed values, and the points that stand out. Extended as
/// points arrive.
#[derive(Debug)]
pub struct SeriesCache {
    ema: Ema,
    smoothed: Vec<f64>,
    raw: Pyramid,
    smooth: Pyramid,
    not_finite: Vec<usize>,
    lowest: Option<usize>,
    highest: Option<usize>,
    /// The x of every [`BLOCK`]th point, along this axis.
    starts: (XAxis, Vec<f64>),
    /// Step and value (as bits) of the last point taken in: tells a series that grew from one that went back.
    last: Option<(u64, u64)>,
}

impl SeriesCache {
    /// Of no points, smoothing with this weight.
    #[must_use]
    pub fn new(weight: f64) -> Self {
        Self {
            ema: Ema::new(weight),
            smoothed: Vec::new(),
            raw: Pyramid::default(),
            smooth: Pyramid::default(),
            not_finite: Vec::new(),
            lowest: None,
            highest: None,
            starts: (XAxis::Step, Vec::new()),
            last: None,
        }
    }

    /// Brings it up to date: takes in new points, and begins again if the run went back to a checkpoint.
    pub fn update(&mut self, series: &Series, weight: f64, axis: XAxis) {
        let known = self.raw.len();
        let grew = known <= series.values.len() && self.last == end_of(series, known);
        if !grew {
            *self = Self::new(weight);
        }
        if self.ema.weight() != Ema::new(weight).weight() {
            self.ema = Ema::new(weight);
            self.smoothed.clear();
            self.smooth = Pyramid::default();
        }
        if self.starts.0 != axis {
            self.starts = (axis, Vec::new());
        }
        self.take_in(series);
    }

    fn take_in(&mut self, series: &Series) {
        let values = &series.values;
        for (index, &value) in values.iter().enumerate().skip(self.raw.len()) {
            if !value.is_finite() {
                self.not_finite.push(index);
                continue;
            }
            if self.lowest.is_none_or(|lowest| value < values[lowest]) {
                self.lowest = Some(index);
            }
            if self.highest.is_none_or(|highest| value > values[highest]) {
                self.highest = Some(index);
            }
        }
        self.raw.extend(values);
        if self.is_smoothed() {
            let known = self.smoothed.len();
            self.smoothed
                .extend(values[known..].iter().map(|value| self.ema.push(*value)));
            self.smooth.extend(&self.smoothed);
        }
        let column = self.starts.0.column(series);
        let known = self.starts.1.len() * BLOCK;
        self.starts.1.extend(
            (known..column.len())
                .step_by(BLOCK)
                .map(|point| column.get(point)),
        );
        self.last = end_of(series, values.len());
    }

    /// Whether it holds all of `series`, smoothed with this weight, along this axis.
    #[must_use]
    pub fn is_current(&self, series: &Series, weight: f64, axis: XAxis) -> bool {
        self.raw.len() == series.values.len()
            && self.last == end_of(series, series.values.len())
            && self.ema.weight() == Ema::new(weight).weight()
            && self.starts.0 == axis
    }

    /// About how many points an update has to look at.
    #[must_use]
    pub fn missing(&self, series: &Series, weight: f64) -> usize {
        let goes_on = self.last == end_of(series, self.raw.len())
            && self.ema.weight() == Ema::new(weight).weight();
        if goes_on {
            series.values.len() - self.raw.len()
        } else {
            series.values.len()
        }
    }

    /// The x of the points, along the axis it was last updated for.
    #[must_use]
    pub fn x<'a>(&'a self, series: &'a Series) -> XIndex<'a> {
        XIndex::new(self.starts.0.column(series), &self.starts.1)
    }

    /// Differs whenever what it holds differs, as far as a series only grows or goes back.
    #[must_use]
    pub fn stamp(&self) -> (usize, Option<(u64, u64)>, u64) {
        (self.raw.len(), self.last, self.ema.weight().to_bits())
    }

    /// Whether there is a smoothed line beside the raw one.
    #[must_use]
    pub fn is_smoothed(&self) -> bool {
        self.ema.weight() > 0.0
    }

    /// The values of the main line and their pyramid: the smoothed ones, or the raw ones without smoothing.
    #[must_use]
    pub fn main<'a>(&'a self, series: &'a Series) -> (&'a [f64], &'a Pyramid) {
        if self.is_smoothed() {
            (&self.smoothed, &self.smooth)
        } else {
            (&series.values, &self.raw)
        }
    }

    /// The pyramid over the raw values.
    #[must_use]
    pub fn raw(&self) -> &Pyramid {
        &self.raw
    }

    /// The points that are NaN or infinite, in order.
    #[must_use]
    pub fn not_finite(&self) -> &[usize] {
        &self.not_finite
    }

    /// The first point with the smallest finite value.
    #[must_use]
    pub fn lowest(&self) -> Option<usize> {
        self.lowest
    }

    /// The first point with the largest finite value.
    #[must_use]
    pub fn highest(&self) -> Option<usize> {
        self.highest
    }
}

/// Step and value (as bits) of the last of the first `len` points.
fn end_of(series: &Series, len: usize) -> Option<(u64, u64)> {
    let last = len.checked_sub(1)?;
    Some((*series.steps.get(last)?, series.values.get(last)?.to_bits()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        Series {
            steps: (1..=values.len() as u64).collect(),
            epochs: (1..=values.len()).map(|epoch| epoch as f64).collect(),
            seconds: (1..=values.len())
                .map(|second| second as f64 * 0.5)
                .collect(),
            values: values.to_vec(),
        }
    }

    fn at_once(values: &[f64], weight: f64) -> SeriesCache {
        let mut cache = SeriesCache::new(weight);
        cache.update(&series(values), weight, XAxis::Step);
        cache
    }

    #[test]
    fn points_that_arrive_later_give_the_same_as_all_at_once() {
        let values: Vec<f64> = (0..100).map(|i| f64::from(i % 7) * 0.5).collect();
        let mut grown = SeriesCache::new(0.6);
        for end in [1, 2, 30, 31, 100] {
            grown.update(&series(&values[..end]), 0.6, XAxis::Step);
        }
        assert_eq!(grown.smoothed, at_once(&values, 0.6).smoothed);
        assert_eq!(grown.lowest(), Some(0));
        assert_eq!(grown.highest(), Some(6));
    }

    #[test]
    fn a_run_that_went_back_to_its_checkpoint_is_read_again() {
        let mut cache = at_once(&[5.0, 1.0, 3.0, 2.0], 0.5);
        assert_eq!(cache.lowest(), Some(1));
        // Back to step 1, then on with other values, past where it was.
        let again = series(&[5.0, 4.0, 4.5, 3.0, 3.5]);
        cache.update(&again, 0.5, XAxis::Step);
        assert_eq!(cache.lowest(), Some(3));
        assert_eq!(cache.smoothed, at_once(&again.values, 0.5).smoothed);
    }

    #[test]
    fn another_weight_smooths_from_the_first_point_again() {
        let values = [1.0, 4.0, 2.0, 8.0];
        let mut cache = at_once(&values, 0.9);
        cache.update(&series(&values), 0.3, XAxis::Step);
        assert_eq!(cache.smoothed, at_once(&values, 0.3).smoothed);
        cache.update(&series(&values), 0.0, XAxis::Step);
        assert_eq!(cache.main(&series(&values)).0, values);
    }

    #[test]
    fn nan_and_infinity_are_listed_and_are_never_the_best() {
        let cache = at_once(&[f64::NAN, 2.0, f64::NEG_INFINITY, 1.0, f64::INFINITY], 0.6);
        assert_eq!(cache.not_finite(), [0, 2, 4]);
        assert_eq!((cache.lowest(), cache.highest()), (Some(3), Some(1)));
    }
}
