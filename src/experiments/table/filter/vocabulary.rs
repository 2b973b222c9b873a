//! The keys that a filter may have, and what each means.

use std::collections::BTreeSet;

use super::super::RunsTable;
use super::super::row::DATA;
use super::field::{Field, Own, ParameterOf};
use crate::data::Source;
use crate::record::schema::{ParameterSpec, nearest};
use crate::record::{Measures, Role};
use crate::systems::{self, AnySystem};

/// Names that an ambiguous key is told to stand for.
const NAMED: usize = 4;

/// The keys that a filter may have.
pub(super) struct Vocabulary {
    /// The systems whose short forms count first.
    near: Vec<&'static dyn AnySystem>,
    all: Vec<&'static dyn AnySystem>,
    /// Keys of parameters that no known system has.
    others: BTreeSet<String>,
}

impl Vocabulary {
    /// The keys of all systems.
    pub(super) fn all() -> Self {
        Self {
            near: Vec::new(),
            all: systems::all(),
            others: BTreeSet::new(),
        }
    }

    /// The keys of some runs, and those of all systems.
    pub(super) fn of(table: &RunsTable) -> Self {
        let mut near: Vec<&'static dyn AnySystem> = Vec::new();
        let mut others = BTreeSet::new();
        let mut last = "";
        for row in table.rows() {
            match row.system() {
                Some(_) if row.summary.system == last => {}
                Some(system) => {
                    last = &row.summary.system;
                    if near.iter().all(|own| own.id() != system.id()) {
                        near.push(system);
                    }
                }
                None => others.extend(row.parameters.keys().cloned()),
            }
        }
        Self {
            near,
            all: systems::all(),
            others,
        }
    }

