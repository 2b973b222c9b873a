//! The panels at both sides: where there is room they stand beside the panes, as they were left; a narrow window opens one at a time.

use eframe::egui::{Frame, Margin, Panel, Ui, UiBuilder};

use super::AtelierApp;
use crate::ui::theme::tokens;

/// Below this width of the window the panels fold away.
const NARROW: f32 = 1000.0;
/// The largest part of a narrow window for a panel.
const MOST_OF_NARROW: f32 = 0.4;

/// One of the panels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SidePanel {
    /// The list of runs.
    Runs,
    /// Data and parameters of the next run or the selected one.
    Parameters,
}

/// The window's room for panels.
#[derive(Debug, Default)]
pub(super) struct Folding {
    narrow: bool,
    /// The panel that is open while the window is narrow.
    open: Option<SidePanel>,
    /// Width of the list of runs in the last frame, in points.
    pub(super) runs_width: f32,
}

impl AtelierApp {
    pub(super) fn is_open(&self, panel: SidePanel) -> bool {
        if self.folding.narrow {
            return self.folding.open == Some(panel);
        }
        match panel {
            SidePanel::Runs => self.settings.runs_open,
            SidePanel::Parameters => self.settings.parameters_open,
        }
    }

    pub(super) fn set_open(&mut self, panel: SidePanel, open: bool) {
        if self.folding.narrow {
            if open || self.is_open(panel) {
                self.folding.open = open.then_some(panel);
            }
            return;
        }
        match panel {
            SidePanel::Runs => self.settings.runs_open = open,
            SidePanel::Parameters => self.settings.parameters_open = open,
        }
    }

    pub(super) fn toggle(&mut self, panel: SidePanel) {
        self.set_open(panel, !self.is_open(panel));
    }

    pub(super) fn side_panels_ui(&mut self, ui: &mut Ui) {
        let width = ui.available_width();
        self.folding.narrow = width < NARROW;
        let tokens = tokens(ui.ctx());
        // A narrow window has ids of its own: what is cut there leaves the widths of a wide one alone.
        let (runs, parameters, most) = if self.folding.narrow {
            let most = (width * MOST_OF_NARROW).max(tokens.size.panel_min);
            ("narrow runs", "narrow parameters", most)
        } else {
            ("runs", "parameters", tokens.size.panel_max)
        };
        let side = Frame::new().fill(tokens.surface).inner_margin(Margin::ZERO);
        let widths = tokens.size.panel_min..=most;

        let mut open = self.is_open(SidePanel::Runs);
        let shown = Panel::left(runs)
            .default_size(tokens.size.runs_panel)
            .size_range(widths.clone())
            .frame(side)
            .show_collapsible(ui, &mut open, |ui| {
                keep_width(ui, |ui| self.runs_panel_ui(ui));
            });
        if let Some(shown) = shown {
            self.folding.runs_width = shown.response.rect.width();
        }
        self.set_open(SidePanel::Runs, open);

        let mut open = self.is_open(SidePanel::Parameters);
        Panel::right(parameters)
            .default_size(tokens.size.parameters_panel)
            .size_range(widths)
            .frame(side)
            .show_collapsible(ui, &mut open, |ui| {
                keep_width(ui, |ui| self.parameters_panel_ui(ui));
            });
        self.set_open(SidePanel::Parameters, open);
    }
}

/// Contents that leave the width of a panel as it is: what is wider is cut, where egui would widen the panel for good.
fn keep_width(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let room = ui.available_rect_before_wrap();
    let mut child = ui.new_child(UiBuilder::new().max_rect(room));
    child.shrink_clip_rect(room);
    contents(&mut child);
    ui.expand_to_include_rect(room);
    ui.advance_cursor_after_rect(room);
}
