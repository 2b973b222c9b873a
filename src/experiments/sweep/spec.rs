//! `[sweep]` of a config file.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::runs::RunConfig;

/// A config file with a table `[sweep]`: the run that all others differ from, and what is varied.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepConfig {
    /// What is the same in all runs.
    pub base: RunConfig,
    /// What is varied, and how.
    pub sweep: SweepSpec,
}

/// The table `[sweep]`.
///
/// ```toml
/// [sweep]
/// method = "grid"
/// seeds = 3
/// [sweep.values]
/// hidden = [20, 50, 100, 500]
/// regularization = { from = 10, to = 1000, scale = "log", count = 4 }
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SweepSpec {
    /// A name for lists; what is varied if absent.
    pub name: Option<String>,
    /// How settings are chosen.
    pub method: Method,
    /// Settings to try at most; a grid tries all of its own if absent.
    pub runs: Option<u32>,
    /// Runs side by side; as many as cores and memory allow if absent.
    pub parallel: Option<usize>,
    /// The measures to optimize, several for a Pareto front; the system's own validation measure if empty.
    pub measures: Vec<String>,
    /// Each setting is run with each of these seeds; the base's seed alone if empty.
    pub seeds: Vec<u64>,
    /// Whether losers are stopped before their end.
    pub stop_early: Option<StopEarly>,
    /// What is varied: by key, as `--set` takes it.
    pub values: BTreeMap<String, Values>,
}

/// How settings are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Every combination.
    #[default]
    Grid,
    /// Independent draws.
    Random,
    /// A scrambled Sobol sequence: draws that keep their distance.
    Sobol,
    /// Tree-structured Parzen estimator (Bergstra et al. 2011): draws near what was good.
    Tpe,
}

/// Asynchronous successive halving (ASHA, Li et al. 2020): at `first`, `first · reduction`, … of a run's length only the best 1 / `reduction` go on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StopEarly {
    /// Of how many runs one goes on.
    pub reduction: u32,
    /// The share of a run's length at which it is first compared, 0 to 1.
    pub first: f64,
}

impl Default for StopEarly {
    /// One of three goes on, first compared at a tenth of the length.
    fn default() -> Self {
        Self {
            reduction: 3,
            first: 0.1,
        }
    }
}

impl Method {
    /// All, by their names in config files.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("grid", Self::Grid),
        ("random", Self::Random),
        ("sobol", Self::Sobol),
        ("tpe", Self::Tpe),
    ];

    /// The name in config files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Random => "random",
            Self::Sobol => "sobol",
            Self::Tpe => "tpe",
        }
    }
}

/// The values of one key.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// These, in this order.
    List(Vec<Value>),
    /// Between two numbers.
    Range {
        /// The smallest.
        from: f64,
        /// The largest.
        to: f64,
        /// How steps are spaced.
        scale: Scale,
        /// How many for a grid; needed there alone.
        count: Option<u32>,
    },
}

/// How numbers of a range are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// By differences.
    #[default]
    Linear,
    /// By ratios.
    Log,
}

impl Scale {
    /// All, by their names in config files.
    pub const NAMES: [(&'static str, Self); 2] = [("linear", Self::Linear), ("log", Self::Log)];

    /// The name in config files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Log => "log",
        }
    }
}

impl SweepSpec {
    /// `count` seeds, one after another.
    #[must_use]
    pub fn seeds_from(first: u64, count: u64) -> Vec<u64> {
        (0..count).map(|at| first.wrapping_add(at)).collect()
    }
}
