//! The part of the data form for a matrix: file, labels, missing cells.

use std::path::{Path, PathBuf};

use eframe::egui::{ComboBox, Response, TextEdit, Ui};
use serde::{Deserialize, Serialize};

use super::rows::Rows;
use super::{DataFormContext, DataFormRequest};
use crate::data::{DataConfig, DataKind, Missing};
use crate::ui::forms::editors::chevron;
use crate::ui::state::Found;

/// File, labels and missing cells of the next run that clusters a matrix.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MatrixForm {
    /// The matrix; the ratings if absent.
    pub path: Option<PathBuf>,
    /// The array to take of a file with several.
    pub variable: Option<String>,
    /// The file with the class of each row.
    pub row_labels: Option<PathBuf>,
    /// The file with the class of each column.
    pub column_labels: Option<PathBuf>,
    /// The file with the title of each column.
    pub items: Option<PathBuf>,
    /// What stands in for missing cells.
    pub missing: Missing,
    /// The finished run that predicts missing cells, for [`Missing::Autorec`].
    pub completed_by: Option<PathBuf>,
}

const MISSING: [Missing; 4] = [
    Missing::Zero,
    Missing::RowMean,
    Missing::ColumnMean,
    Missing::Autorec,
];

fn missing_label(missing: Missing) -> &'static str {
    match missing {
        Missing::Zero => "Zero",
        Missing::RowMean => "Row mean",
        Missing::ColumnMean => "Column mean",
        Missing::Autorec => "AutoRec",
    }
}

fn missing_help(missing: Missing) -> &'static str {
    match missing {
        Missing::Zero => "Missing cells count as 0; a sparse matrix stays sparse",
        Missing::RowMean => "Missing cells get the mean of their row; the matrix becomes dense",
        Missing::ColumnMean => {
            "Missing cells get the mean of their column; the matrix becomes dense"
        }
        Missing::Autorec => {
            "Missing cells are predicted by a finished run on the same ratings; the matrix becomes dense"
        }
    }
}

impl MatrixForm {
    /// The form of a config file's `[data]` table.
    pub(super) fn of(config: &DataConfig) -> Self {
        Self {
            path: Some(config.path.clone()).filter(|path| !path.as_os_str().is_empty()),
            variable: config.variable.clone(),
            row_labels: config.row_labels.clone(),
            column_labels: config.column_labels.clone(),
            items: config.items.clone(),
            missing: config.missing,
            completed_by: config.completed_by.clone(),
        }
    }

    /// The `[data]` table that the form stands for; `path`: the file that is read.
    pub(super) fn config(&self, path: PathBuf) -> DataConfig {
        let completed_by = self.completed_by.clone();
        let completed_by = completed_by.filter(|_| self.missing == Missing::Autorec);
        // Until the run is chosen the matrix can be looked at with zeros.
        let missing = match self.missing {
            Missing::Autorec if completed_by.is_none() => Missing::Zero,
            chosen => chosen,
        };
        DataConfig {
            kind: DataKind::Matrix,
            path,
            variable: self.variable.clone(),
            row_labels: self.row_labels.clone(),
            column_labels: self.column_labels.clone(),
            items: self.items.clone(),
            missing,
            completed_by,
            ..DataConfig::default()
        }
    }

    /// Takes a file, or (unless `own`) what lies beside the ratings. Settings that belonged to another file go.
    pub fn take(&mut self, found: &Found, own: bool) {
        *self = Self {
            path: own.then(|| found.path.clone()),
            row_labels: found.row_labels.clone(),
            column_labels: found.column_labels.clone(),
            // What completes one matrix does not fit another.
            missing: if self.missing == Missing::Autorec {
                Missing::default()
            } else {
                self.missing
            },
            ..Self::default()
        };
    }

    /// What is still to be chosen, as (key of the `[data]` table, problem).
    pub(super) fn missing_choice(&self) -> Option<(String, String)> {
        let wanted = self.missing == Missing::Autorec && self.completed_by.is_none();
        wanted.then(|| {
            let problem = "Choose the run that predicts the missing cells";
            ("completed_by".to_owned(), problem.to_owned())
        })
    }

