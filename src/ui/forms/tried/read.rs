//! Values as they are typed: `20 50 100`, `20, 50, [500, 250]`, and back.

use serde_json::Value;

use super::{MOST, is_whole, to_digits};
use crate::draw::format;
use crate::record::schema::{ParameterKind, ParameterSpec};
use crate::ui::forms::schema::display;

/// Longest text of values.
const LONGEST: usize = 20_000;

/// The values of a list, not checked yet; what is no number stays a text, for the check to complain about.
pub(super) fn list(spec: &ParameterSpec, text: &str) -> Result<Vec<Value>, String> {
    if text.len() > LONGEST {
        return Err(format!("This is too long: at most {MOST} values"));
    }
    let words = words(text)?;
    if words.len() > MOST {
        let many = words.len();
        return Err(format!("{many} values are too many: at most {MOST}"));
    }
    words.iter().map(|word| one(spec, word)).collect()
}

/// The ends of a range.
pub(super) fn bounds(
    spec: &ParameterSpec,
    from: &str,
    to: &str,
    log: bool,
) -> Result<(f64, f64), String> {
    let end = |text: &str| -> Result<f64, String> {
        let value = one(spec, text.trim())?;
        let checked = spec.check(&value).map_err(|error| {
            let problem = super::in_unit(spec, error.problem);
            format!(
                "{} cannot be an end of the range: it {problem}",
                text.trim()
            )
        })?;
        let number = match &checked {
            Value::Array(list) => list.first().and_then(Value::as_f64),
            value => value.as_f64(),
        };
        number.ok_or_else(|| format!("“{text}” is not a number"))
    };
    if from.trim().is_empty() || to.trim().is_empty() {
        return Err("Write both ends of the range".to_owned());
    }
    let (low, high) = (end(from)?, end(to)?);
    if low >= high {
        return Err("The range is empty: its first end must be below its second".to_owned());
    }
    if log && low <= 0.0 {
        return Err("A logarithmic range must begin above 0".to_owned());
    }
    Ok((low, high))
}

/// Parts of a text, apart by spaces, commas or semicolons that stand in no brackets or quotes.
fn words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let (mut in_brackets, mut quote) = (false, None);
    for letter in text.chars() {
        let apart = letter.is_whitespace() || matches!(letter, ',' | ';');
        match (letter, quote) {
            (_, Some(open)) if letter == open => quote = None,
            (_, None) if matches!(letter, '"' | '\'') => quote = Some(letter),
            ('[', None) => in_brackets = true,
            (']', None) => in_brackets = false,
            (_, None) if apart && !in_brackets => {
                words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
                continue;
            }
            _ => (),
        }
        word.push(letter);
    }
    if in_brackets {
        return Err("A bracket is not closed".to_owned());
    }
    if quote.is_some() {
        return Err("A quote is not closed".to_owned());
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    Ok(words)
}

/// One value. A share is typed in percent.
fn one(spec: &ParameterSpec, text: &str) -> Result<Value, String> {
    if !matches!(
        spec.kind,
        ParameterKind::Integer { .. } | ParameterKind::Number { .. }
    ) {
        return spec.parse(text).map_err(|error| {
            let problem = error.problem;
            format!("{text} cannot be tried: it {problem}")
        });
    }
    if spec.optional && text == "none" {
        return Ok(Value::Null);
    }
    let plain = text.replace('−', "-").replace(['_', '\u{202f}'], "");
    let plain = if spec.percent {
        plain.trim_end_matches('%').trim()
    } else {
        plain.as_str()
    };
    let number = plain.parse().ok().filter(|number: &f64| number.is_finite());
    let Some(number) = number else {
        return Err(format!("“{text}” is not a number"));
    };
    if spec.percent {
        return Ok(Value::from(to_digits(number / 100.0, 12)));
    }
    if is_whole(spec) && number.fract() == 0.0 && number.abs() < 9e15 {
        return Ok(Value::from(number as i64));
    }
    Ok(Value::from(number))
}

/// A value as it is typed.
pub(in crate::ui::forms) fn typed(spec: &ParameterSpec, value: &Value) -> String {
    match value {
        Value::Number(own) => own
            .as_f64()
            .map_or_else(String::new, |number| typed_number(spec, number)),
        Value::Array(list) if list.len() == 1 => typed(spec, &list[0]),
        Value::Array(_) => format!("[{}]", display(value)),
        Value::String(text) if text.contains([' ', ',', ';', '[', ']']) => format!("\"{text}\""),
        _ => display(value),
    }
}

/// A number as it is typed.
pub(super) fn typed_number(spec: &ParameterSpec, number: f64) -> String {
    if spec.percent {
        format::setting(to_digits(number * 100.0, 12))
    } else {
        format::setting(number)
    }
}
