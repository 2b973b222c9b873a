//! Why something on the cluster cannot be done.

use std::io;
use std::path::{Path, PathBuf};

/// Why something on the cluster cannot be done, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SlurmError {
    /// An option, or the script's template, does not hold.
    #[error("{name}: {problem}")]
    Option {
        /// As it is given: `--time`, or the template's name and line.
        name: String,
        /// The problem and its remedy.
        problem: String,
    },
    /// A program is not there.
    #[error("{program} is not on this machine: {remedy}")]
    Missing {
        /// `sbatch`, `ssh`, …
        program: String,
        /// What to do.
        remedy: String,
    },
    /// A program says no.
    #[error("{program}: {message}{}", if remedy.is_empty() { String::new() } else { format!("\n  {remedy}") })]
    Refused {
        /// `sbatch`, `ssh`, …
        program: String,
        /// What it says.
        message: String,
        /// What to do, where that is known.
        remedy: String,
    },
    /// A program does not answer.
    #[error("{program} did not answer within {seconds} s; {remedy}")]
    TimedOut {
        /// `squeue`, `ssh`, …
        program: String,
        /// How long it was waited for.
        seconds: u64,
        /// What to do.
        remedy: String,
    },
    /// A program's answer is not what it should be.
    #[error("{program} answered {answer:?}, which is not understood")]
    Answer {
        /// The program.
        program: String,
        /// The beginning of its answer.
        answer: String,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}: {source}{}", path.display(), full(source))]
    Io {
        /// `read`, `write`, …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// It was submitted, and its number could not be written down.
    #[error(
        "it is queued as job {job}, but that could not be noted: {reason}; make it possible: its tasks note it as they begin, and until then it is not to be submitted again (`scancel {job}` takes it back)"
    )]
    Unnoted {
        /// The number of the job.
        job: u64,
        /// Why not.
        reason: String,
    },
    /// A file says something that cannot be.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The problem.
        reason: String,
    },
    /// The sweep's folder cannot be read or written.
    #[error(transparent)]
    Sweep(#[from] crate::experiments::sweep::SweepError),
    /// There is nothing to do it with.
    #[error("{0}")]
    Nothing(String),
}

impl SlurmError {
    /// For `map_err`.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}

impl SlurmError {
    /// True if it is certain that nothing was submitted.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        match self {
            Self::Refused { message, .. } => !message.contains("imed out"),
            // Files are read and written before.
            Self::Missing { .. }
            | Self::Option { .. }
            | Self::Nothing(_)
            | Self::Io { .. }
            | Self::Sweep(_) => true,
            Self::TimedOut { .. }
            | Self::Answer { .. }
            | Self::Damaged { .. }
            | Self::Unnoted { .. } => false,
        }
    }
}

fn full(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free some space there, or use another runs folder (--runs): finished runs are kept, and nothing was submitted"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_comes_after_the_submission_is_uncertain() {
        let full = |path: &str| {
            SlurmError::io("write", Path::new(path))(io::ErrorKind::StorageFull.into())
        };
        let before = full("s/slurm/0001.sh");
        assert!(before.is_certain());
        let words = before.to_string();
        assert!(words.contains("free some space there"), "{words}");
        assert!(words.contains("nothing was submitted"), "{words}");
        let after = SlurmError::Unnoted {
            job: 12,
            reason: "no room".to_owned(),
        };
        assert!(!after.is_certain());
        assert!(after.to_string().contains("`scancel 12`"));
    }
}
