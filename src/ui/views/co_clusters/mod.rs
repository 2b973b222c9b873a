//! The co-clusters of a run: the matrix as the file has it and folded into blocks, what the blocks are, and how they came to be.
//!
//! Nothing that looks at cells, rows or columns one by one is done on the window's thread: [`snapshots`] reads and counts, [`picture`]
//! sorts, [`raster`] colours the texels of [`tiles`], each on a thread of its own. A frame draws textures, a few hundred rectangles
//! and the text in view.

#![allow(dead_code, reason = "the panel beside the matrix uses the rest")]

mod arrangement;
mod axes;
mod camera;
mod frame;
mod heatmap;
mod hover;
mod hues;
mod legend;
mod motion;
mod picture;
mod raster;
mod scale;
mod settings;
mod snapshot;
mod snapshots;
mod stage;
mod strip;
mod tiles;
mod timeline;
mod toolbar;
mod values;

use std::path::Path;
use std::sync::Arc;

use eframe::egui::{Color32, Ui};
use egui_material_icons::icons as icon;
use serde::{Deserialize, Serialize};

use crate::data::{MatrixData, Monitor};
use crate::runs::{RunState, SnapshotRef, Status};
use crate::systems::ArtifactKind;
use crate::ui::format;
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, Severity, message, waiting};

pub use settings::{Arranged, Centre, Clusters, Colours, Map, Pick, Settings, Tab, Within};

use snapshots::{Look, Snapshots};
use stage::Stage;
use timeline::Timeline;

/// A run whose co-clusters are shown.
#[derive(Debug, Clone, Copy)]
pub struct RunLook<'a> {
    /// Tells runs apart from frame to frame.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// Its colour everywhere.
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

/// What the view is given.
#[derive(Debug, Clone, Copy)]
pub struct CoClustersInput<'a> {
    /// The run.
    pub run: RunLook<'a>,
    /// Its data.
    pub data: DataLook<'a>,
}

/// What the view asks the shell to do.
#[derive(Debug, Clone, PartialEq)]
pub enum CoClustersRequest {
    /// Stop reading the data.
    CancelData,
    /// Read the data again.
    RetryData,
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
    stage: Stage,
}

impl CoClustersView {
    /// Fills `ui`.
    pub fn ui(&mut self, ui: &mut Ui, input: CoClustersInput<'_>) -> Vec<CoClustersRequest> {
        let mut requests = Vec::new();
        self.settings.sanitize();
        let run = input.run;
        let all: Vec<&SnapshotRef> = run
            .state
            .snapshots
            .iter()
            .filter(|snapshot| snapshot.kind == ArtifactKind::CoClusters)
            .collect();
        if all.is_empty() {
            nothing_yet_ui(ui, run);
            return requests;
        }
        let data = match input.data {
            DataLook::Ready(data) => data,
            DataLook::Reading(monitor) => {
                let fraction = monitor.and_then(Monitor::fraction);
                if waiting(ui, "Reading the run's data…", fraction) {
                    requests.push(CoClustersRequest::CancelData);
                }
                return requests;
            }
            DataLook::Failed(why) => {
                message(ui, Severity::Error, why, |ui| {
                    if ui.button("Try again").clicked() {
                        requests.push(CoClustersRequest::RetryData);
                    }
                });
                return requests;
            }
        };
        let index = self.timeline.index(run.id, all.len());
        let look = self
            .snapshots
            .get(ui.ctx(), run.id, run.artifacts, &all, index, Some(data));
        self.stage_ui(ui, run, &all, data, look);
        requests
    }

    fn stage_ui(
        &mut self,
        ui: &mut Ui,
        run: RunLook<'_>,
        all: &[&SnapshotRef],
        data: &Arc<MatrixData>,
        look: Look,
    ) {
        let tokens = tokens(ui.ctx());
        let ready = matches!(look, Look::Ready(_));
        self.stage.prepare(ui.ctx(), run.id, data);
        if let Look::Ready(snapshot) = &look {
            self.stage.show(snapshot);
        }
        self.stage.toolbar_ui(ui, &mut self.settings);
        ui.add_space(tokens.space.xs);
        if let Look::Failed(why) = &look {
            message(ui, Severity::Error, why, |_| ());
        }
        let whole = ui.available_rect_before_wrap();
        let foot = tokens.size.control + tokens.space.xs;
        let (stage, foot) = whole.split_top_bottom_at_y(whole.bottom() - foot);
        ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(stage), |ui| {
            self.stage.ui(ui, &self.settings, data);
        });
        let foot = foot.with_min_y(foot.top() + tokens.space.xs);
        ui.scope_builder(eframe::egui::UiBuilder::new().max_rect(foot), |ui| {
            let live = run.status.is_active();
            self.timeline.ui(ui, all, run.state, live, ready);
        });
    }

    /// Whether something is being read or drawn.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.snapshots.is_reading() || self.stage.is_working()
    }
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
