//! The same matrix through several co-clusterings: each folded by its own clusters, those that go together in the same places; and how the
//! clusters of any two go together.

mod tile;

use std::collections::BTreeMap;
use std::sync::Arc;

use eframe::egui::{Rect, ScrollArea, TextStyle, Ui, UiBuilder, vec2};
use serde::{Deserialize, Serialize};

use self::tile::{Grid, Side, title_ui};
use super::cluster_colors::ClusterColors;
use super::export::{Export, ExportedMatrix};
use super::legend::legend_ui;
use super::mapping::Mappings;
use super::panel::mapping_ui;
use super::settings::Clusters;
use super::snapshot::Snapshot;
use super::source::values_of;
use crate::data::MatrixData;
use crate::draw::matrix::Values;
use crate::record::ArtifactKind;
use crate::runs::SnapshotRef;
use crate::ui::figure::{ask, figure_menu};
use crate::ui::jobs::Job;
use crate::ui::results::ResultRun;
use crate::ui::results::cache::{Shared, SnapshotState};
use crate::ui::results::timeline::{Timeline, beside};
use crate::ui::theme::tokens;
use crate::ui::widgets::{
    Keep, Menu, Placed, Severity, Viewport, elide_middle, menu_entry, message, segmented, toolbar,
    zoom_buttons,
};

/// Runs that are shown, at most.
pub const MOST_RUNS: usize = 6;

/// A run that clustered the matrix, with what tells it apart from the others.
#[derive(Clone)]
pub struct ClusteredRun<'a> {
    /// The run.
    pub run: ResultRun<'a>,
    /// What tells it apart.
    pub caption: String,
}

/// What is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Page {
    /// The matrices.
    #[default]
    Matrices,
    /// How the clusters of two go together.
    Agreement,
}

/// What persists.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptMatrices {
    page: Page,
    /// The order of the clusters of the first run; the others follow it.
    clusters: Clusters,
}

/// The same matrix through several co-clusterings.
#[derive(Default)]
pub struct SameMatrix {
    /// What is chosen; kept over a restart.
    pub kept: KeptMatrices,
    timeline: Timeline,
    sides: BTreeMap<String, Side>,
    data: Option<Arc<MatrixData>>,
    values: Option<Arc<Values>>,
    job: Option<Job<Values>>,
    problem: Option<String>,
    viewport: Viewport,
    placed: Option<Placed>,
    /// The runs whose clusters are set against each other, by id.
    pair: [Option<String>; 2],
    pair_mappings: Mappings,
}

impl SameMatrix {
    /// True if something is read or drawn.
    #[must_use]
    pub fn is_working(&self) -> bool {
        let working = |side: &Side| {
            side.cache.is_reading() || side.picture.is_working() || side.mappings.is_working()
        };
        self.job.is_some() || self.pair_mappings.is_working() || self.sides.values().any(working)
    }

