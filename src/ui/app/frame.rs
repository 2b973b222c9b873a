//! What is around the panes in each frame: bars, the layout in the middle, keys, and what the engine has told since.

use eframe::egui::{CentralPanel, Context, Frame, Margin, Modifiers, Panel, Stroke, Ui};

use super::actions::Action;
use super::{AtelierApp, Devices, IDLE, LIVE};
use crate::record::Status;
use crate::runs::RunId;
use crate::ui::commands::Command;
use crate::ui::layout;
use crate::ui::state::Selection;
use crate::ui::theme::tokens;
use crate::ui::toasts::Tone;

/// Seconds without input after which the cursor of a text field no longer blinks: each blink draws the window.
const BLINKS: f64 = 5.0;

impl AtelierApp {
    /// Takes in what happened elsewhere: events of runs, results of jobs.
    pub(super) fn take_in(&mut self, ctx: &Context) {
        for (id, status, message) in self.runs.drain(&self.engine) {
            self.notify_end(&id, status, message);
        }
        let folder = self.places.runs.clone();
        self.runs.poll(ctx, &folder, &self.settings);
        self.poll_sweeps();
        self.question.update(&self.settings.draft);
        if self.runs.is_scanned()
            && let Selection::Run(id) = &self.settings.selection
            && self.runs.get(id).is_none()
        {
            self.settings.selection = Selection::Draft;
        }
        self.data.poll();
        self.previews.poll();
        if let Devices::Asking(Some(job)) = &self.devices
            && let Some(devices) = job.poll()
        {
            self.devices = Devices::Known(devices.unwrap_or_default());
        }
        self.finish_tasks(ctx);
        self.finish_exports();
        self.want_what_is_shown(ctx);
        self.memory.update();
        let busy = self.runs.any_active()
            || self.sweeps.any_active()
            || self.is_working()
            || !self.tasks.is_empty()
            || !self.exports.is_empty();
        ctx.request_repaint_after(if busy { LIVE } else { IDLE });
    }

    fn notify_end(&mut self, id: &RunId, status: Status, message: Option<String>) {
        let run = self.runs.get(id);
        if run.is_some_and(|run| run.summary.sweep.is_some()) {
            // Of many runs the sweep tells once.
            self.runs.rescan();
            return;
        }
        let name = self
            .runs
            .get(id)
            .map_or_else(|| id.short().to_owned(), |run| run.title().to_owned());
        match status {
            Status::Finished => self.toasts.push(Tone::Success, format!("{name} finished")),
            Status::Failed => self.toasts.push(
                Tone::Error,
                format!("{name} failed: {}", message.unwrap_or_default()),
            ),
            _ => (),
        }
        self.runs.rescan();
    }

    pub(super) fn shortcuts(&mut self, ctx: &Context) {
        let renaming = self.renaming.is_some()
            || self.renaming_sweep.is_some()
            || self.naming_preset.is_some()
            || self.adding.is_open();
        if self.palette.is_open() || renaming {
            return;
        }
        let situation = self.situation();
        let mut shortcuts: Vec<_> = Command::ALL
            .into_iter()
            .filter(|command| command.is_enabled(situation))
            .filter_map(|command| Some((command.shortcut()?, command)))
            .collect();
        // egui takes Ctrl+Shift+O for Ctrl+O, too: the longer one is asked for first.
        shortcuts.sort_by_key(|(keys, _)| !keys.modifiers.shift);
        let typing = ctx.text_edit_focused();
        for (keys, command) in shortcuts {
            // Delete and Ctrl+Z are the text's while some is edited.
            let plain = keys.modifiers == Modifiers::NONE && command != Command::Help;
            if typing && (plain || command == Command::UndoDelete) {
                continue;
            }
            if ctx.input_mut(|input| input.consume_shortcut(&keys)) {
                match command {
                    // At once: what is typed next, perhaps in this very frame, is meant for it.
                    Command::Palette => self.palette.open(ctx),
                    _ => self.actions.push(Action::Command(command)),
                }
            }
        }
    }

    /// Lets the cursor of a text field blink while somebody is there.
    pub(super) fn rest_cursor(&mut self, ctx: &Context) {
        let (now, some) = ctx.input(|input| (input.time, !input.raw.events.is_empty()));
        if some {
            self.last_input = now;
        }
        let blink = now - self.last_input < BLINKS;
        if ctx.global_style().visuals.text_cursor.blink != blink {
            ctx.all_styles_mut(|style| style.visuals.text_cursor.blink = blink);
        }
    }

    pub(super) fn bars_ui(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        let bar = |horizontal: f32| {
            Frame::new()
                .fill(tokens.canvas)
                .inner_margin(Margin::symmetric(horizontal as i8, 0))
        };
        Panel::top("top bar")
            .exact_size(tokens.size.top_bar)
            .frame(bar(tokens.space.s))
            .show(ui, |ui| self.top_bar_ui(ui));
        Panel::bottom("status bar")
            .exact_size(tokens.size.status_bar)
            .frame(bar(tokens.space.m))
            .show(ui, |ui| self.status_bar_ui(ui));
    }

    pub(super) fn center_ui(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        CentralPanel::no_frame()
            .frame(Frame::new().fill(tokens.canvas).stroke(Stroke::NONE))
            .show(ui, |ui| {
                let mut tree = std::mem::replace(&mut self.settings.layout, layout::tabs());
                if tree.active_tiles().is_empty() {
                    self.no_panes_ui(ui);
                } else {
                    self.hovered_pane = None;
                    let asked = layout::tiles_ui(ui, &mut tree, &mut |ui, pane| {
                        if ui.rect_contains_pointer(ui.max_rect()) {
                            self.hovered_pane = Some(pane);
                        }
                        self.pane_ui(ui, pane);
                    });
                    self.actions.extend(asked.map(Action::Command));
                }
                self.settings.layout = tree;
            });
    }
}
