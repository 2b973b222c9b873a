//! A person opens folders of images in the window and looks at what was found and what was left out.

use std::path::{Path, PathBuf};

use crate::window::Window;
use atelier::data::DataKind;
use atelier::systems;
use atelier::ui::state::Recent;
use eframe::egui::accesskit::{Role, Toggled};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

fn street() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/street")
}

fn shows(window: &Window, label: &str) -> bool {
    let mut found = window.harness.query_all_by_label_contains(label);
    found.next().is_some()
}

fn click(window: &mut Window, role: Role, label: &str) {
    window.harness.get_by_role_and_label(role, label).click();
    window.settle();
}

fn choose_system(window: &mut Window, id: &str) {
    let label = systems::find(id).unwrap().label();
    click(window, Role::ComboBox, "System");
    let entries = window.harness.get_all_by_label(label);
    entries.last().unwrap().click();
    window.settle();
}

/// A window with this folder open.
fn opened(path: PathBuf, ready: &str) -> Window {
    let mut window = Window::without_runs();
    window.wait_until("the sample data", |window| {
        shows(window, "Ratings by value")
    });
    window.harness.state_mut().open_path(path);
    window.wait_until(ready, |window| shows(window, ready));
    window
}

/// Writes small pictures `0.png`, `1.png`, … into a folder.
fn pictures(folder: &Path, count: u32) {
    std::fs::create_dir_all(folder).unwrap();
    for index in 0..count {
        let picture = image::RgbImage::from_fn(32, 24, |x, y| {
            image::Rgb([(x * 7) as u8, (y * 9) as u8, (index * 40) as u8])
        });
        picture.save(folder.join(format!("{index}.png"))).unwrap();
    }
}

#[test]
fn a_street_folder_is_shown_with_both_domains_masks_and_classes() {
    let mut window = opened(street(), "60 to train, 20 to test");
    assert_eq!(
        window.harness.state().settings().draft.kind(),
        DataKind::Images
    );
    assert!(shows(&window, "128 × 96 · masks for all"));
    // The form says what was found.
    assert!(shows(&window, "A 60 + 20, B 60 + 20"));
    // One box searches, that of the system's parameters.
    window.harness.get_by_label("Search parameters");
    // As many thumbnails as fit, of both domains.
    let thumbnails = |window: &Window, name: &str| {
        let found = window.harness.query_all_by_label_contains(name);
        found
            .filter(|node| node.accesskit_node().role() == Role::Button)
            .count()
    };
    let first = thumbnails(&window, "day_00");
    assert!((4..=60).contains(&first), "{first}");
    assert!(thumbnails(&window, "night_00") > 3);

    assert!(window.harness.query_by_label("pedestrian").is_none());
    click(&mut window, Role::Button, "Masks");
    for class in ["sky", "building", "road", "pedestrian"] {
        window.harness.get_by_role_and_label(Role::Button, class);
    }
    click(&mut window, Role::Button, "road");
    let road = window.harness.get_by_role_and_label(Role::Button, "road");
    assert_eq!(road.accesskit_node().toggled(), Some(Toggled::False));

    let search = window
        .harness
        .get_by_role_and_label(Role::SearchInput, "Find by name");
    search.focus();
    search.type_text("DAY_0007");
    window.settle();
    assert_eq!(thumbnails(&window, "day_00"), 1);
    assert!(shows(&window, "No image matches."));
}

#[test]
fn a_test_picture_is_looked_at_beside_its_partner() {
    let mut window = opened(street(), "60 to train, 20 to test");
    click(&mut window, Role::RadioButton, "Test");
    window
        .harness
        .get_all_by_label("street_0003")
        .next()
        .unwrap()
        .click();
    window.settle();
    window.wait_until("both views", |window| {
        let pictures = window.harness.query_all_by_role(Role::Image);
        let names: Vec<_> = pictures
            .filter_map(|node| node.accesskit_node().label())
            .collect();
        names.contains(&"A: street_0003".to_owned()) && names.contains(&"B: street_0003".to_owned())
    });
    click(&mut window, Role::Button, "Next image");
    window.wait_until("the next", |window| shows(window, "A: street_0004"));
    click(&mut window, Role::Button, "Back to all images");
    assert!(!shows(&window, "A: street_0004"));
}

#[test]
fn what_was_left_out_is_listed_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["trainA", "trainB"] {
        pictures(&folder.path().join(name), 4);
    }
    std::fs::write(folder.path().join("trainA/empty.png"), b"").unwrap();
    std::fs::write(folder.path().join("trainB/text.jpg"), b"no picture at all").unwrap();
    image::RgbImage::new(4, 4)
        .save(folder.path().join("trainB/tiny.png"))
        .unwrap();
    let mut window = opened(folder.path().to_owned(), "Left out 3");
    click(&mut window, Role::RadioButton, "Left out 3");
    let listed = |window: &Window| {
        let rows = window.harness.query_all_by_role(Role::ListItem);
        let rows = rows.filter_map(|node| node.accesskit_node().label());
        rows.collect::<Vec<String>>()
    };
    let rows = listed(&window);
    assert!(
        rows.contains(&"trainA/empty.png is empty".to_owned()),
        "{rows:?}"
    );
    assert!(
        rows.contains(&"trainB/tiny.png is 4 × 4, smaller than 16 pixels on a side".to_owned()),
        "{rows:?}"
    );
    assert!(shows(&window, "Unreadable 2"));
    click(&mut window, Role::RadioButton, "Too small 1");
    assert_eq!(listed(&window).len(), 1);
}

#[test]
fn a_folder_of_one_domain_asks_for_the_other_and_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let (day, night) = (folder.path().join("day"), folder.path().join("night"));
    pictures(&day, 5);
    pictures(&night, 6);
    let mut window = opened(day.clone(), "One domain so far");
    window
        .harness
        .get_by_role_and_label(Role::Button, "Choose domain B…");
    window.harness.state_mut().open_path(night.clone());
    window.wait_until("both domains", |window| shows(window, "day and night"));
    window.wait_until("what was found", |window| {
        // A tenth is held out, but at least one.
        shows(window, "4 to train, 1 to test") && shows(window, "5 to train, 1 to test")
    });
    let settings = window.harness.state().settings();
    assert_eq!(
        settings.recent.first(),
        Some(&Recent::Images(day, Some(night)))
    );
}

#[test]
fn a_system_that_needs_pairs_reads_the_folder_again_and_says_what_is_missing() {
    let mut window = opened(street(), "60 to train, 20 to test");
    choose_system(&mut window, "pix2pix");
    window.wait_until("why it cannot be used", |window| {
        shows(window, "has no partner of the same name")
    });
    choose_system(&mut window, "cyclegan");
    window.wait_until("the images again", |window| {
        shows(window, "60 to train, 20 to test")
    });
}

#[test]
fn a_folder_without_images_is_told_apart_from_one_with() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "nothing to see").unwrap();
    let window = opened(folder.path().to_owned(), "without images");
    assert_eq!(
        window.harness.state().settings().draft.kind(),
        DataKind::Ratings
    );
}
