//! The machine: how fast its processor multiplies, how much memory is free; and memory given back to it.

use std::time::{Duration, Instant};

use burn::tensor::{Device, Tensor, TensorData};

/// Rows and columns of the matrices that are multiplied.
const SIDE: usize = 320;
/// How long it may take.
const SPAN: Duration = Duration::from_millis(200);

/// Gives the threads that compute a name of their own. Without it, they would bear that of the thread that first asks them for something,
/// whatever it is there for. To be called before anything computes; later it has no effect.
pub fn name_compute_threads() {
    // It fails where they are there already, which is no reason to stop.
    let _ = rayon::ThreadPoolBuilder::new()
        .thread_name(|index| format!("compute-{index}"))
        .build_global();
}

/// Multiplications and additions a second of the processor in a large product of matrices, the best of as many as fit into a fifth of a
/// second: the most that a network can get. Not for the window's thread.
#[must_use]
pub fn throughput() -> f64 {
    let device = Device::flex();
    let values = vec![0.5_f32; SIDE * SIDE];
    let matrix = Tensor::<2>::from_data(TensorData::new(values, [SIDE, SIDE]), &device);
    let operations = 2.0 * (SIDE as f64).powi(3);
    let began = Instant::now();
    let mut best = f64::INFINITY;
    while began.elapsed() < SPAN {
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

/// Gives the memory of a run that ends back to the system: buffers that this thread keeps, and what the allocator keeps of memory that is
/// free. Without it, a program that has trained stays as large as it ever was, although most of it is unused.
pub(crate) fn release_memory() {
    crate::nn::release_buffers();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: glibc's `malloc_trim` may be called by any thread at any time; it takes the locks of its arenas and touches free memory alone.
    unsafe {
        libc::malloc_trim(0);
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
    fn a_processor_multiplies() {
        let speed = throughput();
        assert!(speed.is_finite() && speed > 1e6, "{speed}");
    }
}
