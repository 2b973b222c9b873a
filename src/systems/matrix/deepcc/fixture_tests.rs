//! Every term of the loss and its gradients against PyTorch (`tests/fixtures/deepcc/make.py`) and against finite differences.

use std::collections::BTreeMap;
use std::sync::Arc;

use burn::tensor::Device;
use serde::Deserialize;
use serde_json::{Value, json};

use super::DeepCcSystem;
use super::batch::Source;
use super::config::{DeepCcConfig, JointKind};
use super::joint_training::scalar;
use super::network::{Shape, parameter, values};
use super::objective::{Assignments, Head, Weights};
use super::side::Side;
use super::trainer::{Stream, generator, observed_joint};
use crate::data::{Cells, Dense, Sparse};
use crate::nn::software_gpu;
use crate::systems::matrix::{Baselined, Joint, Scaled};
use crate::systems::{AnySystem, Erased, config_of};

static SYSTEM: Erased<DeepCcSystem> = Erased::new();

#[derive(Deserialize)]
struct Fixture {
    rows: usize,
    columns: usize,
    counts: Vec<f32>,
    inputs: [Vec<f32>; 2],
    hidden: Vec<usize>,
    code: usize,
    inference_hidden: Vec<usize>,
    cases: Vec<Case>,
}

type Named = BTreeMap<String, Vec<f64>>;

#[derive(Deserialize)]
struct Case {
    config: Value,
    parameters: BTreeMap<String, Vec<f32>>,
    bilinear: Vec<f64>,
    posteriors: [Vec<f64>; 2],
    information: f64,
    information_clusters: f64,
    terms: BTreeMap<String, f64>,
    gradients: BTreeMap<String, Named>,
}

fn fixture() -> Fixture {
    let text = include_str!("../../../../tests/fixtures/deepcc/cases.json");
    serde_json::from_str(text).expect("a fixture")
}

/// One case's networks, with its weights.
struct Model {
    config: DeepCcConfig,
    sides: [Side; 2],
    observed: Option<Joint>,
    bilinear: Vec<f64>,
}

const SIDES: [&str; 2] = ["rows", "columns"];

fn dense(columns: usize, values: &[f32]) -> Cells {
    Cells::Dense(Arc::new(Dense::new(columns, values.to_vec())))
}

/// The same cells as a sparse matrix minus 0.5 in every cell, of which half is of one and half of another product.
fn sparse(columns: usize, values: &[f32]) -> Scaled {
    let rows = values.len() / columns;
    let stored = values.iter().map(|value| value + 0.5).collect();
    let indices = (0..rows).flat_map(|_| 0..columns as u32).collect();
    let offsets = (0..=rows).map(|row| row * columns).collect();
    let cells = Sparse::from_parts(columns, offsets, indices, stored);
    Scaled {
        cells: Cells::Sparse(Arc::new(cells)),
        left: vec![0.5; rows * 2],
        right: vec![0.5; columns * 2],
        rank: 2,
    }
}

