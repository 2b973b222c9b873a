//! Totals, means and the like, written beside or below a table as if they were rows or columns of it.

use super::dialect::Dialect;
use super::grid::{Grid, Kind};
use super::header::word;
use super::survey::Survey;
use super::{Names, Table};
use crate::data::Labels;

/// What a row or column says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Sum,
    Mean,
    /// A median, a deviation, a count: known by what stands beside it.
    Other,
}

const SUMS: &str = "total totals sum sums all grandtotal margin gesamtergebnis totaal eindtotaal summe summen gesamt gesamtsumme insgesamt somme totale suma \
                    totalgeneral totalgénéral итого всего 合计 合計 总计 總計";
const MEANS: &str =
    "mean means average averages avg mittelwert durchschnitt moyenne media promedio среднее";
const OTHERS: &str = "median sd std stdev stddev standarddeviation var variance min minimum max maximum count n sem se";

fn named(name: &str) -> Option<Named> {
    let name = name.trim();
    if name.len() > 40 || name.is_empty() {
        return None;
    }
    if matches!(name, "Σ" | "∑") {
        return Some(Named::Sum);
    }
    let word = word(name.as_bytes());
    let is = |list: &str| list.split_ascii_whitespace().any(|own| own == word);
    if is(SUMS) {
        Some(Named::Sum)
    } else if is(MEANS) {
        Some(Named::Mean)
    } else {
        is(OTHERS).then_some(Named::Other)
    }
}

/// True if a name is one of a total or a mean.
pub(crate) fn is_named(name: &str) -> bool {
    matches!(named(name), Some(Named::Sum | Named::Mean))
}

/// Takes a total out of the end of a list: the last line, of a user of its own.
pub(crate) fn leave_out_last(table: &mut Table, names: &mut Names) {
    let last_user = names.users.len().wrapping_sub(1);
    let Some(chunk) = table.chunks.last_mut() else {
        return;
    };
    let (Some(&user), Some(&item), Some(&value)) =
        (chunk.users.last(), chunk.items.last(), chunk.values.last())
    else {
        return;
    };
    if user as usize != last_user || !is_named(names.users.id(last_user)) {
        return;
    }
    let chunk_is_timeless = chunk.times.is_empty();
    let own = chunk.users.iter().filter(|other| **other == user).count();
    let (mut sum, mut count, mut of_item) = (0.0, 0_usize, 0_usize);
    for chunk in &table.chunks {
        sum += chunk
            .values
            .iter()
            .map(|value| f64::from(*value))
            .sum::<f64>();
        count += chunk.values.len();
        of_item += chunk.items.iter().filter(|other| **other == item).count();
    }
    let value = f64::from(value);
    let (sum, others) = (sum - value, count.saturating_sub(1));
    let near =
        |expected: f64, rounded: f64| (value - expected).abs() <= 1e-3 * expected.abs() + rounded;
    let fits = others > 1 && (near(sum, 1e-3) || near(sum / others as f64, 0.051));
    let last_item = names.items.len().wrapping_sub(1);
    if !chunk_is_timeless || own != 1 || of_item != 1 || item as usize != last_item || !fits {
        return;
    }
    let name = names.users.id(last_user).to_owned();
    let all_but_last = |labels: &Labels| {
        let kept: Vec<u32> = (0..labels.len() as u32 - 1).collect();
        labels.reordered(&kept)
    };
    (names.users, names.items) = (all_but_last(&names.users), all_but_last(&names.items));
    if let Some(chunk) = table.chunks.last_mut() {
        chunk.drop_last();
    }
    table.notices.push(format!(
        "the last line is named {name:?} and holds the sum or the mean of the others, so it was not read; to read it as data, give it another name"
    ));
}

/// Sums of lines, cell by cell.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    sums: Vec<f64>,
    counts: Vec<u32>,
    lines: usize,
}

impl Sums {
    /// Adds a line; NaN stands for a missing cell.
    pub(crate) fn add(&mut self, line: &[f32]) {
        self.sums.resize(line.len(), 0.0);
        self.counts.resize(line.len(), 0);
        self.lines += 1;
        for (at, value) in line.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
            self.sums[at] += f64::from(*value);
            self.counts[at] += 1;
        }
    }

    /// True if a line of this name is the sum or the mean of the lines that were added, as far as it was rounded.
    pub(crate) fn is(&self, name: &str, line: &[f32]) -> bool {
        let is_sum = match named(name) {
            Some(Named::Sum) => true,
            None if name.is_empty() => true,
            Some(Named::Mean) => false,
            _ => return false,
        };
        let mut filled = 0;
        let fits = (0..).zip(line).all(|(at, &value)| {
            let (Some(sum), Some(count)) = (self.sums.get(at), self.counts.get(at)) else {
                return false;
            };
            if value.is_nan() {
                return *count == 0;
            }
            let expected = if is_sum {
                *sum
            } else {
                sum / f64::from((*count).max(1))
            };
            filled += usize::from(expected != 0.0);
            let rounded = if is_sum { 1e-3 } else { 0.051 };
            (f64::from(value) - expected).abs() <= 1e-3 * expected.abs() + rounded
        });
        fits && filled > 0 && self.lines > 1 && line.len() > 1
    }
}

