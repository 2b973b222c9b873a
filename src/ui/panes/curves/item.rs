//! The lines of one plot, as an item of `egui_plot`.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::ops::RangeInclusive;
use std::sync::Arc;

use eframe::egui::epaint::Mesh;
use eframe::egui::{Color32, Shape, Ui};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform};
use rustc_hash::FxHasher;

use super::curve::Curve;
use super::pyramid::Pyramid;
use super::stroke::{Dash, StrokeMesh};
use super::trace::{Piece, Screen, Tracer};
use crate::draw::Scale;
use crate::ui::theme::tokens;

/// The triangles of a plot, kept while nothing changes, and the buffers to make them.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    key: u64,
    mesh: Arc<Mesh>,
    tracer: Tracer,
    stroke_mesh: StrokeMesh,
}

/// All lines of a plot: raw values faint below, main lines above.
pub(super) struct CurvesItem<'a> {
    base: PlotItemBase,
    curves: &'a [Curve<'a>],
    scale: Scale,
    drawing: RefCell<&'a mut Drawing>,
}

/// How faint the raw values are beside their smoothed line.
const RAW_OPACITY: f32 = 0.24;
/// How thin.
const RAW_WIDTH: f32 = 1.0;
/// How wide their buckets: what is faint needs no finer ones.
const RAW_COLUMN: f64 = 2.0;

impl<'a> CurvesItem<'a> {
    pub(super) fn new(curves: &'a [Curve<'a>], scale: Scale, drawing: &'a mut Drawing) -> Self {
        Self {
            base: PlotItemBase::new(String::new()),
            curves,
            scale,
            drawing: RefCell::new(drawing),
        }
    }

    /// Everything that the triangles depend on.
    fn key(&self, transform: &PlotTransform, pixels_per_point: f32) -> u64 {
        let mut hasher = FxHasher::default();
        let (frame, bounds) = (transform.frame(), transform.bounds());
        for side in [
            frame.min.x,
            frame.min.y,
            frame.max.x,
            frame.max.y,
            pixels_per_point,
        ] {
            side.to_bits().hash(&mut hasher);
        }
        for end in [bounds.min(), bounds.max()].concat() {
            end.to_bits().hash(&mut hasher);
        }
        self.scale.hash(&mut hasher);
        for curve in self.curves {
            (curve.run.id, curve.name, curve.color, curve.dash).hash(&mut hasher);
            curve.cache.stamp().hash(&mut hasher);
            curve
                .x
                .ends()
                .map(|(first, last)| (first.to_bits(), last.to_bits()))
                .hash(&mut hasher);
        }
        hasher.finish()
    }
}

impl Drawing {
    fn redraw(&mut self, item: &CurvesItem<'_>, transform: &PlotTransform, width: f32) {
        // Nobody else holds the triangles of the frame before: their memory serves again.
        let mut mesh = Arc::try_unwrap(std::mem::take(&mut self.mesh)).unwrap_or_default();
        mesh.clear();
        let Self {
            tracer,
            stroke_mesh,
            ..
        } = self;
        stroke_mesh.mesh = mesh;
        for curve in item.curves.iter().filter(|curve| curve.cache.is_smoothed()) {
            let color = curve.color.gamma_multiply(RAW_OPACITY);
            let (values, pyramid) = (&curve.series.values, curve.cache.raw());
            tracer.trace_into(
                stroke_mesh,
                &curve.screen(transform, item.scale),
                values,
                pyramid,
                Style {
                    width: RAW_WIDTH,
                    color,
                    dash: Dash::Solid,
                    column: RAW_COLUMN,
                },
            );
        }
        for curve in item.curves {
            let (values, pyramid) = curve.cache.main(curve.series);
            let style = Style {
                width,
                color: curve.color,
                dash: curve.dash,
                column: 1.0,
            };
            tracer.trace_into(
                stroke_mesh,
                &curve.screen(transform, item.scale),
                values,
                pyramid,
                style,
            );
        }
        self.mesh = Arc::new(std::mem::take(&mut stroke_mesh.mesh));
    }
}

struct Style {
    width: f32,
    color: Color32,
    dash: Dash,
    /// Width of a bucket on the screen.
    column: f64,
}

impl Tracer {
    fn trace_into(
        &mut self,
        stroke_mesh: &mut StrokeMesh,
        screen: &Screen<'_>,
        values: &[f64],
        pyramid: &Pyramid,
        style: Style,
    ) {
        self.trace(screen, values, pyramid, style.column, |piece| match piece {
            Piece::Line(points) => stroke_mesh.line(points, style.width, style.color, style.dash),
            Piece::Band(columns) => stroke_mesh.band(columns, style.width, style.color),
        });
    }
}

impl PlotItem for CurvesItem<'_> {
    fn shapes(&self, ui: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        let drawing = &mut **self.drawing.borrow_mut();
        let key = self.key(transform, ui.pixels_per_point());
        if drawing.key != key {
            drawing.key = key;
            drawing.stroke_mesh.feathering = 1.0 / ui.pixels_per_point();
            drawing.redraw(self, transform, tokens(ui.ctx()).size.line);
        }
        if !drawing.mesh.is_empty() {
            shapes.push(Shape::Mesh(Arc::clone(&drawing.mesh)));
        }
    }

    fn initialize(&mut self, _x_range: RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        Color32::TRANSPARENT
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    /// The panel sets the bounds itself.
    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}
