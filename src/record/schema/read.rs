//! The keys of a config, read from its JSON schema (draft 2020-12).
//!
//! A config struct derives `Serialize`, `Default` and `schemars::JsonSchema`, with `#[serde(default, deny_unknown_fields)]`
//! on the struct. A field's doc comment is its help; `range` and `length` are its bounds (`inner(range(…))` those of a
//! list's entries); the doc comments of an enum's variants are the help of its choices; a field that is an `Option` may have no
//! value, which must then be its default, because a config file cannot say "none".
//! `#[schemars(extend("x-group" = "Optimizer", "x-live" = true, "x-log" = true, "x-symbol" = "λ"))]` says where it stands in the form
//! (there under the words of `x-label`, if those of the key are too long),
//! whether it can change while a run runs, whether its slider is logarithmic, and the paper's symbol.
//!
//! | attribute | meaning |
//! |---|---|
//! | `"format" = "path"` | a file, or with `"x-folder" = true` a folder; relative to the config file |
//! | `"x-files" = ["csv"]` | the ends of the names that a file dialog offers |
//! | `"x-request" = "Choose …"` | the title of that dialog, and the message while nothing was chosen |
//! | `"x-absent" = "Automatic"` | the words in place of a value that is absent |
//! | `"x-zero" = "Auto"` | the word in place of 0, where 0 leaves the choice to the system |
//! | `"x-percent" = true` | a share, shown in percent |
//! | `"x-set" = "Test ratings"`, `"x-option" = "File"` | one of several keys of which at most one has a value; `"x-no-option"` explains none |
//! | `"x-first" = 0.1` | the value that an absent one starts from |
//! | `"x-when" = "missing=autorec"` | the key has a meaning, and is needed, with that value of another; `"given"`: the form shows it where it has a value; `"offered"`: or where there is a choice |
//!
//! The `title` of an enum's variant is its label.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{
    Deserialize, Serialize,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Value, json};

use super::super::words;
use super::{Choice, ParameterKind, ParameterSpec, SetOption, Shown};

/// The group of keys that name none; a form shows them without a head.
pub const UNGROUPED: &str = "General";
/// Most entries of a list that says no maximum itself.
const MAX_ENTRIES: usize = 64;

/// The JSON schema of a config struct, without references. `x-order` lists the keys as declared, the defaults are those of the whole struct
/// (also of parts that serde flattens into it), floats of single precision have short ones (0.1, not 0.10000000149), and a list of
/// integers may be given as one integer.
#[must_use]
pub fn schema_of<C: JsonSchema + Serialize + Default>() -> Value {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<C>()
        .to_value();
    // A config that does not serialize has no declared order either: the keys then stand by name.
    let order = serde_json::to_string(&C::default())
        .ok()
        .and_then(|text| serde_json::from_str::<Keys>(&text).ok())
        .map(|keys| keys.0)
        .unwrap_or_default();
    let defaults = serde_json::to_value(C::default()).unwrap_or_default();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (key, property) in properties {
            let Some(property) = property.as_object_mut() else {
                continue;
            };
            if let Some(default) = defaults.get(key) {
                property.insert("default".to_owned(), default.clone());
            }
            shorten_default(property);
            allow_single_integer(property);
        }
    }
    schema["x-order"] = json!(order);
    schema
}

/// The keys of a JSON schema that [`schema_of`] made, in the order of the struct.
#[must_use]
pub fn specs_of(schema: &Value) -> Vec<ParameterSpec> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Vec::new();
    };
    let order: Vec<&str> = schema
        .get("x-order")
        .and_then(Value::as_array)
        .map(|order| order.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let place = |key: &str| order.iter().position(|own| *own == key);
    let mut specs: Vec<ParameterSpec> = properties
        .iter()
        .filter_map(|(key, property)| Some(read_property(key, property.as_object()?)))
        .collect();
    specs.sort_by_key(|spec| place(&spec.key).unwrap_or(usize::MAX));
    specs
}

