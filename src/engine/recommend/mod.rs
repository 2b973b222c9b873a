//! What every user would like, as one table.

use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};
use rayon::prelude::*;

use crate::data::{Labels, Monitor, RatingsData};
use crate::systems::{RatingPredictor, best_items};

/// Users whose ratings are predicted together.
const BLOCK: usize = 16;
/// Users between two looks at whether to stop; the lines of so many are in memory.
const AT_ONCE: usize = 16 * BLOCK;

/// Why a table of recommendations was not written.
#[derive(Debug, thiserror::Error)]
pub enum RecommendError {
    /// It was canceled.
    #[error("canceled")]
    Canceled,
    /// It cannot be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Users with a list.
    pub users: usize,
    /// Users without a training rating, of whom nothing is known: they have no list.
    pub left_out: usize,
}

/// Writes the `count` best items of every user, without those that they rated in training, as CSV with the columns
/// `user,rank,item,title,prediction`, user by user as they are predicted. `monitor` counts users.
///
/// Memory: beside the predictor, the predictions of 16 users on each core (16 × items × 4 bytes; 1.7 MB for the 27,000 items of MovieLens 20M) and
/// the lists of 256 users, however many users there are.
///
/// # Errors
/// If it cannot be written, or was canceled; what is written until then stays.
pub fn write_all(
    data: &RatingsData,
    predictor: &dyn RatingPredictor,
    count: usize,
    to: impl Write,
    monitor: &Monitor,
) -> Result<Written, RecommendError> {
    let ratings = data.train.by_user();
    let is_warm = |user: &u32| !ratings.row(*user as usize).0.is_empty();
    let users: Vec<u32> = (0..ratings.rows() as u32).filter(is_warm).collect();
    monitor.set_total(users.len() as u64);
    let items = data.train.items().max(1);
    let mut writer = writer(to);
    writer
        .write_record(["user", "rank", "item", "title", "prediction"])
        .map_err(io_error)?;
    for users in users.chunks(AT_ONCE) {
        let lists: Vec<Vec<(usize, f32)>> = users
            .par_chunks(BLOCK)
            .flat_map_iter(|block| {
                let scores = predictor.scores(block);
                let lists = block
                    .iter()
                    .zip(scores.chunks_exact(items))
                    .map(|(&user, scores)| {
                        let user = user as usize;
                        let best = best_items(scores, ratings.row(user).0, count).into_iter();
                        best.map(|item| (item, predictor.predict(user, item)))
                            .collect()
                    });
                lists.collect::<Vec<_>>()
            })
            .collect();
        for (&user, list) in users.iter().zip(lists) {
            let user = data.users.id(user as usize);
            for (rank, (item, prediction)) in (1..).zip(list) {
                let [rank, item, title, prediction] = cells(&data.items, rank, item, prediction);
                writer
                    .write_record([user, &rank, &item, &title, &prediction])
                    .map_err(io_error)?;
            }
        }
        if monitor.is_canceled() {
            return Err(RecommendError::Canceled);
        }
        monitor.advance(users.len() as u64);
    }
    writer.flush()?;
    Ok(Written {
        users: users.len(),
        left_out: ratings.rows() - users.len(),
    })
}

/// Writes one list of items as CSV with the columns `rank,item,title,prediction`.
///
/// # Errors
/// If it cannot be written.
pub fn write_list(items: &Labels, list: &[(usize, f32)], to: impl Write) -> io::Result<()> {
    let mut writer = writer(to);
    writer
        .write_record(["rank", "item", "title", "prediction"])
        .map_err(io_error)?;
    for (rank, &(item, prediction)) in (1..).zip(list) {
        let cells = cells(items, rank, item, prediction);
        writer.write_record(cells).map_err(io_error)?;
    }
    writer.flush()
}

fn writer<W: Write>(to: W) -> Writer<W> {
    WriterBuilder::new()
        .terminator(Terminator::Any(b'\n'))
        .from_writer(to)
}

fn cells(items: &Labels, rank: usize, item: usize, prediction: f32) -> [String; 4] {
    [
        rank.to_string(),
        items.id(item).to_owned(),
        items.title(item).unwrap_or_default().to_owned(),
        format!("{prediction:.4}"),
    ]
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests;
