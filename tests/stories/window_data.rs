//! A person says in the window where the ratings come from, and how they are held out.

use crate::window::Window;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

fn shows(window: &Window, label: &str) -> bool {
    let mut found = window.harness.query_all_by_label_contains(label);
    found.next().is_some()
}

/// A window with the sample ratings.
fn with_sample() -> Window {
    let mut window = Window::without_runs();
    window.wait_until("the sample data", |window| {
        shows(window, "Ratings by value")
    });
    window
}

fn enter(window: &mut Window, label: &str, text: &str) {
    let harness = &mut window.harness;
    harness
        .get_by_role_and_label(Role::SpinButton, label)
        .click();
    window.settle();
    window
        .harness
        .key_combination_modifiers(Modifiers::COMMAND, &[Key::A]);
    window.settle();
    let field = window
        .harness
        .get_by_role_and_label(Role::SpinButton, label);
    field.type_text(text);
    window.settle();
    window.harness.key_press(Key::Enter);
    window.settle();
}

#[test]
fn with_a_test_share_of_zero_every_rating_is_for_training() {
    let mut window = with_sample();
    enter(&mut window, "Test share", "0");
    let source = window.harness.state().settings().draft.config().data;
    assert_eq!(source.ratings().unwrap().test_fraction, Some(0.0));
    window.wait_until("the ratings again", |window| {
        shows(window, "Ratings by value")
    });
    assert!(!shows(&window, "must be"));
}

#[test]
fn a_share_that_cannot_be_is_said_beside_its_field_and_start_goes_there() {
    let mut window = with_sample();
    enter(&mut window, "Test share", "150");
    assert!(shows(&window, "must be from 0 to 100 %"));
    // What could be read is still there.
    assert!(shows(&window, "Ratings by value"));
    window
        .harness
        .get_by_role_and_label(Role::Button, "Start")
        .click();
    window.settle();
    let share = window
        .harness
        .get_by_role_and_label(Role::SpinButton, "Test share");
    assert!(share.accesskit_node().is_focused());
    assert!(window.harness.state().runs().is_empty());
}
