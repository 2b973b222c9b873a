//! The discriminator that sees one pixel at a time.

use serde::{Deserialize, Serialize};

use super::Norm;
use super::discriminator::LEAKY;
use super::layers::{Function, Layers};
use crate::nn::conv::Conv2dConfig;

/// Isola, Zhu, Zhou and Efros 2017, section 6.1.2, as `PixelDiscriminator` of the official code: judges colors, not structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PixelConfig {
    /// Channels of the image; of a conditional discriminator, those of both images.
    pub inputs: usize,
    /// Channels after the first convolution.
    pub filters: usize,
    /// After the second convolution.
    pub norm: Norm,
}

impl Default for PixelConfig {
    /// As the official code's defaults for CycleGAN.
    fn default() -> Self {
        Self {
            inputs: 3,
            filters: 64,
            norm: Norm::Instance,
        }
    }
}

impl PixelConfig {
    pub(super) fn layers(&self) -> Layers {
        let conv = |inputs, outputs| Conv2dConfig::new(inputs, outputs, 1);
        let (filters, norm) = (self.filters, self.norm);
        Layers::new("net")
            .block(conv(self.inputs, filters), None, LEAKY)
            .block(
                conv(filters, 2 * filters).with_bias(norm.bias()),
                Some(norm),
                LEAKY,
            )
            .block(
                conv(2 * filters, 1).with_bias(norm.bias()),
                None,
                Function::IDENTITY,
            )
    }
}
