//! The part of the form that says where the data comes from.

use std::path::{Path, PathBuf};

use eframe::egui::{
    Align, Atom, Button, ComboBox, DragValue, Layout, Response, TextStyle, Ui, vec2,
};
use egui_material_icons::icons::ICON_CLOSE;
use serde::{Deserialize, Serialize};

use super::editors::chevron;
use super::row::Row;
use crate::data::{DataConfig, DataKind};
use crate::ui::format;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, elide_middle};

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

/// Files, split and seed of the next run. What is not chosen keeps its value for when it is chosen again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DataForm {
    /// The ratings.
    pub path: Option<PathBuf>,
    /// Where the test ratings come from.
    pub holdout: Holdout,
    /// The file of test ratings, for [`Holdout::File`].
    pub test: Option<PathBuf>,
    /// The share, for [`Holdout::Random`] and [`Holdout::Newest`].
    pub fraction: f32,
    /// How many ratings of each user, for [`Holdout::LeaveOut`].
    pub leave_out: usize,
    /// The file of item titles; looked for beside the ratings if absent.
    pub items: Option<PathBuf>,
    /// The seed of the split and of the run.
    pub seed: u64,
}

impl Default for DataForm {
    fn default() -> Self {
        Self {
            path: None,
            holdout: Holdout::None,
            test: None,
            fraction: 0.1,
            leave_out: 5,
            items: None,
            seed: 1,
        }
    }
}

/// What the data form asks the shell to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFormRequest {
    /// Let a person choose the file of ratings.
    ChooseRatings,
    /// Let a person choose the file of test ratings.
    ChooseTest,
    /// Let a person choose the file of titles.
    ChooseTitles,
}

/// What came of a frame of the data form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataFormResponse {
    /// Whether a value changed: the data must be read again.
    pub changed: bool,
    /// What a person asked for.
    pub request: Option<DataFormRequest>,
    /// What is wrong, as (key of the `[data]` table, problem).
    pub problems: Vec<(String, String)>,
}

impl DataForm {
    /// The form of a config file's `[data]` table and seed.
    #[must_use]
    pub fn of(config: &DataConfig, seed: u64) -> Self {
        let unset = Self::default();
        let holdout = if config.test.is_some() {
            Holdout::File
        } else if config.test_fraction.is_some() {
            Holdout::Random
        } else if config.newest_fraction.is_some() {
            Holdout::Newest
        } else if config.leave_out.is_some() {
            Holdout::LeaveOut
        } else {
            Holdout::None
        };
        Self {
            path: Some(config.path.clone()).filter(|path| !path.as_os_str().is_empty()),
            holdout,
            test: config.test.clone(),
            fraction: config
                .test_fraction
                .or(config.newest_fraction)
                .unwrap_or(unset.fraction),
            leave_out: config.leave_out.unwrap_or(unset.leave_out),
            items: config.items.clone(),
            seed,
        }
    }

    /// The `[data]` table that the form stands for.
    #[must_use]
    pub fn config(&self, kind: DataKind) -> DataConfig {
        let path = self.path.clone().unwrap_or_default();
        if kind == DataKind::Matrix {
            return DataConfig {
                kind,
                path,
                ..DataConfig::default()
            };
        }
        let when = |holdout| self.holdout == holdout;
        DataConfig {
            kind,
            path,
            test: self.test.clone().filter(|_| when(Holdout::File)),
            items: self.items.clone(),
            test_fraction: when(Holdout::Random).then_some(self.fraction),
            newest_fraction: when(Holdout::Newest).then_some(self.fraction),
            leave_out: when(Holdout::LeaveOut).then_some(self.leave_out),
            ..DataConfig::default()
        }
    }

    /// What is missing or wrong, as (key of the `[data]` table, problem).
    #[must_use]
    pub fn problems(&self) -> Vec<(String, String)> {
        let mut problems = self.missing();
        problems.extend(self.wrong());
        problems
    }

    /// Files that are still to be chosen. Not shown beside the fields, which say so themselves.
    fn missing(&self) -> Vec<(String, String)> {
        let mut missing = Vec::new();
        if self.path.is_none() {
            missing.push(("path".to_owned(), "Choose a file of ratings".to_owned()));
        }
        if self.holdout == Holdout::File && self.test.is_none() {
            let text = "Choose a file of test ratings";
            missing.push(("test".to_owned(), text.to_owned()));
        }
        missing
    }

    fn wrong(&self) -> Option<(String, String)> {
        let (key, problem) = match self.holdout {
            Holdout::File if self.test.is_some() && self.test == self.path => (
                "test",
                "This is the file of training ratings; choose another",
            ),
            Holdout::Random | Holdout::Newest if !(self.fraction > 0.0 && self.fraction < 1.0) => {
                ("fraction", "must be between 0 and 100 %, both excluded")
            }
            Holdout::LeaveOut if self.leave_out == 0 => ("leave_out", "must be at least 1"),
            _ => return None,
        };
        Some((key.to_owned(), problem.to_owned()))
    }

    /// Shows the form as wide as `ui`; `locked` says why it cannot be edited now.
    pub fn ui(&mut self, ui: &mut Ui, locked: Option<&str>) -> DataFormResponse {
        let before = self.clone();
        let problems = self.problems();
        let wrong = self.wrong();
        let rows = Rows {
            wrong: wrong.as_ref(),
            locked,
        };
        let request = ui.scope(|ui| self.rows_ui(ui, &rows)).inner;
        DataFormResponse {
            changed: *self != before,
            request,
            problems,
        }
    }

