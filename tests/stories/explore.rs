//! Someone asks a question of many runs: which values matter, which are best, and which runs may be compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use atelier::data::{Fingerprint, RatingsSource};
use atelier::record::{self, Status};
use atelier::runs::{Metric, RunConfig, RunId, RunSummary};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Modifiers, PointerButton, Pos2, pos2};
use egui_kittest::kittest::Queryable;
use serde_json::json;

use crate::window::Window;

const HIDDEN: [u32; 4] = [20, 50, 100, 500];
const LAMBDA: [f64; 3] = [1.0, 10.0, 100.0];

/// Writes the folder of a finished run of AutoRec.
fn write_run(runs: &Path, number: usize, hidden: u32, lambda: f64, seed: u64, data: &str) {
    const SYSTEM: &str = "autorec";
    let id = RunId::from(format!(
        "2026-01-01_00-00-{:02}_{SYSTEM}_{number:04x}",
        number % 60
    ));
    let folder = runs.join(id.as_str());
    std::fs::create_dir_all(&folder).unwrap();
    let source = RatingsSource {
        path: PathBuf::from(format!("{data}.csv")),
        ..RatingsSource::default()
    };
    let mut config = RunConfig::new(SYSTEM, source);
    config.seed = seed;
    config.parameters.insert("hidden".to_owned(), json!(hidden));
    config
        .parameters
        .insert("regularization".to_owned(), json!(lambda));
    config
        .parameters
        .insert("validation_fraction".to_owned(), json!(0.1));
    std::fs::write(folder.join("config.toml"), config.to_toml()).unwrap();
    // Many hidden units help, λ hardly does.
    let rmse = 1.2 - 0.1 * f64::from(hidden).log10() + 0.002 * lambda.log10() + 0.001 * seed as f64;
    let metric = |value: f64| Metric {
        last: value,
        best: Some(value),
        step: 100,
    };
    let summary = RunSummary {
        id,
        name: format!("Run {number}"),
        system: SYSTEM.to_owned(),
        status: Status::Finished,
        message: None,
        seed,
        sweep: None,
        device: "cpu".to_owned(),
        threads: None,
        versions: BTreeMap::new(),
        created: String::new(),
        updated: String::new(),
        data: Some(Fingerprint {
            path: PathBuf::from(format!("/{data}.csv")),
            bytes: 1,
            hash: data.to_owned(),
            rows: 10,
            columns: 10,
            cells: 50,
        }),
        step: 100,
        total_steps: 100,
        epoch: 10.0,
        seconds: 1.0,
        metrics: BTreeMap::from([
            ("validation/rmse".to_owned(), metric(rmse)),
            ("test/rmse".to_owned(), metric(rmse + 0.01)),
        ]),
    };
    let text = serde_json::to_vec(&summary).unwrap();
    std::fs::write(folder.join("run.json"), text).unwrap();
    let finished = record::Event::Status {
        status: Status::Finished,
        step: 100,
        total_steps: 100,
        message: None,
    };
    let line = serde_json::to_string(&finished).unwrap();
    std::fs::write(folder.join("events.jsonl"), format!("{line}\n")).unwrap();
}

/// 24 runs: four sizes × three λ × two seeds, on the same data.
fn write_grid(runs: &Path) {
    let mut number = 0;
    for hidden in HIDDEN {
        for lambda in LAMBDA {
            for seed in [1, 2] {
                write_run(runs, number, hidden, lambda, seed, "ratings");
                number += 1;
            }
        }
    }
}

/// The window with these runs, looking at all of them.
fn exploring(write: impl FnOnce(&Path)) -> Window {
    let mut window = Window::with_runs_folder(|folder| {
        let runs = folder.join("runs");
        std::fs::create_dir_all(&runs).unwrap();
        write(&runs);
        runs
    });
    open_pane(&mut window);
    window
}

fn open_pane(window: &mut Window) {
    window.wait_until("the tab of the pane", |window| {
        let tabs = window
            .harness
            .query_all_by_role_and_label(Role::Tab, "Explore");
        tabs.count() > 0
    });
    window
        .harness
        .get_by_role_and_label(Role::Tab, "Explore")
        .click();
}

fn has(window: &Window, label: &str) -> bool {
    window
        .harness
        .query_all_by_label_contains(label)
        .next()
        .is_some()
}

fn wait_for(window: &mut Window, label: &str) {
    let label = label.to_owned();
    window.wait_until(&label, |window| has(window, &label));
}

