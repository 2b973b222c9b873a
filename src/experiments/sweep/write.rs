//! A question as the text of a config file.

use serde_json::Value;
use toml::Table;

use super::{Scale, StopEarly, SweepConfig, SweepSpec, Values};

impl SweepConfig {
    /// As a file that [`Self::parse`] reads back.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut whole = Table::new();
        whole.insert("sweep".to_owned(), self.sweep.table().into());
        // A table of plain values always has a TOML form.
        let sweep = toml::to_string(&whole).unwrap_or_default();
        format!("{}\n{sweep}", self.base.to_toml())
    }
}

impl SweepSpec {
    fn table(&self) -> Table {
        let mut table = Table::new();
        let mut put = |key: &str, value: toml::Value| {
            table.insert(key.to_owned(), value);
        };
        if let Some(name) = &self.name {
            put("name", name.clone().into());
        }
        put("method", self.method.name().into());
        if let Some(runs) = self.runs {
            put("runs", i64::from(runs).into());
        }
        if let Some(parallel) = self.parallel {
            put("parallel", (parallel as i64).into());
        }
        if !self.measures.is_empty() {
            put("measure", self.measures.clone().into());
        }
        if !self.seeds.is_empty() {
            let seeds = self.seeds.iter().map(|seed| Value::from(*seed));
            put("seeds", to_toml(&seeds.collect::<Vec<_>>().into()));
        }
        if let Some(StopEarly { reduction, first }) = self.stop_early {
            let mut own = Table::new();
            own.insert("reduction".to_owned(), i64::from(reduction).into());
            own.insert("first".to_owned(), first.into());
            put("stop_early", own.into());
        }
        let values = self.values.iter();
        let values: Table = values
            .map(|(key, values)| (key.clone(), values.toml()))
            .collect();
        if !values.is_empty() {
            put("values", values.into());
        }
        table
    }
}

impl Values {
    fn toml(&self) -> toml::Value {
        match self {
            Self::List(list) => toml::Value::Array(list.iter().map(to_toml).collect()),
            Self::Range {
                from,
                to,
                scale,
                count,
            } => {
                let mut own = Table::new();
                own.insert("from".to_owned(), (*from).into());
                own.insert("to".to_owned(), (*to).into());
                if *scale != Scale::default() {
                    own.insert("scale".to_owned(), scale.name().into());
                }
                if let Some(count) = count {
                    own.insert("count".to_owned(), i64::from(*count).into());
                }
                own.into()
            }
        }
    }
}

/// A value of a setting; TOML has no null, and a large seed is written as what TOML has.
fn to_toml(value: &Value) -> toml::Value {
    match value {
        Value::Null => "none".into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => number
            .as_i64()
            .map(toml::Value::from)
            .or_else(|| number.as_f64().map(toml::Value::from))
            .unwrap_or_else(|| 0.into()),
        Value::String(text) => text.clone().into(),
        Value::Array(values) => toml::Value::Array(values.iter().map(to_toml).collect()),
        Value::Object(map) => {
            let pairs = map.iter();
            let table: Table = pairs
                .map(|(key, value)| (key.clone(), to_toml(value)))
                .collect();
            table.into()
        }
    }
}
