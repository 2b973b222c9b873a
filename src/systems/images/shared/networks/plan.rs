//! A network's tensors, shapes and costs, from its config alone.

use crate::nn::conv::{Conv2dConfig, ConvTranspose2dConfig, Geometry, ShapeError};

use super::Norm;

/// Bytes of a value.
const BYTES: f64 = 4.0;

/// What a tensor of a network is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Trained.
    Parameter,
    /// Kept, but not trained: running statistics.
    Buffer,
    /// A whole number that PyTorch keeps beside running statistics and nothing here needs: `num_batches_tracked`.
    Counter,
}

/// A tensor of a network, under the name that the official code gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorSpec {
    /// As in the official code's `state_dict`: `model.1.weight`.
    pub name: String,
    /// As in PyTorch.
    pub shape: Vec<usize>,
    /// What it is for.
    pub role: Role,
}

impl TensorSpec {
    /// Values it holds.
    #[must_use]
    pub fn values(&self) -> usize {
        self.shape.iter().product()
    }
}

/// What one forward pass takes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Multiplications and additions. A backward pass takes about twice as many.
    pub operations: f64,
    /// Bytes that a backward pass needs kept.
    pub kept: f64,
    /// Bytes at the peak where nothing is kept for a backward pass.
    pub working: f64,
}

/// Collects what a network's layers say about themselves, in the order in which its module visits its parameters.
#[derive(Debug)]
pub struct Plan {
    tensors: Vec<TensorSpec>,
    /// Of the map between the last layer and the next; `None` if only tensors are wanted.
    shape: Option<[usize; 4]>,
    /// Values of maps that are kept for a later layer.
    held: f64,
    cost: Cost,
    error: Option<ShapeError>,
}

impl Plan {
    /// Of the tensors alone.
    #[must_use]
    pub fn of_tensors() -> Self {
        Self {
            tensors: Vec::new(),
            shape: None,
            held: 0.0,
            cost: Cost::default(),
            error: None,
        }
    }

    /// Of a pass over an image [batch, channels, height, width].
    #[must_use]
    pub fn of_image(shape: [usize; 4]) -> Self {
        Self {
            shape: Some(shape),
            ..Self::of_tensors()
        }
    }

    /// The tensors of the layers so far.
    #[must_use]
    pub fn into_tensors(self) -> Vec<TensorSpec> {
        self.tensors
    }

