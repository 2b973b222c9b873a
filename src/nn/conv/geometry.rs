//! Shapes of convolutions, checked once.

use thiserror::Error;

/// The values outside the image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PadMode {
    /// Zeros.
    #[default]
    Zero,
    /// The image mirrored at its border pixels, which aren't repeated.
    Reflection,
    /// The border pixels repeated.
    Replicate,
}

/// Pixels added around an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Padding {
    /// Contents of the pixels.
    pub mode: PadMode,
    /// Rows above and below.
    pub vertical: [usize; 2],
    /// Columns on the left and on the right.
    pub horizontal: [usize; 2],
}

impl Padding {
    /// The same amount on every side.
    #[must_use]
    pub fn new(mode: PadMode, amount: usize) -> Self {
        Self {
            mode,
            vertical: [amount; 2],
            horizontal: [amount; 2],
        }
    }

    /// Zeros, the same amount on every side.
    #[must_use]
    pub fn zero(amount: usize) -> Self {
        Self::new(PadMode::Zero, amount)
    }

    /// A mirrored border, the same amount on every side.
    #[must_use]
    pub fn reflection(amount: usize) -> Self {
        Self::new(PadMode::Reflection, amount)
    }

    /// No padding.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Padding before and after along an axis: 0 is vertical, 1 horizontal.
    pub(super) fn along(&self, axis: usize) -> [usize; 2] {
        [self.vertical, self.horizontal][axis]
    }
}

/// Why a convolution can't be applied to an image.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ShapeError {
    /// The image has another number of channels than the weights.
    #[error("the layer takes {expected} channels, the image has {found}")]
    Channels {
        /// Channels of the weights.
        expected: usize,
        /// Channels of the image.
        found: usize,
    },
    /// A size of the image or of the weights is 0.
    #[error("the image {image:?} or the weights {weight:?} have a size of 0")]
    Empty {
        /// Shape of the image.
        image: [usize; 4],
        /// Shape of the weights.
        weight: [usize; 4],
    },
    /// One image, one output or the weights have 2²⁸ values or more.
    #[error(
        "the layer's image, output or weights would have {0} values, more than 268 million; use smaller images or tiles"
    )]
    TooLarge(usize),
    /// The stride is 0.
    #[error("the stride is 0; it must be at least 1")]
    Stride,
    /// The kernel doesn't fit into the padded image.
    #[error(
        "a kernel of {kernel} pixels doesn't fit into {padded} pixels (with padding); use larger images or fewer layers"
    )]
    KernelTooLarge {
        /// Pixels of the kernel along the axis.
        kernel: usize,
        /// Pixels of the image with its padding.
        padded: usize,
    },
    /// Reflection needs more pixels than the image has.
    #[error(
        "reflection padding of {amount} pixels needs an image of at least {} pixels, not {size}", amount + 1
    )]
    ReflectionTooLarge {
        /// Padding asked for.
        amount: usize,
        /// Pixels of the image along the axis.
        size: usize,
    },
    /// The output padding of a transposed convolution is as large as its stride.
    #[error("output padding {output_padding} must be smaller than the stride {stride}")]
    OutputPadding {
        /// Output padding asked for.
        output_padding: usize,
        /// The stride along the axis.
        stride: usize,
    },
    /// The padding of a transposed convolution takes away all its output.
    #[error(
        "padding of {padding} pixels on each side leaves nothing of an output of {size} pixels"
    )]
    NothingLeft {
        /// Padding on each side.
        padding: usize,
        /// Pixels of the output without padding.
        size: usize,
    },
    /// A network halves its input so often that the size must be a multiple of something.
    #[error(
        "the network takes widths and heights that are multiples of {multiple}, at least {least}, not {width} × {height}; use {}",
        suggestion(*below, *above)
    )]
    Multiple {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
        /// The number that both must be a multiple of.
        multiple: usize,
        /// The smallest size.
        least: usize,
        /// The nearest width and height that are no larger, or the smallest.
        below: [usize; 2],
        /// The nearest width and height that are no smaller.
        above: [usize; 2],
    },
    /// Normalization makes every map of one pixel zero.
    #[error(
        "normalization would turn the single pixel that is left of a layer into zero; use larger images, fewer layers or no normalization"
    )]
    OnePixel,
    /// A U-Net has an outermost and an innermost level.
    #[error("a U-Net has 2 to 12 levels, not {0}")]
    Levels(usize),
}

fn suggestion([width, height]: [usize; 2], above: [usize; 2]) -> String {
    if [width, height] == above {
        format!("{width} × {height}")
    } else {
        format!("{width} × {height} or {} × {}", above[0], above[1])
    }
}

/// A convolution of an image with `channels` channels to a map with `features` channels.
///
/// A transposed convolution is the adjoint: it takes the map and gives the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    pub(super) batch: usize,
    pub(super) channels: usize,
    pub(super) features: usize,
    /// Height and width of the image.
    pub(super) image: [usize; 2],
    /// Height and width of the map.
    pub(super) map: [usize; 2],
    pub(super) kernel: [usize; 2],
    pub(super) stride: [usize; 2],
    pub(super) padding: Padding,
}

