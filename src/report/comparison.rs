//! Runs beside each other: what they share and what differs, their measures with the spread over seeds, and which setting is the best.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::material::{Material, ReportedRun};
use super::values::{Spread, setting_of};
use crate::data::Source;
use crate::experiments::sweep::SweepState;
use crate::experiments::table::{
    Objective, RunsTable, SEED, Variable, as_number, is_same, spec_of, value_of,
};
use crate::record::{Basis, Better, Role, Scalar};
use crate::systems;

/// The key under which the systems are compared.
pub(super) const SYSTEM: &str = "system";
/// Settings and measures in a table of several runs, and measures at least.
const COLUMNS: usize = 9;
const FEWEST: usize = 4;

/// Runs beside each other.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    /// The runs.
    pub(super) runs: &'a [ReportedRun],
    /// The same as rows of a table.
    pub(super) table: RunsTable,
    /// The settings that differ between them, the seed left out.
    pub(super) varied: Vec<Setting>,
    /// True if they differ in their seeds.
    pub(super) seeds_differ: bool,
    /// The measures that tell how good they are, the most telling first.
    pub(super) measures: Vec<MeasureColumn>,
    /// Runs with the same settings but for the seed, in the order of the first of each.
    pub(super) groups: Vec<Group>,
    /// By what runs can be chosen.
    pub(super) objective: Option<Objective>,
    /// The best of the groups by it; `None` where it may not choose, or there is nothing to choose among.
    pub(super) best: Option<usize>,
}

/// A setting with its name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Setting {
    /// As `--set` takes it.
    pub(super) key: String,
    /// As a person reads it, with the symbol of the paper: `Regularization λ`.
    pub(super) label: String,
    /// Its values; `None` of the system.
    pub(super) variable: Option<Variable>,
}

/// A measure with its meaning.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MeasureColumn {
    /// The scalar's name.
    pub(super) name: String,
    /// Its meaning.
    pub(super) scalar: Scalar,
}

/// Runs with the same settings but for the seed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// Indices of its runs.
    pub(super) runs: Vec<usize>,
    /// Its values of the varied settings, in their order; `None` where a run has no such setting.
    pub(super) values: Vec<Option<Value>>,
    /// The measures, in their order.
    pub(super) measures: Vec<Option<Spread>>,
}

impl<'a> Comparison<'a> {
    /// Of a report: of a sweep the runs of the search, of which nothing was measured on the test set to choose by.
    pub(super) fn of(material: &'a Material) -> Self {
        let mut own = Self::of_runs(&material.runs);
        if let Some(sweep) = &material.sweep {
            own.take_from(sweep);
        }
        own
    }

    /// Takes what a sweep was to choose by and what it chose, in place of what can be told from its runs.
    fn take_from(&mut self, sweep: &SweepState) {
        let kept = self
            .measures
            .iter()
            .map(|own| own.scalar.basis != Basis::Test);
        let kept: Vec<bool> = kept.collect();
        let keep = |at: usize| kept.get(at).copied().unwrap_or(true);
        let mut at = 0;
        self.measures.retain(|_| {
            at += 1;
            keep(at - 1)
        });
        for group in &mut self.groups {
            let mut at = 0;
            group.measures.retain(|_| {
                at += 1;
                keep(at - 1)
            });
        }
        if let Some(own) = sweep.objectives.first() {
            let measures = systems::measures_of(&sweep.config.base.system);
            self.objective = Objective::of(measures, &own.name).or_else(|| self.objective.take());
            // First what is chosen by.
            if let Some(at) = self.objective_column() {
                self.measures.swap(0, at);
                for group in &mut self.groups {
                    group.measures.swap(0, at);
                }
            }
        }
        let chosen = match &sweep.result {
            Some(result) => Some(result.setting.clone()),
            None => sweep.best().map(|best| best.setting),
        };
        self.best = chosen.and_then(|chosen| {
            self.groups.iter().position(|group| {
                let row = &self.runs[group.runs[0]].row;
                let has = |(key, value): (&String, &Value)| {
                    row.value(key).is_some_and(|own| is_same(own, value))
                };
                chosen.iter().all(has)
            })
        });
    }

    fn of_runs(runs: &'a [ReportedRun]) -> Self {
        let table = RunsTable::new(runs.iter().map(|run| Arc::clone(&run.row)).collect());
        let varied = varied(runs, &table);
        let objective = by_validation(runs, &table).or_else(|| table.objective().cloned());
        let measures = measure_columns(runs, &table, objective.as_ref(), varied.len());
        let groups = groups(runs, &varied, &measures);
        let best = objective
            .as_ref()
            .and_then(|objective| best(runs, objective, &measures, &groups));
        Self {
            runs,
            varied,
            seeds_differ: table.varied().iter().any(Variable::is_seed),
            measures,
            groups,
            objective,
            best,
            table,
        }
    }

