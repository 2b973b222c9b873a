//! Reading a config file with `[sweep]`, with the line of whatever is wrong.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Method, Scale, StopEarly, SweepConfig, SweepSpec, Values};
use crate::record::schema::{nearest, unknown_key};
use crate::runs::{ConfigFileError, ConfigText, RunConfig};

/// The table of a sweep in a config file.
const TABLE: &str = "sweep";
/// Its keys.
const KEYS: [&str; 8] = [
    "name",
    "method",
    "runs",
    "parallel",
    "measure",
    "seeds",
    "stop_early",
    "values",
];
const RANGE_KEYS: [&str; 4] = ["from", "to", "scale", "count"];
const STOP_KEYS: [&str; 2] = ["reduction", "first"];
/// How many seeds a sweep takes at most.
pub(super) const MOST_SEEDS: usize = 1000;

impl SweepConfig {
    /// True if the text of a config file asks for a sweep: it has a table `[sweep]`. False for what is no TOML.
    #[must_use]
    pub fn is_asked_for(text: &str) -> bool {
        text.len() <= RunConfig::MAX_BYTES
            && DeTable::parse(text).is_ok_and(|table| table.get_ref().contains_key(TABLE))
    }

    /// Reads a config file with a table `[sweep]` and checks all of it, [`Self::check`] included.
    ///
    /// # Errors
    /// If it is not TOML, a key is unknown or missing, or a value cannot be: with the line.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigFileError> {
        let source = ConfigText::new(text, file);
        let base = RunConfig::parse_beside(&source, TABLE)?;
        let whole = source.toml()?;
        let Some(own) = whole.get(TABLE) else {
            let problem = "missing: what to vary, as a table `[sweep.values]`; a file for one run is for `atelier run`";
            return Err(source.error(None, Some(TABLE), problem.to_owned()));
        };
        let table = source.table(TABLE, own)?;
        let reader = Reader {
            source: &source,
            system: base.system.clone(),
            seed: base.seed,
        };
        let config = Self {
            sweep: reader.sweep(table)?,
            base,
        };
        config
            .check()
            .map_err(|error| source.config_error(&error, place(table, &error.key)))?;
        Ok(config)
    }
}

/// Where a key such as `sweep.values.hidden` stands, or else the nearest table above it.
fn place(table: &DeTable<'_>, key: &str) -> Option<Range<usize>> {
    let key = key.strip_prefix(TABLE)?.strip_prefix('.')?;
    let (first, rest) = key.split_once('.').unwrap_or((key, ""));
    let (found, value) = table
        .iter()
        .find(|(own, _)| own.get_ref() == first)
        .or_else(|| table.iter().find(|(own, _)| own.get_ref() == "values"))?;
    let within = value.get_ref().as_table().and_then(|values| {
        let own = |name: &str| values.iter().find(|(own, _)| own.get_ref() == name);
        if let Some((key, _)) = own(rest) {
            return Some(key.span());
        }
        // `data.test_fraction` without quotes is a table in a table, as is `autorec.hidden`.
        values.iter().find_map(|(_, inner)| {
            let last = rest.rsplit('.').next()?;
            let mut keys = inner.get_ref().as_table()?.iter();
            Some(keys.find(|(own, _)| own.get_ref() == last)?.0.span())
        })
    });
    Some(within.unwrap_or_else(|| found.span()))
}

struct Reader<'s, 't> {
    source: &'s ConfigText<'t>,
    system: String,
    seed: u64,
}

impl Reader<'_, '_> {
    fn wrong<T>(
        &self,
        span: Range<usize>,
        key: &str,
        problem: impl Into<String>,
    ) -> Result<T, ConfigFileError> {
        let key = format!("{TABLE}.{key}");
        Err(self.source.error(Some(span), Some(&key), problem.into()))
    }

    fn sweep(&self, table: &DeTable<'_>) -> Result<SweepSpec, ConfigFileError> {
        let mut sweep = SweepSpec::default();
        for (key, value) in table {
            let name: &str = key.get_ref();
            match name {
                "name" => sweep.name = Some(self.text(name, value)?),
                "method" => sweep.method = self.method(value)?,
                "runs" => sweep.runs = Some(self.count(name, value, 1_000_000)?),
                "parallel" => sweep.parallel = Some(self.count(name, value, 1024)? as usize),
                "measure" => sweep.measures = self.measures(value)?,
                "seeds" => sweep.seeds = self.seeds(value)?,
                "stop_early" => sweep.stop_early = self.stop_early(value)?,
                "values" => sweep.values = self.values(value)?,
                _ => {
                    return self.wrong(key.span(), name, unknown_key(name, KEYS.iter().copied()));
                }
            }
        }
        Ok(sweep)
    }

