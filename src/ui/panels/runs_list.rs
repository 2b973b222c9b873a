//! The list of runs.

use std::collections::BTreeSet;

use eframe::egui::{
    Align, Align2, CornerRadius, CursorIcon, FontId, Frame, Layout, Margin, Rect, Response,
    RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, TextEdit, TextStyle, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons as icon;

use super::menu::command_entry;
use crate::draw::Tokens;
use crate::draw::format;
use crate::record::Status;
use crate::runs::RunId;
use crate::systems;
use crate::ui::app::Action;
use crate::ui::commands::{Command, Situation};
use crate::ui::state::{Draft, Run, RunStore, Selection};
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    IconButton, Severity, caption, elide_middle, elided_label, message, section_header_with,
    status_label, status_mark,
};

/// What the panel shows.
pub struct RunsPanel<'a> {
    /// The runs.
    pub runs: &'a RunStore,
    /// The selected one.
    pub selection: &'a Selection,
    /// Those whose curves are shown, too.
    pub compared: &'a BTreeSet<RunId>,
    /// Decides what can be done with the selected one.
    pub situation: Situation,
    /// The next run.
    pub draft: &'a Draft,
}

const MENU: [Command; 6] = [
    Command::Start,
    Command::DuplicateSettings,
    Command::RenameRun,
    Command::ExportRun,
    Command::RevealRun,
    Command::DeleteRun,
];

impl RunsPanel<'_> {
    /// Shows the panel.
    pub fn ui(&self, ui: &mut Ui, filter: &mut String, actions: &mut Vec<Action>) {
        let tokens = tokens(ui.ctx());
        let margin = Margin::symmetric(tokens.space.s as i8, tokens.space.xs as i8);
        Frame::new().inner_margin(margin).show(ui, |ui| {
            section_header_with(ui, "Runs", |ui| {
                let new = IconButton::new(icon::ICON_ADD, "New run").hint(Command::NewRun.help());
                if ui.add(new).clicked() {
                    actions.push(Action::Command(Command::NewRun));
                }
            });
            let field = ui.add(
                TextEdit::singleline(filter)
                    .hint_text("Filter")
                    .desired_width(f32::INFINITY),
            );
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Filter runs"));
            if let Some(problem) = &self.runs.problem {
                message(ui, Severity::Error, problem, |_| ());
            }
        });
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            self.draft_row(ui, actions);
            let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
            let mut shown = 0;
            for run in self.runs.all().iter().filter(|run| matches(run, &words)) {
                self.run_row(ui, run, actions);
                shown += 1;
            }
            self.footer(ui, shown, !words.is_empty());
        });
    }

    fn footer(&self, ui: &mut Ui, shown: usize, filtered: bool) {
        let tokens = tokens(ui.ctx());
        let margin = Margin::symmetric(tokens.space.m as i8, tokens.space.s as i8);
        Frame::new().inner_margin(margin).show(ui, |ui| {
            if filtered && shown == 0 {
                caption(ui, "No run matches the filter.");
            } else if self.runs.is_scanned() && self.runs.all().is_empty() {
                caption(ui, "Runs appear here once you press Start.");
            }
            for (name, problem) in &self.runs.damaged {
                ui.horizontal(|ui| {
                    ui.label(icon::ICON_WARNING.rich_text().color(tokens.warning));
                    ui.label(RichText::new(name).color(tokens.text_tertiary));
                })
                .response
                .on_hover_text(problem);
            }
        });
    }

    /// The next run stands first.
    fn draft_row(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let tokens = tokens(ui.ctx());
        let selected = *self.selection == Selection::Draft;
        let (rect, response) = row(ui, tokens, tokens.size.row, selected, "New run");
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
    }

    fn run_row(&self, ui: &mut Ui, run: &Run, actions: &mut Vec<Action>) {
        let tokens = tokens(ui.ctx());
        let selected = *self.selection == Selection::Run(run.id.clone());
        let name = format!("{}, {}", run.title(), status_label(run.status()));
        let (rect, response) = row(ui, tokens, tokens.size.run_row, selected, &name);
        if !ui.is_rect_visible(rect) {
            return;
        }
        let inner = rect.shrink2(vec2(tokens.space.m, tokens.space.xs + tokens.space.hair));
        let mut content = ui.new_child(
            UiBuilder::new()
                .max_rect(inner)
                .layout(Layout::top_down(Align::Min)),
        );
        content.spacing_mut().item_spacing = vec2(tokens.space.s, tokens.space.hair);
        content.spacing_mut().interact_size.y = tokens.size.icon;
        first_line(&mut content, run);
        self.second_line(&mut content, run, actions);
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
    }

    /// Color, what it is or how far, and the main metric.
    fn second_line(&self, ui: &mut Ui, run: &Run, actions: &mut Vec<Action>) {
        let tokens = tokens(ui.ctx());
        ui.horizontal(|ui| {
            let selected = *self.selection == Selection::Run(run.id.clone());
            let compared = self.compared.contains(&run.id);
            if swatch(ui, tokens, run, compared || selected).clicked() {
                actions.push(Action::Compare(run.id.clone()));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if let Some((scalar, value)) = run.main_measure() {
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
                    caption(ui, elide_middle(ui, &text, &font, ui.available_width()));
                });
            });
        });
    }
}

