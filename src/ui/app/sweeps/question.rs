//! The sweep that the form stands for: how many runs it comes to, how long it takes, and what is wrong with it.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::super::AtelierApp;
use crate::draw::format;
use crate::experiments::sweep::{Objective, SweepConfig};
use crate::record::words::capitalized;
use crate::record::{Basis, Status};
use crate::systems::{self, ConfigError, ConfigMap};
use crate::ui::forms::{OfferedMeasure, SweepContext, SweepForm, Tried};
use crate::ui::state::{Draft, Run};

/// How the time of runs side by side grows less than their number: threads share memory and caches.
const SHARING: f64 = 0.7;

/// What the form stands for, worked out when it changes.
#[derive(Debug, Default)]
pub(in crate::ui::app) struct Question {
    key: Option<Key>,
    config: Option<SweepConfig>,
    problem: Option<ConfigError>,
    /// What the group of the sweep shows.
    pub(in crate::ui::app) context: SweepContext,
    /// Runs of the search.
    runs: Option<usize>,
}

/// What it follows from.
#[derive(Debug, Clone, PartialEq)]
struct Key {
    system: String,
    seed: u64,
    sweep: SweepForm,
    parameters: (ConfigMap, BTreeMap<String, Tried>),
    data: (ConfigMap, BTreeMap<String, Tried>),
}

impl Key {
    fn of(draft: &Draft) -> Self {
        let form = draft.forms.get(&draft.system);
        let data = draft.data.form(draft.kind());
        Self {
            system: draft.system.clone(),
            seed: draft.data.seed,
            sweep: draft.sweep.clone(),
            parameters: form.map_or_else(Default::default, |form| {
                (form.values.clone(), form.tried.clone())
            }),
            data: (data.values.clone(), data.tried.clone()),
        }
    }
}

impl Question {
    /// Works it out if the form has changed.
    pub(in crate::ui::app) fn update(&mut self, draft: &Draft) {
        if !draft.is_sweep() {
            *self = Self::default();
            return;
        }
        let key = Key::of(draft);
        if self.key.as_ref() == Some(&key) {
            return;
        }
        self.config = draft.sweep_config();
        let Some(config) = &self.config else {
            return;
        };
        self.problem = config.check().err();
        let seeds = config.seeds();
        let settings = config.settings_planned();
        let runs = settings.map(|settings| settings.saturating_mul(seeds.len()));
        // What cannot be read of the form stands at its row, and is not in the config.
        let tried = key.parameters.1.len() + draft.data.tried(draft.kind()).count();
        let is_whole = tried == config.sweep.values.len() && draft.data.seeds(draft.kind()).is_ok();
        self.runs = runs.filter(|_| self.problem.is_none() && is_whole);
        self.context = SweepContext {
            measures: measures(&config.base.system),
            usual: usual(&config.base.system),
            count: count(config, settings, seeds.len()),
            notes: notes(config),
            problems: self.group_problem(),
            seeds,
        };
        self.key = Some(key);
    }

    /// The problem of a key of the form: of the system, or with `data` of the `[data]` table.
    pub(in crate::ui::app) fn key_problem(&self, data: bool) -> Option<(&str, &str)> {
        let problem = self.problem.as_ref()?;
        let key = problem.key.strip_prefix("sweep.values.")?;
        let own = match (key.strip_prefix("data."), data) {
            (Some(own), true) => own,
            (None, false) => key,
            _ => return None,
        };
        Some((own, &problem.problem))
    }

    /// The problem that the group of the sweep shows, with its row.
    fn group_problem(&self) -> Vec<(String, String)> {
        let Some(problem) = &self.problem else {
            return Vec::new();
        };
        let row = match problem.key.strip_prefix("sweep.") {
            Some(key) if key.starts_with("values.") => return Vec::new(),
            Some("runs") => "runs",
            Some("measure") => "measure",
            Some("seeds") => "seeds",
            Some(key) if key.starts_with("stop_early") => "stop_early",
            _ => "method",
        };
        vec![(row.to_owned(), problem.problem.clone())]
    }

    /// The sweep to start, and whether anything is wrong with it.
    pub(in crate::ui::app) fn answer(&self) -> (Option<&SweepConfig>, Option<&ConfigError>) {
        (self.config.as_ref(), self.problem.as_ref())
    }
}

impl AtelierApp {
    /// The words on the button that starts the sweep of the form: `Start 12 runs · about 40 s`.
    pub(in crate::ui::app) fn start_words(&self) -> Option<String> {
        let (config, runs) = (self.question.config.as_ref()?, self.question.runs);
        if self.settings.selection != crate::ui::state::Selection::Draft {
            return None;
        }
        let Some(runs) = runs else {
            return Some("Start sweep".to_owned());
        };
        let words = match runs {
            1 => "Start 1 run".to_owned(),
            many => format!("Start {} runs", format::count(many as u64)),
        };
        if self.settings.draft.sweep.cluster {
            // It asks for more first, and nobody knows how soon they begin there.
            return Some(format!("{words}\u{2026}"));
        }
        let data = self.settings.draft.data.path(self.settings.draft.kind());
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let seconds = data.and_then(|data| seconds(self.runs.all(), config, &data, cores));
        Some(match seconds {
            Some(seconds) => format!("{words} · about {}", format::duration(round(seconds))),
            None => format!("{words} · time not known yet"),
        })
    }
}

