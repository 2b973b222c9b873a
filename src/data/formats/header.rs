//! The meaning of the words above the columns of delimited text.

use super::fields::Delimiter;
use super::number;
use super::sniff::Layout;

/// A header without case and punctuation: `user_id` is `userid`.
pub(crate) fn word(text: &[u8]) -> String {
    String::from_utf8_lossy(text)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Columns whose header says what they hold.
#[derive(Debug, Default)]
pub(crate) struct Named {
    pub user: Option<usize>,
    pub item: Option<usize>,
    pub rating: Option<usize>,
    pub timestamp: Option<usize>,
}

impl Named {
    pub(crate) fn of(header: &[&[u8]]) -> Self {
        let mut named = Self::default();
        for (column, text) in header.iter().enumerate() {
            let role = match word(text).as_str() {
                "user" | "userid" | "uid" | "users" | "reviewer" | "reviewerid" | "customer"
                | "customerid" | "rater" | "raterid" | "person" | "username" => &mut named.user,
                "item" | "itemid" | "iid" | "items" | "movie" | "movieid" | "film" | "filmid"
                | "book" | "bookid" | "isbn" | "product" | "productid" | "asin" | "song"
                | "songid" | "artist" | "artistid" | "track" | "trackid" | "game" | "gameid"
                | "anime" | "animeid" | "joke" | "jokeid" | "business" | "businessid" => {
                    &mut named.item
                }
                "rating" | "ratings" | "score" | "stars" | "star" | "value" | "overall"
                | "bookrating" | "starrating" | "vote" => &mut named.rating,
                "timestamp" | "time" | "date" | "datetime" | "unixreviewtime" | "reviewtime"
                | "unixtime" | "ts" | "ratedat" => &mut named.timestamp,
                _ => continue,
            };
            role.get_or_insert(column);
        }
        named
    }

    pub(crate) fn count(&self) -> usize {
        [self.user, self.item, self.rating].iter().flatten().count()
    }

    /// Columns without a name of ours are user, item, rating in that order.
    pub(crate) fn layout(
        &self,
        delimiter: Delimiter,
        columns: usize,
        rows: &[Vec<&[u8]>],
    ) -> Layout {
        let named = self.count() >= 2;
        let mut taken: Vec<usize> = if named {
            [self.user, self.item, self.rating, self.timestamp]
                .into_iter()
                .flatten()
                .collect()
        } else {
            Vec::new()
        };
        let mut place = |own: Option<usize>| match own {
            Some(column) if named => column,
            _ => {
                let free = (0..columns).find(|column| !taken.contains(column));
                taken.push(free.unwrap_or(0));
                free.unwrap_or(0)
            }
        };
        let (user, item, rating) = (place(self.user), place(self.item), place(self.rating));
        let timestamp = if named {
            self.timestamp
        } else {
            let seconds = |row: &Vec<&[u8]>| row.get(3).and_then(|text| number::time(text));
            // Small numbers are something else: counts, flags.
            let times = rows[1..]
                .iter()
                .all(|row| seconds(row).is_some_and(|s| s > 100_000_000));
            (columns > 3 && rows.len() > 1 && times).then_some(3)
        };
        Layout {
            delimiter,
            columns,
            user,
            item,
            rating,
            timestamp,
        }
    }
}