    /// Shows the rows; `path`: the file that is read.
    pub(super) fn rows_ui(
        &mut self,
        ui: &mut Ui,
        rows: &Rows<'_>,
        path: Option<&Path>,
        context: &DataFormContext<'_>,
    ) -> Option<DataFormRequest> {
        let mut request = None;
        let help = "A table of numbers with or without names, NumPy, SciPy, MatrixMarket or MATLAB; or ratings";
        let mut shown = path.map(Path::to_owned);
        if rows.file(ui, "path", "File", help, &mut shown, false) {
            request = Some(DataFormRequest::ChooseMatrix);
        }
        if context.variables.len() > 1 || self.variable.is_some() {
            let help = "The array of the file that is clustered";
            rows.row(ui, "variable", "Variable", help, |ui, label, width| {
                variable_ui(ui, &mut self.variable, context.variables, label, width);
            });
        }
        let help = "True classes to compare with: one a line, or a name and a class; they are not learned from";
        if rows.file(
            ui,
            "row_labels",
            "Row labels",
            help,
            &mut self.row_labels,
            true,
        ) {
            request = Some(DataFormRequest::ChooseRowLabels);
        }
        let of_columns = &mut self.column_labels;
        if rows.file(ui, "column_labels", "Column labels", help, of_columns, true) {
            request = Some(DataFormRequest::ChooseColumnLabels);
        }
        if self.items.is_some() {
            let help = "A file of column titles, as movies.csv";
            if rows.file(ui, "items", "Titles", help, &mut self.items, true) {
                request = Some(DataFormRequest::ChooseTitles);
            }
        }
        let help = missing_help(self.missing);
        rows.row(ui, "missing", "Missing cells", help, |ui, label, width| {
            missing_ui(ui, &mut self.missing, label, width);
        });
        if self.missing == Missing::Autorec {
            let help = "A finished run that learned from the same ratings";
            rows.row(
                ui,
                "completed_by",
                "Completed by",
                help,
                |ui, label, width| {
                    if run_ui(ui, &mut self.completed_by, context.runs, label, width) {
                        request = Some(DataFormRequest::ChooseCompletion);
                    }
                },
            );
        }
        request
    }
}

/// A list of the arrays where they are known, else a field for a name.
fn variable_ui(
    ui: &mut Ui,
    variable: &mut Option<String>,
    known: &[String],
    label: &Response,
    width: f32,
) {
    if known.is_empty() {
        let mut text = variable.clone().unwrap_or_default();
        let field = TextEdit::singleline(&mut text).desired_width(width);
        ui.add(field).labelled_by(label.id);
        *variable = Some(text).filter(|text| !text.is_empty());
        return;
    }
    let response = ComboBox::from_id_salt("variable")
        .width(width)
        .truncate()
        .icon(chevron)
        .selected_text(variable.as_deref().unwrap_or("Choose"))
        .show_ui(ui, |ui| {
            for name in known {
                ui.selectable_value(variable, Some(name.clone()), name);
            }
        });
    response.response.labelled_by(label.id);
}

fn missing_ui(ui: &mut Ui, missing: &mut Missing, label: &Response, width: f32) {
    let response = ComboBox::from_id_salt("missing")
        .width(width)
        .truncate()
        .icon(chevron)
        .selected_text(missing_label(*missing))
        .show_ui(ui, |ui| {
            for option in MISSING {
                ui.selectable_value(missing, option, missing_label(option))
                    .on_hover_text(missing_help(option));
            }
        });
    response.response.labelled_by(label.id);
}

/// The finished runs that are listed, and any other folder. True if a person wants to look for one.
fn run_ui(
    ui: &mut Ui,
    run: &mut Option<PathBuf>,
    known: &[(PathBuf, String)],
    label: &Response,
    width: f32,
) -> bool {
    let name = run.as_ref().map(|path| {
        let listed = known.iter().find(|(own, _)| own == path);
        listed.map_or_else(
            || {
                path.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned()
            },
            |(_, name)| name.clone(),
        )
    });
    let mut other = false;
    let response = ComboBox::from_id_salt("completed by")
        .width(width)
        .truncate()
        .icon(chevron)
        .selected_text(name.as_deref().unwrap_or("Choose"))
        .show_ui(ui, |ui| {
            for (path, name) in known {
                ui.selectable_value(run, Some(path.clone()), name)
                    .on_hover_text(path.display().to_string());
            }
            other = ui.button("Another folder…").clicked();
        });
    response.response.labelled_by(label.id);
    other
}
