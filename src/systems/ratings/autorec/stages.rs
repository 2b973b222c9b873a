//! Greedy pretraining of a deep network: layer by layer, from the outside in.
//!
//! For hidden sizes such as [500, 250, 500] the first stage trains n–500–n on the ratings, the second 500–250–500 on the first one's
//! hidden values. Their weights, nested, are where the training of the whole network begins.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;

use super::batch::Source;
use super::config::{Activation, AutoRecConfig};
use super::network::{AutoRec, Functions, Layer};
use super::problem::Problem;

/// How many networks are trained before the whole one.
pub(super) fn count(config: &AutoRecConfig) -> usize {
    if config.pretraining_epochs > 0 && config.hidden.len() > 1 {
        config.hidden.len() / 2 + 1
    } else {
        0
    }
}

/// The config of the network of one stage: a single hidden layer.
fn shallow(config: &AutoRecConfig, stage: usize) -> AutoRecConfig {
    AutoRecConfig {
        hidden: vec![config.hidden[stage]],
        ..config.clone()
    }
}

/// A new network for a stage before the whole one.
pub(super) fn network(
    config: &AutoRecConfig,
    stage: usize,
    problem: &Problem,
    rng: Option<&mut ChaCha8Rng>,
    device: &Device,
) -> AutoRec {
    let inputs = match stage {
        0 => problem.train.columns(),
        _ => config.hidden[stage - 1],
    };
    AutoRec::new(&shallow(config, stage), inputs, rng, device)
}

/// The data that the networks after the given ones learns from.
pub(super) fn source(problem: &Problem, parts: &[AutoRec], whole: bool) -> Source {
    let [first, rest @ ..] = parts else {
        return problem.source();
    };
    if whole {
        return problem.source();
    }
    let device = first.decoder.bias.val().device();
    let on_cpu = super::measure::on_cpu(first);
    let codes = on_cpu.encode(&problem.inputs, &problem.functions);
    let codes = codes.to_device(&device.inner());
    let codes = rest.iter().fold(codes, |codes, part| {
        part.clone().valid().encode_dense(codes, &problem.functions)
    });
    Source::Codes(codes)
}

/// The functions of a stage: an inner network reconstructs hidden values, which lie where g does.
pub(super) fn functions(problem: &Problem, stage: usize, whole: bool) -> Functions {
    let outer = problem.functions;
    if stage == 0 || whole {
        return outer;
    }
    Functions {
        encoder: outer.encoder,
        decoder: outer.encoder,
        scale: match outer.encoder {
            Activation::Tanh => (-1.0, 1.0),
            Activation::Identity | Activation::Sigmoid | Activation::Relu => (0.0, 1.0),
        },
    }
}

/// Puts the trained networks inside each other.
pub(super) fn nest(parts: &[AutoRec], whole: &mut AutoRec) {
    let layers = whole.middle.len();
    for (stage, part) in parts.iter().enumerate() {
        let encoder = &part.encoder;
        let decoder = &part.decoder;
        match stage.checked_sub(1) {
            None => {
                copy(encoder, &mut whole.encoder, false);
                copy(decoder, &mut whole.decoder, false);
            }
            Some(inner) => {
                copy(encoder, &mut whole.middle[inner], false);
                copy(decoder, &mut whole.middle[layers - 1 - inner], true);
            }
        }
    }
}

fn copy(from: &Layer, to: &mut Layer, transposed: bool) {
    let weights = from.weights.val().inner();
    let weights = if transposed {
        weights.transpose()
    } else {
        weights
    };
    to.weights = Param::initialized(to.weights.id, tracked(weights));
    to.bias = Param::initialized(to.bias.id, tracked(from.bias.val().inner()));
}

fn tracked<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    Tensor::from_inner(tensor).require_grad()
}
