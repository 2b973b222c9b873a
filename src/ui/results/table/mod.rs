//! Tables without a view of their own: CSV as it is.

mod content;

use eframe::egui::{Align, Label, Layout, RichText, TextStyle, Ui, vec2};
use egui_extras::{Column, TableBuilder};
use egui_material_icons::icons;

use super::cache::{SnapshotCache, SnapshotState};
use super::files::{chosen_of, copy_of, files_ui};
use super::{ResultView, RunContext};
use crate::draw::format;
use crate::record::ArtifactKind;
use crate::ui::app::Action;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, Keep, Severity, caption, message, toolbar};
use content::Content;

/// The tables of a run.
#[derive(Default)]
pub struct TableView {
    chosen: String,
    cache: SnapshotCache<Content>,
}

impl ResultView for TableView {
    fn kind(&self) -> ArtifactKind {
        ArtifactKind::TABLE
    }

    fn title(&self) -> &'static str {
        "Tables"
    }

    fn shows(&self, context: &RunContext<'_>) -> bool {
        !context.artifacts_of(&self.kind(), &["csv"]).is_empty()
    }

    fn is_working(&self) -> bool {
        self.cache.is_reading()
    }

    fn ui(&mut self, ui: &mut Ui, context: &RunContext<'_>) -> Vec<Action> {
        let all = context.artifacts_of(&self.kind(), &["csv"]);
        if all.is_empty() {
            return Vec::new();
        }
        let run = &context.run;
        let mut actions = Vec::new();
        let index = chosen_of(&all, &self.chosen);
        let state = self.cache.get(ui.ctx(), run, &all, index, ());
        let rows = state.snapshot().map(|content| content.rows_text());
        toolbar(ui, "table", |bar| {
            bar.item("file", Keep::Always, |ui| {
                files_ui(ui, &all, &mut self.chosen);
            });
            bar.item("rows", Keep::Short, |ui| {
                caption(ui, rows.clone().unwrap_or_default());
            });
            bar.end();
            bar.item("save", Keep::Long, |ui| {
                let button = IconButton::new(icons::ICON_DOWNLOAD, "Save the table…");
                if ui.add(button).clicked() {
                    let file = &all[index].file;
                    let path = run.artifacts().join(file);
                    actions.push(Action::Save(copy_of(path, run.name, file)));
                }
            });
        });
        ui.add_space(tokens(ui.ctx()).space.xs);
        match state {
            SnapshotState::Ready(content, true) => table_ui(ui, &all[index].file, &content),
            SnapshotState::Failed(why) => {
                let again = message(ui, Severity::Error, &why, |ui| {
                    ui.button("Try again").clicked()
                });
                if again.inner {
                    self.cache.retry();
                }
            }
            SnapshotState::Ready(_, false) | SnapshotState::Reading => {
                ui.spinner();
            }
        }
        actions
    }
}

fn table_ui(ui: &mut Ui, file: &str, content: &Content) {
    let tokens = tokens(ui.ctx());
    ui.spacing_mut().item_spacing = vec2(tokens.space.m, 0.0);
    let align = |column: usize| {
        if content.is_number(column) {
            Layout::right_to_left(Align::Center)
        } else {
            Layout::left_to_right(Align::Center)
        }
    };
    eframe::egui::ScrollArea::horizontal().show(ui, |ui| {
        let mut table = TableBuilder::new(ui)
            .id_salt(file)
            .striped(true)
            .auto_shrink(false)
            .cell_layout(Layout::left_to_right(Align::Center));
        for _ in 0..content.header.len() {
            table = table.column(
                Column::auto()
                    .at_least(tokens.space.xxl)
                    .at_most(tokens.size.measure)
                    .clip(true)
                    .resizable(true),
            );
        }
        table
            .header(tokens.size.control, |mut row| {
                for (column, name) in content.header.iter().enumerate() {
                    row.col(|ui| {
                        ui.with_layout(align(column), |ui| {
                            let text = RichText::new(name)
                                .text_style(TextStyle::Small)
                                .color(tokens.text_tertiary);
                            ui.label(text);
                        });
                    });
                }
            })
            .body(|body| {
                body.rows(tokens.size.control, content.rows.len(), |mut row| {
                    let record = &content.rows[row.index()];
                    for (column, cell) in record.iter().enumerate() {
                        row.col(|ui| {
                            ui.with_layout(align(column), |ui| {
                                let short = shortened(cell);
                                let response = ui.add(Label::new(short.as_str()).truncate());
                                if short != cell {
                                    response.on_hover_text(cell);
                                }
                            });
                        });
                    }
                });
            });
    });
}

/// A number to the digits that can be told apart at a glance; anything else as it is.
fn shortened(cell: &str) -> String {
    match cell.parse::<f64>() {
        Ok(number) if cell.len() > 9 => format::number(number),
        _ => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_cut_and_names_are_not() {
        assert_eq!(shortened("0.5"), "0.5");
        assert_eq!(shortened("a name of a row"), "a name of a row");
        assert!(shortened("0.123456789012345678").len() < 9);
    }
}
