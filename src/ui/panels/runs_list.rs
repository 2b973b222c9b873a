//! The list of runs.

use std::borrow::Cow;
use std::collections::BTreeSet;

use eframe::egui::{
    Align, Align2, FontId, Frame, Id, Key, Label, Layout, Margin, Rect, Response, RichText,
    ScrollArea, TextEdit, TextStyle, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons as icon;

use super::menu::command_entry;
use super::run_row::{describe, first_line, row, row_id, swatch};
use super::runs_entries::Entry;
use super::sweep_row::sweep_row;
use crate::draw::format;
use crate::experiments::sweep::{Purpose, SweepId};
use crate::runs::RunId;
use crate::systems;
use crate::ui::app::Action;
use crate::ui::commands::{Command, Situation};
use crate::ui::panes::explore::RunSet;
use crate::ui::state::{Draft, Run, RunStore, Selection, Sweep, SweepStore};
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    IconButton, Severity, caption, elide_middle, message, quiet_button, section_header_with,
    status_label,
};

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

/// Rows from which on a list is long.
const LONG: usize = 200;

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

    /// How many runs are compared, and a way to compare none.
    fn marks_ui(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        if self.compared.is_empty() {
            return;
        }
        ui.horizontal(|ui| {
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

    /// The next run stands first.
    fn draft_row(&self, ui: &mut Ui, actions: &mut Vec<Action>) -> Response {
        let tokens = tokens(ui.ctx());
        let selected = *self.selection == Selection::Draft;
        let (rect, response) = row(ui, row_id(None), tokens.size.row, selected, "New run");
        let color = if selected {
            tokens.text
        } else {
            tokens.text_secondary
        };
        let x = rect.left() + tokens.space.m + tokens.size.mark / 2.0 + tokens.space.hair;
        ui.painter().text(
            pos2(x, rect.center().y),
            Align2::CENTER_CENTER,
            icon::ICON_EDIT_NOTE.codepoint,
            FontId::new(tokens.size.icon, icon::ICON_EDIT_NOTE.font_family()),
            color,
        );
        let left = x + tokens.size.mark / 2.0 + tokens.space.s;
        let font = TextStyle::Body.resolve(ui.style());
        ui.painter().text(
            pos2(left, rect.center().y),
            Align2::LEFT_CENTER,
            "New run",
            font.clone(),
            color,
        );
        let system = systems::find(&self.draft.system).map_or("", |system| system.label());
        let room = rect.right() - left - 3.0 * tokens.space.xl;
        let system = elide_middle(ui, system, &font, room);
        ui.painter().text(
            pos2(rect.right() - tokens.space.m, rect.center().y),
            Align2::RIGHT_CENTER,
            system,
            TextStyle::Small.resolve(ui.style()),
            tokens.text_tertiary,
        );
        if response.clicked() {
            actions.push(Action::Select(Selection::Draft));
        }
        response
    }

    /// A run's row; true if its mark was clicked.
    fn run_row(
        &self,
        ui: &mut Ui,
        run: &Run,
        sweep: Option<&Sweep>,
        actions: &mut Vec<Action>,
    ) -> (Response, bool) {
        let tokens = tokens(ui.ctx());
        let selected = *self.selection == Selection::Run(run.id.clone());
        let title = self.title(run, sweep);
        let name = format!("{title}, {}", status_label(run.status()));
        let (rect, response) = row(
            ui,
            row_id(Some(&run.id)),
            tokens.size.run_row,
            selected,
            &name,
        );
        if !ui.is_rect_visible(rect) {
            return (response, false);
        }
        let mut inner = rect.shrink2(vec2(tokens.space.m, tokens.space.xs + tokens.space.hair));
        if sweep.is_some() {
            inner.min.x += tokens.size.icon - tokens.space.xs;
        }
        let mut content = ui.new_child(
            UiBuilder::new()
                .max_rect(inner)
                .layout(Layout::top_down(Align::Min)),
        );
        content.spacing_mut().item_spacing = vec2(tokens.space.s, tokens.space.hair);
        content.spacing_mut().interact_size.y = tokens.size.icon;
        first_line(&mut content, run, &title);
        let mark = self.second_line(&mut content, run, sweep);
        if response.clicked() {
            actions.push(Action::Select(Selection::Run(run.id.clone())));
        }
        if response.double_clicked() {
            actions.push(Action::For(run.id.clone(), Command::RenameRun));
        }
        if response.secondary_clicked() {
            actions.push(Action::Select(Selection::Run(run.id.clone())));
        }
        let situation = Situation {
            run: Some(run.status()),
            active: run.active,
            ..Situation::default()
        };
        response.context_menu(|ui| {
            for command in MENU {
                if command == Command::DeleteRun {
                    ui.separator();
                }
                if command_entry(ui, command, situation) {
                    actions.push(Action::For(run.id.clone(), command));
                }
            }
        });
        (response, mark)
    }

    /// A run of a sweep goes by what differs, unless a person named it.
    fn title<'t>(&self, run: &'t Run, sweep: Option<&Sweep>) -> Cow<'t, str> {
        let own = run.title();
        let short = || {
            let place = run.summary.sweep.as_ref()?;
            let label = systems::find(&run.summary.system)?.label();
            let is_given = own.starts_with(label) || own == run.id.short();
            sweep.filter(|_| is_given)?.name_of(place.trial)
        };
        short().map_or(Cow::Borrowed(own), Cow::Owned)
    }

    /// Its mark, what it is or how far, and the main measure. True if the mark was clicked.
    fn second_line(&self, ui: &mut Ui, run: &Run, sweep: Option<&Sweep>) -> bool {
        let tokens = tokens(ui.ctx());
        let row = ui.horizontal(|ui| {
            let selected = *self.selection == Selection::Run(run.id.clone());
            let compared = self.compared.contains(&run.id);
            let shown = compared || selected;
            let mark = swatch(ui, tokens, run, compared, shown).clicked();
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                // A run of a search goes by what its sweep chooses by, not by test data.
                let chosen_by = |sweep: &Sweep| {
                    let place = run.summary.sweep.as_ref()?;
                    let trial = sweep.trial(place.trial)?;
                    let is_search = trial.trial.purpose == Purpose::Search;
                    let own = sweep.state.objectives.first().filter(|_| is_search)?;
                    Some((own.scalar.clone(), run.newest(&own.name)?))
                };
                let measure = sweep.and_then(chosen_by).or_else(|| run.main_measure());
                if let Some((scalar, value)) = measure {
                    let small = |text: String, color| {
                        RichText::new(text)
                            .text_style(TextStyle::Small)
                            .color(color)
                    };
                    ui.spacing_mut().item_spacing.x = tokens.space.xs;
                    let value = small(format::measured(value, scalar.unit), tokens.text_secondary);
                    ui.label(value).on_hover_text(scalar.title());
                    let label = small(scalar.label.to_string(), tokens.text_tertiary);
                    ui.label(label).on_hover_text(scalar.title());
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let font = TextStyle::Small.resolve(ui.style());
                    let text = describe(run);
                    let room = ui.available_width();
                    let mut shown = elide_middle(ui, &text, &font, room);
                    // `8 min` says more than `8…s`.
                    if shown != text
                        && let Some((first, _)) = text.split_once(' ')
                    {
                        // What is left of less than that would say nothing.
                        let whole = elide_middle(ui, first, &font, room) == first;
                        shown = if whole {
                            first.to_owned()
                        } else {
                            String::new()
                        };
                    }
                    let is_cut = shown != text;
                    let response = caption(ui, shown);
                    if is_cut {
                        response.on_hover_text(text);
                    }
                });
            });
            mark
        });
        row.inner
    }
}

/// The field above the list, with a button that empties it.
fn filter_ui(ui: &mut Ui, filter: &mut String) {
    let tokens = tokens(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = tokens.space.hair;
        let button = if filter.is_empty() {
            0.0
        } else {
            tokens.size.control + tokens.space.hair
        };
        let field = ui.add(
            TextEdit::singleline(filter)
                .id(Id::unique("filter runs"))
                .hint_text("Filter")
                .desired_width(ui.available_width() - button),
        );
        field.widget_info(|| WidgetInfo {
            label: Some("Filter runs".to_owned()),
            ..WidgetInfo::text_edit(true, "", filter.as_str(), "Filter")
        });
        let escape = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape));
        let clear = !filter.is_empty()
            && ui
                .add(IconButton::new(icon::ICON_CLOSE, "Clear filter"))
                .clicked();
        if escape || clear {
            filter.clear();
        }
    });
}

/// True if every word stands in the run's name, its `other` one, id, system or status.
pub(super) fn matches(run: &Run, other: &str, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let text = format!(
        "{} {other} {} {} {}",
        run.title(),
        run.id,
        run.summary.system,
        status_label(run.status())
    );
    has_words(&text, words)
}

pub(super) fn has_words(text: &str, words: &[String]) -> bool {
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}
