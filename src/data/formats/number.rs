//! Numbers and times as they stand in text.

use super::unit::{self, Unit};

/// The problem with the text of a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberProblem {
    /// Text that is no number.
    NotANumber,
    /// NaN, an infinity, or too large for one.
    NotFinite,
}

/// The signs within numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signs {
    /// `.` or `,`.
    pub decimal: u8,
    /// Between groups of three digits: `,` `.` `'` or a space, which stands for those that do not break too.
    pub thousands: Option<u8>,
    /// The sign of money that may stand beside numbers.
    pub money: Option<Unit>,
    /// Numbers may have a percent sign behind them, and are hundredths then.
    pub percent: bool,
}

impl Signs {
    /// A point before decimals, and nothing between thousands.
    pub(crate) const POINT: Self = Self {
        decimal: b'.',
        thousands: None,
        money: None,
        percent: false,
    };

    /// A finite number that is written with these signs.
    #[inline]
    pub(crate) fn number(self, text: &[u8]) -> Result<f32, NumberProblem> {
        if let Some(value) = short_decimal(text, self.decimal) {
            return Ok(value);
        }
        self.long_number(text)
    }

    fn long_number(self, text: &[u8]) -> Result<f32, NumberProblem> {
        let text = std::str::from_utf8(text).map_err(|_| NumberProblem::NotANumber)?;
        if self == Self::POINT {
            return finite(text);
        }
        if (self.percent || self.money.is_some())
            && let Some((unit, number)) = unit::split(text)
        {
            let bare = Self {
                money: None,
                percent: false,
                ..self
            };
            return match unit {
                Unit::Percent if self.percent => Ok(bare.number(number.as_bytes())? / 100.0),
                unit if self.money == Some(unit) => bare.number(number.as_bytes()),
                _ => Err(NumberProblem::NotANumber),
            };
        }
        let decimal = char::from(self.decimal);
        let (whole, fraction) = match text.split_once(decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        if decimal != '.' && (whole.contains('.') && self.thousands != Some(b'.'))
            || fraction.is_some_and(|fraction| fraction.contains(['.', ',']))
        {
            return Err(NumberProblem::NotANumber);
        }
        let mut plain = match self.thousands {
            Some(sign) => without(whole, sign).ok_or(NumberProblem::NotANumber)?,
            None => whole.to_owned(),
        };
        if let Some(fraction) = fraction {
            plain.push('.');
            plain.push_str(fraction);
        }
        finite(&plain)
    }
}

/// A whole number without the signs between its groups of three digits; `None` if the groups are others.
fn without(whole: &str, sign: u8) -> Option<String> {
    let is_sign = |c: char| {
        c == char::from(sign)
            || sign == b' ' && matches!(c, '\u{a0}' | '\u{202f}' | '\u{2009}')
            || sign == b'\'' && c == '\u{2019}'
    };
    if !whole.contains(is_sign) {
        return Some(whole.to_owned());
    }
    let (negative, digits) = match whole.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => ("-", digits),
        None => ("", whole.strip_prefix('+').unwrap_or(whole)),
    };
    let groups: Vec<&str> = digits.split(is_sign).collect();
    let fits = groups.iter().enumerate().all(|(at, group)| {
        let length = if at == 0 { 1..=3 } else { 3..=3 };
        length.contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit())
    });
    fits.then(|| negative.to_owned() + &groups.concat())
}

fn finite(text: &str) -> Result<f32, NumberProblem> {
    // The minus of typesetting.
    if let Some(rest) = text.strip_prefix('\u{2212}') {
        let unsigned = rest.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        return match finite(rest) {
            Ok(value) if unsigned => Ok(-value),
            Ok(_) => Err(NumberProblem::NotANumber),
            Err(problem) => Err(problem),
        };
    }
    match text.parse::<f32>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(NumberProblem::NotFinite),
        Err(_) => Err(NumberProblem::NotANumber),
    }
}

/// A finite number. `decimal_comma`: `3,5` stands for 3.5, and so does `3.5`.
pub(crate) fn number(text: &[u8], decimal_comma: bool) -> Result<f32, NumberProblem> {
    let comma = Signs {
        decimal: b',',
        ..Signs::POINT
    };
    match Signs::POINT.number(text) {
        Err(NumberProblem::NotANumber) if decimal_comma => comma.number(text),
        found => found,
    }
}

/// A whole number that may be written with decimals or an exponent: `12.0`, `1.200e+01`.
pub(crate) fn whole(text: &[u8]) -> Option<u64> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    // Above 2^53 not every whole number is there.
    (value.fract() == 0.0 && (0.0..9e15).contains(&value)).then_some(value as u64)
}

