//! Whole runs on small streets, and what is refused.

use std::path::Path;
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Device;
use image::RgbImage;
use serde_json::{Value, json};

use super::AugGanSystem;
use super::config::{AugGanConfig, Sharing};
use crate::data::ImagesSource;
use crate::data::images::{ImageNeeds, Side, load};
use crate::data::sample::{StreetCounts, write_street};
use crate::data::{Dataset, Monitor};
use crate::nn::conv::{Init, Initializer};
use crate::record::{ArtifactKind, Recorded, Translations, View};
use crate::systems::images::shared::networks::Architecture as _;
use crate::systems::{
    AnySystem, ConfigMap, DataFacts, Erased, Outcome, Place, Trainer, TranslateOptions,
};

static SYSTEM: Erased<AugGanSystem> = Erased::new();

/// A street of few pictures.
struct Street(tempfile::TempDir);

impl Street {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let counts = StreetCounts { train: 3, test: 1 };
        write_street(folder.path(), 1, counts, &Monitor::default()).expect("written");
        Self(folder)
    }

    fn data(&self, config: &ConfigMap) -> Result<Dataset, String> {
        let needs = SYSTEM.image_needs(config);
        let source = ImagesSource {
            path: self.0.path().to_owned(),
            ..ImagesSource::default()
        };
        let domains = load(&source, needs, 1, &Monitor::default());
        domains
            .map(|domains| Dataset::Images(Arc::new(domains)))
            .map_err(|error| error.to_string())
    }

    fn remove_masks(&self, parts: &[&str]) {
        for part in parts {
            std::fs::remove_dir_all(self.0.path().join(format!("{part}_labels"))).expect("removed");
        }
    }
}

/// Tiny networks, with `more` over them.
fn config(more: Value) -> ConfigMap {
    let mut given = json!({
        "load_size": 36, "load_height": 28, "crop_size": 32, "crop_height": 24, "generator_filters": 2, "encoder_blocks": 1, "blocks": 1,
        "upsampling": "resize", "discriminator_filters": 2, "discriminator_layers": 1, "pool_size": 2, "max_steps": 6, "snapshot_every": 100,
        "measure_every": 0,
    });
    let (Some(map), Value::Object(more)) = (given.as_object_mut(), more) else {
        panic!("tables");
    };
    map.extend(more);
    SYSTEM.resolve(map).expect("a config")
}

fn steps(trainer: &mut dyn Trainer<ConfigMap>, until: u64) -> Recorded {
    let mut recorded = Recorded::default();
    while trainer.position().step < until {
        let outcome = trainer.step(&mut recorded).expect("a step");
        assert!(outcome == Outcome::Continue || trainer.position().step == until);
    }
    recorded
}

#[test]
fn a_resumed_run_is_bit_for_bit_the_same() {
    let street = Street::new();
    let mut config = config(json!({
        "lambda_identity": 0.5, "lambda_consistency": 0.5, "residual_sharing": "soft",
    }));
    let data = street.data(&config).expect("loaded");
    let make = |config: &ConfigMap| {
        SYSTEM
            .trainer(config, &data, &Place::cpu(3))
            .expect("a trainer")
    };
    let saved = |trainer: &dyn Trainer<ConfigMap>| {
        let folder = tempfile::tempdir().expect("a folder");
        trainer.save(folder.path()).expect("written");
        folder
    };
    let mut whole = make(&config);
    let _ = steps(whole.as_mut(), 3);
    config.insert("lambda_segmentation".to_owned(), json!(0.7));
    whole.reconfigure(&config).expect("live");
    let half = saved(whole.as_ref());
    let _ = steps(whole.as_mut(), 6);
    let mut again = make(&config);
    again.load(half.path()).expect("the same run");
    let _ = steps(again.as_mut(), 6);
    let (one, other) = (saved(whole.as_ref()), saved(again.as_ref()));
    let mut files = 0;
    for file in std::fs::read_dir(one.path()).expect("a folder") {
        let file = file.expect("a file");
        let name = file.file_name();
        let read = |folder: &Path| std::fs::read(folder.join(&name)).expect("read");
        assert!(read(one.path()) == read(other.path()), "{name:?} differs");
        if file
            .path()
            .extension()
            .is_some_and(|end| end == "safetensors")
        {
            assert!(read(one.path()) != read(half.path()), "{name:?} learned");
            files += 1;
        }
    }
    // Two generators, two discriminators, and the moments of their optimizers.
    assert_eq!(files, 5);
}

