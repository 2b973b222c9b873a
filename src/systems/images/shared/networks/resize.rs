//! Resize-convolution (Odena, Dumoulin and Olah 2016).

use burn::module::{Module, Param};
use burn::tensor::ops::PadMode;
use burn::tensor::{Tensor, TensorData};

use crate::nn::conv::{
    Conv2d, Conv2dConfig, ConvTranspose2dConfig, Geometry, ShapeError, conv_transpose2d,
};

/// The map with twice the size, then a 3 × 3 convolution. The map beyond its border is its border: with pixels that are repeated, that is the
/// official code's reflection padding; with bilinear interpolation it is `Upsample(2, "bilinear")`, `ReplicationPad2d(1)`.
///
/// A pixel reaches rows of the larger map with the interpolation's weights, and each of these reaches three rows of the output, so that the two
/// layers are one transposed convolution of stride 2 with sums of the weights: no larger map in memory and, with pixels that are repeated, less
/// than half of the work.
#[derive(Module, Debug)]
pub(super) struct ResizeConv {
    /// [outputs, inputs, 3, 3].
    conv: Conv2d,
    #[module(skip)]
    interpolation: Interpolation,
}

/// What lies between the pixels of a map that is made larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// The nearest pixel: each is repeated.
    Nearest,
    /// Bilinear, with the corners of pixels aligned, not their middles (PyTorch's `align_corners=False`).
    Linear,
}

impl Interpolation {
    /// Along an axis, the weights by which a pixel reaches the rows of a map twice as large.
    fn reach(self) -> &'static [f32] {
        match self {
            Self::Nearest => &[1.0, 1.0],
            Self::Linear => &[0.25, 0.75, 0.75, 0.25],
        }
    }

    /// Taps of the transposed convolution along an axis.
    fn taps(self) -> usize {
        self.reach().len() + 2
    }

    /// The share of weight `of` of the convolution in weight `tap` of the transposed convolution, along an axis.
    fn share(self, tap: usize, of: usize) -> f32 {
        let place = (tap + of).checked_sub(2);
        place
            .and_then(|place| self.reach().get(place).copied())
            .unwrap_or(0.0)
    }

    /// The transposed convolution that does the work of both layers, by its size and cost.
    pub(super) fn equivalent(self, config: &Conv2dConfig) -> ConvTranspose2dConfig {
        ConvTranspose2dConfig::new(config.inputs, config.outputs, self.taps())
            .with_stride(2)
            .with_padding(self.taps() / 2 - 1)
    }

    /// [9, taps²]: from the weights of the convolution, row by row, to those of the transposed one.
    fn sums(self) -> Vec<f32> {
        let taps = self.taps();
        let weights = (0..3).flat_map(|row| (0..3).map(move |column| (row, column)));
        weights
            .flat_map(|(row, column)| {
                (0..taps * taps)
                    .map(move |tap| self.share(tap / taps, row) * self.share(tap % taps, column))
            })
            .collect()
    }
}

impl ResizeConv {
    /// conv: 3 × 3.
    pub(super) fn new(conv: Conv2d, interpolation: Interpolation) -> Self {
        Self {
            conv,
            interpolation,
        }
    }

    /// map: [batch, inputs, height, width] → [batch, outputs, 2 · height, 2 · width].
    pub(super) fn forward(&self, map: Tensor<4>) -> Result<Tensor<4>, ShapeError> {
        let Conv2dConfig {
            inputs, outputs, ..
        } = *self.conv.config();
        let taps = self.interpolation.taps();
        let sums = TensorData::new(self.interpolation.sums(), [9, taps * taps]);
        let sums = Tensor::from_data(sums, &map.device());
        let weight = self.conv.weight.val().reshape([outputs * inputs, 9]);
        let weight = weight
            .matmul(sums)
            .reshape([outputs, inputs, taps, taps])
            .swap_dims(0, 1);
        let bias = self.conv.bias.as_ref().map(Param::val);
        let map = map.pad([(1, 1), (1, 1)], PadMode::Edge);
        let shape = [inputs, outputs, taps, taps];
        let padding = [taps / 2 + 1; 2];
        let geometry = Geometry::transposed(map.dims(), shape, [2; 2], padding, [0; 2])?;
        Ok(conv_transpose2d(map, weight, bias, geometry))
    }
}
