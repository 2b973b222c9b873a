//! A person asks a question of many runs in the window: sets it up, starts it, looks at its row, and goes on from the best.

use std::path::PathBuf;

use crate::window::Window;
use atelier::experiments::sweep::{SweepConfig, SweepStatus};
use atelier::record::Status;
use atelier::ui::state::{Selection, Sweep};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

/// Small enough to finish in a moment.
fn config(window: &Window, sweep: &str) -> PathBuf {
    let ratings =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/ratings/ratings.csv");
    let path = window.folder.path().join("small.toml");
    let text = format!(
        "system = \"autorec\"\nseed = 1\n[data]\npath = {ratings:?}\ntest_fraction = 0.1\n[autorec]\nhidden = 4\nepochs = 2\n{sweep}"
    );
    std::fs::write(&path, text).unwrap();
    path
}

fn open(window: &mut Window, sweep: &str) {
    let path = config(window, sweep);
    window.harness.state_mut().open_path(path);
    window.wait_until("the form is filled", |window| {
        let config = window.harness.state().settings().draft.config();
        config.parameters.get("epochs") == Some(&2.into())
    });
    window.settle();
}

fn click(window: &mut Window, label: &str) {
    window
        .harness
        .get_by_role_and_label(Role::Button, label)
        .click();
    window.settle();
}

/// Tries values of a parameter by the palette, as keyboards do.
fn try_values(window: &mut Window, name: &str, text: &str) {
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::K);
    window.settle();
    window
        .harness
        .event(eframe::egui::Event::Text(format!("Try values of {name}")));
    window.settle();
    window.harness.key_press(Key::Enter);
    window.settle();
    window
        .harness
        .event(eframe::egui::Event::Text(text.to_owned()));
    window.settle();
}

fn newest(window: &Window) -> Option<&Sweep> {
    window.harness.state().sweeps().first()
}

fn ended(window: &Window) -> usize {
    newest(window).map_or(0, |sweep| sweep.state.done())
}

#[test]
fn a_question_is_asked_watched_and_gone_on_from() {
    let mut window = Window::without_runs();
    window.wait_until("the sample data", |window| {
        window.harness.query_by_label("Training ratings").is_some()
    });
    open(&mut window, "");
    click(&mut window, "Try values of hidden");
    window
        .harness
        .event(eframe::egui::Event::Text("4 8".to_owned()));
    window.settle();
    window.harness.get_by_label_contains("Start 2 runs");
    window.harness.get_by_label_contains("Start 2 runs").click();
    window.wait_until("it is in the list", |window| newest(window).is_some());
    for runs in 1..=3 {
        window.wait_until("a run more has ended", |window| ended(window) >= runs);
    }
    window.wait_until("the sweep has finished", |window| {
        newest(window).is_some_and(|own| own.state.status == SweepStatus::Finished && !own.active)
            && window
                .harness
                .state()
                .runs()
                .iter()
                .all(|run| run.status() == Status::Finished)
            && window.harness.state().runs().len() == 3
    });
    window.settle();
    let sweep = newest(&window).unwrap();
    assert_eq!(sweep.counts(), (2, 2));
    let id = sweep.id().clone();
    let best = sweep.best().unwrap().setting["hidden"].clone();
    let settings = window.harness.state().settings();
    assert_eq!(settings.selection, Selection::Sweep(id.clone()));

    // Its runs are folded away, and below it by what differs.
    let row = "Sweep hidden, Finished, 2/2";
    let trial = |window: &Window, name: &str| {
        let label = format!("{name}, Finished");
        window
            .harness
            .query_by_role_and_label(Role::Button, &label)
            .is_some()
    };
    assert!(!trial(&window, "h4"));
    click(&mut window, row);
    window.harness.key_press(Key::ArrowRight);
    window.settle();
    assert!(trial(&window, "h4") && trial(&window, "h8"));
    assert!(trial(&window, &format!("Result h{best}")));
    window.harness.key_press(Key::ArrowDown);
    window.settle();
    let selection = &window.harness.state().settings().selection;
    assert!(matches!(selection, Selection::Run(_)));
    for _ in 0..2 {
        window.harness.key_press(Key::ArrowLeft);
        window.settle();
    }
    assert!(!trial(&window, "h4"));
    let selection = window.harness.state().settings().selection.clone();
    assert_eq!(selection, Selection::Sweep(id.clone()));

    // Deleted with its runs, and brought back.
    window.harness.key_press(Key::Delete);
    window.wait_until("it is gone", |window| {
        newest(window).is_none() && window.harness.state().runs().is_empty()
    });
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.wait_until("it is back", |window| {
        newest(window).is_some() && window.harness.state().runs().len() == 3
    });
    window.settle();

    // The best setting fills the form, as one run.
    click(&mut window, row);
    click(&mut window, "Start from the best");
    let draft = &window.harness.state().settings().draft;
    assert!(!draft.is_sweep());
    assert_eq!(draft.config().parameters["hidden"], best);
    click(&mut window, row);
    click(&mut window, "Refine around the best");
    let draft = &window.harness.state().settings().draft;
    let finer = draft.sweep_config().unwrap();
    assert!(finer.sweep.values.contains_key("hidden"));
}

