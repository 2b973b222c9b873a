//! CPU time of a frame with the curves of ten runs, and of one with co-clusters: layout, drawing and tessellation; what the GPU does
//! comes on top.
//!
//!     cargo bench --bench window_frame [curves] [explore] [matrices]
//!
//! The curves alone have ten runs whose seven measures have 100,000 points each, 7 million in all; the whole window has ten
//! runs of 100,000 points each, read from run folders. A frame is to take at most 4 ms. The Explore pane has a thousand runs, and ten
//! thousand in its table. The matrices have 6,000 × 4,000 cells, all of
//! them stored, and 100,000 × 20,000 with 5 million stored; beside the frames stands how long it takes until everything in view is sharp.

#[path = "window_frame/explore.rs"]
mod explore;
#[path = "window_frame/matrices.rs"]
mod matrices;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use atelier::data::RatingsSource;
use atelier::record::{Event, Status};
use atelier::runs::{RunConfig, RunId, RunState, RunSummary, metrics_of};
use atelier::systems::{ConfigMap, measures_of};
use atelier::ui::layout::{self, Pane};
use atelier::ui::panes::curves::{CurveRun, CurvesView};
use atelier::ui::state::{Detail, Places, Selection, Settings};
use atelier::ui::{AtelierApp, theme};
use eframe::egui::{self, Modifiers, PointerButton, Pos2, RawInput, Rect, pos2, vec2};

const RUNS: usize = 10;
const POINTS: u64 = 100_000;
const FRAMES: usize = 300;
const MEASURES: [&str; 7] = [
    "train/loss",
    "train/rmse",
    "train/mae",
    "validation/rmse",
    "test/rmse",
    "test/mae",
    "time/step",
];

fn main() -> Result<()> {
    println!(
        "{:<44}{:>10}{:>10}{:>10}",
        "frame, in ms", "median", "p99", "longest"
    );
    // `cargo bench --bench window_frame explore` measures that part alone.
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|own| !own.starts_with('-'))
        .collect();
    let is_asked = |part: &str| asked.is_empty() || asked.iter().any(|own| own == part);
    if is_asked("curves") {
        curves_alone();
        whole_window()?;
    }
    if is_asked("explore") {
        explore::measure()?;
    }
    if is_asked("matrices") {
        matrices::measure()?;
    }
    Ok(())
}

fn curves_alone() {
    let mut states: Vec<RunState> = (0..RUNS)
        .map(|run| measured(run as u64, &MEASURES, POINTS))
        .collect();
    let configs: Vec<ConfigMap> = (0..RUNS).map(config).collect();
    let names: Vec<String> = (0..RUNS).map(|run| format!("Run {run}")).collect();
    let mut view = CurvesView::default();
    let mut headless = Headless::new(vec2(1000.0, 700.0));
    theme::install(&headless.ctx);
    let mut show = |states: &[RunState], ui: &mut egui::Ui| {
        let tokens = theme::tokens(ui.ctx());
        let runs: Vec<CurveRun<'_>> = (0..RUNS)
            .map(|run| CurveRun {
                id: &names[run],
                name: &names[run],
                color: tokens.category(run),
                state: &states[run],
                system: "autorec",
                config: &configs[run],
                measures: measures_of("autorec"),
            })
            .collect();
        view.ui(ui, &runs);
    };
    let first = headless.frame(Vec::new(), |ui| show(&states, ui));
    println!(
        "{:<44}{:>10.2}",
        "curves, 7 million points, first frame",
        first.as_secs_f64() * 1e3
    );
    for motion in [Motion::None, Motion::Hover, Motion::Pan] {
        let times = motion.play(&mut headless, |ui| show(&states, ui));
        report(&format!("curves, {}", motion.name()), times);
    }
    // One run goes on: new points in every frame, so that every line is drawn anew.
    let mut times = Vec::new();
    for frame in 0..FRAMES as u64 {
        for step in 1..=10 {
            let step = POINTS + frame * 10 + step;
            for name in MEASURES {
                states[0].apply(&point(name, step, 0.9));
            }
        }
        times.push(headless.frame(Vec::new(), |ui| show(&states, ui)));
    }
    report("curves, one run goes on", times);
}