#[test]
fn snapshots_and_translations_show_the_parsing_and_the_checkpoint_is_enough_for_them() {
    let street = Street::new();
    let config = config(json!({"max_steps": 1}));
    let data = street.data(&config).expect("loaded");
    let device = Device::flex();
    let mut trainer = SYSTEM
        .trainer(&config, &data, &Place::cpu(3))
        .expect("a trainer");
    let mut recorded = steps(trainer.as_mut(), 1);
    trainer.finish(&mut recorded).expect("measured");
    for name in [
        "loss/segmentation_a",
        "loss/segmentation_b",
        "loss/sharing_a",
        "loss/sharing_b",
    ] {
        assert!(recorded.last(name).is_some_and(f64::is_finite), "{name}");
    }
    let shown = recorded
        .artifacts
        .iter()
        .rfind(|artifact| artifact.kind == ArtifactKind::TRANSLATIONS)
        .expect("a snapshot");
    let shown = Translations::from_png(&shown.bytes()).expect("a snapshot");
    assert_eq!(shown.pictures.len(), 2);
    for picture in &shown.pictures {
        assert!(picture.view(View::Parsing).is_some() && picture.view(View::Mask).is_some());
    }
    let folder = tempfile::tempdir().expect("a folder");
    trainer.save(folder.path()).expect("written");
    let translator = SYSTEM
        .translator(folder.path(), &device)
        .expect("read")
        .expect("a translator");
    assert_eq!(translator.classes(), shown.classes);
    assert!(translator.classes().iter().any(|(name, _)| name == "road"));
    let picture = RgbImage::from_fn(30, 26, |x, y| image::Rgb([x as u8 * 8, y as u8 * 9, 40]));
    for to in [Side::A, Side::B] {
        let made = translator
            .translate(
                &picture,
                to,
                &TranslateOptions::default(),
                &Monitor::default(),
            )
            .expect("translated");
        assert_eq!(made.image.dimensions(), (30, 26));
        let parsing = made.parsing.expect("a parsing");
        assert_eq!(parsing.len(), 30 * 26);
        let classes = translator.classes().len();
        assert!(parsing.iter().all(|class| usize::from(*class) < classes));
    }
}

#[test]
fn with_masks_in_a_alone_only_a_is_parsed_whichever_part_it_plays() {
    let street = Street::new();
    street.remove_masks(&["trainB", "testB"]);
    for (direction, present, absent) in [
        ("a_to_b", "loss/segmentation_a", "loss/segmentation_b"),
        ("b_to_a", "loss/segmentation_b", "loss/segmentation_a"),
    ] {
        let config = config(json!({
            "masks": "a", "direction": direction, "max_steps": 1, "lambda_consistency": 1.0,
        }));
        let data = street.data(&config).expect("loaded");
        let mut trainer = SYSTEM
            .trainer(&config, &data, &Place::cpu(3))
            .expect("a trainer");
        let mut recorded = steps(trainer.as_mut(), 1);
        trainer.finish(&mut recorded).expect("measured");
        assert!(recorded.last(present).is_some_and(f64::is_finite));
        assert!(recorded.last(absent).is_none());
        // The translations of A would be parsed by B's network, of which there is none.
        for name in ["loss/consistency_a", "loss/consistency_b"] {
            assert!(recorded.last(name).is_none(), "{name}");
        }
        let shown = Translations::from_png(&recorded.artifacts.last().expect("a snapshot").bytes());
        for picture in shown.expect("a snapshot").pictures {
            let parsed = picture.view(View::Parsing).is_some();
            assert_eq!(parsed, picture.side == Side::A, "{direction}");
        }
    }
}

