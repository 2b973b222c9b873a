//! Numbers and times as they stand in text.

/// The problem with the text of a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberProblem {
    /// Text that is no number.
    NotANumber,
    /// NaN, an infinity, or too large for one.
    NotFinite,
}

/// A finite number. `decimal_comma`: `3,5` stands for 3.5.
pub(crate) fn number(text: &[u8], decimal_comma: bool) -> Result<f32, NumberProblem> {
    if let Some(value) = short_decimal(text) {
        return Ok(value);
    }
    let text = std::str::from_utf8(text).map_err(|_| NumberProblem::NotANumber)?;
    let parsed = if decimal_comma {
        text.replacen(',', ".", 1).parse::<f32>()
    } else {
        text.parse::<f32>()
    };
    match parsed {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(NumberProblem::NotFinite),
        Err(_) => Err(NumberProblem::NotANumber),
    }
}

/// The common case: at most nine digits with or without a point. Exact, since both the digits and the power of ten are exact in `f64`.
fn short_decimal(text: &[u8]) -> Option<f32> {
    const POWERS: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 10 {
        return None;
    }
    let (mut mantissa, mut count, mut point) = (0_u64, 0_usize, None);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() => point = Some(count),
            _ => return None,
        }
    }
    if count == 0 || count > 9 {
        return None;
    }
    let fraction = point.map_or(0, |at| count - at);
    let value = (mantissa as f64 / POWERS[fraction]) as f32;
    Some(if negative { -value } else { value })
}

/// Seconds since 1970 from seconds, milli-, micro- or nanoseconds (told apart by size), or from a date `2019-05-31`, with or without a time of day.
pub(crate) fn time(text: &[u8]) -> Option<i64> {
    let mut value = 0_i64;
    if !text.is_empty() && text.len() <= 18 && text.iter().all(u8::is_ascii_digit) {
        for &byte in text {
            value = value * 10 + i64::from(byte - b'0');
        }
        return Some(to_seconds(value));
    }
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(value) = text.parse::<i64>() {
        return Some(to_seconds(value));
    }
    if let Ok(value) = text.parse::<f64>() {
        return (value.abs() < 9e18).then(|| to_seconds(value as i64));
    }
    date(text)
}

/// Seconds reach 10¹¹ in the year 5138, milliseconds did in 1973.
fn to_seconds(value: i64) -> i64 {
    match value.unsigned_abs() {
        0..100_000_000_000 => value,
        100_000_000_000..100_000_000_000_000 => value / 1_000,
        100_000_000_000_000..100_000_000_000_000_000 => value / 1_000_000,
        _ => value / 1_000_000_000,
    }
}

fn date(text: &str) -> Option<i64> {
    let text = text.trim_end_matches('Z');
    if let Ok(moment) = text.parse::<jiff::civil::DateTime>() {
        let zoned = moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        return Some(zoned.timestamp().as_second());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_decimals_equal_the_standard_parser() {
        for whole in 0..200 {
            for fraction in 0..1000 {
                for text in [
                    format!("{whole}.{fraction:03}"),
                    format!("-{whole}.{fraction}"),
                    format!("{whole}{fraction}"),
                ] {
                    assert_eq!(short_decimal(text.as_bytes()), text.parse().ok(), "{text}");
                }
            }
        }
        assert_eq!(number(b"3.", false), Ok(3.0));
        assert_eq!(number(b".5", false), Ok(0.5));
        assert_eq!(number(b"4e0", false), Ok(4.0));
        assert_eq!(number(b"+2", false), Ok(2.0));
        assert_eq!(number(b"3,5", true), Ok(3.5));
    }

    #[test]
    fn what_is_no_finite_number_is_told_apart() {
        for text in ["nan", "NaN", "inf", "-Infinity", "1e39"] {
            let found = number(text.as_bytes(), false);
            assert_eq!(found, Err(NumberProblem::NotFinite), "{text}");
        }
        for text in ["", "-", ".", "good", "3,5", "1 2", "5*", "--1"] {
            let found = number(text.as_bytes(), false);
            assert_eq!(found, Err(NumberProblem::NotANumber), "{text}");
        }
    }

    #[test]
    fn times_in_every_unit_are_the_same_second() {
        for text in [
            "881250949",
            "881250949.0",
            "881250949123",
            "881250949123456",
            "881250949123456789",
            "1997-12-04 15:55:49",
            "1997-12-04T15:55:49Z",
        ] {
            assert_eq!(time(text.as_bytes()), Some(881_250_949), "{text}");
        }
        assert_eq!(time(b"1970-01-02"), Some(86_400));
        assert_eq!(time(b"-5"), Some(-5));
        assert_eq!(time(b"yesterday"), None);
        assert_eq!(time(b""), None);
        assert_eq!(time(b"nan"), None);
    }
}
