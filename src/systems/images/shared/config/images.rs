//! How images reach the networks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wrong;
use crate::data::images::{Augment, Resize, Size};
use crate::systems::ConfigError;

/// Resizing and cropping of an image; the names are the official code's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preprocess {
    /// Resized to the load size, whatever its shape, then a random part of the crop size.
    #[default]
    ResizeAndCrop,
    /// A random part of the crop size.
    Crop,
    /// Resized to the load size across, in its shape; no crop.
    ScaleWidth,
    /// Resized to the load size across, in its shape, then a random part of the crop size.
    ScaleWidthAndCrop,
    /// Resized to the nearest size that the generator takes; no crop.
    None,
}

/// How images reach the networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ImageConfig {
    /// Width to which images are resized first, in pixels.
    #[schemars(range(min = 16, max = 4096), extend("x-group" = "Images"))]
    pub load_size: u32,
    /// Height to which images are resized first; 0 takes the load size.
    #[schemars(range(min = 0, max = 4096), extend("x-group" = "Images"))]
    pub load_height: u32,
    /// Width of the part that the networks see, in pixels: time and memory follow width times height.
    #[schemars(range(min = 16, max = 4096), extend("x-group" = "Images"))]
    pub crop_size: u32,
    /// Height of the part that the networks see; 0 takes the crop size.
    #[schemars(range(min = 0, max = 4096), extend("x-group" = "Images"))]
    pub crop_height: u32,
    /// Resizing and cropping before the networks see an image.
    #[schemars(extend("x-group" = "Images"))]
    pub preprocess: Preprocess,
    /// Mirrors every other image left to right.
    #[schemars(extend("x-group" = "Images"))]
    pub flip: bool,
}

impl Default for ImageConfig {
    fn default() -> Self {
        Self {
            load_size: 286,
            load_height: 0,
            crop_size: 256,
            crop_height: 0,
            preprocess: Preprocess::default(),
            flip: true,
        }
    }
}

fn or(height: u32, width: u32) -> u32 {
    if height == 0 { width } else { height }
}

impl ImageConfig {
    /// The size that images are resized to.
    #[must_use]
    pub fn load(&self) -> Size {
        Size::new(self.load_size, or(self.load_height, self.load_size))
    }

    /// The size that the networks see, unless images keep their own.
    #[must_use]
    pub fn crop(&self) -> Size {
        Size::new(self.crop_size, or(self.crop_height, self.crop_size))
    }

    /// True if the networks see images of one size.
    #[must_use]
    pub fn is_cropped(&self) -> bool {
        !matches!(self.preprocess, Preprocess::ScaleWidth | Preprocess::None)
    }

    /// The least size with this ratio that training sees, as far as the config tells.
    #[must_use]
    pub fn nominal(&self) -> Size {
        if self.is_cropped() {
            self.crop()
        } else {
            self.load()
        }
    }

    /// With the sizes that come of images up to this one, where those decide.
    #[must_use]
    pub fn of_pictures(mut self, largest: Option<(u32, u32)>) -> Self {
        let Some((width, height)) = largest.filter(|(width, _)| *width > 0) else {
            return self;
        };
        match self.preprocess {
            Preprocess::None => (self.load_size, self.load_height) = (width, height),
            Preprocess::ScaleWidth => {
                let scaled = u64::from(self.load_size) * u64::from(height) / u64::from(width);
                self.load_height = u32::try_from(scaled).unwrap_or(u32::MAX).max(1);
            }
            _ => {}
        }
        self
    }

    /// Of training images. `multiple`: what the generator's sizes are multiples of.
    #[must_use]
    pub fn augment(&self, multiple: u32) -> Augment {
        let resize = match self.preprocess {
            Preprocess::ResizeAndCrop => Resize::To(self.load()),
            Preprocess::Crop => Resize::Keep,
            Preprocess::ScaleWidth | Preprocess::ScaleWidthAndCrop => {
                Resize::ToWidth(self.load_size)
            }
            Preprocess::None => Resize::ToMultiple(multiple),
        };
        Augment {
            resize,
            crop: self.is_cropped().then(|| self.crop()),
            flip: self.flip,
        }
    }

    /// Of test images: as the official code's test, all of the image where the shape allows it, and nothing drawn.
    #[must_use]
    pub fn test_augment(&self, multiple: u32) -> Augment {
        let augment = self.augment(multiple);
        let (resize, crop) = match self.preprocess {
            Preprocess::ResizeAndCrop => (Resize::To(self.crop()), None),
            Preprocess::ScaleWidthAndCrop => (Resize::ToWidth(self.crop_size), augment.crop),
            _ => (augment.resize, augment.crop),
        };
        Augment {
            resize,
            crop,
            flip: false,
        }
    }

    /// Checks sizes against each other.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self, batch_size: usize) -> Result<(), ConfigError> {
        let (load, crop) = (self.load(), self.crop());
        if self.preprocess == Preprocess::ResizeAndCrop {
            if load.width < crop.width {
                return wrong(
                    "load_size",
                    format!("must be at least crop_size, {}", crop.width),
                );
            }
            if load.height < crop.height {
                let key = if self.load_height == 0 {
                    "load_size"
                } else {
                    "load_height"
                };
                return wrong(
                    key,
                    format!("must be at least the height of the crop, {}", crop.height),
                );
            }
        }
        if !self.is_cropped() && batch_size > 1 {
            return wrong(
                "batch_size",
                "must be 1 with this preprocess, which keeps the shape of each image; the others crop all to one size",
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_images_keep_all_that_their_shape_allows() {
        let images = ImageConfig {
            load_size: 40,
            crop_size: 32,
            crop_height: 24,
            ..ImageConfig::default()
        };
        let from = Size::new(200, 100);
        let output = |preprocess, test: bool| {
            let images = ImageConfig {
                preprocess,
                ..images.clone()
            };
            let augment = if test {
                images.test_augment(4)
            } else {
                images.augment(4)
            };
            (
                augment.resized_size(from),
                augment.output(from),
                augment.flip,
            )
        };
        let crop = Size::new(32, 24);
        for preprocess in [Preprocess::ResizeAndCrop, Preprocess::ScaleWidthAndCrop] {
            assert_eq!(output(preprocess, false).1, crop);
            let (_, seen, flip) = output(preprocess, true);
            assert_eq!((seen, flip), (crop, false));
        }
        assert_eq!(output(Preprocess::ResizeAndCrop, true).0, crop);
        assert_eq!(output(Preprocess::Crop, true).0, from);
        assert_eq!(output(Preprocess::ScaleWidth, true).1, Size::new(40, 20));
        assert_eq!(output(Preprocess::None, false).1, from);
        assert!(output(Preprocess::None, false).2);
    }
}
