//! One training step beside PyTorch's, and tiny images to train on: for the tests of the systems.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor, TensorData};
use image::RgbImage;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::Deserialize;

use super::adversary::Adversaries;
use super::generators::{DISCRIMINATORS, GENERATORS};
use super::networks::{Architecture as _, GeneratorConfig, Role, TensorSpec};
use super::storage;
use super::{StepBatch, TranslationModel};
use crate::data::ImagesSource;
use crate::data::images::{ImageNeeds, load};
use crate::data::{Dataset, Monitor};
use crate::record::Recorded;
use crate::systems::{AnySystem, ConfigMap, Place, Trainer};

/// Images and losses of a step that `steps.py` made.
#[derive(Deserialize)]
pub(crate) struct Fixture {
    shape: [usize; 4],
    a: Vec<f32>,
    b: Vec<f32>,
    pub(crate) learning_rate: f64,
    losses: BTreeMap<String, f64>,
}

pub(crate) fn folder(system: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/translation/steps")
        .join(system)
}

impl Fixture {
    pub(crate) fn read(system: &str) -> Self {
        let text = std::fs::read(folder(system).join("step.json")).expect("the fixture is there");
        serde_json::from_slice(&text).expect("as steps.py wrote it")
    }

    fn batch(&self, device: &Device) -> StepBatch {
        let device = device.clone().autodiff();
        let tensor = |values: &Vec<f32>| {
            Tensor::from_data(TensorData::new(values.clone(), self.shape), &device)
        };
        StepBatch {
            a: tensor(&self.a),
            b: tensor(&self.b),
            classes_a: None,
            classes_b: None,
        }
    }

    /// Takes the step and compares its losses.
    pub(crate) fn step(&self, model: &mut impl TranslationModel, device: &Device) {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let scalars = model
            .step(self.batch(device), self.learning_rate, &mut rng)
            .expect("the images fit");
        for (name, expected) in &self.losses {
            let name = format!("loss/{name}");
            let found = scalars.iter().find(|scalar| scalar.name == name);
            let found = found.unwrap_or_else(|| panic!("{name} is measured"));
            let found = found.value.clone().into_scalar::<f32>();
            let error = (f64::from(found) - expected).abs();
            assert!(
                error < 1e-4 * expected.abs().max(1.0),
                "{name}: {found}, PyTorch {expected}"
            );
        }
    }
}

/// Loads the networks before the step; optimizers and pools are new.
pub(crate) fn load_before(
    networks: &mut Adversaries<GeneratorConfig>,
    system: &str,
    discriminator: &[TensorSpec],
) {
    let folder = folder(system).join("before");
    let tensors = networks.architectures[0].tensors();
    for (name, network) in GENERATORS.iter().zip(&mut networks.generators) {
        *network =
            storage::load_network(&folder, name, &tensors, network.clone()).expect("fixture");
    }
    for (name, network) in DISCRIMINATORS.iter().zip(&mut networks.discriminators) {
        *network =
            storage::load_network(&folder, name, discriminator, network.clone()).expect("fixture");
    }
}

fn values<M: Module>(network: &M) -> Vec<Vec<f32>> {
    struct Values(Vec<Vec<f32>>);
    impl ModuleVisitor for Values {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let values = param.val().try_into_vec_as::<f32>().expect("on the CPU");
            self.0.push(values);
        }
    }
    let mut all = Values(Vec::new());
    network.visit(&mut all);
    all.0
}

/// Compares a network with PyTorch's after the step. Biases that a normalization takes away again are left out: their gradients are
/// rounding errors, which Adam makes large.
fn compare<M: Module>(
    system: &str,
    name: &str,
    tensors: &[TensorSpec],
    network: &M,
    skip: &[&str],
) {
    let after = folder(system).join("after");
    let expected = storage::load_network(&after, name, tensors, network.clone()).expect("fixture");
    let named = tensors.iter().filter(|spec| spec.role != Role::Counter);
    let before = folder(system).join("before");
    let before = storage::load_network(&before, name, tensors, network.clone()).expect("fixture");
    let mut moved = 0.0f32;
    for (((spec, found), expected), before) in named
        .zip(values(network))
        .zip(values(&expected))
        .zip(values(&before))
    {
        if skip.contains(&spec.name.as_str()) {
            continue;
        }
        for ((found, expected), before) in found.into_iter().zip(expected).zip(before) {
            let error = (found - expected).abs();
            assert!(
                error < 1e-4,
                "{name} {}: {found}, PyTorch {expected}",
                spec.name
            );
            moved = moved.max((expected - before).abs());
        }
    }
    assert!(moved > 9e-3, "{name} took a step: {moved}");
}

