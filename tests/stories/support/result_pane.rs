//! The view of a result in a window of its own, and what a hand does there.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use atelier::data::Monitor;
use atelier::ui::save::SaveFile;
use atelier::ui::{Action, theme};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Frame, Pos2, Rect, Theme, Ui, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

/// A view with what it shows.
pub(crate) trait Pane {
    /// Fills the window.
    fn ui(&mut self, ui: &mut Ui);

    /// True while something is read or drawn.
    fn is_working(&self) -> bool;

    /// What it asked of the window, oldest first.
    fn actions(&mut self) -> &mut Vec<Action>;
}

/// As in the window at 1280 × 800 with both side panels open.
pub(crate) const USUAL: Vec2 = vec2(872.0, 700.0);

pub(crate) fn show<P: Pane>(pane: P, size: Vec2, theme: Theme) -> Harness<'static, P> {
    let mut harness = Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_context_setup(theme::install)
        .with_step_dt(1.0 / 60.0)
        .build_ui_state(
            |ui, pane: &mut P| {
                let tokens = theme::tokens(ui.ctx());
                Frame::new()
                    .fill(tokens.surface)
                    .inner_margin(tokens.space.m)
                    .show(ui, |ui| pane.ui(ui));
            },
            pane,
        );
    settle(&mut harness);
    harness
}

/// Shows frames until nothing is read or drawn any more.
pub(crate) fn settle<P: Pane>(harness: &mut Harness<'static, P>) {
    let began = Instant::now();
    let mut calm = 0;
    while calm < 6 {
        harness.step();
        let busy = harness.state().is_working();
        calm = if busy { 0 } else { calm + 1 };
        assert!(began.elapsed() < Duration::from_secs(30), "still at work");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Keeps a picture where `PICTURES` says, to be looked at.
pub(crate) fn keep<P: Pane>(harness: &mut Harness<'static, P>, name: &str) {
    if let Some(folder) = std::env::var_os("PICTURES") {
        let picture = harness.render().unwrap();
        picture.save(PathBuf::from(folder).join(name)).unwrap();
    }
}

pub(crate) fn press<P: Pane>(harness: &mut Harness<'static, P>, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).click();
    settle(harness);
}

pub(crate) fn point<P: Pane>(harness: &mut Harness<'static, P>, at: Pos2) {
    harness.event(Event::PointerMoved(at));
    settle(harness);
}

/// Where a picture is drawn whose name begins so.
pub(crate) fn canvas<P: Pane>(harness: &Harness<'static, P>, name: &str) -> Rect {
    harness
        .get_by(|node| {
            let label = node.label();
            node.role() == Role::Canvas && label.is_some_and(|label| label.starts_with(name))
        })
        .rect()
}

pub(crate) fn says<P: Pane>(harness: &Harness<'static, P>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

/// The file that the last action saves: its name and what is written. It is kept where `PICTURES` says, too.
pub(crate) fn saved<P: Pane>(harness: &mut Harness<'static, P>) -> (String, Vec<u8>) {
    let action = harness.state_mut().actions().pop();
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
