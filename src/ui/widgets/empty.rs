//! Contents of a pane without anything to show: what to do, with a button that does it.

use eframe::egui::{Align, Layout, Rect, RichText, Ui, UiBuilder, vec2};
use egui_material_icons::MaterialIcon;

use crate::ui::theme::title;
use crate::ui::theme::tokens;

/// An empty pane's icon, sentence and action.
#[must_use]
pub struct EmptyState<'a> {
    icon: MaterialIcon,
    title: &'a str,
    text: &'a str,
    action: Option<(Option<MaterialIcon>, &'a str)>,
    second: Option<&'a str>,
}

/// Which button of an empty state was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyAction {
    /// The primary one.
    First,
    /// The other one.
    Second,
}

impl<'a> EmptyState<'a> {
    /// `title` says what is missing, `text` what to do.
    pub fn new(icon: MaterialIcon, title: &'a str, text: &'a str) -> Self {
        Self {
            icon,
            title,
            text,
            action: None,
            second: None,
        }
    }

    /// Adds the button that does it.
    pub fn action(mut self, icon: MaterialIcon, text: &'a str) -> Self {
        self.action = Some((Some(icon), text));
        self
    }

    /// Adds a second way.
    pub fn second(mut self, text: &'a str) -> Self {
        self.second = Some(text);
        self
    }

    /// Fills what is left of `ui`.
    pub fn show(self, ui: &mut Ui) -> Option<EmptyAction> {
        let tokens = tokens(ui.ctx());
        let mut pressed = None;
        centered(ui, tokens.size.measure, |ui| {
            ui.label(
                self.icon
                    .rich_text()
                    .size(tokens.size.icon_large)
                    .color(tokens.text_disabled),
            );
            ui.add_space(tokens.space.s);
            ui.label(title(self.title));
            ui.add_space(tokens.space.xs);
            ui.label(RichText::new(self.text).color(tokens.text_secondary));
            if let Some((icon, text)) = self.action {
                ui.add_space(tokens.space.l);
                if super::primary_button(ui, icon, text).clicked() {
                    pressed = Some(EmptyAction::First);
                }
            }
            if let Some(text) = self.second {
                ui.add_space(tokens.space.s);
                if super::quiet_button(ui, text).clicked() {
                    pressed = Some(EmptyAction::Second);
                }
            }
        });
        pressed
    }
}

/// Contents in a column `width` wide, in the middle of what is left of `ui`; its height is known from the frame before.
pub fn centered(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui)) {
    let whole = ui.available_rect_before_wrap();
    let id = ui.scope_id().with("centered");
    let known: Option<f32> = ui.data(|data| data.get_temp(id));
    let width = width.min(whole.width());
    let height = known.unwrap_or(0.0).min(whole.height());
    // A little above the middle looks like the middle.
    let top = whole.top() + (whole.height() - height) * 0.44;
    let rect = Rect::from_min_size(
        eframe::egui::pos2(whole.center().x - width / 2.0, top),
        vec2(width, whole.bottom() - top),
    );
    let mut builder = UiBuilder::new()
        .max_rect(rect)
        .layout(Layout::top_down(Align::Center));
    if known.is_none() {
        builder = builder.sizing_pass().invisible();
        ui.ctx().request_discard("centering");
    }
    let mut child = ui.new_child(builder);
    contents(&mut child);
    let used = child.min_rect().height();
    if known != Some(used) {
        ui.data_mut(|data| data.insert_temp(id, used));
        ui.ctx().request_repaint();
    }
    ui.advance_cursor_after_rect(whole);
}
