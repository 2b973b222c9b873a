//! What the panes show.

use std::sync::Arc;

use eframe::egui::{Context, Ui};
use egui_material_icons::icons as icon;

use super::AtelierApp;
use super::actions::Action;
use crate::data::{DataKind, Dataset, RatingsData};
use crate::record::Status;
use crate::record::{ArtifactKind, Predictions, read_predictions};
use crate::runs::{RunFolder, RunId};
use crate::systems;
use crate::systems::RatingPredictor;
use crate::ui::commands::Command;
use crate::ui::forms::PathRequest;
use crate::ui::layout::Pane;
use crate::ui::panes::compare::CompareRun;
use crate::ui::panes::curves::{CurveRun, CurvesExport};
use crate::ui::panes::data as data_view;
use crate::ui::results::predictions::{
    PredictionsState, PredictorState, RatingsInput, RatingsRequest,
};
use crate::ui::state::{
    Content, DataKey, DataLook, DataState, Detail, Latest, LatestState, Run, Selection,
};
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyAction, EmptyState};

/// The results that are looked at.
#[derive(Default)]
pub(super) struct Results {
    /// Of a run, as its checkpoint at a step left it.
    predictor: Latest<(RunId, u64), Arc<dyn RatingPredictor>>,
    /// The run whose predictor was asked for.
    wanted: Option<RunId>,
    /// Of a run, at a step, after so many snapshots: the end of a run writes once more at its last step.
    predictions: Latest<(RunId, u64, usize), Arc<Predictions>>,
}

/// More points than this cannot be told apart in a plot.
const MOST_PREDICTIONS: usize = 2_000_000;

impl Results {
    pub(super) fn poll(&mut self) {
        self.predictor.poll();
        self.predictions.poll();
    }

    pub(super) fn is_reading(&self) -> bool {
        self.predictor.is_reading() || self.predictions.is_reading()
    }

    /// Has read what the result pane shows of a run.
    pub(super) fn want(&mut self, ctx: &Context, run: &Run, data: Option<&Arc<RatingsData>>) {
        let Some(details) = run.details() else {
            return;
        };
        let newest = details
            .state
            .snapshots
            .iter()
            .rfind(|snapshot| snapshot.kind == ArtifactKind::PREDICTIONS);
        if let Some(snapshot) = newest {
            let key = (run.id.clone(), snapshot.step, details.state.snapshots.len());
            let keep = self.predictions.key().is_some_and(|key| key.0 == run.id);
            let (path, file) = (run.path.clone(), snapshot.file.clone());
            self.predictions.want(ctx, key, keep, move |_| {
                let folder = RunFolder::open(&path).map_err(|error| error.to_string())?;
                read_predictions(&folder.artifact(&file), MOST_PREDICTIONS)
                    .map(Arc::new)
                    .map_err(|error| error.to_string())
            });
        } else {
            self.predictions.forget();
        }
        let asked = self.wanted.as_ref() == Some(&run.id);
        // A run that writes checkpoints faster than they are read is read one after the other.
        if let (true, false, Some(data), Some(step)) = (
            asked,
            self.predictor.is_reading(),
            data,
            details.state.checkpoint,
        ) {
            self.want_predictor(ctx, run, step, data);
        }
    }

    fn want_predictor(&mut self, ctx: &Context, run: &Run, step: u64, data: &Arc<RatingsData>) {
        let (Some(system), Some(details)) = (systems::find(&run.summary.system), run.details())
        else {
            return;
        };
        let keep = self.predictor.key().is_some_and(|(id, _)| *id == run.id);
        let (path, parameters) = (run.path.clone(), details.parameters.clone());
        let data = Dataset::Ratings(Arc::clone(data));
        let key = (run.id.clone(), step);
        self.predictor.want(ctx, key, keep, move |monitor| {
            let folder = RunFolder::open(&path).map_err(|error| error.to_string())?;
            let weights = folder
                .best()
                .or_else(|| folder.checkpoint())
                .ok_or("The run has no checkpoint yet.")?;
            system
                .rating_predictor(&parameters, &data, &weights, monitor)
                .map_err(|error| error.to_string())?
                .map(Arc::from)
                .ok_or_else(|| format!("{} does not predict ratings.", system.label()))
        });
    }
}

