//! Someone looks through the table of all runs: sorts it, tags runs, writes a note, deletes several and takes them back.

use std::path::PathBuf;

use atelier::runs::Labels;
use atelier::ui::state::Selection;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::window::Window;

/// The sample runs in the table.
fn with_table() -> Window {
    let mut window = Window::first_start();
    window.wait_until("the sample runs", |window| {
        window.harness.state().runs().len() == 7
    });
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num5);
    window.wait_until("the runs", |window| {
        let table = window
            .harness
            .query_by_role_and_label(Role::RadioButton, "Table");
        table.is_some()
    });
    press(&mut window, Role::RadioButton, "Table");
    window.wait_until("the table", |window| names(window).len() == 7);
    window.settle();
    window
}

/// The names of the runs from top to bottom.
fn names(window: &Window) -> Vec<String> {
    column(window, "Run")
}

/// The cells of a column from top to bottom.
fn column(window: &Window, title: &str) -> Vec<String> {
    let start = format!("{title}: ");
    let mut cells: Vec<(f32, String)> = window
        .harness
        .query_all_by_role(Role::Cell)
        .filter_map(|cell| {
            let label = cell.accesskit_node().label()?;
            Some((cell.rect().top(), label.strip_prefix(&start)?.to_owned()))
        })
        .collect();
    cells.sort_by(|a, b| a.0.total_cmp(&b.0));
    cells.into_iter().map(|(_, name)| name).collect()
}

fn press(window: &mut Window, role: Role, name: &str) {
    press_with(window, role, name, Modifiers::NONE);
}

fn press_with(window: &mut Window, role: Role, name: &str, keys: Modifiers) {
    window
        .harness
        .get_by_role_and_label(role, name)
        .click_modifiers(keys);
    window.settle();
}

fn click_run(window: &mut Window, name: &str, keys: Modifiers) {
    press_with(window, Role::Cell, &format!("Run: {name}"), keys);
}

fn folder_of(window: &Window, name: &str) -> PathBuf {
    let mut runs = window.harness.state().runs().iter();
    runs.find(|run| run.title() == name).unwrap().path.clone()
}

#[test]
fn a_click_on_a_title_sorts_and_another_turns_the_order_round() {
    let mut window = with_table();
    let newest_first: Vec<String> = window
        .harness
        .state()
        .runs()
        .iter()
        .map(|run| run.title().to_owned())
        .collect();
    assert_eq!(names(&window), newest_first);
    let mut sorted = newest_first;
    sorted.sort_by_key(|name| name.to_lowercase());
    press(&mut window, Role::ColumnHeader, "Run");
    assert_eq!(names(&window), sorted);
    press(&mut window, Role::ColumnHeader, "Run");
    sorted.reverse();
    assert_eq!(names(&window), sorted);
}

#[test]
fn a_click_selects_the_run_and_ctrl_and_shift_choose_several() {
    let mut window = with_table();
    let names = names(&window);
    click_run(&mut window, &names[1], Modifiers::NONE);
    let app = window.harness.state();
    let selected = app.settings().selection.run().cloned();
    assert_eq!(selected.as_ref(), Some(&app.runs()[1].id));
    click_run(&mut window, &names[3], Modifiers::SHIFT);
    window.harness.get_by_label("3 chosen");
    click_run(&mut window, &names[2], Modifiers::COMMAND);
    window.harness.get_by_label("2 chosen");
    // What several clicks chose is not what is looked at.
    let app = window.harness.state();
    assert_eq!(app.settings().selection, Selection::Run(selected.unwrap()));
}

#[test]
fn pinned_runs_stay_on_top_and_their_pins_are_on_disk() {
    let mut window = with_table();
    let last = names(&window).pop().unwrap();
    press(&mut window, Role::Button, &format!("Pin {last}"));
    window.wait_until("the pin", |window| names(window)[0] == last);
    let folder = folder_of(&window, &last);
    window.wait_until("the file", |_| Labels::read(&folder).unwrap().pinned);
}

