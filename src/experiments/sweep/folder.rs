//! A sweep on disk: a folder of plain files beside its runs, each written once.
//!
//! ```text
//! sweep.toml      the resolved question
//! trials/         0000.json, 0001.json, …: one run each, made by whoever hands it out
//! decisions/      0000.json, …: paused, resumed, stopped, extended, stopped early
//! lock            locked while somebody launches its runs
//! ```

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Decision, SweepConfig, SweepError, SweepId, Trial};
use crate::record::files;
use crate::runs::{RunId, RunLock, sync_entries, write_file};

const QUESTION: &str = "sweep.toml";
const TRIALS: &str = "trials";
const DECISIONS: &str = "decisions";
/// How the folder is called until it is complete.
const NEW: &str = ".new-";
/// A longer file of a trial or a decision is none.
const MAX_FILE: u64 = 1 << 20;
/// More files of one kind are not read.
const MAX_FILES: usize = 200_000;

/// A sweep on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepFolder {
    path: PathBuf,
    id: SweepId,
    question: SweepConfig,
}

/// Held by whoever launches the runs of a sweep; the operating system releases it when the process dies.
#[derive(Debug)]
pub struct SweepLock {
    _lock: RunLock,
}

impl SweepFolder {
    /// Makes the folder of a new sweep in the folder of runs, complete at once; what the program fills in ([`SweepConfig::completed`]) is
    /// written too. Relative paths start from `base`. Returns also what a person should know of it.
    ///
    /// # Errors
    /// If the question does not hold or the folder cannot be written.
    pub fn create(
        runs: &Path,
        config: &SweepConfig,
        base: &Path,
    ) -> Result<(Self, Vec<String>), SweepError> {
        let (question, notes) = config.completed(base)?;
        let system = format!("sweep-{}", question.base.system);
        let id = SweepId(RunId::new(&system).as_str().to_owned());
        let path = runs.join(id.as_str());
        fs::create_dir_all(runs).map_err(SweepError::io("create", runs))?;
        let new = runs.join(format!("{NEW}{id}"));
        let fill = || -> io::Result<()> {
            fs::create_dir(&new)?;
            fs::create_dir(new.join(TRIALS))?;
            fs::create_dir(new.join(DECISIONS))?;
            write_file(&new.join(QUESTION), question.to_toml().as_bytes())?;
            fs::rename(&new, &path)?;
            sync_entries(runs)
        };
        if let Err(error) = fill() {
            // What was made of it is of no use to anybody.
            let _ = fs::remove_dir_all(&new);
            return Err(SweepError::io("write", &path)(error));
        }
        let path = std::path::absolute(&path).map_err(SweepError::io("open", runs))?;
        Ok((Self { path, id, question }, notes))
    }

    /// True if a folder holds a sweep.
    #[must_use]
    pub fn is_one(path: &Path) -> bool {
        files::is_file(&path.join(QUESTION))
    }

    /// Opens the folder of a sweep.
    ///
    /// # Errors
    /// If it is none, or its question cannot be read.
    pub fn open(path: &Path) -> Result<Self, SweepError> {
        let not_a_sweep = |reason: &str| SweepError::NotASweep {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        if !path.exists() {
            return Err(not_a_sweep("it does not exist"));
        }
        let file = path.join(QUESTION);
        if fs::symlink_metadata(&file).is_err() {
            return Err(not_a_sweep("it has no sweep.toml"));
        }
        for name in [TRIALS, DECISIONS] {
            let part = path.join(name);
            if fs::symlink_metadata(&part).is_ok() && !files::is_folder(&part) {
                let reason = "it should be a folder of its own, and links are not followed; put a folder in its place";
                return Err(SweepError::Damaged {
                    path: part,
                    reason: reason.to_owned(),
                });
            }
        }
        let text = files::read_text(&file, crate::runs::RunConfig::MAX_BYTES as u64)
            .map_err(SweepError::io("read", &file))?;
        let question = SweepConfig::parse(&text, &file)?;
        let path = std::path::absolute(path).map_err(SweepError::io("open", path))?;
        let id = SweepId::of_folder(&path)
            .ok_or_else(|| not_a_sweep("its name cannot be read as text"))?;
        Ok(Self { path, id, question })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &SweepId {
        &self.id
    }

    /// The folder of runs that it lies in, where its own runs lie too.
    #[must_use]
    pub fn runs(&self) -> &Path {
        // An absolute path with a name has a folder above it.
        self.path.parent().unwrap_or(&self.path)
    }

    /// The question as it was asked.
    #[must_use]
    pub fn question(&self) -> &SweepConfig {
        &self.question
    }

    /// The question with all that was added since.
    ///
    /// # Errors
    /// If the decisions cannot be read.
    pub fn config(&self) -> Result<SweepConfig, SweepError> {
        Ok(self.config_with(&self.decisions()?))
    }

    /// The question with what these decisions add.
    pub(in crate::experiments) fn config_with(&self, decisions: &[Decision]) -> SweepConfig {
        let mut config = self.question.clone();
        for decision in decisions {
            match decision {
                Decision::Extend(extension) => config = config.extended(extension),
                Decision::Rename { name } => config.sweep.name = Some(name.clone()),
                _ => (),
            }
        }
        config
    }

    /// All trials that were handed out, by number. A file that cannot be read leaves out its own trial alone.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn trials(&self) -> Result<Vec<Trial>, SweepError> {
        let read = self.read_all::<Trial>(TRIALS)?;
        let known = read.into_iter();
        Ok(known
            .map(|(number, trial)| Trial { number, ..trial })
            .collect())
    }

    /// Hands out a trial: writes its file under the first free number at or after its own. Of several that try at once, each gets another.
    /// [`Self::ask`] does it with what comes next.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn hand_out(&self, trial: Trial) -> Result<Trial, SweepError> {
        let number = self.write_next(TRIALS, trial.number, &trial)?;
        Ok(Trial { number, ..trial })
    }

