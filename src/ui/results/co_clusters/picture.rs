//! One matrix as it is drawn: made anew, away from the window's thread, when what it shows changes.

use std::sync::Arc;

use eframe::egui::{Color32, ColorImage, Context, Ui};

use super::label_bar::LabelBar;
use super::motion::Motion;
use super::settings::Clusters;
use super::snapshot::Snapshot;
use super::source::Source;
use super::tiles::{self, Scene, Tiles};
use crate::data::{Classes, MatrixData};
use crate::draw::matrix::{
    Along, Arrangement, ColorScale, Colors, Palette, Sampling, Shade, Values, Within, by_number,
    by_size, on_diagonal,
};
use crate::draw::{Tokens, contrasting};
use crate::record::Side;
use crate::ui::jobs::Job;
use crate::ui::widgets::Placed;

/// The order of rows and columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Order {
    /// As in the file.
    Original,
    /// By cluster.
    Folded { clusters: Clusters, within: Within },
    /// By cluster, clusters in a given order.
    Matched {
        rows: Arc<[u16]>,
        columns: Arc<[u16]>,
        within: Within,
    },
}

/// The content of a picture.
#[derive(Clone)]
pub(super) struct PictureRequest {
    pub(super) data: Arc<MatrixData>,
    pub(super) values: Arc<Values>,
    pub(super) snapshot: Option<Arc<Snapshot>>,
    pub(super) order: Order,
    pub(super) colors: Colors,
    pub(super) tokens: &'static Tokens,
}

impl PictureRequest {
    /// True if the cells look the same.
    fn same_cells(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.data, &other.data)
            && self.order == other.order
            && self.colors == other.colors
            && std::ptr::eq(self.tokens, other.tokens)
            && (self.order == Order::Original || self.same_snapshot(other))
    }

    fn same_snapshot(&self, other: &Self) -> bool {
        match (&self.snapshot, &other.snapshot) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (None, None) => true,
            _ => false,
        }
    }

    fn same(&self, other: &Self) -> bool {
        self.same_cells(other) && self.same_snapshot(other)
    }

    /// The cells to draw.
    fn source(&self) -> Source {
        if self.colors.fill_missing {
            Source {
                cells: self.data.filled.clone(),
                absent_is_missing: false,
            }
        } else {
            Source {
                cells: self.data.observed.clone(),
                absent_is_missing: self.data.absent_is_missing,
            }
        }
    }

    /// The order that is wanted.
    pub(super) fn arrange(&self) -> Arrangement {
        let original = || Arrangement {
            rows: Arc::new(Along::original(self.data.observed.rows())),
            columns: Arc::new(Along::original(self.data.observed.columns())),
        };
        let Some(snapshot) = &self.snapshot else {
            return original();
        };
        let clusters = &snapshot.clusters;
        let (rows, columns, within) = match &self.order {
            Order::Original => return original(),
            Order::Matched {
                rows,
                columns,
                within,
            } => (rows.to_vec(), columns.to_vec(), *within),
            Order::Folded { clusters, within } => {
                let (rows, columns) = sequences(snapshot, *clusters);
                (rows, columns, *within)
            }
        };
        let along = |side: &Side, sequence: &[u16], weights: &[f64]| {
            Arc::new(Along::folded(side, sequence, within, weights))
        };
        Arrangement {
            rows: along(&clusters.rows, &rows, &self.values.rows.weights),
            columns: along(&clusters.columns, &columns, &self.values.columns.weights),
        }
    }

    /// All that is needed to draw it.
    pub(super) fn scene(&self) -> Scene {
        self.scene_of(self.arrange())
    }

    fn scene_of(&self, arrangement: Arrangement) -> Scene {
        Scene {
            source: Arc::new(self.source()),
            arrangement,
            shade: Arc::new(self.shade()),
        }
    }

    fn shade(&self) -> Shade {
        Shade::new(&self.values, &self.colors, self.tokens)
    }
}

/// The order of row and of column clusters.
pub(super) fn sequences(snapshot: &Snapshot, clusters: Clusters) -> (Vec<u16>, Vec<u16>) {
    let (rows, columns) = (&snapshot.clusters.rows, &snapshot.clusters.columns);
    match (clusters, &snapshot.blocks) {
        (Clusters::Size, _) => (
            by_size(&snapshot.rows.sizes),
            by_size(&snapshot.columns.sizes),
        ),
        (Clusters::Diagonal, Some(blocks)) => (
            by_number(rows.clusters),
            on_diagonal(rows.clusters, columns.clusters, &blocks.strength()),
        ),
        (Clusters::Number | Clusters::Diagonal, _) => {
            (by_number(rows.clusters), by_number(columns.clusters))
        }
    }
}

/// The bars along one side.
#[derive(Debug, Clone, Default)]
pub(super) struct SideBars {
    pub(super) clusters: Option<LabelBar>,
    pub(super) classes: Option<LabelBar>,
}

impl SideBars {
    fn of(along: &Along, side: Option<&Side>, classes: Option<&Classes>) -> Self {
        Self {
            clusters: side.map(|side| {
                LabelBar::new(&along.order, |row| {
                    side.of.get(row).copied().flatten().map(u32::from)
                })
            }),
            classes: classes.map(|classes| {
                LabelBar::new(&along.order, |row| classes.of.get(row).copied().flatten())
            }),
        }
    }
}

