//! The data as a pane of the window.

use eframe::egui::Ui;
use serde_json::Value;

use super::{DataRequest, DataState, DataView, Settings};
use crate::ui::app::Action;
use crate::ui::commands::Command;
use crate::ui::forms::PathRequest;
use crate::ui::panes::{PaneContext, PaneView, from_value, to_value};
use crate::ui::state::{Content, DataLook};

impl PaneView for DataView {
    fn show(&mut self, ui: &mut Ui, context: &PaneContext<'_>) -> Vec<Action> {
        let name = context.file;
        let state = match context.data {
            DataLook::Absent => match context.one_domain {
                Some(name) => DataState::OneDomain { name },
                None => DataState::Empty,
            },
            DataLook::Reading(monitor) => DataState::Loading { name, monitor },
            DataLook::Failed(message) => DataState::Failed {
                name,
                message,
                of_run: context.selected.is_some(),
            },
            DataLook::Ready(loaded) => match &loaded.content {
                Content::Ratings { data, summary } => DataState::Ratings {
                    name,
                    data,
                    summary,
                },
                Content::Matrix { data, summary } => DataState::Matrix {
                    name,
                    data,
                    summary,
                },
                Content::Images(data) => DataState::Images { name, data },
            },
        };
        let request = self.ui(ui, name, state, context.reading);
        let action = request.and_then(|request| match request {
            DataRequest::Open => Some(Action::Command(Command::OpenData)),
            DataRequest::OpenOther => Some(Action::Choose(PathRequest::data("path_b"))),
            DataRequest::UseSample => Some(Action::Command(Command::UseSample)),
            DataRequest::Cancel => Some(Action::CancelData),
            DataRequest::Retry => Some(Action::RetryData),
            DataRequest::Find => context.selected.map(|run| Action::FindData(run.id.clone())),
            DataRequest::Read(edit) => Some(Action::Read(edit)),
            DataRequest::ShowData => None,
        });
        action.into_iter().collect()
    }

    fn settings(&self) -> Value {
        to_value(&Settings {
            linear: self.linear,
            matrix: self.matrix.shown,
            picture: self.picture.shown,
            images: self.images.settings.clone(),
        })
    }

    fn restore(&mut self, settings: Value) {
        let settings: Settings = from_value(settings);
        self.linear = settings.linear;
        self.matrix.shown = settings.matrix;
        self.picture.shown = settings.picture;
        self.images.settings = settings.images;
    }
}
