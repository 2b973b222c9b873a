//! Signs of money and percent beside numbers: `$1,234.50`, `12,5 %`.

/// Signs of money. Letters stand apart from the number, since ids begin with letters too; the longer sign comes first.
const MONEY: [&str; 30] = [
    "US$", "AU$", "CA$", "HK$", "NZ$", "NT$", "A$", "C$", "R$", "S$", "$", "€", "£", "¥", "₹", "₽",
    "₩", "₺", "₫", "₴", "₪", "₱", "USD", "EUR", "GBP", "CHF", "JPY", "zł", "Kč", "kr",
];

/// What stands beside a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Hundredths.
    Percent,
    /// A sign of money, by its place in the list of them.
    Money(u8),
}

impl Unit {
    /// As it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::Money(at) => MONEY[usize::from(at)],
        }
    }
}

/// The unit beside a number, and the number without it; `None` if there is none. Money in parentheses is negative.
pub(crate) fn split(text: &str) -> Option<(Unit, String)> {
    // Nearly all texts end here.
    let may = |c: char| matches!(c, '%' | '$') || !c.is_ascii() || c.is_ascii_alphabetic();
    let enclosed = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    let (first, last) = (text.chars().next()?, text.chars().next_back()?);
    if text.len() > 100 || enclosed.is_none() && !may(last) && !may(first) && first != '-' {
        return None;
    }
    let inner = enclosed.unwrap_or(text);
    let (sign, bare) = signed(inner);
    let (unit, rest) = beside(bare)?;
    let (inner_sign, number) = signed(rest);
    let signs = usize::from(enclosed.is_some()) + sign.len() + inner_sign.len();
    let begins_well = number.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    let is_twice = enclosed.is_some() && unit == Unit::Percent || signs > 1;
    if is_twice || !begins_well {
        return None;
    }
    let minus = if enclosed.is_some() || sign == "-" || inner_sign == "-" {
        "-"
    } else {
        ""
    };
    Some((unit, format!("{minus}{number}")))
}

/// The sign before a number, as `-` or `+`, and what follows it.
fn signed(text: &str) -> (&'static str, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => match text.strip_prefix('+') {
            Some(rest) => ("+", rest),
            None => ("", text),
        },
    }
}

/// The unit before or behind, and what is left.
fn beside(text: &str) -> Option<(Unit, &str)> {
    if let Some(rest) = text.strip_suffix('%') {
        return Some((Unit::Percent, rest.trim_end()));
    }
    (0..).zip(MONEY).find_map(|(at, sign)| {
        let is_word = sign.ends_with(char::is_alphabetic);
        let apart = |rest: &str, own: &str| !is_word || rest.len() < own.len();
        let before = text.strip_prefix(sign).and_then(|rest| {
            let number = rest.trim_start();
            apart(number, rest).then_some(number)
        });
        let behind = || {
            let rest = text.strip_suffix(sign)?;
            let number = rest.trim_end();
            apart(number, rest).then_some(number)
        };
        Some((Unit::Money(at), before.or_else(behind)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_taken_off_numbers() {
        for (text, unit, number) in [
            ("68%", "%", "68"),
            ("-68,5 %", "%", "-68,5"),
            ("68\u{a0}%", "%", "68"),
            ("$1,234.50", "$", "1,234.50"),
            ("-$5", "$", "-5"),
            ("$-5", "$", "-5"),
            ("($5.00)", "$", "-5.00"),
            ("US$ 5", "US$", "5"),
            ("1.234,50 €", "€", "1.234,50"),
            ("CHF 12", "CHF", "12"),
            ("12 kr", "kr", "12"),
        ] {
            let (found, rest) = split(text).expect(text);
            assert_eq!((found.name(), rest.as_str()), (unit, number), "{text}");
        }
        for text in [
            "", "5", "-5", "CHF12", "kr5", "%", "$", "(5)", "(5%)", "-$-5", "$x", "ab%", "5%%",
            "a", "1e5", "é",
        ] {
            let found = split(text).filter(|(_, rest)| rest.parse::<f32>().is_ok());
            assert_eq!(found, None, "{text}");
        }
    }
}
