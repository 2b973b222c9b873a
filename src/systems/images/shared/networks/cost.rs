//! The tensors of a list of layers, and what a pass through it takes.

use super::Norm;
use super::layers::{Block, Convolution, Function, Layer, Layers};
use crate::nn::conv::{Conv2dConfig, ConvTranspose2dConfig, Geometry, ShapeError};

/// Bytes of a value.
const BYTES: f64 = 4.0;

/// The purpose of a tensor of a network.
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
    /// Its purpose.
    pub role: Role,
}

impl TensorSpec {
    /// Values it holds.
    #[must_use]
    pub fn values(&self) -> usize {
        self.shape.iter().product()
    }
}

/// Trained values of these tensors.
#[must_use]
pub fn parameters(tensors: &[TensorSpec]) -> usize {
    let trained = tensors.iter().filter(|spec| spec.role == Role::Parameter);
    trained.map(TensorSpec::values).sum()
}

/// The cost of one forward pass.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Multiplications and additions. A backward pass takes about twice as many.
    pub operations: f64,
    /// Bytes that a backward pass needs kept.
    pub kept: f64,
    /// Bytes at the peak where nothing is kept for a backward pass.
    pub working: f64,
}

impl Cost {
    /// That of this pass and then another.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            operations: self.operations + other.operations,
            kept: self.kept + other.kept,
            working: self.working.max(other.working),
        }
    }
}

impl Layers {
    /// The tensors, in the order in which the network visits them.
    #[must_use]
    pub fn tensors(&self) -> Vec<TensorSpec> {
        let mut all = Vec::new();
        for layer in self.list() {
            if let Layer::Block(block) = layer {
                block.add_tensors(&mut all);
            }
        }
        all
    }

    /// The cost of a pass over an image [batch, channels, height, width], and the shape of what comes out.
    ///
    /// # Errors
    /// Why the first layer that can't be applied can't.
    pub fn cost(&self, image: [usize; 4]) -> Result<(Cost, [usize; 4]), ShapeError> {
        self.cost_from(image, &mut Vec::new())
    }

    /// As [`cost`](Self::cost), after layers that have left maps of these shapes for this list to join; the shapes of what it leaves are added.
    ///
    /// # Errors
    /// As there.
    pub fn cost_from(
        &self,
        image: [usize; 4],
        kept: &mut Vec<[usize; 4]>,
    ) -> Result<(Cost, [usize; 4]), ShapeError> {
        let mut pass = Pass {
            shape: image,
            kept: std::mem::take(kept),
            cost: Cost::default(),
        };
        for layer in self.list() {
            match layer {
                Layer::Block(block) => pass.block(block)?,
                // The factors and the products.
                Layer::Dropout => {
                    pass.each_value(1.0, 1.0);
                    pass.each_value(1.0, 1.0);
                }
                Layer::Keep => pass.kept.push(pass.shape),
                Layer::Join => {
                    if let Some(kept) = pass.kept.last().copied() {
                        let [batch, more, height, width] = pass.shape;
                        pass.produce([batch, kept[1] + more, height, width], 0.0, 1.0);
                        pass.kept.pop();
                    }
                }
            }
        }
        *kept = pass.kept;
        Ok((pass.cost, pass.shape))
    }
}

impl Block {
    fn add_tensors(&self, all: &mut Vec<TensorSpec>) {
        let Self { prefix, number, .. } = self;
        let mut tensor = |number: usize, part: &str, shape: &[usize], role: Role| {
            all.push(TensorSpec {
                name: format!("{prefix}.{number}.{part}"),
                shape: shape.to_vec(),
                role,
            });
        };
        let channels = [self.convolution.outputs()];
        let (weight, bias) = self.convolution.weights();
        tensor(*number, "weight", &weight, Role::Parameter);
        if bias {
            tensor(*number, "bias", &channels, Role::Parameter);
        }
        if self.norm == Some(Norm::Batch) {
            for (part, role) in [
                ("weight", Role::Parameter),
                ("bias", Role::Parameter),
                ("running_mean", Role::Buffer),
                ("running_var", Role::Buffer),
            ] {
                tensor(number + 1, part, &channels, role);
            }
            tensor(number + 1, "num_batches_tracked", &[], Role::Counter);
        }
    }
}

/// A pass through layers.
struct Pass {
    /// Of the map between the last layer and the next.
    shape: [usize; 4],
    /// Shapes of maps that are kept for a later layer.
    kept: Vec<[usize; 4]>,
    cost: Cost,
}

impl Pass {
    /// A layer's output, which is kept `times` for the backward pass.
    fn produce(&mut self, output: [usize; 4], operations: f64, times: f64) {
        let held: f64 = self.kept.iter().copied().map(values).sum();
        self.cost.operations += operations;
        self.cost.kept += times * BYTES * values(output);
        let working = BYTES * (values(self.shape) + values(output) + held);
        self.cost.working = self.cost.working.max(working);
        self.shape = output;
    }

    /// Something that takes `terms` operations for each value.
    fn each_value(&mut self, terms: f64, times: f64) {
        self.produce(self.shape, 2.0 * terms * values(self.shape), times);
    }

    fn block(&mut self, block: &Block) -> Result<(), ShapeError> {
        let (output, operations) = match block.convolution {
            Convolution::Plain(config) => self.plain(config)?,
            Convolution::Transposed(config) => self.transposed(config)?,
            Convolution::Resize(config, interpolation) => {
                self.transposed(interpolation.equivalent(&config))?
            }
        };
        self.produce(output, operations, 1.0);
        let [_, _, height, width] = self.shape;
        match block.norm {
            Some(Norm::Instance | Norm::Batch) if height * width < 2 => {
                return Err(ShapeError::OnePixel);
            }
            Some(Norm::Batch) => self.each_value(8.0, 3.0),
            Some(Norm::Instance) => self.each_value(8.0, 1.0),
            Some(Norm::None) | None if block.function != Function::IDENTITY => {
                self.each_value(1.0, 1.0);
            }
            Some(Norm::None) | None => {}
        }
        if block.adds {
            self.kept.pop();
        }
        Ok(())
    }

    fn plain(&self, config: Conv2dConfig) -> Result<([usize; 4], f64), ShapeError> {
        let (weight, _) = Convolution::Plain(config).weights();
        let geometry = Geometry::convolution(self.shape, weight, config.stride, config.padding)?;
        let output = geometry.map_shape();
        let terms = weight[1] * weight[2] * weight[3];
        Ok((output, 2.0 * values(output) * terms as f64))
    }

    fn transposed(&self, config: ConvTranspose2dConfig) -> Result<([usize; 4], f64), ShapeError> {
        let (weight, _) = Convolution::Transposed(config).weights();
        let ConvTranspose2dConfig {
            stride,
            padding,
            output_padding,
            ..
        } = config;
        let geometry = Geometry::transposed(self.shape, weight, stride, padding, output_padding)?;
        let terms = weight[1] * weight[2] * weight[3];
        Ok((
            geometry.image_shape(),
            2.0 * values(self.shape) * terms as f64,
        ))
    }
}

fn values(shape: [usize; 4]) -> f64 {
    shape.iter().map(|size| *size as f64).product()
}
