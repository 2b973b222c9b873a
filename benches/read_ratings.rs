//! How fast a large file of ratings is read, and in how much memory.
//!
//! `cargo bench --bench read_ratings -- 20` writes files of 20 million lines, shaped like MovieLens 20M (138,000 users, 27,000 items, times),
//! into a temporary folder: one sorted by user as MovieLens is, one in random order; and reads each.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use atelier::data::{self, Monitor, RatingsSource, RatingsSummary};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const USERS: u32 = 138_000;
const ITEMS: u32 = 27_000;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let millions = arguments
        .iter()
        .find_map(|argument| argument.parse::<f64>().ok());
    // `cargo bench` says so; anything else only wants to know that this runs.
    let usual = if arguments.iter().any(|argument| argument == "--bench") {
        20.0
    } else {
        0.05
    };
    let lines = (millions.unwrap_or(usual) * 1e6) as u32;
    let folder = tempfile::tempdir()?;
    println!("{lines} lines, {} threads", rayon::current_num_threads());
    for order in [Order::ByUser, Order::Random] {
        let path = folder.path().join("ratings.csv");
        write(&path, lines, order).context("cannot write the file to read")?;
        measure(&path, lines, order)?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Order {
    ByUser,
    Random,
}

fn write(path: &Path, lines: u32, order: Order) -> std::io::Result<()> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(file, "userId,movieId,rating,timestamp")?;
    for line in 0..lines {
        let user = match order {
            Order::ByUser => (u64::from(line) * u64::from(USERS) / u64::from(lines)) as u32,
            Order::Random => rng.random_range(0..USERS),
        };
        // Most ratings are of few items.
        let share: f32 = rng.random();
        let item = (share * share * share * ITEMS as f32) as u32;
        let halves = rng.random_range(1..=10_u32);
        let half = if halves % 2 == 1 { 5 } else { 0 };
        let time = rng.random_range(800_000_000..1_500_000_000_u32);
        writeln!(
            file,
            "{},{},{}.{half},{time}",
            user + 1,
            item * 5 + 1,
            halves / 2
        )?;
    }
    file.flush()
}

fn measure(path: &Path, lines: u32, order: Order) -> anyhow::Result<()> {
    let config = RatingsSource {
        path: path.to_owned(),
        ..RatingsSource::default()
    };
    // Resets the peak; where that is not possible it stands for the whole process.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = status("VmRSS");
    let begun = Instant::now();
    let dataset = data::load(
        &config.clone().into(),
        Path::new("."),
        1,
        &Monitor::default(),
    )?;
    let data = dataset.ratings().context("not ratings")?;
    let seconds = begun.elapsed().as_secs_f64();
    let peak = status("VmHWM").saturating_sub(before);
    let after = status("VmRSS").saturating_sub(before);
    let begun = Instant::now();
    let summary = RatingsSummary::of(data);
    let summary_seconds = begun.elapsed().as_secs_f64();
    let ratings = summary.ratings as f64;
    let megabytes = data.fingerprint.bytes as f64 / 1e6;
    println!(
        "{order:?}: {:.2} million lines/s ({:.0} MB/s, {seconds:.2} s); bytes a rating: {:.1} resident, {:.1} at the peak; \
         {} ratings, {} users, {} items; summary {summary_seconds:.2} s",
        f64::from(lines) / seconds / 1e6,
        megabytes / seconds,
        after as f64 / ratings,
        peak as f64 / ratings,
        summary.ratings,
        summary.users,
        summary.items,
    );
    Ok(())
}

/// A size in `/proc/self/status`, in bytes; 0 on systems without it.
fn status(key: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    let kilobytes = line.and_then(|line| {
        line.trim_matches([':', ' ', '\t', 'k', 'B'])
            .parse::<usize>()
            .ok()
    });
    kilobytes.unwrap_or(0) * 1024
}
