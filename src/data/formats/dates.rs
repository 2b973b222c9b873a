//! Dates with the day or the month in front, as a column writes them: `31/12/2019`, `12/31/2019`, `31.12.2019 23:59`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::number;
use crate::data::DateOrder;

/// How the times of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Times {
    /// As seconds since 1970, or as dates with the year first.
    #[default]
    Plain,
    /// As dates with the year last.
    Dates {
        first: DateOrder,
        /// Of how many digits their years are: 2 or 4.
        year: Digits,
    },
}

/// Digits of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digits {
    /// `98` is 1998, and `19` is 2019.
    Two,
    Four,
}

impl Times {
    /// Seconds since 1970, UTC.
    pub(crate) fn time(self, text: &[u8]) -> Option<i64> {
        let Self::Dates { first, year } = self else {
            return number::time(text);
        };
        let parts = Parts::of(text).filter(|parts| parts.digits == year)?;
        match first {
            DateOrder::DayFirst => parts.day_first(),
            DateOrder::MonthFirst => parts.month_first(),
        }
    }

    /// For messages: what a time should be.
    pub(crate) fn wanted(self) -> &'static str {
        match self {
            Self::Plain => "a time",
            Self::Dates { first, .. } => match first {
                DateOrder::DayFirst => "a date with the day first, as in the lines above",
                DateOrder::MonthFirst => "a date with the month first, as in the lines above",
            },
        }
    }
}

/// What the dates of a column say about their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Order {
    /// They are written otherwise, as this one.
    Other(Option<String>),
    /// All have it, and this one could have no other.
    Known(DateOrder, Digits, String),
    /// None of them tells, as this one.
    Open(Digits, String),
    /// One has the day first, the other the month.
    Mixed(String, String),
}

impl Order {
    /// Looks at all dates of a column; what is missing counts for nothing.
    pub(crate) fn of<'t>(fields: impl Iterator<Item = &'t [u8]>) -> Self {
        let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
        let other = |field| Self::Other(Some(text(field)));
        let (mut both, mut day, mut month, mut digits) = (None, None, None, None);
        // A year of two digits could stand first as well, unless one could be no day.
        let mut year_is_last = false;
        for field in fields {
            let Some(parts) = Parts::of(field) else {
                return other(field);
            };
            if *digits.get_or_insert(parts.digits) != parts.digits {
                return other(field);
            }
            year_is_last |= parts.digits == Digits::Four || !(1..=31).contains(&(parts.year % 100));
            match (parts.day_first(), parts.month_first()) {
                (None, None) => return other(field),
                (Some(_), None) => day = day.or(Some(field)),
                (None, Some(_)) => month = month.or(Some(field)),
                (Some(_), Some(_)) => both = both.or(Some(field)),
            }
        }
        let Some(digits) = digits else {
            return Self::Other(None);
        };
        match (day, month, both) {
            (Some(day), Some(month), _) => Self::Mixed(text(day), text(month)),
            // Nobody writes year, day, month.
            (None, Some(month), _) => Self::Known(DateOrder::MonthFirst, digits, text(month)),
            (Some(day), None, _) if year_is_last => {
                Self::Known(DateOrder::DayFirst, digits, text(day))
            }
            (Some(open), None, _) | (None, None, Some(open)) => Self::Open(digits, text(open)),
            (None, None, None) => Self::Other(None),
        }
    }
}

/// True if a field is a date with the day or the month first.
pub(crate) fn is_date(field: &[u8]) -> bool {
    Parts::of(field).is_some_and(|parts| parts.digits == Digits::Four && parts.is_date())
}

/// True also of a date whose year has two digits, which much that is no date looks like.
pub(crate) fn may_be_date(field: &[u8]) -> bool {
    Parts::of(field).is_some_and(|parts| parts.is_date())
}

