//! The ops against the same in burn's own.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData, activation};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::{Rows, errors_of_rows, layer, layer_of_rows, squared_distances, times_of_rows};
use crate::data::Sparse;
use crate::nn::activation::Function;
use crate::nn::sparse::Observed;

struct Draw {
    rng: ChaCha8Rng,
    device: Device,
}

impl Draw {
    fn new() -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(9),
            device: Device::flex().autodiff(),
        }
    }

    fn values(&mut self, count: usize) -> Vec<f32> {
        (0..count)
            .map(|_| self.rng.random_range(-1.0..1.0))
            .collect()
    }

    fn tensor(&mut self, shape: [usize; 2]) -> Tensor<2> {
        let values = self.values(shape[0] * shape[1]);
        Tensor::from_data(TensorData::new(values, shape), &self.device).require_grad()
    }

    fn constant(&self, values: &[f32], shape: [usize; 2]) -> Tensor<2> {
        Tensor::from_data(TensorData::new(values.to_vec(), shape), &self.device)
    }

    /// Dense and sparse rows of the same values, with these as a tensor.
    fn rows(&mut self, n: usize, inputs: usize) -> (Tensor<2>, [Arc<Rows>; 2]) {
        let cells = self.values(n * inputs);
        let left = self.values(n * 2);
        let right = self.values(inputs * 2);
        let all: Vec<f32> = (0..n * inputs)
            .map(|at| {
                let (row, column) = (at / inputs, at % inputs);
                cells[at]
                    - left[row * 2] * right[column * 2]
                    - left[row * 2 + 1] * right[column * 2 + 1]
            })
            .collect();
        let offsets = (0..=n).map(|row| row * inputs).collect();
        let columns = (0..n).flat_map(|_| 0..inputs as u32).collect();
        let sparse = Sparse::from_parts(inputs, offsets, columns, cells);
        let dense = Rows::dense(all.clone(), inputs);
        let squares = dense.squares().to_vec();
        let sparse = Rows::sparse(Observed::new(sparse), left, Arc::new(right), squares);
        let tensor = self.constant(&all, [n, inputs]);
        (tensor, [Arc::new(dense), Arc::new(sparse)])
    }
}

/// Values and the gradients of a weighted sum of them.
fn measure(out: Tensor<2>, weights: &Tensor<2>, parameters: &[&Tensor<2>]) -> Vec<Vec<f32>> {
    let values = |tensor: Tensor<2>| tensor.try_into_vec_as::<f32>().expect("on the CPU");
    let mut all = vec![values(out.clone().inner())];
    let gradients = (out * weights.clone()).sum().backward();
    for parameter in parameters {
        all.push(values(parameter.grad(&gradients).expect("a gradient")));
    }
    all
}

fn close(ours: &[Vec<f32>], expected: &[Vec<f32>]) {
    assert_eq!(ours.len(), expected.len());
    for (ours, expected) in ours.iter().zip(expected) {
        assert_eq!(ours.len(), expected.len());
        let largest = expected.iter().fold(1.0_f32, |most, v| most.max(v.abs()));
        for (ours, expected) in ours.iter().zip(expected) {
            assert!(
                (ours - expected).abs() < 1e-5 * largest,
                "{ours} and {expected}"
            );
        }
    }
}