/// Status and name.
fn first_line(ui: &mut Ui, run: &Run) {
    ui.horizontal(|ui| {
        ui.set_min_height(tokens(ui.ctx()).size.icon);
        let progress = (run.status() == Status::Running)
            .then(|| run.progress())
            .flatten();
        status_mark(ui, run.status(), progress);
        let width = ui.available_width();
        elided_label(ui, run.title(), width);
    });
}

/// How far a run is while it works; else what it is, where its name does not say.
fn describe(run: &Run) -> String {
    match (run.status(), run.progress()) {
        (Status::Running, Some(share)) => format::percent(f64::from(share)),
        (Status::Finished, _) => {
            let system = systems::find(&run.summary.system)
                .map_or(run.summary.system.as_str(), |system| system.label());
            let name = run.title().to_lowercase();
            if name.contains(&system.to_lowercase()) || name.contains(run.id.short()) {
                format::duration(run.summary.seconds)
            } else {
                system.to_owned()
            }
        }
        (status, Some(share)) => format!(
            "{} at {}",
            status_label(status),
            format::percent(f64::from(share))
        ),
        (status, None) => status_label(status).to_owned(),
    }
}

/// A row as wide as the panel, with its background.
fn row(ui: &mut Ui, tokens: &Tokens, height: f32, selected: bool, name: &str) -> (Rect, Response) {
    let (whole, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, name));
    let rect = whole.shrink2(vec2(tokens.space.xs, tokens.size.hairline));
    let fill = if selected {
        Some(tokens.selected)
    } else if response.hovered() || response.context_menu_opened() {
        Some(tokens.hovered)
    } else {
        None
    };
    if let Some(fill) = fill {
        ui.painter().rect_filled(rect, tokens.radius.medium, fill);
    }
    if response.has_focus() {
        let stroke = Stroke::new(tokens.size.line, tokens.accent);
        ui.painter()
            .rect_stroke(rect, tokens.radius.medium, stroke, StrokeKind::Inside);
    }
    (whole, response)
}

/// The run's color; filled while its curves are shown, and a check box for that.
fn swatch(ui: &mut Ui, tokens: &Tokens, run: &Run, shown: bool) -> Response {
    let side = tokens.size.mark + tokens.space.xs;
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    let name = format!("Compare {}", run.title());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, shown, &name));
    let color = tokens.category(run.color);
    let rect = Rect::from_center_size(rect.center(), vec2(tokens.size.mark, tokens.size.mark));
    let corner = CornerRadius::same(tokens.radius.small);
    if shown {
        ui.painter().rect_filled(rect, corner, color);
    } else {
        let stroke = Stroke::new(tokens.size.line, color);
        ui.painter()
            .rect_stroke(rect, corner, stroke, StrokeKind::Inside);
    }
    response
        .on_hover_cursor(CursorIcon::PointingHand)
        .on_hover_text("Show its curves beside the selected run’s")
}

/// Whether every word stands in the run's name, id, system or status.
fn matches(run: &Run, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let text = format!(
        "{} {} {} {}",
        run.title(),
        run.id,
        run.summary.system,
        status_label(run.status())
    )
    .to_lowercase();
    words.iter().all(|word| text.contains(word))
}
