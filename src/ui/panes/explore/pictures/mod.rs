//! The same test picture through several runs.

use eframe::egui::Ui;
use egui_material_icons::icons;
use serde_json::Value;

use super::several::Several;
use super::{Look, Part, Shared};
use crate::runs::RunId;
use crate::systems::AnySystem;
use crate::ui::app::Action;
use crate::ui::panes::result::result_run;
use crate::ui::panes::{from_value, reading_ui, to_value};
use crate::ui::results::translations::{CaptionedRun, MOST_RUNS, SamePicture};
use crate::ui::state::Detail;
use crate::ui::widgets::EmptyState;

/// The pictures.
#[derive(Default)]
pub(super) struct PicturesPart {
    several: Several,
    pictures: SamePicture,
}

/// True if runs of a system have pictures to show.
pub(super) fn translates(system: &dyn AnySystem) -> bool {
    system.translates_pictures()
}

impl Part for PicturesPart {
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        self.several.update(look, shared, MOST_RUNS, |row| {
            row.system().is_some_and(translates)
        });
        let rows = self.several.rows().iter().zip(self.several.captions());
        let mut runs = Vec::new();
        let mut waiting = false;
        let mut failed = None;
        for (row, caption) in rows {
            let Some(run) = look.context.run(&row.id) else {
                continue;
            };
            match &run.detail {
                Detail::Read(details) => runs.push(CaptionedRun {
                    run: result_run(ui, run, details, look.context.newest),
                    caption: caption.clone(),
                }),
                Detail::Failed(why) => failed = Some(why.clone()),
                Detail::Reading(_) | Detail::Unread => waiting = true,
            }
        }
        if runs.is_empty() {
            match failed {
                _ if waiting => reading_ui(ui, "Reading the runs"),
                Some(why) => {
                    EmptyState::new(icons::ICON_ERROR, "The runs cannot be read", &why).show(ui);
                }
                None => {
                    let text = "Runs of CycleGAN, pix2pix and AugGAN on the same pictures are shown here side by side.";
                    EmptyState::new(icons::ICON_PHOTO_LIBRARY, "No pictures", text).show(ui);
                }
            }
            return Vec::new();
        }
        self.several.left_ui(ui);
        let save = self.pictures.ui(ui, &runs);
        save.map(Action::Save).into_iter().collect()
    }

    fn wanted(&self) -> Vec<RunId> {
        self.several.ids()
    }

    fn is_working(&self) -> bool {
        self.pictures.is_working()
    }

    fn settings(&self) -> Value {
        to_value(&self.pictures.kept)
    }

    fn restore(&mut self, settings: Value) {
        self.pictures.kept = from_value(settings);
    }
}
