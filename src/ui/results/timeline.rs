//! Walking through the snapshots of a run.

use std::time::Duration;

use eframe::egui::{Align, Layout, RichText, Role, Slider, Ui, WidgetInfo};
use egui_material_icons::icons as icon;

use crate::draw::format;
use crate::runs::{RunState, SnapshotRef};
use crate::ui::theme::tokens;
use crate::ui::widgets::IconButton;

/// Seconds that a snapshot is shown while they are played.
const SECONDS_PER_SNAPSHOT: f64 = 0.45;

/// Which snapshot is shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Timeline {
    /// The run that this is about.
    run: String,
    /// `None` shows the newest one, and the next one as it comes.
    index: Option<usize>,
    /// When the next one is due.
    playing: Option<f64>,
}

impl Timeline {
    /// The snapshot of `run` that is shown; it has `count`.
    pub(super) fn index(&mut self, run: &str, count: usize) -> usize {
        if self.run != run {
            *self = Self {
                run: run.to_owned(),
                ..Self::default()
            };
        }
        let last = count.saturating_sub(1);
        self.index.map_or(last, |index| index.min(last))
    }

    /// Shows buttons, slider and step. `ready` says whether the one that is shown is there: the next waits for it.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        all: &[&SnapshotRef],
        state: &RunState,
        live: bool,
        ready: bool,
    ) {
        let tokens = tokens(ui.ctx());
        let last = all.len().saturating_sub(1);
        let index = self.index.map_or(last, |index| index.min(last));
        let now = ui.input(|input| input.time);
        self.play(ui, index, last, now, ready);
        ui.horizontal(|ui| {
            ui.set_min_height(tokens.size.control);
            ui.spacing_mut().item_spacing.x = tokens.space.hair;
            let more = last > 0;
            let button = |ui: &mut Ui, glyph, name: &str, enabled: bool| {
                ui.add_enabled(enabled, IconButton::new(glyph, name))
                    .clicked()
            };
            if button(ui, icon::ICON_FIRST_PAGE, "First snapshot", index > 0) {
                self.go(0, last, live);
            }
            if button(ui, icon::ICON_CHEVRON_LEFT, "Previous snapshot", index > 0) {
                self.go(index.saturating_sub(1), last, live);
            }
            let (glyph, name) = if self.playing.is_some() {
                (icon::ICON_PAUSE, "Pause the snapshots")
            } else {
                (icon::ICON_PLAY_ARROW, "Play the snapshots")
            };
            if button(ui, glyph, name, more) {
                self.playing = match self.playing {
                    Some(_) => None,
                    None => {
                        if index == last {
                            self.go(0, last, live);
                        } else {
                            self.index = Some(index);
                        }
                        Some(now + SECONDS_PER_SNAPSHOT)
                    }
                };
            }
            if button(ui, icon::ICON_CHEVRON_RIGHT, "Next snapshot", index < last) {
                self.go(index + 1, last, live);
            }
            if button(ui, icon::ICON_LAST_PAGE, "Last snapshot", index < last) {
                self.index = None;
                self.playing = None;
            }
            ui.add_space(tokens.space.s);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = tokens.space.s;
                if live {
                    self.follow_ui(ui, index);
                }
                let step = all.get(index).map_or(0, |snapshot| snapshot.step);
                ui.label(RichText::new(when(state, step)).color(tokens.text_secondary));
                if more {
                    self.slider_ui(ui, index, last, live);
                }
            });
        });
    }

    fn slider_ui(&mut self, ui: &mut Ui, index: usize, last: usize, live: bool) {
        let mut chosen = index;
        ui.spacing_mut().slider_width = ui.available_width();
        ui.spacing_mut().interact_size.y = tokens(ui.ctx()).size.icon;
        let response = ui.add(Slider::new(&mut chosen, 0..=last).show_value(false));
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Slider, true, "Snapshot");
            info.value = Some(index as f64);
            info
        });
        if chosen != index {
            self.go(chosen, last, live);
            self.playing = None;
        }
    }

    fn follow_ui(&mut self, ui: &mut Ui, index: usize) {
        let follows = self.index.is_none();
        let button = IconButton::new(icon::ICON_SYNC, "Follow the newest snapshot")
            .hint("Show each new snapshot as it comes")
            .selected(follows);
        if ui.add(button).clicked() {
            self.index = follows.then_some(index);
            self.playing = None;
        }
    }

    /// The last one of a run that has ended needs no following.
    fn go(&mut self, index: usize, last: usize, live: bool) {
        self.index = (index < last || live).then_some(index);
    }

    fn play(&mut self, ui: &Ui, index: usize, last: usize, now: f64, ready: bool) {
        let Some(due) = self.playing else {
            return;
        };
        if index >= last {
            self.playing = None;
            self.index = None;
            return;
        }
        if now >= due && ready {
            self.index = Some(index + 1);
            self.playing = Some(now + SECONDS_PER_SNAPSHOT);
        }
        let wait = (due - now).clamp(1.0 / 60.0, SECONDS_PER_SNAPSHOT);
        ui.ctx()
            .request_repaint_after(Duration::from_secs_f64(wait));
    }
}

