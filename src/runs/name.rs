//! The name that a run has until a person gives it one: its system, its pictures, and what differs from the preset.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::RunConfig;
use crate::data::Source;
use crate::record::schema::ParameterSpec;
use crate::systems::{AnySystem, PRESET_KEY};

/// How parameters are written in names, `{}` being the value; an empty one has no place there, since it changes what is reported alone.
const SHORT: &[(&str, &str)] = &[
    // Ratings.
    ("side", "{}"),
    ("hidden", "h{}"),
    ("factors", "k{}"),
    ("regularization", "λ{}"),
    ("evaluate_every", ""),
    // Matrices.
    ("clusters", "k{}"),
    ("row_clusters", "{} row clusters"),
    ("column_clusters", "{} column clusters"),
    ("restarts", "{} restarts"),
    ("scaling", "{}"),
    ("lambda1", "λ₁ {}"),
    ("lambda2", "λ₂ {}"),
    ("lambda3", "λ₃ {}"),
    ("lambda4", "λ₄ {}"),
    // Pictures.
    ("direction", "{}"),
    ("generator", "{}"),
    ("generator_filters", "ngf {}"),
    ("discriminator_filters", "ndf {}"),
    ("blocks", "{} blocks"),
    ("crop_size", "{} px"),
    ("gan", "{}"),
    ("lambda_cycle", "λcycle {}"),
    ("lambda_cycle_b", "λcycle,B {}"),
    ("lambda_identity", "λid {}"),
    ("lambda_l1", "λL1 {}"),
    ("lambda_segmentation", "λseg {}"),
    ("lambda_consistency", "λsem {}"),
    ("lambda_sharing", "λshare {}"),
    ("initial_weights", ""),
    ("snapshot_every", ""),
    ("snapshot_pictures", ""),
    ("measure_every", ""),
    ("segmenter_steps", ""),
    ("augmentation_report", ""),
    // All.
    ("optimizer", "{}"),
    ("learning_rate", "lr {}"),
    ("batch_size", "batch {}"),
    ("epochs", "{} epochs"),
    ("max_steps", "{} steps"),
];

/// The seed that a run has unless told otherwise.
const SEED: u64 = 1;
/// Differences in a name, at most.
const MOST: usize = 5;

/// `AutoRec h300 λ0.01`, `CycleGAN, day → night, lr 0.0001`.
pub(crate) fn default_name(system: &dyn AnySystem, config: &RunConfig) -> String {
    name(system, config, &BTreeMap::new(), config.seed != SEED)
}

/// The name of a run of a sweep: as of any run, with every value that the sweep tried, also where that is what it would be otherwise; with
/// the seed where there are several.
pub(crate) fn name_in_sweep(
    system: &dyn AnySystem,
    config: &RunConfig,
    setting: &BTreeMap<String, Value>,
    several_seeds: bool,
) -> String {
    let with_seed = several_seeds || config.seed != SEED;
    name(system, config, setting, with_seed)
}

fn name(
    system: &dyn AnySystem,
    config: &RunConfig,
    setting: &BTreeMap<String, Value>,
    with_seed: bool,
) -> String {
    let mut head = system.label().to_owned();
    if let Some(data) = domains(config) {
        head = format!("{head}, {data},");
    }
    let presets = system.presets();
    let preset = config.parameters.get(PRESET_KEY).and_then(Value::as_str);
    // The first preset is the default config.
    let preset = preset.filter(|name| {
        setting.contains_key(PRESET_KEY)
            || presets.first().is_some_and(|first| !same(first.name, name))
    });
    let mut parts: Vec<String> = preset.map(str::to_owned).into_iter().collect();
    // What was tried stands in front, where no cut reaches it.
    let tried = setting.iter().filter(|(key, _)| *key != PRESET_KEY);
    parts.extend(tried.map(|(key, value)| setting_in_short(system, key, value)));
    if with_seed && !setting.is_empty() {
        parts.push(format!("seed {}", config.seed));
    }
    let most = MOST.max(parts.len());
    parts.extend(differences(system, config, setting));
    if with_seed && setting.is_empty() {
        parts.push(format!("seed {}", config.seed));
    }
    if parts.len() > most {
        parts.truncate(most);
        parts.push("…".to_owned());
    }
    let name = format!("{head} {}", parts.join(" "));
    name.trim_end_matches([' ', ',']).to_owned()
}

