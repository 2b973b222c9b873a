//! The curves as a pane of the window.

use eframe::egui::Ui;
use egui_material_icons::icons;
use serde_json::Value;

use super::{CurveRun, CurvesView};
use crate::record::Status;
use crate::systems;
use crate::ui::app::Action;
use crate::ui::panes::result::has_same_data;
use crate::ui::panes::{PaneContext, PaneView, from_value, reading_ui, to_value};
use crate::ui::save::{Content, SaveFile};
use crate::ui::state::{Detail, Run};
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, Severity, message, quiet_button};

impl PaneView for CurvesView {
    fn show(&mut self, ui: &mut Ui, context: &PaneContext<'_>) -> Vec<Action> {
        let tokens = tokens(ui.ctx());
        let (shown, others) = comparable(context);
        let mut actions = others_ui(ui, &others);
        let runs: Vec<CurveRun<'_>> = shown
            .into_iter()
            .filter_map(|run| {
                let details = run.details()?;
                Some(CurveRun {
                    id: run.id.as_str(),
                    name: run.title(),
                    color: tokens.category(run.color),
                    state: &details.state,
                    system: &run.summary.system,
                    config: &details.parameters,
                    measures: systems::measures_of(&run.summary.system),
                })
            })
            .collect();
        if runs.iter().all(|run| run.state.series.is_empty()) {
            actions.extend(nothing_ui(ui, context));
            return actions;
        }
        let export = self.ui(ui, &runs).export;
        let saved = export.map(|export| {
            let name = export.name();
            Action::Save(SaveFile::new(
                name,
                Content::new(move |to, _| export.write(to)),
            ))
        });
        actions.extend(saved);
        actions
    }

    fn settings(&self) -> Value {
        to_value(&self.settings)
    }

    fn restore(&mut self, settings: Value) {
        self.settings = from_value(settings);
    }
}

/// The runs that can share plots, and the marked ones that cannot: they learned from other data than the selected run, or than the newest
/// of the marked ones.
fn comparable<'a>(context: &PaneContext<'a>) -> (Vec<&'a Run>, Vec<&'a Run>) {
    let shown: Vec<&Run> = context.shown().collect();
    let lead = context.selected.or_else(|| shown.first().copied());
    shown.into_iter().partition(|run| {
        lead.is_none_or(|lead| {
            run.id == lead.id || has_same_data(run, lead, lead.summary.data.as_ref())
        })
    })
}

/// Says which marked runs are not in the plots, and why.
fn others_ui(ui: &mut Ui, others: &[&Run]) -> Vec<Action> {
    let mut actions = Vec::new();
    if others.is_empty() {
        return actions;
    }
    let data = |run: &Run| {
        let data = run.summary.data.as_ref()?;
        let name = data.path.file_name()?;
        Some(name.to_string_lossy().into_owned())
    };
    let mut names: Vec<String> = others.iter().filter_map(|run| data(run)).collect();
    names.sort();
    names.dedup();
    names.truncate(3);
    let named = if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", names.join(", "))
    };
    let text = match others {
        [run] => format!(
            "{} learned from other data{named}: its curves cannot be compared with these.",
            run.title()
        ),
        _ => format!(
            "{} marked runs learned from other data{named}: their curves cannot be compared with these.",
            others.len()
        ),
    };
    let unmark = message(ui, Severity::Info, &text, |ui| {
        quiet_button(ui, "Unmark").clicked()
    });
    if unmark.inner {
        actions.push(Action::Mark {
            runs: others.iter().map(|run| run.id.clone()).collect(),
            on: false,
        });
    }
    ui.add_space(tokens(ui.ctx()).space.xs);
    actions
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
            // A run may work for a while before it measures: its newest word says on what.
            let log = run.details().map(|own| own.state.log.as_slice());
            let doing = log.and_then(|log| Some(log.last()?.message.as_str()));
            let mut text = "Waiting for the first measurements".to_owned();
            if let Some(doing) = doing {
                text = format!("{text}\n{doing}");
            }
            reading_ui(ui, &text);
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
