//! How a delimited text is written: delimiter, quotes, signs within numbers, words for missing values, comments.

use std::borrow::Cow;

use super::fields::{Cut, Delimiter, Quote};
use super::number::{NumberProblem, Signs};
use crate::data::{DataError, Escape, TextSource};

/// How a delimited text is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dialect {
    pub cut: Cut,
    pub signs: Signs,
    pub missing: MissingWords,
    pub comment: Option<Comment>,
    /// Lines may end before columns at the right that are always empty.
    pub may_be_short: bool,
}

/// How a line of comment begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comment {
    pub prefix: Vec<u8>,
    /// A person said so: then every line that begins so is one. Else one that could be data is data.
    pub given: bool,
}

/// Words and numbers that stand for a missing value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct MissingWords {
    /// In place of the usual ones.
    pub given: Option<Vec<String>>,
    /// Numbers, whether given or found.
    pub numbers: Vec<f32>,
}

/// Words that spreadsheets, databases and statistics programs write into an empty cell.
const USUAL: [&str; 27] = [
    "na", "n/a", "#n/a", "#na", "<na>", "n.a.", "nan", "-nan", "null", "(null)", "\\n", "none",
    "nil", "missing", "?", ".", "..", "…", ":", "-", "--", "#div/0!", "#value!", "#ref!", "#name?",
    "#num!", "#null!",
];

impl MissingWords {
    /// True if a field is empty or one of the words.
    #[inline]
    pub(crate) fn is_word(&self, field: &[u8]) -> bool {
        match field {
            [] => true,
            [b'0'..=b'9', ..] | [b'-', b'0'..=b'9', ..] if self.given.is_none() => false,
            _ => self.is_one_of_the_words(field),
        }
    }

    fn is_one_of_the_words(&self, field: &[u8]) -> bool {
        match &self.given {
            Some(words) => words.iter().any(|word| word.as_bytes() == field),
            None => {
                field.len() <= 9
                    && USUAL
                        .iter()
                        .any(|word| field.eq_ignore_ascii_case(word.as_bytes()))
            }
        }
    }

    /// True if a number stands for a missing value.
    #[inline]
    pub(crate) fn is_number(&self, value: f32) -> bool {
        !self.numbers.is_empty() && self.numbers.contains(&value)
    }
}

/// True if a field stands for a missing value by the usual words.
pub(crate) fn is_missing(field: &[u8]) -> bool {
    MissingWords::default().is_word(field)
}

impl Dialect {
    /// Without quotes, comments and missing values out of the ordinary.
    pub(crate) fn plain(delimiter: Delimiter) -> Self {
        Self {
            cut: Cut::at(delimiter),
            signs: Signs::POINT,
            missing: MissingWords::default(),
            comment: None,
            may_be_short: false,
        }
    }

    /// True if a person said how comments begin.
    #[inline]
    pub(crate) fn comment_is_given(&self) -> bool {
        self.comment.as_ref().is_some_and(|comment| comment.given)
    }

    /// The number of a cell; NaN if it is missing.
    #[inline]
    pub(crate) fn cell(&self, field: &[u8]) -> Result<f32, NumberProblem> {
        match self.signs.number(field) {
            Ok(value) if self.missing.is_number(value) => Ok(f32::NAN),
            Ok(value) => Ok(value),
            Err(_) if self.missing.is_word(field) => Ok(f32::NAN),
            Err(problem) => Err(problem),
        }
    }

    /// A field as text.
    pub(crate) fn text(&self, field: &[u8]) -> String {
        match self.cut.unquoted(field) {
            Cow::Borrowed(text) => String::from_utf8_lossy(text).into_owned(),
            Cow::Owned(text) => String::from_utf8_lossy(&text).into_owned(),
        }
    }

    /// True if a line is a comment.
    #[inline]
    pub(crate) fn is_comment(&self, line: &[u8]) -> bool {
        self.comment
            .as_ref()
            .is_some_and(|comment| line.starts_with(&comment.prefix))
    }
}

