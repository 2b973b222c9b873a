//! A parameter or a measure of many runs.

use crate::draw::chart::Axis;
use crate::draw::ticks::{Tick, ticks};
use crate::draw::{Scale, format, ticks as labels};

/// A parameter or a measure, with a value for each run. What it is made of does not change any more: where its axis ends is found once, as it is
/// asked for every value that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its name, with its unit in brackets.
    pub name: String,
    /// How its values are spaced.
    pub spacing: Spacing,
    /// A value for each run: a number, the number of a category, or NaN where a run has none.
    pub values: Vec<f64>,
    /// True if it was set and is shown to the last digit; false if it was measured.
    pub exact: bool,
    /// The word in place of 0, where it is no number but a choice.
    pub zero: Option<String>,
    /// The values at the ends of its axis.
    range: (f64, f64),
}

/// How values are spaced on an axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Spacing {
    /// Numbers.
    Numbers(Scale),
    /// Categories by name, evenly.
    Categories(Vec<String>),
}

/// Room at both ends of an axis of numbers, as a share of it.
const ROOM: f64 = 0.04;

impl Variable {
    /// Numbers; on a logarithmic axis where all are above zero and the largest is far from the smallest, if `log` asks for it.
    #[must_use]
    pub fn numbers(name: impl Into<String>, values: Vec<f64>, scale: Scale, exact: bool) -> Self {
        Self::new(name.into(), Spacing::Numbers(scale), values, exact)
    }

    /// Categories, in the order of their names.
    #[must_use]
    pub fn categories(name: impl Into<String>, names: Vec<String>, values: Vec<f64>) -> Self {
        Self::new(name.into(), Spacing::Categories(names), values, true)
    }

    /// With a word in place of 0.
    #[must_use]
    pub fn with_zero(self, zero: Option<String>) -> Self {
        Self { zero, ..self }
    }

    fn new(name: String, spacing: Spacing, values: Vec<f64>, exact: bool) -> Self {
        let mut own = Self {
            name,
            spacing,
            values,
            exact,
            zero: None,
            range: (0.0, 1.0),
        };
        own.range = own.find_range();
        own
    }

