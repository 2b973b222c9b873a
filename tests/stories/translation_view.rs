//! A person watches streets turn from day to night, looks closer, compares two runs and takes pictures away.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::translated::{Streets, Way};
use crate::window::Window;
use atelier::data::Monitor;
use atelier::engine::DeviceChoice;
use atelier::record::Status;
use atelier::runs::RunState;
use atelier::systems;
use atelier::ui::Action;
use atelier::ui::results::translations::{Cell, Mode, TranslationView};
use atelier::ui::results::{OtherRun, ResultRun, ResultView as _, RunContext, ViewInput};
use atelier::ui::save::SaveFile;
use atelier::ui::state::DataLook;
use atelier::ui::theme;
use eframe::egui::accesskit::Role;
use eframe::egui::{
    Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, Theme, TouchPhase, Vec2, vec2,
};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::TempDir;

const CYCLEGAN: Way = Way {
    snapshots: 5,
    reach: 0.7,
    parses: false,
};
const AUGGAN: Way = Way {
    snapshots: 5,
    reach: 0.95,
    parses: true,
};

/// The view of one run, beside which there may be others.
struct Pane {
    view: TranslationView,
    folder: TempDir,
    state: RunState,
    status: Status,
    other: Option<RunState>,
    actions: Vec<Action>,
}

impl Pane {
    fn new(streets: &Streets, way: Way) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            view: TranslationView::default(),
            state: streets.state(&folder.path().join("run/artifacts"), way),
            status: Status::Finished,
            other: None,
            actions: Vec::new(),
            folder,
        }
    }

    fn beside(mut self, streets: &Streets, way: Way) -> Self {
        self.other = Some(streets.state(&self.folder.path().join("other/artifacts"), way));
        self
    }

    fn ui(&mut self, ui: &mut eframe::egui::Ui) {
        let tokens = theme::tokens(ui.ctx());
        let paths = ["run", "other"].map(|name| self.folder.path().join(name));
        let shown = |at: usize, state| ResultRun {
            color: tokens.category(at),
            system: systems::find(["cyclegan", "auggan"][at]),
            ..ResultRun::new(
                ["run", "other"][at],
                ["CycleGAN", "AugGAN, hard sharing"][at],
                &paths[at],
                state,
                self.status,
            )
        };
        let other = self.other.as_ref();
        let others: Vec<OtherRun<'_>> = other
            .map(|state| shown(1, state).into())
            .into_iter()
            .collect();
        let context = RunContext {
            run: shown(0, &self.state),
            data: DataLook::Absent,
            others: &others,
            device: DeviceChoice::Cpu,
            kinds: &[],
        };
        let actions = self.view.ui(ui, &context);
        self.actions.extend(actions);
    }
}

type View = Harness<'static, Pane>;

/// As in the window at 1280 × 800 with both side panels open.
const USUAL: Vec2 = vec2(872.0, 700.0);

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

/// Shows frames until nothing is read any more.
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

fn press(harness: &mut View, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).click();
    settle(harness);
}

/// Chooses from a list that is open: what is in it comes after what was there before.
fn pick(harness: &mut View, name: &str) {
    harness.get_all_by_label(name).last().unwrap().click();
    settle(harness);
}

/// Where a picture is drawn whose name begins so.
fn canvas(harness: &View, name: &str) -> Rect {
    harness
        .get_by(|node| {
            let label = node.label();
            node.role() == Role::Canvas && label.is_some_and(|label| label.starts_with(name))
        })
        .rect()
}

fn canvases(harness: &View) -> Vec<String> {
    harness
        .query_all_by_role(Role::Canvas)
        .filter_map(|node| node.accesskit_node().label())
        .collect()
}

