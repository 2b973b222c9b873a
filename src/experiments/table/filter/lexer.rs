//! From a text to terms.

use std::ops::Range;

use super::{FilterError, Operator};

/// A value, and the bytes of it.
pub(super) type Value = (String, Range<usize>);

/// A term as it was typed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lexeme {
    pub(super) negated: bool,
    /// The key, or the word where there is no operator.
    pub(super) word: String,
    /// The bytes of it.
    pub(super) place: Range<usize>,
    /// What it is compared with, and where each value stands.
    pub(super) comparison: Option<(Operator, Vec<Value>)>,
}

/// The terms of a text.
pub(super) fn lexemes(text: &str) -> Result<Vec<Lexeme>, FilterError> {
    let mut reader = Reader { text, at: 0 };
    let mut lexemes = Vec::new();
    loop {
        reader.skip_spaces();
        if reader.at == text.len() {
            return Ok(lexemes);
        }
        lexemes.push(reader.lexeme()?);
    }
}

/// A text in quotes where it would not read back as one word without.
pub(super) fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && !text.starts_with('-')
        && !text.contains(|letter: char| letter.is_whitespace() || is_sign(letter));
    if plain {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What ends a word without quotes.
fn is_sign(letter: char) -> bool {
    matches!(letter, '"' | ':' | '=' | '<' | '>' | '!' | ',' | '\\')
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_spaces(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn lexeme(&mut self) -> Result<Lexeme, FilterError> {
        let negated = self.peek() == Some('-') && self.rest().len() > 1 && {
            let next = self.rest()[1..].chars().next();
            next.is_some_and(|letter| !letter.is_whitespace())
        };
        self.at += usize::from(negated);
        let from = self.at;
        let in_quotes = self.peek() == Some('"');
        let word = if in_quotes {
            self.quoted()?
        } else {
            self.plain(|letter| is_sign(letter) && letter != '\\' && letter != ',')
        };
        let place = from..self.at;
        let after_word = self.at;
        self.skip_spaces();
        let apart = self.at > after_word;
        // A colon belongs to the word that it touches.
        let operator = self
            .operator()
            .filter(|own| !(apart && *own == Operator::Has));
        let Some(operator) = operator else {
            self.at = after_word;
            if let Some(sign) = self
                .peek()
                .filter(|sign| !sign.is_whitespace() && !in_quotes)
            {
                let problem = format!("`{sign}` is in the wrong place; put the text in quotes");
                let end = self.at + sign.len_utf8();
                return Err(FilterError::new(self.text, self.at..end, problem));
            }
            return Ok(Lexeme {
                negated,
                word,
                place,
                comparison: None,
            });
        };
        if word.is_empty() {
            let problem = format!("`{operator}` needs a key before it, such as hidden{operator}50");
            return Err(FilterError::new(self.text, from..self.at, problem));
        }
        let values = self.values(from, &word, operator)?;
        Ok(Lexeme {
            negated,
            word,
            place,
            comparison: Some((operator, values)),
        })
    }

    /// Reads an operator, if there is one.
    fn operator(&mut self) -> Option<Operator> {
        let all = [
            Operator::AtMost,
            Operator::AtLeast,
            Operator::Other,
            Operator::Has,
            Operator::Equal,
            Operator::Less,
            Operator::More,
        ];
        let found = all
            .into_iter()
            .find(|own| self.rest().starts_with(&own.to_string()))?;
        let is_colon_apart =
            found == Operator::Has && self.text[..self.at].ends_with(char::is_whitespace);
        if !is_colon_apart {
            self.at += found.to_string().len();
        }
        Some(found)
    }

    fn values(
        &mut self,
        term: usize,
        word: &str,
        operator: Operator,
    ) -> Result<Vec<Value>, FilterError> {
        let mut values = Vec::new();
        loop {
            self.skip_spaces();
            let from = self.at;
            let value = if self.peek() == Some('"') {
                self.quoted()?
            } else {
                // `12:30` and `a=b` are values.
                let value = self.plain(|letter| letter == ',' || letter == '"');
                if value.is_empty() {
                    let problem = format!("a value is missing after `{word}{operator}`");
                    return Err(FilterError::new(self.text, term..self.at, problem));
                }
                value
            };
            values.push((value, from..self.at));
            if self.peek() != Some(',') {
                return Ok(values);
            }
            self.at += 1;
        }
    }

    /// A text without quotes, up to a space or a letter that ends it.
    fn plain(&mut self, ends: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let end = rest
            .find(|letter: char| letter.is_whitespace() || ends(letter))
            .unwrap_or(rest.len());
        let word = rest[..end].to_owned();
        self.at += end;
        word
    }

    /// A text in quotes, the first of which is next.
    fn quoted(&mut self) -> Result<String, FilterError> {
        let mut word = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at += at + 1;
                    return Ok(word);
                }
                '\\' => match letters.next() {
                    Some((_, letter)) => word.push(letter),
                    None => break,
                },
                letter => word.push(letter),
            }
        }
        let problem = "the quotes are not closed; add \" at the end".to_owned();
        Err(FilterError::new(
            self.text,
            self.at..self.text.len(),
            problem,
        ))
    }
}