fn whole_window() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runs = folder.path().join("runs");
    let mut settings = Settings {
        greeted: true,
        ..Settings::default()
    };
    for run in 0..RUNS {
        let id = write_run(&runs, run).context("writing a run folder")?;
        settings.compared.insert(id.clone());
        settings.selection = Selection::Run(id);
    }
    layout::show(&mut settings.layout, Pane::Curves);
    let mut storage = Storage::default();
    settings.save(&mut storage);

    let mut headless = Headless::new(vec2(1280.0, 800.0));
    let places = Places {
        runs,
        data: folder.path().join("data"),
        samples: None,
    };
    let mut app = AtelierApp::new(&headless.ctx, Some(&storage), places);
    let mut frame = eframe::Frame::_new_kittest();
    let began = Instant::now();
    loop {
        let is_read = app
            .runs()
            .iter()
            .filter(|run| matches!(run.detail, Detail::Read(_)))
            .count()
            == RUNS;
        if is_read {
            break;
        }
        ensure!(
            began.elapsed() < Duration::from_secs(60),
            "the runs were not read within a minute"
        );
        headless.app_frame(&mut app, &mut frame, Vec::new());
        std::thread::sleep(Duration::from_millis(20));
    }
    for motion in [Motion::None, Motion::Hover, Motion::Pan] {
        let mut times = Vec::new();
        for index in 0..FRAMES {
            let events = motion.events(index, headless.area);
            times.push(headless.app_frame(&mut app, &mut frame, events));
        }
        motion.end(|events| {
            headless.app_frame(&mut app, &mut frame, events);
        });
        report(&format!("whole window, {}", motion.name()), times);
    }
    Ok(())
}

/// What the pointer does meanwhile.
#[derive(Clone, Copy, PartialEq)]
enum Motion {
    None,
    Hover,
    Pan,
}

impl Motion {
    fn name(self) -> &'static str {
        match self {
            Self::None => "nothing moves",
            Self::Hover => "pointer moves over a plot",
            Self::Pan => "a plot is panned",
        }
    }

    fn events(self, frame: usize, area: Rect) -> Vec<egui::Event> {
        // Over the first plot, whatever stands around it.
        let start = area.min + area.size() * vec2(0.36, 0.36);
        let at = start + vec2(((frame * 3) % 60) as f32, (frame % 7) as f32);
        match self {
            Self::None => vec![egui::Event::PointerGone],
            Self::Pan if frame == 0 => vec![egui::Event::PointerMoved(start), button(start, true)],
            Self::Hover | Self::Pan => vec![egui::Event::PointerMoved(at)],
        }
    }

    fn end(self, mut frame: impl FnMut(Vec<egui::Event>)) {
        frame(vec![
            button(pos2(0.0, 0.0), false),
            egui::Event::PointerGone,
        ]);
    }

    fn play(self, headless: &mut Headless, mut ui: impl FnMut(&mut egui::Ui)) -> Vec<Duration> {
        let times = (0..FRAMES)
            .map(|frame| headless.frame(self.events(frame, headless.area), &mut ui))
            .collect();
        self.end(|events| {
            headless.frame(events, &mut ui);
        });
        times
    }
}

fn button(pos: Pos2, pressed: bool) -> egui::Event {
    egui::Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    }
}

/// A window without a window.
struct Headless {
    ctx: egui::Context,
    area: Rect,
    time: f64,
}

impl Headless {
    fn new(size: egui::Vec2) -> Self {
        Self {
            ctx: egui::Context::default(),
            area: Rect::from_min_size(Pos2::ZERO, size),
            time: 0.0,
        }
    }

    fn input(&mut self, events: Vec<egui::Event>) -> RawInput {
        self.time += 1.0 / 60.0;
        RawInput {
            screen_rect: Some(self.area),
            time: Some(self.time),
            events,
            ..RawInput::default()
        }
    }

    fn frame(&mut self, events: Vec<egui::Event>, mut ui: impl FnMut(&mut egui::Ui)) -> Duration {
        let input = self.input(events);
        let began = cpu_time();
        let output = self.ctx.run_ui(input, |root| ui(root));
        let primitives = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let took = cpu_time().saturating_sub(began);
        drop(primitives);
        took
    }

