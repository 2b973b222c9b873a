//! The blocks of the Netflix prize: a line with a movie and a colon, then lines of user, rating and date; again and again.

use super::super::delimited::{Wrong, shown};
use super::super::format::{Format, Options};
use super::super::number;
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::super::{Names, Table};
use super::ratings;
use super::records::Records;
use super::scan::{self, Lines, Sample, whole};
use super::triplets;
use crate::data::DataError;

/// `mv_0000001.txt`, `combined_data_1.txt`; `probe.txt` and `qualifying.txt` are refused by name.
pub(crate) struct Netflix;

impl Format for Netflix {
    fn name(&self) -> &'static str {
        "Netflix prize"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let sample = Sample::of(head);
        let first = sample.lines.first().copied().unwrap_or_default();
        let fits = |line: &&[u8]| movie_of(line).is_some() || is_rating(line);
        sample.lines.len() > 1 && movie_of(first).is_some() && sample.lines.iter().all(fits)
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        let mut lines = Lines::new(source);
        let mut records = Records::new(names);
        let (mut movie, mut dated) = (Vec::new(), None);
        while let Some(line) = lines.next_filled()? {
            if let Some(next) = movie_of(line) {
                movie.clear();
                movie.extend_from_slice(next);
                continue;
            }
            match rating_of(line, &mut dated) {
                Ok((user, value, time)) => records.push(user, &movie, value, time),
                Err(wrong) => return Err(lines.wrong(wrong)),
            }
        }
        Ok(records.finish())
    }

    fn matrix(
        &self,
        source: &mut Source<'_>,
        options: &Options<'_>,
    ) -> Result<RawMatrix, DataError> {
        let mut names = Names::default();
        let table = self.ratings(source, &mut names, options)?;
        Ok(ratings::to_matrix(names, table))
    }
}

/// User, rating and time of a line. `dated`: whether the first rating has a date, once it is known.
fn rating_of<'l>(
    line: &'l [u8],
    dated: &mut Option<bool>,
) -> Result<(&'l [u8], f32, Option<i64>), Wrong> {
    let mut fields = line.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    let user = fields.next().unwrap_or_default();
    let (rating, date, more) = (fields.next(), fields.next(), fields.next());
    if user.is_empty() || more.is_some() {
        return Err(scan::wrong(
            format!("{} is not a rating", shown(line)),
            "Write user, rating and date, below a line with the movie and a colon",
        ));
    }
    let value = match rating {
        Some(rating) if date.is_some() || !is_date(rating) => triplets::number(rating, 1)?,
        _ => return Err(no_rating()),
    };
    let time = date.and_then(number::time);
    if *dated.get_or_insert(date.is_some()) != date.is_some() || date.is_some() != time.is_some() {
        return Err(scan::wrong(
            format!("expected user, rating and date, but found {}", shown(line)),
            "Give every rating a date such as 2005-09-06, or none of them",
        ));
    }
    Ok((user, value, time))
}

/// The number before a colon that ends the line.
fn movie_of(line: &[u8]) -> Option<&[u8]> {
    let movie = line.trim_ascii().strip_suffix(b":")?;
    whole(movie).map(|_| movie)
}

/// True for `user,rating,date`, of which the last parts may be missing.
fn is_rating(line: &[u8]) -> bool {
    let mut fields = line.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    let user = fields.next().is_some_and(|user| whole(user).is_some());
    let value = |field: &[u8]| number::number(field, false).is_ok() || is_date(field);
    user && fields.next().is_none_or(value)
        && fields.next().is_none_or(is_date)
        && fields.next().is_none()
}

/// `2005-09-06`.
fn is_date(field: &[u8]) -> bool {
    field.len() >= 8 && field.contains(&b'-') && number::time(field).is_some()
}

fn no_rating() -> Wrong {
    scan::wrong(
        "the line has no rating, as in the probe and qualifying files of the Netflix prize",
        "Give the training files: combined_data_1.txt or mv_0000001.txt",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::formats::trial::{matrix, ratings};

    #[test]
    fn several_movies_in_one_file() {
        let text = "1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n\n2:\n822109,4,2005-09-05\n";
        let (table, names) = ratings(text).expect("ratings");
        assert!(names.users.ids().eq(["1488844", "822109"]));
        assert!(names.items.ids().eq(["1", "2"]));
        let chunk = &table.chunks[0];
        assert_eq!(chunk.users, [0, 1, 1]);
        assert_eq!(chunk.items, [0, 0, 1]);
        assert_eq!(chunk.values, [3.0, 5.0, 4.0]);
        // 2005-05-13 is 12,916 days after 1970-01-01.
        assert_eq!(chunk.times.get(1), Some(12_916 * 86_400));
        let raw = matrix(text).expect("a matrix");
        assert_eq!(
            (raw.cells.rows(), raw.cells.columns(), raw.cells.stored()),
            (2, 2, 3)
        );
        assert!(raw.absent_is_missing);
    }

    #[test]
    fn files_without_ratings_are_refused_by_name() {
        for text in [
            "1:\n30878\n2647871\n2:\n12\n",
            "1:\n1046323,2005-12-19\n5,2005-12-20\n",
        ] {
            let error = ratings(text).map(|_| ()).expect_err("no ratings");
            assert!(
                error.contains("line 2") && error.contains("probe"),
                "{error}"
            );
        }
    }

    #[test]
    fn plain_text_is_not_taken_for_it() {
        for text in [
            "1:\n",
            "1,2,3\n4,5,6\n",
            "a:\n1,2,2005-09-06\n",
            "1:\n1,2,3\n",
            "1: 2: 3\n4: 5: 6\n",
        ] {
            assert!(!Netflix.recognizes(text.as_bytes()), "{text}");
        }
    }
}
