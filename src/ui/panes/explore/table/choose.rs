//! Which runs are chosen: by click, with Ctrl one by one, with Shift from the last click on.

use eframe::egui::{Key, Modifiers, Ui};

use super::TablePart;
use super::model::Line;
use crate::runs::RunId;
use crate::ui::panes::explore::Shared;

impl TablePart {
    /// A click on a line.
    pub(super) fn choose(&mut self, line: Line, keys: Modifiers, shared: &mut Shared) {
        let ids = self.model.ids_of(line);
        let from = self.anchor.clone();
        if keys.shift
            && let Some(range) = from.and_then(|from| self.range(&from, line))
        {
            if !keys.command {
                shared.selected.clear();
            }
            shared.selected.extend(range);
            return;
        }
        if keys.command {
            let all = ids.iter().all(|id| shared.selected.contains(id));
            for id in &ids {
                if all {
                    shared.selected.remove(id);
                } else {
                    shared.selected.insert(id.clone());
                }
            }
        } else {
            shared.selected = ids.iter().cloned().collect();
        }
        self.anchor = ids.into_iter().next();
    }

    /// The runs of all lines between a run's and another, both included.
    fn range(&self, from: &RunId, to: Line) -> Option<Vec<RunId>> {
        let lines = &self.model.lines;
        let to = lines.iter().position(|line| *line == to)?;
        let from = lines
            .iter()
            .position(|line| self.model.ids_of(*line).contains(from))?;
        let between = lines[from.min(to)..=from.max(to)].iter();
        Some(between.flat_map(|line| self.model.ids_of(*line)).collect())
    }

    /// Ctrl+A chooses all runs and Escape none, while the pointer is over the table and no text is edited.
    pub(super) fn keys(&self, ui: &Ui, shared: &mut Shared) {
        let is_here = ui.rect_contains_pointer(ui.max_rect());
        if !is_here || ui.ctx().text_edit_focused() {
            return;
        }
        let (all, none) = ui.input_mut(|input| {
            let all = input.consume_key(Modifiers::COMMAND, Key::A);
            let has_some = !shared.selected.is_empty();
            (
                all,
                has_some && input.consume_key(Modifiers::NONE, Key::Escape),
            )
        });
        if all {
            let rows = self.model.table.rows().iter();
            shared.selected = rows.map(|row| row.id.clone()).collect();
        }
        if none {
            shared.selected.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::model::{Choice, Model};
    use super::super::tests::rows;
    use super::*;
    use crate::experiments::table::RunsTable;

    #[test]
    fn clicks_choose_one_several_or_a_range() {
        let all = rows(&[
            ("a", 1, 1, None),
            ("b", 2, 1, None),
            ("c", 3, 1, None),
            ("d", 4, 1, None),
        ]);
        let mut table = TablePart {
            model: Model::new(RunsTable::new(all.clone()), &Choice::default()),
            ..TablePart::default()
        };
        let mut shared = Shared::default();
        let mut click = |row: usize, keys: Modifiers| {
            let line = Line::Run { row, nested: false };
            table.choose(line, keys, &mut shared);
            let names = all.iter().filter(|row| shared.selected.contains(&row.id));
            names
                .map(|row| row.summary.name.as_str())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<String>()
        };
        assert_eq!(click(1, Modifiers::NONE), "b");
        assert_eq!(click(3, Modifiers::SHIFT), "bcd");
        assert_eq!(click(0, Modifiers::SHIFT), "ab");
        assert_eq!(click(3, Modifiers::COMMAND), "abd");
        assert_eq!(click(0, Modifiers::COMMAND), "bd");
        assert_eq!(click(2, Modifiers::NONE), "c");
    }
}
