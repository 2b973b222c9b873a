//! Short messages about what happened in the background, in the corner of the window, with a way back where there is one.

use eframe::egui::{
    Align2, Area, Context, CornerRadius, Frame, Id, Label, Margin, Order, RichText, Stroke, Ui,
    vec2,
};
use egui_material_icons::icons::{ICON_CHECK_CIRCLE, ICON_CLOSE, ICON_ERROR, ICON_INFO};

use super::widgets::{IconButton, quiet_button};
use crate::ui::theme::tokens;

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// Something was done.
    Success,
    /// Something could not be done.
    Error,
}

/// Messages, each with an action of type `A` if it can be undone or followed.
#[derive(Debug)]
pub struct Toasts<A> {
    shown: Vec<Toast<A>>,
    next: u64,
}

#[derive(Debug)]
struct Toast<A> {
    id: u64,
    tone: Tone,
    text: String,
    action: Option<(&'static str, A)>,
    /// Seconds it has left; the clock stands while the pointer is on it.
    left: f32,
}

impl<A> Default for Toasts<A> {
    fn default() -> Self {
        Self {
            shown: Vec::new(),
            next: 0,
        }
    }
}

/// More would cover the window.
const MOST: usize = 4;

impl<A> Toasts<A> {
    /// Shows a message.
    pub fn push(&mut self, tone: Tone, text: impl Into<String>) {
        self.add(tone, text.into(), None);
    }

    /// Shows a message with a button.
    pub fn push_with(
        &mut self,
        tone: Tone,
        text: impl Into<String>,
        button: &'static str,
        action: A,
    ) {
        self.add(tone, text.into(), Some((button, action)));
    }

    fn add(&mut self, tone: Tone, text: String, action: Option<(&'static str, A)>) {
        let left = if tone == Tone::Error || action.is_some() {
            10.0
        } else {
            4.0
        };
        self.shown.push(Toast {
            id: self.next,
            tone,
            text,
            action,
            left,
        });
        self.next += 1;
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// Shows what there is; returns the action whose button was pressed.
    pub fn show(&mut self, ctx: &Context) -> Option<A> {
        if self.shown.is_empty() {
            return None;
        }
        let tokens = tokens(ctx);
        let passed = ctx.input(|input| input.stable_dt).min(0.1);
        let mut pressed = None;
        let mut gone = Vec::new();
        let area = Area::new(Id::unique("toasts"))
            .order(Order::Tooltip)
            .anchor(
                Align2::RIGHT_BOTTOM,
                vec2(-tokens.space.l, -tokens.size.status_bar - tokens.space.m),
            )
            .show(ctx, |ui| {
                ui.set_width(tokens.size.measure);
                for toast in &self.shown {
                    let (acted, closed) = toast_ui(ui, toast);
                    if acted {
                        pressed = Some(toast.id);
                    }
                    if acted || closed {
                        gone.push(toast.id);
                    }
                    ui.add_space(tokens.space.xs);
                }
            });
        if !area.response.contains_pointer() {
            for toast in &mut self.shown {
                toast.left -= passed;
            }
        }
        ctx.request_repaint_after_secs(0.1);
        let action = self
            .shown
            .iter()
            .position(|toast| Some(toast.id) == pressed)
            .and_then(|index| self.shown.remove(index).action)
            .map(|(_, action)| action);
        self.shown
            .retain(|toast| toast.left > 0.0 && !gone.contains(&toast.id));
        action
    }
}

/// One message; whether its button, or the one that closes it, was pressed.
fn toast_ui<A>(ui: &mut Ui, toast: &Toast<A>) -> (bool, bool) {
    let tokens = tokens(ui.ctx());
    let (icon, color) = match toast.tone {
        Tone::Info => (ICON_INFO, tokens.accent_text),
        Tone::Success => (ICON_CHECK_CIRCLE, tokens.success),
        Tone::Error => (ICON_ERROR, tokens.error),
    };
    let mut result = (false, false);
    Frame::new()
        .fill(tokens.overlay)
        .stroke(Stroke::new(tokens.size.hairline, tokens.border_strong))
        .corner_radius(CornerRadius::same(tokens.radius.large))
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin::symmetric(
            tokens.space.m as i8,
            tokens.space.s as i8,
        ))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(icon.rich_text().size(tokens.size.icon).color(color));
                let buttons = if toast.action.is_some() { 96.0 } else { 32.0 };
                let width = (ui.available_width() - buttons).max(tokens.space.xxl);
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.add(Label::new(RichText::new(&toast.text)).wrap());
                });
                if let Some((name, _)) = &toast.action {
                    result.0 = quiet_button(ui, name).clicked();
                }
                result.1 = ui
                    .add(IconButton::new(ICON_CLOSE, "Dismiss message"))
                    .clicked();
            });
        });
    result
}
