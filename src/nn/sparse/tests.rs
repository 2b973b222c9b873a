//! The sparse layers against the dense formula.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData, activation};
use proptest::prelude::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::{Observed, decode, encode, half_squared_norm};
use crate::data::Sparse;
use crate::nn::activation::Function;

/// A random problem: the matrix with its mask (dense and sparse) and weights.
struct Case {
    observed: Arc<Observed>,
    values: Tensor<2>,
    mask: Tensor<2>,
    encoder: Tensor<2>,
    encoder_bias: Tensor<1>,
    decoder: Tensor<2>,
    bias: Tensor<1>,
}

fn case(rows: usize, columns: usize, width: usize, density: f64, seed: u64) -> Case {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let device = Device::flex().autodiff();
    let mut offsets = vec![0];
    let (mut indices, mut values) = (Vec::new(), Vec::new());
    let mut dense = vec![0.0f32; rows * columns];
    let mut mask = dense.clone();
    for row in 0..rows {
        for column in 0..columns {
            if rng.random::<f64>() < density {
                let value = rng.random_range(-1.0..1.0f32);
                indices.push(column as u32);
                values.push(value);
                dense[row * columns + column] = value;
                mask[row * columns + column] = 1.0;
            }
        }
        offsets.push(indices.len());
    }
    let mut random = |shape: [usize; 2]| {
        let values: Vec<f32> = (0..shape[0] * shape[1])
            .map(|_| rng.random_range(-0.5..0.5))
            .collect();
        Tensor::<2>::from_data(TensorData::new(values, shape), &device).require_grad()
    };
    Case {
        encoder: random([columns, width]),
        encoder_bias: random([1, width]).reshape([width]).detach().require_grad(),
        decoder: random([columns, width]),
        bias: random([1, columns])
            .reshape([columns])
            .detach()
            .require_grad(),
        observed: Arc::new(Observed::new(Sparse::from_parts(
            columns, offsets, indices, values,
        ))),
        values: Tensor::from_data(TensorData::new(dense, [rows, columns]), &device),
        mask: Tensor::from_data(TensorData::new(mask, [rows, columns]), &device),
    }
}

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.try_into_vec_as().expect("on the CPU")
}

/// Outputs at the observed cells and the gradients of weights and biases, for the loss `Σ sin(outputs)`, whose gradient differs
/// from cell to cell.
fn sparse(case: &Case, function: Function) -> [Vec<f32>; 5] {
    let hidden = encode(
        case.encoder.clone(),
        case.encoder_bias.clone(),
        &case.observed,
        function,
    );
    let out = decode(
        hidden,
        case.decoder.clone(),
        case.bias.clone(),
        &case.observed,
    );
    let grads = out.clone().sin().sum().backward();
    [
        floats(out),
        floats(case.encoder.grad(&grads).expect("a gradient")),
        floats(case.encoder_bias.grad(&grads).expect("a gradient")),
        floats(case.decoder.grad(&grads).expect("a gradient")),
        floats(case.bias.grad(&grads).expect("a gradient")),
    ]
}

fn dense(case: &Case, function: Function) -> [Vec<f32>; 5] {
    let product = case.values.clone().matmul(case.encoder.clone());
    let sums = product + case.encoder_bias.clone().unsqueeze();
    let hidden = match function {
        Function::Identity => sums,
        Function::Tanh => sums.tanh(),
        Function::Sigmoid => activation::sigmoid(sums),
        Function::Relu => activation::relu(sums),
    };
    let out = hidden.matmul(case.decoder.clone().transpose()) + case.bias.clone().unsqueeze();
    let grads = (out.clone().sin() * case.mask.clone()).sum().backward();
    let observed = floats(case.mask.clone());
    let out = floats(out)
        .into_iter()
        .zip(observed)
        .filter(|(_, observed)| *observed > 0.0)
        .map(|(out, _)| out)
        .collect();
    [
        out,
        floats(case.encoder.grad(&grads).expect("a gradient")),
        floats(case.encoder_bias.grad(&grads).expect("a gradient")),
        floats(case.decoder.grad(&grads).expect("a gradient")),
        floats(case.bias.grad(&grads).expect("a gradient")),
    ]
}

/// Within 1e-5 of the dense formula, relative to the largest value.
fn assert_close(sparse: &[f32], dense: &[f32], what: &str) {
    assert_eq!(sparse.len(), dense.len(), "{what}");
    let largest = dense.iter().fold(1.0f32, |largest, v| largest.max(v.abs()));
    for (index, (sparse, dense)) in sparse.iter().zip(dense).enumerate() {
        assert!(
            (sparse - dense).abs() <= 1e-5 * largest,
            "{what}[{index}]: {sparse} and {dense}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn forward_and_backward_equal_the_dense_formula(
        rows in 1usize..40,
        columns in 1usize..50,
        width in 1usize..200,
        density in 0.0..0.6f64,
        seed in any::<u64>(),
    ) {
        let case = case(rows, columns, width, density, seed);
        let functions = [
            Function::Identity,
            Function::Tanh,
            Function::Sigmoid,
            Function::Relu,
        ];
        let function = functions[seed as usize % functions.len()];
        let names = ["outputs", "encoder", "encoder bias", "decoder", "bias"];
        let both = (sparse(&case, function), dense(&case, function));
        for ((sparse, dense), name) in both.0.iter().zip(&both.1).zip(names) {
            assert_close(sparse, dense, &format!("{function:?}, {name}"));
        }
    }
}

#[test]
fn many_rows_and_a_wide_layer_equal_the_dense_formula() {
    let case = case(700, 900, 500, 0.05, 1);
    for (sparse, dense) in sparse(&case, Function::Sigmoid)
        .iter()
        .zip(&dense(&case, Function::Sigmoid))
    {
        assert_close(sparse, dense, "700 × 900 × 500");
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let on = |threads: usize| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads")
            .install(|| sparse(&case(400, 300, 70, 0.1, 2), Function::Sigmoid))
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn half_the_squared_norm_of_weights() {
    let weights = Tensor::<2>::from_floats([[3.0, -4.0], [0.0, 2.0]], &Device::flex());
    assert_eq!(floats(half_squared_norm(weights)), [14.5]);
}
