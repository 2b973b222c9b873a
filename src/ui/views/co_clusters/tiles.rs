//! The matrix in tiles of texels: made on a thread of their own as they come into view, kept while there is room.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};
use eframe::egui::{
    Color32, ColorImage, Context, Painter, Rect, TextureHandle, TextureOptions, Ui, pos2,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::arrangement::Arrangement;
use super::camera::Transform;
use super::raster::{self, Sampling, Shade, Source};
use crate::ui::jobs::Job;

/// Texels along the side of a tile.
const SIDE: usize = 256;
/// Tiles kept: 64 MB.
const KEPT: usize = 256;
/// Tiles taken in within a frame: each is copied to the GPU.
const PER_FRAME: usize = 12;
/// Most texels along the side of the picture of everything that stands behind the tiles.
const BASE: usize = 768;
/// From here on, in pixels along both sides, cells have sharp edges without help.
const SHARP: f64 = 2.0;
/// Most texels along the side of a cell: 2 to this power.
const LARGEST: i32 = -7;

/// What a picture of a matrix is made of.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) source: Arc<Source>,
    pub(super) arrangement: Arrangement,
    pub(super) shade: Arc<Shade>,
}

/// How finely cells are drawn along x and y.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Level {
    shift: [i32; 2],
    sharp: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    level: Level,
    at: [usize; 2],
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
    let image = raster::render(&scene.source, &scene.arrangement, x, y, &scene.shade);
    (x, y, image)
}

impl Level {
    fn of(transform: &Transform, pixels_per_point: f32) -> Self {
        let pixels = transform
            .scale
            .map(|scale| scale * f64::from(pixels_per_point));
        if pixels.iter().all(|pixels| *pixels >= SHARP) {
            return Self {
                shift: [0, 0],
                sharp: true,
            };
        }
        Self {
            shift: pixels.map(|pixels| (-pixels.log2().round() as i32).max(LARGEST)),
            sharp: false,
        }
    }

    /// Cells along the side of a tile.
    fn span(self, axis: usize) -> usize {
        match self.shift[axis] {
            shift @ 0.. => SIDE << shift,
            shift => (SIDE >> -shift).max(1),
        }
    }

    fn sampling(self, axis: usize, first: usize, tiles: usize, cells: usize) -> Sampling {
        let start = first * self.span(axis);
        Sampling {
            first: start,
            cells: (tiles * self.span(axis)).min(cells.saturating_sub(start)),
            shift: self.shift[axis],
        }
    }

    fn options(self) -> TextureOptions {
        if self.sharp {
            TextureOptions::NEAREST
        } else {
            TextureOptions::LINEAR
        }
    }
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

