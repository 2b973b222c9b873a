//! A person opens a matrix in the window and says how it is read.

use std::path::{Path, PathBuf};

use crate::window::Window;
use atelier::data::{DataKind, Missing};
use atelier::systems;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

fn fixture(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/matrices");
    folder.join(name)
}

fn shows(window: &Window, label: &str) -> bool {
    let mut found = window.harness.query_all_by_label_contains(label);
    found.next().is_some()
}

/// The first system that learns from a matrix.
fn matrix_system() -> &'static str {
    let mut all = systems::all().into_iter();
    let fitting = all.find(|system| system.data_kind() == DataKind::Matrix);
    fitting.unwrap().label()
}

fn choose(window: &mut Window, combo: &str, option: &str) {
    let field = window.harness.get_by_role_and_label(Role::ComboBox, combo);
    field.click();
    window.settle();
    // What is in the list comes after what is in the panels.
    let entries = window.harness.get_all_by_label(option);
    entries.last().unwrap().click();
    window.settle();
}

#[test]
fn a_matlab_file_is_shown_with_its_classes_though_a_rating_system_was_chosen() {
    let mut window = Window::first_start();
    window.wait_until("the sample data", |window| {
        shows(window, "Ratings by value")
    });
    window.harness.state_mut().open_path(fixture("fea_gnd.mat"));
    window.wait_until("the matrix", |window| {
        shows(window, "Picture of the matrix") && shows(window, "True classes of rows")
    });
    let draft = &window.harness.state().settings().draft;
    assert_eq!(draft.kind(), DataKind::Matrix);
    assert!(shows(&window, "fea_gnd.mat"));
    assert!(shows(
        &window,
        "gnd was read as the true classes of the rows"
    ));
    assert!(shows(&window, "Histogram of values"));
    assert!(shows(&window, "Missing cells"));
    assert!(!shows(&window, "Test ratings"));
}

#[test]
fn a_file_with_several_matrices_offers_a_list_of_them() {
    let mut window = Window::first_start();
    window
        .harness
        .state_mut()
        .open_path(fixture("types_v7.mat"));
    window.wait_until("the question", |window| {
        shows(window, "Holds several matrices")
    });
    choose(&mut window, "Variable", "a_f8");
    // The preview stays until a person has seen how the file is read now.
    window.wait_until("the cells", |window| {
        shows(window, "Array: a_f8, set by you") && shows(window, "3 rows, 4 columns")
    });
    let done = window
        .harness
        .get_by_role_and_label(Role::Button, "Show the data");
    done.click();
    window.wait_until("the matrix", |window| {
        shows(window, "Picture of the matrix")
    });
    let config = window.harness.state().settings().draft.config();
    assert_eq!(
        config.data.matrix().unwrap().variable.as_deref(),
        Some("a_f8")
    );
}

#[test]
fn the_sample_ratings_are_a_matrix_with_groups_and_a_run_completes_it() {
    let mut window = Window::first_start();
    window.wait_until("the sample data", |window| {
        shows(window, "Ratings by value")
    });
    let ratings = window.harness.state().settings().draft.config().data;
    choose(&mut window, "System", matrix_system());
    window.wait_until("the groups", |window| {
        shows(window, "True classes of columns")
    });
    let config = window.harness.state().settings().draft.config();
    assert!(
        config
            .data
            .matrix()
            .unwrap()
            .row_labels
            .as_ref()
            .unwrap()
            .ends_with("user_groups.csv")
    );
    assert!(shows(&window, "% of the cells are missing and count as 0"));

    choose(&mut window, "Missing cells", "Predicted");
    choose(&mut window, "Completed by", "AutoRec, item-based");
    window.wait_until("the completed matrix", |window| {
        shows(window, "are predicted by AutoRec, item-based")
    });
    let config = window.harness.state().settings().draft.config();
    assert_eq!(config.data.matrix().unwrap().missing, Missing::Predicted);
    // Back to ratings, which are as they were.
    choose(&mut window, "System", "AutoRec");
    let config = window.harness.state().settings().draft.config();
    assert_eq!(config.data, ratings);
}

#[test]
fn ratings_that_are_opened_for_a_matrix_are_offered_to_the_other_systems() {
    let mut window = Window::first_start();
    window.wait_until("the sample data", |window| {
        shows(window, "Ratings by value")
    });
    choose(&mut window, "System", matrix_system());
    window.wait_until("the groups", |window| {
        shows(window, "True classes of columns")
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.csv");
    let rows = (0..40).map(|at| format!("u{},i{},{}\n", at / 5, at % 5, (at / 5 + at) % 5 + 1));
    std::fs::write(
        &path,
        format!("user,item,rating\n{}", rows.collect::<String>()),
    )
    .unwrap();
    window.harness.state_mut().open_path(path.clone());
    window.wait_until("the matrix", |window| {
        shows(window, "8 rows · 5 columns") && shows(window, "mine.csv is read as a matrix")
    });
    let ratings = |window: &Window| {
        let draft = &window.harness.state().settings().draft;
        draft.data.path(DataKind::Ratings)
    };
    // What the others learn from is theirs until a person says otherwise.
    assert_ne!(ratings(&window), Some(path.clone()));
    let button = window
        .harness
        .get_by_role_and_label(Role::Button, "Use it there too");
    button.click();
    window.settle();
    assert_eq!(ratings(&window), Some(path.clone()));
    choose(&mut window, "System", "AutoRec");
    window.wait_until("the ratings", |window| shows(window, "Ratings by value"));

    // And the other way round.
    let other = folder.path().join("others.csv");
    std::fs::copy(&path, &other).unwrap();
    window.harness.state_mut().open_path(other.clone());
    window.wait_until("the offer", |window| {
        shows(
            window,
            "others.csv is read as ratings; systems that cluster a matrix keep mine.csv",
        )
    });
    assert_eq!(ratings(&window), Some(other.clone()));
    let matrix = |window: &Window| {
        let draft = &window.harness.state().settings().draft;
        draft.data.path(DataKind::Matrix)
    };
    assert_eq!(matrix(&window), Some(path.clone()));
    let buttons = window
        .harness
        .get_all_by_role_and_label(Role::Button, "Use it there too");
    buttons.last().unwrap().click();
    window.settle();
    assert_eq!(matrix(&window), Some(other.clone()));

    // A matrix that can be no ratings is not offered.
    window.harness.state_mut().open_path(fixture("fea_gnd.mat"));
    window.wait_until("the other matrix", |window| {
        shows(window, "gnd was read as the true classes of the rows")
    });
    assert!(!shows(&window, "is read as a matrix; systems"));
    assert_eq!(ratings(&window), Some(other));
}
