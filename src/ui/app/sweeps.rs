//! Sweeps in the window.

use eframe::egui::Ui;

use super::AtelierApp;
use crate::experiments::sweep::SweepId;
use crate::ui::widgets::section_header;

impl AtelierApp {
    /// Shows the selected sweep in the panel at the right.
    pub(super) fn sweep_ui(&mut self, ui: &mut Ui, id: &SweepId) {
        if self.sweeps.get(id).is_none() {
            return;
        }
        section_header(ui, "Sweep");
    }
}