#[test]
fn missing_masks_are_said_with_what_to_do() {
    let street = Street::new();
    let config = config(json!({}));
    let message = |config: &ConfigMap| match street.data(config) {
        Err(message) => message,
        Ok(data) => match SYSTEM.trainer(config, &data, &Place::cpu(1)) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("there are no masks"),
        },
    };
    street.remove_masks(&["trainB", "testB"]);
    let error = message(&config);
    assert!(error.contains("mask"), "{error}");
    // As if the data had been loaded for a system that needs no masks.
    let domains = |street: &Street| {
        let source = ImagesSource {
            path: street.0.path().to_owned(),
            ..ImagesSource::default()
        };
        Dataset::Images(Arc::new(
            load(&source, ImageNeeds::default(), 1, &Monitor::default()).expect("loaded"),
        ))
    };
    let refused = |data: &Dataset| {
        let trainer = SYSTEM.trainer(&config, data, &Place::cpu(1));
        trainer.err().expect("no masks").to_string()
    };
    let error = refused(&domains(&street));
    assert!(
        error.contains("masks = \"a\"") && error.contains("trainB_labels"),
        "{error}"
    );
    street.remove_masks(&["trainA", "testA"]);
    let error = refused(&domains(&street));
    assert!(
        error.contains("the images of A have no masks") && error.contains("CycleGAN"),
        "{error}"
    );
}

#[test]
fn configs_that_cannot_be_are_refused_by_key() {
    let key = |more: Value| {
        let mut given = AugGanConfig::default();
        let mut all = serde_json::to_value(&given).expect("plain data");
        let map = all.as_object_mut().expect("a table");
        map.extend(more.as_object().expect("a table").clone());
        given = serde_json::from_value(all).expect("known keys");
        given.check().err().map(|error| error.key)
    };
    assert_eq!(key(json!({})), None);
    assert_eq!(key(json!({"crop_size": 254})).as_deref(), Some("crop_size"));
    assert_eq!(
        key(json!({"crop_height": 190, "load_height": 200})).as_deref(),
        Some("crop_height")
    );
    assert_eq!(
        key(json!({"segmentation_l1": 0.0, "segmentation_cross_entropy": 0.0})).as_deref(),
        Some("segmentation_cross_entropy")
    );
    assert_eq!(
        key(json!({"crop_size": 16, "discriminator_layers": 5})).as_deref(),
        Some("discriminator_layers")
    );
    assert_eq!(
        key(json!({"decay_epochs": 300})).as_deref(),
        Some("decay_epochs")
    );
}

/// Of the paper's sizes, counted by hand: stem 3·64·49 + 64, downs 64·128·9 + 128 and 128·256·9 + 256, blocks of 2 · (256·256·9 + 256),
/// ups 256·128·9 + 128 and 128·64·9 + 64, head 64·3·49 + 3; parsing head 64·32·49 + 32 and 32·K + K.
#[test]
fn parameters_are_those_of_the_layers_and_sharing_saves_copies() {
    let classes = 19;
    let (block, ups) = (1_180_160, 295_040 + 73_792);
    let generator = 9_472 + 73_856 + 295_168 + 9 * block + ups + 9_411;
    let head = 100_384 + 32 * classes + classes;
    for (residual, upsampling, copies) in [
        (Sharing::Hard, Sharing::Soft, ups),
        (Sharing::Hard, Sharing::Hard, 0),
        (Sharing::Soft, Sharing::Soft, 6 * block + ups),
        (Sharing::None, Sharing::Hard, 6 * block),
    ] {
        let config = AugGanConfig {
            residual_sharing: residual,
            upsampling_sharing: upsampling,
            ..AugGanConfig::default()
        };
        let expected = generator + head + copies;
        assert_eq!(config.domain(classes).parameters(), expected);
        assert_eq!(config.domain(0).parameters(), generator);
    }
    // The description is the module's.
    let config = AugGanConfig {
        generator_filters: 4,
        residual_sharing: Sharing::None,
        ..AugGanConfig::default()
    };
    let domain = config.domain(5);
    let device = Device::flex();
    let module = domain.init(&mut Initializer::new(Init::default(), None, &device, 0));
    assert_eq!(module.num_params(), domain.parameters());
}

#[test]
fn every_preset_is_a_config_with_an_estimate() {
    for preset in SYSTEM.presets() {
        let config = SYSTEM.resolve(&preset.values).expect(preset.name);
        SYSTEM.check(&config).expect(preset.name);
        let estimate = SYSTEM
            .estimate(&config, &DataFacts::Unknown)
            .expect(preset.name);
        assert!(estimate.parameters > 0 && estimate.memory > 0 && estimate.operations > Some(0.0));
    }
    let starting = SYSTEM.info().starting_preset.expect("one");
    assert!(
        SYSTEM
            .presets()
            .iter()
            .any(|preset| preset.name == starting)
    );
}
