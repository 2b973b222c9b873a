use burn::tensor::Device;
use image::RgbImage;
use serde_json::{Value, json};

use super::model::CycleGan;
use super::{CycleGanConfig, CycleGanSystem};
use crate::data::Monitor;
use crate::data::images::Side;
use crate::record::{Recorded, TEST_PICTURES, Translations, View};
use crate::systems::images::shared::fixture;
use crate::systems::images::shared::fixture::{
    Fixture, compare_after, load_before, resumes_bit_for_bit, tiny_images,
};
use crate::systems::{AnySystem, ConfigMap, Erased, Outcome, Place, TranslateOptions, config_of};

static SYSTEM: Erased<CycleGanSystem> = Erased::new();

pub(super) fn tiny() -> Value {
    json!({
        "load_size": 24, "load_height": 20, "crop_size": 16, "crop_height": 12,
        "generator_filters": 2, "blocks": 1, "discriminator_filters": 4, "discriminator_layers": 1,
        "pool_size": 3, "max_steps": 40, "snapshot_every": 9, "snapshot_pictures": 2, "measure_every": 0,
    })
}

fn with(more: Value) -> ConfigMap {
    let mut given = tiny().as_object().expect("a map").clone();
    given.extend(more.as_object().expect("a map").clone());
    fixture::config(&SYSTEM, Value::Object(given))
}

#[test]
fn one_step_changes_every_weight_as_pytorch_does() {
    let config = with(json!({"lambda_cycle_b": 8.0, "pool_size": 50}));
    let config: CycleGanConfig = config_of(&config).expect("resolved");
    let device = Device::flex();
    let mut model = CycleGan::new(&config, &Place::cpu(1));
    let discriminator = config.networks.discriminator(3).tensors();
    load_before(&mut model.networks, "cyclegan", &discriminator);
    Fixture::read("cyclegan").step(&mut model, &device);
    // All but the last convolution of a generator, and the second of the discriminator, are followed by instance normalization.
    let normed = [
        "model.1.bias",
        "model.4.bias",
        "model.7.bias",
        "model.10.conv_block.1.bias",
        "model.10.conv_block.5.bias",
        "model.11.bias",
        "model.14.bias",
    ];
    let skip: [&[&str]; 2] = [&normed, &["model.2.bias"]];
    compare_after(&model.networks, "cyclegan", &discriminator, skip);
}

#[test]
fn a_frozen_discriminator_passes_gradients_on_and_takes_none() {
    let config: CycleGanConfig = config_of(&with(json!({}))).expect("resolved");
    let device = Device::flex().autodiff();
    let model = CycleGan::new(&config, &Place::cpu(1));
    let frozen = model.networks.frozen();
    let image = burn::tensor::Tensor::<4>::ones([1, 3, 12, 16], &device).require_grad();
    let mut rng = rand_chacha::rand_core::SeedableRng::seed_from_u64(0);
    let mut mode = crate::systems::images::shared::networks::Mode::train(&mut rng);
    let scores = frozen[0].forward(image.clone(), &mut mode).expect("fits");
    let gradients = scores.mean().backward();
    assert!(image.grad(&gradients).is_some());
    struct NoGradient<'a>(&'a burn::tensor::Gradients, usize);
    impl burn::module::ModuleVisitor for NoGradient<'_> {
        fn visit_float<const D: usize>(
            &mut self,
            param: &burn::module::Param<burn::tensor::Tensor<D>>,
        ) {
            self.1 += usize::from(param.val().grad(self.0).is_none());
        }
    }
    use burn::module::Module;
    for discriminator in [&frozen[0], &model.networks.discriminators[0]] {
        let mut without = NoGradient(&gradients, 0);
        discriminator.visit(&mut without);
        assert_eq!(without.1, 6, "weights and biases of three layers");
    }
}

#[test]
fn a_resumed_run_goes_on_bit_for_bit() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = tiny_images(folder.path(), false);
    resumes_bit_for_bit(&SYSTEM, &with(json!({"batch_size": 2})), &data);
    let batches = json!({"norm": "batch", "dropout": true, "gan": "vanilla", "direction": "b_to_a", "preprocess": "scale_width"});
    resumes_bit_for_bit(&SYSTEM, &with(batches), &data);
}

