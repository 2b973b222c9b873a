//! The mode of a network: training or use.

use burn::tensor::{Tensor, TensorData};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

/// How a forward pass treats batch normalization and dropout, and the random numbers of the latter.
#[derive(Debug)]
pub struct Mode<'a> {
    batch_statistics: bool,
    remember: bool,
    rng: Option<&'a mut ChaCha8Rng>,
}

impl<'a> Mode<'a> {
    /// Batch normalization by the batch's own statistics, which the running ones remember; dropout drawn from `rng`.
    #[must_use]
    pub fn train(rng: &'a mut ChaCha8Rng) -> Self {
        Self {
            batch_statistics: true,
            remember: true,
            rng: Some(rng),
        }
    }

    /// As in training, but nothing is dropped: enough for networks without dropout, such as discriminators.
    #[must_use]
    pub fn train_without_dropout() -> Self {
        Self {
            batch_statistics: true,
            remember: true,
            rng: None,
        }
    }

    /// As in training, but nothing is remembered: how pix2pix translates (Isola et al. 2017, section 3.4), for which dropout is the noise.
    #[must_use]
    pub fn sample(rng: &'a mut ChaCha8Rng) -> Self {
        Self {
            remember: false,
            ..Self::train(rng)
        }
    }

    /// Batch normalization by the running statistics, no dropout.
    #[must_use]
    pub fn eval() -> Self {
        Self {
            batch_statistics: false,
            remember: false,
            rng: None,
        }
    }

    /// True if batch normalization takes the statistics of the batch.
    pub(super) fn batch_statistics(&self) -> bool {
        self.batch_statistics
    }

    /// True if the running statistics are updated.
    pub(super) fn remembers(&self) -> bool {
        self.remember
    }

    /// Each value is zero with probability one half, else doubled; drawn on the host, 32 values from each number.
    pub(super) fn dropout(&mut self, image: Tensor<4>) -> Tensor<4> {
        let Some(rng) = &mut self.rng else {
            return image;
        };
        let shape = image.dims();
        let count: usize = shape.iter().product();
        let mut factors = Vec::with_capacity(count);
        while factors.len() < count {
            let bits = rng.next_u32();
            let places = (count - factors.len()).min(32);
            factors.extend((0..places).map(|place| ((bits >> place & 1) * 2) as f32));
        }
        image.clone() * Tensor::from_data(TensorData::new(factors, shape), &image.device())
    }
}
