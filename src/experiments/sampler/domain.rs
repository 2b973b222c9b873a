//! The values of one parameter, as something to draw from.

use serde_json::Value;

use crate::experiments::sweep::Scale;
use crate::experiments::table::{as_number, is_same};

/// The values of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Domain {
    /// A few values.
    Choices {
        /// All different, at least one.
        values: Vec<Value>,
        /// True if they are numbers that rise or fall, so that neighbors resemble each other.
        ordered: bool,
    },
    /// Whole numbers.
    Whole {
        /// The smallest.
        from: i64,
        /// The largest.
        to: i64,
        /// How they are spaced.
        scale: Scale,
    },
    /// Numbers.
    Number {
        /// The smallest.
        from: f64,
        /// The largest.
        to: f64,
        /// How they are spaced.
        scale: Scale,
    },
}

impl Domain {
    /// How many values there are; `None` if they are dense.
    pub(super) fn size(&self) -> Option<u128> {
        match self {
            Self::Choices { values, .. } => Some(values.len() as u128),
            Self::Whole { from, to, .. } => Some(to.abs_diff(*from) as u128 + 1),
            Self::Number { .. } => None,
        }
    }

    /// One of finitely many values, by its place.
    pub(super) fn nth(&self, place: u128) -> Option<Value> {
        match self {
            Self::Choices { values, .. } => values.get(usize::try_from(place).ok()?).cloned(),
            Self::Whole { from, to, .. } => {
                let value = i64::try_from(i128::from(*from) + i128::try_from(place).ok()?).ok()?;
                (value <= *to).then(|| value.into())
            }
            Self::Number { .. } => None,
        }
    }

    /// The value at a share of the way, 0 to 1: equal shares of the way for choices, equal differences or ratios for numbers.
    pub(super) fn at(&self, share: f64) -> Value {
        match self {
            Self::Choices { values, .. } => {
                let place = (share * values.len() as f64) as usize;
                values[place.min(values.len() - 1)].clone()
            }
            Self::Whole { .. } | Self::Number { .. } => {
                let (low, high) = self.bounds();
                self.value(low + share * (high - low))
            }
        }
    }

    /// The ends of the coordinate in which numbers are evenly spaced. A whole number has the width around it, from half below to half above.
    pub(super) fn bounds(&self) -> (f64, f64) {
        match self {
            Self::Choices { values, .. } => (-0.5, values.len() as f64 - 0.5),
            Self::Whole { from, to, scale } => {
                (on(*scale, *from as f64 - 0.5), on(*scale, *to as f64 + 0.5))
            }
            Self::Number { from, to, scale } => (on(*scale, *from), on(*scale, *to)),
        }
    }

    /// The coordinate of a value; `None` if it is none of these values.
    pub(super) fn coordinate(&self, value: &Value) -> Option<f64> {
        match self {
            Self::Choices { values, .. } => {
                let place = values.iter().position(|own| is_same(own, value))?;
                Some(place as f64)
            }
            Self::Whole { from, to, scale } => {
                let number = as_number(value)?;
                let inside = (*from as f64..=*to as f64).contains(&number);
                inside.then(|| on(*scale, number))
            }
            Self::Number { from, to, scale } => {
                let number = as_number(value)?;
                (*from..=*to).contains(&number).then(|| on(*scale, number))
            }
        }
    }

    /// The piece of the coordinate that is one value, where values are discrete.
    pub(super) fn piece(&self, coordinate: f64) -> Option<(f64, f64)> {
        match self {
            Self::Choices { .. } => {
                let place = coordinate.round();
                Some((place - 0.5, place + 0.5))
            }
            Self::Whole { from, to, scale } => {
                let number = off(*scale, coordinate)
                    .round()
                    .clamp(*from as f64, *to as f64);
                Some((on(*scale, number - 0.5), on(*scale, number + 0.5)))
            }
            Self::Number { .. } => None,
        }
    }

    /// The value at a coordinate.
    pub(super) fn value(&self, coordinate: f64) -> Value {
        match self {
            Self::Choices { values, .. } => {
                let place = coordinate.round().max(0.0) as usize;
                values[place.min(values.len() - 1)].clone()
            }
            Self::Whole { from, to, scale } => {
                let number = off(*scale, coordinate).round() as i64;
                number.clamp(*from, *to).into()
            }
            Self::Number { from, to, scale } => {
                let number = short(off(*scale, coordinate), to - from, *scale);
                plain(number.clamp(*from, *to))
            }
        }
    }
}

/// A number as a person writes it: 10, not 10.0.
pub(super) fn plain(number: f64) -> Value {
    /// Whole numbers below are exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

fn on(scale: Scale, number: f64) -> f64 {
    match scale {
        Scale::Linear => number,
        Scale::Log => number.ln(),
    }
}

fn off(scale: Scale, coordinate: f64) -> f64 {
    match scale {
        Scale::Linear => coordinate,
        Scale::Log => coordinate.exp(),
    }
}

/// A number with the digits that mean something: four on a logarithmic scale (0.03162), and on a linear one so many that ten thousand different
/// ones lie in the range.
fn short(number: f64, width: f64, scale: Scale) -> f64 {
    let digits = match scale {
        Scale::Linear => 4.0 - width.log10().floor(),
        Scale::Log => 3.0 - number.abs().min(width).log10().floor(),
    };
    if !(-290.0..=290.0).contains(&digits) {
        return number;
    }
    let digits = digits as i32;
    if digits <= 0 {
        let unit = 10_f64.powi(-digits);
        return (number / unit).round() * unit;
    }
    // Read from its decimals, so that it is the nearest number to them.
    format!("{number:.*}", digits.unsigned_abs() as usize)
        .parse()
        .unwrap_or(number)
}
