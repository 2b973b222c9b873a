use burn::tensor::Device;
use serde_json::{Value, json};

use super::model::Pix2Pix;
use super::{Pix2PixConfig, Pix2PixSystem};
use crate::data::Monitor;
use crate::data::images::Side;
use crate::record::{Recorded, Translations, View};
use crate::systems::images::shared::fixture;
use crate::systems::images::shared::fixture::{
    Fixture, compare_after, load_before, resumes_bit_for_bit, tiny_images,
};
use crate::systems::{AnySystem, ConfigMap, DataFacts, Erased, Place, TranslateOptions, config_of};

static SYSTEM: Erased<Pix2PixSystem> = Erased::new();

fn with(more: Value) -> ConfigMap {
    let tiny = json!({
        "load_size": 24, "load_height": 20, "crop_size": 24, "crop_height": 16,
        "generator_filters": 2, "unet_levels": 3, "discriminator_filters": 4, "discriminator_layers": 1,
        "max_steps": 40, "snapshot_every": 9, "snapshot_pictures": 2, "measure_every": 0,
    });
    let mut given = tiny.as_object().expect("a map").clone();
    given.extend(more.as_object().expect("a map").clone());
    fixture::config(&SYSTEM, Value::Object(given))
}

#[test]
fn one_step_changes_every_weight_as_pytorch_does() {
    let config: Pix2PixConfig = config_of(&with(json!({"dropout": false}))).expect("resolved");
    let device = Device::flex();
    let mut model = Pix2Pix::new(&config, &Place::cpu(1));
    let discriminator = config.networks.discriminator(6).tensors();
    load_before(&mut model.networks, "pix2pix", &discriminator);
    Fixture::read("pix2pix").step(&mut model, &device);
    compare_after(&model.networks, "pix2pix", &discriminator, [&[], &[]]);
}

#[test]
fn a_resumed_run_goes_on_bit_for_bit() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = tiny_images(folder.path(), true);
    resumes_bit_for_bit(&SYSTEM, &with(json!({})), &data);
    let more =
        json!({"generator": "resnet", "blocks": 1, "batch_size": 3, "pool_size": 4, "flip": false});
    resumes_bit_for_bit(&SYSTEM, &with(more), &data);
}

#[test]
fn defaults_are_the_official_codes_and_every_preset_can_be() {
    let config = fixture::config(&SYSTEM, json!({}));
    for (key, value) in [
        ("generator", json!("unet")),
        ("unet_levels", json!(8)),
        ("norm", json!("batch")),
        ("dropout", json!(true)),
        ("gan", json!("vanilla")),
        ("lambda_l1", json!(100.0)),
        ("pool_size", json!(0)),
        ("load_size", json!(286)),
        ("learning_rate", json!(2e-4)),
    ] {
        assert_eq!(config.get(key), Some(&value), "{key}");
    }
    // unet_256 and the conditional discriminator.
    let estimate = SYSTEM
        .estimate(&config, &DataFacts::Unknown)
        .expect("a size");
    assert_eq!(estimate.parameters, 54_413_955 + 2_768_705);
    for preset in SYSTEM.presets() {
        fixture::config(&SYSTEM, json!({"preset": preset.name}));
    }
    assert!(SYSTEM.image_needs(&config).paired);
}

#[test]
fn it_translates_in_its_direction_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = tiny_images(folder.path(), true);
    for (direction, from) in [("a_to_b", Side::A), ("b_to_a", Side::B)] {
        let config = with(json!({"direction": direction}));
        let mut trainer = fixture::trainer(&SYSTEM, &config, &data, 1);
        let mut recorded = Recorded::default();
        for _ in 0..3 {
            trainer.step(&mut recorded).expect("a step");
        }
        trainer.finish(&mut recorded).expect("finished");
        let newest = recorded.artifacts.last().expect("a snapshot");
        let shown = Translations::from_png(&newest.bytes()).expect("translations");
        let checkpoint = tempfile::tempdir().expect("a folder");
        trainer.save(checkpoint.path()).expect("saved");
        let translator = SYSTEM
            .translator(checkpoint.path(), &Device::flex())
            .expect("a checkpoint")
            .expect("it translates");
        assert_eq!(translator.targets(), [from.other()]);
        let options = TranslateOptions::default();
        for picture in &shown.pictures {
            assert_eq!(picture.side, from);
            assert!(picture.views().eq([View::Real, View::Fake, View::Target]));
            let real = picture.view(View::Real).expect("shown");
            let made = translator
                .translate(real, from.other(), &options, &Monitor::default())
                .expect("translated");
            assert_eq!(Some(&made.image), picture.view(View::Fake));
            let wrong = translator.translate(real, from, &options, &Monitor::default());
            assert!(wrong.is_err());
        }
    }
}
