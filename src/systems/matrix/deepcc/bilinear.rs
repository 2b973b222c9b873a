//! The matrix B of the bilinear joint, which is learned with the rest.

use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::network::values;
use crate::nn::optim::Adam;
use crate::systems::TrainError;

/// log B, [row clusters, column clusters], and its optimizer. It is small and stays on the CPU.
pub(super) struct Bilinear {
    logits: Tensor<2>,
    pub(super) adam: Adam,
}

impl Bilinear {
    /// As after [`Self::restart`].
    pub(super) fn new(row_clusters: usize, column_clusters: usize, rng: &mut ChaCha8Rng) -> Self {
        let zeros = vec![0.0; row_clusters * column_clusters];
        let mut bilinear = Self {
            logits: constant(zeros, [row_clusters, column_clusters]),
            adam: Adam::default(),
        };
        bilinear.restart(rng);
        bilinear
    }

    /// Pairs every row cluster with a column cluster, so that the joint is not independent at the start, with a little noise.
    pub(super) fn restart(&mut self, rng: &mut ChaCha8Rng) {
        let [row_clusters, column_clusters] = self.logits.dims();
        let mut logits = Vec::with_capacity(row_clusters * column_clusters);
        for row in 0..row_clusters {
            for column in 0..column_clusters {
                let paired = row % column_clusters == column || column % row_clusters == row;
                let noise: f32 = StandardNormal.sample(rng);
                logits.push(f32::from(u8::from(paired)) + 0.1 * noise);
            }
        }
        self.set(logits);
        self.adam = Adam::default();
    }

    pub(super) fn values(&self) -> Result<Vec<f32>, TrainError> {
        values(self.logits.clone())
    }

    /// log B in double precision.
    pub(super) fn logits(&self) -> Result<Vec<f64>, TrainError> {
        Ok(self.values()?.into_iter().map(f64::from).collect())
    }

    pub(super) fn tensor(&self) -> &Tensor<2> {
        &self.logits
    }

    pub(super) fn set(&mut self, logits: Vec<f32>) {
        self.logits = constant(logits, self.logits.dims());
    }

    /// One step of Adam.
    pub(super) fn update(&mut self, gradient: &[f64], learning_rate: f64) {
        let gradient = gradient.iter().map(|value| *value as f32).collect();
        let gradient = constant(gradient, self.logits.dims());
        self.adam.begin_step();
        self.logits = self
            .adam
            .update(0, self.logits.clone(), gradient, learning_rate, 0.0);
    }
}

fn constant(values: Vec<f32>, shape: [usize; 2]) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}
