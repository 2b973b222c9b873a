//! From values to places on a color map, and from there to colors.

use ecolor::Color32;

use super::colors::{Center, Colors, Map};
use super::values::Values;
use crate::draw::{Diverging, Sequential, Tokens};

/// Where values stand on a color map, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ColorScale {
    low: f32,
    high: f32,
    /// The value in the middle of a diverging map.
    center: Option<f32>,
    /// Differences from here on are logarithmic.
    unit: Option<f32>,
}

impl ColorScale {
    pub(crate) fn new(values: &Values, colors: &Colors) -> Self {
        let clip = f64::from(colors.clip) / 100.0;
        let low = values.quantile(clip).unwrap_or(0.0);
        let high = values.quantile(1.0 - clip).unwrap_or(0.0);
        let (low, high) = if values.zeros {
            (low.min(0.0), high.max(0.0))
        } else {
            (low, high)
        };
        let center =
            (resolve(colors.map, values) == Map::Diverging).then_some(match colors.center {
                Center::Zero => 0.0,
                Center::Mean => values.mean as f32,
            });
        Self {
            low,
            high,
            center,
            unit: colors.log.then(|| values.unit()),
        }
    }

    /// The meaning of the ends of the map.
    pub(crate) fn ends(&self) -> (f32, f32) {
        match self.center {
            None => (self.low, self.high),
            Some(center) => {
                let reach = self.reach(center);
                (self.unwarp(-reach) + center, self.unwarp(reach) + center)
            }
        }
    }

    /// The place of a value, 0 to 1.
    pub(crate) fn position(&self, value: f32) -> f32 {
        let place = match self.center {
            None => {
                let (low, high) = (self.warp(self.low), self.warp(self.high));
                if high > low {
                    (self.warp(value) - low) / (high - low)
                } else {
                    // One value everywhere: strong, and apart from zero.
                    f32::from(u8::from(value >= self.low && value != 0.0))
                }
            }
            Some(center) => {
                let reach = self.reach(center);
                if reach > 0.0 {
                    0.5 + 0.5 * self.warp(value - center) / reach
                } else {
                    0.5
                }
            }
        };
        place.clamp(0.0, 1.0)
    }

    /// The value at a place.
    pub(crate) fn value(&self, place: f32) -> f32 {
        match self.center {
            None => {
                let (low, high) = (self.warp(self.low), self.warp(self.high));
                self.unwarp(low + place * (high - low))
            }
            Some(center) => center + self.unwarp((2.0 * place - 1.0) * self.reach(center)),
        }
    }

    /// How far the ends of a diverging map are from its middle.
    fn reach(&self, center: f32) -> f32 {
        let below = self.warp(self.low - center).abs();
        below.max(self.warp(self.high - center).abs())
    }

    fn warp(&self, value: f32) -> f32 {
        match self.unit {
            Some(unit) => value.signum() * (value.abs() / unit).ln_1p(),
            None => value,
        }
    }

    fn unwarp(&self, value: f32) -> f32 {
        match self.unit {
            Some(unit) => value.signum() * value.abs().exp_m1() * unit,
            None => value,
        }
    }
}

/// The map that is meant.
pub(crate) fn resolve(map: Map, values: &Values) -> Map {
    match map {
        Map::Auto if values.range.0 < 0.0 => Map::Diverging,
        Map::Auto => Map::Viridis,
        map => map,
    }
}

/// The colors of a map, and of what has no value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Palette {
    colors: Vec<Color32>,
    pub(crate) missing: Color32,
}

impl Palette {
    /// `map` is resolved.
    pub(crate) fn new(map: Map, tokens: &Tokens) -> Self {
        let color = |place: f32| match map {
            Map::Auto | Map::Viridis => Sequential::Viridis.color(place),
            Map::Magma => Sequential::Magma.color(place),
            Map::Gray => Sequential::Gray.color(place),
            Map::Diverging => Diverging::BlueRed.color(2.0 * place - 1.0),
        };
        Self {
            colors: (0..=255_u8)
                .map(|at| color(f32::from(at) / 255.0))
                .collect(),
            missing: tokens.missing,
        }
    }

    /// The color at a place, 0 to 1.
    pub(crate) fn color(&self, place: f32) -> Color32 {
        // NaN and what lies outside saturate.
        self.colors[usize::from((place * 255.0 + 0.5) as u8)]
    }

    /// The same, with only `share` of it there.
    pub(crate) fn faded(&self, place: f32, share: f32) -> Color32 {
        if share >= 1.0 {
            return self.color(place);
        }
        self.missing
            .lerp_to_gamma(self.color(place), share.max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::matrix::{Cells, Matrix};

    fn values(values: &[f32]) -> Values {
        Values::of(&Matrix {
            cells: Cells::Dense {
                columns: values.len(),
                values,
            },
            absent_is_missing: false,
        })
    }

    fn colors(clip: f32) -> Colors {
        Colors {
            clip,
            ..Colors::default()
        }
    }

    #[test]
    fn a_linear_scale_runs_from_the_least_to_the_largest_value() {
        let scale = ColorScale::new(&values(&[1.0, 2.0, 5.0]), &colors(0.0));
        assert_eq!(scale.ends(), (1.0, 5.0));
        assert_eq!(scale.position(3.0), 0.5);
        assert_eq!(scale.position(9.0), 1.0);
        assert_eq!(scale.value(0.25), 2.0);
        // Zeros belong to the range where there are some.
        let scale = ColorScale::new(&values(&[0.0, 2.0, 4.0]), &colors(0.0));
        assert_eq!(scale.position(1.0), 0.25);
    }

    #[test]
    fn clipping_leaves_out_what_lies_far_from_the_rest() {
        let mut cells: Vec<f32> = (1..=100).map(|value| value as f32).collect();
        cells.push(1e6);
        let scale = ColorScale::new(&values(&cells), &colors(2.0));
        assert!(scale.ends().1 < 101.0);
        assert_eq!(scale.position(1e6), 1.0);
    }

    #[test]
    fn negative_values_get_a_map_with_zero_in_the_middle() {
        let values = values(&[-1.0, 0.5, 4.0]);
        let scale = ColorScale::new(&values, &colors(0.0));
        assert_eq!(scale.ends(), (-4.0, 4.0));
        assert_eq!(scale.position(0.0), 0.5);
        assert_eq!(scale.position(-4.0), 0.0);
        let around_mean = Colors {
            map: Map::Diverging,
            center: Center::Mean,
            ..colors(0.0)
        };
        let scale = ColorScale::new(&values, &around_mean);
        assert!((scale.position(3.5 / 3.0) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_logarithmic_scale_keeps_zero_and_spreads_small_values() {
        let log = Colors {
            log: true,
            ..colors(0.0)
        };
        let scale = ColorScale::new(&values(&[0.0, 1.0, 10.0, 100.0]), &log);
        assert_eq!(scale.position(0.0), 0.0);
        assert_eq!(scale.position(100.0), 1.0);
        assert!(scale.position(10.0) > 0.4);
        for place in [0.0, 0.3, 1.0] {
            assert!((scale.position(scale.value(place)) - place).abs() < 1e-5);
        }
    }

    #[test]
    fn one_value_everywhere_has_a_color_of_its_own() {
        let scale = ColorScale::new(&values(&[3.0, 3.0]), &colors(1.0));
        assert_eq!((scale.position(3.0), scale.position(0.0)), (1.0, 0.0));
    }
}