/// Drags with the left button, a frame for each step.
fn drag(window: &mut Window, from: Pos2, to: Pos2) {
    let button = |pos: Pos2, pressed: bool| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.harness.event(Event::PointerMoved(from));
    window.harness.step();
    window.harness.event(button(from, true));
    window.harness.step();
    for step in 1..=4_u8 {
        let at = from + (to - from) * (f32::from(step) / 4.0);
        window.harness.event(Event::PointerMoved(at));
        window.harness.step();
    }
    window.harness.event(button(to, false));
    window.settle();
}

#[test]
fn many_runs_are_filtered_limited_and_read_back() {
    let mut window = exploring(write_grid);
    wait_for(&mut window, "Parallel coordinates of 24 runs");
    for axis in [
        "Axis Hidden k",
        "Axis Regularizer λ",
        "Axis Validation RMSE",
    ] {
        assert!(has(&window, axis), "{axis}");
    }

    // The lower half of the axis is limited: the chip says so, and takes it away.
    let axis = window
        .harness
        .get_by_role_and_label(Role::Slider, "Limit Hidden k")
        .rect();
    let at = |share: f32| pos2(axis.center().x, axis.bottom() - share * axis.height());
    drag(&mut window, at(0.02), at(0.4));
    wait_for(&mut window, "Remove Hidden k");
    assert!(has(&window, "12 of 24 runs"), "20 and 50 are inside");
    let chip = window.harness.get_by_label_contains("Remove Hidden k");
    chip.click();
    window.wait_until("no limit", |window| !has(window, "Remove Hidden k"));

    let field = || Role::SearchInput;
    window
        .harness
        .get_by_role_and_label(field(), "Filter runs")
        .focus();
    window.harness.step();
    window
        .harness
        .get_by_role_and_label(field(), "Filter runs")
        .type_text("hidden>50");
    wait_for(&mut window, "Parallel coordinates of 12 runs");
    assert!(has(&window, "12 of 24 runs"));
    window.harness.get_by_label("Remove the filter").click();
    wait_for(&mut window, "Parallel coordinates of 24 runs");
}

#[test]
fn what_matters_is_said_in_words_and_groups_have_their_spread_over_seeds() {
    let mut window = exploring(write_grid);
    wait_for(&mut window, "What matters. ");
    window
        .harness
        .get_by_role_and_label(Role::RadioButton, "Groups")
        .click();
    // 1.2 − 0.1 · log10(500) + 0.002 · 0 + 0.0015 = 0.9316, ± 0.001 / √2.
    wait_for(&mut window, "0.9316 ± 0.0007, 2 runs");
    let groups = window.harness.query_all_by_label_contains(", 2 runs");
    assert_eq!(groups.count(), 12);
}

#[test]
fn groups_are_compared_with_any_run_on_the_same_data() {
    let mut window = exploring(|runs| {
        write_grid(runs);
        write_run(runs, 50, 20, 1.0, 1, "other");
    });
    wait_for(&mut window, "Parallel coordinates of 24 runs");
    window
        .harness
        .get_by_role_and_label(Role::RadioButton, "Groups")
        .click();
    wait_for(&mut window, "0.9316 ± 0.0007, 2 runs");
    window
        .harness
        .get_by_role_and_label(Role::Button, "Baseline")
        .click();
    wait_for(&mut window, "Runs on the same data");
    let entry = |window: &Window, name: &str| {
        let entries = window
            .harness
            .query_all_by_role_and_label(Role::Button, name);
        entries.count()
    };
    assert_eq!((entry(&window, "Run 23"), entry(&window, "Run 50")), (1, 0));
    window
        .harness
        .get_by_role_and_label(Role::Button, "Run 23")
        // It may have to be scrolled to.
        .click_accesskit();
    // 0.9316 against 1.2 − 0.1 · log10(500) + 0.002 · 2 + 0.002 = 0.9361.
    wait_for(&mut window, "0.9316 ± 0.0007, 2 runs, difference −0.0045");
}

#[test]
fn runs_on_other_data_are_in_no_plot_and_that_is_said() {
    let mut window = exploring(|runs| {
        write_grid(runs);
        write_run(runs, 50, 20, 1.0, 1, "other");
    });
    wait_for(&mut window, "Parallel coordinates of 24 runs");
    assert!(has(&window, "1 run is not in the plots."));
    window.harness.get_by_label("Show other.csv (1)").click();
    wait_for(&mut window, "24 runs are not in the plots.");
}

#[test]
fn without_runs_it_says_what_to_do() {
    let mut window = Window::without_runs();
    open_pane(&mut window);
    wait_for(&mut window, "Nothing to explore yet");
    assert!(has(&window, "Mark two or more runs in the list"));
}
