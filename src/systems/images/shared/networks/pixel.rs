//! The discriminator that sees one pixel at a time.

use burn::module::Module;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::discriminator::LEAKY;
use super::plan::{Plan, Sequence};
use super::{Mode, Norm, NormLayer};
use crate::nn::conv::{Conv2d, Conv2dConfig, Initializer, ShapeError, activate};

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
    fn convolutions(&self) -> [Conv2dConfig; 3] {
        let bias = self.norm.bias();
        [
            Conv2dConfig::new(self.inputs, self.filters, 1),
            Conv2dConfig::new(self.filters, 2 * self.filters, 1).with_bias(bias),
            Conv2dConfig::new(2 * self.filters, 1, 1).with_bias(bias),
        ]
    }

    pub(super) fn plan(&self, plan: &mut Plan) {
        let [first, second, last] = self.convolutions();
        let mut names = Sequence::new("net");
        plan.conv(&names.layer(), &first);
        plan.activation();
        names.skip(1);
        plan.conv(&names.layer(), &second);
        plan.norm(&names.layer(), self.norm, second.outputs);
        names.skip(1);
        plan.conv(&names.layer(), &last);
    }

    /// The discriminator with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> PixelDiscriminator {
        let [first, second, last] = self.convolutions();
        PixelDiscriminator {
            first: first.init(initializer),
            second: second.init(initializer),
            norm: NormLayer::new(self.norm, second.outputs, initializer),
            last: last.init(initializer),
        }
    }
}

/// See [`PixelConfig`].
#[derive(Module, Debug)]
pub struct PixelDiscriminator {
    first: Conv2d,
    second: Conv2d,
    norm: NormLayer,
    last: Conv2d,
}

impl PixelDiscriminator {
    /// image: [batch, inputs, height, width] → a score for each pixel [batch, 1, height, width], without a sigmoid.
    ///
    /// # Errors
    /// If the image has another number of channels.
    pub fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        let map: Tensor<4> = activate(self.first.forward(image)?, LEAKY);
        let map = self.norm.forward(self.second.forward(map)?, LEAKY, mode);
        self.last.forward(map)
    }
}
