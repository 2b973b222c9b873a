//! The titles of columns: a click sorts, with Shift by one more column; a menu hides and moves them.

use eframe::egui::{Align2, Role, Sense, TextStyle, Ui, WidgetInfo, vec2};
use egui_material_icons::icons;

use super::TablePart;
use super::columns;
use super::grid::{icon_font, inner};
use super::model::{Head, SortKey};
use crate::experiments::table::Column;
use crate::ui::theme::tokens;
use crate::ui::widgets::{Menu, elide_middle, menu_entry, section_header};

/// What was asked of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Click {
    /// Sort by it alone.
    Sort,
    /// Sort by it after the columns that sort already.
    SortToo,
    /// Sort by nothing.
    Unsort,
    /// Do not show it.
    Hide,
    /// One place to the left or right.
    Move(isize),
}

/// Shows a title; what was asked.
pub(super) fn ui(ui: &mut Ui, head: &Head, sort: &[SortKey]) -> Option<Click> {
    let tokens = tokens(ui.ctx());
    let rect = ui.max_rect();
    let place = sort.iter().position(|key| key.column == head.column);
    let response = ui.interact(rect, ui.scope_id().with("header"), Sense::click());
    let is_sorted = place.is_some();
    response.widget_info(|| WidgetInfo::selected(Role::ColumnHeader, true, is_sorted, &head.title));
    let color = if response.hovered() || is_sorted {
        tokens.text
    } else {
        tokens.text_tertiary
    };
    let font = TextStyle::Small.resolve(ui.style());
    let inside = inner(ui, tokens);
    let title = elide_middle(ui, &head.title, &font, inside.width());
    let figures = head.width.has_figures();
    let (at, align) = if figures {
        (inside.right_center(), Align2::RIGHT_CENTER)
    } else {
        (inside.left_center(), Align2::LEFT_CENTER)
    };
    let drawn = ui.painter().text(at, align, title, font.clone(), color);
    if let Some(place) = place {
        let icon = if sort[place].descending {
            icons::ICON_ARROW_DOWNWARD
        } else {
            icons::ICON_ARROW_UPWARD
        };
        // The place among several keys stands beside the arrow.
        let number = if sort.len() > 1 {
            (place + 1).to_string()
        } else {
            String::new()
        };
        let gap = vec2(tokens.space.hair, 0.0);
        let (at, align) = if figures {
            (drawn.left_center() - gap, Align2::RIGHT_CENTER)
        } else {
            (drawn.right_center() + gap, Align2::LEFT_CENTER)
        };
        let arrow = ui
            .painter()
            .text(at, align, icon.codepoint, icon_font(tokens), color);
        let at = if figures {
            arrow.left_center()
        } else {
            arrow.right_center()
        };
        ui.painter().text(at, align, number, font, color);
    }
    ui.painter().hline(
        rect.x_range(),
        rect.bottom(),
        (tokens.size.hairline, tokens.border),
    );
    let mut click = None;
    if response.clicked() {
        let too = ui.input(|input| input.modifiers.shift);
        click = Some(if too { Click::SortToo } else { Click::Sort });
    }
    response.context_menu(|ui| {
        let is_name = head.column == Column::Name;
        for (text, own, offered) in [
            ("Sort by this", Click::Sort, true),
            ("Sort by this, too", Click::SortToo, !sort.is_empty()),
            ("Do not sort", Click::Unsort, !sort.is_empty()),
            ("Move left", Click::Move(-1), !is_name),
            ("Move right", Click::Move(1), !is_name),
            ("Hide", Click::Hide, !is_name),
        ] {
            if offered && menu_entry(ui, text) {
                click = Some(own);
            }
        }
    });
    response.on_hover_text(format!(
        "{}\nClick to sort, with Shift by several columns",
        head.hint
    ));
    click
}

