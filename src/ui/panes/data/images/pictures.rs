//! Decoded pictures and their masks as textures, within bounds.

use std::sync::Arc;

use eframe::egui::{
    Color32, ColorImage, Context, Painter, Rect, TextureHandle, TextureOptions, Vec2, pos2, vec2,
};
use rustc_hash::FxHashMap;

use crate::data::images::{
    ClassTable, ImageDomains, PictureId, SmallPicture, SmallState, Thumbnails,
};

/// Pictures taken in within a frame: each is copied to the GPU.
const PER_FRAME: usize = 24;

/// How masks are laid over pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shade {
    pub(super) opacity: f32,
    pub(super) hidden: Hidden,
}

/// Classes that are not shown, by index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hidden([u64; 4]);

impl Hidden {
    pub(super) fn contains(self, index: u8) -> bool {
        self.0[usize::from(index / 64)] >> (index % 64) & 1 == 1
    }

    pub(super) fn toggle(&mut self, index: u8) {
        self.0[usize::from(index / 64)] ^= 1 << (index % 64);
    }
}

/// The state of a picture.
pub(super) enum State {
    Waiting,
    Ready(Ready),
    /// Why it cannot be decoded.
    Failed(String),
}

/// A picture that can be drawn.
pub(super) struct Ready {
    texture: TextureHandle,
    mask: Option<TextureHandle>,
    /// Width and height in pixels.
    pub(super) size: Vec2,
    pub(super) small: Arc<SmallPicture>,
}

impl Ready {
    /// Draws it, with its mask.
    pub(super) fn paint(&self, painter: &Painter, rect: Rect, shade: Option<Shade>) {
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(self.texture.id(), rect, whole, Color32::WHITE);
        if let (Some(mask), Some(shade)) = (&self.mask, shade) {
            let tint = Color32::WHITE.gamma_multiply(shade.opacity);
            painter.image(mask.id(), rect, whole, tint);
        }
    }
}

struct Kept {
    texture: TextureHandle,
    mask: Option<(TextureHandle, Hidden)>,
    small: Arc<SmallPicture>,
    /// The frame that drew it last.
    used: u64,
}

impl Kept {
    fn bytes(&self) -> usize {
        2 * self.small.rgba.len()
    }
}

/// Pictures of one data set in one size.
pub(super) struct Pictures {
    thumbnails: Thumbnails,
    classes: Option<Arc<ClassTable>>,
    edge: u32,
    budget: usize,
    bytes: usize,
    kept: FxHashMap<PictureId, Kept>,
    frame: u64,
    taken: usize,
}

impl Pictures {
    /// Pictures whose longer side has at most `edge` pixels, about `budget` bytes of them in memory, and as many on the GPU.
    pub(super) fn new(ctx: &Context, data: &Arc<ImageDomains>, edge: u32, budget: usize) -> Self {
        let waker = ctx.clone();
        let wake = move || waker.request_repaint();
        Self {
            thumbnails: Thumbnails::new(Arc::clone(data), edge, budget, wake),
            classes: data.classes.clone(),
            edge,
            budget,
            bytes: 0,
            kept: FxHashMap::default(),
            frame: 0,
            taken: 0,
        }
    }

    pub(super) fn edge(&self) -> u32 {
        self.edge
    }

    /// Forgets what was not drawn for longest, if there is too much.
    pub(super) fn begin_frame(&mut self) {
        if self.bytes > self.budget {
            let newest = self.frame;
            let mut old: Vec<(u64, PictureId)> = self
                .kept
                .iter()
                .filter(|(_, kept)| kept.used < newest)
                .map(|(id, kept)| (kept.used, *id))
                .collect();
            old.sort_by_key(|(used, _)| *used);
            for (_, id) in old {
                if self.bytes <= self.budget / 2 {
                    break;
                }
                if let Some(kept) = self.kept.remove(&id) {
                    self.bytes -= kept.bytes();
                }
            }
        }
        self.frame += 1;
        self.taken = 0;
    }

