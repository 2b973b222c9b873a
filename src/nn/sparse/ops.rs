//! The layers as custom ops of burn.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;

use super::{Observed, kernels};
use crate::nn::flex::{slice, tensor};
use crate::nn::is_flex;

/// The product of the observed matrix and the weights, the pre-activation of an encoder that sees only observed inputs:
/// `Σ_c x_rc · weights_c`.
///
/// observed: [rows, n], weights: [n, hidden] → [rows, hidden]. Differentiable in the weights. CPU backend only.
#[must_use]
pub fn encode(weights: Tensor<2>, observed: &Arc<Observed>) -> Tensor<2> {
    let out =
        <Dispatch as SparseBackend>::sparse_encode(weights.into_dispatch(), Arc::clone(observed));
    Tensor::from_dispatch(out)
}

/// The output of a linear decoder at the observed cells alone: `hidden_r · weights_c + bias_c`.
///
/// hidden: [rows, hidden], weights: [n, hidden], bias: [n] → [cells], row by row. Differentiable in all three. CPU backend only.
#[must_use]
pub fn decode(
    hidden: Tensor<2>,
    weights: Tensor<2>,
    bias: Tensor<1>,
    observed: &Arc<Observed>,
) -> Tensor<1> {
    let out = <Dispatch as SparseBackend>::sparse_decode(
        hidden.into_dispatch(),
        weights.into_dispatch(),
        bias.into_dispatch(),
        Arc::clone(observed),
    );
    Tensor::from_dispatch(out)
}

/// `‖weights‖² / 2` → [1], in one pass forward and one backward on the CPU.
#[must_use]
pub fn half_squared_norm(weights: Tensor<2>) -> Tensor<1> {
    if is_flex(&weights.device()) {
        let out = <Dispatch as SparseBackend>::half_squared_norm(weights.into_dispatch());
        Tensor::from_dispatch(out)
    } else {
        weights.square().sum().mul_scalar(0.5)
    }
}

/// The product of the observed matrix and a dense one, on plain memory.
///
/// observed: [rows, n], dense: [n, width] → [rows, width].
///
/// # Panics
/// If the sizes do not fit.
#[must_use]
pub fn product(observed: &Observed, dense: &[f32], width: usize) -> Vec<f32> {
    assert_eq!(dense.len(), observed.columns() * width, "the sizes fit");
    let mut out = vec![0.0; observed.rows() * width];
    let cells = observed.cells_by_row(observed.by_row().values());
    kernels::multiply(cells, dense, width, &mut out);
    out
}

/// The product of the transposed observed matrix and a dense one, on plain memory.
///
/// observed: [rows, n], dense: [rows, width] → [n, width].
///
/// # Panics
/// If the sizes do not fit.
#[must_use]
pub fn transposed_product(observed: &Observed, dense: &[f32], width: usize) -> Vec<f32> {
    assert_eq!(dense.len(), observed.rows() * width, "the sizes fit");
    let mut out = vec![0.0; observed.columns() * width];
    kernels::multiply(observed.cells_by_column(), dense, width, &mut out);
    out
}

