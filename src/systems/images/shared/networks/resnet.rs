//! The ResNet generator of CycleGAN.

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::blocks::{
    Encoder, EncoderConfig, ImageHead, ImageHeadConfig, ResidualBlocks, ResidualBlocksConfig,
};
use super::plan::{Plan, Sequence};
use super::size::check_multiple;
use super::upsampling::{UpsamplingConfig, UpsamplingStage};
use super::{BlockPadding, Mode, Nonlinearity, Norm, Upsampling};
use crate::nn::conv::{Initializer, ShapeError};

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
    /// Whether residual blocks drop half of their values while training.
    pub dropout: bool,
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
        }
    }
}

impl ResnetConfig {
    /// The convolutions before the residual blocks.
    #[must_use]
    pub fn encoder(&self) -> EncoderConfig {
        EncoderConfig {
            inputs: self.inputs,
            filters: self.filters,
            halvings: 2,
            norm: self.norm,
            nonlinearity: Nonlinearity::Relu,
        }
    }

    /// The residual blocks.
    #[must_use]
    pub fn residual(&self) -> ResidualBlocksConfig {
        ResidualBlocksConfig {
            channels: self.encoder().outputs(),
            blocks: self.blocks,
            norm: self.norm,
            nonlinearity: Nonlinearity::Relu,
            padding: self.padding,
            dropout: self.dropout,
        }
    }

    /// The stage after the residual blocks.
    #[must_use]
    pub fn upsampling(&self) -> UpsamplingConfig {
        UpsamplingConfig {
            channels: self.encoder().outputs(),
            doublings: 2,
            kind: self.upsampling,
            norm: self.norm,
            nonlinearity: Nonlinearity::Relu,
        }
    }

    /// The last convolution.
    #[must_use]
    pub fn head(&self) -> ImageHeadConfig {
        ImageHeadConfig {
            filters: self.filters,
            outputs: self.outputs,
        }
    }

    pub(super) fn check_multiples(width: usize, height: usize) -> Result<(), ShapeError> {
        check_multiple(width, height, 4, 8)
    }

    pub(super) fn plan(&self, plan: &mut Plan) {
        let mut names = Sequence::new("model");
        self.encoder().plan(plan, &mut names);
        self.residual().plan(plan, &mut names);
        self.upsampling().plan(plan, &mut names);
        self.head().plan(plan, &mut names);
    }

    /// The generator with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> ResnetGenerator {
        ResnetGenerator {
            encoder: self.encoder().init(initializer),
            residual: self.residual().init(initializer),
            upsampling: self.upsampling().init(initializer),
            head: self.head().init(initializer),
        }
    }
}

/// See [`ResnetConfig`].
#[derive(Module, Debug)]
pub struct ResnetGenerator {
    encoder: Encoder,
    residual: ResidualBlocks,
    upsampling: UpsamplingStage,
    head: ImageHead,
}

impl ResnetGenerator {
    /// image: [batch, inputs, height, width] → [batch, outputs, height, width] of values in [-1, 1].
    ///
    /// # Errors
    /// If a side is not a multiple of 4, or below 8.
    pub fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        let [_, _, height, width] = image.dims();
        ResnetConfig::check_multiples(width, height)?;
        let code = self.encoder.forward(image, mode)?;
        let code = self.residual.forward(code, mode)?;
        let map = self.upsampling.forward(code, mode)?;
        self.head.forward(map)
    }
}
