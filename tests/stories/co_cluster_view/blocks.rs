//! What a block, a row or a column is.

use eframe::egui::accesskit::Role;
use eframe::egui::{Pos2, Theme, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::pane::{Pane, USUAL, click, keep, matrix, point, press, says, settle, show, words};

#[test]
fn what_is_under_the_pointer_is_named() {
    let mut harness = show(Pane::new(words(), 4), USUAL, Theme::Dark);
    let rect = matrix(&harness, "Reordered");
    point(&mut harness, rect.min + rect.size() * vec2(0.2, 0.2));
    keep(&mut harness, "hover.png");
    assert!(says(&harness, "Value") && says(&harness, "word ") && says(&harness, "text "));
    assert!(says(&harness, "cluster 1 · γ 0."));
}

#[test]
fn a_block_that_is_clicked_says_what_it_is() {
    let mut harness = show(Pane::new(words(), 8), vec2(1280.0, 760.0), Theme::Dark);
    let rect = matrix(&harness, "Reordered");
    click(&mut harness, rect.min + rect.size() * vec2(0.1, 0.1));
    keep(&mut harness, "block.png");
    assert!(says(&harness, "Block 1 × 1"));
    assert!(says(&harness, "times the mean of the rest"));
    // The rows and columns of the block can be clicked in turn.
    let row = harness
        .query_all_by_role(Role::Button)
        .find(|node| {
            node.accesskit_node()
                .label()
                .is_some_and(|label| label.starts_with("text "))
        })
        .unwrap();
    row.click_accesskit();
    settle(&mut harness);
    keep(&mut harness, "row.png");
    assert!(says(&harness, "Soft assignment γ") && says(&harness, "True class"));
    assert!(says(&harness, "Cluster 1: "));
}

#[test]
fn a_click_on_a_bar_shows_one_row_or_column() {
    let mut harness = show(Pane::new(words(), 4), USUAL, Theme::Light);
    let rect = matrix(&harness, "Reordered");
    click(&mut harness, Pos2::new(rect.left() - 6.0, rect.center().y));
    assert!(says(&harness, "Its largest cells, by column"));
    keep(&mut harness, "row-light.png");
    let rect = matrix(&harness, "Reordered");
    click(&mut harness, Pos2::new(rect.center().x, rect.top() - 6.0));
    assert!(says(&harness, "Its largest cells, by row"));
}

#[test]
fn a_row_is_found_by_its_name() {
    let mut pane = Pane::new(words(), 2);
    pane.view.settings.panel = Some(true);
    let mut harness = show(pane, USUAL, Theme::Dark);
    harness
        .get_by_role_and_label(Role::RadioButton, "Details")
        .click();
    settle(&mut harness);
    harness.get_by_label("Find a row or column").focus();
    harness.step();
    harness
        .get_by_label("Find a row or column")
        .type_text("text 137");
    settle(&mut harness);
    let found = harness
        .get_all_by_label_contains("text 137")
        .last()
        .unwrap();
    found.click();
    settle(&mut harness);
    keep(&mut harness, "found.png");
    assert!(says(&harness, "Its largest cells, by column"));
    press(&mut harness, "Bring into view");
    keep(&mut harness, "revealed.png");
    let node = harness.get_by_label("Show the whole matrix");
    assert!(!node.accesskit_node().is_disabled(), "it is zoomed");
}

#[test]
fn the_panel_tells_blocks_clusters_and_measures() {
    let mut harness = show(Pane::new(words(), 8), vec2(1280.0, 760.0), Theme::Dark);
    keep(&mut harness, "blocks.png");
    assert!(says(&harness, "Block 4 × 3: mean"));
    harness
        .get_by_role_and_label(Role::RadioButton, "Clusters")
        .click();
    settle(&mut harness);
    keep(&mut harness, "clusters.png");
    assert!(says(&harness, "class course") && says(&harness, "NMI 0."));
    harness
        .get_by_role_and_label(Role::RadioButton, "Measures")
        .click();
    settle(&mut harness);
    keep(&mut harness, "measures.png");
    assert!(says(&harness, "NMI, rows: 0.8200"));
}