    /// The same, but under its own number alone; none if another was faster.
    pub(in crate::experiments) fn try_hand_out(
        &self,
        trial: Trial,
    ) -> Result<Option<Trial>, SweepError> {
        let taken = self.path.join(TRIALS).join(file_name(trial.number));
        if fs::symlink_metadata(taken).is_ok() {
            // Damaged: it is not among those that can be read, and its number is spent.
            let last = self.numbers(TRIALS)?.last().copied();
            let next = last.map_or(0, |last| last + 1);
            if self
                .trials()?
                .last()
                .is_none_or(|last| last.number < trial.number)
            {
                return self
                    .hand_out(Trial {
                        number: next,
                        ..trial
                    })
                    .map(Some);
            }
            return Ok(None);
        }
        let own = trial.number;
        let number = self.write_at(TRIALS, own, &trial)?;
        Ok(number.then_some(trial))
    }

    /// All decisions, in order.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn decisions(&self) -> Result<Vec<Decision>, SweepError> {
        let read = self.read_all::<Decision>(DECISIONS)?;
        Ok(read.into_iter().map(|(_, decision)| decision).collect())
    }

    /// Writes a decision after all others.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn decide(&self, decision: &Decision) -> Result<(), SweepError> {
        let next = self.numbers(DECISIONS)?.last().map_or(0, |last| last + 1);
        self.write_next(DECISIONS, next, decision).map(drop)
    }

    /// Takes the right to launch its runs; none if somebody else has it.
    ///
    /// # Errors
    /// If the file system refuses.
    pub fn lock(&self) -> Result<Option<SweepLock>, SweepError> {
        let lock = RunLock::take(&self.path).map_err(SweepError::io("lock", &self.path))?;
        Ok(lock.map(|lock| SweepLock { _lock: lock }))
    }

    /// True if somebody, in this process or another, launches its runs.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        RunLock::is_taken(&self.path)
    }

    /// The numbers of the files in one of its folders, ascending.
    fn numbers(&self, folder: &str) -> Result<Vec<u32>, SweepError> {
        let path = self.path.join(folder);
        let mut numbers = Vec::new();
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            // A copy may have lost it while it was empty: git keeps no empty folders.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(numbers),
            Err(error) => return Err(SweepError::io("read", &path)(error)),
        };
        for entry in entries.take(MAX_FILES) {
            let name = entry.map_err(SweepError::io("read", &path))?.file_name();
            let number = name.to_str().and_then(|name| {
                let digits = name.strip_suffix(".json")?;
                let number: u32 = digits.parse().ok()?;
                (file_name(number) == name).then_some(number)
            });
            numbers.extend(number);
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn read_all<T: DeserializeOwned>(&self, folder: &str) -> Result<Vec<(u32, T)>, SweepError> {
        let mut all = Vec::new();
        for number in self.numbers(folder)? {
            let path = self.path.join(folder).join(file_name(number));
            let read = files::read_text(&path, MAX_FILE)
                .map_err(|error| error.to_string())
                .and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
            match read {
                Ok(value) => all.push((number, value)),
                // Killed while it was written, or not ours: nothing was started by it.
                Err(error) => tracing::debug!("{}: {error}", path.display()),
            }
        }
        Ok(all)
    }

    /// Writes a new file under the first free number from `first` on: under a name of its own first, so that nobody reads half of it.
    fn write_next<T: Serialize>(
        &self,
        folder: &str,
        first: u32,
        value: &T,
    ) -> Result<u32, SweepError> {
        for number in first..u32::MAX {
            if self.write_at(folder, number, value)? {
                return Ok(number);
            }
        }
        let path = self.path.join(folder);
        Err(SweepError::io("write", &path)(io::Error::other(
            "there is no free number left",
        )))
    }

    /// Writes a new file under a number; false if it is taken.
    fn write_at<T: Serialize>(
        &self,
        folder: &str,
        number: u32,
        value: &T,
    ) -> Result<bool, SweepError> {
        let path = self.path.join(folder);
        fs::create_dir_all(&path).map_err(SweepError::io("create", &path))?;
        let text = serde_json::to_vec_pretty(value)
            .map_err(|error| SweepError::io("write", &path)(io::Error::other(error)))?;
        let own: u64 = rand::random();
        let unfinished = path.join(format!(".{own:016x}.tmp"));
        let written = write_whole(&unfinished, &text)
            .and_then(|()| place(&unfinished, &path, number, &text))
            .map_err(SweepError::io("write", &path));
        // It has its name now, or is of no use.
        let _ = fs::remove_file(&unfinished);
        written
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = files::create(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

/// Gives a complete file its number, never in place of another file; false if it is taken.
fn place(unfinished: &Path, folder: &Path, number: u32, bytes: &[u8]) -> io::Result<bool> {
    let path = folder.join(file_name(number));
    match fs::hard_link(unfinished, &path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        // Some file systems have no second names: there it is written in place, and half of it is read as none.
        Err(_) => {
            let mut options = fs::OpenOptions::new();
            let mut file = match options.write(true).create_new(true).open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
                Err(error) => return Err(error),
            };
            if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_data()) {
                let _ = fs::remove_file(&path);
                return Err(error);
            }
        }
    }
    sync_entries(folder)?;
    Ok(true)
}

fn file_name(number: u32) -> String {
    format!("{number:04}.json")
}
