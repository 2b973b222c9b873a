//! The list of runs: keys, marks, the filter, deleting and what is wrong with a run.

use std::collections::BTreeSet;

use crate::window::Window;
use atelier::ui::state::{Run, Selection};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

/// The first start with its seven sample runs.
fn with_runs() -> Window {
    let mut window = Window::first_start();
    window.wait_until("the sample runs", |window| count(window) == 7);
    window.settle();
    window
}

fn count(window: &Window) -> usize {
    window.harness.state().runs().len()
}

/// What a screen reader says of a run's row.
fn row(run: &Run) -> String {
    let status = atelier::ui::widgets::status_label(run.status());
    format!("{}, {status}", run.title())
}

fn click_row(window: &mut Window, at: usize) {
    let name = row(&window.harness.state().runs()[at]);
    window
        .harness
        .get_by_role_and_label(Role::Button, &name)
        .click();
    window.settle();
}

fn click_mark(window: &mut Window, at: usize, modifiers: Modifiers) {
    let name = format!("Compare {}", window.harness.state().runs()[at].title());
    window
        .harness
        .get_by_role_and_label(Role::CheckBox, &name)
        .click_modifiers(modifiers);
    window.settle();
}

fn selected(window: &Window) -> Option<usize> {
    let app = window.harness.state();
    let Selection::Run(id) = &app.settings().selection else {
        return None;
    };
    app.runs().iter().position(|run| run.id == *id)
}

#[test]
fn arrows_walk_through_the_list() {
    let mut window = with_runs();
    click_row(&mut window, 0);
    assert_eq!(selected(&window), Some(0));
    for (key, place) in [
        (Key::ArrowDown, Some(1)),
        (Key::ArrowDown, Some(2)),
        (Key::ArrowUp, Some(1)),
        (Key::End, Some(6)),
        (Key::ArrowDown, Some(6)),
        (Key::Home, None),
    ] {
        window.harness.key_press(key);
        window.settle();
        assert_eq!(selected(&window), place, "{key:?}");
    }
}

#[test]
fn a_deleted_run_comes_back() {
    let mut window = with_runs();
    click_row(&mut window, 1);
    let id = window.harness.state().runs()[1].id.clone();
    window.harness.key_press(Key::Delete);
    window.settle();
    window.wait_until("it is gone", |window| count(window) == 6);
    // The next one is selected: Delete again would go on.
    assert_eq!(selected(&window), Some(1));
    window.wait_until("the message", |window| {
        window.harness.query_by_label("Undo").is_some()
    });
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.wait_until("it is back", |window| {
        let runs = window.harness.state().runs();
        runs.iter().any(|run| run.id == id)
    });
    assert_eq!(count(&window), 7);
}

#[test]
fn delete_belongs_to_the_text_while_some_is_edited() {
    let mut window = with_runs();
    click_row(&mut window, 1);
    window.harness.get_by_label("Filter runs").focus();
    window.settle();
    window.harness.key_press(Key::Delete);
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.settle();
    assert_eq!(count(&window), 7);
}

#[test]
fn shift_marks_a_range_in_distinct_colors_and_one_click_clears_it() {
    let mut window = with_runs();
    click_mark(&mut window, 0, Modifiers::NONE);
    click_mark(&mut window, 5, Modifiers::SHIFT);
    let app = window.harness.state();
    let compared = &app.settings().compared;
    assert_eq!(compared.len(), 6);
    let shown = app.runs().iter().filter(|run| compared.contains(&run.id));
    let colors: BTreeSet<usize> = shown.map(|run| run.color).collect();
    assert_eq!(colors.len(), 6, "{colors:?}");
    window.harness.get_by_label("Clear marks").click();
    window.settle();
    assert!(window.harness.state().settings().compared.is_empty());
}

#[test]
fn the_filter_holds_for_damaged_runs_and_is_cleared_by_a_button() {
    let mut window = with_runs();
    let folder = window
        .folder
        .path()
        .join("runs/2026-11-22_10-00-00_broken_a1b2");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("run.json"), "{").unwrap();
    let broken = "2026-11-22_10-00-00_broken_a1b2";
    window.wait_until("the damaged run", |window| {
        window.harness.query_by_label(broken).is_some()
    });
    let field = window.harness.get_by_label("Filter runs");
    field.focus();
    field.type_text("autorec");
    window.settle();
    assert!(window.harness.query_by_label(broken).is_none());
    window.harness.get_by_label("Clear filter").click();
    window.settle();
    assert!(window.harness.query_by_label(broken).is_some());
    assert!(window.harness.query_by_label("Clear filter").is_none());
}

#[test]
fn a_finished_run_whose_event_log_lost_its_end_says_so() {
    let mut window = with_runs();
    let run = &window.harness.state().runs()[0];
    assert!(!run.cut_short);
    let path = run.path.join("events.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let half: String = text
        .lines()
        .take(10)
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(path, half).unwrap();
    window.wait_until("it is seen", |window| {
        window.harness.state().runs()[0].cut_short
    });
    click_row(&mut window, 0);
    window.wait_until("the warning", |window| {
        let mut said = window
            .harness
            .query_all_by_label_contains("its event log ends at step");
        said.next().is_some()
    });
}

#[test]
fn letters_typed_right_after_the_shortcut_belong_to_the_palette() {
    let mut window = with_runs();
    window.harness.get_by_label("Filter runs").focus();
    window.settle();
    // One frame holds both: a fast typist, or a slow frame.
    let key = Event::Key {
        key: Key::K,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::COMMAND,
    };
    let events = &mut window.harness.input_mut().events;
    events.push(key);
    events.push(Event::Text("dark".to_owned()));
    window.settle();
    let value = |label| window.harness.get_by_label(label).value();
    assert_eq!(value("Filter runs").unwrap_or_default(), "");
    assert_eq!(value("Search commands").as_deref(), Some("dark"));
}

#[test]
fn a_path_typed_in_the_palette_is_completed_and_opened() {
    let mut window = Window::without_runs();
    window.settle();
    let data = window.folder.path().join("measurements");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("table.csv"), "user,item,rating\n1,2,good\n").unwrap();
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::K);
    window.settle();
    let typed = format!("{}/meas", window.folder.path().display());
    window
        .harness
        .get_by_label("Search commands")
        .type_text(&typed);
    let folder = format!("{}/measurements/", window.folder.path().display());
    window.wait_until("the folder", |window| {
        window.harness.query_by_label(&folder).is_some()
    });
    window.harness.key_press(Key::Tab);
    let file = format!("{folder}table.csv");
    window.wait_until("the file in it", |window| {
        window.harness.query_by_label(&file).is_some()
    });
    window.harness.key_press(Key::Enter);
    window.wait_until("it is opened", |window| {
        let mut said = window
            .harness
            .query_all_by_label_contains("Line 2, column 3: expected a rating");
        said.next().is_some()
    });
}

#[test]
fn a_runs_folder_that_cannot_be_written_says_so_at_once() {
    let mut window = Window::with_runs_folder(|folder| {
        let file = folder.join("file");
        std::fs::write(&file, "").unwrap();
        file.join("runs")
    });
    window.wait_until("the problem", |window| {
        let mut said = window
            .harness
            .query_all_by_label_contains("Runs cannot be saved in");
        said.next().is_some()
    });
    window
        .harness
        .get_by_role_and_label(Role::Button, "Choose runs folder…");
}