    /// The cost of the layers so far.
    ///
    /// # Errors
    /// Why the first layer that can't be applied can't.
    pub fn into_cost(self) -> Result<Cost, ShapeError> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.cost),
        }
    }

    /// The shape of the map after the last layer, if the plan is of an image and all layers fit.
    #[must_use]
    pub fn shape(&self) -> Option<[usize; 4]> {
        self.shape
    }

    /// Goes on from another map, as the second head of a network does.
    pub fn set_shape(&mut self, shape: Option<[usize; 4]>) {
        if self.error.is_none() {
            self.shape = shape;
        }
    }

    fn tensor(&mut self, name: String, shape: &[usize], role: Role) {
        self.tensors.push(TensorSpec {
            name,
            shape: shape.to_vec(),
            role,
        });
    }

    /// A layer's output: it is kept `times` for the backward pass.
    fn produced(&mut self, output: [usize; 4], operations: f64, times: f64) {
        let values = |shape: [usize; 4]| shape.iter().map(|size| *size as f64).product::<f64>();
        let input = self.shape.map_or(0.0, values);
        self.cost.operations += operations;
        self.cost.kept += times * BYTES * values(output);
        let working = BYTES * (input + values(output) + self.held);
        self.cost.working = self.cost.working.max(working);
        self.shape = Some(output);
    }

    fn fits(&mut self, geometry: Result<Geometry, ShapeError>) -> Option<Geometry> {
        match geometry {
            Ok(geometry) => Some(geometry),
            Err(error) => {
                self.error = Some(error);
                self.shape = None;
                None
            }
        }
    }

    /// A convolution.
    pub fn conv(&mut self, name: &str, config: &Conv2dConfig) {
        let Conv2dConfig {
            inputs,
            outputs,
            kernel: [height, width],
            stride,
            padding,
            bias,
        } = *config;
        let weight = [outputs, inputs, height, width];
        self.weights(name, &weight, outputs, bias);
        let Some(shape) = self.shape else { return };
        let geometry = Geometry::convolution(shape, weight, stride, padding);
        let Some(geometry) = self.fits(geometry) else {
            return;
        };
        let output = geometry.map_shape();
        let operations = products(output, inputs * height * width);
        self.produced(output, operations, 1.0);
    }

    /// A transposed convolution.
    pub fn conv_transpose(&mut self, name: &str, config: &ConvTranspose2dConfig) {
        let weight = [
            config.inputs,
            config.outputs,
            config.kernel[0],
            config.kernel[1],
        ];
        self.weights(name, &weight, config.outputs, config.bias);
        self.transposed(config);
    }

    /// The size and cost of a transposed convolution whose weights are counted elsewhere.
    pub(super) fn transposed(&mut self, config: &ConvTranspose2dConfig) {
        let Some(shape) = self.shape else { return };
        let weight = [
            config.inputs,
            config.outputs,
            config.kernel[0],
            config.kernel[1],
        ];
        let geometry = Geometry::transposed(
            shape,
            weight,
            config.stride,
            config.padding,
            config.output_padding,
        );
        let Some(geometry) = self.fits(geometry) else {
            return;
        };
        let operations = products(shape, config.outputs * weight[2] * weight[3]);
        self.produced(geometry.image_shape(), operations, 1.0);
    }

    /// The tensors of a convolution.
    pub(super) fn weights(&mut self, name: &str, weight: &[usize; 4], outputs: usize, bias: bool) {
        self.tensor(format!("{name}.weight"), weight, Role::Parameter);
        if bias {
            self.tensor(format!("{name}.bias"), &[outputs], Role::Parameter);
        }
    }

    /// A normalization with the activation after it.
    pub fn norm(&mut self, name: &str, norm: Norm, channels: usize) {
        if norm == Norm::Batch {
            for (part, role) in [
                ("weight", Role::Parameter),
                ("bias", Role::Parameter),
                ("running_mean", Role::Buffer),
                ("running_var", Role::Buffer),
            ] {
                self.tensor(format!("{name}.{part}"), &[channels], role);
            }
            self.tensor(format!("{name}.num_batches_tracked"), &[], Role::Counter);
        }
        let Some(shape) = self.shape else { return };
        if norm != Norm::None && shape[2] * shape[3] < 2 {
            self.error = Some(ShapeError::OnePixel);
            self.shape = None;
            return;
        }
        let times = match norm {
            Norm::Batch => 3.0,
            Norm::Instance | Norm::None => 1.0,
        };
        self.produced(shape, 8.0 * products(shape, 1), times);
    }

    /// A function of each value, or something as cheap.
    pub fn activation(&mut self) {
        if let Some(shape) = self.shape {
            self.produced(shape, products(shape, 1), 1.0);
        }
    }

    /// Keeps the map for a later layer.
    pub(super) fn hold(&mut self) {
        if let Some(shape) = self.shape {
            self.held += shape.iter().map(|size| *size as f64).product::<f64>();
        }
    }

    /// A map of as many channels as the last one, which was held, was needed for the last time.
    pub(super) fn release(&mut self, channels: usize) {
        if let Some([batch, _, height, width]) = self.shape {
            self.held -= (batch * channels * height * width) as f64;
        }
    }

    /// Joins a map that was held, of this many channels, to the last one.
    pub(super) fn join(&mut self, channels: usize) {
        if let Some([batch, more, height, width]) = self.shape {
            self.produced([batch, channels + more, height, width], 0.0, 1.0);
            self.held -= (batch * channels * height * width) as f64;
        }
    }
}

/// Two operations for each value and each of its terms.
fn products(shape: [usize; 4], terms: usize) -> f64 {
    2.0 * shape.iter().map(|size| *size as f64).product::<f64>() * terms as f64
}

/// Names of the layers of PyTorch's `Sequential`: `model.0`, `model.1`, …
#[derive(Debug)]
pub struct Sequence {
    prefix: String,
    next: usize,
}

impl Sequence {
    /// From `prefix.0`.
    #[must_use]
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            next: 0,
        }
    }

    /// The name of the next layer.
    pub fn layer(&mut self) -> String {
        let name = format!("{}.{}", self.prefix, self.next);
        self.next += 1;
        name
    }

    /// Passes over layers without tensors.
    pub fn skip(&mut self, layers: usize) {
        self.next += layers;
    }
}
