//! Which view shows which kind of artifact.

use std::collections::BTreeMap;

use serde_json::Value;

use super::co_clusters::CoClustersView;
use super::image::ImageView;
use super::predictions::PredictionsView;
use super::table::TableView;
use super::translations::TranslationView;
use super::{ResultView, RunContext, ViewInput};
use crate::record::ArtifactKind;

/// Makes a view.
pub type NewView = fn() -> Box<dyn ResultView>;

/// A view for each kind of artifact, in the order of their tabs. A new kind of result is a folder beside this file and a line here.
pub const VIEWS: &[NewView] = &[
    || Box::<PredictionsView>::default(),
    || Box::<CoClustersView>::default(),
    || Box::<TranslationView>::default(),
    || Box::<TableView>::default(),
    || Box::<ImageView>::default(),
];

/// The views of a window.
pub struct ResultViews {
    views: Vec<Box<dyn ResultView>>,
    kinds: Vec<ArtifactKind>,
}

impl ResultViews {
    /// One of each; of two for the same kind the later.
    #[must_use]
    pub fn new(views: impl IntoIterator<Item = NewView>) -> Self {
        let mut all: Vec<Box<dyn ResultView>> = Vec::new();
        for new in views {
            let view = new();
            match all.iter().position(|own| own.kind() == view.kind()) {
                Some(at) => all[at] = view,
                None => all.push(view),
            }
        }
        Self {
            kinds: all.iter().map(|view| view.kind()).collect(),
            views: all,
        }
    }

    /// The kinds of artifacts that have a view.
    #[must_use]
    pub fn kinds(&self) -> &[ArtifactKind] {
        &self.kinds
    }

    /// The view of a kind.
    #[must_use]
    pub fn get(&mut self, kind: &ArtifactKind) -> Option<&mut (dyn ResultView + 'static)> {
        let view = self.views.iter_mut().find(|view| view.kind() == *kind)?;
        Some(&mut **view)
    }

    /// The kinds and titles of the views that have something to show of a run.
    #[must_use]
    pub fn of(&self, context: &RunContext<'_>) -> Vec<(ArtifactKind, &'static str)> {
        let shown = self.views.iter().filter(|view| view.shows(context));
        shown.map(|view| (view.kind(), view.title())).collect()
    }

    /// Gives something to the view that takes it; false if none does.
    pub fn take(&mut self, input: &ViewInput) -> bool {
        self.views.iter_mut().any(|view| view.take(input))
    }

    /// The ids of the runs that any view shows beside the selected one.
    #[must_use]
    pub fn compared(&self) -> Vec<String> {
        self.views.iter().flat_map(|view| view.compared()).collect()
    }

    /// True if any view reads or computes something.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.views.iter().any(|view| view.is_working())
    }

    /// Settings that survive a restart, by kind.
    #[must_use]
    pub fn settings(&self) -> BTreeMap<ArtifactKind, Value> {
        let all = self.views.iter();
        all.map(|view| (view.kind(), view.settings())).collect()
    }

    /// Brings it back.
    pub fn restore(&mut self, settings: &BTreeMap<ArtifactKind, Value>) {
        for view in &mut self.views {
            if let Some(settings) = settings.get(&view.kind()) {
                view.restore(settings.clone());
            }
        }
    }
}
