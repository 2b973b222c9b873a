//! Someone compares the curves of their runs: switches axes, smooths, hides, zooms, and saves what they see.

mod example_runs;
mod pointer;
mod taken_away;

use atelier::runs::RunState;
use atelier::systems::{ConfigMap, measures_of};
use atelier::ui::panes::curves::axis::{XAxis, YAxis};
use atelier::ui::panes::curves::{CurveRun, CurvesExport, CurvesView};
use atelier::ui::theme;
use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{Pos2, Theme, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use example_runs::{three_runs, translated_run};
use pointer::{box_zoom, double_click};
use taken_away::export_csv;

/// A run, the view, and what it asked for last.
struct Pane {
    view: CurvesView,
    runs: Vec<(String, RunState, ConfigMap)>,
    exported: Option<CurvesExport>,
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
                                system,
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
