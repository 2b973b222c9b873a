//! What comes next: the same for whoever asks, from the folder and the runs alone.

use std::collections::BTreeMap;

use serde_json::Value;

use super::objective::VALIDATION_SHARE;
use super::settings::{SettingState, Spread, Standing};
use super::{Purpose, SweepError, SweepFolder, SweepState, Trial, TrialState};
use crate::experiments::{Setting, sampler};
use crate::record::{Basis, Status};
use crate::runs::Listed;
use crate::systems;

/// The parameter that ends training when a validation measure no longer gets better.
const PATIENCE: &str = "patience";
/// The parameter that says how long training takes.
const EPOCHS: &str = "epochs";
/// So many runs that fail before any has finished end a sweep: what all have in common is wrong.
const HOPELESS: usize = 3;

/// What comes next in a sweep.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// A trial that nobody has had yet, under the number that it is likely to get.
    Trial(Trial),
    /// Nothing until a trial that is handed out has ended.
    Wait,
    /// Nothing: all is handed out and has ended.
    Done,
}

/// What came out of a sweep: the chosen setting, and what it measured.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepResult {
    /// The chosen setting.
    pub setting: Setting,
    /// The measures of the search that it was chosen by, over the seeds.
    pub chosen_by: Vec<Option<Spread>>,
    /// Test measures of runs on all training data, over the seeds; empty where nothing is measured on data that nothing was chosen by.
    pub test: BTreeMap<String, Spread>,
    /// True if all its runs have ended.
    pub complete: bool,
}

impl SweepState {
    /// What comes next.
    #[must_use]
    pub fn next(&self) -> Next {
        let number = self.trials.last().map_or(0, |last| last.trial.number + 1);
        let trial = |purpose, setting: &Setting, seed, also| {
            Next::Trial(Trial {
                number,
                purpose,
                setting: setting.clone(),
                seed,
                also,
                launcher: None,
            })
        };
        let seeds = self.config.seeds();
        let settings = self.settings();
        // All seeds of a setting before the next: what is chosen by is their mean.
        for own in settings.iter().filter(|own| own.standing == Standing::Open) {
            let missing = seeds.iter().find(|seed| !self.has(own, **seed));
            if let Some(seed) = missing {
                return trial(Purpose::Search, &own.setting, *seed, Setting::new());
            }
        }
        let most = self.config.settings_planned().unwrap_or(usize::MAX);
        if settings.len() < most
            // A question that was checked has a sampler.
            && let Ok(sampler) = sampler::for_space(&self.config)
            && let Some(setting) = sampler.next(&self.history())
            && let Some(seed) = seeds.first()
        {
            return trial(Purpose::Search, &setting, *seed, Setting::new());
        }
        if settings.iter().any(|own| own.standing == Standing::Open)
            || self.search().any(|own| !own.has_ended())
        {
            return Next::Wait;
        }
        if self.config.has_result_runs()
            && let Some(best) = self.best()
        {
            let missing = seeds.iter().find(|seed| {
                let results = self.results(&best.setting);
                !results.iter().any(|own| own.trial.seed == **seed)
            });
            if let Some(seed) = missing {
                return trial(Purpose::Result, &best.setting, *seed, self.also(&best));
            }
        }
        if self.trials.iter().any(|own| !own.has_ended()) {
            return Next::Wait;
        }
        Next::Done
    }

    fn has(&self, setting: &SettingState, seed: u64) -> bool {
        let mut trials = setting.trials.iter();
        trials.any(|at| self.trials[*at].trial.seed == seed)
    }

    /// What is set for the runs of the result: nothing is held out, nothing ends training early, and it takes as many epochs as were best in
    /// the search.
    fn also(&self, best: &SettingState) -> Setting {
        let mut also = Setting::new();
        let Some(system) = systems::find(&self.config.base.system) else {
            return also;
        };
        for key in [VALIDATION_SHARE, PATIENCE] {
            if system.parameter(key).is_some() {
                also.insert(key.to_owned(), Value::from(0));
            }
        }
        let validates = self
            .objectives
            .first()
            .is_some_and(|own| own.scalar.basis == Basis::Validation);
        let epochs: Vec<f64> = best
            .trials
            .iter()
            .filter_map(|at| self.trials[*at].best_epoch)
            .collect();
        if validates
            && system.parameter(EPOCHS).is_some()
            && let Some(epochs) = Spread::of(&epochs)
        {
            also.insert(
                EPOCHS.to_owned(),
                Value::from(epochs.mean.round().max(1.0) as u64),
            );
        }
        also
    }

