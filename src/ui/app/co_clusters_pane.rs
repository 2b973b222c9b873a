//! The result pane of a run that co-clusters a matrix.

use std::path::Path;

use eframe::egui::Ui;
use egui_material_icons::icons as icon;

use super::AtelierApp;
use super::actions::Action;
use super::panes::reading_ui;
use crate::data::{DataKind, Fingerprint, Source};
use crate::draw::Tokens;
use crate::runs::{RunFolder, RunId};
use crate::systems;
use crate::ui::results::co_clusters::{
    CoClustersInput, CoClustersRequest, DataLook, OtherRun, RunLook, SaveFile,
};
use crate::ui::state::{Content, DataKey, DataLook as Stored, Detail, Details, Run};
use crate::ui::theme::tokens;
use crate::ui::widgets::EmptyState;

impl AtelierApp {
    pub(super) fn co_clusters_pane(&mut self, ui: &mut Ui, id: &RunId) {
        let compared = self.settings.co_clusters_view.compared();
        let compared = compared.map(|id| RunId::from(id.to_owned()));
        if let Some(compared) = &compared {
            self.runs.want_details(ui.ctx(), compared);
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
        let artifacts = RunFolder::artifacts_in(&run.path);
        let key = DataKey::new(details.data.clone(), details.needs, run.summary.seed);
        let data = match self.data.look(&key) {
            Stored::Absent => DataLook::Reading(None),
            Stored::Reading(monitor) => DataLook::Reading(Some(monitor)),
            Stored::Failed(why) => DataLook::Failed(why),
            Stored::Ready(loaded) => match &loaded.content {
                Content::Matrix { data, .. } => DataLook::Ready(data),
                Content::Ratings { .. } | Content::Images(_) => {
                    DataLook::Failed("The run's data was read as something other than a matrix.")
                }
            },
        };
        let fingerprint = match data {
            DataLook::Ready(data) => Some(&data.fingerprint),
            _ => run.summary.data.as_ref(),
        };
        let others: Vec<OtherRun<'_>> = self
            .runs
            .all()
            .iter()
            .filter(|other| other.id != *id && has_same_data(other, fingerprint, &details.data))
            .map(|other| OtherRun {
                id: other.id.as_str(),
                name: other.title(),
                color: tokens.category(other.color),
            })
            .collect();
        let other = compared.and_then(|id| {
            let run = self.runs.get(&id)?;
            Some((run, run.details()?, RunFolder::artifacts_in(&run.path)))
        });
        let input = CoClustersInput {
            run: look(run, details, &artifacts, tokens),
            data,
            others: &others,
            compared: other
                .as_ref()
                .map(|(run, details, artifacts)| look(run, details, artifacts, tokens)),
        };
        let requests = self.settings.co_clusters_view.ui(ui, input);
        for request in requests {
            self.actions.push(match request {
                CoClustersRequest::CancelData => Action::CancelData,
                CoClustersRequest::RetryData => Action::RetryData,
                CoClustersRequest::Save(SaveFile { name, content }) => {
                    Action::SaveWritten { name, content }
                }
            });
        }
    }
}

fn look<'a>(
    run: &'a Run,
    details: &'a Details,
    artifacts: &'a Path,
    tokens: &Tokens,
) -> RunLook<'a> {
    RunLook {
        id: run.id.as_str(),
        name: run.title(),
        color: tokens.category(run.color),
        artifacts,
        state: &details.state,
        status: run.status(),
    }
}

/// Whether a run clusters the same matrix: the same bytes, or, while it is not known which those were, the same settings.
fn has_same_data(run: &Run, fingerprint: Option<&Fingerprint>, source: &Source) -> bool {
    let kind = systems::find(&run.summary.system).map(|system| system.data_kind());
    if kind != Some(DataKind::Matrix) {
        return false;
    }
    match (&run.summary.data, fingerprint) {
        (Some(own), Some(other)) => {
            own.hash == other.hash && (own.rows, own.columns) == (other.rows, other.columns)
        }
        _ => run.details().is_some_and(|details| details.data == *source),
    }
}
