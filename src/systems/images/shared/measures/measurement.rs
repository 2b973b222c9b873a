//! Sums of one measurement.

use burn::tensor::{Device, Tensor, TensorData};

use super::TestPicture;
use super::evaluator::{Evaluator, ImageStatistics};
use crate::data::images::{Side, Size};
use crate::eval::images::{Confusion, Luminance, edge_f1, matched_ssim, psnr, ssim};
use crate::systems::TrainError;
use crate::systems::images::shared::{Translating, Wanted};

/// A picture without error counts as one of this many decibels.
const BEST_PSNR: f64 = 100.0;

/// A measurement that has begun.
#[derive(Debug)]
pub struct Measurement {
    size: Size,
    /// Domains that are translated to, and how many pictures were.
    pub(super) parts: Vec<Part>,
}

/// Of translations to one domain.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) target: Side,
    done: usize,
    pub(super) confusion: Confusion,
    pub(super) statistics: ImageStatistics,
    pub(super) edge_f1: Mean,
    pub(super) ssim: Mean,
    pub(super) cycle_psnr: Mean,
    pub(super) cycle_ssim: Mean,
    pub(super) pair_l1: Mean,
    pub(super) pair_psnr: Mean,
    pub(super) pair_ssim: Mean,
}

/// A mean over pictures.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mean {
    sum: f64,
    count: u64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    /// `None` without pictures.
    pub(super) fn value(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

impl Measurement {
    pub(super) fn new(targets: Vec<Side>, size: Size) -> Self {
        let parts = targets.into_iter().map(|target| Part {
            target,
            done: 0,
            confusion: Confusion::new(0),
            statistics: ImageStatistics::default(),
            edge_f1: Mean::default(),
            ssim: Mean::default(),
            cycle_psnr: Mean::default(),
            cycle_ssim: Mean::default(),
            pair_l1: Mean::default(),
            pair_psnr: Mean::default(),
            pair_ssim: Mean::default(),
        });
        Self {
            size,
            parts: parts.collect(),
        }
    }

    /// Pictures that were measured.
    #[must_use]
    pub fn done(&self) -> usize {
        self.parts.iter().map(|part| part.done).sum()
    }

    /// The domain to translate to and the picture that is next. `count`: pictures that are translated to a domain.
    pub(super) fn next(&self, count: impl Fn(Side) -> usize) -> Option<(Side, usize)> {
        self.parts
            .iter()
            .find(|part| part.done < count(part.target))
            .map(|part| (part.target, part.done))
    }

    /// Translates a picture and measures what came of it.
    pub(super) fn add(
        &mut self,
        target: Side,
        picture: &TestPicture,
        evaluator: &Evaluator,
        model: &dyn Translating,
        device: &Device,
    ) -> Result<(), TrainError> {
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let Some(part) = self.parts.iter_mut().find(|part| part.target == target) else {
            return Ok(());
        };
        part.done += 1;
        let planes = picture.image.planes();
        let data = TensorData::new(planes.clone(), [1, 3, height, width]);
        let wanted = Wanted {
            reconstruction: true,
            ..Wanted::default()
        };
        let translation =
            model.translate(Tensor::from_data(data, device), target.other(), wanted)?;
        let fake = planes_of(translation.fake, [1, 3, height, width])?;
        let gray = |planes: &[f32]| Luminance::of_planes(planes, width, height);
        let (gray_real, gray_fake) = (gray(&planes), gray(&fake));
        part.edge_f1.add(edge_f1(&gray_real, &gray_fake));
        part.ssim.add(matched_ssim(&gray_real, &gray_fake));
        if let Some(back) = translation.reconstruction {
            let back = planes_of(back, [1, 3, height, width])?;
            part.cycle_psnr.add(psnr(&planes, &back).min(BEST_PSNR));
            part.cycle_ssim.add(ssim(&gray_real, &gray(&back)));
        }
        if let Some(partner) = &picture.partner {
            let truth = partner.planes();
            let errors = truth.iter().zip(&fake).map(|(truth, fake)| truth - fake);
            let sum: f64 = errors.map(|error| f64::from(error.abs())).sum();
            part.pair_l1.add(sum / truth.len() as f64);
            part.pair_psnr.add(psnr(&truth, &fake).min(BEST_PSNR));
            part.pair_ssim.add(ssim(&gray(&truth), &gray_fake));
        }
        if let Some(segmenter) = evaluator.segmenter() {
            if evaluator.finds_classes() && picture.image.has_classes() {
                if part.confusion.classes() == 0 {
                    part.confusion = Confusion::new(evaluator.classes());
                }
                let found = segmenter.predict(&fake, self.size)?;
                part.confusion.add(picture.image.classes(), &found);
            }
            let features = segmenter.features(&fake, self.size)?;
            part.statistics.add(&fake, &gray_fake, features);
        }
        Ok(())
    }
}

/// Values of an image that a model made, which must be of this shape.
pub(in crate::systems::images::shared) fn planes_of(
    image: Tensor<4>,
    shape: [usize; 4],
) -> Result<Vec<f32>, TrainError> {
    let found = image.dims();
    if found != shape {
        return Err(TrainError::Data(format!(
            "a translation has the shape {found:?}, not {shape:?} as its source: set sizes that are multiples of what the generator takes"
        )));
    }
    image
        .try_into_vec_as::<f32>()
        .map_err(|error| TrainError::Device(error.to_string()))
}
