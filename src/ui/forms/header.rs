//! The head of a system's form: presets, undo, redo and reset, and the search.

use eframe::egui::{
    Align, Button, Layout, Popup, PopupCloseBehavior, RichText, Role, TextEdit, TextStyle, Ui,
    WidgetInfo, vec2,
};
use egui_material_icons::icons::{
    ICON_DELETE, ICON_EXPAND_MORE, ICON_REDO, ICON_RESTART_ALT, ICON_SEARCH, ICON_UNDO,
};
use serde_json::Value;

use super::form::OwnPresetAsk;
use super::model::ParameterForm;
use super::schema::FormSchema;
use super::tried::Tried;
use crate::systems::{PRESET_KEY, Preset};
use crate::ui::state::OwnPreset;
use crate::ui::theme::tokens;
use crate::ui::widgets::{IconButton, outline_boxes};

impl ParameterForm {
    /// The presets menu, undo, redo and reset.
    pub(super) fn header_ui(
        &mut self,
        ui: &mut Ui,
        schema: &FormSchema,
        own: &[OwnPreset],
    ) -> (Option<String>, Option<OwnPresetAsk>) {
        let tokens = tokens(ui.ctx());
        let changes = self.changes(schema);
        ui.horizontal(|ui| {
            ui.set_min_height(tokens.size.row);
            let icons = 3.0 * tokens.size.control;
            let width = (ui.available_width() - icons - tokens.space.s).max(tokens.space.xxl);
            let chosen = self.presets_ui(ui, &schema.presets, own, width);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                let hint = match changes {
                    0 => "Everything matches the preset".to_owned(),
                    1 => "Reset the one changed parameter".to_owned(),
                    n => format!("Reset {n} changed parameters"),
                };
                let reset = IconButton::new(ICON_RESTART_ALT, "Reset all").hint(hint);
                if ui.add_enabled(changes > 0, reset).clicked() {
                    self.reset_all();
                }
                if ui
                    .add_enabled(self.can_redo(), IconButton::new(ICON_REDO, "Redo edit"))
                    .clicked()
                {
                    self.redo();
                }
                if ui
                    .add_enabled(self.can_undo(), IconButton::new(ICON_UNDO, "Undo edit"))
                    .clicked()
                {
                    self.undo();
                }
            });
            chosen
        })
        .inner
    }

    fn presets_ui(
        &mut self,
        ui: &mut Ui,
        presets: &[Preset],
        own: &[OwnPreset],
        width: f32,
    ) -> (Option<String>, Option<OwnPresetAsk>) {
        let tokens = tokens(ui.ctx());
        let Some(current) = self.preset(presets).map(|preset| preset.name) else {
            return (None, None);
        };
        let own_current = own.iter().find(|preset| preset.values == self.values);
        let current = own_current.map_or(current, |preset| preset.name.as_str());
        let tried = match self.tried.get(PRESET_KEY) {
            Some(Tried::Ticked(names)) => Some(names.clone()),
            _ => None,
        };
        let several = tried.as_ref().map(|names| match names.len() {
            1 => "1 preset".to_owned(),
            many => format!("{many} presets"),
        });
        let current = several.as_deref().unwrap_or(current);
        let button = ui.add_sized(
            vec2(width, tokens.size.control),
            Button::new((
                RichText::new(current).color(tokens.text),
                eframe::egui::Atom::grow(),
                ICON_EXPAND_MORE.rich_text().size(tokens.size.icon),
            ))
            .truncate(),
        );
        let enabled = ui.is_enabled();
        button.widget_info(|| {
            WidgetInfo::labeled(Role::ComboBox, enabled, format!("Preset: {current}"))
        });
        let (mut chosen, mut asked) = (None, None);
        let stays = tried.is_some();
        Popup::menu(&button)
            .close_behavior(if stays {
                PopupCloseBehavior::CloseOnClickOutside
            } else {
                PopupCloseBehavior::CloseOnClick
            })
            .width(ui.spacing().menu_width.max(width))
            .show(|ui| {
                if let Some(names) = &tried {
                    self.tried_presets_ui(ui, presets, names);
                    return;
                }
                for preset in presets {
                    let is_current = own_current.is_none() && preset.name == current;
                    if preset_item(ui, preset, is_current) {
                        chosen = Some(preset.name.to_owned());
                    }
                }
                ui.separator();
                for preset in own {
                    let is_current = own_current == Some(preset);
                    asked = own_item(ui, preset, is_current).or(asked.take());
                }
                let several = presets.len() > 1 && ui.button("Try several presets").clicked();
                if several {
                    let names = presets.iter().map(|preset| Value::from(preset.name));
                    self.set_tried(PRESET_KEY, Tried::Ticked(names.collect()), false);
                }
                if ui.button("Save as preset…").clicked() {
                    asked = Some(OwnPresetAsk::Keep);
                }
            });
        if let Some(name) = &chosen {
            self.choose_preset(name);
        }
        (chosen, asked)
    }

    /// Check boxes of the presets that are tried; one at least stays.
    fn tried_presets_ui(&mut self, ui: &mut Ui, presets: &[Preset], names: &[Value]) {
        outline_boxes(ui);
        for preset in presets {
            let mut on = names.contains(&Value::from(preset.name));
            let only = on && names.len() == 1;
            let response = ui.add_enabled_ui(!only, |ui| ui.checkbox(&mut on, preset.name));
            if response.inner.on_hover_text(preset.description).changed() {
                // In the order of the menu.
                let is_on = |own: &&Preset| {
                    if own.name == preset.name {
                        on
                    } else {
                        names.contains(&Value::from(own.name))
                    }
                };
                let ticked = presets.iter().filter(is_on);
                let ticked = ticked.map(|own| Value::from(own.name)).collect();
                self.set_tried(PRESET_KEY, Tried::Ticked(ticked), false);
            }
        }
        ui.separator();
        if ui.button("Back to one preset").clicked() {
            self.stop_trying(PRESET_KEY);
        }
    }

    pub(super) fn search_ui(&mut self, ui: &mut Ui) {
        let tokens = tokens(ui.ctx());
        let response = ui.add(
            TextEdit::singleline(&mut self.search)
                .hint_text("Search parameters")
                .prefix(
                    ICON_SEARCH
                        .rich_text()
                        .size(tokens.size.icon)
                        .color(tokens.text_tertiary),
                )
                .desired_width(f32::INFINITY)
                .min_size(vec2(0.0, tokens.size.control))
                .align(eframe::egui::Align2::LEFT_CENTER),
        );
        response.widget_info(|| {
            let mut info = WidgetInfo::text_edit(true, "", &self.search, "Search parameters");
            info.label = Some("Search parameters".to_owned());
            info
        });
        if response.has_focus() && ui.input(|input| input.key_pressed(eframe::egui::Key::Escape)) {
            self.search.clear();
        }
        ui.add_space(tokens.space.xs);
    }
}

