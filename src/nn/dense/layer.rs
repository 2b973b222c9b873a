//! y = f(x W + b).

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;
use burn::tensor::activation as burn_activation;

use super::Rows;
use crate::nn::activation::{self, Function};
use crate::nn::flex::{slice, tensor};
use crate::nn::gemm::{View, product, product_into};
use crate::nn::is_flex;

/// `f(x W + b)`.
///
/// x: [n, inputs], weights: [inputs, outputs], bias: [1, outputs] → [n, outputs].
#[must_use]
pub fn layer(x: Tensor<2>, weights: Tensor<2>, bias: Tensor<2>, function: Function) -> Tensor<2> {
    if is_flex(&x.device()) {
        let out = <Dispatch as DenseBackend>::dense_layer(
            x.into_dispatch(),
            weights.into_dispatch(),
            bias.into_dispatch(),
            function,
        );
        return Tensor::from_dispatch(out);
    }
    let sums = x.matmul(weights) + bias;
    match function {
        Function::Identity => sums,
        Function::Tanh => burn_activation::tanh(sums),
        Function::Sigmoid => burn_activation::sigmoid(sums),
        Function::Relu => burn_activation::relu(sums),
    }
}

/// The same of constant rows. CPU backend only.
#[must_use]
pub fn layer_of_rows(
    x: &Arc<Rows>,
    weights: Tensor<2>,
    bias: Tensor<2>,
    function: Function,
) -> Tensor<2> {
    let out = <Dispatch as DenseBackend>::dense_layer_of_rows(
        weights.into_dispatch(),
        bias.into_dispatch(),
        Arc::clone(x),
        function,
    );
    Tensor::from_dispatch(out)
}

/// `x W` of constant rows. CPU backend only.
///
/// weights: [inputs, width] → [n, width].
#[must_use]
pub fn times_of_rows(x: &Arc<Rows>, weights: Tensor<2>) -> Tensor<2> {
    let out =
        <Dispatch as DenseBackend>::dense_times_of_rows(weights.into_dispatch(), Arc::clone(x));
    Tensor::from_dispatch(out)
}

/// The ops behind the functions of this module.
#[backend_extension(Flex, Autodiff)]
pub trait DenseBackend: Backend {
    /// See [`layer`].
    fn dense_layer(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        function: Function,
    ) -> FloatTensor<Self>;
    /// See [`layer_of_rows`].
    fn dense_layer_of_rows(
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        x: Arc<Rows>,
        function: Function,
    ) -> FloatTensor<Self>;
    /// See [`times_of_rows`].
    fn dense_times_of_rows(weights: FloatTensor<Self>, x: Arc<Rows>) -> FloatTensor<Self>;
}

impl DenseBackend for Flex {
    fn dense_layer(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        function: Function,
    ) -> FloatTensor<Self> {
        let [n, inputs] = dims(&x);
        let outputs = dims(&weights)[1];
        let mut out = vec![0.0; n * outputs];
        activation::fill_rows(&mut out, slice(&bias.to_contiguous()));
        product_into(
            View::new(slice(&x.to_contiguous()), inputs),
            View::new(slice(&weights.to_contiguous()), outputs),
            1.0,
            &mut out,
        );
        activation::apply(function, &mut out);
        tensor(out, [n, outputs])
    }

    fn dense_layer_of_rows(
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        x: Arc<Rows>,
        function: Function,
    ) -> FloatTensor<Self> {
        let outputs = dims(&weights)[1];
        let mut out = vec![0.0; x.rows() * outputs];
        activation::fill_rows(&mut out, slice(&bias.to_contiguous()));
        x.add_times(slice(&weights.to_contiguous()), outputs, &mut out);
        activation::apply(function, &mut out);
        tensor(out, [x.rows(), outputs])
    }

    fn dense_times_of_rows(weights: FloatTensor<Self>, x: Arc<Rows>) -> FloatTensor<Self> {
        let width = dims(&weights)[1];
        let mut out = vec![0.0; x.rows() * width];
        x.add_times(slice(&weights.to_contiguous()), width, &mut out);
        tensor(out, [x.rows(), width])
    }
}

