//! The matrix in tiles of texels: made on a thread of their own as they come into view, kept while there is room.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};
use eframe::egui::{
    Color32, ColorImage, Context, Painter, Rect, TextureHandle, TextureOptions, Ui, pos2,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::level::{Key, Level, bands, draw_band};
use super::source::Source;
use crate::draw::matrix::{Arrangement, Sampling, Shade};
use crate::ui::jobs::Job;
use crate::ui::widgets::Placed;

/// Tiles kept: 64 MB.
const KEPT: usize = 256;
/// Tiles taken in within a frame: each is copied to the GPU.
const PER_FRAME: usize = 12;
/// Most texels along the side of the picture of everything that stands behind the tiles.
const BASE: usize = 768;

/// The composition of a picture of a matrix.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) source: Arc<Source>,
    pub(super) arrangement: Arrangement,
    pub(super) shade: Arc<Shade>,
}

type Made = (Key, ColorImage);

struct Tile {
    texture: TextureHandle,
    texels: [usize; 2],
    /// The frame that drew it last.
    used: u64,
}

/// The tiles of one scene.
pub(super) struct Tiles {
    scene: Scene,
    base: (Sampling, Sampling, TextureHandle),
    ready: FxHashMap<Key, Tile>,
    job: Option<(FxHashSet<Key>, Job<()>)>,
    made: (Sender<Made>, Receiver<Made>),
    frame: u64,
}

/// Everything in one small picture.
pub(super) fn base(scene: &Scene) -> (Sampling, Sampling, ColorImage) {
    let x = Sampling::whole(scene.arrangement.columns.len(), BASE);
    let y = Sampling::whole(scene.arrangement.rows.len(), BASE);
    let image = scene.source.render(&scene.arrangement, x, y, &scene.shade);
    (x, y, image)
}

impl Tiles {
    pub(super) fn new(
        ctx: &Context,
        scene: Scene,
        (x, y, image): (Sampling, Sampling, ColorImage),
    ) -> Self {
        let small = image.width() == scene.arrangement.columns.len()
            && image.height() == scene.arrangement.rows.len();
        let options = if small {
            TextureOptions::NEAREST
        } else {
            TextureOptions::LINEAR
        };
        Self {
            scene,
            base: (x, y, ctx.load_texture("matrix", image, options)),
            ready: FxHashMap::default(),
            job: None,
            made: bounded(4 * PER_FRAME),
            frame: 0,
        }
    }

    pub(super) fn scene(&self) -> &Scene {
        &self.scene
    }

    /// True if tiles are being made.
    pub(super) fn is_working(&self) -> bool {
        self.job.is_some()
    }

    /// Draws what is in view and asks for what is not there yet. True if everything was there.
    pub(super) fn draw(&mut self, ui: &Ui, placed: &Placed) -> bool {
        self.frame += 1;
        self.take_in(ui.ctx());
        let painter = ui.painter().with_clip_rect(placed.rect);
        let (x, y, texture) = &self.base;
        paint(&painter, placed, texture, [*x, *y]);
        let level = Level::of(placed, ui.pixels_per_point());
        let (visible, around) = self.keys(level, placed);
        let missing: Vec<Key> = visible
            .iter()
            .copied()
            .filter(|key| !self.ready.contains_key(key))
            .collect();
        if !missing.is_empty() {
            self.draw_others(&painter, placed, level);
        }
        for key in &visible {
            self.draw_tile(&painter, placed, *key);
        }
        let complete = missing.is_empty();
        let wanted = if complete {
            around
                .into_iter()
                .filter(|key| !self.ready.contains_key(key))
                .collect()
        } else {
            missing
        };
        self.want(ui.ctx(), wanted);
        self.forget();
        complete
    }

    /// Tiles of other levels that are there, coarse ones first, until those of this level are.
    fn draw_others(&mut self, painter: &Painter, placed: &Placed, level: Level) {
        let mut others: Vec<Key> = self
            .ready
            .keys()
            .copied()
            .filter(|key| key.level != level)
            .collect();
        others.sort_by_key(|key| std::cmp::Reverse(key.level.shift[0] + key.level.shift[1]));
        for key in others {
            self.draw_tile(painter, placed, key);
        }
    }

