//! What people write beside runs: tags, notes, pins.

use std::collections::BTreeSet;

use eframe::egui::Context;

use super::AtelierApp;
use super::tasks::Task;
use crate::runs::{Labels, RunId};
use crate::ui::toasts::Tone;

/// A change of what stands beside runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelChange {
    /// These tags and no others.
    Tags(BTreeSet<String>),
    /// These tags too.
    Add(BTreeSet<String>),
    /// Without these tags.
    Remove(BTreeSet<String>),
    /// Another note.
    Note(String),
    /// On top of lists, or no longer.
    Pin(bool),
}

impl LabelChange {
    /// Makes the change.
    pub fn apply(&self, labels: &mut Labels) {
        match self {
            Self::Tags(tags) => labels.tags.clone_from(tags),
            Self::Add(tags) => labels.tags.extend(tags.iter().cloned()),
            Self::Remove(tags) => labels.tags.retain(|tag| !tags.contains(tag)),
            Self::Note(note) => note.trim().clone_into(&mut labels.note),
            Self::Pin(pinned) => labels.pinned = *pinned,
        }
    }
}

impl AtelierApp {
    /// Changes what stands beside runs: shown at once, written in the background.
    pub(super) fn label(&mut self, ctx: &Context, runs: &[RunId], change: LabelChange) {
        let mut folders = Vec::new();
        for id in runs {
            let Some(run) = self.runs.get_mut(id) else {
                continue;
            };
            let mut labels = run.labels.clone();
            change.apply(&mut labels);
            if let Err(error) = labels.check() {
                let text = format!("{}: {error}", run.title());
                self.toasts.push(Tone::Error, text);
                return;
            }
            run.labels = labels;
            folders.push(run.path.clone());
        }
        self.spawn(ctx, "label runs", move || {
            // One that cannot be written keeps no other from it.
            let mut failed = None;
            for folder in &folders {
                let written = Labels::change(folder, |labels| change.apply(labels));
                failed = failed.or(written.err());
            }
            Task::Changed(failed.map_or(Ok(()), |error| Err(error.to_string())))
        });
    }
}
