//! A person opens ratings, trains, watches, changes the learning rate, stops, and finds the run again.

use crate::window::Window;
use atelier::record::Status;
use atelier::ui::state::{Detail, Selection};
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

fn status(window: &Window) -> Option<Status> {
    window
        .harness
        .state()
        .runs()
        .first()
        .map(atelier::ui::state::Run::status)
}

/// Small enough to finish in a moment.
fn small_config(window: &Window, epochs: usize) -> std::path::PathBuf {
    let ratings =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/ratings/ratings.csv");
    let path = window.folder.path().join("small.toml");
    let text = format!(
        "system = \"autorec\"\nseed = 1\n[data]\npath = {ratings:?}\ntest_fraction = 0.1\n[autorec]\nside = \"item\"\nhidden = 20\nepochs = {epochs}\n"
    );
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_run_is_started_watched_and_kept() {
    let mut window = Window::without_runs();
    window.wait_until("the sample data", |window| {
        window.harness.query_by_label("Training ratings").is_some()
    });
    let config = small_config(&window, 5);
    window.harness.state_mut().open_path(config);
    window.wait_until("the form is filled", |window| {
        window
            .harness
            .state()
            .settings()
            .draft
            .config()
            .parameters
            .get("epochs")
            == Some(&5.into())
    });
    window
        .harness
        .get_by_role_and_label(Role::Button, "Start")
        .click();
    window.wait_until("the run has finished", |window| {
        status(window) == Some(Status::Finished)
            && window.harness.state().runs()[0].details().is_some()
    });
    window.settle();
    let app = window.harness.state();
    let run = &app.runs()[0];
    assert_eq!(app.settings().selection, Selection::Run(run.id.clone()));
    let details = run.details().expect("followed live");
    assert!(details.state.series["train/rmse"].len() >= 5);
    // The error stays the same at first: predictions below the scale are clipped to it. The loss falls from the first step on.
    let losses = &details.state.series["train/loss"].values;
    assert!(losses.last() < losses.first(), "it learns: {losses:?}");
    assert!(
        run.main_measure()
            .is_some_and(|(_, value)| value.is_finite())
    );
    // What the window saw is what the folder holds.
    let folder = atelier::runs::RunFolder::open(&run.path).unwrap();
    let replayed = folder.replay().unwrap().state;
    assert_eq!(
        details.state.series["train/rmse"].values,
        replayed.series["train/rmse"].values
    );
}

#[test]
fn a_running_run_is_paused_changed_resumed_and_stopped() {
    let mut window = Window::without_runs();
    let config = small_config(&window, 100_000);
    window.harness.state_mut().open_path(config);
    window.wait_until("the form is filled", |window| {
        window
            .harness
            .state()
            .settings()
            .draft
            .config()
            .parameters
            .contains_key("epochs")
    });
    window.wait_until("the data", |window| {
        window.harness.query_by_label("Training ratings").is_some()
    });
    window
        .harness
        .get_by_role_and_label(Role::Button, "Start")
        .click();
    window.wait_until("it runs", |window| status(window) == Some(Status::Running));
    window
        .harness
        .get_by_role_and_label(Role::Button, "Pause")
        .click();
    window.wait_until("it pauses", |window| status(window) == Some(Status::Paused));
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::Button, "Resume")
        .click();
    window.wait_until("it goes on", |window| {
        status(window) == Some(Status::Running)
    });
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::Button, "Stop")
        .click();
    window.wait_until("it stops", |window| status(window) == Some(Status::Stopped));
    window.wait_until("its thread is gone", |window| {
        !window.harness.state().runs()[0].active
    });
    let step = window.harness.state().runs()[0].summary.step;
    assert!(step > 0);
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::Button, "Resume")
        .click();
    window.wait_until("it goes on where it was", |window| {
        let run = &window.harness.state().runs()[0];
        run.active && run.summary.step > step && matches!(run.detail, Detail::Read(_))
    });
}

#[test]
fn a_parameter_that_cannot_be_shows_its_problem_and_nothing_starts() {
    let mut window = Window::without_runs();
    window.wait_until("the sample data", |window| {
        window.harness.query_by_label("Training ratings").is_some()
    });
    let system = atelier::systems::find("autorec").unwrap();
    assert!(!system.parameters().is_empty());
    window
        .harness
        .state_mut()
        .set_parameter("regularization", (-1.0).into());
    window.settle();
    window
        .harness
        .get_by_role_and_label(Role::Button, "Start")
        .click();
    window.wait_until("the problem", |window| {
        window
            .harness
            .query_by_label_contains("must be a number from 0")
            .is_some()
    });
    // Start goes there.
    window.settle();
    let field = window
        .harness
        .get_by_role_and_label(Role::SpinButton, "Regularizer");
    assert!(field.accesskit_node().is_focused());
    assert!(window.harness.state().runs().is_empty());
}
