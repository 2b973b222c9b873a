//! A person who uses the library adds a system of each kind: one file and one line of registration, and it trains, resumes, and is listed.

mod matrix;
mod recommender;
mod translator;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use atelier::data::images::{ImageNeeds, load};
use atelier::data::{Cells, Dataset, Dense, ImagesSource, MatrixData, Monitor, RatingsData};
use atelier::engine::{DeviceChoice, Engine, RunRequest};
use atelier::record::{Event, Recorded, Status};
use atelier::runs::{RunConfig, RunFolder};
use atelier::systems::{self, AnySystem, ConfigMap, Erased, Place, Trainer};
use atelier::ui::results::registry::NewView;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;
use serde_json::{Value, json};

use crate::window::Window;
use matrix::RankingSystem;
use recommender::ItemMeanSystem;
use translator::TintSystem;

static RANKING: Erased<RankingSystem> = Erased::new();
static ITEM_MEAN: Erased<ItemMeanSystem> = Erased::new();
static TINT: Erased<TintSystem> = Erased::new();

fn register() {
    systems::register(&RANKING);
    systems::register(&ITEM_MEAN);
    systems::register(&TINT);
}

/// True if a system is one of these, or the toy of other stories, and not the program's.
pub(crate) fn is_one(id: &str) -> bool {
    ["ranking", "item_mean", "tint", "toy"].contains(&id)
}

/// Twelve rows in two groups, one of them with larger cells.
fn matrix() -> Dataset {
    let cell = |row: usize, column: usize| {
        let same = row % 2 == column % 2;
        f32::from(u8::from(same)) * (1.0 + (row % 2) as f32) + 0.01 * (row * column) as f32
    };
    let values = (0..12 * 8).map(|at| cell(at / 8, at % 8)).collect();
    let cells = Cells::Dense(Arc::new(Dense::new(8, values)));
    Dataset::Matrix(Arc::new(MatrixData::of(cells)))
}

/// Items that everybody likes and items that nobody does.
fn ratings() -> Dataset {
    let rating = |user: u32, item: u32| {
        let liked = 2.0 + 2.0 * (item % 2) as f32;
        (user, item, liked + (user % 3) as f32 / 2.0)
    };
    let all: Vec<_> = (0..60).map(|at| rating(at % 12, at / 6)).collect();
    let (test, train): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.0 == one.1);
    Dataset::Ratings(Arc::new(RatingsData::from_triplets(12, 10, &train, &test)))
}

/// Dark images and bright ones.
fn images(folder: &Path) -> Dataset {
    for (part, level) in [
        ("trainA", 60),
        ("trainB", 180),
        ("testA", 60),
        ("testB", 180),
    ] {
        std::fs::create_dir(folder.join(part)).unwrap();
        for number in 0..4_u8 {
            let pixel = |x: u32, y: u32| {
                let shade = level + number + (x % 5 + y % 3) as u8;
                image::Rgb([shade, shade / 2, 255 - shade])
            };
            let image = image::RgbImage::from_fn(24, 20, pixel);
            image
                .save(folder.join(part).join(format!("{number}.png")))
                .unwrap();
        }
    }
    let source = ImagesSource {
        path: folder.to_owned(),
        ..ImagesSource::default()
    };
    let images = load(&source, ImageNeeds::default(), 1, &Monitor::default()).unwrap();
    Dataset::Images(Arc::new(images))
}

fn tint() -> Value {
    json!({
        "load_size": 24, "load_height": 20, "crop_size": 16, "crop_height": 12, "learning_rate": 0.3,
        "max_steps": 16, "snapshot_every": 8, "snapshot_pictures": 2, "measure_every": 0,
    })
}

fn config(system: &dyn AnySystem, given: &Value) -> ConfigMap {
    system.resolve(given.as_object().unwrap()).unwrap()
}

/// Every file of a checkpoint, by name.
fn files(trainer: &dyn Trainer<ConfigMap>) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    trainer.save(folder.path()).unwrap();
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read(&path).unwrap())
    });
    files.collect()
}

