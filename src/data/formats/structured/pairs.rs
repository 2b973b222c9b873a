//! Sparse rows as pairs of a number and a value, with a colon between them: LDA-C's documents, and SVMlight's examples with a label before
//! them.

use super::super::delimited::{Wrong, shown};
use super::super::entries::{self, Entries};
use super::super::format::{Format, Options};
use super::super::number;
use super::super::raw::{Found, RawMatrix};
use super::super::source::Source;
use super::super::{Names, Table};
use super::ratings;
use super::records::no_ratings;
use super::scan::{self, Lines, Sample, text, whole};
use super::triplets;
use crate::data::DataError;
use crate::data::load::counted;

/// LDA-C: how many pairs follow, then pairs of a word (from 0) and its count.
pub(crate) struct LdaC;

/// SVMlight and libsvm: a label, then pairs of a feature and its value.
pub(crate) struct SvmLight;

impl Format for LdaC {
    fn name(&self) -> &'static str {
        "LDA-C"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let sample = Sample::of(head);
        let counted = |line: &&[u8]| {
            let mut fields = fields(line);
            let count = fields.next().and_then(whole);
            let pairs: Option<Vec<(u64, &[u8])>> = fields.map(pair_of).collect();
            pairs.is_some_and(|pairs| {
                let counts = pairs.iter().all(|pair| whole(pair.1).is_some());
                counts && count == Some(pairs.len() as u64)
            })
        };
        sample.lines.len() > 1 && sample.lines.iter().all(counted) && has_pairs(&sample)
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
        let mut rows = Rows::default();
        let mut lines = Lines::new(source);
        while let Some(line) = lines.next_filled()? {
            let mut fields = fields(line);
            let count = fields.next().unwrap_or_default();
            let read = rows.push(fields).and_then(|pairs| {
                if whole(count) == Some(pairs as u64) {
                    return Ok(());
                }
                Err(scan::wrong(
                    format!(
                        "{} should be how many words follow, which are {pairs}",
                        shown(count)
                    ),
                    "Write the file again",
                ))
            });
            read.map_err(|wrong| lines.wrong(wrong))?;
        }
        let mut raw = rows.finish(source, 0)?;
        let notice = "the first number of each line was read as how many words follow (LDA-C), and words count from 0";
        raw.notices.push(notice.to_owned());
        Ok(raw)
    }

    fn holds_only_a_matrix(&self, _source: &mut Source<'_>) -> bool {
        true
    }
}

impl Format for SvmLight {
    fn name(&self) -> &'static str {
        "SVMlight"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let sample = Sample::of(head);
        let labeled = |line: &&[u8]| {
            let mut fields = fields(uncommented(line));
            let label = fields.next().is_none_or(is_label);
            label && fields.all(|field| is_query(field) || pair_of(field).is_some_and(is_number))
        };
        sample.lines.len() > 1 && sample.lines.iter().all(labeled) && has_pairs(&sample)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        _names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        // libFM writes a rating as the label and user and item as features, which only its author can tell apart.
        Err(no_ratings(
            source.path(),
            "labels and numbered features (SVMlight, libsvm, libFM)",
        ))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let mut rows = Rows::default();
        let mut labels = Vec::new();
        let mut lines = Lines::new(source);
        while let Some(line) = lines.next_filled()? {
            let mut fields = fields(uncommented(line));
            let Some(label) = fields.next() else {
                continue;
            };
            labels.push(text(label));
            let read = rows.push(fields.filter(|field| !is_query(field)));
            read.map_err(|wrong| lines.wrong(wrong))?;
        }
        let first = usize::from(rows.lowest > 0);
        let mut raw = rows.finish(source, first)?;
        raw.notices.push(format!(
            "features were read as columns that count from {first}"
        ));
        add_labels(&mut raw, labels);
        Ok(raw)
    }

    fn holds_only_a_matrix(&self, _source: &mut Source<'_>) -> bool {
        true
    }
}

/// What stands between blanks.
fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace)
        .filter(|field| !field.is_empty())
}

/// A line without the remark at its end.
fn uncommented(line: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'#', line).unwrap_or(line.len());
    &line[..end]
}

/// `12:0.5` as 12 and its value.
fn pair_of(field: &[u8]) -> Option<(u64, &[u8])> {
    let colon = memchr::memchr(b':', field)?;
    Some((whole(&field[..colon])?, &field[colon + 1..]))
}

fn is_number(pair: (u64, &[u8])) -> bool {
    number::number(pair.1, false).is_ok()
}

/// A number, or several between commas.
fn is_label(field: &[u8]) -> bool {
    let mut parts = field.split(|&byte| byte == b',');
    parts.all(|part| number::number(part, false).is_ok())
}

/// `qid:3`: which query an example belongs to.
fn is_query(field: &[u8]) -> bool {
    field.starts_with(b"qid:")
}

fn has_pairs(sample: &Sample<'_>) -> bool {
    let of_line = |line: &&[u8]| fields(line).any(|field| pair_of(field).is_some());
    // Nearly every line, since a time of day looks like a pair.
    let with = sample.lines.iter().filter(|line| of_line(line)).count();
    with * 2 > sample.lines.len()
}

/// Rows of pairs as they are read.
#[derive(Default)]
struct Rows {
    entries: Entries,
    count: usize,
    lowest: u64,
    highest: u64,
}

