//! Which parameters tell most about a measure, for the axes that stand without being asked for.

use crate::experiments::table::{Column, RunsTable, Variable, as_text};

/// The keys of the parameters that differ, those whose values go with the largest differences of the measure first.
pub(super) fn telling(table: &RunsTable, measure: Option<&Column>) -> Vec<String> {
    let candidates = table.varied().iter();
    let candidates = candidates.filter(|own| !own.is_seed() && !own.key.starts_with("data.path"));
    let share =
        |variable: &Variable| measure.map_or(0.0, |measure| explained(table, variable, measure));
    let mut ranked: Vec<(f64, &Variable)> = candidates.map(|own| (share(own), own)).collect();
    // Equal ones stay in the order of their systems.
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.into_iter().map(|(_, own)| own.key.clone()).collect()
}

/// The share of a measure's variance between the values of a parameter (η²), less what as many random groups would explain; 0 where nothing
/// can be told.
fn explained(table: &RunsTable, variable: &Variable, measure: &Column) -> f64 {
    let mut groups: std::collections::BTreeMap<String, (f64, f64)> = Default::default();
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for (row, run) in table.rows().iter().enumerate() {
        let value = table.number(row, measure).filter(|value| value.is_finite());
        let (Some(value), Some(level)) = (value, run.value(&variable.key)) else {
            continue;
        };
        let group = groups.entry(as_text(level)).or_default();
        group.0 += 1.0;
        group.1 += value;
        count += 1.0;
        sum += value;
        squares += value * value;
    }
    let total = squares - sum * sum / count;
    if groups.len() < 2 || total.is_nan() || total <= 0.0 || count < 3.0 {
        return 0.0;
    }
    let between = groups.values().map(|(n, sum)| sum * sum / n).sum::<f64>() - sum * sum / count;
    let by_chance = (groups.len() - 1) as f64 / (count - 1.0);
    (between / total - by_chance).max(0.0)
}