    /// Shows the runs. Without the data there are no matrices; `why` says why.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        runs: &[ClusteredRun<'_>],
        data: Option<&Arc<MatrixData>>,
        why: &str,
    ) {
        let tokens = tokens(ui.ctx());
        self.look_at(ui, data);
        let ids: Vec<&str> = runs.iter().map(|own| own.run.id).collect();
        self.sides.retain(|id, _| ids.contains(&id.as_str()));
        let all: Vec<Vec<&SnapshotRef>> = runs
            .iter()
            .map(|own| own.run.snapshots(&ArtifactKind::CO_CLUSTERS))
            .collect();
        let lead = (0..runs.len()).max_by_key(|at| (all[*at].len(), std::cmp::Reverse(*at)));
        let Some(lead) = lead else {
            return;
        };
        let leader = &runs[lead].run;
        let live = leader.status.is_active();
        let index = self.timeline.index(leader.id, all[lead].len());
        let context = data.map(|data| Shared(Arc::clone(data)));
        let looks: Vec<SnapshotState<Snapshot>> = runs
            .iter()
            .zip(&all)
            .enumerate()
            .map(|(at, (own, theirs))| {
                let side = self.sides.entry(own.run.id.to_owned()).or_default();
                if theirs.is_empty() {
                    return SnapshotState::Failed("It has no co-clusters yet.".to_owned());
                }
                let place = if at == lead {
                    index
                } else {
                    beside(&all[lead], index, live, theirs)
                };
                let look = side
                    .cache
                    .get(ui.ctx(), &own.run, theirs, place, context.clone());
                if let Some(snapshot) = look.snapshot() {
                    side.snapshot = Some(Arc::clone(snapshot));
                }
                look
            })
            .collect();
        self.toolbar_ui(ui, runs);
        ui.add_space(tokens.space.xs);
        let area = ui.available_rect_before_wrap();
        let foot = tokens.size.control + tokens.space.xs;
        let (area, foot) = area.split_top_bottom_at_y(area.bottom() - foot);
        let ready = looks.iter().all(SnapshotState::is_there);
        let foot = foot.with_min_y(foot.top() + tokens.space.xs);
        ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| {
            self.timeline.ui(ui, &all[lead], leader.state, live, ready);
        });
        if !area.is_positive() {
            return;
        }
        let ui = &mut ui.new_child(UiBuilder::new().max_rect(area));
        match (self.kept.page, data) {
            (Page::Agreement, _) => self.agreement_ui(ui, runs),
            (Page::Matrices, Some(data)) => self.matrices_ui(ui, area, runs, &looks, data),
            (Page::Matrices, None) => {
                message(ui, Severity::Info, why, |_| ());
            }
        }
    }

    /// Looks at the values of other data.
    fn look_at(&mut self, ui: &Ui, data: Option<&Arc<MatrixData>>) {
        let same = match (&self.data, data) {
            (Some(own), Some(data)) => Arc::ptr_eq(own, data),
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.data = data.cloned();
            self.values = None;
            self.problem = None;
            self.job = data.and_then(|data| {
                let work = Arc::clone(data);
                Job::spawn("look at values", ui.ctx(), move |_| values_of(&work)).ok()
            });
        }
        if let Some(outcome) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            match outcome {
                Ok(values) => self.values = Some(Arc::new(values)),
                Err(panicked) => self.problem = Some(panicked.to_string()),
            }
        }
    }

    fn toolbar_ui(&mut self, ui: &mut Ui, runs: &[ClusteredRun<'_>]) {
        toolbar(ui, "same matrix", |bar| {
            bar.item("page", Keep::Always, |ui| {
                let pages = [
                    (Page::Matrices, "Matrices"),
                    (Page::Agreement, "Agreement of two"),
                ];
                segmented(ui, &mut self.kept.page, &pages);
            });
            match self.kept.page {
                Page::Matrices => {
                    bar.item("order", Keep::Long, |ui| {
                        let orders = [
                            (Clusters::Number, "By number"),
                            (Clusters::Diagonal, "On the diagonal"),
                            (Clusters::Size, "By size"),
                        ];
                        segmented(ui, &mut self.kept.clusters, &orders);
                    });
                    bar.end();
                    zoom_buttons(bar, &mut self.viewport, self.placed.as_ref(), "matrix");
                    bar.item("save", Keep::Long, |ui| {
                        if let Some(format) = figure_menu(ui, "Save these matrices")
                            && let Some(export) = self.export(runs)
                        {
                            ask(ui.ctx(), export.figure("co-clusterings", format));
                        }
                    });
                }
                Page::Agreement => {
                    let names = ["First co-clustering", "Second co-clustering"];
                    for (at, name) in names.into_iter().enumerate() {
                        bar.item(name, Keep::Always, |ui| {
                            let own = self.paired(runs, at);
                            let text = own.map_or("", |own| &own.caption);
                            let font = TextStyle::Button.resolve(ui.style());
                            let width = tokens(ui.ctx()).size.panel_min;
                            let text = elide_middle(ui, text, &font, width);
                            Menu::new(name)
                                .text(&text)
                                .closes()
                                .scrolls()
                                .show(ui, |ui| {
                                    for own in runs {
                                        if menu_entry(ui, &own.caption) {
                                            self.pair[at] = Some(own.run.id.to_owned());
                                        }
                                    }
                                });
                        });
                    }
                }
            }
        });
    }

    /// All matrices as they are drawn, side by side on white; `None` before one is.
    fn export(&self, runs: &[ClusteredRun<'_>]) -> Option<Export> {
        let matrix = |own: &ClusteredRun<'_>| {
            let side = self.sides.get(own.run.id)?;
            Some(ExportedMatrix {
                run: own.caption.clone(),
                want: side.picture.layer()?.want.clone(),
                cluster_colors: side.colors.clone(),
            })
        };
        let mut all = runs.iter().filter_map(matrix);
        Some(Export {
            reordered: all.next()?,
            others: all.collect(),
            borders: true,
        })
    }

    /// The first or second run of the pair: the one that was chosen, else the first or second of all.
    fn paired<'r, 'a>(
        &self,
        runs: &'r [ClusteredRun<'a>],
        at: usize,
    ) -> Option<&'r ClusteredRun<'a>> {
        let chosen = self.pair[at].as_deref();
        let chosen = runs.iter().find(|own| Some(own.run.id) == chosen);
        chosen.or_else(|| runs.get(at)).or_else(|| runs.first())
    }

    fn agreement_ui(&mut self, ui: &mut Ui, runs: &[ClusteredRun<'_>]) {
        let (Some(one), Some(other)) = (self.paired(runs, 0), self.paired(runs, 1)) else {
            return;
        };
        let snapshot = |own: &ClusteredRun<'_>| {
            let side = self.sides.get(own.run.id)?;
            side.snapshot.clone()
        };
        let (Some(first), Some(second)) = (snapshot(one), snapshot(other)) else {
            ui.spinner();
            return;
        };
        let mapping = self.pair_mappings.get(ui.ctx(), &first, &second);
        let colors = ClusterColors::of(Some(&first), self.data.as_deref());
        let matched = mapping.as_ref().map(|mapping| {
            let (rows, columns) = (&mapping.rows.partner, &mapping.columns.partner);
            ClusterColors::matched(&colors, rows, columns, &second)
        });
        let (one, other) = (named(one), named(other));
        let mapping = mapping.as_deref().zip(matched.as_ref());
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.set_max_width(tokens(ui.ctx()).size.measure * 1.6);
            mapping_ui(ui, (&one, &colors), &other, mapping);
        });
    }

    fn matrices_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        runs: &[ClusteredRun<'_>],
        looks: &[SnapshotState<Snapshot>],
        data: &Arc<MatrixData>,
    ) {
        let tokens = tokens(ui.ctx());
        if let Some(problem) = &self.problem {
            message(ui, Severity::Error, problem, |_| ());
            return;
        }
        let Some(values) = self.values.clone() else {
            ui.centered_and_justified(|ui| ui.spinner());
            return;
        };
        let line = tokens.size.icon + tokens.space.s;
        let (area, foot) = area.split_top_bottom_at_y(area.bottom() - line);
        self.legend_ui(ui, foot.with_min_y(foot.top() + tokens.space.s), runs, data);
        let columns = columns(runs.len(), area.width() / area.height().max(1.0));
        let rows = runs.len().div_ceil(columns);
        let (gap, title) = (tokens.space.m, tokens.size.icon + tokens.space.s);
        let each = vec2(
            (area.width() - gap * (columns - 1) as f32) / columns as f32,
            (area.height() - gap * (rows - 1) as f32) / rows as f32,
        );
        let first = runs.first().and_then(|own| {
            let side = self.sides.get(own.run.id)?;
            side.snapshot.clone()
        });
        self.placed = None;
        for (at, (own, look)) in runs.iter().zip(looks).enumerate() {
            let corner = area.min
                + vec2(
                    (at % columns) as f32 * (each.x + gap),
                    (at / columns) as f32 * (each.y + gap),
                );
            let tile = Rect::from_min_size(corner, each);
            let (head, plot) = tile.split_top_bottom_at_y(tile.top() + title);
            title_ui(ui, head, own, look);
            if let SnapshotState::Failed(why) = look {
                let ui = &mut ui.new_child(UiBuilder::new().max_rect(plot));
                message(ui, Severity::Warning, why, |_| ());
                continue;
            }
            if let Some(side) = self.sides.get_mut(own.run.id) {
                let grid = Grid {
                    first: first.as_ref(),
                    data,
                    values: &values,
                    clusters: self.kept.clusters,
                    tokens,
                };
                let placed = side.ui(ui, plot, own, &grid, &mut self.viewport);
                self.placed = placed.or(self.placed.take());
            }
        }
    }

    /// The meaning of the colors, which is the same for all.
    fn legend_ui(&self, ui: &mut Ui, rect: Rect, runs: &[ClusteredRun<'_>], data: &MatrixData) {
        let sides = runs.iter().filter_map(|own| self.sides.get(own.run.id));
        let mut drawn = sides.filter_map(|side| Some((side.picture.layer()?, &side.colors)));
        if let Some((layer, colors)) = drawn.next() {
            ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
                legend_ui(ui, layer, data, colors);
            });
        }
    }
}

/// Matrices side by side, so that each is about as wide as high.
fn columns(count: usize, aspect: f32) -> usize {
    let ideal = (count as f32 * aspect).sqrt().round() as usize;
    ideal.clamp(1, count.max(1))
}

/// The run under the name that tells it apart.
fn named<'r>(own: &'r ClusteredRun<'r>) -> ResultRun<'r> {
    ResultRun {
        name: &own.caption,
        ..own.run
    }
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn matrices_stand_so_that_each_is_about_as_wide_as_high() {
        assert_eq!(columns(1, 1.6), 1);
        assert_eq!(columns(2, 1.6), 2);
        assert_eq!(columns(4, 1.0), 2);
        assert_eq!(columns(6, 1.6), 3);
        assert_eq!(columns(3, 0.3), 1);
    }
}
