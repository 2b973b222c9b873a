//! The view of one run in a window of its own, and what a hand does there.

use std::sync::Arc;

use atelier::data::images::ImageNeeds;
use atelier::data::{Dataset, MatrixData, MatrixSource, Source};
use atelier::engine::DeviceChoice;
use atelier::record::Status;
use atelier::runs::RunState;
use atelier::systems;
use atelier::ui::results::co_clusters::CoClustersView;
use atelier::ui::results::{OtherRun, ResultRun, ResultView as _, RunContext};
use atelier::ui::state::{DataKey, DataLook, Loaded};
use atelier::ui::{Action, theme};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Modifiers, Pos2, Rect, Ui};
use egui_kittest::Harness;
use tempfile::TempDir;

use crate::planted::Planted;
use crate::support::result_pane::{self, saved};
pub(super) use crate::support::result_pane::{USUAL, keep, point, says, settle, show};

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
}

impl result_pane::Pane for Pane {
    fn ui(&mut self, ui: &mut Ui) {
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

    fn is_working(&self) -> bool {
        self.view.is_working()
    }

    fn actions(&mut self) -> &mut Vec<Action> {
        &mut self.actions
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

pub(super) fn words() -> Planted {
    Planted::new((420, 150), (4, 3), 14)
}

pub(super) fn press(harness: &mut View, name: &str) {
    result_pane::press(harness, Role::Button, name);
}

pub(super) fn matrix(harness: &View, name: &str) -> Rect {
    result_pane::canvas(harness, &format!("{name} matrix"))
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

pub(super) fn export(harness: &mut View, entry: &str) -> (String, Vec<u8>) {
    press(harness, "Export co-clusters");
    press(harness, entry);
    saved(harness)
}