impl Model {
    fn new(fixture: &Fixture, case: &Case, device: &Device, as_sparse: bool) -> Self {
        let mut given = case.config.as_object().expect("an object").clone();
        for (key, value) in [
            ("row_hidden", json!(fixture.hidden)),
            ("column_hidden", json!(fixture.hidden)),
            ("inference_hidden", json!(fixture.inference_hidden)),
            ("code", json!(fixture.code)),
            ("missing", json!("filled")),
        ] {
            given.insert(key.to_owned(), value);
        }
        let config = SYSTEM.resolve(&given).expect("a config");
        let config: DeepCcConfig = config_of(&config).expect("a config");
        let device = device.clone().autodiff();
        let sizes = [fixture.columns, fixture.rows];
        let clusters = [config.row_clusters, config.column_clusters];
        let sides = std::array::from_fn(|index| {
            let inputs = sizes[index];
            let scaled = if as_sparse {
                sparse(inputs, &fixture.inputs[index])
            } else {
                Scaled {
                    cells: dense(inputs, &fixture.inputs[index]),
                    left: Vec::new(),
                    right: Vec::new(),
                    rank: 0,
                }
            };
            let mut autoencoder = vec![inputs];
            autoencoder.extend(&fixture.hidden);
            autoencoder.push(fixture.code);
            let mut inference = vec![fixture.code];
            inference.extend(&fixture.inference_hidden);
            inference.push(clusters[index]);
            let shape = Shape {
                autoencoder,
                inference,
                activation: config.activation,
                linear_path: config.linear_path,
                initial_bias: 0.0,
            };
            let source = Source::new(scaled, &device);
            let mut rng = generator(0, 0, Stream::Weights(0));
            let mut side = Side::new(shape, source, None, &mut rng, &device);
            for place in side.network.parameters() {
                let name = format!("{}_{}", SIDES[index], place.name);
                let shape = place.tensor.dims();
                *place.tensor = parameter(case.parameters[&name].clone(), shape, &device);
            }
            side
        });
        let prepared = Baselined::of(dense(fixture.columns, &fixture.counts));
        let observed = (config.joint == JointKind::Observed)
            .then(|| observed_joint(&prepared, config.joint_weighting).expect("information"));
        Self {
            config,
            sides,
            observed,
            bilinear: case.bilinear.clone(),
        }
    }

    /// Every term, I(X; Y) and I(X̂; Ŷ) behind, and the gradient of their sum by these weights. P_ae's is not among them.
    fn evaluate(&mut self, weights: &Weights) -> (BTreeMap<String, f64>, Named) {
        let (kind, layers) = (self.config.reconstruction, self.config.layer_errors);
        let forwards: Vec<_> = self
            .sides
            .iter()
            .map(|side| side.forward(&side.batch(&[]), kind, layers))
            .collect();
        let assignments: Vec<Assignments> = forwards
            .iter()
            .zip(&self.sides)
            .map(|(forward, side)| {
                let logits = values(forward.logits.clone().inner()).expect("on the CPU");
                Assignments::softmax(&logits, side.shape.clusters())
            })
            .collect();
        let both = [&assignments[0], &assignments[1]];
        let head = Head::of(&self.config, self.observed.as_ref(), &self.bilinear);
        let evaluated = head.evaluate(both).expect("positive definite");
        let mut terms = BTreeMap::new();
        let mut add = |name: &str, side: usize, value: f64| {
            terms.insert(format!("{name}_{}", SIDES[side]), value);
        };
        for (index, side) in self.sides.iter().enumerate() {
            add(
                "reconstruction",
                index,
                scalar(&forwards[index].reconstruction).expect("read"),
            );
            add(
                "weight_decay",
                index,
                side.network.weight_decay().expect("read"),
            );
            add("energy", index, evaluated.terms[index].energy);
            add("kl", index, evaluated.terms[index].kl);
            add("covariance", index, evaluated.terms[index].covariance);
        }
        terms.insert("cross".to_owned(), evaluated.cross.loss);
        terms.insert("information".to_owned(), evaluated.cross.information);
        let clusters = evaluated.cross.information_clusters;
        terms.insert("information_clusters".to_owned(), clusters);
        for (index, mixture) in evaluated.mixtures.iter().enumerate() {
            for (at, gamma) in mixture.posterior.iter().enumerate() {
                terms.insert(format!("gamma_{index}_{at}"), *gamma);
            }
        }
        let d_logits = evaluated.backward(both, weights);
        let mut named = Named::new();
        for (index, (forward, d_logits)) in forwards.into_iter().zip(d_logits).enumerate() {
            let side = &mut self.sides[index];
            let d_logits = side.constant(d_logits, side.shape.clusters());
            let loss = forward.reconstruction.mul_scalar(weights.reconstruction)
                + (forward.logits * d_logits).sum();
            let gradients = side.gradients(loss);
            for (parameter, gradient) in side.network.parameters().into_iter().zip(gradients) {
                let gradient = match gradient {
                    Some(gradient) => values(gradient).expect("on the CPU"),
                    None => vec![0.0; parameter.tensor.dims().iter().product()],
                };
                let name = format!("{}_{}", SIDES[index], parameter.name);
                named.insert(name, gradient.into_iter().map(f64::from).collect());
            }
        }
        if !evaluated.cross.d_logits.is_empty() {
            let d_logits = evaluated.cross.d_logits.iter();
            let gradient = d_logits.map(|d| weights.cross * d).collect();
            named.insert("bilinear".to_owned(), gradient);
        }
        (terms, named)
    }
}

