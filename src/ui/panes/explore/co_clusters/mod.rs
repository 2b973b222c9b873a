//! The same matrix through several co-clusterings.

use eframe::egui::Ui;
use egui_material_icons::icons;
use serde_json::Value;

use super::several::{Several, same_data};
use super::{Look, Part, Shared};
use crate::data::DataKind;
use crate::runs::RunId;
use crate::systems::AnySystem;
use crate::ui::app::Action;
use crate::ui::panes::result::result_run;
use crate::ui::panes::{from_value, reading_ui, to_value};
use crate::ui::results::co_clusters::{ClusteredRun, MOST_RUNS, SameMatrix};
use crate::ui::state::{DataLook, Detail};
use crate::ui::widgets::EmptyState;

/// The co-clusterings.
#[derive(Default)]
pub(super) struct CoClustersPart {
    several: Several,
    matrices: SameMatrix,
}

/// True if runs of a system cluster a matrix.
pub(super) fn clusters(system: &dyn AnySystem) -> bool {
    system.data_kind() == DataKind::Matrix
}

impl Part for CoClustersPart {
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        self.several.update(look, shared, MOST_RUNS, |row| {
            row.system().is_some_and(clusters)
        });
        let rows = self.several.rows().iter().zip(self.several.captions());
        let mut runs = Vec::new();
        let mut waiting = false;
        for (row, caption) in rows {
            let Some(run) = look.context.run(&row.id) else {
                continue;
            };
            match &run.detail {
                Detail::Read(details) => runs.push(ClusteredRun {
                    run: result_run(ui, run, details, look.context.newest),
                    caption: caption.clone(),
                }),
                Detail::Failed(_) => (),
                Detail::Reading(_) | Detail::Unread => waiting = true,
            }
        }
        if runs.is_empty() {
            if waiting {
                reading_ui(ui, "Reading the runs");
            } else {
                let text = "Runs that cluster the same matrix are shown here side by side.";
                EmptyState::new(icons::ICON_GRID_VIEW, "No co-clusters", text).show(ui);
            }
            return Vec::new();
        }
        self.several.left_ui(ui);
        let data = match look.context.data {
            DataLook::Ready(loaded) => loaded.matrix().filter(|_| {
                let rows = self.several.rows().iter();
                rows.clone().all(|row| same_data(row, loaded.fingerprint()))
            }),
            _ => None,
        };
        let why = match look.context.data {
            DataLook::Failed(why) => format!("The matrix cannot be shown: {why}"),
            DataLook::Ready(_) => {
                "The matrix cannot be shown: its file has changed since these runs.".to_owned()
            }
            DataLook::Absent | DataLook::Reading(_) => "The matrix is being read…".to_owned(),
        };
        self.matrices.ui(ui, &runs, data, &why);
        Vec::new()
    }

    fn wanted(&self) -> Vec<RunId> {
        self.several.ids()
    }

    fn data_of(&self) -> Option<RunId> {
        self.several.ids().into_iter().next()
    }

    fn is_working(&self) -> bool {
        self.matrices.is_working()
    }

    fn settings(&self) -> Value {
        to_value(&self.matrices.kept)
    }

    fn restore(&mut self, settings: Value) {
        self.matrices.kept = from_value(settings);
    }
}
