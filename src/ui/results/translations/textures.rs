//! Pictures on the GPU: each is uploaded once, and forgotten when it was not drawn for a while.

use eframe::egui::{
    Color32, ColorImage, Context, TextureFilter, TextureHandle, TextureId, TextureOptions,
};
use rustc_hash::FxHashMap;

use super::cell::Cell;
use super::gallery::Chosen;
use super::prepared::{Difference, Prepared};
use crate::draw::Sequential;

/// Pixels kept that are not in view.
const KEPT: usize = 32 << 20;

/// The map of differences.
pub(super) const MAP: Sequential = Sequential::Magma;

#[derive(PartialEq, Eq, Hash)]
struct Key {
    picture: u64,
    cell: Cell,
    smooth: bool,
    /// Of differences.
    scale: u8,
}

struct Kept {
    texture: TextureHandle,
    pixels: usize,
    used: u64,
}

/// The pictures on the GPU.
#[derive(Default)]
pub(super) struct Textures {
    kept: FxHashMap<Key, Kept>,
    small: FxHashMap<(String, Chosen), TextureHandle>,
    frame: u64,
}

impl Textures {
    /// Once a frame, before anything is drawn.
    pub(super) fn begin(&mut self) {
        self.frame += 1;
        let mut pixels: usize = self.kept.values().map(|kept| kept.pixels).sum();
        if pixels <= KEPT {
            return;
        }
        let before = self.frame - 1;
        let mut ages: Vec<u64> = self.kept.values().map(|kept| kept.used).collect();
        ages.sort_unstable();
        ages.dedup();
        for age in ages.into_iter().filter(|age| *age < before) {
            if pixels <= KEPT {
                break;
            }
            self.kept.retain(|_, kept| kept.used > age);
            pixels = self.kept.values().map(|kept| kept.pixels).sum();
        }
    }

    /// A cell of a picture; `None` if it has none.
    pub(super) fn get(
        &mut self,
        ctx: &Context,
        picture: &Prepared,
        cell: Cell,
        smooth: bool,
        scale: u8,
    ) -> Option<TextureId> {
        // Between two classes there is no third.
        let smooth = smooth && !cell.is_classes();
        let scale = if cell.difference().is_some() {
            scale
        } else {
            0
        };
        let key = Key {
            picture: picture.id,
            cell,
            smooth,
            scale,
        };
        let frame = self.frame;
        if let Some(kept) = self.kept.get_mut(&key) {
            kept.used = frame;
            return Some(kept.texture.id());
        }
        let image = match (picture.colors(cell), picture.difference(cell)) {
            (Some(colors), _) => std::sync::Arc::clone(colors),
            (None, Some(difference)) => std::sync::Arc::new(colored(difference, scale)),
            (None, None) => return None,
        };
        let options = TextureOptions {
            magnification: if smooth {
                TextureFilter::Linear
            } else {
                TextureFilter::Nearest
            },
            minification: TextureFilter::Linear,
            ..TextureOptions::LINEAR
        };
        let pixels = image.pixels.len();
        let texture = ctx.load_texture("translation", image, options);
        let id = texture.id();
        self.kept.insert(
            key,
            Kept {
                texture,
                pixels,
                used: frame,
            },
        );
        Some(id)
    }

    /// The small picture for the list. What a run translates stays the same from snapshot to snapshot.
    pub(super) fn small(
        &mut self,
        ctx: &Context,
        run: &str,
        chosen: &Chosen,
        picture: &Prepared,
    ) -> TextureHandle {
        let key = (run.to_owned(), chosen.clone());
        let texture = self.small.entry(key).or_insert_with(|| {
            let image = std::sync::Arc::clone(&picture.small);
            ctx.load_texture("test picture", image, TextureOptions::LINEAR)
        });
        texture.clone()
    }

    /// Forgets the small pictures of other runs.
    pub(super) fn keep_small(&mut self, run: &str) {
        self.small.retain(|(own, ..), _| own == run);
    }
}

/// A difference in colors that end at `scale`.
pub(super) fn colored(difference: &Difference, scale: u8) -> ColorImage {
    let colors = ramp(scale);
    let pixels = difference
        .values
        .iter()
        .map(|value| colors[usize::from(*value)])
        .collect();
    ColorImage::new(difference.size, pixels)
}

/// The color of each difference, 0 to 255.
fn ramp(scale: u8) -> Vec<Color32> {
    let end = f32::from(scale.max(1));
    (0..=255_u8)
        .map(|value| MAP.color(f32::from(value) / end))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_of_differences_end_at_the_scale() {
        let colors = ramp(64);
        assert_eq!(colors[0], MAP.color(0.0));
        assert_eq!(colors[32], MAP.color(0.5));
        assert_eq!(colors[64], colors[255]);
    }
}