/// The snapshot of another run to show beside `chosen` of `all`: the newest beside the last of a run that has ended, or else the one of the
/// nearest step, of two as near the earlier. `others` is not empty.
pub(super) fn beside(
    all: &[&SnapshotRef],
    chosen: usize,
    live: bool,
    others: &[&SnapshotRef],
) -> usize {
    let newest = others.len().saturating_sub(1);
    let Some(step) = all.get(chosen).map(|snapshot| snapshot.step) else {
        return newest;
    };
    if !live && chosen + 1 == all.len() {
        return newest;
    }
    let steps = others.iter().map(|snapshot| snapshot.step.abs_diff(step));
    let nearest = steps.enumerate().min_by_key(|(_, away)| *away);
    nearest.map_or(newest, |(index, _)| index)
}

/// `step 120 · epoch 12`; the epoch where a measure was taken at or before that step.
pub(super) fn when(state: &RunState, step: u64) -> String {
    let mut text = format!("step {}", format::count(step));
    let epoch = state.series.values().find_map(|series| {
        let at = series.steps.binary_search(&step).ok()?;
        series.epochs.get(at).copied()
    });
    if let Some(epoch) = epoch.filter(|epoch| *epoch > 0.0 && *epoch != step as f64) {
        text += &format!(
            " · epoch {}",
            format::setting((epoch * 10.0).round() / 10.0)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_run_begins_with_its_newest() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.index("a", 5), 4);
        timeline.go(1, 4, false);
        assert_eq!(timeline.index("a", 6), 1);
        assert_eq!(timeline.index("b", 3), 2);
    }

    #[test]
    fn another_run_is_shown_at_the_nearest_step() {
        let of = |steps: &[u64]| -> Vec<SnapshotRef> {
            let steps = steps.iter();
            steps
                .map(|step| SnapshotRef {
                    kind: crate::record::ArtifactKind::CO_CLUSTERS,
                    file: format!("{step}"),
                    step: *step,
                })
                .collect()
        };
        let (own, other) = (of(&[0, 10, 20, 30]), of(&[1, 9, 11, 400]));
        let (own, other): (Vec<_>, Vec<_>) = (own.iter().collect(), other.iter().collect());
        let beside = |chosen, live| beside(&own, chosen, live, &other);
        assert_eq!(
            [beside(0, false), beside(1, false), beside(2, false)],
            [0, 1, 2]
        );
        assert_eq!(beside(3, false), 3, "the ends of two runs belong together");
        assert_eq!(beside(3, true), 2, "a run that goes on is not at its end");
    }

    #[test]
    fn the_newest_is_followed_until_an_older_one_is_chosen() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.index("a", 5), 4);
        assert_eq!(timeline.index("a", 6), 5, "a new one is shown as it comes");
        timeline.go(5, 5, true);
        assert_eq!(
            timeline.index("a", 7),
            5,
            "a live run stays where it was put"
        );
        timeline.go(6, 6, false);
        assert_eq!(timeline.index("a", 9), 8);
    }
}
