//! The machine: how fast its processor multiplies, how much memory is free; and memory given back to it.

use std::error::Error as _;
use std::path::Path;
use std::time::{Duration, Instant};

use burn::tensor::{Device, Tensor, TensorData};
use crossbeam_channel::{Sender, bounded};

use crate::record::panics::COMPUTE_THREADS;
use crate::systems::Estimate;

/// Rows and columns of the matrices that are multiplied.
const SIDE: usize = 320;
/// How many times the free memory an estimate may be before a run is refused.
const MOST_TIMES: u64 = 4;
/// So many products are measured however long they take.
const LEAST_PRODUCTS: usize = 5;
/// How long it may take if they take less.
const SPAN: Duration = Duration::from_millis(200);

/// Gives the threads that compute a name of their own. Without it, they would bear that of the thread that first asks them for something,
/// whatever it is there for. To be called before anything computes; later it has no effect.
///
/// # Errors
/// If the system gives no threads, in a sentence: nothing can be computed then.
pub fn name_compute_threads() -> Result<(), String> {
    let built = rayon::ThreadPoolBuilder::new()
        .thread_name(|index| format!("{COMPUTE_THREADS}{index}"))
        .build_global();
    // Without a source they are there already, which is no reason to stop.
    match built {
        Err(error) if error.source().is_some() => Err(format!(
            "{}, or ask for fewer with RAYON_NUM_THREADS=1",
            no_thread(&error)
        )),
        _ => Ok(()),
    }
}

/// What to say where the system gives no thread.
#[must_use]
pub fn no_thread(error: &dyn std::error::Error) -> String {
    format!(
        "the system gives no more threads: {error}; close other programs, raise the limit (`ulimit -u`)"
    )
}

/// Gives this thread, and whatever it computes in parallel, the threads of one of `beside` equal shares of the machine; 0 or 1: of all of it.
/// This thread is one of them. If it were not, it would hand each parallel loop to others and sleep until they are done, and the waking
/// takes longer than a small loop. Lasts as long as the thread: a thread never leaves its pool.
#[must_use]
pub fn own_threads(beside: usize) -> Option<rayon::ThreadPool> {
    let threads = (rayon::current_num_threads() / beside.max(1)).max(1);
    // The others are there before rayon counts this thread in: it would wait for ever for one that cannot be had.
    let others: Result<Vec<_>, std::io::Error> = (1..threads).map(waiting_thread).collect();
    let mut others = others
        .inspect_err(|error| tracing::warn!("{}", no_thread(error)))
        .ok()?
        .into_iter();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .use_current_thread()
        .spawn_handler(|thread| {
            let gone = || std::io::Error::other("a thread has ended");
            let other = others.next().ok_or_else(gone)?;
            other.send(thread).map_err(|_| gone())
        })
        .build();
    // Without threads of its own it computes on those of all.
    pool.inspect_err(|error| tracing::warn!("{error}")).ok()
}

/// A thread that waits for its work in a pool, and ends if none can come.
fn waiting_thread(index: usize) -> std::io::Result<Sender<rayon::ThreadBuilder>> {
    let (sender, receiver) = bounded::<rayon::ThreadBuilder>(1);
    std::thread::Builder::new()
        .name(format!("{COMPUTE_THREADS}{index}"))
        .spawn(move || {
            if let Ok(thread) = receiver.recv() {
                thread.run();
            }
        })?;
    Ok(sender)
}

/// Multiplications and additions a second of the processor in large products of matrices, one on each thread, the best of as many as fit into a
/// fifth of a second, and of five at the least: the most that a network can get. Not for the window's thread.
///
/// The threads of one product wait for each other at full speed: on a machine with other work it took 20 seconds instead of a millisecond, and
/// whatever else computes waited with it. Products that are a thread's own do not.
#[must_use]
pub fn throughput() -> f64 {
    std::thread::scope(|scope| {
        let threads = (0..rayon::current_num_threads())
            .map(|_| std::thread::Builder::new().spawn_scoped(scope, throughput_of_a_thread));
        let threads: Vec<_> = threads.filter_map(Result::ok).collect();
        let speeds = threads.into_iter().filter_map(|thread| thread.join().ok());
        speeds.sum()
    })
}

/// The part of this thread, which is to end with it.
fn throughput_of_a_thread() -> f64 {
    let alone = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build();
    if let Err(error) = &alone {
        tracing::warn!("{error}");
    }
    let device = Device::flex();
    let values = vec![0.5_f32; SIDE * SIDE];
    let matrix = Tensor::<2>::from_data(TensorData::new(values, [SIDE, SIDE]), &device);
    let operations = 2.0 * (SIDE as f64).powi(3);
    let began = Instant::now();
    let mut best = f64::INFINITY;
    // On a busy machine one or two are interrupted.
    for product in 0.. {
        if product >= LEAST_PRODUCTS && began.elapsed() >= SPAN {
            break;
        }
        let start = Instant::now();
        // Reading the result waits for it.
        drop(matrix.clone().matmul(matrix.clone()).into_data());
        best = best.min(start.elapsed().as_secs_f64());
    }
    operations / best.max(1e-9)
}

