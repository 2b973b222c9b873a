//! The fixture, and the weights that it draws by name.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use serde::Deserialize;

use super::super::{
    Architecture as _, DiscriminatorConfig, Generator, GeneratorConfig, Mode, Role, TensorSpec,
};
use crate::nn::conv::{Init, Initializer};

#[derive(Deserialize)]
pub(super) struct Fixture {
    pub(super) cases: Vec<Case>,
    pub(super) counts: Vec<Count>,
    pub(super) losses: BTreeMap<String, Loss>,
    pub(super) adam: Adam,
}

#[derive(Deserialize)]
pub(super) struct Case {
    pub(super) config: NetworkConfig,
    pub(super) train: bool,
    pub(super) input_shape: [usize; 4],
    pub(super) output_shape: [usize; 4],
    pub(super) output: Vec<f64>,
    /// By name: the sum of the gradient times a drawn tensor, and its length.
    pub(super) gradients: BTreeMap<String, [f64; 2]>,
    pub(super) running: BTreeMap<String, Vec<f64>>,
    pub(super) tensors: BTreeMap<String, Vec<usize>>,
}

#[derive(Deserialize)]
pub(super) struct Count {
    pub(super) config: NetworkConfig,
    pub(super) parameters: usize,
}

#[derive(Deserialize)]
pub(super) struct Loss {
    pub(super) loss: f64,
    pub(super) gradient: Vec<f64>,
}

#[derive(Deserialize)]
pub(super) struct Adam {
    pub(super) config: NetworkConfig,
    pub(super) weights: BTreeMap<String, Vec<f64>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum NetworkConfig {
    Generator(GeneratorConfig),
    Discriminator(DiscriminatorConfig),
}

#[derive(Module, Debug)]
pub(super) enum Network {
    Generator(Generator),
    Discriminator(super::super::Network),
}

impl NetworkConfig {
    pub(super) fn tensors(&self) -> Vec<TensorSpec> {
        match self {
            Self::Generator(config) => config.tensors(),
            Self::Discriminator(config) => config.tensors(),
        }
    }

    pub(super) fn parameters(&self) -> usize {
        match self {
            Self::Generator(config) => config.parameters(),
            Self::Discriminator(config) => config.parameters(),
        }
    }

    /// With weights of 0.
    pub(super) fn init(&self, device: &Device) -> Network {
        let mut initializer = Initializer::new(Init::default(), None, device, 1);
        match self {
            Self::Generator(config) => Network::Generator(config.init(&mut initializer)),
            Self::Discriminator(config) => Network::Discriminator(config.init(&mut initializer)),
        }
    }

    /// With the fixture's weights.
    pub(super) fn drawn(&self, device: &Device) -> Network {
        let tensors = self.tensors();
        self.init(device).map(&mut Draw(floats(&tensors)))
    }
}

impl Network {
    pub(super) fn forward(&self, image: Tensor<4>, mode: &mut Mode<'_>) -> Tensor<4> {
        match self {
            Self::Generator(network) => network.forward(image, mode),
            Self::Discriminator(network) => network.forward(image, mode),
        }
        .expect("it fits")
    }
}

pub(super) fn fixture() -> Fixture {
    let text = include_str!("../../../../../../tests/fixtures/translation/networks.json");
    serde_json::from_str(text).expect("the fixture")
}

/// The tensors that a module visits.
fn floats(tensors: &[TensorSpec]) -> std::vec::IntoIter<TensorSpec> {
    let tensors = tensors.iter().filter(|spec| spec.role != Role::Counter);
    tensors.cloned().collect::<Vec<_>>().into_iter()
}

/// Values in [-1, 1): a linear congruential generator from the FNV-1a hash of the name.
fn uniform(name: &str, count: usize) -> Vec<f64> {
    let hash = |state: u32, byte: u8| (state ^ u32::from(byte)).wrapping_mul(16_777_619);
    let mut state = name.bytes().fold(2_166_136_261, hash);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 23) - 1.0
    };
    (0..count).map(|_| next()).collect()
}

pub(super) fn drawn(name: &str, shape: &[usize]) -> Vec<f32> {
    let values = uniform(name, shape.iter().product());
    let last = name.rsplit('.').next().unwrap_or(name);
    let (middle, scale) = match (last, shape.len()) {
        ("weight", 4) => (
            0.0,
            (3.0 / shape[1..].iter().product::<usize>() as f64).sqrt(),
        ),
        ("weight", _) => (1.0, 0.2),
        ("bias" | "running_mean", _) => (0.0, 0.2),
        ("running_var", _) => (1.0, 0.5),
        _ => (0.0, 1.0),
    };
    let values = values.into_iter();
    values
        .map(|value| (middle + scale * value) as f32)
        .collect()
}

pub(super) fn tensor<const D: usize>(name: &str, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(drawn(name, &shape), shape), device)
}

pub(super) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.try_into_vec_as().expect("read")
}

struct Draw(std::vec::IntoIter<TensorSpec>);

impl ModuleMapper for Draw {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let spec = self.0.next().expect("as many tensors as described");
        let (id, old, mapper) = param.consume();
        assert_eq!(old.dims().to_vec(), spec.shape, "{}", spec.name);
        let mut new = tensor::<D>(&spec.name, old.dims(), &old.device());
        if old.is_require_grad() {
            new = new.require_grad();
        }
        Param::from_mapped_value(id, new, mapper)
    }
}

/// Every tensor that the network visits, by name, and its gradient if there is one.
pub(super) fn by_name(
    network: &Network,
    tensors: &[TensorSpec],
    gradients: Option<&Gradients>,
) -> BTreeMap<String, (Vec<f32>, Option<Vec<f32>>)> {
    struct Names<'a> {
        names: std::vec::IntoIter<TensorSpec>,
        gradients: Option<&'a Gradients>,
        found: BTreeMap<String, (Vec<f32>, Option<Vec<f32>>)>,
    }
    impl ModuleVisitor for Names<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let spec = self.names.next().expect("as many tensors as described");
            let value = param.val();
            let gradient = match self.gradients {
                Some(gradients) if value.is_require_grad() => value.grad(gradients).map(values),
                _ => None,
            };
            self.found.insert(spec.name, (values(value), gradient));
        }
    }
    let mut names = Names {
        names: floats(tensors),
        gradients,
        found: BTreeMap::new(),
    };
    network.visit(&mut names);
    assert!(names.names.next().is_none(), "as few tensors as described");
    names.found
}

/// Within `tolerance`, relative to the largest expected value where that is above 1.
pub(super) fn assert_close(found: &[f32], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected
        .iter()
        .fold(1.0_f64, |most, value| most.max(value.abs()));
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(*found) - expected).abs();
        assert!(
            error <= tolerance * largest,
            "{what}[{at}]: {found}, not {expected}"
        );
    }
}