fn read_property(key: &str, property: &Map<String, Value>) -> ParameterSpec {
    let text = |name: &str| property.get(name).and_then(Value::as_str);
    let flag = |name: &str| property.get(name).and_then(Value::as_bool).unwrap_or(false);
    let (shape, optional) = without_null(property);
    ParameterSpec {
        key: key.to_owned(),
        label: text("x-label").map_or_else(|| words::of_key(key), str::to_owned),
        group: text("x-group").unwrap_or(UNGROUPED).to_owned(),
        help: text("description").map(unwrapped).unwrap_or_default(),
        symbol: text("x-symbol").map(str::to_owned),
        kind: kind(shape),
        default: property.get("default").cloned().unwrap_or(Value::Null),
        optional,
        live: flag("x-live"),
        logarithmic: flag("x-log"),
        percent: flag("x-percent"),
        absent: text("x-absent").map(str::to_owned),
        zero: text("x-zero").map(str::to_owned),
        request: text("x-request").map(str::to_owned),
        first: property.get("x-first").cloned().unwrap_or(Value::Null),
        option: text("x-set").map(|set| SetOption {
            set: set.to_owned(),
            name: text("x-option").unwrap_or_default().to_owned(),
            none_help: text("x-no-option").unwrap_or_default().to_owned(),
        }),
        shown: shown(text("x-when")),
    }
}

/// Words without the line breaks of the source that they were written in; what stands apart by an empty line stays apart.
fn unwrapped(text: &str) -> String {
    let paragraphs = text.split("\n\n");
    let paragraphs: Vec<String> = paragraphs
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    paragraphs.join("\n\n")
}

fn shown(when: Option<&str>) -> Shown {
    match when {
        None => Shown::Always,
        Some("offered") => Shown::WhereOffered,
        Some(when) => when
            .split_once('=')
            .map_or(Shown::WhereGiven, |(key, value)| Shown::With {
                key: key.to_owned(),
                value: value.to_owned(),
            }),
    }
}

/// The schema that an `Option` wraps (`anyOf` of it and null, or `type: [it, null]`), and true if it is one.
fn without_null(property: &Map<String, Value>) -> (&Map<String, Value>, bool) {
    let is_null = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("null");
    if let Some(branches) = property.get("anyOf").and_then(Value::as_array)
        && branches.iter().any(is_null)
    {
        let inner = branches
            .iter()
            .find(|branch| !is_null(branch))
            .and_then(Value::as_object);
        return (inner.unwrap_or(property), true);
    }
    let nullable = property
        .get("type")
        .and_then(Value::as_array)
        .is_some_and(|types| types.iter().any(|name| name == "null"));
    (property, nullable)
}

fn kind(shape: &Map<String, Value>) -> ParameterKind {
    if let Some(branches) = shape.get("oneOf").and_then(Value::as_array) {
        return ParameterKind::Choice(branches.iter().flat_map(choices).collect());
    }
    if shape.contains_key("enum") || shape.contains_key("const") {
        return ParameterKind::Choice(choices(&Value::Object(shape.clone())));
    }
    let list = shape
        .get("anyOf")
        .and_then(Value::as_array)
        .and_then(|branches| {
            branches
                .iter()
                .filter_map(Value::as_object)
                .find(|branch| is_integers(branch))
        });
    if let Some(list) = list {
        return kind(list);
    }
    if shape.get("format").and_then(Value::as_str) == Some("path") {
        let files = shape.get("x-files").and_then(Value::as_array);
        return ParameterKind::Path {
            folder: shape.get("x-folder") == Some(&Value::Bool(true)),
            extensions: files
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        };
    }
    match type_name(shape) {
        Some("boolean") => ParameterKind::Flag,
        Some("integer") => {
            let (min, max) = integer_bounds(shape);
            ParameterKind::Integer { min, max }
        }
        Some("number") => ParameterKind::Number {
            min: bound(shape, "minimum").unwrap_or(f64::NEG_INFINITY),
            max: bound(shape, "maximum").unwrap_or(f64::INFINITY),
        },
        Some("array") if is_integers(shape) => {
            let (min, max) = shape["items"]
                .as_object()
                .map_or((i64::MIN, i64::MAX), integer_bounds);
            let max_len = shape.get("maxItems").and_then(Value::as_u64);
            ParameterKind::Integers {
                min,
                max,
                max_len: max_len
                    .and_then(|len| usize::try_from(len).ok())
                    .unwrap_or(MAX_ENTRIES),
            }
        }
        Some("array") => ParameterKind::Words,
        Some("object") => {
            let parts = shape.get("properties").and_then(Value::as_object);
            ParameterKind::Parts(parts.into_iter().flat_map(Map::keys).cloned().collect())
        }
        _ => ParameterKind::Text,
    }
}

