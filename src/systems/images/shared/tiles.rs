//! Large pictures in tiles that overlap and are blended.

use crate::data::images::Size;

/// Where tiles of one size lie along one axis, and how much each counts at each of its pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    /// Pixels of a tile.
    pub(super) tile: u32,
    /// The first pixel of each tile.
    pub(super) starts: Vec<u32>,
    /// Pixels at an end that faces another tile that do not count: the tile's border disturbed them.
    margin: u32,
    /// Pixels over which the weight then rises to 1.
    ramp: u32,
}

impl Axis {
    /// `tile` divides evenly into what the network takes; `length` ≥ `tile` does too.
    pub(super) fn new(length: u32, tile: u32, margin: u32, multiple: u32) -> Self {
        if tile >= length {
            return Self {
                tile: length,
                starts: vec![0],
                margin: 0,
                ramp: 0,
            };
        }
        // A quarter of a tile may be wasted at each end, the next eighth blends.
        let margin = margin.min(tile / 4);
        let ramp = (tile / 8).max(1);
        let stride = (tile - 2 * margin - ramp).max(1);
        let count = (length - tile).div_ceil(stride) + 1;
        let starts = (0..count).map(|at| {
            // Evenly, on the grid on which the network halves and doubles.
            let start = u64::from(length - tile) * u64::from(at) / u64::from((count - 1).max(1));
            (start as u32 / multiple * multiple).min(length - tile)
        });
        Self {
            tile,
            starts: starts.collect(),
            margin,
            ramp,
        }
    }

    /// The weight of a pixel of a tile, from 0 to 1; with those of the other tiles there it is never 0.
    pub(super) fn weight(&self, tile: usize, at: u32) -> f32 {
        let rise = |distance: u32| {
            let beyond = distance.saturating_sub(self.margin) as f32 + 0.5;
            // What no tile has undisturbed still needs a color.
            (beyond / self.ramp.max(1) as f32).clamp(1e-6, 1.0)
                * if distance < self.margin { 1e-6 } else { 1.0 }
        };
        let left = if tile == 0 { 1.0 } else { rise(at) };
        let last = tile + 1 == self.starts.len();
        let right = if last { 1.0 } else { rise(self.tile - 1 - at) };
        left.min(right)
    }
}

/// The size of tiles of a picture of this size so that one takes no more than `memory`: the whole picture if it may be.
pub(super) fn tile_size(
    whole: Size,
    multiple: u32,
    least: u32,
    memory: u64,
    needed: impl Fn(Size) -> u64,
) -> Option<Size> {
    if needed(whole) <= memory {
        return Some(whole);
    }
    // Halves what is longer until it fits, and then takes what is left of the memory back.
    let grid = |length: u32| (length / multiple * multiple).max(least);
    let mut size = whole;
    while needed(size) > memory {
        let smaller = if size.width >= size.height {
            Size::new(grid(size.width / 2), size.height)
        } else {
            Size::new(size.width, grid(size.height / 2))
        };
        let square = Size::new(
            grid(size.width.min(size.height)),
            grid(size.width.min(size.height)),
        );
        if smaller == size {
            if square == size {
                return None;
            }
            size = square;
        } else {
            size = smaller;
        }
    }
    let shares = [15, 14, 13, 12, 11, 10, 9];
    let grown = shares.map(|share| {
        Size::new(
            grid((size.width * share / 8).min(whole.width)),
            grid((size.height * share / 8).min(whole.height)),
        )
    });
    let fits = |grown: &Size| needed(*grown) <= memory;
    Some(grown.into_iter().find(fits).unwrap_or(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_everything_and_each_pixel_is_undisturbed_somewhere() {
        for (length, tile, margin) in [
            (512, 128, 20),
            (500, 128, 32),
            (260, 256, 92),
            (132, 128, 4),
        ] {
            let axis = Axis::new(length, tile, margin, 4);
            for pixel in 0..length {
                let weights = axis.starts.iter().enumerate().filter_map(|(index, start)| {
                    let at = pixel.checked_sub(*start).filter(|at| *at < axis.tile)?;
                    Some(axis.weight(index, at))
                });
                let sum: f32 = weights.sum();
                assert!(sum > 1e-2, "{length} {tile} {margin}: {pixel} has {sum}");
            }
            assert!(axis.starts.iter().all(|start| start.is_multiple_of(4)));
            assert_eq!(axis.starts.last(), Some(&(length - tile)));
        }
    }

    #[test]
    fn a_picture_that_fits_is_one_tile() {
        let axis = Axis::new(64, 64, 20, 4);
        assert_eq!((axis.tile, axis.starts.as_slice()), (64, &[0][..]));
        assert_eq!(axis.weight(0, 0), 1.0);
    }

    #[test]
    fn tiles_take_no_more_memory_than_they_may() {
        let needed = |size: Size| size.pixels() * 100;
        let whole = Size::new(4000, 3000);
        let size = tile_size(whole, 4, 8, 100_000_000, needed).expect("small ones fit");
        assert!(
            needed(size) <= 100_000_000 && needed(size) > 40_000_000,
            "{size}"
        );
        assert!(size.width.is_multiple_of(4) && size.height.is_multiple_of(4));
        assert_eq!(tile_size(whole, 4, 8, u64::MAX, needed), Some(whole));
        assert_eq!(tile_size(whole, 4, 8, 10, needed), None);
    }
}
