//! The loss and its gradients against PyTorch (`tests/fixtures/autorec.py`) and against finite differences.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use serde::Deserialize;

use super::batch::{Batch, Source};
use super::config::{Activation, AutoRecConfig};
use super::network::{AutoRec, Functions};
use super::objective::{Evaluated, Objective};
use super::weights::{from_vector, to_vector, values};
use crate::data::Ratings;
use crate::nn::software_gpu;
use crate::nn::sparse::Observed;

#[derive(Deserialize)]
struct Fixture {
    rows: usize,
    columns: usize,
    scale: (f32, f32),
    regularization: f64,
    ratings: Vec<(u32, u32, f32)>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    encoder_activation: Activation,
    decoder_activation: Activation,
    hidden: Vec<usize>,
    loss: f64,
    parameters: BTreeMap<String, Vec<f32>>,
    gradients: BTreeMap<String, Vec<f32>>,
}

fn fixture() -> Fixture {
    let text = include_str!("../../../../tests/fixtures/autorec.json");
    serde_json::from_str(text).expect("a fixture")
}

/// One case's network, with its weights.
struct Network {
    model: AutoRec,
    source: Source,
    functions: Functions,
    regularization: f64,
    leaves_out: bool,
    device: Device,
}

impl Network {
    fn new(fixture: &Fixture, case: &Case, device: &Device) -> Self {
        let device = device.clone().autodiff();
        let ratings = Ratings::from_triplets(fixture.rows, fixture.columns, &fixture.ratings);
        let config = AutoRecConfig {
            hidden: case.hidden.clone(),
            ..AutoRecConfig::default()
        };
        let mut model = AutoRec::new(&config, fixture.columns, None, &device);
        let names: Vec<String> = model.layers().map(|(name, _)| name).collect();
        let vector: Vec<f32> = names
            .iter()
            .flat_map(|name| [format!("{name}_weights"), format!("{name}_bias")])
            .flat_map(|name| case.parameters[&name].clone())
            .collect();
        from_vector(&mut model, &vector);
        Self {
            model,
            source: {
                let ratings = Arc::new(Observed::new(ratings.by_user().clone()));
                Source::Ratings {
                    inputs: Arc::clone(&ratings),
                    targets: ratings,
                }
            },
            functions: Functions {
                encoder: case.encoder_activation,
                decoder: case.decoder_activation,
                scale: fixture.scale,
            },
            regularization: fixture.regularization,
            leaves_out: false,
            device,
        }
    }

    fn objective(&self) -> Objective<'_> {
        Objective {
            functions: &self.functions,
            regularization: self.regularization,
            leaves_out: self.leaves_out,
        }
    }

    fn evaluate(&self, model: &AutoRec) -> Evaluated {
        let whole = self.source.whole(&self.device);
        self.objective()
            .at_all(model, &self.source, whole.as_ref(), &self.device)
            .expect("evaluated")
    }
}

fn gradients(model: &AutoRec, evaluated: &Evaluated) -> BTreeMap<String, Vec<f32>> {
    let gradient = evaluated.gradient.to_vector(model).expect("on the CPU");
    let mut rest = gradient.as_slice();
    let mut named = BTreeMap::new();
    for (name, layer) in model.layers() {
        let weights = layer.weights.val().dims().iter().product();
        let bias = layer.bias.val().dims()[0];
        for (part, count) in [("weights", weights), ("bias", bias)] {
            let (own, others) = rest.split_at(count);
            named.insert(format!("{name}_{part}"), own.to_vec());
            rest = others;
        }
    }
    assert!(rest.is_empty());
    named
}

/// Losses and gradients of some cases, within `tolerance` of PyTorch's (gradients relative to the largest of the layer).
fn compare(device: &Device, tolerance: f64, cases: Range<usize>) {
    let fixture = fixture();
    for case in &fixture.cases[cases] {
        let name = format!(
            "{:?}, {:?}, {:?}",
            case.encoder_activation, case.decoder_activation, case.hidden
        );
        let network = Network::new(&fixture, case, device);
        let evaluated = network.evaluate(&network.model);
        let relative = (evaluated.loss / case.loss - 1.0).abs();
        assert!(relative < tolerance, "{name}: {relative}");
        let ours = gradients(&network.model, &evaluated);
        assert_eq!(ours.len(), case.gradients.len());
        for (parameter, expected) in &case.gradients {
            let largest = expected
                .iter()
                .fold(1.0f32, |largest, g| largest.max(g.abs()));
            for (ours, expected) in ours[parameter].iter().zip(expected) {
                let error = f64::from((ours - expected).abs() / largest);
                assert!(
                    error < tolerance,
                    "{name}, {parameter}: {ours} and {expected}"
                );
            }
        }
    }
}

#[test]
fn losses_and_gradients_equal_pytorch() {
    compare(&Device::flex(), 1e-5, 0..6);
}

