//! Batches for training, prepared ahead on threads of their own, in an order that does not depend on them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::augment::{Augment, Ready};
use super::order::{Order, Position};
use super::prepare::{Preprocessor, Sample};
use super::worker_pool::{MOST_AHEAD, WorkerPool};
use super::{IGNORE, ImageDomains, LeftOut, Side, Size};
use crate::data::DataError;

/// Bytes of samples that are prepared ahead.
const AHEAD: usize = 128 << 20;

/// How batches are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoaderSettings {
    /// For both domains; `crop` sets the size of the batches.
    pub augment: Augment,
    /// Images of each domain in a batch.
    pub batch_size: usize,
    /// True if image `i` of A comes with image `i` of B, both cropped and flipped alike; the data must be paired.
    pub aligned: bool,
    /// Threads that decode; 0 decodes on the caller's.
    pub threads: usize,
    /// Bytes of resized images that may be kept in memory.
    pub keep: usize,
}

impl LoaderSettings {
    /// A batch of one, one thread on small machines and up to four on large, half a gigabyte of images kept.
    #[must_use]
    pub fn new(augment: Augment) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            augment,
            batch_size: 1,
            aligned: false,
            threads: (cores / 2).clamp(1, 4),
            keep: 512 << 20,
        }
    }
}

/// One domain's part of a batch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BatchSide {
    /// `[n, 3, height, width]`, −1 to 1.
    pub images: Vec<f32>,
    /// `[n, height, width]`: class indices, `IGNORE` where there is none; absent if the domain has no masks.
    pub classes: Option<Vec<u8>>,
    /// Which training images these are.
    pub indices: Vec<u32>,
}

/// Images of both domains.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Width and height.
    pub size: Size,
    /// Number of images of each domain.
    pub len: usize,
    /// Of domain A.
    pub a: BatchSide,
    /// Of domain B.
    pub b: BatchSide,
    /// From 0.
    pub epoch: u64,
}

/// Makes batches without end.
pub struct Loader {
    settings: LoaderSettings,
    order: Order,
    seed: [u8; 32],
    /// The next sample to hand out, and the next to be prepared.
    next: u64,
    planned: u64,
    /// Samples to be prepared ahead.
    ahead: u64,
    preprocessor: Arc<Preprocessor>,
    workers: Option<WorkerPool>,
    /// Prepared, but not yet their turn.
    early: BTreeMap<u64, Result<Sample, DataError>>,
}

impl Loader {
    /// A loader at the beginning of a sequence that is drawn from `rng` (32 bytes of it).
    ///
    /// # Errors
    /// If the settings do not fit the data.
    pub fn new(
        data: Arc<ImageDomains>,
        settings: LoaderSettings,
        rng: &mut ChaCha8Rng,
    ) -> Result<Self, DataError> {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        Self::at(data, settings, Position { seed, sample: 0 })
    }

    /// A loader that goes on from a position.
    ///
    /// # Errors
    /// If the settings do not fit the data.
    pub fn at(
        data: Arc<ImageDomains>,
        settings: LoaderSettings,
        position: Position,
    ) -> Result<Self, DataError> {
        let (a, b) = (data.a.train.len(), data.b.train.len());
        let path = &data.fingerprint.path;
        if a == 0 || b == 0 {
            let remedy = "Give images for both domains";
            return Err(DataError::content(
                path,
                "holds no image to train with",
                remedy,
            ));
        }
        if settings.aligned && !data.paired {
            return Err(DataError::content(
                path,
                "is not paired",
                "Give images side by side, or with the same names in both domains",
            ));
        }
        let pictures = data.a.train.iter().chain(&data.b.train);
        let sizes = pictures.map(|picture| settings.augment.output(picture.size));
        let (least, most) = sizes.fold((None, None), |(least, most), size| {
            let least = least.map_or(size, |least: Size| least.min(size));
            (
                Some(least),
                Some(most.map_or(size, |most: Size| most.max(size))),
            )
        });
        let (Some(size), true) = (least, least == most || settings.batch_size == 1) else {
            return Err(DataError::content(
                path,
                "holds images of several sizes, which cannot form a batch",
                "Set crop_size, or batch_size = 1",
            ));
        };
        let bytes = most.unwrap_or(size).pixels() as usize * 2 * (3 * size_of::<f32>() + 1);
        let preprocessor = Arc::new(Preprocessor::new(Arc::clone(&data), settings));
        Ok(Self {
            order: Order::new(position.seed, a as u32, b as u32, settings.aligned),
            seed: position.seed,
            next: position.sample,
            planned: position.sample,
            ahead: (AHEAD / bytes.max(1)).clamp(2, MOST_AHEAD as usize) as u64,
            workers: WorkerPool::spawn(&preprocessor, settings.threads),
            preprocessor,
            settings,
            early: BTreeMap::new(),
        })
    }

