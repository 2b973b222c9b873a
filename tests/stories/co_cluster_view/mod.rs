//! A person watches a matrix fold into blocks, asks what a block is, and takes the answer away.

mod blocks;
mod pane;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use atelier::data::{Cells, MatrixData};
use atelier::record::Status;
use atelier::runs::RunState;
use atelier::ui::Action;
use atelier::ui::results::ResultView as _;
use atelier::ui::results::co_clusters::Arranged;
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, MouseWheelUnit, Pos2, Theme, TouchPhase, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::planted::Planted;
use crate::window::Window;
use pane::{
    Pane, USUAL, View, export, keep, loaded, matrix, point, press, says, settle, show, words,
};

#[test]
fn a_person_walks_through_the_snapshots() {
    let mut harness = show(Pane::new(words(), 8), USUAL, Theme::Dark);
    keep(&mut harness, "newest.png");
    assert!(says(&harness, "step 160 · epoch 40"));
    press(&mut harness, "First snapshot");
    keep(&mut harness, "first.png");
    assert!(says(&harness, "step 20 · epoch 5"));
    press(&mut harness, "Next snapshot");
    assert!(says(&harness, "step 40 · epoch 10"));
    harness
        .get_by_role_and_label(Role::Slider, "Snapshot")
        .focus();
    harness.step();
    harness.key_press(Key::ArrowRight);
    settle(&mut harness);
    assert!(says(&harness, "step 60 · epoch 15"));
}

