//! The layers as custom ops of burn.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;

use super::{Observed, kernels};
use crate::nn::activation::{self, Function};
use crate::nn::buffer_pool::{buffer, give_back};
use crate::nn::flex::{slice, tensor};

/// An encoder that sees only observed inputs: `f(Σ_c x_rc · weights_c + bias)`.
///
/// observed: [rows, n], weights: [n, hidden], bias: [hidden] → [rows, hidden]. Differentiable in weights and bias. CPU backend only.
#[must_use]
pub fn encode(
    weights: Tensor<2>,
    bias: Tensor<1>,
    observed: &Arc<Observed>,
    function: Function,
) -> Tensor<2> {
    let out = <Dispatch as SparseBackend>::sparse_encode(
        weights.into_dispatch(),
        bias.into_dispatch(),
        Arc::clone(observed),
        function,
    );
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

/// `‖weights‖² / 2` → [1], in one pass on the CPU. Of a tensor off the tape.
#[must_use]
pub fn half_squared_norm(weights: Tensor<2>) -> Tensor<1> {
    match weights.clone().try_into_primitive::<Flex>() {
        Ok(own) => {
            let sum = kernels::half_squared_norm(slice(&own.to_contiguous()));
            Tensor::from_primitive::<Flex>(tensor(vec![sum as f32], [1]))
        }
        Err(_) => weights.square().sum().mul_scalar(0.5),
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
    fn sparse_encode(
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        observed: Arc<Observed>,
        function: Function,
    ) -> FloatTensor<Self>;
    /// See [`decode`].
    fn sparse_decode(
        hidden: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        observed: Arc<Observed>,
    ) -> FloatTensor<Self>;
}

impl SparseBackend for Flex {
    fn sparse_encode(
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        observed: Arc<Observed>,
        function: Function,
    ) -> FloatTensor<Self> {
        let [inputs, hidden] = dims(&weights);
        assert_eq!(
            inputs,
            observed.columns(),
            "one row of weights for each column"
        );
        let mut out = buffer(observed.rows() * hidden);
        kernels::multiply(
            observed.cells_by_row(observed.by_row().values()),
            slice(&weights.to_contiguous()),
            hidden,
            &mut out,
        );
        activation::add_to_rows(&mut out, slice(&bias.to_contiguous()));
        activation::apply(function, &mut out);
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
}

impl<C: CheckpointStrategy> SparseBackend for Autodiff<Flex, C> {
    fn sparse_encode(
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        observed: Arc<Observed>,
        function: Function,
    ) -> FloatTensor<Self> {
        let nodes = [weights.node(), bias.node()];
        let out = Flex::sparse_encode(
            weights.into_primitive(),
            bias.into_primitive(),
            Arc::clone(&observed),
            function,
        );
        match EncodeBackward
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => prep.finish((observed, out.clone(), function), out),
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
}

/// With p the sums before f: `d p = d out ∘ f'`, `d weights = observedᵀ · d p`, `d bias = Σ_rows d p`.
#[derive(Debug)]
struct EncodeBackward;

impl Backward<Flex, 2> for EncodeBackward {
    /// The cells, the values of f, and f.
    type State = (Arc<Observed>, FlexTensor, Function);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let (observed, values, function) = ops.state;
        let [_, width] = dims(&values);
        let grad = activation::before(grads.consume::<Flex>(&ops.node), &values, function);
        let [weights, bias] = ops.parents;
        if let Some(weights) = weights {
            let mut out = buffer(observed.columns() * width);
            kernels::multiply(observed.cells_by_column(), slice(&grad), width, &mut out);
            grads.register::<Flex>(weights.id, tensor(out, [observed.columns(), width]));
        }
        if let Some(bias) = bias {
            let out = activation::column_sums(slice(&grad), width);
            grads.register::<Flex>(bias.id, tensor(out, [width]));
        }
        give_back(grad);
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
            let mut out = buffer(rows * width);
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
            let mut out = buffer(columns * width);
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

fn dims<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    tensor.shape().dims()
}
