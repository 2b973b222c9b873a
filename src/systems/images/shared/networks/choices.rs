//! Choices that several networks share; each is also a value of a config key.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::nn::conv::{PadMode, Padding};

/// Normalization after a convolution.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Norm {
    /// Instance normalization, without scale and shift.
    #[default]
    Instance,
    /// Batch normalization, with scale, shift and running statistics.
    Batch,
    /// None.
    None,
}

impl Norm {
    /// True if a convolution before it has a bias; the official code gives it one before instance normalization alone.
    #[must_use]
    pub fn bias(self) -> bool {
        self == Self::Instance
    }
}

/// Padding of residual blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockPadding {
    /// The picture mirrored at its border.
    #[default]
    Reflection,
    /// The border pixels repeated.
    Replicate,
    /// Zeros.
    Zero,
}

impl BlockPadding {
    /// The same amount on every side.
    #[must_use]
    pub fn around(self, amount: usize) -> Padding {
        let mode = match self {
            Self::Reflection => PadMode::Reflection,
            Self::Replicate => PadMode::Replicate,
            Self::Zero => PadMode::Zero,
        };
        Padding::new(mode, amount)
    }
}

/// How a generator doubles the size of its maps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Upsampling {
    /// A transposed convolution, as in the paper. Leaves a checkerboard until it is well trained.
    #[default]
    Transposed,
    /// A transposed convolution whose weights start as linear interpolation: it has no checkerboard to unlearn.
    Interpolating,
    /// Each pixel repeated, then a convolution (Odena, Dumoulin and Olah 2016): no checkerboard, but streaks until it is well trained.
    Resize,
    /// Bilinear interpolation, then a convolution: no checkerboard, and smooth.
    Bilinear,
}

/// The function after a layer of a generator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nonlinearity {
    /// max(x, 0)
    #[default]
    Relu,
    /// x, or 0.01 · x where negative.
    LeakyRelu,
    /// x, or exp(x) − 1 where negative.
    Elu,
}
