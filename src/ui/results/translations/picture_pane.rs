//! Where pictures are looked at.

use eframe::egui::{Rect, Response, Ui};

use super::blink::Blink;
use super::settings::{Mode, Settings};
use super::shown_run::ShownRun;
use super::textures::Textures;
use crate::ui::widgets::{Placed, Viewport};

/// The content that is shown: zoom, textures, and the pixel under the pointer.
#[derive(Default)]
pub(super) struct PicturePane {
    pub(super) viewport: Viewport,
    pub(super) textures: Textures,
    pub(super) blink: Blink,
    /// The place on the picture that was pointed at in the frame before, 0 to 1 along each side: the same in all cells.
    pub(super) pointed: Option<[f64; 2]>,
    pointing: Option<[f64; 2]>,
    /// Where a picture was drawn last, for the buttons.
    pub(super) placed: Option<Placed>,
}

impl PicturePane {
    /// Fills `area`.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        settings: &mut Settings,
        shown_runs: &[ShownRun<'_>],
    ) {
        self.textures.begin();
        self.placed = None;
        if area.is_positive() {
            match settings.mode {
                Mode::Grid | Mode::Report => self.grid_ui(ui, area, settings, shown_runs),
                Mode::Wipe => self.wipe_ui(ui, area, settings, shown_runs),
                Mode::Blink => self.blink_ui(ui, area, settings, shown_runs),
                Mode::Overlay => self.overlay_ui(ui, area, settings, shown_runs),
            }
        }
        self.pointed = self.pointing.take();
    }

    /// A place of the picture is pointed at.
    pub(super) fn point(&mut self, share: [f64; 2], response: &Response) {
        self.pointing = Some(share);
        // The crosses in the other cells follow.
        if self.pointed != self.pointing {
            response.ctx.request_repaint();
        }
    }
}
