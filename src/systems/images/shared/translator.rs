//! The translator of every system here: pictures of any size, padded by reflection, in one piece or in tiles.

use std::path::Path;

use burn::tensor::Device;
use image::RgbImage;
use serde::de::DeserializeOwned;

use super::checkpoint::Architecture;
use super::generators::no_way;
use super::model::{Translating, Wanted};
use super::pixels::{largest_class, planes_of_image, tensor_of_planes, values};
use super::tiles::{Axis, tile_size};
use crate::data::Monitor;
use crate::data::images::{Side, Size, ValueRange, image_of_planes};
use crate::systems::{DeepImage, TrainError, TranslateOptions, Translated, Translator};

/// A model that translates pictures.
///
/// Tiles overlap so far that, up to rounding, a network without normalization by the image makes the same of a pixel in a tile as in the whole
/// picture (for a generator that sees very far, nearly). Instance normalization takes its means from the tile instead of from the whole picture:
/// where parts of a picture differ much (half sky, half street), so do brightness and contrast from tile to tile, blended at the seams.
pub struct ModelTranslator {
    networks: Box<dyn Translating>,
    classes: Vec<(String, [u8; 3])>,
    trained: (u32, u32),
    ranges: [Option<ValueRange>; 2],
    device: Device,
}

impl ModelTranslator {
    /// Reads the networks of a checkpoint onto a device. `load`: makes them of what the checkpoint says of them, see
    /// [`TranslationModel::architecture`](super::TranslationModel::architecture).
    ///
    /// # Errors
    /// If the checkpoint is damaged or another system's.
    pub fn open<C: DeserializeOwned, N: Translating + 'static>(
        checkpoint: &Path,
        device: &Device,
        load: impl FnOnce(C, &Path, &Device) -> Result<N, TrainError>,
    ) -> Result<Box<dyn Translator>, TrainError> {
        let architecture = Architecture::read(checkpoint)?;
        let networks = load(architecture.networks(checkpoint)?, checkpoint, device)?;
        Ok(Box::new(Self::new(
            Box::new(networks),
            &architecture,
            device,
        )))
    }

    /// Of networks that were loaded onto a device.
    #[must_use]
    pub fn new(
        networks: Box<dyn Translating>,
        architecture: &Architecture,
        device: &Device,
    ) -> Self {
        let classes = if networks.classes() == 0 {
            Vec::new()
        } else {
            architecture.classes.clone()
        };
        Self {
            networks,
            classes,
            trained: (architecture.size.width, architecture.size.height),
            ranges: architecture.ranges,
            device: device.clone().inner(),
        }
    }

    /// The output of the networks for planes of a size that they take.
    fn pass(
        &self,
        planes: Vec<f32>,
        size: Size,
        to: Side,
        options: &TranslateOptions,
    ) -> Result<Pass, TrainError> {
        let wanted = Wanted {
            reconstruction: options.reconstruct,
            identity: false,
            parsing: true,
        };
        let images = tensor_of_planes(planes, 1, size, &self.device);
        let made = self.networks.translate(images, to.other(), wanted)?;
        let seen = |scores| -> Result<Vec<u8>, TrainError> {
            Ok(largest_class(&values(scores)?, self.networks.classes()))
        };
        Ok(Pass {
            fake: values(made.fake)?,
            reconstruction: made.reconstruction.map(values).transpose()?,
            parsing: made.parsing.map(seen).transpose()?,
        })
    }
}

struct Pass {
    fake: Vec<f32>,
    reconstruction: Option<Vec<f32>>,
    parsing: Option<Vec<u8>>,
}

/// The picture enlarged to a size by mirroring it at its right and lower border, as often as needed.
fn padded(picture: &RgbImage, size: Size) -> RgbImage {
    let (width, height) = picture.dimensions();
    if (width, height) == (size.width, size.height) {
        return picture.clone();
    }
    let mirrored = |at: u32, length: u32| {
        let period = (2 * length).saturating_sub(2).max(1);
        let within = at % period;
        within.min(period - within)
    };
    RgbImage::from_fn(size.width, size.height, |x, y| {
        *picture.get_pixel(
            mirrored(x, width).min(width - 1),
            mirrored(y, height).min(height - 1),
        )
    })
}

fn cut(image: &RgbImage, size: Size) -> RgbImage {
    image::imageops::crop_imm(image, 0, 0, size.width, size.height).to_image()
}

fn cut_classes(classes: &[u8], from: Size, size: Size) -> Vec<u8> {
    let rows = classes.chunks_exact(from.width.max(1) as usize);
    let rows = rows.take(size.height as usize);
    rows.flat_map(|row| &row[..size.width as usize])
        .copied()
        .collect()
}

/// The left upper part, of a size, of planes from −1 to 1, with 16 bits.
fn deep_of_planes(planes: &[f32], whole: Size, size: Size) -> DeepImage {
    let plane = whole.pixels() as usize;
    DeepImage::from_fn(size.width, size.height, |x, y| {
        let at = y as usize * whole.width as usize + x as usize;
        image::Rgb([0, 1, 2].map(|channel| {
            let value = (planes[channel * plane + at] + 1.0) * 32_767.5;
            value.round().clamp(0.0, 65_535.0) as u16
        }))
    })
}

/// Planes of a picture that are added up tile by tile.
struct Canvas {
    size: Size,
    planes: Vec<f32>,
}

impl Canvas {
    fn new(size: Size) -> Self {
        Self {
            size,
            planes: vec![0.0; 3 * size.pixels() as usize],
        }
    }

