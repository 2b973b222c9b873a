//! The U-Net generator of pix2pix.

use serde::{Deserialize, Serialize};

use super::Norm;
use super::discriminator::LEAKY;
use super::layers::{Block, Function, Layer, Layers};
use super::size::check_multiple;
use crate::nn::conv::{Conv2dConfig, ConvTranspose2dConfig, Padding, ShapeError};

/// Ronneberger, Fischer and Brox 2015, as `UnetGenerator` of the official code (Isola, Zhu, Zhou and Efros 2017, section 6.1.1): convolutions
/// that halve the size, as many transposed ones that double it, and a skip from each map to its mirror image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnetConfig {
    /// Channels of the image.
    pub inputs: usize,
    /// Channels of the translated image.
    pub outputs: usize,
    /// Channels after the first convolution; deeper maps have up to eight times as many.
    pub filters: usize,
    /// How often the size is halved: 8 in `unet_256`, 7 in `unet_128`.
    pub levels: usize,
    /// After each convolution but the outermost and the innermost.
    pub norm: Norm,
    /// True if the levels between the fourth and the innermost drop half of their values while training.
    pub dropout: bool,
}

impl Default for UnetConfig {
    /// As the official code's defaults for pix2pix: `unet_256`.
    fn default() -> Self {
        Self {
            inputs: 3,
            outputs: 3,
            filters: 64,
            levels: 8,
            norm: Norm::Batch,
            dropout: true,
        }
    }
}

impl UnetConfig {
    /// Channels of the map that level `level` makes on the way down.
    fn channels(&self, level: usize) -> usize {
        self.filters << level.min(3)
    }

    fn down(&self, level: usize) -> Conv2dConfig {
        let inputs = match level {
            0 => self.inputs,
            _ => self.channels(level - 1),
        };
        Conv2dConfig::new(inputs, self.channels(level), 4)
            .with_stride(2)
            .with_padding(Padding::zero(1))
            .with_bias(self.norm.bias())
    }

    fn up(&self, level: usize) -> ConvTranspose2dConfig {
        let joined = if level + 1 == self.levels { 1 } else { 2 };
        let outputs = match level {
            0 => self.outputs,
            _ => self.channels(level - 1),
        };
        ConvTranspose2dConfig::new(joined * self.channels(level), outputs, 4)
            .with_stride(2)
            .with_padding(1)
            .with_bias(level == 0 || self.norm.bias())
    }

    pub(super) fn check_multiples(
        levels: usize,
        width: usize,
        height: usize,
    ) -> Result<(), ShapeError> {
        if !(2..=12).contains(&levels) {
            return Err(ShapeError::Levels(levels));
        }
        check_multiple(width, height, 1 << levels, 1 << levels)
    }

    /// Down to the innermost level and back. The official code nests the levels, and so its names; each level begins with the function of
    /// the level outside of it, so that a convolution's number is not that of its place here.
    ///
    /// The official code's skips hold the maps after the leaky ReLU, which works in place on them, and the ReLU after they are joined is
    /// here before: of each value it makes the same.
    pub(super) fn layers(&self) -> Layers {
        let innermost = |level| level + 1 == self.levels;
        let prefix = |level: usize| match level {
            0 => "model.model".to_owned(),
            _ => format!("model.model.1.model{}", ".3.model".repeat(level - 1)),
        };
        let down = |layers: Layers, level| {
            let block = Layer::Block(Block {
                prefix: prefix(level),
                number: usize::from(level > 0),
                convolution: self.down(level).into(),
                norm: (level > 0 && !innermost(level)).then_some(self.norm),
                function: if innermost(level) {
                    Function::RELU
                } else {
                    LEAKY
                },
                adds: false,
            });
            match innermost(level) {
                true => layers.with(block),
                false => layers.with(block).with(Layer::Keep),
            }
        };
        let up = |layers: Layers, level| {
            let outermost = level == 0;
            let layers = layers.with(Layer::Block(Block {
                prefix: prefix(level),
                number: if outermost || innermost(level) { 3 } else { 5 },
                convolution: self.up(level).into(),
                norm: (!outermost).then_some(self.norm),
                function: if outermost {
                    Function::Tanh
                } else {
                    Function::RELU
                },
                adds: false,
            }));
            match level {
                0 => layers,
                4.. if self.dropout && !innermost(level) => {
                    layers.with(Layer::Dropout).with(Layer::Join)
                }
                _ => layers.with(Layer::Join),
            }
        };
        let layers = (0..self.levels).fold(Layers::new("model"), down);
        (0..self.levels).rev().fold(layers, up)
    }
}
