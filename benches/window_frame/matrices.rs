//! Frames of the co-cluster view.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use atelier::data::images::ImageNeeds;
use atelier::data::{Cells, Dataset, Dense, MatrixData, MatrixSource, Source, Sparse};
use atelier::engine::DeviceChoice;
use atelier::record::{ArtifactKind, CoClusters, Side};
use atelier::record::{Event, Status};
use atelier::runs::RunState;
use atelier::ui::results::co_clusters::{Arranged, CoClustersView};
use atelier::ui::results::{ResultRun, ResultView as _, RunContext};
use atelier::ui::state::{DataKey, DataLook, Loaded};
use atelier::ui::theme;
use eframe::egui::{self, Modifiers, MouseWheelSource, MouseWheelUnit, TouchPhase, vec2};

use super::{FRAMES, Headless, button, report};

/// Row clusters and column clusters.
const CLUSTERS: (usize, usize) = (8, 6);

pub(super) fn measure() -> Result<()> {
    one("6,000 × 4,000", &Arc::new(dense(6000, 4000)))?;
    one("100,000 × 20,000", &Arc::new(sparse(100_000, 20_000, 50)))
}

fn one(name: &str, data: &Arc<MatrixData>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let state = run(&folder.path().join("artifacts"), data)?;
    let key = DataKey::new(
        Source::Matrix(MatrixSource::default()),
        ImageNeeds::default(),
        0,
    );
    let loaded = Arc::new(Loaded::new(key, Dataset::Matrix(Arc::clone(data))));
    let mut view = CoClustersView::default();
    view.settings.arranged = Arranged::Reordered;
    view.settings.panel = Some(true);
    let mut headless = Headless::new(vec2(1280.0, 800.0));
    theme::install(&headless.ctx);
    let show = |view: &mut CoClustersView, ui: &mut egui::Ui| {
        let context = RunContext {
            run: ResultRun::new("run", "Run", folder.path(), &state, Status::Finished),
            data: DataLook::Ready(&loaded),
            others: &[],
            device: DeviceChoice::Cpu,
            kinds: &[],
        };
        view.ui(ui, &context);
    };
    let settle = |view: &mut CoClustersView, headless: &mut Headless, what: &str| -> Result<()> {
        let began = Instant::now();
        let mut calm = 0;
        while calm < 3 {
            headless.frame(Vec::new(), |ui| show(view, ui));
            calm = if view.is_working() { 0 } else { calm + 1 };
            ensure!(
                began.elapsed() < Duration::from_secs(60),
                "{name} took too long"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        let took = began.elapsed().as_secs_f64() * 1e3;
        println!(
            "{:<44}{took:>10.0}",
            format!("{name}, until {what} is sharp")
        );
        Ok(())
    };
    settle(&mut view, &mut headless, "everything")?;
    let middle = headless.area.min + headless.area.size() * vec2(0.4, 0.5);
    let scroll = |delta: f32| egui::Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, delta),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    };
    let events = |motion: usize, frame: usize| -> Vec<egui::Event> {
        let away = vec2((frame % 120) as f32 - 60.0, (frame % 90) as f32 - 45.0);
        match (motion, frame) {
            (0, _) => vec![egui::Event::PointerGone],
            (1, _) => vec![egui::Event::PointerMoved(middle + away)],
            (2, _) => vec![
                egui::Event::PointerMoved(middle),
                scroll(if frame < FRAMES / 2 { 12.0 } else { -6.0 }),
            ],
            (_, 0) => vec![egui::Event::PointerMoved(middle), button(middle, true)],
            _ => vec![egui::Event::PointerMoved(middle + 2.0 * away)],
        }
    };
    for (motion, words) in [
        "nothing moves",
        "pointer moves",
        "zoomed in and out",
        "moved about",
    ]
    .into_iter()
    .enumerate()
    {
        let mut times = Vec::new();
        for frame in 0..FRAMES {
            times.push(headless.frame(events(motion, frame), |ui| show(&mut view, ui)));
            // Threads that draw work between frames, as they do in a window.
            std::thread::sleep(Duration::from_millis(2));
        }
        report(&format!("{name}, {words}"), times);
        headless.frame(vec![button(middle, false)], |ui| show(&mut view, ui));
        if motion >= 2 {
            settle(&mut view, &mut headless, "what is in view")?;
        }
    }
    Ok(())
}

/// A run of one snapshot.
fn run(folder: &Path, data: &MatrixData) -> Result<RunState> {
    let side = |total: usize, clusters: usize| Side {
        clusters,
        of: (0..total)
            .map(|row| Some((row * 7 % clusters) as u16))
            .collect(),
        posterior: Vec::new(),
    };
    let clusters = CoClusters {
        rows: side(data.observed.rows(), CLUSTERS.0),
        columns: side(data.observed.columns(), CLUSTERS.1),
    };
    let file = "co_clusters_000001.npz".to_owned();
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join(&file), clusters.to_npz())?;
    let mut state = RunState::default();
    state.apply(&Event::Snapshot {
        kind: ArtifactKind::CO_CLUSTERS,
        step: 1,
        file,
    });
    Ok(state)
}

fn dense(rows: usize, columns: usize) -> MatrixData {
    let values = (0..rows * columns)
        .map(|at| ((at as u32).wrapping_mul(2_654_435_761) >> 16) as f32 / 65_536.0)
        .collect();
    MatrixData::of(Cells::Dense(Arc::new(Dense::new(columns, values))))
}

fn sparse(rows: usize, columns: usize, each: usize) -> MatrixData {
    let mut offsets = vec![0];
    let (mut indices, mut values) = (Vec::new(), Vec::new());
    for row in 0..rows {
        let mut own: Vec<u32> = (0..each)
            .map(|at| {
                let hash = ((row * each + at) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                ((hash >> 32) % columns as u64) as u32
            })
            .collect();
        own.sort_unstable();
        own.dedup();
        values.extend(own.iter().map(|column| 1.0 + (column % 5) as f32));
        indices.extend(own);
        offsets.push(indices.len());
    }
    MatrixData::of(Cells::Sparse(Arc::new(Sparse::from_parts(
        columns, offsets, indices, values,
    ))))
}
