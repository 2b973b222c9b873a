//! The result pane of a run that translates pictures.

use std::path::PathBuf;

use eframe::egui::{Color32, Ui};
use egui_material_icons::icons as icon;

use super::AtelierApp;
use super::actions::Action;
use super::panes::reading_ui;
use crate::data::DataKind;
use crate::record::ArtifactKind;
use crate::runs::{RunFolder, RunId};
use crate::systems;
use crate::ui::results::translations::{
    OtherRun, SaveFile, TranslationInput, TranslationRequest, TranslationRun,
};
use crate::ui::state::{Detail, Details, Run};
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, Severity, message};

/// Alarms above the pictures; the log has all.
const MOST_ALARMS: usize = 2;

/// Whether a run translates pictures. Of a system that this version does not know, its results say so.
pub(super) fn translates(run: &Run) -> bool {
    if let Some(system) = systems::find(&run.summary.system) {
        return system.data_kind() == DataKind::Images;
    }
    let shows = |details: &Details| {
        let mut snapshots = details.state.snapshots.iter();
        snapshots.any(|snapshot| snapshot.kind == ArtifactKind::TRANSLATIONS)
    };
    run.details().is_some_and(shows)
}

impl AtelierApp {
    pub(super) fn translation_pane(&mut self, ui: &mut Ui, id: &RunId) {
        let compared: Vec<RunId> = self
            .settings
            .translation_view
            .compared()
            .iter()
            .map(|id| RunId::from(id.clone()))
            .collect();
        for id in &compared {
            self.runs.want_details(ui.ctx(), id);
        }
        let Some(run) = self.runs.get(id) else {
            return;
        };
        let tokens = tokens(ui.ctx());
        let details = match &run.detail {
            Detail::Read(details) => details,
            Detail::Failed(why) => {
                EmptyState::new(icon::ICON_ERROR, "The run cannot be read", why).show(ui);
                return;
            }
            Detail::Reading(_) | Detail::Unread => {
                reading_ui(ui, "Reading the run");
                return;
            }
        };
        let others: Vec<OtherRun<'_>> = self
            .runs
            .all()
            .iter()
            .filter(|other| other.id != *id && has_same_data(other, run, details))
            .map(|other| OtherRun {
                id: other.id.as_str(),
                name: other.title(),
                color: tokens.category(other.color),
            })
            .collect();
        let beside: Vec<(&Run, &Details, PathBuf)> = compared
            .iter()
            .filter_map(|id| {
                let run = self.runs.get(id)?;
                Some((run, run.details()?, RunFolder::artifacts_in(&run.path)))
            })
            .collect();
        let compared: Vec<TranslationRun<'_>> = beside
            .iter()
            .map(|(run, details, artifacts)| {
                look(run, details, artifacts, tokens.category(run.color))
            })
            .collect();
        let artifacts = RunFolder::artifacts_in(&run.path);
        let input = TranslationInput {
            run: look(run, details, &artifacts, tokens.category(run.color)),
            others: &others,
            compared: &compared,
            device: self.settings.device,
        };
        for alarm in details.state.alarms().iter().take(MOST_ALARMS) {
            message(ui, Severity::Warning, &alarm.message, |_| ());
            ui.add_space(tokens.space.s);
        }
        let requests = self.settings.translation_view.ui(ui, input);
        for request in requests {
            self.actions.push(match request {
                TranslationRequest::OpenPicture => Action::ChoosePicture,
                TranslationRequest::ChooseFolder(end) => Action::ChooseFolder(end),
                TranslationRequest::Checkpoint(run) => Action::Checkpoint(RunId::from(run)),
                TranslationRequest::Save(SaveFile { name, content }) => {
                    Action::SaveWritten { name, content }
                }
            });
        }
    }
}

fn look<'a>(
    run: &'a Run,
    details: &'a Details,
    artifacts: &'a std::path::Path,
    color: Color32,
) -> TranslationRun<'a> {
    TranslationRun {
        id: run.id.as_str(),
        name: run.title(),
        color,
        path: &run.path,
        artifacts,
        state: &details.state,
        status: run.status(),
        active: run.active,
    }
}

/// Whether a run translates the same pictures: the same content, wherever it lies, or, while it is not known what that was, the same
/// settings.
fn has_same_data(other: &Run, run: &Run, details: &Details) -> bool {
    match (&other.summary.data, &run.summary.data) {
        (Some(theirs), Some(own)) => {
            theirs.hash == own.hash && (theirs.rows, theirs.columns) == (own.rows, own.columns)
        }
        _ => other
            .details()
            .is_some_and(|theirs| theirs.data == details.data),
    }
}