#[test]
fn a_run_that_measures_in_between_goes_on_bit_for_bit_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = tiny_images(folder.path(), false);
    let config = with(json!({"measure_every": 1, "max_steps": 12}));
    let run = |mut trainer: Box<dyn crate::systems::Trainer<ConfigMap>>,
               recorded: &mut Recorded,
               until: u64| {
        while trainer.position().step < until
            && trainer.step(recorded).expect("a step") == Outcome::Continue
        {}
        trainer
    };
    let mut recorded = Recorded::default();
    let trainer = fixture::trainer(&SYSTEM, &config, &data, 1);
    // Eight steps are an epoch: what follows is a measurement.
    let trainer = run(trainer, &mut recorded, 8);
    assert_eq!(recorded.last("fake_b/edge_f1"), None);
    let checkpoint = tempfile::tempdir().expect("a folder");
    trainer.save(checkpoint.path()).expect("saved");
    let mut resumed = fixture::trainer(&SYSTEM, &config, &data, 1);
    resumed.load(checkpoint.path()).expect("loaded");
    let mut parts = Recorded::default();
    let whole = run(trainer, &mut recorded, u64::MAX);
    let resumed = run(resumed, &mut parts, u64::MAX);
    assert!(fixture::files(whole.as_ref()) == fixture::files(resumed.as_ref()));
    for name in ["fake_b/edge_f1", "fake_a/ssim", "cycle_a/psnr"] {
        // After the first epoch, and at the end.
        let values: Vec<f64> = recorded.series(name).collect();
        assert_eq!(values.len(), 2, "{name}");
        assert!(parts.series(name).eq(values), "{name}");
    }
}

#[test]
fn a_run_shows_both_directions_at_the_beginning_in_between_and_at_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = tiny_images(folder.path(), false);
    let config = with(json!({"max_steps": 20}));
    let mut trainer = fixture::trainer(&SYSTEM, &config, &data, 1);
    assert_eq!(trainer.position().total_steps, 20);
    let mut recorded = Recorded::default();
    while trainer.step(&mut recorded).expect("a step") == Outcome::Continue {}
    trainer.finish(&mut recorded).expect("finished");
    assert_eq!(trainer.position().step, 20);
    assert_eq!(trainer.position().epoch, 2.5);
    let names: Vec<&str> = recorded
        .artifacts
        .iter()
        .map(|artifact| artifact.file_name.as_str())
        .filter(|name| name.starts_with("translations"))
        .collect();
    let expected = [0, 9, 18, 20].map(|step| format!("translations_{step:06}.png"));
    assert_eq!(names, expected);
    let last = recorded
        .artifacts
        .iter()
        .rfind(|artifact| artifact.file_name == expected[3])
        .expect("it is there");
    let all = recorded.artifacts.last().expect("all test pictures");
    assert_eq!(all.file_name, TEST_PICTURES);
    let all = Translations::from_png(&all.bytes()).expect("translations");
    assert_eq!(all.pictures.len(), 4);
    let translations = Translations::from_png(&last.bytes()).expect("translations");
    assert_eq!((translations.width, translations.height), (16, 12));
    let sides: Vec<Side> = translations.pictures.iter().map(|own| own.side).collect();
    assert_eq!(sides, [Side::A, Side::A, Side::B, Side::B]);
    let views = [
        View::Real,
        View::Fake,
        View::Reconstruction,
        View::Identity,
        View::Target,
    ];
    for picture in &translations.pictures {
        assert!(picture.views().eq(views), "{}", picture.name);
    }
    for name in [
        "loss/gan_a",
        "loss/gan_b",
        "loss/cycle_a",
        "loss/cycle_b",
        "loss/identity_a",
        "loss/identity_b",
        "loss/discriminator_a",
        "loss/discriminator_b",
        "loss/generator",
        "discriminator_a/accuracy_real",
        "discriminator_b/accuracy_fake",
        "train/learning_rate",
    ] {
        assert_eq!(recorded.series(name).count(), 20, "{name}");
    }
    // Half of the steps, as half of the epochs, learn ever less.
    let rates: Vec<f64> = recorded.series("train/learning_rate").collect();
    assert_eq!((rates[0], rates[9]), (2e-4, 2e-4));
    assert!(rates[10..].is_sorted_by(|one, next| one > next));
    assert!((rates[19] - 2e-4 / 11.0).abs() < 1e-12);
}

