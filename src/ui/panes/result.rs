//! The result pane: a tab for each kind of artifact that the selected run has.

use std::collections::BTreeMap;

use eframe::egui::Ui;
use egui_material_icons::icons;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::pane::{PaneContext, PaneView, from_value, reading_ui, to_value};
use crate::data::Fingerprint;
use crate::engine::NewestResults;
use crate::record::ArtifactKind;
use crate::ui::app::Action;
use crate::ui::results::registry::{NewView, ResultViews};
use crate::ui::results::{OtherRun, ResultRun, RunContext, nothing_yet_ui};
use crate::ui::state::{DataLook, Detail, Details, Run};
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, segmented};

/// Settings that survive a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Settings {
    /// The kind that is shown of a run that has several.
    chosen: Option<ArtifactKind>,
    /// Of each view.
    views: BTreeMap<ArtifactKind, Value>,
}

/// The result pane.
pub struct ResultPane {
    /// A view for each kind of artifact.
    pub views: ResultViews,
    settings: Settings,
}

impl ResultPane {
    /// With these views.
    #[must_use]
    pub fn new(views: impl IntoIterator<Item = NewView>) -> Self {
        Self {
            views: ResultViews::new(views),
            settings: Settings::default(),
        }
    }

    fn views_ui(&mut self, ui: &mut Ui, context: &RunContext<'_>) -> Vec<Action> {
        let tabs = self.views.of(context);
        let chosen = self.settings.chosen.as_ref();
        let at = tabs.iter().position(|(kind, _)| Some(kind) == chosen);
        let mut index = at.unwrap_or(0);
        if tabs.len() > 1 {
            let titles: Vec<(usize, &str)> = tabs
                .iter()
                .enumerate()
                .map(|(index, (_, title))| (index, *title))
                .collect();
            if segmented(ui, &mut index, &titles) {
                self.settings.chosen = Some(tabs[index].0.clone());
            }
            ui.add_space(tokens(ui.ctx()).space.xs);
        }
        let view = tabs.get(index).and_then(|(kind, _)| self.views.get(kind));
        if let Some(view) = view {
            return view.ui(ui, context);
        }
        nothing_yet_ui(ui, &context.run);
        Vec::new()
    }
}

impl PaneView for ResultPane {
    fn show(&mut self, ui: &mut Ui, context: &PaneContext<'_>) -> Vec<Action> {
        let Some(run) = context.selected else {
            return context.nothing_selected_ui(
                ui,
                icons::ICON_INSIGHTS,
                "No result yet",
                "Press Start to train, or choose a finished run on the left.",
            );
        };
        let details = match &run.detail {
            Detail::Read(details) => details,
            Detail::Failed(why) => {
                EmptyState::new(icons::ICON_ERROR, "The run cannot be read", why).show(ui);
                return Vec::new();
            }
            Detail::Reading(_) | Detail::Unread => {
                reading_ui(ui, "Reading the run");
                return Vec::new();
            }
        };
        let tokens = tokens(ui.ctx());
        let fingerprint = match context.data {
            DataLook::Ready(loaded) => Some(loaded.fingerprint()),
            _ => run.summary.data.as_ref(),
        };
        let others: Vec<OtherRun<'_>> = context
            .runs
            .iter()
            .filter(|other| other.id != run.id && has_same_data(other, run, fingerprint))
            .map(|other| OtherRun {
                id: other.id.as_str(),
                name: other.title(),
                color: tokens.category(other.color),
                read: other
                    .details()
                    .map(|details| result_run(ui, other, details, context.newest)),
            })
            .collect();
        let kinds = self.views.kinds().to_vec();
        let of_run = RunContext {
            run: result_run(ui, run, details, context.newest),
            data: context.data,
            others: &others,
            device: context.device,
            kinds: &kinds,
        };
        self.views_ui(ui, &of_run)
    }

    fn is_working(&self) -> bool {
        self.views.is_working()
    }

    fn settings(&self) -> Value {
        let mut views = self.settings.views.clone();
        // Settings of views that this window does not have stay.
        views.extend(self.views.settings());
        to_value(&Settings {
            chosen: self.settings.chosen.clone(),
            views,
        })
    }

    fn restore(&mut self, settings: Value) {
        self.settings = from_value(settings);
        self.views.restore(&self.settings.views);
    }
}

/// A run as the views of results take it.
pub(super) fn result_run<'a>(
    ui: &Ui,
    run: &'a Run,
    details: &'a Details,
    newest: &'a NewestResults,
) -> ResultRun<'a> {
    let tokens = tokens(ui.ctx());
    ResultRun {
        color: tokens.category(run.color),
        active: run.active,
        system: run.system(),
        parameters: &details.parameters,
        newest: Some(newest),
        ..ResultRun::new(
            run.id.as_str(),
            run.title(),
            &run.path,
            &details.state,
            run.status(),
        )
    }
}

/// True if another run works on the same data, which is `fingerprint`: the same content, wherever it lies, or, while it is not known what
/// that was, the same settings.
pub(super) fn has_same_data(other: &Run, run: &Run, fingerprint: Option<&Fingerprint>) -> bool {
    let kind = |run: &Run| run.system().map(|system| system.data_kind());
    if kind(other) != kind(run) {
        return false;
    }
    match (&other.summary.data, fingerprint) {
        (Some(theirs), Some(own)) => {
            theirs.hash == own.hash && (theirs.rows, theirs.columns) == (own.rows, own.columns)
        }
        _ => match (other.details(), run.details()) {
            (Some(theirs), Some(own)) => theirs.data == own.data,
            _ => false,
        },
    }
}