/// `a/b/year`, perhaps with a time of day.
struct Parts {
    a: i8,
    b: i8,
    year: i16,
    digits: Digits,
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
        let (a, b, last) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !(is_whole(a, 2) && is_whole(b, 2) && is_whole(last, 4)) || parts.next().is_some() {
            return None;
        }
        let year: i16 = last.parse().ok()?;
        let (year, digits) = match last.len() {
            4 => (year, Digits::Four),
            2 => (of_two_digits(year), Digits::Two),
            _ => return None,
        };
        Some(Self {
            a: a.parse().ok()?,
            b: b.parse().ok()?,
            year,
            digits,
            clock,
        })
    }

    fn is_date(&self) -> bool {
        self.day_first().is_some() || self.month_first().is_some()
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

/// The year that two digits mean, as POSIX has it: 1969 to 2068.
pub(super) fn of_two_digits(year: i16) -> i16 {
    year + if year < 69 { 2000 } else { 1900 }
}

/// `23:59`, `23:59:58`, `11:59 PM`.
pub(super) fn clock(text: &str) -> Option<[i8; 3]> {
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
        use DateOrder::{DayFirst, MonthFirst};
        let known = |order, digits, example: &str| Order::Known(order, digits, example.to_owned());
        let four = |order, example| known(order, Digits::Four, example);
        assert_eq!(
            order(&["03/04/2019", "31/12/2019"]),
            four(DayFirst, "31/12/2019")
        );
        assert_eq!(
            order(&["03/04/2019", "12/31/2019"]),
            four(MonthFirst, "12/31/2019")
        );
        assert_eq!(
            order(&["3.4.2019"]),
            Order::Open(Digits::Four, "3.4.2019".to_owned())
        );
        assert_eq!(
            order(&["31/12/2019", "12/31/2019"]),
            Order::Mixed("31/12/2019".to_owned(), "12/31/2019".to_owned())
        );
        for other in ["2019-12-31", "32/13/2019", "31/12/19", "1577750400", ""] {
            assert_eq!(
                order(&["31/12/2019", other]),
                Order::Other(Some(other.to_owned())),
                "{other}"
            );
        }
        assert_eq!(order(&[]), Order::Other(None));
        // 31/12/19 could be a day in 2031 as well, 31/12/98 could not.
        let open = |example: &str| Order::Open(Digits::Two, example.to_owned());
        assert_eq!(order(&["3/4/19", "4/4/19"]), open("3/4/19"));
        assert_eq!(order(&["31/12/19", "3/4/19"]), open("31/12/19"));
        assert_eq!(
            order(&["31/12/19", "3/4/98"]),
            known(DayFirst, Digits::Two, "31/12/19")
        );
        assert_eq!(
            order(&["12/31/19 0:00", "3/4/19 0:00"]),
            known(MonthFirst, Digits::Two, "12/31/19 0:00")
        );
    }

    #[test]
    fn a_date_is_the_second_that_its_order_says() {
        use DateOrder::{DayFirst, MonthFirst};
        let dates = |first, year| Times::Dates { first, year };
        let (day, month) = (
            dates(DayFirst, Digits::Four),
            dates(MonthFirst, Digits::Four),
        );
        // `date -u -d 2019-04-03 +%s` and so on.
        for (times, text, seconds) in [
            (day, "03/04/2019", 1_554_249_600),
            (month, "03/04/2019", 1_551_657_600),
            (day, "31.12.2019 23:59", 1_577_836_740),
            (month, "12/31/2019 11:59:58 PM", 1_577_836_798),
            (month, "12/31/2019 12:00 am", 1_577_750_400),
            (dates(DayFirst, Digits::Two), "3.4.19", 1_554_249_600),
            (dates(MonthFirst, Digits::Two), "4/3/98", 891_561_600),
            (Times::Plain, "2019/12/31", 1_577_750_400),
            (Times::Plain, "2019-12-31", 1_577_750_400),
        ] {
            assert_eq!(times.time(text.as_bytes()), Some(seconds), "{text}");
        }
        assert_eq!(month.time(b"31/12/2019"), None);
        assert_eq!(day.time(b"29/02/2019"), None);
        assert_eq!(day.time(b"28/02/2019 25:00"), None);
        assert_eq!(day.time(b"28/02/19"), None);
        assert!(is_date(b"31/12/2019") && !is_date(b"4.5") && !is_date(b"1.2.10"));
        assert!(may_be_date(b"1.2.10") && !may_be_date(b"1.2.3"));
    }
}
