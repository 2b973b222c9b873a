//! Settings that survive a restart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use eframe::egui::ThemePreference;
use egui_tiles::Tree;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Draft;
use crate::engine::DeviceChoice;
use crate::experiments::sweep::SweepId;
use crate::runs::RunId;
use crate::ui::layout::{self, Pane};

/// The selection: the next run while it is being set up, a run, or a sweep.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// The next run.
    #[default]
    Draft,
    /// A run.
    Run(RunId),
    /// A sweep, with all its runs.
    Sweep(SweepId),
}

impl Selection {
    /// The run, if it is one.
    #[must_use]
    pub fn run(&self) -> Option<&RunId> {
        match self {
            Self::Run(id) => Some(id),
            Self::Draft | Self::Sweep(_) => None,
        }
    }

    /// The sweep, if it is one.
    #[must_use]
    pub fn sweep(&self) -> Option<&SweepId> {
        match self {
            Self::Sweep(id) => Some(id),
            Self::Draft | Self::Run(_) => None,
        }
    }
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

    /// The text in menus.
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
    /// True if the list of runs is open.
    pub runs_open: bool,
    /// True if the parameters are open.
    pub parameters_open: bool,
    /// Where to train.
    pub device: DeviceChoice,
    /// The next run.
    pub draft: Draft,
    /// The content that is shown.
    pub selection: Selection,
    /// Runs whose curves are shown beside the selected one's.
    pub compared: BTreeSet<RunId>,
    /// Colors of runs, by number.
    pub colors: BTreeMap<RunId, usize>,
    /// Files and folders opened before, newest first.
    pub recent: Vec<Recent>,
    /// Another folder of runs than the usual one.
    pub runs_folder: Option<PathBuf>,
    /// Multiplications and additions a second of this machine's processor, once they were measured.
    pub throughput: Option<f64>,
    /// True if the sample runs were offered.
    pub greeted: bool,
    /// How each pane shows what it shows.
    pub panes: BTreeMap<Pane, Value>,
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
            panes: BTreeMap::new(),
        }
    }
}

const KEY: &str = "settings";
const MOST_RECENT: usize = 10;

impl Settings {
    /// The settings that the last session left; the defaults where there are none that can be read.
    #[must_use]
    pub fn load(storage: Option<&dyn eframe::Storage>) -> Self {
        let Some(text) = storage.and_then(|storage| storage.get_string(KEY)) else {
            return Self::default();
        };
        let mut settings: Self = serde_json::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!("the settings of the last session cannot be read: {error}");
            Self::default()
        });
        layout::remove_doubles(&mut settings.layout);
        // Earlier versions gave several marked runs one color.
        for run in std::mem::take(&mut settings.compared) {
            settings.give_color(&run, &[]);
            settings.compared.insert(run);
        }
        settings
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

    /// The number of a run's color; 0 until its curves are shown.
    #[must_use]
    pub fn color_of(&self, run: &RunId) -> usize {
        self.colors.get(run).copied().unwrap_or(0)
    }

    /// Gives a run that is about to be shown a color that no other run shown, `beside` it or marked, has: the one that it had before,
    /// if it is free. With more runs than colors, the one used least.
    pub fn give_color(&mut self, run: &RunId, beside: &[RunId]) -> usize {
        let palette = crate::draw::DARK.categorical.len();
        let mut uses = vec![0_usize; palette];
        let selected = self.selection.run();
        let shown = self.compared.iter().chain(selected).chain(beside);
        for color in shown
            .filter(|other| *other != run)
            .filter_map(|other| self.colors.get(other))
        {
            uses[color % palette] += 1;
        }
        let least = uses.iter().min().copied().unwrap_or(0);
        let before = self.colors.get(run).copied();
        let color = before
            .filter(|color| uses[color % palette] == least)
            .or_else(|| uses.iter().position(|count| *count == least))
            .unwrap_or(0);
        self.colors.insert(run.clone(), color);
        color
    }
}

#[cfg(test)]
mod tests {
    use super::{Recent, Selection, Settings};
    use crate::runs::RunId;
    use std::path::PathBuf;

    #[test]
    fn settings_survive_being_written_and_read() {
        let mut settings = Settings::default();
        settings.opened(Recent::Data(PathBuf::from("u.data")));
        settings.give_color(&RunId::new("autorec"), &[]);
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
    fn runs_that_are_shown_together_have_colors_of_their_own() {
        let mut settings = Settings::default();
        let runs: Vec<RunId> = (0..20)
            .map(|index| serde_json::from_value(format!("run_{index}").into()).unwrap())
            .collect();
        // Looked at one after the other, all have the first color.
        for run in &runs {
            settings.selection = Selection::Run(run.clone());
            assert_eq!(settings.give_color(run, &[]), 0);
        }
        // Those that are marked differ, whatever color they had, and keep their colors afterwards.
        for run in &runs[..8] {
            settings.give_color(run, &[]);
            settings.compared.insert(run.clone());
        }
        let colors = |settings: &Settings| -> Vec<usize> {
            let own = |run| settings.color_of(run);
            runs[..8].iter().map(own).collect()
        };
        let given = colors(&settings);
        let distinct: std::collections::BTreeSet<usize> = given.iter().copied().collect();
        assert_eq!(distinct.len(), 8, "{given:?}");
        settings.give_color(&runs[3], &[]);
        assert_eq!(settings.color_of(&runs[3]), given[3]);
    }
}
