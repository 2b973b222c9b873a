//! Outputs, losses, gradients and steps against PyTorch (`tests/fixtures/translation/auggan.py`).

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::config::AugGanConfig;
use super::model::AugGan;
use super::network::DomainsConfig;
use crate::data::images::Side;
use crate::systems::Place;
use crate::systems::images::shared::networks::{Mode, TranslationNetwork as _};
use crate::systems::images::shared::pixels::values;
use crate::systems::images::shared::{StepBatch, TranslationModel};

#[derive(Deserialize)]
struct Fixture {
    filters: usize,
    classes: usize,
    batch: usize,
    height: usize,
    width: usize,
    learning_rate: f64,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    config: Map<String, Value>,
    images: [Vec<f32>; 2],
    masks: [Vec<u8>; 2],
    /// Of the networks of A, of B, D_A and D_B, in the order in which modules visit them.
    tensors: Vec<(String, Vec<usize>)>,
    before: Vec<Vec<f32>>,
    outputs: BTreeMap<String, Vec<f32>>,
    losses: Vec<BTreeMap<String, f64>>,
    /// Of the first step.
    gradients: Vec<Vec<f32>>,
    after: Vec<Vec<f32>>,
}

fn fixture() -> Fixture {
    let text = include_str!("../../../../tests/fixtures/translation/auggan.json");
    serde_json::from_str(text).expect("a fixture")
}

/// Replaces tensors one after another.
struct Fill<'a>(
    std::slice::Iter<'a, Vec<f32>>,
    std::slice::Iter<'a, (String, Vec<usize>)>,
);

impl ModuleMapper for Fill<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, tensor, mapper) = param.consume();
        let values = self.0.next().expect("as many tensors as PyTorch");
        let (name, shape) = self.1.next().expect("as many names");
        assert_eq!(tensor.dims().as_slice(), shape, "{name}");
        let data = TensorData::new(values.clone(), tensor.dims());
        let tensor = Tensor::from_data(data, &tensor.device()).require_grad();
        Param::from_mapped_value(id, tensor, mapper)
    }
}

/// What a visitor finds at each tensor: its values, or its gradient (zeros where there is none).
struct Collect<'a>(Option<&'a Gradients>, Vec<Vec<f32>>);

impl ModuleVisitor for Collect<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let zeros = || tensor.clone().without_autodiff().zeros_like();
        let found = match self.0 {
            None => tensor.clone().without_autodiff(),
            Some(gradients) => tensor.grad(gradients).unwrap_or_else(zeros),
        };
        self.1.push(values(found).expect("on the CPU"));
    }
}

impl Fixture {
    fn images(&self, values: &[f32], device: &Device) -> Tensor<4> {
        let shape = [self.batch, 3, self.height, self.width];
        Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
    }

    /// The model of a case, with its weights.
    fn model(&self, case: &Case) -> AugGan {
        let mut keys = case.config.clone();
        let weights: Option<Vec<f32>> =
            serde_json::from_value(keys.remove("class_weights").expect("a key")).expect("weights");
        let sizes = json!({
            "generator_filters": self.filters, "encoder_blocks": 1, "blocks": 1,
            "discriminator_filters": self.filters, "discriminator_layers": 1,
        });
        keys.extend(sizes.as_object().expect("a table").clone());
        let config: AugGanConfig = serde_json::from_value(Value::Object(keys)).expect("a config");
        let part = |side| {
            let masked = config.has_masks(side);
            config.domain(if masked { self.classes } else { 0 })
        };
        let domains = DomainsConfig {
            from_a: part(Side::A),
            from_b: part(Side::B),
            direction: config.direction,
        };
        let weights = [weights.clone(), weights];
        let mut model = AugGan::new(&config, domains, weights, &Place::cpu(1));
        let mut fill = Fill(case.before.iter(), case.tensors.iter());
        model.networks.generators = std::mem::take(&mut model.networks.generators).map(&mut fill);
        model.networks.discriminators =
            std::mem::take(&mut model.networks.discriminators).map(&mut fill);
        assert!(fill.0.next().is_none(), "PyTorch has no more tensors");
        model
    }

    fn batch(&self, case: &Case) -> StepBatch {
        let device = Device::flex().autodiff();
        let [a, b] = [0, 1].map(|side| self.images(&case.images[side], &device));
        let [classes_a, classes_b] = [0, 1].map(|side| Some(case.masks[side].clone()));
        StepBatch {
            a,
            b,
            classes_a,
            classes_b,
        }
    }
}