    fn app_frame(
        &mut self,
        app: &mut AtelierApp,
        frame: &mut eframe::Frame,
        events: Vec<egui::Event>,
    ) -> Duration {
        let ctx = self.ctx.clone();
        self.frame(events, |ui| {
            eframe::App::logic(app, &ctx, frame);
            eframe::App::ui(app, ui, frame);
        })
    }
}

/// CPU time of this thread, which other programs on a busy machine don't disturb; where there is none, the time of day.
fn cpu_time() -> Duration {
    // Linux brings the figure up to date when a thread offers to yield.
    std::thread::yield_now();
    let nanoseconds = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|figures| figures.split(' ').next()?.parse().ok());
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    nanoseconds.map_or_else(|| BEGAN.elapsed(), Duration::from_nanos)
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at =
        |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3;
    println!(
        "{name:<44}{:>10.2}{:>10.2}{:>10.2}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// A run that measured all of `names` at every step.
fn measured(run: u64, names: &[&str], steps: u64) -> RunState {
    let mut state = RunState::default();
    for event in events(run, names, steps) {
        state.apply(&event);
    }
    state
}

/// Errors that fall, with noise.
fn events(run: u64, names: &[&str], steps: u64) -> impl Iterator<Item = Event> {
    let mut noise = run + 1;
    (1..=steps).flat_map(move |step| {
        noise = noise
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let noise = (noise >> 40) as f64 / f64::from(1_u32 << 24) - 0.5;
        let value =
            0.9 + 0.01 * run as f64 + (-8.0 * step as f64 / steps as f64).exp() + 0.05 * noise;
        names
            .iter()
            .enumerate()
            .map(move |(index, name)| point(name, step, value + 0.03 * index as f64))
            .collect::<Vec<_>>()
    })
}

fn point(name: &str, step: u64, value: f64) -> Event {
    Event::Scalar {
        name: name.to_owned(),
        step,
        epoch: step as f64 / 50.0,
        seconds: step as f64 * 0.01,
        value,
    }
}

fn config(run: usize) -> ConfigMap {
    ConfigMap::from_iter([
        ("epochs".to_owned(), (100 * (run + 1)).into()),
        ("seed".to_owned(), run.into()),
    ])
}

/// A finished run of 100,000 points on disk.
fn write_run(runs: &Path, run: usize) -> Result<RunId> {
    const SYSTEM: &str = "autorec";
    let names = &["train/loss", "train/rmse", "train/mae", "test/rmse"];
    let steps = POINTS / names.len() as u64;
    let id = RunId::from(format!("2026-01-01_00-00-{run:02}_{SYSTEM}_{run:04x}"));
    let folder = runs.join(id.as_str());
    std::fs::create_dir_all(&folder)?;
    let config = RunConfig::new(
        SYSTEM,
        RatingsSource {
            path: "ratings.csv".into(),
            ..RatingsSource::default()
        },
    );
    std::fs::write(folder.join("config.toml"), config.to_toml())?;
    let mut lines = String::new();
    let mut state = RunState::default();
    let ended = Event::Status {
        status: Status::Finished,
        step: steps,
        total_steps: steps,
        message: None,
    };
    for event in events(run as u64, names, steps).chain([ended]) {
        state.apply(&event);
        lines.push_str(&serde_json::to_string(&event)?);
        lines.push('\n');
    }
    std::fs::write(folder.join("events.jsonl"), lines)?;
    let summary = RunSummary {
        id: id.clone(),
        name: format!("Run {run}"),
        system: SYSTEM.to_owned(),
        status: Status::Finished,
        message: None,
        seed: 1,
        sweep: None,
        device: "cpu".to_owned(),
        threads: None,
        versions: BTreeMap::new(),
        created: String::new(),
        updated: String::new(),
        data: None,
        step: steps,
        total_steps: steps,
        epoch: state.epoch,
        seconds: state.seconds,
        metrics: metrics_of(&state, measures_of("autorec")),
    };
    std::fs::write(folder.join("run.json"), serde_json::to_string(&summary)?)?;
    Ok(id)
}

#[derive(Default)]
struct Storage(BTreeMap<String, String>);

impl eframe::Storage for Storage {
    fn get_string(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }

    fn set_string(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), value);
    }

    fn remove_string(&mut self, key: &str) {
        self.0.remove(key);
    }

    fn flush(&mut self) {}
}
