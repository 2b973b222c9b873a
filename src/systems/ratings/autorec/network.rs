//! The autoencoder: h(r) = f(W·g(V·r + μ) + b).

use std::sync::Arc;

use burn::module::{Module, Param, ParamId};
use burn::tensor::{Device, Tensor, TensorData, activation};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::config::{Activation, AutoRecConfig};
use crate::nn::activation::Function;
use crate::nn::sparse::{self, Observed};

/// An affine layer. weights: [inputs, outputs] of hidden layers; see [`AutoRec`] for the outer two.
#[derive(Module, Debug)]
pub(super) struct Layer {
    pub(super) weights: Param<Tensor<2>>,
    pub(super) bias: Param<Tensor<1>>,
}

/// An autoencoder of sparse rows with n inputs and as many outputs.
///
/// The outer layers keep one row for each input and output (V transposed: [n, first hidden], W: [n, last hidden]), which the sparse
/// kernels read.
#[derive(Module, Debug)]
pub(super) struct AutoRec {
    /// Vᵀ: [n, first hidden] and μ: [first hidden].
    pub(super) encoder: Layer,
    /// Layers between hidden layers.
    pub(super) middle: Vec<Layer>,
    /// W: [n, last hidden] and b: [n].
    pub(super) decoder: Layer,
}

/// The functions around the layers, and where the outputs lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Functions {
    /// g
    pub(super) encoder: Activation,
    /// f
    pub(super) decoder: Activation,
    /// Smallest and largest rating, minus the offset.
    pub(super) scale: (f32, f32),
}

impl Activation {
    pub(super) fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Identity => x,
            Self::Sigmoid => activation::sigmoid(x),
            Self::Relu => activation::relu(x),
            Self::Tanh => activation::tanh(x),
        }
    }

    fn of_layer(self) -> Function {
        match self {
            Self::Identity => Function::Identity,
            Self::Sigmoid => Function::Sigmoid,
            Self::Relu => Function::Relu,
            Self::Tanh => Function::Tanh,
        }
    }

    /// The slope where the function has these values.
    pub(super) fn slope<const D: usize>(self, values: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Identity => values.ones_like(),
            Self::Sigmoid => values.clone() - values.square(),
            Self::Relu => values.sign(),
            Self::Tanh => values.square().neg() + 1.0,
        }
    }

    /// True if its values lie in an interval.
    pub(super) fn is_bounded(self) -> bool {
        matches!(self, Self::Sigmoid | Self::Tanh)
    }
}

impl Functions {
    /// f of the last layer's values, stretched to the rating scale if f is bounded.
    pub(super) fn output<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let (low, high) = self.scale;
        match self.decoder {
            Activation::Sigmoid => activation::sigmoid(x) * (high - low) + low,
            Activation::Tanh => activation::tanh(x) * ((high - low) / 2.0) + (high + low) / 2.0,
            Activation::Identity | Activation::Relu => self.decoder.apply(x),
        }
    }
}

impl Functions {
    /// The same for one value.
    pub(super) fn output_of(&self, x: f32) -> f32 {
        let (low, high) = self.scale;
        match self.decoder {
            Activation::Identity => x,
            Activation::Sigmoid => low + (high - low) / (1.0 + (-x).exp()),
            Activation::Relu => x.max(0.0),
            Activation::Tanh => f32::midpoint(low, high) + (high - low) / 2.0 * x.tanh(),
        }
    }
}

/// Draws the initial parameters of one layer after another, with ids that are the same in every run.
pub(super) struct Initializer<'a> {
    /// Zeros without one.
    rng: Option<&'a mut ChaCha8Rng>,
    device: &'a Device,
    next_id: u64,
}

impl<'a> Initializer<'a> {
    pub(super) fn new(rng: Option<&'a mut ChaCha8Rng>, device: &'a Device) -> Self {
        Self {
            rng,
            device,
            next_id: 1,
        }
    }

    /// N(0, deviation²) weights and N(0, 0.001²) biases, as the authors' code.
    pub(super) fn layer(&mut self, weights: [usize; 2], bias: usize, deviation: f32) -> Layer {
        Layer {
            weights: self.parameter(weights, deviation),
            bias: self.parameter([bias], 0.001),
        }
    }

    /// A layer between hidden layers: Glorot's deviation.
    pub(super) fn hidden_layer(&mut self, inputs: usize, outputs: usize) -> Layer {
        let deviation = (2.0 / (inputs + outputs) as f32).sqrt();
        self.layer([inputs, outputs], outputs, deviation)
    }

    fn parameter<const D: usize>(&mut self, shape: [usize; D], deviation: f32) -> Param<Tensor<D>> {
        let mut values = vec![0.0f32; shape.iter().product()];
        if let Some(rng) = &mut self.rng {
            for value in &mut values {
                let draw: f32 = StandardNormal.sample(rng);
                *value = deviation * draw;
            }
        }
        let mut tensor = Tensor::from_data(TensorData::new(values, shape), self.device);
        if self.device.is_autodiff() {
            tensor = tensor.require_grad();
        }
        let id = ParamId::from(self.next_id);
        self.next_id += 1;
        Param::initialized(id, tensor)
    }
}

