//! One side's networks: an autoencoder and the inference net on its codes.

use burn::tensor::{Device, Tensor, TensorData, activation};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::config::Activation;

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
    /// Whether P_ae counts it.
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
    pub(super) fn apply(self, x: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Tanh => activation::tanh(x),
            Self::Relu => activation::relu(x),
        }
    }
}

impl Layer {
    /// Weights uniform within ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010).
    fn new(inputs: usize, outputs: usize, bias: f32, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let bound = (6.0 / (inputs + outputs) as f32).sqrt();
        let weights: Vec<f32> = (0..inputs * outputs)
            .map(|_| rng.random_range(-bound..bound))
            .collect();
        Self {
            weights: parameter(weights, [inputs, outputs], device),
            bias: parameter(vec![bias; outputs], [1, outputs], device),
        }
    }

    /// x W + b: [n, inputs] → [n, outputs].
    pub(super) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        x.matmul(self.weights.clone()) + self.bias.clone()
    }
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
            for last in [encoder.last_mut(), decoder.first_mut()].into_iter().flatten() {
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
                add(name.clone(), "weights", &mut layer.weights, place, part.is_none());
                add(name, "bias", &mut layer.bias, place, false);
            }
        }
        if let Some([encoder, decoder]) = &mut self.linear {
            add("linear".to_owned(), "encoder", encoder, Part::Linear, false);
            add("linear".to_owned(), "decoder", decoder, Part::Linear, false);
        }
        all
    }

    /// What `encoder[i]` makes of what it reads; the code is linear.
    pub(super) fn encode_layer(&self, index: usize, values: Tensor<2>) -> Tensor<2> {
        let out = self.encoder[index].forward(values);
        if index + 1 == self.encoder.len() {
            out
        } else {
            self.activation.apply(out)
        }
    }

    /// The way back through `decoder[i]`; the output is linear.
    pub(super) fn decode_layer(&self, index: usize, values: Tensor<2>) -> Tensor<2> {
        let out = self.decoder[index].forward(values);
        if index == 0 {
            out
        } else {
            self.activation.apply(out)
        }
    }

    /// The values of every layer, from the input to the code.
    pub(super) fn encode(&self, input: Tensor<2>) -> Vec<Tensor<2>> {
        let mut values = vec![input.clone()];
        for index in 0..self.encoder.len() {
            let next = self.encode_layer(index, values[index].clone());
            values.push(next);
        }
        if let (Some([encoder, _]), Some(code)) = (&self.linear, values.last_mut()) {
            *code = code.clone() + input.matmul(encoder.clone());
        }
        values
    }

    /// The reconstruction of the input from the code.
    pub(super) fn decode(&self, code: Tensor<2>) -> Tensor<2> {
        let mut values = code.clone();
        for index in (0..self.decoder.len()).rev() {
            values = self.decode_layer(index, values);
        }
        match &self.linear {
            Some([_, decoder]) => values + code.matmul(decoder.clone()),
            None => values,
        }
    }

    /// The last layer of the inference net before the softmax: codes [n, code] → [n, clusters].
    pub(super) fn logits(&self, code: Tensor<2>) -> Tensor<2> {
        let mut values = match self.code_scale {
            1.0 => code,
            scale => code.div_scalar(scale),
        };
        for (index, layer) in self.inference.iter().enumerate() {
            values = layer.forward(values);
            if index + 1 < self.inference.len() {
                values = self.activation.apply(values);
            }
        }
        values
    }
}
