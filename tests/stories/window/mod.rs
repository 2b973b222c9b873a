//! A window without a screen: the app of the real one, driven by role and label.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use atelier::ui::AtelierApp;
use atelier::ui::results::registry::NewView;
use atelier::ui::state::Places;
use eframe::egui::{Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;
use tempfile::TempDir;

/// The size of the window, unless a story says otherwise.
const USUAL: Vec2 = vec2(1280.0, 800.0);
/// Builds on a busy machine are slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// The app in a folder of its own.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, AtelierApp>,
    pub(crate) folder: TempDir,
    /// Kept until the window is gone.
    samples: Option<TempDir>,
}

impl Window {
    /// The first start, with the sample data of the checkout.
    pub(crate) fn first_start() -> Self {
        Self::with_samples(Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data"))
    }

    /// The first start, with the sample ratings but no sample runs.
    pub(crate) fn without_runs() -> Self {
        let ratings = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/ratings");
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("ratings");
        std::fs::create_dir(&copy).unwrap();
        for entry in std::fs::read_dir(ratings).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
        }
        let mut window = Self::with_samples(folder.path().to_path_buf());
        window.samples = Some(folder);
        window
    }

    /// The first start with these samples.
    pub(crate) fn with_samples(samples: PathBuf) -> Self {
        Self::with_places(samples, |folder| folder.join("runs"), USUAL, &[])
    }

    /// The first start with the runs elsewhere in the folder of the test.
    pub(crate) fn with_runs_folder(runs: impl FnOnce(&Path) -> PathBuf) -> Self {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
        Self::with_places(samples, runs, USUAL, &[])
    }

    /// The first start with these samples, in a window of this size, with views of further kinds of results.
    pub(crate) fn with(samples: PathBuf, size: Vec2, views: &'static [NewView]) -> Self {
        Self::with_places(samples, |folder| folder.join("runs"), size, views)
    }

    fn with_places(
        samples: PathBuf,
        runs: impl FnOnce(&Path) -> PathBuf,
        size: Vec2,
        views: &'static [NewView],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let places = Places {
            runs: runs(folder.path()),
            data: folder.path().join("data"),
            samples: Some(samples),
        };
        let harness = Harness::builder()
            .with_size(size)
            .build_eframe(move |creation| {
                let views = views.iter().copied();
                AtelierApp::with_views(&creation.egui_ctx, creation.storage, places, views)
            });
        Self {
            harness,
            folder,
            samples: None,
        }
    }

    /// Shows frames until `reached`; fails with `what` after a generous while.
    pub(crate) fn wait_until(&mut self, what: &str, reached: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        loop {
            self.harness.step();
            if reached(self) {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "waited in vain for: {what}; the window says: {:?}",
                self.labels()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What stands in the window.
    fn labels(&self) -> Vec<String> {
        self.harness
            .root()
            .children_recursive()
            .filter_map(|node| {
                let node = node.accesskit_node();
                node.label().or_else(|| node.value())
            })
            .collect()
    }

    /// Shows a few frames, so that menus and panes are where they will be.
    pub(crate) fn settle(&mut self) {
        self.harness.run_steps(4);
    }
}
