//! The list of runs.

mod filter;
mod row;

use std::collections::BTreeSet;

use eframe::egui::{
    Align, Frame, Label, Layout, Margin, Rect, RichText, ScrollArea, TextStyle, Ui, vec2,
};
use egui_material_icons::icons as icon;

use super::runs_entries::Entry;
use super::sweep_row::sweep_row;
use crate::experiments::sweep::SweepId;
use crate::runs::RunId;
use crate::ui::app::Action;
use crate::ui::commands::{Command, Situation};
use crate::ui::panes::explore::RunSet;
use crate::ui::state::{Draft, Run, RunStore, Selection, SweepStore};
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    IconButton, Severity, caption, elide_middle, message, quiet_button, section_header_with,
};
use filter::filter_ui;
use row::LONG;

pub(super) use filter::{has_words, matches};

/// Contents of the panel.
pub struct RunsPanel<'a> {
    /// The runs.
    pub runs: &'a RunStore,
    /// The sweeps that some of them belong to.
    pub sweeps: &'a SweepStore,
    /// The selected one.
    pub selection: &'a Selection,
    /// Those whose curves are shown, too.
    pub compared: &'a BTreeSet<RunId>,
    /// Decides what can be done with the selected one.
    pub situation: Situation,
    /// The next run.
    pub draft: &'a Draft,
}

const MENU: [Command; 7] = [
    Command::Start,
    Command::DuplicateSettings,
    Command::RenameRun,
    Command::ExportRun,
    Command::Report,
    Command::RevealRun,
    Command::DeleteRun,
];

/// The filter and the last mark of the list, while the window is open.
#[derive(Debug, Default)]
pub struct RunsListState {
    /// Words that the runs shown have in their names.
    filter: String,
    /// The mark that was clicked last: shift-click marks everything from there.
    anchor: Option<RunId>,
    /// Sweeps whose runs are folded out.
    unfolded: BTreeSet<SweepId>,
}

impl RunsListState {
    /// Shows the runs of a sweep.
    pub fn unfold(&mut self, sweep: &SweepId) {
        self.unfolded.insert(sweep.clone());
    }

    pub(super) fn toggle(&mut self, sweep: &SweepId) {
        if !self.unfolded.remove(sweep) {
            self.unfold(sweep);
        }
    }
}

