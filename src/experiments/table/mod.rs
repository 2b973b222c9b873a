//! Runs as rows: what was set, what was measured, what a person wrote beside them.

mod column;
mod comparability;
#[cfg(test)]
mod examples;
mod filter;
mod groups;
mod objective;
mod row;
mod runs_table;
#[cfg(test)]
mod tests;
mod variable;

pub use column::{Cell, Column, ColumnError};
pub use comparability::{Comparability, ComparableRuns, comparability};
pub use filter::{Completion, Completions, Filter, FilterError};
pub use groups::{Difference, Group};
pub use objective::{Basis, Objective, common_objective, objective, value_of};
pub use row::{Row, RowError, SEED, named, spec_of};
pub use runs_table::{Measured, RunsTable};
pub use variable::{Variable, VariableKind, as_number, as_text, is_same};
