//! Files that are written where a person chose: away from the window's thread, with progress, and they can be canceled.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::{Align2, Area, Context, Frame, Id, Label, ProgressBar, RichText, Ui, vec2};

use super::AtelierApp;
use crate::draw::format;
use crate::ui::jobs::Job;
use crate::ui::save::Content;
use crate::ui::theme::tokens;
use crate::ui::toasts::Tone;
use crate::ui::widgets::quiet_button;

/// Files written faster than this show no progress.
const QUIET: Duration = Duration::from_millis(400);

/// A file that is being written.
pub(super) struct Export {
    path: PathBuf,
    job: Job<Result<(), String>>,
    since: Instant,
}

impl AtelierApp {
    pub(super) fn write(&mut self, ctx: &Context, path: PathBuf, content: Content) {
        let target = path.clone();
        let job = Job::spawn("write file", ctx, move |monitor| {
            content.write_to(&target, monitor)
        });
        match job {
            Ok(job) => self.exports.push(Export {
                path,
                job,
                since: Instant::now(),
            }),
            Err(error) => self.toasts.push(
                Tone::Error,
                format!("{} was not written: {error}", path.display()),
            ),
        }
    }

    /// Says what became of the files that are done.
    pub(super) fn finish_exports(&mut self) {
        let mut done = Vec::new();
        self.exports.retain(|export| {
            let outcome = export.job.poll();
            let goes_on = outcome.is_none();
            if let Some(outcome) = outcome {
                let is_canceled = export.job.monitor().is_canceled();
                done.push((export.path.clone(), outcome, is_canceled));
            }
            goes_on
        });
        for (path, outcome, is_canceled) in done {
            match outcome.map_err(|panicked| panicked.to_string()) {
                Ok(Ok(())) => self.notify_written(path),
                _ if is_canceled => (),
                Ok(Err(why)) | Err(why) => {
                    let text = format!("{}: {why}", path.display());
                    self.toasts.push(Tone::Error, text);
                }
            }
        }
    }

    /// Shows the files that take a while, above the status bar.
    pub(super) fn exports_ui(&self, ctx: &Context) {
        let slow = |export: &&Export| export.since.elapsed() > QUIET;
        let mut shown = self.exports.iter().filter(slow).peekable();
        if shown.peek().is_none() {
            return;
        }
        let tokens = tokens(ctx);
        Area::new(Id::unique("exports"))
            .anchor(
                Align2::CENTER_BOTTOM,
                vec2(0.0, -tokens.size.status_bar - tokens.space.s),
            )
            .show(ctx, |ui| {
                Frame::popup(ui.style()).show(ui, |ui| {
                    for export in shown {
                        export_ui(ui, export);
                    }
                });
            });
    }
}

fn export_ui(ui: &mut Ui, export: &Export) {
    let tokens = tokens(ui.ctx());
    let name = export
        .path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    ui.horizontal(|ui| {
        let text = RichText::new(format!("Writing {name}")).color(tokens.text);
        ui.add(Label::new(text).truncate());
        let monitor = export.job.monitor();
        match monitor.fraction() {
            Some(share) => {
                let bar = ProgressBar::new(share)
                    .desired_width(4.0 * tokens.space.xxl)
                    .desired_height(tokens.space.xs)
                    .fill(tokens.accent);
                ui.add(bar);
                let percent = format::percent(f64::from(share));
                ui.label(RichText::new(percent).color(tokens.text_secondary));
            }
            None => {
                ui.spinner();
            }
        }
        if quiet_button(ui, "Cancel writing").clicked() {
            monitor.cancel();
        }
    });
}
