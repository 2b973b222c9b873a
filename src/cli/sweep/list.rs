//! Sweeps in a list of runs.

use std::collections::BTreeSet;
use std::path::Path;

use super::table;
use crate::cli::output::say;
use crate::cli::plain_text;
use crate::cli::table::shorten;
use crate::experiments::sweep;
use crate::runs::Listed;

/// A sweep as cells of the list of runs, and its folder's name.
pub(crate) struct SweepRow {
    pub(crate) id: String,
    pub(crate) cells: [String; 8],
}

/// The sweeps in a folder of runs, and the names of all of them; one that cannot be read is told of.
pub(crate) fn rows(dir: &Path, listed: &[Listed]) -> (Vec<SweepRow>, BTreeSet<String>) {
    let sweeps = match sweep::list(dir) {
        Ok(sweeps) => sweeps,
        Err(error) => {
            say!("warning: {error}");
            Vec::new()
        }
    };
    let mut rows = Vec::new();
    for folder in sweeps {
        let state = match folder.state(listed) {
            Ok(state) => state,
            Err(error) => {
                say!("warning: {error}");
                continue;
            }
        };
        let best = state.best().and_then(|best| {
            let spread = (*best.measures.first()?)?;
            let objective = state.objectives.first()?;
            let value = plain_text::measured(spread.mean, objective.scalar.unit);
            Some((format!("best {}", objective.title()), value))
        });
        let (measure, value) = best.unwrap_or_default();
        let seconds: f64 = state.trials.iter().map(|own| own.seconds).sum();
        rows.push(SweepRow {
            id: folder.id().to_string(),
            cells: [
                folder.id().to_string(),
                shorten(&state.config.title(), 32),
                format!(
                    "{} {}/{}",
                    table::status(state.status),
                    state.done(),
                    state.planned
                ),
                String::new(),
                plain_text::duration(seconds),
                measure,
                value,
                String::new(),
            ],
        });
    }
    let names = rows.iter().map(|row| row.id.clone()).collect();
    (rows, names)
}
