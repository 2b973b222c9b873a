//! Preparation of an image for a network: resized, cropped, flipped; its mask with it.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{IGNORE, Size};

/// How an image is made ready. The first steps are those of `preprocess` of the official CycleGAN code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Augment {
    /// First.
    pub resize: Resize,
    /// Then a random part of this size; all of the image if absent. An image that is smaller is enlarged to cover it.
    pub crop: Option<Size>,
    /// Then mirrored left to right, every other time.
    pub flip: bool,
}

/// How an image is resized, by the cubic filter of Pillow (a = −0.5, widened where it shrinks).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resize {
    /// To this size, whatever its shape.
    To(Size),
    /// To this width, in its shape.
    ToWidth(u32),
    /// To the nearest multiple of this in each direction.
    ToMultiple(u32),
    /// Not at all.
    Keep,
}

/// Random numbers of one image, drawn before its size is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    across: u32,
    down: u32,
    flip: bool,
}

impl Draw {
    /// The middle of the image, not mirrored.
    #[must_use]
    pub const fn center() -> Self {
        Self {
            across: 1 << 31,
            down: 1 << 31,
            flip: false,
        }
    }

    /// Takes three numbers of 32 bits from the generator, whatever they are used for.
    #[must_use]
    pub fn new(rng: &mut ChaCha8Rng) -> Self {
        Self {
            across: rng.next_u32(),
            down: rng.next_u32(),
            flip: rng.next_u32() >> 31 == 1,
        }
    }
}

/// An image after `Augment::resized`, with the indices of its mask where it has one.
#[derive(Debug, Clone)]
pub(super) struct Resized {
    pub(super) image: RgbImage,
    /// Row by row, as large as the image.
    pub(super) classes: Option<Vec<u8>>,
}

impl Resized {
    pub(super) fn bytes(&self) -> usize {
        self.image.as_raw().len() + self.classes.as_ref().map_or(0, Vec::len)
    }
}

/// One image as a network gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// Width and height.
    pub size: Size,
    /// `[3, height, width]`, −1 (black) to 1.
    pub planes: Vec<f32>,
    /// `[height, width]`: class indices, `IGNORE` where there is none.
    pub classes: Option<Vec<u8>>,
}

impl Augment {
    /// The same size always and no draws: for tests. `size`: of the images that the network gets.
    #[must_use]
    pub const fn fixed(size: Size) -> Self {
        Self {
            resize: Resize::To(size),
            crop: None,
            flip: false,
        }
    }

    /// The size of an image before the crop.
    #[must_use]
    pub fn resized_size(&self, from: Size) -> Size {
        let size = match self.resize {
            Resize::To(size) => size,
            Resize::ToWidth(width) => Size::new(width, scaled(from.height, width, from.width)),
            Resize::ToMultiple(of) => {
                let nearest = |length: u32| ((length + of / 2) / of.max(1)).max(1) * of.max(1);
                Size::new(nearest(from.width), nearest(from.height))
            }
            Resize::Keep => from,
        };
        let size = Size::new(size.width.max(1), size.height.max(1));
        let Some(crop) = self.crop else { return size };
        if size.width >= crop.width && size.height >= crop.height {
            return size;
        }
        // Enlarged by the factor that covers the crop.
        let by_width = u64::from(crop.width) * u64::from(size.height)
            >= u64::from(crop.height) * u64::from(size.width);
        if by_width {
            let height = scaled(size.height, crop.width, size.width);
            Size::new(crop.width, height.max(crop.height))
        } else {
            let width = scaled(size.width, crop.height, size.height);
            Size::new(width.max(crop.width), crop.height)
        }
    }

    /// The size that a network gets of an image of a size.
    #[must_use]
    pub fn output(&self, from: Size) -> Size {
        self.crop.unwrap_or_else(|| self.resized_size(from))
    }

    /// The first step. `classes`: of the mask, row by row, as large as the image.
    pub(super) fn resized(&self, image: RgbImage, classes: Option<Vec<u8>>) -> Resized {
        let from = Size::from(image.dimensions());
        let to = self.resized_size(from);
        Resized {
            classes: classes.map(|classes| resize_classes(classes, from, to)),
            image: resize(image, to),
        }
    }

