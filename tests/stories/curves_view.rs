//! Someone compares the curves of their runs: switches axes, smooths, hides, zooms, and saves what they see.

use std::path::{Path, PathBuf};

use atelier::record::Status;
use atelier::runs::{self, RunFolder, RunState};
use atelier::systems::{self, ConfigMap, measures_of};
use atelier::ui::panes::curves::axis::{XAxis, YAxis};
use atelier::ui::panes::curves::{CurveRun, CurvesExport, CurvesView};
use atelier::ui::theme;
use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{Event, Modifiers, PointerButton, Pos2, Theme, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use serde_json::json;

/// A run, the view, and what it asked for last.
struct Pane {
    view: CurvesView,
    runs: Vec<(String, RunState, ConfigMap)>,
    exported: Option<CurvesExport>,
}

/// A run whose errors fall toward `floor`, with noise from a small generator of its own.
fn run(floor: f64, steps: u64, seed: u64) -> RunState {
    let mut state = RunState::default();
    state.apply(&atelier::record::Event::Status {
        status: Status::Running,
        step: 0,
        total_steps: steps,
        message: None,
    });
    let mut noise = seed;
    let mut next = || {
        noise = noise
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (noise >> 40) as f64 / f64::from(1_u32 << 24) - 0.5
    };
    for step in 1..=steps {
        let time = step as f64 / steps as f64;
        let fall = (-9.0 * time).exp();
        let (epoch, seconds) = (step as f64 / 4.0, step as f64 * 0.11);
        let mut scalar = |name: &str, value: f64| {
            state.apply(&atelier::record::Event::Scalar {
                name: name.to_owned(),
                step,
                epoch,
                seconds,
                value,
            });
        };
        let rmse = floor - 0.09 + 0.55 * fall - 0.03 * time;
        scalar("train/loss", rmse * rmse * (1.0 + 0.16 * next()));
        scalar("train/rmse", rmse + 0.03 * next());
        scalar("train/mae", 0.79 * rmse + 0.02 * next());
        scalar(
            "time/step",
            0.11 + 0.03 * next() + if step % 97 == 0 { 0.12 } else { 0.0 },
        );
        if step % 4 == 0 {
            let test =
                floor + 0.42 * fall + 0.035 * (time - 0.55).max(0.0).powi(2) + 0.003 * next();
            scalar("validation/rmse", test - 0.012 + 0.003 * next());
            scalar("test/rmse", test);
            scalar("test/mae", 0.785 * test);
        }
    }
    state
}

fn config(value: serde_json::Value) -> ConfigMap {
    value.as_object().unwrap().clone()
}

fn three_runs() -> Vec<(String, RunState, ConfigMap)> {
    let mut with_change = run(0.905, 600, 1);
    with_change.apply(&atelier::record::Event::Parameter {
        key: "learning_rate".to_owned(),
        value: json!(0.0005),
        step: 300,
        seconds: 33.0,
    });
    vec![
        (
            "Item-based, 500 hidden".to_owned(),
            with_change,
            config(
                json!({"side": "item", "hidden": [500], "learning_rate": 0.001, "regularization": 20}),
            ),
        ),
        (
            "User-based".to_owned(),
            run(0.948, 600, 2),
            config(
                json!({"side": "user", "hidden": [500], "learning_rate": 0.001, "regularization": 100}),
            ),
        ),
        (
            "Small".to_owned(),
            run(0.931, 420, 3),
            config(
                json!({"side": "item", "hidden": [50], "learning_rate": 0.001, "regularization": 20}),
            ),
        ),
    ]
}

fn pane<'a>(
    system: &'static str,
    runs: Vec<(String, RunState, ConfigMap)>,
    size: Vec2,
    theme: Theme,
) -> Harness<'a, Pane> {
    let pane = Pane {
        view: CurvesView::default(),
        runs,
        exported: None,
    };
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_context_setup(theme::install)
        .with_max_steps(12)
        .with_step_dt(1.0 / 60.0)
        .build_ui_state(
            move |ui, pane: &mut Pane| {
                let tokens = theme::tokens(ui.ctx());
                eframe::egui::Frame::new()
                    .fill(tokens.surface)
                    .inner_margin(tokens.space.m)
                    .show(ui, |ui| {
                        let runs: Vec<CurveRun<'_>> = pane
                            .runs
                            .iter()
                            .enumerate()
                            .map(|(index, (name, state, config))| CurveRun {
                                id: name,
                                name,
                                color: tokens.category(index),
                                state,
                                config,
                                measures: measures_of(system),
                            })
                            .collect();
                        let response = pane.view.ui(ui, &runs);
                        pane.exported = response.export.or(pane.exported.take());
                    });
            },
            pane,
        )
}

