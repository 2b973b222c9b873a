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
}
