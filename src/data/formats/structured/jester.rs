//! Jester as it is distributed: no header, one line for each user, first how many jokes the user rated, then a field for each joke, of
//! which 99 stands for no rating.

use super::super::delimited::Wrong;
use super::super::format::{Format, Options};
use super::super::number;
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::super::{Names, Table};
use super::grid::{Grid, Role};
use super::ratings;
use super::scan::{self, Lines, Sample, pieces, whole};
use crate::data::DataError;

/// `jester-data-1.csv`.
pub(crate) struct Jester;

impl Format for Jester {
    fn name(&self) -> &'static str {
        "Jester"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let sample = Sample::of(head);
        let Some(first) = sample.lines.first() else {
            return false;
        };
        let width = pieces(first).count();
        let line = |line: &&[u8]| {
            let fields: Vec<&[u8]> = pieces(line).collect();
            let all = fields.len() == width
                && fields[1..]
                    .iter()
                    .all(|field| number::number(field, false).is_ok());
            all && whole(fields[0]) == Some(rated(&fields) as u64)
        };
        let some_missing = |line: &&[u8]| pieces(line).skip(1).any(is_missing);
        sample.lines.len() > 1
            && width > LEAST_JOKES
            && sample.lines.iter().all(line)
            && sample.lines.iter().any(some_missing)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        options: &Options<'_>,
    ) -> Result<Table, DataError> {
        Ok(ratings::of_matrix(self.matrix(source, options)?, names))
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        _options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let mut lines = Lines::new(source);
        let mut grid: Option<Grid> = None;
        while let Some(line) = lines.next_filled()? {
            let mut fields: Vec<&[u8]> = pieces(line).collect();
            let grid = grid.get_or_insert_with(|| {
                let mut roles = vec![Role::Cell; fields.len()];
                roles[0] = Role::NotUsed;
                Grid::new(roles)
            });
            let count = rated(&fields);
            let row = match whole(fields[0]) {
                Some(said) if said == count as u64 => {
                    fields
                        .iter_mut()
                        .skip(1)
                        .filter(|field| is_missing(field))
                        .for_each(|field| *field = b"");
                    grid.push(&fields)
                }
                _ => Err(wrong_count(fields[0], count)),
            };
            row.map_err(|wrong| lines.wrong(wrong))?;
        }
        let mut raw = grid.map_or_else(RawMatrix::default, |grid| grid.finish(None, "", None));
        let notice = "the first field of each line counts the ratings in it, and 99 stands for no rating, as in Jester: neither was read as a rating";
        raw.notices.push(notice.to_owned());
        Ok(raw)
    }
}

/// Fewer jokes may agree with a count by chance.
const LEAST_JOKES: usize = 4;

/// How many fields behind the first are ratings.
fn rated(fields: &[&[u8]]) -> usize {
    fields
        .iter()
        .skip(1)
        .filter(|field| !is_missing(field))
        .count()
}

/// True for 99, 99.0 or 99.00.
fn is_missing(field: &[u8]) -> bool {
    number::number(field, false) == Ok(99.0)
}

fn wrong_count(said: &[u8], count: usize) -> Wrong {
    let said = String::from_utf8_lossy(said);
    scan::wrong(
        format!("the first field says that {said} ratings follow, but {count} fields are not 99"),
        format!("Write {count} there, or remove the line"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::formats::trial::{matrix, ratings};

    const TEXT: &str = "2,-9.5,99,3,99,99\n3,0.25,1,99,99,10\n1,99,99,99,99.00,-2\n";

    #[test]
    fn the_count_and_99_are_no_ratings() {
        let (table, names) = ratings(TEXT).expect("ratings");
        assert!(names.users.ids().eq(["1", "2", "3"]));
        assert!(names.items.ids().eq(["1", "2", "3", "5"]));
        assert_eq!(table.chunks[0].values, [-9.5, 3.0, 0.25, 1.0, 10.0, -2.0]);
        assert!(table.notices[0].contains("99"));
        let raw = matrix(TEXT).expect("a matrix");
        assert_eq!((raw.cells.rows(), raw.cells.columns()), (3, 5));
    }

    #[test]
    fn one_line_that_does_not_count_makes_it_plain_text() {
        assert!(Jester.recognizes(TEXT.as_bytes()));
        for text in [
            "2,-9.5,99,3,99,99\n3,0.25,1,99,99,10\n2,99,99,99,99,-2\n",
            "5,1,2,3,4,5\n5,2,3,4,5,6\n",
            "2,-9.5,99,3,99,99\n",
            "1,99,2\n1,2,99\n",
        ] {
            assert!(!Jester.recognizes(text.as_bytes()), "{text}");
        }
    }
}
