//! Runs that share values: mean and spread of what came of them.

use crate::experiments::table::{Column, RunsTable};
use crate::record::Status;

/// Mean, spread and number of some values.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Summary {
    pub(super) mean: f64,
    /// Sample standard deviation; `None` of one value.
    pub(super) sd: Option<f64>,
    pub(super) runs: usize,
}

impl Summary {
    /// `None` without a value that is a number.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        // Welford 1962.
        let (mut runs, mut mean, mut squares) = (0_usize, 0.0, 0.0);
        for value in values.filter(|value| value.is_finite()) {
            runs += 1;
            let step = value - mean;
            mean += step / runs as f64;
            squares += step * (value - mean);
        }
        (runs > 0).then(|| Self {
            mean,
            sd: (runs > 1).then(|| (squares / (runs - 1) as f64).sqrt()),
            runs,
        })
    }
}

/// The runs that means are made of: finished ones with a value, inside all brushes; where none is finished, all with a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Counted {
    /// Their rows.
    pub(super) rows: Vec<usize>,
    /// How many runs with a value are left out because they have not finished.
    pub(super) unfinished: usize,
}

impl Counted {
    pub(super) fn new(table: &RunsTable, inside: &[bool], measure: &Column) -> Self {
        let has_value = |row: &usize| {
            table
                .number(*row, measure)
                .is_some_and(|value| value.is_finite())
        };
        let rows: Vec<usize> = (0..table.len())
            .filter(|row| inside[*row])
            .filter(has_value)
            .collect();
        let is_finished = |row: &usize| table.rows()[*row].summary.status == Status::Finished;
        let finished: Vec<usize> = rows.iter().copied().filter(is_finished).collect();
        if finished.is_empty() {
            return Self {
                rows,
                unfinished: 0,
            };
        }
        Self {
            unfinished: rows.len() - finished.len(),
            rows: finished,
        }
    }

    /// A sentence about what is left out; empty if nothing is.
    pub(super) fn note(&self) -> String {
        match self.unfinished {
            0 => String::new(),
            1 => " One run that has not finished is left out.".to_owned(),
            count => format!(" {count} runs that have not finished are left out."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_spread_are_those_of_a_sample() {
        let summary = Summary::of([2.0, 4.0, 4.0, f64::NAN, 6.0].into_iter()).unwrap();
        assert_eq!((summary.mean, summary.runs), (4.0, 4));
        // Squares 4 + 0 + 0 + 4, over 3.
        assert!((summary.sd.unwrap() - (8.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(Summary::of([1.0].into_iter()).unwrap().sd, None);
        assert_eq!(Summary::of([f64::NAN].into_iter()), None);
    }
}
