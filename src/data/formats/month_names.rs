//! Dates with the name of the month, which have but one meaning: `May 31, 2019`, `31-May-19`, `Fri May 31 10:00:00 -0700 2019`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::dates;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
/// Zones by name, in hours from UTC: those of RFC 2822.
const ZONES: [(&str, i64); 11] = [
    ("z", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
];

/// What the words of a date say.
#[derive(Default)]
struct Said {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    /// Hours, minutes, seconds.
    clock: Option<[i8; 3]>,
    /// Seconds ahead of UTC.
    ahead: i64,
}

/// Seconds since 1970, UTC, of a date with the name of its month in English; without a zone it is taken for UTC.
pub(super) fn time(text: &str) -> Option<i64> {
    if !text.bytes().any(|byte| byte.is_ascii_alphabetic()) || text.len() > 60 {
        return None;
    }
    let words = text.split([' ', ',', '\u{a0}', '\u{202f}']);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut said = Said::default();
    let mut at = 0;
    while let Some(&word) = words.get(at) {
        let half = words.get(at + 1).copied().filter(|next| is_half(next));
        at += 1 + usize::from(half.is_some() && word.contains(':'));
        said.take(word, half)?;
    }
    let [hours, minutes, seconds] = said.clock.unwrap_or_default();
    let moment = DateTime::new(
        said.year?,
        said.month?,
        said.day?,
        hours,
        minutes,
        seconds,
        0,
    );
    let zoned = moment.ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_second() - said.ahead)
}

fn is_half(word: &str) -> bool {
    ["am", "pm"]
        .iter()
        .any(|half| word.eq_ignore_ascii_case(half))
}

impl Said {
    /// Takes a word; none if it is none of a date, or the second of its kind.
    fn take(&mut self, word: &str, half: Option<&str>) -> Option<()> {
        fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
            place.replace(value).is_none().then_some(())
        }
        if word.contains(':') {
            let clock = match half {
                Some(half) => dates::clock(&format!("{} {half}", whole_seconds(word))),
                None => dates::clock(whole_seconds(word)),
            };
            return once(&mut self.clock, clock?);
        }
        if let Some(ahead) = offset(word) {
            self.ahead = ahead;
            return Some(());
        }
        // `31-May-2019`, `31/May/2019`.
        if let Some(sign) = ['-', '/'].into_iter().find(|sign| word.contains(*sign)) {
            return word.split(sign).try_for_each(|part| self.take(part, None));
        }
        let lower = word.trim_end_matches('.').to_ascii_lowercase();
        if lower.bytes().all(|byte| byte.is_ascii_digit()) {
            return match lower.len() {
                1 | 2 if self.day.is_none() => once(&mut self.day, lower.parse().ok()?),
                2 => once(&mut self.year, dates::of_two_digits(lower.parse().ok()?)),
                4 => once(&mut self.year, lower.parse().ok()?),
                _ => None,
            };
        }
        let named = |names: &[&str]| {
            let is = |name: &&str| {
                lower.len() >= 3 && name.starts_with(&lower)
                    || lower == "sept" && **name == *"september"
            };
            names.iter().position(is)
        };
        if let Some(month) = named(&MONTHS) {
            return once(&mut self.month, month as i8 + 1);
        }
        if named(&DAYS).is_some() {
            return Some(());
        }
        // `31st`.
        let ordinal = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|end| lower.strip_suffix(end));
        if let Some(day) = ordinal.and_then(|day| day.parse().ok()) {
            return once(&mut self.day, day);
        }
        let zone = ZONES.iter().find(|(name, _)| *name == lower)?;
        self.ahead = zone.1 * 3600;
        Some(())
    }
}

/// `10:00:05.123` without what is less than a second.
fn whole_seconds(word: &str) -> &str {
    word.split_once('.').map_or(word, |(whole, _)| whole)
}

/// Seconds of `+0200`.
fn offset(word: &str) -> Option<i64> {
    let (sign, digits) = match word.as_bytes() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    if digits.len() != 4 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |at: usize| i64::from(digits[at] - b'0') * 10 + i64::from(digits[at + 1] - b'0');
    Some(sign * (number(0) * 3600 + number(2) * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_with_names_of_months_are_the_seconds_that_date_says() {
        // `date -u -d "…" +%s`.
        for (text, seconds) in [
            ("May 31, 2019", 1_559_260_800),
            ("31 May 2019", 1_559_260_800),
            ("31-May-2019", 1_559_260_800),
            ("31-MAY-19", 1_559_260_800),
            ("May 31st, 2019", 1_559_260_800),
            ("Fri May 31 10:00:00 -0700 2019", 1_559_322_000),
            ("Fri May 31 10:00:00 PDT 2019", 1_559_322_000),
            ("Fri, 31 May 2019 10:00:00 +0200", 1_559_289_600),
            ("Fri, 31 May 2019 10:00:00 GMT", 1_559_296_800),
            ("May 31, 2019 1:30 PM", 1_559_309_400),
            ("Sept. 1, 1998 0:00:01.500", 904_608_001),
        ] {
            assert_eq!(time(text), Some(seconds), "{text}");
        }
        for text in [
            "May 2019",
            "May-19",
            "31 May",
            "ma 31 2019",
            "May 31 June 2019",
            "May 32, 2019",
            "user May 31, 2019",
            "2019-05-31",
            "Fri May 31 10:00:00 CEST 2019",
            "",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
