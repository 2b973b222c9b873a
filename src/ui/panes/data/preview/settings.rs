//! The settings of a preview in the order in which they matter: what could mend it, what was found out, and the rest.

use serde_json::Value;

use super::Editable;
use crate::data::{DataKind, Guess, GuessedBy, Preview, Source};
use crate::record::schema::{ParameterKind, ParameterSpec};
use crate::ui::forms::{FormSchema, display};

/// The settings that could mend what is wrong or odd, likeliest first, those that were found out or set, and the rest.
pub(super) fn sorted<'a>(
    preview: &'a Preview,
    others: &'a [Guess],
) -> (Vec<&'a Guess>, Vec<&'a Guess>, Vec<&'a Guess>) {
    let named = preview.problem.as_ref();
    let named = named.map_or(&[][..], |problem| &problem.keys);
    let rank = |guess: &Guess| {
        let named = named.iter().position(|key| *key == guess.key);
        named.or_else(|| suggested(preview, guess.key).map(|_| usize::MAX))
    };
    let (mut mending, rest): (Vec<&Guess>, Vec<&Guess>) = preview
        .guesses
        .iter()
        .chain(others)
        .partition(|guess| rank(guess).is_some());
    mending.sort_by_key(|guess| rank(guess));
    let is_listed = |guess: &Guess| preview.guesses.iter().any(|own| own.key == guess.key);
    let is_set = |guess: &&Guess| is_listed(guess) || !guess.value.is_null();
    let (settings, more) = rest.into_iter().partition(is_set);
    (mending, settings, more)
}

/// The settings that the preview does not list, at what a person set, or automatic.
pub(super) fn others(preview: &Preview, kind: DataKind, editable: &Editable) -> Vec<Guess> {
    let is_listed = |key: &str| preview.guesses.iter().any(|guess| guess.key == key);
    let schema = FormSchema::of_source(kind);
    let is_text = is_text(preview);
    // Roles stand above the columns; what a file holds several of is listed where it does.
    let elsewhere = ["columns", "variable", "member"];
    let unlisted = Source::keys(kind).iter().filter(|spec| {
        let key = spec.key.as_str();
        let can_help = is_text && !elsewhere.contains(&key);
        let is_set = editable.set.contains_key(key);
        schema.is_reading(key) && !is_listed(key) && (is_set || can_help)
    });
    let guess = |spec: &'static ParameterSpec| {
        let value = editable.set.get(&spec.key);
        Guess {
            key: &spec.key,
            label: spec.label.clone(),
            value: value.cloned().unwrap_or_default(),
            shown: value.map_or_else(|| "automatic".to_owned(), display),
            by: GuessedBy::You,
            why: spec.help.clone(),
            choices: choices_of(spec),
        }
    };
    unlisted.map(guess).collect()
}

/// True if a file is read as text, or could be.
pub(super) fn is_text(preview: &Preview) -> bool {
    let mut keys = preview.guesses.iter().map(|guess| guess.key);
    preview.problem.is_some() || keys.any(|key| key == "delimiter" || key == "columns")
}

/// The few values that a key takes.
fn choices_of(spec: &ParameterSpec) -> Vec<(Value, String)> {
    match &spec.kind {
        ParameterKind::Flag => vec![(true.into(), "yes".into()), (false.into(), "no".into())],
        ParameterKind::Choice(choices) => choices
            .iter()
            .map(|choice| (choice.name.as_str().into(), choice.label.clone()))
            .collect(),
        _ => Vec::new(),
    }
}

/// The value that a message proposes for a key: `… set data.missing_words = ["0"]`.
pub(super) fn suggested(preview: &Preview, key: &str) -> Option<Value> {
    let remedy = preview.problem.as_ref().map(|problem| &problem.remedy);
    let texts = preview.oddities.iter().chain(remedy);
    let start = format!("data.{key} = ");
    texts
        .filter_map(|text| text.split_once(&start))
        .find_map(|(_, value)| {
            let mut values = serde_json::Deserializer::from_str(value).into_iter();
            values.next()?.ok()
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::data::Problem;

    fn guess(key: &'static str) -> Guess {
        Guess {
            key,
            label: key.to_owned(),
            value: json!("x"),
            shown: "x".to_owned(),
            by: GuessedBy::Likely,
            why: String::new(),
            choices: Vec::new(),
        }
    }

    #[test]
    fn what_could_mend_it_comes_first_in_the_order_of_the_message() {
        let preview = Preview {
            guesses: vec![guess("delimiter"), guess("header"), guess("decimal")],
            problem: Some(Problem {
                line: None,
                column: None,
                problem: String::new(),
                remedy: String::new(),
                keys: vec!["decimal", "delimiter"],
            }),
            ..Preview::default()
        };
        let editable = Editable::default();
        let others = others(&preview, DataKind::Ratings, &editable);
        let (mending, settings, more) = sorted(&preview, &others);
        let keys =
            |guesses: &[&Guess]| -> Vec<&str> { guesses.iter().map(|guess| guess.key).collect() };
        assert_eq!(keys(&mending), ["decimal", "delimiter"]);
        assert_eq!(keys(&settings), ["header"]);
        // Every other setting is within reach, and the roles stand above the columns.
        assert!(keys(&more).contains(&"missing_words"));
        assert!(keys(&more).contains(&"skip_lines"));
        assert!(!keys(&more).contains(&"columns"));
    }

    #[test]
    fn a_value_that_a_message_proposes_can_be_chosen() {
        let preview = Preview {
            guesses: vec![guess("delimiter")],
            oddities: vec![
                "38 % are 0: if that is no rating, set data.missing_words = [\"0\"]".to_owned(),
            ],
            ..Preview::default()
        };
        assert_eq!(suggested(&preview, "missing_words"), Some(json!(["0"])));
        assert_eq!(suggested(&preview, "missing"), None);
        assert_eq!(suggested(&preview, "decimal"), None);
        let others = others(&preview, DataKind::Ratings, &Editable::default());
        let (mending, ..) = sorted(&preview, &others);
        assert_eq!(mending[0].key, "missing_words");
    }

    #[test]
    fn what_was_set_and_has_no_say_can_still_be_taken_back() {
        let mut editable = Editable::default();
        editable.set.insert("comment".to_owned(), json!("#"));
        let preview = Preview::default();
        let others = others(&preview, DataKind::Matrix, &editable);
        let (_, settings, _) = sorted(&preview, &others);
        assert_eq!(settings.len(), 1);
        assert_eq!(settings[0].shown, "#");
        // No key of text is offered where the file is none.
        let (.., more) = sorted(&preview, &others);
        assert!(more.is_empty());
    }
}