#[test]
fn played_snapshots_end_with_the_newest() {
    let mut harness = show(Pane::new(words(), 3), USUAL, Theme::Dark);
    press(&mut harness, "First snapshot");
    harness
        .get_by_role_and_label(Role::Button, "Play the snapshots")
        .click();
    harness.step();
    assert!(says(&harness, "step 20"));
    let began = Instant::now();
    while !says(&harness, "step 60") {
        assert!(began.elapsed() < Duration::from_secs(20), "it plays on");
        harness.step();
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_wheel_zooms_to_names_and_a_button_shows_everything_again() {
    let mut harness = show(Pane::new(words(), 4), USUAL, Theme::Dark);
    let at = matrix(&harness, "Reordered").center();
    harness.event(Event::PointerMoved(at));
    for _ in 0..12 {
        harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, 80.0),
            phase: TouchPhase::Move,
            source: eframe::egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        harness.step();
    }
    settle(&mut harness);
    keep(&mut harness, "zoomed.png");
    let enabled = |harness: &View| {
        let node = harness.get_by_label("Show the whole matrix");
        !node.accesskit_node().is_disabled()
    };
    assert!(enabled(&harness));
    press(&mut harness, "Show the whole matrix");
    assert!(!enabled(&harness));
}

#[test]
fn assignments_blocks_and_the_matrix_are_taken_away() {
    let mut harness = show(Pane::new(words(), 4), USUAL, Theme::Light);
    let (name, rows) = export(&mut harness, "Row clusters as CSV…");
    let rows = String::from_utf8(rows).unwrap();
    assert_eq!(name, "DeepCC-rows.csv");
    assert!(rows.starts_with("name,cluster,class,gamma_1,gamma_2,gamma_3,gamma_4\ntext 1,"));
    assert_eq!(rows.lines().count(), 421);
    let (_, blocks) = export(&mut harness, "Block summary as CSV…");
    assert_eq!(String::from_utf8(blocks).unwrap().lines().count(), 1 + 12);
    let (_, cells) = export(&mut harness, "Reordered matrix as CSV…");
    let cells = String::from_utf8(cells).unwrap();
    assert_eq!(cells.lines().count(), 421);
    assert_eq!(cells.lines().next().unwrap().split(',').count(), 151);
    let (name, picture) = export(&mut harness, "Reordered matrix as PNG…");
    assert_eq!(name, "DeepCC-matrix.png");
    let picture = image::load_from_memory(&picture).unwrap();
    assert!(picture.width() > 900 && picture.height() > 900);
    let (name, drawing) = export(&mut harness, "Reordered matrix as SVG…");
    assert_eq!(name, "DeepCC-matrix.svg");
    let drawing = String::from_utf8(drawing).unwrap();
    assert!(drawing.contains(">DeepCC</text>") && drawing.contains("<image "));
    if let Some(folder) = std::env::var_os("PICTURES") {
        picture
            .save(PathBuf::from(folder).join("exported.png"))
            .unwrap();
    }
}

#[test]
fn two_runs_stand_side_by_side_with_their_clusters_matched() {
    let mut pane = Pane::new(words(), 4);
    let folder = pane.folder.path().join("other/artifacts");
    // The same clusters under other numbers.
    let mut swapped = words();
    for cluster in &mut swapped.truth.0 {
        *cluster = (*cluster + 1) % 4;
    }
    pane.other = Some(swapped.run(&folder, 1));
    let mut harness = show(pane, vec2(1280.0, 760.0), Theme::Dark);
    press(&mut harness, "Compare with another run");
    press(&mut harness, "Spectral co-clustering");
    keep(&mut harness, "compared.png");
    assert_eq!(harness.state().view.compared(), ["other"]);
    let (_, drawing) = export(&mut harness, "Reordered matrix as SVG…");
    let drawing = String::from_utf8(drawing).unwrap();
    assert!(drawing.contains(">DeepCC and Spectral co-clustering</text>"));
    assert!(says(&harness, "between the two"));
    let (one, other) = (
        matrix(&harness, "DeepCC"),
        matrix(&harness, "Spectral co-clustering"),
    );
    assert_eq!(one.size(), other.size());
    point(&mut harness, one.min + one.size() * vec2(0.2, 0.2));
    keep(&mut harness, "compared-hover.png");
    let memberships = harness.query_all_by_label_contains(" · γ ").count();
    assert_eq!(memberships, 4, "row and column in both runs");
}

#[test]
fn without_its_data_a_run_still_shows_sizes() {
    let mut pane = Pane::new(words(), 4);
    pane.problem = Some("webkb.mat: No such file".to_owned());
    let mut harness = show(pane, USUAL, Theme::Dark);
    keep(&mut harness, "no-data.png");
    assert!(says(
        &harness,
        "The matrix cannot be shown: webkb.mat: No such file"
    ));
    assert!(says(&harness, "Cluster 1 of the rows"));
    press(&mut harness, "Try again");
    let actions = &harness.state().actions;
    assert!(matches!(actions.last(), Some(Action::RetryData)));
}

#[test]
fn data_that_has_changed_since_is_said() {
    let mut pane = Pane::new(words(), 2);
    let other = Planted::new((100, 50), (4, 3), 5);
    pane.data = loaded(&other.data);
    pane.planted.data = other.data;
    let mut harness = show(pane, USUAL, Theme::Dark);
    keep(&mut harness, "changed.png");
    assert!(says(&harness, "the file has changed since"));
}

#[test]
fn a_run_without_snapshots_says_what_it_does() {
    let mut pane = Pane::new(words(), 1);
    pane.state = RunState::default();
    pane.state.apply(&atelier::record::Event::Log {
        level: atelier::record::LogLevel::Info,
        step: 0,
        message: "Pretraining the row autoencoder".to_owned(),
    });
    pane.status = Status::Running;
    let mut harness = show(pane, USUAL, Theme::Dark);
    keep(&mut harness, "waiting.png");
    assert!(says(&harness, "Pretraining the row autoencoder"));
    harness.state_mut().status = Status::Failed;
    settle(&mut harness);
    assert!(says(&harness, "The run failed"));
}

#[test]
fn a_pane_without_room_breaks_nothing() {
    for size in [vec2(120.0, 60.0), vec2(300.0, 200.0), vec2(60.0, 700.0)] {
        let mut pane = Pane::new(words(), 2);
        pane.view.settings.panel = Some(true);
        let mut harness = show(pane, size, Theme::Dark);
        point(&mut harness, Pos2::new(50.0, 50.0));
    }
}

#[test]
fn ratings_show_missing_cells_apart() {
    let mut planted = Planted::new((200, 120), (3, 3), 20);
    let mut data = MatrixData::clone(&planted.data);
    data.absent_is_missing = true;
    planted.data = std::sync::Arc::new(data);
    let mut pane = Pane::new(planted, 2);
    pane.view.settings.arranged = Arranged::Reordered;
    let mut harness = show(pane, USUAL, Theme::Light);
    keep(&mut harness, "missing.png");
    assert!(says(&harness, "missing"));
    let empty = harness.state().planted.data.clone();
    let column = (0..120).find(|&column| empty.value(0, column).is_none());
    assert!(column.is_some() && matches!(empty.observed, Cells::Sparse(_)));
}

#[test]
fn a_live_run_is_followed_until_an_older_snapshot_is_chosen() {
    let pane = Pane::new(words(), 2);
    let mut harness = show(pane, USUAL, Theme::Dark);
    harness.state_mut().status = Status::Running;
    let more = |harness: &mut View, count: u64| {
        let pane = harness.state_mut();
        let artifacts = pane.folder.path().join("run/artifacts");
        pane.state = pane.planted.run(&artifacts, count);
        settle(harness);
    };
    more(&mut harness, 3);
    assert!(says(&harness, "step 60"));
    press(&mut harness, "First snapshot");
    more(&mut harness, 4);
    assert!(says(&harness, "step 20"));
    press(&mut harness, "Follow the newest snapshot");
    assert!(says(&harness, "step 80"));
}

#[test]
fn in_a_narrow_pane_what_does_not_fit_beside_the_rest_is_in_a_menu() {
    let mut harness = show(Pane::new(words(), 3), vec2(340.0, 420.0), Theme::Dark);
    keep(&mut harness, "narrow.png");
    assert!(
        harness
            .query_by_role_and_label(Role::Button, "Zoom in")
            .is_none()
    );
    let more = harness.get_by_role_and_label(Role::Button, "More").rect();
    assert!(more.right() <= 340.0, "{more:?}");
    press(&mut harness, "More");
    keep(&mut harness, "narrow_menu.png");
    press(&mut harness, "Zoom in");
    press(&mut harness, "Show the whole matrix");
}

#[test]
fn in_the_window_a_run_folds_the_sample_ratings() {
    let mut window = Window::without_runs();
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/ratings");
    let path = window.folder.path().join("blocks.toml");
    let file = |name: &str| samples.join(name);
    let text = format!(
        "system = \"information_coclustering\"\nseed = 1\n[data]\npath = {:?}\nrow_labels = {:?}\ncolumn_labels = {:?}\n\
         [information_coclustering]\nrow_clusters = 5\ncolumn_clusters = 6\n",
        file("ratings.csv"),
        file("user_groups.csv"),
        file("item_groups.csv")
    );
    std::fs::write(&path, text).unwrap();
    window.harness.state_mut().open_path(path);
    window.wait_until("the form is filled", |window| {
        window.harness.state().settings().draft.system == "information_coclustering"
    });
    window
        .harness
        .get_by_role_and_label(Role::Button, "Start")
        .click();
    window.wait_until("the run has finished", |window| {
        let runs = window.harness.state().runs();
        runs.first()
            .is_some_and(|run| run.status() == Status::Finished)
    });
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num3);
    let shown = |window: &Window, text: &str| {
        window
            .harness
            .query_all_by_label_contains(text)
            .next()
            .is_some()
    };
    window.wait_until("the matrix", |window| {
        shown(window, "Reordered matrix, 600 rows, 400 columns")
            && !window.harness.state().is_working()
    });
    window.settle();
    if let Some(folder) = std::env::var_os("PICTURES") {
        let picture = window.harness.render().unwrap();
        picture
            .save(PathBuf::from(folder).join("window.png"))
            .unwrap();
    }
    assert!(shown(&window, "missing") && shown(&window, "Row classes"));
}
