//! Reviews as SNAP distributes them (Amazon, Fine Foods, BeerAdvocate): one key a line, `review/score: 5.0`, and an empty line between reviews.

use super::super::format::{Format, Options};
use super::super::header::Named;
use super::super::number;
use super::super::raw::RawMatrix;
use super::super::source::Source;
use super::super::{Names, Table};
use super::ratings;
use super::records::Records;
use super::scan::{self, Lines, Sample, text};
use super::triplets;
use crate::data::DataError;
use crate::data::load::counted;

/// `finefoods.txt`.
pub(crate) struct ReviewBlocks;

impl Format for ReviewBlocks {
    fn name(&self) -> &'static str {
        "SNAP reviews"
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let sample = Sample::of(head);
        let first = sample.lines.iter().take(LEAST_KEYS);
        first.len() == LEAST_KEYS
            && first.clone().all(|line| key_of(line).is_some())
            && sample
                .lines
                .iter()
                .take(30)
                .any(|line| line.starts_with(b"review/"))
    }

    fn ratings(
        &self,
        source: &mut Source<'_>,
        names: &mut Names,
        _options: &Options<'_>,
    ) -> Result<Table, DataError> {
        let keys = Keys::of(source.head())
            .map_err(|problem| DataError::content(source.path(), problem, REMEDY))?;
        let mut lines = Lines::new(source);
        let mut records = Records::new(names);
        let (mut review, mut left_out) = (Review::default(), 0);
        loop {
            let line = lines.next()?;
            let Some(line) = line.filter(|line| !line.trim_ascii().is_empty()) else {
                left_out += usize::from(!review.hand_over(&mut records, keys.time.is_some()));
                if line.is_none() {
                    break;
                }
                continue;
            };
            let Some((key, value)) = key_of(line) else {
                // Reviews that were cut into several lines.
                continue;
            };
            review.begun = true;
            if key == keys.user {
                review.user = text(value);
            } else if key == keys.item {
                review.item = text(value);
            } else if key == keys.rating && !value.is_empty() {
                match triplets::number(value, 0) {
                    Ok(rating) => review.rating = Some(rating),
                    Err(wrong) => {
                        let wrong = scan::wrong(wrong.problem, wrong.remedy);
                        return Err(lines.wrong(wrong));
                    }
                }
            } else if keys.time.as_deref() == Some(key) {
                review.time = number::time(value);
            }
        }
        let mut table = records.finish();
        if left_out > 0 {
            table.notices.push(format!(
                "{} without a user, an item, a rating or a time left out; a user called unknown is none",
                counted(left_out, "review was", "reviews were")
            ));
        }
        Ok(table)
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

/// Fewer keys in a row may be something else.
const LEAST_KEYS: usize = 3;

const REMEDY: &str = "Write the reviews as CSV: user,item,rating";

/// `review/score: 5.0` as key and value.
fn key_of(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let (key, value) = (&line[..colon], line[colon + 1..].trim_ascii());
    let slash = memchr::memchr(b'/', key)?;
    let word = |part: &[u8]| {
        !part.is_empty()
            && part.len() < 40
            && part
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    (word(&key[..slash]) && word(&key[slash + 1..])).then_some((key, value))
}

/// The keys that hold the parts of a rating.
struct Keys {
    user: Vec<u8>,
    item: Vec<u8>,
    rating: Vec<u8>,
    time: Option<Vec<u8>>,
}

impl Keys {
    /// By their names in the first review.
    fn of(head: &[u8]) -> Result<Self, String> {
        let sample = Sample::of(head);
        let mut keys: Vec<&[u8]> = Vec::new();
        for line in &sample.lines {
            match key_of(line) {
                Some((key, _)) if keys.contains(&key) => break,
                Some((key, _)) => keys.push(key),
                None => (),
            }
        }
        let after = |key: &&[u8]| -> Vec<u8> {
            key.rsplit(|&byte| byte == b'/')
                .next()
                .unwrap_or_default()
                .to_vec()
        };
        let names: Vec<Vec<u8>> = keys.iter().map(after).collect();
        let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        let named = Named::of(&names);
        let called = |wanted: &[u8]| names.iter().position(|name| *name == wanted);
        let user = named.user.or_else(|| called(b"profileName"));
        let item = named.item.or_else(|| called(b"beerId"));
        match (user, item, named.rating) {
            (Some(user), Some(item), Some(rating)) => Ok(Self {
                user: keys[user].to_vec(),
                item: keys[item].to_vec(),
                rating: keys[rating].to_vec(),
                time: named.timestamp.map(|at| keys[at].to_vec()),
            }),
            _ => {
                let keys: Vec<String> = keys.iter().map(|key| text(key)).collect();
                Err(format!(
                    "holds reviews, but none of their keys is known as a user, an item or a rating: {}",
                    keys.join(", ")
                ))
            }
        }
    }
}

/// A review as it is read.
#[derive(Default)]
struct Review {
    begun: bool,
    user: String,
    item: String,
    rating: Option<f32>,
    time: Option<i64>,
}

impl Review {
    /// Hands the rating over and forgets it; false if there is a review without one. `dated`: it needs a time.
    fn hand_over(&mut self, records: &mut Records<'_>, dated: bool) -> bool {
        let own = std::mem::take(self);
        let whole = !matches!(&own.user[..], "" | "unknown")
            && !own.item.is_empty()
            && own.time.is_some() == dated;
        match own.rating {
            Some(rating) if whole => {
                records.push(own.user.as_bytes(), own.item.as_bytes(), rating, own.time);
                true
            }
            _ => !own.begun,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::formats::trial::ratings;

    #[test]
    fn reviews_between_empty_lines() {
        let text = "product/productId: B1\nreview/userId: A1\nreview/profileName: x: y\nreview/helpfulness: 1/1\nreview/score: 5.0\nreview/time: 1303862400\nreview/text: good: a/b\n\nproduct/productId: B2\nreview/userId: unknown\nreview/score: 1.0\nreview/time: 1\n\n\nproduct/productId: B2\nreview/userId: A2\nreview/score: 2.0\nreview/time: 1303862401\nand more\n";
        let (table, names) = ratings(text).expect("ratings");
        assert!(names.users.ids().eq(["A1", "A2"]));
        assert!(names.items.ids().eq(["B1", "B2"]));
        let chunk = &table.chunks[0];
        assert_eq!(chunk.values, [5.0, 2.0]);
        assert_eq!(chunk.times.get(1), Some(1_303_862_401));
        assert!(
            table.notices[0].contains("1 review was"),
            "{:?}",
            table.notices
        );
        let wrong = text.replace("2.0", "2/5");
        let error = ratings(&wrong).map(|_| ()).expect_err("no number");
        assert!(error.contains("line 17: "), "{error}");
    }

    #[test]
    fn plain_text_is_not_taken_for_it() {
        for text in ["a/b: 1\nc/d: 2\ne/f: 3\n", "review/score: 1\n", "1,2,3\n"] {
            assert!(!ReviewBlocks.recognizes(text.as_bytes()), "{text}");
        }
    }
}
