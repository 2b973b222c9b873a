//! From a million points to what a screen can show: one bucket per pixel, keeping every minimum and maximum.

use std::ops::Range;

use super::pyramid::{Extent, Pyramid};

/// Neighboring points that share a pixel column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// First point.
    pub first: usize,
    /// Last point, `first` if it is the only one.
    pub last: usize,
    /// Their extent; empty if none is finite.
    pub extent: Extent,
}

/// Cuts `range` into buckets in order, each a single point or narrow enough that `fits(first, last)`.
///
/// Buckets are aligned to the points, not to the screen, so a line does not shimmer while it is panned. The cost follows
/// the number of buckets, not of points.
pub fn buckets(
    values: &[f64],
    pyramid: &Pyramid,
    range: Range<usize>,
    fits: &impl Fn(usize, usize) -> bool,
    out: &mut Vec<Bucket>,
) {
    let range = range.start..range.end.min(pyramid.len()).min(values.len());
    if range.is_empty() {
        return;
    }
    let top = pyramid.levels() - 1;
    descend(
        &Source {
            values,
            pyramid,
            range,
        },
        top,
        0,
        fits,
        out,
    );
}

struct Source<'a> {
    values: &'a [f64],
    pyramid: &'a Pyramid,
    range: Range<usize>,
}

fn descend(
    source: &Source<'_>,
    level: usize,
    index: usize,
    fits: &impl Fn(usize, usize) -> bool,
    out: &mut Vec<Bucket>,
) {
    let points = source.pyramid.points(level, index);
    let wanted = points.start.max(source.range.start)..points.end.min(source.range.end);
    if wanted.is_empty() {
        return;
    }
    if wanted == points && fits(points.start, points.end - 1) {
        out.push(Bucket {
            first: points.start,
            last: points.end - 1,
            extent: source.pyramid.block(level, index),
        });
    } else if level > 0 {
        descend(source, level - 1, index * 2, fits, out);
        descend(source, level - 1, index * 2 + 1, fits, out);
    } else {
        halve(source.values, wanted, fits, out);
    }
}

fn halve(
    values: &[f64],
    range: Range<usize>,
    fits: &impl Fn(usize, usize) -> bool,
    out: &mut Vec<Bucket>,
) {
    if range.len() == 1 || fits(range.start, range.end - 1) {
        out.push(Bucket {
            first: range.start,
            last: range.end - 1,
            extent: Extent::of(&values[range]),
        });
    } else {
        let middle = range.start + range.len() / 2;
        halve(values, range.start..middle, fits, out);
        halve(values, middle..range.end, fits, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_point_is_in_one_bucket_and_every_minimum_and_maximum_is_kept(
            values in prop::collection::vec(prop_oneof![9 => -1e3..1e3_f64, 1 => Just(f64::NAN)], 1..2000),
            steps in prop::collection::vec(0.0..3.0_f64, 2000),
            points_per_pixel in 0.1..200.0_f64,
            from in 0.0..1.0_f64, to in 0.0..1.0_f64,
        ) {
            let x: Vec<f64> = steps.iter().scan(0.0, |x, step| { *x += step; Some(*x) }).collect();
            let mut pyramid = Pyramid::default();
            pyramid.extend(&values);
            let at = |share: f64| (share * values.len() as f64) as usize;
            let range = at(from.min(to))..at(from.max(to));
            let fits = |first: usize, last: usize| x[last] - x[first] <= points_per_pixel;
            let mut out = Vec::new();
            buckets(&values, &pyramid, range.clone(), &fits, &mut out);

            let mut next = range.start;
            for bucket in &out {
                prop_assert_eq!(bucket.first, next);
                prop_assert!(bucket.first == bucket.last || fits(bucket.first, bucket.last));
                prop_assert_eq!(bucket.extent, Extent::of(&values[bucket.first..=bucket.last]));
                next = bucket.last + 1;
            }
            prop_assert_eq!(next, range.end);
        }
    }

    #[test]
    fn the_number_of_buckets_follows_the_pixels_not_the_points() {
        let values: Vec<f64> = (0..1_000_000).map(|i| f64::from(i % 97)).collect();
        let mut pyramid = Pyramid::default();
        pyramid.extend(&values);
        let per_pixel = values.len() / 800;
        let mut out = Vec::new();
        buckets(
            &values,
            &pyramid,
            0..values.len(),
            &|first, last| last - first <= per_pixel,
            &mut out,
        );
        assert!((800..=2400).contains(&out.len()), "{} buckets", out.len());
    }
}
