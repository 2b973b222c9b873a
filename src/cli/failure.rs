//! How a command ends, and its exit code.

use std::fmt::Display;
use std::process::ExitCode;

use super::interrupt;

/// Why a command did not finish.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A wrong config, wrong data or a wrong argument: exit code 2.
    Wrong(anyhow::Error),
    /// Something failed while working: exit code 1.
    Failed(anyhow::Error),
    /// A person stopped it with Ctrl-C, or the system with a signal, after a checkpoint: exit code 130, 143 (SIGTERM) or 129 (SIGHUP).
    Stopped,
}

/// The result of every command.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A wrong config, wrong data or a wrong argument.
    pub(crate) fn wrong(message: impl Display) -> Self {
        Self::Wrong(anyhow::anyhow!("{message}"))
    }

    /// Something failed while working.
    pub(crate) fn failed(message: impl Display) -> Self {
        Self::Failed(anyhow::anyhow!("{message}"))
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Wrong(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::from(1),
            Self::Stopped => ExitCode::from(interrupt::exit_status()),
        }
    }
}

/// Writing to stdout: a reader that has seen enough (`atelier list | head`) is no error.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(anyhow::Error::new(error).context("cannot write the output"))
    }
}

/// Says which side an error is on.
pub(crate) trait ResultExt<T> {
    /// The config, the data or an argument is wrong.
    fn or_wrong(self) -> Outcome<T>;
    /// Something failed while working.
    fn or_failed(self) -> Outcome<T>;
}

impl<T, E: Into<anyhow::Error>> ResultExt<T> for Result<T, E> {
    fn or_wrong(self) -> Outcome<T> {
        self.map_err(|error| Failure::Wrong(error.into()))
    }

    fn or_failed(self) -> Outcome<T> {
        self.map_err(|error| Failure::Failed(error.into()))
    }
}
