//! The co-clusters of a run: the matrix as the file has it and folded into blocks, what the blocks are, and how they came to be.
//!
//! Nothing that looks at cells, rows or columns one by one is done on the window's thread: [`snapshots`] reads and counts, [`picture`]
//! sorts, [`raster`] colors the texels of [`tiles`], each on a thread of its own. A frame draws textures, a few hundred rectangles
//! and the text in view.

mod axes;
mod camera;
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
mod selection_details;
mod settings;
mod snapshot;
mod snapshots;
mod source;
mod tiles;
mod toolbar;

use std::path::Path;
use std::sync::Arc;

use eframe::egui::{Color32, ScrollArea, Ui, UiBuilder};
use egui_material_icons::icons as icon;
use serde::{Deserialize, Serialize};

use crate::data::{MatrixData, Monitor};
use crate::draw::format;
use crate::record::ArtifactKind;
use crate::record::Status;
use crate::runs::{RunState, SnapshotRef};
use crate::ui::panes::timeline::{Timeline, beside};
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, Severity, message, waiting};

pub use export::SaveFile;
pub use settings::{Arranged, Clusters, Measure, Pick, Rank, Settings, Tab};

use cluster_colors::ClusterColors;
use matrices::ShownRuns;
use matrix_pane::MatrixPane;
use snapshots::{SnapshotState, Snapshots};

/// A run whose co-clusters are shown.
#[derive(Debug, Clone, Copy)]
pub struct RunLook<'a> {
    /// Tells runs apart from frame to frame.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// Its color everywhere.
    pub color: Color32,
    /// The folder with its snapshots.
    pub artifacts: &'a Path,
    /// What its events say.
    pub state: &'a RunState,
    /// How it stands.
    pub status: Status,
}

/// The matrix that the run clusters.
#[derive(Debug, Clone, Copy)]
pub enum DataLook<'a> {
    /// It is being read.
    Reading(Option<&'a Monitor>),
    /// It cannot be read; says why.
    Failed(&'a str),
    /// Here it is.
    Ready(&'a Arc<MatrixData>),
}

/// A run with the same data, to compare with.
#[derive(Debug, Clone, Copy)]
pub struct OtherRun<'a> {
    /// Tells runs apart from frame to frame.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// Its color everywhere.
    pub color: Color32,
}

/// What the view is given.
#[derive(Debug, Clone, Copy)]
pub struct CoClustersInput<'a> {
    /// The run.
    pub run: RunLook<'a>,
    /// Its data.
    pub data: DataLook<'a>,
    /// The runs that it can be compared with.
    pub others: &'a [OtherRun<'a>],
    /// The one that it is compared with ([`CoClustersView::compared`]), once it is read.
    pub compared: Option<RunLook<'a>>,
}

/// What the view asks the shell to do.
#[derive(Debug, Clone)]
pub enum CoClustersRequest {
    /// Stop reading the data.
    CancelData,
    /// Read the data again.
    RetryData,
    /// Let a person choose a file and write to it.
    Save(SaveFile),
}

/// The co-cluster view and what a person chose in it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CoClustersView {
    /// How it looks.
    pub settings: Settings,
    #[serde(skip)]
    timeline: Timeline,
    #[serde(skip)]
    snapshots: Snapshots,
    #[serde(skip)]
    matrix_pane: MatrixPane,
    /// The run to compare with, and its snapshots.
    #[serde(skip)]
    compared: Option<String>,
    #[serde(skip)]
    others: Snapshots,
}

impl CoClustersView {
    /// The run that the person compares with.
    #[must_use]
    pub fn compared(&self) -> Option<&str> {
        self.compared.as_deref()
    }