/// What the keys of `[data]` say.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Given {
    pub delimiter: Option<Delimiter>,
    /// `Some(None)`: there are no quotes.
    pub quote: Option<Option<u8>>,
    pub backslash: Option<bool>,
    pub decimal: Option<u8>,
    /// `Some(None)`: there is none.
    pub thousands: Option<Option<u8>>,
    pub missing: Option<Vec<String>>,
    pub skip_lines: Option<u32>,
    /// `Some(None)`: there are none.
    pub comment: Option<Option<Vec<u8>>>,
    pub header: Option<bool>,
}

impl Given {
    /// Reads the keys.
    pub(crate) fn of(text: &TextSource) -> Result<Self, DataError> {
        let wrong = |key, value: &str, should: &str| DataError::Config {
            key,
            problem: format!("must be {should}, not {value:?}"),
        };
        let delimiter = text.delimiter.as_deref().map(|word| {
            Ok(match word {
                "tab" | "\\t" | "\t" => Delimiter::Byte(b'\t'),
                "space" | "spaces" | " " => Delimiter::Spaces,
                "comma" => Delimiter::Byte(b','),
                "semicolon" => Delimiter::Byte(b';'),
                "bar" => Delimiter::Byte(b'|'),
                "::" => Delimiter::Colons,
                _ => match *word.as_bytes() {
                    [byte] if byte.is_ascii_graphic() || byte < 32 && byte != b'\n' => {
                        Delimiter::Byte(byte)
                    }
                    _ => {
                        let should = "one character, `tab`, `space` or `::`";
                        return Err(wrong("delimiter", word, should));
                    }
                },
            })
        });
        let quote = text.quote.as_deref().map(|word| match *word.as_bytes() {
            [byte] if byte.is_ascii_punctuation() => Ok(Some(byte)),
            _ if word == "off" => Ok(None),
            _ => Err(wrong("quote", word, "one character such as `\"`, or `off`")),
        });
        let decimal = text.decimal.as_deref().map(|word| match word {
            "." | "point" => Ok(b'.'),
            "," | "comma" => Ok(b','),
            _ => Err(wrong("decimal", word, "`.` or `,`")),
        });
        let thousands = text.thousands.as_deref().map(|word| match word {
            "." | "point" => Ok(Some(b'.')),
            "," | "comma" => Ok(Some(b',')),
            "'" => Ok(Some(b'\'')),
            "space" | " " => Ok(Some(b' ')),
            "off" => Ok(None),
            _ => Err(wrong("thousands", word, "`,` `.` `'`, `space` or `off`")),
        });
        let comment = text.comment.as_deref().map(|word| match word {
            "" => Err(wrong("comment", word, "what comments begin with, or `off`")),
            "off" => Ok(None),
            _ => Ok(Some(word.as_bytes().to_vec())),
        });
        let given = Self {
            delimiter: delimiter.transpose()?,
            quote: quote.transpose()?,
            backslash: text.escape.map(|escape| escape == Escape::Backslash),
            decimal: decimal.transpose()?,
            thousands: thousands.transpose()?,
            missing: text.missing_words.clone(),
            skip_lines: text.skip_lines,
            comment: comment.transpose()?,
            header: text.header,
        };
        if given.decimal.is_some() && given.thousands.flatten() == given.decimal {
            return Err(DataError::Config {
                key: "thousands",
                problem: "is the same sign as data.decimal: change one of them".to_owned(),
            });
        }
        Ok(given)
    }

    /// The quotes that can be, the likelier first.
    pub(crate) fn quotes(&self) -> Vec<Option<Quote>> {
        let both = |byte| {
            let ways = self.backslash.map_or(vec![false, true], |own| vec![own]);
            ways.into_iter()
                .map(move |backslash| Some(Quote { byte, backslash }))
        };
        match self.quote {
            Some(None) => vec![None],
            Some(Some(byte)) => both(byte).collect(),
            None => both(b'"').chain([None]).collect(),
        }
    }
}