    /// A picture as far as it is there, with its mask if `shade` is given; asks for it if it is not.
    pub(super) fn get(&mut self, ctx: &Context, id: PictureId, shade: Option<Shade>) -> State {
        if !self.kept.contains_key(&id) {
            let small = match self.thumbnails.get(id) {
                SmallState::Waiting => return State::Waiting,
                SmallState::Failed(reason) => return State::Failed(reason.to_string()),
                SmallState::Ready(small) => small,
            };
            if self.taken == PER_FRAME {
                ctx.request_repaint();
                return State::Waiting;
            }
            self.taken += 1;
            let size = [small.size.width as usize, small.size.height as usize];
            let image = ColorImage::from_rgba_unmultiplied(size, &small.rgba);
            let options = TextureOptions {
                magnification: eframe::egui::TextureFilter::Nearest,
                ..TextureOptions::LINEAR
            };
            let kept = Kept {
                texture: ctx.load_texture("picture", image, options),
                mask: None,
                small,
                used: 0,
            };
            self.bytes += kept.bytes();
            self.kept.insert(id, kept);
        }
        let Some(kept) = self.kept.get_mut(&id) else {
            return State::Waiting;
        };
        kept.used = self.frame;
        if let (Some(shade), Some(table)) = (shade, &self.classes)
            && kept.mask.as_ref().map(|(_, hidden)| *hidden) != Some(shade.hidden)
            && let Some(image) = mask_image(&kept.small, table, shade.hidden)
        {
            let texture = ctx.load_texture("mask", image, TextureOptions::NEAREST);
            kept.mask = Some((texture, shade.hidden));
        }
        let size = kept.small.size;
        State::Ready(Ready {
            texture: kept.texture.clone(),
            mask: kept.mask.as_ref().map(|(texture, _)| texture.clone()),
            size: vec2(size.width as f32, size.height as f32),
            small: Arc::clone(&kept.small),
        })
    }
}

/// The colors of the classes; nothing where there is none, or one that is hidden.
fn mask_image(small: &SmallPicture, table: &ClassTable, hidden: Hidden) -> Option<ColorImage> {
    let colors: Vec<Color32> = (0..=u8::MAX)
        .map(|index| match table.class(index) {
            Some(class) if !hidden.contains(index) => {
                let [red, green, blue] = class.color;
                Color32::from_rgb(red, green, blue)
            }
            _ => Color32::TRANSPARENT,
        })
        .collect();
    let classes = small.classes.as_ref()?;
    let pixels = classes.iter().map(|&class| colors[usize::from(class)]);
    let size = [small.size.width as usize, small.size.height as usize];
    Some(ColorImage::new(size, pixels.collect()))
}

/// The largest rectangle of this shape in the middle of `room`, not larger than `most` times the size.
pub(super) fn fitted(size: Vec2, room: Rect, most: f32) -> Rect {
    let scale = (room.width() / size.x)
        .min(room.height() / size.y)
        .min(most);
    Rect::from_center_size(room.center(), size * scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::Pos2;

    #[test]
    fn a_class_is_hidden_and_shown_again() {
        let mut hidden = Hidden::default();
        for index in [0, 63, 64, 254] {
            assert!(!hidden.contains(index));
            hidden.toggle(index);
            assert!(hidden.contains(index));
            assert!(!hidden.contains(index + 1));
            hidden.toggle(index);
        }
        assert_eq!(hidden, Hidden::default());
    }

    #[test]
    fn pictures_keep_their_shape_and_stay_in_their_room() {
        let room = Rect::from_min_size(Pos2::ZERO, vec2(100.0, 100.0));
        let wide = fitted(vec2(400.0, 100.0), room, f32::INFINITY);
        assert_eq!(
            wide,
            Rect::from_min_size(pos2(0.0, 37.5), vec2(100.0, 25.0))
        );
        let small = fitted(vec2(10.0, 20.0), room, 2.0);
        assert_eq!(small.size(), vec2(20.0, 40.0));
        assert_eq!(small.center(), room.center());
    }
}