    /// The random steps, and the numbers that networks take.
    pub(super) fn ready(&self, resized: &Resized, draw: Draw) -> Ready {
        let from = Size::from(resized.image.dimensions());
        let size = self.crop.unwrap_or(from);
        let offset =
            |room: u32, drawn: u32| (((u64::from(room) + 1) * u64::from(drawn)) >> 32) as usize;
        let left = offset(from.width - size.width, draw.across);
        let top = offset(from.height - size.height, draw.down);
        let flip = self.flip && draw.flip;
        let (width, height, stride) = (
            size.width as usize,
            size.height as usize,
            from.width as usize,
        );
        // From where each pixel of the result comes.
        let sources = || {
            (top..top + height).flat_map(move |row| {
                (0..width).map(move |column| {
                    let column = if flip { width - 1 - column } else { column };
                    row * stride + left + column
                })
            })
        };
        let pixels = resized.image.as_raw().as_chunks::<3>().0;
        let mut planes = vec![0.0; 3 * width * height];
        let (red, rest) = planes.split_at_mut(width * height);
        let (green, blue) = rest.split_at_mut(width * height);
        let targets = red.iter_mut().zip(green).zip(blue);
        for (((red, green), blue), source) in targets.zip(sources()) {
            let [r, g, b] = pixels[source];
            (*red, *green, *blue) = (to_plane(r), to_plane(g), to_plane(b));
        }
        let classes = resized.classes.as_ref();
        Ready {
            size,
            planes,
            classes: classes.map(|classes| sources().map(|source| classes[source]).collect()),
        }
    }

    /// All steps for one image and its mask (class indices, row by row).
    #[must_use]
    pub fn apply(&self, image: RgbImage, classes: Option<Vec<u8>>, draw: Draw) -> Ready {
        self.ready(&self.resized(image, classes), draw)
    }
}

fn to_plane(value: u8) -> f32 {
    f32::from(value) / 127.5 - 1.0
}

/// An image of planes `[3, height, width]` from −1 to 1; rounds to the nearest of 256 values.
///
/// # Panics
/// If there are fewer values than the size needs.
#[must_use]
pub fn image_of_planes(planes: &[f32], size: Size) -> RgbImage {
    let plane = size.pixels() as usize;
    RgbImage::from_fn(size.width, size.height, |x, y| {
        let at = y as usize * size.width as usize + x as usize;
        let value = |channel: usize| {
            let value = (planes[channel * plane + at] + 1.0) * 127.5;
            value.round().clamp(0.0, 255.0) as u8
        };
        image::Rgb([value(0), value(1), value(2)])
    })
}

/// `length · to / from`, rounded, at least 1.
fn scaled(length: u32, to: u32, from: u32) -> u32 {
    let from = u64::from(from.max(1));
    let scaled = (u64::from(length) * u64::from(to) + from / 2) / from;
    u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
}

/// Pillow's cubic filter: rows first, then columns, rounded between (the library alone would take columns first). The size is bounded by
/// whoever chose it.
pub(super) fn resize(image: RgbImage, to: Size) -> RgbImage {
    let height = image.height();
    let wide = resize_at_once(image, Size::new(to.width, height));
    resize_at_once(wide, to)
}

fn resize_at_once(image: RgbImage, to: Size) -> RgbImage {
    let from = Size::from(image.dimensions());
    if from == to {
        return image;
    }
    let mut resized = RgbImage::new(to.width, to.height);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    // Typed: where the type of the pixels is found at run time, the library is compiled for each that there is.
    let source = TypedImageRef::<U8x3>::from_buffer(from.width, from.height, image.as_raw());
    let target = TypedImage::<U8x3>::from_buffer(to.width, to.height, resized.as_mut());
    let done = source
        .ok()
        .zip(target.ok())
        .is_some_and(|(source, mut target)| {
            Resizer::new()
                .resize_typed(&source, &mut target, &options)
                .is_ok()
        });
    // Both have three bytes a pixel and their size: there is nothing to fail.
    debug_assert!(done);
    resized
}

/// The nearest neighbor: no class appears that was not there.
pub(super) fn resize_classes(classes: Vec<u8>, from: Size, to: Size) -> Vec<u8> {
    if from == to {
        return classes;
    }
    // The source of a pixel is under its center.
    let nearest = |at: u32, from: u32, to: u32| {
        ((2 * u64::from(at) + 1) * u64::from(from) / (2 * u64::from(to))) as usize
    };
    let columns: Vec<usize> = (0..to.width)
        .map(|column| nearest(column, from.width, to.width))
        .collect();
    let mut resized = Vec::with_capacity(to.pixels() as usize);
    for row in 0..to.height {
        let start = nearest(row, from.height, to.height) * from.width as usize;
        resized.extend(
            columns
                .iter()
                .map(|column| classes.get(start + column).copied().unwrap_or(IGNORE)),
        );
    }
    resized
}
