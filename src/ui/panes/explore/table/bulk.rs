//! The controls above the table, and what is done with the runs that are chosen.

use std::collections::BTreeSet;

use eframe::egui::{Key, RichText, TextEdit, Ui, WidgetInfo};
use egui_material_icons::icons;

use super::TablePart;
use super::copy::{self, Format};
use crate::runs::{Labels, RunId};
use crate::ui::app::{Action, LabelChange};
use crate::ui::panes::explore::{Look, Shared};
use crate::ui::save::{Content, SaveFile};
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    IconButton, Keep, Menu, caption, menu_entry, quiet_button, toggle, toolbar,
};

/// The field of the menu that tags runs.
#[derive(Debug, Default)]
pub(super) struct TagField {
    text: String,
    problem: Option<String>,
}

/// The runs that are chosen, as far as the table shows them.
struct Chosen {
    ids: Vec<RunId>,
    /// Tags that one of them has.
    tags: BTreeSet<String>,
    all_marked: bool,
    all_pinned: bool,
}

impl TablePart {
    fn chosen(&self, look: &Look<'_>, shared: &Shared) -> Chosen {
        let rows = self.model.table.rows().iter();
        let rows = rows.filter(|row| shared.selected.contains(&row.id));
        let mut chosen = Chosen {
            ids: Vec::new(),
            tags: BTreeSet::new(),
            all_marked: true,
            all_pinned: true,
        };
        for row in rows {
            chosen.ids.push(row.id.clone());
            chosen.tags.extend(row.labels.tags.iter().cloned());
            chosen.all_marked &= look.context.compared.contains(&row.id);
            chosen.all_pinned &= row.labels.pinned;
        }
        chosen
    }

    /// The controls above the table.
    pub(super) fn toolbar_ui(
        &mut self,
        ui: &mut Ui,
        look: &Look<'_>,
        shared: &mut Shared,
        actions: &mut Vec<Action>,
    ) {
        let chosen = self.chosen(look, shared);
        let several_data = self.model.data_sets;
        toolbar(ui, "table", |bar| {
            bar.item("columns", Keep::Always, |ui| self.columns_ui(ui));
            if self.model.repeats || self.choice.by_seed {
                bar.item("seeds", Keep::Long, |ui| {
                    let hint =
                        "Runs that differ by the seed alone as one line: mean ± standard deviation";
                    toggle(ui, &mut self.choice.by_seed, "Group seeds", hint);
                });
            }
            if !chosen.ids.is_empty() {
                bar.item("chosen", Keep::Always, |ui| {
                    caption(ui, format!("{} chosen", chosen.ids.len()));
                });
                bar.item("mark", Keep::Long, |ui| {
                    let text = if chosen.all_marked { "Unmark" } else { "Mark" };
                    let hint = "Marked runs are shown together in Curves and here";
                    if quiet_button(ui, text).on_hover_text(hint).clicked() {
                        actions.push(Action::Mark {
                            runs: chosen.ids.clone(),
                            on: !chosen.all_marked,
                        });
                    }
                });
                bar.item("tag", Keep::Long, |ui| {
                    self.tags.ui(ui, &chosen, actions);
                });
                bar.item("pin", Keep::Short, |ui| {
                    let text = if chosen.all_pinned { "Unpin" } else { "Pin" };
                    if quiet_button(ui, text)
                        .on_hover_text("Pinned runs stay on top, whatever the order")
                        .clicked()
                    {
                        let change = LabelChange::Pin(!chosen.all_pinned);
                        actions.push(Action::Label(chosen.ids.clone(), change));
                    }
                });
                bar.item("delete", Keep::Long, |ui| {
                    let delete = IconButton::new(icons::ICON_DELETE, "Delete the chosen runs")
                        .hint("Move the chosen runs to the trash; can be undone");
                    if ui.add(delete).clicked() {
                        actions.push(Action::Delete(chosen.ids.clone()));
                    }
                });
                bar.item("none", Keep::Short, |ui| {
                    let none = IconButton::new(icons::ICON_CLOSE, "Choose none");
                    if ui.add(none).clicked() {
                        shared.selected.clear();
                    }
                });
            } else if several_data > 1 {
                bar.item("data", Keep::Short, |ui| {
                    let text = format!("{several_data} data sets: a star compares runs on the same data");
                    caption(ui, text).on_hover_text("Runs on other data, or on data that was divided otherwise, have measures that cannot be compared");
                });
            }
            bar.end();
            bar.item("copy", Keep::Long, |ui| self.copy_ui(ui, shared, actions));
        });
        ui.add_space(tokens(ui.ctx()).space.xs);
    }

    fn copy_ui(&self, ui: &mut Ui, shared: &Shared, actions: &mut Vec<Action>) {
        let text = |format: Format| copy::text(&self.model, &shared.selected, format);
        Menu::new("Copy the table")
            .icon(icons::ICON_CONTENT_COPY)
            .closes()
            .show(ui, |ui| {
                for (name, format) in [
                    ("Copy as CSV", Format::Csv),
                    ("Copy as LaTeX", Format::Latex),
                ] {
                    if menu_entry(ui, name) {
                        ui.ctx().copy_text(text(format));
                    }
                }
                ui.separator();
                for (name, file, format) in [
                    ("Save as CSV…", "runs.csv", Format::Csv),
                    ("Save as LaTeX…", "runs.tex", Format::Latex),
                ] {
                    if menu_entry(ui, name) {
                        let file = SaveFile::new(file, Content::text(text(format)));
                        actions.push(Action::Save(file));
                    }
                }
            });
    }
}

impl TagField {
    fn ui(&mut self, ui: &mut Ui, chosen: &Chosen, actions: &mut Vec<Action>) {
        let tokens = tokens(ui.ctx());
        Menu::new("Tag").hint("Tag the chosen runs").show(ui, |ui| {
            ui.set_min_width(tokens.size.panel_min);
            let edit = TextEdit::singleline(&mut self.text)
                .hint_text("final, baseline")
                .desired_width(tokens.size.panel_min);
            let response = ui.add(edit);
            let text = self.text.clone();
            response.widget_info(|| WidgetInfo {
                label: Some("Tags to add".to_owned()),
                ..WidgetInfo::text_edit(true, "", &text, "final, baseline")
            });
            let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let add = ui
                .button(format!("Add to {} runs", chosen.ids.len()))
                .clicked();
            if add || enter {
                match Labels::parse_tags(&self.text) {
                    Ok(tags) if !tags.is_empty() => {
                        let change = LabelChange::Add(tags);
                        actions.push(Action::Label(chosen.ids.clone(), change));
                        *self = Self::default();
                        ui.close();
                    }
                    Ok(_) => {}
                    Err(error) => self.problem = Some(error.to_string()),
                }
            }
            if let Some(problem) = &self.problem {
                ui.label(RichText::new(problem).color(tokens.error));
            }
            if chosen.tags.is_empty() {
                return;
            }
            ui.separator();
            for tag in &chosen.tags {
                if menu_entry(ui, &format!("Remove {tag}")) {
                    let change = LabelChange::Remove([tag.clone()].into());
                    actions.push(Action::Label(chosen.ids.clone(), change));
                }
            }
        });
    }
}
