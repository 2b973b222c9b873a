//! Words for people, made of names.

/// With a capital at the beginning.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// The words of a key: `learning_rate` is "Learning rate".
#[must_use]
pub fn of_key(key: &str) -> String {
    capitalized(&key.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_words_that_begin_with_a_capital() {
        assert_eq!(of_key("learning_rate"), "Learning rate");
        assert_eq!(capitalized("épochs of λ"), "Épochs of λ");
        assert_eq!(capitalized(""), "");
    }
}
