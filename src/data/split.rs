//! Test ratings held out of one file.

use std::path::Path;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::load::counted;
use super::sparse::offsets_of;
use super::{DataError, Holdout, Sparse, Timestamps};

type Part = (Sparse, Timestamps);

/// Divides ratings into train and test. The same ratings, way and seed always give the same division.
pub(crate) fn split(
    path: &Path,
    ratings: Sparse,
    times: Timestamps,
    holdout: Option<Holdout<'_>>,
    seed: u64,
    notices: &mut Vec<String>,
) -> Result<(Part, Part), DataError> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let held_out = match holdout {
        None | Some(Holdout::File(_)) => {
            let empty = Sparse::from_parts(
                ratings.columns(),
                vec![0; ratings.rows() + 1],
                Vec::new(),
                Vec::new(),
            );
            return Ok(((ratings, times), (empty, Timestamps::default())));
        }
        Some(Holdout::Random(fraction)) => {
            let mut held_out = vec![false; ratings.len()];
            choose(
                &mut held_out,
                share(path, ratings.len(), fraction)?,
                &mut rng,
            );
            held_out
        }
        Some(Holdout::Newest(fraction)) => {
            if times.is_empty() {
                return Err(no_times(path, notices));
            }
            newest(&times, share(path, ratings.len(), fraction)?, &mut rng)
        }
        Some(Holdout::LeaveOut(count)) => leave_out(path, &ratings, count, &mut rng, notices)?,
    };
    let train = part(&ratings, &times, &held_out, false);
    let test = part(&ratings, &times, &held_out, true);
    Ok((train, test))
}

fn no_times(path: &Path, notices: &[String]) -> DataError {
    const OTHER: &str = "use data.test_fraction or data.leave_out instead of data.newest_fraction";
    // A column of times that was not used was told of.
    let said = notices.iter().find_map(|notice| {
        let (why, remedy) = notice.split_once(", so times are not used: ")?;
        let why = why.rsplit_once(": ").map_or(why, |(_, own)| own);
        Some((why, remedy))
    });
    match said {
        Some((why, remedy)) => DataError::content(
            path,
            format!("has no times that can be used, so the newest ratings are unknown: {why}"),
            format!("Either {remedy}; or {OTHER}"),
        ),
        None => DataError::content(
            path,
            "has no times, so the newest ratings are unknown",
            "Use data.test_fraction or data.leave_out instead of data.newest_fraction",
        ),
    }
}

/// How many ratings a share is; at least one on each side.
fn share(path: &Path, ratings: usize, fraction: f32) -> Result<usize, DataError> {
    let count = (ratings as f64 * f64::from(fraction)).round() as usize;
    if count == 0 || count >= ratings {
        return Err(DataError::content(
            path,
            format!(
                "a share of {fraction} of {} leaves nothing on one side",
                counted(ratings, "rating", "ratings")
            ),
            "Choose another share, or give a file with more ratings",
        ));
    }
    Ok(count)
}

/// Marks exactly `count` of the cells, every choice equally likely (Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S).
fn choose(cells: &mut [bool], count: usize, rng: &mut ChaCha8Rng) {
    let mut needed = count;
    let total = cells.len();
    for (at, cell) in cells.iter_mut().enumerate() {
        if needed == 0 {
            break;
        }
        if rng.random_range(0..total - at) < needed {
            *cell = true;
            needed -= 1;
        }
    }
}

/// Marks the newest; among those of the same second the choice is random.
fn newest(times: &Timestamps, count: usize, rng: &mut ChaCha8Rng) -> Vec<bool> {
    let ticks = times.ticks();
    let mut sorted = ticks.to_vec();
    let at = sorted.len() - count;
    let threshold = *sorted.select_nth_unstable(at).1;
    drop(sorted);
    let mut held_out: Vec<bool> = ticks.iter().map(|&tick| tick > threshold).collect();
    let newer = held_out.iter().filter(|&&held| held).count();
    let ties: Vec<usize> = (0..ticks.len())
        .filter(|&cell| ticks[cell] == threshold)
        .collect();
    let mut chosen = vec![false; ties.len()];
    choose(&mut chosen, count - newer, rng);
    for (&cell, &chosen) in ties.iter().zip(&chosen) {
        held_out[cell] |= chosen;
    }
    held_out
}

