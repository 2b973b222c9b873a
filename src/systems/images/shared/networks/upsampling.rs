//! Layers that double the size of a map and halve its channels.

use burn::module::Module;
use burn::tensor::ops::PadMode;
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::plan::{Plan, Sequence};
use super::{Mode, Nonlinearity, Norm, NormLayer, Upsampling};
use crate::nn::conv::{
    Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig, Geometry, Initializer, Padding,
    ShapeError, conv_transpose2d,
};

/// The stage between the residual blocks of a generator and its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpsamplingConfig {
    /// Channels of the map; divisible by 2 as often as the size is doubled.
    pub channels: usize,
    /// How often the size is doubled; 2 in the paper.
    pub doublings: usize,
    /// How.
    pub kind: Upsampling,
    /// After each convolution.
    pub norm: Norm,
    /// After each normalization.
    pub nonlinearity: Nonlinearity,
}

impl UpsamplingConfig {
    /// Channels of the output.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.channels >> self.doublings
    }

    /// Inputs and outputs of each layer.
    fn layers(&self) -> impl Iterator<Item = (usize, usize)> {
        let channels = self.channels;
        (0..self.doublings).map(move |level| (channels >> level, channels >> (level + 1)))
    }

    fn transposed(&self, inputs: usize, outputs: usize) -> ConvTranspose2dConfig {
        ConvTranspose2dConfig::new(inputs, outputs, 3)
            .with_stride(2)
            .with_padding(1)
            .with_output_padding(1)
            .with_bias(self.norm.bias())
    }

    fn resized(&self, inputs: usize, outputs: usize) -> Conv2dConfig {
        Conv2dConfig::new(inputs, outputs, 3)
            .with_padding(Padding::reflection(1))
            .with_bias(self.norm.bias())
    }

    /// The stage with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> UpsamplingStage {
        let layers = self.layers().map(|(inputs, outputs)| UpsamplingLayer {
            conv: match self.kind {
                Upsampling::Transposed => {
                    let config = self.transposed(inputs, outputs);
                    UpsamplingConv::Transposed(config.init(initializer))
                }
                Upsampling::Resize => UpsamplingConv::Resize(ResizeConv {
                    conv: self.resized(inputs, outputs).init(initializer),
                }),
            },
            norm: NormLayer::new(self.norm, outputs, initializer),
            nonlinearity: self.nonlinearity,
        });
        UpsamplingStage {
            layers: layers.collect(),
        }
    }

    /// Its layers. Those of resize-convolution are `Upsample`, `ReflectionPad2d`, `Conv2d`.
    pub fn plan(&self, plan: &mut Plan, names: &mut Sequence) {
        for (inputs, outputs) in self.layers() {
            match self.kind {
                Upsampling::Transposed => {
                    plan.conv_transpose(&names.layer(), &self.transposed(inputs, outputs));
                }
                Upsampling::Resize => {
                    names.skip(2);
                    let weight = [outputs, inputs, 3, 3];
                    plan.weights(&names.layer(), &weight, outputs, self.norm.bias());
                    plan.transposed(
                        &ConvTranspose2dConfig::new(inputs, outputs, 4)
                            .with_stride(2)
                            .with_padding(1),
                    );
                }
            }
            plan.norm(&names.layer(), self.norm, outputs);
            names.skip(1);
        }
    }
}

/// See [`UpsamplingConfig`].
#[derive(Module, Debug)]
pub struct UpsamplingStage {
    layers: Vec<UpsamplingLayer>,
}

impl UpsamplingStage {
    /// map: [batch, channels, height, width] → [batch, channels / 2ⁿ, height · 2ⁿ, width · 2ⁿ] for n doublings.
    ///
    /// # Errors
    /// If the map has another number of channels.
    pub fn forward(&self, map: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        let mut layers = self.layers.iter();
        layers.try_fold(map, |map, layer| layer.forward(map, mode))
    }
}

#[derive(Module, Debug)]
struct UpsamplingLayer {
    conv: UpsamplingConv,
    norm: NormLayer,
    #[module(skip)]
    nonlinearity: Nonlinearity,
}

impl UpsamplingLayer {
    fn forward(&self, map: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        let map = match &self.conv {
            UpsamplingConv::Transposed(conv) => conv.forward(map)?,
            UpsamplingConv::Resize(conv) => conv.forward(map)?,
        };
        Ok(self.nonlinearity.after(&self.norm, map, mode))
    }
}

#[derive(Module, Debug)]
enum UpsamplingConv {
    Transposed(ConvTranspose2d),
    Resize(ResizeConv),
}

/// Each pixel doubled down and across, then a 3 × 3 convolution with reflection padding.
///
/// A row of the doubled map is seen by three weights, two of which see the same row of the map, so that the two layers are one transposed
/// convolution of stride 2 with sums of the weights: less than half of the work, and no doubled map in memory.
#[derive(Module, Debug)]
struct ResizeConv {
    /// [outputs, inputs, 3, 3].
    conv: Conv2d,
}

/// Along an axis, the four weights of the transposed convolution from the three of the convolution: row `out` sums these.
const SUMS: [[f32; 3]; 4] = [
    [0.0, 0.0, 1.0],
    [0.0, 1.0, 1.0],
    [1.0, 1.0, 0.0],
    [1.0, 0.0, 0.0],
];

impl ResizeConv {
    fn forward(&self, map: Tensor<4>) -> Result<Tensor<4>, ShapeError> {
        let Conv2dConfig {
            inputs, outputs, ..
        } = *self.conv.config();
        let mut sums = vec![0.0; 9 * 16];
        for (down, of_rows) in SUMS.iter().enumerate() {
            for (across, of_columns) in SUMS.iter().enumerate() {
                for (row, by_row) in of_rows.iter().enumerate() {
                    for (column, by_column) in of_columns.iter().enumerate() {
                        sums[(row * 3 + column) * 16 + down * 4 + across] = by_row * by_column;
                    }
                }
            }
        }
        let sums = Tensor::from_data(TensorData::new(sums, [9, 16]), &map.device());
        let weight = self.conv.weight.val().reshape([outputs * inputs, 9]);
        let weight = weight
            .matmul(sums)
            .reshape([outputs, inputs, 4, 4])
            .swap_dims(0, 1);
        let bias = self.conv.bias.as_ref().map(burn::module::Param::val);
        // The reflection of a doubled border is the border.
        let map = map.pad([(1, 1), (1, 1)], PadMode::Edge);
        let shape = [inputs, outputs, 4, 4];
        let geometry = Geometry::transposed(map.dims(), shape, [2; 2], [3; 2], [0; 2])?;
        Ok(conv_transpose2d(map, weight, bias, geometry))
    }
}
