//! Many runs as one question: their parameters and measures in parts that are linked by hover, brush and selection.
//!
//! ```text
//! set        which runs: a sweep, the marked ones, all
//! question   the runs of the set that pass the filter, as tables
//! brush      ranges and values that runs must have to stand out
//! store      reads what the runs' folders say, in the background
//! shared     what all parts have in common: set, filter, brushes, hovered and selected runs
//! part       what a part is given, and which parts there are
//! parts      all of them, and the overview that shows several at once
//! header     the controls above every part
//! filter_field  the filter, with what can be typed next
//!
//! coordinates  parameters and measures as parallel coordinates
//! relation     a measure over one parameter or two, or any pair
//! curves       the curves of all runs
//! importance   which parameters matter, in words
//! groups       runs by their settings: means over seeds, difference to a baseline
//! table        a run a row
//! pictures     the same test picture through several runs
//! several      which runs are shown side by side, and what tells each apart
//! ```

mod brush;
mod chips;
mod co_clusters;
mod coordinates;
mod curves;
mod export;
mod filter_field;
mod groups;
mod header;
mod importance;
mod pane;
mod part;
mod parts;
mod pictures;
mod question;
mod recommendations;
mod relation;
mod set;
mod several;
mod shared;
mod store;
mod summary;
mod table;
mod telling;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use brush::Brush;
pub use part::{Judge, Look, Part, PartKind, Plotted};
pub use question::{ComparableGroup, Question};
pub use set::RunSet;
pub use shared::Shared;

use crate::runs::RunId;
use crate::ui::state::Latest;
use parts::Parts;
use question::QuestionKey;
use store::RowStore;

/// The pane: what its parts share, its rows, and its parts.
#[derive(Default)]
pub struct ExploreView {
    shared: Shared,
    /// The part that is shown.
    shown: PartKind,
    store: RowStore,
    /// The runs in question.
    question: Latest<QuestionKey, Arc<Question>>,
    /// How many questions there were.
    asked: u64,
    /// Of each of them, whether it is inside all brushes.
    inside: Inside,
    /// The runs that stay in view while some of them are marked, until something else is selected in the list.
    held: Option<RunSet>,
    parts: Parts,
}

/// What survives a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    shared: Shared,
    shown: PartKind,
    parts: BTreeMap<PartKind, Value>,
}

/// Which runs are inside all brushes, and what that was found for.
#[derive(Debug, Default)]
struct Inside {
    /// The numbers of the question and of the brushes.
    of: Option<(u64, u64)>,
    all: Vec<bool>,
    plotted: Vec<bool>,
}

impl ExploreView {
    /// Shows these runs from now on.
    pub fn open(&mut self, set: RunSet) {
        self.shared.set = Some(set);
        self.held = None;
        self.shared.clear_brushes();
    }

    /// The runs whose events the part that is shown needs, so that they are read.
    #[must_use]
    pub fn wanted(&self) -> Vec<RunId> {
        let parts = self.parts.all();
        let shown = parts.iter().find(|(kind, _)| *kind == self.shown);
        shown.map_or_else(Vec::new, |(_, part)| part.wanted())
    }

    /// The run whose data the part that is shown needs, where that is another's than the selected one's.
    #[must_use]
    pub fn data_of(&self) -> Option<RunId> {
        let parts = self.parts.all();
        let shown = parts.iter().find(|(kind, _)| *kind == self.shown);
        shown.and_then(|(_, part)| part.data_of())
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
}
