//! Named settings.

use serde_json::{Value, json};

use crate::systems::{ConfigMap, Preset, keys};

/// The defaults that depend on other keys.
pub(super) fn defaults(given: &ConfigMap) -> ConfigMap {
    match given.get("row_clusters") {
        Some(count) => keys(json!({"column_clusters": count})),
        None => ConfigMap::new(),
    }
}

/// The presets; the first is the default.
pub(super) fn presets() -> Vec<Preset> {
    let paper = |name, description, activation: &str, lambdas: [f64; 3]| {
        let mut values = keys(json!({
            "missing": "filled", "scaling": "zscore", "center": false, "unit_length": false, "row_hidden": [0], "column_hidden": [0], "code": 40, "linear_path": false, "initial_bias": 0.1,
            "reconstruction": "norm", "layer_errors": true, "scale_codes": false, "variance_floor": 1e-6,
            "joint": "dot", "joint_weighting": "none", "block_sums": "hard", "cross_form": "logarithm", "lambda4": 1e5, "covariance_weight": 1.0,
            "pretraining": "layerwise", "pretraining_epochs": 1000, "pretraining_rate": 1e-4, "start": "random",
            "epochs": 3000, "learning_rate": 1e-4, "late_rate": 0.1, "restarts": 1,
        }));
        values.insert("activation".to_owned(), Value::from(activation));
        for (key, value) in ["lambda1", "lambda2", "lambda3"].into_iter().zip(lambdas) {
            values.insert(key.to_owned(), Value::from(value));
        }
        Preset {
            name,
            description,
            values,
        }
    };
    vec![
        Preset {
            name: "Default",
            description: "The joint is the data itself, autoencoders start at the singular value decomposition and inference nets at what many runs of k-means agree on: works on counts, ratings and measurements.",
            values: ConfigMap::new(),
        },
        paper(
            "Paper, text",
            "The paper's and official code's settings for Citeseer and WebKB; the data is not part of their cross loss.",
            "relu",
            [4.0, 0.5, 2e-4],
        ),
        paper(
            "Paper, image",
            "The paper's and official code's settings for Coil20, Yale, Fashion-MNIST and Sign-MNIST.",
            "tanh",
            [2e-2, 2e-2, 1e-1],
        ),
        paper(
            "Paper, rating",
            "The paper's and official code's settings for IMDb movies with keywords and actors.",
            "relu",
            [2.0, 4e-2, 1e-4],
        ),
    ]
}
