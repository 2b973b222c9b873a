//! The runs that are shown side by side: those of them that were chosen, else all that fit or the best of them, and what tells each apart.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::Ui;

use super::{Judge, Look, Shared};
use crate::data::Fingerprint;
use crate::draw::format;
use crate::experiments::table::{Row, RunsTable, Variable, VariableKind, as_number, value_of};
use crate::record::Better;
use crate::runs::{RunId, changes_reports_alone};
use crate::ui::widgets::caption;

/// What of the data says which of it is held out, beside the seed.
const DIVISION: [&str; 4] = [
    "data.test_fraction",
    "data.newest_fraction",
    "data.leave_out",
    "data.test",
];
/// Parameters in a caption, at most.
const MOST_PARAMETERS: usize = 4;

/// The runs that are shown side by side.
#[derive(Default)]
pub(super) struct Several {
    /// What they were picked for.
    of: Option<Of>,
    rows: Vec<Arc<Row>>,
    captions: Vec<String>,
    /// True if their data was divided in the same way.
    is_divided_alike: bool,
    /// Runs that would fit as well.
    left: usize,
    /// The measure by which the best were taken, where there are more.
    best_by: Option<String>,
}

/// What runs were picked for.
struct Of {
    generation: u64,
    selected: BTreeSet<RunId>,
    measure: Option<String>,
}

impl Several {
    /// Picks the runs: among those that share data, `most` of the ones that `is_suited` accepts; those that were chosen, if there are two.
    pub(super) fn update(
        &mut self,
        look: &Look<'_>,
        shared: &Shared,
        most: usize,
        is_suited: impl Fn(&Row) -> bool,
    ) {
        let is_same = |of: &Of| {
            of.generation == look.generation
                && of.selected == shared.selected
                && of.measure == shared.measure
        };
        if self.of.as_ref().is_some_and(is_same) {
            return;
        }
        self.of = Some(Of {
            generation: look.generation,
            selected: shared.selected.clone(),
            measure: shared.measure.clone(),
        });
        let suited: Vec<&Arc<Row>> = candidates(look.rows, look.plots.table.rows())
            .filter(|row| is_suited(row))
            .collect();
        let chosen = suited
            .iter()
            .filter(|row| shared.selected.contains(&row.id));
        let chosen: Vec<&Arc<Row>> = chosen.copied().collect();
        let mut picked = if chosen.len() > 1 { chosen } else { suited };
        self.left = picked.len().saturating_sub(most);
        let judge = look.judge(shared).filter(|_| self.left > 0);
        let judge = judge.filter(|judge| judge.scalar.better != Better::Neither);
        self.best_by = judge.map(|judge| {
            keep_best(&mut picked, &judge, most);
            judge.scalar.title()
        });
        // In the order in which they were started.
        let rows = picked.iter().take(most).rev();
        self.rows = rows.map(|row| Arc::clone(row)).collect();
        self.captions = captions(&self.rows);
        let table = RunsTable::new(self.rows.clone());
        let divides = |own: &Variable| own.is_seed() || DIVISION.contains(&own.key.as_str());
        self.is_divided_alike = !table.varied().iter().any(divides);
    }

    /// True if the runs differ neither by how their data was read and divided nor by the seed that divides it.
    pub(super) fn is_divided_alike(&self) -> bool {
        self.is_divided_alike
    }

    /// The runs.
    pub(super) fn rows(&self) -> &[Arc<Row>] {
        &self.rows
    }

    /// What tells each apart.
    pub(super) fn captions(&self) -> &[String] {
        &self.captions
    }

    /// Their ids.
    pub(super) fn ids(&self) -> Vec<RunId> {
        self.rows.iter().map(|row| row.id.clone()).collect()
    }

    /// Says which runs are not shown, and how to see them.
    pub(super) fn left_ui(&self, ui: &mut Ui) {
        if self.left > 0 {
            let shown = self.rows.len();
            let all = shown + self.left;
            let which = match &self.best_by {
                Some(measure) => format!("The best {shown} of {all} runs by {measure}"),
                None => format!("{shown} of {all} runs"),
            };
            let text = format!("{which}: choose others in the table, with Ctrl or Shift");
            caption(ui, text);
        }
    }
}