    /// Where the next batch begins.
    #[must_use]
    pub fn position(&self) -> Position {
        Position {
            seed: self.seed,
            sample: self.next,
        }
    }

    /// Goes to another sample of the same sequence.
    pub fn seek(&mut self, sample: u64) {
        (self.next, self.planned) = (sample, sample);
        self.early.clear();
        if let Some(workers) = &mut self.workers {
            workers.forget();
        }
    }

    /// Samples in an epoch.
    #[must_use]
    pub fn epoch_len(&self) -> u64 {
        self.order.epoch_len()
    }

    /// Batches in an epoch; the last may be smaller.
    #[must_use]
    pub fn batches_per_epoch(&self) -> u64 {
        self.epoch_len()
            .div_ceil(self.settings.batch_size.max(1) as u64)
    }

    /// Files that could not be decoded so far; others came in their place.
    #[must_use]
    pub fn broken(&self) -> Vec<LeftOut> {
        self.preprocessor.broken()
    }

    /// The next batch. Waits for it if it is not prepared yet.
    ///
    /// # Errors
    /// If no image of a domain can be decoded.
    pub fn next_batch(&mut self) -> Result<Batch, DataError> {
        let epoch = self.next / self.epoch_len();
        let left = (epoch + 1) * self.epoch_len() - self.next;
        let len = left.min(self.settings.batch_size.max(1) as u64);
        let mut batch = Batch {
            size: Size::new(0, 0),
            len: len as usize,
            a: BatchSide::default(),
            b: BatchSide::default(),
            epoch,
        };
        let start = self.next;
        for _ in 0..len {
            let sample = match self.next_sample() {
                Ok(sample) => sample,
                Err(error) => {
                    self.seek(start);
                    return Err(error);
                }
            };
            batch.size = sample.a.1.size;
            let masked = |side: Side| self.preprocessor.has_masks(side);
            batch.a.add(sample.a, masked(Side::A));
            batch.b.add(sample.b, masked(Side::B));
        }
        Ok(batch)
    }

    fn next_sample(&mut self) -> Result<Sample, DataError> {
        let wanted = self.next;
        let sample = match &self.workers {
            None => self.preprocessor.prepare(self.order.at(wanted)),
            Some(workers) => {
                while self.planned < wanted + self.ahead {
                    workers.ask(self.planned, self.order.at(self.planned));
                    self.planned += 1;
                }
                loop {
                    if let Some(sample) = self.early.remove(&wanted) {
                        break sample;
                    }
                    let Some((at, sample)) = workers.take() else {
                        // The threads are gone: the work is not.
                        break self.preprocessor.prepare(self.order.at(wanted));
                    };
                    self.early.insert(at, sample);
                }
            }
        };
        let sample = sample?;
        self.next += 1;
        Ok(sample)
    }
}

impl BatchSide {
    fn add(&mut self, (index, ready): (u32, Ready), masked: bool) {
        self.images.extend(ready.planes);
        self.indices.push(index);
        if masked {
            let classes = self.classes.get_or_insert_default();
            match ready.classes {
                Some(own) => classes.extend(own),
                None => classes.resize(classes.len() + ready.size.pixels() as usize, IGNORE),
            }
        }
    }
}
