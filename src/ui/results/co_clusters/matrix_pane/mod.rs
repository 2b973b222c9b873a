//! The matrices side by side, with what is pointed at and chosen in them, and the panel beside them.

mod matrices;

use std::sync::Arc;

use eframe::egui::{Context, Rect, Stroke, Ui, UiBuilder};

use super::cluster_colors::ClusterColors;
use super::export::{Export, ExportedMatrix};
use super::frame::FIT;
use super::heatmap::{Chosen, Pointed};
use super::legend;
use super::mapping::Mappings;
use super::matrices::{ComparedRun, MatrixKind, Pictures, RenderContext, ShownRuns};
use super::panel::{Finder, Panel, Picked};
use super::selection_details::SelectionDetailsCache;
use super::settings::{Settings, Tab};
use super::snapshot::Snapshot;
use super::source::values_of;
use super::toolbar::{Controls, ToolbarRequest};
use crate::data::MatrixData;
use crate::draw::matrix::Values;
use crate::ui::jobs::Job;
use crate::ui::results::OtherRun;
use crate::ui::results::cache::SnapshotState;
use crate::ui::save::SaveFile;
use crate::ui::theme::tokens;
use crate::ui::widgets::{Severity, Viewport, message};

/// The content that is shown.
#[derive(Default)]
pub(super) struct MatrixPane {
    run: String,
    data: Option<Arc<MatrixData>>,
    values: Option<Arc<Values>>,
    job: Option<Job<Values>>,
    /// Why the values cannot be looked at.
    problem: Option<String>,
    snapshot: Option<Arc<Snapshot>>,
    /// The second run's snapshot that was shown last, by the id of the run.
    beside: Option<(String, Arc<Snapshot>)>,
    cluster_colors: ClusterColors,
    pictures: Pictures,
    mappings: Mappings,
    selection_cache: SelectionDetailsCache,
    finder: Finder,
    viewport: Viewport,
    gutters: Option<[f32; 2]>,
    /// Where a matrix was drawn last.
    plot: Option<Rect>,
    /// The target of a click, and whether in the second run.
    chosen: Option<(Chosen, bool)>,
    pointed: Option<Pointed>,
}

