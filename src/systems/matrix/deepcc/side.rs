//! One side of the model, rows or columns, while it is trained.

use burn::tensor::{Device, Gradients, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;

use super::batch::{Batch, Source, mean_error};
use super::config::Reconstruction;
use super::network::{Part, Shape, SideNetwork, parameter, values};
use crate::data::Cells;
use crate::nn::dense::squared_distances;
use crate::nn::gemm::{View, product};
use crate::nn::optim::Adam;
use crate::nn::sparse;
use crate::nn::svd::right_singular_vectors;
use crate::systems::TrainError;

/// The official code's weight of a layer's error while it is pretrained alone.
const LAYER_ERROR: f64 = 5.0;

/// Input, networks and optimizer of one side.
pub(super) struct Side {
    pub(super) shape: Shape,
    pub(super) source: Source,
    /// All rows, where every update takes them.
    whole: Option<Batch>,
    /// Rows of a batch.
    batch: usize,
    pub(super) network: SideNetwork,
    pub(super) adam: Adam,
    device: Device,
}

/// The output of the networks for some rows.
pub(super) struct Forward {
    /// The reconstruction error, [1].
    pub(super) reconstruction: Tensor<1>,
    /// z, [rows, code]
    pub(super) code: Tensor<2>,
    /// Before the softmax, [rows, clusters].
    pub(super) logits: Tensor<2>,
}

/// How one update changes the parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Update {
    pub(super) learning_rate: f64,
    /// λ2, of the weights that P_ae counts.
    pub(super) weight_decay: f64,
}

impl Side {
    /// `device` is one with gradients; `batch` the rows of each update, all without.
    pub(super) fn new(
        shape: Shape,
        source: Source,
        batch: Option<usize>,
        rng: &mut ChaCha8Rng,
        device: &Device,
    ) -> Self {
        let network = SideNetwork::new(&shape, rng, device);
        let rows = source.rows();
        let batch = batch.unwrap_or(rows).min(source.most_rows());
        Self {
            whole: (batch >= rows).then(|| source.whole()),
            batch: batch.min(rows),
            shape,
            source,
            network,
            adam: Adam::default(),
            device: device.clone(),
        }
    }

    /// Batches of one pass over the rows.
    pub(super) fn batches(&self) -> usize {
        self.source.rows().div_ceil(self.batch)
    }

    pub(super) fn rows_of_a_batch(&self) -> usize {
        self.batch
    }

    /// The batch of these rows, which are all if that is what a batch takes.
    pub(super) fn batch(&self, rows: &[u32]) -> Batch {
        match &self.whole {
            Some(whole) => whole.clone(),
            None => self.source.batch(rows),
        }
    }

    /// New weights and a new optimizer.
    pub(super) fn restart(&mut self, rng: &mut ChaCha8Rng) {
        self.network = SideNetwork::new(&self.shape, rng, &self.device);
        self.adam = Adam::default();
    }

    /// Puts the linear path on the truncated singular value decomposition X ≈ X V Vᵀ.
    pub(super) fn decompose(&mut self, rng: &mut ChaCha8Rng) {
        let Some(linear) = &mut self.network.linear else {
            return;
        };
        let scaled = self.source.scaled();
        let (rows, inputs, rank) = (scaled.rows(), scaled.inputs(), scaled.rank);
        let code = self.shape.inference[0];
        let vectors = match &scaled.cells {
            Cells::Dense(dense) => {
                let x = View::new(dense.values(), inputs);
                right_singular_vectors(
                    (rows, inputs),
                    code,
                    |block, width| product(x, View::new(block, width)),
                    |block, width| product(x.transposed(), View::new(block, width)),
                    rng,
                )
            }
            Cells::Sparse(cells) => {
                let observed = sparse::Observed::new(cells.as_ref().clone());
                let subtract =
                    |mut out: Vec<f32>, [first, second]: [&[f32]; 2], block: &[f32], width| {
                        if rank > 0 {
                            let inner = product(
                                View::new(second, rank).transposed(),
                                View::new(block, width),
                            );
                            let minus: Vec<f32> = inner.iter().map(|value| -value).collect();
                            crate::nn::gemm::product_into(
                                View::new(first, rank),
                                View::new(&minus, width),
                                1.0,
                                &mut out,
                            );
                        }
                        out
                    };
                let (left, right) = (scaled.left.as_slice(), scaled.right.as_slice());
                right_singular_vectors(
                    (rows, inputs),
                    code,
                    |block, width| {
                        let out = sparse::product(&observed, block, width);
                        subtract(out, [left, right], block, width)
                    },
                    |block, width| {
                        let out = sparse::transposed_product(&observed, block, width);
                        subtract(out, [right, left], block, width)
                    },
                    rng,
                )
            }
        };
        let found = vectors.len() / inputs;
        let mut transposed = vec![0.0; code * inputs];
        let mut wide = vec![0.0; inputs * code];
        for (input, row) in vectors.chunks_exact(found).enumerate() {
            for (at, value) in row.iter().enumerate() {
                wide[input * code + at] = *value;
                transposed[at * inputs + input] = *value;
            }
        }
        *linear = [
            parameter(wide, [inputs, code], &self.device),
            parameter(transposed, [code, inputs], &self.device),
        ];
    }

