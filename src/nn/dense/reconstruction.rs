//! Squared errors of rows, and of what a linear layer makes of constant ones.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;

use super::layer::dims;
use super::{Rows, kernels};
use crate::nn::activation;
use crate::nn::flex::{slice, tensor};
use crate::nn::gemm::{View, product, product_into, symmetric_product};
use crate::nn::is_flex;

/// ‖u − v‖² of each row.
///
/// u, v: [n, width] → [n, 1].
#[must_use]
pub fn squared_distances(u: Tensor<2>, v: Tensor<2>) -> Tensor<2> {
    if is_flex(&u.device()) {
        let out =
            <Dispatch as ErrorsBackend>::squared_distances(u.into_dispatch(), v.into_dispatch());
        Tensor::from_dispatch(out)
    } else {
        (u - v).square().sum_dim(1)
    }
}

/// ‖x − (z W + b)‖² of each row of constant rows x, of several z one below the other. CPU backend only.
///
/// values: z, [k·n, hidden]; weights: W, [hidden, inputs]; bias: b, [1, inputs] → [k·n, 1].
///
/// With z̃ = (z, 1) and W̃ = (W; b) it is ‖x‖² − 2 z̃ · W̃x + z̃ (W̃W̃ᵀ) z̃ᵀ: no cell of a reconstruction has to be computed. That way is
/// taken for sparse x, and for dense x where it takes fewer multiplications.
#[must_use]
pub fn errors_of_rows(
    x: &Arc<Rows>,
    values: Tensor<2>,
    weights: Tensor<2>,
    bias: Tensor<2>,
) -> Tensor<2> {
    let out = <Dispatch as ErrorsBackend>::errors_of_rows(
        values.into_dispatch(),
        weights.into_dispatch(),
        bias.into_dispatch(),
        Arc::clone(x),
    );
    Tensor::from_dispatch(out)
}

/// The ops behind the functions of this module.
#[backend_extension(Flex, Autodiff)]
pub trait ErrorsBackend: Backend {
    /// See [`squared_distances`].
    fn squared_distances(u: FloatTensor<Self>, v: FloatTensor<Self>) -> FloatTensor<Self>;
    /// See [`errors_of_rows`].
    fn errors_of_rows(
        values: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        x: Arc<Rows>,
    ) -> FloatTensor<Self>;
}

impl ErrorsBackend for Flex {
    fn squared_distances(u: FloatTensor<Self>, v: FloatTensor<Self>) -> FloatTensor<Self> {
        let [n, width] = dims(&u);
        let (u, v) = (u.to_contiguous(), v.to_contiguous());
        tensor(kernels::row_distances(slice(&u), slice(&v), width), [n, 1])
    }

    fn errors_of_rows(
        values: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        x: Arc<Rows>,
    ) -> FloatTensor<Self> {
        forward(&values, &weights, &bias, &x).0
    }
}