#[test]
fn a_config_file_with_a_sweep_opens_in_the_form_and_is_saved_with_it() {
    let mut window = Window::without_runs();
    let text = "[sweep]\nmethod = \"sobol\"\nruns = 6\nseeds = [1, 5]\nmeasure = \"validation/mae\"\nstop_early = true\n[sweep.values]\nhidden = [4, [8, 4]]\nregularization = { from = 1, to = 100, scale = \"log\" }\n";
    open(&mut window, text);
    let path = window.folder.path().join("small.toml");
    let written = std::fs::read_to_string(&path).unwrap();
    let expected = SweepConfig::parse(&written, &path).unwrap();
    let own = window.harness.state().settings().draft.sweep_config();
    let own = own.unwrap();
    assert_eq!(own.sweep.values["hidden"], expected.sweep.values["hidden"]);
    assert_eq!(own.sweep.seeds, expected.sweep.seeds);
    assert_eq!(own.sweep.measures, expected.sweep.measures);
    assert_eq!(own.sweep.runs, Some(6));
    let again = SweepConfig::parse(&own.to_toml(), &path).unwrap();
    assert_eq!(again.sweep, own.sweep);
    window.harness.get_by_label_contains("Start 12 runs");
    // One click goes back to a single run.
    click(&mut window, "One run");
    assert!(!window.harness.state().settings().draft.is_sweep());
    window.harness.get_by_role_and_label(Role::Button, "Start");
}

#[test]
fn what_is_wrong_with_a_sweep_is_said_where_it_is_and_nothing_starts() {
    let mut window = Window::without_runs();
    let values: Vec<String> = (1..=200).map(|value| value.to_string()).collect();
    let list = values.join(", ");
    let text = format!("[sweep.values]\nhidden = [{list}]\nregularization = [1, 2]\n");
    open(&mut window, &text);
    window.harness.get_by_label_contains("Start 400 runs");
    try_values(&mut window, "Epochs", &list);
    window
        .harness
        .get_by_label_contains("would be 80,000 runs, at most 10,000 are possible");
    click(&mut window, "Start sweep");
    assert!(window.harness.state().sweeps().is_empty());
    try_values(&mut window, "Epochs", "5 0");
    window
        .harness
        .get_by_label_contains("0 cannot be tried: it must be a whole number");
    click(&mut window, "Start sweep");
    assert!(window.harness.state().sweeps().is_empty());
}

/// Opens the menu of presets, whose button names the current one.
fn open_presets(window: &mut Window, current: &str) {
    let button = format!("Preset: {current}");
    window.wait_until("the preset", |window| {
        window.harness.query_by_label(&button).is_some()
    });
    // The form is where it will be once its data is read and its cost is known.
    window.wait_until("what it will take", |window| {
        let known = |label| window.harness.query_by_label(label).is_some();
        known("Free now") && known("Training ratings")
    });
    window.harness.run_steps(10);
    window.harness.get_by_label(&button).click();
    window.wait_until("the menu", |window| {
        window.harness.query_by_label("Save as preset…").is_some()
    });
    // Menus find their size first.
    window.harness.run_steps(10);
}

fn choose_preset(window: &mut Window, from: &str, to: &str) {
    open_presets(window, from);
    window
        .harness
        .get_by_role_and_label(Role::MenuItem, to)
        .click();
    window.wait_until("it is chosen", |window| {
        let button = format!("Preset: {to}");
        window.harness.query_by_label(&button).is_some()
    });
}

#[test]
fn a_setting_is_kept_as_a_preset_chosen_and_deleted() {
    let mut window = Window::without_runs();
    open(&mut window, "");
    open_presets(&mut window, "default");
    click(&mut window, "Save as preset…");
    window
        .harness
        .event(eframe::egui::Event::Text("Four units".to_owned()));
    window.settle();
    click(&mut window, "Save");
    choose_preset(&mut window, "Four units", "default");
    let draft = &window.harness.state().settings().draft;
    assert!(!draft.config().parameters.contains_key("hidden"));
    choose_preset(&mut window, "default", "Four units");
    let parameters = window.harness.state().settings().draft.config().parameters;
    assert_eq!(parameters["hidden"], serde_json::json!(4));
    let folder = window.folder.path().join("data/presets/autorec");
    window.wait_until("its file", |_| {
        std::fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some())
    });
    open_presets(&mut window, "Four units");
    click(&mut window, "Delete the preset Four units");
    window.wait_until("its file is gone", |_| {
        std::fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_none())
    });
}