impl AutoRec {
    /// For rows of `inputs` ratings: random weights, or zeros without a generator.
    pub(super) fn new(
        config: &AutoRecConfig,
        inputs: usize,
        rng: Option<&mut ChaCha8Rng>,
        device: &Device,
    ) -> Self {
        let mut initializer = Initializer::new(rng, device);
        let hidden = &config.hidden;
        let (first, last) = (hidden[0], hidden[hidden.len() - 1]);
        Self {
            encoder: initializer.layer([inputs, first], first, 0.01),
            decoder: initializer.layer([inputs, last], inputs, 0.01),
            middle: hidden
                .windows(2)
                .map(|sizes| initializer.hidden_layer(sizes[0], sizes[1]))
                .collect(),
        }
    }

    /// The last hidden values of each row → [rows, last hidden].
    pub(super) fn encode(&self, input: &Arc<Observed>, functions: &Functions) -> Tensor<2> {
        let layer = &self.encoder;
        let function = functions.encoder.of_layer();
        let first = sparse::encode(layer.weights.val(), layer.bias.val(), input, function);
        self.hidden(first, functions)
    }

    /// The same from dense rows. input: [rows, n], 0 where unobserved.
    pub(super) fn encode_dense(&self, input: Tensor<2>, functions: &Functions) -> Tensor<2> {
        let layer = &self.encoder;
        let sums = input.matmul(layer.weights.val()) + layer.bias.val().unsqueeze();
        self.hidden(functions.encoder.apply(sums), functions)
    }

    /// The last hidden values from the first.
    fn hidden(&self, first: Tensor<2>, functions: &Functions) -> Tensor<2> {
        let g = functions.encoder;
        self.middle.iter().fold(first, |values, layer| {
            g.apply(values.matmul(layer.weights.val()) + layer.bias.val().unsqueeze())
        })
    }

    /// h(r) at the given cells. hidden: [rows, last hidden] → [cells].
    pub(super) fn decode(
        &self,
        hidden: Tensor<2>,
        cells: &Arc<Observed>,
        functions: &Functions,
    ) -> Tensor<1> {
        functions.output(self.scores(hidden, cells))
    }

    /// W·g + b at the given cells: before f. hidden: [rows, last hidden] → [cells].
    pub(super) fn scores(&self, hidden: Tensor<2>, cells: &Arc<Observed>) -> Tensor<1> {
        let layer = &self.decoder;
        sparse::decode(hidden, layer.weights.val(), layer.bias.val(), cells)
    }

    /// How much W·g + b of each given cell grows with the cell's own input, at these hidden values: Σ_k W_k g'_k V_k, of a network with one hidden layer.
    /// hidden: [rows, hidden] → [cells].
    pub(super) fn own_slopes(
        &self,
        hidden: Tensor<2>,
        cells: &Arc<Observed>,
        functions: &Functions,
    ) -> Tensor<1> {
        let none = self.decoder.bias.val().zeros_like();
        let slopes = functions.encoder.slope(hidden);
        sparse::decode(slopes, self.round_trip(), none, cells)
    }

    /// The same everywhere. hidden: [rows, hidden] → [rows, n].
    pub(super) fn own_slopes_dense(&self, hidden: Tensor<2>, functions: &Functions) -> Tensor<2> {
        let slopes = functions.encoder.slope(hidden);
        slopes.matmul(self.round_trip().transpose())
    }

    /// W ∘ Vᵀ: from an input to the output of the same number, by each hidden unit. [n, hidden]
    fn round_trip(&self) -> Tensor<2> {
        self.decoder.weights.val() * self.encoder.weights.val()
    }

    /// W·g + b everywhere. hidden: [rows, last hidden] → [rows, n].
    pub(super) fn scores_dense(&self, hidden: Tensor<2>) -> Tensor<2> {
        let layer = &self.decoder;
        hidden.matmul(layer.weights.val().transpose()) + layer.bias.val().unsqueeze()
    }

    /// No weights, to hold a place.
    pub(super) fn empty(device: &Device) -> Self {
        let layer = || Layer {
            weights: Param::initialized(ParamId::from(0), Tensor::zeros([0, 0], device)),
            bias: Param::initialized(ParamId::from(0), Tensor::zeros([0], device)),
        };
        Self {
            encoder: layer(),
            middle: Vec::new(),
            decoder: layer(),
        }
    }

    /// Every layer with its name in a checkpoint.
    pub(super) fn layers(&self) -> impl Iterator<Item = (String, &Layer)> {
        let middle = self.middle.iter().enumerate();
        [("encoder".to_owned(), &self.encoder)]
            .into_iter()
            .chain(middle.map(|(index, layer)| (format!("hidden_{}", index + 1), layer)))
            .chain([("decoder".to_owned(), &self.decoder)])
    }

    /// The same, to change.
    pub(super) fn layers_mut(&mut self) -> impl Iterator<Item = (String, &mut Layer)> {
        let middle = self.middle.iter_mut().enumerate();
        [("encoder".to_owned(), &mut self.encoder)]
            .into_iter()
            .chain(middle.map(|(index, layer)| (format!("hidden_{}", index + 1), layer)))
            .chain([("decoder".to_owned(), &mut self.decoder)])
    }

    /// (‖W‖² + ‖V‖²) / 2, with the hidden layers' weights where there are several → [1], off the tape.
    pub(super) fn half_squared_norm(&self) -> Tensor<1> {
        self.middle.iter().chain([&self.decoder]).fold(
            sparse::half_squared_norm(self.encoder.weights.val().inner()),
            |sum, layer| sum + sparse::half_squared_norm(layer.weights.val().inner()),
        )
    }
}
