//! The matrices of the run and of one beside it.

use std::sync::Arc;

use eframe::egui::{Rect, Ui, UiBuilder, pos2, vec2};

use super::{MatrixPane, absent_ui};
use crate::draw::matrix::Values;
use crate::ui::results::co_clusters::frame::{Bars, FIT, Frame, Named};
use crate::ui::results::co_clusters::heatmap::{Chosen, Done, Heatmap};
use crate::ui::results::co_clusters::hover;
use crate::ui::results::co_clusters::matrices::{
    ComparedRun, MatrixKind, RenderContext, ShownRuns,
};
use crate::ui::results::co_clusters::pan_to::pan_to;
use crate::ui::results::co_clusters::settings::{Arranged, Settings, Tab};
use crate::ui::results::co_clusters::snapshot::Snapshot;
use crate::ui::theme::tokens;
use crate::ui::widgets::{Severity, message};

impl MatrixPane {
    pub(super) fn matrices_ui(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        settings: &mut Settings,
        shown_runs: &ShownRuns<'_>,
        (snapshot, values): (&Arc<Snapshot>, &Arc<Values>),
        compared_run: Option<&ComparedRun<'_>>,
    ) {
        let tokens = tokens(ui.ctx());
        let data = shown_runs.data;
        let kinds: &[MatrixKind] = match (shown_runs.other.is_some(), settings.arranged) {
            (true, _) => &[MatrixKind::Reordered, MatrixKind::Other],
            (_, Arranged::Both) => &[MatrixKind::Original, MatrixKind::Reordered],
            (_, Arranged::Original) => &[MatrixKind::Original],
            (_, Arranged::Reordered) => &[MatrixKind::Reordered],
        };
        let gap = tokens.space.l;
        let width = (area.width() - gap * (kinds.len() - 1) as f32) / kinds.len() as f32;
        let outer = |index: usize| {
            let left = area.left() + index as f32 * (width + gap);
            Rect::from_min_size(pos2(left, area.top()), vec2(width, area.height()))
        };
        let bars = Bars {
            clusters: true,
            row_classes: data.row_classes.is_some(),
            column_classes: data.column_classes.is_some(),
        };
        let cells = self.cells();
        let plain = || Frame::new(outer(0), bars, Named::default(), tokens).plot;
        let last = self.plot.unwrap_or_else(plain);
        let scale = self.viewport.place(last, cells, FIT).scale;
        let named = Named::new(scale, values.longest, tokens);
        let plot = Frame::new(outer(0), bars, named, tokens).plot;
        self.keep_in_place(named.gutters(tokens), plot, cells);
        let mut pointed = None;
        for (index, &kind) in kinds.iter().enumerate() {
            let frame = Frame::new(outer(index), bars, named, tokens);
            if kind == MatrixKind::Other && compared_run.is_none() {
                absent_ui(ui, frame.plot, shown_runs);
                continue;
            }
            let render_context = RenderContext {
                data,
                values,
                snapshot,
                settings,
                tokens,
            };
            let Some(want) = render_context.want(kind, compared_run) else {
                continue;
            };
            self.plot = Some(frame.plot);
            let own = match compared_run {
                Some(compared_run) if kind == MatrixKind::Other => (
                    compared_run.run,
                    &compared_run.snapshot,
                    &compared_run.cluster_colors,
                ),
                _ => (shown_runs.run, snapshot, &self.cluster_colors),
            };
            let title = match kind {
                MatrixKind::Original => "Original",
                MatrixKind::Reordered if shown_runs.other.is_none() => "Reordered",
                MatrixKind::Reordered | MatrixKind::Other => own.0.name,
            };
            let heatmap = Heatmap {
                title,
                mark: shown_runs.other.as_ref().map(|_| (own.0.color, own.1.step)),
                frame,
                named,
                data,
                snapshot: Some(own.1),
                cluster_colors: own.2,
                borders: settings.borders && kind != MatrixKind::Original,
                pick: settings.pick,
                pointed: self.pointed,
                chosen: self.chosen_in(kind),
            };
            let picture = self.pictures.of(kind);
            picture.want(ui.ctx(), want);
            let done = heatmap.show(ui, picture, &mut self.viewport);
            if let Some(problem) = &picture.problem {
                let ui = &mut ui.new_child(UiBuilder::new().max_rect(frame.plot));
                message(ui, Severity::Error, problem, |_| ());
            }
            pointed = pointed.or(done.pointed);
            self.take(done, kind, settings);
        }
        if let Some(pointed) = pointed {
            let mut sides = vec![(
                shown_runs.other.as_ref().map(|_| shown_runs.run),
                &**snapshot,
            )];
            sides.extend(
                compared_run.map(|compared_run| (Some(compared_run.run), &*compared_run.snapshot)),
            );
            hover::tooltip(ui, data, &sides, pointed);
        }
        self.pointed = pointed;
    }

    /// Marks in one of the matrices: a block belongs to a run, a row or column to all.
    fn chosen_in(&self, kind: MatrixKind) -> Option<Chosen> {
        let (chosen, other) = self.chosen?;
        let own = other == (kind == MatrixKind::Other);
        (own || !matches!(chosen, Chosen::Block(..))).then_some(chosen)
    }

    fn take(&mut self, done: Done, kind: MatrixKind, settings: &mut Settings) {
        if done.cleared {
            self.chosen = None;
        }
        if let Some(chosen) = done.chosen {
            let chosen = (chosen, kind == MatrixKind::Other);
            // A second click on the same lets go of it.
            if self.chosen == Some(chosen) {
                self.chosen = None;
            } else {
                self.chosen = Some(chosen);
                settings.tab = Tab::Details;
                settings.panel = Some(true);
            }
        }
    }

    pub(super) fn bring_into_view(&mut self, chosen: Chosen, in_other: bool) {
        let picture = if in_other {
            &self.pictures.other
        } else {
            &self.pictures.reordered
        };
        let (Some(layer), Some(plot)) = (picture.layer(), self.plot) else {
            return;
        };
        let placed = self.viewport.place(plot, self.cells(), FIT);
        pan_to(&mut self.viewport, &placed, layer.arrangement(), chosen);
    }

    /// Names need more room than numbers: what is in view stays where it is on the screen as they come and go.
    fn keep_in_place(&mut self, gutters: [f32; 2], plot: Rect, cells: [usize; 2]) {
        if let Some(old) = self.gutters.replace(gutters)
            && old != gutters
        {
            let moved = vec2(gutters[0] - old[0], gutters[1] - old[1]);
            let before = Rect::from_min_max(plot.min - moved, plot.max);
            let placed = self.viewport.place(before, cells, FIT);
            self.viewport.keep(&placed, plot);
        }
    }
}
