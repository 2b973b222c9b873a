//! The bar at the top: what to do next.

use eframe::egui::containers::menu::{MenuButton, SubMenuButton, is_in_menu};
use eframe::egui::{Button, Response, RichText, Role, Ui, WidgetInfo, vec2};
use egui_material_icons::icons as icon;

use super::menu::{command_entries, entry};
use crate::draw::Tokens;
use crate::engine::{DeviceChoice, DeviceInfo};
use crate::systems::{self, AnySystem};
use crate::ui::app::Action;
use crate::ui::commands::{Command, Situation};
use crate::ui::state::Recent;
use crate::ui::theme::emphasis;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, Keep, elide_middle, primary_button, toolbar_of};

/// Contents of the bar.
pub struct TopBar<'a> {
    /// Decides what can be pressed.
    pub situation: Situation,
    /// The words of the button that starts, where they say more than usual.
    pub start: Option<&'a str>,
    /// The devices of this machine; empty while they are asked for.
    pub devices: &'a [DeviceInfo],
    /// Files and folders opened before.
    pub recent: &'a [Recent],
    /// True if the list of runs is open.
    pub runs_open: bool,
    /// True if the parameters are open.
    pub parameters_open: bool,
}

impl TopBar<'_> {
    /// Shows the bar.
    pub fn ui(&self, ui: &mut Ui, device: &mut DeviceChoice, actions: &mut Vec<Action>) {
        let tokens = tokens(ui.ctx());
        ui.spacing_mut().interact_size.y = tokens.size.control_large;
        let height = ui.available_height();
        toolbar_of(ui, "top bar", height, |bar| {
            bar.item("runs", Keep::Always, |ui| {
                self.command_icon(ui, Command::ToggleRuns, self.runs_open, actions);
            });
            bar.item("name", Keep::Short, |ui| {
                ui.add_space(tokens.space.xs);
                ui.label(emphasis("Atelier"));
                ui.add_space(tokens.space.s);
            });
            bar.item("new", Keep::Always, |ui| self.new_menu(ui, actions));
            bar.item("open", Keep::Long, |ui| self.open_menu(ui, actions));
            bar.item("start", Keep::Always, |ui| {
                divider(ui, tokens);
                self.start_button(ui, actions);
                self.command_icon(ui, Command::Pause, false, actions);
                self.command_icon(ui, Command::Stop, false, actions);
                divider(ui, tokens);
            });
            bar.item("device", Keep::Long, |ui| self.device_menu(ui, device));
            bar.end();
            bar.item("find", Keep::Long, |ui| self.palette_button(ui, actions));
            for (name, command) in [("theme", Command::ToggleTheme), ("help", Command::Help)] {
                bar.item(name, Keep::Short, |ui| {
                    self.command_icon(ui, command, false, actions);
                });
            }
            bar.item("parameters", Keep::Always, |ui| {
                self.command_icon(ui, Command::ToggleParameters, self.parameters_open, actions);
            });
        });
    }

    fn command_icon(&self, ui: &mut Ui, command: Command, on: bool, actions: &mut Vec<Action>) {
        let tokens = tokens(ui.ctx());
        let enabled = command.is_enabled(self.situation);
        let mut button = IconButton::new(command.icon(), command.name())
            .large()
            .hint(hint(ui, command, self.situation));
        if !enabled {
            button = button.color(tokens.text_disabled);
        } else if on {
            button = button.color(tokens.text);
        }
        if ui.add_enabled(enabled, button).clicked() {
            actions.push(Action::Command(command));
        }
    }

    fn start_button(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let name = self
            .start
            .unwrap_or_else(|| Command::Start.name_in(self.situation));
        let enabled = Command::Start.is_enabled(self.situation);
        let hint = hint(ui, Command::Start, self.situation);
        let response = ui
            .add_enabled_ui(enabled, |ui| {
                primary_button(ui, Some(Command::Start.icon()), name)
            })
            .inner
            .on_hover_text(&hint)
            .on_disabled_hover_text(hint);
        if response.clicked() {
            actions.push(Action::Command(Command::Start));
        }
    }

    fn new_menu(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        menu(ui, Some(icon::ICON_ADD), "New", |ui| {
            let (baselines, systems): (Vec<&dyn AnySystem>, Vec<&dyn AnySystem>) = systems::all()
                .iter()
                .copied()
                .partition(|system| system.is_baseline());
            for system in systems {
                system_entry(ui, system, actions);
            }
            ui.separator();
            ui.label(RichText::new("For comparison").color(tokens(ui.ctx()).text_tertiary));
            for system in baselines {
                system_entry(ui, system, actions);
            }
            ui.separator();
            let more = [Command::OpenConfig, Command::SaveConfig];
            command_entries(ui, &more, self.situation, actions);
        });
    }

    fn open_menu(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let text = Command::OpenData.name();
        let response = ui
            .add(Button::new(text).frame_when_inactive(false))
            .on_hover_text(hint(ui, Command::OpenData, self.situation));
        if response.clicked() {
            actions.push(Action::Command(Command::OpenData));
        }
        let button = Button::new(
            icon::ICON_KEYBOARD_ARROW_DOWN
                .rich_text()
                .color(tokens(ui.ctx()).text_tertiary),
        )
        .frame_when_inactive(false);
        let more = |ui: &mut Ui| {
            let first = [
                Command::OpenImages,
                Command::UseSample,
                Command::UseStreet,
                Command::OpenRun,
                Command::ChooseRunsFolder,
            ];
            command_entries(ui, &first, self.situation, actions);
            if !self.recent.is_empty() {
                ui.separator();
                ui.label(RichText::new("Recent").color(tokens(ui.ctx()).text_tertiary));
            }
            for recent in self.recent {
                recent_entry(ui, recent, actions);
            }
        };
        let response = if is_in_menu(ui) {
            SubMenuButton::from_button(button).ui(ui, more).0
        } else {
            MenuButton::from_button(button).ui(ui, more).0
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "More to open"));
    }

    fn device_menu(&self, ui: &mut Ui, device: &mut DeviceChoice) {
        let chosen = *device;
        let name = device_name(chosen, self.devices);
        let response = menu(ui, Some(icon::ICON_MEMORY), &name, |ui| {
            let choices = [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Gpu];
            for choice in choices {
                let has_gpu = self.devices.iter().any(DeviceInfo::is_gpu);
                let enabled = choice != DeviceChoice::Gpu || has_gpu;
                let mark = if choice == chosen {
                    icon::ICON_CHECK
                } else {
                    icon::ICON_MEMORY
                };
                let (name, detail) = device_entry(choice, self.devices);
                ui.add_enabled_ui(enabled, |ui| {
                    if entry(ui, mark, &name, &detail).clicked() {
                        *device = choice;
                    }
                });
            }
            let played = self.devices.iter().filter(|device| device.is_software());
            for software in played {
                ui.add_enabled_ui(false, |ui| {
                    entry(ui, icon::ICON_MEMORY, &software.name, "slower than the CPU");
                });
            }
        });
        response.on_hover_text("Where the next run trains");
    }

    fn palette_button(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let tokens = tokens(ui.ctx());
        let keys = Command::Palette
            .shortcut()
            .map(|keys| ui.ctx().format_shortcut(&keys))
            .unwrap_or_default();
        let icon = icon::ICON_SEARCH
            .rich_text()
            .size(tokens.size.icon)
            .color(tokens.text_tertiary);
        let text = RichText::new("Find").color(tokens.text_tertiary);
        let keys = RichText::new(keys).small().color(tokens.text_tertiary);
        let response = ui
            .add(Button::new((icon, text, keys)).min_size(vec2(0.0, tokens.size.control_large)))
            .on_hover_text(Command::Palette.help());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, Command::Palette.name()));
        if response.clicked() {
            actions.push(Action::Command(Command::Palette));
        }
    }
}

