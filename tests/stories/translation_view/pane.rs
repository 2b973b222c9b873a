//! The view of one run in a window of its own, and what a hand does there.

use atelier::engine::DeviceChoice;
use atelier::record::Status;
use atelier::runs::RunState;
use atelier::systems;
use atelier::ui::results::translations::TranslationView;
use atelier::ui::results::{OtherRun, ResultRun, ResultView as _, RunContext};
use atelier::ui::state::DataLook;
use atelier::ui::{Action, theme};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Modifiers, PointerButton, Pos2, Ui};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::TempDir;

use crate::support::result_pane::{self, saved};
pub(super) use crate::support::result_pane::{
    USUAL, canvas, keep, point, press, says, settle, show,
};
use crate::translated::{Streets, Way};

/// The view of one run, beside which there may be others.
pub(super) struct Pane {
    pub(super) view: TranslationView,
    pub(super) folder: TempDir,
    pub(super) state: RunState,
    pub(super) status: Status,
    other: Option<RunState>,
    pub(super) actions: Vec<Action>,
}

impl Pane {
    pub(super) fn new(streets: &Streets, way: Way) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            view: TranslationView::default(),
            state: streets.state(&folder.path().join("run/artifacts"), way),
            status: Status::Finished,
            other: None,
            actions: Vec::new(),
            folder,
        }
    }

    pub(super) fn beside(mut self, streets: &Streets, way: Way) -> Self {
        self.other = Some(streets.state(&self.folder.path().join("other/artifacts"), way));
        self
    }
}

impl result_pane::Pane for Pane {
    fn ui(&mut self, ui: &mut Ui) {
        let tokens = theme::tokens(ui.ctx());
        let paths = ["run", "other"].map(|name| self.folder.path().join(name));
        let shown = |at: usize, state| ResultRun {
            color: tokens.category(at),
            system: systems::find(["cyclegan", "auggan"][at]),
            ..ResultRun::new(
                ["run", "other"][at],
                ["CycleGAN", "AugGAN, hard sharing"][at],
                &paths[at],
                state,
                self.status,
            )
        };
        let other = self.other.as_ref();
        let others: Vec<OtherRun<'_>> = other
            .map(|state| shown(1, state).into())
            .into_iter()
            .collect();
        let context = RunContext {
            run: shown(0, &self.state),
            data: DataLook::Absent,
            others: &others,
            device: DeviceChoice::Cpu,
            kinds: &[],
        };
        let actions = self.view.ui(ui, &context);
        self.actions.extend(actions);
    }

    fn is_working(&self) -> bool {
        self.view.is_working()
    }

    fn actions(&mut self) -> &mut Vec<Action> {
        &mut self.actions
    }
}

pub(super) type View = Harness<'static, Pane>;

/// Chooses from a list that is open: what is in it comes after what was there before.
pub(super) fn pick(harness: &mut View, name: &str) {
    harness.get_all_by_label(name).last().unwrap().click();
    settle(harness);
}

pub(super) fn canvases(harness: &View) -> Vec<String> {
    harness
        .query_all_by_role(Role::Canvas)
        .filter_map(|node| node.accesskit_node().label())
        .collect()
}

pub(super) fn drag(harness: &mut View, from: Pos2, to: Pos2) {
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    harness.event(Event::PointerMoved(from));
    harness.step();
    harness.event(button(from, true));
    harness.step();
    harness.event(Event::PointerMoved(from + (to - from) * 0.5));
    harness.step();
    harness.event(Event::PointerMoved(to));
    harness.step();
    harness.event(button(to, false));
    settle(harness);
}

pub(super) fn export(harness: &mut View, entry: &str) -> (String, Vec<u8>) {
    press(harness, Role::Button, "Export pictures");
    press(harness, Role::Button, entry);
    saved(harness)
}
