//! The views of results: a folder for each kind of artifact, and one line for each in [`registry`].
//!
//! A view is given a run and what surrounds it ([`RunContext`]) and answers with what the window is to do. Its jobs and caches live with
//! it; what a restart brings back is a small struct apart.

pub mod cache;
pub mod co_clusters;
mod files;
pub mod image;
pub mod predictions;
pub mod registry;
pub mod table;
mod timeline;
pub mod translations;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use eframe::egui::{Color32, Ui};
use egui_material_icons::icons;
use serde_json::Value;

use super::app::Action;
use super::state::DataLook;
use super::widgets::EmptyState;
use crate::draw::format;
use crate::engine::{DeviceChoice, NewestResults};
use crate::record::{ArtifactKind, Measures, Status};
use crate::runs::{RunFolder, RunState, SnapshotRef};
use crate::systems::{AnySystem, ConfigMap};
use cache::Source;
use translations::FolderEnd;

/// Shows the artifacts of one kind.
pub trait ResultView {
    /// The kind.
    fn kind(&self) -> ArtifactKind;

    /// The name of its tab.
    fn title(&self) -> &'static str;

    /// True if it has something to show of the run: an artifact of its kind, unless it says otherwise.
    fn shows(&self, context: &RunContext<'_>) -> bool {
        context.run.has(&self.kind())
    }

    /// Fills `ui`; what it asks the window to do.
    fn ui(&mut self, ui: &mut Ui, context: &RunContext<'_>) -> Vec<Action>;

    /// The ids of the runs that it shows beside the selected one: their events are read.
    fn compared(&self) -> Vec<String> {
        Vec::new()
    }

    /// True if it reads or computes something.
    fn is_working(&self) -> bool {
        false
    }

    /// Takes something that came from outside of it; false if it is not for this view.
    fn take(&mut self, _input: &ViewInput) -> bool {
        false
    }

    /// Settings that survive a restart.
    fn settings(&self) -> Value {
        Value::Null
    }

    /// Brings it back.
    fn restore(&mut self, _settings: Value) {}
}

/// Something that reaches a view from outside of it: a command, a file from a dialog, a file that was dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewInput {
    /// Translate this picture.
    Picture(PathBuf),
    /// Open the dialog that translates a folder.
    TranslateFolder,
    /// A folder that was chosen for that dialog.
    Folder(FolderEnd, PathBuf),
    /// A file or folder that was dropped on the window.
    Dropped(PathBuf),
    /// A file of a person's ratings.
    OwnRatings(PathBuf),
    /// Show the picture so many places further down in the list.
    StepPicture(isize),
}

/// A run whose results are shown.
#[derive(Clone, Copy)]
pub struct ResultRun<'a> {
    /// Tells runs apart from frame to frame.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// Its color everywhere.
    pub color: Color32,
    /// Its folder.
    pub path: &'a Path,
    /// The fold over its events.
    pub state: &'a RunState,
    /// Its status.
    pub status: Status,
    /// True if a thread of this window works on it.
    pub active: bool,
    /// Its system, if this version knows it.
    pub system: Option<&'static dyn AnySystem>,
    /// Its config, complete.
    pub parameters: &'a ConfigMap,
    /// Where the newest results of runs of this window wait.
    pub newest: Option<&'a NewestResults>,
}

impl<'a> ResultRun<'a> {
    /// A run of the folder `path` that no thread works on, of a system that is not known.
    #[must_use]
    pub fn new(
        id: &'a str,
        name: &'a str,
        path: &'a Path,
        state: &'a RunState,
        status: Status,
    ) -> Self {
        static NO_PARAMETERS: LazyLock<ConfigMap> = LazyLock::new(ConfigMap::new);
        Self {
            id,
            name,
            color: Color32::GRAY,
            path,
            state,
            status,
            active: false,
            system: None,
            parameters: &NO_PARAMETERS,
            newest: None,
        }
    }

    /// The meaning of its scalars.
    #[must_use]
    pub fn measures(&self) -> Measures {
        self.system
            .map_or_else(Measures::default, AnySystem::measures)
    }