/// A button that opens a menu.
fn menu(
    ui: &mut Ui,
    icon: Option<egui_material_icons::MaterialIcon>,
    name: &str,
    contents: impl FnOnce(&mut Ui),
) -> Response {
    let tokens = tokens(ui.ctx());
    let arrow = icon::ICON_KEYBOARD_ARROW_DOWN
        .rich_text()
        .color(tokens.text_tertiary);
    let button = match icon {
        Some(icon) => Button::new((
            icon.rich_text()
                .size(tokens.size.icon)
                .color(tokens.text_secondary),
            name,
            arrow,
        )),
        None => Button::new((name, arrow)),
    };
    let button = button.frame_when_inactive(false);
    let response = if is_in_menu(ui) {
        SubMenuButton::from_button(button).ui(ui, contents).0
    } else {
        MenuButton::from_button(button).ui(ui, contents).0
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response
}

fn system_entry(ui: &mut Ui, system: &'static dyn AnySystem, actions: &mut Vec<Action>) {
    let icon = if system.is_baseline() {
        icon::ICON_BALANCE
    } else {
        icon::ICON_SCIENCE
    };
    if entry(ui, icon, system.label(), "")
        .on_hover_text(system.summary())
        .clicked()
    {
        actions.push(Action::New(system.id()));
    }
}

fn recent_entry(ui: &mut Ui, recent: &Recent, actions: &mut Vec<Action>) {
    let icon = match recent {
        Recent::Data(_) => icon::ICON_TABLE_CHART,
        Recent::Images(..) => icon::ICON_PHOTO_LIBRARY,
        Recent::Config(_) => icon::ICON_DESCRIPTION,
        Recent::Run(_) => icon::ICON_FOLDER,
    };
    let path = recent.text();
    let font = eframe::egui::TextStyle::Button.resolve(ui.style());
    let name = elide_middle(ui, &path, &font, tokens(ui.ctx()).size.measure);
    if entry(ui, icon, &name, "").on_hover_text(&path).clicked() {
        actions.push(Action::again(recent));
    }
}

fn divider(ui: &mut Ui, tokens: &Tokens) {
    ui.add_space(tokens.space.xs);
    let (rect, _) = ui.allocate_exact_size(
        vec2(tokens.size.hairline, tokens.size.icon),
        eframe::egui::Sense::hover(),
    );
    ui.painter().rect_filled(rect, 0.0, tokens.border_strong);
    ui.add_space(tokens.space.xs);
}

fn hint(ui: &Ui, command: Command, situation: Situation) -> String {
    let name = command.name_in(situation);
    match command.shortcut() {
        Some(keys) => format!(
            "{name} ({})\n{}",
            ui.ctx().format_shortcut(&keys),
            command.help()
        ),
        None => format!("{name}\n{}", command.help()),
    }
}

/// The text in the bar: `CPU, 2 threads`.
fn device_name(choice: DeviceChoice, devices: &[DeviceInfo]) -> String {
    let cpu = devices.first().map_or_else(
        || "CPU".to_owned(),
        |device| device.name.replace(", ", " · "),
    );
    let gpu = devices.iter().find(|device| device.is_gpu());
    match (choice, gpu) {
        (DeviceChoice::Cpu, _) | (DeviceChoice::Auto, None) => cpu,
        (_, Some(gpu)) => gpu.name.clone(),
        (DeviceChoice::Gpu, None) => "GPU".to_owned(),
    }
}

fn device_entry(choice: DeviceChoice, devices: &[DeviceInfo]) -> (String, String) {
    match choice {
        DeviceChoice::Auto => (
            "Automatic".to_owned(),
            device_name(DeviceChoice::Auto, devices),
        ),
        DeviceChoice::Cpu => (device_name(choice, devices), String::new()),
        DeviceChoice::Gpu => match devices.iter().find(|device| device.is_gpu()) {
            Some(gpu) => (gpu.name.clone(), gpu.driver.clone()),
            None => ("GPU".to_owned(), "none found".to_owned()),
        },
    }
}
