//! The pane of the window.

use std::collections::BTreeSet;

use eframe::egui::Ui;
use egui_material_icons::icons;
use serde_json::Value;

use super::{Chosen, ExploreView, Kept, Look, PartKind, header, set};
use crate::runs::RunId;
use crate::ui::app::Action;
use crate::ui::panes::{PaneContext, PaneView, from_value, reading_ui, to_value};
use crate::ui::widgets::EmptyState;

impl PaneView for ExploreView {
    fn show(&mut self, ui: &mut Ui, context: &PaneContext<'_>) -> Vec<Action> {
        self.store.update(ui.ctx(), context.runs);
        let selected = context.selected.map(|run| &run.id);
        let mut marked: BTreeSet<RunId> = context.compared.clone();
        marked.extend(selected.cloned());
        self.choose(context, &marked, selected);
        let inside = vec![true; self.rows.rows.len()];
        let hovered = self.shared.hovered().and_then(|id| {
            let mut rows = self.rows.rows.iter();
            rows.position(|row| row.id == *id)
        });
        let rows = std::mem::take(&mut self.rows);
        let look = Look {
            context,
            rows: &rows.rows,
            inside: &inside,
            hovered,
            generation: self.store.generation(),
        };
        let mut actions = Vec::new();
        let sets = header::sets(context, &self.store);
        header::header_ui(ui, &mut self.shared, &mut self.shown, &look, &sets, rows.of);
        if rows.rows.is_empty() {
            if self.store.is_reading() {
                reading_ui(ui, "Reading the runs");
            } else {
                self.empty_ui(ui, rows.of);
            }
        } else {
            let mut shared = std::mem::take(&mut self.shared);
            let done = self.part(self.shown).ui(ui, &look, &mut shared);
            actions.extend(done);
            self.shared = shared;
        }
        self.rows = rows;
        if self.shared.end_frame() {
            ui.ctx().request_repaint();
        }
        actions
    }

    fn is_working(&self) -> bool {
        use super::Part as _;
        self.store.is_reading() || self.table.is_working()
    }

    fn settings(&self) -> Value {
        use super::Part as _;
        let kept = Kept {
            shared: self.shared.kept(),
            shown: self.shown,
            parts: [(PartKind::Table, self.table.settings())].into(),
        };
        to_value(&kept)
    }

    fn restore(&mut self, settings: Value) {
        let kept: Kept = from_value(settings);
        self.shared = kept.shared;
        self.shown = kept.shown;
        for (kind, settings) in kept.parts {
            self.part(kind).restore(settings);
        }
    }
}

impl ExploreView {
    /// Takes the rows of the set that pass the filter.
    fn choose(
        &mut self,
        context: &PaneContext<'_>,
        marked: &BTreeSet<RunId>,
        selected: Option<&RunId>,
    ) {
        let all = context.runs.iter();
        let known = all.filter_map(|run| self.store.row(&run.id));
        let set = match &self.shared.set {
            Some(set) => set.clone(),
            None => set::usual(context.compared, selected, known.clone().map(|row| &**row)),
        };
        let words: Vec<String> = self
            .shared
            .filter
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let mut of = 0;
        let mut rows = Vec::new();
        for row in known.filter(|row| set.contains(row, marked)) {
            of += 1;
            let text = format!("{} {}", row.summary.name, row.summary.system).to_lowercase();
            if words.iter().all(|word| text.contains(word)) {
                rows.push(row.clone());
            }
        }
        self.rows = Chosen { rows, of };
    }

    fn empty_ui(&mut self, ui: &mut Ui, of: usize) {
        if of > 0 {
            let empty = EmptyState::new(
                icons::ICON_FILTER_ALT,
                "No run passes the filter",
                "Remove the filter to see all runs of the set.",
            );
            if empty
                .action(icons::ICON_CLOSE, "Remove the filter")
                .show(ui)
                .is_some()
            {
                self.shared.filter.clear();
            }
            return;
        }
        EmptyState::new(
            icons::ICON_QUERY_STATS,
            "Nothing to explore yet",
            "Mark two or more runs in the list, or try several values of a parameter: their parameters and measures are set against each other here.",
        )
        .show(ui);
    }
}
