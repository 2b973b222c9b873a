use serde_json::{Value, json};

use super::CycleGanSystem;
use super::tests::tiny;
use crate::systems::images::shared::fixture;
use crate::systems::{AnySystem, DataFacts, Erased, ImageFacts};

static SYSTEM: Erased<CycleGanSystem> = Erased::new();

#[test]
fn combinations_that_cannot_be_are_refused_by_key() {
    let refused = |given: Value| {
        let mut all = tiny().as_object().expect("a map").clone();
        all.extend(given.as_object().expect("a map").clone());
        let error = SYSTEM.resolve(&all).expect_err("it cannot be");
        (error.key, error.problem)
    };
    for (given, key) in [
        (json!({"crop_size": 18}), "crop_size"),
        (json!({"crop_height": 18}), "crop_height"),
        (json!({"crop_size": 64, "crop_height": 20}), "load_size"),
        (json!({"load_height": 10}), "load_height"),
        (json!({"decay_epochs": 300}), "decay_epochs"),
        (json!({"discriminator_layers": 8}), "discriminator_layers"),
        (json!({"generator": "unet", "unet_levels": 5}), "crop_size"),
        (json!({"preprocess": "none", "batch_size": 2}), "batch_size"),
        (json!({"pool_size": -1}), "pool_size"),
    ] {
        let (found, problem) = refused(given.clone());
        assert_eq!(found, key, "{given}: {problem}");
    }
    assert!(
        refused(json!({"crop_size": 18})).1.contains("16"),
        "says what fits"
    );
}

#[test]
fn defaults_are_the_official_codes_and_every_preset_can_be() {
    let config = fixture::config(&SYSTEM, json!({}));
    for (key, value) in [
        ("load_size", json!(286)),
        ("crop_size", json!(256)),
        ("preprocess", json!("resize_and_crop")),
        ("generator", json!("resnet")),
        ("generator_filters", json!(64)),
        ("blocks", json!(9)),
        ("norm", json!("instance")),
        ("dropout", json!(false)),
        ("upsampling", json!("transposed")),
        ("padding", json!("reflection")),
        ("discriminator", json!("patch")),
        ("discriminator_layers", json!(3)),
        ("gan", json!("least_squares")),
        ("lambda_cycle", json!(10.0)),
        ("lambda_identity", json!(0.5)),
        ("pool_size", json!(50)),
        ("learning_rate", json!(2e-4)),
        ("beta1", json!(0.5)),
        ("epochs", json!(200)),
        ("decay_epochs", json!(100)),
        ("max_steps", json!(0)),
        ("init", json!("normal")),
        ("init_gain", json!(0.02)),
        ("direction", json!("a_to_b")),
    ] {
        assert_eq!(config.get(key), Some(&value), "{key}");
    }
    assert!(!config.contains_key("lambda_cycle_b"));
    // Two generators and two discriminators of the paper.
    let estimate = SYSTEM
        .estimate(&config, &DataFacts::Unknown)
        .expect("a size");
    assert_eq!(estimate.parameters, 2 * (11_378_179 + 2_764_737));
    for preset in SYSTEM.presets() {
        let config = fixture::config(&SYSTEM, json!({"preset": preset.name}));
        assert!(SYSTEM.estimate(&config, &DataFacts::Unknown).is_some());
    }
    assert_eq!(SYSTEM.info().starting_preset, Some("Quick"));
}

#[test]
fn an_estimate_goes_by_the_images_where_they_keep_their_size() {
    let memory = |preprocess: &str, largest| {
        let config = fixture::config(&SYSTEM, json!({"preprocess": preprocess}));
        let facts = DataFacts::Images(ImageFacts {
            largest,
            ..ImageFacts::default()
        });
        let estimate = SYSTEM.estimate(&config, &facts);
        estimate.expect("a size").memory as f64
    };
    let small = memory("none", Some((286, 286)));
    assert_eq!(memory("none", None), small);
    // Three times as wide and high: nine times the pixels.
    let large = memory("none", Some((858, 858)));
    assert!((7.0..9.0).contains(&(large / small)), "{large} {small}");
    assert_eq!(memory("scale_width", Some((858, 858))), small);
    assert!(memory("scale_width", Some((858, 1716))) > 1.7 * small);
    let cropped = memory("resize_and_crop", None);
    assert_eq!(memory("resize_and_crop", Some((858, 858))), cropped);
}

#[test]
fn decay_and_levels_follow_from_epochs_and_sizes_where_they_are_not_given() {
    let resolved = |given: Value| fixture::config(&SYSTEM, given);
    let config = resolved(json!({"epochs": 21, "generator": "unet", "crop_size": 64}));
    assert_eq!(config["decay_epochs"], 10);
    assert_eq!(config["unet_levels"], 6);
    let config = resolved(json!({"generator": "unet", "crop_size": 128, "crop_height": 96}));
    assert_eq!(config["decay_epochs"], 100);
    assert_eq!(config["unet_levels"], 5);
    let config = resolved(json!({"epochs": 21, "decay_epochs": 3, "unet_levels": 4}));
    assert_eq!(
        (&config["decay_epochs"], &config["unet_levels"]),
        (&json!(3), &json!(4))
    );
}