/// So many units of work, a checkpoint, and as many by another trainer are the same as twice as many.
fn resumes_bit_for_bit(id: &str, given: &Value, data: &Dataset, half: usize) {
    let system = systems::find(id).unwrap();
    let config = config(system, given);
    let trainer = || system.trainer(&config, data, &Place::cpu(7)).unwrap();
    let (mut whole, mut resumed) = (trainer(), trainer());
    let folder = tempfile::tempdir().unwrap();
    let (mut first, mut second, mut again) = Default::default();
    let run = |trainer: &mut dyn Trainer<ConfigMap>, recorded: &mut Recorded| {
        for _ in 0..half {
            trainer.step(recorded).unwrap();
        }
    };
    run(&mut *whole, &mut first);
    whole.save(folder.path()).unwrap();
    run(&mut *whole, &mut second);
    resumed.load(folder.path()).unwrap();
    run(&mut *resumed, &mut again);
    assert!(!second.scalars.is_empty());
    assert_eq!(second.scalars, again.scalars);
    assert!(files(&*whole) == files(&*resumed), "checkpoints differ");
}

/// The folder of a finished run, which is called `My run`.
fn trained(runs: &Path, id: &str, given: &Value, data: &Dataset) -> RunFolder {
    let engine = Engine::new(runs.to_owned());
    let mut config = RunConfig::new(
        id,
        atelier::data::Source::empty(systems::find(id).unwrap().data_kind()),
    );
    config.parameters.clone_from(given.as_object().unwrap());
    // What it learns from is in memory.
    config.set_key("data.path", "elsewhere").unwrap();
    let request = RunRequest {
        config,
        name: Some("My run".to_owned()),
        device: DeviceChoice::Cpu,
        base: runs.to_owned(),
        data: Some(data.clone()),
        sweep: None,
    };
    let run = engine.start(request).unwrap();
    loop {
        let (_, event) = engine
            .events()
            .recv_timeout(Duration::from_secs(60))
            .unwrap();
        if let Event::Status {
            status, message, ..
        } = event
        {
            assert_ne!(status, Status::Failed, "{message:?}");
            if status == Status::Finished {
                break;
            }
        }
    }
    RunFolder::open(&engine.folder(&run).unwrap()).unwrap()
}

#[test]
fn a_registered_system_is_found_described_and_listed_once() {
    register();
    register();
    for (id, key) in [
        ("ranking", "inertia"),
        ("item_mean", "pace"),
        ("tint", "strength"),
    ] {
        let system = systems::find(id).unwrap();
        let listed = systems::all().into_iter().filter(|other| other.id() == id);
        assert_eq!(listed.count(), 1);
        assert!(system.schema()["properties"][key]["description"].is_string());
        assert!(system.parameter(key).unwrap().live);
        assert!(system.check_live(key, &json!(2.0)).is_err());
    }
    let unknown = systems::get("rankin").err().unwrap();
    assert!(unknown.problem.ends_with("did you mean `ranking`?"));
    assert_eq!(systems::measures_of("ranking").main, ["train/change"]);
    assert!(systems::find("tint").unwrap().translates_pictures());
    assert!(systems::find("item_mean").unwrap().predicts_ratings());
}

#[test]
fn a_recommender_trains_resumes_and_predicts() {
    register();
    let data = ratings();
    resumes_bit_for_bit("item_mean", &json!({}), &data, 6);
    let folder = tempfile::tempdir().unwrap();
    let run = trained(folder.path(), "item_mean", &json!({"epochs": 15}), &data);
    let state = run.replay().unwrap().state;
    let errors = &state.series["test/rmse"].values;
    assert!(errors.last().unwrap() < &(0.7 * errors[0]), "{errors:?}");
    let system = systems::find("item_mean").unwrap();
    let config = config(system, &json!({"epochs": 15}));
    let predictor = system
        .rating_predictor(
            &config,
            &data,
            &run.checkpoint().unwrap(),
            &Monitor::default(),
        )
        .unwrap()
        .unwrap();
    assert!(predictor.predict(0, 1) > predictor.predict(0, 2) + 1.0);
}

#[test]
fn a_matrix_method_trains_resumes_and_leaves_a_result_of_its_own_kind() {
    register();
    let data = matrix();
    resumes_bit_for_bit("ranking", &json!({}), &data, 9);
    let folder = tempfile::tempdir().unwrap();
    let run = trained(folder.path(), "ranking", &json!({"iterations": 30}), &data);
    let state = run.replay().unwrap().state;
    let changes = &state.series["train/change"].values;
    assert_eq!(changes.len(), 30);
    assert!(changes[29] < 1e-3 * changes[0], "{changes:?}");
    let newest = state.snapshots.last().unwrap();
    assert_eq!(newest.kind, matrix::RANKING);
    let text = std::fs::read_to_string(run.artifact(&newest.file)).unwrap();
    assert_eq!(text.lines().count(), 12);
}