/// A picture that is ready.
pub(super) struct Layer {
    pub(super) want: PictureRequest,
    pub(super) rows: SideBars,
    pub(super) columns: SideBars,
    pub(super) tiles: Tiles,
}

impl Layer {
    pub(super) fn arrangement(&self) -> &Arrangement {
        &self.tiles.scene().arrangement
    }

    /// The color of lines and marks over the cells: what stands out from most of them.
    pub(super) fn foreground(&self, tokens: &Tokens) -> Color32 {
        let (scale, palette) = self.scale();
        let values = &self.want.values;
        let ground = if values.missing > values.present && !self.want.colors.fill_missing {
            palette.missing
        } else if values.zeros {
            palette.color(scale.position(0.0))
        } else {
            palette.color(scale.position(values.mean as f32))
        };
        contrasting(ground, tokens)
    }

    pub(super) fn scale(&self) -> (&ColorScale, &Palette) {
        let shade = &self.tiles.scene().shade;
        (&shade.scale, &shade.palette)
    }
}

/// The result of a job.
struct Made {
    scene: Option<(Scene, (Sampling, Sampling, ColorImage))>,
    rows: SideBars,
    columns: SideBars,
}

/// One matrix as it is drawn.
#[derive(Default)]
pub(super) struct Picture {
    layer: Option<Layer>,
    job: Option<(PictureRequest, Job<Made>)>,
    motion: Option<Motion>,
    /// Why there is no picture.
    pub(super) problem: Option<String>,
}

impl Picture {
    /// Has the picture made, if it is not what is shown. What was shown stays until the new one is there.
    pub(super) fn want(&mut self, ctx: &Context, want: PictureRequest) {
        self.poll(ctx);
        let current = self
            .layer
            .as_ref()
            .is_some_and(|layer| layer.want.same(&want));
        if current || self.job.is_some() {
            return;
        }
        let old = self
            .layer
            .as_ref()
            .filter(|layer| layer.want.same_cells(&want))
            .map(|layer| layer.arrangement().clone());
        let work = want.clone();
        let job = Job::spawn("arrange matrix", ctx, move |_| make(&work, old));
        match job {
            Ok(job) => self.job = Some((want, job)),
            Err(error) => self.problem = Some(error.to_string()),
        }
    }

    fn poll(&mut self, ctx: &Context) {
        let Some(outcome) = self.job.as_ref().and_then(|(_, job)| job.poll()) else {
            return;
        };
        let Some((want, _)) = self.job.take() else {
            return;
        };
        let made = match outcome {
            Ok(made) => made,
            Err(panicked) => {
                self.problem = Some(panicked.to_string());
                return;
            }
        };
        self.problem = None;
        let old = self.layer.take();
        let tiles = match (made.scene, old) {
            (Some((scene, base)), old) => {
                self.motion = old.and_then(|old| {
                    let same = Arc::ptr_eq(&old.want.data, &want.data)
                        && old.want.order != Order::Original;
                    same.then(|| Motion::new(old.tiles.scene()))
                });
                Tiles::new(ctx, scene, base)
            }
            (None, Some(old)) => old.tiles,
            (None, None) => return,
        };
        self.layer = Some(Layer {
            want,
            rows: made.rows,
            columns: made.columns,
            tiles,
        });
    }

    /// True if it is being made, or on its way.
    pub(super) fn is_working(&self) -> bool {
        let drawing = self
            .layer
            .as_ref()
            .is_some_and(|layer| layer.tiles.is_working());
        self.job.is_some() || self.motion.is_some() || drawing
    }

    pub(super) fn layer(&self) -> Option<&Layer> {
        self.layer.as_ref()
    }

    /// How far rows and columns are on the way from where they were before, and where their clusters were.
    pub(super) fn moving(&self) -> Option<&Motion> {
        self.motion.as_ref()
    }

    /// Draws the cells in view.
    pub(super) fn draw(&mut self, ui: &Ui, placed: &Placed) {
        let Some(layer) = &mut self.layer else {
            return;
        };
        layer.tiles.draw(ui, placed);
        if let Some(motion) = &mut self.motion
            && !motion.draw(ui, placed, layer.tiles.scene())
        {
            self.motion = None;
        }
    }
}

fn make(want: &PictureRequest, same: Option<Arrangement>) -> Made {
    let again = same.is_none();
    let arrangement = same.unwrap_or_else(|| want.arrange());
    let clusters = want.snapshot.as_ref().map(|snapshot| &snapshot.clusters);
    let data = &want.data;
    let rows = SideBars::of(
        &arrangement.rows,
        clusters.map(|clusters| &clusters.rows),
        data.row_classes.as_ref(),
    );
    let columns = SideBars::of(
        &arrangement.columns,
        clusters.map(|clusters| &clusters.columns),
        data.column_classes.as_ref(),
    );
    let scene = again.then(|| {
        let scene = want.scene_of(arrangement);
        let base = tiles::base(&scene);
        (scene, base)
    });
    Made {
        scene,
        rows,
        columns,
    }
}
