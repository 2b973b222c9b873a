//! The panel beside the matrices: what blocks and clusters are, how they came to be, and what was clicked.

mod clusters;
mod details;
mod find;
mod grid;
mod lists;
mod mapping;
mod means;
mod measures;

use std::sync::Arc;

use eframe::egui::{ScrollArea, Ui};

use super::cluster_colors::ClusterColors;
use super::heatmap::Chosen;
use super::mapping::Mapping;
use super::selection_details::SelectionDetailsCache;
use super::settings::{Measure, Rank, Settings, Tab};
use super::snapshot::Snapshot;
use crate::data::MatrixData;
use crate::draw::matrix::{Palette, Values};
use crate::ui::results::ResultRun;
use crate::ui::theme::tokens;
use crate::ui::widgets::segmented;

pub(super) use clusters::clusters_ui;
pub(super) use find::Finder;
pub(super) use mapping::mapping_ui;

/// The subject of the panel.
pub(super) struct Panel<'a> {
    pub(super) run: ResultRun<'a>,
    pub(super) snapshot: &'a Arc<Snapshot>,
    pub(super) data: &'a Arc<MatrixData>,
    pub(super) values: &'a Arc<Values>,
    pub(super) cluster_colors: &'a ClusterColors,
    /// The first run's, if `snapshot` is of a second one.
    pub(super) first_cluster_colors: &'a ClusterColors,
    pub(super) palette: &'a Palette,
    pub(super) chosen: Option<Chosen>,
    /// Of the snapshot in view of the first run.
    pub(super) step: u64,
    /// A second run, with how its clusters map on the first one's and its colors once that is known.
    pub(super) other: Option<(ResultRun<'a>, Option<(&'a Mapping, &'a ClusterColors)>)>,
}

/// Requests in the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picked {
    /// Show this here.
    Chosen(Chosen),
    /// Bring this into view in the matrix.
    Show(Chosen),
}

impl Panel<'_> {
    /// Fills `ui`.
    pub(super) fn ui(
        &self,
        ui: &mut Ui,
        settings: &mut Settings,
        selection_cache: &mut SelectionDetailsCache,
        finder: &mut Finder,
    ) -> Option<Picked> {
        let tokens = tokens(ui.ctx());
        let tabs: &[(Tab, &str)] = if self.other.is_some() {
            &[
                (Tab::Mapping, "Mapping"),
                (Tab::Measures, "Measures"),
                (Tab::Details, "Details"),
            ]
        } else {
            &[
                (Tab::Blocks, "Blocks"),
                (Tab::Clusters, "Clusters"),
                (Tab::Measures, "Measures"),
                (Tab::Details, "Details"),
            ]
        };
        let mut tab = settings.tab;
        if tabs.iter().all(|(own, _)| *own != tab) {
            tab = tabs[0].0;
        }
        ui.spacing_mut().button_padding.x = tokens.space.xs + tokens.space.hair;
        if segmented(ui, &mut tab, tabs) || tab == settings.tab {
            settings.tab = tab;
        }
        ui.spacing_mut().button_padding.x = tokens.space.s;
        ui.add_space(tokens.space.s);
        ScrollArea::vertical()
            .id_salt(("matrix panel", tab as u8))
            .auto_shrink(false)
            .show(ui, |ui| match tab {
                Tab::Blocks => self.means_ui(ui, &mut settings.measure),
                Tab::Clusters => {
                    clusters_ui(ui, self.snapshot, Some(self.data), self.cluster_colors);
                    None
                }
                Tab::Measures => {
                    self.measures_ui(ui);
                    None
                }
                Tab::Mapping => {
                    self.mapping_ui(ui);
                    None
                }
                Tab::Details => {
                    let (found, searching) = finder.ui(ui, self);
                    if searching {
                        return found;
                    }
                    found.or(self.details_ui(ui, &mut settings.rank, selection_cache))
                }
            })
            .inner
    }

    fn means_ui(&self, ui: &mut Ui, measure: &mut Measure) -> Option<Picked> {
        means::means_ui(ui, self, measure)
    }

    fn details_ui(
        &self,
        ui: &mut Ui,
        rank: &mut Rank,
        selection_cache: &mut SelectionDetailsCache,
    ) -> Option<Picked> {
        details::details_ui(ui, self, rank, selection_cache)
    }

    fn measures_ui(&self, ui: &mut Ui) {
        let mut runs = vec![self.run];
        runs.extend(self.other.as_ref().map(|(run, ..)| *run));
        measures::measures_ui(ui, &runs, self.step);
    }

    fn mapping_ui(&self, ui: &mut Ui) {
        if let Some((other, mapping)) = &self.other {
            mapping::mapping_ui(ui, (&self.run, self.first_cluster_colors), other, *mapping);
        }
    }
}
