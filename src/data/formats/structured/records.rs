//! Ratings as they are read one after the other.

use std::path::Path;

use super::super::collect::{Collector, Part};
use super::super::{Names, Table};
use crate::data::DataError;

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
