//! The keys of a config, read from its JSON schema: what each means, which values it takes, and how a value is checked.
//!
//! The parameters of systems and the sources of data are described alike, so that config files, `--set`, forms and the documentation go
//! by one description.

mod nearest;
mod read;
mod spec;

pub use nearest::{nearest, unknown_key};
pub use read::{UNGROUPED, schema_of, specs_of};
pub use spec::{Choice, ParameterKind, ParameterSpec, SetOption, Shown};

/// A config key with a value that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct ConfigError {
    /// The key, as in the file.
    pub key: String,
    /// The problem and its remedy.
    pub problem: String,
}

impl ConfigError {
    /// A problem with one key.
    #[must_use]
    pub fn new(key: &str, problem: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            problem: problem.into(),
        }
    }
}
