//! Finds which columns of a list no name tells, by their values and their places.

use std::path::Path;

use rustc_hash::FxHashSet;

use super::dates::is_date;
use super::dialect::is_missing;
use super::fields::Delimiter;
use super::header::{is_fact, is_id, is_line_number};
use super::list::{What, is_running};
use super::number;
use super::numerals::is_numeral;
use super::survey::{Row, Survey};
use crate::data::DataError;

/// Finds columns that no name tells.
pub(super) struct Finder<'s, 'h> {
    pub(super) survey: &'s Survey<'h>,
    /// Lines that are no header.
    pub(super) body: &'s [Row<'h>],
    /// Columns that are known.
    pub(super) taken: Vec<usize>,
    pub(super) header: bool,
    pub(super) notices: Vec<String>,
    pub(super) unsure: bool,
    /// The column of times of a log, which is the first.
    pub(super) found_time: Option<usize>,
}

impl Finder<'_, '_> {
    /// `plays`, or else `column 3`.
    pub(super) fn name(&self, at: usize) -> String {
        let name = self.survey.rows[0].fields.get(at).filter(|_| self.header);
        match name {
            Some(name) if !name.is_empty() => self.survey.dialect.text(name),
            _ => format!("column {}", at + 1),
        }
    }

    /// What is said of columns that no name tells.
    pub(super) fn in_their_order(&self, places: [usize; 3], unnamed: [bool; 3]) -> Option<String> {
        let parts = What::Ratings.parts();
        let taken: Vec<String> = (0..3)
            .filter(|part| unnamed[*part])
            .map(|part| format!("{} as the {}", self.name(places[part]), parts[part]))
            .collect();
        let (first, others) = taken.split_first()?;
        let all = match others {
            [] => first.clone(),
            [own] => format!("{first} and {own}"),
            [.., last] => format!(
                "{first}, {} and {last}",
                others[..others.len() - 1].join(", ")
            ),
        };
        let table = if unnamed == [true; 3] && self.survey.columns > 3 {
            ", or data.orientation = \"users_are_rows\" for a table with a row for each user"
        } else {
            ""
        };
        Some(format!(
            "{all}: read in their order, since no name says which they are; else set data.columns{table}"
        ))
    }

