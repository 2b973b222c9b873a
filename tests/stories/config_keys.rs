//! A person writes a config by hand or fills in the form: every parameter of every system explains itself and its default is right.

use std::collections::HashSet;

use atelier::record::schema::ParameterKind;
use atelier::systems::{self, AnySystem, ConfigMap};
use serde_json::{Value, json};

fn resolved(system: &dyn AnySystem, given: &Value) -> Result<ConfigMap, systems::ConfigError> {
    system.resolve(given.as_object().expect("an object"))
}

#[test]
fn there_are_systems_and_their_names_differ() {
    let all = systems::all();
    let ids: HashSet<&str> = all.iter().map(|system| system.id()).collect();
    assert_eq!(ids.len(), all.len());
    for id in ["global_mean", "user_item_bias", "matrix_factorization"] {
        assert!(
            systems::find(id).is_some_and(|system| system.is_baseline()),
            "{id}"
        );
    }
    for system in systems::all() {
        assert!(!system.label().is_empty() && system.summary().ends_with('.'));
    }
}

#[test]
fn nothing_given_resolves_to_every_default() {
    for system in systems::all() {
        let config = resolved(system, &json!({})).expect("the defaults are right");
        for spec in system.parameters() {
            assert!(
                spec.optional || config.contains_key(&spec.key),
                "{}",
                spec.key
            );
        }
        assert_eq!(system.resolve(&config), Ok(config.clone()));
    }
}

#[test]
fn every_preset_resolves_and_the_first_is_the_default() {
    for system in systems::all() {
        let presets = system.presets();
        let default = resolved(system, &json!({})).expect("the defaults are right");
        let first = presets.first().expect("there is a preset");
        assert_eq!(
            resolved(system, &json!({"preset": first.name})),
            Ok(default)
        );
        for preset in presets {
            let config = resolved(system, &json!({"preset": preset.name}));
            let config = config.unwrap_or_else(|error| panic!("{}: {error}", preset.name));
            for (key, value) in &preset.values {
                let spec = system.parameter(key).expect("the key exists");
                assert_eq!(spec.check(value).as_ref(), Ok(&config[key]), "{key}");
            }
            assert!(preset.description.ends_with('.'), "{}", preset.description);
        }
    }
}

#[test]
fn every_parameter_has_help_a_group_and_a_default_in_its_range() {
    for system in systems::all() {
        for spec in system.parameters() {
            let name = format!("{}.{}", system.id(), spec.key);
            assert!(spec.help.len() > 15, "{name}: {:?}", spec.help);
            assert_ne!(spec.group, "General", "{name}");
            assert_eq!(
                spec.check(&spec.default),
                Ok(spec.default.clone()),
                "{name}"
            );
            if spec.optional {
                assert!(spec.default.is_null(), "{name}: a file cannot say none");
            }
            if let ParameterKind::Choice(choices) = &spec.kind {
                assert!(choices.len() > 1, "{name}");
                assert!(
                    choices.iter().all(|choice| !choice.help.is_empty()),
                    "{name}"
                );
            }
            if spec.logarithmic {
                assert!(matches!(spec.kind, ParameterKind::Number { min, .. } if min >= 0.0));
            }
        }
    }
}

#[test]
fn a_default_typed_as_text_is_the_same_value() {
    for system in systems::all() {
        for spec in system.parameters() {
            let text = spec.default.to_string();
            if !spec.default.is_null() {
                assert_eq!(spec.parse(&text), Ok(spec.default.clone()), "{}", spec.key);
            }
        }
    }
}

#[test]
fn parameters_that_can_change_while_running_are_numbers() {
    let live: Vec<String> = systems::all()
        .iter()
        .flat_map(|system| system.parameters())
        .filter(|spec| spec.live)
        .inspect(|spec| assert!(matches!(spec.kind, ParameterKind::Number { .. })))
        .map(|spec| spec.key.clone())
        .collect();
    assert!(live.iter().any(|key| key == "learning_rate"));
}

#[test]
fn no_default_depends_on_its_own_key() {
    for system in systems::all() {
        for preset in system.presets() {
            let given = &system
                .resolve(&preset.values)
                .expect("every preset resolves");
            let all = system.defaults(given);
            for key in given.keys() {
                let mut others = given.clone();
                others.remove(key);
                assert_eq!(system.defaults(&others).get(key), all.get(key), "{key}");
            }
        }
    }
}

#[test]
fn a_misspelled_key_of_any_system_names_the_right_one() {
    for system in systems::all() {
        for spec in system.parameters() {
            let wrong = format!("{}x", spec.key);
            let error = resolved(system, &json!({ wrong.clone(): spec.default.clone() }))
                .expect_err("there is no such key");
            assert_eq!(error.key, wrong);
            assert!(
                error.problem.contains(&format!("`{}`", spec.key)),
                "{error}"
            );
        }
    }
}
