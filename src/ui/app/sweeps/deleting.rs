//! Sweeps that get another name, or go to the trash with their runs.

use eframe::egui::Context;

use super::super::AtelierApp;
use super::super::tasks::Task;
use crate::experiments::sweep::{Decision, SweepFolder, SweepId};
use crate::runs::RunId;
use crate::ui::state::Selection;

impl AtelierApp {
    /// Gives a sweep another name: a decision in its folder, which whoever runs it reads, too.
    pub(in crate::ui::app) fn rename_sweep(&mut self, ctx: &Context, id: &SweepId, name: String) {
        let Some(path) = self.sweeps.get(id).map(|sweep| sweep.state.path.clone()) else {
            return;
        };
        self.sweeps.rename(id, &name);
        self.spawn(ctx, "rename sweep", move || {
            let renamed = SweepFolder::open(&path)
                .and_then(|folder| folder.decide(&Decision::Rename { name }));
            Task::Changed(renamed.map_err(|error| error.to_string()))
        });
    }

    /// Moves a sweep and its runs to the trash.
    pub(super) fn delete_sweep(&mut self, ctx: &Context, id: &SweepId) {
        let Some(sweep) = self.sweeps.get(id) else {
            return;
        };
        let (title, path) = (sweep.title().to_owned(), sweep.state.path.clone());
        let runs: Vec<RunId> = self.runs.of_sweep(id).map(|run| run.id.clone()).collect();
        if self.settings.selection.sweep() == Some(id) {
            self.select(Selection::Draft);
        }
        self.sweeps.forget(id);
        self.delete_with(ctx, &runs, Some((title, path)));
    }
}
