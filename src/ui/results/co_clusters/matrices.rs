//! Which matrices stand side by side.

use std::sync::Arc;

use super::cluster_colors::ClusterColors;
use super::mapping::Mapping;
use super::picture::{Layer, Order, Picture, PictureRequest, sequences};
use super::settings::Settings;
use super::snapshot::Snapshot;
use crate::data::MatrixData;
use crate::draw::Tokens;
use crate::draw::matrix::Values;
use crate::ui::results::ResultRun;
use crate::ui::results::cache::SnapshotState;

/// The runs that are shown.
pub(super) struct ShownRuns<'a> {
    pub(super) run: ResultRun<'a>,
    pub(super) data: &'a Arc<MatrixData>,
    /// A second run, with the snapshot that goes with the first run's.
    pub(super) other: Option<(ResultRun<'a>, &'a SnapshotState<Snapshot>)>,
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
pub(super) enum MatrixKind {
    /// As the file has it.
    Original,
    /// Sorted by the run's clusters.
    Reordered,
    /// Sorted by those of a second run.
    Other,
}

/// The second run, ready to be shown.
pub(super) struct ComparedRun<'a> {
    pub(super) run: ResultRun<'a>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) mapping: Arc<Mapping>,
    pub(super) cluster_colors: ClusterColors,
}

impl Pictures {
    /// One that is ready, for its colors.
    pub(super) fn any(&self) -> Option<&Layer> {
        self.reordered.layer().or_else(|| self.original.layer())
    }

    pub(super) fn of(&mut self, kind: MatrixKind) -> &mut Picture {
        match kind {
            MatrixKind::Original => &mut self.original,
            MatrixKind::Reordered => &mut self.reordered,
            MatrixKind::Other => &mut self.other,
        }
    }

    pub(super) fn is_working(&self) -> bool {
        let all = [&self.original, &self.reordered, &self.other];
        all.iter().any(|picture| picture.is_working())
    }
}

/// State shared by all matrices that are shown.
pub(super) struct RenderContext<'a> {
    pub(super) data: &'a Arc<MatrixData>,
    pub(super) values: &'a Arc<Values>,
    pub(super) snapshot: &'a Arc<Snapshot>,
    pub(super) settings: &'a Settings,
    pub(super) tokens: &'static Tokens,
}

impl RenderContext<'_> {
    /// Input of one of them.
    pub(super) fn want(
        &self,
        kind: MatrixKind,
        compared_run: Option<&ComparedRun<'_>>,
    ) -> Option<PictureRequest> {
        let settings = self.settings;
        let (snapshot, order) = match kind {
            MatrixKind::Original => (self.snapshot, Order::Original),
            MatrixKind::Reordered => (
                self.snapshot,
                Order::Folded {
                    clusters: settings.clusters,
                    within: settings.within,
                },
            ),
            MatrixKind::Other => {
                let compared_run = compared_run?;
                let (rows, columns) = sequences(self.snapshot, settings.clusters);
                let order = Order::Matched {
                    rows: compared_run.mapping.rows.sequence(&rows).into(),
                    columns: compared_run.mapping.columns.sequence(&columns).into(),
                    within: settings.within,
                };
                (&compared_run.snapshot, order)
            }
        };
        Some(PictureRequest {
            data: Arc::clone(self.data),
            values: Arc::clone(self.values),
            snapshot: Some(Arc::clone(snapshot)),
            order,
            colors: settings.colors,
            tokens: self.tokens,
        })
    }
}
