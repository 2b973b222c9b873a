//! The ResNet generator of CycleGAN.

use serde::{Deserialize, Serialize};

use super::layers::{Function, Layers, joined};
use super::{BlockPadding, Norm, Upsampling};

/// Zhu, Park, Isola and Efros 2017, appendix 7.2, as `ResnetGenerator` of the official code: 7 × 7 convolution, two that halve the size,
/// residual blocks, two transposed convolutions, 7 × 7 convolution and tanh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResnetConfig {
    /// Channels of the image.
    pub inputs: usize,
    /// Channels of the translated image.
    pub outputs: usize,
    /// Channels after the first convolution.
    pub filters: usize,
    /// Residual blocks: 9, or 6 for images of 128 pixels.
    pub blocks: usize,
    /// After each convolution but the last.
    pub norm: Norm,
    /// Around the inputs of the residual blocks.
    pub padding: BlockPadding,
    /// How the size is doubled.
    pub upsampling: Upsampling,
    /// True if residual blocks drop half of their values while training.
    pub dropout: bool,
    /// True if the decoder joins the encoder's maps of its sizes, as a U-Net does. Written only if so: descriptions are compared with those
    /// of checkpoints from before there were any.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub skips: bool,
}

impl Default for ResnetConfig {
    /// As the official code's defaults: 3 channels, 64 filters, 9 blocks.
    fn default() -> Self {
        Self {
            inputs: 3,
            outputs: 3,
            filters: 64,
            blocks: 9,
            norm: Norm::Instance,
            padding: BlockPadding::Reflection,
            upsampling: Upsampling::Transposed,
            dropout: false,
            skips: false,
        }
    }
}

impl ResnetConfig {
    pub(super) fn layers(&self) -> Layers {
        let (norm, code) = (self.norm, 4 * self.filters);
        let padding = self.padding.around(1);
        Layers::new("model")
            .encoder(self.inputs, self.filters, norm, Function::RELU, self.skips)
            .residual(
                self.blocks,
                code,
                padding,
                norm,
                Function::RELU,
                self.dropout,
            )
            .upsampling(code, self.upsampling, norm, Function::RELU, self.skips)
            .image_head(joined(self.filters, self.skips), self.outputs)
    }
}
