//! Two pictures, one after the other in the same place: what changes jumps to the eye.

use std::time::Duration;

use eframe::egui::{Align2, Color32, Key, Rect, Ui};

use super::canvas;
use super::grid::absent_ui;
use super::picture_pane::PicturePane;
use super::settings::Settings;
use super::shown_run::ShownRun;
use super::wipe::{pair, pictures, spot_name, tag};

/// Which of the two is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Blink {
    /// The one that is held, while they do not take turns.
    pub(super) held: Option<usize>,
    /// Which one is shown.
    pub(super) shown: usize,
}

impl Blink {
    /// Which one is shown at a time, in seconds, and how long it still is.
    fn at(self, time: f64, rate: f32) -> (usize, f64) {
        let turns = time * f64::from(rate);
        let left = (turns.floor() + 1.0 - turns) / f64::from(rate);
        (
            self.held.unwrap_or((turns.floor() as i64 & 1) as usize),
            left,
        )
    }

    /// Holds the one that is shown, or lets them take turns again.
    pub(super) fn toggle(&mut self) {
        self.held = match self.held {
            Some(_) => None,
            None => Some(self.shown),
        };
    }
}

impl PicturePane {
    pub(super) fn blink_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        settings: &Settings,
        shown_runs: &[ShownRun<'_>],
    ) {
        let pair = pair(settings, shown_runs);
        let Some(both) = pictures(shown_runs, pair) else {
            absent_ui(
                ui,
                area,
                shown_runs
                    .iter()
                    .find(|shown_run| shown_run.picture().is_none()),
            );
            return;
        };
        let time = ui.input(|input| input.time);
        let (shown, left) = self.blink.at(time, settings.rate);
        self.blink.shown = shown;
        if self.blink.held.is_none() {
            ui.ctx()
                .request_repaint_after(Duration::from_secs_f64(left.max(1e-3)));
        }
        let (picture, spot) = (both[shown], pair[shown]);
        let names = pair.map(|spot| spot_name(shown_runs, spot));
        let accessible_text = format!(
            "{} and {} of {}, in turns",
            names[0], names[1], picture.name
        );
        let response = canvas::sense(
            ui,
            ui.scope_id().with("blink picture"),
            area,
            &accessible_text,
        );
        canvas::navigate(ui, &response, area, picture.size, &mut self.viewport, true);
        if response.has_focus() && ui.input(|input| input.key_pressed(Key::Space)) {
            self.blink.held = Some(1 - shown);
        }
        let placed = canvas::place(ui, &self.viewport, area, picture.size);
        self.placed = Some(placed);
        canvas::ground(ui, area);
        let cell = (picture, spot.cell);
        let white = Color32::WHITE;
        canvas::paint(ui, &mut self.textures, settings, &placed, area, cell, white);
        let corner = [Align2::LEFT_TOP, Align2::RIGHT_TOP][shown];
        tag(ui, placed.visible(), &names[shown], corner);
        canvas::focus(ui, &response, area);
        if let Some(share) = canvas::pointed(&response, &placed) {
            self.point(share, &response);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_pictures_take_turns_at_the_rate_until_one_is_held() {
        let mut blink = Blink::default();
        let shown: Vec<usize> = [0.0, 0.4, 0.6, 1.2]
            .map(|time| blink.at(time, 2.0).0)
            .into();
        assert_eq!(shown, [0, 0, 1, 0]);
        let (_, left) = blink.at(0.4, 2.0);
        assert!((left - 0.1).abs() < 1e-9);
        blink.shown = 1;
        blink.toggle();
        assert_eq!(blink.at(0.0, 2.0).0, 1);
        blink.toggle();
        assert_eq!(blink.at(0.0, 2.0).0, 0);
    }
}
