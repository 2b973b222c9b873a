//! The pane of the window.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::Ui;
use egui_material_icons::icons;
use serde_json::Value;

use super::question::QuestionKey;
use super::{ExploreView, Inside, Kept, Look, Plotted, Question, RunSet, brush, header, set};
use crate::experiments::table::{Row, RunsTable};
use crate::ui::app::Action;
use crate::ui::panes::{PaneContext, PaneView, from_value, reading_ui, to_value};
use crate::ui::state::{LatestState, Sweep};
use crate::ui::widgets::EmptyState;

impl PaneView for ExploreView {
    fn show(&mut self, ui: &mut Ui, context: &PaneContext<'_>) -> Vec<Action> {
        self.store.update(ui.ctx(), context.runs);
        self.ask(ui, context);
        let question = match self.question.state() {
            LatestState::Ready(question) => Arc::clone(question),
            LatestState::Failed(why) => {
                EmptyState::new(icons::ICON_ERROR, "The runs cannot be explored", why).show(ui);
                return Vec::new();
            }
            LatestState::Absent | LatestState::Reading(_) => {
                reading_ui(ui, "Reading the runs");
                return Vec::new();
            }
        };
        self.find_inside(&question);
        let inside = std::mem::take(&mut self.inside);
        let row_of = |table: &RunsTable| {
            let id = self.shared.hovered()?;
            table.rows().iter().position(|row| row.id == *id)
        };
        let look = Look {
            context,
            rows: question.all.rows(),
            table: &question.all,
            inside: &inside.all,
            hovered: row_of(&question.all),
            // Of when `inside` was found: the controls above may remove a brush in this very frame.
            brushed: self.shared.brushed(),
            plots: Plotted {
                table: &question.plotted,
                inside: &inside.plotted,
                hovered: row_of(&question.plotted),
                telling: &question.telling,
            },
            generation: question.number,
        };
        let mut actions = Vec::new();
        header::header_ui(
            ui,
            &mut self.shared,
            &mut self.shown,
            &look,
            &question,
            &mut actions,
        );
        if question.all.is_empty() {
            if self.store.is_reading() {
                reading_ui(ui, "Reading the runs");
            } else {
                self.empty_ui(ui, question.of);
            }
        } else {
            let mut shared = std::mem::take(&mut self.shared);
            let done = self.parts.ui(ui, self.shown, &look, &mut shared);
            // Whoever marks runs here goes on looking at the others too.
            let marks = |action: &Action| matches!(action, Action::Mark { .. });
            if shared.set.is_none() && done.iter().any(marks) {
                self.held.clone_from(&question.set);
            }
            actions.extend(done);
            self.shared = shared;
        }
        self.inside = inside;
        if self.shared.end_frame() {
            ui.ctx().request_repaint();
        }
        actions
    }

    fn is_working(&self) -> bool {
        let mut parts = self.parts.all().into_iter();
        self.store.is_reading()
            || self.question.is_reading()
            || parts.any(|(_, part)| part.is_working())
    }

    fn settings(&self) -> Value {
        let parts = self.parts.all().into_iter();
        let kept = Kept {
            shared: self.shared.kept(),
            shown: self.shown,
            parts: parts.map(|(kind, part)| (kind, part.settings())).collect(),
        };
        to_value(&kept)
    }

    fn restore(&mut self, settings: Value) {
        let kept: Kept = from_value(settings);
        self.shared = kept.shared;
        self.shown = kept.shown;
        for (kind, settings) in kept.parts {
            if let Some(part) = self.parts.get(kind) {
                part.restore(settings);
            }
        }
    }
}

impl ExploreView {
    /// Gathers the runs in question, if anything that decides about them has changed.
    fn ask(&mut self, ui: &Ui, context: &PaneContext<'_>) {
        self.question.poll();
        let selected = context.selected.map(|run| &run.id);
        let all = context.runs.iter();
        let known = all.filter_map(|run| self.store.row(&run.id));
        // Until something else is selected in the list.
        let row = selected.and_then(|id| self.store.row(id));
        self.held.take_if(|set| {
            let other = |sweep: &Sweep| RunSet::Sweep(sweep.id().as_str().to_owned()) != *set;
            let is_outside = row.is_some_and(|row| !set.contains(row, &BTreeSet::new()));
            is_outside || (*set != RunSet::All && context.sweep.is_some_and(other))
        });
        let set = match (&self.shared.set, &self.held) {
            (Some(set), _) | (None, Some(set)) => set.clone(),
            (None, None) => set::usual(
                context.compared,
                context.sweep.map(Sweep::id),
                selected,
                known.clone().map(|row| &**row),
            ),
        };
        let mut marked = BTreeSet::new();
        if set == RunSet::Marked {
            marked.clone_from(context.compared);
            marked.extend(selected.cloned());
        }
        let key = QuestionKey {
            generation: self.store.generation(),
            set,
            filter: self.shared.filter.clone(),
            marked,
            measure: self.shared.measure.clone(),
            group: self.shared.group.clone(),
        };
        if self.question.key() == Some(&key) || self.question.is_reading() {
            return;
        }
        let known: Vec<Arc<Row>> = known.cloned().collect();
        self.asked += 1;
        let number = self.asked;
        self.question.want(ui.ctx(), key.clone(), true, move |_| {
            Ok(Arc::new(Question::new(&key, known, number)))
        });
    }

    /// Finds out which runs are inside all brushes, if runs or brushes have changed.
    fn find_inside(&mut self, question: &Question) {
        let of = Some((question.number, self.shared.brushed()));
        if self.inside.of == of {
            return;
        }
        let brushes = self.shared.brushes.iter();
        let all = brush::inside(&question.all, brushes);
        let plotted = question.rows.iter().map(|row| all[*row]).collect();
        self.inside = Inside { of, all, plotted };
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
