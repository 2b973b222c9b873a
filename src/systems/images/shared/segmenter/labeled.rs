//! Images with masks, small enough to stay in memory.

use image::RgbImage;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::super::pixels::planes_of_image;
use crate::data::images::{
    Augment, ClassTable, Draw, IGNORE, Picture, Ready, Resize, Size, image_of_planes, read_picture,
};

/// An image and the class of each of its pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct LabeledImage {
    image: RgbImage,
    classes: Vec<u8>,
}

impl LabeledImage {
    /// Of planes `[3, height, width]` from −1 to 1, which are rounded to 8 bits, and class indices `[height, width]`.
    ///
    /// # Panics
    /// If there are fewer values than the size needs.
    #[must_use]
    pub fn of_planes(planes: &[f32], classes: Vec<u8>, size: Size) -> Self {
        assert_eq!(
            classes.len() as u64,
            size.pixels(),
            "a class for each pixel"
        );
        Self {
            image: image_of_planes(planes, size),
            classes,
        }
    }

    /// Decodes an image, with its mask where it has one, and resizes both. `None` if it cannot be read.
    #[must_use]
    pub fn read(picture: &Picture, table: Option<&ClassTable>, size: Size) -> Option<Self> {
        let (image, classes) = read_picture(picture, table).ok()?;
        // Nothing is drawn.
        let draw = Draw::new(&mut ChaCha8Rng::seed_from_u64(0));
        let ready = Augment::fixed(size).apply(image, classes, draw);
        let unlabeled = || vec![IGNORE; size.pixels() as usize];
        let classes = ready.classes.unwrap_or_else(unlabeled);
        Some(Self::of_planes(&ready.planes, classes, size))
    }

    /// True if any pixel has a class.
    #[must_use]
    pub fn has_classes(&self) -> bool {
        self.classes.iter().any(|class| *class != IGNORE)
    }

    /// The input of a network, mirrored or not as the draw says.
    pub(super) fn ready(&self, draw: Draw) -> Ready {
        let augment = Augment {
            resize: Resize::Keep,
            crop: None,
            flip: true,
        };
        augment.apply(self.image.clone(), Some(self.classes.clone()), draw)
    }

    /// Planes `[3, height, width]` from −1 to 1.
    #[must_use]
    pub fn planes(&self) -> Vec<f32> {
        planes_of_image(&self.image)
    }

    /// `[height, width]`: class indices, [`IGNORE`] where there is none.
    #[must_use]
    pub fn classes(&self) -> &[u8] {
        &self.classes
    }
}

/// Images of one size with masks.
#[derive(Debug, Clone, PartialEq)]
pub struct LabeledSet {
    size: Size,
    classes: usize,
    images: Vec<LabeledImage>,
}

impl LabeledSet {
    /// Without images. `classes`: number of classes with an index.
    #[must_use]
    pub fn new(size: Size, classes: usize) -> Self {
        Self {
            size,
            classes,
            images: Vec::new(),
        }
    }

    /// Decodes an image with its mask and takes it in, resized. Returns whether it could be read and has classes; what has not is left out.
    pub fn read(&mut self, picture: &Picture, table: &ClassTable) -> bool {
        match LabeledImage::read(picture, Some(table), self.size) {
            Some(image) if image.has_classes() => {
                self.images.push(image);
                true
            }
            _ => false,
        }
    }

    /// Takes an image in, which must be of the set's size.
    ///
    /// # Panics
    /// If it is not.
    pub fn push(&mut self, image: LabeledImage) {
        assert_eq!(
            Size::from(image.image.dimensions()),
            self.size,
            "images of one size"
        );
        self.images.push(image);
    }

    /// All images of both.
    ///
    /// # Panics
    /// If they differ in size or classes.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        assert_eq!(
            (self.size, self.classes),
            (other.size, other.classes),
            "sets alike"
        );
        self.images.extend(other.images);
        self
    }

    /// Of all images.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// Number of classes with an index.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// In the order in which they came.
    #[must_use]
    pub fn images(&self) -> &[LabeledImage] {
        &self.images
    }

    /// Share of each class among the pixels that have one.
    pub(super) fn shares(&self) -> Vec<f64> {
        let mut counts = vec![0_u64; self.classes];
        for class in self.images.iter().flat_map(|image| &image.classes) {
            if *class != IGNORE
                && let Some(count) = counts.get_mut(usize::from(*class))
            {
                *count += 1;
            }
        }
        let total = counts.iter().sum::<u64>().max(1) as f64;
        counts
            .into_iter()
            .map(|count| count as f64 / total)
            .collect()
    }
}
