//! What was tried, each setting once.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rustc_hash::FxHashMap;

use super::Space;
use crate::experiments::{Observation, Outcome, Setting};

/// Proposals that may be known already before a free one is looked for in order.
const ATTEMPTS: u64 = 64;

/// The settings of a history, each once.
#[derive(Debug)]
pub(super) struct Tried<'a> {
    /// In the order in which they were handed out first.
    pub(super) settings: Vec<TriedSetting<'a>>,
    known: FxHashMap<String, usize>,
}

/// A setting that was tried, with one seed or several.
#[derive(Debug)]
pub(super) struct TriedSetting<'a> {
    pub(super) setting: &'a Setting,
    pub(super) result: Result,
}

/// What came of a setting.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Result {
    /// Nothing yet.
    Pending,
    /// The means of its objectives; the smaller the better.
    Done(Vec<f64>),
    /// It was stopped early with these.
    StoppedEarly(Vec<f64>),
    /// Nothing will come of it.
    Failed,
}

impl<'a> Tried<'a> {
    pub(super) fn of(space: &Space, history: &'a [Observation]) -> Self {
        let mut known: FxHashMap<String, usize> = FxHashMap::default();
        let mut outcomes: Vec<(&'a Setting, Vec<&'a Outcome>)> = Vec::new();
        for observation in history {
            let place = *known
                .entry(space.identity(&observation.setting))
                .or_insert_with(|| {
                    outcomes.push((&observation.setting, Vec::new()));
                    outcomes.len() - 1
                });
            outcomes[place].1.push(&observation.outcome);
        }
        let settings = outcomes
            .into_iter()
            .map(|(setting, outcomes)| TriedSetting {
                setting,
                result: merged(&outcomes),
            });
        Self {
            settings: settings.collect(),
            known,
        }
    }

    /// How many settings.
    pub(super) fn len(&self) -> usize {
        self.settings.len()
    }

    pub(super) fn contains(&self, space: &Space, setting: &Setting) -> bool {
        self.known.contains_key(&space.identity(setting))
    }

    /// The first of some proposals (by number) that was not tried; where they all were, the next free setting of a finite space after a
    /// random one; `None` if it has none.
    pub(super) fn fresh(
        &self,
        space: &Space,
        seed: u64,
        mut propose: impl FnMut(u64) -> Setting,
    ) -> Option<Setting> {
        if space.size().is_some_and(|size| size == 0) {
            return None;
        }
        let mut last = None;
        for attempt in 0..ATTEMPTS {
            let proposal = propose(attempt);
            if !self.contains(space, &proposal) {
                return Some(proposal);
            }
            last = Some(proposal);
        }
        let Some(size) = space.size() else {
            // Dense, so that another draw of the same is rare and does no harm.
            return last;
        };
        let start = random(seed, self.len() as u64, ATTEMPTS).random_range(0..size);
        // One of so many is free, if any is.
        let steps = size.min(self.len() as u128 + 1);
        (0..steps)
            .filter_map(|step| space.nth((start + step) % size))
            .find(|setting| !self.contains(space, setting))
    }
}

/// A generator of its own for each setting and each attempt at it.
pub(super) fn random(seed: u64, number: u64, attempt: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number.wrapping_mul(ATTEMPTS + 1).wrapping_add(attempt));
    rng
}

/// The mean over those that are done; else the mean over those that were stopped; pending while one is.
fn merged(outcomes: &[&Outcome]) -> Result {
    let of = |stopped: bool| {
        let values: Vec<&Vec<f64>> = outcomes
            .iter()
            .filter_map(|outcome| match outcome {
                Outcome::Done(values) if !stopped => Some(values),
                Outcome::StoppedEarly(values) if stopped => Some(values),
                _ => None,
            })
            .filter(|values| !values.is_empty() && values.iter().all(|value| !value.is_nan()))
            .collect();
        let first = values.first()?;
        let mean = |objective: usize| {
            let own = values.iter().filter_map(|values| values.get(objective));
            own.sum::<f64>() / values.len() as f64
        };
        Some((0..first.len()).map(mean).collect())
    };
    if outcomes.iter().any(|own| **own == Outcome::Pending) {
        return Result::Pending;
    }
    if let Some(done) = of(false) {
        return Result::Done(done);
    }
    of(true).map_or(Result::Failed, Result::StoppedEarly)
}