/// Keeps the best `most` by a measure, in the order in which they are; those that have none come last.
fn keep_best(rows: &mut Vec<&Arc<Row>>, judge: &Judge, most: usize) {
    let value = |row: &Row| {
        let metric = row.summary.metrics.get(&judge.name)?;
        let value = value_of(metric, &judge.scalar);
        match judge.scalar.better {
            Better::Higher => Some(-value),
            Better::Lower => Some(value),
            Better::Neither => None,
        }
        .filter(|value| value.is_finite())
    };
    let mut order: Vec<(f64, usize)> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| (value(row).unwrap_or(f64::INFINITY), at))
        .collect();
    order.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut kept: Vec<usize> = order.into_iter().take(most).map(|(_, at)| at).collect();
    kept.sort_unstable();
    *rows = kept.into_iter().map(|at| rows[at]).collect();
}

/// The runs whose results can stand side by side: those that share plots, and beside sweeps all that learned from the same data, also where
/// their measures are not comparable, as of runs that hold out other shares to validate by.
fn candidates<'r>(
    rows: &'r [Arc<Row>],
    plotted: &'r [Arc<Row>],
) -> impl Iterator<Item = &'r Arc<Row>> {
    let of = plotted.iter().find_map(|row| row.summary.data.as_ref());
    let shared: BTreeSet<&RunId> = plotted.iter().map(|row| &row.id).collect();
    rows.iter().filter(move |row| {
        let is_beside = row.summary.sweep.is_none() && row.summary.data.is_some();
        shared.contains(&row.id) || (is_beside && of.is_some_and(|of| same_data(row, of)))
    })
}

/// True if a run learned from this data, or has not read its own yet.
pub(super) fn same_data(row: &Row, fingerprint: &Fingerprint) -> bool {
    let own = row.summary.data.as_ref();
    own.is_none_or(|own| own.hash == fingerprint.hash)
}

/// What tells each of the runs apart from the others: `hidden 50, λ 10`; its name where that says no more.
pub(super) fn captions(rows: &[Arc<Row>]) -> Vec<String> {
    let table = RunsTable::new(rows.to_vec());
    let settings: Vec<&Variable> = table
        .varied()
        .iter()
        .filter(|own| !own.is_seed() && !own.key.starts_with("data."))
        .filter(|own| !changes_reports_alone(&own.key))
        .take(MOST_PARAMETERS)
        .collect();
    let shared = shared_word(&settings);
    let seed = table.varied().iter().find(|own| own.is_seed());
    let first = rows.first().map(|row| &row.summary.system);
    let several_systems = rows.iter().any(|row| Some(&row.summary.system) != first);
    let caption = |row: &Row, with_seed: bool| {
        let mut parts = Vec::new();
        if several_systems {
            let label = row.system().map(|system| system.label().to_owned());
            parts.push(label.unwrap_or_else(|| row.summary.system.clone()));
        }
        let seed = seed.filter(|_| with_seed);
        let own = settings.iter().copied().chain(seed);
        parts.extend(own.filter_map(|variable| part(variable, shared, row)));
        match parts.is_empty() {
            true => row.summary.name.clone(),
            false => parts.join(", "),
        }
    };
    let short: Vec<String> = rows.iter().map(|row| caption(row, false)).collect();
    rows.iter()
        .zip(&short)
        .map(|(row, own)| {
            let is_alone = short.iter().filter(|other| *other == own).count() == 1;
            if is_alone {
                own.clone()
            } else {
                caption(row, true)
            }
        })
        .collect()
}

/// The last word of all names, which tells none of them apart: `sharing` of residual and upsampling sharing. Empty if there is none.
fn shared_word<'v>(settings: &[&'v Variable]) -> &'v str {
    let last = |own: &&'v Variable| {
        let label = own.symbol.is_none().then_some(own.label.as_str())?;
        label.rsplit_once(' ').map(|(_, word)| word)
    };
    let [first, _, ..] = settings else {
        return "";
    };
    let word = last(first).unwrap_or_default();
    let all = settings.iter().all(|own| last(own) == Some(word));
    if all { word } else { "" }
}