fn shown<'a>(runs: Vec<(String, RunState, ConfigMap)>) -> Harness<'a, Pane> {
    shown_as("autorec", runs, vec2(900.0, 600.0))
}

fn shown_as<'a>(
    system: &'static str,
    runs: Vec<(String, RunState, ConfigMap)>,
    size: Vec2,
) -> Harness<'a, Pane> {
    let mut harness = pane(system, runs, size, Theme::Dark);
    harness.run();
    harness
}

#[test]
fn every_measure_has_a_plot_and_every_run_a_line() {
    let harness = shown(three_runs());
    for figure in [
        "Loss by step, 3 lines",
        "RMSE by step, 9 lines",
        "MAE by step, 6 lines",
        "Time per step by step, 3 lines",
    ] {
        harness.get_by_role_and_label(Role::Figure, figure);
    }
}

#[test]
fn the_x_axis_the_log_axis_and_the_smoothing_are_switched_by_their_controls() {
    let mut harness = shown(three_runs());
    harness
        .get_by_role_and_label(Role::RadioButton, "Epoch")
        .click();
    harness.run();
    assert_eq!(harness.state().view.settings.x_axis, XAxis::Epoch);
    harness.get_by_role_and_label(Role::Figure, "RMSE by epoch, 9 lines");

    assert_eq!(harness.state().view.settings.y_axis, YAxis::Auto);
    harness
        .get_by_role_and_label(Role::RadioButton, "Log y")
        .click();
    harness.run();
    assert_eq!(harness.state().view.settings.y_axis, YAxis::Log);
    let toggled = harness
        .get_by_role_and_label(Role::RadioButton, "Log y")
        .accesskit_node()
        .toggled();
    assert_eq!(toggled, Some(Toggled::True));

    harness
        .get_by_role_and_label(Role::Slider, "Smoothing")
        .set_value_accesskit(0.0);
    harness.run();
    assert_eq!(harness.state().view.settings.smoothing, 0.0);
}

#[test]
fn a_click_in_the_legend_hides_a_run_and_another_shows_it() {
    let mut harness = shown(three_runs());
    harness
        .get_by_role_and_label(Role::CheckBox, "Small")
        .click();
    harness.run();
    harness.get_by_role_and_label(Role::Figure, "RMSE by step, 6 lines");
    harness
        .get_by_role_and_label(Role::CheckBox, "Small")
        .click();
    harness.run();
    // Of the plot of RMSE; MAE has none.
    harness
        .get_by_role_and_label(Role::CheckBox, "validation")
        .click();
    harness.run();
    harness.get_by_role_and_label(Role::Figure, "RMSE by step, 6 lines");
    harness.get_by_role_and_label(Role::CheckBox, "validation");
}

/// A run of CycleGAN, measured once at its end.
fn translated_run() -> RunState {
    let mut state = RunState::default();
    for step in 1..=40_u64 {
        let mut scalar = |name: &str, value: f64| {
            state.apply(&atelier::record::Event::Scalar {
                name: name.to_owned(),
                step,
                epoch: step as f64,
                seconds: step as f64,
                value,
            });
        };
        for side in ["a", "b"] {
            scalar(&format!("loss/gan_{side}"), 0.5);
            scalar(&format!("loss/discriminator_{side}"), 0.25);
            scalar(&format!("loss/cycle_{side}"), 1.0 / step as f64);
            scalar(&format!("loss/identity_{side}"), 1.0 / step as f64);
            for what in ["real", "fake"] {
                scalar(&format!("discriminator_{side}/accuracy_{what}"), 0.5);
            }
            if step == 40 {
                for (part, other) in [("fake", 0.4), ("identity", 0.3), ("real", 0.8)] {
                    scalar(&format!("{part}_{side}/fcn_miou"), other);
                }
                scalar(&format!("fake_{side}/kernel_distance"), 1.5);
            }
        }
        scalar("loss/generator", 8.0 / step as f64);
    }
    state
}