/// Marks `count` random ratings of every user who has more than that.
fn leave_out(
    path: &Path,
    ratings: &Sparse,
    count: usize,
    rng: &mut ChaCha8Rng,
    notices: &mut Vec<String>,
) -> Result<Vec<bool>, DataError> {
    let mut held_out = vec![false; ratings.len()];
    let mut kept = 0;
    for row in ratings.offsets().windows(2) {
        let cells = &mut held_out[row[0]..row[1]];
        if cells.len() > count {
            choose(cells, count, rng);
        } else if !cells.is_empty() {
            kept += 1;
        }
    }
    if !held_out.contains(&true) {
        return Err(DataError::content(
            path,
            format!(
                "no user has more than {}",
                counted(count, "rating", "ratings")
            ),
            "Lower data.leave_out",
        ));
    }
    if kept > 0 {
        notices.push(format!(
            "{} not more than {}: none of theirs are held out",
            counted(kept, "user has", "users have"),
            counted(count, "rating", "ratings")
        ));
    }
    Ok(held_out)
}

/// The cells whose mark is `side`.
fn part(ratings: &Sparse, times: &Timestamps, held_out: &[bool], side: bool) -> Part {
    let counts: Vec<usize> = ratings
        .offsets()
        .windows(2)
        .map(|row| {
            held_out[row[0]..row[1]]
                .iter()
                .filter(|&&held| held == side)
                .count()
        })
        .collect();
    let offsets = offsets_of(&counts);
    let len = offsets[counts.len()];
    let mut columns = Vec::with_capacity(len);
    let mut values = Vec::with_capacity(len);
    let mut ticks = Vec::with_capacity(if times.is_empty() { 0 } else { len });
    for (cell, _) in held_out
        .iter()
        .enumerate()
        .filter(|(_, held)| **held == side)
    {
        columns.push(ratings.column_indices()[cell]);
        values.push(ratings.values()[cell]);
        if let Some(&tick) = times.ticks().get(cell) {
            ticks.push(tick);
        }
    }
    (
        Sparse::from_parts(ratings.columns(), offsets, columns, values),
        times.with_ticks(ticks),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Ratings;

    fn hundred() -> (Sparse, Timestamps) {
        let triplets: Vec<_> = (0..100_u32).map(|i| (i / 10, i % 10, i as f32)).collect();
        let ratings = Ratings::from_triplets(10, 10, &triplets).by_user().clone();
        // Times fall as values rise, in pairs of the same second.
        let seconds: Vec<i64> = (0..100).map(|i| 1_000 - i / 2).collect();
        (ratings, Timestamps::from_seconds(&seconds))
    }

    fn divide(how: Holdout<'_>, seed: u64) -> (Part, Part) {
        let (ratings, times) = hundred();
        split(
            Path::new("r"),
            ratings,
            times,
            Some(how),
            seed,
            &mut Vec::new(),
        )
        .expect("a split")
    }

    #[test]
    fn a_random_share_is_exact_seeded_and_loses_nothing() {
        let (train, test) = divide(Holdout::Random(0.23), 1);
        assert_eq!((train.0.len(), test.0.len()), (77, 23));
        let mut all = [train.0.values(), test.0.values()].concat();
        all.sort_by(f32::total_cmp);
        assert_eq!(all, (0..100).map(|i| i as f32).collect::<Vec<_>>());
        assert_eq!(divide(Holdout::Random(0.23), 1).1, test);
        assert_ne!(divide(Holdout::Random(0.23), 2).1, test);
        // The time of a rating stays with it: 1000 − value / 2, rounded up.
        for (part, times) in [train, test] {
            for (at, &value) in part.values().iter().enumerate() {
                assert_eq!(times.get(at), Some(1_000 - value as i64 / 2));
            }
        }
    }

    #[test]
    fn the_newest_are_the_newest_and_ties_are_drawn() {
        let (_, test) = divide(Holdout::Newest(0.05), 1);
        let mut held: Vec<i32> = test.0.values().iter().map(|&v| v as i32).collect();
        held.sort_unstable();
        assert_eq!(held[..4], [0, 1, 2, 3]);
        assert!(held[4] == 4 || held[4] == 5, "{held:?}");
    }

    #[test]
    fn leave_out_takes_the_same_number_of_every_user() {
        let (train, test) = divide(Holdout::LeaveOut(3), 1);
        for user in 0..10 {
            assert_eq!(train.0.row(user).0.len(), 7);
            assert_eq!(test.0.row(user).0.len(), 3);
        }
    }

    #[test]
    fn what_cannot_be_divided_is_refused() {
        let (ratings, _) = hundred();
        for how in [
            Holdout::Random(0.001),
            Holdout::Newest(0.5),
            Holdout::LeaveOut(10),
        ] {
            let found = split(
                Path::new("r"),
                ratings.clone(),
                Timestamps::default(),
                Some(how),
                1,
                &mut Vec::new(),
            );
            assert!(found.is_err(), "{how:?}");
        }
    }
}
