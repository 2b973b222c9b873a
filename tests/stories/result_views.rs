//! A person looks at a run that has several kinds of results, one of which nobody had when the window was made; and at all of it in a
//! small window.

use std::path::{Path, PathBuf};

use crate::window::Window;
use atelier::record::ArtifactKind;
use atelier::ui::Action;
use atelier::ui::results::registry::NewView;
use atelier::ui::results::{ResultView, RunContext};
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Rect, Ui, Vec2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tempfile::TempDir;

const DEEPCC: &str = "2026-11-24_22-26-22_deepcc_18d8";
const USUAL: Vec2 = vec2(1280.0, 800.0);

/// A kind of result of its own: orbits, a text file.
#[derive(Default)]
struct Orbits;

impl ResultView for Orbits {
    fn kind(&self) -> ArtifactKind {
        ArtifactKind::new("orbits")
    }

    fn title(&self) -> &'static str {
        "Orbits"
    }

    fn ui(&mut self, ui: &mut Ui, context: &RunContext<'_>) -> Vec<Action> {
        for orbit in context.run.snapshots(&self.kind()) {
            let path = context.run.artifacts().join(&orbit.file);
            ui.label(std::fs::read_to_string(path).unwrap());
        }
        Vec::new()
    }
}

static ORBITS: [NewView; 1] = [|| Box::<Orbits>::default()];

/// The sample ratings and the sample run of DeepCC, which has orbits, too.
fn samples() -> TempDir {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    let folder = tempfile::tempdir().unwrap();
    copy(&shipped.join("ratings"), &folder.path().join("ratings"));
    let run = folder.path().join("runs").join(DEEPCC);
    copy(&shipped.join("runs").join(DEEPCC), &run);
    std::fs::write(run.join("artifacts/orbits.txt"), "nine orbits").unwrap();
    let events = run.join("events.jsonl");
    let line =
        "{\"event\":\"snapshot\",\"kind\":\"orbits\",\"step\":190,\"file\":\"orbits.txt\"}\n";
    let text = std::fs::read_to_string(&events).unwrap();
    std::fs::write(events, text + line).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target: PathBuf = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The window with the run's results in view.
fn results(samples: &TempDir, size: Vec2) -> Window {
    let mut window = Window::with(samples.path().to_path_buf(), size, &ORBITS);
    window.wait_until("the sample run", |window| {
        window.harness.state().runs().len() == 1
    });
    window.settle();
    if window
        .harness
        .query_by_role_and_label(Role::Button, "DeepCC, people × films, Finished")
        .is_none()
    {
        press(&mut window, Role::Button, "Show or hide runs");
    }
    press(
        &mut window,
        Role::Button,
        "DeepCC, people × films, Finished",
    );
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num3);
    window.wait_until("the matrix", |window| {
        says(window, "Reordered matrix") && !window.harness.state().is_working()
    });
    window
}

/// Keeps a picture where `PICTURES` says, to be looked at.
fn keep(window: &mut Window, name: &str) {
    if let Some(folder) = std::env::var_os("PICTURES") {
        let picture = window.harness.render().unwrap();
        picture.save(PathBuf::from(folder).join(name)).unwrap();
    }
}

fn says(window: &Window, text: &str) -> bool {
    window
        .harness
        .query_all_by_label_contains(text)
        .next()
        .is_some()
}

fn press(window: &mut Window, role: Role, name: &str) {
    window.harness.get_by_role_and_label(role, name).click();
    window.settle();
}

#[test]
fn a_run_with_several_kinds_of_results_has_a_tab_for_each() {
    let samples = samples();
    let mut window = results(&samples, USUAL);
    press(&mut window, Role::RadioButton, "Tables");
    window.wait_until("the table", |window| says(window, "600 rows"));
    keep(&mut window, "table.png");
    assert!(says(&window, "cluster") && says(&window, "Save the table…"));
    press(&mut window, Role::RadioButton, "blocks.csv");
    window.wait_until("another table", |window| says(window, "row_cluster"));
    press(&mut window, Role::RadioButton, "Co-clusters");
    assert!(says(&window, "Reordered matrix"));
}

#[test]
fn a_new_kind_of_result_is_one_view_in_the_registry() {
    let samples = samples();
    let mut window = results(&samples, USUAL);
    press(&mut window, Role::RadioButton, "Orbits");
    assert!(says(&window, "nine orbits"));
}

/// Where the controls of the result pane are.
fn controls(window: &Window) -> Vec<(String, Rect)> {
    let all = window.harness.query_all_by(|node| {
        matches!(
            node.role(),
            Role::Button | Role::RadioButton | Role::CheckBox
        )
    });
    all.filter_map(|node| Some((node.accesskit_node().label()?, node.rect())))
        .filter(|(_, rect)| rect.is_positive())
        .collect()
}

#[test]
fn in_a_small_window_nothing_overlaps_and_what_does_not_fit_is_in_a_menu() {
    let samples = samples();
    let mut window = results(&samples, vec2(720.0, 480.0));
    keep(&mut window, "small_window.png");
    let whole = Rect::from_min_size(eframe::egui::Pos2::ZERO, vec2(720.0, 480.0));
    let controls = controls(&window);
    for (at, (name, rect)) in controls.iter().enumerate() {
        assert!(
            whole.expand(0.5).contains_rect(*rect),
            "{name} is cut: {rect:?}"
        );
        for (other, beside) in &controls[at + 1..] {
            let shared = rect.shrink(1.0).intersect(beside.shrink(1.0));
            let inside = rect.contains_rect(*beside) || beside.contains_rect(*rect);
            assert!(
                !shared.is_positive() || inside,
                "{name} and {other} overlap: {rect:?} {beside:?}"
            );
        }
    }
    // The details panel of the matrix leaves little room; what is left out of the toolbar is still there.
    if window
        .harness
        .query_by_role_and_label(Role::Button, "Zoom in")
        .is_none()
    {
        press(&mut window, Role::Button, "More");
    }
    press(&mut window, Role::Button, "Zoom in");
}

#[test]
fn a_run_that_is_marked_while_runs_are_explored_does_not_leave_them() {
    let mut window = Window::first_start();
    window.wait_until("the sample runs", |window| {
        window.harness.state().runs().len() == 7
    });
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::Num5);
    window.settle();
    let marks = "Compare AutoRec, item-based";
    press(&mut window, Role::CheckBox, marks);
    let layout = &window.harness.state().settings().layout;
    assert!(atelier::ui::layout::is_shown(
        layout,
        atelier::ui::layout::Pane::Explore
    ));
}
