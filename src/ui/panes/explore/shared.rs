//! What all parts have in common.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Brush, RunSet};
use crate::experiments::table::Column;
use crate::runs::RunId;

/// What all parts have in common. A part changes it; the others follow in the next frame.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shared {
    /// The runs; what is marked or newest while nobody has chosen.
    pub set: Option<RunSet>,
    /// The filter, as typed.
    pub filter: String,
    /// Ranges and values that runs must have to stand out, by column.
    pub brushes: BTreeMap<Column, Brush>,
    /// The runs that plots show, of those that can be compared; the largest group while nobody has chosen.
    #[serde(skip)]
    pub group: Option<String>,
    /// Runs that were chosen by clicks, for what parts do with several.
    #[serde(skip)]
    pub selected: BTreeSet<RunId>,
    /// The measure that runs are judged by and colored by; the systems' own while nobody has chosen.
    pub measure: Option<String>,
    /// The run under the pointer, in whichever part.
    #[serde(skip)]
    hovered: Option<RunId>,
    /// The run that was found under the pointer in this frame.
    #[serde(skip)]
    found: Option<RunId>,
    /// Grows when brushes change.
    #[serde(skip)]
    brushed: u64,
}

impl Shared {
    /// The run under the pointer, in whichever part.
    #[must_use]
    pub fn hovered(&self) -> Option<&RunId> {
        self.hovered.as_ref()
    }

    /// Says that a run is under the pointer.
    pub fn hover(&mut self, run: &RunId) {
        self.found = Some(run.clone());
    }

    /// Chooses a run: beside others, or no longer, if it `adds`.
    pub fn choose(&mut self, run: &RunId, adds: bool) {
        if !adds {
            self.selected.clear();
        }
        if !self.selected.remove(run) {
            self.selected.insert(run.clone());
        }
    }

    /// Limits a column, or no longer.
    pub fn brush(&mut self, column: &Column, brush: Option<Brush>) {
        match brush {
            Some(brush) => self.brushes.insert(column.clone(), brush),
            None => self.brushes.remove(column),
        };
        self.brushed += 1;
    }

    /// Removes all brushes.
    pub fn clear_brushes(&mut self) {
        self.brushes.clear();
        self.brushed += 1;
    }

    /// Grows when brushes change.
    #[must_use]
    pub fn brushed(&self) -> u64 {
        self.brushed
    }

    /// What of it survives a restart.
    pub(super) fn kept(&self) -> Self {
        Self {
            set: self.set.clone(),
            filter: self.filter.clone(),
            brushes: self.brushes.clone(),
            measure: self.measure.clone(),
            ..Self::default()
        }
    }

    /// What was found in this frame counts in the next; true if it changed.
    pub(super) fn end_frame(&mut self) -> bool {
        let found = self.found.take();
        let changed = found != self.hovered;
        self.hovered = found;
        changed
    }
}
