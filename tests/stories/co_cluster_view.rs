//! A person watches a matrix fold into blocks, asks what a block is, and takes the answer away.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::planted::Planted;
use crate::window::Window;
use atelier::data::images::ImageNeeds;
use atelier::data::{Cells, Dataset, MatrixData, MatrixSource, Monitor, Source};
use atelier::engine::DeviceChoice;
use atelier::record::Status;
use atelier::runs::RunState;
use atelier::systems;
use atelier::ui::Action;
use atelier::ui::results::co_clusters::{Arranged, CoClustersView};
use atelier::ui::results::{OtherRun, ResultRun, ResultView as _, RunContext};
use atelier::ui::save::SaveFile;
use atelier::ui::state::{DataKey, DataLook, Loaded};
use atelier::ui::theme;
use eframe::egui::accesskit::Role;
use eframe::egui::{
    Event, Key, Modifiers, MouseWheelUnit, Pos2, Rect, Theme, TouchPhase, Vec2, vec2,
};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::TempDir;

/// The view of one run, beside which there may be another.
struct Pane {
    view: CoClustersView,
    planted: Planted,
    data: Arc<Loaded>,
    state: RunState,
    other: Option<RunState>,
    status: Status,
    problem: Option<String>,
    actions: Vec<Action>,
    folder: TempDir,
}

impl Pane {
    fn new(planted: Planted, snapshots: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            state: planted.run(&folder.path().join("run/artifacts"), snapshots),
            view: CoClustersView::default(),
            data: loaded(&planted.data),
            planted,
            other: None,
            status: Status::Finished,
            problem: None,
            actions: Vec::new(),
            folder,
        }
    }

    fn ui(&mut self, ui: &mut eframe::egui::Ui) {
        let tokens = theme::tokens(ui.ctx());
        let paths = ["run", "other"].map(|name| self.folder.path().join(name));
        let shown = |at: usize, state, status| ResultRun {
            color: tokens.category(at),
            system: systems::find("deepcc"),
            ..ResultRun::new(
                ["run", "other"][at],
                ["DeepCC", "Spectral co-clustering"][at],
                &paths[at],
                state,
                status,
            )
        };
        let other = self.other.as_ref();
        let others: Vec<OtherRun<'_>> = other
            .map(|state| shown(1, state, Status::Finished).into())
            .into_iter()
            .collect();
        let context = RunContext {
            run: shown(0, &self.state, self.status),
            data: match &self.problem {
                Some(problem) => DataLook::Failed(problem),
                None => DataLook::Ready(&self.data),
            },
            others: &others,
            device: DeviceChoice::Cpu,
            kinds: &[],
        };
        self.actions.extend(self.view.ui(ui, &context));
    }
}

fn loaded(data: &Arc<MatrixData>) -> Arc<Loaded> {
    let key = DataKey::new(
        Source::Matrix(MatrixSource::default()),
        ImageNeeds::default(),
        0,
    );
    Arc::new(Loaded::new(key, Dataset::Matrix(Arc::clone(data))))
}

type View = Harness<'static, Pane>;

fn show(pane: Pane, size: Vec2, theme: Theme) -> View {
    let mut harness = Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_context_setup(theme::install)
        .with_step_dt(1.0 / 60.0)
        .build_ui_state(
            |ui, pane: &mut Pane| {
                let tokens = theme::tokens(ui.ctx());
                eframe::egui::Frame::new()
                    .fill(tokens.surface)
                    .inner_margin(tokens.space.m)
                    .show(ui, |ui| pane.ui(ui));
            },
            pane,
        );
    settle(&mut harness);
    harness
}

/// As in the window at 1280 × 800 with both side panels open.
const USUAL: Vec2 = vec2(872.0, 700.0);

fn words() -> Planted {
    Planted::new((420, 150), (4, 3), 14)
}

/// Shows frames until nothing is read or drawn any more.
fn settle(harness: &mut View) {
    let began = Instant::now();
    let mut calm = 0;
    while calm < 6 {
        harness.step();
        let busy = harness.state().view.is_working();
        calm = if busy { 0 } else { calm + 1 };
        assert!(began.elapsed() < Duration::from_secs(30), "still at work");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Keeps a picture where `PICTURES` says, to be looked at.
fn keep(harness: &mut View, name: &str) {
    if let Some(folder) = std::env::var_os("PICTURES") {
        let picture = harness.render().unwrap();
        picture.save(PathBuf::from(folder).join(name)).unwrap();
    }
}

fn press(harness: &mut View, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    settle(harness);
}

fn matrix(harness: &View, name: &str) -> Rect {
    let name = format!("{name} matrix");
    harness
        .get_by(|node| {
            let label = node.label();
            node.role() == Role::Canvas && label.is_some_and(|label| label.starts_with(&name))
        })
        .rect()
}

fn point(harness: &mut View, at: Pos2) {
    harness.event(Event::PointerMoved(at));
    settle(harness);
}

fn click(harness: &mut View, at: Pos2) {
    for pressed in [true, false] {
        harness.event(Event::PointerMoved(at));
        harness.event(Event::PointerButton {
            pos: at,
            button: eframe::egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.step();
    }
    settle(harness);
}

fn says(harness: &View, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

fn saved(harness: &mut View) -> (String, Vec<u8>) {
    let action = harness.state_mut().actions.pop();
    let Some(Action::Save(SaveFile { name, content })) = action else {
        panic!("nothing was saved: {action:?}");
    };
    let mut bytes = Vec::new();
    content.write(&mut bytes, &Monitor::default()).unwrap();
    (name, bytes)
}

fn export(harness: &mut View, entry: &str) -> (String, Vec<u8>) {
    press(harness, "Export co-clusters");
    press(harness, entry);
    saved(harness)
}

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