#[test]
fn a_translator_has_its_directions_in_one_plot_each_and_single_values_in_a_table() {
    let run = ("CycleGAN".to_owned(), translated_run(), ConfigMap::new());
    let harness = shown_as("cyclegan", vec![run], vec2(900.0, 600.0));
    for figure in [
        "Generator loss by step, 1 line",
        "Adversarial loss by step, 2 lines",
        "Discriminator loss by step, 2 lines",
        "Discriminator accuracy by step, 4 lines",
        "Cycle loss by step, 2 lines",
        "Identity loss by step, 2 lines",
    ] {
        harness.get_by_role_and_label(Role::Figure, figure);
    }
    for heading in [
        "Generator",
        "Discriminators",
        "Cycle",
        "Identity",
        "Quality",
    ] {
        assert!(harness.get_all_by_label(heading).count() > 0, "{heading}");
    }
    // Single values: a table, no plot.
    for text in ["FCN mIoU", "Kernel distance", "A → B", "real B"] {
        harness.get_by_label(text);
    }
    assert!(
        harness
            .query_by_label("FCN mIoU by step, 6 lines")
            .is_none()
    );
}

#[test]
fn plots_stand_below_each_other_where_the_pane_is_narrow_and_none_is_cut() {
    for (size, columns) in [(vec2(300.0, 400.0), 1), (vec2(600.0, 400.0), 2)] {
        let run = ("CycleGAN".to_owned(), translated_run(), ConfigMap::new());
        let harness = shown_as("cyclegan", vec![run], size);
        let plots: Vec<_> = harness
            .get_all_by_role(Role::Figure)
            .map(|plot| plot.rect())
            .collect();
        assert!(
            plots
                .iter()
                .all(|plot| plot.right() <= size.x && plot.width() > 200.0)
        );
        let first_row = plots.iter().filter(|plot| plot.top() == plots[0].top());
        assert_eq!(first_row.count(), columns);
    }
}

#[test]
fn a_measure_can_be_left_out() {
    let mut harness = shown(three_runs());
    harness.get_by_label("Measures").click();
    harness.run();
    harness
        .get_by_role_and_label(Role::CheckBox, "Time per step")
        .click();
    harness.run();
    assert!(
        harness
            .query_by_label("Time per step by step, 3 lines")
            .is_none()
    );
    let hidden = &harness.state().view.settings.hidden_groups;
    assert_eq!(hidden.iter().collect::<Vec<_>>(), ["time/step"]);
}

#[test]
fn parameters_that_differ_stand_beside_the_curves() {
    let harness = shown(three_runs());
    // Each run says them, however narrow the window.
    for key in ["side", "hidden", "regularization"] {
        assert!(
            harness.query_all_by_label_contains(key).count() >= 3,
            "{key}"
        );
    }
    let same = harness.query_all_by_label_contains("learning_rate");
    assert_eq!(same.count(), 0, "it is the same in all runs");
}

#[test]
fn a_box_zooms_all_plots_along_x_and_a_double_click_shows_everything() {
    let mut harness = shown(three_runs());
    let reset = |harness: &Harness<'_, Pane>| {
        harness
            .get_by_label("Show everything")
            .accesskit_node()
            .is_disabled()
    };
    assert!(reset(&harness), "nothing to reset yet");

    let plot = harness
        .get_by_role_and_label(Role::Figure, "Loss by step, 3 lines")
        .rect();
    let at = |x: f32, y: f32| plot.min + plot.size() * vec2(x, y);
    box_zoom(&mut harness, at(0.3, 0.2), at(0.6, 0.7));
    assert!(!reset(&harness), "zoomed");
    let zoomed = export_csv(&mut harness);

    double_click(&mut harness, at(0.5, 0.5));
    assert!(reset(&harness), "everything is in view again");
    let all = export_csv(&mut harness);
    // 4 scalars a step, 3 more every fourth, of 600, 600 and 420 steps; and the header.
    assert_eq!(all, 1 + 4 * 1620 + 3 * 405);
    assert!(zoomed < all / 2, "{zoomed} of {all} points in the box");
}

