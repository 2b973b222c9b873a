//! Names of rows and columns that stand beside a matrix in a file of arrays: the words of a text matrix, genes, titles.

use super::arrays::Arrays;
use super::choose::{Announced, Choice, Holds};
use super::raw::RawMatrix;
use crate::data::Labels;

/// Usual names of the arrays that name rows.
const OF_ROWS: [&str; 12] = [
    "row_names",
    "rownames",
    "row_labels",
    "rows",
    "documents",
    "doc_names",
    "docs",
    "titles",
    "samples",
    "sample_names",
    "ids",
    "names",
];
/// Usual names of the arrays that name columns; `term_labels` is coclust's.
const OF_COLUMNS: [&str; 17] = [
    "column_names",
    "columnnames",
    "col_names",
    "colnames",
    "column_labels",
    "columns",
    "terms",
    "term_names",
    "term_labels",
    "words",
    "tokens",
    "vocab",
    "vocabulary",
    "features",
    "feature_names",
    "genes",
    "gene_names",
];

/// The side of a matrix.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Axis {
    Rows,
    Columns,
}

impl Axis {
    fn word(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Columns => "columns",
        }
    }

    fn usual(self) -> &'static [&'static str] {
        match self {
            Self::Rows => &OF_ROWS,
            Self::Columns => &OF_COLUMNS,
        }
    }
}

/// Takes texts beside the matrix as names of its rows and of its columns: those with a usual name, or else the only texts of this length. An
/// array that cannot be read leaves the numbers and is said.
pub(super) fn add(
    file: &mut dyn Arrays,
    raw: &mut RawMatrix,
    announced: &[Announced],
    choice: &mut Choice,
) {
    let &[rows, columns] = &announced[choice.matrix].shape[..] else {
        return;
    };
    for (axis, length, other) in [(Axis::Rows, rows, columns), (Axis::Columns, columns, rows)] {
        let Some(at) = find(announced, choice, axis, (length, other)) else {
            continue;
        };
        match axis {
            Axis::Rows => choice.row_names = Some(at),
            Axis::Columns => choice.column_names = Some(at),
        }
        let name = &announced[at].name;
        let word = axis.word();
        let names = match file.texts(at) {
            Ok(texts) => names(texts),
            Err(wrong) => Err(wrong.problem().to_owned()),
        };
        match names {
            Ok(names) => {
                raw.named = true;
                raw.notices
                    .push(format!("{name} was read as the names of the {word}"));
                match axis {
                    Axis::Rows => raw.rows = names,
                    Axis::Columns => raw.columns = names,
                }
            }
            Err(why) => raw.notices.push(format!(
                "{name} was not read as the names of the {word}: {why}"
            )),
        }
    }
}

/// The array that names one side. In a square matrix only its name tells which side that is.
fn find(
    announced: &[Announced],
    choice: &Choice,
    axis: Axis,
    (length, other): (u64, u64),
) -> Option<usize> {
    let fitting: Vec<usize> = (0..announced.len())
        .filter(|&at| !choice.taken().any(|taken| taken == at))
        .filter(|&at| {
            let array = &announced[at];
            array.holds == Holds::Texts
                && array.length() == Some(length)
                && array.within() == announced[choice.matrix].within()
        })
        .collect();
    let called = fitting
        .iter()
        .find(|&&at| announced[at].is_called(axis.usual()));
    match fitting[..] {
        _ if called.is_some() => called.copied(),
        [only] if length != other => Some(only),
        _ => None,
    }
}

