//! Runs that differ by the seed alone, as one line.

use rustc_hash::FxHashMap;

use super::text;
use crate::draw::format;
use crate::experiments::table::{Cell, Column, RunsTable, SEED, as_text};

/// Runs that differ by the seed alone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// Their places in the table.
    pub(super) rows: Vec<usize>,
}

/// Numbers in short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) mean: f64,
    /// The standard deviation of a sample; `None` of one number.
    pub(super) deviation: Option<f64>,
}

impl Spread {
    /// Of these numbers; `None` of none.
    pub(super) fn of(numbers: &[f64]) -> Option<Self> {
        if numbers.is_empty() {
            return None;
        }
        let count = numbers.len() as f64;
        let mean = numbers.iter().sum::<f64>() / count;
        let squares: f64 = numbers.iter().map(|own| (own - mean).powi(2)).sum();
        let deviation = (numbers.len() > 1).then(|| (squares / (count - 1.0)).sqrt());
        Some(Self { mean, deviation })
    }

    /// `0.9200 ± 0.0100`
    pub(super) fn shown(self) -> String {
        match self.deviation {
            Some(deviation) => format!(
                "{} ± {}",
                format::number(self.mean),
                format::number(deviation)
            ),
            None => format::number(self.mean),
        }
    }
}

impl Group {
    /// The numbers of its runs in a column.
    fn numbers(&self, table: &RunsTable, column: &Column) -> Vec<f64> {
        let rows = self.rows.iter();
        rows.filter_map(|row| table.number(*row, column)).collect()
    }

    /// Mean and deviation in a column of measures.
    pub(super) fn spread(&self, table: &RunsTable, column: &Column) -> Option<Spread> {
        let is_measured = matches!(
            column,
            Column::Measure(_) | Column::Best(_) | Column::Last(_) | Column::Seconds
        );
        if !is_measured {
            return None;
        }
        Spread::of(&self.numbers(table, column))
    }

    /// What it is sorted by.
    pub(super) fn key<'a>(&self, table: &'a RunsTable, column: &Column) -> Cell<'a> {
        if let Some(spread) = self.spread(table, column) {
            return Cell::Number(spread.mean);
        }
        if *column == Column::Name {
            return Cell::Text(self.name(table).into());
        }
        let first = self.rows.first();
        first.map_or(Cell::Empty, |row| table.cell(*row, column))
    }

    /// The shortest name: those of later seeds say which.
    fn name(&self, table: &RunsTable) -> String {
        let rows = table.rows();
        let names = self.rows.iter().map(|row| &rows[*row].summary.name);
        names
            .min_by_key(|name| name.chars().count())
            .cloned()
            .unwrap_or_default()
    }

    /// A cell as it is shown.
    pub(super) fn shown(&self, table: &RunsTable, column: &Column) -> String {
        if let Some(spread) = self.spread(table, column) {
            return match column {
                Column::Seconds => format::duration(spread.mean),
                _ => spread.shown(),
            };
        }
        match column {
            Column::Name => self.name(table),
            _ if is_seed(column) => {
                let mut seeds: Vec<u64> = self
                    .rows
                    .iter()
                    .map(|row| table.rows()[*row].summary.seed)
                    .collect();
                seeds.sort_unstable();
                let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
                seeds.join(", ")
            }
            _ => {
                let own = |row: &usize| text::shown(column, &table.cell(*row, column));
                let first = self.rows.first().map(own).unwrap_or_default();
                let same = self.rows.iter().all(|row| own(row) == first);
                if same { first } else { "various".to_owned() }
            }
        }
    }
}

/// True for the seed, as a column of every run or as a parameter that differs.
fn is_seed(column: &Column) -> bool {
    match column {
        Column::Seed => true,
        Column::Parameter(key) => key == SEED,
        _ => false,
    }
}

/// The runs that differ by the seed alone, where there are two at least, in the order of their first.
pub(super) fn by_seed(table: &RunsTable) -> Vec<Group> {
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    let mut groups: Vec<Group> = Vec::new();
    for (place, row) in table.rows().iter().enumerate() {
        let mut key = row.summary.system.clone();
        if let Some(data) = &row.summary.data {
            key.push('\0');
            key.push_str(&data.hash);
        }
        for variable in table.varied().iter().filter(|own| !own.is_seed()) {
            key.push('\0');
            if let Some(value) = row.parameters.get(&variable.key) {
                key.push_str(&as_text(value));
            }
        }
        let group = *places.entry(key).or_insert_with(|| {
            groups.push(Group { rows: Vec::new() });
            groups.len() - 1
        });
        groups[group].rows.push(place);
    }
    groups.retain(|group| {
        let seed = |row: &usize| table.rows()[*row].summary.seed;
        let first = group.rows.first().map(seed);
        group.rows.iter().any(|row| Some(seed(row)) != first)
    });
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares of deviations 32, over 7.
        let spread = Spread::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert!((spread.mean - 5.0).abs() < 1e-12);
        assert!((spread.deviation.unwrap() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(Spread::of(&[3.0]).unwrap().deviation, None);
        assert_eq!(Spread::of(&[]), None);
    }
}
