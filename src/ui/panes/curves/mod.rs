//! The curves of one or several runs: what they measured, step by step.
//!
//! Points become lines in four stages, each of which looks at a point once: [`smoothing`] and [`pyramid`] follow the points
//! as they arrive ([`cache`] keeps both), [`decimate`] cuts what is in view into a bucket per pixel, [`trace`] and
//! [`stroke`] make triangles of the buckets, and [`item`] keeps those until something changes. The cost of a frame follows
//! the pixels, not the points.

pub mod axis;
pub mod cache;
mod curve;
pub mod decimate;
pub mod differences;
mod export;
mod figure;
mod fit;
pub mod hover;
mod item;
mod legend;
mod marks;
mod overlay;
mod pane;
mod panel;
pub mod pyramid;
mod readout;
mod settings;
mod singles;
pub mod smoothing;
pub mod stroke;
mod toolbar;
pub mod trace;

use std::collections::BTreeMap;

use eframe::egui::{Color32, Rect, ScrollArea, Ui, UiBuilder, Vec2, pos2, vec2};
use egui_material_icons::icons;

use crate::draw::chart::Figure;
use crate::record::{Measures, PROGRESS};
use crate::runs::RunState;
use crate::systems::ConfigMap;
use crate::ui::theme::tokens;
use crate::ui::widgets::EmptyState;

pub use export::{CurvesExport, CurvesTable};
pub use settings::Settings;

use curve::{Caches, PlotContent};
use fit::Span;
use legend::PartClick;
use marks::MarkLine;
use panel::{Panel, PlotState};
use readout::Cursor;
use toolbar::{CurvesToolbar, ToolbarAction};

/// A run whose curves are shown.
#[derive(Debug, Clone, Copy)]
pub struct CurveRun<'a> {
    /// Tells runs apart from frame to frame.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// Its color everywhere.
    pub color: Color32,
    /// Its measurements.
    pub state: &'a RunState,
    /// The name of its system.
    pub system: &'a str,
    /// Its resolved config, to show what differs between runs.
    pub config: &'a ConfigMap,
    /// The meaning of its scalars.
    pub measures: Measures,
}

/// The curves: settings that persist, and what is kept between frames.
#[derive(Debug, Default)]
pub struct CurvesView {
    /// How the curves are shown.
    pub settings: Settings,
    caches: Caches,
    plots: BTreeMap<String, PlotState>,
    /// The x range in view; `None` shows all.
    x_view: Option<Span>,
    /// Height of the tables below the plots, as they were last.
    singles_height: f32,
}

/// Requests to the shell.
#[derive(Debug, Default)]
pub struct CurvesResponse {
    /// Write this to a file of the person's choice.
    pub export: Option<CurvesExport>,
}

