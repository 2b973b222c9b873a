//! The result pane of a run that co-clusters a matrix.

use eframe::egui::Ui;
use egui_material_icons::icons as icon;

use super::AtelierApp;
use super::actions::Action;
use super::panes::reading_ui;
use crate::runs::{RunFolder, RunId};
use crate::ui::state::{Content, DataKey, DataLook as Stored, Detail};
use crate::ui::theme::tokens;
use crate::ui::views::co_clusters::{CoClustersInput, CoClustersRequest, DataLook, RunLook};
use crate::ui::widgets::EmptyState;

impl AtelierApp {
    pub(super) fn co_clusters_pane(&mut self, ui: &mut Ui, id: &RunId) {
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
        let key = DataKey {
            config: details.data.clone(),
            seed: run.summary.seed,
        };
        let data = match self.data.look(&key) {
            Stored::Absent => DataLook::Reading(None),
            Stored::Reading(monitor) => DataLook::Reading(Some(monitor)),
            Stored::Failed(why) => DataLook::Failed(why),
            Stored::Ready(loaded) => match &loaded.content {
                Content::Matrix(data) => DataLook::Ready(data),
                Content::Ratings { .. } => {
                    DataLook::Failed("The run's data was read as ratings, not as a matrix.")
                }
            },
        };
        let input = CoClustersInput {
            run: RunLook {
                id: run.id.as_str(),
                name: run.title(),
                color: tokens.category(run.color),
                artifacts: &artifacts,
                state: &details.state,
                status: run.status(),
            },
            data,
        };
        let requests = self.settings.co_clusters_view.ui(ui, input);
        for request in requests {
            self.actions.push(match request {
                CoClustersRequest::CancelData => Action::CancelData,
                CoClustersRequest::RetryData => Action::RetryData,
            });
        }
    }
}
