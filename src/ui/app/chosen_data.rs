//! The data that is chosen or that a run has, and what of it the window wants read.

use eframe::egui::Context;

use super::AtelierApp;
use crate::data::DataKind;
use crate::runs::RunId;
use crate::ui::layout::{self, Pane};
use crate::ui::state::{DataKey, DataState, Selection};

impl AtelierApp {
    /// The data that is looked at: the selected run's, else the draft's.
    pub(super) fn data_key(&self) -> Option<DataKey> {
        let key = match &self.settings.selection {
            Selection::Draft => self.settings.draft.data_key(),
            // Its runs share their data.
            Selection::Sweep(id) => {
                let run = self.runs.of_sweep(id).next()?;
                let details = run.details()?;
                DataKey::new(details.data.clone(), details.needs, run.summary.seed)
            }
            Selection::Run(id) => {
                let run = self.runs.get(id)?;
                let details = run.details()?;
                DataKey::new(details.data.clone(), details.needs, run.summary.seed)
            }
        };
        (!key.source.path().as_os_str().is_empty() && self.half_of_images().is_none())
            .then_some(key)
    }

    /// The name of the folder of images of domain A, while that of domain B is still to be chosen.
    pub(super) fn half_of_images(&self) -> Option<String> {
        let draft = &self.settings.draft;
        if self.settings.selection != Selection::Draft || draft.kind() != DataKind::Images {
            return None;
        }
        draft.data.without_b()
    }

    pub(super) fn data_state(&self) -> DataState {
        self.data_key()
            .map_or(DataState::Absent, |key| self.data.get(&key))
    }

    /// Has read what the selection needs.
    pub(super) fn want_what_is_shown(&mut self, ctx: &Context) {
        let compared: Vec<RunId> = self.settings.compared.iter().cloned().collect();
        for id in &compared {
            self.runs.want_details(ctx, id);
        }
        let beside = self.panes.result.views.compared();
        let beside: Vec<RunId> = beside.into_iter().map(RunId::from).collect();
        for (at, id) in beside.iter().enumerate() {
            self.runs.want_details(ctx, id);
            self.give_color_beside(id, &beside[..at]);
        }
        if layout::is_shown(&self.settings.layout, Pane::Explore) {
            let wanted = self.panes.explore.wanted();
            for (at, id) in wanted.iter().enumerate() {
                self.runs.want_details(ctx, id);
                self.give_color_beside(id, &wanted[..at]);
            }
        }
        if let Selection::Run(id) = &self.settings.selection {
            self.runs.want_details(ctx, id);
        }
        if let Selection::Sweep(id) = &self.settings.selection {
            let newest = self.runs.of_sweep(id).next().map(|run| run.id.clone());
            if let Some(run) = newest {
                self.runs.want_details(ctx, &run);
            }
        }
        let own = self.data_key();
        let explored = layout::is_shown(&self.settings.layout, Pane::Explore)
            .then(|| self.explored_data())
            .flatten();
        let wanted: Vec<DataKey> = own.iter().cloned().chain(explored).collect();
        if !wanted.is_empty() {
            self.data.cancel_all_but(&wanted);
        }
        for key in &wanted {
            self.data.want(ctx, key);
        }
        if let Some(key) = &own
            && layout::is_shown(&self.settings.layout, Pane::Data)
        {
            self.previews.want(ctx, &key.source);
        }
    }

    /// The data of the runs that are explored, where what is shown of them needs it.
    pub(super) fn explored_data(&self) -> Option<DataKey> {
        let run = self.runs.get(&self.panes.explore.data_of()?)?;
        let details = run.details()?;
        let key = DataKey::new(details.data.clone(), details.needs, run.summary.seed);
        (!key.source.path().as_os_str().is_empty()).then_some(key)
    }
}