fn says(harness: &View, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

fn point(harness: &mut View, at: Pos2) {
    harness.event(Event::PointerMoved(at));
    settle(harness);
}

fn drag(harness: &mut View, from: Pos2, to: Pos2) {
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    harness.event(Event::PointerMoved(from));
    harness.step();
    harness.event(button(from, true));
    harness.step();
    harness.event(Event::PointerMoved(from + (to - from) * 0.5));
    harness.step();
    harness.event(Event::PointerMoved(to));
    harness.step();
    harness.event(button(to, false));
    settle(harness);
}

fn saved(harness: &mut View) -> (String, Vec<u8>) {
    let action = harness.state_mut().actions.pop();
    let Some(Action::Save(SaveFile { name, content })) = action else {
        panic!("nothing was saved: {action:?}");
    };
    let mut bytes = Vec::new();
    content.write(&mut bytes, &Monitor::default()).unwrap();
    if let Some(folder) = std::env::var_os("PICTURES") {
        std::fs::write(PathBuf::from(folder).join(&name), &bytes).unwrap();
    }
    (name, bytes)
}

fn export(harness: &mut View, entry: &str) -> (String, Vec<u8>) {
    press(harness, Role::Button, "Export pictures");
    press(harness, Role::Button, entry);
    saved(harness)
}

#[test]
fn a_picture_goes_there_and_back_in_the_grid() {
    let streets = Streets::draw(4);
    let mut harness = show(Pane::new(&streets, AUGGAN), USUAL, Theme::Dark);
    keep(&mut harness, "grid.png");
    let first = &streets.names()[0];
    for name in ["Real A", "Fake B", "Reconstructed A", "Parsing", "Target B"] {
        canvas(&harness, &format!("{name} of {first}"));
    }
    assert!(says(&harness, "A → B → A") && says(&harness, "FCN mIoU"));
    // The other direction, and by key from there.
    let night = &streets.names()[4];
    press(
        &mut harness,
        Role::ListBoxOption,
        &format!("{night}, B → A"),
    );
    canvas(&harness, &format!("Fake A of {night}"));
    harness.key_press(Key::ArrowDown);
    settle(&mut harness);
    canvas(&harness, &format!("Fake A of {}", streets.names()[5]));
    keep(&mut harness, "grid-back.png");
}

#[test]
fn cells_come_and_go_and_differences_have_a_scale() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, CYCLEGAN), USUAL, Theme::Light);
    let before = canvases(&harness).len();
    press(&mut harness, Role::Button, "Cells");
    press(&mut harness, Role::CheckBox, "Change");
    press(&mut harness, Role::CheckBox, "Cycle error");
    press(&mut harness, Role::CheckBox, "True mask");
    harness.key_press(Key::Escape);
    settle(&mut harness);
    keep(&mut harness, "differences-light.png");
    assert_eq!(canvases(&harness).len(), before + 3);
    assert!(says(&harness, "Colors of the difference"));
    assert!(says(&harness, "Classes: "), "the legend of the mask");
}

#[test]
fn the_wipe_is_moved_with_the_pointer_and_with_keys() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, CYCLEGAN), USUAL, Theme::Dark);
    press(&mut harness, Role::RadioButton, "Wipe");
    keep(&mut harness, "wipe.png");
    let rect = canvas(&harness, "Real A and Fake B");
    let wipe = |harness: &View| harness.state().view.settings.wipe;
    assert!((wipe(&harness) - 0.5).abs() < 1e-6);
    drag(
        &mut harness,
        rect.center(),
        rect.center() - vec2(rect.width() / 4.0, 0.0),
    );
    let moved = wipe(&harness);
    assert!(moved < 0.35, "{moved}");
    let handle = harness.get_by_role_and_label(Role::Slider, "Wipe");
    handle.focus();
    harness.step();
    harness.key_press(Key::ArrowRight);
    settle(&mut harness);
    assert!(wipe(&harness) > moved);
    harness.key_press(Key::End);
    settle(&mut harness);
    assert_eq!(wipe(&harness), 1.0);
    // Between any two: the second one becomes the truth.
    press(&mut harness, Role::Button, "Second picture");
    pick(&mut harness, "Target B");
    canvas(&harness, "Real A and Target B");
    press(&mut harness, Role::Button, "Swap the two pictures");
    canvas(&harness, "Target B and Real A");
}

#[test]
fn what_is_pointed_at_is_read_in_every_cell() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, AUGGAN), USUAL, Theme::Dark);
    let rect = canvas(&harness, "Real A");
    point(&mut harness, rect.min + rect.size() * vec2(0.51, 0.97));
    keep(&mut harness, "hover.png");
    assert!(says(&harness, "65, 93  ·  Real A "));
    // The bottom of a street is road.
    assert!(says(&harness, "Parsing road"));
}

#[test]
fn zoom_is_the_same_in_all_cells_and_ends_with_a_double_click() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, AUGGAN), USUAL, Theme::Dark);
    let fit = |harness: &View| {
        let node = harness.get_by_label("Show the whole picture");
        node.accesskit_node().is_disabled()
    };
    assert!(fit(&harness));
    let at = canvas(&harness, "Fake B").center();
    harness.event(Event::PointerMoved(at));
    for _ in 0..6 {
        harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, 60.0),
            phase: TouchPhase::Move,
            source: eframe::egui::MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        });
        harness.step();
    }
    settle(&mut harness);
    assert!(!fit(&harness));
    keep(&mut harness, "zoomed.png");
    press(&mut harness, Role::Button, "Show the whole picture");
    assert!(fit(&harness));
    press(&mut harness, Role::Button, "Actual size");
    assert!(!fit(&harness));
    keep(&mut harness, "actual.png");
}

