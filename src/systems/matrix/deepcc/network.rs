//! One side's networks: an autoencoder and the inference net on its codes.

use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::batch::{Batch, mean_error};
use super::config::{Activation, Reconstruction};
use crate::nn::activation::Function;
use crate::nn::dense::{self, squared_distances};
use crate::nn::sparse::half_squared_norm;
use crate::systems::TrainError;

/// An affine layer. weights: [inputs, outputs], bias: [1, outputs].
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) weights: Tensor<2>,
    pub(super) bias: Tensor<2>,
}

/// Sizes and functions of a side's networks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    /// Inputs, hidden sizes, code: the encoder's; the decoder is the mirror.
    pub(super) autoencoder: Vec<usize>,
    /// Code, hidden sizes, clusters.
    pub(super) inference: Vec<usize>,
    pub(super) activation: Activation,
    pub(super) linear_path: bool,
    pub(super) initial_bias: f32,
}

/// The networks of one side.
#[derive(Debug, Clone)]
pub(super) struct SideNetwork {
    /// From the input to the code.
    pub(super) encoder: Vec<Layer>,
    /// `decoder[i]` goes back from what `encoder[i]` made to what it read.
    pub(super) decoder: Vec<Layer>,
    /// Around encoder and decoder: [inputs, code] and [code, inputs].
    pub(super) linear: Option<[Tensor<2>; 2]>,
    /// From the code to the assignments.
    pub(super) inference: Vec<Layer>,
    pub(super) activation: Activation,
    /// The codes are divided by this before the inference net reads them.
    pub(super) code_scale: f32,
}

/// A parameter of a side's networks.
pub(super) struct Parameter<'a> {
    /// In checkpoints: `encoder_1_weights`.
    pub(super) name: String,
    pub(super) tensor: &'a mut Tensor<2>,
    pub(super) part: Part,
    /// True if P_ae counts it.
    pub(super) decays: bool,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The layers `encoder[i]` and `decoder[i]`, from 0.
    Autoencoder(usize),
    /// The linear path.
    Linear,
    /// The inference net.
    Inference,
}

impl Shape {
    pub(super) fn inputs(&self) -> usize {
        self.autoencoder[0]
    }

    pub(super) fn code(&self) -> usize {
        self.inference[0]
    }

    pub(super) fn clusters(&self) -> usize {
        self.inference[self.inference.len() - 1]
    }

    /// Multiplications of one row's way through the autoencoder.
    pub(super) fn cost(&self) -> usize {
        let layers = self.autoencoder.windows(2).chain(self.inference.windows(2));
        layers.map(|sizes| 2 * sizes[0] * sizes[1]).sum()
    }
}

impl Activation {
    fn function(self) -> Function {
        match self {
            Self::Tanh => Function::Tanh,
            Self::Relu => Function::Relu,
        }
    }
}

impl Layer {
    /// Weights uniform within ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010).
    fn new(
        inputs: usize,
        outputs: usize,
        bias: f32,
        rng: &mut ChaCha8Rng,
        device: &Device,
    ) -> Self {
        let bound = (6.0 / (inputs + outputs) as f32).sqrt();
        let weights: Vec<f32> = (0..inputs * outputs)
            .map(|_| rng.random_range(-bound..bound))
            .collect();
        Self {
            weights: parameter(weights, [inputs, outputs], device),
            bias: parameter(vec![bias; outputs], [1, outputs], device),
        }
    }

    /// f(x W + b): [n, inputs] → [n, outputs].
    fn forward(&self, x: Tensor<2>, function: Function) -> Tensor<2> {
        dense::layer(x, self.weights.clone(), self.bias.clone(), function)
    }
}

/// The values of a tensor.
pub(super) fn values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, TrainError> {
    tensor
        .try_into_vec_as()
        .map_err(|error| TrainError::Device(error.to_string()))
}

/// A tensor that is learned.
pub(super) fn parameter(values: Vec<f32>, shape: [usize; 2], device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, shape), device).require_grad()
}

impl SideNetwork {
    /// Draws the weights. `device` is one with gradients.
    pub(super) fn new(shape: &Shape, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let bias = shape.initial_bias;
        let mut layer = |inputs, outputs| Layer::new(inputs, outputs, bias, rng, device);
        let pairs = || shape.autoencoder.windows(2);
        let mut encoder: Vec<Layer> = pairs().map(|pair| layer(pair[0], pair[1])).collect();
        let mut decoder: Vec<Layer> = pairs().map(|pair| layer(pair[1], pair[0])).collect();
        let inference = shape
            .inference
            .windows(2)
            .map(|pair| layer(pair[0], pair[1]))
            .collect();
        let linear = shape.linear_path.then(|| {
            let (inputs, code) = (shape.inputs(), shape.code());
            let zeros = |shape: [usize; 2]| parameter(vec![0.0; inputs * code], shape, device);
            [zeros([inputs, code]), zeros([code, inputs])]
        });
        if linear.is_some() {
            // The layers begin as nothing: the linear path stands alone.
            for last in [encoder.last_mut(), decoder.first_mut()]
                .into_iter()
                .flatten()
            {
                let [inputs, outputs] = last.weights.dims();
                last.weights = parameter(vec![0.0; inputs * outputs], [inputs, outputs], device);
            }
        }
        Self {
            encoder,
            decoder,
            linear,
            inference,
            activation: shape.activation,
            code_scale: 1.0,
        }
    }

