//! Dates with the day or the month in front, as a column writes them: `31/12/2019`, `12/31/2019`, `31.12.2019 23:59`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::number;

/// What stands first in the dates of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum DateOrder {
    /// The year, or they are no dates but seconds.
    #[default]
    Year,
    /// The day: `31/12/2019`.
    Day,
    /// The month: `12/31/2019`.
    Month,
}

impl DateOrder {
    /// Seconds since 1970, UTC.
    pub(crate) fn time(self, text: &[u8]) -> Option<i64> {
        match self {
            Self::Year => number::time(text),
            Self::Day => Parts::of(text)?.day_first(),
            Self::Month => Parts::of(text)?.month_first(),
        }
    }

    /// For messages: what a time should be.
    pub(crate) fn wanted(self) -> &'static str {
        match self {
            Self::Year => "a time",
            Self::Day => "a date with the day first, as in the lines above",
            Self::Month => "a date with the month first, as in the lines above",
        }
    }
}

/// What the dates of a column say about their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Order {
    /// They are written otherwise.
    Other,
    /// All have it, and one of them could have no other.
    Known(DateOrder, String),
    /// Each could have the day or the month first, as this one.
    Open(String),
    /// One has the day first, the other the month.
    Mixed(String, String),
}

impl Order {
    /// Looks at all dates of a column; what is missing counts for nothing.
    pub(crate) fn of<'t>(fields: impl Iterator<Item = &'t [u8]>) -> Self {
        let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
        let (mut first, mut day, mut month) = (None, None, None);
        for field in fields {
            let Some(parts) = Parts::of(field) else {
                return Self::Other;
            };
            match (parts.day_first(), parts.month_first()) {
                (None, None) => return Self::Other,
                (Some(_), None) => day = day.or(Some(field)),
                (None, Some(_)) => month = month.or(Some(field)),
                (Some(_), Some(_)) => first = first.or(Some(field)),
            }
        }
        match (day, month, first) {
            (Some(day), Some(month), _) => Self::Mixed(text(day), text(month)),
            (Some(day), None, _) => Self::Known(DateOrder::Day, text(day)),
            (None, Some(month), _) => Self::Known(DateOrder::Month, text(month)),
            (None, None, Some(open)) => Self::Open(text(open)),
            (None, None, None) => Self::Other,
        }
    }
}

/// True if a field is a date with the day or the month first.
pub(crate) fn is_date(field: &[u8]) -> bool {
    Parts::of(field)
        .is_some_and(|parts| parts.day_first().is_some() || parts.month_first().is_some())
}

/// `a/b/year`, perhaps with a time of day.
struct Parts {
    a: i8,
    b: i8,
    year: i16,
    /// Hours, minutes, seconds.
    clock: [i8; 3],
}

impl Parts {
    fn of(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?.trim();
        let (date, clock) = match text.split_once([' ', 'T']) {
            Some((date, clock)) => (date, self::clock(clock.trim())?),
            None => (text, [0; 3]),
        };
        let sign = date.chars().find(|sign| !sign.is_ascii_digit())?;
        if !['/', '.', '-'].contains(&sign) {
            return None;
        }
        let mut parts = date.split(sign);
        let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        // A year of two digits could be the day as well.
        let fits = is_whole(a, 2) && is_whole(b, 2) && is_whole(year, 4) && year.len() == 4;
        if !fits || parts.next().is_some() {
            return None;
        }
        Some(Self {
            a: a.parse().ok()?,
            b: b.parse().ok()?,
            year: year.parse().ok()?,
            clock,
        })
    }

    fn day_first(&self) -> Option<i64> {
        self.seconds(self.b, self.a)
    }

    fn month_first(&self) -> Option<i64> {
        self.seconds(self.a, self.b)
    }

    fn seconds(&self, month: i8, day: i8) -> Option<i64> {
        let [hours, minutes, seconds] = self.clock;
        let moment = DateTime::new(self.year, month, day, hours, minutes, seconds, 0).ok()?;
        let zoned = moment.to_zoned(TimeZone::UTC).ok()?;
        Some(zoned.timestamp().as_second())
    }
}

/// `23:59`, `23:59:58`, `11:59 PM`.
fn clock(text: &str) -> Option<[i8; 3]> {
    let upper = text.to_ascii_uppercase();
    let half = ["AM", "PM"]
        .iter()
        .find_map(|half| Some((upper.strip_suffix(half)?.trim_end(), *half)));
    let (digits, half) = match half {
        Some((digits, half)) => (digits, Some(half)),
        None => (upper.as_str(), None),
    };
    let parts: Option<Vec<i8>> = digits
        .split(':')
        .map(|part| part.parse().ok().filter(|own| *own >= 0))
        .collect();
    let (mut hours, minutes, seconds) = match parts?[..] {
        [hours, minutes] => (hours, minutes, 0),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    if let Some(half) = half {
        if !(1..=12).contains(&hours) {
            return None;
        }
        hours = hours % 12 + if half == "PM" { 12 } else { 0 };
    }
    Some([hours, minutes, seconds])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(dates: &[&str]) -> Order {
        Order::of(dates.iter().map(|date| date.as_bytes()))
    }

    #[test]
    fn a_column_has_one_order_or_none() {
        let known = |order, example: &str| Order::Known(order, example.to_owned());
        assert_eq!(
            order(&["03/04/2019", "31/12/2019"]),
            known(DateOrder::Day, "31/12/2019")
        );
        assert_eq!(
            order(&["03/04/2019", "12/31/2019"]),
            known(DateOrder::Month, "12/31/2019")
        );
        assert_eq!(order(&["3.4.2019"]), Order::Open("3.4.2019".to_owned()));
        assert_eq!(
            order(&["31/12/2019", "12/31/2019"]),
            Order::Mixed("31/12/2019".to_owned(), "12/31/2019".to_owned())
        );
        for other in ["2019-12-31", "32/13/2019", "31/12/19", "1577750400", ""] {
            assert_eq!(order(&["31/12/2019", other]), Order::Other, "{other}");
        }
        assert_eq!(order(&[]), Order::Other);
    }

    #[test]
    fn a_date_is_the_second_that_its_order_says() {
        // `date -u -d 2019-04-03 +%s` and so on.
        for (order, text, seconds) in [
            (DateOrder::Day, "03/04/2019", 1_554_249_600),
            (DateOrder::Month, "03/04/2019", 1_551_657_600),
            (DateOrder::Day, "31.12.2019 23:59", 1_577_836_740),
            (DateOrder::Month, "12/31/2019 11:59:58 PM", 1_577_836_798),
            (DateOrder::Month, "12/31/2019 12:00 am", 1_577_750_400),
            (DateOrder::Year, "2019/12/31", 1_577_750_400),
            (DateOrder::Year, "2019-12-31", 1_577_750_400),
        ] {
            assert_eq!(order.time(text.as_bytes()), Some(seconds), "{text}");
        }
        assert_eq!(DateOrder::Month.time(b"31/12/2019"), None);
        assert_eq!(DateOrder::Day.time(b"29/02/2019"), None);
        assert_eq!(DateOrder::Day.time(b"28/02/2019 25:00"), None);
        assert!(is_date(b"31/12/2019") && !is_date(b"4.5"));
    }
}
