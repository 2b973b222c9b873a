//! What importance comes to, for a person.

use super::super::table::Variable;
use super::{Interval, PairShare, Share};
use crate::record::words::capitalized;

/// Below this out-of-bag R² little is said of shares.
const LITTLE: f64 = 0.2;
/// A pair that explains more is named.
const NOTABLE: f64 = 0.1;
/// Most variables that are named with their effects.
const NAMED: usize = 3;

/// A variable in a sentence: its Greek symbol, else its name.
pub(super) fn name(variable: &Variable) -> String {
    match &variable.symbol {
        Some(symbol) if !symbol.is_ascii() => symbol.clone(),
        _ => variable.label.to_lowercase(),
    }
}

/// `λ matters most (0.60–0.97); hidden changes RMSE by at most 0.02.`
pub(super) fn sentence(
    shares: &[Share],
    pairs: &[PairShare],
    explained: f64,
    measure: &str,
) -> String {
    let Some((first, others)) = shares.split_first() else {
        return String::new();
    };
    let mut text = match others {
        [] => format!(
            "{} is all that differs; it changes {measure} by at most {}.",
            capital(&first.name),
            digits(first.effect)
        ),
        [second, ..] if second.share.high > first.share.low && second.share.mean > 0.05 => {
            format!(
                "{} ({}) and {} ({}) cannot be told apart: their intervals overlap. They change {measure} by at most {} and {}.",
                capital(&first.name),
                interval(first.share),
                second.name,
                interval(second.share),
                digits(first.effect),
                digits(second.effect)
            )
        }
        _ => {
            let named: Vec<String> = others
                .iter()
                .take(NAMED)
                .enumerate()
                .map(|(place, own)| {
                    let effect = digits(own.effect);
                    if place == 0 {
                        format!("{} changes {measure} by at most {effect}", own.name)
                    } else {
                        format!("{} by {effect}", own.name)
                    }
                })
                .collect();
            let more = match others.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(", {more} more by less"),
            };
            format!(
                "{} matters most ({}); {}{more}.",
                capital(&first.name),
                interval(first.share),
                named.join(", ")
            )
        }
    };
    if let Some(pair) = pairs.first().filter(|pair| pair.share.mean > NOTABLE) {
        text.push_str(&format!(
            " What {} does depends on {} ({}).",
            pair.names[0],
            pair.names[1],
            interval(pair.share)
        ));
    }
    if explained < LITTLE {
        text.push_str(
            " But these settings tell little of what a run will measure: more runs, or more seeds of each, would make it surer.",
        );
    }
    text
}

fn interval(own: Interval) -> String {
    format!("{:.2}–{:.2}", own.low, own.high)
}

/// Two digits that count.
fn digits(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return "0".to_owned();
    }
    let places = (1.0 - number.abs().log10().floor()).clamp(0.0, 12.0) as usize;
    let text = format!("{number:.places$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A letter of the Latin alphabet as a capital; a symbol stays as it is.
fn capital(name: &str) -> String {
    if name.starts_with(|first: char| first.is_ascii()) {
        capitalized(name)
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(name: &str, low: f64, mean: f64, high: f64, effect: f64) -> Share {
        Share {
            key: name.to_owned(),
            name: name.to_owned(),
            share: Interval { mean, low, high },
            effect,
        }
    }

    #[test]
    fn the_answer_is_a_sentence() {
        let lambda = share("λ", 0.6, 0.85, 0.97, 0.1);
        let hidden = share("hidden", 0.02, 0.1, 0.3, 0.0213);
        let pair = PairShare {
            keys: ["λ".to_owned(), "hidden".to_owned()],
            names: ["λ".to_owned(), "hidden".to_owned()],
            share: Interval {
                mean: 0.2,
                low: 0.1,
                high: 0.3,
            },
        };
        let both = [lambda.clone(), hidden.clone()];
        assert_eq!(
            sentence(&both, &[], 0.9, "RMSE"),
            "λ matters most (0.60–0.97); hidden changes RMSE by at most 0.021."
        );
        assert_eq!(
            sentence(&both, &[pair], 0.9, "RMSE"),
            "λ matters most (0.60–0.97); hidden changes RMSE by at most 0.021. What λ does depends on hidden (0.10–0.30)."
        );
        let close = [lambda, share("hidden", 0.3, 0.5, 0.7, 0.08)];
        let text = sentence(&close, &[], 0.1, "RMSE");
        assert!(text.starts_with("λ (0.60–0.97) and hidden (0.30–0.70) cannot be told apart"));
        assert!(
            text.ends_with("more seeds of each, would make it surer."),
            "{text}"
        );
        assert_eq!(
            sentence(&[hidden], &[], 0.9, "RMSE"),
            "Hidden is all that differs; it changes RMSE by at most 0.021."
        );
    }

    #[test]
    fn two_digits_count() {
        for (number, text) in [
            (0.0213, "0.021"),
            (12.3, "12"),
            (0.5, "0.5"),
            (0.0, "0"),
            (1234.0, "1234"),
        ] {
            assert_eq!(digits(number), text);
        }
    }
}
