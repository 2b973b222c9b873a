//! Closing while something trains: checkpoints first.

use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::{Context, RichText, Spinner, ViewportCommand};

use super::AtelierApp;
use crate::ui::jobs::Job;
use crate::ui::theme::emphasis;
use crate::ui::theme::tokens;
use crate::ui::widgets::dialog;

/// Where the closing of the window stands.
#[derive(Default)]
pub(super) enum Closing {
    /// Nobody closes it.
    #[default]
    No,
    /// Runs write their checkpoints.
    Saving { since: Instant, job: Job<()> },
    /// Everything is on disk.
    Done,
}

/// Shorter waits need no word.
const QUIET: Duration = Duration::from_millis(500);

impl AtelierApp {
    pub(super) fn close_logic(&mut self, ctx: &Context) {
        let asked = ctx.input(|input| input.viewport().close_requested());
        match &self.closing {
            Closing::No if asked && (self.runs.any_active() || self.sweeps.any_active()) => {
                ctx.send_viewport_cmd(ViewportCommand::CancelClose);
                let engine = Arc::clone(&self.engine);
                if let Ok(job) = Job::spawn("close", ctx, move |_| engine.shutdown()) {
                    self.closing = Closing::Saving {
                        since: Instant::now(),
                        job,
                    };
                }
            }
            Closing::Saving { job, .. } => {
                if asked {
                    ctx.send_viewport_cmd(ViewportCommand::CancelClose);
                }
                if job.poll().is_some() {
                    self.closing = Closing::Done;
                    ctx.send_viewport_cmd(ViewportCommand::Close);
                }
                ctx.request_repaint_after(Duration::from_millis(30));
            }
            Closing::No | Closing::Done => (),
        }
    }

    pub(super) fn closing_ui(&self, ctx: &Context) {
        let Closing::Saving { since, .. } = &self.closing else {
            return;
        };
        if since.elapsed() < QUIET {
            return;
        }
        let tokens = tokens(ctx);
        dialog(ctx, "closing").show(ctx, |ui| {
            ui.horizontal(|ui| {
                ui.add(
                    Spinner::new()
                        .size(tokens.size.icon)
                        .color(tokens.accent_text),
                );
                ui.vertical(|ui| {
                    ui.label(emphasis("Saving the runs in progress"));
                    ui.label(
                        RichText::new("You can resume them next time.")
                            .color(tokens.text_secondary),
                    );
                });
            });
        });
    }
}
