//! Damaged files: every reader of the program ends with a result or an error, whatever is in a file. No panic, no hang, no memory on a
//! file's word.
//!
//! A campaign takes files that are right, damages them at random and reads them. A small share of it runs with all tests; the whole is
//! started by hand, as the README says:
//!
//! ```text
//! ATELIER_FILES=100000 ATELIER_SEED=7 cargo test --release --test stories -- --ignored --nocapture campaign_of_damaged_files
//! ```

mod mutation;
mod readers;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand::RngExt as _;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use mutation::mutated;
use readers::{Reader, readers};

/// Files for each reader with all tests.
const SHARE: u64 = 40;
/// Files for each reader where no number is given.
const WHOLE: u64 = 100_000;
/// A file that takes longer to be read hangs its reader.
const PATIENCE: Duration = Duration::from_secs(120);
/// Bytes that no small file may make a reader take.
const MOST_MEMORY: u64 = 2 << 30;

/// A number from the environment.
pub(crate) fn number(variable: &str, default: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(default, |text| text.parse().expect("a whole number"))
}

#[test]
fn damaged_files_are_read_or_refused() {
    campaign(SHARE);
}

#[test]
#[ignore = "takes hours: 100,000 damaged files for every reader; the README says how to start it"]
fn campaign_of_damaged_files() {
    campaign(number("ATELIER_FILES", WHOLE));
}

/// What is being read, for the one who waits for it.
type Current = Arc<Mutex<Option<(Instant, PathBuf)>>>;

fn campaign(files: u64) {
    let seed = number("ATELIER_SEED", 11);
    let only = std::env::var("ATELIER_READER").unwrap_or_default();
    let folder = tempfile::tempdir().unwrap();
    let current = Current::default();
    watch(&current);
    let mut wrong = Vec::new();
    let mut counts = BTreeMap::new();
    for reader in readers() {
        if !reader.name.contains(&only) {
            continue;
        }
        let place = folder.path().join(reader.name);
        fs::create_dir_all(&place).unwrap();
        let began = Instant::now();
        let mut read = 0;
        for file in 0..files {
            // Each file has a seed of its own, so that one alone can be made again.
            let mut rng =
                ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(file));
            let (name, bytes) = damaged(&reader, &mut rng);
            match attempt(&reader, &place, &name, &bytes, &current) {
                Ok(well) => read += u64::from(well),
                Err(why) => wrong.push(format!("{} {file} ({name}): {why}", reader.name)),
            }
        }
        eprintln!(
            "{}: {files} files, {read} read, {} refused, {:.0?}",
            reader.name,
            files - read,
            began.elapsed()
        );
        counts.insert(reader.name, (files, read));
    }
    assert!(wrong.is_empty(), "seed {seed}:\n{}", wrong.join("\n"));
    assert!(!counts.is_empty());
}

/// The name and the bytes of a damaged file.
fn damaged(reader: &Reader, rng: &mut ChaCha8Rng) -> (String, Vec<u8>) {
    let (name, bytes) = &reader.seeds[rng.random_range(0..reader.seeds.len())];
    let (_, other) = &reader.seeds[rng.random_range(0..reader.seeds.len())];
    (name.clone(), mutated(rng, bytes, other))
}

/// Whether the file was read well; what is wrong if the reader was not.
fn attempt(
    reader: &Reader,
    place: &Path,
    name: &str,
    bytes: &[u8],
    current: &Current,
) -> Result<bool, String> {
    let path = place.join(name);
    fs::write(&path, bytes).unwrap();
    *current.lock().unwrap() = Some((Instant::now(), path.clone()));
    let before = memory();
    let outcome = catch_unwind(AssertUnwindSafe(|| (reader.read)(&path)));
    *current.lock().unwrap() = None;
    if memory().saturating_sub(before) > MOST_MEMORY {
        return Err("it took more memory than any file of its size may".to_owned());
    }
    outcome.map_err(|_| "its reader panicked".to_owned())
}

/// Ends the process if a file is read for too long: a thread cannot be ended. The file stays.
fn watch(current: &Current) {
    let current = Arc::downgrade(current);
    let watching = move || {
        while let Some(own) = current.upgrade() {
            if let Some((since, path)) = own.lock().unwrap().as_ref()
                && since.elapsed() > PATIENCE
            {
                let kept = std::env::temp_dir().join("atelier_hangs");
                let _ = fs::copy(path, &kept);
                eprintln!(
                    "the reader of {} hangs; kept as {}",
                    path.display(),
                    kept.display()
                );
                std::process::abort();
            }
            drop(own);
            std::thread::sleep(Duration::from_millis(500));
        }
    };
    let thread = std::thread::Builder::new().name("watch".to_owned());
    thread.spawn(watching).unwrap();
}

/// The most memory that the process ever had, in bytes; 0 where the system does not tell.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) << 10
}