fn collect(model: &AugGan, gradients: [Option<&Gradients>; 2]) -> Vec<Vec<f32>> {
    let mut networks = Collect(gradients[0], Vec::new());
    model.networks.generators.visit(&mut networks);
    let mut discriminators = Collect(gradients[1], Vec::new());
    model.networks.discriminators.visit(&mut discriminators);
    [networks.1, discriminators.1].concat()
}

/// Near enough, relative to the largest of the expected values or 1.
fn assert_near(found: &[f32], expected: &[f32], tolerance: f32, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let scale = expected
        .iter()
        .fold(1.0f32, |most, value| most.max(value.abs()));
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        let gap = (found - expected).abs();
        assert!(
            gap <= tolerance * scale,
            "{what}, value {at}: {found} instead of {expected}"
        );
    }
}

#[test]
fn outputs_are_those_of_pytorch() {
    let fixture = fixture();
    for (number, case) in fixture.cases.iter().enumerate() {
        let model = fixture.model(case);
        let device = Device::flex().autodiff();
        let images = |side: usize| fixture.images(&case.images[side], &device);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut mode = Mode::train(&mut rng);
        let passed = model.networks.generators[0].pass(images(0), true, &mut mode);
        let passed = passed.expect("it fits");
        let parsed = model.networks.generators[0].parse(images(0), &mut mode);
        let score = model.networks.discriminators[0].forward(images(1), &mut mode);
        for (name, tensor) in [
            ("fake_b", passed.image),
            ("parsing_a", passed.logits.expect("a parsing network")),
            (
                "parsing_a",
                parsed.expect("it fits").expect("a parsing network"),
            ),
            ("score_a", score.expect("it fits")),
        ] {
            let found = values(tensor).expect("on the CPU");
            let what = format!("case {number}: {name}");
            assert_near(&found, &case.outputs[name], 1e-4, &what);
        }
    }
}

#[test]
fn gradients_of_every_weight_are_those_of_pytorch_and_frozen_discriminators_get_none() {
    let fixture = fixture();
    for (number, case) in fixture.cases.iter().enumerate() {
        let model = fixture.model(case);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut mode = Mode::train(&mut rng);
        let frozen = model.networks.frozen();
        let batch = fixture.batch(case);
        let made = model.descend(&frozen, &batch, &mut mode).expect("it fits");
        let of_networks = made.total.backward();
        let (fake_a, fake_b) = (made.fake_a.detach(), made.fake_b.detach());
        let (loss, _) = model
            .discriminator_losses([batch.a, fake_a], [batch.b, fake_b], &mut mode)
            .expect("it fits");
        let of_judges = loss.backward();
        let found = collect(&model, [Some(&of_networks), Some(&of_judges)]);
        let cases = found.iter().zip(&case.gradients).zip(&case.tensors);
        for ((found, expected), (name, _)) in cases {
            // Of single precision beside double, through four networks and the kinks of ReLU.
            assert_near(found, expected, 5e-4, &format!("case {number}: {name}"));
        }
        let mut wasted = Collect(Some(&of_networks), Vec::new());
        model.networks.discriminators.visit(&mut wasted);
        assert!(wasted.1.iter().flatten().all(|value| *value == 0.0));
    }
}

#[test]
fn losses_and_weights_after_two_steps_are_those_of_pytorch() {
    let fixture = fixture();
    for (number, case) in fixture.cases.iter().enumerate() {
        let mut model = fixture.model(case);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for (step, expected) in case.losses.iter().enumerate() {
            let scalars = model
                .step(fixture.batch(case), fixture.learning_rate, &mut rng)
                .expect("it fits");
            let found: BTreeMap<&str, f32> = scalars
                .into_iter()
                .map(|scalar| (scalar.name, values(scalar.value).expect("on the CPU")[0]))
                .collect();
            let losses = found.keys().filter(|name| name.starts_with("loss/"));
            assert_eq!(losses.count(), expected.len(), "case {number}: {found:?}");
            for (name, expected) in expected {
                let gap = (f64::from(found[name.as_str()]) - expected).abs();
                assert!(
                    gap < 2e-4 * expected.abs().max(1.0),
                    "case {number}, step {step}, {name}: {} instead of {expected}",
                    found[name.as_str()]
                );
            }
        }
        let found = collect(&model, [None, None]);
        let cases = found.iter().zip(&case.after).zip(&case.tensors);
        for (((found, expected), (name, _)), gradient) in cases.zip(&case.gradients) {
            // A bias before an instance normalization changes nothing: its gradient is rounding, of which Adam makes whole steps.
            if gradient.iter().any(|value| value.abs() > 1e-9) {
                assert_near(found, expected, 1e-4, &format!("case {number}: {name}"));
            }
        }
    }
}
