//! Errors of reading data.

use std::fmt;
use std::path::{Path, PathBuf};

/// Where something is wrong: a file, and if known a line and a column, both from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: Option<u64>,
    /// The column (field of the line), from 1.
    pub column: Option<u64>,
}

impl Place {
    /// A whole file.
    #[must_use]
    pub fn file(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
            column: None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        Ok(())
    }
}

/// Why data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file's content is wrong.
    #[error("{place}: {problem}. {remedy}.")]
    Content {
        /// Where.
        place: Place,
        /// The problem.
        problem: String,
        /// The remedy.
        remedy: String,
    },
    /// A file cannot be opened or read.
    #[error("{path}: {source}. {remedy}.")]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
        /// The remedy.
        remedy: &'static str,
    },
    /// A file cannot be written.
    #[error("cannot write {path}: {source}. Check that the folder is writable and has space.")]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A key of `[data]` that cannot be.
    #[error("data.{key}: {problem}")]
    Config {
        /// The key.
        key: &'static str,
        /// The problem and its remedy.
        problem: String,
    },
    /// A person canceled the reading.
    #[error("canceled")]
    Canceled,
}

impl DataError {
    /// The key of `[data]` that cannot be, and why, if that is what is wrong.
    #[must_use]
    pub fn in_config(self) -> Option<(&'static str, String)> {
        match self {
            Self::Config { key, problem } => Some((key, problem)),
            _ => None,
        }
    }

    /// Wrong content of a file as a whole.
    pub(crate) fn content(
        path: &Path,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Content {
            place: Place::file(path),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// A failed read.
    pub(crate) fn read(path: &Path, source: std::io::Error) -> Self {
        let remedy = match source.kind() {
            std::io::ErrorKind::NotFound => "Check the path",
            std::io::ErrorKind::PermissionDenied => "Give this user permission to read it",
            _ => "Check the disk and the file for errors",
        };
        Self::Read {
            path: path.to_owned(),
            source,
            remedy,
        }
    }
}
