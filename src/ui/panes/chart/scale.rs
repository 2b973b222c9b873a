//! From values to positions, and where the ticks stand.

/// How an axis spaces its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Scale {
    /// Equal differences are equally far apart.
    #[default]
    Linear,
    /// Equal ratios are equally far apart; values must be above zero.
    Log,
}

impl Scale {
    /// Where `value` stands between `low` (0) and `high` (1); a range without width puts everything in the middle.
    pub(crate) fn position(self, value: f64, (low, high): (f64, f64)) -> f64 {
        let (value, low, high) = match self {
            Self::Linear => (value, low, high),
            Self::Log => (
                value.max(f64::MIN_POSITIVE).ln(),
                low.max(f64::MIN_POSITIVE).ln(),
                high.max(f64::MIN_POSITIVE).ln(),
            ),
        };
        if high > low {
            (value - low) / (high - low)
        } else {
            0.5
        }
    }

    /// The value that stands at `position`.
    pub(crate) fn value(self, position: f64, (low, high): (f64, f64)) -> f64 {
        match self {
            Self::Linear => low + position * (high - low),
            Self::Log => {
                let (low, high) = (
                    low.max(f64::MIN_POSITIVE).ln(),
                    high.max(f64::MIN_POSITIVE).ln(),
                );
                (low + position * (high - low)).exp()
            }
        }
    }

    /// Round values within the range, about `count` of them.
    pub(crate) fn ticks(self, (low, high): (f64, f64), count: usize) -> Vec<f64> {
        match self {
            Self::Linear => linear_ticks(low, high, count),
            Self::Log => log_ticks(low, high, count),
        }
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is at least `size`.
pub(crate) fn round_up(size: f64) -> f64 {
    if !(size > 0.0 && size.is_finite()) {
        return 1.0;
    }
    let power = 10f64.powf(size.log10().floor());
    // A hair of slack keeps 0.1 + 0.2 from being rounded up to 0.5.
    let mantissa = size / power * (1.0 - 1e-9);
    power
        * if mantissa <= 1.0 {
            1.0
        } else if mantissa <= 2.0 {
            2.0
        } else if mantissa <= 5.0 {
            5.0
        } else {
            10.0
        }
}

fn linear_ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    if !(high > low && (high - low).is_finite()) {
        return vec![low];
    }
    let step = round_up((high - low) / count.max(1) as f64);
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    (0..=(last - first).max(0.0) as usize)
        .map(|tick| (first + tick as f64) * step)
        .collect()
}

fn log_ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let (low, high) = (low.max(f64::MIN_POSITIVE), high.max(f64::MIN_POSITIVE));
    if high <= low {
        return vec![low];
    }
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let within = |value: &f64| (low * (1.0 - 1e-9)..=high * (1.0 + 1e-9)).contains(value);
    let decades = usize::try_from(last - first).unwrap_or(0);
    let mantissas: &[f64] = if decades * 3 <= count.max(3) {
        &[1.0, 2.0, 5.0]
    } else {
        &[1.0]
    };
    let every = decades.div_ceil(count.max(1)).max(1);
    (first..=last)
        .step_by(every)
        .flat_map(|power| {
            mantissas
                .iter()
                .map(move |mantissa| mantissa * 10f64.powi(power))
        })
        .filter(within)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_ticks_are_round_and_within() {
        assert_eq!(linear_ticks(0.0, 10.0, 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(linear_ticks(0.3, 4.9, 5), [1.0, 2.0, 3.0, 4.0]);
        let fine = linear_ticks(-0.1, 0.1, 4);
        assert_eq!(fine.len(), 5);
        assert!((fine[0] + 0.1).abs() < 1e-12 && fine[2].abs() < 1e-12);
        assert_eq!(linear_ticks(3.0, 3.0, 4), [3.0]);
    }

    #[test]
    fn logarithmic_ticks_are_decades_with_two_and_five_where_there_is_room() {
        assert_eq!(log_ticks(1.0, 1e4, 5), [1.0, 10.0, 100.0, 1000.0, 10000.0]);
        assert_eq!(log_ticks(1.0, 60.0, 6), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0]);
    }

    #[test]
    fn positions_and_values_are_inverse() {
        for scale in [Scale::Linear, Scale::Log] {
            let range = (2.0, 500.0);
            for position in [0.0, 0.3, 1.0] {
                let value = scale.value(position, range);
                assert!((scale.position(value, range) - position).abs() < 1e-9);
            }
        }
        assert!((Scale::Log.position(10.0, (1.0, 100.0)) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn rounding_up_gives_one_two_or_five() {
        for (size, rounded) in [
            (0.3, 0.5),
            (1.0, 1.0),
            (1.1, 2.0),
            (7.0, 10.0),
            (0.02, 0.02),
        ] {
            assert!((round_up(size) - rounded).abs() < 1e-12, "{size}");
        }
    }
}
