//! Numbers as a person reads them: to the digits that mean something.

/// Narrow no-break space, between thousands and before units.
const THIN: char = '\u{202f}';

/// A measured value, to four digits: `0.9038`, `12.35`, `-3.1e-5`, `NaN`.
#[must_use]
pub fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    let size = value.abs();
    let text = if size == 0.0 {
        "0".to_owned()
    } else if size < 1e-3 {
        scientific(value)
    } else if size < 10.0 {
        format!("{value:.4}")
    } else if size < 100.0 {
        format!("{value:.2}")
    } else if size < 10_000.0 {
        format!("{value:.1}")
    } else if size < 1e15 {
        return with_sign(value, &count_short(size as u64));
    } else {
        scientific(value)
    };
    text.replace('-', "−").replace("e−", "e-")
}

/// Units of what is counted: a whole number of them has no digits behind its point.
const COUNTED: [&str; 1] = ["epochs"];

/// A measured value with its unit, if it has one: `0.9038`, `12.35 dB`, `24 epochs`.
#[must_use]
pub fn measured(value: f64, unit: &str) -> String {
    let is_count = COUNTED.contains(&unit) && value.fract() == 0.0 && (0.0..1e9).contains(&value);
    let mut text = if is_count {
        count(value as u64)
    } else {
        number(value)
    };
    if !unit.is_empty() {
        text.push(THIN);
        text.push_str(unit);
    }
    text
}

/// A setting, as short as it is exact: `0.001`, `500`, `1e-5`.
#[must_use]
pub fn setting(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-3..1e9).contains(&size) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

/// A whole number with its thousands apart: `100 000`.
#[must_use]
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * THIN.len_utf8());
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text
}

/// A whole number to two or three digits once it is large: `943`, `1.2 M`, `20 k`.
#[must_use]
pub fn count_short(value: u64) -> String {
    scaled(
        value as f64,
        &[("", 1.0), ("k", 1e3), ("M", 1e6), ("G", 1e9)],
        10_000.0,
    )
}

/// Bytes: `412 MB`.
#[must_use]
pub fn bytes(value: u64) -> String {
    scaled(
        value as f64,
        &[
            ("B", 1.0),
            ("kB", 1e3),
            ("MB", 1e6),
            ("GB", 1e9),
            ("TB", 1e12),
        ],
        1000.0,
    )
}

/// A span of time: `8 ms`, `3.2 s`, `38 s`, `2 min 5 s`, `1 h 12 min`, `3 d 4 h`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "–".to_owned();
    }
    if seconds < 0.9995 {
        return format!("{:.0}{THIN}ms", seconds * 1e3);
    }
    if seconds < 9.95 {
        return format!("{seconds:.1}{THIN}s");
    }
    let whole = seconds.round() as u64;
    let pair = |large: u64, large_unit: &str, small: u64, small_unit: &str| {
        if small == 0 {
            format!("{large}{THIN}{large_unit}")
        } else {
            format!("{large}{THIN}{large_unit} {small}{THIN}{small_unit}")
        }
    };
    match whole {
        0..60 => format!("{whole}{THIN}s"),
        60..3600 => pair(whole / 60, "min", whole % 60, "s"),
        3600..86_400 => pair(whole / 3600, "h", whole % 3600 / 60, "min"),
        _ => pair(whole / 86_400, "d", whole % 86_400 / 3600, "h"),
    }
}

/// Steps a second, or seconds a step once that is easier to read: `31 it/s`, `2.4 s/it`.
#[must_use]
pub fn rate(per_second: f64) -> String {
    if !per_second.is_finite() || per_second <= 0.0 {
        "–".to_owned()
    } else if per_second >= 10_000.0 {
        format!("{} it/s", count_short(per_second as u64))
    } else if per_second >= 10.0 {
        format!("{per_second:.0} it/s")
    } else if per_second >= 1.0 {
        format!("{per_second:.1} it/s")
    } else {
        format!("{:.1}{THIN}s/it", 1.0 / per_second)
    }
}