    /// A setting of a group as a person reads it.
    pub(super) fn setting(&self, group: &Group, key: &str, value: &Value) -> String {
        let first = group.runs.first().map(|run| &self.runs[*run]);
        let system = first.map_or("", |run| run.row.summary.system.as_str());
        setting_of(system, key, value)
    }

    /// A group's settings in short: `hidden 50, λ 10`; the name of its run where no setting differs.
    pub(super) fn name(&self, group: &Group) -> String {
        let first = group.runs.first().map(|run| &self.runs[*run]);
        let named = self.varied.iter().zip(&group.values);
        let parts: Vec<String> = named
            .filter_map(|(key, value)| Some((key, value.as_ref()?)))
            .map(|(key, value)| match (key.key.as_str(), value) {
                (SYSTEM, Value::String(id)) => {
                    systems::find(id).map_or_else(|| id.clone(), |system| system.label().to_owned())
                }
                (key, value) => {
                    let system = first.map_or("", |run| run.row.summary.system.as_str());
                    let symbol = spec_of(system, key).and_then(|spec| spec.symbol.as_deref());
                    let symbol = symbol.filter(|symbol| !symbol.is_ascii());
                    // Without the table that it is in.
                    let short = symbol.unwrap_or_else(|| key.rsplit('.').next().unwrap_or(key));
                    format!("{short} {}", self.setting(group, key, value))
                }
            })
            .collect();
        if parts.is_empty() {
            first.map_or_else(String::new, |run| run.name().to_owned())
        } else {
            parts.join(", ")
        }
    }

    /// The place of the objective among the measures.
    pub(super) fn objective_column(&self) -> Option<usize> {
        let name = &self.objective.as_ref()?.measure;
        self.measures.iter().position(|own| own.name == *name)
    }

    /// The varied settings that are numbers in every group, by index.
    pub(super) fn numeric(&self) -> Vec<usize> {
        (0..self.varied.len())
            .filter(|&at| {
                let mut values = self.groups.iter().map(|group| group.values[at].as_ref());
                values.all(|value| value.and_then(as_number).is_some())
            })
            .collect()
    }
}

/// What differs, but for the seed. Where data is does not matter while it is the same.
fn varied(runs: &[ReportedRun], table: &RunsTable) -> Vec<Setting> {
    let mut settings = Vec::new();
    let systems: BTreeSet<&str> = runs
        .iter()
        .map(|run| run.row.summary.system.as_str())
        .collect();
    if systems.len() > 1 {
        settings.push(Setting {
            key: SYSTEM.to_owned(),
            label: "System".to_owned(),
            variable: None,
        });
    }
    let hashes: BTreeSet<Option<&str>> = runs
        .iter()
        .map(|run| run.row.summary.data.as_ref().map(|data| data.hash.as_str()))
        .collect();
    let same_data = hashes.len() == 1 && !hashes.contains(&None);
    for variable in table.varied() {
        let is_place = same_data && is_place(runs, &variable.key);
        if !variable.is_seed() && !is_place {
            settings.push(Setting {
                key: variable.key.clone(),
                label: variable.title(),
                variable: Some(variable.clone()),
            });
        }
    }
    settings
}

/// True for the path of the data itself.
fn is_place(runs: &[ReportedRun], key: &str) -> bool {
    let Some(own) = key.strip_prefix("data.") else {
        return false;
    };
    runs.iter().filter_map(ReportedRun::data_kind).any(|kind| {
        let keys = Source::keys(kind);
        keys.iter().any(|spec| spec.key == own && spec.is_path())
    })
}

/// The name of a setting with its symbol.
pub(super) fn label_of(runs: &[ReportedRun], key: &str) -> String {
    let spec = runs
        .iter()
        .find_map(|run| spec_of(&run.row.summary.system, key));
    spec.map_or_else(
        || key.to_owned(),
        |spec| match &spec.symbol {
            Some(symbol) => format!("{} {symbol}", spec.label),
            None => spec.label.clone(),
        },
    )
}

