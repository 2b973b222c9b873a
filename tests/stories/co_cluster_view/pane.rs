//! The view of one run in a window of its own, and what a hand does there.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use atelier::data::images::ImageNeeds;
use atelier::data::{Dataset, MatrixData, MatrixSource, Monitor, Source};
use atelier::engine::DeviceChoice;
use atelier::record::Status;
use atelier::runs::RunState;
use atelier::systems;
use atelier::ui::results::co_clusters::CoClustersView;
use atelier::ui::results::{OtherRun, ResultRun, ResultView as _, RunContext};
use atelier::ui::save::SaveFile;
use atelier::ui::state::{DataKey, DataLook, Loaded};
use atelier::ui::{Action, theme};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Modifiers, Pos2, Rect, Theme, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use tempfile::TempDir;

use crate::planted::Planted;

/// The view of one run, beside which there may be another.
pub(super) struct Pane {
    pub(super) view: CoClustersView,
    pub(super) planted: Planted,
    pub(super) data: Arc<Loaded>,
    pub(super) state: RunState,
    pub(super) other: Option<RunState>,
    pub(super) status: Status,
    pub(super) problem: Option<String>,
    pub(super) actions: Vec<Action>,
    pub(super) folder: TempDir,
}

impl Pane {
    pub(super) fn new(planted: Planted, snapshots: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            state: planted.run(&folder.path().join("run/artifacts"), snapshots),
            view: CoClustersView::default(),
            data: loaded(&planted.data),
            planted,
            other: None,
            status: Status::Finished,
            problem: None,
            actions: Vec::new(),
            folder,
        }
    }

    fn ui(&mut self, ui: &mut eframe::egui::Ui) {
        let tokens = theme::tokens(ui.ctx());
        let paths = ["run", "other"].map(|name| self.folder.path().join(name));
        let shown = |at: usize, state, status| ResultRun {
            color: tokens.category(at),
            system: systems::find("deepcc"),
            ..ResultRun::new(
                ["run", "other"][at],
                ["DeepCC", "Spectral co-clustering"][at],
                &paths[at],
                state,
                status,
            )
        };
        let other = self.other.as_ref();
        let others: Vec<OtherRun<'_>> = other
            .map(|state| shown(1, state, Status::Finished).into())
            .into_iter()
            .collect();
        let context = RunContext {
            run: shown(0, &self.state, self.status),
            data: match &self.problem {
                Some(problem) => DataLook::Failed(problem),
                None => DataLook::Ready(&self.data),
            },
            others: &others,
            device: DeviceChoice::Cpu,
            kinds: &[],
        };
        self.actions.extend(self.view.ui(ui, &context));
    }
}

pub(super) fn loaded(data: &Arc<MatrixData>) -> Arc<Loaded> {
    let key = DataKey::new(
        Source::Matrix(MatrixSource::default()),
        ImageNeeds::default(),
        0,
    );
    Arc::new(Loaded::new(key, Dataset::Matrix(Arc::clone(data))))
}

pub(super) type View = Harness<'static, Pane>;

pub(super) fn show(pane: Pane, size: Vec2, theme: Theme) -> View {
    let mut harness = Harness::builder()
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
                    .show(ui, |ui| pane.ui(ui));
            },
            pane,
        );
    settle(&mut harness);
    harness
}

/// As in the window at 1280 × 800 with both side panels open.
pub(super) const USUAL: Vec2 = vec2(872.0, 700.0);

pub(super) fn words() -> Planted {
    Planted::new((420, 150), (4, 3), 14)
}

/// Shows frames until nothing is read or drawn any more.
pub(super) fn settle(harness: &mut View) {
    let began = Instant::now();
    let mut calm = 0;
    while calm < 6 {
        harness.step();
        let busy = harness.state().view.is_working();
        calm = if busy { 0 } else { calm + 1 };
        assert!(began.elapsed() < Duration::from_secs(30), "still at work");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Keeps a picture where `PICTURES` says, to be looked at.
pub(super) fn keep(harness: &mut View, name: &str) {
    if let Some(folder) = std::env::var_os("PICTURES") {
        let picture = harness.render().unwrap();
        picture.save(PathBuf::from(folder).join(name)).unwrap();
    }
}

pub(super) fn press(harness: &mut View, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    settle(harness);
}

pub(super) fn matrix(harness: &View, name: &str) -> Rect {
    let name = format!("{name} matrix");
    harness
        .get_by(|node| {
            let label = node.label();
            node.role() == Role::Canvas && label.is_some_and(|label| label.starts_with(&name))
        })
        .rect()
}

pub(super) fn point(harness: &mut View, at: Pos2) {
    harness.event(Event::PointerMoved(at));
    settle(harness);
}

pub(super) fn click(harness: &mut View, at: Pos2) {
    for pressed in [true, false] {
        harness.event(Event::PointerMoved(at));
        harness.event(Event::PointerButton {
            pos: at,
            button: eframe::egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.step();
    }
    settle(harness);
}

pub(super) fn says(harness: &View, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

fn saved(harness: &mut View) -> (String, Vec<u8>) {
    let action = harness.state_mut().actions.pop();
    let Some(Action::Save(SaveFile { name, content })) = action else {
        panic!("nothing was saved: {action:?}");
    };
    let mut bytes = Vec::new();
    content.write(&mut bytes, &Monitor::default()).unwrap();
    (name, bytes)
}

pub(super) fn export(harness: &mut View, entry: &str) -> (String, Vec<u8>) {
    press(harness, "Export co-clusters");
    press(harness, entry);
    saved(harness)
}