impl<C: CheckpointStrategy> ErrorsBackend for Autodiff<Flex, C> {
    fn squared_distances(u: FloatTensor<Self>, v: FloatTensor<Self>) -> FloatTensor<Self> {
        let nodes = [u.node(), v.node()];
        let (u, v) = (u.into_primitive(), v.into_primitive());
        let out = Flex::squared_distances(u.clone(), v.clone());
        match DistancesBackward
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => prep.finish((u, v), out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }

    fn errors_of_rows(
        values: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        x: Arc<Rows>,
    ) -> FloatTensor<Self> {
        let nodes = [values.node(), weights.node(), bias.node()];
        let values = values.into_primitive();
        let weights = weights.into_primitive();
        let bias = bias.into_primitive();
        let (out, way) = forward(&values, &weights, &bias, &x);
        match ErrorsBackward
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => prep.finish((x, values, weights, way), out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }
}

/// `d u = 2 d e (u − v)`, `d v = −d u`.
#[derive(Debug)]
struct DistancesBackward;

impl Backward<Flex, 2> for DistancesBackward {
    type State = (FlexTensor, FlexTensor);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<Flex>(&ops.node).to_contiguous();
        let (u, v) = (ops.state.0.to_contiguous(), ops.state.1.to_contiguous());
        let shape = dims(&u);
        let factors: Vec<f32> = slice(&gradient).iter().map(|d| 2.0 * d).collect();
        let [of_u, of_v] = ops.parents;
        for (parent, first, second) in [(of_u, &u, &v), (of_v, &v, &u)] {
            if let Some(parent) = parent {
                let mut out = vec![0.0; shape[0] * shape[1]];
                kernels::scaled_differences(slice(first), slice(second), &factors, &mut out);
                grads.register::<Flex>(parent.id, tensor(out, shape));
            }
        }
    }
}

/// How the errors were computed, with what their gradient needs.
#[derive(Debug, Clone)]
enum Way {
    /// z W + b − x, [k·n, inputs].
    Direct(Vec<f32>),
    /// By W̃W̃ᵀ.
    Gram {
        /// z̃, [k·n, hidden + 1]
        values: Vec<f32>,
        /// W̃, [hidden + 1, inputs]
        weights: Vec<f32>,
        /// z̃ W̃W̃ᵀ − W̃x, [k·n, hidden + 1]
        differences: Vec<f32>,
    },
}

fn forward(
    values: &FlexTensor,
    weights: &FlexTensor,
    bias: &FlexTensor,
    x: &Rows,
) -> (FlexTensor, Way) {
    let [all, hidden] = dims(values);
    let (n, inputs) = (x.rows(), x.inputs());
    assert!(all.is_multiple_of(n), "every z has a row for each x");
    assert_eq!(
        dims(weights),
        [hidden, inputs],
        "the weights fit values and inputs"
    );
    let (values, weights) = (values.to_contiguous(), weights.to_contiguous());
    let (values, weights) = (slice(&values), slice(&weights));
    let bias = bias.to_contiguous();
    let bias = slice(&bias);
    let direct = 3 * all * hidden * inputs;
    let by_gram = 2 * n * hidden * inputs + 3 * hidden * hidden * (inputs + all) / 2;
    if let Some(cells) = x.cells().filter(|_| direct <= by_gram) {
        let mut residual = vec![0.0; all * inputs];
        kernels::bias_minus_rows(bias, cells, &mut residual);
        product_into(
            View::new(values, hidden),
            View::new(weights, inputs),
            1.0,
            &mut residual,
        );
        let squares = kernels::row_products(&residual, &residual, inputs);
        return (tensor(squares, [all, 1]), Way::Direct(residual));
    }
    let width = hidden + 1;
    let values = kernels::with_ones(values, hidden);
    let weights = [weights, bias].concat();
    let products = x.times_transposed(&weights, width);
    let view = View::new(&weights, inputs);
    let gram = symmetric_product(view, view.transposed());
    let mut differences = product(View::new(&values, width), View::new(&gram, width));
    // ‖x‖² + z̃ · (z̃ G − 2 W̃x), and z̃ G − W̃x is kept.
    let mut squares = vec![0.0; all];
    kernels::gram_errors(
        &values,
        &products,
        x.squares(),
        &mut differences,
        &mut squares,
    );
    let way = Way::Gram {
        values,
        weights,
        differences,
    };
    (tensor(squares, [all, 1]), way)
}

#[derive(Debug)]
struct ErrorsBackward;

impl Backward<Flex, 3> for ErrorsBackward {
    /// x, z, W and the rest.
    type State = (Arc<Rows>, FlexTensor, FlexTensor, Way);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<Flex>(&ops.node).to_contiguous();
        let factors: Vec<f32> = slice(&gradient).iter().map(|d| 2.0 * d).collect();
        let (x, values, weights, way) = ops.state;
        let ([all, hidden], inputs) = (dims(&values), x.inputs());
        let (d_values, d_weights, d_bias) = match way {
            // With r the residuals: d v = 2 d e r, then as of a linear layer.
            Way::Direct(residual) => {
                let d_out = kernels::scaled_rows(&residual, &factors);
                let values = values.to_contiguous();
                let weights = weights.to_contiguous();
                let view = View::new(&d_out, inputs);
                (
                    product(view, View::new(slice(&weights), inputs).transposed()),
                    product(View::new(slice(&values), hidden).transposed(), view),
                    activation::column_sums(&d_out, inputs),
                )
            }
            // d z̃ = 2 d e (z̃ G − W̃x) and d W̃ = 2 (z̃ᵀ d e z̃) W̃ − 2 (d e z̃)ᵀ x.
            Way::Gram {
                values,
                weights,
                differences,
            } => {
                let width = hidden + 1;
                let scaled = kernels::scaled_rows(&values, &factors);
                let inner = symmetric_product(
                    View::new(&values, width).transposed(),
                    View::new(&scaled, width),
                );
                let mut d_weights = product(View::new(&inner, width), View::new(&weights, inputs));
                let sums = kernels::sum_parts(&scaled, x.rows() * width);
                x.subtract_products(&sums, width, 1.0, &mut d_weights);
                let d_bias = d_weights.split_off(hidden * inputs);
                (
                    kernels::scaled_without_last(&differences, &factors),
                    d_weights,
                    d_bias,
                )
            }
        };
        let [of_values, of_weights, of_bias] = ops.parents;
        for (parent, out, shape) in [
            (of_values, d_values, [all, hidden]),
            (of_weights, d_weights, [hidden, inputs]),
            (of_bias, d_bias, [1, inputs]),
        ] {
            if let Some(parent) = parent {
                grads.register::<Flex>(parent.id, tensor(out, shape));
            }
        }
    }
}