#[test]
fn without_runs_the_pane_says_what_to_do() {
    let harness = shown(Vec::new());
    harness.get_by_label("No run selected");
    let harness = shown(vec![(
        "new".to_owned(),
        RunState::default(),
        ConfigMap::new(),
    )]);
    harness.get_by_label("Nothing measured yet");
}

#[test]
fn values_that_are_not_numbers_do_not_stop_the_view() {
    let mut state = RunState::default();
    for step in 1..=50 {
        let value = match step {
            10 => f64::NAN,
            20 => f64::INFINITY,
            30 => f64::NEG_INFINITY,
            40 => 0.0,
            41 => -1.0,
            _ => 1e-300_f64.max(step as f64),
        };
        state.apply(&atelier::record::Event::Scalar {
            name: "train/loss".to_owned(),
            step,
            epoch: f64::NAN,
            seconds: 0.0,
            value,
        });
        state.apply(&atelier::record::Event::Scalar {
            name: "test/rmse".to_owned(),
            step,
            epoch: f64::NAN,
            seconds: 0.0,
            value: f64::NAN,
        });
    }
    let mut harness = shown(vec![("odd".to_owned(), state, ConfigMap::new())]);
    harness.get_by_label("not a number");
    for axis in ["Epoch", "Time"] {
        harness
            .get_by_role_and_label(Role::RadioButton, axis)
            .click();
        harness
            .get_by_role_and_label(Role::RadioButton, "Log y")
            .click();
        harness
            .get_by_role_and_label(Role::CheckBox, "Ignore outliers")
            .click();
        harness.run();
        let centers: Vec<Pos2> = harness
            .get_all_by_role(Role::Figure)
            .map(|plot| plot.rect().center())
            .collect();
        harness.hover_at(centers[0]);
        harness.run();
    }
}

/// Drags a box with the right button.
fn box_zoom(harness: &mut Harness<'_, Pane>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.run();
    press(harness, from, PointerButton::Secondary, true);
    for share in [0.3, 0.7, 1.0] {
        harness.hover_at(from + (to - from) * share);
        harness.run();
    }
    press(harness, to, PointerButton::Secondary, false);
}

