//! Several measures at once: which settings no other beats in all of them.

use std::cmp::Ordering;

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

/// The place of each point, from 1, the smaller the better in every coordinate; equal points share one. What is no number is worse than any.
///
/// Points go by their fronts ([`front_numbers`]), and within a front so that the first of them cover it: first the one that is best in the first
/// coordinate, then always the one that is farthest from those before it, each coordinate counted by the range of its values. That is the order of
/// Schmucker et al. 2021, "Multi-objective Asynchronous Successive Halving" (section 3.2: non-dominated sorting, then an epsilon-net as in Clarkson
/// 2006), which leaves the choice of the first point and the scales open. It depends on the points alone, not on their order. Takes n² comparisons.
#[must_use]
pub fn places(points: &[Vec<f64>]) -> Vec<usize> {
    let points: Vec<Vec<f64>> = points
        .iter()
        .map(|point| {
            let worst = |own: &f64| if own.is_nan() { f64::INFINITY } else { *own };
            point.iter().map(worst).collect()
        })
        .collect();
    let mut order: Vec<usize> = (0..points.len()).collect();
    let by_value = |one: &[f64], other: &[f64]| {
        let mut pairs = one
            .iter()
            .zip(other)
            .map(|(one, other)| one.total_cmp(other));
        pairs.find(|own| own.is_ne()).unwrap_or(Ordering::Equal)
    };
    order.sort_by(|one, other| by_value(&points[*one], &points[*other]));
    if points.iter().any(|point| point.len() > 1) {
        let whole: Vec<&[f64]> = points.iter().map(Vec::as_slice).collect();
        let fronts = front_numbers(&whole);
        let scaled = scaled(&points);
        let last = fronts.iter().max().copied().unwrap_or_default();
        order = (0..=last)
            .flat_map(|front| {
                let members = order.iter().copied().filter(|at| fronts[*at] == front);
                covering(&scaled, members.collect())
            })
            .collect();
    }
    let mut places = vec![0; points.len()];
    let mut before: Option<usize> = None;
    for (place, at) in order.into_iter().enumerate() {
        places[at] = match before.filter(|before| points[*before] == points[at]) {
            Some(equal) => places[equal],
            None => place + 1,
        };
        before = Some(at);
    }
    places
}

/// Each coordinate from 0 (its least value) to 1 (its largest); 2 where it has no end.
fn scaled(points: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let count = points.first().map_or(0, Vec::len);
    let ends: Vec<(f64, f64)> = (0..count)
        .map(|coordinate| {
            let values = points.iter().map(|point| point[coordinate]);
            let finite = values.filter(|own| own.is_finite());
            finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), own| {
                (low.min(own), high.max(own))
            })
        })
        .collect();
    let share = |own: f64, (low, high): (f64, f64)| match () {
        () if own == f64::INFINITY => 2.0,
        () if own == f64::NEG_INFINITY => -1.0,
        () if high > low => (own - low) / (high - low),
        () => 0.0,
    };
    points
        .iter()
        .map(|point| {
            let pairs = point.iter().zip(&ends);
            pairs.map(|(own, ends)| share(*own, *ends)).collect()
        })
        .collect()
}

/// The members in the order in which they cover their front: the first as given, then always the farthest from all before it.
fn covering(scaled: &[Vec<f64>], mut members: Vec<usize>) -> Vec<usize> {
    let mut order = Vec::with_capacity(members.len());
    let mut distances = vec![f64::INFINITY; members.len()];
    while !members.is_empty() {
        // The first of equally far ones: members are sorted by their values.
        let next = (1..members.len()).fold(0, |best, at| {
            if distances[at] > distances[best] {
                at
            } else {
                best
            }
        });
        let chosen = members.remove(next);
        distances.remove(next);
        for (member, distance) in members.iter().zip(&mut distances) {
            let pairs = scaled[*member].iter().zip(&scaled[chosen]);
            let square: f64 = pairs.map(|(one, other)| (one - other).powi(2)).sum();
            *distance = distance.min(square);
        }
        order.push(chosen);
    }
    // Equal points stand together, so that they can share a place.
    let mut together: Vec<usize> = Vec::with_capacity(order.len());
    for at in &order {
        if together.contains(at) {
            continue;
        }
        let equal = order.iter().filter(|other| scaled[**other] == scaled[*at]);
        together.extend(equal);
    }
    together
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
    fn places_go_by_fronts_and_cover_each_front_before_they_fill_it() {
        // By hand: five points on the line x + y = 10 are one front, and (9, 9) lies behind it. The best in x first, then its far end, then the
        // middle; of the two that are equally far from those the one with the smaller x.
        let points: Vec<Vec<f64>> = [
            [0.0, 10.0],
            [10.0, 0.0],
            [5.0, 5.0],
            [2.0, 8.0],
            [8.0, 2.0],
            [9.0, 9.0],
        ]
        .map(Vec::from)
        .to_vec();
        assert_eq!(places(&points), [1, 2, 3, 4, 5, 6]);
        // Neither the order nor the scale of a coordinate matters.
        let turned: Vec<Vec<f64>> = points
            .iter()
            .rev()
            .map(|own| vec![own[0], 1e6 * own[1] - 3.0])
            .collect();
        assert_eq!(places(&turned), [6, 5, 4, 3, 2, 1]);
    }

    #[test]
    fn equal_points_share_a_place_and_what_is_no_number_comes_last() {
        let one =
            |values: &[f64]| -> Vec<Vec<f64>> { values.iter().map(|own| vec![*own]).collect() };
        assert_eq!(places(&one(&[2.0, f64::NAN, 1.0, 2.0])), [2, 4, 1, 2]);
        let points = [
            vec![1.0, 2.0],
            vec![2.0, f64::NAN],
            vec![1.0, 2.0],
            vec![0.5, 3.0],
        ];
        // (2, NaN) is beaten in both by (1, 2).
        assert_eq!(places(&points), [2, 4, 2, 1]);
        assert!(places(&[]).is_empty());
    }

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
