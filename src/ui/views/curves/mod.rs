//! The curves of one or several runs: what they measured, step by step.

pub mod axis;
pub mod decimate;
pub mod measure;
pub mod pyramid;
pub mod smoothing;
pub mod ticks;

use std::sync::Arc;

use eframe::egui::{self, Color32, ColorImage};
use serde::{Deserialize, Serialize};

use crate::runs::RunState;
use crate::systems::ConfigMap;

/// A run whose curves are shown.
#[derive(Debug, Clone, Copy)]
pub struct CurveRun<'a> {
    /// Tells runs apart from frame to frame.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// Its colour everywhere.
    pub color: Color32,
    /// What it has measured.
    pub state: &'a RunState,
    /// Its resolved config, to show what differs between runs.
    pub config: &'a ConfigMap,
}

/// The curves: settings that persist, and what is cached between frames.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CurvesView {}

/// What the person asked the shell to do.
#[derive(Debug, Default)]
pub struct CurvesResponse {
    /// Write this to a file of the person's choice.
    pub export: Option<CurvesExport>,
}

/// Something to write to a file.
#[derive(Debug, Clone)]
pub enum CurvesExport {
    /// The points in view.
    Csv(String),
    /// The plots as they look.
    Picture(Arc<ColorImage>),
}

impl CurvesView {
    /// Shows the runs' curves.
    pub fn ui(&mut self, ui: &mut egui::Ui, runs: &[CurveRun<'_>]) -> CurvesResponse {
        let _ = (ui, runs);
        CurvesResponse::default()
    }
}
