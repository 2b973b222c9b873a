//! Values that are tried for a parameter.

use serde_json::Value;

use crate::data::Source;
use crate::record::schema::{ConfigError, ParameterKind, ParameterSpec, unknown_key};
use crate::runs::RunConfig;
use crate::systems::{self, AnySystem, PRESET_KEY};

/// The meaning of a key that may be varied.
#[derive(Debug, Clone, Copy)]
pub(in crate::experiments::sweep) enum Varied {
    /// A parameter, or a key of the data.
    Key(&'static ParameterSpec),
    /// The preset.
    Preset,
}

/// The meaning of a key that is to be varied.
pub(in crate::experiments::sweep) fn varied(
    system: &'static dyn AnySystem,
    base: &RunConfig,
    key: &str,
) -> Result<Varied, ConfigError> {
    let fixed = |problem: &str| Err(ConfigError::new(key, problem));
    match key {
        "system" => {
            return fixed(
                "is fixed: a sweep varies one system; make a sweep of each and compare them",
            );
        }
        "seed" => return fixed("is varied by `seeds` in [sweep], such as seeds = 3"),
        PRESET_KEY => return Ok(Varied::Preset),
        _ => {}
    }
    let spec = if let Some(own) = key.strip_prefix("data.") {
        let keys = Source::keys(base.data.kind());
        let Some(spec) = keys.iter().find(|spec| spec.key == own) else {
            return fixed(&unknown_key(own, keys.iter().map(|spec| spec.key.as_str())));
        };
        if spec.is_path() {
            return fixed(
                "is fixed: runs on different files are not comparable; make a sweep of each file",
            );
        }
        spec
    } else {
        let Some(spec) = system.parameter(key) else {
            let keys = system.parameters().iter().map(|spec| spec.key.as_str());
            return fixed(&unknown_key(key, keys.chain([PRESET_KEY])));
        };
        spec
    };
    Ok(Varied::Key(spec))
}

impl Varied {
    pub(super) fn check(self, system: &dyn AnySystem, value: &Value) -> Result<Value, ConfigError> {
        match self {
            Self::Key(spec) => {
                if spec.optional && value.as_str() == Some("none") {
                    return Ok(Value::Null);
                }
                spec.check(value)
            }
            Self::Preset => {
                let given = [(PRESET_KEY.to_owned(), value.clone())];
                system.resolve(&given.into_iter().collect())?;
                Ok(value.clone())
            }
        }
    }

    pub(super) fn is_numeric(self) -> bool {
        match self {
            Self::Key(spec) => matches!(
                spec.kind,
                ParameterKind::Integer { .. }
                    | ParameterKind::Number { .. }
                    | ParameterKind::Integers { .. }
            ),
            Self::Preset => false,
        }
    }
}

/// Sets one key of a config to a value of a setting.
pub(in crate::experiments::sweep) fn apply(
    config: &mut RunConfig,
    key: &str,
    value: &Value,
) -> Result<(), ConfigError> {
    let system = systems::get(&config.system)?;
    let is_none = match varied(system, config, key)? {
        Varied::Key(spec) => spec.optional && value.as_str() == Some("none"),
        Varied::Preset => false,
    };
    let value = if is_none { &Value::Null } else { value };
    if let Some(own) = key.strip_prefix("data.") {
        return config.data.set(own, value);
    }
    config.parameters.insert(key.to_owned(), value.clone());
    Ok(())
}