    /// Draws what is in view and asks for what is not there yet. True if everything was there.
    pub(super) fn draw(&mut self, ui: &Ui, transform: &Transform) -> bool {
        self.frame += 1;
        self.take_in(ui.ctx());
        let painter = ui.painter().with_clip_rect(transform.rect);
        let (x, y, texture) = &self.base;
        paint(&painter, transform, texture, [*x, *y]);
        let level = Level::of(transform, ui.pixels_per_point());
        let (visible, around) = self.keys(level, transform);
        let missing: Vec<Key> = visible
            .iter()
            .copied()
            .filter(|key| !self.ready.contains_key(key))
            .collect();
        if !missing.is_empty() {
            self.draw_others(&painter, transform, level);
        }
        for key in &visible {
            self.draw_tile(&painter, transform, *key);
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
    fn draw_others(&mut self, painter: &Painter, transform: &Transform, level: Level) {
        let mut others: Vec<Key> = self
            .ready
            .keys()
            .copied()
            .filter(|key| key.level != level)
            .collect();
        others.sort_by_key(|key| std::cmp::Reverse(key.level.shift[0] + key.level.shift[1]));
        for key in others {
            self.draw_tile(painter, transform, key);
        }
    }

    fn draw_tile(&mut self, painter: &Painter, transform: &Transform, key: Key) {
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
            if paint(painter, transform, &tile.texture, sampling) {
                tile.used = self.frame;
            }
        }
    }

    /// The tiles in view, from the middle outwards, and those around them.
    fn keys(&self, level: Level, transform: &Transform) -> (Vec<Key>, Vec<Key>) {
        let range = |axis: usize, margin: usize| {
            let (first, end) = transform.visible(axis);
            let span = level.span(axis);
            let all = transform.cells[axis].div_ceil(span);
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
                if monitor.is_cancelled() {
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
    transform: &Transform,
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
        transform.point([x.first as f64, y.first as f64]),
        transform.point([end(x), end(y)]),
    );
    if !rect.intersects(painter.clip_rect()) {
        return false;
    }
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture.id(), rect, whole, Color32::WHITE);
    true
}

/// Tiles side by side, which are drawn in one go: each row of cells is then looked at once.
struct Band {
    level: Level,
    y: usize,
    x: std::ops::Range<usize>,
}

fn bands(mut keys: Vec<Key>) -> Vec<Band> {
    keys.sort_by_key(|key| (key.at[1], key.at[0]));
    let mut bands: Vec<Band> = Vec::new();
    for key in keys {
        match bands.last_mut() {
            Some(band) if band.y == key.at[1] && band.x.end == key.at[0] => band.x.end += 1,
            _ => bands.push(Band {
                level: key.level,
                y: key.at[1],
                x: key.at[0]..key.at[0] + 1,
            }),
        }
    }
    bands
}

fn draw_band(scene: &Scene, band: &Band) -> Vec<(Key, ColorImage)> {
    let level = band.level;
    let arrangement = &scene.arrangement;
    let x = level.sampling(0, band.x.start, band.x.len(), arrangement.columns.len());
    let y = level.sampling(1, band.y, 1, arrangement.rows.len());
    let image = raster::render(&scene.source, arrangement, x, y, &scene.shade);
    let key = |x: usize| Key {
        level,
        at: [x, band.y],
    };
    if band.x.len() == 1 {
        return vec![(key(band.x.start), image)];
    }
    // A cell of several texels may be wider than a tile is meant to be.
    let width = level.sampling(0, band.x.start, 1, usize::MAX).texels();
    band.x
        .clone()
        .enumerate()
        .map(|(index, x)| {
            let left = index * width;
            let part = width.min(image.width().saturating_sub(left));
            let tile = image.region_by_pixels([left, 0], [part, image.height()]);
            (key(x), tile)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::arrangement::Along;
    use super::super::camera::Camera;
    use super::super::scale::{Palette, Scale};
    use super::super::settings::{Colours, Map};
    use super::super::values::Values;
    use super::*;
    use crate::data::{Cells, Dense, MatrixData};
    use crate::ui::theme::DARK;

    fn scene(rows: usize, columns: usize) -> Scene {
        let values = (0..rows * columns).map(|at| (at % 97) as f32).collect();
        let data = MatrixData::of(Cells::Dense(Arc::new(Dense::new(columns, values))));
        Scene {
            source: Arc::new(Source {
                cells: data.observed.clone(),
                absent_is_missing: false,
            }),
            arrangement: Arrangement {
                rows: Arc::new(Along::original(rows)),
                columns: Arc::new(Along::original(columns)),
            },
            shade: Arc::new(Shade {
                scale: Scale::new(&Values::of(&data), &Colours::default()),
                palette: Palette::new(Map::Viridis, &DARK),
                lift_sparse: true,
            }),
        }
    }

    #[test]
    fn tiles_of_a_band_are_the_same_as_each_alone() {
        let scene = scene(40, 1500);
        for shift in [[0, 0], [1, 2], [2, -1], [-2, 0]] {
            let level = Level {
                shift,
                sharp: false,
            };
            let tiles = 1500_usize.div_ceil(level.span(0));
            let band = Band {
                level,
                y: 0,
                x: 0..tiles,
            };
            for (key, image) in draw_band(&scene, &band) {
                let alone = Band {
                    level,
                    y: 0,
                    x: key.at[0]..key.at[0] + 1,
                };
                let (_, expected) = draw_band(&scene, &alone).remove(0);
                assert_eq!(image.size, expected.size, "{shift:?} {:?}", key.at);
                assert_eq!(image.pixels, expected.pixels, "{shift:?} {:?}", key.at);
            }
        }
    }

    #[test]
    fn texels_are_about_as_large_as_pixels() {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), eframe::egui::vec2(500.0, 400.0));
        let level = |cells| Level::of(&Camera::default().transform(rect, cells), 1.0);
        assert_eq!(level([4000, 3000]).shift, [3, 3]);
        assert_eq!(level([500, 3000]).shift, [0, 3]);
        let mixed = level([50, 3000]);
        assert_eq!((mixed.shift, mixed.sharp), ([-3, 3], false));
        let large = level([50, 40]);
        assert_eq!((large.shift, large.sharp), ([0, 0], true));
    }

    #[test]
    fn bands_join_neighbours_only() {
        let level = Level {
            shift: [0, 0],
            sharp: true,
        };
        let keys = [[3, 1], [0, 0], [1, 0], [1, 1], [2, 1]].map(|at| Key { level, at });
        let bands: Vec<_> = bands(keys.to_vec())
            .into_iter()
            .map(|band| (band.y, band.x))
            .collect();
        assert_eq!(bands, [(0, 0..2), (1, 1..4)]);
    }
}
