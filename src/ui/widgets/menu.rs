//! Menus, all of one look: a button with an arrow (or an icon) that opens a list or a few controls. Inside another menu it opens beside it.

use eframe::egui::containers::menu::{MenuButton, MenuConfig, SubMenuButton, is_in_menu};
use eframe::egui::{
    Button, Color32, PopupCloseBehavior, Response, RichText, Role, ScrollArea, Stroke, Ui,
    WidgetInfo, vec2,
};
use egui_material_icons::{MaterialIcon, icons};

use crate::ui::theme::tokens;

/// The button of a menu, and how it behaves.
#[must_use]
pub struct Menu<'a> {
    name: &'a str,
    icon: Option<MaterialIcon>,
    text: Option<&'a str>,
    hint: Option<&'a str>,
    color: Option<Color32>,
    on: Option<bool>,
    closes: bool,
    scrolls: bool,
}

impl<'a> Menu<'a> {
    /// A button with this name and an arrow; it stays open while its contents are used.
    pub fn new(name: &'a str) -> Self {
        Self {
            name,
            icon: None,
            text: None,
            hint: None,
            color: None,
            on: None,
            closes: false,
            scrolls: false,
        }
    }

    /// An icon in the place of the name, which screen readers and hints still say.
    pub fn icon(mut self, icon: MaterialIcon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Another text on the button than its accessible name.
    pub fn text(mut self, text: &'a str) -> Self {
        self.text = Some(text);
        self
    }

    /// More words on hover.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The color of the text on the button.
    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }

    /// True if what it chooses is in use.
    pub fn on(mut self, on: bool) -> Self {
        self.on = Some(on);
        self
    }

    /// Closes once something in it is chosen: for lists of things to do.
    pub fn closes(mut self) -> Self {
        self.closes = true;
        self
    }

    /// Scrolls where the window is too low for all of it: for lists that grow.
    pub fn scrolls(mut self) -> Self {
        self.scrolls = true;
        self
    }

    /// Shows the button, and the contents while it is open.
    pub fn show(self, ui: &mut Ui, contents: impl FnOnce(&mut Ui)) -> Response {
        let mut contents = Some(contents);
        self.show_any(ui, &mut |ui| {
            if let Some(contents) = contents.take() {
                contents(ui);
            }
        })
    }

    /// As [`Self::show`], compiled once for all contents.
    fn show_any(self, ui: &mut Ui, contents: &mut dyn FnMut(&mut Ui)) -> Response {
        let tokens = tokens(ui.ctx());
        let config = MenuConfig::new().close_behavior(if self.closes {
            PopupCloseBehavior::CloseOnClick
        } else {
            PopupCloseBehavior::CloseOnClickOutside
        });
        let inside = |ui: &mut Ui| {
            outline_boxes(ui);
            ui.spacing_mut().item_spacing.y = tokens.space.xs;
            if self.scrolls {
                let height = ui.ctx().content_rect().height() - 2.0 * tokens.space.xxl;
                ScrollArea::vertical().max_height(height).show(ui, contents);
            } else {
                contents(ui);
            }
        };
        let color = self.color.unwrap_or(tokens.text_secondary);
        let label = RichText::new(self.text.unwrap_or(self.name)).color(color);
        let glyph =
            |icon: MaterialIcon, color| icon.rich_text().size(tokens.size.icon).color(color);
        let on = self.on.unwrap_or(false);
        let response = if is_in_menu(ui) {
            // The name says more than the icon, and there is room for it.
            let label = RichText::new(self.name).color(tokens.text_secondary);
            let arrow = SubMenuButton::arrow_atom(None);
            let button = Button::new(label).right_text(arrow).selected(on);
            SubMenuButton::from_button(button)
                .config(config)
                .ui(ui, inside)
                .0
        } else {
            let side = tokens.size.control;
            let button = match self.icon {
                Some(icon) => {
                    Button::new(glyph(icon, tokens.text_secondary)).min_size(vec2(side, side))
                }
                None => {
                    let arrow = glyph(icons::ICON_ARROW_DROP_DOWN, tokens.text_tertiary);
                    Button::new((label, arrow)).gap(0.0)
                }
            };
            let button = button.frame_when_inactive(on).selected(on);
            ui.scope(|ui| {
                if self.icon.is_some() {
                    // As wide as other buttons that are icons.
                    ui.spacing_mut().button_padding.x = (side - tokens.size.icon) / 2.0;
                }
                MenuButton::from_button(button)
                    .config(config)
                    .ui(ui, inside)
                    .0
            })
            .inner
        };
        let enabled = ui.is_enabled();
        response.widget_info(|| match self.on {
            Some(on) => WidgetInfo::selected(Role::Button, enabled, on, self.name),
            None => WidgetInfo::labeled(Role::Button, enabled, self.name),
        });
        response.on_hover_text(self.hint.unwrap_or(self.name))
    }
}

/// An entry of a list of things to do; true if it was chosen.
pub fn menu_entry(ui: &mut Ui, text: &str) -> bool {
    // The outline of check boxes is not for entries.
    let inactive = ui.visuals().widgets.inactive.bg_stroke;
    ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::NONE;
    let chosen = ui.button(text).clicked();
    ui.visuals_mut().widgets.inactive.bg_stroke = inactive;
    if chosen {
        ui.close();
    }
    chosen
}

/// Check boxes have the color of what menus and dialogs stand on.
pub fn outline_boxes(ui: &mut Ui) {
    let tokens = tokens(ui.ctx());
    let line = Stroke::new(tokens.size.hairline, tokens.border_strong);
    ui.visuals_mut().widgets.inactive.bg_stroke = line;
}
