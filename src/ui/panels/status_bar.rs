//! The bar at the bottom: where the run is, how fast it goes, what it costs.

use std::time::{Duration, Instant};

use eframe::egui::{Align, Label, Layout, ProgressBar, RichText, TextStyle, Ui};

use crate::data::images::Domain;
use crate::draw::Tokens;
use crate::draw::format;
use crate::record::Status;
use crate::ui::app::Action;
use crate::ui::state::{Content, DataState, Run};
use crate::ui::theme::tokens;
use crate::ui::widgets::{quiet_button, status_label, status_mark};

/// Contents of the bar.
pub struct StatusBar<'a> {
    /// The run it is about.
    pub run: Option<&'a Run>,
    /// The data that is looked at.
    pub data: &'a DataState,
    /// Name of the file being read.
    pub file: Option<String>,
    /// How many runs of this window train.
    pub running: usize,
    /// How many wait for their turn.
    pub queued: usize,
    /// Bytes of memory of the program.
    pub memory: Option<u64>,
}

impl StatusBar<'_> {
    /// Shows the bar.
    pub fn ui(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let tokens = tokens(ui.ctx());
        ui.style_mut().override_text_style = Some(TextStyle::Small);
        // The numbers at the right come first; the text at the left has what is left, and is cut where that is too little.
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = tokens.space.s;
            if let Some(bytes) = self.memory {
                quiet(ui, tokens, format::bytes(bytes)).on_hover_text("Memory of the program");
            }
            if self.running + self.queued > 1 {
                quiet(ui, tokens, counts(self.running, self.queued));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                if let DataState::Reading(share) = self.data {
                    self.reading_ui(ui, tokens, *share, actions);
                } else if let Some(run) = self.run {
                    run_ui(ui, tokens, run);
                } else {
                    self.data_ui(ui, tokens);
                }
            });
        });
    }

    fn reading_ui(
        &self,
        ui: &mut Ui,
        tokens: &Tokens,
        share: Option<f32>,
        actions: &mut Vec<Action>,
    ) {
        let file = self.file.as_deref().unwrap_or("data");
        quiet(ui, tokens, format!("Reading {file}"));
        match share {
            Some(share) => {
                let bar = ProgressBar::new(share)
                    .desired_width(4.0 * tokens.space.xxl)
                    .desired_height(tokens.space.xs)
                    .fill(tokens.accent);
                ui.add(bar);
                quiet(ui, tokens, format::percent(f64::from(share)));
            }
            None => {
                ui.spinner();
            }
        }
        if quiet_button(ui, "Cancel").clicked() {
            actions.push(Action::CancelData);
        }
    }

    fn data_ui(&self, ui: &mut Ui, tokens: &Tokens) {
        if let DataState::Ready(loaded) = self.data {
            let parts = match &loaded.content {
                Content::Ratings { summary, .. } => vec![
                    (summary.users, "users"),
                    (summary.items, "items"),
                    (summary.ratings, "ratings"),
                    (summary.test_ratings, "held out"),
                ],
                Content::Matrix { summary, .. } => vec![
                    (summary.rows, "rows"),
                    (summary.columns, "columns"),
                    (summary.stored, "cells"),
                ],
                Content::Images(data) => {
                    let count = |domain: &Domain| domain.train.len() + domain.test.len();
                    vec![
                        (count(&data.a), "images A"),
                        (count(&data.b), "images B"),
                        (data.left_out.len(), "left out"),
                    ]
                }
            };
            let text: Vec<String> = parts
                .into_iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, what)| format!("{} {what}", format::count(number as u64)))
                .collect();
            quiet(ui, tokens, text.join(" · "));
        }
    }
}

fn run_ui(ui: &mut Ui, tokens: &Tokens, run: &Run) {
    let summary = &run.summary;
    status_mark(ui, run.status(), run.progress());
    ui.label(RichText::new(status_label(run.status())).color(tokens.text_secondary));
    let mut parts = Vec::new();
    if summary.total_steps > 0 {
        parts.push(format!(
            "step {} / {}",
            format::count(summary.step),
            format::count(summary.total_steps)
        ));
    } else {
        parts.push(format!("step {}", format::count(summary.step)));
    }
    let rate = run.speed.steps_per_second();
    if let (Status::Running, Some(rate)) = (run.status(), rate) {
        parts.push(format::rate(rate));
        if let Some(left) = run.speed.seconds_left(summary.total_steps) {
            parts.push(format!("{} left", format::duration(left)));
        }
    } else {
        parts.push(format::duration(summary.seconds));
    }
    if !summary.device.is_empty() {
        parts.push(summary.device.to_uppercase());
    }
    quiet(ui, tokens, parts.join(" · "));
}

fn quiet(ui: &mut Ui, tokens: &Tokens, text: String) -> eframe::egui::Response {
    ui.add(Label::new(RichText::new(text).color(tokens.text_tertiary)).truncate())
}

/// `2 running, 1 queued`.
fn counts(running: usize, queued: usize) -> String {
    let parts = [(running, "running"), (queued, "queued")];
    let text = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"));
    text.collect::<Vec<_>>().join(", ")
}

/// The memory of the program, asked for once a second.
#[derive(Debug, Default)]
pub struct MemoryGauge {
    bytes: Option<u64>,
    asked: Option<Instant>,
}

impl MemoryGauge {
    /// Asks the system if it is time to.
    pub fn update(&mut self) {
        let due = self
            .asked
            .is_none_or(|then| then.elapsed() > Duration::from_secs(1));
        if due {
            self.asked = Some(Instant::now());
            self.bytes = memory_stats::memory_stats().map(|stats| stats.physical_mem as u64);
        }
    }

    /// Bytes, if the system tells.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn a_run_that_waits_is_not_one_that_runs() {
        assert_eq!(counts(1, 1), "1 running, 1 queued");
        assert_eq!(counts(2, 0), "2 running");
        assert_eq!(counts(0, 2), "2 queued");
    }
}
