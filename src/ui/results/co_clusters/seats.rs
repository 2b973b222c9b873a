//! Which matrices stand side by side.

use std::sync::Arc;

use super::RunLook;
use super::hues::Hues;
use super::mapping::Mapping;
use super::picture::{Layer, Order, Picture, Want, sequences};
use super::settings::Settings;
use super::snapshot::Snapshot;
use super::snapshots::Look;
use super::values::Values;
use crate::data::MatrixData;
use crate::draw::Tokens;

/// Who is on the stage.
pub(super) struct Cast<'a> {
    pub(super) run: RunLook<'a>,
    pub(super) data: &'a Arc<MatrixData>,
    /// A second run, with the snapshot that goes with the first run's.
    pub(super) other: Option<(RunLook<'a>, &'a Look)>,
}

/// The pictures of the matrices.
#[derive(Default)]
pub(super) struct Pictures {
    pub(super) original: Picture,
    pub(super) reordered: Picture,
    pub(super) other: Picture,
}

/// One of the matrices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seat {
    /// As the file has it.
    Original,
    /// Sorted by the run's clusters.
    Reordered,
    /// Sorted by those of a second run.
    Other,
}

/// The second run, ready to be shown.
pub(super) struct Guest<'a> {
    pub(super) run: RunLook<'a>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) mapping: Arc<Mapping>,
    pub(super) hues: Hues,
}

impl Pictures {
    /// One that is ready, for its colours.
    pub(super) fn any(&self) -> Option<&Layer> {
        self.reordered.layer().or_else(|| self.original.layer())
    }

    pub(super) fn of(&mut self, seat: Seat) -> &mut Picture {
        match seat {
            Seat::Original => &mut self.original,
            Seat::Reordered => &mut self.reordered,
            Seat::Other => &mut self.other,
        }
    }

    pub(super) fn is_working(&self) -> bool {
        let all = [&self.original, &self.reordered, &self.other];
        all.iter().any(|picture| picture.is_working())
    }
}

/// What all matrices that are shown have in common.
pub(super) struct Scenery<'a> {
    pub(super) data: &'a Arc<MatrixData>,
    pub(super) values: &'a Arc<Values>,
    pub(super) snapshot: &'a Arc<Snapshot>,
    pub(super) settings: &'a Settings,
    pub(super) tokens: &'static Tokens,
}

impl Scenery<'_> {
    /// What one of them is to show.
    pub(super) fn want(&self, seat: Seat, guest: Option<&Guest<'_>>) -> Option<Want> {
        let settings = self.settings;
        let (snapshot, order) = match seat {
            Seat::Original => (self.snapshot, Order::Original),
            Seat::Reordered => (
                self.snapshot,
                Order::Folded {
                    clusters: settings.clusters,
                    within: settings.within,
                },
            ),
            Seat::Other => {
                let guest = guest?;
                let (rows, columns) = sequences(self.snapshot, settings.clusters);
                let order = Order::Matched {
                    rows: guest.mapping.rows.sequence(&rows).into(),
                    columns: guest.mapping.columns.sequence(&columns).into(),
                    within: settings.within,
                };
                (&guest.snapshot, order)
            }
        };
        Some(Want {
            data: Arc::clone(self.data),
            values: Arc::clone(self.values),
            snapshot: Some(Arc::clone(snapshot)),
            order,
            colours: settings.colours,
            tokens: self.tokens,
        })
    }
}