#[test]
fn a_gpu_computes_what_the_cpu_does() {
    let Some(gpu) = software_gpu() else {
        return;
    };
    // One case, dense where the CPU is sparse: a software GPU takes seconds to compile each kernel of each new shape.
    compare(&gpu, 1e-3, 0..1);
}

#[test]
fn gradients_equal_finite_differences() {
    let fixture = fixture();
    for leaves_out in [false, true] {
        gradients_are_difference_quotients(&fixture, leaves_out);
    }
}

fn gradients_are_difference_quotients(fixture: &Fixture, leaves_out: bool) {
    for case in fixture
        .cases
        .iter()
        .filter(|case| case.encoder_activation != Activation::Relu)
    {
        let mut network = Network::new(fixture, case, &Device::flex());
        network.leaves_out = leaves_out;
        let evaluated = network.evaluate(&network.model);
        let named = gradients(&network.model, &evaluated);
        let gradient: Vec<f32> = network
            .model
            .layers()
            .flat_map(|(name, _)| [format!("{name}_weights"), format!("{name}_bias")])
            .flat_map(|name| named[&name].clone())
            .collect();
        let at = to_vector(&network.model).expect("on the CPU");
        // In single precision the loss is known to about 1e-5, so a difference quotient over 0.02 is to about 1e-3.
        let step = 0.01;
        for index in 0..at.len() {
            let loss = |offset: f32| {
                let mut moved = at.clone();
                moved[index] += offset;
                let mut model = network.model.clone();
                from_vector(&mut model, &moved);
                network.evaluate(&model).loss
            };
            let quotient = (loss(step) - loss(-step)) / (2.0 * f64::from(step));
            let difference = (quotient - f64::from(gradient[index])).abs();
            assert!(
                difference < 2e-2 * quotient.abs().max(1.0),
                "{:?}, weight {index}: {quotient} and {}",
                case.hidden,
                gradient[index]
            );
        }
    }
}

#[test]
fn a_rating_that_is_left_out_does_not_tell_itself() {
    let fixture = fixture();
    let case = &fixture.cases[0];
    assert_eq!(case.hidden.len(), 1);
    let device = Device::flex();
    // Where the encoder is linear, to first order is exactly.
    let mut network = Network::new(&fixture, case, &device);
    network.functions.encoder = Activation::Identity;
    network.leaves_out = true;
    network.regularization = 0.0;
    let evaluated = network.evaluate(&network.model);
    let ratings = Ratings::from_triplets(fixture.rows, fixture.columns, &fixture.ratings);
    let mut expected = 0.0;
    for &(row, column, rating) in &fixture.ratings {
        let cells = ratings.by_user();
        let mut inputs = vec![0.0; fixture.columns];
        for (&column, &value) in cells
            .row(row as usize)
            .0
            .iter()
            .zip(cells.row(row as usize).1)
        {
            inputs[column as usize] = value;
        }
        inputs[column as usize] = 0.0;
        let inputs = Tensor::<1>::from_floats(inputs.as_slice(), &network.device).unsqueeze();
        let hidden = network.model.encode_dense(inputs, &network.functions);
        let scores = network.model.scores_dense(hidden);
        let outputs = network.functions.output(scores);
        let output = values(outputs.inner()).expect("on the CPU")[column as usize];
        expected += f64::from(output - rating).powi(2);
    }
    assert!(
        (evaluated.loss / expected - 1.0).abs() < 1e-4,
        "{} and {expected}",
        evaluated.loss
    );
}

#[test]
fn dense_rows_leave_out_what_sparse_ones_do() {
    let fixture = fixture();
    let mut network = Network::new(&fixture, &fixture.cases[0], &Device::flex());
    network.leaves_out = true;
    let sparse = network.evaluate(&network.model);
    let mut cells = vec![[0.0f32; 2]; fixture.rows * fixture.columns];
    for &(row, column, rating) in &fixture.ratings {
        cells[row as usize * fixture.columns + column as usize] = [rating, 1.0];
    }
    let tensor = |part: usize| {
        let values: Vec<f32> = cells.iter().map(|cell| cell[part]).collect();
        let data = TensorData::new(values, [fixture.rows, fixture.columns]);
        Tensor::<2>::from_data(data, &network.device)
    };
    let batch = Batch::Dense {
        inputs: tensor(0),
        targets: tensor(0),
        mask: Some(tensor(1)),
    };
    let dense = network.objective().at(&network.model, &batch, 1.0);
    let dense = dense.expect("evaluated");
    assert!((dense.loss / sparse.loss - 1.0).abs() < 1e-5);
    let [sparse, dense] = [sparse, dense].map(|evaluated| gradients(&network.model, &evaluated));
    for (name, sparse) in sparse {
        for (sparse, dense) in sparse.iter().zip(&dense[&name]) {
            assert!(
                (sparse - dense).abs() < 1e-3,
                "{name}: {sparse} and {dense}"
            );
        }
    }
}
