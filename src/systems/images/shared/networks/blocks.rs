//! The parts that generators are made of: an encoder, residual blocks, an upsampling stage and an image head (Johnson, Alahi and Fei-Fei 2016).

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::tanh;
use serde::{Deserialize, Serialize};

use super::plan::{Plan, Sequence};
use super::{BlockPadding, Mode, Nonlinearity, Norm, NormLayer};
use crate::nn::conv::{Conv2d, Conv2dConfig, Initializer, Padding, ShapeError};

/// A convolution, a normalization and a function.
#[derive(Module, Debug)]
pub struct ConvBlock {
    conv: Conv2d,
    norm: NormLayer,
    #[module(skip)]
    nonlinearity: Nonlinearity,
}

impl ConvBlock {
    /// The convolution has a bias if the normalization wants one.
    #[must_use]
    pub fn new(
        config: Conv2dConfig,
        norm: Norm,
        nonlinearity: Nonlinearity,
        initializer: &mut Initializer<'_>,
    ) -> Self {
        Self {
            conv: config.with_bias(norm.bias()).init(initializer),
            norm: NormLayer::new(norm, config.outputs, initializer),
            nonlinearity,
        }
    }

    /// image: [batch, inputs, height, width] → [batch, outputs, ..].
    ///
    /// # Errors
    /// If the convolution can't be applied to such an image.
    pub fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        let map = self.conv.forward(image)?;
        Ok(self.nonlinearity.after(&self.norm, map, mode))
    }

    /// The layers as `names` goes over them: padding if it is a layer of its own, convolution, normalization, function.
    pub(super) fn plan(config: Conv2dConfig, norm: Norm, plan: &mut Plan, names: &mut Sequence) {
        if config.padding.mode != crate::nn::conv::PadMode::Zero {
            names.skip(1);
        }
        plan.conv(&names.layer(), &config.with_bias(norm.bias()));
        plan.norm(&names.layer(), norm, config.outputs);
        names.skip(1);
    }
}

/// A 7 × 7 convolution, then convolutions that halve the size and double the channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncoderConfig {
    /// Channels of the image.
    pub inputs: usize,
    /// Channels after the first convolution.
    pub filters: usize,
    /// Convolutions that halve the size; 2 in the paper.
    pub halvings: usize,
    /// After each convolution.
    pub norm: Norm,
    /// After each normalization.
    pub nonlinearity: Nonlinearity,
}

impl EncoderConfig {
    /// Channels of the code.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.filters << self.halvings
    }

    fn layers(&self) -> Vec<Conv2dConfig> {
        let stem =
            Conv2dConfig::new(self.inputs, self.filters, 7).with_padding(Padding::reflection(3));
        let downs = (0..self.halvings).map(|level| {
            Conv2dConfig::new(self.filters << level, self.filters << (level + 1), 3)
                .with_stride(2)
                .with_padding(Padding::zero(1))
        });
        std::iter::once(stem).chain(downs).collect()
    }

    /// The encoder with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> Encoder {
        let blocks = self.layers().into_iter();
        Encoder {
            blocks: blocks
                .map(|layer| ConvBlock::new(layer, self.norm, self.nonlinearity, initializer))
                .collect(),
        }
    }

    /// Its layers.
    pub fn plan(&self, plan: &mut Plan, names: &mut Sequence) {
        for layer in self.layers() {
            ConvBlock::plan(layer, self.norm, plan, names);
        }
    }
}

/// See [`EncoderConfig`].
#[derive(Module, Debug)]
pub struct Encoder {
    blocks: Vec<ConvBlock>,
}

impl Encoder {
    /// image: [batch, inputs, height, width] → the code [batch, filters · 2ⁿ, height / 2ⁿ, width / 2ⁿ] for n halvings.
    ///
    /// # Errors
    /// If the image is too small.
    pub fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        let mut blocks = self.blocks.iter();
        blocks.try_fold(image, |map, block| block.forward(map, mode))
    }
}

