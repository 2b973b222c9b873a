//! Sample data: invented people rating invented films, with planted groups of both; and streets by day and by night.

mod films;
mod people;
mod ratings;
mod street;

use std::fmt::Write as _;
use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::DataError;
use films::Film;
use people::Person;
use ratings::Rating;

pub use street::{StreetCounts, write_street};

/// The seed of the sample that comes with the program.
pub const SAMPLE_SEED: u64 = 1;

/// Writes `ratings.csv`, `movies.csv`, `users.csv`, and the planted labels `user_groups.csv` and `item_groups.csv`, into a folder that is
/// made if it is not there. The same seed gives the same bytes on every machine.
///
/// # Errors
/// If the folder or a file cannot be written.
pub fn write_ratings(folder: &Path, seed: u64) -> Result<(), DataError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| DataError::Write { path, source }
    };
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    for (name, content) in files(seed) {
        let path = folder.join(name);
        std::fs::write(&path, content).map_err(failed(&path))?;
    }
    Ok(())
}

fn files(seed: u64) -> [(&'static str, String); 5] {
    let mut rng = SampleRng(ChaCha8Rng::seed_from_u64(seed));
    let films = films::generate(&mut rng);
    let people = people::generate(&mut rng);
    let ratings = ratings::give(&people, &films, &mut rng);
    [
        ("ratings.csv", ratings_csv(&ratings)),
        ("movies.csv", movies_csv(&films)),
        (
            "users.csv",
            table("userId,name", people.iter().map(|person| &person.name)),
        ),
        (
            "user_groups.csv",
            table("userId,group", people.iter().map(Person::group_name)),
        ),
        (
            "item_groups.csv",
            table("movieId,group", films.iter().map(Film::genre_name)),
        ),
    ]
}

fn ratings_csv(ratings: &[Rating]) -> String {
    let mut text = String::from("userId,movieId,rating,timestamp\n");
    for rating in ratings {
        let (whole, half) = (
            rating.halves / 2,
            if rating.halves % 2 == 1 { 5 } else { 0 },
        );
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{},{},{whole}.{half},{}",
            rating.user + 1,
            rating.item + 1,
            rating.time
        );
    }
    text
}

fn movies_csv(films: &[Film]) -> String {
    let mut text = String::from("movieId,title,genres\n");
    for (index, film) in films.iter().enumerate() {
        let _ = writeln!(
            text,
            "{},{} ({}),{}",
            index + 1,
            film.title,
            film.year,
            film.genres()
        );
    }
    text
}

fn table<T: std::fmt::Display>(header: &str, cells: impl Iterator<Item = T>) -> String {
    let mut text = format!("{header}\n");
    for (index, cell) in cells.enumerate() {
        let _ = writeln!(text, "{},{cell}", index + 1);
    }
    text
}

/// Random numbers made by addition and multiplication alone, which are the same on every machine; logarithms and powers are not.
struct SampleRng(ChaCha8Rng);

impl SampleRng {
    /// 0 ≤ x < 1.
    fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// 0 ≤ n < `end`.
    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(end)) >> 64) as u64
    }

    /// About normal, mean 0 and standard deviation 1: the sum of twelve shares less six.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// Fisher and Yates.
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Monitor, RatingsSource, RatingsSummary, load};

    #[test]
    fn the_committed_sample_is_what_the_seed_gives() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/ratings");
        let mut bytes = 0;
        for (name, content) in files(SAMPLE_SEED) {
            let committed = std::fs::read_to_string(folder.join(name)).expect("a committed file");
            assert!(committed == content, "{name} differs: run `atelier sample`");
            bytes += content.len();
        }
        assert!(bytes < 1_000_000, "{bytes}");
    }

    #[test]
    fn another_seed_gives_other_ratings() {
        assert_ne!(files(1)[0].1, files(2)[0].1);
    }

    #[test]
    fn the_sample_reads_with_titles_names_and_times() {
        let folder = tempfile::tempdir().expect("a folder");
        write_ratings(folder.path(), SAMPLE_SEED).expect("written");
        let config = RatingsSource {
            path: "ratings.csv".into(),
            test_fraction: Some(0.1),
            ..RatingsSource::default()
        };
        let read = load(&config.into(), folder.path(), 1, &Monitor::default()).expect("ratings");
        let data = read.ratings().expect("ratings");
        assert_eq!((data.users.len(), data.items.len()), (600, 400));
        assert_eq!(data.scale, (0.5, 5.0));
        assert!((0..400).all(|item| data.items.title(item).is_some()));
        assert!((0..600).all(|user| data.users.title(user).is_some()));
        assert_eq!(data.train.timestamps().len(), data.train.len());
        let summary = RatingsSummary::of(data);
        let total = summary.ratings + summary.test_ratings;
        assert!((25_000..32_000).contains(&total), "{total}");
        // A long tail: the most popular tenth of the films has more than a fifth of the ratings, the least popular half less than a third.
        let mut counts: Vec<usize> = summary.item_curve.iter().map(|point| point.1).collect();
        let head: usize = counts.drain(..40).sum();
        let tail: usize = counts.drain(160..).sum();
        assert!(head * 5 > total, "{head}");
        assert!(tail * 3 < total, "{tail}");
    }
}
