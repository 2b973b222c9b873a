//! Which signs stand before decimals and between thousands, from the numbers of a file as a whole.

use super::number::Signs;
use super::unit::{self, Unit};

/// What the numbers of a file say about their signs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    /// Numbers without a sign, and whether one has more than three digits.
    plain: usize,
    long: bool,
    /// An example of a point, and of a comma, that can only stand before decimals.
    decimal: [Option<String>; 2],
    /// An example of a point, and of a comma, that can only stand between thousands; of an apostrophe, and of a space.
    thousands: [Option<String>; 4],
    /// Numbers such as 2,288, with one point or comma before three digits, and an example.
    either: [(usize, Option<String>); 2],
    /// The first number with a percent sign.
    percent: Option<String>,
    /// The first signs of money that differ, at most two, each with an example.
    money: Vec<(Unit, String)>,
    /// Numbers without a unit.
    bare: usize,
}

const DECIMALS: [u8; 2] = [b'.', b','];
const THOUSANDS: [u8; 4] = [b'.', b',', b'\'', b' '];

/// What a file's numbers are written with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub signs: Signs,
    /// It could be another: why it is not, with an example.
    pub unsure: Option<String>,
    /// An example of what speaks for it.
    pub example: Option<String>,
    /// What was done with signs of money and percent beside numbers.
    pub units: Vec<String>,
}

impl Evidence {
    /// Looks at a field; false if it is no number, whatever the signs.
    pub(crate) fn see(&mut self, field: &[u8]) -> bool {
        let Some(numeral) = Numeral::of(field) else {
            return false;
        };
        let example = || Some(String::from_utf8_lossy(field).into_owned());
        match std::str::from_utf8(field).ok().and_then(unit::split) {
            Some((Unit::Percent, _)) => {
                if self.percent.is_none() {
                    self.percent = example();
                }
            }
            Some((money, _)) => {
                if self.money.len() < 2 && !self.money.iter().any(|(own, _)| *own == money) {
                    self.money.push((money, example().unwrap_or_default()));
                }
            }
            None => self.bare += 1,
        }
        match numeral {
            Numeral::Plain { digits } => {
                self.plain += 1;
                self.long |= digits > 3;
            }
            Numeral::Decimal(sign) => note(&mut self.decimal, &DECIMALS, sign, example),
            Numeral::Thousands(sign) => note(&mut self.thousands, &THOUSANDS, sign, example),
            Numeral::Both { thousands, decimal } => {
                note(&mut self.decimal, &DECIMALS, decimal, example);
                note(&mut self.thousands, &THOUSANDS, thousands, example);
            }
            Numeral::Either(sign) => {
                let own = &mut self.either[usize::from(sign == b',')];
                own.0 += 1;
                if own.1.is_none() {
                    own.1 = example();
                }
            }
        }
        true
    }

    /// The signs that fit all of the numbers; else why none do, with the keys to set.
    pub(crate) fn decide(
        &self,
        decimal: Option<u8>,
        thousands: Option<Option<u8>>,
    ) -> Result<Found, String> {
        let (money, units) = self.units()?;
        let signs = |decimal, thousands| Signs {
            decimal,
            thousands,
            money,
            percent: self.percent.is_some(),
        };
        if let (Some(decimal), Some(thousands)) = (decimal, thousands) {
            return Ok(Found {
                signs: signs(decimal, thousands),
                unsure: None,
                example: None,
                units,
            });
        }
        let (mut unsure, mut example) = (None, None);
        let is_decimal = |sign: u8| self.decimal[usize::from(sign == b',')].clone();
        let groups = |sign: u8| {
            let at = THOUSANDS.iter().position(|own| *own == sign);
            at.and_then(|at| self.thousands[at].clone())
        };
        let either = |sign: u8| &self.either[usize::from(sign == b',')];
        let decimal = match decimal {
            Some(decimal) => decimal,
            None if thousands == Some(Some(b'.')) => b',',
            None if thousands == Some(Some(b',')) => b'.',
            None => match (is_decimal(b'.'), is_decimal(b',')) {
                (Some(point), Some(comma)) => {
                    return Err(format!(
                        "numbers have a point before decimals, as in {point}, and a comma, as in {comma}"
                    ));
                }
                (Some(_), None) => b'.',
                (None, Some(comma)) => {
                    example = Some(comma);
                    b','
                }
                (None, None) => match (groups(b'.'), groups(b',')) {
                    (Some(point), Some(comma)) => {
                        return Err(format!(
                            "numbers have points between thousands, as in {point}, and commas, as in {comma}"
                        ));
                    }
                    (Some(_), None) => b',',
                    (None, Some(_)) => b'.',
                    (None, None) => match (either(b'.'), either(b',')) {
                        ((0, _), (0, _)) => b'.',
                        ((_, Some(point)), (0, _)) => {
                            if self.plain > 0 && !self.long {
                                unsure = Some(format!(
                                    "the point in {point} was read as a decimal point; if points stand between thousands, set data.thousands = \".\""
                                ));
                            }
                            b'.'
                        }
                        (_, (_, Some(comma)))
                            if self.plain > 0 && !self.long && either(b'.').0 == 0 =>
                        {
                            unsure = Some(format!(
                                "the comma in {comma} was read as a sign between thousands; if commas stand before decimals, set data.decimal = \",\""
                            ));
                            b'.'
                        }
                        (_, (_, comma)) => {
                            let comma = comma.as_deref().unwrap_or("2,288");
                            return Err(format!(
                                "the comma in {comma} could stand before decimals or between thousands"
                            ));
                        }
                    },
                },
            },
        };
        let thousands = match thousands {
            Some(thousands) => thousands,
            None => {
                let other = if decimal == b'.' { b',' } else { b'.' };
                let found = [other, b'\'', b' '].into_iter().find_map(|sign| {
                    let own = groups(sign)
                        .or_else(|| either(other).1.clone().filter(|_| sign == other))?;
                    Some((sign, own))
                });
                if let Some((_, own)) = &found {
                    example = Some(own.clone());
                }
                found.map(|(sign, _)| sign)
            }
        };
        if decimal == b',' && example.is_none() {
            example = is_decimal(b',');
        }
        Ok(Found {
            signs: signs(decimal, thousands),
            unsure,
            example,
            units,
        })
    }