    fn draw_tile(&mut self, painter: &Painter, placed: &Placed, key: Key) {
        if let Some(tile) = self.ready.get_mut(&key) {
            let sampling = [0, 1].map(|axis| {
                let first = key.at[axis] * key.level.span(axis);
                let cells = match key.level.shift[axis] {
                    shift @ 0.. => tile.texels[axis] << shift,
                    shift => (tile.texels[axis] >> -shift).max(1),
                };
                Sampling {
                    first,
                    cells,
                    shift: key.level.shift[axis],
                }
            });
            if paint(painter, placed, &tile.texture, sampling) {
                tile.used = self.frame;
            }
        }
    }

    /// The tiles in view, from the middle outwards, and those around them.
    fn keys(&self, level: Level, placed: &Placed) -> (Vec<Key>, Vec<Key>) {
        let range = |axis: usize, margin: usize| {
            let (first, end) = placed.range(axis);
            let span = level.span(axis);
            let all = placed.size[axis].div_ceil(span);
            let first = (first / span).saturating_sub(margin);
            first..(end.div_ceil(span) + margin).min(all)
        };
        let grid = |margin: usize| -> Vec<Key> {
            range(1, margin)
                .flat_map(|y| range(0, margin).map(move |x| Key { level, at: [x, y] }))
                .collect()
        };
        let visible = grid(0);
        let mut around = grid(1);
        around.retain(|key| !visible.contains(key));
        (visible, around)
    }

    fn want(&mut self, ctx: &Context, wanted: Vec<Key>) {
        let coming = |key: &Key| {
            self.job
                .as_ref()
                .is_some_and(|(keys, _)| keys.contains(key))
        };
        if wanted.is_empty() || wanted.iter().all(coming) {
            return;
        }
        let (scene, sender) = (self.scene.clone(), self.made.0.clone());
        let (keys, again) = (wanted.iter().copied().collect(), ctx.clone());
        let job = Job::spawn("draw matrix", ctx, move |monitor| {
            for band in bands(wanted) {
                if monitor.is_canceled() {
                    return;
                }
                for made in draw_band(&scene, &band) {
                    // The view is gone if nobody listens.
                    if sender.send(made).is_err() {
                        return;
                    }
                    again.request_repaint();
                }
            }
        });
        self.job = job.ok().map(|job| (keys, job));
    }

    fn take_in(&mut self, ctx: &Context) {
        for _ in 0..PER_FRAME {
            let Ok((key, image)) = self.made.1.try_recv() else {
                break;
            };
            let texels = image.size;
            let texture = ctx.load_texture("tile", image, key.level.options());
            let tile = Tile {
                texture,
                texels,
                used: self.frame,
            };
            self.ready.insert(key, tile);
        }
        if !self.made.1.is_empty() {
            ctx.request_repaint();
        }
        let ended = self
            .job
            .as_ref()
            .is_some_and(|(_, job)| job.poll().is_some());
        if ended && self.made.1.is_empty() {
            self.job = None;
        }
    }

    /// Drops the tiles that were not seen for longest.
    fn forget(&mut self) {
        if self.ready.len() <= KEPT {
            return;
        }
        let mut uses: Vec<u64> = self.ready.values().map(|tile| tile.used).collect();
        let at = uses.len() - KEPT;
        let (_, oldest, _) = uses.select_nth_unstable(at);
        let (oldest, frame) = (*oldest, self.frame);
        self.ready
            .retain(|_, tile| tile.used >= oldest || tile.used == frame);
    }
}

/// Paints texels where their cells are; false if that is out of view.
fn paint(
    painter: &Painter,
    placed: &Placed,
    texture: &TextureHandle,
    [x, y]: [Sampling; 2],
) -> bool {
    // The last texel may stand for fewer cells than the others: it is cut off at the edge of the matrix.
    let end = |sampling: Sampling| {
        let cells = match sampling.shift {
            shift @ 1.. => sampling.bins() << shift,
            _ => sampling.cells,
        };
        (sampling.first + cells) as f64
    };
    let rect = Rect::from_min_max(
        placed.cell_point([x.first as f64, y.first as f64]),
        placed.cell_point([end(x), end(y)]),
    );
    if !rect.intersects(painter.clip_rect()) {
        return false;
    }
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture.id(), rect, whole, Color32::WHITE);
    true
}