#[test]
fn classes_lie_over_the_translation_and_two_pictures_blink() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, AUGGAN), USUAL, Theme::Dark);
    press(&mut harness, Role::RadioButton, "Classes");
    keep(&mut harness, "classes.png");
    canvas(&harness, "True mask over Fake B");
    press(&mut harness, Role::RadioButton, "Parsing");
    canvas(&harness, "Parsing over Fake B");
    assert!(says(&harness, "Classes: "));
    press(&mut harness, Role::RadioButton, "Blink");
    canvas(&harness, "Real A and Fake B");
    press(&mut harness, Role::Button, "Hold the picture");
    keep(&mut harness, "blink.png");
    press(&mut harness, Role::Button, "Alternate between the pictures");
}

#[test]
fn a_person_walks_through_the_snapshots_and_plays_them() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, CYCLEGAN), USUAL, Theme::Dark);
    assert!(says(&harness, "step 500"));
    press(&mut harness, Role::Button, "First snapshot");
    keep(&mut harness, "first.png");
    assert!(says(&harness, "step 100"));
    press(&mut harness, Role::Button, "Next snapshot");
    assert!(says(&harness, "step 200"));
    harness
        .get_by_role_and_label(Role::Button, "Play the snapshots")
        .click();
    harness.step();
    let began = Instant::now();
    while !says(&harness, "step 500") {
        assert!(began.elapsed() < Duration::from_secs(20), "it plays on");
        harness.step();
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_run_that_trains_shows_each_snapshot_as_it_comes() {
    let streets = Streets::draw(2);
    let mut pane = Pane::new(&streets, CYCLEGAN);
    let last = pane.state.snapshots.pop().unwrap();
    pane.status = Status::Running;
    let mut harness = show(pane, USUAL, Theme::Dark);
    assert!(says(&harness, "step 400"));
    harness.state_mut().state.snapshots.push(last);
    settle(&mut harness);
    assert!(says(&harness, "step 500"), "the newest is followed");
    press(&mut harness, Role::Button, "Previous snapshot");
    assert!(says(&harness, "step 400"));
}

#[test]
fn two_runs_stand_side_by_side_with_their_measures() {
    let streets = Streets::draw(3);
    let pane = Pane::new(&streets, CYCLEGAN).beside(&streets, AUGGAN);
    let mut harness = show(pane, vec2(1280.0, 760.0), Theme::Dark);
    press(&mut harness, Role::Button, "Compare with other runs");
    press(&mut harness, Role::CheckBox, "AugGAN, hard sharing");
    harness.key_press(Key::Escape);
    settle(&mut harness);
    keep(&mut harness, "compared.png");
    let first = &streets.names()[0];
    let own = canvas(&harness, &format!("Fake B of {first}, CycleGAN"));
    let other = canvas(&harness, &format!("Fake B of {first}, AugGAN"));
    assert!((own.size() - other.size()).length() < 0.1);
    assert!(other.left() > own.right());
    press(&mut harness, Role::RadioButton, "Wipe");
    press(&mut harness, Role::Button, "First picture");
    pick(&mut harness, "Fake B · AugGAN, hard sharing");
    keep(&mut harness, "compared-wipe.png");
    canvas(
        &harness,
        "Fake B · AugGAN, hard sharing and Fake B · CycleGAN",
    );
}

#[test]
fn pictures_are_taken_away() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, AUGGAN), USUAL, Theme::Light);
    let size = |bytes: &[u8]| {
        let picture = image::load_from_memory(bytes).unwrap();
        (picture.width(), picture.height())
    };
    let (name, view) = export(&mut harness, "This view as PNG…");
    assert_eq!(name, "CycleGAN-view.png");
    let (width, height) = size(&view);
    assert!(width > 4 * 512 && height > 2 * 384, "{width} × {height}");
    let (_, sheet) = export(&mut harness, "All test pictures as PNG…");
    let (width, height) = size(&sheet);
    assert!(width > 5 * 256 && height > 4 * 192, "{width} × {height}");
    // What the colors of masks and parsings mean stands below them.
    let (_, vectors) = export(&mut harness, "All test pictures as SVG…");
    let vectors = String::from_utf8(vectors).unwrap();
    for class in ["road", "sky"] {
        assert!(vectors.contains(&format!(">{class}<")), "{class}");
    }
    let (name, animation) = export(&mut harness, "Snapshots as GIF…");
    assert_eq!(name, "CycleGAN-snapshots.gif");
    let decoder = image::codecs::gif::GifDecoder::new(std::io::Cursor::new(animation)).unwrap();
    let frames = image::AnimationDecoder::into_frames(decoder);
    assert_eq!(frames.collect_frames().unwrap().len(), 5);
    harness.state_mut().view.settings.mode = Mode::Wipe;
    settle(&mut harness);
    let (_, wiped) = export(&mut harness, "This view as PNG…");
    assert!(size(&wiped).0 > 640);
}