/// How many runs it comes to, in a sentence.
fn count(config: &SweepConfig, settings: Option<usize>, seeds: usize) -> String {
    let Some(settings) = settings else {
        return String::new();
    };
    let number = |many: usize, one: &str| match many {
        1 => format!("1 {one}"),
        many => format!("{} {one}s", format::count(many as u64)),
    };
    let mut text = number(settings, "setting");
    if seeds > 1 {
        text = format!("{text} × {}", number(seeds, "seed"));
    }
    if config.has_result_runs() {
        let anew = if seeds > 1 {
            format!("{seeds} times ")
        } else {
            String::new()
        };
        text = format!("{text}; then the best is trained {anew}on all training data: the result");
    }
    text.push('.');
    text
}

/// What the program fills in. What is chosen by, and with which care, its row says; how many runs follow, the count.
fn notes(config: &SweepConfig) -> Vec<String> {
    let Ok((_, notes)) = config.completed(Path::new("")) else {
        return Vec::new();
    };
    let told = |note: &String| {
        note.starts_with("settings are chosen by")
            || note.starts_with("chosen by")
            || note.starts_with("nothing is held out")
            || note.starts_with("the chosen setting is then")
    };
    let notes = notes.into_iter().filter(|note| !told(note));
    notes
        .map(|note| format!("{}.", capitalized(&note)))
        .collect()
}

/// The measures that a sweep of a system can choose by, those of validation first.
fn measures(system: &str) -> Vec<OfferedMeasure> {
    let mut offered: Vec<(u8, OfferedMeasure)> = systems::measures_of(system)
        .names()
        .iter()
        .filter_map(|name| {
            let objective = objective(system, std::slice::from_ref(name))?;
            let rank = match objective.scalar.basis {
                Basis::Validation => 0,
                Basis::Fitted => 1,
                Basis::Truth => 2,
                Basis::Test => 3,
            };
            let offered = OfferedMeasure {
                short: match objective.scalar.basis {
                    Basis::Validation => objective.scalar.label.to_string(),
                    _ => objective.title(),
                },
                title: objective.title(),
                caution: objective.caution(),
                name: objective.name,
            };
            Some((rank, offered))
        })
        .collect();
    offered.sort_by_key(|(rank, _)| *rank);
    offered.into_iter().map(|(_, offered)| offered).collect()
}

/// What a sweep of a system chooses by if none is named.
fn usual(system: &str) -> Option<String> {
    objective(system, &[]).map(|objective| objective.name)
}

fn objective(system: &str, names: &[String]) -> Option<Objective> {
    let kind = systems::find(system)?.data_kind();
    let base = crate::runs::RunConfig::new(system, crate::data::Source::empty(kind));
    let mut config = SweepConfig {
        base,
        sweep: crate::experiments::sweep::SweepSpec::default(),
    };
    config.sweep.measures = names.to_vec();
    config.objectives().ok()?.into_iter().next()
}

/// Seconds of the whole sweep, by earlier runs of the system on the same data.
fn seconds(runs: &[Run], config: &SweepConfig, data: &Path, cores: usize) -> Option<f64> {
    let alike: Vec<&Run> = runs
        .iter()
        .filter(|run| {
            let own = &run.summary;
            own.system == config.base.system
                && own.status == Status::Finished
                && own.seconds > 0.0
                && own.data.as_ref().is_some_and(|own| own.path == data)
        })
        .collect();
    let median_of = |value: fn(&Run) -> Option<f64>| {
        let mut values: Vec<f64> = alike.iter().filter_map(|run| value(run)).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let per_epoch = median_of(|run| {
        let own = &run.summary;
        (own.epoch > 0.0).then(|| own.seconds / own.epoch)
    });
    let per_step = median_of(|run| {
        let own = &run.summary;
        (own.step > 0).then(|| own.seconds / own.step as f64)
    });
    let whole = median_of(|run| Some(run.summary.seconds))?;
    let system = systems::find(&config.base.system)?;
    let resolved = config.base.resolve(system).unwrap_or_default();
    let mean_of = |key: &str| -> Option<f64> {
        let own = resolved.get(key).and_then(Value::as_f64);
        let tried: Vec<f64> = config
            .listed(key)
            .iter()
            .filter_map(Value::as_f64)
            .collect();
        if tried.is_empty() {
            own
        } else {
            Some(tried.iter().sum::<f64>() / tried.len() as f64)
        }
    };
    let each = match (per_epoch, mean_of("epochs"), per_step, mean_of("max_steps")) {
        (Some(second), Some(epochs), ..) => second * epochs,
        (_, _, Some(second), Some(steps)) => second * steps,
        _ => whole,
    };
    let lanes = config
        .sweep
        .parallel
        .unwrap_or(cores)
        .clamp(1, cores.max(1));
    Some(each * config.runs_planned()? as f64 / (lanes as f64).powf(SHARING))
}

/// To what an estimate is worth: 42 s as 40 s.
fn round(seconds: f64) -> f64 {
    let unit = match seconds {
        ..10.0 => 1.0,
        10.0..60.0 => 5.0,
        60.0..600.0 => 30.0,
        600.0..3600.0 => 60.0,
        _ => 600.0,
    };
    (seconds / unit).round().max(1.0) * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_told_to_what_it_is_worth() {
        for (seconds, told) in [(0.2, 1.0), (42.0, 40.0), (118.0, 120.0), (3700.0, 3600.0)] {
            assert_eq!(round(seconds), told, "{seconds}");
        }
    }

    #[test]
    fn what_validates_is_offered_first_and_choosing_by_test_data_is_called_so() {
        let offered = measures("autorec");
        assert_eq!(offered[0].title, "Validation RMSE");
        assert_eq!(offered[0].caution, None);
        assert_eq!(usual("autorec").as_deref(), Some("validation/rmse"));
        let test = offered.iter().find(|own| own.name == "test/rmse").unwrap();
        assert!(
            test.caution
                .as_ref()
                .unwrap()
                .contains("chosen by the test data")
        );
    }
}
