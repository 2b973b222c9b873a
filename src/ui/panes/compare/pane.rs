//! The comparison as a pane of the window.

use eframe::egui::Ui;
use serde_json::Value;

use super::{CompareRun, CompareView};
use crate::ui::app::Action;
use crate::ui::panes::{PaneContext, PaneView, from_value, to_value};
use crate::ui::save::{Content, SaveFile};
use crate::ui::state::{Run, Selection};
use crate::ui::theme::tokens;

impl PaneView for CompareView {
    fn show(&mut self, ui: &mut Ui, context: &PaneContext<'_>) -> Vec<Action> {
        let tokens = tokens(ui.ctx());
        let shown: Vec<&Run> = context.shown().collect();
        let files: Vec<String> = shown
            .iter()
            .map(|run| {
                let path = run
                    .details()
                    .and_then(|details| details.data.path().file_name());
                path.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
            })
            .collect();
        let runs: Vec<CompareRun<'_>> = shown
            .iter()
            .zip(&files)
            .filter_map(|(run, file)| {
                Some(CompareRun {
                    color: tokens.category(run.color),
                    summary: &run.summary,
                    system: run
                        .system()
                        .map_or(run.summary.system.as_str(), |system| system.label()),
                    data: file,
                    config: &run.details()?.parameters,
                })
            })
            .collect();
        let response = self.ui(ui, &runs);
        let opened = response.open.and_then(|id| {
            let run = shown.iter().find(|run| run.id.as_str() == id)?;
            Some(Action::Select(Selection::Run(run.id.clone())))
        });
        let saved = response
            .export
            .map(|text| Action::Save(SaveFile::new("comparison.csv", Content::text(text))));
        opened.into_iter().chain(saved).collect()
    }

    fn settings(&self) -> Value {
        to_value(self)
    }

    fn restore(&mut self, settings: Value) {
        *self = from_value(settings);
    }
}