    fn add(
        &mut self,
        tile: &[f32],
        at: (u32, u32),
        tile_size: Size,
        weight: impl Fn(u32, u32) -> f32,
    ) {
        let (width, pixels) = (self.size.width as usize, self.size.pixels() as usize);
        let own = tile_size.pixels() as usize;
        for y in 0..tile_size.height {
            for x in 0..tile_size.width {
                let weight = weight(x, y);
                let from = y as usize * tile_size.width as usize + x as usize;
                let to = (at.1 + y) as usize * width + (at.0 + x) as usize;
                for channel in 0..3 {
                    self.planes[channel * pixels + to] += weight * tile[channel * own + from];
                }
            }
        }
    }

    /// With each pixel divided by the weights that were added up in it.
    fn averaged(mut self, weights: &[f32]) -> Self {
        for plane in self.planes.chunks_exact_mut(weights.len().max(1)) {
            for (value, weight) in plane.iter_mut().zip(weights) {
                *value /= weight;
            }
        }
        self
    }
}

impl Translator for ModelTranslator {
    fn targets(&self) -> &[Side] {
        self.networks.targets()
    }

    fn classes(&self) -> &[(String, [u8; 3])] {
        &self.classes
    }

    fn trained_size(&self) -> (u32, u32) {
        self.trained
    }

    fn range(&self, of: Side) -> Option<ValueRange> {
        self.ranges[of as usize]
    }

    fn translate(
        &self,
        picture: &RgbImage,
        to: Side,
        options: &TranslateOptions,
        monitor: &Monitor,
    ) -> Result<Translated, TrainError> {
        if !self.networks.targets().contains(&to) {
            return Err(no_way(to));
        }
        let size = Size::from(picture.dimensions());
        if size.pixels() == 0 {
            return Err(TrainError::Data("the picture has no pixels".to_owned()));
        }
        let (multiple, least) = (self.networks.multiple(), self.networks.least());
        let grid = |length: u32| length.next_multiple_of(multiple).max(least);
        let whole = Size::new(grid(size.width), grid(size.height));
        let needed = |size: Size| self.networks.memory(size);
        let tile = tile_size(whole, multiple, least, options.memory, needed).ok_or_else(|| {
            TrainError::Data(format!(
                "translating a tile of {least} × {least} pixels takes {} MB, more than the limit of {} MB",
                needed(Size::new(least, least)) >> 20,
                options.memory >> 20
            ))
        })?;
        let margin = self.networks.margin();
        let across = Axis::new(whole.width, tile.width, margin, multiple);
        let down = Axis::new(whole.height, tile.height, margin, multiple);
        let tiles = across.starts.len() * down.starts.len();
        monitor.set_total(tiles as u64);
        let picture = padded(picture, whole);
        if tiles == 1 {
            if monitor.is_canceled() {
                return Err(TrainError::Canceled);
            }
            let pass = self.pass(planes_of_image(&picture), whole, to, options)?;
            monitor.advance(1);
            let image = |planes: Vec<f32>| cut(&image_of_planes(&planes, whole), size);
            return Ok(Translated {
                deep: options
                    .deep
                    .then(|| deep_of_planes(&pass.fake, whole, size)),
                image: image(pass.fake),
                reconstruction: pass.reconstruction.map(image),
                parsing: pass.parsing.map(|seen| cut_classes(&seen, whole, size)),
                tiles,
            });
        }

        let pixels = whole.pixels() as usize;
        let mut weights = vec![0.0f32; pixels];
        let mut fake = Canvas::new(whole);
        let mut reconstruction: Option<Canvas> = None;
        // The class that the tile with the largest weight saw.
        let mut parsing: Option<Vec<(f32, u8)>> = None;
        for (row, top) in down.starts.iter().enumerate() {
            for (column, left) in across.starts.iter().enumerate() {
                if monitor.is_canceled() {
                    return Err(TrainError::Canceled);
                }
                let part =
                    image::imageops::crop_imm(&picture, *left, *top, tile.width, tile.height);
                let planes = planes_of_image(&part.to_image());
                let pass = self.pass(planes, tile, to, options)?;
                let weight = |x, y| across.weight(column, x) * down.weight(row, y);
                fake.add(&pass.fake, (*left, *top), tile, weight);
                if let Some(planes) = pass.reconstruction {
                    let canvas = reconstruction.get_or_insert_with(|| Canvas::new(whole));
                    canvas.add(&planes, (*left, *top), tile, weight);
                }
                for y in 0..tile.height {
                    for x in 0..tile.width {
                        let weight = weight(x, y);
                        let at = (top + y) as usize * whole.width as usize + (left + x) as usize;
                        weights[at] += weight;
                        if let Some(seen) = &pass.parsing {
                            let best = parsing.get_or_insert_with(|| vec![(-1.0, 0); pixels]);
                            if weight > best[at].0 {
                                let from = y as usize * tile.width as usize + x as usize;
                                best[at] = (weight, seen[from]);
                            }
                        }
                    }
                }
                monitor.advance(1);
            }
        }
        let classes = |seen: Vec<(f32, u8)>| {
            let seen: Vec<u8> = seen.into_iter().map(|(_, class)| class).collect();
            cut_classes(&seen, whole, size)
        };
        let fake = fake.averaged(&weights);
        Ok(Translated {
            deep: options
                .deep
                .then(|| deep_of_planes(&fake.planes, whole, size)),
            image: cut(&image_of_planes(&fake.planes, whole), size),
            reconstruction: reconstruction.map(|canvas| {
                cut(
                    &image_of_planes(&canvas.averaged(&weights).planes, whole),
                    size,
                )
            }),
            parsing: parsing.map(classes),
            tiles,
        })
    }
}
