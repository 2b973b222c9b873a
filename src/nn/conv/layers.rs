//! Convolutions as burn modules.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::geometry::{Geometry, Padding, ShapeError};
use super::init::Initializer;
use super::ops;

/// The shape of a [`Conv2d`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv2dConfig {
    /// Channels of the input.
    pub inputs: usize,
    /// Channels of the output.
    pub outputs: usize,
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
    /// Pixels from one place of the kernel to the next, down and across.
    pub stride: [usize; 2],
    /// Padding of the input.
    pub padding: Padding,
    /// True if each output channel has a bias.
    pub bias: bool,
}

impl Conv2dConfig {
    /// A square kernel, stride 1, no padding, with a bias.
    #[must_use]
    pub fn new(inputs: usize, outputs: usize, kernel: usize) -> Self {
        Self {
            inputs,
            outputs,
            kernel: [kernel; 2],
            stride: [1; 2],
            padding: Padding::none(),
            bias: true,
        }
    }

    /// The same stride down and across.
    #[must_use]
    pub fn with_stride(self, stride: usize) -> Self {
        Self {
            stride: [stride; 2],
            ..self
        }
    }

    /// Padding of the input.
    #[must_use]
    pub fn with_padding(self, padding: Padding) -> Self {
        Self { padding, ..self }
    }

    /// True if each output channel has a bias.
    #[must_use]
    pub fn with_bias(self, bias: bool) -> Self {
        Self { bias, ..self }
    }

    /// The layer with weights from the initializer.
    #[must_use]
    pub fn init(self, initializer: &mut Initializer<'_>) -> Conv2d {
        let [height, width] = self.kernel;
        Conv2d {
            weight: initializer.weight([self.outputs, self.inputs, height, width]),
            bias: self.bias.then(|| initializer.bias(self.outputs)),
            config: self,
        }
    }
}

/// A 2-D convolution (cross-correlation, as in PyTorch).
#[derive(Module, Debug)]
pub struct Conv2d {
    /// [outputs, inputs, kernel height, kernel width].
    pub weight: Param<Tensor<4>>,
    /// [outputs].
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    config: Conv2dConfig,
}

impl Conv2d {
    /// The config that the layer was made from.
    #[must_use]
    pub fn config(&self) -> &Conv2dConfig {
        &self.config
    }

    /// The shape of the output for an input [batch, inputs, height, width].
    ///
    /// # Errors
    ///
    /// If the layer can't be applied to such an input.
    pub fn output_shape(&self, input: [usize; 4]) -> Result<[usize; 4], ShapeError> {
        Ok(self.geometry(input)?.map_shape())
    }

    fn geometry(&self, input: [usize; 4]) -> Result<Geometry, ShapeError> {
        let Conv2dConfig {
            inputs,
            outputs,
            kernel: [height, width],
            stride,
            padding,
            ..
        } = self.config;
        Geometry::convolution(input, [outputs, inputs, height, width], stride, padding)
    }

    /// input: [batch, inputs, height, width] → [batch, outputs, height, width].
    ///
    /// # Errors
    ///
    /// If the layer can't be applied to an input of this shape.
    pub fn forward(&self, input: Tensor<4>) -> Result<Tensor<4>, ShapeError> {
        let geometry = self.geometry(input.dims())?;
        let bias = self.bias.as_ref().map(Param::val);
        Ok(ops::conv2d(input, self.weight.val(), bias, geometry))
    }
}

/// The shape of a [`ConvTranspose2d`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvTranspose2dConfig {
    /// Channels of the input.
    pub inputs: usize,
    /// Channels of the output.
    pub outputs: usize,
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
    /// Pixels of the output for each pixel of the input, down and across.
    pub stride: [usize; 2],
    /// Rows and columns taken away from each side of the output.
    pub padding: [usize; 2],
    /// Rows and columns added to the output at the bottom and on the right.
    pub output_padding: [usize; 2],
    /// True if each output channel has a bias.
    pub bias: bool,
    /// True if the weights start as one number for each pair of channels, spread as linear interpolation spreads a pixel.
    pub interpolating_start: bool,
}