    /// True if all is done.
    pub(super) fn is_complete(&self) -> bool {
        self.trials.iter().all(TrialState::has_ended)
            && !self.trials.is_empty()
            && self.next() == Next::Done
    }

    /// Why nothing can come of it any more.
    pub(super) fn hopeless(&self) -> Option<String> {
        let finished = self.search().any(|own| own.status == Status::Finished);
        let failed: Vec<&TrialState> = self
            .search()
            .filter(|own| own.status == Status::Failed)
            .collect();
        let all = self.trials.iter().all(TrialState::has_ended)
            && self.search().count() == failed.len()
            && self.next() == Next::Done;
        if finished || failed.is_empty() || (failed.len() < HOPELESS && !all) {
            return None;
        }
        let reason = failed.iter().find_map(|own| own.message.as_deref());
        Some(format!(
            "all {} runs so far failed: {}",
            failed.len(),
            reason.unwrap_or("no reason is known")
        ))
    }

    /// How many trials of a purpose will still be handed out, as far as known.
    #[must_use]
    pub fn untried(&self, purpose: Purpose) -> usize {
        let search = self.search().count();
        let results = self.trials.len() - search;
        let more_results = match self.config.has_result_runs() {
            true => self.config.seeds().len().saturating_sub(results),
            false => 0,
        };
        match purpose {
            Purpose::Result => more_results,
            Purpose::Search => self
                .planned
                .saturating_sub(self.trials.len() + more_results),
        }
    }

    /// How many trials there will be, as far as known.
    pub(super) fn count_planned(&self) -> usize {
        let seeds = self.config.seeds().len();
        let settings = self.settings();
        let most = self.config.settings_planned().unwrap_or(settings.len());
        let of = |own: &SettingState| match own.standing {
            // Nobody trains the other seeds of a loser.
            Standing::StoppedEarly | Standing::Failed => own.trials.len(),
            Standing::Open | Standing::Done => own.trials.len().max(seeds),
        };
        let known: usize = settings.iter().map(of).sum();
        let result = if self.config.has_result_runs() {
            let begun = self.trials.len() - self.search().count();
            begun.max(seeds)
        } else {
            0
        };
        known + most.saturating_sub(settings.len()) * seeds + result
    }

    /// What came out of it, where the search has ended.
    pub(super) fn find_result(&self) -> Option<SweepResult> {
        let open = self.search().any(|own| !own.has_ended());
        if open || self.search().next().is_none() {
            return None;
        }
        let best = self.best()?;
        let own = self.results(&best.setting);
        let anew = self.config.has_result_runs();
        if anew && own.is_empty() {
            return None;
        }
        let mut test: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for trial in own.iter().filter(|own| own.status == Status::Finished) {
            for (name, value) in &trial.test {
                test.entry(name.clone()).or_default().push(*value);
            }
        }
        let test = test.into_iter();
        Some(SweepResult {
            setting: best.setting.clone(),
            chosen_by: best.measures.clone(),
            test: test
                .filter_map(|(name, values)| Some((name, Spread::of(&values)?)))
                .collect(),
            complete: own.iter().all(|own| own.has_ended())
                && (!anew || own.len() >= self.config.seeds().len()),
        })
    }

    /// Seconds until all is done: by the mean of those that have ended, and how many train side by side.
    pub(super) fn estimate(&self) -> Option<f64> {
        let ended: Vec<f64> = self
            .trials
            .iter()
            .filter(|own| own.status == Status::Finished)
            .map(|own| own.seconds)
            .collect();
        let each = Spread::of(&ended)?.mean;
        let begun: f64 = self
            .trials
            .iter()
            .filter(|own| !own.has_ended())
            .map(|own| 1.0 - own.progress)
            .sum();
        let untouched = self.planned.saturating_sub(self.trials.len()) as f64;
        let training = self.trials.iter();
        let lanes = training
            .filter(|own| own.status == Status::Running)
            .count()
            .max(1);
        Some(each * (begun + untouched) / lanes as f64)
    }
}

impl SweepFolder {
    /// Hands out what comes next, given the runs beside it. `launcher`: who launches its run, where that is not whoever runs the sweep.
    /// Others may ask at the same time.
    ///
    /// # Errors
    /// If the folder cannot be read or written.
    pub fn ask(&self, runs: &[Listed], launcher: Option<&str>) -> Result<Next, SweepError> {
        loop {
            match self.state(runs)?.next() {
                Next::Trial(mut trial) => {
                    trial.launcher = launcher.map(str::to_owned);
                    if let Some(trial) = self.try_hand_out(trial)? {
                        return Ok(Next::Trial(trial));
                    }
                    // Another asked at the same time: what comes next is another now.
                }
                next => return Ok(next),
            }
        }
    }
}