impl Geometry {
    /// Of a convolution. image: [batch, channels, height, width], weight: [features, channels, kernel height, kernel width].
    ///
    /// # Errors
    ///
    /// If such a convolution has no output.
    pub fn convolution(
        image: [usize; 4],
        weight: [usize; 4],
        stride: [usize; 2],
        padding: Padding,
    ) -> Result<Self, ShapeError> {
        if image.contains(&0) || weight.contains(&0) {
            return Err(ShapeError::Empty { image, weight });
        }
        if stride.contains(&0) {
            return Err(ShapeError::Stride);
        }
        if image[1] != weight[1] {
            return Err(ShapeError::Channels {
                expected: weight[1],
                found: image[1],
            });
        }
        let mut map = [0; 2];
        for axis in 0..2 {
            let (size, kernel) = (image[2 + axis], weight[2 + axis]);
            let [before, after] = padding.along(axis);
            let amount = before.max(after);
            if padding.mode == PadMode::Reflection && amount >= size {
                return Err(ShapeError::ReflectionTooLarge { amount, size });
            }
            let padded = size + before + after;
            if kernel > padded {
                return Err(ShapeError::KernelTooLarge { kernel, padded });
            }
            map[axis] = (padded - kernel) / stride[axis] + 1;
        }
        Self {
            batch: image[0],
            channels: image[1],
            features: weight[0],
            image: [image[2], image[3]],
            map,
            kernel: [weight[2], weight[3]],
            stride,
            padding,
        }
        .limited()
    }

    /// Of a transposed convolution with zero padding. map: [batch, features, height, width], weight: [features, channels,
    /// kernel height, kernel width].
    ///
    /// # Errors
    ///
    /// If such a convolution has no output.
    pub fn transposed(
        map: [usize; 4],
        weight: [usize; 4],
        stride: [usize; 2],
        padding: [usize; 2],
        output_padding: [usize; 2],
    ) -> Result<Self, ShapeError> {
        if map.contains(&0) || weight.contains(&0) {
            return Err(ShapeError::Empty { image: map, weight });
        }
        if stride.contains(&0) {
            return Err(ShapeError::Stride);
        }
        if map[1] != weight[0] {
            return Err(ShapeError::Channels {
                expected: weight[0],
                found: map[1],
            });
        }
        let mut image = [0; 2];
        for axis in 0..2 {
            if output_padding[axis] >= stride[axis] {
                return Err(ShapeError::OutputPadding {
                    output_padding: output_padding[axis],
                    stride: stride[axis],
                });
            }
            let size = (map[2 + axis] - 1) * stride[axis] + weight[2 + axis] + output_padding[axis];
            if size <= 2 * padding[axis] {
                return Err(ShapeError::NothingLeft {
                    padding: padding[axis],
                    size,
                });
            }
            image[axis] = size - 2 * padding[axis];
        }
        Self {
            batch: map[0],
            channels: weight[1],
            features: map[1],
            image,
            map: [map[2], map[3]],
            kernel: [weight[2], weight[3]],
            stride,
            padding: Padding {
                mode: PadMode::Zero,
                vertical: [padding[0]; 2],
                horizontal: [padding[1]; 2],
            },
        }
        .limited()
    }

    /// The kernels number the values of one image in 32 bits, with room for padding and unused places.
    fn limited(self) -> Result<Self, ShapeError> {
        let padded = [0, 1].map(|axis| {
            let [before, after] = self.padding.along(axis);
            self.image[axis]
                .saturating_add(before)
                .saturating_add(after)
        });
        let values = |channels: usize, [height, width]: [usize; 2]| {
            channels
                .max(16)
                .saturating_mul(height)
                .saturating_mul(width)
        };
        let largest = values(self.channels, padded)
            .max(values(self.features, self.map))
            .max(values(
                self.features.saturating_mul(self.channels),
                self.kernel,
            ));
        if largest >= 1 << 28 {
            return Err(ShapeError::TooLarge(largest));
        }
        Ok(self)
    }

    /// [batch, channels, height, width] of the image.
    #[must_use]
    pub fn image_shape(&self) -> [usize; 4] {
        [self.batch, self.channels, self.image[0], self.image[1]]
    }

    /// [batch, features, height, width] of the map.
    #[must_use]
    pub fn map_shape(&self) -> [usize; 4] {
        [self.batch, self.features, self.map[0], self.map[1]]
    }

    /// [features, channels, kernel height, kernel width].
    #[must_use]
    pub fn weight_shape(&self) -> [usize; 4] {
        [self.features, self.channels, self.kernel[0], self.kernel[1]]
    }

    /// Pixels of the kernel.
    pub(super) fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Values of one plane of the image.
    pub(super) fn image_plane(&self) -> usize {
        self.image[0] * self.image[1]
    }

    /// Values of one plane of the map.
    pub(super) fn map_plane(&self) -> usize {
        self.map[0] * self.map[1]
    }

    /// For each of `count` padded coordinates along an axis, the pixel that it shows; `None` where it shows zero.
    pub(super) fn sources(&self, axis: usize, count: usize) -> Vec<Option<usize>> {
        let size = self.image[axis];
        let [before, after] = self.padding.along(axis);
        (0..count)
            .map(|padded| {
                if padded >= before && padded < before + size {
                    return Some(padded - before);
                }
                // Strides can leave out the last coordinates; a tile can go beyond them.
                if padded >= before + size + after {
                    return None;
                }
                match self.padding.mode {
                    PadMode::Zero => None,
                    PadMode::Replicate => Some(if padded < before { 0 } else { size - 1 }),
                    PadMode::Reflection if padded < before => Some(before - padded),
                    PadMode::Reflection => Some(2 * (size - 1) + before - padded),
                }
            })
            .collect()
    }
}
