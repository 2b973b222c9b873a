//! Runs that have curves.

use std::path::{Path, PathBuf};

use atelier::record::Status;
use atelier::runs::{self, RunState};
use atelier::systems::{self, ConfigMap};
use serde_json::json;

/// A run whose errors fall toward `floor`, with noise from a small generator of its own.
pub(super) fn run(floor: f64, steps: u64, seed: u64) -> RunState {
    let mut state = RunState::default();
    state.apply(&atelier::record::Event::Status {
        status: Status::Running,
        step: 0,
        total_steps: steps,
        message: None,
    });
    let mut noise = seed;
    let mut next = || {
        noise = noise
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (noise >> 40) as f64 / f64::from(1_u32 << 24) - 0.5
    };
    for step in 1..=steps {
        let time = step as f64 / steps as f64;
        let fall = (-9.0 * time).exp();
        let (epoch, seconds) = (step as f64 / 4.0, step as f64 * 0.11);
        let mut scalar = |name: &str, value: f64| {
            state.apply(&atelier::record::Event::Scalar {
                name: name.to_owned(),
                step,
                epoch,
                seconds,
                value,
            });
        };
        let rmse = floor - 0.09 + 0.55 * fall - 0.03 * time;
        scalar("train/loss", rmse * rmse * (1.0 + 0.16 * next()));
        scalar("train/rmse", rmse + 0.03 * next());
        scalar("train/mae", 0.79 * rmse + 0.02 * next());
        scalar(
            "time/step",
            0.11 + 0.03 * next() + if step % 97 == 0 { 0.12 } else { 0.0 },
        );
        if step % 4 == 0 {
            let test =
                floor + 0.42 * fall + 0.035 * (time - 0.55).max(0.0).powi(2) + 0.003 * next();
            scalar("validation/rmse", test - 0.012 + 0.003 * next());
            scalar("test/rmse", test);
            scalar("test/mae", 0.785 * test);
        }
    }
    state
}

pub(super) fn config(value: serde_json::Value) -> ConfigMap {
    value.as_object().unwrap().clone()
}

pub(super) fn three_runs() -> Vec<(String, RunState, ConfigMap)> {
    let mut with_change = run(0.905, 600, 1);
    with_change.apply(&atelier::record::Event::Parameter {
        key: "learning_rate".to_owned(),
        value: json!(0.0005),
        step: 300,
        seconds: 33.0,
    });
    vec![
        (
            "Item-based, 500 hidden".to_owned(),
            with_change,
            config(
                json!({"side": "item", "hidden": [500], "learning_rate": 0.001, "regularization": 20}),
            ),
        ),
        (
            "User-based".to_owned(),
            run(0.948, 600, 2),
            config(
                json!({"side": "user", "hidden": [500], "learning_rate": 0.001, "regularization": 100}),
            ),
        ),
        (
            "Small".to_owned(),
            run(0.931, 420, 3),
            config(
                json!({"side": "item", "hidden": [50], "learning_rate": 0.001, "regularization": 20}),
            ),
        ),
    ]
}

/// A run of CycleGAN, measured once at its end.
pub(super) fn translated_run() -> RunState {
    let mut state = RunState::default();
    for step in 1..=40_u64 {
        let mut scalar = |name: &str, value: f64| {
            state.apply(&atelier::record::Event::Scalar {
                name: name.to_owned(),
                step,
                epoch: step as f64,
                seconds: step as f64,
                value,
            });
        };
        for side in ["a", "b"] {
            scalar(&format!("loss/gan_{side}"), 0.5);
            scalar(&format!("loss/discriminator_{side}"), 0.25);
            scalar(&format!("loss/cycle_{side}"), 1.0 / step as f64);
            scalar(&format!("loss/identity_{side}"), 1.0 / step as f64);
            for what in ["real", "fake"] {
                scalar(&format!("discriminator_{side}/accuracy_{what}"), 0.5);
            }
            if step == 40 {
                for (part, other) in [("fake", 0.4), ("identity", 0.3), ("real", 0.8)] {
                    scalar(&format!("{part}_{side}/fcn_miou"), other);
                }
                scalar(&format!("fake_{side}/kernel_distance"), 1.5);
            }
        }
        scalar("loss/generator", 8.0 / step as f64);
    }
    state
}

/// The sample runs of every system that has some, with its id.
pub(super) fn sample_runs() -> Vec<(PathBuf, &'static str)> {
    let runs = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/runs");
    let listed = runs::list(&runs).unwrap();
    let system_of = |run: &runs::Listed| {
        let id = &run.summary.as_ref().unwrap().system;
        systems::find(id).unwrap().id()
    };
    listed
        .iter()
        .map(|run| (run.path.clone(), system_of(run)))
        .collect()
}
