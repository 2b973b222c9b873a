//! The matrices side by side, with what is pointed at and chosen in them.

use std::sync::Arc;

use eframe::egui::{Context, Rect, Ui, UiBuilder, pos2, vec2};

use super::camera::Camera;
use super::frame::{Bars, Frame, Named};
use super::heatmap::{Chosen, Heatmap, Pointed, STEP};
use super::hues::Hues;
use super::picture::{Order, Picture, Want};
use super::settings::{Arranged, Settings};
use super::snapshot::Snapshot;
use super::toolbar::{Asked, Toolbar};
use super::values::Values;
use super::{hover, legend};
use crate::data::MatrixData;
use crate::ui::jobs::Job;
use crate::ui::theme::tokens;

/// What is on the stage.
#[derive(Default)]
pub(super) struct Stage {
    run: String,
    data: Option<Arc<MatrixData>>,
    values: Option<Arc<Values>>,
    job: Option<Job<Values>>,
    snapshot: Option<Arc<Snapshot>>,
    hues: Hues,
    original: Picture,
    reordered: Picture,
    camera: Camera,
    gutters: Option<[f32; 2]>,
    /// Where the matrices were drawn last.
    plot: Option<Rect>,
    pub(super) chosen: Option<Chosen>,
    pointed: Option<Pointed>,
}

impl Stage {
    /// Looks at the values of another matrix; forgets what was chosen in another run.
    pub(super) fn prepare(&mut self, ctx: &Context, run: &str, data: &Arc<MatrixData>) {
        let same = self.data.as_ref().is_some_and(|own| Arc::ptr_eq(own, data));
        if !same {
            let work = Arc::clone(data);
            *self = Self {
                data: Some(Arc::clone(data)),
                job: Job::spawn("look at values", ctx, move |_| Values::of(&work)).ok(),
                ..Self::default()
            };
        }
        if self.run != run {
            run.clone_into(&mut self.run);
            self.chosen = None;
            self.snapshot = None;
        }
        if let Some(Ok(values)) = self.job.as_ref().and_then(Job::poll) {
            self.values = Some(Arc::new(values));
            self.job = None;
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
            self.hues = Hues::of(Some(snapshot), self.data.as_deref());
        }
    }

    pub(super) fn is_working(&self) -> bool {
        self.job.is_some()
    }

    pub(super) fn toolbar_ui(&mut self, ui: &mut Ui, settings: &mut Settings) {
        let toolbar = Toolbar {
            values: self.values.as_deref(),
            zoomed: !self.camera.is_fit(),
            panel_open: false,
            comparing: false,
        };
        let asked = toolbar.show(ui, settings, |_| ());
        let cells = self.cells();
        let Some(plot) = self.plot else {
            return;
        };
        let transform = self.camera.transform(plot, cells);
        match asked {
            Some(Asked::ZoomIn) => self.camera.zoom(&transform, [STEP; 2], plot.center()),
            Some(Asked::ZoomOut) => self.camera.zoom(&transform, [1.0 / STEP; 2], plot.center()),
            Some(Asked::Fit) => self.camera.fit(),
            Some(Asked::Panel) | None => (),
        }
    }

    fn cells(&self) -> [usize; 2] {
        self.data.as_ref().map_or([0; 2], |data| {
            [data.observed.columns(), data.observed.rows()]
        })
    }

    /// Fills `ui`.
    pub(super) fn ui(&mut self, ui: &mut Ui, settings: &Settings, data: &Arc<MatrixData>) {
        let tokens = tokens(ui.ctx());
        let (Some(values), Some(snapshot)) = (self.values.clone(), self.snapshot.clone()) else {
            ui.centered_and_justified(|ui| ui.spinner());
            return;
        };
        let whole = ui.available_rect_before_wrap();
        let foot = tokens.size.icon + tokens.space.s;
        let (area, foot) = whole.split_top_bottom_at_y(whole.bottom() - foot);
        let shown: Vec<bool> = match settings.arranged {
            Arranged::Both => vec![false, true],
            Arranged::Original => vec![false],
            Arranged::Reordered => vec![true],
        };
        let gap = tokens.space.l;
        let width = (area.width() - gap * (shown.len() - 1) as f32) / shown.len() as f32;
        let bars = Bars {
            clusters: true,
            row_classes: data.row_classes.is_some(),
            column_classes: data.column_classes.is_some(),
        };
        let cells = self.cells();
        let outer = |index: usize| {
            let left = area.left() + index as f32 * (width + gap);
            Rect::from_min_size(pos2(left, area.top()), vec2(width, area.height()))
        };
        let plain = Frame::new(outer(0), bars, Named::default(), tokens).plot;
        let named = Named::new(&self.camera, plain, cells, tokens);
        self.keep_in_place(named.gutters(tokens), plain, cells);
        let mut pointed = None;
        for (index, &reordered) in shown.iter().enumerate() {
            let want = Want {
                data: Arc::clone(data),
                values: Arc::clone(&values),
                snapshot: Some(Arc::clone(&snapshot)),
                order: if reordered {
                    Order::Folded {
                        clusters: settings.clusters,
                        within: settings.within,
                    }
                } else {
                    Order::Original
                },
                colours: settings.colours,
                tokens,
            };
            let picture = if reordered {
                &mut self.reordered
            } else {
                &mut self.original
            };
            picture.want(ui.ctx(), want);
            let frame = Frame::new(outer(index), bars, named, tokens);
            self.plot = Some(frame.plot);
            let heatmap = Heatmap {
                title: if reordered { "Reordered" } else { "Original" },
                mark: None,
                frame,
                named,
                data,
                snapshot: Some(&snapshot),
                hues: &self.hues,
                borders: settings.borders && reordered,
                pick: settings.pick,
                pointed: self.pointed,
                chosen: self.chosen,
            };
            let done = heatmap.show(ui, picture, &mut self.camera);
            pointed = pointed.or(done.pointed);
            if done.chosen.is_some() {
                self.chosen = done.chosen;
            }
            if done.cleared {
                self.chosen = None;
            }
        }
        if let Some(pointed) = pointed {
            hover::tooltip(ui, data, Some(&snapshot), pointed);
        }
        self.pointed = pointed;
        let legend = foot.with_min_y(foot.top() + tokens.space.s);
        ui.scope_builder(UiBuilder::new().max_rect(legend), |ui| {
            let layer = self.reordered.layer().or_else(|| self.original.layer());
            if let Some(layer) = layer {
                legend::legend_ui(ui, layer, data, &self.hues);
            }
        });
    }

    /// Names need more room than numbers: what is in view stays where it is on the screen as they come and go.
    fn keep_in_place(&mut self, gutters: [f32; 2], plot: Rect, cells: [usize; 2]) {
        if let Some(old) = self.gutters.replace(gutters)
            && old != gutters
            && !self.camera.is_fit()
        {
            let transform = self.camera.transform(plot, cells);
            let moved = vec2(old[0] - gutters[0], old[1] - gutters[1]);
            self.camera.pan(&transform, moved);
        }
    }
}