impl<C: CheckpointStrategy> DenseBackend for Autodiff<Flex, C> {
    fn dense_layer(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        function: Function,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weights.node(), bias.node()];
        let (x, weights) = (x.into_primitive(), weights.into_primitive());
        let out = Flex::dense_layer(x.clone(), weights.clone(), bias.into_primitive(), function);
        match LayerBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let state = (x, weights, out.clone(), function);
                prep.finish(state, out)
            }
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }

    fn dense_layer_of_rows(
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        x: Arc<Rows>,
        function: Function,
    ) -> FloatTensor<Self> {
        let nodes = [weights.node(), bias.node()];
        let weights = weights.into_primitive();
        let out =
            Flex::dense_layer_of_rows(weights, bias.into_primitive(), Arc::clone(&x), function);
        match RowsBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((x, out.clone(), function), out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }

    fn dense_times_of_rows(weights: FloatTensor<Self>, x: Arc<Rows>) -> FloatTensor<Self> {
        let node = weights.node();
        let out = Flex::dense_times_of_rows(weights.into_primitive(), Arc::clone(&x));
        match TimesBackward
            .prepare::<C>([node])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => prep.finish(x, out),
            OpsKind::UnTracked(prep) => prep.finish(out),
        }
    }
}

/// With p the sums before f: `d p = d y ∘ f'`, `d x = d p Wᵀ`, `d W = xᵀ d p`, `d b = Σ d p`.
#[derive(Debug)]
struct LayerBackward;

impl Backward<Flex, 3> for LayerBackward {
    /// x, W, y and f.
    type State = (FlexTensor, FlexTensor, FlexTensor, Function);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<Flex>(&ops.node);
        let (x_values, weight_values, y, function) = ops.state;
        let [n, outputs] = dims(&y);
        let inputs = dims(&x_values)[1];
        let gradient = activation::before(gradient, &y, function);
        let d_sums = View::new(slice(&gradient), outputs);
        let [x, weights, bias] = ops.parents;
        if let Some(x) = x {
            let values = weight_values.to_contiguous();
            let out = product(d_sums, View::new(slice(&values), outputs).transposed());
            grads.register::<Flex>(x.id, tensor(out, [n, inputs]));
        }
        if let Some(weights) = weights {
            let values = x_values.to_contiguous();
            let out = product(View::new(slice(&values), inputs).transposed(), d_sums);
            grads.register::<Flex>(weights.id, tensor(out, [inputs, outputs]));
        }
        if let Some(bias) = bias {
            let out = activation::column_sums(slice(&gradient), outputs);
            grads.register::<Flex>(bias.id, tensor(out, [1, outputs]));
        }
    }
}

/// The same of constant rows.
#[derive(Debug)]
struct RowsBackward;

impl Backward<Flex, 2> for RowsBackward {
    /// x, y and f.
    type State = (Arc<Rows>, FlexTensor, Function);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<Flex>(&ops.node);
        let (x, y, function) = ops.state;
        let outputs = dims(&y)[1];
        let gradient = activation::before(gradient, &y, function);
        let [weights, bias] = ops.parents;
        if let Some(weights) = weights {
            let out = x.transposed_times(slice(&gradient), outputs);
            grads.register::<Flex>(weights.id, tensor(out, [x.inputs(), outputs]));
        }
        if let Some(bias) = bias {
            let out = activation::column_sums(slice(&gradient), outputs);
            grads.register::<Flex>(bias.id, tensor(out, [1, outputs]));
        }
    }
}

/// `d W = xᵀ d y`.
#[derive(Debug)]
struct TimesBackward;

impl Backward<Flex, 1> for TimesBackward {
    type State = Arc<Rows>;

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<Flex>(&ops.node).to_contiguous();
        let x = ops.state;
        let [Some(weights)] = ops.parents else { return };
        let width = dims(&gradient)[1];
        let out = x.transposed_times(slice(&gradient), width);
        grads.register::<Flex>(weights.id, tensor(out, [x.inputs(), width]));
    }
}

pub(super) fn dims(tensor: &FlexTensor) -> [usize; 2] {
    tensor.shape().dims()
}
