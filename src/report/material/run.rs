//! One run as it is on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::Curve;
use crate::data::DataKind;
use crate::draw::format;
use crate::experiments::table::Row;
use crate::record::{LogLevel, Measures, Status};
use crate::runs::{RunConfig, RunError, RunFolder, RunSummary, SnapshotRef, metrics_of};
use crate::systems::{self, AnySystem};

/// Warnings of a run's log that are reported.
const WARNINGS: usize = 12;

/// A run as it is on disk, with what is wrong with it.
#[derive(Debug)]
pub(in crate::report) struct ReportedRun {
    /// Its folder, its settings, what a person wrote beside it, and `run.json` with the measures of the event log where those are newer.
    pub(in crate::report) row: Arc<Row>,
    /// `config.toml`, as far as it can be read.
    pub(in crate::report) config: Option<RunConfig>,
    /// Its text.
    pub(in crate::report) config_text: Option<String>,
    /// Its measures over time, by name.
    pub(in crate::report) curves: BTreeMap<String, Curve>,
    /// Its results, oldest first.
    pub(in crate::report) snapshots: Vec<SnapshotRef>,
    /// Parameters that were changed while it ran: key, new value, step.
    pub(in crate::report) changes: Vec<(String, Value, u64)>,
    /// Warnings of its log.
    pub(in crate::report) warnings: Vec<String>,
    /// What is wrong with it: it did not finish, or its files are damaged.
    pub(in crate::report) problems: Vec<String>,
}

impl ReportedRun {
    /// Reads a run folder, with at most `points` points of each curve; what is damaged beside `run.json` is said and left out.
    pub(in crate::report) fn read(path: &Path, points: usize) -> Result<Self, RunError> {
        let folder = RunFolder::open(path)?;
        let mut summary = folder.summary()?;
        let mut problems = Vec::new();
        let (config, config_text) = read_config(&folder, &mut problems);
        let (mut curves, mut changes, mut warnings, mut snapshots) =
            (BTreeMap::new(), Vec::new(), Vec::new(), Vec::new());
        match folder.replay() {
            Ok(replay) => {
                if let Some((line, why)) = &replay.first_bad {
                    problems.push(format!(
                        "{} of events.jsonl cannot be read, the first at line {line}: {why}",
                        count(replay.bad_lines, "line")
                    ));
                }
                let state = replay.state;
                // A run that trains writes its summary now and then only.
                let metrics = metrics_of(&state, systems::measures_of(&summary.system));
                if metrics.is_empty() && !summary.metrics.is_empty() {
                    problems.push(
                        "events.jsonl has no measures, so that there are no curves; the values are those of run.json"
                            .to_owned(),
                    );
                } else {
                    summary.metrics = metrics;
                }
                summary.step = summary.step.max(state.step);
                summary.total_steps = summary.total_steps.max(state.total_steps);
                let series = state.series.iter();
                curves = series
                    .map(|(name, series)| (name.clone(), Curve::of(series, points)))
                    .collect();
                let marks = state.marks.into_iter();
                changes = marks
                    .map(|mark| (mark.key, mark.value, mark.step))
                    .collect();
                for line in state.log {
                    if line.level != LogLevel::Info
                        && !warnings.contains(&line.message)
                        && warnings.len() < WARNINGS
                    {
                        warnings.push(line.message);
                    }
                }
                snapshots = state.snapshots;
            }
            Err(error) => problems.push(error.to_string()),
        }
        problems.extend(unfinished(&summary));
        let row = Row::new(summary.id.clone(), folder.path().to_owned(), summary);
        Ok(Self {
            row: Arc::new(row),
            config,
            config_text,
            curves,
            snapshots,
            changes,
            warnings,
            problems,
        })
    }

    /// Its name.
    pub(in crate::report) fn name(&self) -> &str {
        if self.row.summary.name.is_empty() {
            self.row.summary.id.as_str()
        } else {
            &self.row.summary.name
        }
    }

    /// Its system, if this version has it.
    pub(in crate::report) fn system(&self) -> Option<&'static dyn AnySystem> {
        systems::find(&self.row.summary.system)
    }

    /// The name of its system.
    pub(in crate::report) fn system_label(&self) -> &str {
        let own = self.row.summary.system.as_str();
        self.system().map_or(own, |system| system.label())
    }

    /// The declared measures of its system.
    pub(in crate::report) fn measures(&self) -> Measures {
        systems::measures_of(&self.row.summary.system)
    }

    /// The kind of data it learned from.
    pub(in crate::report) fn data_kind(&self) -> Option<DataKind> {
        let of_config = self.config.as_ref().map(|config| config.data.kind());
        of_config.or_else(|| self.system().map(|system| system.data_kind()))
    }

    /// The newest value of a measure.
    pub(in crate::report) fn measured(&self, name: &str) -> Option<f64> {
        self.row.summary.metrics.get(name).map(|metric| metric.last)
    }

    /// True if it reached its end.
    pub(in crate::report) fn is_finished(&self) -> bool {
        self.row.summary.status == Status::Finished
    }

    /// The newest result of a kind.
    pub(in crate::report) fn newest(
        &self,
        kind: &crate::record::ArtifactKind,
    ) -> Option<&SnapshotRef> {
        self.snapshots.iter().rfind(|own| own.kind == *kind)
    }

    /// Where an artifact of this name is.
    pub(in crate::report) fn artifact(&self, name: &str) -> PathBuf {
        RunFolder::artifacts_in(&self.row.path).join(name)
    }
}

/// The config and its text; problems with it are added.
fn read_config(
    folder: &RunFolder,
    problems: &mut Vec<String>,
) -> (Option<RunConfig>, Option<String>) {
    let text = match folder.config_text() {
        Ok(text) => text,
        Err(error) => {
            problems.push(error.to_string());
            return (None, None);
        }
    };
    let config = match folder.config() {
        Ok(config) => Some(config),
        Err(error) => {
            problems.push(error.to_string());
            folder.config_as_known().ok().map(|(config, _)| config)
        }
    };
    (config, Some(text))
}

/// How a run ended, where it did not reach its end.
fn unfinished(summary: &RunSummary) -> Option<String> {
    let at = match summary.total_steps {
        0 => format!("at step {}", format::count(summary.step)),
        total => format!(
            "at step {} of {}",
            format::count(summary.step),
            format::count(total)
        ),
    };
    let what = match summary.status {
        Status::Finished => return None,
        Status::Queued => "It waits for its turn".to_owned(),
        Status::Running => format!("It still trains, {at}; these are its results so far"),
        Status::Paused => format!("It is paused {at}; these are its results so far"),
        Status::Stopped => format!("It was stopped {at}; these are its results until then"),
        Status::Failed => format!("It failed {at}"),
        Status::Interrupted => {
            format!("Its process ended {at}; `atelier resume` goes on from its last checkpoint")
        }
    };
    Some(match &summary.message {
        Some(message) => format!("{what}: {message}"),
        None => what,
    })
}

/// `1 line`, `3 lines`.
fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