#[test]
fn a_training_image_that_breaks_off_is_told_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("trainA/3.png");
    let data = tiny_images(folder.path(), false);
    let whole = std::fs::read(&path).expect("written");
    std::fs::write(&path, &whole[..whole.len() / 2]).expect("written");
    let config = with(json!({"max_steps": 24}));
    let mut trainer = fixture::trainer(&SYSTEM, &config, &data, 1);
    let mut recorded = Recorded::default();
    while trainer.step(&mut recorded).expect("a step") == Outcome::Continue {}
    let warnings = recorded
        .logs
        .iter()
        .filter(|(_, text)| text.contains("3.png"));
    assert_eq!(warnings.count(), 1, "{:?}", recorded.logs);
}

#[test]
fn weights_and_learning_rate_change_while_it_runs_and_stay_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = tiny_images(folder.path(), false);
    let config = with(json!({}));
    let mut trainer = fixture::trainer(&SYSTEM, &config, &data, 1);
    let mut recorded = Recorded::default();
    for _ in 0..4 {
        trainer.step(&mut recorded).expect("a step");
    }
    let changed = with(json!({
        "lambda_identity": 0.0, "lambda_cycle": 3.0, "lambda_cycle_b": 4.0, "learning_rate": 0.001,
    }));
    trainer.reconfigure(&changed).expect("live");
    let checkpoint = tempfile::tempdir().expect("a folder");
    trainer.save(checkpoint.path()).expect("saved");
    // Earlier versions kept them in the state, too; the config counts.
    let json = checkpoint.path().join("state.json");
    if let Ok(state) = std::fs::read(&json) {
        let mut state: Value = serde_json::from_slice(&state).expect("JSON");
        state["learning_rate"] = json!(9.0);
        state["changed"] = json!([{"key": "lambda_cycle", "value": 9.0}]);
        std::fs::write(&json, state.to_string()).expect("written");
    }
    let mut resumed = fixture::trainer(&SYSTEM, &changed, &data, 1);
    resumed.load(checkpoint.path()).expect("loaded");
    for trainer in [&mut trainer, &mut resumed] {
        let mut recorded = Recorded::default();
        trainer.step(&mut recorded).expect("a step");
        let last = |name: &str| recorded.last(name).expect("measured");
        assert_eq!(recorded.last("loss/identity_a"), None);
        let sum = last("loss/gan_a")
            + last("loss/gan_b")
            + 3.0 * last("loss/cycle_a")
            + 4.0 * last("loss/cycle_b");
        assert!((last("loss/generator") - sum).abs() < 1e-4);
        assert_eq!(last("train/learning_rate"), 0.001);
    }
}

#[test]
fn a_checkpoint_translates_pictures_of_any_size_both_ways() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = tiny_images(folder.path(), false);
    let config = with(json!({}));
    let mut trainer = fixture::trainer(&SYSTEM, &config, &data, 1);
    let mut recorded = Recorded::default();
    for _ in 0..10 {
        trainer.step(&mut recorded).expect("a step");
    }
    let checkpoint = tempfile::tempdir().expect("a folder");
    trainer.save(checkpoint.path()).expect("saved");
    let translator = SYSTEM
        .translator(checkpoint.path(), &Device::flex())
        .expect("a checkpoint")
        .expect("it translates");
    assert_eq!(translator.targets(), [Side::B, Side::A]);
    assert_eq!(translator.trained_size(), (16, 12));
    // As the newest snapshot shows it.
    let newest = recorded.artifacts.last().expect("a snapshot");
    let shown = Translations::from_png(&newest.bytes()).expect("translations");
    let options = TranslateOptions {
        reconstruct: true,
        ..TranslateOptions::default()
    };
    for picture in &shown.pictures {
        let real = picture.view(View::Real).expect("shown");
        let made = translator
            .translate(real, picture.side.other(), &options, &Monitor::default())
            .expect("translated");
        assert_eq!(Some(&made.image), picture.view(View::Fake));
        let back = made.reconstruction.expect("both ways");
        // The snapshot's is made of the translation before it was rounded.
        let shown = picture.view(View::Reconstruction).expect("shown");
        assert_eq!(back, *shown);
    }
    for (width, height) in [(1, 1), (5, 30), (33, 17)] {
        let picture = RgbImage::from_pixel(width, height, image::Rgb([90, 120, 200]));
        let made = translator
            .translate(&picture, Side::A, &options, &Monitor::default())
            .expect("translated");
        assert_eq!(made.image.dimensions(), (width, height));
        assert_eq!(made.tiles, 1);
    }
    let canceled = Monitor::default();
    canceled.cancel();
    let picture = RgbImage::new(16, 16);
    assert!(
        translator
            .translate(&picture, Side::A, &options, &canceled)
            .is_err()
    );
}

