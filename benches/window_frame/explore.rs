//! The whole window with a thousand runs in the Explore pane: parallel coordinates alone, and the overview.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use atelier::data::RatingsSource;
use atelier::record::Status;
use atelier::runs::{Metric, RunConfig, RunId, RunSummary};
use atelier::ui::AtelierApp;
use atelier::ui::layout::{self, Pane};
use atelier::ui::state::{Places, Settings};
use eframe::egui::vec2;
use serde_json::json;

use super::{FRAMES, Headless, Motion, Storage, report};

const RUNS: usize = 1000;

/// Measures frames with a thousand runs.
pub(crate) fn measure() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let runs = folder.path().join("runs");
    for run in 0..RUNS {
        write_run(&runs, run)?;
    }
    for part in ["coordinates", "overview"] {
        frames(folder.path(), &runs, part)?;
    }
    Ok(())
}

fn frames(folder: &Path, runs: &Path, part: &str) -> Result<()> {
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
            began.elapsed() < Duration::from_secs(120),
            "the runs were not read within two minutes"
        );
        headless.app_frame(&mut app, &mut frame, Vec::new());
        let is_idle = app.runs().len() == RUNS && !app.is_working();
        idle = if is_idle { idle + 1 } else { 0 };
        std::thread::sleep(Duration::from_millis(20));
    }
    for motion in [Motion::None, Motion::Hover] {
        let mut times = Vec::new();
        for index in 0..FRAMES {
            let events = motion.events(index, headless.area);
            times.push(headless.app_frame(&mut app, &mut frame, events));
        }
        motion.end(|events| {
            headless.app_frame(&mut app, &mut frame, events);
        });
        report(&format!("1,000 runs, {part}, {}", motion.name()), times);
    }
    Ok(())
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