    /// Whether something is being read or drawn.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.snapshots.is_reading() || self.others.is_reading() || self.matrix_pane.is_working()
    }

    /// Fills `ui`.
    pub fn ui(&mut self, ui: &mut Ui, input: CoClustersInput<'_>) -> Vec<CoClustersRequest> {
        self.settings.sanitize();
        let gone = self
            .compared
            .as_ref()
            .is_some_and(|id| input.others.iter().all(|other| other.id != id));
        if gone {
            self.compared = None;
        }
        let all = snapshots_of(input.run);
        if all.is_empty() {
            nothing_yet_ui(ui, input.run);
            return Vec::new();
        }
        match input.data {
            DataLook::Ready(data) => self.matrix_ui(ui, &input, &all, data),
            DataLook::Reading(monitor) => {
                let fraction = monitor.and_then(Monitor::fraction);
                let canceled = waiting(ui, "Reading the run's data…", fraction);
                canceled
                    .then_some(CoClustersRequest::CancelData)
                    .into_iter()
                    .collect()
            }
            DataLook::Failed(why) => self.without_data_ui(ui, input.run, &all, why),
        }
    }

    fn matrix_ui(
        &mut self,
        ui: &mut Ui,
        input: &CoClustersInput<'_>,
        all: &[&SnapshotRef],
        data: &Arc<MatrixData>,
    ) -> Vec<CoClustersRequest> {
        let tokens = tokens(ui.ctx());
        let run = input.run;
        let index = self.timeline.index(run.id, all.len());
        let look = self.snapshots.get(ui.ctx(), &run, all, index, Some(data));
        let ready = matches!(look, SnapshotState::Ready(_));
        self.matrix_pane.prepare(ui.ctx(), run.id, data);
        if let SnapshotState::Ready(snapshot) = &look {
            self.matrix_pane.show(snapshot);
        }
        let live = run.status.is_active();
        let other = input.compared.map(|run| {
            let others = snapshots_of(run);
            let look = if others.is_empty() {
                SnapshotState::Failed(format!("{} has no co-clusters yet.", run.name))
            } else {
                let index = beside(all, index, live, &others);
                self.others.get(ui.ctx(), &run, &others, index, Some(data))
            };
            (run, look)
        });
        let shown_runs = ShownRuns {
            run,
            data,
            other: other.as_ref().map(|(run, look)| (*run, look)),
        };
        let mut requests = Vec::new();
        let saved = self.matrix_pane.toolbar_ui(
            ui,
            &mut self.settings,
            &shown_runs,
            input.others,
            &mut self.compared,
        );
        requests.extend(saved.map(CoClustersRequest::Save));
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
            self.timeline.ui(ui, all, run.state, live, ready);
        });
        requests
    }

    /// What the snapshots say by themselves.
    fn without_data_ui(
        &mut self,
        ui: &mut Ui,
        run: RunLook<'_>,
        all: &[&SnapshotRef],
        why: &str,
    ) -> Vec<CoClustersRequest> {
        let tokens = tokens(ui.ctx());
        let mut requests = Vec::new();
        let text = format!("The matrix cannot be shown: {why}");
        message(ui, Severity::Error, &text, |ui| {
            if ui.button("Try again").clicked() {
                requests.push(CoClustersRequest::RetryData);
            }
        });
        ui.add_space(tokens.space.m);
        let index = self.timeline.index(run.id, all.len());
        let look = self.snapshots.get(ui.ctx(), &run, all, index, None);
        let ready = matches!(look, SnapshotState::Ready(_));
        self.timeline
            .ui(ui, all, run.state, run.status.is_active(), ready);
        ui.add_space(tokens.space.m);
        match look {
            SnapshotState::Ready(snapshot) => {
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
        requests
    }
}

fn snapshots_of<'a>(run: RunLook<'a>) -> Vec<&'a SnapshotRef> {
    run.state
        .snapshots
        .iter()
        .filter(|snapshot| snapshot.kind == ArtifactKind::CO_CLUSTERS)
        .collect()
}

/// What a run without co-clusters is doing.
fn nothing_yet_ui(ui: &mut Ui, run: RunLook<'_>) {
    let (title, text) = match run.status {
        Status::Queued => (
            "Waiting for the runs before it",
            "The matrix folds into blocks here once the run has begun.".to_owned(),
        ),
        Status::Running | Status::Paused => ("No co-clusters yet", progress_text(run.state)),
        Status::Failed => (
            "The run failed before it found co-clusters",
            run.state
                .message
                .clone()
                .unwrap_or_else(|| "The log says why.".to_owned()),
        ),
        Status::Finished | Status::Stopped | Status::Interrupted => (
            "The run left no co-clusters",
            "It ended before the first snapshot was written; the log says more.".to_owned(),
        ),
    };
    EmptyState::new(icon::ICON_GRID_VIEW, title, &text).show(ui);
}

/// What the run said last, and how far it is.
fn progress_text(state: &RunState) -> String {
    let said = state.log.last().map(|line| line.message.as_str());
    let said = said.unwrap_or("The first snapshot comes soon.");
    if state.total_steps == 0 {
        return said.to_owned();
    }
    let (step, total) = (format::count(state.step), format::count(state.total_steps));
    format!("{said}\nStep {step} of {total}")
}