fn double_click(harness: &mut Harness<'_, Pane>, at: Pos2) {
    // Long enough that clicks before do not count.
    harness.run_steps(30);
    harness.hover_at(at);
    for _ in 0..2 {
        for pressed in [true, false] {
            harness.event(Event::PointerButton {
                pos: at,
                button: PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
        }
    }
    harness.run();
}

fn press(harness: &mut Harness<'_, Pane>, pos: Pos2, button: PointerButton, pressed: bool) {
    harness.event(Event::PointerButton {
        pos,
        button,
        pressed,
        modifiers: Modifiers::NONE,
    });
    harness.run();
}

/// Saves the points in view, and counts the lines of the file.
fn export_csv(harness: &mut Harness<'_, Pane>) -> usize {
    harness.get_by_label("Export curves").click();
    harness.run();
    harness.get_by_label("Points in view as CSV…").click();
    harness.run();
    let Some(CurvesExport::Csv(table)) = harness.state_mut().exported.take() else {
        panic!("no table came")
    };
    let mut bytes = Vec::new();
    table.write(&mut bytes).unwrap();
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

#[test]
fn the_plots_in_view_are_taken_away_as_vectors_on_white() {
    let mut harness = pane("autorec", three_runs(), vec2(900.0, 600.0), Theme::Dark);
    harness.run();
    let export = |harness: &mut Harness<'_, Pane>, entry: &str| {
        harness.get_by_label("Export curves").click();
        harness.run();
        harness.get_by_label(entry).click();
        harness.run();
        let export = harness.state_mut().exported.take().expect("an export");
        let mut bytes = Vec::new();
        export.write(&mut bytes).unwrap();
        (export.name(), bytes)
    };
    let (name, drawing) = export(&mut harness, "Plots as SVG…");
    assert_eq!(name, "curves.svg");
    let drawing = String::from_utf8(drawing).unwrap();
    assert!(drawing.starts_with("<svg ") && drawing.contains("fill=\"#ffffff\""));
    assert!(drawing.contains(">Step</text>") && drawing.contains("stroke-width=\"1.75\""));
    let (name, picture) = export(&mut harness, "Plots as PNG…");
    assert_eq!(name, "curves.png");
    let picture = image::load_from_memory(&picture).unwrap().to_rgb8();
    assert_eq!(picture.get_pixel(0, 0).0, [255; 3]);
}

/// Not a proof of anything: pictures for a person to look at, in the temporary folder.
/// `cargo test --release --test curves_view -- --ignored`
#[test]
#[ignore = "makes pictures to look at"]
fn pictures() {
    let folder = std::env::temp_dir().join("atelier-curves");
    std::fs::create_dir_all(&folder).unwrap();
    for (theme, name) in [(Theme::Dark, "dark"), (Theme::Light, "light")] {
        let save = |harness: &mut Harness<'_, Pane>, what: &str| {
            harness
                .render()
                .unwrap()
                .save(folder.join(format!("{what}-{name}.png")))
                .unwrap();
        };
        let mut harness = pane("autorec", three_runs(), vec2(900.0, 600.0), theme);
        harness.run();
        save(&mut harness, "three");
        let plot = harness
            .get_by_role_and_label(Role::Figure, "RMSE by step, 9 lines")
            .rect();
        harness.hover_at(plot.min + plot.size() * vec2(0.4, 0.7));
        harness.run();
        save(&mut harness, "hover");

        let mut one = three_runs();
        one.truncate(1);
        let mut harness = pane("autorec", one, vec2(900.0, 600.0), theme);
        harness.run();
        save(&mut harness, "one");
        harness
            .get_by_role_and_label(Role::RadioButton, "Log y")
            .click();
        harness
            .get_by_role_and_label(Role::RadioButton, "Time")
            .click();
        harness.run();
        let plot = harness
            .get_by_role_and_label(Role::Figure, "RMSE by time, 3 lines")
            .rect();
        harness.hover_at(plot.min + plot.size() * vec2(0.8, 0.5));
        harness.run();
        save(&mut harness, "one-log-time");

        for (folder_of_run, system) in sample_runs() {
            let run = RunFolder::open(&folder_of_run).unwrap();
            let state = run.replay().unwrap().state;
            let run = (system.to_owned(), state, ConfigMap::new());
            for (width, height) in [(900.0, 640.0), (400.0, 480.0)] {
                let mut harness = pane(system, vec![run.clone()], vec2(width, height), theme);
                harness.run();
                save(&mut harness, &format!("{system}-{width}"));
            }
        }

        let many = (0..8_u64)
            .map(|index| {
                (
                    format!("Run {index}"),
                    run(0.9 + 0.01 * index as f64, 4000, index),
                    config(json!({"seed": index, "hidden": [100 * (index + 1)]})),
                )
            })
            .collect();
        let mut harness = pane("autorec", many, vec2(900.0, 600.0), theme);
        harness.run();
        let plot = harness
            .get_by_role_and_label(Role::Figure, "RMSE by step, 24 lines")
            .rect();
        harness.hover_at(plot.min + plot.size() * vec2(0.5, 0.7));
        harness.run();
        save(&mut harness, "many");
    }
}

/// The sample runs of every system that has some, with its id.
fn sample_runs() -> Vec<(PathBuf, &'static str)> {
    let runs = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/runs");
    let listed = runs::list(&runs).unwrap();
    let system_of = |run: &runs::Listed| {
        let id = &run.summary.as_ref().unwrap().system;
        systems::find(id).unwrap().id()
    };
    listed
        .iter()
        .map(|run| (run.path.clone(), system_of(run)))
        .collect()
}
