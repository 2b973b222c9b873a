//! What several models would recommend to the same user.

use eframe::egui::Ui;
use egui_material_icons::icons;
use serde_json::Value;

use super::several::{Several, same_data};
use super::{Look, Part, Shared};
use crate::runs::RunId;
use crate::systems::AnySystem;
use crate::ui::app::Action;
use crate::ui::panes::result::result_run;
use crate::ui::panes::{from_value, reading_ui, to_value};
use crate::ui::results::predictions::{MOST_RUNS, RatingRun, SameUser};
use crate::ui::state::{DataLook, Detail};
use crate::ui::widgets::EmptyState;

/// The recommendations.
#[derive(Default)]
pub(super) struct RecommendationsPart {
    several: Several,
    user: SameUser,
}

/// True if runs of a system recommend.
pub(super) fn recommends(system: &dyn AnySystem) -> bool {
    system.predicts_ratings()
}

impl Part for RecommendationsPart {
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        self.several.update(look, shared, MOST_RUNS, |row| {
            row.system().is_some_and(recommends)
        });
        let rows = self.several.rows().iter().zip(self.several.captions());
        let mut runs = Vec::new();
        let mut waiting = false;
        for (row, caption) in rows {
            let Some(run) = look.context.run(&row.id) else {
                continue;
            };
            match &run.detail {
                Detail::Read(details) => runs.push(RatingRun {
                    run: result_run(ui, run, details, look.context.newest),
                    caption: caption.clone(),
                }),
                Detail::Failed(_) => (),
                Detail::Reading(_) | Detail::Unread => waiting = true,
            }
        }
        let is_same = |fingerprint: &crate::data::Fingerprint| {
            let mut rows = self.several.rows().iter();
            rows.all(|row| same_data(row, fingerprint))
        };
        let empty = |ui: &mut Ui, title: &str, text: &str| {
            EmptyState::new(icons::ICON_RECOMMEND, title, text).show(ui);
            Vec::new()
        };
        let data = match look.context.data {
            _ if runs.is_empty() && waiting => {
                reading_ui(ui, "Reading the runs");
                return Vec::new();
            }
            _ if runs.is_empty() => {
                let text =
                    "Runs that predict ratings of the same data are shown here side by side.";
                return empty(ui, "No recommendations", text);
            }
            DataLook::Failed(why) => return empty(ui, "The ratings cannot be read", why),
            DataLook::Absent | DataLook::Reading(_) => {
                reading_ui(ui, "Reading the ratings");
                return Vec::new();
            }
            DataLook::Ready(loaded) => loaded.ratings().filter(|_| is_same(loaded.fingerprint())),
        };
        let Some(data) = data else {
            let text = "The file of the ratings has changed since these runs learned from it.";
            return empty(ui, "The ratings are others now", text);
        };
        self.several.left_ui(ui);
        let is_divided_alike = self.several.is_divided_alike();
        self.user.ui(ui, &runs, data, is_divided_alike);
        Vec::new()
    }

    fn wanted(&self) -> Vec<RunId> {
        self.several.ids()
    }

    fn data_of(&self) -> Option<RunId> {
        self.several.ids().into_iter().next()
    }

    fn is_working(&self) -> bool {
        self.user.is_working()
    }

    fn settings(&self) -> Value {
        to_value(&self.user.kept)
    }

    fn restore(&mut self, settings: Value) {
        self.user.kept = from_value(settings);
    }
}
