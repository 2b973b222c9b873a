//! Which runs were brought from a cluster whose disks this machine does not share, so that nothing is brought twice: a run that was renamed here
//! keeps its name, and one that was deleted here stays so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::SlurmError;
use super::submission::FOLDER;
use crate::record::{Status, files};
use crate::runs::{self, write_file};

/// A longer file is none: 100,000 runs.
const MOST_BYTES: u64 = 8 << 20;

/// What was brought of a sweep.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Brought {
    /// The folders of all runs that were ever here.
    known: BTreeSet<String>,
    /// Those that had finished before they were brought last: nothing of them changes there any more.
    complete: BTreeSet<String>,
}

impl Brought {
    /// What the last time left; nothing where that cannot be read: everything is brought then.
    pub(super) fn of(sweep: &Path) -> Self {
        files::read_text(&place(sweep), MOST_BYTES)
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Patterns of what stays there, given the runs of the sweep that are here and whether they have finished. Weights are brought of
    /// complete runs too, and nothing else of those.
    pub(super) fn left_out(
        &self,
        runs: &Path,
        here: &[(String, bool)],
        weights: bool,
    ) -> Vec<String> {
        let gone = self
            .known
            .iter()
            .filter(|name| !files::is_folder(&runs.join(name)))
            .map(|name| format!("/{name}/"));
        let kept = here.iter().filter_map(|(name, has_finished)| {
            match (self.complete.contains(name), has_finished) {
                (true, true) if !weights => Some(format!("/{name}/")),
                // It may have been renamed here.
                (_, true) => Some(format!("/{name}/run.json")),
                (_, false) => None,
            }
        });
        // They become parts of patterns.
        gone.chain(kept)
            .filter(|own| is_plain(own.trim_matches('/')))
            .collect()
    }

    /// With the runs that have finished by now.
    pub(super) fn and(mut self, here: &[(String, bool)]) -> Self {
        let finished = here.iter().filter(|(_, has_finished)| *has_finished);
        self.complete.extend(finished.map(|(name, _)| name.clone()));
        self
    }

    /// Notes it, with the runs that are here now.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn write(mut self, sweep: &Path, runs: &Path) -> Result<(), SlurmError> {
        self.known
            .extend(of_sweep(sweep, runs).into_iter().map(|(name, _)| name));
        if self == Self::of(sweep) {
            return Ok(());
        }
        let path = place(sweep);
        let text = serde_json::to_vec(&self).map_err(|error| SlurmError::Damaged {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        write_file(&path, &text).map_err(SlurmError::io("write", &path))
    }
}

fn place(sweep: &Path) -> PathBuf {
    sweep.join(FOLDER).join("brought.json")
}

/// The runs of a sweep that are here, and whether they have finished.
pub(super) fn of_sweep(sweep: &Path, runs: &Path) -> Vec<(String, bool)> {
    let id = sweep.file_name().unwrap_or_default();
    // What cannot be listed is not known: it is brought.
    runs::list(runs)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|run| {
            let summary = run.summary.ok()?;
            let is_own = summary.sweep.as_ref().is_some_and(|own| *id == *own.id);
            is_own.then(|| {
                (
                    run.id.as_str().to_owned(),
                    summary.status == Status::Finished,
                )
            })
        })
        .collect()
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_complete_or_was_deleted_stays_there() {
        let runs = tempfile::tempdir().unwrap();
        for name in ["done", "just_done", "training"] {
            std::fs::create_dir(runs.path().join(name)).unwrap();
        }
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let here = [
            ("done".to_owned(), true),
            ("just_done".to_owned(), true),
            ("training".to_owned(), false),
        ];
        let brought = Brought {
            known: set(&["done", "just_done", "training", "deleted", "*"]),
            complete: set(&["done"]),
        };
        assert_eq!(
            brought.left_out(runs.path(), &here, false),
            ["/deleted/", "/done/", "/just_done/run.json"]
        );
        assert_eq!(
            brought.left_out(runs.path(), &here, true),
            ["/deleted/", "/done/run.json", "/just_done/run.json"]
        );
        assert!(brought.and(&here).complete.contains("just_done"));
    }
}