impl AtelierApp {
    pub(super) fn pane_ui(&mut self, ui: &mut Ui, pane: Pane) {
        match pane {
            Pane::Data => self.data_pane(ui),
            Pane::Curves => self.curves_pane(ui),
            Pane::Result => self.result_pane(ui),
            Pane::Log => self.log_pane(ui),
            Pane::Compare => self.compare_pane(ui),
        }
    }

    pub(super) fn no_panes_ui(&mut self, ui: &mut Ui) {
        let empty = EmptyState::new(
            icon::ICON_TAB,
            "Every pane is closed",
            "Reset the layout to bring them back.",
        )
        .action(icon::ICON_RESTART_ALT, Command::ResetLayout.name());
        if empty.show(ui).is_some() {
            self.push(Command::ResetLayout);
        }
    }

    fn data_pane(&mut self, ui: &mut Ui) {
        let key = self.data_key();
        let name = key.as_ref().map(DataKey::file_name).unwrap_or_default();
        let look = key
            .as_ref()
            .map_or(DataLook::Absent, |key| self.data.look(key));
        let half = self.half_of_images();
        let state = match look {
            DataLook::Absent => match &half {
                Some(name) => data_view::DataState::OneDomain { name },
                None => data_view::DataState::Empty,
            },
            DataLook::Reading(monitor) => data_view::DataState::Loading {
                name: &name,
                monitor,
            },
            DataLook::Failed(message) => data_view::DataState::Failed {
                name: &name,
                message,
            },
            DataLook::Ready(loaded) => match &loaded.content {
                Content::Ratings { data, summary } => data_view::DataState::Ratings {
                    name: &name,
                    data,
                    summary,
                },
                Content::Matrix { data, summary } => data_view::DataState::Matrix {
                    name: &name,
                    data,
                    summary,
                },
                Content::Images(data) => data_view::DataState::Images { name: &name, data },
            },
        };
        let asked = self.settings.data_view.ui(ui, state);
        match asked {
            Some(data_view::DataRequest::Open) => self.push(Command::OpenData),
            Some(data_view::DataRequest::OpenOther) => {
                let choose = PathRequest::data("path_b");
                self.actions.push(Action::Choose(choose));
            }
            Some(data_view::DataRequest::UseSample) => self.push(Command::UseSample),
            Some(data_view::DataRequest::Cancel) => self.actions.push(Action::CancelData),
            Some(data_view::DataRequest::Retry) => self.actions.push(Action::RetryData),
            None => (),
        }
    }