impl MatrixPane {
    /// Looks at the values of another matrix; forgets what was chosen in another run.
    pub(super) fn prepare(&mut self, ctx: &Context, run: &str, data: &Arc<MatrixData>) {
        let same = self.data.as_ref().is_some_and(|own| Arc::ptr_eq(own, data));
        if !same {
            let work = Arc::clone(data);
            *self = Self {
                data: Some(Arc::clone(data)),
                job: Job::spawn("look at values", ctx, move |_| values_of(&work)).ok(),
                ..Self::default()
            };
        }
        if self.run != run {
            run.clone_into(&mut self.run);
            self.chosen = None;
            self.snapshot = None;
        }
        if let Some(outcome) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            match outcome {
                Ok(values) => self.values = Some(Arc::new(values)),
                Err(panicked) => self.problem = Some(panicked.to_string()),
            }
        }
    }

    /// Shows another snapshot.
    pub(super) fn show(&mut self, snapshot: &Arc<Snapshot>) {
        let same = self
            .snapshot
            .as_ref()
            .is_some_and(|own| Arc::ptr_eq(own, snapshot));
        if !same {
            self.snapshot = Some(Arc::clone(snapshot));
            self.cluster_colors = ClusterColors::of(Some(snapshot), self.data.as_deref());
        }
    }

    /// True if something is being looked at or drawn.
    pub(super) fn is_working(&self) -> bool {
        self.job.is_some()
            || self.mappings.is_working()
            || self.selection_cache.is_working()
            || self.pictures.is_working()
    }

    pub(super) fn toolbar_ui(
        &mut self,
        ui: &mut Ui,
        settings: &mut Settings,
        shown_runs: &ShownRuns<'_>,
        others: &[OtherRun<'_>],
        compared: &mut Option<String>,
    ) -> Option<SaveFile> {
        let open = panel_is_open(ui, settings);
        let cells = self.cells();
        let controls = Controls {
            values: self.values.as_deref(),
            placed: self.plot.map(|plot| self.viewport.place(plot, cells, FIT)),
            panel_open: open,
            comparing: shown_runs.other.is_some(),
            others,
        };
        match controls.ui(ui, settings, &mut self.viewport, compared)? {
            ToolbarRequest::Panel => settings.panel = Some(!open),
            ToolbarRequest::Compare => settings.tab = Tab::Mapping,
            ToolbarRequest::Export(kind) => {
                return self
                    .export(ui, settings, shown_runs)
                    .map(|export| export.file(kind));
            }
        }
        None
    }

    /// The reordered matrix, and beside it that of the run it is compared with.
    fn export(
        &mut self,
        ui: &Ui,
        settings: &Settings,
        shown_runs: &ShownRuns<'_>,
    ) -> Option<Export> {
        let snapshot = self.snapshot.clone()?;
        let compared_run = self.compared_run(ui.ctx(), shown_runs, &snapshot);
        let render_context = RenderContext {
            data: shown_runs.data,
            values: self.values.as_ref()?,
            snapshot: &snapshot,
            settings,
            tokens: tokens(ui.ctx()),
        };
        let reordered = ExportedMatrix {
            run: shown_runs.run.name.to_owned(),
            want: render_context.want(MatrixKind::Reordered, None)?,
            cluster_colors: self.cluster_colors.clone(),
        };
        let other = compared_run.as_ref().and_then(|compared_run| {
            Some(ExportedMatrix {
                run: compared_run.run.name.to_owned(),
                want: render_context.want(MatrixKind::Other, Some(compared_run))?,
                cluster_colors: compared_run.cluster_colors.clone(),
            })
        });
        Some(Export {
            reordered,
            others: other.into_iter().collect(),
            borders: settings.borders,
        })
    }

    fn cells(&self) -> [usize; 2] {
        self.data.as_ref().map_or([0; 2], |data| {
            [data.observed.columns(), data.observed.rows()]
        })
    }

    /// Fills `ui`.
    pub(super) fn ui(&mut self, ui: &mut Ui, settings: &mut Settings, shown_runs: &ShownRuns<'_>) {
        if let Some(problem) = &self.problem {
            message(ui, Severity::Error, problem, |_| ());
            return;
        }
        let (Some(values), Some(snapshot)) = (self.values.clone(), self.snapshot.clone()) else {
            ui.centered_and_justified(|ui| ui.spinner());
            return;
        };
        let tokens = tokens(ui.ctx());
        let whole = ui.available_rect_before_wrap();
        let foot = tokens.size.icon + tokens.space.s;
        let (mut area, foot) = whole.split_top_bottom_at_y(whole.bottom() - foot);
        let side = panel_is_open(ui, settings).then(|| {
            let width = tokens.size.matrix_panel.min(area.width() / 2.0);
            let (left, right) = area.split_left_right_at_x(area.right() - width);
            area = left.with_max_x(left.right() - tokens.space.m);
            let line = Stroke::new(tokens.size.hairline, tokens.border);
            ui.painter().vline(left.right(), right.y_range(), line);
            right.with_min_x(right.left() + tokens.space.m)
        });
        let compared_run = self.compared_run(ui.ctx(), shown_runs, &snapshot);
        let shown = (&snapshot, &values);
        self.matrices_ui(ui, area, settings, shown_runs, shown, compared_run.as_ref());
        let legend = foot.with_min_y(foot.top() + tokens.space.s);
        ui.scope_builder(UiBuilder::new().max_rect(legend), |ui| {
            if let Some(layer) = self.pictures.any() {
                legend::legend_ui(ui, layer, shown_runs.data, &self.cluster_colors);
            }
        });
        if let Some(side) = side {
            ui.scope_builder(UiBuilder::new().max_rect(side), |ui| {
                self.panel_ui(ui, settings, shown_runs, shown, compared_run.as_ref());
            });
        }
    }

    fn panel_ui(
        &mut self,
        ui: &mut Ui,
        settings: &mut Settings,
        shown_runs: &ShownRuns<'_>,
        (snapshot, values): (&Arc<Snapshot>, &Arc<Values>),
        compared_run: Option<&ComparedRun<'_>>,
    ) {
        let Some(layer) = self.pictures.any() else {
            return;
        };
        let in_other = self.chosen.is_some_and(|(_, other)| other);
        let shown = compared_run.filter(|_| in_other);
        let panel = Panel {
            run: shown_runs.run,
            snapshot: shown.map_or(snapshot, |compared_run| &compared_run.snapshot),
            data: shown_runs.data,
            values,
            cluster_colors: shown.map_or(&self.cluster_colors, |compared_run| {
                &compared_run.cluster_colors
            }),
            first_cluster_colors: &self.cluster_colors,
            palette: layer.scale().1,
            chosen: self.chosen.map(|(chosen, _)| chosen),
            step: snapshot.step,
            other: shown_runs.other.as_ref().map(|(run, _)| {
                (
                    *run,
                    compared_run
                        .map(|compared_run| (&*compared_run.mapping, &compared_run.cluster_colors)),
                )
            }),
        };
        let picked = panel.ui(ui, settings, &mut self.selection_cache, &mut self.finder);
        match picked {
            Some(Picked::Chosen(chosen)) => {
                self.chosen = Some((chosen, in_other));
                settings.tab = Tab::Details;
            }
            Some(Picked::Show(chosen)) => self.bring_into_view(chosen, in_other),
            None => (),
        }
    }

    /// The second run, once its snapshot is read and matched; until then as it was.
    fn compared_run<'a>(
        &mut self,
        ctx: &Context,
        shown_runs: &ShownRuns<'a>,
        snapshot: &Arc<Snapshot>,
    ) -> Option<ComparedRun<'a>> {
        let (run, look) = shown_runs.other.as_ref()?;
        match look {
            SnapshotState::Ready(other, _) => {
                self.beside = Some((run.id.to_owned(), Arc::clone(other)));
            }
            SnapshotState::Reading => (),
            SnapshotState::Failed(_) => self.beside = None,
        }
        let (_, other) = self.beside.as_ref().filter(|(id, _)| id == run.id)?;
        let mapping = self.mappings.get(ctx, snapshot, other)?;
        let (rows, columns) = (&mapping.rows.partner, &mapping.columns.partner);
        Some(ComparedRun {
            run: *run,
            snapshot: Arc::clone(other),
            cluster_colors: ClusterColors::matched(&self.cluster_colors, rows, columns, other),
            mapping,
        })
    }
}

/// Open where it was opened, or where there is room for it.
fn panel_is_open(ui: &Ui, settings: &Settings) -> bool {
    let tokens = tokens(ui.ctx());
    settings
        .panel
        .unwrap_or_else(|| ui.available_width() >= 3.5 * tokens.size.matrix_panel)
}

/// Why the second run is not there.
fn absent_ui(ui: &mut Ui, plot: Rect, shown_runs: &ShownRuns<'_>) {
    let ui = &mut ui.new_child(UiBuilder::new().max_rect(plot));
    match shown_runs.other {
        Some((_, SnapshotState::Failed(why))) => {
            message(ui, Severity::Warning, why, |_| ());
        }
        _ => {
            ui.centered_and_justified(|ui| ui.spinner());
        }
    }
}
