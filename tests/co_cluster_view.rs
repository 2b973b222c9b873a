//! A person watches a matrix fold into blocks, asks what a block is, and takes the answer away.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails here fails the test"
)]

mod planted;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use atelier::runs::{RunState, Status};
use atelier::ui::theme;
use atelier::ui::views::co_clusters::{
    CoClustersInput, CoClustersRequest, CoClustersView, DataLook, RunLook,
};
use eframe::egui::accesskit::Role;
use eframe::egui::{Theme, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use planted::Planted;
use tempfile::TempDir;

/// The view of one run.
struct Pane {
    view: CoClustersView,
    planted: Planted,
    state: RunState,
    status: Status,
    artifacts: PathBuf,
    requests: Vec<CoClustersRequest>,
    _folder: TempDir,
}

fn pane(planted: Planted, snapshots: u64, size: Vec2, theme: Theme) -> Harness<'static, Pane> {
    let (folder, artifacts) = planted::folder();
    let pane = Pane {
        state: planted.run(&artifacts, snapshots),
        view: CoClustersView::default(),
        planted,
        status: Status::Finished,
        artifacts,
        requests: Vec::new(),
        _folder: folder,
    };
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_context_setup(theme::install)
        .with_step_dt(1.0 / 60.0)
        .build_ui_state(
            |ui, pane: &mut Pane| {
                let tokens = theme::tokens(ui.ctx());
                eframe::egui::Frame::new()
                    .fill(tokens.surface)
                    .inner_margin(tokens.space.m)
                    .show(ui, |ui| {
                        let input = CoClustersInput {
                            run: RunLook {
                                id: "run",
                                name: "Run",
                                color: tokens.category(0),
                                artifacts: &pane.artifacts,
                                state: &pane.state,
                                status: pane.status,
                            },
                            data: DataLook::Ready(&pane.planted.data),
                        };
                        pane.requests.extend(pane.view.ui(ui, input));
                    });
            },
            pane,
        )
}

/// Shows frames until nothing is read or drawn any more.
fn settle(harness: &mut Harness<'_, Pane>) {
    let began = Instant::now();
    let mut calm = 0;
    while calm < 6 {
        harness.step();
        let busy = harness.state().view.is_working();
        calm = if busy { 0 } else { calm + 1 };
        assert!(began.elapsed() < Duration::from_secs(30), "still at work");
        std::thread::sleep(Duration::from_millis(15));
    }
}

/// Keeps a picture where `PICTURES` says, to be looked at.
fn keep(harness: &mut Harness<'_, Pane>, name: &str) {
    if let Some(folder) = std::env::var_os("PICTURES") {
        let picture = harness.render().unwrap();
        picture.save(PathBuf::from(folder).join(name)).unwrap();
    }
}

#[test]
fn a_person_walks_through_the_snapshots() {
    let planted = Planted::new((420, 150), (4, 3), 14);
    let mut harness = pane(planted, 8, vec2(872.0, 700.0), Theme::Dark);
    settle(&mut harness);
    keep(&mut harness, "newest.png");
    assert!(harness.query_by_label("step 160 · epoch 40").is_some());
    harness
        .get_by_role_and_label(Role::Button, "First snapshot")
        .click();
    settle(&mut harness);
    keep(&mut harness, "first.png");
    assert!(harness.query_by_label("step 20 · epoch 5").is_some());
}
