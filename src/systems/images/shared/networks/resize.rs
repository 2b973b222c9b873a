//! Resize-convolution (Odena, Dumoulin and Olah 2016).

use burn::module::{Module, Param};
use burn::tensor::ops::PadMode;
use burn::tensor::{Tensor, TensorData};

use crate::nn::conv::{
    Conv2d, Conv2dConfig, ConvTranspose2dConfig, Geometry, ShapeError, conv_transpose2d,
};

/// Each pixel doubled down and across, then a 3 × 3 convolution with reflection padding.
///
/// A row of the doubled map is seen by three weights, two of which see the same row of the map, so that the two layers are one transposed
/// convolution of stride 2 with sums of the weights: less than half of the work, and no doubled map in memory.
#[derive(Module, Debug)]
pub(super) struct ResizeConv {
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

/// The transposed convolution that does the work of both layers, by its size and cost.
pub(super) fn equivalent(config: &Conv2dConfig) -> ConvTranspose2dConfig {
    ConvTranspose2dConfig::new(config.inputs, config.outputs, 4)
        .with_stride(2)
        .with_padding(1)
}

impl ResizeConv {
    /// conv: 3 × 3.
    pub(super) fn new(conv: Conv2d) -> Self {
        Self { conv }
    }

    /// map: [batch, inputs, height, width] → [batch, outputs, 2 · height, 2 · width].
    pub(super) fn forward(&self, map: Tensor<4>) -> Result<Tensor<4>, ShapeError> {
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
        let bias = self.conv.bias.as_ref().map(Param::val);
        // The reflection of a doubled border is the border.
        let map = map.pad([(1, 1), (1, 1)], PadMode::Edge);
        let shape = [inputs, outputs, 4, 4];
        let geometry = Geometry::transposed(map.dims(), shape, [2; 2], [3; 2], [0; 2])?;
        Ok(conv_transpose2d(map, weight, bias, geometry))
    }
}