/// Residual blocks (He et al. 2016), without an activation after the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidualBlocksConfig {
    /// Channels of every map.
    pub channels: usize,
    /// How many blocks.
    pub blocks: usize,
    /// After each convolution.
    pub norm: Norm,
    /// After the first normalization.
    pub nonlinearity: Nonlinearity,
    /// Around the input of each convolution.
    pub padding: BlockPadding,
    /// Whether half of the values between the convolutions are dropped while training.
    pub dropout: bool,
}

impl ResidualBlocksConfig {
    fn conv(&self) -> Conv2dConfig {
        Conv2dConfig::new(self.channels, self.channels, 3)
            .with_padding(self.padding.around(1))
            .with_bias(self.norm.bias())
    }

    /// The blocks with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> ResidualBlocks {
        let mut block = || ResidualBlock {
            first: ConvBlock::new(self.conv(), self.norm, self.nonlinearity, initializer),
            second: self.conv().init(initializer),
            norm: NormLayer::new(self.norm, self.channels, initializer),
            dropout: self.dropout,
        };
        ResidualBlocks {
            blocks: (0..self.blocks).map(|_| block()).collect(),
        }
    }

    /// Their layers.
    pub fn plan(&self, plan: &mut Plan, names: &mut Sequence) {
        let padding = usize::from(self.padding != BlockPadding::Zero);
        for _ in 0..self.blocks {
            let mut inner = Sequence::new(format!("{}.conv_block", names.layer()));
            plan.hold();
            ConvBlock::plan(self.conv(), self.norm, plan, &mut inner);
            if self.dropout {
                inner.skip(1);
                plan.activation();
                plan.activation();
            }
            inner.skip(padding);
            plan.conv(&inner.layer(), &self.conv());
            plan.norm(&inner.layer(), self.norm, self.channels);
            plan.release(self.channels);
        }
    }
}

#[derive(Module, Debug)]
struct ResidualBlock {
    first: ConvBlock,
    second: Conv2d,
    norm: NormLayer,
    #[module(skip)]
    dropout: bool,
}

/// See [`ResidualBlocksConfig`].
#[derive(Module, Debug)]
pub struct ResidualBlocks {
    blocks: Vec<ResidualBlock>,
}

impl ResidualBlocks {
    /// map: [batch, channels, height, width] → the same shape.
    ///
    /// # Errors
    /// If the map is too small for the padding.
    pub fn forward(&self, map: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        self.blocks.iter().try_fold(map, |map, block| {
            let mut inner = block.first.forward(map.clone(), mode)?;
            if block.dropout {
                inner = mode.dropout(inner);
            }
            let inner = block.second.forward(inner)?;
            Ok(block.norm.forward_residual(map, inner, mode))
        })
    }
}

/// A 7 × 7 convolution to the channels of an image, then tanh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageHeadConfig {
    /// Channels of the map.
    pub filters: usize,
    /// Channels of the image.
    pub outputs: usize,
}

impl ImageHeadConfig {
    fn conv(&self) -> Conv2dConfig {
        Conv2dConfig::new(self.filters, self.outputs, 7).with_padding(Padding::reflection(3))
    }

    /// The head with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> ImageHead {
        ImageHead {
            conv: self.conv().init(initializer),
        }
    }

    /// Its layers.
    pub fn plan(&self, plan: &mut Plan, names: &mut Sequence) {
        names.skip(1);
        plan.conv(&names.layer(), &self.conv());
        names.skip(1);
        plan.activation();
    }
}

/// See [`ImageHeadConfig`].
#[derive(Module, Debug)]
pub struct ImageHead {
    conv: Conv2d,
}

impl ImageHead {
    /// map: [batch, filters, height, width] → image [batch, outputs, height, width] of values in [-1, 1].
    ///
    /// # Errors
    /// If the map is too small for the padding.
    pub fn forward(&self, map: Tensor<4>) -> Result<Tensor<4>, ShapeError> {
        Ok(tanh(self.conv.forward(map)?))
    }
}
