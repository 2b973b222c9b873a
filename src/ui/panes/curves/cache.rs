//! Values worked out once per point and kept between frames.

use super::axis::{XAxis, XIndex};
use super::pyramid::{BLOCK, Pyramid};
use super::smoothing::Smoother;
use crate::runs::Series;

/// How a series is prepared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Preparation {
    /// The weight of the neighbors in the smoothed line.
    pub weight: f64,
    /// True if logarithms are averaged, if the series allows it.
    pub log: bool,
    /// The quantity along x.
    pub axis: XAxis,
}

/// The smoothed values of a series, the pyramids over raw and smoothed values, and the points that stand out. Extended as
/// points arrive.
#[derive(Debug)]
pub struct SeriesCache {
    smoother: Smoother,
    smoothed: Vec<f64>,
    raw: Pyramid,
    smooth: Pyramid,
    not_finite: Vec<usize>,
    lowest: Option<usize>,
    highest: Option<usize>,
    /// The x of every [`BLOCK`]th point, along the axis it was last prepared for.
    starts: Vec<f64>,
    /// The settings that it was last prepared for.
    prepared: Preparation,
    /// Step and value (as bits) of the last point taken in: tells a series that grew from one that went back.
    last: Option<(u64, u64)>,
}

impl SeriesCache {
    /// Of no points.
    #[must_use]
    pub fn new(preparation: Preparation) -> Self {
        Self {
            smoother: Smoother::new(preparation.weight, preparation.log),
            smoothed: Vec::new(),
            raw: Pyramid::default(),
            smooth: Pyramid::default(),
            not_finite: Vec::new(),
            lowest: None,
            highest: None,
            starts: Vec::new(),
            prepared: preparation,
            last: None,
        }
    }

    /// Brings it up to date: takes in new points, and begins again if the run went back to a checkpoint.
    pub fn update(&mut self, series: &Series, preparation: Preparation) {
        let known = self.raw.len();
        let grew = known <= series.values.len() && self.last == end_of(series, known);
        if !grew {
            *self = Self::new(preparation);
        }
        if self.prepared.axis != preparation.axis {
            self.starts.clear();
        }
        self.prepared = preparation;
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
        self.smooth(values);
        let column = self.prepared.axis.column(series);
        let known = self.starts.len() * BLOCK;
        self.starts.extend(
            (known..column.len())
                .step_by(BLOCK)
                .map(|point| column.get(point)),
        );
        self.last = end_of(series, values.len());
    }

    fn smooth(&mut self, values: &[f64]) {
        // Logarithms of all values or of none: a line half of which is averaged another way would have a break.
        let log = self.prepared.log && self.lowest.is_some_and(|lowest| values[lowest] > 0.0);
        let wanted = Smoother::new(self.prepared.weight, log);
        if (self.smoother.weight(), self.smoother.log()) != (wanted.weight(), wanted.log()) {
            self.smoother = wanted;
            self.smoothed.clear();
            self.smooth = Pyramid::default();
        }
        if self.is_smoothed() {
            let first = self.smoother.extend(values, &mut self.smoothed);
            self.smooth.truncate(first);
            self.smooth.extend(&self.smoothed);
        }
    }

    /// True if it holds all of `series`, prepared like this.
    #[must_use]
    pub fn is_current(&self, series: &Series, preparation: Preparation) -> bool {
        self.raw.len() == series.values.len()
            && self.last == end_of(series, series.values.len())
            && self.prepared == preparation
    }

    /// About how many points an update has to look at.
    #[must_use]
    pub fn missing(&self, series: &Series, preparation: Preparation) -> usize {
        let goes_on = self.last == end_of(series, self.raw.len()) && self.prepared == preparation;
        if goes_on {
            series.values.len() - self.raw.len()
        } else {
            series.values.len()
        }
    }

    /// The x of the points, along the axis it was last prepared for.
    #[must_use]
    pub fn x<'a>(&'a self, series: &'a Series) -> XIndex<'a> {
        XIndex::new(self.prepared.axis.column(series), &self.starts)
    }

