//! How finely the matrix is drawn, and drawing tiles.

use eframe::egui::{ColorImage, TextureOptions};

use super::tiles::Scene;
use crate::draw::matrix::Sampling;
use crate::ui::widgets::Placed;

/// Texels along the side of a tile.
const SIDE: usize = 256;
/// From here on, in pixels along both sides, cells have sharp edges without help.
const SHARP: f64 = 2.0;
/// Most texels along the side of a cell: 2 to this power.
const LARGEST: i32 = -7;

/// How finely cells are drawn along x and y.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Level {
    pub(super) shift: [i32; 2],
    sharp: bool,
}

/// One tile: its level and its place among the tiles of that level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) level: Level,
    pub(super) at: [usize; 2],
}

impl Level {
    pub(super) fn of(placed: &Placed, pixels_per_point: f32) -> Self {
        let pixels = placed
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
    pub(super) fn span(self, axis: usize) -> usize {
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

    pub(super) fn options(self) -> TextureOptions {
        if self.sharp {
            TextureOptions::NEAREST
        } else {
            TextureOptions::LINEAR
        }
    }
}

/// Tiles side by side, which are drawn in one go: each row of cells is then looked at once.
pub(super) struct Band {
    level: Level,
    y: usize,
    x: std::ops::Range<usize>,
}

/// Joins tiles that stand side by side.
pub(super) fn bands(mut keys: Vec<Key>) -> Vec<Band> {
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

/// Its tiles.
pub(super) fn draw_band(scene: &Scene, band: &Band) -> Vec<(Key, ColorImage)> {
    let level = band.level;
    let arrangement = &scene.arrangement;
    let x = level.sampling(0, band.x.start, band.x.len(), arrangement.columns.len());
    let y = level.sampling(1, band.y, 1, arrangement.rows.len());
    let image = scene.source.render(arrangement, x, y, &scene.shade);
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
    use super::super::frame::FIT;
    use crate::ui::widgets::Viewport;
    use std::sync::Arc;

    use eframe::egui::{Rect, pos2};

    use super::super::source::{Source, values_of};
    use super::*;
    use crate::data::{Cells, Dense, MatrixData};
    use crate::draw::DARK;
    use crate::draw::matrix::{Along, Arrangement, Colors, Shade};

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
            shade: Arc::new(Shade::new(&values_of(&data), &Colors::default(), &DARK)),
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
        let level = |cells| Level::of(&Viewport::default().place(rect, cells, FIT), 1.0);
        assert_eq!(level([4000, 3000]).shift, [3, 3]);
        assert_eq!(level([500, 3000]).shift, [0, 3]);
        let mixed = level([50, 3000]);
        assert_eq!((mixed.shift, mixed.sharp), ([-3, 3], false));
        let large = level([50, 40]);
        assert_eq!((large.shift, large.sharp), ([0, 0], true));
    }

    #[test]
    fn bands_join_neighbors_only() {
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
