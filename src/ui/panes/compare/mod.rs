//! Several runs side by side: what they are, how well they did, and how they differ.

mod columns;
mod pane;
mod table;

use eframe::egui::{Color32, RichText, Ui};
use egui_material_icons::icons;
use serde::{Deserialize, Serialize};

use crate::runs::RunSummary;
use crate::systems::ConfigMap;
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, IconButton, Keep, segmented, toolbar};

use columns::{Column, columns};

/// A run to compare.
#[derive(Debug, Clone, Copy)]
pub struct CompareRun<'a> {
    /// Its color everywhere.
    pub color: Color32,
    /// Its `run.json`.
    pub summary: &'a RunSummary,
    /// The name of its system.
    pub system: &'a str,
    /// The data that it learned from, in short.
    pub data: &'a str,
    /// Its resolved config.
    pub config: &'a ConfigMap,
}

/// The comparison: what persists of it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CompareView {
    /// True if parameters that are the same in all runs are listed too.
    all_parameters: bool,
    /// The title of the column that the runs are sorted by.
    sorted_by: Option<String>,
    descending: bool,
}

/// Requests to the shell.
#[derive(Debug, Default)]
pub struct CompareResponse {
    /// Write this CSV to a file of the person's choice.
    pub export: Option<String>,
    /// Show the run with this id.
    pub open: Option<String>,
}

impl CompareView {
    /// Shows the runs as a table in what is left of `ui`.
    pub fn ui(&mut self, ui: &mut Ui, runs: &[CompareRun<'_>]) -> CompareResponse {
        let mut response = CompareResponse::default();
        if runs.len() < 2 {
            EmptyState::new(
                icons::ICON_COMPARE,
                "Nothing to compare yet",
                "Mark two or more runs in the list to see them side by side.",
            )
            .show(ui);
            return response;
        }
        let tokens = tokens(ui.ctx());
        let columns = columns(runs, self.all_parameters);
        let order = self.order(&columns, runs.len());
        toolbar(ui, "compare", |bar| {
            bar.item("parameters", Keep::Always, |ui| {
                ui.label(RichText::new("Parameters").color(tokens.text_secondary));
                let options = [(false, "Different"), (true, "All")];
                segmented(ui, &mut self.all_parameters, &options);
            });
            bar.end();
            bar.item("save", Keep::Long, |ui| {
                let save = IconButton::new(icons::ICON_DOWNLOAD, "Save the table as CSV…");
                if ui.add(save).clicked() {
                    response.export = csv(&order, &columns);
                }
            });
        });
        ui.add_space(tokens.space.xs);
        let done = table::table_ui(
            ui,
            runs,
            &columns,
            &order,
            (self.sorted_by.as_deref(), self.descending),
        );
        if let Some(title) = done.sort {
            self.descending = self.sorted_by.as_deref() == Some(title.as_str()) && !self.descending;
            self.sorted_by = Some(title);
        }
        response.open = done
            .open
            .map(|run| runs[run].summary.id.as_str().to_owned());
        response
    }

    /// The runs in the order of the sorted column.
    fn order(&self, columns: &[Column], runs: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..runs).collect();
        if let Some(column) = columns
            .iter()
            .find(|column| Some(&column.title) == self.sorted_by.as_ref())
        {
            order.sort_by(|a, b| {
                let (a, b) = (&column.cells[*a], &column.cells[*b]);
                // What is missing stays at the end either way.
                a.is_missing().cmp(&b.is_missing()).then_with(|| {
                    let ordering = a.compare(b);
                    if self.descending {
                        ordering.reverse()
                    } else {
                        ordering
                    }
                })
            });
        }
        order
    }
}

/// The table as CSV; `None` if it cannot be made, which memory alone can cause.
fn csv(order: &[usize], columns: &[Column]) -> Option<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(columns.iter().map(|column| &column.title))
        .ok()?;
    for &run in order {
        writer
            .write_record(columns.iter().map(|column| column.cells[run].exact()))
            .ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::columns::Cell;
    use super::*;

    fn column(title: &str, cells: Vec<Cell>) -> Column {
        Column {
            title: title.to_owned(),
            hint: String::new(),
            cells,
            best: None,
        }
    }

    #[test]
    fn runs_are_sorted_by_number_and_those_without_one_come_last_both_ways() {
        let columns = [column(
            "test RMSE",
            vec![Cell::Number(10.0), Cell::Missing, Cell::Number(9.0)],
        )];
        let mut view = CompareView {
            sorted_by: Some("test RMSE".to_owned()),
            ..CompareView::default()
        };
        assert_eq!(view.order(&columns, 3), [2, 0, 1]);
        view.descending = true;
        assert_eq!(view.order(&columns, 3), [0, 2, 1]);
    }

    #[test]
    fn the_file_has_every_digit_in_the_order_of_the_table() {
        let columns = [
            column(
                "Run",
                vec![Cell::Text("a, b".to_owned()), Cell::Text("c".to_owned())],
            ),
            column(
                "test RMSE",
                vec![Cell::Number(0.903_812_345), Cell::Missing],
            ),
        ];
        assert_eq!(
            csv(&[1, 0], &columns).unwrap(),
            "Run,test RMSE\nc,\n\"a, b\",0.903812345\n"
        );
    }
}