/// The texts as names; why not, where they don't tell all apart.
fn names(texts: Vec<Option<String>>) -> Result<Labels, String> {
    let count = texts.len();
    let mut labels = Labels::default();
    for (at, text) in texts.into_iter().enumerate() {
        let Some(text) = text else {
            return Err(format!("number {} of {count} is empty", at + 1));
        };
        labels.intern(&text);
        if labels.len() <= at {
            return Err(format!("{text} is there twice"));
        }
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Dense;
    use crate::data::formats::arrays::{self, Content};
    use crate::data::formats::npy::Wrong;

    /// A matrix of 2 × 3 ones, and texts.
    struct Beside(Vec<Announced>, Vec<Vec<&'static str>>);

    impl Beside {
        fn new(shape: [u64; 2], texts: &[(&str, &[&'static str])]) -> Self {
            let array = |name: &str, shape: &[u64], holds| Announced {
                name: name.to_owned(),
                shape: shape.to_vec(),
                holds,
            };
            let mut announced = vec![array("X", &shape, Holds::Numbers)];
            announced.extend(
                texts
                    .iter()
                    .map(|(name, texts)| array(name, &[texts.len() as u64], Holds::Texts)),
            );
            let texts = texts.iter().map(|(_, texts)| texts.to_vec()).collect();
            Self(announced, texts)
        }

        fn read(mut self) -> RawMatrix {
            match arrays::matrix(&mut self, None, 1) {
                Ok(raw) => raw,
                Err(wrong) => panic!("{}", wrong.problem()),
            }
        }
    }

    impl Arrays for Beside {
        fn announced(&self) -> &[Announced] {
            &self.0
        }

        fn content(&mut self, at: usize) -> Result<Content, Wrong> {
            let sides = [0, 1].map(|axis| self.0[at].shape[axis] as usize);
            let cells = vec![1.0; sides[0] * sides[1]];
            Ok(Content::Dense(Dense::new(sides[1], cells)))
        }

        fn texts(&mut self, at: usize) -> Result<Vec<Option<String>>, Wrong> {
            let text = |text: &&str| (!text.is_empty()).then(|| (*text).to_owned());
            Ok(self.1[at - 1].iter().map(text).collect())
        }
    }

    fn ids(labels: &Labels) -> Vec<&str> {
        labels.ids().collect()
    }

    #[test]
    fn texts_of_a_usual_name_or_the_only_ones_of_a_length_name_rows_and_columns() {
        let words: &[&str] = &["cat", "dog", "fish"];
        for name in ["terms", "Vocabulary", "ms"] {
            let raw = Beside::new([2, 3], &[("note", &["one text"]), (name, words)]).read();
            assert_eq!(ids(&raw.columns), words, "{name}");
            assert_eq!(ids(&raw.rows), ["1", "2"]);
            assert_eq!(
                raw.notices,
                [format!("{name} was read as the names of the columns")]
            );
        }
        let both = [("ts", &["a", "b"][..]), ("term_labels", words)];
        let raw = Beside::new([2, 3], &both).read();
        assert_eq!(ids(&raw.rows), ["a", "b"]);
        assert_eq!(ids(&raw.columns), words);
    }

    #[test]
    fn where_the_side_is_open_only_a_name_tells_it() {
        let texts: &[&str] = &["a", "b", "c"];
        let raw = Beside::new([3, 3], &[("ms", texts)]).read();
        assert_eq!(ids(&raw.rows), ["1", "2", "3"]);
        assert_eq!(ids(&raw.columns), ["1", "2", "3"]);
        let raw = Beside::new([3, 3], &[("terms", texts)]).read();
        assert_eq!(ids(&raw.rows), ["1", "2", "3"]);
        assert_eq!(ids(&raw.columns), texts);
        let several = [("one", texts), ("other", texts)];
        let raw = Beside::new([2, 3], &several).read();
        assert_eq!(ids(&raw.columns), ["1", "2", "3"]);
    }

    #[test]
    fn class_names_that_are_all_different_are_names() {
        let raw = Beside::new([2, 3], &[("labels", &["a", "b"])]).read();
        assert_eq!(ids(&raw.rows), ["a", "b"]);
        assert!(raw.row_classes.is_none());
        let raw = Beside::new([3, 2], &[("labels", &["a", "b", "a"])]).read();
        assert!(raw.row_classes.is_some());
        assert!(!raw.named);
    }

    #[test]
    fn names_that_are_empty_or_twice_there_are_said_and_not_taken() {
        for (texts, why) in [
            (["a", "", "c"], "number 2 of 3 is empty"),
            (["a", "b", "a"], "a is there twice"),
        ] {
            let raw = Beside::new([2, 3], &[("words", &texts)]).read();
            assert_eq!(ids(&raw.columns), ["1", "2", "3"]);
            let expected = format!("words was not read as the names of the columns: {why}");
            assert_eq!(raw.notices, [expected]);
        }
    }
}
