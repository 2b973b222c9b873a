//! The whole window with a thousand runs in the Explore pane, parallel coordinates alone and the overview, and with ten thousand in its
//! table while that is scrolled.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use atelier::data::RatingsSource;
use atelier::record::Status;
use atelier::runs::{Metric, RunConfig, RunId, RunSummary};
use atelier::ui::AtelierApp;
use atelier::ui::layout::{self, Pane};
use atelier::ui::state::{Places, Settings};
use eframe::egui::{
    self, CursorIcon, Modifiers, MouseWheelUnit, Pos2, Rect, TouchPhase, pos2, vec2,
};
use serde_json::json;

use super::{FRAMES, Headless, Motion, Storage, button, report};

/// Runs of the parts that draw each of them.
const RUNS: usize = 1000;
/// Runs of the table, which draws those in view.
const MANY: usize = 10_000;

/// Measures frames with a thousand runs, and with ten thousand.
pub(crate) fn measure() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runs = folder.path().join("runs");
    for run in 0..RUNS {
        write_run(&runs, run)?;
    }
    for part in ["coordinates", "overview"] {
        for motion in [Moved::Nothing, Moved::Pointer, Moved::Brush] {
            frames(folder.path(), &runs, RUNS, part, motion)?;
        }
    }
    for run in RUNS..MANY {
        write_run(&runs, run)?;
    }
    for motion in [Moved::Nothing, Moved::Pointer, Moved::Wheel] {
        frames(folder.path(), &runs, MANY, "table", motion)?;
    }
    Ok(())
}

/// What a person does meanwhile.
#[derive(Clone, Copy)]
enum Moved {
    Nothing,
    Pointer,
    /// A limit is dragged along an axis.
    Brush,
    Wheel,
}

impl Moved {
    fn name(self) -> &'static str {
        match self {
            Self::Nothing => Motion::None.name(),
            Self::Pointer => "pointer moves",
            Self::Brush => "a limit is dragged",
            Self::Wheel => "scrolled",
        }
    }

    /// `axis` is a place on an axis.
    fn events(self, frame: usize, area: Rect, axis: Pos2) -> Vec<egui::Event> {
        let middle = area.center();
        match self {
            Self::Nothing => Motion::None.events(frame, area),
            Self::Pointer => Motion::Hover.events(frame, area),
            Self::Brush if frame == 0 => {
                vec![egui::Event::PointerMoved(axis), button(axis, true)]
            }
            Self::Brush => {
                let along = 10.0 + (frame % 80) as f32;
                vec![egui::Event::PointerMoved(axis + vec2(0.0, along))]
            }
            Self::Wheel => vec![
                egui::Event::PointerMoved(middle),
                egui::Event::MouseWheel {
                    unit: MouseWheelUnit::Point,
                    // Down through some thousand runs and up again.
                    delta: vec2(0.0, if frame % 200 < 150 { -300.0 } else { 500.0 }),
                    phase: TouchPhase::Move,
                    source: egui::MouseWheelSource::Unknown,
                    modifiers: Modifiers::NONE,
                },
            ],
        }
    }
}

fn frames(folder: &Path, runs: &Path, count: usize, part: &str, moved: Moved) -> Result<()> {
    let mut settings = Settings {
        greeted: true,
        ..Settings::default()
    };
    layout::show(&mut settings.layout, Pane::Explore);
    let kept = json!({"shared": {"set": "all"}, "shown": part});
    settings.panes.insert(Pane::Explore, kept);
    let mut storage = Storage::default();
    settings.save(&mut storage);
    let mut headless = Headless::new(vec2(1280.0, 800.0));
    let places = Places {
        runs: runs.to_owned(),
        data: folder.join("data"),
        samples: None,
    };
    let mut app = AtelierApp::new(&headless.ctx, Some(&storage), places);
    let mut frame = eframe::Frame::_new_kittest();
    let began = Instant::now();
    let mut idle = 0;
    while idle < 20 {
        ensure!(
            began.elapsed() < Duration::from_secs(300),
            "the runs were not read within five minutes"
        );
        headless.app_frame(&mut app, &mut frame, Vec::new());
        let is_idle = app.runs().len() == count && !app.is_working();
        idle = if is_idle { idle + 1 } else { 0 };
        std::thread::sleep(Duration::from_millis(20));
    }
    let axis = match moved {
        Moved::Brush => on_axis(&mut headless, &mut app, &mut frame)
            .context("no axis was found under the pointer")?,
        _ => Pos2::ZERO,
    };
    let mut times = Vec::new();
    for index in 0..FRAMES {
        let events = moved.events(index, headless.area, axis);
        times.push(headless.app_frame(&mut app, &mut frame, events));
    }
    report(&format!("{count} runs, {part}, {}", moved.name()), times);
    Ok(())
}

/// A place on an axis of the parallel coordinates: where the pointer becomes a crosshair.
fn on_axis(
    headless: &mut Headless,
    app: &mut AtelierApp,
    frame: &mut eframe::Frame,
) -> Option<Pos2> {
    let y = headless.area.top() + headless.area.height() * 0.4;
    // From the right: what stands at the left are panels.
    (0..headless.area.width() as usize / 4)
        .rev()
        .find_map(|step| {
            let at = pos2(step as f32 * 4.0, y);
            let ctx = headless.ctx.clone();
            let mut found = false;
            for _ in 0..2 {
                headless.frame(vec![egui::Event::PointerMoved(at)], |ui| {
                    eframe::App::logic(app, &ctx, frame);
                    eframe::App::ui(app, ui, frame);
                    found = ctx.output(|output| output.cursor_icon) == CursorIcon::Crosshair;
                });
            }
            found.then_some(at)
        })
}

fn write_run(runs: &Path, run: usize) -> Result<()> {
    const SYSTEM: &str = "autorec";
    let id = RunId::from(format!("2026-01-01_00-00-00_{SYSTEM}_{run:04x}"));
    let folder = runs.join(id.as_str());
    std::fs::create_dir_all(&folder)?;
    let source = RatingsSource {
        path: "ratings.csv".into(),
        ..RatingsSource::default()
    };
    let mut config = RunConfig::new(SYSTEM, source);
    let (hidden, lambda) = (10 + 7 * (run % 83), 1.5_f64.powi((run % 17) as i32));
    let rate = 10.0_f64.powf(-4.0 + (run % 29) as f64 / 10.0);
    for (key, value) in [
        ("hidden", json!(hidden)),
        ("regularization", json!(lambda)),
        ("learning_rate", json!(rate)),
        ("batch_size", json!(16 << (run % 5))),
        (
            "side",
            json!(if run.is_multiple_of(2) {
                "item"
            } else {
                "user"
            }),
        ),
        ("epochs", json!(10 + run % 13)),
    ] {
        config.parameters.insert(key.to_owned(), value);
    }
    std::fs::write(folder.join("config.toml"), config.to_toml())?;
    let noise = ((run * 7919) % 1000) as f64 / 1e4;
    let rmse = 1.1 - 0.1 * (hidden as f64).log10() + 0.01 * lambda.ln() + noise;
    let metric = |value: f64| Metric {
        last: value,
        best: Some(value),
        step: 100,
    };
    let summary = RunSummary {
        id,
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
        step: 100,
        total_steps: 100,
        epoch: 10.0,
        seconds: 1.0,
        metrics: BTreeMap::from([
            ("validation/rmse".to_owned(), metric(rmse)),
            ("test/rmse".to_owned(), metric(rmse + 0.01)),
        ]),
    };
    std::fs::write(folder.join("run.json"), serde_json::to_string(&summary)?)?;
    Ok(())
}
