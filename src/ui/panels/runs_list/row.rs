//! One run in the list.

use std::borrow::Cow;

use eframe::egui::{
    Align, Align2, FontId, Layout, Response, RichText, TextStyle, Ui, UiBuilder, pos2, vec2,
};
use egui_material_icons::icons as icon;

use super::{MENU, RunsPanel};
use crate::draw::format;
use crate::experiments::sweep::Purpose;
use crate::systems;
use crate::ui::app::Action;
use crate::ui::commands::{Command, Situation};
use crate::ui::panels::menu::command_entry;
use crate::ui::panels::run_row::{describe, first_line, row, row_id, shortened, swatch};
use crate::ui::state::{Run, Selection, Sweep};
use crate::ui::theme::tokens;
use crate::ui::widgets::{caption, elide_middle, status_label};

/// Rows from which on a list is long.
pub(super) const LONG: usize = 200;

impl RunsPanel<'_> {
    /// The next run stands first.
    pub(super) fn draft_row(&self, ui: &mut Ui, actions: &mut Vec<Action>) -> Response {
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
    pub(super) fn run_row(
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
    pub(super) fn title<'t>(&self, run: &'t Run, sweep: Option<&Sweep>) -> Cow<'t, str> {
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
                    let shown = shortened(&text, |text| elide_middle(ui, text, &font, room));
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
