//! A person watches streets turn from day to night, looks closer, compares two runs and takes pictures away.

mod looked_at;
mod pane;

use std::time::{Duration, Instant};

use atelier::record::Status;
use atelier::ui::Action;
use atelier::ui::results::translations::{Cell, Mode};
use atelier::ui::results::{ResultView as _, ViewInput};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Theme, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::translated::{Streets, Way};
use crate::window::Window;
use pane::{Pane, USUAL, canvas, export, keep, pick, press, says, settle, show};

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
