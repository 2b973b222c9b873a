//! How many runs a sweep is, and what it chooses by.

use std::path::Path;

use serde_json::Value;

use super::{SHARE, has_test};
use crate::experiments::sampler;
use crate::experiments::sweep::objective::{Objective, VALIDATION_SHARE};
use crate::experiments::sweep::{Method, SweepConfig};
use crate::record::schema::ConfigError;
use crate::systems;

impl SweepConfig {
    /// The measures that settings are chosen by, in order.
    ///
    /// # Errors
    /// If one does not exist or cannot be chosen by, or none is named and the system has none of its own.
    pub fn objectives(&self) -> Result<Vec<Objective>, ConfigError> {
        let system = systems::get(&self.base.system)?;
        if self.sweep.measures.is_empty() {
            return Ok(vec![Objective::default_of(system)?]);
        }
        let names = self.sweep.measures.iter();
        names.map(|name| Objective::of(system, name)).collect()
    }

    /// The seeds of each setting.
    #[must_use]
    pub fn seeds(&self) -> Vec<u64> {
        if self.sweep.seeds.is_empty() {
            vec![self.base.seed]
        } else {
            self.sweep.seeds.clone()
        }
    }

    /// How many settings the search tries; none if the method has no end and none is given.
    #[must_use]
    pub fn settings_planned(&self) -> Option<usize> {
        let most = self.sweep.runs.map(|runs| runs as usize);
        let all = self.combinations();
        match (self.sweep.method, most) {
            (Method::Grid, most) => Some(all?.min(most.unwrap_or(usize::MAX))),
            (_, most) => most.map(|most| all.map_or(most, |all| most.min(all))),
        }
    }

    /// How many runs it takes, those of the result included.
    #[must_use]
    pub fn runs_planned(&self) -> Option<usize> {
        let seeds = self.seeds().len();
        let result = if self.has_result_runs() { seeds } else { 0 };
        Some(self.settings_planned()?.saturating_mul(seeds) + result)
    }

    /// True if the chosen setting is trained anew after the search, on all training data: where the search holds some of it out.
    #[must_use]
    pub fn has_result_runs(&self) -> bool {
        systems::find(&self.base.system).is_some_and(|system| self.validates(system))
    }

    /// All settings that there are; none where a parameter takes any number of a range.
    fn combinations(&self) -> Option<usize> {
        let sweep = &self.sweep;
        let counts = sweep.values.iter().map(|(key, values)| {
            sampler::count_values(sweep.method, &self.base.system, key, values)
        });
        counts
            .collect::<Option<Vec<usize>>>()
            .map(|counts| counts.into_iter().fold(1, usize::saturating_mul))
    }

    /// The question with all that is left to the program filled in (measures, seeds, the share to choose by, absolute paths), and sentences
    /// that say what a person should know of it.
    ///
    /// # Errors
    /// As [`Self::check`], or if a path cannot be made absolute.
    pub fn completed(&self, base: &Path) -> Result<(Self, Vec<String>), ConfigError> {
        self.check()?;
        let system = systems::get(&self.base.system)?;
        let mut whole = self.clone();
        let objectives = self.objectives()?;
        let mut notes = Vec::new();
        if self.sweep.measures.is_empty() {
            let names = objectives.iter().map(Objective::title);
            notes.push(format!(
                "settings are chosen by {}",
                names.collect::<Vec<_>>().join(" and ")
            ));
        }
        notes.extend(objectives.iter().filter_map(Objective::caution));
        whole.sweep.measures = objectives.into_iter().map(|own| own.name).collect();
        whole.sweep.seeds = self.seeds();
        if self.validates(system) {
            let resolved = self.base.resolve(system)?;
            let share = resolved.get(VALIDATION_SHARE).and_then(Value::as_f64);
            if share.is_none_or(|share| share == 0.0) {
                let parameters = &mut whole.base.parameters;
                parameters.insert(VALIDATION_SHARE.to_owned(), Value::from(SHARE));
                notes.push(format!(
                    "{:.0} % of the training data is held out to choose by: {VALIDATION_SHARE} was 0",
                    SHARE * 100.0
                ));
            }
            notes.push(if has_test(&self.base.data) {
                "the chosen setting is then trained on all training data and measured once on the test data: that is the result".to_owned()
            } else {
                "no test data is named, so the chosen setting is not measured on data that nothing was chosen by: add `test_fraction = 0.1` to \
                 [data] for that"
                    .to_owned()
            });
        }
        whole.base.data = self.base.data.absolute(base)?;
        for spec in system.parameters() {
            spec.make_absolute(&mut whole.base.parameters, base)?;
        }
        Ok((whole, notes))
    }
}
