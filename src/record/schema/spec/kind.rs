//! What a parameter takes, read from its JSON schema.

use serde_json::{Map, Value};

use super::MAX_TEXT;
use crate::record::schema::nearest::{nearest, unknown_key};

/// The values a key takes. Bounds are inclusive.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum ParameterKind {
    /// True or false.
    Flag,
    /// A whole number.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// A number.
    Number {
        /// Smallest; minus infinity if there is none.
        min: f64,
        /// Largest; infinity if there is none.
        max: f64,
    },
    /// One of a few words.
    Choice(Vec<Choice>),
    /// Whole numbers, such as layer sizes, at least one; a single number stands for a list of one.
    Integers {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
        /// Most entries.
        max_len: usize,
    },
    /// A file or a folder.
    Path {
        /// It is a folder, not a file.
        folder: bool,
        /// The ends of the names of such files; none if any will do.
        extensions: Vec<String>,
    },
    /// Words.
    #[default]
    Text,
    /// A list of words; a single one stands for a list of one.
    Words,
    /// Parts with these names, each a text or a whole number from 1: `user = 2, item = asin`.
    Parts(Vec<String>),
}

/// One of the words of a [`ParameterKind::Choice`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The word, as in the config file.
    pub name: String,
    /// The words that a form shows: the title of the variant, else the word itself.
    pub label: String,
    /// The doc comment of the variant; may be empty.
    pub help: String,
}

/// `text` without one pair of brackets around it.
pub(super) fn inner(text: &str, open: char, close: char) -> &str {
    let inner = text.strip_prefix(open);
    inner
        .and_then(|rest| rest.strip_suffix(close))
        .unwrap_or(text)
}

/// `text` without one pair of quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

/// An integer or a finite number if the text is one, else the text, for `check` to complain about. `1_000` is a number, as in TOML.
pub(super) fn number_or_text(text: &str) -> Value {
    let digits = text.replace('_', "");
    if let Ok(whole) = digits.parse::<i64>() {
        return Value::from(whole);
    }
    match digits.parse::<f64>() {
        Ok(number) if number.is_finite() => Value::from(number),
        _ => Value::from(text),
    }
}

/// A value as an error message quotes it.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 40 {
        text.chars().take(40).chain("…".chars()).collect()
    } else {
        text
    }
}

pub(super) fn integer(value: &Value, min: i64, max: i64) -> Result<i64, String> {
    // Beyond 2^53 a float no longer tells one whole number from the next.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = value.as_i64().or_else(|| {
        value
            .as_f64()
            .filter(|number| number.fract() == 0.0 && number.abs() <= EXACT)
            .map(|number| number as i64)
    });
    let expected = || {
        // A bound that only the integer type sets is not worth a word.
        if max >= i64::from(u32::MAX) {
            format!("must be a whole number of at least {min}")
        } else {
            format!("must be a whole number from {min} to {max}")
        }
    };
    whole
        .filter(|whole| (min..=max).contains(whole))
        .ok_or_else(|| format!("{}, not {}", expected(), shown(value)))
}

pub(super) fn number(value: &Value, min: f64, max: f64) -> Result<f64, String> {
    let expected = || match (min.is_finite(), max.is_finite()) {
        (true, true) => format!("must be a number from {min} to {max}"),
        (true, false) => format!("must be a number of at least {min}"),
        (false, true) => format!("must be a number of at most {max}"),
        (false, false) => "must be a number".to_owned(),
    };
    value
        .as_f64()
        .filter(|number| number.is_finite() && (min..=max).contains(number))
        .ok_or_else(|| format!("{}, not {}", expected(), shown(value)))
}

pub(super) fn choice(value: &Value, choices: &[Choice]) -> Result<String, String> {
    let names = || choices.iter().map(|choice| choice.name.as_str());
    let expected = || {
        let list: Vec<String> = names().map(|name| format!("\"{name}\"")).collect();
        list.join(", ")
    };
    let Some(word) = value.as_str() else {
        return Err(format!(
            "must be one of {}, not {}",
            expected(),
            shown(value)
        ));
    };
    if names().any(|name| name == word) {
        return Ok(word.to_owned());
    }
    let hint = nearest(word, names())
        .map(|name| format!("; did you mean \"{name}\"?"))
        .unwrap_or_default();
    Err(format!(
        "must be one of {}, not {}{hint}",
        expected(),
        shown(value)
    ))
}

pub(super) fn integers(
    value: &Value,
    min: i64,
    max: i64,
    max_len: usize,
) -> Result<Vec<i64>, String> {
    let Some(list) = value.as_array() else {
        return integer(value, min, max)
            .map(|single| vec![single])
            .map_err(|problem| format!("{problem} (or a list of them)"));
    };
    if list.is_empty() {
        return Err("must have at least one number".to_owned());
    }
    if list.len() > max_len {
        return Err(format!(
            "must have at most {max_len} numbers, not {}",
            list.len()
        ));
    }
    list.iter()
        .enumerate()
        .map(|(index, entry)| {
            integer(entry, min, max).map_err(|problem| format!("number {} {problem}", index + 1))
        })
        .collect()
}

pub(super) fn text(value: &Value) -> Result<String, String> {
    match value.as_str() {
        Some(text) if text.len() <= MAX_TEXT => Ok(text.to_owned()),
        Some(_) => Err(format!("must be at most {MAX_TEXT} bytes long")),
        None => Err(format!("must be a text, not {}", shown(value))),
    }
}

pub(super) fn words(value: &Value) -> Result<Vec<Value>, String> {
    let Some(list) = value.as_array() else {
        return match value {
            Value::String(_) | Value::Number(_) => words(&Value::from(vec![value.clone()])),
            _ => Err(format!("must be a list of texts, not {}", shown(value))),
        };
    };
    if list.len() > 256 {
        return Err(format!("must have at most 256 texts, not {}", list.len()));
    }
    list.iter()
        .map(|entry| match entry {
            // 99 and "99" mean the same.
            Value::Number(number) => Ok(Value::from(number.to_string())),
            _ => text(entry).map(Value::from),
        })
        .collect()
}

pub(super) fn parts(value: &Value, names: &[String]) -> Result<Map<String, Value>, String> {
    let Some(table) = value.as_object() else {
        let example = names.first().map_or("name", String::as_str);
        return Err(format!(
            "must be a table such as {{ {example} = 1 }}, not {}",
            shown(value)
        ));
    };
    let mut checked = Map::new();
    for (name, part) in table {
        if !names.contains(name) {
            return Err(unknown_key(name, names.iter().map(String::as_str)));
        }
        let value = match part {
            Value::String(text) if !text.is_empty() && text.len() <= MAX_TEXT => part.clone(),
            _ => integer(part, 1, i64::from(u32::MAX))
                .map(Value::from)
                .map_err(|_| {
                    format!(
                        "{name} must be the name of a column or its number from 1, not {}",
                        shown(part)
                    )
                })?,
        };
        checked.insert(name.clone(), value);
    }
    Ok(checked)
}
