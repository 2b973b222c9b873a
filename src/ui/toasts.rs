//! Short messages about what happened in the background, in the corner of the window, with a way back where there is one.

use eframe::egui::{
    Align, Align2, Area, Context, CornerRadius, Frame, Id, Label, Layout, Margin, Order, RichText,
    Stroke, TextStyle, Ui, vec2,
};
use egui_material_icons::icons::{ICON_CHECK_CIRCLE, ICON_CLOSE, ICON_ERROR, ICON_INFO};

use super::widgets::{IconButton, quiet_button};
use crate::ui::theme::tokens;

/// The kind of a message.
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
    /// When they were last shown, in the time of the window.
    seen: f64,
}

#[derive(Debug)]
struct Toast<A> {
    id: u64,
    tone: Tone,
    text: String,
    /// Buttons with what they do; one of them may be pressed.
    actions: Vec<(&'static str, A)>,
    /// Seconds it has left; the clock stands while the pointer is on the messages.
    left: f64,
    is_new: bool,
}

impl<A> Default for Toasts<A> {
    fn default() -> Self {
        Self {
            shown: Vec::new(),
            next: 0,
            seen: 0.0,
        }
    }
}

/// More would cover the window.
const MOST: usize = 4;

impl<A> Toasts<A> {
    /// Shows a message.
    pub fn push(&mut self, tone: Tone, text: impl Into<String>) {
        self.add(tone, text.into(), Vec::new());
    }

    /// Shows a message with a button.
    pub fn push_with(
        &mut self,
        tone: Tone,
        text: impl Into<String>,
        button: &'static str,
        action: A,
    ) {
        self.add(tone, text.into(), vec![(button, action)]);
    }

    /// Shows a message with several buttons.
    pub fn push_with_several(
        &mut self,
        tone: Tone,
        text: impl Into<String>,
        actions: Vec<(&'static str, A)>,
    ) {
        self.add(tone, text.into(), actions);
    }

    fn add(&mut self, tone: Tone, text: String, actions: Vec<(&'static str, A)>) {
        let left = match (tone, &actions[..]) {
            (Tone::Error, _) => 10.0,
            // There is something to decide.
            (Tone::Info, [_, ..]) | (_, [_, _, ..]) => 15.0,
            _ => 4.0,
        };
        self.shown.push(Toast {
            id: self.next,
            tone,
            text,
            actions,
            left,
            is_new: true,
        });
        self.next += 1;
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// Shows what there is in a column of this width at the bottom left; returns the action whose button was pressed.
    pub fn show(&mut self, ctx: &Context, width: f32) -> Option<A> {
        let now = ctx.input(|input| input.time);
        let passed = now - std::mem::replace(&mut self.seen, now);
        if self.shown.is_empty() {
            return None;
        }
        let tokens = tokens(ctx);
        let mut pressed = None;
        let mut gone = Vec::new();
        let area = Area::new(Id::unique("toasts"))
            .order(Order::Tooltip)
            .anchor(
                Align2::LEFT_BOTTOM,
                vec2(tokens.space.xs, -tokens.size.status_bar - tokens.space.xs),
            )
            .show(ctx, |ui| {
                ui.set_width(width - 2.0 * tokens.space.xs);
                for toast in &self.shown {
                    let (acted, closed) = toast_ui(ui, toast);
                    if let Some(button) = acted {
                        pressed = Some((toast.id, button));
                    }
                    if acted.is_some() || closed {
                        gone.push(toast.id);
                    }
                    ui.add_space(tokens.space.xs);
                }
            });
        let action = pressed.and_then(|(id, button)| {
            let at = self.shown.iter().position(|toast| toast.id == id)?;
            let (_, action) = self.shown.remove(at).actions.into_iter().nth(button)?;
            Some(action)
        });
        if !area.response.contains_pointer() {
            for toast in &mut self.shown {
                // Its time begins with the first frame that shows it.
                toast.left -= if toast.is_new { 0.0 } else { passed };
                toast.is_new = false;
            }
        }
        self.shown
            .retain(|toast| toast.left > 0.0 && !gone.contains(&toast.id));
        // The next frame is due when one of them has had its time.
        let next = self.shown.iter().map(|toast| toast.left).reduce(f64::min);
        if let Some(next) = next {
            ctx.request_repaint_after_secs(next as f32);
        }
        action
    }
}

/// One message. Says which of its buttons was pressed, and if the one that dismisses it was.
fn toast_ui<A>(ui: &mut Ui, toast: &Toast<A>) -> (Option<usize>, bool) {
    let tokens = tokens(ui.ctx());
    let (icon, color) = match toast.tone {
        Tone::Info => (ICON_INFO, tokens.accent_text),
        Tone::Success => (ICON_CHECK_CIRCLE, tokens.success),
        Tone::Error => (ICON_ERROR, tokens.error),
    };
    let mut result = (None, false);
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
            let beside = 2.0 * (tokens.size.control + ui.spacing().item_spacing.x);
            let is_short = lines_of(ui, &toast.text, ui.available_width() - beside) <= 2;
            ui.horizontal_top(|ui| {
                ui.label(icon.rich_text().size(tokens.size.icon).color(color));
                ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
                    result.1 = ui
                        .add(IconButton::new(ICON_CLOSE, "Dismiss message"))
                        .clicked();
                    if is_short {
                        ui.with_layout(Layout::top_down(Align::Min), |ui| {
                            result.0 = content_ui(ui, toast);
                        });
                    }
                });
            });
            // A long text has the whole width: beside the marks it would wrap word by word.
            if !is_short {
                result.0 = content_ui(ui, toast);
            }
        });
    result
}

