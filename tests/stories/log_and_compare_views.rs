//! Someone looks for what went wrong in a log, and for the best of their runs.

use atelier::record::LogLevel;
use atelier::record::Status;
use atelier::runs::{LogLine, Metric, RunId, RunSummary};
use atelier::systems::ConfigMap;
use atelier::ui::panes::compare::{CompareResponse, CompareRun, CompareView};
use atelier::ui::panes::log::LogView;
use atelier::ui::theme;
use eframe::egui::accesskit::Role;
use eframe::egui::{Frame, Theme, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use serde_json::json;

fn log() -> Vec<LogLine> {
    (0..5000_u64)
        .map(|step| {
            let (level, message) = match step {
                0 => (
                    LogLevel::Info,
                    "Item-based AutoRec, 500 hidden units, 941 thousand weights".to_owned(),
                ),
                3 => (
                    LogLevel::Warning,
                    "12 users of the test set have no training rating; they get the mean"
                        .to_owned(),
                ),
                4 => (
                    LogLevel::Error,
                    "The loss is not a number at step 4\nTry a smaller learning rate.".to_owned(),
                ),
                _ => (LogLevel::Info, format!("Epoch {step} done")),
            };
            LogLine {
                level,
                step: step * 31,
                message,
            }
        })
        .collect()
}

fn log_harness<'a>(theme: Theme) -> Harness<'a, LogView> {
    let lines = log();
    Harness::builder()
        .with_size(vec2(760.0, 300.0))
        .with_theme(theme)
        .with_context_setup(theme::install)
        .with_max_steps(12)
        .build_ui_state(
            move |ui, view: &mut LogView| {
                let tokens = theme::tokens(ui.ctx());
                Frame::new()
                    .fill(tokens.surface)
                    .inner_margin(tokens.space.m)
                    .show(ui, |ui| view.ui(ui, "run", &lines));
            },
            LogView::default(),
        )
}

#[test]
fn the_newest_line_is_in_view_and_only_a_screenful_is_drawn() {
    let mut harness = log_harness(Theme::Dark);
    harness.run();
    harness.get_by_label("info at step 154969: Epoch 4999 done");
    assert!(harness.get_all_by_role(Role::ListItem).count() < 40);
}

#[test]
fn warnings_are_found_among_thousands_of_lines() {
    let mut harness = log_harness(Theme::Dark);
    harness.run();
    harness
        .get_by_role_and_label(Role::RadioButton, "Warnings")
        .click();
    harness.run();
    assert_eq!(harness.get_all_by_role(Role::ListItem).count(), 2);
    harness.get_by_label_contains("error at step 124: The loss is not a number");

    harness
        .get_by_role_and_label(Role::SearchInput, "Search the log")
        .focus();
    harness
        .get_by_role_and_label(Role::SearchInput, "Search the log")
        .type_text("TEST SET");
    harness.run();
    assert_eq!(harness.get_all_by_role(Role::ListItem).count(), 1);
    harness.get_by_label("1 of 5\u{202f}000 lines");
}

struct Comparison {
    view: CompareView,
    runs: Vec<(RunSummary, ConfigMap)>,
    response: CompareResponse,
}

fn summary(name: &str, rmse: f64, seconds: f64) -> RunSummary {
    let metric = |value: f64| Metric {
        last: value + 0.004,
        best: Some(value),
        step: 120,
    };
    RunSummary {
        id: RunId::new("autorec"),
        name: name.to_owned(),
        system: "autorec".to_owned(),
        status: Status::Finished,
        message: None,
        seed: 1,
        sweep: None,
        device: "cpu".to_owned(),
        versions: Default::default(),
        created: String::new(),
        updated: String::new(),
        data: None,
        step: 12_340,
        total_steps: 12_340,
        epoch: 200.0,
        seconds,
        metrics: [
            ("test/rmse", metric(rmse)),
            ("test/mae", metric(rmse * 0.78)),
            ("train/rmse", metric(0.7)),
        ]
        .into_iter()
        .map(|(name, metric)| (name.to_owned(), metric))
        .collect(),
    }
}

fn config(value: serde_json::Value) -> ConfigMap {
    value.as_object().unwrap().clone()
}

fn comparison<'a>(theme: Theme) -> Harness<'a, Comparison> {
    let state = Comparison {
        view: CompareView::default(),
        runs: vec![
            (
                summary("Item-based, 500 hidden", 0.9038, 41.2),
                config(json!({"side": "item", "hidden": [500], "learning_rate": 0.001})),
            ),
            (
                summary("User-based", 0.9482, 128.0),
                config(json!({"side": "user", "hidden": [500], "learning_rate": 0.001})),
            ),
            (
                summary("Diverged", 10.25, 3.4),
                config(json!({"side": "item", "hidden": [500, 250, 500], "learning_rate": 0.001})),
            ),
        ],
        response: CompareResponse::default(),
    };
    Harness::builder()
        .with_size(vec2(1000.0, 260.0))
        .with_theme(theme)
        .with_context_setup(theme::install)
        .with_max_steps(12)
        .build_ui_state(
            |ui, state: &mut Comparison| {
                let tokens = theme::tokens(ui.ctx());
                Frame::new()
                    .fill(tokens.surface)
                    .inner_margin(tokens.space.m)
                    .show(ui, |ui| {
                        let runs: Vec<CompareRun<'_>> = state
                            .runs
                            .iter()
                            .enumerate()
                            .map(|(index, (summary, config))| CompareRun {
                                color: tokens.category(index),
                                summary,
                                system: "AutoRec",
                                data: "u1.base",
                                config,
                            })
                            .collect();
                        let response = state.view.ui(ui, &runs);
                        if response.export.is_some() || response.open.is_some() {
                            state.response = response;
                        }
                    });
            },
            state,
        )
}

/// The names of the runs from top to bottom.
fn names(harness: &Harness<'_, Comparison>) -> Vec<String> {
    let mut cells: Vec<(f32, String)> = harness
        .get_all_by_role(Role::Cell)
        .filter_map(|cell| {
            Some((
                cell.rect().top(),
                cell.accesskit_node()
                    .label()?
                    .strip_prefix("Run: ")?
                    .to_owned(),
            ))
        })
        .collect();
    cells.sort_by(|a, b| a.0.total_cmp(&b.0));
    cells.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn the_best_error_is_marked_and_a_click_on_a_title_sorts() {
    let mut harness = comparison(Theme::Dark);
    harness.run();
    harness.get_by_label("Test RMSE, best: 0.9038, best");
    assert_eq!(
        names(&harness),
        ["Item-based, 500 hidden", "User-based", "Diverged"]
    );
    for expected in [
        ["Item-based, 500 hidden", "User-based", "Diverged"],
        ["Diverged", "User-based", "Item-based, 500 hidden"],
    ] {
        harness
            .get_by_role_and_label(Role::ColumnHeader, "Test RMSE, last")
            .click();
        harness.run();
        assert_eq!(names(&harness), expected);
    }
}

#[test]
fn parameters_that_are_the_same_are_listed_on_demand() {
    let mut harness = comparison(Theme::Dark);
    harness.run();
    harness.get_by_role_and_label(Role::ColumnHeader, "side");
    assert!(harness.query_by_label("learning_rate").is_none());
    harness
        .get_by_role_and_label(Role::RadioButton, "All")
        .click();
    harness.run();
    harness.get_by_role_and_label(Role::ColumnHeader, "learning_rate");
}

#[test]
fn the_table_can_be_saved() {
    let mut harness = comparison(Theme::Dark);
    harness.run();
    harness.get_by_label("Save the table as CSV…").click();
    harness.run();
    let table = harness.state().response.export.clone().unwrap();
    assert_eq!(table.lines().count(), 4);
    assert!(
        table.starts_with("Run,System,Data,\"Test RMSE, best\",\"Test RMSE, last\""),
        "{table}"
    );
    assert!(
        table.contains("User-based,AutoRec,u1.base,0.9482,"),
        "{table}"
    );
}

/// Not a proof of anything: pictures for a person to look at, in the temporary folder.
#[test]
#[ignore = "makes pictures to look at"]
fn pictures() {
    let folder = std::env::temp_dir().join("atelier-curves");
    std::fs::create_dir_all(&folder).unwrap();
    for (theme, name) in [(Theme::Dark, "dark"), (Theme::Light, "light")] {
        let mut harness = log_harness(theme);
        harness.run();
        harness
            .render()
            .unwrap()
            .save(folder.join(format!("log-{name}.png")))
            .unwrap();
        harness
            .get_by_role_and_label(Role::RadioButton, "Warnings")
            .click();
        harness.run();
        harness
            .render()
            .unwrap()
            .save(folder.join(format!("log-warnings-{name}.png")))
            .unwrap();
        let mut harness = comparison(theme);
        harness.run();
        harness
            .get_by_role_and_label(Role::ColumnHeader, "Test RMSE, last")
            .click();
        harness.run();
        harness
            .render()
            .unwrap()
            .save(folder.join(format!("compare-{name}.png")))
            .unwrap();
    }
}
