//! From the keys that a person gave to a complete config.

use serde_json::Value;

use super::{AnySystem, ConfigError, ConfigMap, ParameterSpec, Preset};
use crate::record::{self, schema::nearest};

/// The key that names a preset; not part of a resolved config.
pub const PRESET_KEY: &str = "preset";

/// See [`AnySystem::resolve`].
pub(super) fn resolve<S: AnySystem + ?Sized>(
    system: &S,
    given: &ConfigMap,
) -> Result<ConfigMap, ConfigError> {
    let mut chosen = match given.get(PRESET_KEY) {
        Some(name) => preset_values(system.presets(), name)?,
        None => ConfigMap::new(),
    };
    for (key, value) in given.iter().filter(|(key, _)| *key != PRESET_KEY) {
        chosen.insert(key.clone(), value.clone());
    }
    let mut config = ConfigMap::new();
    for (key, value) in &chosen {
        let spec = find(system, key)?;
        config.insert(key.clone(), spec.check(value)?);
    }
    for (key, value) in system.defaults(&config) {
        config.entry(key).or_insert(value);
    }
    config.retain(|_, value| !value.is_null());
    system.check(&config)?;
    Ok(config)
}

/// See [`AnySystem::check_live`].
pub(super) fn check_live<S: AnySystem + ?Sized>(
    system: &S,
    key: &str,
    value: &Value,
) -> Result<Value, ConfigError> {
    let spec = find(system, key)?;
    if !spec.live {
        return Err(ConfigError::new(
            key,
            "cannot be changed during a run; start a new run with it",
        ));
    }
    spec.check(value)
}

fn find<'a, S: AnySystem + ?Sized>(
    system: &'a S,
    key: &str,
) -> Result<&'a ParameterSpec, ConfigError> {
    let specs = system.parameters();
    let found = specs.iter().find(|spec| spec.key == key);
    found.ok_or_else(|| unknown_key(key, specs))
}

/// The preset that a config names, in upper or lower case, with or without what is between its words.
#[must_use]
pub fn preset_named<'a>(presets: &'a [Preset], name: &str) -> Option<&'a Preset> {
    let name = plain(name);
    presets.iter().find(|preset| plain(preset.name) == name)
}

fn preset_values(presets: &[Preset], name: &Value) -> Result<ConfigMap, ConfigError> {
    let names = || presets.iter().map(|preset| preset.name);
    if let Some(preset) = name.as_str().and_then(|name| preset_named(presets, name)) {
        return Ok(preset.values.clone());
    }
    let list: Vec<String> = names().map(|name| format!("\"{name}\"")).collect();
    let hint = name
        .as_str()
        .and_then(|word| nearest(word, names()))
        .map(|name| format!("; did you mean \"{name}\"?"))
        .unwrap_or_default();
    Err(ConfigError::new(
        PRESET_KEY,
        format!("must be one of {}, not {name}{hint}", list.join(", ")),
    ))
}

/// A name's letters and digits in lower case: `paper_text` means "Paper, text".
fn plain(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn unknown_key(key: &str, specs: &[ParameterSpec]) -> ConfigError {
    let keys = specs.iter().map(|spec| spec.key.as_str());
    ConfigError::new(
        key,
        record::schema::unknown_key(key, keys.chain([PRESET_KEY])),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::toy::{Side, TOY, Toy};
    use super::super::{AnySystem, config_of};
    use super::*;

    fn resolved(given: &Value) -> Result<ConfigMap, ConfigError> {
        TOY.resolve(given.as_object().expect("an object"))
    }

    fn toy(given: &Value) -> Toy {
        config_of(&resolved(given).expect("the config is right")).expect("it fits the struct")
    }

    #[test]
    fn nothing_given_is_the_default() {
        assert_eq!(toy(&json!({})), Toy::default());
    }

    #[test]
    fn every_key_with_a_value_is_present() {
        let config = resolved(&json!({"patience": 3})).expect("right");
        assert_eq!(config.len(), 9);
        assert_eq!(config["patience"], json!(3));
        assert!(!config.contains_key("start"));
    }

    #[test]
    fn resolving_twice_changes_nothing() {
        let once = resolved(&json!({"side": "user", "hidden": 7})).expect("right");
        assert_eq!(TOY.resolve(&once), Ok(once.clone()));
    }

    #[test]
    fn given_keys_stand_over_the_preset_and_the_preset_over_defaults() {
        let toy = toy(&json!({"preset": "deep", "epochs": 7, "hidden": 30}));
        assert_eq!(toy.side, Side::User);
        assert_eq!(toy.hidden, [30]);
        assert_eq!(toy.epochs, 7);
        assert_eq!(toy.regularization, 5.0);
    }

    #[test]
    fn defaults_may_depend_on_a_given_key() {
        assert_eq!(toy(&json!({"side": "user"})).regularization, 5.0);
        assert_eq!(
            toy(&json!({"side": "user", "regularization": 1})).regularization,
            1.0
        );
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let error = resolved(&json!({"regularisation": 1})).expect_err("no such key");
        assert_eq!(error.key, "regularisation");
        assert_eq!(error.problem, "unknown key; did you mean `regularization`?");
        let error = resolved(&json!({"zzz": 1})).expect_err("no such key");
        assert!(error.problem.contains("learning_rate, epochs"));
    }

    #[test]
    fn an_unknown_preset_names_the_nearest() {
        let error = resolved(&json!({"preset": "depe"})).expect_err("no such preset");
        assert!(error.problem.ends_with("did you mean \"deep\"?"));
        let error = resolved(&json!({"preset": 3})).expect_err("no such preset");
        assert_eq!(error.problem, "must be one of \"default\", \"deep\", not 3");
    }

    #[test]
    fn a_preset_is_known_by_its_letters() {
        let deep = resolved(&json!({"preset": "deep"}));
        assert_eq!(resolved(&json!({"preset": "Deep"})), deep);
        assert_eq!(resolved(&json!({"preset": "de-ep "})), deep);
    }

    #[test]
    fn only_live_parameters_change_while_a_run_runs() {
        let problem = |key: &str, value: Value| {
            let checked = TOY.check_live(key, &value);
            checked.expect_err("it is refused").problem
        };
        let half = json!(0.5);
        assert_eq!(TOY.check_live("learning_rate", &half), Ok(half));
        assert!(problem("learning_rate", json!(2)).contains("from 0 to 1"));
        assert!(problem("epochs", json!(5)).contains("start a new run"));
        assert!(problem("learning_rat", json!(0.5)).contains("`learning_rate`"));
    }

    #[test]
    fn wrong_values_and_wrong_combinations_are_told() {
        let error = resolved(&json!({"epochs": 0})).expect_err("too few");
        assert_eq!(
            error.to_string(),
            "epochs: must be a whole number from 1 to 500, not 0"
        );
        let error = resolved(&json!({"warm_start": true, "epochs": 200})).expect_err("too many");
        assert_eq!(error.key, "epochs");
    }
}