/// The value of a run as it is shown.
pub(in crate::ui::panes::explore) fn variable_text(variable: &Variable, row: &Row) -> String {
    match row.value(&variable.key).and_then(as_number) {
        Some(number) if row.word(&variable.key).is_none() => format::setting(number),
        _ => variable.text(row),
    }
}

/// A parameter as a caption says it, without a word that all have; nothing where the run has none.
fn part(variable: &Variable, shared: &str, row: &Row) -> Option<String> {
    let name = variable.symbol.as_deref().unwrap_or(&variable.label);
    let name = name.strip_suffix(shared).unwrap_or(name).trim_end();
    match variable.kind {
        VariableKind::Flag => match variable.position(row) {
            Some(on) if on > 0.5 => Some(name.to_lowercase()),
            Some(_) => Some(format!("no {}", name.to_lowercase())),
            None => None,
        },
        _ => {
            let text = variable_text(variable, row);
            let name = match variable.symbol {
                Some(_) => name.to_owned(),
                None => name.to_lowercase(),
            };
            (!text.is_empty()).then(|| format!("{name} {text}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::table::tests::{row, rows};
    use super::*;

    #[test]
    fn runs_are_told_apart_by_what_differs_and_by_the_seed_where_that_is_the_same() {
        let all = rows(&[("a", 20, 1, None), ("b", 50, 1, None), ("c", 50, 2, None)]);
        let captions = captions(&all);
        assert!(
            captions[0].ends_with(" 20") && !captions[0].contains("seed"),
            "{captions:?}"
        );
        assert!(captions[1].contains(" 50, seed 1"), "{captions:?}");
        assert!(captions[2].contains(" 50, seed 2"), "{captions:?}");
        assert_eq!(super::captions(&all[..1]), ["a"]);
    }

    #[test]
    fn results_on_the_same_data_stand_side_by_side_whatever_their_measures() {
        let with_hash = |name: &str, hash: &str| {
            let mut own = row(name, 20, 1, None);
            own.summary.data = Some(Fingerprint {
                hash: hash.to_owned(),
                ..Fingerprint::default()
            });
            Arc::new(own)
        };
        let all = [
            with_hash("a", "one"),
            with_hash("b", "one"),
            with_hash("c", "other"),
        ];
        let names = |plotted: &[Arc<Row>]| -> Vec<String> {
            candidates(&all, plotted)
                .map(|row| row.summary.name.clone())
                .collect()
        };
        assert_eq!(names(&all[..1]), ["a", "b"]);
        assert_eq!(names(&all[2..]), ["c"]);
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn a_word_that_all_parameters_have_is_left_out() {
        let sharing = |key: &str, value: &str| (key.to_owned(), Value::from(value));
        let run = |name: &str, residual: &str, upsampling: &str| {
            let mut own = row(name, 20, 1, None);
            own.summary.system = "auggan".to_owned();
            own.parameters = [
                sharing("residual_sharing", residual),
                sharing("upsampling_sharing", upsampling),
            ]
            .into_iter()
            .collect();
            Arc::new(own)
        };
        let all = [
            run("a", "hard", "soft"),
            run("b", "none", "soft"),
            run("c", "hard", "hard"),
        ];
        let captions = captions(&all);
        assert_eq!(captions[0], "residual hard, upsampling soft");
        assert_eq!(captions[2], "residual hard, upsampling hard");
    }

    #[test]
    fn several_systems_are_named() {
        let mut other = row("d", 20, 1, None);
        other.summary.system = "deepcc".to_owned();
        let all = [Arc::new(row("a", 20, 1, None)), Arc::new(other)];
        let captions = captions(&all);
        assert!(captions[0].starts_with("AutoRec"), "{captions:?}");
        assert!(captions[1].starts_with("DeepCC"), "{captions:?}");
    }
}
