//! Many runs as one question: their parameters and measures in parts that are linked by hover, brush and selection.
//!
//! ```text
//! set        which runs: a sweep, the marked ones, all
//! store      reads what the runs' folders say, in the background
//! shared     what all parts have in common: set, filter, brushes, hovered and selected runs
//! part       what a part is given, and which parts there are
//! header     the controls above every part
//! table      a run a row
//! ```

mod header;
mod pane;
mod part;
mod set;
mod shared;
mod store;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use part::{Look, Part, PartKind};
pub use set::RunSet;
pub use shared::{Brush, Shared};

use crate::experiments::table::Row;
use crate::runs::RunId;
use store::RowStore;
use table::TablePart;

/// The pane: what its parts share, its rows, and its parts.
#[derive(Default)]
pub struct ExploreView {
    shared: Shared,
    /// The part that is shown.
    shown: PartKind,
    store: RowStore,
    /// The rows of the set that pass the filter, and what they were chosen by.
    rows: Chosen,
    table: TablePart,
}

/// What survives a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    shared: Shared,
    shown: PartKind,
    parts: BTreeMap<PartKind, Value>,
}

/// The rows of the set that pass the filter.
#[derive(Debug, Default)]
struct Chosen {
    rows: Vec<Arc<Row>>,
    /// How many runs the set has before the filter.
    of: usize,
}

impl ExploreView {
    /// Shows these runs from now on.
    pub fn open(&mut self, set: RunSet) {
        self.shared.set = Some(set);
        self.shared.clear_brushes();
    }

    /// The runs that were chosen by clicks.
    #[must_use]
    pub fn selected_runs(&self) -> &BTreeSet<RunId> {
        &self.shared.selected
    }

    /// These runs are chosen no longer.
    pub fn deselect(&mut self, runs: &[RunId]) {
        self.shared.selected.retain(|run| !runs.contains(run));
    }

    fn part(&mut self, kind: PartKind) -> &mut dyn Part {
        match kind {
            PartKind::Table => &mut self.table,
        }
    }
}
