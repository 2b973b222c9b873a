//! The view of one run in a window of its own, and what a hand does there.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use atelier::data::Monitor;
use atelier::engine::DeviceChoice;
use atelier::record::Status;
use atelier::runs::RunState;
use atelier::systems;
use atelier::ui::results::translations::TranslationView;
use atelier::ui::results::{OtherRun, ResultRun, ResultView as _, RunContext};
use atelier::ui::save::SaveFile;
use atelier::ui::state::DataLook;
use atelier::ui::{Action, theme};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Modifiers, PointerButton, Pos2, Rect, Theme, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::TempDir;

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

    fn ui(&mut self, ui: &mut eframe::egui::Ui) {
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
}

pub(super) type View = Harness<'static, Pane>;

/// As in the window at 1280 × 800 with both side panels open.
pub(super) const USUAL: Vec2 = vec2(872.0, 700.0);

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

/// Shows frames until nothing is read any more.
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

pub(super) fn press(harness: &mut View, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).click();
    settle(harness);
}

/// Chooses from a list that is open: what is in it comes after what was there before.
pub(super) fn pick(harness: &mut View, name: &str) {
    harness.get_all_by_label(name).last().unwrap().click();
    settle(harness);
}

/// Where a picture is drawn whose name begins so.
pub(super) fn canvas(harness: &View, name: &str) -> Rect {
    harness
        .get_by(|node| {
            let label = node.label();
            node.role() == Role::Canvas && label.is_some_and(|label| label.starts_with(name))
        })
        .rect()
}

pub(super) fn canvases(harness: &View) -> Vec<String> {
    harness
        .query_all_by_role(Role::Canvas)
        .filter_map(|node| node.accesskit_node().label())
        .collect()
}

pub(super) fn says(harness: &View, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

pub(super) fn point(harness: &mut View, at: Pos2) {
    harness.event(Event::PointerMoved(at));
    settle(harness);
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

fn saved(harness: &mut View) -> (String, Vec<u8>) {
    let action = harness.state_mut().actions.pop();
    let Some(Action::Save(SaveFile { name, content })) = action else {
        panic!("nothing was saved: {action:?}");
    };
    let mut bytes = Vec::new();
    content.write(&mut bytes, &Monitor::default()).unwrap();
    if let Some(folder) = std::env::var_os("PICTURES") {
        std::fs::write(PathBuf::from(folder).join(&name), &bytes).unwrap();
    }
    (name, bytes)
}

pub(super) fn export(harness: &mut View, entry: &str) -> (String, Vec<u8>) {
    press(harness, Role::Button, "Export pictures");
    press(harness, Role::Button, entry);
    saved(harness)
}
