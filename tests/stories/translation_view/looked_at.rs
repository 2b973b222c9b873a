//! One picture looked at closely.

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, MouseWheelUnit, Theme, TouchPhase, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::pane::{
    Pane, USUAL, View, canvas, canvases, drag, keep, pick, point, press, says, settle, show,
};
use super::{AUGGAN, CYCLEGAN};
use crate::translated::Streets;

#[test]
fn a_picture_goes_there_and_back_in_the_grid() {
    let streets = Streets::draw(4);
    let mut harness = show(Pane::new(&streets, AUGGAN), USUAL, Theme::Dark);
    keep(&mut harness, "grid.png");
    let first = &streets.names()[0];
    for name in ["Real A", "Fake B", "Reconstructed A", "Parsing", "Target B"] {
        canvas(&harness, &format!("{name} of {first}"));
    }
    assert!(says(&harness, "A → B → A") && says(&harness, "FCN mIoU"));
    // The other direction, and by key from there.
    let night = &streets.names()[4];
    press(
        &mut harness,
        Role::ListBoxOption,
        &format!("{night}, B → A"),
    );
    canvas(&harness, &format!("Fake A of {night}"));
    harness.key_press(Key::ArrowDown);
    settle(&mut harness);
    canvas(&harness, &format!("Fake A of {}", streets.names()[5]));
    keep(&mut harness, "grid-back.png");
}

#[test]
fn cells_come_and_go_and_differences_have_a_scale() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, CYCLEGAN), USUAL, Theme::Light);
    let before = canvases(&harness).len();
    press(&mut harness, Role::Button, "Cells");
    press(&mut harness, Role::CheckBox, "Change");
    press(&mut harness, Role::CheckBox, "Cycle error");
    press(&mut harness, Role::CheckBox, "True mask");
    harness.key_press(Key::Escape);
    settle(&mut harness);
    keep(&mut harness, "differences-light.png");
    assert_eq!(canvases(&harness).len(), before + 3);
    assert!(says(&harness, "Colors of the difference"));
    assert!(says(&harness, "Classes: "), "the legend of the mask");
}

#[test]
fn the_wipe_is_moved_with_the_pointer_and_with_keys() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, CYCLEGAN), USUAL, Theme::Dark);
    press(&mut harness, Role::RadioButton, "Wipe");
    keep(&mut harness, "wipe.png");
    let rect = canvas(&harness, "Real A and Fake B");
    let wipe = |harness: &View| harness.state().view.settings.wipe;
    assert!((wipe(&harness) - 0.5).abs() < 1e-6);
    drag(
        &mut harness,
        rect.center(),
        rect.center() - vec2(rect.width() / 4.0, 0.0),
    );
    let moved = wipe(&harness);
    assert!(moved < 0.35, "{moved}");
    let handle = harness.get_by_role_and_label(Role::Slider, "Wipe");
    handle.focus();
    harness.step();
    harness.key_press(Key::ArrowRight);
    settle(&mut harness);
    assert!(wipe(&harness) > moved);
    harness.key_press(Key::End);
    settle(&mut harness);
    assert_eq!(wipe(&harness), 1.0);
    // Between any two: the second one becomes the truth.
    press(&mut harness, Role::Button, "Second picture");
    pick(&mut harness, "Target B");
    canvas(&harness, "Real A and Target B");
    press(&mut harness, Role::Button, "Swap the two pictures");
    canvas(&harness, "Target B and Real A");
}

#[test]
fn what_is_pointed_at_is_read_in_every_cell() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, AUGGAN), USUAL, Theme::Dark);
    let rect = canvas(&harness, "Real A");
    point(&mut harness, rect.min + rect.size() * vec2(0.51, 0.97));
    keep(&mut harness, "hover.png");
    assert!(says(&harness, "65, 93  ·  Real A "));
    // The bottom of a street is road.
    assert!(says(&harness, "Parsing road"));
}

#[test]
fn zoom_is_the_same_in_all_cells_and_ends_with_a_double_click() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, AUGGAN), USUAL, Theme::Dark);
    let fit = |harness: &View| {
        let node = harness.get_by_label("Show the whole picture");
        node.accesskit_node().is_disabled()
    };
    assert!(fit(&harness));
    let at = canvas(&harness, "Fake B").center();
    harness.event(Event::PointerMoved(at));
    for _ in 0..6 {
        harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, 60.0),
            phase: TouchPhase::Move,
            source: eframe::egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        harness.step();
    }
    settle(&mut harness);
    assert!(!fit(&harness));
    keep(&mut harness, "zoomed.png");
    press(&mut harness, Role::Button, "Show the whole picture");
    assert!(fit(&harness));
    press(&mut harness, Role::Button, "Actual size");
    assert!(!fit(&harness));
    keep(&mut harness, "actual.png");
}

#[test]
fn classes_lie_over_the_translation_and_two_pictures_blink() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, AUGGAN), USUAL, Theme::Dark);
    press(&mut harness, Role::RadioButton, "Classes");
    keep(&mut harness, "classes.png");
    canvas(&harness, "True mask over Fake B");
    press(&mut harness, Role::RadioButton, "Parsing");
    canvas(&harness, "Parsing over Fake B");
    assert!(says(&harness, "Classes: "));
    press(&mut harness, Role::RadioButton, "Blink");
    canvas(&harness, "Real A and Fake B");
    press(&mut harness, Role::Button, "Hold the picture");
    keep(&mut harness, "blink.png");
    press(&mut harness, Role::Button, "Alternate between the pictures");
}