/// A preset of the person's own, with a button that deletes it.
fn own_item(ui: &mut Ui, preset: &OwnPreset, chosen: bool) -> Option<OwnPresetAsk> {
    let tokens = tokens(ui.ctx());
    let mut asked = None;
    let size = vec2(ui.available_width(), tokens.size.control);
    // The button has its place first, so that it is inside the menu however wide the name wants to be.
    let from_right = Layout::right_to_left(Align::Center);
    ui.allocate_ui_with_layout(size, from_right, |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let label = format!("Delete the preset {}", preset.name);
        if ui.add(IconButton::new(ICON_DELETE, &label)).clicked() {
            asked = Some(OwnPresetAsk::Delete(preset.clone()));
        }
        let width = ui.available_width();
        let name = RichText::new(&preset.name).color(tokens.text);
        let item = Button::selectable(chosen, (name, eframe::egui::Atom::grow()))
            .truncate()
            .min_size(vec2(width, tokens.size.control));
        let response = ui.add_sized(vec2(width, tokens.size.control), item);
        response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, chosen, &preset.name));
        if response.clicked() {
            asked = Some(OwnPresetAsk::Choose(preset.clone()));
        }
    });
    asked
}

/// A preset's name with its description below.
fn preset_item(ui: &mut Ui, preset: &Preset, chosen: bool) -> bool {
    let tokens = tokens(ui.ctx());
    let mut job = eframe::egui::text::LayoutJob::default();
    job.wrap.max_width = ui.available_width() - 2.0 * ui.spacing().button_padding.x;
    let format = |style: TextStyle, color| {
        eframe::egui::TextFormat::simple(style.resolve(ui.style()), color)
    };
    job.append(preset.name, 0.0, format(TextStyle::Body, tokens.text));
    job.append(
        &format!("\n{}", preset.description),
        0.0,
        format(TextStyle::Small, tokens.text_secondary),
    );
    let response = ui.add(
        Button::selectable(chosen, job)
            .wrap()
            .min_size(vec2(ui.available_width(), 0.0)),
    );
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, chosen, preset.name));
    response.clicked()
}
