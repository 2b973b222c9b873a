//! Buttons beyond egui's plain one.

use eframe::egui::containers::menu::is_in_menu;
use eframe::egui::{
    Button, Color32, Response, RichText, Role, Stroke, Ui, Widget, WidgetInfo, vec2,
};
use egui_material_icons::MaterialIcon;

use crate::ui::theme::emphasis;
use crate::ui::theme::tokens;

/// The one thing to do next: filled with the accent. `icon` may be left out.
pub fn primary_button(ui: &mut Ui, icon: Option<MaterialIcon>, text: &str) -> Response {
    let tokens = tokens(ui.ctx());
    let enabled = ui.is_enabled();
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        for (state, fill) in [
            (&mut widgets.inactive, tokens.accent),
            (&mut widgets.hovered, tokens.accent_hovered),
            (&mut widgets.active, tokens.accent),
        ] {
            state.weak_bg_fill = fill;
            state.bg_stroke = Stroke::NONE;
            state.fg_stroke.color = tokens.on_accent;
        }
        ui.spacing_mut().button_padding.x = tokens.space.m;
        let button = match icon {
            Some(icon) => Button::new((icon.rich_text().size(tokens.size.icon), emphasis(text))),
            None => Button::new(emphasis(text)),
        };
        let response = ui.add(button.min_size(vec2(0.0, tokens.size.control_large)));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, text));
        response
    })
    .inner
}

/// A button without a frame until the pointer is over it.
pub fn quiet_button(ui: &mut Ui, text: &str) -> Response {
    ui.add(Button::new(text).frame_when_inactive(false))
}

/// A square button that shows an icon; its name is heard by screen readers and shown on hover.
#[must_use]
pub struct IconButton<'a> {
    icon: MaterialIcon,
    name: &'a str,
    hint: Option<String>,
    selected: bool,
    color: Option<Color32>,
    large: bool,
    framed: bool,
}

impl<'a> IconButton<'a> {
    /// With an accessible name in sentence case.
    pub fn new(icon: MaterialIcon, name: &'a str) -> Self {
        Self {
            icon,
            name,
            hint: None,
            selected: false,
            color: None,
            large: false,
            framed: false,
        }
    }

    /// The text on hover instead of the name: more words, a shortcut.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Shows that what it switches is on.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// The color of the icon.
    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }

    /// As high as the buttons of the top bar.
    pub fn large(mut self) -> Self {
        self.large = true;
        self
    }

    /// With an outline.
    pub fn framed(mut self) -> Self {
        self.framed = true;
        self
    }
}

impl Widget for IconButton<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let tokens = tokens(ui.ctx());
        let side = if self.large {
            tokens.size.control_large
        } else {
            tokens.size.control
        };
        let enabled = ui.is_enabled();
        let color = self.color.unwrap_or(tokens.text_secondary);
        let text: RichText = self.icon.rich_text().size(tokens.size.icon).color(color);
        if is_in_menu(ui) {
            // There is room for the name, which says more than the icon.
            let response = ui.add(Button::new((text, self.name)).selected(self.selected));
            response.widget_info(|| {
                WidgetInfo::selected(Role::Button, enabled, self.selected, self.name)
            });
            return match &self.hint {
                Some(hint) => response.on_hover_text(hint).on_disabled_hover_text(hint),
                None => response,
            };
        }
        let response = ui
            .scope(|ui| {
                ui.spacing_mut().button_padding.x = (side - tokens.size.icon) / 2.0;
                ui.add(
                    Button::new(text)
                        .frame_when_inactive(self.framed || self.selected)
                        .selected(self.selected)
                        .min_size(vec2(side, side)),
                )
            })
            .inner;
        response
            .widget_info(|| WidgetInfo::selected(Role::Button, enabled, self.selected, self.name));
        let hint = self.hint.as_deref().unwrap_or(self.name);
        response.on_hover_text(hint).on_disabled_hover_text(hint)
    }
}