    /// The sign of money that the numbers have, and what is to be said of their units.
    fn units(&self) -> Result<(Option<Unit>, Vec<String>), String> {
        let mut notices = Vec::new();
        let mixed = |sign: &str| {
            if self.bare > 0 {
                format!(
                    "; {} numbers have no {sign} and were read as they are",
                    self.bare
                )
            } else {
                String::new()
            }
        };
        if let Some(example) = &self.percent {
            notices.push(format!(
                "numbers with a percent sign were read as hundredths, as in {example}{}",
                mixed("percent sign")
            ));
        }
        let money = match self.money.as_slice() {
            [] => None,
            [(unit, example)] => {
                let name = unit.name();
                notices.push(format!(
                    "{name} beside numbers was not read, as in {example}{}",
                    mixed(name)
                ));
                Some(*unit)
            }
            [(_, first), (_, second), ..] => {
                return Err(format!(
                    "numbers have different units, as in {first} and {second}"
                ));
            }
        };
        Ok((money, notices))
    }
}

fn note(of: &mut [Option<String>], signs: &[u8], sign: u8, example: impl Fn() -> Option<String>) {
    if let Some(at) = signs.iter().position(|own| *own == sign)
        && of[at].is_none()
    {
        of[at] = example();
    }
}

/// True if a field is a number with some signs or others.
pub(crate) fn is_numeral(field: &[u8]) -> bool {
    Numeral::of(field).is_some()
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numeral {
    /// Digits alone.
    Plain {
        digits: usize,
    },
    /// The sign can only stand before decimals.
    Decimal(u8),
    /// The sign can only stand between thousands.
    Thousands(u8),
    Both {
        thousands: u8,
        decimal: u8,
    },
    /// `2,288`.
    Either(u8),
}

impl Numeral {
    fn of(field: &[u8]) -> Option<Self> {
        // The longest that is written with reason: 64 digits and their signs.
        if field.is_empty() || field.len() > 90 {
            return None;
        }
        let text = std::str::from_utf8(field).ok()?;
        let bare = unit::split(text);
        let text = bare.as_ref().map_or(text, |(_, number)| number);
        let text = text.strip_prefix(['-', '+', '\u{2212}']).unwrap_or(text);
        let (digits, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        if let Some(exponent) = exponent {
            let power = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            if power.is_empty() || !power.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
        }
        let (mut signs, mut groups) = (Vec::new(), vec![0_usize]);
        for c in digits.chars() {
            let sign = match c {
                '0'..='9' => {
                    *groups.last_mut()? += 1;
                    continue;
                }
                '.' | ',' | '\'' | ' ' => c as u8,
                '\u{a0}' | '\u{202f}' | '\u{2009}' => b' ',
                '\u{2019}' => b'\'',
                _ => return None,
            };
            signs.push(sign);
            groups.push(0);
        }
        if groups.iter().sum::<usize>() == 0 {
            return None;
        }
        let in_groups = |groups: &[usize]| {
            (1..=3).contains(&groups[0]) && groups[1..].iter().all(|length| *length == 3)
        };
        let is_decimal = |sign| DECIMALS.contains(&sign);
        match signs[..] {
            [] => Some(Self::Plain { digits: groups[0] }),
            [sign] if !is_decimal(sign) => {
                (exponent.is_none() && in_groups(&groups)).then_some(Self::Thousands(sign))
            }
            [sign] => Some(
                if exponent.is_none() && in_groups(&groups) && !digits.starts_with('0') {
                    Self::Either(sign)
                } else {
                    Self::Decimal(sign)
                },
            ),
            [first, .., last] => {
                let same = &signs[..signs.len() - 1];
                if !same.iter().all(|sign| *sign == first) {
                    return None;
                }
                if last == first {
                    return (exponent.is_none() && in_groups(&groups))
                        .then_some(Self::Thousands(first));
                }
                let whole = &groups[..groups.len() - 1];
                (is_decimal(last) && in_groups(whole)).then_some(Self::Both {
                    thousands: first,
                    decimal: last,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(numbers: &[&str]) -> Result<Found, String> {
        let mut evidence = Evidence::default();
        for number in numbers {
            assert!(evidence.see(number.as_bytes()), "{number}");
        }
        evidence.decide(None, None)
    }

    fn signs(decimal: u8, thousands: Option<u8>) -> Signs {
        Signs {
            decimal,
            thousands,
            ..Signs::POINT
        }
    }

    #[test]
    fn units_are_found_and_said() {
        let found = decided(&["12,5 %", "3 %"]).expect("percents");
        assert!(found.signs.percent && found.signs.decimal == b',');
        assert!(
            found.units[0].ends_with("as in 12,5 %"),
            "{:?}",
            found.units
        );
        let found = decided(&["$1,234.50", "-$5", "7"]).expect("money");
        assert_eq!(found.signs.number(b"-$1,000"), Ok(-1000.0));
        assert!(
            found.units[0].contains("1 numbers have no $"),
            "{:?}",
            found.units
        );
        let two = decided(&["$5", "5 €"]).expect_err("two units");
        assert!(two.contains("$5 and 5 €"), "{two}");
    }

    #[test]
    fn signs_are_found_from_all_numbers_together() {
        for (numbers, expected) in [
            (&["1", "2.5", "-3e-4"][..], signs(b'.', None)),
            (&["3,5", "4"], signs(b',', None)),
            (&["0,512", "1,234"], signs(b',', None)),
            (&["1,200,345", "812"], signs(b'.', Some(b','))),
            (&["1,234", "0.5"], signs(b'.', Some(b','))),
            (&["1.234", "0,5"], signs(b',', Some(b'.'))),
            (&["1.234.567,8"], signs(b',', Some(b'.'))),
            (&["1.234.567", "2.288"], signs(b',', Some(b'.'))),
            (&["1 234", "12"], signs(b'.', Some(b' '))),
            (&["1'234.5", "12"], signs(b'.', Some(b'\''))),
            // As a program writes three decimals.
            (&["1.234", "2.288"], signs(b'.', None)),
        ] {
            let found = decided(numbers).expect("signs");
            assert_eq!((found.signs, found.unsure), (expected, None), "{numbers:?}");
        }
    }

    #[test]
    fn what_could_be_read_two_ways_is_said_or_refused() {
        let found = decided(&["2,288", "812", "3"]).expect("thousands");
        assert_eq!(found.signs, signs(b'.', Some(b',')));
        assert!(found.unsure.is_some_and(|why| why.contains("2,288")));
        let found = decided(&["2.288", "812", "3"]).expect("decimals");
        assert_eq!(found.signs, Signs::POINT);
        assert!(found.unsure.is_some_and(|why| why.contains("2.288")));
        for numbers in [
            &["2,288", "3,912"][..],
            &["2,288", "3912"],
            &["3,5", "4.5"],
            &["2,288", "3.912"],
        ] {
            assert!(decided(numbers).is_err(), "{numbers:?}");
        }
        let mut evidence = Evidence::default();
        evidence.see(b"2,288");
        let given = evidence.decide(Some(b','), None).expect("a key");
        assert_eq!(given.signs, signs(b',', None));
        let given = evidence.decide(None, Some(Some(b','))).expect("a key");
        assert_eq!(given.signs, signs(b'.', Some(b',')));
    }

    #[test]
    fn what_is_no_number_is_told_apart() {
        for text in [
            "",
            "a",
            "1.2.3",
            "12,34,5",
            "2019-05-31",
            "1e",
            "-",
            ".",
            "1 2",
            "5*",
        ] {
            assert!(!is_numeral(text.as_bytes()), "{text}");
        }
    }
}