#[test]
fn several_runs_are_tagged_at_once_and_a_tag_is_changed_in_place() {
    let mut window = with_table();
    let names = names(&window);
    click_run(&mut window, &names[0], Modifiers::NONE);
    click_run(&mut window, &names[1], Modifiers::SHIFT);
    press(&mut window, Role::Button, "Tag");
    let field = "Tags to add";
    let field = window.harness.get_by_label(field);
    field.focus();
    window
        .harness
        .get_by_label("Tags to add")
        .type_text("final");
    window.settle();
    press(&mut window, Role::Button, "Add to 2 runs");
    let tags = |name: &str, tag: &str| format!("Tags of {name}: {tag}");
    let shown = tags(&names[0], "final");
    window.wait_until("the tag", |window| {
        window.harness.query_by_label(&shown).is_some()
    });
    window.harness.get_by_label(&tags(&names[1], "final"));
    window.harness.get_by_label(&tags(&names[2], ""));

    press(&mut window, Role::Button, &shown);
    let field = format!("Tags of {}", names[0]);
    window.harness.get_by_label(&field).type_text(" icml");
    window.harness.key_press(Key::Enter);
    let both = tags(&names[0], "final icml");
    window.wait_until("both tags", |window| {
        window.harness.query_by_label(&both).is_some()
    });
    let folder = folder_of(&window, &names[0]);
    let written = || Labels::read(&folder).unwrap().tags.into_iter().collect();
    window.wait_until("the file", |_| {
        let tags: Vec<String> = written();
        tags == ["final", "icml"]
    });
}

#[test]
fn several_runs_are_deleted_and_come_back_together() {
    let mut window = with_table();
    let all = names(&window);
    click_run(&mut window, &all[0], Modifiers::NONE);
    click_run(&mut window, &all[2], Modifiers::SHIFT);
    press(&mut window, Role::Button, "Delete the chosen runs");
    window.wait_until("the table without them", |window| names(window).len() == 4);
    assert_eq!(names(&window), all[3..]);
    window.wait_until("the way back", |window| {
        window.harness.query_by_label("Undo").is_some()
    });
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.wait_until("all of them", |window| names(window).len() == 7);
    assert_eq!(names(&window), all);
}

#[test]
fn columns_are_chosen_in_a_menu_and_hidden() {
    let mut window = with_table();
    let header = |window: &Window, title: &str| {
        let header = window
            .harness
            .query_by_role_and_label(Role::ColumnHeader, title);
        header.is_some()
    };
    assert!(header(&window, "System") && !header(&window, "Seed"));
    press(&mut window, Role::Button, "Columns");
    press(&mut window, Role::CheckBox, "Seed");
    assert!(header(&window, "Seed"));
    press(&mut window, Role::CheckBox, "Seed");
    assert!(!header(&window, "Seed"));
}

#[test]
fn a_damaged_file_of_labels_is_said_and_the_run_stays_usable() {
    let mut window = with_table();
    let first = names(&window).remove(0);
    let path = folder_of(&window, &first).join("labels.json");
    std::fs::write(&path, "{\"tags\":").unwrap();
    let folder = folder_of(&window, &first);
    let error = Labels::read(&folder).unwrap_err().to_string();
    assert!(error.contains("labels.json is damaged"), "{error}");
    press(&mut window, Role::Button, &format!("Pin {first}"));
    window.wait_until("the message", |window| {
        let message = window.harness.query_by_label_contains("labels.json");
        message.is_some()
    });
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"tags\":");
    assert_eq!(names(&window).len(), 7);
}

#[test]
fn a_filter_finds_runs_completes_what_is_typed_and_can_be_removed() {
    let mut window = with_table();
    let field = |window: &Window| {
        let field = window
            .harness
            .get_by_role_and_label(Role::SearchInput, "Filter runs");
        field.focus();
    };
    field(&window);
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::SearchInput, "Filter runs")
        .type_text("system:autor");
    window.wait_until("what can be typed", |window| {
        let offer = window.harness.query_by_label("autorec");
        offer.is_some()
    });
    window.harness.key_press(Key::Tab);
    window.wait_until("the run of AutoRec alone", |window| {
        names(window).len() == 1
    });
    assert_eq!(names(&window), ["AutoRec, item-based"]);
    press(&mut window, Role::Button, "Remove the filter");
    window.wait_until("all runs", |window| names(window).len() == 7);
}
