//! Who works on a trial: a file for each attempt, written once. No two tasks work on one trial, whichever machine they are on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::submission::{FOLDER, write_once};
use super::{QueueLine, SlurmError};
use crate::record::files;

/// A longer claim is none.
const MOST_BYTES: u64 = 4096;
/// More attempts at one trial are none.
const MOST_ATTEMPTS: u32 = 1000;
/// A worker that has said nothing for this long is gone.
pub(super) const SILENCE: Duration = Duration::from_secs(180);
/// How often a worker says that it lives.
pub const BEAT: Duration = Duration::from_secs(30);

/// Who works: a task of an array, or a process that was started by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worker {
    /// The job and the task.
    pub job: Option<(u64, u32)>,
    /// The machine.
    pub machine: String,
    /// The process there.
    pub process: u32,
}

/// What came of claiming a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It is the worker's own.
    Own,
    /// Somebody else works on it.
    Others(Worker),
}

impl Worker {
    /// This process: as Slurm's environment says, or else by machine and process.
    #[must_use]
    pub fn here() -> Self {
        let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
        let job = number("SLURM_ARRAY_JOB_ID")
            .zip(number("SLURM_ARRAY_TASK_ID").and_then(|task| u32::try_from(task).ok()));
        Self {
            job,
            machine: machine(),
            process: std::process::id(),
        }
    }

    /// True if `other` is this worker, perhaps in an earlier turn: a task that was queued again is the same task.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self.job, other.job) {
            (Some(own), Some(other)) => own == other,
            (None, None) => (&self.machine, self.process) == (&other.machine, other.process),
            _ => false,
        }
    }

    /// The file by which it says that it lives.
    #[must_use]
    pub fn sign_of_life(&self, sweep: &Path) -> PathBuf {
        let name = match self.job {
            Some((job, task)) => format!("{job}_{task}"),
            None => format!("{}_{}", self.machine, self.process),
        };
        claims(sweep).join(format!("{name}.alive"))
    }

    /// True if it may still work: as Slurm says of its task, and else as its sign of life says. `now` is the time on the disk's clock.
    #[must_use]
    pub fn is_alive(&self, sweep: &Path, queue: &[QueueLine], now: SystemTime) -> bool {
        if let Some((job, task)) = self.job {
            let line = queue
                .iter()
                .rfind(|line| line.job == job && line.task == Some(task));
            if let Some(line) = line {
                return line.state.is_alive();
            }
        }
        let seen = fs::symlink_metadata(self.sign_of_life(sweep)).and_then(|file| file.modified());
        seen.is_ok_and(|seen| now.duration_since(seen).unwrap_or_default() < SILENCE)
    }
}

impl std::fmt::Display for Worker {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.job {
            Some((job, task)) => write!(formatter, "task {job}_{task}"),
            None => write!(formatter, "process {} on {}", self.process, self.machine),
        }
    }
}

/// Claims a trial for `worker`. `alive` says of another whether it may still work on it; what is left by one that does not is taken.
///
/// # Errors
/// If the folder cannot be read or written.
pub fn claim(
    sweep: &Path,
    trial: u32,
    worker: &Worker,
    alive: impl Fn(&Worker) -> bool,
) -> Result<Claimed, SlurmError> {
    let folder = claims(sweep);
    fs::create_dir_all(&folder).map_err(SlurmError::io("make", &folder))?;
    let own = serde_json::to_vec(worker).map_err(|error| SlurmError::Damaged {
        path: folder.clone(),
        reason: error.to_string(),
    })?;
    // The attempts before the last are over.
    for attempt in attempts(sweep, trial)?.saturating_sub(1)..MOST_ATTEMPTS {
        let path = folder.join(file_name(trial, attempt));
        match write_once(&path, &own) {
            Ok(()) => return Ok(Claimed::Own),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(SlurmError::io("write", &path)(error)),
        }
        let other = read(&path)?;
        if worker.is_same(&other) {
            return Ok(Claimed::Own);
        }
        if alive(&other) {
            return Ok(Claimed::Others(other));
        }
    }
    Err(SlurmError::Damaged {
        path: folder,
        reason: format!("trial {trial} was begun {MOST_ATTEMPTS} times"),
    })
}

