//! The result pane of a run that co-clusters a matrix.

use eframe::egui::Ui;

use super::AtelierApp;
use crate::runs::RunId;

impl AtelierApp {
    pub(super) fn co_clusters_pane(&mut self, ui: &mut Ui, id: &RunId) {
        ui.label(id.as_str());
    }
}
