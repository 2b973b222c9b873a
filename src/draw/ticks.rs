//! Where an axis is marked, and how the marks read.

use super::{Scale, format};

/// The quantity on an axis: decides which values are round and how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Values {
    /// Any number.
    #[default]
    Numbers,
    /// Whole numbers: there is no half step.
    Whole,
    /// Seconds, written as clocks do: `1 min 30 s`.
    Seconds,
}

/// A mark on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where, as a coordinate of the axis ([`Scale::coordinate`]).
    pub at: f64,
    /// Its text; empty for a line without a label.
    pub label: String,
}

/// Ticks of an axis between two coordinates, with at most about `room` labels.
#[must_use]
pub fn ticks(scale: Scale, values: Values, (low, high): (f64, f64), room: f64) -> Vec<Tick> {
    if !(low.is_finite() && high.is_finite() && low < high && room > 0.0) {
        return Vec::new();
    }
    if scale == Scale::Log {
        return log_ticks(low, high, room);
    }
    match values {
        Values::Numbers => labeled(linear(low, high, room, nice_step), number),
        Values::Whole => labeled(
            linear(low, high, room, |rough| nice_step(rough).max(1.0)),
            number,
        ),
        Values::Seconds => labeled(linear(low, high, room, nice_seconds), duration),
    }
}

fn labeled(
    values: impl Iterator<Item = (f64, f64)>,
    label: impl Fn(f64, f64) -> String,
) -> Vec<Tick> {
    values
        .map(|(value, step)| Tick {
            at: value,
            label: label(value, step),
        })
        .collect()
}

/// Multiples of a step that leaves at most `room` of them between `low` and `high`, each with the step.
fn linear(
    low: f64,
    high: f64,
    room: f64,
    step: impl Fn(f64) -> f64,
) -> impl Iterator<Item = (f64, f64)> {
    let step = step((high - low) / room.max(1.0));
    // A hair of slack keeps an end that is a multiple itself.
    let first = (low / step - 1e-9).ceil();
    // A range too thin for f64 to count in has no ticks.
    let count = ((high / step + 1e-9).floor() - first + 1.0).clamp(0.0, 1000.0) as usize;
    (0..count).map(move |i| ((first + i as f64) * step, step))
}

/// The smallest of 1, 2, 5 · 10ⁿ that is at least `rough`; 1 where that is not a number above zero.
#[must_use]
pub fn nice_step(rough: f64) -> f64 {
    if !(rough > 0.0 && rough.is_finite()) {
        return 1.0;
    }
    let power = 10.0_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// The smallest step that clocks know and that is at least `rough` seconds.
fn nice_seconds(rough: f64) -> f64 {
    const STEPS: [f64; 17] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0,
        10800.0, 21600.0, 43200.0,
    ];
    if rough < 1.0 {
        return nice_step(rough).min(1.0);
    }
    STEPS
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or_else(|| nice_step(rough / 86400.0).max(1.0) * 86400.0)
}

/// Ticks between two powers of ten, `low` and `high`, at most about `room`.
fn log_ticks(low: f64, high: f64, room: f64) -> Vec<Tick> {
    let decades = high - low;
    if decades < 1.0 {
        // Within a decade powers of ten say little: round values instead.
        let (from, to) = (10.0_f64.powf(low), 10.0_f64.powf(high));
        return linear(from, to, room, nice_step)
            .filter(|(value, _)| *value > 0.0)
            .map(|(value, step)| Tick {
                at: value.log10(),
                label: number(value, step),
            })
            .collect();
    }
    let labels_per_decade = room / decades;
    let stride = (1.0 / labels_per_decade).ceil().max(1.0) as i32;
    let mantissas: &[u8] = match labels_per_decade {
        share if share >= 5.0 => &[1, 2, 5],
        share if share >= 3.0 => &[1, 3],
        _ => &[1],
    };
    let mut ticks = Vec::new();
    for decade in low.floor() as i32..=high.ceil() as i32 {
        for mantissa in 1..=9_u8 {
            let at = f64::from(decade) + f64::from(mantissa).log10();
            let is_labeled = mantissas.contains(&mantissa) && decade.rem_euclid(stride) == 0;
            // The lines between labels show that the axis is logarithmic; only where they don't crowd.
            if at < low || at > high || !(is_labeled || stride == 1 && labels_per_decade >= 1.5) {
                continue;
            }
            let value = f64::from(mantissa) * 10.0_f64.powi(decade);
            let label = if is_labeled {
                number(value, 10.0_f64.powi(decade))
            } else {
                String::new()
            };
            ticks.push(Tick { at, label });
        }
    }
    ticks
}