/// The window at its first start, with the sample ratings and the only run in `samples`.
fn window(samples: &Path, views: &'static [NewView]) -> Window {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/ratings");
    std::fs::create_dir(samples.join("ratings")).unwrap();
    for entry in std::fs::read_dir(shipped).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(
            entry.path(),
            samples.join("ratings").join(entry.file_name()),
        )
        .unwrap();
    }
    let mut window = Window::with(samples.to_path_buf(), vec2(1280.0, 800.0), views);
    window.wait_until("the run", |window| window.harness.state().runs().len() == 1);
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::Button, "My run, Finished")
        .click();
    window.settle();
    window
}

fn says(window: &Window, text: &str) -> bool {
    let mut found = window.harness.query_all_by_label_contains(text);
    found.next().is_some()
}

/// Opens the pane with this number.
fn open(window: &mut Window, pane: Key) {
    window.harness.key_press_modifiers(Modifiers::COMMAND, pane);
    window.settle();
}

/// Chooses the system in the menu of new runs; its form shows this parameter.
fn is_offered(window: &mut Window, label: &str, parameter: &str) {
    window
        .harness
        .get_by_role_and_label(Role::Button, "New")
        .click();
    window.settle();
    let entries = window.harness.get_all_by_label(label);
    entries.last().unwrap().click();
    window.wait_until("the form", |window| says(window, parameter));
}

#[test]
fn the_window_shows_the_predictions_of_a_recommender_of_ones_own() {
    register();
    let samples = tempfile::tempdir().unwrap();
    let runs = samples.path().join("runs");
    trained(&runs, "item_mean", &json!({}), &ratings());
    let mut window = window(samples.path(), &[]);
    open(&mut window, Key::Num2);
    window.wait_until("the curve", |window| says(window, "RMSE"));
    open(&mut window, Key::Num3);
    window.wait_until("the predictions", |window| {
        says(window, "Predicted against true ratings")
    });
    is_offered(&mut window, "Item mean", "Pace");
}

#[test]
fn the_window_shows_the_pictures_of_a_translator_of_ones_own() {
    register();
    let folder = tempfile::tempdir().unwrap();
    let samples = tempfile::tempdir().unwrap();
    let runs = samples.path().join("runs");
    trained(&runs, "tint", &tint(), &images(folder.path()));
    let mut window = window(samples.path(), &[]);
    open(&mut window, Key::Num2);
    window.wait_until("the curve", |window| says(window, "Distance of the means"));
    open(&mut window, Key::Num3);
    window.wait_until("the pictures", |window| says(window, "step 16"));
    is_offered(&mut window, "Tint", "Strength");
}

#[test]
fn the_window_shows_curves_and_result_of_a_system_of_ones_own_and_offers_it() {
    register();
    let samples = tempfile::tempdir().unwrap();
    let runs = samples.path().join("runs");
    trained(&runs, "ranking", &json!({"iterations": 30}), &matrix());
    let mut window = window(samples.path(), &matrix::VIEWS);
    open(&mut window, Key::Num2);
    window.wait_until("the curve", |window| says(window, "Change"));
    open(&mut window, Key::Num3);
    window.wait_until("the result", |window| says(window, "Place 12: "));
    is_offered(&mut window, "Row ranking", "Inertia");
}

#[test]
fn a_translator_trains_resumes_and_translates() {
    register();
    let folder = tempfile::tempdir().unwrap();
    let data = images(folder.path());
    resumes_bit_for_bit("tint", &tint(), &data, 6);
    let runs = tempfile::tempdir().unwrap();
    let run = trained(runs.path(), "tint", &tint(), &data);
    let state = run.replay().unwrap().state;
    let losses = &state.series["loss/shift"].values;
    assert!(losses[15] < 0.1 * losses[0], "{losses:?}");
    let translator =
        atelier::engine::translate::open_translator(run.path(), DeviceChoice::Cpu).unwrap();
    let dark = image::open(folder.path().join("testA/0.png")).unwrap();
    let bright = image::open(folder.path().join("testB/0.png")).unwrap();
    let translated = translator
        .translate(
            &dark.into_rgb8(),
            atelier::data::images::Side::B,
            &systems::TranslateOptions::default(),
            &Monitor::default(),
        )
        .unwrap();
    let mean = |image: &image::RgbImage| {
        let sum: u64 = image.iter().map(|value| u64::from(*value)).sum();
        sum as f64 / image.len() as f64
    };
    let difference = mean(&translated.image) - mean(&bright.into_rgb8());
    assert!(difference.abs() < 5.0, "{difference}");
}
