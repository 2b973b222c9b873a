//! The shell: palette, theme, panes, empty states, runs that others made.

use crate::window::Window;
use atelier::ui::layout::Pane;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Theme};
use egui_kittest::kittest::Queryable as _;

#[test]
fn the_first_start_shows_the_sample_data_and_says_what_to_do() {
    let mut window = Window::first_start();
    window.wait_until("the sample data", |window| {
        window.harness.query_by_label("Training ratings").is_some()
    });
    window.harness.get_by_role_and_label(Role::Button, "Start");
    window
        .harness
        .get_by_role_and_label(Role::Tab, "Result")
        .click();
    window.wait_until("what to do", |window| {
        window.harness.query_by_label("No result yet").is_some()
    });
}

#[test]
fn the_first_start_has_finished_runs_whose_curves_are_two_clicks_away() {
    let mut window = Window::first_start();
    window.wait_until("the sample runs", |window| {
        window.harness.state().runs().len() == 7
    });
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::Button, "AutoRec, item-based, Finished")
        .click();
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::Tab, "Curves")
        .click();
    window.wait_until("the curves", |window| {
        window.harness.query_by_label("RMSE").is_some()
    });
    // Its data is found though the run was copied from elsewhere.
    window
        .harness
        .get_by_role_and_label(Role::Tab, "Data")
        .click();
    window.wait_until("its data", |window| {
        window.harness.query_by_label("Training ratings").is_some()
    });
}

#[test]
fn the_palette_opens_by_key_and_runs_a_command() {
    let mut window = Window::first_start();
    window.settle();
    let before = window.harness.ctx.theme();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::K);
    window.settle();
    let field = window.harness.get_by_label("Search commands");
    field.type_text("light dark");
    window.settle();
    window.harness.key_press(Key::Enter);
    window.settle();
    assert_ne!(window.harness.ctx.theme(), before);
    assert!(window.harness.query_by_label("Search commands").is_none());
}

#[test]
fn the_theme_button_switches_both_ways() {
    let mut window = Window::first_start();
    window.settle();
    let before = window.harness.ctx.theme();
    for _ in 0..2 {
        window.harness.get_by_label("Switch light and dark").click();
        window.settle();
    }
    assert_eq!(window.harness.ctx.theme(), before);
    window.harness.get_by_label("Switch light and dark").click();
    window.settle();
    let other = match before {
        Theme::Dark => Theme::Light,
        Theme::Light => Theme::Dark,
    };
    assert_eq!(window.harness.ctx.theme(), other);
}

#[test]
fn a_closed_pane_comes_back_by_its_shortcut() {
    let mut window = Window::first_start();
    window.settle();
    window.harness.get_by_label("Close Data").click();
    window.settle();
    let layout = &window.harness.state().settings().layout;
    assert!(layout.tiles.find_pane(&Pane::Data).is_none());
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    window.settle();
    let layout = &window.harness.state().settings().layout;
    assert!(layout.tiles.find_pane(&Pane::Data).is_some());
}

#[test]
fn a_file_that_is_no_data_says_what_is_wrong_with_it() {
    let mut window = Window::first_start();
    let path = window.folder.path().join("notes.csv");
    std::fs::write(&path, "user,item,rating\n1,2,good\n").unwrap();
    window.harness.state_mut().open_path(path);
    window.wait_until("the problem", |window| {
        window
            .harness
            .query_all_by_label_contains("notes.csv, line 2")
            .next()
            .is_some()
    });
}

#[test]
fn at_1280_by_800_the_panes_have_sixty_percent_of_the_window() {
    let mut window = Window::first_start();
    window.settle();
    let layout = &window.harness.state().settings().layout;
    let pane = layout.tiles.find_pane(&Pane::Data).unwrap();
    let rect = layout.tiles.rect(pane).unwrap();
    let share = rect.area() / (1280.0 * 800.0);
    assert!(share >= 0.6, "{share}");
}
