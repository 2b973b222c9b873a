//! The bags of words of the UCI repository: three lines with the numbers of documents, words and counts, then document, word, count, from 1.

use super::super::delimited::shown;
use super::super::format::{Format, Options};
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::super::{Names, Table};
use super::scan::{self, Sample, whole, wholes};
use super::triplets::{self, Declared};
use super::{beside, ratings};
use crate::data::DataError;

/// `docword.nips.txt`, with its words in `vocab.nips.txt` beside it.
pub(crate) struct BagOfWords;

impl Format for BagOfWords {
    fn name(&self) -> &'static str {
        "UCI bag of words"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let sample = Sample::of(head);
        let [documents, words, counts, cells @ ..] = &sample.lines[..] else {
            return false;
        };
        let (Some(documents), Some(words), Some(_)) =
            (whole(documents), whole(words), whole(counts))
        else {
            return false;
        };
        let fits = |line: &&[u8]| matches!(wholes(line).as_deref(), Some(&[document, word, _]) if document <= documents && word <= words);
        !cells.is_empty() && cells.iter().all(fits)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        options: &Options<'_>,
    ) -> Result<Table, DataError> {
        let mut table = ratings::of_matrix(self.matrix(source, options)?, names);
        table.notices.push(
            "documents were read as users, words as items, and their counts as ratings".to_owned(),
        );
        Ok(table)
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let path = source.path().to_owned();
        let (mut sizes, mut line) = (Vec::new(), 0);
        while sizes.len() < 3 {
            let text = source.next_line()?.unwrap_or_default();
            line += 1;
            match whole(text.trim_ascii()) {
                Some(size) => sizes.push(size),
                None if text.trim_ascii().is_empty() && !text.is_empty() => (),
                None => {
                    let problem = format!("expected a whole number, but found {}", shown(&text));
                    let remedy =
                        "Begin with three lines: documents, words, and how many counts follow";
                    return Err(scan::at(&path, line, scan::wrong(problem, remedy)));
                }
            }
        }
        let declared = Declared {
            rows: sizes[0],
            columns: sizes[1],
            entries: Some(sizes[2]),
            first: 1,
            line,
        };
        let mut raw = triplets::read(source, &declared, line + 1)?;
        raw.notices.push(format!(
            "the first three lines were read as the numbers of documents ({}), words ({}) and counts ({})",
            sizes[0], sizes[1], sizes[2]
        ));
        let count = raw.columns.len();
        let words = beside::lines_of(
            &path,
            &vocabularies(&beside::unpacked_name(&path)),
            (count, "columns", "titles"),
            &mut raw.notices,
        );
        for (column, word) in words.into_iter().flatten().enumerate() {
            raw.columns.set_title(column, &word);
        }
        Ok(raw)
    }

    fn holds_only_a_matrix(&self, _source: &mut Source<'_>) -> bool {
        true
    }
}

/// The names that the file of words can have, beside the one of counts.
fn vocabularies(name: &str) -> Vec<String> {
    let own = name.replacen("docword", "vocab", 1);
    let mut names = vec![own.clone(), format!("{own}.txt")];
    names.retain(|own| own != name && own.contains("vocab"));
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Monitor;
    use crate::data::formats::{read, read_matrix};

    const COUNTS: &str = "3\n4\n5\n1 1 2\n1 3 1\n2 4 7\n3 1 1\n3 2 5\n";

    #[test]
    fn three_lines_are_the_size_and_words_lie_beside() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("docword.small.txt");
        std::fs::write(&path, COUNTS).expect("written");
        let vocabulary = folder.path().join("vocab.small.txt");
        std::fs::write(vocabulary, "ant\nbee\ncat\ndog\n").expect("written");
        let (raw, _) =
            read_matrix(&path, &Options::default(), &Monitor::default()).expect("a matrix");
        assert_eq!((raw.cells.rows(), raw.cells.columns()), (3, 4));
        assert_eq!(raw.cells.stored(), 5);
        assert_eq!(raw.cells.row(1).collect::<Vec<_>>(), [(3, 7.0)]);
        assert!(!raw.absent_is_missing);
        assert_eq!(raw.columns.display(3), "dog");
        assert!(
            raw.notices[1].contains("vocab.small.txt"),
            "{:?}",
            raw.notices
        );
        let mut names = Names::default();
        let (table, _) =
            read(&path, &mut names, &Options::default(), &Monitor::default()).expect("ratings");
        assert_eq!(table.len(), 5);
        assert!(names.users.ids().eq(["1", "2", "3"]));
        assert_eq!(names.items.title(0), Some("ant"));
        assert!(
            table
                .notices
                .iter()
                .any(|notice| notice.contains("counts as ratings"))
        );
    }

    #[test]
    fn what_does_not_fit_its_three_lines_is_an_error_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("counts");
        for (text, expected) in [
            (
                "3\n4\n6\n1 1 2\n1 3 1\n2 4 7\n3 1 1\n3 2 5\n",
                "line 3: the header promises 6 entries, but the file holds 5",
            ),
            (
                "3\n4\n2\n1 1 2\n0 3 1\n",
                "line 5, column 1: row \"0\" is not between 1 and 3",
            ),
            ("900000000\n4\n1\n1 1 2\n", "900000000 rows"),
        ] {
            std::fs::write(&path, text).expect("written");
            let error =
                read_matrix(&path, &Options::default(), &Monitor::default()).expect_err(text);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn plain_text_is_not_taken_for_it() {
        for text in [
            "1\n2\n3\n",
            "3\n4\n5\n1 1\n",
            "3\n4\n5\n4 1 1\n",
            "1 2 3\n4 5 6\n",
            "3\n4\n5\n1 2 a\n",
        ] {
            assert!(!BagOfWords.recognizes(text.as_bytes()), "{text}");
        }
    }
}
