//! Which share of the machine a run gets: small runs side by side, large ones in turn.

use crate::data::Dataset;
use crate::engine::{DeviceChoice, devices, machine};
use crate::runs::RunConfig;
use crate::systems::{self, DataFacts, Estimate};

/// Multiplications and additions of a step for which one more thread is worth while: about a third of a second of one.
const WORTH_A_THREAD: f64 = 1e10;
/// The share of the free memory that runs may take together.
const MEMORY_SHARE: f64 = 0.8;

/// The machine, as it was before the sweep used it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Machine {
    /// Threads that compute.
    pub(super) threads: usize,
    /// Bytes that programs can still have, where the system tells.
    pub(super) memory: Option<u64>,
    /// True if runs train on a graphics card, which they would only wait for side by side.
    pub(super) on_gpu: bool,
}

impl Machine {
    pub(super) fn look(device: DeviceChoice) -> Self {
        let on_gpu = device != DeviceChoice::Cpu && devices().iter().any(|own| own.is_gpu());
        Self {
            threads: rayon::current_num_threads(),
            memory: machine::free_memory(),
            on_gpu,
        }
    }

    /// Of how many equal shares a run gets one. `asked`: what a person wants.
    pub(super) fn shares(&self, config: &RunConfig, data: &Dataset, asked: Option<usize>) -> usize {
        if let Some(asked) = asked {
            return asked.max(1);
        }
        let estimate = systems::find(&config.system).and_then(|system| {
            let parameters = config.resolve(system).ok()?;
            system.estimate(&parameters, &DataFacts::of(data))
        });
        self.shares_of(estimate.as_ref())
    }

    fn shares_of(&self, estimate: Option<&Estimate>) -> usize {
        if self.on_gpu {
            return 1;
        }
        let operations = estimate.and_then(|own| own.operations).unwrap_or(0.0);
        let threads = (operations / WORTH_A_THREAD).ceil().max(1.0) as usize;
        let by_cores = self.threads / threads.min(self.threads).max(1);
        let by_memory = match (self.memory, estimate) {
            (Some(free), Some(own)) if own.memory > 0 => {
                (free as f64 * MEMORY_SHARE / own.memory as f64) as usize
            }
            _ => usize::MAX,
        };
        by_cores.min(by_memory).max(1)
    }

    /// Of how many equal shares a run gets one that would get one of `shares`, where runs that train have `used` of the machine and `left`
    /// have still to begin, this one included. The last ones divide among them what would lie idle: a run keeps its threads to its end.
    pub(super) fn widened(&self, shares: usize, used: f64, left: usize) -> usize {
        let free = (1.0 - used).max(0.0);
        let left = left.max(1);
        if left as f64 + 1e-9 >= free * shares as f64 {
            return shares;
        }
        // Equal shares of what is free, or whole threads of it where that is more.
        let equal = (left as f64 / free - 1e-9).ceil() as usize;
        let free = (free * self.threads as f64 + 1e-9).floor() as usize;
        let threads = free.div_ceil(left).max(1);
        let widened = self.threads.div_ceil(threads).min(equal);
        widened.clamp(1, shares.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_runs_share_the_cores_and_large_ones_have_all_of_them() {
        let machine = Machine {
            threads: 8,
            memory: Some(10_000),
            on_gpu: false,
        };
        let shares = |memory, operations| {
            machine.shares_of(Some(&Estimate {
                parameters: 1,
                memory,
                operations,
            }))
        };
        assert_eq!(shares(100, Some(1e8)), 8);
        // Two threads each.
        assert_eq!(shares(100, Some(1.5e10)), 4);
        assert_eq!(shares(100, Some(1e12)), 1);
        // 8,000 bytes for all of them: three of 2,500 fit.
        assert_eq!(shares(2500, Some(1e8)), 3);
        assert_eq!(shares(50_000, None), 1);
        assert_eq!(machine.shares_of(None), 8);
        let card = Machine {
            on_gpu: true,
            ..machine
        };
        assert_eq!(card.shares_of(None), 1);
    }

    /// Threads of runs that begin one after the other, each of which would get one of `shares`.
    fn threads_of(machine: Machine, shares: usize, mut used: f64, runs: usize) -> Vec<usize> {
        let widened = (0..runs).map(|begun| {
            let own = machine.widened(shares, used, runs - begun);
            used += 1.0 / own as f64;
            assert!(used < 1.0 + 1e-9, "more than there is");
            machine.threads / own
        });
        widened.collect()
    }

    #[test]
    fn the_last_runs_divide_what_would_lie_idle() {
        let machine = Machine {
            threads: 16,
            memory: None,
            on_gpu: false,
        };
        // As long as others wait, each has its own share.
        assert_eq!(machine.widened(16, 0.0, 40), 16);
        assert_eq!(machine.widened(4, 0.5, 2), 4);
        // Fewer than fit: 16 threads for three, for twelve.
        assert_eq!(threads_of(machine, 16, 0.0, 3), [5, 5, 5]);
        let twelve = threads_of(machine, 16, 0.0, 12);
        assert_eq!(twelve, [2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1]);
        // Beside ten that still train, one alone has what they leave.
        assert_eq!(threads_of(machine, 16, 10.0 / 16.0, 1), [5]);
        assert_eq!(threads_of(machine, 16, 0.0, 1), [16]);
        // Where a person wants two side by side, the last has all of it.
        assert_eq!(machine.widened(2, 0.5, 1), 2);
        assert_eq!(machine.widened(2, 0.0, 1), 1);
        let small = Machine {
            threads: 2,
            ..machine
        };
        assert_eq!(small.widened(2, 0.0, 1), 1);
        assert_eq!(small.widened(6, 0.0, 1), 1);
    }
}