    /// The meaning of a key.
    ///
    /// # Errors
    /// If it has none, or several: with what to write.
    pub(super) fn field(&self, key: &str) -> Result<Field, String> {
        let exact = |systems: &[&'static dyn AnySystem]| self.exact(systems, key);
        let short = |systems: &[&'static dyn AnySystem]| short(systems, key);
        if let Some(own) = own(key) {
            return Ok(Field::Own(own));
        }
        if let Some(field) = exact(&self.all)
            .or_else(|| short(&self.near))
            .or_else(|| short(&self.all))
        {
            return Ok(field);
        }
        for systems in [&self.near, &self.all] {
            let beginnings: BTreeSet<String> = self
                .names(systems)
                .into_iter()
                .filter(|name| name.starts_with(&plain(key)))
                .collect();
            match beginnings.len() {
                0 => {}
                1 => {
                    let name = beginnings.first().map(String::as_str).unwrap_or_default();
                    let field = own(name).map(Field::Own);
                    let field = field.or_else(|| exact(&self.all));
                    if let Some(field) = field
                        .or_else(|| self.exact(&self.all, name))
                        .or_else(|| self::short(systems, name))
                    {
                        return Ok(field);
                    }
                }
                count => {
                    let named: Vec<String> = beginnings
                        .iter()
                        .take(NAMED)
                        .map(|name| format!("`{name}`"))
                        .collect();
                    let more = if count > NAMED { ", …" } else { "" };
                    return Err(format!(
                        "`{key}` can be {}{more}; write more of it",
                        named.join(", ")
                    ));
                }
            }
        }
        Err(self.unknown(key))
    }

    fn unknown(&self, key: &str) -> String {
        let plain = plain(key);
        let among = |systems: &[&'static dyn AnySystem]| {
            let names = self.names(systems);
            nearest(&plain, names.iter().map(String::as_str)).map(str::to_owned)
        };
        let near = match self.near.is_empty() {
            true => None,
            false => among(&self.near),
        };
        let found = near.or_else(|| among(&self.all));
        match found {
            Some(found) => format!("there is no `{key}`; did you mean `{found}`?"),
            None => format!(
                "there is no `{key}`; keys are parameters (hidden), measures (rmse), and {}",
                Own::KEYS[..Own::OFFERED]
                    .iter()
                    .map(|(key, _)| *key)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        }
    }

    /// All that can be typed as a key: own ones, parameters and their symbols, measures.
    pub(super) fn names(&self, systems: &[&'static dyn AnySystem]) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = self.others.iter().cloned().collect();
        names.extend(Own::KEYS.iter().map(|(key, _)| (*key).to_owned()));
        for system in systems {
            for (key, spec) in parameters(*system) {
                names.extend(spec.symbol.as_deref().map(plain));
                names.insert(spec.key.clone());
                names.insert(key);
            }
            for name in system.measures().names() {
                names.insert(plain(last_part(&name)));
                names.insert(name);
            }
        }
        names
    }

    /// A key in full: `hidden`, `data.test_fraction`, `autorec.hidden`, `test/rmse`.
    fn exact(&self, systems: &[&'static dyn AnySystem], key: &str) -> Option<Field> {
        let parameter = |system, key: &str| {
            let key = key.to_owned();
            Some(Field::Parameters(vec![ParameterOf { system, key }]))
        };
        if let Some((system, own)) = key.split_once('.')
            && let Some(system) = systems.iter().find(|known| known.id() == system)
            && system.parameter(own).is_some()
        {
            return parameter(Some(system.id()), own);
        }
        let known = systems
            .iter()
            .any(|system| parameters(*system).any(|(own, _)| own == key));
        if known || self.others.contains(key) {
            return parameter(None, key);
        }
        let measured = systems
            .iter()
            .any(|system| system.measures().declared(key).is_some());
        measured.then(|| Field::Measures(vec![key.to_owned()]))
    }
}

fn own(key: &str) -> Option<Own> {
    let key = key.to_lowercase();
    let mut keys = Own::KEYS.iter();
    keys.find(|(own, _)| *own == key).map(|(_, own)| *own)
}

/// A key in short: a symbol (`lambda`), a label (`regularizer`), a key of the data without its table, a measure without its part (`rmse`).
fn short(systems: &[&'static dyn AnySystem], key: &str) -> Option<Field> {
    let wanted = plain(key);
    let by = |is: &dyn Fn(&ParameterSpec) -> bool| -> Option<Field> {
        let found = systems.iter().flat_map(|system| {
            parameters(*system)
                .filter(|(_, spec)| is(spec))
                .map(|(key, _)| ParameterOf {
                    system: Some(system.id()),
                    key,
                })
        });
        let found: Vec<ParameterOf> = found.collect();
        (!found.is_empty()).then_some(Field::Parameters(found))
    };
    by(&|spec| spec.symbol.as_deref().map(plain).as_ref() == Some(&wanted))
        .or_else(|| by(&|spec| spec.key == wanted))
        .or_else(|| measures(systems, &wanted))
        .or_else(|| by(&|spec| plain(&spec.label) == wanted))
}

/// The measures with this last part or label, those to choose by first.
fn measures(systems: &[&'static dyn AnySystem], wanted: &str) -> Option<Field> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for system in systems {
        let measures: Measures = system.measures();
        for (place, name) in measures.names().into_iter().enumerate() {
            let Some(scalar) = measures.declared(&name) else {
                continue;
            };
            let fits = plain(last_part(&name)) == wanted
                || plain(&scalar.label) == wanted
                || plain(&scalar.title()) == wanted;
            let rank = match scalar.role {
                Role::Validation => 0,
                Role::Equal => 1,
                Role::Test => 2,
                Role::Training => 3,
                Role::Reference => 4,
            };
            if fits && found.iter().all(|(_, own)| *own != name) {
                found.push((rank * 1000 + place, name));
            }
        }
    }
    found.sort();
    let names: Vec<String> = found.into_iter().map(|(_, name)| name).collect();
    (!names.is_empty()).then_some(Field::Measures(names))
}

/// What follows the part: `rmse` of `test/rmse`.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The parameters of a system and the keys of its data, by the keys that `--set` takes.
pub(super) fn parameters(
    system: &'static dyn AnySystem,
) -> impl Iterator<Item = (String, &'static ParameterSpec)> {
    let own = system
        .parameters()
        .iter()
        .map(|spec| (spec.key.clone(), spec));
    let data = Source::keys(system.data_kind()).iter();
    own.chain(data.map(|spec| (format!("{DATA}{}", spec.key), spec)))
}

/// A name as it is typed: small letters, Greek ones by their names, underscores between words.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'α' => plain.push_str("alpha"),
            'β' => plain.push_str("beta"),
            'γ' => plain.push_str("gamma"),
            'δ' => plain.push_str("delta"),
            'ε' => plain.push_str("epsilon"),
            'η' => plain.push_str("eta"),
            'θ' => plain.push_str("theta"),
            'λ' => plain.push_str("lambda"),
            'μ' | 'µ' => plain.push_str("mu"),
            'ρ' => plain.push_str("rho"),
            'σ' | 'ς' => plain.push_str("sigma"),
            'τ' => plain.push_str("tau"),
            'φ' => plain.push_str("phi"),
            'ω' => plain.push_str("omega"),
            'ℓ' => plain.push('l'),
            ' ' | '-' => plain.push('_'),
            ',' => {}
            letter => plain.push(letter),
        }
    }
    plain
}