    pub(super) fn names(&self) -> String {
        let names: Vec<String> = (0..self.survey.columns - self.survey.trailing)
            .map(|at| self.name(at))
            .take(20)
            .collect();
        match names.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, before)) => format!("{} and {last}", before.join(", ")),
            None => String::new(),
        }
    }

    pub(super) fn fields(&self, at: usize) -> impl Iterator<Item = &[u8]> {
        let fields = self.body.iter().filter_map(move |row| row.fields.get(at));
        fields.copied().filter(|field| !is_missing(field))
    }

    /// Numbers in most lines.
    pub(super) fn is_numeric(&self, at: usize) -> bool {
        let (mut numbers, mut others) = (0, 0);
        for field in self.fields(at) {
            let is_number = is_numeral(field) || is_not_finite(field);
            *(if is_number { &mut numbers } else { &mut others }) += 1;
        }
        numbers > 0 && numbers >= others
    }

    /// Seconds or milliseconds since 1970, later than 1973, or dates; in nearly all lines, since the reader tells of one that is wrong.
    fn is_time(&self, at: usize) -> bool {
        let is_time = |field: &&[u8]| {
            number::time(field).is_some_and(|seconds| seconds > 100_000_000) || is_date(field)
        };
        let all = self.fields(at).count();
        let times = self.fields(at).filter(is_time).count();
        times > 0 && times * 20 >= all * 19
    }

    /// Numbers of the lines.
    fn is_running(&self, at: usize) -> bool {
        let named = self.header
            && self.survey.rows[0]
                .fields
                .get(at)
                .is_some_and(|name| is_line_number(name));
        is_running(self.body, at, if named { 2 } else { 3 })
            || !self.header && is_running(&self.survey.rows, at, 3)
    }

    /// `20110528`, which is not read as a time, but is no rating either.
    pub(super) fn is_day(&self, at: usize) -> bool {
        let is_day = |field: &[u8]| {
            let number: Option<u32> = std::str::from_utf8(field)
                .ok()
                .and_then(|own| own.parse().ok());
            number.is_some_and(|own| {
                (1950..2100).contains(&(own / 10_000))
                    && (1..=12).contains(&(own / 100 % 100))
                    && (1..=31).contains(&(own % 100))
            })
        };
        self.fields(at).count() > 0 && self.fields(at).all(is_day)
    }

    /// Times that nearly all differ, as the ids of those who rate more than once do not.
    fn is_moment(&self, at: usize) -> bool {
        let different: FxHashSet<&[u8]> = self.fields(at).collect();
        self.is_time(at)
            && different.len() > 2
            && different.len() * 10 >= self.fields(at).count() * 9
    }

    /// Whole numbers, written with a point or an exponent.
    pub(super) fn are_whole(&self, at: usize) -> bool {
        self.fields(at).count() > 0
            && self.fields(at).all(|field| {
                number::whole(field).is_some() && !field.iter().all(u8::is_ascii_digit)
            })
    }

    /// Decimals behind a comma that was read as a delimiter: a column of digits behind whole ratings.
    pub(super) fn cut_apart(&self, rating: usize) -> Option<String> {
        let next = rating + 1;
        let fits = !self.header
            && self.survey.dialect.cut.delimiter == Delimiter::Byte(b',')
            && !self.taken.contains(&next)
            && next < self.survey.columns
            && !self.is_running(next);
        let lengths: FxHashSet<usize> = self.fields(next).map(<[u8]>::len).collect();
        let digits = |at: usize| {
            self.fields(at).count() > 1
                && self
                    .fields(at)
                    .all(|field| field.iter().all(u8::is_ascii_digit))
        };
        let short = lengths.len() == 1 && lengths.iter().all(|length| *length <= 3);
        (fits && short && digits(next) && digits(rating)).then(|| {
            format!(
                "column {} holds digits alone, all of one length: if the numbers have a comma before their decimals (3,25), the file must be written with another delimiter, or with quotes around them",
                next + 1
            )
        })
    }

    fn is_id(&self, at: usize) -> bool {
        self.header
            && self.survey.rows[0]
                .fields
                .get(at)
                .is_some_and(|name| is_id(name))
    }

    /// A year or an address, by its name.
    fn is_fact(&self, at: usize) -> bool {
        self.header
            && self.survey.rows[0]
                .fields
                .get(at)
                .is_some_and(|name| is_fact(name))
    }

    fn is_fraction(&self, at: usize) -> bool {
        let mut values: FxHashSet<&[u8]> = FxHashSet::default();
        let (mut fractions, mut all) = (0, 0);
        for field in self.fields(at) {
            if !is_numeral(field) || values.len() > 40 {
                return false;
            }
            values.insert(field);
            let has_sign = field.contains(&b'.') || field.contains(&b',');
            fractions += usize::from(has_sign && number::whole(field).is_none());
            all += 1;
        }
        fractions * 5 > all
    }

    fn free(&self) -> impl Iterator<Item = usize> {
        (usize::from(self.survey.bordered)..self.survey.columns - self.survey.trailing)
            .filter(|at| !self.taken.contains(at))
    }

    /// The next column for a user or an item.
    pub(super) fn next_free(&mut self) -> Option<usize> {
        let free: Vec<usize> = self.free().collect();
        let may_count = self.survey.columns > 3 && free.len() > 1;
        let fits = |at: &&usize| !(self.is_fact(**at) || may_count && self.is_running(**at));
        let at = free.iter().find(fits).or(free.first()).copied();
        self.unsure |= free.len() > 1;
        at
    }

    /// Users and items are named, the rating is not: the only other column of numbers.
    pub(super) fn rating_beside_names(
        &mut self,
        path: &Path,
        what: What,
    ) -> Result<usize, DataError> {
        let can_be: Vec<usize> = self
            .free()
            .filter(|&at| {
                self.is_numeric(at)
                    && !self.is_time(at)
                    && !self.is_day(at)
                    && !self.is_id(at)
                    && !self.is_fact(at)
                    && !self.is_running(at)
            })
            .collect();
        let rating = what.parts()[2];
        match can_be[..] {
            [only] => {
                self.notices.push(format!(
                    "{} was read as the {rating}, since it is the only other column of numbers; else set data.columns = {{ {rating} = … }}",
                    self.name(only)
                ));
                self.unsure = true;
                Ok(only)
            }
            [] => Err(self.no_rating(path, what)),
            _ => {
                let names: Vec<String> = can_be.iter().map(|at| self.name(*at)).collect();
                Err(DataError::content(
                    path,
                    format!(
                        "which column holds the {rating}? {} could",
                        names.join(" and ")
                    ),
                    format!(
                        "Set data.columns = {{ {rating} = … }}, with its name or its number from 1"
                    ),
                ))
            }
        }
    }

    fn no_rating(&self, path: &Path, what: What) -> DataError {
        let rating = what.parts()[2];
        if let Some((at, words)) = self.free().find_map(|at| Some((at, self.few_words(at)?))) {
            return DataError::content(
                path,
                format!(
                    "there is no {rating} column of numbers: {} holds {}",
                    self.name(at),
                    words.join(" and ")
                ),
                format!(
                    "If that is the {rating}, write numbers in place of the words, such as 0 and 1; if another column holds it, name it: data.columns = {{ {rating} = … }}"
                ),
            );
        }
        DataError::content(
            path,
            format!(
                "there is no {rating} column: the columns are {}, and none of them holds a {rating}",
                self.names()
            ),
            format!(
                "If one does, name it: data.columns = {{ {rating} = … }}; if none does, add a column with the {rating}, for instance how often or how much"
            ),
        )
    }

    /// The two words that a column holds and nothing else, as `True` and `False`.
    fn few_words(&self, at: usize) -> Option<Vec<String>> {
        let mut words: Vec<&[u8]> = Vec::new();
        for field in self.fields(at) {
            if is_numeral(field) {
                return None;
            }
            if !words.contains(&field) {
                words.push(field);
            }
            if words.len() > 2 {
                return None;
            }
        }
        words.sort_unstable();
        let is_enough = words.len() == 2 && self.fields(at).count() > 4;
        is_enough.then(|| {
            words
                .iter()
                .map(|word| self.survey.dialect.text(word))
                .collect()
        })
    }

    /// The third free column, unless its values say otherwise.
    pub(super) fn rating_by_position(
        &mut self,
        path: &Path,
        what: What,
        known: [Option<usize>; 2],
    ) -> Result<usize, DataError> {
        let rating = what.parts()[2];
        let mut free: Vec<usize> = self.free().collect();
        let needed = known.iter().filter(|own| own.is_none()).count();
        // A log: when, who, what, how much.
        if free.len() > needed + 1
            && known == [None, None]
            && self.is_moment(free[0])
            && !self.is_moment(free[1])
            && self.is_numeric(free[needed + 1])
        {
            self.notices.push(format!(
                "{} was read as the time, since it holds times that nearly all differ; else set data.columns",
                self.name(free[0])
            ));
            self.found_time = Some(free[0]);
            self.taken.push(free.remove(0));
            self.unsure = true;
        }
        if free.len() > needed + 1
            && known == [None, None]
            && self.is_running(free[0])
            && self.is_numeric(free[needed + 1])
            && !self.is_time(free[needed + 1])
        {
            self.notices.push(format!(
                "{} counts the lines, so it was not read; else set data.columns",
                self.name(free[0])
            ));
            self.taken.push(free.remove(0));
            self.unsure = true;
        }
        let Some(&own) = free.get(needed) else {
            return Err(self.no_rating(path, what));
        };
        let fits = |find: &Self, at: usize| {
            find.is_numeric(at) && !find.is_time(at) && !find.is_day(at) && !find.is_id(at)
        };
        if known == [None, None]
            && let Some(&fraction) = free[..needed].iter().find(|at| self.is_fraction(**at))
            && !self.is_fraction(own)
        {
            self.notices.push(format!(
                "{} was read as the {rating}, since it holds fractions, which no id does; else set data.columns",
                self.name(fraction)
            ));
            self.unsure = true;
            return Ok(fraction);
        }
        if fits(self, own) || self.body.is_empty() {
            self.unsure |= known == [None, None];
            return Ok(own);
        }
        let later = free[needed + 1..]
            .iter()
            .copied()
            .find(|&at| fits(self, at));
        if let Some(later) = later {
            self.notices.push(format!(
                "{} was read as the {rating}, since {} holds {}; else set data.columns",
                self.name(later),
                self.name(own),
                if self.is_time(own) || self.is_day(own) {
                    "times"
                } else {
                    "no numbers"
                }
            ));
            self.unsure = true;
            return Ok(later);
        }
        if self.is_time(own) || self.is_day(own) || self.is_id(own) {
            return Err(self.no_rating(path, what));
        }
        // Text where a rating should be: the reader says in which line.
        Ok(own)
    }

    pub(super) fn time_by_values(&self) -> Option<usize> {
        (self.body.len() > 1 || self.survey.rows.len() > 1)
            .then(|| self.free().find(|&at| self.is_time(at)))
            .flatten()
    }
}

/// A number that is written as infinity or as none.
pub(super) fn is_not_finite(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<f32>().is_ok())
}
