//! Several measures at once: which settings no other beats in all of them.

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