impl CurvesView {
    /// Shows the runs' curves in what is left of `ui`.
    pub fn ui(&mut self, ui: &mut Ui, runs: &[CurveRun<'_>]) -> CurvesResponse {
        let mut response = CurvesResponse::default();
        if runs.is_empty() {
            EmptyState::new(
                icons::ICON_SHOW_CHART,
                "No run selected",
                "Start a run, or select one in the list, to see its curves.",
            )
            .show(ui);
            return response;
        }
        if runs.iter().all(|run| run.state.series.is_empty()) {
            EmptyState::new(
                icons::ICON_SHOW_CHART,
                "Nothing measured yet",
                "The curves begin with the first step of the run.",
            )
            .show(ui);
            return response;
        }
        self.settings.sanitize();
        let right = ui.available_rect_before_wrap().right();
        self.caches.update(runs, &self.settings);
        let before = self.settings.clone();
        let text = tokens(ui.ctx()).text;
        let all = self.caches.plots(runs, &before, None, text);
        let toolbar = CurvesToolbar {
            plots: &all,
            zoomed: self.is_zoomed(),
            several_runs: runs.len() > 1,
        };
        let action = toolbar.show(ui, &mut self.settings);
        let has_gaps = self.caches.has_gaps();
        let pointed_at = legend::runs_ui(ui, runs, &mut self.settings, has_gaps);
        self.after_change(&before);
        if self.settings != before {
            self.caches.update(runs, &self.settings);
        }

        let mut shown = self
            .caches
            .plots(runs, &self.settings, pointed_at.as_deref(), text);
        shown.retain(|plot| {
            let hidden = |part: &curve::LegendPart<'_>| !self.settings.shows_part(part.label);
            self.settings.shows_plot(&plot.scalar.key)
                && (!plot.curves.is_empty() || plot.parts.iter().any(hidden))
        });
        let (singles, mut plots): (Vec<_>, Vec<_>) =
            shown.into_iter().partition(PlotContent::is_single);
        // Single values tell more than how the run proceeds, and come before it.
        let is_progress = |plot: &PlotContent<'_>| plot.scalar.group == PROGRESS;
        plots.sort_by_key(is_progress);
        let after_singles = match singles[..] {
            [] => 0,
            _ => plots.iter().filter(|plot| is_progress(plot)).count(),
        };
        let extent = curve::x_extent(plots.iter(), self.settings.x_axis);
        if self.settings.follow
            && let (Some(view), Some((_, newest))) = (self.x_view, extent)
        {
            self.x_view = Some(fit::follow(view, newest));
        }
        let x = self.x_view.unwrap_or_else(|| fit::fit_x(extent));

        let plots_ui = PlotsUi {
            settings: &self.settings,
            runs,
            plots: &plots,
            after_singles,
            singles: &singles,
            x,
            right,
        };
        let changed = plots_ui.show(ui, &mut self.plots, &mut self.singles_height);
        match action {
            Some(ToolbarAction::ExportCsv) => {
                response.export = Some(CurvesExport::Csv(CurvesTable::of(
                    plots.iter().chain(&singles),
                    x,
                )));
            }
            Some(ToolbarAction::ExportPng) => {
                response.export = Some(CurvesExport::Png(self.figure(&plots, runs, x)));
            }
            Some(ToolbarAction::ExportSvg) => {
                response.export = Some(CurvesExport::Svg(self.figure(&plots, runs, x)));
            }
            Some(ToolbarAction::Reset) | None => {}
        }
        if let Some(PartClick { part, alone }) = changed.part {
            let parts = plots.iter().flat_map(|plot| &plot.parts);
            let labels = parts.map(|part| part.label);
            legend::hide_or_show(&mut self.settings.hidden_parts, labels, &part, alone);
        }
        if changed.reset || action == Some(ToolbarAction::Reset) {
            self.x_view = None;
        } else if let Some(x) = changed.x {
            self.x_view = Some(x);
            // Whoever moves the view by hand wants it to stay.
            self.settings.follow = false;
        }
        if action == Some(ToolbarAction::Reset) {
            for plot in self.plots.values_mut() {
                plot.y_view = None;
            }
        }
        response
    }

    /// The plots as they are in view.
    fn figure(&self, plots: &[PlotContent<'_>], runs: &[CurveRun<'_>], x: Span) -> Figure {
        let plots = plots.iter().map(|plot| {
            let state = self.plots.get(&*plot.scalar.key);
            (plot, state.and_then(|state| state.y_view))
        });
        let marks = marks::mark_lines(runs, &self.settings);
        figure::figure(plots, x, &self.settings, &marks)
    }

    fn is_zoomed(&self) -> bool {
        self.x_view.is_some() || self.plots.values().any(|plot| plot.y_view.is_some())
    }

    /// A view is in the units of its axis: another axis begins with everything in view.
    fn after_change(&mut self, before: &Settings) {
        if before.x_axis != self.settings.x_axis {
            self.x_view = None;
        }
        if before.y_axis != self.settings.y_axis
            || before.ignore_outliers != self.settings.ignore_outliers
        {
            for plot in self.plots.values_mut() {
                plot.y_view = None;
            }
        }
    }
}

/// A person's action in any of the plots.
#[derive(Debug, Default)]
struct Changed {
    x: Option<Span>,
    reset: bool,
    part: Option<PartClick>,
}

/// The plots, below them single values, and beside them how the runs differ.
struct PlotsUi<'a> {
    settings: &'a Settings,
    runs: &'a [CurveRun<'a>],
    plots: &'a [PlotContent<'a>],
    /// This many of the last plots stand below the single values.
    after_singles: usize,
    singles: &'a [PlotContent<'a>],
    x: Span,
    /// Where the pane ends, whatever the controls above took.
    right: f32,
}

/// The share of the height that single values take, at most, before one has to scroll to them.
const MOST_SINGLES: f32 = 0.45;
/// The share of the width that parameter differences take, at most.
const MOST_DIFFERENCES: f32 = 0.28;
/// Fewer headings than this are none: all plots are of one kind, and how the run proceeds.
const LEAST_HEADINGS: usize = 3;

