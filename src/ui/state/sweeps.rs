//! The sweeps: those in the folder of runs, and those that work in this window.

use std::sync::Arc;

use crate::experiments::sweep::{SweepId, SweepState};

/// A sweep in the list.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// How it stands.
    pub state: Arc<SweepState>,
    /// True if this window launches its runs.
    pub active: bool,
}

impl Sweep {
    /// Its folder's name.
    #[must_use]
    pub fn id(&self) -> &SweepId {
        &self.state.id
    }
}

/// All sweeps, newest first.
#[derive(Debug, Default)]
pub struct SweepStore {
    sweeps: Vec<Sweep>,
}

impl SweepStore {
    /// All sweeps, newest first.
    #[must_use]
    pub fn all(&self) -> &[Sweep] {
        &self.sweeps
    }

    /// The sweep of this id.
    #[must_use]
    pub fn get(&self, id: &SweepId) -> Option<&Sweep> {
        self.sweeps.iter().find(|sweep| sweep.id() == id)
    }
}
