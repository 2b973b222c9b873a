//! What survives a restart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use eframe::egui::ThemePreference;
use egui_tiles::Tree;
use serde::{Deserialize, Serialize};

use super::Draft;
use crate::engine::DeviceChoice;
use crate::runs::RunId;
use crate::ui::layout::{self, Pane};
use crate::ui::panes::compare::CompareView;
use crate::ui::panes::curves::CurvesView;
use crate::ui::panes::data::DataView;
use crate::ui::panes::log::LogView;
use crate::ui::results::co_clusters::CoClustersView;
use crate::ui::results::predictions::RatingsView;
use crate::ui::results::translations::TranslationView;

/// What is shown: the next run while it is being set up, or a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// The next run.
    #[default]
    Draft,
    /// A run.
    Run(RunId),
}

/// A file or folder that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recent {
    /// A file of ratings or a matrix.
    Data(PathBuf),
    /// Images: the folder of both domains, or those of A and B.
    Images(PathBuf, Option<PathBuf>),
    /// A config file.
    Config(PathBuf),
    /// A run folder.
    Run(PathBuf),
}

impl Recent {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Data(path) | Self::Images(path, _) | Self::Config(path) | Self::Run(path) => path,
        }
    }

    /// What stands in menus.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Images(a, Some(b)) => format!("{} and {}", a.display(), b.display()),
            _ => self.path().display().to_string(),
        }
    }
}

/// Layout, theme, form, selection: all that the next start brings back.
#[derive(Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light, dark or as the system.
    pub theme: ThemePreference,
    /// The panes.
    pub layout: Tree<Pane>,
    /// Whether the list of runs is open.
    pub runs_open: bool,
    /// Whether the parameters are open.
    pub parameters_open: bool,
    /// Where to train.
    pub device: DeviceChoice,
    /// The next run.
    pub draft: Draft,
    /// What is shown.
    pub selection: Selection,
    /// Runs whose curves are shown beside the selected one's.
    pub compared: BTreeSet<RunId>,
    /// Colors of runs, by number.
    pub colors: BTreeMap<RunId, usize>,
    /// What was opened, newest first.
    pub recent: Vec<Recent>,
    /// Another folder of runs than the usual one.
    pub runs_folder: Option<PathBuf>,
    /// Multiplications and additions a second of this machine's processor, once they were measured.
    pub throughput: Option<f64>,
    /// Whether the sample runs were offered.
    pub greeted: bool,
    /// How curves are shown.
    pub curves: CurvesView,
    /// How data is shown.
    pub data_view: DataView,
    /// How results are shown.
    pub ratings_view: RatingsView,
    /// How runs are compared.
    pub compare_view: CompareView,
    /// How co-clusters are shown.
    pub co_clusters_view: CoClustersView,
    /// How translations are shown.
    pub translation_view: TranslationView,
    /// How logs are shown.
    pub log_view: LogView,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemePreference::System,
            layout: layout::tabs(),
            runs_open: true,
            parameters_open: true,
            device: DeviceChoice::Auto,
            draft: Draft::default(),
            selection: Selection::Draft,
            compared: BTreeSet::new(),
            colors: BTreeMap::new(),
            recent: Vec::new(),
            runs_folder: None,
            throughput: None,
            greeted: false,
            curves: CurvesView::default(),
            data_view: DataView::default(),
            ratings_view: RatingsView::default(),
            compare_view: CompareView::default(),
            co_clusters_view: CoClustersView::default(),
            translation_view: TranslationView::default(),
            log_view: LogView::default(),
        }
    }
}

const KEY: &str = "settings";
const MOST_RECENT: usize = 10;

impl Settings {
    /// What the last session left; the defaults where there is nothing, or nothing that can be read.
    #[must_use]
    pub fn load(storage: Option<&dyn eframe::Storage>) -> Self {
        let Some(text) = storage.and_then(|storage| storage.get_string(KEY)) else {
            return Self::default();
        };
        serde_json::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!("the settings of the last session cannot be read: {error}");
            Self::default()
        })
    }

    /// Leaves them for the next session.
    pub fn save(&self, storage: &mut dyn eframe::Storage) {
        match serde_json::to_string(self) {
            Ok(text) => storage.set_string(KEY, text),
            Err(error) => tracing::error!("the settings cannot be saved: {error}"),
        }
    }

    /// Puts something first in the list of what was opened.
    pub fn opened(&mut self, recent: Recent) {
        self.recent.retain(|other| other.text() != recent.text());
        self.recent.insert(0, recent);
        self.recent.truncate(MOST_RECENT);
    }

    /// The number of a run's color: the one used least, given once and kept.
    pub fn color_of(&mut self, run: &RunId, palette: usize) -> usize {
        if let Some(color) = self.colors.get(run) {
            return *color;
        }
        let mut uses = vec![0usize; palette.max(1)];
        for color in self.colors.values() {
            uses[color % palette.max(1)] += 1;
        }
        let color = (0..uses.len())
            .min_by_key(|&color| uses[color])
            .unwrap_or(0);
        self.colors.insert(run.clone(), color);
        color
    }
}

#[cfg(test)]
mod tests {
    use super::{Recent, Settings};
    use crate::runs::RunId;
    use std::path::PathBuf;

    #[test]
    fn settings_survive_being_written_and_read() {
        let mut settings = Settings::default();
        settings.opened(Recent::Data(PathBuf::from("u.data")));
        settings.color_of(&RunId::new("autorec"), 8);
        settings.parameters_open = false;
        let text = serde_json::to_string(&settings).unwrap();
        let back: Settings = serde_json::from_str(&text).unwrap();
        assert_eq!(back.recent, settings.recent);
        assert_eq!(back.colors, settings.colors);
        assert_eq!(back.layout, settings.layout);
        assert!(!back.parameters_open);
    }

    #[test]
    fn what_was_opened_twice_stands_once_and_first() {
        let mut settings = Settings::default();
        for name in ["a", "b", "a"] {
            settings.opened(Recent::Data(PathBuf::from(name)));
        }
        let names: Vec<_> = settings.recent.iter().map(Recent::path).collect();
        assert_eq!(names, [PathBuf::from("a"), PathBuf::from("b")]);
    }

    #[test]
    fn a_run_keeps_its_color_and_eight_runs_have_eight() {
        let mut settings = Settings::default();
        let runs: Vec<RunId> = (0..8)
            .map(|index| serde_json::from_value(format!("run_{index}").into()).unwrap())
            .collect();
        let mut colors: Vec<_> = runs.iter().map(|run| settings.color_of(run, 8)).collect();
        assert_eq!(settings.color_of(&runs[3], 8), colors[3]);
        colors.sort_unstable();
        colors.dedup();
        assert_eq!(colors.len(), 8);
    }
}