pub(crate) fn compare_after(
    networks: &Adversaries<GeneratorConfig>,
    system: &str,
    discriminator: &[TensorSpec],
    skip: [&[&str]; 2],
) {
    let tensors = networks.architectures[0].tensors();
    for (name, network) in GENERATORS.iter().zip(&networks.generators) {
        compare(system, name, &tensors, network, skip[0]);
    }
    for (name, network) in DISCRIMINATORS.iter().zip(&networks.discriminators) {
        compare(system, name, discriminator, network, skip[1]);
    }
}

/// Eight images of each domain to train with, two pairs to test with, of noise in two colors.
pub(crate) fn tiny_images(folder: &Path, paired: bool) -> Dataset {
    let write = |part: &str, index: u8, tint: [u8; 3]| {
        let folder = folder.join(part);
        std::fs::create_dir_all(&folder).expect("a folder");
        let image = RgbImage::from_fn(24, 20, |x, y| {
            let noise = (x * 37 + y * 91 + u32::from(index) * 53) % 97;
            image::Rgb(tint.map(|tint| tint.saturating_add(noise as u8)))
        });
        image
            .save(folder.join(format!("{index}.png")))
            .expect("written");
    };
    for index in 0..8 {
        write("trainA", index, [150, 100, 20]);
        write("trainB", index, [10, 30, 120]);
    }
    for index in 0..2 {
        write("testA", index, [150, 100, 20]);
        write("testB", index, [10, 30, 120]);
    }
    let source = ImagesSource {
        path: folder.to_owned(),
        ..ImagesSource::default()
    };
    let needs = ImageNeeds {
        paired,
        ..ImageNeeds::default()
    };
    let domains = load(&source, needs, 1, &Monitor::default()).expect("images");
    Dataset::Images(Arc::new(domains))
}

/// The complete config of these keys.
pub(crate) fn config(system: &dyn AnySystem, given: serde_json::Value) -> ConfigMap {
    let given = given.as_object().expect("a map").clone();
    system.resolve(&given).expect("a config that can be")
}

pub(crate) fn trainer(
    system: &dyn AnySystem,
    config: &ConfigMap,
    data: &Dataset,
    seed: u64,
) -> Box<dyn Trainer<ConfigMap>> {
    system
        .trainer(config, data, &Place::cpu(seed))
        .expect("images that suit")
}

/// Every file of a checkpoint, by name.
pub(crate) fn files(trainer: &dyn Trainer<ConfigMap>) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    trainer.save(folder.path()).expect("saved");
    let files = std::fs::read_dir(folder.path()).expect("a folder");
    files
        .map(|file| {
            let path = file.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            (name.into_owned(), std::fs::read(&path).expect("read"))
        })
        .collect()
}

/// 2n steps equal n steps, a checkpoint, and n steps of another trainer: every file of the checkpoint afterward, every curve.
pub(crate) fn resumes_bit_for_bit(system: &dyn AnySystem, config: &ConfigMap, data: &Dataset) {
    // The first unit of work is the first snapshot.
    let half = 12;
    let mut whole = trainer(system, config, data, 7);
    let mut recorded = Recorded::default();
    let mut parts = Recorded::default();
    let folder = tempfile::tempdir().expect("a folder");
    for unit in 0..2 * half {
        if unit == half {
            whole.save(folder.path()).expect("saved");
            parts = recorded.clone();
        }
        whole.step(&mut recorded).expect("a step");
    }
    let mut resumed = trainer(system, config, data, 7);
    resumed.load(folder.path()).expect("loaded");
    for _ in 0..half {
        resumed.step(&mut parts).expect("a step");
    }
    let (expected, found) = (files(whole.as_ref()), files(resumed.as_ref()));
    assert_eq!(
        expected.keys().collect::<Vec<_>>(),
        found.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &expected {
        assert!(found[name] == *bytes, "{name} differs");
    }
    assert_eq!(recorded.scalars, parts.scalars);
    let names = |recorded: &Recorded| -> Vec<(String, Vec<u8>)> {
        let artifacts = recorded.artifacts.iter();
        artifacts
            .map(|artifact| (artifact.file_name.clone(), artifact.bytes().into_owned()))
            .collect()
    };
    assert!(names(&recorded) == names(&parts), "snapshots differ");
    assert!(!recorded.artifacts.is_empty());
}