/// Places at the beginning and at the end whose names are those of totals and the like.
fn ends(names: &[&str]) -> Vec<usize> {
    let leading = names
        .iter()
        .take_while(|name| named(name).is_some())
        .count();
    let rest = &names[leading..];
    // Below the last name, a total may have none.
    let nameless =
        rest.len() > 1 && rest.iter().position(|name| name.is_empty()) == Some(rest.len() - 1);
    let trailing = if nameless {
        1
    } else {
        rest.iter()
            .rev()
            .take_while(|name| named(name).is_some())
            .count()
    };
    (0..leading)
        .chain(names.len() - trailing..names.len())
        .collect()
}

/// The lines, by their places, that are no data but totals or means of the others, or statistics beside such.
pub(crate) fn aggregates(names: &[&str], line: impl Fn(usize) -> Vec<f32>) -> Vec<usize> {
    let ends = ends(names);
    if ends.is_empty() || names.len() < ends.len() + 2 {
        return Vec::new();
    }
    let mut sums = Sums::default();
    for at in (0..names.len()).filter(|at| !ends.contains(at)) {
        sums.add(&line(at));
    }
    if ends.iter().any(|&at| sums.is(names[at], &line(at))) {
        ends
    } else {
        Vec::new()
    }
}

/// What is said of lines that were left out. `what`: row, column.
pub(crate) fn notice(what: &str, names: &[&str]) -> String {
    let list: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    let (lines, was) = match list.len() {
        1 => (
            what.to_owned(),
            "holds totals or means of the others and was",
        ),
        _ => (
            format!("{what}s"),
            "hold totals or means of the others and were",
        ),
    };
    format!(
        "{lines} {} {was} not read; to read it as data, give it another name",
        list.join(", ")
    )
}

/// Takes columns of totals out of a table.
pub(super) fn leave_out_columns(survey: &Survey<'_>, grid: &mut Grid, dialect: &Dialect) {
    let Some(names) = &grid.names else {
        return;
    };
    let places: Vec<usize> = (0..grid.kinds.len())
        .filter(|at| grid.kinds[*at] == Kind::Cell)
        .collect();
    if places.len() != names.len() {
        return;
    }
    let body = &survey.rows[grid.above.min(survey.rows.len())..];
    let column = |at: usize| -> Vec<f32> {
        let fields = body.iter().map(|row| row.fields.get(places[at]));
        fields
            .map(|field| field.map_or(f32::NAN, |field| dialect.cell(field).unwrap_or(f32::NAN)))
            .collect()
    };
    let texts: Vec<&str> = names.iter().map(String::as_str).collect();
    let out = aggregates(&texts, column);
    if out.is_empty() {
        return;
    }
    let left: Vec<&str> = out.iter().map(|at| texts[*at]).collect();
    grid.notices.push(notice("column", &left));
    for &at in &out {
        grid.kinds[places[at]] = Kind::NotRead;
    }
    let kept = (0..).zip(names).filter(|(at, _)| !out.contains(at));
    grid.names = Some(kept.map(|(_, name)| name.clone()).collect());
    if let Some(classes) = &mut grid.classes {
        let mut at = 0;
        classes.retain(|_| {
            at += 1;
            !out.contains(&(at - 1))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_known_by_name_and_by_sum() {
        let lines = [[1.0, 2.0, f32::NAN], [3.0, 0.0, 4.0], [4.0, 2.0, 4.0]];
        let line = |at: usize| lines[at].to_vec();
        assert_eq!(aggregates(&["a", "b", "Grand Total"], line), [2]);
        // `pandas.crosstab(…, margins=True)`, and a pivot table of a German Excel.
        assert_eq!(aggregates(&["a", "b", "All"], line), [2]);
        assert_eq!(aggregates(&["a", "b", "Gesamtergebnis"], line), [2]);
        assert!(aggregates(&["a", "b", "c"], line).is_empty());
        // A word like any other where it is no sum.
        let others = [[1.0, 2.0], [3.0, 0.0], [5.0, 2.0]];
        assert!(aggregates(&["a", "b", "total"], |at| others[at].to_vec()).is_empty());
        assert_eq!(aggregates(&["a", "b", ""], line), [2]);
        assert!(aggregates(&["a", "", ""], line).is_empty());
        // Of nothing but zeros everything is a sum.
        assert!(aggregates(&["a", "b", "sum"], |_| vec![0.0, 0.0]).is_empty());
    }

    #[test]
    fn means_bring_along_the_statistics_beside_them() {
        let lines = [[1.0, 2.0], [2.0, 5.0], [1.5, 3.5], [0.7, 2.1]];
        let line = |at: usize| lines[at].to_vec();
        assert_eq!(aggregates(&["a", "b", "Mean", "SD"], line), [2, 3]);
        let first = [[1.5, 3.5], [1.0, 2.0], [2.0, 5.0]];
        assert_eq!(
            aggregates(&["average", "a", "b"], |at| first[at].to_vec()),
            [0]
        );
        let said = notice("row", &["Mean", "SD"]);
        assert!(said.starts_with("rows \"Mean\", \"SD\" hold"), "{said}");
    }
}