impl Rows {
    /// Takes a row; returns how many pairs it has.
    fn push<'l>(&mut self, fields: impl Iterator<Item = &'l [u8]>) -> Result<usize, Wrong> {
        let mut pairs = 0;
        for (at, field) in fields.enumerate() {
            let known = pair_of(field).filter(|pair| pair.0 < u64::from(u32::MAX));
            let Some((column, value)) = known else {
                return Err(Wrong {
                    column: Some(at + 1),
                    problem: format!("expected a pair such as 12:1, but found {}", shown(field)),
                    remedy: "Write the number of the column, a colon, and the value".to_owned(),
                });
            };
            if self.entries.values.is_empty() {
                self.lowest = column;
            }
            self.lowest = self.lowest.min(column);
            self.highest = self.highest.max(column);
            self.entries.rows.push(self.count as u32);
            self.entries.columns.push(column as u32);
            self.entries.values.push(triplets::number(value, at + 1)?);
            pairs += 1;
        }
        self.count += 1;
        Ok(pairs)
    }

    /// The matrix, whose columns count from `first`.
    fn finish(mut self, source: &Source<'_>, first: usize) -> Result<RawMatrix, DataError> {
        if self.entries.values.is_empty() {
            return Ok(RawMatrix::default());
        }
        let path = source.path();
        // The number of a column is a mere claim.
        let bytes = scan::bytes_of(source).max(self.entries.values.len());
        let columns = entries::side(self.highest + 1 - first as u64, "columns", bytes)
            .map_err(|wrong| wrong.at(path))?;
        for column in &mut self.entries.columns {
            *column -= first as u32;
        }
        let compressed = self.entries.compress(self.count, columns);
        let mut raw = RawMatrix::sparse(compressed.map_err(|wrong| wrong.at(path))?, first);
        // Rows have no number of their own in the file: they count from 1.
        raw.rows = crate::data::Labels::numbered(self.count);
        Ok(raw)
    }
}

/// Takes labels as classes, unless they are numbers to predict.
fn add_labels(raw: &mut RawMatrix, labels: Vec<String>) {
    let different: rustc_hash::FxHashSet<&str> = labels.iter().map(String::as_str).collect();
    let fractions = labels.iter().any(|label| {
        let value: f64 = label.parse().unwrap_or(0.0);
        value.fract() != 0.0
    });
    if different.len() < 2 || fractions || different.len() * 2 > labels.len().max(4) {
        raw.notices.push(format!(
            "the label of each line is not used as a class: there are {}",
            counted(different.len(), "different one", "different ones")
        ));
        return;
    }
    let classes: Found = (
        "the label of each line".to_owned(),
        labels.into_iter().map(Some).collect(),
    );
    raw.set_classes(Some(classes), None);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::formats::trial::{matrix, ratings};

    #[test]
    fn documents_of_lda_c() {
        let text = "3 0:1 4:2 2:1\n1 4:7\n0\n2 1:1 2:3\n";
        let raw = matrix(text).expect("a matrix");
        assert_eq!((raw.cells.rows(), raw.cells.columns()), (4, 5));
        assert_eq!(
            raw.cells.row(0).collect::<Vec<_>>(),
            [(0, 1.0), (2, 1.0), (4, 2.0)]
        );
        assert!(raw.row_classes.is_none());
        assert_eq!(raw.columns.id(4), "4");
        let (table, names) = ratings(text).expect("ratings");
        assert_eq!(table.len(), 6);
        assert!(names.users.ids().eq(["1", "2", "4"]));
    }

    #[test]
    fn examples_with_labels_as_classes() {
        let text = "+1 1:0.5 3:2 # first\n-1 qid:7 2:1\n+1 3:1e1\n-1 1:4\n# done\n";
        let raw = matrix(text).expect("a matrix");
        assert_eq!((raw.cells.rows(), raw.cells.columns()), (4, 3));
        assert_eq!(raw.cells.row(0).collect::<Vec<_>>(), [(0, 0.5), (2, 2.0)]);
        let classes: Vec<String> = raw
            .row_classes
            .expect("classes")
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(classes, ["+1", "-1", "+1", "-1"]);
        let error = ratings(text).map(|_| ()).expect_err("no ratings");
        assert!(error.contains("libFM"), "{error}");
    }

    #[test]
    fn numbers_to_predict_are_no_classes() {
        let text = "1.5 0:1 1:2\n2.5 1:1\n1.5 0:3\n";
        let raw = matrix(text).expect("a matrix");
        assert!(raw.row_classes.is_none());
        assert!(
            raw.notices
                .iter()
                .any(|notice| notice.contains("2 different ones"))
        );
    }

    #[test]
    fn a_column_no_file_of_its_size_fills_is_refused() {
        let text = "1 1:1\n-1 4000000000:1\n";
        let error = matrix(text).expect_err("too many columns");
        assert!(error.contains("4000000000 columns"), "{error}");
    }

    #[test]
    fn plain_text_is_not_taken_for_it() {
        for text in [
            "1 2 3\n4 5 6\n",
            "1::2::3\n4::5::6\n",
            "1 12:30 4\n2 13:15 5\n",
            "a 1:2\nb 2:3\n",
            "1 2:3\n",
        ] {
            assert!(!LdaC.recognizes(text.as_bytes()), "{text}");
            assert!(!SvmLight.recognizes(text.as_bytes()), "{text}");
        }
        assert!(SvmLight.recognizes(b"1 2:3\n1 4:0.5\n"));
        assert!(!LdaC.recognizes(b"1 2:3\n1 4:0.5\n"));
    }
}