/// The worker that a trial was claimed by last.
///
/// # Errors
/// If the folder cannot be read.
pub fn owner(sweep: &Path, trial: u32) -> Result<Option<Worker>, SlurmError> {
    match attempts(sweep, trial)? {
        0 => Ok(None),
        tried => read(&claims(sweep).join(file_name(trial, tried - 1))).map(Some),
    }
}

/// How many workers have claimed a trial so far.
///
/// # Errors
/// If the folder cannot be read.
pub fn attempts(sweep: &Path, trial: u32) -> Result<u32, SlurmError> {
    let folder = claims(sweep);
    let mut tried = 0;
    loop {
        let path = folder.join(file_name(trial, tried));
        match fs::symlink_metadata(&path) {
            Ok(_) => tried += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(tried),
            Err(error) => return Err(SlurmError::io("read", &path)(error)),
        }
    }
}

fn claims(sweep: &Path) -> PathBuf {
    sweep.join(FOLDER).join("claims")
}

fn file_name(trial: u32, attempt: u32) -> String {
    format!("{trial:04}.{attempt}.json")
}

fn read(path: &Path) -> Result<Worker, SlurmError> {
    let text = files::read_text(path, MOST_BYTES).map_err(SlurmError::io("read", path))?;
    serde_json::from_str(&text).map_err(|error| SlurmError::Damaged {
        path: path.to_owned(),
        reason: format!("{error}; remove it if nobody works on this trial"),
    })
}

fn machine() -> String {
    let name = files::read_text(Path::new("/proc/sys/kernel/hostname"), 256).unwrap_or_default();
    let name: String = name
        .trim()
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || "-.".contains(*letter))
        .collect();
    if name.is_empty() {
        "here".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::slurm::JobState;

    fn task(task: u32) -> Worker {
        Worker {
            job: Some((12, task)),
            machine: "node1".to_owned(),
            process: 1,
        }
    }

    #[test]
    fn a_trial_has_one_worker_until_that_is_gone() {
        let sweep = tempfile::tempdir().unwrap();
        let claim = |worker: &Worker, alive: bool| {
            super::claim(sweep.path(), 7, worker, |_| alive).unwrap()
        };
        assert_eq!(claim(&task(0), true), Claimed::Own);
        assert_eq!(claim(&task(1), true), Claimed::Others(task(0)));
        // Queued again, on another machine: the same task.
        let again = Worker {
            machine: "node2".to_owned(),
            process: 99,
            ..task(0)
        };
        assert_eq!(claim(&again, true), Claimed::Own);
        assert_eq!(claim(&task(1), false), Claimed::Own);
        // What was taken is not the first one's any more.
        assert_eq!(claim(&task(0), true), Claimed::Others(task(1)));
        assert_eq!(claim(&task(1), true), Claimed::Own);
    }

    #[test]
    fn of_many_that_claim_at_the_same_time_one_gets_it() {
        let sweep = tempfile::tempdir().unwrap();
        super::claim(sweep.path(), 0, &task(99), |_| true).unwrap();
        let won: usize = std::thread::scope(|scope| {
            let tasks: Vec<_> = (0..8)
                .map(|number| {
                    let sweep = sweep.path();
                    // Only the first is dead.
                    let alive = |other: &Worker| other.job != Some((12, 99));
                    scope.spawn(move || super::claim(sweep, 0, &task(number), alive).unwrap())
                })
                .collect();
            tasks
                .into_iter()
                .filter(|_| true)
                .map(|task| usize::from(task.join().unwrap() == Claimed::Own))
                .sum()
        });
        assert_eq!(won, 1);
    }

    #[test]
    fn slurm_says_who_lives_and_else_the_sign_of_life() {
        let sweep = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let line = |state| {
            [QueueLine {
                job: 12,
                task: Some(0),
                state,
                reason: String::new(),
                node: String::new(),
                name: String::new(),
            }]
        };
        let worker = task(0);
        assert!(!worker.is_alive(sweep.path(), &[], now));
        assert!(worker.is_alive(sweep.path(), &line(JobState::Pending), now));
        fs::create_dir_all(sweep.path().join("slurm/claims")).unwrap();
        fs::write(worker.sign_of_life(sweep.path()), "").unwrap();
        assert!(worker.is_alive(sweep.path(), &[], now));
        assert!(!worker.is_alive(sweep.path(), &[], now + SILENCE * 2));
        // Slurm knows better.
        assert!(!worker.is_alive(sweep.path(), &line(JobState::Canceled), now));
    }
}
