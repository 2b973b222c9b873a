//! The PatchGAN discriminator.

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::discriminator::LEAKY;
use super::plan::{Plan, Sequence};
use super::{Mode, Norm, NormLayer};
use crate::nn::conv::{Conv2d, Conv2dConfig, Initializer, Padding, ShapeError};

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

    /// Every convolution and what follows it.
    fn convolutions(&self) -> Vec<(Conv2dConfig, Norm)> {
        let conv = |inputs, outputs, stride| {
            Conv2dConfig::new(inputs, outputs, 4)
                .with_stride(stride)
                .with_padding(Padding::zero(1))
        };
        let mut all = vec![(conv(self.inputs, self.filters, 2), Norm::None)];
        for layer in 1..=self.layers {
            let stride = if layer < self.layers { 2 } else { 1 };
            let config = conv(self.channels(layer - 1), self.channels(layer), stride);
            all.push((config.with_bias(self.norm.bias()), self.norm));
        }
        all.push((conv(self.channels(self.layers), 1, 1), Norm::None));
        all
    }

    pub(super) fn plan(&self, plan: &mut Plan) {
        let mut names = Sequence::new("model");
        for (index, (config, norm)) in self.convolutions().into_iter().enumerate() {
            plan.conv(&names.layer(), &config);
            if index == self.layers + 1 {
                break;
            }
            if index == 0 {
                plan.activation();
            } else {
                plan.norm(&names.layer(), norm, config.outputs);
            }
            names.skip(1);
        }
    }

    /// The discriminator with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> PatchDiscriminator {
        let convolutions = self.convolutions().into_iter();
        let mut layers = convolutions.map(|(config, norm)| Scored {
            conv: config.init(initializer),
            norm: NormLayer::new(norm, config.outputs, initializer),
        });
        PatchDiscriminator {
            layers: layers.by_ref().collect(),
        }
    }
}

#[derive(Module, Debug)]
struct Scored {
    conv: Conv2d,
    norm: NormLayer,
}

/// See [`PatchConfig`].
#[derive(Module, Debug)]
pub struct PatchDiscriminator {
    layers: Vec<Scored>,
}

impl PatchDiscriminator {
    /// image: [batch, inputs, height, width] → scores [batch, 1, rows, columns] of its patches, without a sigmoid.
    ///
    /// # Errors
    /// If the image is too small.
    pub fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        let mut map = image;
        for (index, layer) in self.layers.iter().enumerate() {
            map = layer.conv.forward(map)?;
            if index + 1 < self.layers.len() {
                map = layer.norm.forward(map, LEAKY, mode);
            }
        }
        Ok(map)
    }
}
