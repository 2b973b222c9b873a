//! The parameters of a system, read from its config's JSON schema.
//!
//! A config struct derives `schemars::JsonSchema`. A field's doc comment is its help; `range` and `length` are its
//! bounds; `#[schemars(extend("x-group" = "Optimiser", "x-live" = true, "x-log" = true, "x-symbol" = "λ"))]` say where it stands in the form,
//! whether it can change while a run runs, whether its slider is logarithmic, and the paper's symbol.

use serde_json::Value;

/// One parameter, for forms, `--set` and the documentation.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterSpec {
    /// The key in the config file.
    pub key: String,
    /// The key as words: `Learning rate`.
    pub label: String,
    /// The group in the form.
    pub group: String,
    /// The doc comment of the field.
    pub help: String,
    /// The paper's symbol, if it has one.
    pub symbol: Option<String>,
    /// What values it takes.
    pub kind: ParameterKind,
    /// The default.
    pub default: Value,
    /// Whether it can change while a run runs.
    pub live: bool,
    /// Whether a slider of it is logarithmic.
    pub logarithmic: bool,
}

/// What values a parameter takes. Bounds are inclusive.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterKind {
    /// True or false.
    Flag,
    /// A whole number.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// A number.
    Number {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
    },
    /// One of a few words.
    Choice(Vec<String>),
    /// Whole numbers, such as layer sizes; a single number stands for a list of one.
    Integers {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
        /// Most entries.
        max_len: usize,
    },
    /// Words.
    Text,
}
