//! What the panes show.

use eframe::egui::Ui;
use egui_material_icons::icons as icon;

use super::AtelierApp;
use super::actions::Action;
use crate::runs::{RunId, Status};
use crate::systems::ConfigMap;
use crate::ui::commands::Command;
use crate::ui::layout::Pane;
use crate::ui::state::{DataState, Detail, Details, Selection};
use crate::ui::theme::tokens;
use crate::ui::views::curves::{CurveRun, CurvesExport};
use crate::ui::widgets::{EmptyAction, EmptyState};

/// The state of the views that is not worth keeping.
#[derive(Default)]
pub(super) struct Views {}

impl AtelierApp {
    pub(super) fn pane_ui(&mut self, ui: &mut Ui, pane: Pane) {
        match pane {
            Pane::Data => self.data_pane(ui),
            Pane::Curves => self.curves_pane(ui),
            Pane::Result => self.result_pane(ui),
            Pane::Log => self.log_pane(ui),
        }
    }

    pub(super) fn no_panes_ui(&mut self, ui: &mut Ui) {
        let empty = EmptyState::new(
            icon::ICON_TAB,
            "Every pane is closed",
            "Data, curves, result and log can be opened again.",
        )
        .action(icon::ICON_RESTART_ALT, Command::ResetLayout.name());
        if empty.show(ui).is_some() {
            self.actions.push(Action::Command(Command::ResetLayout));
        }
    }

    fn data_pane(&mut self, ui: &mut Ui) {
        match self.data_state() {
            DataState::Ready(loaded) => {
                ui.label(format!("{} users", loaded.summary.users));
            }
            DataState::Reading(_) => {
                reading_ui(ui, "Reading the data");
            }
            DataState::Failed(why) => {
                let empty = EmptyState::new(icon::ICON_ERROR, "The data cannot be read", &why)
                    .action(icon::ICON_FOLDER_OPEN, Command::OpenData.name())
                    .second("Try again");
                match empty.show(ui) {
                    Some(EmptyAction::First) => self.push(Command::OpenData),
                    Some(EmptyAction::Second) => self.actions.push(Action::RetryData),
                    None => (),
                }
            }
            DataState::Absent => self.no_data_ui(ui),
        }
    }

    fn no_data_ui(&mut self, ui: &mut Ui) {
        let mut empty = EmptyState::new(
            icon::ICON_TABLE_CHART,
            "No data yet",
            "Open a file of ratings, one user, item and rating per line, or drop it on the window.",
        )
        .action(icon::ICON_FOLDER_OPEN, Command::OpenData.name());
        if self.samples.is_some() {
            empty = empty.second(Command::UseSample.name());
        }
        match empty.show(ui) {
            Some(EmptyAction::First) => self.push(Command::OpenData),
            Some(EmptyAction::Second) => self.push(Command::UseSample),
            None => (),
        }
    }

    fn curves_pane(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        let mut settings = std::mem::take(&mut self.settings.curves);
        let selected = match &self.settings.selection {
            Selection::Run(id) => Some(id),
            Selection::Draft => None,
        };
        let runs: Vec<CurveRun<'_>> = self
            .runs
            .all()
            .iter()
            .filter(|run| selected == Some(&run.id) || self.settings.compared.contains(&run.id))
            .filter_map(|run| {
                let details = run.details()?;
                Some(CurveRun {
                    id: run.id.as_str(),
                    name: run.title(),
                    color: tokens.category(run.color),
                    state: &details.state,
                    config: &details.parameters,
                })
            })
            .collect();
        let has_points = runs.iter().any(|run| !run.state.series.is_empty());
        if has_points {
            let export = settings.ui(ui, &runs).export;
            drop(runs);
            self.actions.extend(export.map(|export| match export {
                CurvesExport::Csv(table) => Action::SaveCurves {
                    name: "curves.csv".to_owned(),
                    table,
                },
                CurvesExport::Picture(picture) => Action::SavePicture {
                    name: "curves.png".to_owned(),
                    picture,
                },
            }));
        } else {
            drop(runs);
            self.no_curves_ui(ui);
        }
        self.settings.curves = settings;
    }

    fn no_curves_ui(&mut self, ui: &mut Ui) {
        let Some(run) = self.selected() else {
            self.nothing_selected_ui(
                ui,
                icon::ICON_SHOW_CHART,
                "No curves yet",
                "Press Start to train, or choose a run on the left.",
            );
            return;
        };
        match (&run.detail, run.status()) {
            (Detail::Failed(why), _) => {
                let why = why.clone();
                EmptyState::new(icon::ICON_ERROR, "The run cannot be read", &why).show(ui);
            }
            (_, Status::Queued) => reading_ui(ui, "Waiting for the runs before it"),
            (_, Status::Running) | (Detail::Reading(_) | Detail::Unread, _) => {
                reading_ui(ui, "Waiting for the first measures");
            }
            _ => {
                EmptyState::new(
                    icon::ICON_SHOW_CHART,
                    "This run measured nothing",
                    "It ended before its first epoch; the log says why.",
                )
                .show(ui);
            }
        }
    }

    fn result_pane(&mut self, ui: &mut Ui) {
        self.nothing_selected_ui(
            ui,
            icon::ICON_INSIGHTS,
            "No result yet",
            "Press Start to train, or choose a finished run on the left.",
        );
    }

    fn log_pane(&mut self, ui: &mut Ui) {
        self.nothing_selected_ui(
            ui,
            icon::ICON_NOTES,
            "No log yet",
            "Press Start to train, or choose a run on the left.",
        );
    }

    /// The empty state of panes that need a run.
    fn nothing_selected_ui(
        &mut self,
        ui: &mut Ui,
        icon: egui_material_icons::MaterialIcon,
        title: &str,
        text: &str,
    ) {
        let newest = self
            .runs
            .all()
            .iter()
            .find(|run| run.status() == Status::Finished)
            .map(|run| run.id.clone());
        let mut empty =
            EmptyState::new(icon, title, text).action(Command::Start.icon(), Command::Start.name());
        if newest.is_some() {
            empty = empty.second("Show the newest finished run");
        }
        match (empty.show(ui), newest) {
            (Some(EmptyAction::First), _) => self.push(Command::Start),
            (Some(EmptyAction::Second), Some(run)) => {
                self.actions.push(Action::Select(Selection::Run(run)));
            }
            _ => (),
        }
    }

    fn push(&mut self, command: Command) {
        self.actions.push(Action::Command(command));
    }
}

fn reading_ui(ui: &mut Ui, text: &str) {
    let tokens = tokens(ui.ctx());
    crate::ui::widgets::centered(ui, tokens.size.measure, |ui| {
        ui.spinner();
        ui.add_space(tokens.space.s);
        ui.label(eframe::egui::RichText::new(text).color(tokens.text_secondary));
    });
}