/// The parameters that were given and are not as they would be otherwise, in the order of the schema; without those of `setting`.
fn differences(
    system: &dyn AnySystem,
    config: &RunConfig,
    setting: &BTreeMap<String, Value>,
) -> Vec<String> {
    let given = &config.parameters;
    let Ok(resolved) = system.resolve(given) else {
        return Vec::new();
    };
    let differs = |key: &str| {
        let mut others = given.clone();
        others.remove(key);
        let otherwise = system.resolve(&others);
        otherwise.map_or(true, |config| config.get(key) != resolved.get(key))
    };
    system
        .parameters()
        .iter()
        .filter(|spec| given.contains_key(&spec.key) && !setting.contains_key(&spec.key))
        .filter(|spec| differs(&spec.key))
        .filter_map(|spec| {
            let value = resolved.get(&spec.key);
            in_short(&spec.key, value.map(|own| word_of(spec, own)).as_deref())
        })
        .collect()
}

/// A value that a sweep tries, as it stands in the name of its run; also one that has no place in other names.
pub(crate) fn setting_in_short(system: &dyn AnySystem, key: &str, value: &Value) -> String {
    let spec = system.parameter(key);
    let value = &*spec.map_or(Cow::Borrowed(value), |spec| word_of(spec, value));
    let own = key.strip_prefix("data.").unwrap_or(key);
    in_short(own, Some(value)).unwrap_or_else(|| {
        let name = own.replace('_', " ");
        format!("{name} {}", plain(value))
    })
}

/// A value, or the word that stands in place of 0, as it stands within others.
fn word_of<'v>(spec: &ParameterSpec, value: &'v Value) -> Cow<'v, Value> {
    match spec.named(value) {
        Cow::Owned(word) => Cow::Owned(word.as_str().map(str::to_lowercase).into()),
        borrowed @ Cow::Borrowed(_) => borrowed,
    }
}

/// True for a parameter that changes what a run reports, not what it learns.
#[must_use]
pub fn changes_reports_alone(key: &str) -> bool {
    SHORT
        .iter()
        .any(|(own, short)| *own == key && short.is_empty())
}

