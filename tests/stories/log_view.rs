//! Someone looks for what went wrong in a log.

use atelier::record::LogLevel;
use atelier::runs::LogLine;
use atelier::ui::panes::log::LogView;
use atelier::ui::theme;
use eframe::egui::accesskit::Role;
use eframe::egui::{Frame, Theme, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

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
    }
}