/// Its text, and the buttons below it. Says which was pressed.
fn content_ui<A>(ui: &mut Ui, toast: &Toast<A>) -> Option<usize> {
    ui.add(Label::new(RichText::new(&toast.text)).wrap());
    if toast.actions.is_empty() {
        return None;
    }
    let mut pressed = None;
    ui.horizontal_wrapped(|ui| {
        for (at, (name, _)) in toast.actions.iter().enumerate() {
            if quiet_button(ui, name).clicked() {
                pressed = Some(at);
            }
        }
    });
    pressed
}

/// Lines that a text has at this width.
fn lines_of(ui: &Ui, text: &str, width: f32) -> usize {
    let font = TextStyle::Body.resolve(ui.style());
    let color = ui.visuals().text_color();
    let text = text.to_owned();
    let galley = ui.fonts_mut(|fonts| fonts.layout(text, font, color, width.max(1.0)));
    galley.rows.len()
}

#[cfg(test)]
mod tests {
    use super::{Toasts, Tone};
    use eframe::egui::{Context, RawInput};

    /// Shows a frame at this time; returns the time until the next one is due.
    fn frame(ctx: &Context, toasts: &mut Toasts<()>, time: f64) -> f64 {
        let input = RawInput {
            time: Some(time),
            ..RawInput::default()
        };
        let output = ctx.run_ui(input, |ui| {
            toasts.show(ui.ctx(), 180.0);
        });
        let viewport = output.viewport_output.values().next().unwrap();
        viewport.repaint_delay.as_secs_f64()
    }

    #[test]
    fn a_message_stays_four_seconds_and_costs_no_frames_meanwhile() {
        let ctx = Context::default();
        crate::ui::theme::install(&ctx);
        let mut toasts = Toasts::default();
        frame(&ctx, &mut toasts, 0.0);
        toasts.push(Tone::Success, "Saved curves.csv");
        // The window slept: the time before the first frame does not count.
        for time in [10.0, 10.2, 10.4, 10.6] {
            frame(&ctx, &mut toasts, time);
        }
        let delay = frame(&ctx, &mut toasts, 11.0);
        assert!((2.5..=3.1).contains(&delay), "{delay}");
        frame(&ctx, &mut toasts, 13.9);
        assert_eq!(toasts.shown.len(), 1);
        frame(&ctx, &mut toasts, 14.1);
        assert!(toasts.shown.is_empty());
    }
}
