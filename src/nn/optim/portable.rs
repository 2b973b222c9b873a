//! Optimizer state that loads on any machine.

use burn::optim::{LearningRate, Optimizer, RecordState, StateSink, StateSource};
use burn::tensor::{Device, Tensor};

/// An optimizer whose saved state is read into CPU memory first. burn reads it onto its default device, which is a GPU wherever
/// GPU support is compiled in, there or not. The next step moves the state to the device of its parameter.
#[derive(Clone)]
pub struct Portable<O>(pub O);

/// The state of the wrapped optimizer.
#[derive(Clone)]
pub struct PortableState<S>(S);

impl<S: RecordState> RecordState for PortableState<S> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        self.0.state_flatten(prefix, out);
    }

    fn state_unflatten(prefix: &str, src: &mut StateSource, _device: &Device) -> Option<Self> {
        S::state_unflatten(prefix, src, &Device::flex()).map(Self)
    }
}

impl<O: Optimizer> Optimizer for Portable<O> {
    type State<const D: usize> = PortableState<O::State<D>>;

    fn step<const D: usize>(
        &self,
        lr: LearningRate,
        tensor: Tensor<D>,
        grad: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        let (tensor, state) = self.0.step(lr, tensor, grad, state.map(|state| state.0));
        (tensor, state.map(PortableState))
    }

    fn to_device<const D: usize>(state: Self::State<D>, device: &Device) -> Self::State<D> {
        PortableState(O::to_device(state.0, device))
    }
}
