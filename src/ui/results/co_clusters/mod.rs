//! The co-clusters of a run: the matrix as the file has it and folded into blocks, what the blocks are, and how they came to be.
//!
//! Nothing that looks at cells, rows or columns one by one is done on the window's thread: [`snapshot`] reads and counts, [`picture`]
//! sorts, [`raster`] colors the texels of [`tiles`], each on a thread of its own. A frame draws textures, a few hundred rectangles
//! and the text in view.

mod axes;
mod cluster_colors;
mod compare;
mod export;
mod frame;
mod heatmap;
mod hover;
mod label_bar;
mod legend;
mod level;
mod mapping;
mod marks;
mod matrices;
mod matrix_pane;
mod motion;
mod pan_to;
mod panel;
mod picture;
mod same_matrix;
mod selection_details;
mod settings;
mod snapshot;
mod source;
mod tiles;
mod toolbar;

use std::sync::Arc;

use eframe::egui::{ScrollArea, Ui, UiBuilder};
use serde_json::Value;

use super::cache::{Shared, SnapshotCache, SnapshotState};
use super::timeline::{Timeline, beside};
use super::{ResultRun, ResultView, RunContext, nothing_yet_ui};
use crate::data::MatrixData;
use crate::record::ArtifactKind;
use crate::runs::SnapshotRef;
use crate::ui::app::Action;
use crate::ui::panes::{from_value, to_value};
use crate::ui::state::DataLook;
use crate::ui::theme::tokens;
use crate::ui::widgets::{Severity, message, waiting};

pub use same_matrix::{ClusteredRun, KeptMatrices, MOST_RUNS, SameMatrix};
pub use settings::{Arranged, Clusters, Measure, Pick, Rank, Settings, Tab};

use cluster_colors::ClusterColors;
use matrices::ShownRuns;
use matrix_pane::MatrixPane;
use snapshot::Snapshot;

/// The co-cluster view.
#[derive(Default)]
pub struct CoClustersView {
    /// How it looks; kept over a restart.
    pub settings: Settings,
    timeline: Timeline,
    snapshots: SnapshotCache<Snapshot>,
    matrix_pane: MatrixPane,
    /// The run to compare with, and its snapshots.
    compared: Option<String>,
    others: SnapshotCache<Snapshot>,
}

impl ResultView for CoClustersView {
    fn kind(&self) -> ArtifactKind {
        ArtifactKind::CO_CLUSTERS
    }

    fn title(&self) -> &'static str {
        "Co-clusters"
    }

    fn compared(&self) -> Vec<String> {
        self.compared.iter().cloned().collect()
    }

    fn is_working(&self) -> bool {
        self.snapshots.is_reading() || self.others.is_reading() || self.matrix_pane.is_working()
    }

    fn settings(&self) -> Value {
        to_value(&self.settings)
    }

    fn restore(&mut self, settings: Value) {
        self.settings = from_value(settings);
    }

    fn ui(&mut self, ui: &mut Ui, context: &RunContext<'_>) -> Vec<Action> {
        self.settings.sanitize();
        self.compared
            .take_if(|id| context.others.iter().all(|other| other.id != id));
        let all = context.run.snapshots(&self.kind());
        if all.is_empty() {
            nothing_yet_ui(ui, &context.run);
            return Vec::new();
        }
        match context.data {
            DataLook::Ready(loaded) => match loaded.matrix() {
                Some(data) => self.matrix_ui(ui, context, &all, data),
                None => {
                    let why = "the run's data was read as something other than a matrix.";
                    self.without_data_ui(ui, context.run, &all, why)
                }
            },
            DataLook::Reading(monitor) => reading_ui(ui, monitor.fraction()),
            DataLook::Absent => reading_ui(ui, None),
            DataLook::Failed(why) => self.without_data_ui(ui, context.run, &all, why),
        }
    }
}

