//! A person takes a folder of translated pictures away, from the command line and in the window.
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use atelier::data::Monitor;
use atelier::data::sample::{StreetCounts, write_street};
use atelier::engine::DeviceChoice;
use atelier::record::Status;
use atelier::runs::{RunFolder, RunState};
use atelier::ui::Action;
use atelier::ui::results::translations::{FolderEnd, TranslationView};
use atelier::ui::results::{ResultRun, ResultView as _, RunContext, ViewInput};
use atelier::ui::state::DataLook;
use atelier::ui::theme;
use eframe::egui::accesskit::Role;
use eframe::egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::support::Place;

/// A run of a few steps on small streets.
fn place() -> (Place, PathBuf) {
    let place = Place::new(1);
    let counts = StreetCounts { train: 4, test: 2 };
    let street = place.path("street");
    write_street(&street, 1, counts, &Monitor::default()).unwrap();
    // Without masks there are no segmenters to train for measures.
    std::fs::remove_file(street.join("classes.csv")).unwrap();
    for part in ["trainA", "trainB", "testA", "testB"] {
        std::fs::remove_dir_all(street.join(format!("{part}_labels"))).unwrap();
    }
    place.write(
        "config.toml",
        "system = \"cyclegan\"\n\n[data]\npath = \"street\"\n\n[cyclegan]\nload_size = 34\nload_height = 26\ncrop_size = 32\ncrop_height = 24\n\
         generator_filters = 2\ndiscriminator_filters = 4\ndiscriminator_layers = 1\nblocks = 1\nsnapshot_every = 2\nsnapshot_pictures = 1\nmax_steps = 4\n\
         measure_every = 0\n",
    );
    let run = place.trained();
    (place, run)
}

fn size(path: &Path) -> (u32, u32) {
    image::image_dimensions(path).unwrap()
}

#[test]
fn the_command_line_translates_a_folder_and_keeps_what_is_there() {
    let (place, run) = place();
    let run = run.to_str().unwrap();
    place.write("street/testA/broken.png", "no picture");
    let arguments = ["translate", run, "street/testA", "night", "--device", "cpu"];
    let done = place.atelier(&arguments);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(done.stdout.trim(), "night");
    assert!(
        done.stderr
            .contains("2 pictures translated to B, 1 skipped"),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("broken.png is not a PNG"));
    let results: Vec<PathBuf> = std::fs::read_dir(place.path("night"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(results.len(), 2);
    // At the size of the pictures, not of the training.
    assert!(results.iter().all(|path| size(path) == (128, 96)));
    let again = place.atelier(&arguments);
    assert!(
        again
            .stderr
            .contains("0 pictures translated to B, 2 there already")
    );
    let back = place.atelier(&["translate", run, "night", "day", "--to", "a"]);
    assert!(
        back.stderr.contains("2 pictures translated to A"),
        "{}",
        back.stderr
    );
    let wrong = place.atelier(&["translate", run, "nowhere", "out"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("nowhere"), "{}", wrong.stderr);
}

/// The view of the run.
struct Pane {
    view: TranslationView,
    run: PathBuf,
    state: RunState,
    actions: Vec<Action>,
}

impl Pane {
    fn ui(&mut self, ui: &mut eframe::egui::Ui) {
        let context = RunContext {
            run: ResultRun::new("run", "CycleGAN", &self.run, &self.state, Status::Finished),
            data: DataLook::Absent,
            others: &[],
            device: DeviceChoice::Cpu,
            kinds: &[],
        };
        self.actions.extend(self.view.ui(ui, &context));
    }
}

type View = Harness<'static, Pane>;

fn wait_until(harness: &mut View, what: &str, reached: impl Fn(&View) -> bool) {
    let began = Instant::now();
    loop {
        harness.step();
        if reached(harness) {
            break;
        }
        let waited = began.elapsed();
        assert!(waited < Duration::from_secs(60), "waited for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
    harness.run_steps(4);
}

fn says(harness: &View, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

fn press(harness: &mut View, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).click();
    harness.run_steps(4);
}

#[test]
fn the_window_translates_a_picture_of_ones_own_and_a_folder() {
    let (place, run) = place();
    let state = RunFolder::open(&run).unwrap().replay().unwrap().state;
    let pane = Pane {
        view: TranslationView::default(),
        run,
        state,
        actions: Vec::new(),
    };
    let mut harness = Harness::builder()
        .with_size(vec2(872.0, 700.0))
        .with_context_setup(theme::install)
        .build_ui_state(|ui, pane: &mut Pane| pane.ui(ui), pane);
    wait_until(&mut harness, "the snapshot", |harness| {
        says(harness, "Fake B of ")
    });
    let own = place.path("my street.bmp");
    image::RgbImage::from_fn(50, 38, |x, y| image::Rgb([x as u8 * 5, y as u8 * 6, 90]))
        .save(&own)
        .unwrap();
    let view = &mut harness.state_mut().view;
    assert!(view.take(&ViewInput::Picture(own)));
    wait_until(&mut harness, "the translation", |harness| {
        says(harness, "Fake B of my street.bmp")
    });
    assert!(says(&harness, "Reconstructed A of my street.bmp"));
    assert!(says(&harness, "weights of step 4"));
    press(&mut harness, Role::RadioButton, "B → A");
    wait_until(&mut harness, "the other direction", |harness| {
        says(harness, "Fake A of my street.bmp")
    });
    press(&mut harness, Role::Button, "Export pictures");
    press(&mut harness, Role::Button, "Translated picture as PNG…");
    let saved = harness.state_mut().actions.pop();
    let Some(Action::Save(file)) = saved else {
        unreachable!("nothing was saved: {saved:?}");
    };
    let mut bytes = Vec::new();
    file.content.write(&mut bytes, &Monitor::default()).unwrap();
    let picture = image::load_from_memory(&bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (50, 38));

    let view = &mut harness.state_mut().view;
    for (end, folder) in [
        (FolderEnd::Input, "street/testA"),
        (FolderEnd::Output, "night"),
    ] {
        assert!(view.take(&ViewInput::Folder(end, place.path(folder))));
    }
    harness.run_steps(4);
    press(&mut harness, Role::Button, "Translate the folder");
    wait_until(&mut harness, "the folder", |harness| {
        says(harness, "2 pictures translated to B")
    });
    let written = std::fs::read_dir(place.path("night")).unwrap();
    assert_eq!(written.count(), 2);
}
