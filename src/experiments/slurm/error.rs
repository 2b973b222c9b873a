//! Why something on the cluster cannot be done.

use std::io;
use std::path::{Path, PathBuf};

use super::message::{Message, Term, message};

/// Why something on the cluster cannot be done, and what to do. It is shown in the words of the command line; [`SlurmError::message`] leaves
/// them to the front end.
#[derive(Debug, thiserror::Error)]
pub enum SlurmError {
    /// An option, or the script's template, does not hold.
    Option {
        /// The option, or the template's name and line.
        name: Message,
        /// The problem and its remedy.
        problem: Message,
    },
    /// A program is not there.
    Missing {
        /// `sbatch`, `ssh`, …
        program: String,
        /// The login node, if it is missing there and not here.
        host: Option<String>,
        /// What to do.
        remedy: Message,
    },
    /// The login node cannot be reached, or the connection broke off.
    Connection {
        /// The login node.
        host: String,
        /// What `ssh` says.
        message: String,
        /// What to do.
        remedy: Message,
        /// True if something may have happened there.
        reached: bool,
    },
    /// A program says no.
    Refused {
        /// `sbatch`, `ssh`, …
        program: String,
        /// What it says.
        message: String,
        /// What to do, where that is known.
        remedy: Message,
    },
    /// A program does not answer.
    TimedOut {
        /// `squeue`, `ssh`, …
        program: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// A program's answer is not what it should be.
    Answer {
        /// The program.
        program: String,
        /// The beginning of its answer.
        answer: String,
    },
    /// A file could not be read or written.
    Io {
        /// `read`, `write`, …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// It was submitted, and its number could not be written down.
    Unnoted {
        /// The number of the job.
        job: u64,
        /// Why not.
        reason: String,
    },
    /// A file says something that cannot be.
    Damaged {
        /// The file.
        path: PathBuf,
        /// The problem.
        reason: String,
    },
    /// The sweep's folder cannot be read or written.
    Sweep(#[from] crate::experiments::sweep::SweepError),
    /// There is nothing to do it with.
    Nothing(Message),
}

impl std::fmt::Display for SlurmError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.message().fmt(f)
    }
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
    /// What is wrong and what to do, for a front end to put into its own words.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Option { name, problem } => message![name, ": ", problem],
            Self::Missing {
                program,
                host,
                remedy,
            } => {
                let place = host.as_deref().unwrap_or("this machine");
                message![program, " is not on ", place, ": ", remedy]
            }
            Self::Connection {
                host,
                message,
                remedy,
                ..
            } => message![format!("ssh to {host}: {message}\n  "), remedy],
            Self::Refused {
                program,
                message,
                remedy,
            } => {
                let line = if remedy.is_empty() { "" } else { "\n  " };
                message![program, ": ", message, line, remedy]
            }
            Self::TimedOut { program, seconds } => Message::from(format!(
                "{program} did not answer within {seconds} s; the cluster or the way to it is busy or down: try again in a while"
            )),
            Self::Answer { program, answer } => Message::from(format!(
                "{program} answered {answer:?}, which is not understood"
            )),
            Self::Io {
                action,
                path,
                source,
            } => message![
                format!("cannot {action} {}: {source}", path.display()),
                full(source)
            ],
            Self::Unnoted { job, reason } => Message::from(format!(
                "it is queued as job {job}, but that could not be noted: {reason}; make it possible: its tasks note it as they begin, and until then it is not to be submitted again (`scancel {job}` takes it back)"
            )),
            Self::Damaged { path, reason } => {
                Message::from(format!("{} is damaged: {reason}", path.display()))
            }
            Self::Sweep(error) => Message::from(error.to_string()),
            Self::Nothing(message) => message.clone(),
        }
    }

    /// The same, of what came before anything was submitted.
    pub(super) fn before_submission(self) -> Self {
        match self {
            Self::Connection {
                host,
                message,
                remedy,
                ..
            } => Self::Connection {
                host,
                message,
                remedy,
                reached: false,
            },
            error => error,
        }
    }

    /// True if it is certain that nothing was submitted.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        match self {
            Self::Refused { message, .. } => !message.contains("imed out"),
            Self::Connection { reached, .. } => !reached,
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

fn full(error: &io::Error) -> Message {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => message![
            "; free some space there, or use another runs folder (",
            Term::RunsFolder,
            "): finished runs are kept, and nothing was submitted"
        ],
        _ => Message::default(),
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
