//! Someone sees what several runs made of the same thing: a picture, a matrix, a user.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::window::Window;

/// The sample runs, as one question.
fn explored() -> Window {
    let mut window = Window::first_start();
    window.wait_until("the sample runs", |window| {
        window.harness.state().runs().len() == 7
    });
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num5);
    window
}

/// Waits for something to press, and presses it.
fn press(window: &mut Window, role: Role, name: &str) {
    window.wait_until(name, |window| {
        let found = window.harness.query_by_role_and_label(role, name);
        found.is_some()
    });
    window.harness.get_by_role_and_label(role, name).click();
    window.settle();
}

/// How many of this role begin like this.
fn count(window: &Window, role: Role, start: &str) -> usize {
    let all = window.harness.query_all_by_role(role);
    let labels = all.filter_map(|node| node.accesskit_node().label());
    labels.filter(|label| label.starts_with(start)).count()
}

#[test]
fn a_test_picture_is_seen_through_two_systems_beside_its_source() {
    let mut window = explored();
    press(&mut window, Role::Button, "Show street (2)");
    press(&mut window, Role::RadioButton, "Pictures");
    window.wait_until("both translations", |window| {
        count(window, Role::Canvas, "Fake B of ") == 2
    });
    assert_eq!(count(&window, Role::Canvas, "Real A of "), 1);
    window
        .harness
        .get_by_role_and_label(Role::Button, "Save this view");
    let picture = |window: &Window| {
        let all = window.harness.query_all_by_role(Role::Canvas);
        let mut labels = all.filter_map(|node| node.accesskit_node().label());
        labels.find(|label| label.starts_with("Real A of "))
    };
    let first = picture(&window);
    press(&mut window, Role::Button, "Next picture");
    assert_ne!(picture(&window), first);
}

#[test]
fn a_matrix_is_seen_through_two_co_clusterings_and_their_clusters_are_counted() {
    let mut window = explored();
    // They read the matrix with zeros where nothing is rated, which the models of ratings do not.
    press(&mut window, Role::Button, "Show ratings.csv (2)");
    press(&mut window, Role::RadioButton, "Co-clusters");
    window.wait_until("both matrices", |window| {
        count(window, Role::Canvas, "Matrix folded by ") == 2
    });
    // The groups of the samples stand beside both, as in the view of one run.
    window.wait_until("the bars of the true classes", |window| {
        count(window, Role::Image, "Classes of the rows, ") == 2
            && count(window, Role::Image, "Classes of the columns, ") == 2
    });
    press(&mut window, Role::RadioButton, "Agreement of two");
    window.wait_until("how they agree", |window| {
        let measures = window.harness.query_all_by_label_contains("ARI ");
        measures.count() == 2
    });
    // Users by their clusters in both.
    assert!(count(&window, Role::Cell, "Cluster 1 and cluster 1 share ") >= 1);
}

#[test]
fn a_user_is_recommended_films_by_three_models_and_what_they_share_is_counted() {
    let mut window = explored();
    press(&mut window, Role::RadioButton, "Recommendations");
    press(&mut window, Role::ListItem, "Priya Nakamura");
    window.wait_until("three lists", |window| {
        count(window, Role::Row, "1. ") == 3 && count(window, Role::Row, "10. ") == 3
    });
    window.harness.get_by_label_contains("held-out ratings");
    let all = window.harness.query_all_by_role(Role::Row);
    let labels: Vec<String> = all
        .filter_map(|node| node.accesskit_node().label())
        .collect();
    assert!(
        labels.iter().all(|label| label.contains(" of 3")),
        "{labels:?}"
    );
}
