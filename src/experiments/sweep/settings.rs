//! The settings of a search, each over its seeds, and which is the best.

use super::{Objective, Purpose, SweepState, TrialState};
use crate::experiments::{Observation, Outcome, Setting};
use crate::record::Status;

/// The mean of some values and how they scatter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The standard deviation, of a sample; 0 of one value.
    pub deviation: f64,
    /// How many.
    pub count: usize,
}

/// What came of a setting over its seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingState {
    /// The values.
    pub setting: Setting,
    /// Its trials: places in [`SweepState::trials`].
    pub trials: Vec<usize>,
    /// The measures over the seeds that have finished, in the order of the sweep's; `None` before the first has.
    pub measures: Vec<Option<Spread>>,
    /// How it stands.
    pub standing: Standing,
}

/// How a setting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Seeds are still to be trained.
    Open,
    /// All seeds have finished.
    Done,
    /// A run of it was stopped as a loser.
    StoppedEarly,
    /// A run of it failed, or measured what is no number.
    Failed,
}

impl Spread {
    /// Of some values; none of no value.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let count = values.len();
        let mean = values.iter().sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = if count > 1 {
            (squares / (count - 1) as f64).sqrt()
        } else {
            0.0
        };
        Some(Self {
            mean,
            deviation,
            count,
        })
    }
}

impl SweepState {
    /// The settings of the search, in the order in which they were handed out.
    #[must_use]
    pub fn settings(&self) -> Vec<SettingState> {
        let mut groups: Vec<(&Setting, Vec<usize>)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for (at, own) in self.trials.iter().enumerate() {
            if own.trial.purpose != Purpose::Search {
                continue;
            }
            let setting = &own.trial.setting;
            // Values of JSON have no hash of their own; their text is the same where they are.
            let text = serde_json::to_string(setting).unwrap_or_default();
            let place = *places.entry(text).or_insert_with(|| {
                groups.push((setting, Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push(at);
        }
        let groups = groups.into_iter();
        groups
            .map(|(setting, trials)| self.setting(setting, trials))
            .collect()
    }

    fn setting(&self, setting: &Setting, trials: Vec<usize>) -> SettingState {
        let own: Vec<&TrialState> = trials.iter().map(|at| &self.trials[*at]).collect();
        let is = |wanted: fn(&TrialState) -> bool| own.iter().any(|trial| wanted(trial));
        let seeds = self.config.seeds();
        let all = seeds
            .iter()
            .all(|seed| own.iter().any(|trial| trial.trial.seed == *seed));
        let standing = if is(|own| {
            own.status == Status::Failed
                || (own.status == Status::Finished && own.numbers().is_none())
        }) {
            Standing::Failed
        } else if is(|own| own.stopped_early) {
            Standing::StoppedEarly
        } else if all && own.iter().all(|trial| trial.status == Status::Finished) {
            Standing::Done
        } else {
            Standing::Open
        };
        let values = |at: usize| -> Vec<f64> {
            let outcomes = own.iter().filter_map(|trial| trial.outcome());
            outcomes
                .filter_map(|outcome| outcome.get(at).copied())
                .collect()
        };
        SettingState {
            setting: setting.clone(),
            measures: (0..self.objectives.len())
                .map(|at| Spread::of(&values(at)))
                .collect(),
            standing,
            trials,
        }
    }

    /// Places of all settings that have finished, the best by the first measure first.
    #[must_use]
    pub fn ranking(&self, settings: &[SettingState]) -> Vec<usize> {
        let Some(objective) = self.objectives.first() else {
            return Vec::new();
        };
        let mut done: Vec<(f64, usize)> = settings
            .iter()
            .enumerate()
            .filter(|(_, own)| own.standing == Standing::Done)
            .filter_map(|(at, own)| {
                Some((objective.cost(own.measures.first()?.as_ref()?.mean), at))
            })
            .collect();
        done.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        done.into_iter().map(|(_, at)| at).collect()
    }

    /// Places of the settings that have finished and that no other beats in all measures: one of one measure, a Pareto front of several.
    #[must_use]
    pub fn front(&self, settings: &[SettingState]) -> Vec<usize> {
        let ranking = self.ranking(settings);
        if self.objectives.len() < 2 {
            return ranking.into_iter().take(1).collect();
        }
        let costs = |at: usize| -> Vec<f64> {
            let pairs = self.objectives.iter().zip(&settings[at].measures);
            pairs
                .map(|(own, spread)| spread.map_or(f64::INFINITY, |spread| own.cost(spread.mean)))
                .collect()
        };
        let all: Vec<(usize, Vec<f64>)> = ranking.iter().map(|at| (*at, costs(*at))).collect();
        let is_beaten = |own: &[f64]| {
            all.iter().any(|(_, other)| {
                other.iter().zip(own).all(|(other, own)| other <= own)
                    && other.iter().zip(own).any(|(other, own)| other < own)
            })
        };
        let kept = all.iter().filter(|(_, own)| !is_beaten(own));
        kept.map(|(at, _)| *at).collect()
    }

    /// The runs of the result of a setting, by number.
    #[must_use]
    pub fn results(&self, setting: &Setting) -> Vec<&TrialState> {
        let own = |trial: &&TrialState| {
            trial.trial.purpose == Purpose::Result && trial.trial.setting == *setting
        };
        self.trials.iter().filter(own).collect()
    }

    /// The best setting that has finished, by the first measure.
    #[must_use]
    pub fn best(&self) -> Option<SettingState> {
        let settings = self.settings();
        let best = *self.ranking(&settings).first()?;
        settings.into_iter().nth(best)
    }

    /// What a sampler goes by.
    #[must_use]
    pub fn history(&self) -> Vec<Observation> {
        let settings = self.settings().into_iter();
        settings
            .map(|own| Observation {
                outcome: self.observed(&own),
                setting: own.setting,
            })
            .collect()
    }

    fn observed(&self, own: &SettingState) -> Outcome {
        let costs = |values: Vec<f64>| -> Vec<f64> {
            let pairs = self.objectives.iter().zip(values);
            pairs
                .map(|(objective, value)| Objective::cost(objective, value))
                .collect()
        };
        match own.standing {
            Standing::Open => Outcome::Pending,
            Standing::Failed => Outcome::Failed,
            Standing::Done => {
                let means = own.measures.iter().flatten().map(|spread| spread.mean);
                Outcome::Done(costs(means.collect()))
            }
            Standing::StoppedEarly => {
                let stopped = own.trials.iter().map(|at| &self.trials[*at]);
                let stopped = stopped.filter(|trial| trial.stopped_early);
                match stopped.filter_map(TrialState::numbers).next() {
                    Some(values) => Outcome::StoppedEarly(costs(values)),
                    None => Outcome::Failed,
                }
            }
        }
    }
}