    /// The smallest and the largest value that has a place; `None` without any.
    #[must_use]
    pub fn extent(&self) -> Option<(f64, f64)> {
        let placed = self.values.iter().filter(|value| self.has_place(**value));
        let (low, high) = placed.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(*value), high.max(*value))
        });
        (low <= high).then_some((low, high))
    }

    /// True if a value has a place on the axis.
    #[must_use]
    pub fn has_place(&self, value: f64) -> bool {
        match &self.spacing {
            Spacing::Numbers(scale) => scale.coordinate(value).is_finite(),
            Spacing::Categories(names) => value >= 0.0 && value < names.len() as f64,
        }
    }

    /// The values at the ends of its axis.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        self.range
    }

    fn find_range(&self) -> (f64, f64) {
        match &self.spacing {
            Spacing::Categories(names) => (-0.5, names.len().max(1) as f64 - 0.5),
            Spacing::Numbers(scale) => {
                let Some(extent) = self.extent() else {
                    return (0.0, 1.0);
                };
                let (low, high) = scale.ends(extent);
                let room = match (high - low) * ROOM {
                    room if room > 0.0 => room,
                    _ if *scale == Scale::Log => 0.3,
                    _ => (low.abs() * 0.1).max(0.5),
                };
                (scale.at(low - room), scale.at(high + room))
            }
        }
    }

    /// The values at the ends of a color scale: without what lies so far out that all others would have one color.
    #[must_use]
    pub fn color_range(&self) -> (f64, f64) {
        let scale = self.scale();
        let placed = self.values.iter().filter(|value| self.has_place(**value));
        let mut places: Vec<f64> = placed.map(|value| scale.coordinate(*value)).collect();
        places.sort_by(f64::total_cmp);
        let (Some(low), Some(high)) = (places.first().copied(), places.last().copied()) else {
            return (0.0, 1.0);
        };
        let quantile = |share: f64| places[((places.len() - 1) as f64 * share).round() as usize];
        let (lower, upper) = (quantile(0.25), quantile(0.75));
        // Tukey's outer fences.
        let reach = 3.0 * (upper - lower);
        let (from, to) = if reach > 0.0 {
            (low.max(lower - reach), high.min(upper + reach))
        } else {
            (low, high)
        };
        (scale.at(from), scale.at(to))
    }

    /// How its axis spaces values.
    #[must_use]
    pub fn scale(&self) -> Scale {
        match self.spacing {
            Spacing::Numbers(scale) => scale,
            Spacing::Categories(_) => Scale::Linear,
        }
    }

    /// How a value reads.
    #[must_use]
    pub fn text(&self, value: f64) -> String {
        match &self.spacing {
            _ if value.is_nan() => "–".to_owned(),
            Spacing::Categories(names) => {
                let name = names.get(value.max(0.0) as usize);
                name.cloned().unwrap_or_default()
            }
            Spacing::Numbers(_) if self.exact => match &self.zero {
                Some(word) if value == 0.0 => word.clone(),
                _ => format::setting(value),
            },
            Spacing::Numbers(_) => format::number(value),
        }
    }

    /// Its marks, at most about `room` of them, at coordinates. Few values that were set are marked themselves.
    #[must_use]
    pub fn ticks(&self, room: f64) -> Vec<Tick> {
        let scale = self.scale();
        if let Some(levels) = self.levels(room as usize) {
            let tick = |value: f64| Tick {
                at: scale.coordinate(value),
                label: self.text(value),
            };
            return levels.into_iter().map(tick).collect();
        }
        if let Spacing::Categories(_) = self.spacing {
            return Vec::new();
        }
        ticks(
            scale,
            labels::Values::Numbers,
            scale.ends(self.range()),
            room,
        )
    }

    /// Its values in order, each once, if it was set and they are at most `most`.
    #[must_use]
    pub fn levels(&self, most: usize) -> Option<Vec<f64>> {
        if let Spacing::Categories(names) = &self.spacing {
            return (names.len() <= most).then(|| (0..names.len()).map(|at| at as f64).collect());
        }
        if !self.exact {
            return None;
        }
        let mut levels: Vec<f64> = Vec::new();
        for value in self.values.iter().filter(|value| self.has_place(**value)) {
            if let Err(at) = levels.binary_search_by(|level| level.total_cmp(value)) {
                if levels.len() == most {
                    return None;
                }
                levels.insert(at, *value);
            }
        }
        Some(levels)
    }

    /// Its axis of a chart.
    #[must_use]
    pub fn axis(&self) -> Axis {
        let axis = Axis::new(&self.name, self.range()).scale(self.scale());
        match self.levels(8) {
            Some(levels) => axis.ticks(
                levels
                    .into_iter()
                    .map(|value| (value, self.text(value)))
                    .collect(),
            ),
            None => axis,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_that_were_set_are_marked_themselves() {
        let hidden = Variable::numbers("hidden", vec![500.0, 20.0, 100.0, 20.0], Scale::Log, true);
        let labels: Vec<String> = hidden
            .ticks(5.0)
            .into_iter()
            .map(|tick| tick.label)
            .collect();
        assert_eq!(labels, ["20", "100", "500"]);
        assert_eq!(hidden.levels(2), None);
        let measured = Variable {
            exact: false,
            ..hidden
        };
        assert_eq!(measured.levels(9), None);
    }

    #[test]
    fn values_without_a_place_count_for_nothing() {
        let values = vec![0.0, 10.0, f64::NAN, 1000.0];
        let log = Variable::numbers("λ", values, Scale::Log, true);
        assert_eq!(log.extent(), Some((10.0, 1000.0)));
        assert!(!log.has_place(0.0));
        // Room on both sides is a share of the two powers of ten between them.
        let (low, high) = log.range();
        let room = 10f64.powf(2.0 * ROOM);
        assert!((low * room - 10.0).abs() < 1e-9 && (high / room - 1000.0).abs() < 1e-9);
        assert_eq!(log.text(f64::NAN), "–");
    }
}