    fn rows_ui(&mut self, ui: &mut Ui, rows: &Rows<'_>) -> Option<DataFormRequest> {
        let mut request = None;
        ui.spacing_mut().item_spacing.y = 0.0;

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
        let help =
            "Of the split, the first weights and every shuffle: the same seed gives the same run";
        rows.row(ui, "seed", "Seed", help, |ui, label, width| {
            number_ui(ui, DragValue::new(&mut self.seed), label, width);
        });
        request
    }
}

/// What the rows of the data form share.
struct Rows<'a> {
    wrong: Option<&'a (String, String)>,
    locked: Option<&'a str>,
}

impl Rows<'_> {
    fn row<R>(
        &self,
        ui: &mut Ui,
        key: &str,
        label: &str,
        help: &str,
        editor: impl FnOnce(&mut Ui, &Response, f32) -> R,
    ) -> R {
        let problem = self.wrong.filter(|(own, _)| own == key);
        let row = Row {
            label,
            symbol: None,
            live: false,
            roomy: false,
            reset_to: None,
            problem: problem.map(|(_, text)| text.as_str()),
            locked: self.locked,
        };
        let tooltip = |ui: &mut Ui| {
            ui.label(help);
        };
        ui.push_id(key, |ui| row.show(ui, tooltip, editor).inner)
            .inner
    }

    /// A file: its name on a button that asks for another, and where it may be absent a button that clears it. True if another is asked
    /// for.
    fn file(
        &self,
        ui: &mut Ui,
        key: &str,
        label: &str,
        help: &str,
        path: &mut Option<PathBuf>,
        clearable: bool,
    ) -> bool {
        self.row(ui, key, label, help, |ui, label, width| {
            let tokens = tokens(ui.ctx());
            ui.spacing_mut().item_spacing.x = 0.0;
            let clear = clearable && path.is_some();
            let width = if clear {
                width - tokens.size.control
            } else {
                width
            };
            let pressed = file_button(ui, path.as_deref(), label, width);
            if clear
                && ui
                    .add(IconButton::new(ICON_CLOSE, "Clear the file"))
                    .clicked()
            {
                *path = None;
            }
            pressed
        })
    }
}

fn file_button(ui: &mut Ui, path: Option<&Path>, label: &Response, width: f32) -> bool {
    let tokens = tokens(ui.ctx());
    let size = vec2(width, tokens.size.control);
    let Some(path) = path else {
        let button = Button::new(("Choose…", Atom::grow())).min_size(size);
        return ui.add(button).labelled_by(label.id).clicked();
    };
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    let font = TextStyle::Button.resolve(ui.style());
    let room = width - 2.0 * ui.spacing().button_padding.x;
    let shown = elide_middle(ui, &name, &font, room);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.add(Button::new((shown, Atom::grow())).min_size(size))
            .labelled_by(label.id)
            .on_hover_text(format!("{}\nClick to choose another…", path.display()))
            .clicked()
    })
    .inner
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

fn number_ui(ui: &mut Ui, field: DragValue<'_>, label: &Response, width: f32) {
    let tokens = tokens(ui.ctx());
    let field = field
        .update_while_editing(false)
        .clip_text(true)
        .min_size(vec2(width, tokens.size.control))
        .suffix(Atom::grow())
        .custom_formatter(|number, _| format::setting(number));
    ui.add(field).labelled_by(label.id);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_survives_the_form() {
        for config in [
            DataConfig {
                path: "u.data".into(),
                newest_fraction: Some(0.2),
                ..DataConfig::default()
            },
            DataConfig {
                path: "u1.base".into(),
                test: Some("u1.test".into()),
                items: Some("u.item".into()),
                ..DataConfig::default()
            },
            DataConfig {
                path: "u.data".into(),
                leave_out: Some(3),
                ..DataConfig::default()
            },
        ] {
            assert_eq!(DataForm::of(&config, 7).config(DataKind::Ratings), config);
        }
    }

    #[test]
    fn choosing_another_split_drops_the_first_from_the_config_and_keeps_it_in_the_form() {
        let mut form = DataForm {
            path: Some("u.data".into()),
            holdout: Holdout::Random,
            fraction: 0.25,
            ..DataForm::default()
        };
        assert_eq!(form.config(DataKind::Ratings).test_fraction, Some(0.25));
        form.holdout = Holdout::LeaveOut;
        assert_eq!(
            (
                form.config(DataKind::Ratings).test_fraction,
                form.config(DataKind::Ratings).leave_out
            ),
            (None, Some(5))
        );
        form.holdout = Holdout::Random;
        assert_eq!(form.config(DataKind::Ratings).test_fraction, Some(0.25));
    }

    #[test]
    fn what_is_missing_is_named() {
        let keys = |form: &DataForm| -> Vec<String> {
            form.problems().into_iter().map(|(key, _)| key).collect()
        };
        let mut form = DataForm {
            holdout: Holdout::File,
            ..DataForm::default()
        };
        assert_eq!(keys(&form), ["path", "test"]);
        form.path = Some("a".into());
        form.test = Some("a".into());
        assert_eq!(keys(&form), ["test"], "training and test must be two files");
        form.holdout = Holdout::Newest;
        form.fraction = 1.0;
        assert_eq!(keys(&form), ["fraction"]);
        form.fraction = 0.5;
        assert!(keys(&form).is_empty());
    }
}
