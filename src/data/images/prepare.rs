//! From a plan to a sample: what the threads of a loader share.

use std::sync::Arc;

use super::augment::{Ready, Resized};
use super::fetch::{Broken, Budget, DomainImages};
use super::loader::LoaderSettings;
use super::order::Plan;
use super::{ImageDomains, LeftOut, Picture, Reason, Side};
use crate::data::DataError;

/// An image of each domain, with its index in the training set.
pub(super) struct Sample {
    pub(super) a: (u32, Ready),
    pub(super) b: (u32, Ready),
}

/// Prepares samples, on any thread.
pub(super) struct Preprocessor {
    data: Arc<ImageDomains>,
    settings: LoaderSettings,
    a: DomainImages,
    b: DomainImages,
    budget: Budget,
    broken: Broken,
}

impl Preprocessor {
    pub(super) fn new(data: Arc<ImageDomains>, settings: LoaderSettings) -> Self {
        let domain_images = |side| {
            let domain = data.domain(side);
            let classes = data.classes.clone().filter(|_| domain.masks() > 0);
            DomainImages::new(classes, settings.augment, domain.train.len())
        };
        Self {
            a: domain_images(Side::A),
            b: domain_images(Side::B),
            budget: Budget::new(settings.keep),
            broken: Broken::default(),
            settings,
            data,
        }
    }

    pub(super) fn has_masks(&self, side: Side) -> bool {
        self.domain_images(side).has_masks()
    }

    /// Files that could not be decoded so far.
    pub(super) fn broken(&self) -> Vec<LeftOut> {
        self.broken.list()
    }

    /// Prepares a sample. In the place of a file that cannot be decoded comes the next one that can: the same whoever prepares it.
    pub(super) fn prepare(&self, plan: Plan) -> Result<Sample, DataError> {
        let augment = self.settings.augment;
        let count = |side| self.pictures(side).len() as u32;
        if self.settings.aligned {
            let pairs = count(Side::A).min(count(Side::B));
            return self.first_that_works(pairs, |step| {
                let index = (plan.a + step) % pairs;
                let (a, b) = (self.image(Side::A, index)?, self.image(Side::B, index)?);
                Ok(Sample {
                    a: (index, augment.ready(&a, plan.draw_a)),
                    b: (index, augment.ready(&b, plan.draw_b)),
                })
            });
        }
        let one = |side, start, draw| {
            self.first_that_works(count(side), |step| {
                let index = (start + step) % count(side);
                let image = self.image(side, index)?;
                Ok((index, augment.ready(&image, draw)))
            })
        };
        Ok(Sample {
            a: one(Side::A, plan.a, plan.draw_a)?,
            b: one(Side::B, plan.b, plan.draw_b)?,
        })
    }

    fn domain_images(&self, side: Side) -> &DomainImages {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }

    fn pictures(&self, side: Side) -> &[Picture] {
        &self.data.domain(side).train
    }

    fn image(&self, side: Side, index: u32) -> Result<Arc<Resized>, Reason> {
        self.domain_images(side)
            .image(self.pictures(side), index, &self.budget, &self.broken)
    }

    fn first_that_works<T>(
        &self,
        count: u32,
        prepare: impl Fn(u32) -> Result<T, Reason>,
    ) -> Result<T, DataError> {
        let mut last = None;
        for step in 0..count {
            match prepare(step) {
                Ok(prepared) => return Ok(prepared),
                Err(reason) => last = Some(reason),
            }
        }
        let broken = self.broken.list();
        let path = broken
            .first()
            .map_or(&self.data.fingerprint.path, |first| &first.path);
        let problem = last.map_or_else(String::new, |reason| reason.to_string());
        Err(DataError::content(
            path,
            format!("{problem}; no other image of its domain can be decoded either"),
            "Give images that can be read",
        ))
    }
}