    fn text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<String, ConfigFileError> {
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
            _ => self.wrong(value.span(), key, "must be words in quotes"),
        }
    }

    fn word<T: Copy>(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        words: &[(&str, T)],
    ) -> Result<T, ConfigFileError> {
        let given = value.get_ref().as_str().unwrap_or_default();
        if let Some((_, found)) = words.iter().find(|(word, _)| *word == given) {
            return Ok(*found);
        }
        let names = words.iter().map(|(word, _)| *word);
        let list: Vec<String> = names.clone().map(|word| format!("\"{word}\"")).collect();
        let hint = nearest(given, names)
            .map(|word| format!("; did you mean \"{word}\"?"))
            .unwrap_or_default();
        self.wrong(
            value.span(),
            key,
            format!("must be one of {}{hint}", list.join(", ")),
        )
    }

    fn method(&self, value: &Spanned<DeValue<'_>>) -> Result<Method, ConfigFileError> {
        self.word("method", value, &Method::NAMES)
    }

    fn number(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<f64, ConfigFileError> {
        let own = self.source.value(&format!("{TABLE}.{key}"), value)?;
        match own.as_f64() {
            Some(number) => Ok(number),
            None => self.wrong(value.span(), key, "must be a number"),
        }
    }

    fn count(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        most: u32,
    ) -> Result<u32, ConfigFileError> {
        let own = self.source.value(&format!("{TABLE}.{key}"), value)?;
        match own.as_u64().and_then(|number| u32::try_from(number).ok()) {
            Some(number) if (1..=most).contains(&number) => Ok(number),
            _ => self.wrong(
                value.span(),
                key,
                format!("must be a whole number, 1 to {most}"),
            ),
        }
    }

    fn measures(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, ConfigFileError> {
        let problem = "must be the name of a measure in quotes, or a list of names";
        match value.get_ref() {
            DeValue::String(name) => Ok(vec![name.to_string()]),
            DeValue::Array(names) => names
                .iter()
                .map(|name| match name.get_ref().as_str() {
                    Some(text) => Ok(text.to_owned()),
                    None => self.wrong(name.span(), "measure", problem),
                })
                .collect(),
            _ => self.wrong(value.span(), "measure", problem),
        }
    }

    fn seeds(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<u64>, ConfigFileError> {
        let problem = format!(
            "must be how many seeds (1 to {MOST_SEEDS}), or a list of them such as [1, 2, 3]"
        );
        match self.source.value("sweep.seeds", value)? {
            Value::Array(seeds) => match seeds.iter().map(Value::as_u64).collect() {
                Some(seeds) => Ok(seeds),
                None => self.wrong(value.span(), "seeds", problem),
            },
            Value::Number(count) => match count.as_u64() {
                Some(count) if (1..=MOST_SEEDS as u64).contains(&count) => {
                    Ok(SweepSpec::seeds_from(self.seed, count))
                }
                _ => self.wrong(value.span(), "seeds", problem),
            },
            _ => self.wrong(value.span(), "seeds", problem),
        }
    }

    fn stop_early(
        &self,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Option<StopEarly>, ConfigFileError> {
        let table = match value.get_ref() {
            DeValue::Boolean(wanted) => return Ok(wanted.then(StopEarly::default)),
            DeValue::Table(table) => table,
            _ => {
                let problem =
                    "must be true, false, or a table such as { reduction = 3, first = 0.1 }";
                return self.wrong(value.span(), "stop_early", problem);
            }
        };
        let mut own = StopEarly::default();
        for (key, value) in table {
            let name: &str = key.get_ref();
            let path = format!("stop_early.{name}");
            match name {
                "reduction" => own.reduction = self.count(&path, value, 100)?,
                "first" => own.first = self.number(&path, value)?,
                _ => {
                    let problem = unknown_key(name, STOP_KEYS.iter().copied());
                    return self.wrong(key.span(), &path, problem);
                }
            }
        }
        Ok(Some(own))
    }

    fn values(
        &self,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<BTreeMap<String, Values>, ConfigFileError> {
        let table = self.source.table("sweep.values", value)?;
        let mut values = BTreeMap::new();
        for (key, value) in table {
            let name: &str = key.get_ref();
            let prefix = if name == "data" {
                "data."
            } else if name == self.system {
                ""
            } else {
                let own = name.strip_prefix(&self.system);
                let name = own.and_then(|rest| rest.strip_prefix('.')).unwrap_or(name);
                values.insert(name.to_owned(), self.values_of(name, value)?);
                continue;
            };
            for (key, value) in self.source.table(&format!("sweep.values.{name}"), value)? {
                let name = format!("{prefix}{}", key.get_ref());
                let own = self.values_of(&name, value)?;
                values.insert(name, own);
            }
        }
        Ok(values)
    }

    fn values_of(
        &self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Values, ConfigFileError> {
        let key = format!("values.{name}");
        match value.get_ref() {
            DeValue::Array(_) => match self.source.value(&format!("{TABLE}.{key}"), value)? {
                Value::Array(values) => Ok(Values::List(values)),
                // An array is read as one.
                _ => self.wrong(value.span(), &key, "must be a list"),
            },
            DeValue::Table(table) => self.range(&key, value.span(), table),
            _ => self.wrong(
                value.span(),
                &key,
                "must be a list such as [20, 50], or a range such as { from = 10, to = 1000, scale = \"log\", count = 4 }; a single value \
                 belongs in the table of the system",
            ),
        }
    }

    fn range(
        &self,
        key: &str,
        span: Range<usize>,
        table: &DeTable<'_>,
    ) -> Result<Values, ConfigFileError> {
        let (mut from, mut to, mut scale, mut count) = (None, None, Scale::Linear, None);
        for (name, value) in table {
            let own: &str = name.get_ref();
            let path = format!("{key}.{own}");
            match own {
                "from" => from = Some(self.number(&path, value)?),
                "to" => to = Some(self.number(&path, value)?),
                "scale" => scale = self.word(&path, value, &Scale::NAMES)?,
                "count" => count = Some(self.count(&path, value, 1_000_000_000)?),
                _ => {
                    let problem = unknown_key(own, RANGE_KEYS.iter().copied());
                    return self.wrong(name.span(), &path, problem);
                }
            }
        }
        match (from, to) {
            (Some(from), Some(to)) => Ok(Values::Range {
                from,
                to,
                scale,
                count,
            }),
            _ => self.wrong(
                span,
                key,
                "a range needs `from` and `to`, such as { from = 10, to = 1000 }",
            ),
        }
    }
}