impl PlotsUi<'_> {
    /// Returns what was done.
    fn show(
        &self,
        ui: &mut Ui,
        states: &mut BTreeMap<String, PlotState>,
        singles_height: &mut f32,
    ) -> Changed {
        let tokens = tokens(ui.ctx());
        let mut whole = ui.available_rect_before_wrap();
        whole.max.x = whole.max.x.min(self.right);
        let has_room = whole.width() >= 2.0 * panel::least_size().x;
        if self.settings.differences && self.runs.len() > 1 && has_room {
            let width = differences::wanted_width(ui, self.runs.len());
            let width = width.min(whole.width() * MOST_DIFFERENCES);
            let side = Rect::from_min_max(pos2(whole.right() - width, whole.top()), whole.max);
            ui.scope_builder(UiBuilder::new().max_rect(side), |ui| {
                differences::differences_ui(ui, self.runs);
            });
            whole.max.x -= width + tokens.space.l;
        }
        let plots = ui.scope_builder(UiBuilder::new().max_rect(whole), |ui| {
            if self.plots.is_empty() && self.singles.is_empty() {
                EmptyState::new(
                    icons::ICON_SHOW_CHART,
                    "Everything is hidden",
                    "Click a run or a part above, or choose a measure, to see curves.",
                )
                .show(ui);
                return Changed::default();
            }
            self.grid(ui, states, singles_height)
        });
        plots.inner
    }

    fn grid(
        &self,
        ui: &mut Ui,
        states: &mut BTreeMap<String, PlotState>,
        singles_height: &mut f32,
    ) -> Changed {
        let tokens = tokens(ui.ctx());
        let (gap, least) = (tokens.space.m, panel::least_size());
        let room = ui.available_size();
        let (above, after) = self.plots.split_at(self.plots.len() - self.after_singles);
        let most = ((room.x + gap) / (least.x + gap)).floor().max(1.0) as usize;
        let columns = match above.len() {
            0 | 1 => 1,
            2..=4 => 2,
            _ => 3,
        }
        .min(most);
        let rows = above.len().div_ceil(columns);
        let below = match self.singles {
            [] => 0.0,
            _ => (*singles_height + gap).min(room.y * MOST_SINGLES),
        };
        let gaps = gap * rows.saturating_sub(1) as f32;
        let height = (room.y - below - gaps) / rows.max(1) as f32;
        let grid = Grid {
            plots: self,
            columns,
            size: vec2(
                ((room.x - gap * (columns - 1) as f32) / columns as f32).floor(),
                height.max(least.y).floor(),
            ),
            cursor: self.cursor(ui, states),
            marks: marks::mark_lines(self.runs, self.settings),
            has_headings: self.has_headings(),
        };
        let mut changed = Changed::default();
        ScrollArea::vertical()
            .id_salt("plots")
            .auto_shrink([false, false])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(gap, gap);
                grid.show(ui, above, states, &mut changed);
                if !self.singles.is_empty() {
                    let top = ui.cursor().top();
                    ui.scope(|ui| singles::singles_ui(ui, self.singles, self.runs));
                    *singles_height = ui.min_rect().bottom() - top;
                }
                grid.show(ui, after, states, &mut changed);
            });
        changed
    }

    /// True if there are several groups besides how the run proceeds.
    fn has_headings(&self) -> bool {
        let mut groups: Vec<&str> = self.plots.iter().map(|plot| plot.scalar.group).collect();
        groups.dedup();
        groups.len() >= LEAST_HEADINGS
    }

    /// Where the pointer is, in the coordinates of the plot that it is over.
    fn cursor(&self, ui: &Ui, plots: &BTreeMap<String, PlotState>) -> Option<Cursor> {
        let pointer = ui.input(|input| input.pointer.hover_pos())?;
        let transform = plots
            .values()
            .filter_map(|plot| plot.transform)
            .find(|transform| ui.rect_contains_pointer(*transform.frame()))?;
        Some(Cursor {
            x: transform.value_from_position(pointer).x,
            pointer,
        })
    }
}

/// Plots in rows.
struct Grid<'a> {
    plots: &'a PlotsUi<'a>,
    columns: usize,
    /// Of each plot with its title.
    size: Vec2,
    cursor: Option<Cursor>,
    marks: Vec<MarkLine>,
    has_headings: bool,
}

impl Grid<'_> {
    fn show(
        &self,
        ui: &mut Ui,
        plots: &[PlotContent<'_>],
        states: &mut BTreeMap<String, PlotState>,
        changed: &mut Changed,
    ) {
        let rows = plots.len().div_ceil(self.columns);
        for (index, row) in plots.chunks(self.columns).enumerate() {
            ui.horizontal(|ui| {
                let mut before = "";
                for plot in row {
                    let group = plot.scalar.group;
                    let heading = if group == before { "" } else { group };
                    before = group;
                    let state = states.entry(plot.scalar.key.to_string()).or_default();
                    let panel = Panel {
                        plot,
                        heading: self.has_headings.then_some(heading),
                        settings: self.plots.settings,
                        marks: &self.marks,
                        x: self.plots.x,
                        cursor: self.cursor,
                        size: self.size,
                        names_x: index + 1 == rows,
                    };
                    let done = panel.show(ui, state);
                    changed.x = done.x.or(changed.x);
                    changed.reset |= done.reset;
                    changed.part = done.part.or(changed.part.take());
                }
            });
        }
    }
}
