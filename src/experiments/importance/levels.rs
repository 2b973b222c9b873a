//! The values of a variable as a few levels.

use super::super::sweep::Scale;
use super::super::table::{Row, Variable, VariableKind};

/// Most levels of a variable: more numbers are put into so many equal parts of the scale.
pub(super) const MOST: usize = 48;

/// The values of a variable as levels of equal weight.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Levels {
    /// How many levels there are, 2 to [`MOST`] and one for no value.
    pub(super) count: usize,
    /// True if neighbors resemble each other.
    pub(super) ordered: bool,
    /// The level of each run.
    pub(super) of: Vec<usize>,
}

impl Levels {
    /// `None` if all runs have the same.
    pub(super) fn of(variable: &Variable, rows: &[&Row]) -> Option<Self> {
        let positions: Vec<Option<f64>> = rows.iter().map(|row| variable.position(row)).collect();
        let (ordered, scale) = match &variable.kind {
            VariableKind::Number { scale, .. } => (true, *scale),
            VariableKind::Categories(_) | VariableKind::Flag => (false, Scale::Linear),
        };
        Self::of_positions(&positions, ordered, scale)
    }

    pub(super) fn of_positions(
        positions: &[Option<f64>],
        ordered: bool,
        scale: Scale,
    ) -> Option<Self> {
        let on = |position: f64| match scale {
            Scale::Log if position > 0.0 => position.ln(),
            _ => position,
        };
        let coordinates: Vec<Option<f64>> = positions.iter().map(|own| own.map(on)).collect();
        let mut distinct: Vec<f64> = coordinates.iter().copied().flatten().collect();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        // No value stands below all values.
        let has_none = coordinates.iter().any(Option::is_none);
        let below = usize::from(has_none);
        let count = distinct.len() + below;
        if count < 2 {
            return None;
        }
        let levels = |level: &dyn Fn(f64) -> usize, count: usize| {
            let of = coordinates.iter().map(|own| match own {
                Some(own) => below + level(*own),
                None => 0,
            });
            Some(Self {
                count: count + below,
                ordered,
                of: of.collect(),
            })
        };
        if distinct.len() <= MOST {
            let level = |own: f64| distinct.partition_point(|other| *other < own);
            return levels(&level, distinct.len());
        }
        if !ordered {
            // The categories that are left share the last level.
            let level = |own: f64| distinct.partition_point(|other| *other < own).min(MOST - 1);
            return levels(&level, MOST);
        }
        let (low, high) = (distinct[0], distinct[distinct.len() - 1]);
        let level = |own: f64| {
            let share = (own - low) / (high - low);
            ((share * MOST as f64) as usize).min(MOST - 1)
        };
        levels(&level, MOST)
    }
}
