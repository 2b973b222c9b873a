//! The PatchGAN discriminator.

use serde::{Deserialize, Serialize};

use super::Norm;
use super::discriminator::LEAKY;
use super::layers::{Function, Layers};
use crate::nn::conv::{Conv2dConfig, Padding};

/// Isola, Zhu, Zhou and Efros 2017, section 6.1.2, as `NLayerDiscriminator` of the official code: scores overlapping patches, of 70 × 70 pixels with three layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PatchConfig {
    /// Channels of the image; of a conditional discriminator, those of both images.
    pub inputs: usize,
    /// Channels after the first convolution; later maps have up to eight times as many.
    pub filters: usize,
    /// Convolutions that halve the size.
    pub layers: usize,
    /// After each convolution but the first and the last.
    pub norm: Norm,
}

impl Default for PatchConfig {
    /// As the official code's defaults for CycleGAN.
    fn default() -> Self {
        Self {
            inputs: 3,
            filters: 64,
            layers: 3,
            norm: Norm::Instance,
        }
    }
}

impl PatchConfig {
    fn channels(&self, layer: usize) -> usize {
        self.filters << layer.min(3)
    }

    pub(super) fn layers(&self) -> Layers {
        let conv = |inputs, outputs, stride| {
            Conv2dConfig::new(inputs, outputs, 4)
                .with_stride(stride)
                .with_padding(Padding::zero(1))
        };
        let first = Layers::new("model").block(conv(self.inputs, self.filters, 2), None, LEAKY);
        let middle = (1..=self.layers).fold(first, |layers, layer| {
            let stride = if layer < self.layers { 2 } else { 1 };
            let conv = conv(self.channels(layer - 1), self.channels(layer), stride);
            layers.block(conv.with_bias(self.norm.bias()), Some(self.norm), LEAKY)
        });
        let scores = conv(self.channels(self.layers), 1, 1);
        middle.block(scores, None, Function::IDENTITY)
    }
}