#[test]
fn layers_equal_burns() {
    let mut draw = Draw::new();
    let (n, inputs, outputs) = (150, 21, 18);
    let (x, rows) = draw.rows(n, inputs);
    let (w, b) = (draw.tensor([inputs, outputs]), draw.tensor([1, outputs]));
    let z = draw.tensor([n, inputs]);
    let weights = draw.values(n * outputs);
    let weights = draw.constant(&weights, [n, outputs]);
    for function in [
        Function::Identity,
        Function::Tanh,
        Function::Sigmoid,
        Function::Relu,
    ] {
        let by_burn = |x: Tensor<2>| {
            let sums = x.matmul(w.clone()) + b.clone();
            match function {
                Function::Identity => sums,
                Function::Tanh => activation::tanh(sums),
                Function::Sigmoid => activation::sigmoid(sums),
                Function::Relu => activation::relu(sums),
            }
        };
        let ours = layer(z.clone(), w.clone(), b.clone(), function);
        close(
            &measure(ours, &weights, &[&z, &w, &b]),
            &measure(by_burn(z.clone()), &weights, &[&z, &w, &b]),
        );
        let expected = measure(by_burn(x.clone()), &weights, &[&w, &b]);
        for rows in &rows {
            let ours = layer_of_rows(rows, w.clone(), b.clone(), function);
            close(&measure(ours, &weights, &[&w, &b]), &expected);
        }
    }
    let expected = measure(x.matmul(w.clone()), &weights, &[&w]);
    for rows in &rows {
        let ours = times_of_rows(rows, w.clone());
        close(&measure(ours, &weights, &[&w]), &expected);
    }
}

#[test]
fn errors_equal_burns_whichever_way_they_are_computed() {
    let mut draw = Draw::new();
    // Few hidden units go by the Gram matrix, many go directly.
    for (n, inputs, hidden, parts) in [(90, 33, 5, 2), (20, 33, 70, 1), (20, 33, 140, 2)] {
        let (x, rows) = draw.rows(n, inputs);
        let z = draw.tensor([n * parts, hidden]);
        let (w, b) = (draw.tensor([hidden, inputs]), draw.tensor([1, inputs]));
        let weights = draw.values(n * parts);
        let weights = draw.constant(&weights, [n * parts, 1]);
        let repeated = Tensor::cat(vec![x; parts], 0);
        let by_burn = (repeated - (z.clone().matmul(w.clone()) + b.clone()))
            .square()
            .sum_dim(1);
        let expected = measure(by_burn, &weights, &[&z, &w, &b]);
        for rows in &rows {
            let ours = errors_of_rows(rows, z.clone(), w.clone(), b.clone());
            close(&measure(ours, &weights, &[&z, &w, &b]), &expected);
        }
    }
}

#[test]
fn errors_of_two_sparse_rows_equal_those_by_hand() {
    let draw = Draw::new();
    // X = (1 0; 0 2), of which two cells are there; z = (1; 2), W = (3 -1), b = (0.5 1): z W + b = (3.5 0; 6.5 -1).
    let cells = Sparse::from_parts(2, vec![0, 1, 2], vec![0, 1], vec![1.0, 2.0]);
    let right = Arc::new(Vec::new());
    let rows = Rows::sparse(Observed::new(cells), Vec::new(), right, vec![1.0, 4.0]);
    let [z, w, b] = [
        ([1.0, 2.0], [2, 1]),
        ([3.0, -1.0], [1, 2]),
        ([0.5, 1.0], [1, 2]),
    ]
    .map(|(values, shape)| draw.constant(&values, shape).require_grad());
    let ones = draw.constant(&[1.0, 1.0], [2, 1]);
    let errors = errors_of_rows(&Arc::new(rows), z.clone(), w.clone(), b.clone());
    let ours = measure(errors, &ones, &[&z, &w, &b]);
    // With r the residuals (2.5 0; 6.5 -3): 2 r Wᵀ, 2 zᵀ r and the sums of 2 r.
    let expected = [
        vec![6.25, 51.25],
        vec![15.0, 45.0],
        vec![31.0, -12.0],
        vec![18.0, -6.0],
    ];
    close(&ours, &expected);
}

#[test]
fn distances_equal_burns() {
    let mut draw = Draw::new();
    let (u, v) = (draw.tensor([70, 19]), draw.tensor([70, 19]));
    let weights = draw.values(70);
    let weights = draw.constant(&weights, [70, 1]);
    let by_burn = (u.clone() - v.clone()).square().sum_dim(1);
    let ours = squared_distances(u.clone(), v.clone());
    close(
        &measure(ours, &weights, &[&u, &v]),
        &measure(by_burn, &weights, &[&u, &v]),
    );
}