/// The words of one branch: a `const` with its description, or an `enum` of plain ones.
fn choices(branch: &Value) -> Vec<Choice> {
    let text = |name: &str| branch.get(name).and_then(Value::as_str);
    if let Some(name) = text("const") {
        return vec![Choice {
            name: name.to_owned(),
            label: text("title").unwrap_or(name).to_owned(),
            help: text("description").map(unwrapped).unwrap_or_default(),
        }];
    }
    let words = branch.get("enum").and_then(Value::as_array);
    words
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|name| Choice {
            name: name.to_owned(),
            label: name.to_owned(),
            help: String::new(),
        })
        .collect()
}

/// The type that is not null.
fn type_name(shape: &Map<String, Value>) -> Option<&str> {
    match shape.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null"),
        _ => None,
    }
}

fn is_integers(shape: &Map<String, Value>) -> bool {
    type_name(shape) == Some("array")
        && shape
            .get("items")
            .and_then(Value::as_object)
            .and_then(type_name)
            == Some("integer")
}

fn bound(shape: &Map<String, Value>, name: &str) -> Option<f64> {
    shape.get(name).and_then(Value::as_f64)
}

/// The bounds written down, or else those of the integer type that holds the value.
fn integer_bounds(shape: &Map<String, Value>) -> (i64, i64) {
    let (min, max) = match shape.get("format").and_then(Value::as_str) {
        Some("uint8") => (0, i64::from(u8::MAX)),
        Some("uint16") => (0, i64::from(u16::MAX)),
        Some("uint32") => (0, i64::from(u32::MAX)),
        Some("uint64" | "uint") => (0, i64::MAX),
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    // schemars writes integer bounds as integers or, after a float range, as floats; a cast saturates.
    let whole = |name: &str| {
        let value = shape.get(name)?;
        value.as_i64().or_else(|| value.as_f64().map(|f| f as i64))
    };
    (
        whole("minimum").unwrap_or(min).max(min),
        whole("maximum").unwrap_or(max).min(max),
    )
}

/// A default of single precision as the shortest decimal that means it.
fn shorten_default(property: &mut Map<String, Value>) {
    if property.get("format").and_then(Value::as_str) != Some("float") {
        return;
    }
    let short = property
        .get("default")
        .and_then(Value::as_f64)
        .and_then(|wide| (wide as f32).to_string().parse::<f64>().ok());
    if let Some(short) = short {
        property.insert("default".to_owned(), Value::from(short));
    }
}

/// `{type: array, items: integer}` → `{anyOf: [integer, {type: array, …}]}`.
fn allow_single_integer(property: &mut Map<String, Value>) {
    if !is_integers(property) {
        return;
    }
    let mut list = Map::new();
    for name in ["type", "items", "minItems", "maxItems"] {
        if let Some(value) = property.remove(name) {
            list.insert(name.to_owned(), value);
        }
    }
    let single = list.get("items").cloned().unwrap_or_default();
    property.insert("anyOf".to_owned(), json!([single, list]));
}

/// The keys of a JSON object in the order of its text.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeysVisitor;
        impl<'de> Visitor<'de> for KeysVisitor {
            type Value = Keys;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, _)) = map.next_entry::<String, IgnoredAny>()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(KeysVisitor)
    }
}

#[cfg(test)]
mod tests;
