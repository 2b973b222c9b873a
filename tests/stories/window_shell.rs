//! The shell: palette, theme, panes, empty states, runs that others made.

use crate::window::Window;
use atelier::ui::layout::Pane;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Theme, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

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
    // The list of runs names the measure of each run, too.
    let named = |window: &Window| window.harness.query_all_by_label("RMSE").count();
    let before = named(&window);
    window
        .harness
        .get_by_role_and_label(Role::Tab, "Curves")
        .click();
    window.wait_until("the curves", |window| named(window) > before);
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
            .query_all_by_label_contains("Line 2, column 3: expected a rating")
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

#[test]
fn a_pane_is_closed_by_its_shortcut() {
    let mut window = Window::first_start();
    window.settle();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::W);
    window.settle();
    let layout = &window.harness.state().settings().layout;
    assert!(layout.tiles.find_pane(&Pane::Data).is_none());
    assert!(layout.tiles.find_pane(&Pane::Curves).is_some());
}

#[test]
fn in_a_small_window_the_side_panels_fold_away_and_nothing_overlaps() {
    for (size, scale) in [((720.0, 480.0), 1.0), ((640.0, 400.0), 2.0)] {
        let mut window = Window::first_start();
        window.harness.set_pixels_per_point(scale);
        window.harness.set_size(vec2(size.0, size.1));
        window.settle();
        window.settle();
        assert!(window.harness.query_by_label("Filter runs").is_none());
        let bar: Vec<_> = window
            .harness
            .query_all_by_role(Role::Button)
            .map(|node| (node.rect(), node.accesskit_node().label()))
            .filter(|(rect, _)| rect.center().y < 40.0)
            .collect();
        assert!(bar.len() >= 6, "{bar:?}");
        for (at, (rect, name)) in bar.iter().enumerate() {
            assert!(
                rect.left() >= 0.0 && rect.right() <= size.0,
                "{name:?} {rect:?}"
            );
            for (other, other_name) in &bar[at + 1..] {
                let common = rect.shrink(0.5).intersect(other.shrink(0.5));
                assert!(!common.is_positive(), "{name:?} {other_name:?} at {size:?}");
            }
        }
        // One of the panels at a time, beside the panes.
        window.harness.get_by_label("Show or hide runs").click();
        window.settle();
        assert!(window.harness.query_by_label("Filter runs").is_some());
        window
            .harness
            .get_by_label("Show or hide parameters")
            .click();
        window.settle();
        assert!(window.harness.query_by_label("Filter runs").is_none());
        // The next wide window has both again.
        window.harness.set_size(vec2(1280.0, 800.0));
        window.settle();
        assert!(window.harness.query_by_label("Filter runs").is_some());
    }
}

#[test]
fn side_panels_keep_their_width_whatever_they_show() {
    let mut window = Window::first_start();
    window.wait_until("the sample runs", |window| {
        window.harness.state().runs().len() == 7
    });
    window.settle();
    let pane = |window: &Window| {
        let layout = &window.harness.state().settings().layout;
        let pane = layout.tiles.find_pane(&Pane::Data).unwrap();
        layout.tiles.rect(pane).unwrap().x_range()
    };
    let before = pane(&window);
    for at in 0..7 {
        let run = &window.harness.state().runs()[at];
        let name = format!(
            "{}, {}",
            run.title(),
            atelier::ui::widgets::status_label(run.status())
        );
        window
            .harness
            .get_by_role_and_label(Role::Button, &name)
            .click();
        window.wait_until("the run is read", |window| {
            window.harness.state().runs()[at].details().is_some()
        });
        window.settle();
        assert_eq!(pane(&window), before, "{name}");
    }
}

#[test]
fn a_field_with_the_keyboard_costs_nothing_once_nobody_types() {
    let mut window = Window::first_start();
    window.wait_until("the sample data", |window| {
        window.harness.query_by_label("Training ratings").is_some()
    });
    window.harness.get_by_label("Filter runs").focus();
    let wait = |window: &Window| {
        let output = window.harness.output();
        output
            .viewport_output
            .values()
            .next()
            .unwrap()
            .repaint_delay
    };
    window.harness.run_steps(3);
    assert!(wait(&window).as_secs_f32() <= 1.0, "the cursor blinks");
    // A step is a quarter of a second.
    window.harness.run_steps(40);
    assert!(wait(&window).as_secs_f32() > 5.0, "{:?}", wait(&window));
}