const NONE: Weights = Weights {
    reconstruction: 0.0,
    weight_decay: 0.0,
    mixture: 0.0,
    covariance: 0.0,
    cross: 0.0,
};

/// Relative to the largest of the numbers.
fn compare(what: &str, ours: &[f64], expected: &[f64], tolerance: f64) {
    let largest = expected.iter().fold(1e-3_f64, |most, g| most.max(g.abs()));
    assert_eq!(ours.len(), expected.len(), "{what}");
    for (ours, expected) in ours.iter().zip(expected) {
        let error = (ours - expected).abs() / largest;
        assert!(error < tolerance, "{what}: {ours} and {expected}");
    }
}

fn compare_case(
    fixture: &Fixture,
    number: usize,
    device: &Device,
    as_sparse: bool,
    tolerance: f64,
) {
    let case = &fixture.cases[number];
    let mut model = Model::new(fixture, case, device, as_sparse);
    let (terms, _) = model.evaluate(&NONE);
    for (name, expected) in &case.terms {
        compare(
            &format!("{number}, {name}"),
            &[terms[name]],
            &[*expected],
            tolerance,
        );
    }
    for (name, expected) in [
        ("information", case.information),
        ("information_clusters", case.information_clusters),
    ] {
        compare(name, &[terms[name]], &[expected], tolerance);
    }
    for (index, expected) in case.posteriors.iter().enumerate() {
        let ours: Vec<f64> = (0..expected.len())
            .map(|at| terms[&format!("gamma_{index}_{at}")])
            .collect();
        compare("γ", &ours, expected, tolerance);
    }
    // The energy and the KL divergence have one weight, λ3.
    let sum = |names: [&str; 2]| -> Named {
        let mut sum = case.gradients[names[0]].clone();
        for (parameter, gradient) in &case.gradients[names[1]] {
            let place = sum
                .entry(parameter.clone())
                .or_insert_with(|| vec![0.0; gradient.len()]);
            place.iter_mut().zip(gradient).for_each(|(a, b)| *a += b);
        }
        sum
    };
    let both = |first: &str| sum([&format!("{first}_rows"), &format!("{first}_columns")]);
    let mixture = {
        let mut energy = both("energy");
        for (parameter, gradient) in both("kl") {
            let place = energy
                .entry(parameter)
                .or_insert_with(|| vec![0.0; gradient.len()]);
            place.iter_mut().zip(gradient).for_each(|(a, b)| *a += b);
        }
        energy
    };
    for (what, weights, expected) in [
        (
            "reconstruction",
            Weights {
                reconstruction: 1.0,
                ..NONE
            },
            both("reconstruction"),
        ),
        (
            "mixture",
            Weights {
                mixture: 1.0,
                ..NONE
            },
            mixture,
        ),
        (
            "covariance",
            Weights {
                covariance: 1.0,
                ..NONE
            },
            both("covariance"),
        ),
        (
            "cross",
            Weights { cross: 1.0, ..NONE },
            case.gradients["cross"].clone(),
        ),
    ] {
        let (_, ours) = model.evaluate(&weights);
        for (parameter, ours) in &ours {
            let zeros = vec![0.0; ours.len()];
            let expected = expected.get(parameter).unwrap_or(&zeros);
            let what = format!("{number}, gradient of {what} in {parameter}");
            compare(&what, ours, expected, tolerance);
        }
        assert!(
            expected
                .keys()
                .all(|parameter| ours.contains_key(parameter))
        );
    }
}

#[test]
fn terms_and_gradients_equal_pytorch() {
    let fixture = fixture();
    for number in 0..fixture.cases.len() {
        compare_case(&fixture, number, &Device::flex(), false, 1e-4);
    }
}

