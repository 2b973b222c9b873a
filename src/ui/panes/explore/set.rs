//! Which runs a question is about.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::experiments::sweep::SweepId;
use crate::experiments::table::Row;
use crate::runs::RunId;
use crate::ui::state::Sweep;

/// The runs that are explored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunSet {
    /// All runs of the folder.
    All,
    /// Those that are marked in the list, and the selected one.
    Marked,
    /// The runs of a sweep, by the name of its folder.
    Sweep(String),
}

impl RunSet {
    /// Its name in menus and titles.
    #[must_use]
    pub fn title(&self, sweeps: &[Sweep]) -> String {
        match self {
            Self::All => "All runs".to_owned(),
            Self::Marked => "Marked runs".to_owned(),
            Self::Sweep(id) => {
                let sweep = sweeps.iter().find(|sweep| sweep.id().as_str() == id);
                sweep.map_or_else(|| id.clone(), |sweep| sweep.title().to_owned())
            }
        }
    }

    /// True if a run belongs to it.
    #[must_use]
    pub fn contains(&self, row: &Row, marked: &BTreeSet<RunId>) -> bool {
        match self {
            Self::All => true,
            Self::Marked => marked.contains(&row.id),
            Self::Sweep(id) => {
                let sweep = row.summary.sweep.as_ref();
                sweep.is_some_and(|place| place.id == *id)
            }
        }
    }
}

/// What is shown while nobody has chosen: what is marked, else the selected sweep, else the sweep of the selected run, else the newest sweep, else everything.
#[must_use]
pub(super) fn usual<'a>(
    marked: &BTreeSet<RunId>,
    sweep: Option<&SweepId>,
    selected: Option<&RunId>,
    newest_first: impl Iterator<Item = &'a Row> + Clone,
) -> RunSet {
    if marked.len() > 1 {
        return RunSet::Marked;
    }
    if let Some(id) = sweep {
        return RunSet::Sweep(id.as_str().to_owned());
    }
    let sweep_of = |row: &Row| {
        let place = row.summary.sweep.as_ref()?;
        Some(RunSet::Sweep(place.id.clone()))
    };
    let own = newest_first.clone().find(|row| Some(&row.id) == selected);
    own.and_then(sweep_of)
        .or_else(|| newest_first.clone().find_map(sweep_of))
        .unwrap_or(RunSet::All)
}