/// A value on an axis whose ticks are `step` apart: just enough digits to tell neighbors apart.
#[must_use]
pub fn number(value: f64, step: f64) -> String {
    if value == 0.0 || value.abs() < step * 1e-6 {
        return "0".to_owned();
    }
    let size = value.abs();
    if size < 1e-4 {
        let exponent = size.log10().floor() as i32;
        let digits = (f64::from(exponent) - step.log10().floor()).clamp(0.0, 6.0) as usize;
        let mantissa = value / 10.0_f64.powi(exponent);
        return format!("{mantissa:.digits$}e{exponent}").replace('-', "−");
    }
    let (unit, name) = match size {
        size if size >= 1e15 => return format!("{value:.1e}").replace('-', "−"),
        size if size >= 1e12 => (1e12, " T"),
        size if size >= 1e9 => (1e9, " G"),
        size if size >= 1e6 => (1e6, " M"),
        size if size >= 1e4 => (1e3, " k"),
        _ => (1.0, ""),
    };
    let decimals = (-(step / unit * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 9.0) as usize;
    let digits = format!("{:.decimals$}{name}", value / unit);
    digits.replace('-', "−")
}

/// A value as short as it is: `0.5`, `−2`, `20 k`.
#[must_use]
pub fn short(value: f64) -> String {
    let size = value.abs();
    let text = if size >= 10_000.0 {
        format::count_short(size as u64)
    } else {
        // Multiples of a tenth come with the dust of binary fractions.
        format::setting((size * 1e6).round() / 1e6)
    };
    if value < 0.0 && size > 5e-7 {
        format!("−{text}")
    } else {
        text
    }
}

/// A value to three digits: an end of a scale, unlike a measure, says as much without zeros behind it.
#[must_use]
pub fn three_digits(value: f32) -> String {
    let value = f64::from(value);
    let digits = if value == 0.0 {
        0
    } else {
        (2 - value.abs().log10().floor() as i32).clamp(0, 9)
    };
    let power = 10_f64.powi(digits);
    let rounded = (value * power).round() / power;
    if rounded.abs() < 1e-4 && rounded != 0.0 {
        return format::number(rounded);
    }
    short(rounded)
}

/// Seconds as `45 s`, `2 min 30 s`, `1 h 20 min`, `3 d 6 h`; fractions where ticks are `step` < 1 apart.
#[must_use]
pub fn duration(seconds: f64, step: f64) -> String {
    if seconds.abs() < step * 1e-6 {
        return "0 s".to_owned();
    }
    if seconds < 60.0 {
        return format!("{} s", number(seconds, step.min(1.0)));
    }
    let whole = seconds.round() as u64;
    let (days, hours, minutes, rest) = (
        whole / 86400,
        whole / 3600 % 24,
        whole / 60 % 60,
        whole % 60,
    );
    let mut parts = Vec::new();
    for (count, unit) in [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")] {
        // Two units say enough.
        if count > 0 && parts.len() < 2 {
            parts.push(format!("{count} {unit}"));
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks
            .iter()
            .map(|tick| tick.label.as_str())
            .filter(|label| !label.is_empty())
            .collect()
    }

    fn numbers(low: f64, high: f64, room: f64) -> Vec<Tick> {
        ticks(Scale::Linear, Values::Numbers, (low, high), room)
    }

    fn log(low: f64, high: f64, room: f64) -> Vec<Tick> {
        ticks(Scale::Log, Values::Numbers, (low, high), room)
    }

    #[test]
    fn linear_ticks_are_round_and_have_the_digits_that_differ() {
        assert_eq!(
            labels(&numbers(0.898, 0.913, 5.0)),
            ["0.900", "0.905", "0.910"]
        );
        assert_eq!(
            labels(&numbers(-1.2, 1.2, 5.0)),
            ["−1.0", "−0.5", "0", "0.5", "1.0"]
        );
        assert_eq!(labels(&numbers(0.0, 0.3, 3.0)), ["0", "0.1", "0.2", "0.3"]);
    }

    #[test]
    fn wide_log_ranges_are_marked_at_powers_of_ten() {
        let ticks = log(-3.0, 3.0, 7.0);
        assert_eq!(
            labels(&ticks),
            ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]
        );
    }

    #[test]
    fn a_few_decades_are_marked_at_one_two_five() {
        let ticks = log(0.0, 1.0, 6.0);
        assert_eq!(labels(&ticks), ["1", "2", "5", "10"]);
        assert_eq!(ticks.len(), 10, "a line at every mantissa");
        assert!((ticks[1].at - 2.0_f64.log10()).abs() < 1e-12);
    }

    #[test]
    fn within_a_decade_a_log_axis_is_marked_at_round_values() {
        let ticks = log(0.9_f64.log10(), 0.96_f64.log10(), 4.0);
        assert_eq!(labels(&ticks), ["0.90", "0.92", "0.94", "0.96"]);
    }

    #[test]
    fn very_wide_log_ranges_skip_decades_so_that_labels_do_not_touch() {
        assert!(labels(&log(-30.0, 30.0, 5.0)).len() <= 7);
    }

    #[test]
    fn steps_are_whole_and_large_ones_are_short() {
        let whole = |low, high, room| ticks(Scale::Linear, Values::Whole, (low, high), room);
        assert_eq!(labels(&whole(0.0, 3.0, 10.0)), ["0", "1", "2", "3"]);
        assert_eq!(
            labels(&whole(0.0, 100_000.0, 5.0)),
            ["0", "20 k", "40 k", "60 k", "80 k", "100 k"]
        );
        assert_eq!(
            labels(&whole(1.0e6, 1.4e6, 4.0)),
            ["1.0 M", "1.1 M", "1.2 M", "1.3 M", "1.4 M"]
        );
    }

    #[test]
    fn time_is_marked_as_clocks_do() {
        let ticks = ticks(Scale::Linear, Values::Seconds, (0.0, 130.0), 5.0);
        assert_eq!(
            labels(&ticks),
            ["0 s", "30 s", "1 min", "1 min 30 s", "2 min"]
        );
        assert_eq!(duration(4800.0, 600.0), "1 h 20 min");
        assert_eq!(duration(0.25, 0.05), "0.25 s");
    }

    #[test]
    fn ranges_that_make_no_sense_have_no_ticks() {
        for (low, high) in [
            (1.0, 1.0),
            (2.0, 1.0),
            (f64::NAN, 1.0),
            (0.0, f64::INFINITY),
        ] {
            assert!(numbers(low, high, 3.0).is_empty());
            assert!(log(low, high, 3.0).is_empty());
        }
        // Two neighbors among the numbers that f64 has there.
        assert!(numbers(1e15, 1e15 + 0.125, 3.0).len() <= 3);
    }

    #[test]
    fn values_are_short() {
        for (value, text) in [
            (0.1 + 0.2, "0.3"),
            (-2.0, "−2"),
            (0.0, "0"),
            (-1e-9, "0"),
            (2500.0, "2500"),
        ] {
            assert_eq!(short(value), text);
        }
        assert_eq!(short(20_000.0).replace('\u{202f}', " "), "20 k");
    }

    #[test]
    fn ends_of_scales_have_three_digits() {
        assert_eq!(three_digits(0.123_456), "0.123");
        assert_eq!(three_digits(5.0), "5");
        assert_eq!(three_digits(-12.349), "−12.3");
        assert_eq!(three_digits(0.0), "0");
        assert_eq!(three_digits(1234.6), "1235");
    }

    #[test]
    fn steps_are_one_two_or_five() {
        for (size, rounded) in [
            (0.3, 0.5),
            (1.0, 1.0),
            (1.2, 2.0),
            (70.0, 100.0),
            (0.0, 1.0),
        ] {
            assert!((nice_step(size) - rounded).abs() < 1e-12, "{size}");
        }
    }
}