impl TablePart {
    /// Does what was asked of a column.
    pub(super) fn header_click(&mut self, column: &Column, click: Click) {
        match click {
            Click::Sort | Click::SortToo => self.sort(column, click == Click::SortToo),
            Click::Unsort => self.choice.sort.clear(),
            Click::Hide => self.change_columns(|columns| columns.retain(|own| own != column)),
            Click::Move(by) => self.change_columns(|columns| {
                if let Some(at) = columns.iter().position(|own| own == column)
                    && let Some(to) = at.checked_add_signed(by)
                    && to < columns.len()
                {
                    columns.swap(at, to);
                }
            }),
        }
    }

    /// Sorts by a column, the best first; once more turns the order round.
    fn sort(&mut self, column: &Column, too: bool) {
        let first = columns::descends_first(&self.model.table, column);
        let sort = &mut self.choice.sort;
        if let Some(key) = sort.iter_mut().find(|key| key.column == *column) {
            key.descending = !key.descending;
            if !too {
                let key = key.clone();
                *sort = vec![key];
            }
            return;
        }
        if !too {
            sort.clear();
        }
        sort.push(SortKey {
            column: column.clone(),
            descending: first,
        });
    }

    /// Changes the columns that are shown; from now on they are a person's choice.
    fn change_columns(&mut self, change: impl FnOnce(&mut Vec<Column>)) {
        let shown = self.model.heads.iter().map(|head| head.column.clone());
        let mut columns: Vec<Column> = shown.filter(|own| *own != Column::Name).collect();
        change(&mut columns);
        self.choice.columns = Some(columns);
    }

    /// The menu that chooses columns.
    pub(super) fn columns_ui(&mut self, ui: &mut Ui) {
        let mut toggled = None;
        let mut reset = false;
        let is_shown = |column: &Column| self.model.heads.iter().any(|own| own.column == *column);
        Menu::new("Columns")
            .hint("Which columns are shown")
            .scrolls()
            .show(ui, |ui| {
                let automatic = "Those that tell the runs apart";
                if self.choice.columns.is_some() {
                    reset = menu_entry(ui, automatic);
                    ui.separator();
                }
                for (name, all) in columns::all(&self.model.table) {
                    if all.is_empty() {
                        continue;
                    }
                    section_header(ui, name);
                    for column in all {
                        let mut on = is_shown(&column);
                        let title = self.model.table.title(&column);
                        let hint = columns::hint(&self.model.table, &column);
                        if ui.checkbox(&mut on, title).on_hover_text(hint).changed() {
                            toggled = Some(column);
                        }
                    }
                }
            });
        if let Some(column) = toggled {
            self.change_columns(
                |columns| match columns.iter().position(|own| *own == column) {
                    Some(at) => {
                        columns.remove(at);
                    }
                    None => columns.push(column),
                },
            );
        }
        if reset {
            self.choice.columns = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Choice, Model};
    use super::super::tests::rows;
    use super::*;
    use crate::experiments::table::RunsTable;

    #[test]
    fn a_click_sorts_the_best_first_another_turns_it_and_shift_adds_a_key() {
        let rows = rows(&[("a", 50, 1, Some(0.93)), ("b", 20, 1, Some(0.91))]);
        let mut table = TablePart {
            model: Model::new(RunsTable::new(rows), &Choice::default()),
            ..TablePart::default()
        };
        let rmse = Column::Measure("test/rmse".to_owned());
        let hidden = Column::Parameter("hidden".to_owned());
        let keys = |table: &TablePart| -> Vec<(Column, bool)> {
            let keys = table.choice.sort.iter();
            keys.map(|key| (key.column.clone(), key.descending))
                .collect()
        };
        table.header_click(&rmse, Click::Sort);
        assert_eq!(keys(&table), [(rmse.clone(), false)]);
        table.header_click(&rmse, Click::Sort);
        assert_eq!(keys(&table), [(rmse.clone(), true)]);
        table.header_click(&hidden, Click::SortToo);
        assert_eq!(
            keys(&table),
            [(rmse.clone(), true), (hidden.clone(), false)]
        );
        table.header_click(&hidden, Click::Sort);
        assert_eq!(keys(&table), [(hidden.clone(), true)]);
        table.header_click(&hidden, Click::Hide);
        let chosen = table.choice.columns.clone().unwrap();
        assert!(!chosen.contains(&hidden) && chosen.contains(&rmse));
    }
}