#[test]
fn tiles_make_the_same_picture_as_a_whole_without_instance_normalization() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = tiny_images(folder.path(), false);
    let config = with(json!({"norm": "none", "init": "kaiming"}));
    let trainer = fixture::trainer(&SYSTEM, &config, &data, 1);
    let checkpoint = tempfile::tempdir().expect("a folder");
    trainer.save(checkpoint.path()).expect("saved");
    let translator = SYSTEM
        .translator(checkpoint.path(), &Device::flex())
        .expect("a checkpoint")
        .expect("it translates");
    let picture = RgbImage::from_fn(299, 202, |x, y| {
        image::Rgb([
            (x * 7 % 256) as u8,
            (y * 5 % 256) as u8,
            ((x + y) % 256) as u8,
        ])
    });
    let translate = |memory| {
        let options = TranslateOptions {
            reconstruct: false,
            memory,
            deep: true,
        };
        let made = translator
            .translate(&picture, Side::B, &options, &Monitor::default())
            .expect("translated");
        // 16 bits are the same picture: 257 steps for each of 8 bits.
        let deep = made.deep.as_ref().expect("16 bits");
        let mut values = deep.iter().zip(made.image.iter());
        assert!(values.all(|(deep, byte)| deep.abs_diff(u16::from(*byte) * 257) <= 129));
        made
    };
    let (whole, tiled) = (translate(1 << 30), translate(450_000));
    assert_eq!(whole.tiles, 1);
    assert!(tiled.tiles > 3, "{}", tiled.tiles);
    let pairs = whole.image.as_raw().iter().zip(tiled.image.as_raw());
    let worst = pairs.map(|(one, other)| one.abs_diff(*other)).max();
    assert!(worst <= Some(1), "{worst:?}");
    let distinct: std::collections::BTreeSet<u8> = whole.image.as_raw().iter().copied().collect();
    assert!(distinct.len() > 20, "the picture shows something");
}

#[test]
fn a_run_starts_from_the_generators_of_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = tiny_images(folder.path(), false);
    let first = fixture::trainer(&SYSTEM, &with(json!({})), &data, 1);
    let checkpoint = tempfile::tempdir().expect("a folder");
    first.save(checkpoint.path()).expect("saved");
    let start = |path: &std::path::Path, seed| {
        let config = with(json!({"initial_weights": path.display().to_string()}));
        fixture::trainer(&SYSTEM, &config, &data, seed)
    };
    let mut recorded = Recorded::default();
    let mut second = start(checkpoint.path(), 2);
    second.step(&mut recorded).expect("started");
    let (one, other) = (
        fixture::files(first.as_ref()),
        fixture::files(second.as_ref()),
    );
    assert!(one["g_a.safetensors"] == other["g_a.safetensors"]);
    assert!(one["d_a.safetensors"] != other["d_a.safetensors"]);
    assert!(recorded.logs[0].1.contains("g_a and g_b"));
    let error = start(folder.path(), 2)
        .step(&mut recorded)
        .expect_err("no weights");
    assert!(error.to_string().contains("initial_weights"), "{error}");
}