/// The ops behind the functions of this module.
#[backend_extension(Flex, Autodiff)]
pub trait SparseBackend: Backend {
    /// See [`encode`].
    fn sparse_encode(weights: FloatTensor<Self>, observed: Arc<Observed>) -> FloatTensor<Self>;
    /// See [`decode`].
    fn sparse_decode(
        hidden: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        observed: Arc<Observed>,
    ) -> FloatTensor<Self>;
    /// See [`half_squared_norm`].
    fn half_squared_norm(weights: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl SparseBackend for Flex {
    fn sparse_encode(weights: FloatTensor<Self>, observed: Arc<Observed>) -> FloatTensor<Self> {
        let [inputs, hidden] = dims(&weights);
        assert_eq!(
            inputs,
            observed.columns(),
            "one row of weights for each column"
        );
        let mut out = vec![0.0; observed.rows() * hidden];
        kernels::multiply(
            observed.cells_by_row(observed.by_row().values()),
            slice(&weights.to_contiguous()),
            hidden,
            &mut out,
        );
        tensor(out, [observed.rows(), hidden])
    }

    fn sparse_decode(
        hidden: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        observed: Arc<Observed>,
    ) -> FloatTensor<Self> {
        let [rows, width] = dims(&hidden);
        assert_eq!(
            [rows, observed.columns(), width],
            [
                observed.rows(),
                dims::<2>(&weights)[0],
                dims::<2>(&weights)[1]
            ],
            "hidden and weights fit the observed matrix"
        );
        let bias = bias.to_contiguous();
        let mut out = kernels::permute(slice(&bias), observed.by_row().column_indices());
        kernels::dot(
            observed.cells_by_row(observed.by_row().values()),
            slice(&hidden.to_contiguous()),
            slice(&weights.to_contiguous()),
            width,
            &mut out,
        );
        let cells = out.len();
        tensor(out, [cells])
    }

    fn half_squared_norm(weights: FloatTensor<Self>) -> FloatTensor<Self> {
        let sum = kernels::half_squared_norm(slice(&weights.to_contiguous()));
        tensor(vec![sum as f32], [1])
    }
}

impl<C: CheckpointStrategy> SparseBackend for Autodiff<Flex, C> {
    fn sparse_encode(weights: FloatTensor<Self>, observed: Arc<Observed>) -> FloatTensor<Self> {
        let node = weights.node();
        let weights = weights.into_primitive();
        let width = dims::<2>(&weights)[1];
        let out = Flex::sparse_encode(weights, Arc::clone(&observed));
        match EncodeBackward
            .prepare::<C>([node])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => prep.finish((observed, width), out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }

    fn sparse_decode(
        hidden: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        observed: Arc<Observed>,
    ) -> FloatTensor<Self> {
        let nodes = [hidden.node(), weights.node(), bias.node()];
        let hidden = hidden.into_primitive();
        let weights = weights.into_primitive();
        let out = Flex::sparse_decode(
            hidden.clone(),
            weights.clone(),
            bias.into_primitive(),
            Arc::clone(&observed),
        );
        match DecodeBackward
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => prep.finish((hidden, weights, observed), out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }

    fn half_squared_norm(weights: FloatTensor<Self>) -> FloatTensor<Self> {
        let node = weights.node();
        let weights = weights.into_primitive();
        let out = Flex::half_squared_norm(weights.clone());
        match NormBackward.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(weights, out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }
}

/// `d weights = observedᵀ · d out`.
#[derive(Debug)]
struct EncodeBackward;

impl Backward<Flex, 1> for EncodeBackward {
    /// The cells and the hidden size.
    type State = (Arc<Observed>, usize);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let grad = grads.consume::<Flex>(&ops.node).to_contiguous();
        let (observed, width) = ops.state;
        let [Some(weights)] = ops.parents else { return };
        let mut out = vec![0.0; observed.columns() * width];
        kernels::multiply(observed.cells_by_column(), slice(&grad), width, &mut out);
        grads.register::<Flex>(weights.id, tensor(out, [observed.columns(), width]));
    }
}

/// With g the gradient as a sparse matrix: `d hidden = g · weights`, `d weights = gᵀ · hidden`, `d bias = Σ_rows g`.
#[derive(Debug)]
struct DecodeBackward;

impl Backward<Flex, 3> for DecodeBackward {
    /// Hidden values, weights and the cells.
    type State = (FlexTensor, FlexTensor, Arc<Observed>);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let grad = grads.consume::<Flex>(&ops.node).to_contiguous();
        let (hidden_values, weight_values, observed) = ops.state;
        let [rows, width] = dims(&hidden_values);
        let columns = observed.columns();
        let [hidden, weights, bias] = ops.parents;
        if let Some(hidden) = hidden {
            let mut out = vec![0.0; rows * width];
            kernels::multiply(
                observed.cells_by_row(slice(&grad)),
                slice(&weight_values.to_contiguous()),
                width,
                &mut out,
            );
            grads.register::<Flex>(hidden.id, tensor(out, [rows, width]));
        }
        if weights.is_none() && bias.is_none() {
            return;
        }
        let by_column = kernels::permute(slice(&grad), observed.cell_numbers_by_column());
        let cells = observed.with_values_by_column(&by_column);
        if let Some(weights) = weights {
            let mut out = vec![0.0; columns * width];
            kernels::multiply(
                cells,
                slice(&hidden_values.to_contiguous()),
                width,
                &mut out,
            );
            grads.register::<Flex>(weights.id, tensor(out, [columns, width]));
        }
        if let Some(bias) = bias {
            grads.register::<Flex>(bias.id, tensor(kernels::row_sums(cells), [columns]));
        }
    }
}

/// `d weights = d out · weights`.
#[derive(Debug)]
struct NormBackward;

impl Backward<Flex, 1> for NormBackward {
    type State = FlexTensor;

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let grad = grads.consume::<Flex>(&ops.node);
        let [Some(weights)] = ops.parents else { return };
        let scale = slice(&grad.to_contiguous())[0];
        grads.register::<Flex>(weights.id, Flex::float_mul_scalar(ops.state, scale.into()));
    }
}

fn dims<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    tensor.shape().dims()
}