#[test]
fn what_is_not_there_is_said() {
    let streets = Streets::draw(2);
    let mut pane = Pane::new(&streets, CYCLEGAN);
    pane.state.snapshots.clear();
    pane.status = Status::Running;
    let mut harness = show(pane, USUAL, Theme::Dark);
    assert!(says(&harness, "No results yet"));
    keep(&mut harness, "nothing-yet.png");

    let mut pane = Pane::new(&streets, CYCLEGAN);
    let broken = pane
        .folder
        .path()
        .join("run/artifacts/translations_000500.png");
    std::fs::write(broken, b"torn").unwrap();
    pane.view.settings.cells.remove(&Cell::Target);
    let mut harness = show(pane, USUAL, Theme::Dark);
    keep(&mut harness, "torn.png");
    assert!(says(&harness, "translations_000500.png"));
    press(&mut harness, Role::Button, "Previous snapshot");
    canvas(&harness, "Fake B of ");
}

#[test]
fn a_picture_of_ones_own_says_what_is_missing_and_a_folder_needs_both_ends() {
    let streets = Streets::draw(2);
    let mut harness = show(Pane::new(&streets, CYCLEGAN), USUAL, Theme::Dark);
    let picture = harness.state().folder.path().join("my street.png");
    image::RgbImage::new(40, 30).save(&picture).unwrap();
    let view = &mut harness.state_mut().view;
    assert!(view.take(&ViewInput::Picture(picture)));
    settle(&mut harness);
    keep(&mut harness, "own-failed.png");
    assert!(says(&harness, "my street.png"));
    assert!(says(&harness, "run.json"), "the run has no folder");
    press(
        &mut harness,
        Role::Button,
        "Remove the picture from the list",
    );
    canvas(&harness, "Fake B of ");

    let view = &mut harness.state_mut().view;
    assert!(view.take(&ViewInput::TranslateFolder));
    settle(&mut harness);
    keep(&mut harness, "folder.png");
    let start = harness.get_by_role_and_label(Role::Button, "Translate the folder");
    assert!(start.accesskit_node().is_disabled());
    press(&mut harness, Role::Button, "Choose the folder of pictures…");
    assert!(matches!(
        harness.state_mut().actions.pop(),
        Some(Action::ChooseFolder(_))
    ));
    press(&mut harness, Role::Button, "Close");
}

#[test]
fn the_window_shows_the_run_and_its_commands() {
    let streets = Streets::draw(3);
    let mut window = Window::without_runs();
    let runs = window.folder.path().join("runs");
    streets.write_run(
        &runs,
        "2026-11-24_10-00-00_cyclegan_aaaa",
        "Streets",
        "cyclegan",
        CYCLEGAN,
    );
    streets.write_run(
        &runs,
        "2026-11-24_11-00-00_auggan_bbbb",
        "Masks",
        "auggan",
        AUGGAN,
    );
    let shows = |window: &Window, label: &str| {
        let mut found = window.harness.query_all_by_label_contains(label);
        found.next().is_some()
    };
    window
        .harness
        .state_mut()
        .open_path(runs.join("2026-11-24_10-00-00_cyclegan_aaaa"));
    window.wait_until("the run", |window| shows(window, "Streets"));
    let tab = window.harness.get_all_by_label("Result").last().unwrap();
    tab.click();
    window.wait_until("its pictures", |window| shows(window, "Fake B of "));
    let first = streets.names()[0].clone();
    assert!(shows(&window, &format!("Fake B of {first}")));
    // By the keys of the command.
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::CloseBracket);
    let second = streets.names()[1].clone();
    window.wait_until("the next picture", |window| {
        shows(window, &format!("Fake B of {second}"))
    });
    // Offered once the other run was read too.
    let compare = |window: &Window| {
        let button = window
            .harness
            .query_by_role_and_label(Role::Button, "Compare with other runs");
        button.map(|button| button.click())
    };
    window.wait_until("another run to compare with", |window| {
        compare(window).is_some()
    });
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::CheckBox, "Masks")
        .click();
    window.wait_until("both runs", |window| {
        shows(window, &format!("Fake B of {second}, Masks"))
    });
}
