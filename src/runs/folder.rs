//! Reading a run folder.

use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::atomic::AtomicFolder;
use super::checkpoint::CheckpointInfo;
use super::lock::RunLock;
use super::seal;
use super::{Replay, RunConfig, RunError, RunId, RunSummary, event_log};
use crate::record::{Status, files};
use crate::systems::ConfigMap;

pub(super) const SUMMARY: &str = "run.json";
pub(super) const CONFIG: &str = "config.toml";
pub(super) const EVENTS: &str = "events.jsonl";
pub(super) const CHECKPOINT: &str = "checkpoint";
pub(super) const BEST: &str = "best";
pub(super) const ARTIFACTS: &str = "artifacts";
pub(super) const LOCK: &str = "lock";

/// A longer `run.json` is none.
pub(super) const MAX_SUMMARY: u64 = 16 << 20;

/// A longer `config.toml` is none.
const MAX_CONFIG: u64 = 1 << 20;

/// How often weights are looked at that a live run may replace.
const TRIES: usize = 4;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(150);

/// Bytes at the end of the event log in which its last status is looked for.
const TAIL: u64 = 64 << 10;

/// A run on disk, to look at. Only the run's own thread writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    /// Opens a run folder.
    ///
    /// # Errors
    /// If it has no `run.json`, or one of its parts is a link, a pipe or a device: those may lead anywhere.
    pub fn open(path: &Path) -> Result<Self, RunError> {
        let not_a_run = |reason: &str| RunError::NotARun {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        if !path.exists() {
            return Err(not_a_run("it does not exist"));
        }
        if fs::symlink_metadata(path.join(SUMMARY)).is_err() {
            return Err(not_a_run("it has no run.json"));
        }
        check_parts(path)?;
        // `atelier show .` has a name too.
        let path = std::path::absolute(path).map_err(RunError::io("open", path))?;
        Ok(Self { path })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its `run.json`; the status is `Interrupted` where the file speaks of a thread that is no longer there.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn summary(&self) -> Result<RunSummary, RunError> {
        let path = self.path.join(SUMMARY);
        let text = files::read_text(&path, MAX_SUMMARY).map_err(RunError::io("read", &path))?;
        let mut summary = RunSummary::parse(&text, &path)?;
        if let Some(id) = RunId::of_folder(&self.path) {
            summary.id = id;
        }
        if summary.status.is_active() && !self.is_in_use() {
            summary.status = Status::Interrupted;
            summary.message = None;
        }
        Ok(summary)
    }

    /// True if a thread, of this process or another, works on it.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        RunLock::is_taken(&self.path)
    }

    /// The text of `config.toml`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn config_text(&self) -> Result<String, RunError> {
        let path = self.config_path();
        files::read_text(&path, MAX_CONFIG).map_err(RunError::io("read", &path))
    }

    /// Its config. Relative paths in it start at the run folder.
    ///
    /// # Errors
    /// If it cannot be read or no longer holds.
    pub fn config(&self) -> Result<RunConfig, RunError> {
        let text = self.config_text()?;
        let path = self.config_path();
        RunConfig::parse(&text, &path).map_err(|error| match RunConfig::parse_known(&text, &path) {
            Ok((_, unknown)) if !unknown.is_empty() => RunError::Newer {
                path,
                reason: format!("this one does not know {}", unknown.join(", ")),
            },
            _ => error.into(),
        })
    }

    /// Its config as far as this version knows it, and the keys that it does not know: enough to use what was trained, and not to train on.
    ///
    /// # Errors
    /// As [`Self::config`], but for unknown keys.
    pub fn config_as_known(&self) -> Result<(RunConfig, Vec<String>), RunError> {
        let text = self.config_text()?;
        Ok(RunConfig::parse_known(&text, &self.config_path())?)
    }

    /// Where `config.toml` is.
    #[must_use]
    pub fn config_path(&self) -> PathBuf {
        self.path.join(CONFIG)
    }

    /// Folds its events. Takes about a second for a million of them: not for the window's thread.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn replay(&self) -> Result<Replay, RunError> {
        let path = self.path.join(EVENTS);
        let mut replay = match files::open(&path) {
            Ok(file) => event_log::replay(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Replay::default()),
            Err(error) => Err(error),
        }
        .map_err(RunError::io("read", &path))?;
        if replay.state.status.is_none_or(Status::is_active) && !self.is_in_use() {
            replay.state.status = Some(Status::Interrupted);
            replay.state.message = None;
        }
        Ok(replay)
    }

    /// True if the end of the event log says that the run finished. Reads the last 64 KiB at most.
    #[must_use]
    pub fn log_says_finished(&self) -> bool {
        let read = || -> io::Result<Vec<u8>> {
            let mut file = files::open(&self.path.join(EVENTS))?;
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
            let mut tail = Vec::new();
            file.take(TAIL).read_to_end(&mut tail)?;
            Ok(tail)
        };
        let said = br#""status":"finished""#;
        read().is_ok_and(|tail| tail.windows(said.len()).any(|window| window == said))
    }

    /// The newest complete checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> Option<PathBuf> {
        AtomicFolder::new(&self.path, CHECKPOINT)
            .newest()
            .map(Path::to_owned)
    }

    /// The best weights so far, where the system keeps them.
    #[must_use]
    pub fn best(&self) -> Option<PathBuf> {
        AtomicFolder::new(&self.path, BEST)
            .newest()
            .map(Path::to_owned)
    }

    /// The best weights, or else the newest, unless they have changed since they were written; `None` before the first checkpoint.
    ///
    /// # Errors
    /// If they are damaged.
    pub fn weights(&self) -> Result<Option<PathBuf>, RunError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let Some(weights) = self.best().or_else(|| self.checkpoint()) else {
                return Ok(None);
            };
            match seal::verify(&weights) {
                Ok(()) => return Ok(Some(weights)),
                // A run that trains may have replaced them meanwhile.
                Err(_) if tries < TRIES && self.is_in_use() => std::thread::sleep(PAUSE),
                Err(error) => return Err(error),
            }
        }
    }

    /// The parameters that weights were last trained with: those of the config, and in their place the live ones that were changed before the
    /// weights were written.
    #[must_use]
    pub fn parameters_at(weights: &Path, mut parameters: ConfigMap) -> ConfigMap {
        // What is damaged in it was said by those who verified the weights.
        if let Ok(Some(info)) = CheckpointInfo::find(weights) {
            parameters.extend(info.parameters);
            parameters.retain(|_, value| !value.is_null());
        }
        parameters
    }

    /// The folder that snapshots point into.
    #[must_use]
    pub fn artifacts(&self) -> PathBuf {
        Self::artifacts_in(&self.path)
    }

    /// The same, of a run in `path` that need not be opened for it.
    #[must_use]
    pub fn artifacts_in(path: &Path) -> PathBuf {
        path.join(ARTIFACTS)
    }

    /// Where the artifact of this name is, or would be.
    #[must_use]
    pub fn artifact(&self, name: &str) -> PathBuf {
        self.path.join(ARTIFACTS).join(name)
    }
}

/// Looks at what a run folder is made of, without opening it: files and folders of its own alone.
fn check_parts(path: &Path) -> Result<(), RunError> {
    for name in [SUMMARY, CONFIG, EVENTS, LOCK] {
        check_part(path.join(name), fs::Metadata::is_file, "a file")?;
    }
    for name in [CHECKPOINT, BEST] {
        for name in [name.to_owned(), format!("{name}.old")] {
            check_part(path.join(name), fs::Metadata::is_dir, "a folder")?;
        }
    }
    check_part(path.join(ARTIFACTS), fs::Metadata::is_dir, "a folder")
}

/// A part that is not there is missed where it is needed.
fn check_part(
    path: PathBuf,
    is_right: fn(&fs::Metadata) -> bool,
    what: &str,
) -> Result<(), RunError> {
    match fs::symlink_metadata(&path) {
        Ok(metadata) if !is_right(&metadata) => {
            let kind = if metadata.is_symlink() {
                "a link, and links in a run folder are not followed"
            } else {
                "something else"
            };
            Err(RunError::Damaged {
                path,
                reason: format!("it should be {what}, but is {kind}; put {what} in its place"),
            })
        }
        _ => Ok(()),
    }
}
