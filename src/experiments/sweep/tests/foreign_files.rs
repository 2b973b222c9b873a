//! Files of a sweep that are foreign, damaged or links.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::*;
use super::{BASE, Bench, TWO};

#[cfg(unix)]
#[test]
fn links_in_a_sweep_are_not_followed() {
    let bench = Bench::new(TWO);
    let path = bench.sweep.path();
    std::fs::remove_dir(path.join("trials")).unwrap();
    std::os::unix::fs::symlink("/tmp", path.join("trials")).unwrap();
    let error = SweepFolder::open(path).unwrap_err().to_string();
    assert!(error.contains("links are not followed"), "{error}");
    std::fs::remove_file(path.join("trials")).unwrap();
    // A copy may have lost it while it was empty.
    assert_eq!(SweepFolder::open(path).unwrap().trials().unwrap(), []);
    let other = path.with_file_name("linked");
    std::fs::create_dir(&other).unwrap();
    std::os::unix::fs::symlink(path.join("sweep.toml"), other.join("sweep.toml")).unwrap();
    assert!(!SweepFolder::is_one(&other) && SweepFolder::open(&other).is_err());
    assert_eq!(list(bench.sweep.runs()).unwrap().len(), 1);
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "(\\[sweep\\]\n)?(\\[sweep.values\\]\n)?[a-z=\\[\\]\".0-9\n {},_-]{0,120}") {
        let whole = format!("{BASE}{text}");
        if let Ok(config) = SweepConfig::parse(&whole, Path::new("sweep.toml")) {
            let again = SweepConfig::parse(&config.to_toml(), Path::new("sweep.toml"));
            prop_assert_eq!(again.unwrap(), config);
        }
    }

    #[test]
    fn no_file_makes_the_folder_panic(content in prop::collection::vec(any::<u8>(), 0..200)) {
        let bench = Bench::new(TWO);
        for folder in ["trials", "decisions"] {
            std::fs::write(bench.sweep.path().join(folder).join("0000.json"), &content).unwrap();
        }
        let state = bench.state();
        prop_assert!(state.trials.len() <= 1);
        prop_assert_ne!(bench.sweep.ask(&[], None).unwrap(), Next::Done);
    }
}

#[test]
fn a_value_of_a_setting_survives_its_file() {
    let bench =
        Bench::new("[sweep.values]\nhidden = [[20, 10, 20]]\nregularization = [0.1, 1e-7]\n");
    let trial = bench.ask();
    assert_eq!(bench.sweep.trials().unwrap(), std::slice::from_ref(&trial));
    assert_eq!(trial.setting["hidden"], json!([20, 10, 20]));
    assert_eq!(trial.setting["regularization"], Value::from(0.1));
}
