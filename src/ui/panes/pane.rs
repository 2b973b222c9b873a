//! The contract of panes, and what all of them are given.

use std::collections::{BTreeMap, BTreeSet};

use eframe::egui::{RichText, Ui};
use egui_material_icons::MaterialIcon;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::curves::CurvesView;
use super::data::{DataView, Reading};
use super::explore::ExploreView;
use super::log::LogView;
use super::result::ResultPane;
use crate::engine::{DeviceChoice, NewestResults};
use crate::record::Status;
use crate::runs::RunId;
use crate::ui::app::Action;
use crate::ui::commands::Command;
use crate::ui::layout::Pane;
use crate::ui::results::registry::NewView;
use crate::ui::state::{DataLook, Run, Selection, Sweep};
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyAction, EmptyState, centered};

/// Shows one side of the data and the runs.
pub trait PaneView {
    /// Fills `ui`; what it asks the window to do.
    fn show(&mut self, ui: &mut Ui, context: &PaneContext<'_>) -> Vec<Action>;

    /// True if it reads or computes something.
    fn is_working(&self) -> bool {
        false
    }

    /// Settings that survive a restart.
    fn settings(&self) -> Value;

    /// Brings it back.
    fn restore(&mut self, settings: Value);
}

/// Input of panes.
pub struct PaneContext<'a> {
    /// All runs, newest first.
    pub runs: &'a [Run],
    /// The selected one; `None` while the next run is set up.
    pub selected: Option<&'a Run>,
    /// All sweeps, newest first.
    pub sweeps: &'a [Sweep],
    /// The selected one.
    pub sweep: Option<&'a Sweep>,
    /// The runs that are shown beside it.
    pub compared: &'a BTreeSet<RunId>,
    /// The data of the selected run, or of the next one.
    pub data: DataLook<'a>,
    /// The name of its file.
    pub file: &'a str,
    /// How that file is read.
    pub reading: Option<Reading<'a>>,
    /// The name of a folder of images of one domain, while that of the other is still to be chosen.
    pub one_domain: Option<&'a str>,
    /// Where models are asked for results.
    pub device: DeviceChoice,
    /// Where the newest results of runs of this window wait.
    pub newest: &'a NewestResults,
}

impl<'a> PaneContext<'a> {
    /// The run of this id.
    #[must_use]
    pub fn run(&self, id: &RunId) -> Option<&'a Run> {
        // The newest stands first.
        let at = self.runs.binary_search_by(|run| id.cmp(&run.id)).ok()?;
        self.runs.get(at)
    }

    /// The selected run and those beside it.
    pub fn shown(&self) -> impl Iterator<Item = &'a Run> {
        let selected = self.selected.map(|run| &run.id);
        let compared = self.compared;
        self.runs
            .iter()
            .filter(move |run| selected == Some(&run.id) || compared.contains(&run.id))
    }

    /// Fills a pane that needs a run while none is selected.
    pub fn nothing_selected_ui(
        &self,
        ui: &mut Ui,
        icon: MaterialIcon,
        title: &str,
        text: &str,
    ) -> Vec<Action> {
        let newest = self
            .runs
            .iter()
            .find(|run| run.status() == Status::Finished);
        let mut empty =
            EmptyState::new(icon, title, text).action(Command::Start.icon(), Command::Start.name());
        if newest.is_some() {
            empty = empty.second("Show the newest finished run");
        }
        match (empty.show(ui), newest) {
            (Some(EmptyAction::First), _) => vec![Action::Command(Command::Start)],
            (Some(EmptyAction::Second), Some(run)) => {
                vec![Action::Select(Selection::Run(run.id.clone()))]
            }
            _ => Vec::new(),
        }
    }
}

/// The panes of a window, with their jobs and caches.
pub struct Panes {
    /// The data; a form opens its preview.
    pub data: DataView,
    curves: CurvesView,
    /// The results; commands and files reach them.
    pub result: ResultPane,
    log: LogView,
    /// Many runs as one question; what opens a sweep chooses its runs.
    pub explore: ExploreView,
}

impl Panes {
    /// With a view for each kind of result.
    #[must_use]
    pub fn new(views: impl IntoIterator<Item = NewView>) -> Self {
        Self {
            data: DataView::default(),
            curves: CurvesView::default(),
            result: ResultPane::new(views),
            log: LogView::default(),
            explore: ExploreView::default(),
        }
    }

    /// One of them.
    pub fn get(&mut self, pane: Pane) -> &mut dyn PaneView {
        match pane {
            Pane::Data => &mut self.data,
            Pane::Curves => &mut self.curves,
            Pane::Result => &mut self.result,
            Pane::Log => &mut self.log,
            Pane::Explore => &mut self.explore,
        }
    }

    fn all(&self) -> [(Pane, &dyn PaneView); 5] {
        [
            (Pane::Data, &self.data),
            (Pane::Curves, &self.curves),
            (Pane::Result, &self.result),
            (Pane::Log, &self.log),
            (Pane::Explore, &self.explore),
        ]
    }

    /// True if any of them reads or computes something.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.all().iter().any(|(_, pane)| pane.is_working())
    }

    /// Settings that survive a restart.
    #[must_use]
    pub fn settings(&self) -> BTreeMap<Pane, Value> {
        let all = self.all().into_iter();
        all.map(|(pane, view)| (pane, view.settings())).collect()
    }

    /// Brings it back.
    pub fn restore(&mut self, settings: &BTreeMap<Pane, Value>) {
        for (pane, settings) in settings {
            self.get(*pane).restore(settings.clone());
        }
    }
}

/// Settings as a view gives them out.
pub fn to_value(settings: &impl Serialize) -> Value {
    serde_json::to_value(settings).unwrap_or_else(|error| {
        tracing::error!("the settings of a view cannot be kept: {error}");
        Value::Null
    })
}

/// Settings as a view takes them in; the usual ones where they cannot be read.
pub fn from_value<T: DeserializeOwned + Default>(settings: Value) -> T {
    serde_json::from_value(settings).unwrap_or_else(|error| {
        tracing::warn!("the settings of a view cannot be read: {error}");
        T::default()
    })
}

/// Says what is waited for, in the middle of a pane.
pub fn reading_ui(ui: &mut Ui, text: &str) {
    let tokens = tokens(ui.ctx());
    centered(ui, tokens.size.measure, |ui| {
        ui.spinner();
        ui.add_space(tokens.space.s);
        ui.label(RichText::new(text).color(tokens.text_secondary));
    });
}