/// The measures of quality that runs have: first what is chosen by and the same on other data, then as the systems rank them. Losses are left
/// out: they depend on the settings.
fn measure_columns(
    runs: &[ReportedRun],
    table: &RunsTable,
    objective: Option<&Objective>,
    varied: usize,
) -> Vec<MeasureColumn> {
    let mut columns: Vec<_> = table
        .measures()
        .iter()
        .filter(|own| {
            !own.scalar.loss
                && own.scalar.better != Better::Neither
                && !matches!(own.scalar.role, Role::Training | Role::Reference)
        })
        .map(|own| {
            let is_first = objective.is_some_and(|first| first.measure == own.name);
            let is_same = objective.is_some_and(|first| first.scalar.key == own.scalar.key);
            let rank = (!is_first, !is_same, main_rank(runs, &own.name, &own.scalar));
            let column = MeasureColumn {
                name: own.name.clone(),
                scalar: own.scalar.clone(),
            };
            (rank, column)
        })
        .collect();
    // Equal ones stay in the order of their systems.
    columns.sort_by_key(|(rank, _)| *rank);
    let most = match runs.len() {
        1 => usize::MAX,
        _ => COLUMNS.saturating_sub(varied).max(FEWEST),
    };
    columns.into_iter().take(most).map(|(_, own)| own).collect()
}

fn groups(runs: &[ReportedRun], varied: &[Setting], measures: &[MeasureColumn]) -> Vec<Group> {
    let mut found: Vec<Group> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    for (at, run) in runs.iter().enumerate() {
        let values: Vec<Option<Value>> = varied
            .iter()
            .map(|own| match own.key.as_str() {
                SYSTEM => Some(Value::from(run.row.summary.system.as_str())),
                key => run.row.value(key).cloned(),
            })
            .collect();
        let says_nothing = run.row.parameters.keys().all(|key| key == SEED);
        let own = match says_nothing || varied.is_empty() && run.config.is_none() {
            true => run.row.path.display().to_string(),
            false => serde_json::to_string(&values).unwrap_or_default(),
        };
        let group = *index.entry(own).or_insert(found.len());
        if group == found.len() {
            found.push(Group {
                runs: Vec::new(),
                values,
                measures: Vec::new(),
            });
        }
        found[group].runs.push(at);
    }
    for group in &mut found {
        let spread = |column: &MeasureColumn| {
            let values = group.runs.iter().filter_map(|run| {
                let metric = runs[*run].row.summary.metrics.get(&column.name)?;
                Some(value_of(metric, &column.scalar))
            });
            Spread::of(&values.collect::<Vec<_>>())
        };
        group.measures = measures.iter().map(spread).collect();
    }
    found
}

/// The best setting, where there is something to choose by that is neither the test set, nor the training data, nor a loss. Only settings whose
/// runs all finished are chosen among.
fn best(
    runs: &[ReportedRun],
    objective: &Objective,
    measures: &[MeasureColumn],
    groups: &[Group],
) -> Option<usize> {
    if groups.len() < 2 || !may_choose(&objective.scalar) {
        return None;
    }
    let measure = measures
        .iter()
        .position(|own| own.name == objective.measure)?;
    let is_whole = |group: &&Group| group.runs.iter().all(|run| runs[*run].is_finished());
    let whole = groups.iter().enumerate().filter(|(_, own)| is_whole(own));
    let mut best: Option<(usize, f64)> = None;
    for (at, group) in whole {
        if let Some(spread) = group.measures[measure]
            && !spread.mean.is_nan()
            && best.is_none_or(|(_, other)| objective.scalar.better.prefers(spread.mean, other))
        {
            best = Some((at, spread.mean));
        }
    }
    best.map(|(at, _)| at)
}

/// The measure on validation data that runs can be chosen by, if several have one: others may have been trained on all data.
fn by_validation(runs: &[ReportedRun], table: &RunsTable) -> Option<Objective> {
    let measures = table.measures().iter().filter(|own| {
        let scalar = &own.scalar;
        scalar.basis == Basis::Validation && scalar.better != Better::Neither && own.rows > 1
    });
    let first = measures.min_by_key(|own| main_rank(runs, &own.name, &own.scalar))?;
    runs.iter()
        .find_map(|run| Objective::of(run.measures(), &first.name))
}

/// The place of a measure, or of the same on other data, among those that systems declare as the most telling.
fn main_rank(runs: &[ReportedRun], name: &str, scalar: &Scalar) -> usize {
    let of_runs = runs.iter().filter_map(|run| {
        let measures = run.measures();
        let same = |own: &&str| *own == name || measures.of(own).key == scalar.key;
        measures.main.iter().position(same)
    });
    of_runs.min().unwrap_or(usize::MAX)
}

/// True if settings may be chosen by a measure: not by the test set, nor by what was learned by heart, nor by a loss, which depends on them.
fn may_choose(scalar: &Scalar) -> bool {
    !scalar.loss && scalar.role != Role::Training && scalar.basis != Basis::Test
}