    /// The gradient of a loss in every parameter, by number: none where the loss does not depend on it. Without that of P_ae.
    pub(super) fn gradients(&mut self, loss: Tensor<1>) -> Vec<Option<Tensor<2>>> {
        let mut gradients: Gradients = loss.backward();
        let parameters = self.network.parameters().into_iter();
        parameters
            .map(|parameter| parameter.tensor.grad_remove(&mut gradients))
            .collect()
    }

    /// One step of `part` of the parameters down the gradient of a loss.
    pub(super) fn update(&mut self, loss: Tensor<1>, update: Update, part: impl Fn(Part) -> bool) {
        let gradients = self.gradients(loss);
        self.adam.begin_step();
        let parameters = self.network.parameters().into_iter().zip(gradients);
        for (number, (parameter, gradient)) in parameters.enumerate() {
            let Some(gradient) = gradient.filter(|_| part(parameter.part)) else {
                continue;
            };
            let decay = if parameter.decays {
                update.weight_decay
            } else {
                0.0
            };
            // The optimizer works in place if nobody else holds the values.
            let empty = Tensor::zeros([0, 0], &self.device);
            let old = std::mem::replace(parameter.tensor, empty).inner();
            let new = self
                .adam
                .update(number, old, gradient, update.learning_rate, decay);
            *parameter.tensor = Tensor::from_inner(new).require_grad();
        }
    }

    /// The loss of pretraining all layers together: the reconstruction error.
    pub(super) fn autoencoder_loss(&self, batch: &Batch, kind: Reconstruction) -> Tensor<1> {
        let values = self.network.encode(batch);
        self.network.reconstruction(batch, &values, kind, false)
    }

    /// The official code's loss of one pair of layers: 5 times the error of the values before it. `input` holds these values, off the tape,
    /// of any but the first.
    pub(super) fn layer_loss(
        &self,
        batch: &Batch,
        layer: usize,
        input: Option<Tensor<2>>,
        kind: Reconstruction,
    ) -> Tensor<1> {
        let squares = match input {
            None => {
                let values = self.network.encode_up_to(batch, 1);
                self.network.output_errors(batch, values)
            }
            Some(input) => {
                let values = self.network.encode_layer(layer, input.clone());
                squared_distances(input, self.network.decode_layer(layer, values))
            }
        };
        mean_error(squares, kind).mul_scalar(LAYER_ERROR)
    }

    /// The values that `encoder[layer]` reads, off the tape; `None` for the first, which reads the batch.
    pub(super) fn layer_input(&self, batch: &Batch, layer: usize) -> Option<Tensor<2>> {
        (layer > 0).then(|| self.network.encode_up_to(batch, layer).detach())
    }

    /// The cross entropy of the assignments to targets, [rows, clusters], from codes off the tape.
    pub(super) fn assignment_loss(&self, codes: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        let rows = targets.dims()[0] as f64;
        let logits = self.network.logits(codes);
        let logs = burn::tensor::activation::log_softmax(logits, 1);
        (logs * targets).sum().mul_scalar(-1.0 / rows)
    }

    /// The output of the networks for a batch.
    pub(super) fn forward(&self, batch: &Batch, kind: Reconstruction, layers: bool) -> Forward {
        self.network.forward(batch, kind, layers)
    }

    /// A constant on the device: row by row, [rows, columns].
    pub(super) fn constant(&self, values: Vec<f32>, columns: usize) -> Tensor<2> {
        let shape = [values.len() / columns, columns];
        Tensor::from_data(TensorData::new(values, shape), &self.device)
    }

    /// The batches of rows that go through the networks one after the other when nothing is learned.
    pub(super) fn parts(&self) -> Vec<Vec<u32>> {
        let rows: Vec<u32> = (0..self.source.rows() as u32).collect();
        let size = PART.max(self.batch).min(self.source.most_rows());
        rows.chunks(size).map(<[u32]>::to_vec).collect()
    }

    /// The codes of all rows: [rows, code].
    pub(super) fn all_codes(&self) -> Result<Vec<f32>, TrainError> {
        let network = self.network.constant();
        let mut all = Vec::new();
        for part in self.parts() {
            if let Some(code) = network.encode(&self.batch(&part)).pop() {
                all.extend(values(code.inner())?);
            }
        }
        Ok(all)
    }
}

impl SideNetwork {
    /// The output of the networks for a batch.
    pub(super) fn forward(&self, batch: &Batch, kind: Reconstruction, layers: bool) -> Forward {
        let values = self.encode(batch);
        let code = values[values.len() - 1].clone();
        Forward {
            reconstruction: self.reconstruction(batch, &values, kind, layers),
            logits: self.logits(code.clone()),
            code,
        }
    }
}

/// Rows that go through the networks together when nothing is learned.
const PART: usize = 4096;