#[test]
fn of_sparse_inputs_too() {
    let fixture = fixture();
    for number in 0..fixture.cases.len() {
        compare_case(&fixture, number, &Device::flex(), true, 1e-4);
    }
}

#[test]
fn the_gradient_of_weight_decay_is_the_weights_it_counts() {
    let fixture = fixture();
    for case in &fixture.cases {
        let mut model = Model::new(&fixture, case, &Device::flex(), false);
        let mut expected = case.gradients["weight_decay_rows"].clone();
        expected.extend(case.gradients["weight_decay_columns"].clone());
        let mut counted = 0;
        for (index, side) in model.sides.iter_mut().enumerate() {
            for parameter in side.network.parameters().into_iter().filter(|p| p.decays) {
                let name = format!("{}_{}", SIDES[index], parameter.name);
                let ours = values(parameter.tensor.clone().inner()).expect("on the CPU");
                let ours: Vec<f64> = ours.into_iter().map(f64::from).collect();
                compare(&name, &ours, &expected[&name], 1e-6);
                counted += 1;
            }
        }
        assert_eq!(counted, expected.len());
    }
}

#[test]
#[ignore = "a software GPU takes two minutes to compile the kernels"]
fn a_gpu_computes_what_the_cpu_does() {
    let Some(gpu) = software_gpu() else {
        return;
    };
    let fixture = fixture();
    // One case: a software GPU takes seconds to compile each kernel of each new shape.
    compare_case(&fixture, 5, &gpu, false, 1e-3);
}

/// The whole loss down a random direction of all parameters: d(loss)/d(step) against the gradient.
#[test]
fn gradients_equal_finite_differences() {
    let fixture = fixture();
    for (number, case) in fixture.cases.iter().enumerate() {
        if case.config["activation"] == "relu" || case.config["block_sums"] == "hard" {
            continue;
        }
        let weights = Weights {
            reconstruction: 1.0,
            weight_decay: 0.0,
            mixture: 1.0,
            covariance: 0.01,
            cross: 5.0,
        };
        let mut model = Model::new(&fixture, case, &Device::flex(), false);
        let (_, gradients) = model.evaluate(&weights);
        for direction in 0..4_u64 {
            let mut rng = generator(direction, 0, Stream::Weights(0));
            let along: Named = gradients
                .iter()
                .map(|(name, gradient)| {
                    use rand::RngExt;
                    let random = gradient.iter().map(|_| rng.random_range(-1.0..1.0));
                    (name.clone(), random.collect())
                })
                .collect();
            let mut loss = |step: f64| {
                for (side, name) in model.sides.iter_mut().zip(SIDES) {
                    for place in side.network.parameters() {
                        let name = format!("{name}_{}", place.name);
                        let moved = case.parameters[&name].iter().zip(&along[&name]);
                        let moved = moved.map(|(p, d)| p + (step * d) as f32).collect();
                        let (shape, device) = (place.tensor.dims(), place.tensor.device());
                        *place.tensor = parameter(moved, shape, &device);
                    }
                }
                if let Some(d) = along.get("bilinear") {
                    let moved = case.bilinear.iter().zip(d).map(|(b, d)| b + step * d);
                    model.bilinear = moved.collect();
                }
                let (terms, _) = model.evaluate(&NONE);
                let sum =
                    |name: &str| terms[&format!("{name}_rows")] + terms[&format!("{name}_columns")];
                weights.reconstruction * sum("reconstruction")
                    + weights.mixture * (sum("energy") + sum("kl"))
                    + weights.covariance * sum("covariance")
                    + weights.cross * terms["cross"]
            };
            let step = 1e-3;
            let quotient = (loss(step) - loss(-step)) / (2.0 * step);
            let slope: f64 = gradients
                .iter()
                .flat_map(|(name, gradient)| gradient.iter().zip(&along[name]))
                .map(|(gradient, along)| gradient * along)
                .sum();
            let error = (quotient - slope).abs() / quotient.abs().max(1.0);
            assert!(error < 5e-3, "{number}: {quotient} and {slope}");
        }
    }
}
