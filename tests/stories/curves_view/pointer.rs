//! What a hand does with the pointer.

use eframe::egui::{Event, Modifiers, PointerButton, Pos2};
use egui_kittest::Harness;

use super::Pane;

/// Drags a box with the right button.
pub(super) fn box_zoom(harness: &mut Harness<'_, Pane>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.run();
    press(harness, from, PointerButton::Secondary, true);
    for share in [0.3, 0.7, 1.0] {
        harness.hover_at(from + (to - from) * share);
        harness.run();
    }
    press(harness, to, PointerButton::Secondary, false);
}

pub(super) fn double_click(harness: &mut Harness<'_, Pane>, at: Pos2) {
    // Long enough that clicks before do not count.
    harness.run_steps(30);
    harness.hover_at(at);
    for _ in 0..2 {
        for pressed in [true, false] {
            harness.event(Event::PointerButton {
                pos: at,
                button: PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
        }
    }
    harness.run();
}

fn press(harness: &mut Harness<'_, Pane>, pos: Pos2, button: PointerButton, pressed: bool) {
    harness.event(Event::PointerButton {
        pos,
        button,
        pressed,
        modifiers: Modifiers::NONE,
    });
    harness.run();
}
