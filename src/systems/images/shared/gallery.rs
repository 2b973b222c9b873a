//! The test images that snapshots show, and the snapshots.

use burn::tensor::Device;
use image::RgbImage;
use image::imageops::{self, FilterType};

use super::model::{Translating, Wanted};
use super::pixels::{colored, image_of_tensor, largest_class, tensor_of_planes, values};
use crate::data::images::{
    Augment, ClassTable, Draw, ImageDomains, Picture, Ready, Side, Size, image_of_planes,
    read_picture,
};
use crate::record::{Artifact, ArtifactKind, TranslatedPicture, Translations, View};
use crate::systems::TrainError;

/// A few test images of each domain, decoded once.
#[derive(Debug)]
pub(super) struct Gallery {
    size: Size,
    shown: Vec<Shown>,
    classes: Vec<(String, [u8; 3])>,
}

#[derive(Debug)]
struct Shown {
    image: Ready,
    /// What every snapshot shows again: the image itself, its mask and its target.
    constant: TranslatedPicture,
}

/// Names and colors of the classes with an index.
pub(super) fn legend(classes: Option<&ClassTable>) -> Vec<(String, [u8; 3])> {
    let Some(table) = classes else {
        return Vec::new();
    };
    let classes = (0..u8::try_from(table.len()).unwrap_or(u8::MAX)).filter_map(|index| {
        let class = table.class(index)?;
        Some((class.name.clone(), class.color))
    });
    classes.collect()
}

/// `count` of `total` places, evenly.
fn spread(total: usize, count: usize) -> impl Iterator<Item = usize> {
    let count = count.min(total);
    (0..count).map(move |at| at * total / count)
}

/// Cells are of one size; colors of classes do not mix.
fn fitted(view: View, image: RgbImage, size: Size) -> RgbImage {
    if image.dimensions() == (size.width, size.height) {
        return image;
    }
    let filter = match view {
        View::Mask | View::Parsing => FilterType::Nearest,
        _ => FilterType::Triangle,
    };
    imageops::resize(&image, size.width, size.height, filter)
}

impl Gallery {
    /// Up to `count` images of each side. Those that have a partner come first; of a domain without test images, those of training. What
    /// cannot be decoded is left out.
    pub(super) fn new(data: &ImageDomains, augment: Augment, sides: &[Side], count: usize) -> Self {
        let classes = data.classes.as_deref();
        let read = |picture: &Picture| {
            let (image, mask) = read_picture(picture, classes).ok()?;
            Some(augment.apply(image, mask, Draw::center()))
        };
        let legend = legend(classes);
        let mut size = None;
        let mut shown = Vec::new();
        for &side in sides {
            let domain = data.domain(side);
            let partners = data.domain(side.other());
            let pairs: Vec<(u32, u32)> = data
                .test_pairs
                .iter()
                .map(|&(a, b)| if side == Side::A { (a, b) } else { (b, a) })
                .collect();
            let chosen: Vec<(&Picture, Option<&Picture>)> = if pairs.is_empty() {
                let pictures = if domain.test.is_empty() {
                    &domain.train
                } else {
                    &domain.test
                };
                spread(pictures.len(), count)
                    .map(|at| (&pictures[at], None))
                    .collect()
            } else {
                let at = spread(pairs.len(), count).map(|at| pairs[at]);
                at.filter_map(|(own, partner)| {
                    let own = domain.test.get(own as usize)?;
                    Some((own, partners.test.get(partner as usize)))
                })
                .collect()
            };
            for (picture, partner) in chosen {
                let Some(image) = read(picture) else { continue };
                let size = *size.get_or_insert(image.size);
                let mut constant = TranslatedPicture::new(side, picture.name().to_string_lossy());
                let mut set = |view, image| constant.set(view, fitted(view, image, size));
                set(View::Real, image_of_planes(&image.planes, image.size));
                if let Some(classes) = &image.classes {
                    set(View::Mask, colored(classes, image.size, &legend));
                }
                if let Some(target) = partner.and_then(read) {
                    set(View::Target, image_of_planes(&target.planes, target.size));
                }
                shown.push(Shown { image, constant });
            }
        }
        Self {
            size: size.unwrap_or(Size::new(1, 1)),
            shown,
            classes: legend,
        }
    }

    /// Number of images.
    pub(super) fn len(&self) -> usize {
        self.shown.len()
    }

    /// The output of the model for an image, the masks and the target beside it.
    pub(super) fn translate(
        &self,
        at: usize,
        model: &dyn Translating,
        device: &Device,
    ) -> Result<TranslatedPicture, TrainError> {
        let wanted = Wanted {
            reconstruction: true,
            identity: true,
            parsing: true,
        };
        let shown = &self.shown[at];
        let size = shown.image.size;
        let mut picture = shown.constant.clone();
        let side = picture.side;
        let mut set = |view, image| picture.set(view, fitted(view, image, self.size));
        let planes = shown.image.planes.clone();
        let images = tensor_of_planes(planes, 1, size, device);
        let translation = model.translate(images, side, wanted)?;
        set(View::Fake, image_of_tensor(translation.fake)?);
        if let Some(image) = translation.reconstruction {
            set(View::Reconstruction, image_of_tensor(image)?);
        }
        if let Some(image) = translation.identity {
            set(View::Identity, image_of_tensor(image)?);
        }
        if let Some(scores) = translation.parsing {
            let seen = largest_class(&values(scores)?, model.classes());
            set(View::Parsing, colored(&seen, size, &self.classes));
        }
        Ok(picture)
    }

    /// Pictures as a file holds them.
    pub(super) fn sheet(&self, pictures: Vec<TranslatedPicture>) -> Translations {
        Translations {
            width: self.size.width,
            height: self.size.height,
            pictures,
            classes: self.classes.clone(),
        }
    }

    /// The artifact of a step, if there is an image to show.
    pub(super) fn snapshot(
        &self,
        model: &dyn Translating,
        step: u64,
        device: &Device,
    ) -> Result<Option<Artifact>, TrainError> {
        if self.shown.is_empty() {
            return Ok(None);
        }
        let pictures = (0..self.len()).map(|at| self.translate(at, model, device));
        let pictures = pictures.collect::<Result<_, _>>()?;
        Ok(Some(Artifact::new(
            ArtifactKind::TRANSLATIONS,
            format!("translations_{step:06}.png"),
            self.sheet(pictures),
        )))
    }
}