/// The common case: at most nine digits with or without a point. Exact, since both the digits and the power of ten are exact in `f64`.
#[inline]
fn short_decimal(text: &[u8], decimal: u8) -> Option<f32> {
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
            own if own == decimal && point.is_none() => point = Some(count),
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
    // With a zone it is a moment: `2019-05-31T10:00:00+02:00`, `2019-05-31 10:00:00 UTC`.
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(moment.as_second());
    }
    let text = [" UTC", " GMT", "Z"]
        .iter()
        .find_map(|zone| text.strip_suffix(zone))
        .unwrap_or(text);
    // `2019/05/31`.
    let dashes;
    let text = match text.as_bytes() {
        [_, _, _, _, first @ (b'/' | b'.'), _, _, second, ..] if first == second => {
            dashes = format!("{}-{}-{}", &text[..4], &text[5..7], &text[8..]);
            &dashes
        }
        _ => text,
    };
    if let Ok(moment) = text.parse::<jiff::civil::DateTime>() {
        let zoned = moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        return Some(zoned.timestamp().as_second());
    }
    super::month_names::time(text)
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
                    assert_eq!(
                        short_decimal(text.as_bytes(), b'.'),
                        text.parse().ok(),
                        "{text}"
                    );
                }
            }
        }
        assert_eq!(number(b"3.", false), Ok(3.0));
        assert_eq!(number(b".5", false), Ok(0.5));
        assert_eq!(number(b"4e0", false), Ok(4.0));
        assert_eq!(number(b"+2", false), Ok(2.0));
        assert_eq!(number(b"3,5", true), Ok(3.5));
        assert_eq!(number("\u{2212}2.5".as_bytes(), false), Ok(-2.5));
    }

    #[test]
    fn numbers_with_units_are_read_where_the_file_has_them() {
        let money = unit::split("5 €").map(|(unit, _)| unit);
        let comma = Signs {
            decimal: b',',
            thousands: Some(b'.'),
            money,
            percent: true,
        };
        assert_eq!(comma.number("1.234,5 €".as_bytes()), Ok(1234.5));
        assert_eq!(comma.number("-5\u{a0}€".as_bytes()), Ok(-5.0));
        assert_eq!(comma.number(b"45,5 %"), Ok(0.455));
        assert_eq!(comma.number(b"45"), Ok(45.0));
        for text in ["$5", "5 £"] {
            assert!(comma.number(text.as_bytes()).is_err(), "{text}");
        }
        for text in ["5 €", "45%"] {
            assert!(Signs::POINT.number(text.as_bytes()).is_err(), "{text}");
        }
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
        // The same moment in other zones; without one it is UTC.
        for text in [
            "1997-12-04T15:55:49+00:00",
            "1997-12-04T17:55:49+02:00",
            "1997-12-04 08:55:49-07:00",
            "1997-12-04 15:55:49 UTC",
            "1997/12/04 15:55:49",
            "Thu Dec 04 08:55:49 -0700 1997",
        ] {
            assert_eq!(time(text.as_bytes()), Some(881_250_949), "{text}");
        }
        assert_eq!(time(b"1970-01-02"), Some(86_400));
        assert_eq!(time(b"-5"), Some(-5));
        assert_eq!(time(b"yesterday"), None);
        assert_eq!(time(b""), None);
        assert_eq!(time(b"nan"), None);
    }

    #[test]
    fn thousands_stand_in_groups_of_three_digits() {
        let signs = |decimal, thousands| Signs {
            decimal,
            thousands: Some(thousands),
            ..Signs::POINT
        };
        for (text, signs, value) in [
            ("1,200,345", signs(b'.', b','), 1_200_345.0),
            ("-2,288.5", signs(b'.', b','), -2_288.5),
            ("2.288,25", signs(b',', b'.'), 2_288.25),
            ("812", signs(b'.', b','), 812.0),
            ("1 200\u{a0}345", signs(b'.', b' '), 1_200_345.0),
            ("1\u{2019}000", signs(b'.', b'\''), 1_000.0),
            ("\u{2212}1,000.5", signs(b'.', b','), -1_000.5),
        ] {
            assert_eq!(signs.number(text.as_bytes()), Ok(value), "{text}");
        }
        for (text, signs) in [
            ("2,28", signs(b'.', b',')),
            ("2,2888", signs(b'.', b',')),
            (",288", signs(b'.', b',')),
            (
                "2.288",
                Signs {
                    thousands: None,
                    ..signs(b',', b'.')
                },
            ),
            (
                "1,5,2",
                Signs {
                    thousands: None,
                    ..signs(b',', b'.')
                },
            ),
        ] {
            let found = signs.number(text.as_bytes());
            assert_eq!(found, Err(NumberProblem::NotANumber), "{text}");
        }
    }
}
