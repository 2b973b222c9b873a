//! The part of the data form for ratings: files and split.

use eframe::egui::{ComboBox, DragValue, Response, Ui};
use serde::{Deserialize, Serialize};

use super::rows::{Rows, number_ui};
use super::{DataForm, DataFormRequest};
use crate::ui::forms::editors::chevron;

/// Where the test ratings come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holdout {
    /// Nowhere: everything is for training.
    #[default]
    None,
    /// A file.
    File,
    /// A random share.
    Random,
    /// The newest share by time.
    Newest,
    /// Some of each user.
    LeaveOut,
}

impl Holdout {
    const ALL: [Self; 5] = [
        Self::None,
        Self::File,
        Self::Random,
        Self::Newest,
        Self::LeaveOut,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::File => "File",
            Self::Random => "Random",
            Self::Newest => "Newest",
            Self::LeaveOut => "Per user",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::None => "Everything is for training; there is no test error",
            Self::File => "Ratings in a file of their own, as in u1.base and u1.test",
            Self::Random => "A share of the ratings, drawn with the seed",
            Self::Newest => "The newest ratings by time, as if predicting the future",
            Self::LeaveOut => "This many ratings of each user, drawn with the seed",
        }
    }
}

impl DataForm {
    /// What the split is, and which file of it is wrong, as (key of the `[data]` table, problem).
    pub(super) fn ratings_rows_ui(
        &mut self,
        ui: &mut Ui,
        rows: &Rows<'_>,
    ) -> Option<DataFormRequest> {
        let mut request = None;
        let help = "A file of user, item, rating lines";
        if rows.file(ui, "path", "Ratings", help, &mut self.path, false) {
            request = Some(DataFormRequest::ChooseRatings);
        }
        rows.row(
            ui,
            "holdout",
            "Test ratings",
            self.holdout.help(),
            |ui, label, width| {
                holdout_ui(ui, &mut self.holdout, label, width);
            },
        );
        match self.holdout {
            Holdout::None => (),
            Holdout::File => {
                if rows.file(
                    ui,
                    "test",
                    "Test file",
                    "A file of the same kind",
                    &mut self.test,
                    true,
                ) {
                    request = Some(DataFormRequest::ChooseTest);
                }
            }
            Holdout::Random | Holdout::Newest => {
                let help = "Share of the ratings held out as test set";
                rows.row(ui, "fraction", "Test share", help, |ui, label, width| {
                    let mut percent = self.fraction * 100.0;
                    number_ui(
                        ui,
                        DragValue::new(&mut percent)
                            .speed(0.5)
                            .range(0.0..=99.0)
                            .max_decimals(2)
                            .suffix(" %"),
                        label,
                        width,
                    );
                    self.fraction = percent / 100.0;
                });
            }
            Holdout::LeaveOut => {
                let help = "Ratings of each user held out as test set";
                rows.row(ui, "leave_out", "Held out", help, |ui, label, width| {
                    number_ui(
                        ui,
                        DragValue::new(&mut self.leave_out).range(0..=10_000),
                        label,
                        width,
                    );
                });
            }
        }
        let help =
            "A file of item titles, as u.item or movies.csv; found by itself beside the ratings";
        if rows.file(ui, "items", "Titles", help, &mut self.items, true) {
            request = Some(DataFormRequest::ChooseTitles);
        }
        request
    }
}

fn holdout_ui(ui: &mut Ui, holdout: &mut Holdout, label: &Response, width: f32) {
    let response = ComboBox::from_id_salt("holdout")
        .width(width)
        .truncate()
        .icon(chevron)
        .selected_text(holdout.label())
        .show_ui(ui, |ui| {
            for option in Holdout::ALL {
                ui.selectable_value(holdout, option, option.label())
                    .on_hover_text(option.help());
            }
        });
    response.response.labelled_by(label.id);
}
