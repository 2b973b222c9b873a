//! Seconds per full-batch AutoRec epoch beside a dense PyTorch version, and at growing numbers of ratings.
//!
//!     cargo bench --bench autorec_epoch              ours and the peer in turn, at the size of MovieLens 1M
//!     cargo bench --bench autorec_epoch -- --scale   138,000 users × 27,000 items with 1, 5 and 20 million ratings
//!
//! The peer is `autorec_epoch.py` in the folder that ATELIER_PEERS names, or else in `../shared/peers`; it needs Python with torch and
//! numpy. Each measurement runs in a process of its own, so that the peak memory is its own.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, bail};
use atelier::data::{Dataset, Labels, Ratings, RatingsData, Sparse, Timestamps};
use atelier::engine::machine::own_threads;
use atelier::record::{Artifact, LogLevel, Recorder};
use atelier::systems::{Place, find};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value, json};

const HIDDEN: usize = 500;
const ROUNDS: usize = 3;

/// Users, items, ratings.
type Shape = (usize, usize, usize);

fn main() -> Result<()> {
    // As a run has it.
    let _threads = own_threads(1);
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => beside_the_peer((6040, 3706, 1_000_209)),
        ["--scale"] => scale(),
        ["--measure", users, items, ratings, epochs] => {
            let shape = (users.parse()?, items.parse()?, ratings.parse()?);
            measure(shape, epochs.parse()?)
        }
        _ => bail!("usage: autorec_epoch [--scale]"),
    }
}

fn beside_the_peer(shape: Shape) -> Result<()> {
    let (users, items, ratings) = shape;
    println!(
        "{users} users × {items} items, {ratings} ratings, {HIDDEN} hidden units, RProp, full batch"
    );
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let ours = child(shape, 6)?;
        let peer = match peer(shape) {
            Ok(seconds) => seconds,
            Err(error) => {
                println!(
                    "ours {:.3} s, {:.0} MB at most",
                    ours.seconds, ours.megabytes
                );
                println!("no peer to compare with: {error:#}");
                return Ok(());
            }
        };
        ratios.push(ours.seconds / peer);
        println!(
            "round {round}: ours {:.3} s an epoch, peer {peer:.3} s, ours / peer {:.3}, ours {:.0} MB at most",
            ours.seconds,
            ours.seconds / peer,
            ours.megabytes
        );
    }
    ratios.sort_by(f64::total_cmp);
    println!("median of ours / peer: {:.3}", ratios[ROUNDS / 2]);
    Ok(())
}

fn scale() -> Result<()> {
    for ratings in [1_000_000, 5_000_000, 20_000_000] {
        let ours = child((138_000, 27_000, ratings), 3)?;
        println!(
            "138000 users × 27000 items, {ratings} ratings: {:.2} s an epoch, {:.0} MB at most",
            ours.seconds, ours.megabytes
        );
    }
    Ok(())
}

struct Measured {
    /// Median over the epochs.
    seconds: f64,
    /// Peak resident memory.
    megabytes: f64,
}

/// Measures in a new process.
fn child((users, items, ratings): Shape, epochs: usize) -> Result<Measured> {
    let numbers = [users, items, ratings, epochs].map(|number| number.to_string());
    let output = Command::new(std::env::current_exe()?)
        .arg("--measure")
        .args(numbers)
        .output()?;
    let value = last_line(&output)?;
    let number = |key: &str| {
        value[key]
            .as_f64()
            .with_context(|| format!("no {key} in {value}"))
    };
    Ok(Measured {
        seconds: number("seconds")?,
        megabytes: number("megabytes")?,
    })
}

/// Seconds per epoch of the PyTorch version.
fn peer((users, items, ratings): Shape) -> Result<f64> {
    let folder = std::env::var_os("ATELIER_PEERS").map_or("../shared/peers".into(), PathBuf::from);
    let script = folder.join("autorec_epoch.py");
    if !script.exists() {
        bail!("{} is not there; set ATELIER_PEERS", script.display());
    }
    let output = Command::new("python3")
        .arg(&script)
        .args(["--shape", &format!("{users}x{items}x{ratings}")])
        .args(["--hidden", &HIDDEN.to_string(), "--epochs", "3"])
        .output()
        .context("cannot start python3")?;
    last_line(&output)?["seconds_per_epoch"]
        .as_f64()
        .context("the peer did not print seconds_per_epoch")
}

fn last_line(output: &std::process::Output) -> Result<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().ok_or_else(|| {
        anyhow!(
            "no output; it said: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    Ok(serde_json::from_str(line)?)
}

/// Trains on random ratings and prints seconds and memory as JSON.
fn measure(shape: Shape, epochs: usize) -> Result<()> {
    let system = find("autorec").context("autorec is a system")?;
    let given = json!({"hidden": HIDDEN, "regularization": 100, "epochs": epochs});
    let config = system.resolve(given.as_object().context("an object")?)?;
    let data = random_ratings(shape);
    let mut trainer = system.trainer(&config, &data, &Place::cpu(0))?;
    drop(data);
    let mut seconds = Vec::new();
    for _ in 0..epochs {
        let began = Instant::now();
        trainer.step(&mut NullRecorder)?;
        seconds.push(began.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let megabytes = peak_kilobytes().unwrap_or(f64::NAN) / 1000.0;
    println!(
        "{}",
        json!({"seconds": seconds[epochs / 2], "megabytes": megabytes})
    );
    Ok(())
}

/// About as many random ratings from 1 to 5 as asked for, each pair at most once, evenly spread.
fn random_ratings((users, items, ratings): Shape) -> Dataset {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let (mut offsets, mut columns) = (vec![0], Vec::with_capacity(ratings));
    for user in 0..users {
        let wanted = ratings * (user + 1) / users - ratings * user / users;
        let mut row: Vec<u32> = (0..wanted)
            .map(|_| rng.random_range(0..items as u32))
            .collect();
        row.sort_unstable();
        row.dedup();
        columns.extend(row);
        offsets.push(columns.len());
    }
    let values = columns
        .iter()
        .map(|_| f32::from(rng.random_range(1..6u8)))
        .collect();
    let by_user = Sparse::from_parts(items, offsets, columns, values);
    let none = Sparse::from_parts(items, vec![0; users + 1], Vec::new(), Vec::new());
    let names = |count: usize| Labels::new((0..count).map(|index| index.to_string()));
    Dataset::Ratings(Arc::new(RatingsData {
        train: Ratings::new(by_user, Timestamps::default()),
        test: Ratings::new(none, Timestamps::default()),
        users: names(users),
        items: names(items),
        scale: (1.0, 5.0),
        ..RatingsData::default()
    }))
}

/// `VmHWM` of this process; Linux alone.
fn peak_kilobytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

struct NullRecorder;

impl Recorder for NullRecorder {
    fn scalar(&mut self, _: &str, _: f64) {}
    fn artifact(&mut self, _: Artifact) {}
    fn log(&mut self, _: LogLevel, _: &str) {}
}
