//! What a person types to find runs: `lambda>10 rmse<0.9 system:autorec tag:final`.
//!
//! Terms stand side by side and all must hold; `-` before a term turns it around. A term is a word, found in the name, folder or system of a run,
//! or a key, an operator and a value. `key:value` asks for a value that contains the text (of numbers: that is the number), `key=value` for
//! exactly it, `key!=value` for another one, and `<`, `<=`, `>`, `>=` compare. Several values stand with commas between: `status:failed,stopped`.
//! Quotes keep spaces and signs together; `none` is no value.

mod complete;
mod field;
mod lexer;
mod matching;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::fmt;
use std::ops::Range;

pub use complete::{Completion, Completions};
use field::Field;
use lexer::{Lexeme, lexemes};
use matching::{Text, Wanted};
use vocabulary::Vocabulary;

use super::{Row, RunsTable};

/// A filter of runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    terms: Vec<Term>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
struct Term {
    /// True if it must not hold.
    negated: bool,
    condition: Condition,
}

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    /// A word somewhere in the name, folder or system.
    Word(Text),
    /// A key, an operator, and values of which one must fit.
    Compare {
        /// As it was typed.
        key: String,
        field: Field,
        operator: Operator,
        values: Vec<Wanted>,
    },
}

/// What stands between a key and a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `:`
    Has,
    /// `=`
    Equal,
    /// `!=`
    Other,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// A text that is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} (at letter {letter})")]
pub struct FilterError {
    /// The problem and its remedy.
    pub problem: String,
    /// The bytes of the text that it lies in.
    pub place: Range<usize>,
    /// The letter that it begins at, from 1.
    pub letter: usize,
}

impl FilterError {
    fn new(text: &str, place: Range<usize>, problem: String) -> Self {
        let letter = text.get(..place.start).map_or(0, |own| own.chars().count()) + 1;
        Self {
            problem,
            place,
            letter,
        }
    }
}

impl Filter {
    /// Longest text of a filter, in bytes.
    const MAX_BYTES: usize = 4096;

    /// Reads a filter; keys are the parameters and measures of all systems.
    ///
    /// # Errors
    /// If a key is unknown (with the nearest), a value is missing, or a text is compared as if it were a number: with the place.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Self::read(text, &Vocabulary::all())
    }

    /// Reads a filter of certain runs: a short form of a key need only be clear among their systems, and keys of unknown systems are known.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_for(text: &str, table: &RunsTable) -> Result<Self, FilterError> {
        Self::read(text, &Vocabulary::of(table))
    }

    fn read(text: &str, vocabulary: &Vocabulary) -> Result<Self, FilterError> {
        if text.len() > Self::MAX_BYTES {
            let problem = format!(
                "the filter is longer than {} letters; shorten it",
                Self::MAX_BYTES
            );
            return Err(FilterError::new(text, 0..text.len(), problem));
        }
        let terms = lexemes(text)?;
        let terms = terms
            .into_iter()
            .map(|lexeme| term(text, lexeme, vocabulary));
        Ok(Self {
            terms: terms.collect::<Result<_, _>>()?,
        })
    }

    /// True if every run passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// True if a run passes.
    #[must_use]
    pub fn matches(&self, row: &Row) -> bool {
        self.terms.iter().all(|term| {
            let holds = match &term.condition {
                Condition::Word(word) => matching::has_word(row, word),
                Condition::Compare {
                    field,
                    operator,
                    values,
                    ..
                } => matching::compares(row, field, *operator, values),
            };
            holds != term.negated
        })
    }

    /// What can be typed at a place of a text.
    #[must_use]
    pub fn completions(text: &str, cursor: usize, table: &RunsTable) -> Completions {
        complete::completions(text, cursor, table)
    }
}

fn term(text: &str, lexeme: Lexeme, vocabulary: &Vocabulary) -> Result<Term, FilterError> {
    let Some((operator, values)) = lexeme.comparison else {
        return Ok(Term {
            negated: lexeme.negated,
            condition: Condition::Word(Text::new(lexeme.word)),
        });
    };
    let field = vocabulary
        .field(&lexeme.word)
        .map_err(|problem| FilterError::new(text, lexeme.place.clone(), problem))?;
    let values = values.into_iter().map(|(value, place)| {
        Wanted::new(&field, &lexeme.word, operator, value)
            .map_err(|problem| FilterError::new(text, place, problem))
    });
    Ok(Term {
        negated: lexeme.negated,
        condition: Condition::Compare {
            values: values.collect::<Result<_, _>>()?,
            key: lexeme.word,
            field,
            operator,
        },
    })
}

impl fmt::Display for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Has => ":",
            Self::Equal => "=",
            Self::Other => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        })
    }
}

/// As a text that reads back as the same filter.
impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, term) in self.terms.iter().enumerate() {
            if place > 0 {
                formatter.write_str(" ")?;
            }
            if term.negated {
                formatter.write_str("-")?;
            }
            match &term.condition {
                Condition::Word(word) => formatter.write_str(&lexer::quoted(word.as_str()))?,
                Condition::Compare {
                    key,
                    operator,
                    values,
                    ..
                } => {
                    write!(formatter, "{}{operator}", lexer::quoted(key))?;
                    for (place, value) in values.iter().enumerate() {
                        if place > 0 {
                            formatter.write_str(",")?;
                        }
                        formatter.write_str(&lexer::quoted(value.as_str()))?;
                    }
                }
            }
        }
        Ok(())
    }
}