/// Bytes of memory that programs can still have, where the system tells: on Linux. Reads a file, so it is not for the window's thread.
#[must_use]
pub fn free_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    available(&text)
}

/// Whether a run fits into the free memory.
#[derive(Debug, PartialEq)]
pub(super) enum Room {
    Enough,
    /// It may fail; a warning.
    Little(String),
    /// It would fail; why.
    None(String),
}

/// Holds an estimate against the free memory. It is within a factor of 1.5 of what a run takes, and the system may swap: what needs more than
/// four times the free memory is refused. On a GPU, the processor's memory holds the weights while they are drawn.
pub(super) fn room(estimate: &Estimate, free: u64, on_cpu: bool) -> Room {
    let weights = estimate.parameters.saturating_mul(4);
    let needed = if on_cpu { estimate.memory } else { weights };
    let message = |word: &str| {
        format!(
            "the run {word} about {} of memory, but only {} are free: use smaller networks, batches or pictures, or less data",
            gigabytes(needed),
            gigabytes(free)
        )
    };
    if needed / MOST_TIMES > free {
        Room::None(message("would need"))
    } else if needed > free {
        Room::Little(message("may need"))
    } else {
        Room::Enough
    }
}

/// Refuses weights that are larger than the free memory, before they are read. A folder from a stranger may hold files of any length that
/// take no room on a disk.
///
/// # Errors
/// In a sentence.
pub fn check_weights(folder: &Path) -> Result<(), String> {
    let bytes: u64 = walkdir::WalkDir::new(folder)
        .max_depth(4)
        .into_iter()
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .fold(0, |all, file| all.saturating_add(file.len()));
    match free_memory() {
        Some(free) if bytes > free => Err(format!(
            "the weights in {} take {}, but only {} of memory are free: close other programs, or use a machine with more",
            folder.display(),
            gigabytes(bytes),
            gigabytes(free)
        )),
        _ => Ok(()),
    }
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

/// Gives the memory of a run that ends back to the system: buffers that this thread keeps, and what the allocator keeps of memory that is
/// free. Without it, a program that has trained stays as large as it ever was, although most of it is unused.
pub(crate) fn release_memory() {
    crate::nn::release_buffers();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    trim_arenas();
}

/// glibc gives each thread an arena. `malloc_trim` returns the free pages inside all of them, but not those at the end of an arena that a thread
/// has for itself: they go when that thread frees something large and more than the trim threshold lies there, which grows to 64 MB
/// by itself while a network trains.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn trim_arenas() {
    /// Both thresholds as they are by themselves once blocks of 32 MB have been freed: setting one of them ends their growth.
    const MAP: libc::c_int = 32 << 20;
    const KEEP: libc::c_int = 2 * MAP;
    /// Large enough that the allocator looks at the end of the arena when it is freed, too small to be mapped.
    const LARGE: usize = 1 << 17;
    let trim = || drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE)));
    // SAFETY: glibc's `mallopt` and `malloc_trim` may be called by any thread at any time; they take the locks of its arenas. The first sets
    // numbers that decide where later blocks lie, the second touches free memory alone.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAP);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 0);
    }
    trim();
    rayon::broadcast(|_| trim());
    // SAFETY: as above.
    unsafe {
        libc::malloc_trim(0);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEEP);
    }
}

fn available(text: &str) -> Option<u64> {
    let line = text
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_free_memory_is_what_the_system_calls_available() {
        let text =
            "MemTotal:       24605512 kB\nMemFree:         1234 kB\nMemAvailable:   14081024 kB\n";
        assert_eq!(available(text), Some(14_081_024 << 10));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
    }

    #[test]
    fn what_cannot_fit_is_refused_and_what_may_not_is_warned_of() {
        let estimate = |memory: u64, parameters: u64| Estimate {
            parameters,
            memory,
            operations: None,
        };
        assert_eq!(room(&estimate(900, 10), 1000, true), Room::Enough);
        let Room::Little(message) = room(&estimate(3_000_000_000, 10), 1_000_000_000, true) else {
            panic!("it may fit");
        };
        assert!(message.contains("3.0 GB") && message.contains("1.0 GB"));
        let needs = estimate(720_000_000_000, 10);
        assert!(matches!(room(&needs, 1_000_000_000, true), Room::None(_)));
        // Its graphics card has memory of its own.
        assert_eq!(room(&needs, 1_000_000_000, false), Room::Enough);
        let weights = estimate(0, u64::MAX / 2);
        assert!(matches!(
            room(&weights, 1_000_000_000, false),
            Room::None(_)
        ));
    }

    #[test]
    fn a_processor_multiplies() {
        let speed = throughput();
        assert!(speed.is_finite() && speed > 1e6, "{speed}");
    }
}
