//! Reading a run folder.

use std::fs::{self, File};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::atomic::AtomicFolder;
use super::lock::RunLock;
use super::{Replay, RunConfig, RunError, RunId, RunSummary, event_log};
use crate::record::Status;

pub(super) const SUMMARY: &str = "run.json";
pub(super) const CONFIG: &str = "config.toml";
pub(super) const EVENTS: &str = "events.jsonl";
pub(super) const CHECKPOINT: &str = "checkpoint";
pub(super) const BEST: &str = "best";
pub(super) const ARTIFACTS: &str = "artifacts";

/// A longer `run.json` is none.
const MAX_SUMMARY: u64 = 16 << 20;

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
    /// If it has no `run.json`.
    pub fn open(path: &Path) -> Result<Self, RunError> {
        let not_a_run = |reason: &str| RunError::NotARun {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        if !path.exists() {
            return Err(not_a_run("it does not exist"));
        }
        if !path.join(SUMMARY).is_file() {
            return Err(not_a_run("it has no run.json"));
        }
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
        let mut text = String::new();
        File::open(&path)
            .and_then(|file| file.take(MAX_SUMMARY).read_to_string(&mut text))
            .map_err(RunError::io("read", &path))?;
        let mut summary: RunSummary =
            serde_json::from_str(&text).map_err(|error| RunError::Damaged {
                path,
                reason: error.to_string(),
            })?;
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
        fs::read_to_string(&path).map_err(RunError::io("read", &path))
    }

    /// Its config. Relative paths in it start at the run folder.
    ///
    /// # Errors
    /// If it cannot be read or no longer holds.
    pub fn config(&self) -> Result<RunConfig, RunError> {
        let text = self.config_text()?;
        Ok(RunConfig::parse(&text, &self.config_path())?)
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
        let mut replay = match File::open(&path) {
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
            let mut file = File::open(self.path.join(EVENTS))?;
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
