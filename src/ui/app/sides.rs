//! The panels at the sides: the runs and the parameters. In a narrow window both are folded away until one is asked for.

use eframe::egui::{Context, Frame, Margin, Panel, Ui, UiBuilder};

use super::AtelierApp;
use crate::ui::state::Settings;
use crate::ui::theme::tokens;

/// A panel at a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The list of runs, at the left.
    Runs,
    /// The form, at the right.
    Parameters,
}

/// How the panels are shown now, beside what the settings keep of them.
#[derive(Debug, Default)]
pub(super) struct Sides {
    /// The window has no room for two panels beside the panes.
    narrow: bool,
    /// The panel that is open in a narrow window.
    drawer: Option<Side>,
    /// Width of the list of runs in the last frame, in points.
    pub(super) runs_width: f32,
}

/// A narrower window folds the panels away, in points.
const NARROW: f32 = 1000.0;
/// Most of a narrow window that a panel may take.
const MOST_OF_NARROW: f32 = 0.4;

impl Sides {
    /// Looks how wide the window is.
    pub(super) fn update(&mut self, ctx: &Context) {
        let narrow = ctx.content_rect().width() < NARROW;
        if narrow != self.narrow {
            self.narrow = narrow;
            self.drawer = None;
        }
    }

    /// True if a panel is open.
    pub(super) fn is_open(&self, side: Side, settings: &Settings) -> bool {
        match side {
            _ if self.narrow => self.drawer == Some(side),
            Side::Runs => settings.runs_open,
            Side::Parameters => settings.parameters_open,
        }
    }

    /// Opens a panel or folds it away. A narrow window has room for one.
    pub(super) fn set(&mut self, side: Side, open: bool, settings: &mut Settings) {
        match side {
            _ if self.narrow => {
                if open {
                    self.drawer = Some(side);
                } else if self.drawer == Some(side) {
                    self.drawer = None;
                }
            }
            Side::Runs => settings.runs_open = open,
            Side::Parameters => settings.parameters_open = open,
        }
    }
}

impl AtelierApp {
    pub(super) fn is_side_open(&self, side: Side) -> bool {
        self.sides.is_open(side, &self.settings)
    }

    pub(super) fn open_side(&mut self, side: Side, open: bool) {
        self.sides.set(side, open, &mut self.settings);
    }

    pub(super) fn side_panels_ui(&mut self, ui: &mut Ui) {
        self.side_ui(ui, Side::Runs, Self::runs_panel_ui);
        self.side_ui(ui, Side::Parameters, Self::parameters_panel_ui);
    }

    fn side_ui(&mut self, ui: &mut Ui, side: Side, contents: fn(&mut Self, &mut Ui)) {
        let tokens = tokens(ui.ctx());
        // A narrow window leaves the widths of a wide one alone.
        let (panel, width) = match (side, self.sides.narrow) {
            (Side::Runs, false) => (Panel::left("runs"), tokens.size.runs_panel),
            (Side::Runs, true) => (Panel::left("runs drawer"), tokens.size.runs_panel),
            (Side::Parameters, false) => (Panel::right("parameters"), tokens.size.parameters_panel),
            (Side::Parameters, true) => (
                Panel::right("parameters drawer"),
                tokens.size.parameters_panel,
            ),
        };
        let most = if self.sides.narrow {
            ui.ctx().content_rect().width() * MOST_OF_NARROW
        } else {
            tokens.size.panel_max
        };
        let mut open = self.is_side_open(side);
        let frame = Frame::new().fill(tokens.surface).inner_margin(Margin::ZERO);
        let shown = panel
            .default_size(width)
            .size_range(tokens.size.panel_min..=most.max(tokens.size.panel_min))
            .frame(frame)
            .show_collapsible(ui, &mut open, |ui| {
                keep_width(ui, |ui| contents(self, ui));
            });
        if let (Side::Runs, Some(shown)) = (side, &shown) {
            self.sides.runs_width = shown.response.rect.width();
        }
        if open != self.is_side_open(side) {
            self.open_side(side, open);
        }
    }
}

/// Contents that leave the width of a panel as it is: what is wider is cut, where egui would make the panel wider for good.
fn keep_width(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let room = ui.available_rect_before_wrap();
    let mut child = ui.new_child(UiBuilder::new().max_rect(room));
    child.shrink_clip_rect(room);
    contents(&mut child);
    ui.expand_to_include_rect(room);
    ui.advance_cursor_after_rect(room);
}
