//! What leaves the view: points and vectors.

use atelier::runs::RunFolder;
use atelier::systems::ConfigMap;
use atelier::ui::panes::curves::CurvesExport;
use eframe::egui::accesskit::Role;
use eframe::egui::{Theme, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use serde_json::json;

use super::example_runs::{config, run, sample_runs, three_runs};
use super::{Pane, pane};

/// Saves the points in view, and counts the lines of the file.
pub(super) fn export_csv(harness: &mut Harness<'_, Pane>) -> usize {
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