/// A parameter as it stands in a name.
fn in_short(key: &str, value: Option<&Value>) -> Option<String> {
    let short = SHORT.iter().find(|(own, _)| *own == key);
    let name = key.replace('_', " ");
    match (short, value) {
        (Some((_, "")), _) => None,
        (_, Some(Value::Bool(true))) => Some(name),
        (_, None | Some(Value::Bool(false))) => Some(format!("no {name}")),
        (Some((_, short)), Some(value)) => Some(short.replace("{}", &plain(value))),
        (None, Some(value)) => Some(format!("{name} {}", plain(value))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace('_', " "),
        Value::Array(entries) => entries.iter().map(plain).collect::<Vec<_>>().join("-"),
        // 10 rather than 10.0.
        Value::Number(number) => number
            .as_f64()
            .map_or_else(|| number.to_string(), |number| number.to_string()),
        other => other.to_string(),
    }
}

/// The folders of pictures: `day → night`.
fn domains(config: &RunConfig) -> Option<String> {
    let name = |path: &Path| Some(path.file_name()?.to_string_lossy().into_owned());
    let Source::Images(images) = &config.data else {
        return None;
    };
    let own = name(&images.path)?;
    Some(match images.path_b.as_deref().and_then(name) {
        Some(other) => format!("{own} → {other}"),
        None => own,
    })
}

/// True if two spellings name one preset: letters and digits count.
fn same(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> String {
        let letters = name.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ImagesSource, RatingsSource};
    use crate::systems;
    use serde_json::json;

    fn name_of(system: &str, data: impl Into<Source>, given: &Value, seed: u64) -> String {
        let mut config = RunConfig::new(system, data);
        config.parameters = given.as_object().unwrap().clone();
        config.seed = seed;
        default_name(systems::find(system).unwrap(), &config)
    }

    #[test]
    fn a_run_is_named_by_what_differs() {
        let name = |given| name_of("autorec", RatingsSource::default(), &given, 1);
        assert_eq!(name(json!({})), "AutoRec");
        assert_eq!(name(json!({"hidden": 300})), "AutoRec h300");
        assert_eq!(
            name(json!({"regularization": 400.0, "hidden": [300, 100, 300]})),
            "AutoRec h300-100-300 λ400"
        );
        // As it would be in any case.
        assert_eq!(name(json!({"hidden": [500]})), "AutoRec");
        // Of what is reported, not of what is learned.
        assert_eq!(name(json!({"evaluate_every": 3})), "AutoRec");
    }

    #[test]
    fn a_preset_and_a_seed_stand_in_the_name_and_what_a_preset_sets_does_not() {
        let preset = &systems::find("autorec").unwrap().presets()[1];
        let mut given = serde_json::Map::new();
        given.insert(PRESET_KEY.to_owned(), json!(preset.name));
        let name = |given: &serde_json::Map<String, Value>| {
            name_of("autorec", RatingsSource::default(), &json!(given), 7)
        };
        assert_eq!(name(&given), format!("AutoRec {} seed 7", preset.name));
        given.insert("hidden".to_owned(), json!(44));
        assert_eq!(name(&given), format!("AutoRec {} h44 seed 7", preset.name));
    }

    #[test]
    fn the_folders_of_pictures_stand_in_the_name() {
        let source = |path: &str, path_b: Option<&str>| ImagesSource {
            path: path.into(),
            path_b: path_b.map(Into::into),
            ..ImagesSource::default()
        };
        let two = source("/data/day", Some("/data/night"));
        assert_eq!(
            name_of("cyclegan", two.clone(), &json!({}), 1),
            "CycleGAN, day → night"
        );
        assert_eq!(
            name_of("cyclegan", two, &json!({"lambda_cycle": 5.0}), 1),
            "CycleGAN, day → night, λcycle 5"
        );
        assert_eq!(
            name_of("cyclegan", source("/data/street", None), &json!({}), 1),
            "CycleGAN, street"
        );
    }

    #[test]
    fn a_run_of_a_sweep_names_every_value_that_was_tried() {
        let system = systems::find("autorec").unwrap();
        let name = |setting: &Value, given: &Value, seeds: bool| {
            let mut config = RunConfig::new("autorec", RatingsSource::default());
            config.parameters = given.as_object().unwrap().clone();
            let setting: BTreeMap<String, Value> = serde_json::from_value(setting.clone()).unwrap();
            let own = setting.iter().filter(|(key, _)| !key.contains('.'));
            config
                .parameters
                .extend(own.map(|(key, value)| (key.clone(), value.clone())));
            name_in_sweep(system, &config, &setting, seeds)
        };
        let setting =
            |hidden: u32, lambda: f64| json!({"hidden": hidden, "regularization": lambda});
        assert_eq!(
            name(&setting(250, 200.0), &json!({}), false),
            "AutoRec h250 λ200"
        );
        // 500 is what it would be in any case.
        assert_eq!(
            name(&setting(500, 200.0), &json!({}), false),
            "AutoRec h500 λ200"
        );
        assert_eq!(
            name(&json!({"hidden": 500}), &json!({"epochs": 3}), true),
            "AutoRec h500 seed 1 3 epochs"
        );
        assert_eq!(
            name(&json!({"data.test_fraction": 0.1}), &json!({}), false),
            "AutoRec test fraction 0.1"
        );
        assert_eq!(
            name(&json!({"batch_size": 0}), &json!({}), false),
            "AutoRec batch all"
        );
        // However much else differs.
        let many = json!({
            "learning_rate": 0.5, "epochs": 3, "patience": 2, "validation_fraction": 0.2, "center": true
        });
        let cut = name(&setting(500, 200.0), &many, true);
        assert!(cut.starts_with("AutoRec h500 λ200 seed 1 "), "{cut}");
        assert!(cut.ends_with(" …"), "{cut}");
    }

    #[test]
    fn many_differences_are_cut() {
        let given = json!({
            "hidden": 9, "regularization": 2.0, "learning_rate": 0.5, "epochs": 3, "patience": 2, "validation_fraction": 0.2, "center": true
        });
        let name = name_of("autorec", RatingsSource::default(), &given, 2);
        assert!(name.ends_with(" …"), "{name}");
    }
}
