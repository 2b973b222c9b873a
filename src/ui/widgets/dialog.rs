//! What asks a person something in front of the window.

use eframe::egui::{Context, Frame, Id, Modal};

use crate::ui::theme::tokens;

/// A dialog of this name; the rest of the window waits behind it.
pub fn dialog(ctx: &Context, name: &str) -> Modal {
    let frame = Frame::popup(&ctx.global_style()).inner_margin(tokens(ctx).space.l);
    Modal::new(Id::unique(name)).frame(frame)
}