    /// Its artifacts of a kind, in order.
    #[must_use]
    pub fn snapshots(&self, kind: &ArtifactKind) -> Vec<&'a SnapshotRef> {
        let all = self.state.snapshots.iter();
        all.filter(|snapshot| snapshot.kind == *kind).collect()
    }

    /// True if it has an artifact of a kind.
    #[must_use]
    pub fn has(&self, kind: &ArtifactKind) -> bool {
        let mut all = self.state.snapshots.iter();
        all.any(|snapshot| snapshot.kind == *kind)
    }

    /// The folder with its artifacts.
    #[must_use]
    pub fn artifacts(&self) -> PathBuf {
        RunFolder::artifacts_in(self.path)
    }

    /// Where an artifact is: in memory if it is the newest, else in its file.
    ///
    /// # Errors
    /// If the name is not that of a file in the folder of artifacts.
    pub fn source(&self, file: &str, step: u64) -> Result<Source, String> {
        let newest = self
            .newest
            .and_then(|newest| newest.take(self.id, file, step));
        if let Some(content) = newest {
            return Ok(Source::Memory(content));
        }
        let is_plain = Path::new(file).file_name().is_some_and(|name| name == file);
        if is_plain {
            Ok(Source::File(self.artifacts().join(file)))
        } else {
            Err(format!("`{file}` is not the name of an artifact"))
        }
    }
}

impl std::fmt::Debug for ResultRun<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResultRun")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// A run on the same data, to compare with.
#[derive(Debug, Clone, Copy)]
pub struct OtherRun<'a> {
    /// Tells runs apart from frame to frame.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// Its color everywhere.
    pub color: Color32,
    /// The whole of it, once its events are read ([`ResultView::compared`]).
    pub read: Option<ResultRun<'a>>,
}

impl<'a> From<ResultRun<'a>> for OtherRun<'a> {
    fn from(run: ResultRun<'a>) -> Self {
        Self {
            id: run.id,
            name: run.name,
            color: run.color,
            read: Some(run),
        }
    }
}

/// A run with what surrounds it.
#[derive(Debug, Clone, Copy)]
pub struct RunContext<'a> {
    /// The selected run.
    pub run: ResultRun<'a>,
    /// The data that it learns from.
    pub data: DataLook<'a>,
    /// The runs on the same data.
    pub others: &'a [OtherRun<'a>],
    /// Where models are asked for results.
    pub device: DeviceChoice,
    /// The kinds of artifacts that have a view of their own.
    pub kinds: &'a [ArtifactKind],
}

impl<'a> RunContext<'a> {
    /// Those of the runs with these ids that are read.
    pub fn compared(&self, ids: &[String]) -> Vec<ResultRun<'a>> {
        let read = |id: &String| self.others.iter().find(|other| other.id == id)?.read;
        ids.iter().filter_map(read).collect()
    }

    /// The artifacts that this view shows: those of its kind, and those without a view of their own whose files end in one of `endings`.
    #[must_use]
    pub fn artifacts_of(&self, kind: &ArtifactKind, endings: &[&str]) -> Vec<&'a SnapshotRef> {
        let fits = |snapshot: &&SnapshotRef| {
            let ending = snapshot.file.rsplit_once('.').map(|(_, ending)| ending);
            let is_left = !self.kinds.contains(&snapshot.kind)
                && ending.is_some_and(|ending| endings.contains(&ending));
            snapshot.kind == *kind || is_left
        };
        self.run.state.snapshots.iter().filter(fits).collect()
    }
}

/// Fills a pane whose run has nothing to show.
pub(super) fn nothing_yet_ui(ui: &mut Ui, run: &ResultRun<'_>) {
    let (title, text) = nothing_yet(run);
    EmptyState::new(icons::ICON_INSIGHTS, title, &text).show(ui);
}

/// A title and a text for a run that has nothing to show: what it is doing, or why it left nothing.
fn nothing_yet(run: &ResultRun<'_>) -> (&'static str, String) {
    match run.status {
        Status::Queued => (
            "Waiting for earlier runs to finish",
            "Results appear here once the run has begun.".to_owned(),
        ),
        Status::Running | Status::Paused => ("No results yet", progress_text(run.state)),
        Status::Failed => (
            "The run failed before it had results",
            run.state
                .message
                .clone()
                .unwrap_or_else(|| "The log says why.".to_owned()),
        ),
        Status::Finished | Status::Stopped | Status::Interrupted => (
            "This run has no results",
            "It ended before it wrote the first one; the log says more.".to_owned(),
        ),
    }
}

/// The newest line of the log, and how far the run is.
fn progress_text(state: &RunState) -> String {
    let said = state.log.last().map(|line| line.message.as_str());
    let said = said.unwrap_or("The first one will appear soon.");
    if state.total_steps == 0 {
        return said.to_owned();
    }
    let (step, total) = (format::count(state.step), format::count(state.total_steps));
    format!("{said}\nStep {step} of {total}")
}
