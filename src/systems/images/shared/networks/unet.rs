//! The U-Net generator of pix2pix.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::tanh;
use serde::{Deserialize, Serialize};

use super::plan::Plan;
use super::size::check_multiple;
use super::{Mode, Norm, NormLayer};
use crate::nn::conv::{
    Activation, Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig, Initializer, Padding,
    ShapeError, activate,
};

/// Below 0, before each convolution that halves the size.
const LEAKY: Activation = Activation::LeakyRelu(0.2);

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
    /// Whether the levels between the fourth and the innermost drop half of their values while training.
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

    /// Whether the convolution down is followed by a normalization.
    fn normed(&self, level: usize) -> bool {
        level > 0 && level + 1 < self.levels
    }

    fn dropped(&self, level: usize) -> bool {
        self.dropout && level >= 4 && level + 1 < self.levels
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

    /// The official code nests the levels: `model.model.1.model.3.model.…`.
    fn name(level: usize, layer: usize) -> String {
        match level {
            0 => format!("model.model.{layer}"),
            _ => format!(
                "model.model.1.model{}.{layer}",
                ".3.model".repeat(level - 1)
            ),
        }
    }

    pub(super) fn plan(&self, plan: &mut Plan) {
        for level in 0..self.levels {
            let layer = usize::from(level > 0);
            plan.conv(&Self::name(level, layer), &self.down(level));
            if self.normed(level) {
                plan.norm(&Self::name(level, 2), self.norm, self.channels(level));
            } else {
                plan.activation();
            }
            if level + 1 < self.levels {
                plan.hold();
            }
        }
        for level in (0..self.levels).rev() {
            let innermost = level + 1 == self.levels;
            let layer = match level {
                _ if innermost => 3,
                0 => 3,
                _ => 5,
            };
            plan.conv_transpose(&Self::name(level, layer), &self.up(level));
            if level == 0 {
                plan.activation();
                continue;
            }
            let channels = self.channels(level - 1);
            plan.norm(&Self::name(level, layer + 1), self.norm, channels);
            if self.dropped(level) {
                plan.activation();
                plan.activation();
            }
            plan.join(channels);
        }
    }

    /// The generator with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> UnetGenerator {
        let downs = (0..self.levels).map(|level| {
            let norm = if self.normed(level) {
                self.norm
            } else {
                Norm::None
            };
            Down {
                conv: self.down(level).init(initializer),
                norm: NormLayer::new(norm, self.channels(level), initializer),
            }
        });
        let downs = downs.collect();
        let ups = (0..self.levels).rev().map(|level| {
            let up = self.up(level);
            let norm = if level == 0 { Norm::None } else { self.norm };
            Up {
                conv: up.init(initializer),
                norm: NormLayer::new(norm, up.outputs, initializer),
                dropout: self.dropped(level),
            }
        });
        UnetGenerator {
            downs,
            ups: ups.collect(),
        }
    }
}

#[derive(Module, Debug)]
struct Down {
    conv: Conv2d,
    norm: NormLayer,
}

#[derive(Module, Debug)]
struct Up {
    conv: ConvTranspose2d,
    norm: NormLayer,
    #[module(skip)]
    dropout: bool,
}

/// See [`UnetConfig`].
#[derive(Module, Debug)]
pub struct UnetGenerator {
    /// From the outermost to the innermost.
    downs: Vec<Down>,
    /// From the innermost to the outermost.
    ups: Vec<Up>,
}

impl UnetGenerator {
    /// image: [batch, inputs, height, width] → [batch, outputs, height, width] of values in [-1, 1].
    ///
    /// The official code's skips hold the maps after the leaky ReLU, which works in place on them, and the ReLU after they are joined is
    /// here before: of each value it makes the same.
    ///
    /// # Errors
    /// If a side is not a multiple of 2 to the power of the levels.
    pub fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        let [_, _, height, width] = image.dims();
        UnetConfig::check_multiples(self.downs.len(), width, height)?;
        let mut skips = Vec::with_capacity(self.downs.len());
        let mut map = image;
        for (level, down) in self.downs.iter().enumerate() {
            let innermost = level + 1 == self.downs.len();
            let activation = if innermost { Activation::Relu } else { LEAKY };
            map = down.norm.forward(down.conv.forward(map)?, activation, mode);
            if !innermost {
                skips.push(map.clone());
            }
        }
        for up in &self.ups {
            map = up.conv.forward(map)?;
            let Some(skip) = skips.pop() else { break };
            map = up.norm.forward(map, Activation::Relu, mode);
            if up.dropout {
                map = mode.dropout(map);
            }
            map = Tensor::cat(vec![activate(skip, Activation::Relu), map], 1);
        }
        Ok(tanh(map))
    }
}
