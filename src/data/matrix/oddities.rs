//! Matrices that can be read, but look odd.

use rustc_hash::FxHashSet;

use super::Cells;

/// Cells that are looked at.
const MOST: usize = 1 << 22;
/// Whole numbers up to this are kept exactly.
const EXACT: f32 = 16_777_216.0;
/// Rows that a list of cells has at the least.
const ENOUGH: usize = 20;

/// What looks odd about a matrix as a whole. `named`: its columns have names.
pub(super) fn oddities(cells: &Cells, named: bool) -> Vec<String> {
    let values = || {
        let rows = (0..cells.rows()).flat_map(|row| cells.row(row));
        rows.map(|(_, value)| value)
            .filter(|value| !value.is_nan())
            .take(MOST)
    };
    let mut notices = Vec::new();
    notices.extend(stand_in(values));
    notices.extend(rounded(values));
    notices.extend(list_of_cells(cells).filter(|_| !named));
    notices
}

/// One negative number that comes again beside many others that are not negative: perhaps there is none.
fn stand_in<V: Iterator<Item = f32>>(values: impl Fn() -> V) -> Option<String> {
    let (mut least, mut most, mut times, mut all) = (f32::INFINITY, 0.0_f32, 0_usize, 0_usize);
    let mut negative = None;
    for value in values() {
        all += 1;
        if value >= 0.0 {
            (least, most) = (least.min(value), most.max(value));
        } else if *negative.get_or_insert(value) == value {
            times += 1;
        } else {
            return None;
        }
    }
    // A vote down and up is -1 and 1.
    let number = negative.filter(|_| times > 1 && times * 50 >= all && most > 1.0)?;
    Some(format!(
        "{:.0} % of the cells are {number}, where all others lie between {least} and {most}: if {number} means that nothing is known, set data.missing_words = [\"{number}\"] for a text, or write NaN in its place",
        times as f64 / all as f64 * 100.0
    ))
}

/// Whole numbers that are larger than what a cell keeps exactly.
fn rounded<V: Iterator<Item = f32>>(values: impl Fn() -> V) -> Option<String> {
    let is_large = |value: &f32| value.abs() > EXACT;
    let count = values().filter(is_large).count();
    let most = values().fold(0.0_f32, |most, value| most.max(value.abs()));
    (count > 0 && count * 2 > values().count()).then(|| {
        format!("most cells are larger than {EXACT}, up to {most:e}: numbers are kept with 7 digits, so that small differences between large ones are lost; perhaps these are ids or times")
    })
}

/// Three to five columns, of which the first two hold whole numbers that go together but once: users and items beside their ratings?
fn list_of_cells(cells: &Cells) -> Option<String> {
    if !(3..=5).contains(&cells.columns()) || cells.rows() < ENOUGH {
        return None;
    }
    let mut pairs = FxHashSet::default();
    let (mut firsts, mut seconds) = (FxHashSet::default(), FxHashSet::default());
    let (mut again, mut highest, mut best) = (0, 0.0_f32, f32::NEG_INFINITY);
    for row in 0..cells.rows().min(MOST) {
        let mut own = [0.0; 3];
        for (column, value) in cells.row(row).filter(|(column, _)| *column < 3) {
            own[column] = value;
        }
        let [first, second, third] = own;
        if [first, second]
            .iter()
            .any(|id| id.fract() != 0.0 || *id < 0.0)
        {
            return None;
        }
        let pair = [first as u64, second as u64];
        again += usize::from(!pairs.insert(pair));
        firsts.insert(pair[0]);
        seconds.insert(pair[1]);
        highest = highest.max(first).max(second);
        best = best.max(third);
    }
    let come_again = firsts.len() * 2 <= cells.rows() || seconds.len() * 2 <= cells.rows();
    (come_again && again * 50 <= cells.rows() && highest > best).then(|| {
        format!(
            "the first two of the {} columns hold whole numbers, and hardly a pair comes twice: if each row is a user, an item and a rating, save these as text, with the names user, item and rating above them",
            cells.columns()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Dense;

    fn of(rows: &[Vec<f32>]) -> Vec<String> {
        let dense = Dense::new(rows[0].len(), rows.concat());
        oddities(&Cells::Dense(dense.into()), false)
    }

    #[test]
    fn one_negative_number_beside_amounts_is_said() {
        let said = of(&[vec![-1.0, 5.0, 2.0], vec![3.0, -1.0, 0.0]]);
        assert!(said[0].starts_with("33 % of the cells are -1"), "{said:?}");
        let said = of(&[vec![-200.0, 5.5, 2.0], vec![3.0, -200.0, 0.0]]);
        assert!(
            said[0].contains("data.missing_words = [\"-200\"]"),
            "{said:?}"
        );
        let large = of(&[vec![3e9, 5e9, 2.0], vec![3e10, 1.0, 4e9]]);
        assert!(large[0].contains("7 digits"), "{large:?}");
        // Votes, other negative numbers, a single slip.
        assert!(of(&[vec![-1.0, 1.0, 1.0], vec![1.0, -1.0, 0.0]]).is_empty());
        assert!(of(&[vec![-1.0, 5.0, -2.0], vec![3.0, -1.0, 0.0]]).is_empty());
        assert!(of(&[vec![-1.0, 5.0, 2.0], vec![3.0, 1.0, 0.0]]).is_empty());
    }

    #[test]
    fn a_matrix_that_looks_like_a_list_of_ratings_is_said_to() {
        let list: Vec<Vec<f32>> = (0..40)
            .map(|at| {
                vec![
                    (at / 5 + 100) as f32,
                    (at % 5 + 7) as f32,
                    (at % 4 + 1) as f32,
                    9.0,
                ]
            })
            .collect();
        let said = of(&list);
        assert!(said[0].contains("a user, an item and a rating"), "{said:?}");
        let counts: Vec<Vec<f32>> = (0..40)
            .map(|at| vec![(at % 3) as f32, (at % 4) as f32, (at * 7 % 30) as f32])
            .collect();
        assert!(of(&counts).is_empty());
        let other: Vec<Vec<f32>> = (0..40).map(|at| vec![at as f32 + 0.5, 1.0, 2.0]).collect();
        assert!(of(&other).is_empty());
    }
}
