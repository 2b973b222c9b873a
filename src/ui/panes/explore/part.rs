//! The parts: what each is given.

use std::sync::Arc;

use eframe::egui::Ui;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Shared;
use crate::experiments::table::Row;
use crate::ui::app::Action;
use crate::ui::panes::PaneContext;

/// One view of many runs. It keeps its jobs and caches, and settings of its own.
pub trait Part {
    /// Fills `ui`; what it asks the window to do.
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action>;

    /// True if it reads or computes something.
    fn is_working(&self) -> bool {
        false
    }

    /// Settings that survive a restart.
    fn settings(&self) -> Value {
        Value::Null
    }

    /// Brings them back.
    fn restore(&mut self, _settings: Value) {}
}

/// Which part is shown.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// A run a row.
    #[default]
    Table,
}

impl PartKind {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 1] = [Self::Table];

    /// Its name in the switch.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Table => "Table",
        }
    }

    /// True if there is something for it to show.
    #[must_use]
    pub fn is_useful(self, _look: &Look<'_>) -> bool {
        match self {
            Self::Table => true,
        }
    }
}

/// What parts look at.
pub struct Look<'a> {
    /// The runs of the window, for names, colors and details.
    pub context: &'a PaneContext<'a>,
    /// The runs of the set that pass the filter, newest first.
    pub rows: &'a [Arc<Row>],
    /// Of each row, whether it is inside all brushes.
    pub inside: &'a [bool],
    /// The row under the pointer, in whichever part.
    pub hovered: Option<usize>,
    /// Grows whenever rows change: what is made from them is old then.
    pub generation: u64,
}