/// A share: `42 %`, `6.3 %`, `0.04 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    let size = value.abs();
    let digits = if size == 0.0 || size >= 10.0 {
        0
    } else if size >= 1.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}{THIN}%")
}

fn scientific(value: f64) -> String {
    format!("{value:.1e}")
}

fn with_sign(value: f64, size: &str) -> String {
    if value < 0.0 {
        format!("−{size}")
    } else {
        size.to_owned()
    }
}

/// `value` in the largest unit that it reaches; below `plain` always in the first.
fn scaled(value: f64, units: &[(&str, f64)], plain: f64) -> String {
    let mut chosen = units[0];
    if value >= plain {
        for &(unit, size) in units {
            // 999 999 reads better as 1 M than as 1000 k.
            if value >= size * 0.9995 {
                chosen = (unit, size);
            }
        }
    }
    let (unit, size) = chosen;
    let scaled = value / size;
    if unit.is_empty() {
        return count(scaled as u64);
    }
    let digits = usize::from(size > 1.0 && scaled < 9.95);
    format!("{scaled:.digits$}{THIN}{unit}")
}

#[cfg(test)]
mod tests {
    use super::{
        THIN, bytes, count, count_short, duration, measured, number, percent, rate, setting,
    };

    fn plain(text: &str) -> String {
        text.replace(THIN, " ")
    }

    #[test]
    fn measures_keep_the_digits_that_mean_something() {
        assert_eq!(number(0.903_812), "0.9038");
        assert_eq!(number(12.3456), "12.35");
        assert_eq!(number(-0.5), "−0.5000");
        assert_eq!(number(0.000_031), "3.1e-5");
        assert_eq!(number(0.0), "0");
        assert_eq!(number(f64::NAN), "NaN");
        assert_eq!(number(f64::NEG_INFINITY), "−∞");
        assert_eq!(plain(&number(-2_500_000.0)), "−2.5 M");
    }

    #[test]
    fn measures_have_their_unit_and_counts_no_fraction() {
        assert_eq!(plain(&measured(12.3456, "dB")), "12.35 dB");
        assert_eq!(plain(&measured(24.0, "epochs")), "24 epochs");
        assert_eq!(plain(&measured(24.5, "epochs")), "24.50 epochs");
        assert_eq!(measured(0.5, ""), "0.5000");
    }

    #[test]
    fn settings_are_exact() {
        assert_eq!(setting(0.001), "0.001");
        assert_eq!(setting(500.0), "500");
        assert_eq!(setting(0.000_01), "1e-5");
        assert_eq!(setting(0.0), "0");
    }

    #[test]
    fn counts_are_grouped_or_short() {
        assert_eq!(plain(&count(943)), "943");
        assert_eq!(plain(&count(100_000)), "100 000");
        assert_eq!(plain(&count(1_000_209)), "1 000 209");
        assert_eq!(plain(&count_short(9_999)), "9 999");
        assert_eq!(plain(&count_short(20_000)), "20 k");
        assert_eq!(plain(&count_short(1_200_000)), "1.2 M");
        assert_eq!(plain(&count_short(999_999)), "1.0 M");
    }

    #[test]
    fn times_and_sizes_have_units() {
        assert_eq!(plain(&duration(0.0083)), "8 ms");
        assert_eq!(plain(&duration(3.21)), "3.2 s");
        assert_eq!(plain(&duration(38.2)), "38 s");
        assert_eq!(plain(&duration(125.0)), "2 min 5 s");
        assert_eq!(plain(&duration(4320.0)), "1 h 12 min");
        assert_eq!(plain(&duration(f64::INFINITY)), "–");
        assert_eq!(plain(&bytes(412_300_000)), "412 MB");
        assert_eq!(plain(&bytes(1_300_000_000)), "1.3 GB");
        assert_eq!(plain(&bytes(812)), "812 B");
        assert_eq!(plain(&rate(31.4)), "31 it/s");
        assert_eq!(plain(&rate(0.42)), "2.4 s/it");
        assert_eq!(plain(&percent(0.42)), "42 %");
        assert_eq!(plain(&percent(0.063)), "6.3 %");
    }
}