    /// Differs whenever what it holds differs, as far as a series only grows or goes back.
    #[must_use]
    pub fn stamp(&self) -> (usize, Option<(u64, u64)>, u64, bool) {
        let weight = self.smoother.weight().to_bits();
        (self.raw.len(), self.last, weight, self.smoother.log())
    }

    /// True if there is a smoothed line beside the raw one.
    #[must_use]
    pub fn is_smoothed(&self) -> bool {
        self.smoother.weight() > 0.0
    }

    /// True if every finite value is above zero, so that a logarithmic axis shows all of them.
    #[must_use]
    pub fn is_positive(&self, series: &Series) -> bool {
        self.lowest.is_none_or(|lowest| series.values[lowest] > 0.0)
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
    use super::super::pyramid::Extent;
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

    fn smoothed_by(weight: f64) -> Preparation {
        Preparation {
            weight,
            log: false,
            axis: XAxis::Step,
        }
    }

    fn at_once(values: &[f64], weight: f64) -> SeriesCache {
        let mut cache = SeriesCache::new(smoothed_by(weight));
        cache.update(&series(values), smoothed_by(weight));
        cache
    }

    #[test]
    fn points_that_arrive_later_give_the_same_as_all_at_once() {
        let values: Vec<f64> = (0..100).map(|i| f64::from(i % 7) * 0.5).collect();
        let mut grown = SeriesCache::new(smoothed_by(0.6));
        for end in [1, 2, 30, 31, 100] {
            grown.update(&series(&values[..end]), smoothed_by(0.6));
        }
        let whole = at_once(&values, 0.6);
        for (grown, whole) in grown.smoothed.iter().zip(&whole.smoothed) {
            assert!((grown - whole).abs() < 1e-5);
        }
        let (grown_values, pyramid) = (&grown.smoothed, &grown.smooth);
        let extent = pyramid.extent(grown_values, 0..100);
        assert_eq!(extent, Extent::of(grown_values));
        assert_eq!((grown.lowest(), grown.highest()), (Some(0), Some(6)));
    }

    #[test]
    fn a_run_that_went_back_to_its_checkpoint_is_read_again() {
        let mut cache = at_once(&[5.0, 1.0, 3.0, 2.0], 0.5);
        assert_eq!(cache.lowest(), Some(1));
        // Back to step 1, then on with other values, past where it was.
        let again = series(&[5.0, 4.0, 4.5, 3.0, 3.5]);
        cache.update(&again, smoothed_by(0.5));
        assert_eq!(cache.lowest(), Some(3));
        assert_eq!(cache.smoothed, at_once(&again.values, 0.5).smoothed);
    }

    #[test]
    fn another_weight_smooths_from_the_first_point_again() {
        let values = [1.0, 4.0, 2.0, 8.0];
        let mut cache = at_once(&values, 0.9);
        cache.update(&series(&values), smoothed_by(0.3));
        assert_eq!(cache.smoothed, at_once(&values, 0.3).smoothed);
        cache.update(&series(&values), smoothed_by(0.0));
        assert_eq!(cache.main(&series(&values)).0, values);
    }

    #[test]
    fn logarithms_are_averaged_as_long_as_there_are_some() {
        let log = Preparation {
            log: true,
            ..smoothed_by(0.5)
        };
        let mut values = vec![1.0, 100.0];
        let mut cache = SeriesCache::new(log);
        cache.update(&series(&values), log);
        // (ln 1 + ln 100 / 2) / 1.5
        assert!((cache.smoothed[0] - 100.0_f64.powf(1.0 / 3.0)).abs() < 1e-9);
        values.push(-1.0);
        cache.update(&series(&values), log);
        assert_eq!(cache.smoothed, at_once(&values, 0.5).smoothed);
    }

    #[test]
    fn nan_and_infinity_are_listed_and_are_never_the_best() {
        let cache = at_once(&[f64::NAN, 2.0, f64::NEG_INFINITY, 1.0, f64::INFINITY], 0.6);
        assert_eq!(cache.not_finite(), [0, 2, 4]);
        assert_eq!((cache.lowest(), cache.highest()), (Some(3), Some(1)));
    }
}