impl ConvTranspose2dConfig {
    /// A square kernel, stride 1, no padding, with a bias.
    #[must_use]
    pub fn new(inputs: usize, outputs: usize, kernel: usize) -> Self {
        Self {
            inputs,
            outputs,
            kernel: [kernel; 2],
            stride: [1; 2],
            padding: [0; 2],
            output_padding: [0; 2],
            bias: true,
            interpolating_start: false,
        }
    }

    /// The same stride down and across.
    #[must_use]
    pub fn with_stride(self, stride: usize) -> Self {
        Self {
            stride: [stride; 2],
            ..self
        }
    }

    /// The same amount taken away from every side of the output.
    #[must_use]
    pub fn with_padding(self, padding: usize) -> Self {
        Self {
            padding: [padding; 2],
            ..self
        }
    }

    /// The same amount added at the bottom and on the right.
    #[must_use]
    pub fn with_output_padding(self, output_padding: usize) -> Self {
        Self {
            output_padding: [output_padding; 2],
            ..self
        }
    }

    /// True if each output channel has a bias.
    #[must_use]
    pub fn with_bias(self, bias: bool) -> Self {
        Self { bias, ..self }
    }

    /// True if the weights start as linear interpolation: a flat map then has a flat output, where weights of their own at each tap leave
    /// a checkerboard.
    #[must_use]
    pub fn with_interpolating_start(self, interpolating_start: bool) -> Self {
        Self {
            interpolating_start,
            ..self
        }
    }

    /// The layer with weights from the initializer.
    #[must_use]
    pub fn init(self, initializer: &mut Initializer<'_>) -> ConvTranspose2d {
        let [height, width] = self.kernel;
        let shape = [self.inputs, self.outputs, height, width];
        ConvTranspose2d {
            weight: if self.interpolating_start {
                initializer.interpolating_weight(shape, self.stride)
            } else {
                initializer.weight(shape)
            },
            bias: self.bias.then(|| initializer.bias(self.outputs)),
            config: self,
        }
    }
}

/// A 2-D transposed convolution.
#[derive(Module, Debug)]
pub struct ConvTranspose2d {
    /// [inputs, outputs, kernel height, kernel width].
    pub weight: Param<Tensor<4>>,
    /// [outputs].
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    config: ConvTranspose2dConfig,
}

impl ConvTranspose2d {
    /// The config that the layer was made from.
    #[must_use]
    pub fn config(&self) -> &ConvTranspose2dConfig {
        &self.config
    }

    /// The shape of the output for an input [batch, inputs, height, width].
    ///
    /// # Errors
    ///
    /// If the layer can't be applied to such an input.
    pub fn output_shape(&self, input: [usize; 4]) -> Result<[usize; 4], ShapeError> {
        Ok(self.geometry(input)?.image_shape())
    }

    fn geometry(&self, input: [usize; 4]) -> Result<Geometry, ShapeError> {
        let ConvTranspose2dConfig {
            inputs,
            outputs,
            kernel: [height, width],
            stride,
            padding,
            output_padding,
            ..
        } = self.config;
        let weight = [inputs, outputs, height, width];
        Geometry::transposed(input, weight, stride, padding, output_padding)
    }

    /// input: [batch, inputs, height, width] → [batch, outputs, height, width].
    ///
    /// # Errors
    ///
    /// If the layer can't be applied to an input of this shape.
    pub fn forward(&self, input: Tensor<4>) -> Result<Tensor<4>, ShapeError> {
        let geometry = self.geometry(input.dims())?;
        let bias = self.bias.as_ref().map(Param::val);
        Ok(ops::conv_transpose2d(
            input,
            self.weight.val(),
            bias,
            geometry,
        ))
    }
}
