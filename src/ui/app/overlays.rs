//! Overlays above the panes: palette, dialogs, messages, the hint while something is dragged over the window.

use eframe::egui::{
    Align2, Context, FontId, Id, Key, LayerId, Order, RichText, Role, TextEdit, Ui, WidgetInfo,
};
use egui_material_icons::icons as icon;

use super::AtelierApp;
use super::actions::Action;
use super::side_panels::SidePanel;
use crate::record::Status;
use crate::systems;
use crate::ui::commands::Command;
use crate::ui::palette::Entry;
use crate::ui::panels::StatusBar;
use crate::ui::state::{Run, Selection};
use crate::ui::theme::tokens;
use crate::ui::theme::{emphasis, title};
use crate::ui::widgets::{dialog, primary_button, quiet_button, status_label};

const STEPS: [(&str, &str); 5] = [
    (
        "Choose data",
        "Open ratings or a matrix, or drop the file on the window. The sample data is there from the start.",
    ),
    (
        "Choose a system",
        "New ▾ lists them. Presets set parameters that work; every parameter explains itself on hover.",
    ),
    (
        "Start",
        "Curves update while it trains. Parameters that are marked live can be changed meanwhile.",
    ),
    (
        "Look at the result",
        "Pick a user: what they rated, what they would like. Compare runs with the colored boxes.",
    ),
    (
        "Take the results with you",
        "A run is a folder of plain files. Export results… copies predictions, metrics and weights.",
    ),
];

impl AtelierApp {
    pub(super) fn status_bar_ui(&mut self, ui: &mut Ui) {
        let data = self.data_state();
        let file = self.data_key().map(|key| key.file_name());
        let active: Vec<&Run> = self.runs.all().iter().filter(|run| run.active).collect();
        let count = |status| active.iter().filter(|run| run.status() == status).count();
        let bar = StatusBar {
            run: self.selected().or_else(|| active.first().copied()),
            data: &data,
            file,
            running: count(Status::Running),
            queued: count(Status::Queued),
            memory: self.memory.bytes(),
        };
        let mut actions = Vec::new();
        bar.ui(ui, &mut actions);
        self.actions.append(&mut actions);
    }

    pub(super) fn overlays_ui(&mut self, ctx: &Context) {
        let mut palette = std::mem::take(&mut self.palette);
        let chosen = palette.show(ctx, || self.palette_entries(ctx), Action::Open);
        self.palette = palette;
        self.actions.extend(chosen);
        self.rename_ui(ctx);
        self.rename_sweep_ui(ctx);
        self.name_preset_ui(ctx);
        self.adding_ui(ctx);
        self.cluster_ui(ctx);
        self.help_ui(ctx);
        let followed = self.toasts.show(ctx, self.toasts_width(ctx));
        self.actions.extend(followed);
        self.exports_ui(ctx);
        self.closing_ui(ctx);
        drop_hint_ui(ctx, self.situation().translates);
    }

    /// As wide as the list of runs, so that they cover no picture, slider or form.
    fn toasts_width(&self, ctx: &Context) -> f32 {
        if self.is_open(SidePanel::Runs) {
            self.folding.runs_width
        } else {
            tokens(ctx).size.panel_min
        }
    }

    fn palette_entries(&self, ctx: &Context) -> Vec<Entry<Action>> {
        let situation = self.situation();
        let commands = Command::ALL
            .into_iter()
            .filter(|command| *command != Command::Palette && command.is_enabled(situation))
            .map(|command| Entry {
                name: command.name_in(situation).to_owned(),
                detail: command
                    .shortcut()
                    .map(|keys| ctx.format_shortcut(&keys))
                    .unwrap_or_default(),
                icon: command.icon(),
                action: Action::Command(command),
            });
        let systems = systems::all().into_iter().map(|system| Entry {
            name: format!("New {} run", system.label()),
            detail: "System".to_owned(),
            icon: icon::ICON_SCIENCE,
            action: Action::New(system.id()),
        });
        let runs = self.runs.all().iter().map(|run| Entry {
            name: run.title().to_owned(),
            detail: format!("Run · {}", status_label(run.status())),
            icon: icon::ICON_SHOW_CHART,
            action: Action::Select(Selection::Run(run.id.clone())),
        });
        let recent = self.settings.recent.iter().map(|recent| Entry {
            name: recent.text(),
            detail: "Recent".to_owned(),
            icon: icon::ICON_HISTORY,
            action: Action::again(recent),
        });
        let tried = self.to_try().into_iter().map(|(key, name)| Entry {
            name: format!("Try values of {name}"),
            detail: "Sweep".to_owned(),
            icon: icon::ICON_STACKS,
            action: Action::TryValues(key),
        });
        let sweeps = self.sweeps.all().iter().map(|sweep| Entry {
            name: sweep.title().to_owned(),
            detail: format!("Sweep · {}", status_label(sweep.status())),
            icon: icon::ICON_STACKS,
            action: Action::Select(Selection::Sweep(sweep.id().clone())),
        });
        let own = commands.chain(systems).chain(tried);
        own.chain(sweeps).chain(runs).chain(recent).collect()
    }

