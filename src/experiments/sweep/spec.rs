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