    fn curves_pane(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        let selected = match &self.settings.selection {
            Selection::Run(id) => Some(id),
            Selection::Draft => None,
        };
        let compared = &self.settings.compared;
        let runs: Vec<CurveRun<'_>> = self
            .runs
            .all()
            .iter()
            .filter(|run| selected == Some(&run.id) || compared.contains(&run.id))
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
            drop(runs);
            self.no_curves_ui(ui);
            return;
        }
        let export = self.settings.curves.ui(ui, &runs).export;
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
                EmptyState::new(icon::ICON_ERROR, "The run cannot be read", why).show(ui);
            }
            (_, Status::Queued) => reading_ui(ui, "Waiting for earlier runs to finish"),
            (_, Status::Running) | (Detail::Reading(_) | Detail::Unread, _) => {
                reading_ui(ui, "Waiting for the first measurements");
            }
            _ => {
                EmptyState::new(
                    icon::ICON_SHOW_CHART,
                    "This run has no measurements",
                    "It ended before its first epoch; the log says why.",
                )
                .show(ui);
            }
        }
    }

    fn result_pane(&mut self, ui: &mut Ui) {
        let data = match self.data_state() {
            DataState::Ready(loaded) => Some(loaded),
            _ => None,
        };
        let Selection::Run(id) = self.settings.selection.clone() else {
            self.nothing_selected_ui(
                ui,
                icon::ICON_INSIGHTS,
                "No result yet",
                "Press Start to train, or choose a finished run on the left.",
            );
            return;
        };
        let Some(run) = self.runs.get(&id) else {
            return;
        };
        let kind = systems::find(&run.summary.system).map(|system| system.data_kind());
        if super::translation_pane::translates(run) {
            self.translation_pane(ui, &id);
            return;
        }
        if kind == Some(DataKind::Matrix) {
            self.co_clusters_pane(ui, &id);
            return;
        }
        let data = data.as_ref().and_then(|loaded| loaded.ratings());
        self.results.want(ui.ctx(), run, data);
        let has_checkpoint = run
            .details()
            .is_some_and(|details| details.state.checkpoint.is_some());
        let predictions = match self.results.predictions.state() {
            LatestState::Absent => PredictionsState::None(no_predictions(run.status())),
            LatestState::Reading(_) => PredictionsState::Loading,
            LatestState::Failed(why) => PredictionsState::Failed(why),
            LatestState::Ready(predictions) => PredictionsState::Ready(predictions),
        };
        let is_own = self
            .results
            .predictor
            .key()
            .is_some_and(|(own, _)| *own == id);
        let predictor = match self.results.predictor.state() {
            LatestState::Reading(monitor) if is_own => PredictorState::Loading(monitor),
            LatestState::Failed(why) if is_own => PredictorState::Failed(why),
            LatestState::Ready(predictor) if is_own => PredictorState::Ready(predictor),
            _ if has_checkpoint => PredictorState::NotLoaded,
            _ => PredictorState::None("Recommendations are available after the first checkpoint."),
        };
        let input = RatingsInput {
            run: run.title(),
            data,
            predictions,
            predictor,
        };
        let requests = self.settings.ratings_view.ui(ui, input);
        for request in requests {
            match request {
                RatingsRequest::LoadPredictor => self.results.wanted = Some(id.clone()),
                RatingsRequest::CancelPredictor => {
                    self.results.wanted = None;
                    self.results.predictor.forget();
                }
                RatingsRequest::Copy(text) => ui.ctx().copy_text(text),
                RatingsRequest::Export { name, text } => {
                    self.actions.push(Action::SaveText { name, text });
                }
            }
        }
    }

    fn log_pane(&mut self, ui: &mut Ui) {
        if self.selected().is_none() {
            self.nothing_selected_ui(
                ui,
                icon::ICON_NOTES,
                "No log yet",
                "Press Start to train, or choose a run on the left.",
            );
            return;
        }
        let Selection::Run(id) = &self.settings.selection else {
            return;
        };
        if let Some(details) = self.runs.get(id).and_then(Run::details) {
            let log = &details.state.log;
            self.settings.log_view.ui(ui, id.as_str(), log);
        } else {
            reading_ui(ui, "Reading the run");
        }
    }

    fn compare_pane(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        let (selection, compared) = (&self.settings.selection, &self.settings.compared);
        let shown: Vec<&Run> = self
            .runs
            .all()
            .iter()
            .filter(|run| {
                *selection == Selection::Run(run.id.clone()) || compared.contains(&run.id)
            })
            .collect();
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
                    system: systems::find(&run.summary.system)
                        .map_or(run.summary.system.as_str(), |system| system.label()),
                    data: file,
                    config: &run.details()?.parameters,
                })
            })
            .collect();
        let response = self.settings.compare_view.ui(ui, &runs);
        let open = response.open.and_then(|id| {
            let run = shown.iter().find(|run| run.id.as_str() == id)?;
            Some(Action::Select(Selection::Run(run.id.clone())))
        });
        self.actions.extend(open);
        self.actions
            .extend(response.export.map(|text| Action::SaveText {
                name: "comparison.csv".to_owned(),
                text,
            }));
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

/// Why a run has no predictions.
fn no_predictions(status: Status) -> &'static str {
    if status.is_active() {
        "Predictions of the test ratings are written when the run ends or is stopped."
    } else {
        "This run has no predictions: it has no test ratings, or ended before they were made."
    }
}

pub(super) fn reading_ui(ui: &mut Ui, text: &str) {
    let tokens = tokens(ui.ctx());
    crate::ui::widgets::centered(ui, tokens.size.measure, |ui| {
        ui.spinner();
        ui.add_space(tokens.space.s);
        ui.label(eframe::egui::RichText::new(text).color(tokens.text_secondary));
    });
}
