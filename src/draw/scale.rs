//! From values to positions on an axis.

/// How an axis spaces its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scale {
    /// Equal differences are equally far apart.
    #[default]
    Linear,
    /// Equal ratios are equally far apart; what is not above zero has no place.
    Log,
}

impl Scale {
    /// The coordinate of a value, in which equal distances look equal: itself, or its decimal logarithm. −∞ where a logarithmic axis has no
    /// place for it, NaN for NaN.
    #[must_use]
    pub fn coordinate(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log if value > 0.0 => value.log10(),
            Self::Log if value.is_nan() => f64::NAN,
            Self::Log => f64::NEG_INFINITY,
        }
    }

    /// The value at a coordinate.
    #[must_use]
    pub fn at(self, coordinate: f64) -> f64 {
        match self {
            Self::Linear => coordinate,
            Self::Log => 10.0_f64.powf(coordinate),
        }
    }

    /// Where `value` stands between `low` (0) and `high` (1); a range without width puts everything in the middle.
    #[must_use]
    pub fn position(self, value: f64, (low, high): (f64, f64)) -> f64 {
        let (low, high) = self.ends((low, high));
        if high > low {
            (self.coordinate(value) - low) / (high - low)
        } else {
            0.5
        }
    }

    /// The value that stands at `position`, 0 to 1.
    #[must_use]
    pub fn value(self, position: f64, range: (f64, f64)) -> f64 {
        let (low, high) = self.ends(range);
        self.at(low + position * (high - low))
    }

    /// The coordinates of both ends of a range, always finite.
    #[must_use]
    pub fn ends(self, (low, high): (f64, f64)) -> (f64, f64) {
        let end = |value: f64| match self {
            Self::Linear => value,
            Self::Log => value.max(f64::MIN_POSITIVE).log10(),
        };
        (end(low), end(high))
    }
}

/// The range of the finite values with a little room on both sides; `None` without any.
#[must_use]
pub fn range_around(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.into_iter().filter(|value| value.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low > high {
        return None;
    }
    let room = match (high - low).max(low.abs() * 0.01) * 0.06 {
        room if room > 0.0 => room,
        _ => 0.5,
    };
    Some((low - room, high + room))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(Scale::Linear.position(3.0, (3.0, 3.0)), 0.5);
    }

    #[test]
    fn a_log_axis_has_no_place_for_zero_and_below() {
        assert_eq!(Scale::Log.coordinate(100.0), 2.0);
        assert_eq!(Scale::Log.coordinate(0.0), f64::NEG_INFINITY);
        assert_eq!(Scale::Log.coordinate(-1.0), f64::NEG_INFINITY);
        assert!(Scale::Log.coordinate(f64::NAN).is_nan());
        assert!((Scale::Log.at(Scale::Log.coordinate(0.037)) - 0.037).abs() < 1e-15);
    }

    #[test]
    fn a_range_leaves_room_and_ignores_what_is_not_finite() {
        assert_eq!(range_around([1.0, 2.0, f64::NAN]), Some((0.94, 2.06)));
        assert_eq!(range_around([0.0]), Some((-0.5, 0.5)));
        assert_eq!(range_around([f64::INFINITY]), None);
    }
}