    /// Every parameter, in a fixed order.
    pub(super) fn parameters(&mut self) -> Vec<Parameter<'_>> {
        let mut all = Vec::new();
        let mut add = |name: String, layer: &'static str, tensor, part, decays| {
            all.push(Parameter {
                name: format!("{name}_{layer}"),
                tensor,
                part,
                decays,
            });
        };
        for (kind, layers, part) in [
            ("encoder", &mut self.encoder, None),
            ("decoder", &mut self.decoder, None),
            ("inference", &mut self.inference, Some(Part::Inference)),
        ] {
            for (index, layer) in layers.iter_mut().enumerate() {
                let place = part.unwrap_or(Part::Autoencoder(index));
                let name = format!("{kind}_{}", index + 1);
                add(
                    name.clone(),
                    "weights",
                    &mut layer.weights,
                    place,
                    part.is_none(),
                );
                add(name, "bias", &mut layer.bias, place, false);
            }
        }
        if let Some([encoder, decoder]) = &mut self.linear {
            add("linear".to_owned(), "encoder", encoder, Part::Linear, false);
            add("linear".to_owned(), "decoder", decoder, Part::Linear, false);
        }
        all
    }

    /// The same weights as constants: what is computed with them leaves nothing on the tape, which would hold it until the next update.
    pub(super) fn constant(&self) -> Self {
        let mut constant = self.clone();
        for parameter in constant.parameters() {
            // A detached tensor would still ask for gradients.
            *parameter.tensor = Tensor::from_inner(parameter.tensor.clone().inner());
        }
        constant
    }

    /// The function of `encoder[i]`: the code is linear.
    fn encoder_function(&self, index: usize) -> Function {
        if index + 1 == self.encoder.len() {
            Function::Identity
        } else {
            self.activation.function()
        }
    }

    /// The output of `encoder[i]`, i > 0, for the values before it.
    pub(super) fn encode_layer(&self, index: usize, values: Tensor<2>) -> Tensor<2> {
        self.encoder[index].forward(values, self.encoder_function(index))
    }

    /// The way back through `decoder[i]`, i > 0.
    pub(super) fn decode_layer(&self, index: usize, values: Tensor<2>) -> Tensor<2> {
        self.decoder[index].forward(values, self.activation.function())
    }

    /// The output of the first `layers` layers of the encoder, without the linear path.
    pub(super) fn encode_up_to(&self, input: &Batch, layers: usize) -> Tensor<2> {
        let Layer { weights, bias } = &self.encoder[0];
        let first = input.layer(weights.clone(), bias.clone(), self.encoder_function(0));
        (1..layers).fold(first, |values, index| self.encode_layer(index, values))
    }

    /// The output of every layer of the encoder: the last is the code.
    pub(super) fn encode(&self, input: &Batch) -> Vec<Tensor<2>> {
        let mut values = vec![self.encode_up_to(input, 1)];
        for index in 1..self.encoder.len() {
            let next = self.encode_layer(index, values[index - 1].clone());
            values.push(next);
        }
        if let (Some([encoder, _]), Some(code)) = (&self.linear, values.last_mut()) {
            *code = code.clone() + input.times(encoder.clone());
        }
        values
    }

    /// Squared errors of the input from the values that `decoder[0]` reads, of several reconstructions one below the other.
    pub(super) fn output_errors(&self, input: &Batch, values: Tensor<2>) -> Tensor<2> {
        let Layer { weights, bias } = &self.decoder[0];
        input.squared_errors(values, weights.clone(), bias.clone())
    }

    /// The reconstruction error: of the whole way to the code and back, and, with `layers`, of each layer's alone. `values` is what `encode`
    /// made of the input.
    pub(super) fn reconstruction(
        &self,
        input: &Batch,
        values: &[Tensor<2>],
        kind: Reconstruction,
        layers: bool,
    ) -> Tensor<1> {
        let last = values.len() - 1;
        let code = values[last].clone();
        // The innermost step back is both the first of the whole way and the last layer's own.
        let innermost = (last > 0).then(|| self.decode_layer(last, code.clone()));
        let whole = (1..last).rev().fold(
            innermost.clone().unwrap_or_else(|| code.clone()),
            |back, index| self.decode_layer(index, back),
        );
        let Layer { weights, bias } = &self.decoder[0];
        if let Some([_, decoder]) = &self.linear {
            let squares = input.squared_errors(
                Tensor::cat(vec![whole, code], 1),
                Tensor::cat(vec![weights.clone(), decoder.clone()], 0),
                bias.clone(),
            );
            return mean_error(squares, kind);
        }
        if !layers {
            return mean_error(self.output_errors(input, whole), kind);
        }
        let both = Tensor::cat(vec![whole, values[0].clone()], 0);
        let mut error = mean_error(self.output_errors(input, both), kind).mul_scalar(2.0);
        for index in 1..=last {
            let back = match &innermost {
                Some(innermost) if index == last => innermost.clone(),
                _ => self.decode_layer(index, values[index].clone()),
            };
            let squares = squared_distances(values[index - 1].clone(), back);
            error = error + mean_error(squares, kind);
        }
        error
    }

    /// P_ae, half the squared weights of the autoencoder.
    pub(super) fn weight_decay(&self) -> Result<f64, TrainError> {
        let layers = self.encoder.iter().chain(&self.decoder);
        let mut sum = 0.0;
        for layer in layers {
            let half = half_squared_norm(layer.weights.clone().inner());
            sum += f64::from(values(half)?[0]);
        }
        Ok(sum)
    }

    /// The last layer of the inference net before the softmax: codes [n, code] → [n, clusters].
    pub(super) fn logits(&self, code: Tensor<2>) -> Tensor<2> {
        let mut values = match self.code_scale {
            1.0 => code,
            scale => code.div_scalar(scale),
        };
        for (index, layer) in self.inference.iter().enumerate() {
            let last = index + 1 == self.inference.len();
            let function = if last {
                Function::Identity
            } else {
                self.activation.function()
            };
            values = layer.forward(values, function);
        }
        values
    }
}