fn reading_ui(ui: &mut Ui, fraction: Option<f32>) -> Vec<Action> {
    let cancelled = waiting(ui, "Reading the run's data…", fraction);
    cancelled
        .then_some(Action::CancelData)
        .into_iter()
        .collect()
}

impl CoClustersView {
    fn matrix_ui(
        &mut self,
        ui: &mut Ui,
        context: &RunContext<'_>,
        all: &[&SnapshotRef],
        data: &Arc<MatrixData>,
    ) -> Vec<Action> {
        let tokens = tokens(ui.ctx());
        let run = context.run;
        let own = Some(Shared(Arc::clone(data)));
        let index = self.timeline.index(run.id, all.len());
        let look = self.snapshots.get(ui.ctx(), &run, all, index, own.clone());
        self.matrix_pane.prepare(ui.ctx(), run.id, data);
        if let SnapshotState::Ready(snapshot, _) = &look {
            self.matrix_pane.show(snapshot);
        }
        let live = run.status.is_active();
        let compared = context.compared(self.compared.as_slice()).pop();
        let other = compared.map(|run| {
            let others = run.snapshots(&self.kind());
            let look = if others.is_empty() {
                SnapshotState::Failed(format!("{} has no co-clusters yet.", run.name))
            } else {
                let index = beside(all, index, live, &others);
                self.others.get(ui.ctx(), &run, &others, index, own.clone())
            };
            (run, look)
        });
        let shown_runs = ShownRuns {
            run,
            data,
            other: other.as_ref().map(|(run, look)| (*run, look)),
        };
        let mut actions = Vec::new();
        let saved = self.matrix_pane.toolbar_ui(
            ui,
            &mut self.settings,
            &shown_runs,
            context.others,
            &mut self.compared,
        );
        actions.extend(saved.map(Action::Save));
        ui.add_space(tokens.space.xs);
        if let SnapshotState::Failed(why) = &look {
            message(ui, Severity::Error, why, |_| ());
            ui.add_space(tokens.space.xs);
        }
        let whole = ui.available_rect_before_wrap();
        let foot = tokens.size.control + tokens.space.xs;
        let (matrix_pane, foot) = whole.split_top_bottom_at_y(whole.bottom() - foot);
        ui.scope_builder(UiBuilder::new().max_rect(matrix_pane), |ui| {
            self.matrix_pane.ui(ui, &mut self.settings, &shown_runs);
        });
        let foot = foot.with_min_y(foot.top() + tokens.space.xs);
        ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| {
            self.timeline.ui(ui, all, run.state, live, look.is_there());
        });
        actions
    }

    /// Facts from the snapshots alone.
    fn without_data_ui(
        &mut self,
        ui: &mut Ui,
        run: ResultRun<'_>,
        all: &[&SnapshotRef],
        why: &str,
    ) -> Vec<Action> {
        let tokens = tokens(ui.ctx());
        let mut actions = Vec::new();
        let text = format!("The matrix cannot be shown: {why}");
        message(ui, Severity::Error, &text, |ui| {
            if ui.button("Try again").clicked() {
                actions.push(Action::RetryData);
            }
        });
        ui.add_space(tokens.space.m);
        let index = self.timeline.index(run.id, all.len());
        let look = self.snapshots.get(ui.ctx(), &run, all, index, None);
        let live = run.status.is_active();
        self.timeline.ui(ui, all, run.state, live, look.is_there());
        ui.add_space(tokens.space.m);
        match look {
            SnapshotState::Ready(snapshot, _) => {
                let cluster_colors = ClusterColors::of(Some(&snapshot), None);
                ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                    ui.set_max_width(tokens.size.dialog);
                    panel::clusters_ui(ui, &snapshot, None, &cluster_colors);
                });
            }
            SnapshotState::Failed(why) => {
                message(ui, Severity::Error, &why, |_| ());
            }
            SnapshotState::Reading => {
                ui.spinner();
            }
        }
        actions
    }
}
