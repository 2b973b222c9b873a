//! Settings and measures as text.

use serde_json::Value;

use crate::draw::format;
use crate::experiments::table::named;

/// A setting as a person reads it: `none`, `0.001`, `500`, `500, 250`.
pub(super) fn setting(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), format::setting),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(setting).collect();
            values.join(", ")
        }
        Value::Object(_) => value.to_string(),
    }
}

/// A setting of a system as a person reads it: with the word that stands in place of 0, where there is one.
pub(super) fn setting_of(system: &str, key: &str, value: &Value) -> String {
    setting(&named(system, key, value))
}

/// A setting as `--set` takes it.
pub(super) fn assigned(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The mean of measured values, their standard deviation (with n − 1; `None` of fewer than two), and how many there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) mean: f64,
    pub(super) deviation: Option<f64>,
    pub(super) count: usize,
}

impl Spread {
    /// `None` without a value.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        let count = values.len();
        if count == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Self {
            mean,
            deviation: (count > 1).then(|| (squares / (count - 1) as f64).sqrt()),
            count,
        })
    }

    /// Decimals with which the mean is written: enough for two digits of the deviation, at most six; four digits in all without one.
    pub(super) fn decimals(&self) -> usize {
        let digits_of = |value: f64, digits: i32| {
            let places = digits - 1 - value.abs().log10().floor() as i32;
            places.clamp(0, 6) as usize
        };
        match self.deviation {
            Some(deviation) if deviation > 0.0 && deviation.is_finite() => digits_of(deviation, 2),
            _ if self.mean == 0.0 || !self.mean.is_finite() => 0,
            _ if self.mean.fract() == 0.0 && self.mean.abs() < 1e6 => 0,
            // 0.9038 and 12.35, as everywhere.
            _ if self.mean.abs() < 1.0 => 4,
            _ => digits_of(self.mean, 4).max(1),
        }
    }
}

/// A number with so many decimals, with a real minus.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    format!("{value:.decimals$}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_read_as_a_person_writes_them() {
        for (value, text) in [
            (json!(null), "none"),
            (json!(true), "yes"),
            (json!(0.00001), "1e-5"),
            (json!(500), "500"),
            (json!([500, 250]), "500, 250"),
            (json!("rprop"), "rprop"),
        ] {
            assert_eq!(setting(&value), text);
        }
        assert_eq!(assigned(&json!([500, 250])), "[500,250]");
        assert_eq!(setting_of("autorec", "batch_size", &json!(0)), "All");
        assert_eq!(setting_of("autorec", "batch_size", &json!(64)), "64");
        assert_eq!(setting_of("autorec", "patience", &json!(0)), "0");
    }

    #[test]
    fn the_spread_over_seeds_is_that_of_a_sample() {
        // Mean 3, squares 4 + 0 + 4, over n − 1 = 2: 4, of which the root is 2.
        let spread = Spread::of(&[1.0, 3.0, 5.0]).unwrap();
        assert_eq!((spread.mean, spread.deviation), (3.0, Some(2.0)));
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(Spread::of(&[0.5]).unwrap().deviation, None);
        // ± 0.0021 shows four decimals, ± 0.12 two.
        let decimals = |mean, deviation| {
            Spread {
                mean,
                deviation: Some(deviation),
                count: 3,
            }
            .decimals()
        };
        assert_eq!(decimals(0.9038, 0.0021), 4);
        assert_eq!(decimals(12.3, 0.12), 2);
        assert_eq!(fixed(-1.5, 2), "−1.50");
    }
}
