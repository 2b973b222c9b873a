//! A run a row.

use eframe::egui::{Role, ScrollArea, Sense, Ui, WidgetInfo};
use egui_extras::{Column, TableBuilder};

use super::{Look, Part, Shared};
use crate::draw::format;
use crate::systems;
use crate::ui::app::Action;
use crate::ui::state::Selection;
use crate::ui::theme::tokens;

/// The table.
#[derive(Debug, Default)]
pub(super) struct TablePart {}

impl Part for TablePart {
    fn ui(&mut self, ui: &mut Ui, look: &Look<'_>, shared: &mut Shared) -> Vec<Action> {
        let tokens = tokens(ui.ctx());
        let mut actions = Vec::new();
        ScrollArea::horizontal().show(ui, |ui| {
            let table = TableBuilder::new(ui)
                .striped(true)
                .sense(Sense::click())
                .column(Column::remainder())
                .column(Column::auto());
            table.body(|body| {
                body.rows(tokens.size.row, look.rows.len(), |mut row| {
                    let at = row.index();
                    let run = &look.rows[at];
                    row.set_hovered(look.hovered == Some(at));
                    row.col(|ui| {
                        let response = ui.label(&run.summary.name);
                        let name = format!("Run: {}", run.summary.name);
                        response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, &name));
                    });
                    row.col(|ui| {
                        let metrics = &run.summary.metrics;
                        let measures = systems::measures_of(&run.summary.system);
                        if let Some((name, scalar)) =
                            measures.main(|name| metrics.contains_key(name))
                        {
                            let value = format::number(metrics[name].last);
                            ui.label(format!("{} {value}", scalar.title()));
                        }
                    });
                    if row.response().hovered() {
                        shared.hover(&run.id);
                    }
                    if row.response().clicked() {
                        actions.push(Action::Select(Selection::Run(run.id.clone())));
                    }
                });
            });
        });
        actions
    }
}
