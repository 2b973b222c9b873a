//! Several measures at once: which settings no other beats in all of them.

use super::table::{Column, RunsTable};
use crate::record::Better;

/// The number of the front that each point lies on: 0 for those that no point dominates, 1 for those that only points of front 0 dominate, and so
/// on. The smaller the better in every coordinate. Takes n² comparisons.
#[must_use]
pub fn front_numbers(points: &[&[f64]]) -> Vec<usize> {
    let mut dominated_by: Vec<usize> = vec![0; points.len()];
    let mut dominates: Vec<Vec<usize>> = vec![Vec::new(); points.len()];
    for one in 0..points.len() {
        for other in one + 1..points.len() {
            if is_dominated(points[other], points[one]) {
                dominates[one].push(other);
                dominated_by[other] += 1;
            } else if is_dominated(points[one], points[other]) {
                dominates[other].push(one);
                dominated_by[one] += 1;
            }
        }
    }
    let mut numbers = vec![0; points.len()];
    let mut front: Vec<usize> = (0..points.len())
        .filter(|point| dominated_by[*point] == 0)
        .collect();
    let mut number = 0;
    while !front.is_empty() {
        let mut next = Vec::new();
        for point in front {
            numbers[point] = number;
            for worse in &dominates[point] {
                dominated_by[*worse] -= 1;
                if dominated_by[*worse] == 0 {
                    next.push(*worse);
                }
            }
        }
        front = next;
        number += 1;
    }
    numbers
}

/// True if `other` is as good in every coordinate and better in one.
fn is_dominated(point: &[f64], other: &[f64]) -> bool {
    let mut pairs = other.iter().zip(point);
    pairs.all(|(other, own)| other <= own)
        && other.iter().zip(point).any(|(other, own)| other < own)
}

/// What several measures come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Pareto {
    /// The rows that no other beats in all measures, in the order of the first measure, the best first.
    pub front: Vec<usize>,
    /// Of each row how many others dominate it; `None` of one that lacks a measure.
    pub dominated_by: Vec<Option<usize>>,
}

/// Which rows no other beats in all of these measures. A row without one of them, or with NaN, takes no part. Takes n² comparisons.
#[must_use]
pub fn pareto(table: &RunsTable, measures: &[&str]) -> Pareto {
    let better: Vec<Better> = measures
        .iter()
        .map(|name| {
            let measure = table.measure(name);
            measure.map_or(Better::Neither, |own| own.scalar.better)
        })
        .collect();
    let columns: Vec<Column> = measures
        .iter()
        .map(|name| Column::Measure((*name).to_owned()))
        .collect();
    let costs: Vec<Option<Vec<f64>>> = (0..table.len())
        .map(|row| {
            let costs = columns.iter().zip(&better).map(|(column, better)| {
                let number = table.number(row, column).filter(|own| own.is_finite())?;
                match better {
                    Better::Lower => Some(number),
                    Better::Higher => Some(-number),
                    Better::Neither => None,
                }
            });
            costs.collect()
        })
        .collect();
    of_costs(&costs)
}

/// The smaller the better.
fn of_costs(costs: &[Option<Vec<f64>>]) -> Pareto {
    let counts = costs.iter().map(|own| {
        let own = own.as_ref()?;
        let others = costs.iter().flatten();
        Some(others.filter(|other| is_dominated(own, other)).count())
    });
    let dominated_by: Vec<Option<usize>> = counts.collect();
    let mut front: Vec<usize> = (0..costs.len())
        .filter(|row| dominated_by[*row] == Some(0))
        .collect();
    let first = |row: &usize| {
        let own = costs[*row].as_ref();
        own.and_then(|own| own.first()).copied().unwrap_or(f64::NAN)
    };
    front.sort_by(|one, other| first(one).total_cmp(&first(other)));
    Pareto {
        front,
        dominated_by,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fronts_are_peeled_off_one_by_one() {
        // By hand: (1, 4), (2, 2), (4, 1) are beaten by none; (3, 3) by (2, 2) alone; (5, 5) by all.
        let points: [&[f64]; 6] = [
            &[5.0, 5.0],
            &[1.0, 4.0],
            &[3.0, 3.0],
            &[2.0, 2.0],
            &[4.0, 1.0],
            &[2.0, 2.0],
        ];
        assert_eq!(front_numbers(&points), [2, 0, 1, 0, 0, 0]);
        let costs: Vec<Option<Vec<f64>>> = points
            .iter()
            .map(|own| Some(own.to_vec()))
            .chain([None])
            .collect();
        let pareto = of_costs(&costs);
        assert_eq!(pareto.front, [1, 3, 5, 4]);
        let counts = [Some(5), Some(0), Some(2), Some(0), Some(0), Some(0), None];
        assert_eq!(pareto.dominated_by, counts);
    }
}
