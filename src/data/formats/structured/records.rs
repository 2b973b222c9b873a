//! Ratings as they are read one after the other.

use std::path::Path;

use super::super::collect::{Collector, Part};
use super::super::delimited::{Wrong, shown};
use super::super::dialect::is_missing;
use super::super::header::Named;
use super::super::number;
use super::super::{Names, Table};
use super::{scan, triplets};
use crate::data::DataError;

/// Where the parts of a rating stand in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Triplet {
    user: usize,
    item: usize,
    rating: usize,
    time: Option<usize>,
}

impl Triplet {
    /// Of the columns that hold them; `None` unless there is one for each part.
    pub(crate) fn of(named: Named) -> Option<Self> {
        Some(Self {
            user: named.user?,
            item: named.item?,
            rating: named.rating?,
            time: named.timestamp,
        })
    }
}

/// Ratings that are handed over to the names of the data after this many.
const HANDED_OVER: usize = 1 << 16;

/// Takes ratings one by one.
pub(crate) struct Records<'n> {
    names: &'n mut Names,
    part: Part,
    collector: Collector,
}

impl<'n> Records<'n> {
    /// None yet; new ids are added to `names`.
    pub(crate) fn new(names: &'n mut Names) -> Self {
        Self {
            names,
            part: Part::default(),
            collector: Collector::default(),
        }
    }

    /// Takes a rating. `time`: in seconds since 1970; every rating has one, or none has.
    pub(crate) fn push(&mut self, user: &[u8], item: &[u8], value: f32, time: Option<i64>) {
        let part = &mut self.part;
        part.users.push(part.user_ids.intern(user).0);
        part.items.push(part.item_ids.intern(item).0);
        part.values.push(value);
        part.times.extend(time);
        if part.values.len() >= HANDED_OVER {
            self.hand_over();
        }
    }

    /// Takes a row of `width` fields.
    pub(crate) fn push_row(
        &mut self,
        fields: &[&[u8]],
        width: usize,
        triplet: Triplet,
    ) -> Result<(), Wrong> {
        if fields.len() != width {
            return Err(scan::wrong(
                format!(
                    "the row has {} values, but there are {width} columns",
                    fields.len()
                ),
                "Give every column a value, or ? if it is missing",
            ));
        }
        let (user, item) = (fields[triplet.user], fields[triplet.item]);
        for (id, what) in [(user, "user"), (item, "item")] {
            if is_missing(id) {
                let remedy = format!("Write the id of the {what}, or remove the line");
                return Err(scan::wrong(format!("there is no {what}"), remedy));
            }
        }
        let value = triplets::number(fields[triplet.rating], triplet.rating)?;
        let time = triplet.time.map(|at| {
            number::time(fields[at]).ok_or_else(|| Wrong {
                column: Some(at),
                problem: format!("expected a time, but found {}", shown(fields[at])),
                remedy:
                    "Write seconds since 1970 or a date such as 2019-05-31, or remove the column"
                        .to_owned(),
            })
        });
        self.push(user, item, value, time.transpose()?);
        Ok(())
    }

    fn hand_over(&mut self) {
        self.collector.take(&mut self.part, self.names);
        self.part.clear();
    }

    /// All ratings.
    pub(crate) fn finish(mut self) -> Table {
        self.hand_over();
        Table {
            chunks: self.collector.finish(),
            ..Table::default()
        }
    }
}

/// The error of a file whose cells are no ratings: `what` it holds.
pub(crate) fn no_ratings(path: &Path, what: &str) -> DataError {
    DataError::content(
        path,
        format!("holds {what}, not ratings"),
        "Choose a method that clusters a matrix, or give a file with one rating per line: user, item, rating",
    )
}
