//! Ids that stand for nobody, or look like others and are counted apart.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::Labels;
use super::load::counted;

/// More ids than this are not compared.
const MOST: usize = 2 << 20;
/// What programs write where nothing is known.
const NOBODY: [&str; 8] = ["nan", "NaN", "NULL", "null", "None", "NA", "<NA>", "N/A"];

/// What is said of the ids of `what`: users, items.
pub(super) fn notices(labels: &Labels, what: &str) -> Vec<String> {
    let mut notices = Vec::new();
    // Of two ids one may be called so with reason: a country, a person.
    if let Some(id) = NOBODY
        .iter()
        .find(|id| labels.find(id).is_some())
        .filter(|_| labels.len() > 2)
    {
        notices.push(format!(
            "one of the {what} is called {id}: if that stands for a missing name, remove its lines"
        ));
    }
    if labels.len() <= MOST {
        notices.extend(alike(labels, what));
        notices.extend(same_numbers(labels, what));
    }
    notices
}

/// Ids that differ from others in blanks, in signs that cannot be seen, or in how letters are composed.
fn alike(labels: &Labels, what: &str) -> Option<String> {
    let odd: Vec<&str> = labels
        .ids()
        .filter(|id| matches!(seen(id), Cow::Owned(_)))
        .collect();
    if odd.is_empty() {
        return None;
    }
    let mut first: FxHashMap<Cow<'_, str>, &str> = FxHashMap::default();
    let (mut count, mut example) = (0, None);
    let plain = labels
        .ids()
        .filter(|id| matches!(seen(id), Cow::Borrowed(_)));
    for id in plain.chain(odd) {
        match first.entry(seen(id)) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(id);
            }
            std::collections::hash_map::Entry::Occupied(other) => {
                count += 1;
                example.get_or_insert((*other.get(), id));
            }
        }
    }
    let (one, other) = example?;
    let singular = what.trim_end_matches('s');
    Some(format!(
        "{} like another but for blanks, signs that cannot be seen or how letters are composed, as {} and {}: they are counted apart",
        counted(count, &format!("{singular} looks"), &format!("{what} look")),
        spelled(one),
        spelled(other)
    ))
}

/// Ids that are the same number, written with zeros in front or with decimals: `0042` and `42`, `42.0` and `42`.
fn same_numbers(labels: &Labels, what: &str) -> Option<String> {
    let (mut count, mut example) = (0, None);
    for id in labels.ids() {
        let plain = plain_number(id);
        if plain.len() < id.len() && labels.find(plain).is_some() {
            count += 1;
            example.get_or_insert((plain, id));
        }
    }
    let (one, other) = example?;
    let singular = what.trim_end_matches('s');
    Some(format!(
        "{} like that of another and written otherwise, as {one} and {other}: they are counted apart; if they are the same, write them alike",
        counted(
            count,
            &format!("{singular} has a number"),
            &format!("{what} have numbers")
        ),
    ))
}

/// A whole number without zeros in front or behind a point; anything else as it is.
fn plain_number(id: &str) -> &str {
    let whole = id.strip_suffix(".0").unwrap_or(id);
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return id;
    }
    match whole.trim_start_matches('0') {
        "" => "0",
        plain => plain,
    }
}

/// An id as it is seen.
fn seen(id: &str) -> Cow<'_, str> {
    if id.is_ascii() {
        return Cow::Borrowed(id);
    }
    let is_unseen = |c: char| {
        matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
        )
    };
    let is_blank = |c: char| c != ' ' && c.is_whitespace();
    let is_plain = is_nfc(id) && !id.contains(|c| is_unseen(c) || is_blank(c));
    if is_plain {
        return Cow::Borrowed(id);
    }
    let text: String = id
        .nfc()
        .filter(|c| !is_unseen(*c))
        .map(|c| if is_blank(c) { ' ' } else { c })
        .collect();
    Cow::Owned(text.trim().to_owned())
}

/// An id in quotes, with signs that are not seen, or seen alike, by their numbers.
fn spelled(id: &str) -> String {
    if matches!(seen(id), Cow::Borrowed(_)) {
        return format!("{id:?}");
    }
    let sign = |c: char| match c.is_ascii() {
        true => c.to_string(),
        false => c.escape_unicode().to_string(),
    };
    let text: String = id.chars().map(sign).collect();
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_look_alike_are_said_once() {
        let said = |ids: &[&str]| notices(&Labels::new(ids), "users").join("\n");
        assert_eq!(said(&["u1", "u2", "U1", "Zoë", "名"]), "");
        let blank = said(&["u1", "u2", "u1\u{a0}", "u2\u{200b}"]);
        assert!(blank.starts_with("2 users look like another"), "{blank}");
        assert!(blank.contains("\"u1\" and \"u1\\u{a0}\""), "{blank}");
        let composed = said(&["Zoe\u{308}", "Zoë", "Ann"]);
        assert!(
            composed.starts_with("1 user looks like another"),
            "{composed}"
        );
        // Odd, but nobody else's.
        assert_eq!(said(&["u1\u{a0}", "u2"]), "");
    }

    #[test]
    fn ids_that_are_the_same_number_are_said() {
        let said = |ids: &[&str]| notices(&Labels::new(ids), "users").join("\n");
        let zeros = said(&["0001", "1", "2", "0002", "3"]);
        assert!(
            zeros.starts_with("2 users have numbers like that of another")
                && zeros.contains("as 1 and 0001: they are counted apart"),
            "{zeros}"
        );
        assert!(said(&["12", "12.0", "x"]).contains("as 12 and 12.0"));
        for alone in [
            &["0001", "0002", "10"][..],
            &["1.0", "2.0"],
            &["00x", "x", ".0"],
        ] {
            assert_eq!(said(alone), "", "{alone:?}");
        }
    }

    #[test]
    fn an_id_that_stands_for_nobody_is_said() {
        let said = |ids: &[&str]| notices(&Labels::new(ids), "items").join("\n");
        assert!(said(&["a", "nan", "b"]).contains("one of the items is called nan"));
        assert_eq!(said(&["a", "nana", "b"]), "");
    }
}