    fn rename_ui(&mut self, ctx: &Context) {
        let Some((id, mut name)) = self.renaming.take() else {
            return;
        };
        match name_ui(ctx, "Rename run", "Rename", &mut name) {
            Named::Yes => self.rename(ctx, &id, name.trim().to_owned()),
            Named::NotYet => self.renaming = Some((id, name)),
            Named::No => (),
        }
    }

    fn rename_sweep_ui(&mut self, ctx: &Context) {
        let Some((id, mut name)) = self.renaming_sweep.take() else {
            return;
        };
        match name_ui(ctx, "Rename sweep", "Rename", &mut name) {
            Named::Yes => self.rename_sweep(ctx, &id, name.trim().to_owned()),
            Named::NotYet => self.renaming_sweep = Some((id, name)),
            Named::No => (),
        }
    }

    fn help_ui(&mut self, ctx: &Context) {
        if !self.help_open {
            return;
        }
        let tokens = tokens(ctx);
        let modal = dialog(ctx, "help").show(ctx, |ui| {
            ui.set_width(tokens.size.dialog);
            ui.label(title("How to start"));
            ui.add_space(tokens.space.m);
            for (index, (name, text)) in STEPS.iter().enumerate() {
                ui.horizontal_top(|ui| {
                    ui.label(RichText::new(format!("{}", index + 1)).color(tokens.text_tertiary));
                    ui.vertical(|ui| {
                        ui.label(emphasis(*name));
                        ui.add(
                            eframe::egui::Label::new(
                                RichText::new(*text).color(tokens.text_secondary),
                            )
                            .wrap(),
                        );
                    });
                });
                ui.add_space(tokens.space.s);
            }
            ui.add_space(tokens.space.xs);
            let keys = Command::Palette
                .shortcut()
                .map(|keys| ctx.format_shortcut(&keys))
                .unwrap_or_default();
            ui.label(
                RichText::new(format!(
                    "{keys} finds everything else. The command line does the same: atelier --help"
                ))
                .color(tokens.text_secondary),
            );
            ui.add_space(tokens.space.s);
            ui.label(
                RichText::new(format!(
                    "Atelier {} · runs are kept in {}",
                    env!("CARGO_PKG_VERSION"),
                    self.places.runs.display()
                ))
                .small()
                .color(tokens.text_tertiary),
            );
            ui.add_space(tokens.space.m);
            quiet_button(ui, "Close").clicked()
        });
        if modal.should_close() || modal.inner {
            self.help_open = false;
        }
    }
}

/// What came of a dialog that asks for a name.
pub(super) enum Named {
    Yes,
    NotYet,
    No,
}

/// Asks for the name of something.
pub(super) fn name_ui(ctx: &Context, what: &str, word: &str, name: &mut String) -> Named {
    let tokens = tokens(ctx);
    let mut done = false;
    let modal = dialog(ctx, "rename").show(ctx, |ui| {
        ui.set_width(tokens.size.measure);
        ui.label(title(what));
        ui.add_space(tokens.space.s);
        let field = ui.add(TextEdit::singleline(name).desired_width(f32::INFINITY));
        let thing = what.rsplit(' ').next().unwrap_or(what);
        let label = format!("Name of the {thing}");
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &label));
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        field.request_focus();
        ui.add_space(tokens.space.m);
        buttons(ui, word, |pressed| done = pressed || entered)
    });
    if done && !name.trim().is_empty() {
        Named::Yes
    } else if !modal.should_close() && !modal.inner {
        Named::NotYet
    } else {
        Named::No
    }
}

/// The buttons of a dialog; `pressed` hears whether the primary one was. True if it was canceled.
pub(super) fn buttons(ui: &mut Ui, name: &str, pressed: impl FnOnce(bool)) -> bool {
    ui.horizontal(|ui| {
        pressed(primary_button(ui, None, name).clicked());
        quiet_button(ui, "Cancel").clicked()
    })
    .inner
}

/// Says what dropping will do.
fn drop_hint_ui(ctx: &Context, translates: bool) {
    let hovering = ctx.input(|input| !input.raw.hovered_files.is_empty());
    if !hovering {
        return;
    }
    let tokens = tokens(ctx);
    let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::unique("drop hint")));
    let rect = ctx.content_rect();
    painter.rect_filled(rect, 0.0, tokens.canvas.gamma_multiply(0.85));
    let text = if translates {
        "Drop a picture to translate it with this run; images, ratings or a matrix to load them; a run folder to open it"
    } else {
        "Drop images, ratings or a matrix to load them; a .toml config to fill the form; a run folder to open it"
    };
    let font = FontId::proportional(tokens.size.icon);
    let width = rect.width() - 2.0 * tokens.space.xxl;
    let text = painter.layout(text.to_owned(), font, tokens.text, width);
    let place = Align2::CENTER_CENTER.anchor_size(rect.center(), text.size());
    let card = place.expand(tokens.space.l);
    painter.rect_filled(card, tokens.radius.large, tokens.surface);
    painter.galley(place.min, text, tokens.text);
}
