//! The right word nearest to a wrong one.

/// The candidate a person most likely meant by `word`; `None` if none is close.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this Jaro-Winkler similarity a suggestion misleads more than it helps.
    const CLOSE: f64 = 0.75;
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            // Misspelled words are near by Jaro-Winkler; a part of the word (`rate` for `learning_rate`) may not be.
            let part = word.len() >= 3 && candidate.contains(&word);
            let score = if part {
                1.0
            } else {
                strsim::jaro_winkler(&word, candidate)
            };
            (score, candidate)
        })
        .filter(|(score, _)| *score >= CLOSE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Says that a key is unknown, and which one was perhaps meant.
#[must_use]
pub fn unknown_key<'a>(key: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(key, known.clone()) {
        Some(near) => format!("unknown key; did you mean `{near}`?"),
        None => format!(
            "unknown key; the keys are {}",
            known.collect::<Vec<_>>().join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_misspellings_and_parts_but_not_strangers() {
        let keys = ["regularization", "learning_rate", "epochs", "hidden"];
        assert_eq!(nearest("regularisation", keys), Some("regularization"));
        assert_eq!(nearest("learningrate", keys), Some("learning_rate"));
        assert_eq!(nearest("rate", keys), Some("learning_rate"));
        assert_eq!(nearest("Epoch", keys), Some("epochs"));
        assert_eq!(nearest("zzz", keys), None);
        assert_eq!(nearest("", keys), None);
    }
}
