//! The curves as a pane of the window.

use eframe::egui::Ui;
use egui_material_icons::icons;
use serde_json::Value;

use super::{CurveRun, CurvesView};
use crate::record::Status;
use crate::systems;
use crate::ui::app::Action;
use crate::ui::panes::{PaneContext, PaneView, from_value, reading_ui, to_value};
use crate::ui::save::{Content, SaveFile};
use crate::ui::state::Detail;
use crate::ui::theme::tokens;
use crate::ui::widgets::EmptyState;

impl PaneView for CurvesView {
    fn show(&mut self, ui: &mut Ui, context: &PaneContext<'_>) -> Vec<Action> {
        let tokens = tokens(ui.ctx());
        let runs: Vec<CurveRun<'_>> = context
            .shown()
            .filter_map(|run| {
                let details = run.details()?;
                Some(CurveRun {
                    id: run.id.as_str(),
                    name: run.title(),
                    color: tokens.category(run.color),
                    state: &details.state,
                    config: &details.parameters,
                    measures: systems::measures_of(&run.summary.system),
                })
            })
            .collect();
        if runs.iter().all(|run| run.state.series.is_empty()) {
            return nothing_ui(ui, context);
        }
        let export = self.ui(ui, &runs).export;
        let saved = export.map(|export| {
            let name = export.name();
            Action::Save(SaveFile::new(
                name,
                Content::new(move |to, _| export.write(to)),
            ))
        });
        saved.into_iter().collect()
    }

    fn settings(&self) -> Value {
        to_value(&self.settings)
    }

    fn restore(&mut self, settings: Value) {
        self.settings = from_value(settings);
    }
}

fn nothing_ui(ui: &mut Ui, context: &PaneContext<'_>) -> Vec<Action> {
    let Some(run) = context.selected else {
        return context.nothing_selected_ui(
            ui,
            icons::ICON_SHOW_CHART,
            "No curves yet",
            "Press Start to train, or choose a run on the left.",
        );
    };
    match (&run.detail, run.status()) {
        (Detail::Failed(why), _) => {
            EmptyState::new(icons::ICON_ERROR, "The run cannot be read", why).show(ui);
        }
        (_, Status::Queued) => reading_ui(ui, "Waiting for earlier runs to finish"),
        (_, Status::Running) | (Detail::Reading(_) | Detail::Unread, _) => {
            reading_ui(ui, "Waiting for the first measurements");
        }
        _ => {
            EmptyState::new(
                icons::ICON_SHOW_CHART,
                "This run has no measurements",
                "It ended before its first epoch; the log says why.",
            )
            .show(ui);
        }
    }
    Vec::new()
}
