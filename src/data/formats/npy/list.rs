//! Lists of ratings: a user, an item, a rating and perhaps a time in each row.

use super::array::{Array, Column};
use super::{Wrong, class_name};
use crate::data::Timestamps;
use crate::data::assemble::Chunk;
use crate::data::formats::{Names, Table};
use crate::data::load::counted;

/// The columns of a list.
pub(crate) struct List<'b> {
    pub user: Column<'b>,
    pub item: Column<'b>,
    pub rating: Column<'b>,
    pub time: Option<Column<'b>>,
    pub count: usize,
}

/// Times are later than this, in 1973: smaller numbers are something else.
const FIRST_TIME: f64 = 1e8;

impl<'b> List<'b> {
    /// The columns of a matrix of three or four columns that can't be a dense matrix of ratings: the first two hold whole numbers, hardly
    /// a pair comes twice, and they reach higher than the ratings in the third, since they are numbers of users and items.
    pub(crate) fn in_matrix(array: &Array<'b>) -> Option<Self> {
        let (&[count, _], false) = (&array.shape[..], array.is_text()) else {
            return None;
        };
        let columns = array.columns()?;
        let (user, item, rating, time) = match columns[..] {
            [user, item, rating] => (user, item, rating, None),
            [user, item, rating, time] => (user, item, rating, Some(time)),
            _ => return None,
        };
        let mut pairs = rustc_hash::FxHashSet::default();
        let (mut highest, mut best, mut again) = (0.0_f64, f64::NEG_INFINITY, 0);
        for at in 0..count {
            let pair = [user.number(at), item.number(at)];
            let whole = pair
                .iter()
                .all(|id| id.fract() == 0.0 && (0.0..1e15).contains(id));
            if !whole {
                return None;
            }
            again += usize::from(!pairs.insert(pair.map(|id| id as u64)));
            if time.is_some_and(|time| time.number(at) < FIRST_TIME) {
                return None;
            }
            highest = highest.max(pair[0]).max(pair[1]);
            best = best.max(rating.number(at));
        }
        (count > 3 && again * 10 <= count && highest > best).then_some(Self {
            user,
            item,
            rating,
            time,
            count,
        })
    }

    /// The ratings; ids stand as they do in the file.
    pub(crate) fn read(&self, names: &mut Names) -> Result<Table, Wrong> {
        let mut table = Table::default();
        let (mut chunk, mut times, mut without) = (Chunk::default(), Vec::new(), 0);
        for at in 0..self.count {
            let value = self.rating.number(at);
            if value.is_nan() {
                without += 1;
                continue;
            }
            let id = |column: &Column<'_>, what: &str| {
                column.id(at).ok_or_else(|| {
                    let found =
                        class_name(column.number(at)).unwrap_or_else(|| "nothing".to_owned());
                    Wrong::new(
                        format!("row {} has {found} for its {what}", at + 1),
                        "Give each user and item a whole number or a text",
                    )
                })
            };
            let (user, item) = (id(&self.user, "user")?, id(&self.item, "item")?);
            let narrow = value as f32;
            if !narrow.is_finite() {
                return Err(Wrong::new(
                    format!("row {} holds {value}, which is not a finite number", at + 1),
                    "Write a number for each rating",
                ));
            }
            chunk.users.push(names.users.intern(&user));
            chunk.items.push(names.items.intern(&item));
            chunk.values.push(narrow);
            if let Some(time) = &self.time {
                times.push(time.number(at) as i64);
            }
        }
        if self.time.is_some() {
            chunk.times = Timestamps::from_seconds(&times);
        }
        if without > 0 {
            let counted = counted(without, "row has", "rows have");
            table
                .notices
                .push(format!("{counted} no rating (NaN) and was left out"));
        }
        table.chunks.push(chunk);
        Ok(table)
    }
}