impl RunsPanel<'_> {
    /// Shows the panel.
    pub fn ui(&self, ui: &mut Ui, state: &mut RunsListState, actions: &mut Vec<Action>) {
        let tokens = tokens(ui.ctx());
        let margin = Margin::symmetric(tokens.space.s as i8, tokens.space.xs as i8);
        Frame::new().inner_margin(margin).show(ui, |ui| {
            section_header_with(ui, "Runs", |ui| {
                let new = IconButton::new(icon::ICON_ADD, "New run").hint(Command::NewRun.help());
                if ui.add(new).clicked() {
                    actions.push(Action::Command(Command::NewRun));
                }
            });
            filter_ui(ui, &mut state.filter);
            self.marks_ui(ui, actions);
            if let Some(problem) = self.runs.problem() {
                let choose = message(ui, Severity::Error, problem, |ui| {
                    quiet_button(ui, Command::ChooseRunsFolder.name()).clicked()
                });
                if choose.inner {
                    actions.push(Action::Command(Command::ChooseRunsFolder));
                }
            }
        });
        let words: Vec<String> = state
            .filter
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let entries = self.entries(&words, &state.unfolded);
        let shown: Vec<&Run> = entries.iter().filter_map(|entry| entry.run()).collect();
        let moved = self.keys(ui, &entries, state, actions);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let draft = self.draft_row(ui, actions);
            if moved == Some(draft.id) {
                draft.scroll_to_me(None);
            }
            let focused = ui.memory(|memory| memory.focused());
            for entry in &entries {
                // Of a long list only what is seen is made, and what has the keyboard.
                let size = vec2(ui.available_width(), tokens.size.run_row);
                let place = Rect::from_min_size(ui.cursor().min, size);
                let is_needed = ui.is_rect_visible(place)
                    || focused == Some(entry.id())
                    || moved == Some(entry.id());
                if entries.len() > LONG && !is_needed {
                    ui.allocate_space(size);
                    continue;
                }
                let (row, marked) = match *entry {
                    Entry::Sweep(sweep, open) => {
                        let selected = self.selection.sweep() == Some(sweep.id());
                        let (row, toggled) = sweep_row(ui, sweep, selected, open, actions);
                        if toggled {
                            state.toggle(sweep.id());
                        }
                        (row, None)
                    }
                    Entry::Run(run) => {
                        let (row, mark) = self.run_row(ui, run, None, actions);
                        (row, Some(run).filter(|_| mark))
                    }
                    Entry::Trial(sweep, run) => {
                        let (row, mark) = self.run_row(ui, run, Some(sweep), actions);
                        (row, Some(run).filter(|_| mark))
                    }
                };
                if moved == Some(row.id) {
                    row.scroll_to_me(None);
                }
                if let Some(run) = marked {
                    let range = ui.input(|input| input.modifiers.shift);
                    actions.push(self.mark(run, &shown, state.anchor.as_ref().filter(|_| range)));
                    state.anchor = Some(run.id.clone());
                }
            }
            self.footer(ui, entries.len(), &words);
        });
    }

    /// How many runs are compared, and a way to compare none. Its line is there before the first mark, which moves no row then.
    fn marks_ui(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        if self.compared.is_empty() && self.runs.all().len() < 2 {
            return;
        }
        ui.horizontal(|ui| {
            ui.set_min_height(tokens(ui.ctx()).size.control);
            if self.compared.is_empty() {
                let words = "Mark runs to compare them.";
                let font = TextStyle::Small.resolve(ui.style());
                let shown = elide_middle(ui, words, &font, ui.available_width());
                caption(ui, shown);
                return;
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let clear = IconButton::new(icon::ICON_CLOSE, "Clear marks");
                if ui.add(clear).clicked() {
                    let runs = self.compared.iter().cloned().collect();
                    actions.push(Action::Mark { runs, on: false });
                }
                if quiet_button(ui, "Compare")
                    .on_hover_text("Show the marked runs side by side")
                    .clicked()
                {
                    actions.push(Action::Explore(RunSet::Marked));
                }
                if self.compared.len() > 1 {
                    let report = Command::ReportMarked;
                    let button = IconButton::new(report.icon(), report.name()).hint(report.help());
                    if ui.add(button).clicked() {
                        actions.push(Action::Command(report));
                    }
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let count = self.compared.len();
                    let whole = format!("{count} marked");
                    // In a narrow list the number alone: the marks are below it.
                    let font = TextStyle::Small.resolve(ui.style());
                    let shown = elide_middle(ui, &whole, &font, ui.available_width());
                    let shown = if shown == whole {
                        shown
                    } else {
                        count.to_string()
                    };
                    caption(ui, shown).on_hover_text(whole);
                });
            });
        });
    }

    /// A click on a run's mark; with the run to begin at, on all marks from there.
    fn mark(&self, run: &Run, shown: &[&Run], from: Option<&RunId>) -> Action {
        let place = |id: &RunId| shown.iter().position(|run| run.id == *id);
        let ends = from.and_then(place).zip(place(&run.id));
        match ends {
            Some((a, b)) => Action::Mark {
                runs: shown[a.min(b)..=a.max(b)]
                    .iter()
                    .map(|run| run.id.clone())
                    .collect(),
                on: true,
            },
            None => Action::Mark {
                runs: vec![run.id.clone()],
                on: !self.compared.contains(&run.id),
            },
        }
    }

    fn footer(&self, ui: &mut Ui, shown: usize, words: &[String]) {
        let tokens = tokens(ui.ctx());
        let margin = Margin::symmetric(tokens.space.m as i8, tokens.space.s as i8);
        Frame::new().inner_margin(margin).show(ui, |ui| {
            let damaged = self.runs.damaged.iter();
            let damaged: Vec<_> = damaged
                .filter(|(name, _)| has_words(&format!("{name} damaged"), words))
                .collect();
            if !words.is_empty() && shown == 0 && damaged.is_empty() {
                caption(ui, "No run matches the filter.");
            } else if self.runs.is_scanned() && self.runs.all().is_empty() {
                caption(ui, "Runs appear here once you press Start.");
            }
            for (name, problem) in damaged {
                let row = ui.horizontal(|ui| {
                    ui.label(icon::ICON_WARNING.rich_text().color(tokens.warning));
                    let name = RichText::new(name).color(tokens.text_tertiary);
                    ui.add(Label::new(name).truncate());
                });
                row.response
                    .on_hover_text(format!("This folder is damaged. {problem}"));
            }
        });
    }
}
