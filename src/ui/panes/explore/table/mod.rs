//! A run a row: columns chosen, sorted, grouped by seeds; tags and notes written in place; many runs marked, tagged or deleted at once.

mod best;
mod bulk;
mod cell;
mod choose;
mod columns;
mod copy;
mod edit;
mod grid;
mod groups;
mod header;
mod menu;
mod model;
mod name;
#[cfg(test)]
pub(super) mod tests;
mod text;

use eframe::egui::{Context, Ui};
use serde_json::Value;

use super::{Look, Part, Shared};
use crate::runs::RunId;
use crate::ui::app::Action;
use crate::ui::jobs::Job;
use crate::ui::panes::{from_value, reading_ui, to_value};

use bulk::TagField;
use edit::Editing;
use grid::Widths;
use model::{Choice, Model};

/// So many runs are laid out within a frame; more in the background.
const AT_ONCE: usize = 1500;

/// The table.
#[derive(Default)]
pub(super) struct TablePart {
    choice: Choice,
    model: Model,
    /// What the model was made of.
    made_of: Option<Of>,
    making: Option<Making>,
    widths: Widths,
    editing: Option<Editing>,
    /// The run that was clicked last: shift-click chooses everything from there.
    anchor: Option<RunId>,
    tags: TagField,
}

/// The number of the question that a model was made of, and the choice.
type Of = (u64, Choice);

/// A model that is made in the background.
struct Making {
    of: Of,
    job: Job<Model>,
}

impl Part for TablePart {
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        self.update(ui.ctx(), look);
        if self.made_of.is_none() {
            reading_ui(ui, "Laying out the runs");
            return Vec::new();
        }
        let mut actions = Vec::new();
        self.toolbar_ui(ui, look, shared, &mut actions);
        self.keys(ui, shared);
        self.grid_ui(ui, look, shared, &mut actions);
        actions
    }

    fn is_working(&self) -> bool {
        self.making.is_some()
    }

    fn settings(&self) -> Value {
        to_value(&self.choice)
    }

    fn restore(&mut self, settings: Value) {
        self.choice = from_value(settings);
    }
}

impl TablePart {
    /// Has the model made again where the runs or the choice are others.
    fn update(&mut self, ctx: &Context, look: &Look<'_>) {
        if let Some(making) = &self.making
            && let Some(made) = making.job.poll()
        {
            let of = self.making.take().map(|making| making.of);
            match made {
                Ok(model) => self.take(model, of),
                Err(panicked) => tracing::warn!("the runs cannot be laid out: {panicked}"),
            }
        }
        let is_of = |of: &Of| of.0 == look.generation && of.1 == self.choice;
        // One at a time: what has changed meanwhile is looked at afterwards.
        if self.made_of.as_ref().is_some_and(is_of) || self.making.is_some() {
            return;
        }
        let of = (look.generation, self.choice.clone());
        let table = look.table.clone();
        if table.len() <= AT_ONCE {
            let model = Model::new(table, &of.1);
            self.take(model, Some(of));
            return;
        }
        let choice = self.choice.clone();
        match Job::spawn("lay out runs", ctx, move |_| Model::new(table, &choice)) {
            Ok(job) => self.making = Some(Making { of, job }),
            Err(error) => tracing::warn!("no thread to lay out the runs: {error}"),
        }
    }

    fn take(&mut self, model: Model, of: Option<Of>) {
        self.model = model;
        self.made_of = of;
        self.widths = Widths::default();
    }
}
