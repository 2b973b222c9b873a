//! Parallel coordinates: an upright axis for each parameter and measure, and each run a line through all of them.

use super::{Spacing, Variable};
use crate::draw::chart::{ColorKey, MARGIN, Style, head};
use crate::draw::picture::{Anchor, Dash, Picture, Point, Rect};

/// An axis.
#[derive(Debug, Clone, PartialEq)]
pub struct CoordinateAxis {
    /// What stands on it.
    pub variable: Variable,
    /// True if its largest value is at the bottom.
    pub flipped: bool,
    /// Where it is limited: from and to, in its values.
    pub brush: Option<(f64, f64)>,
}

impl CoordinateAxis {
    /// Where a value stands, 0 at the bottom and 1 at the top; `None` where it has no place.
    #[must_use]
    pub fn place(&self, value: f64) -> Option<f64> {
        if !self.variable.has_place(value) {
            return None;
        }
        let place = self.variable.scale().position(value, self.variable.range());
        Some(if self.flipped { 1.0 - place } else { place })
    }

    /// The value at a place.
    #[must_use]
    pub fn value(&self, place: f64) -> f64 {
        let place = if self.flipped { 1.0 - place } else { place };
        self.variable.scale().value(place, self.variable.range())
    }

    /// Its marks: the place and the label.
    #[must_use]
    pub fn marks(&self, room: f64) -> Vec<(f64, String)> {
        let ticks = self.variable.ticks(room).into_iter();
        let scale = self.variable.scale();
        ticks
            .filter_map(|tick| Some((self.place(scale.at(tick.at))?, tick.label)))
            .filter(|(place, _)| (-0.001..=1.001).contains(place))
            .collect()
    }
}

/// What a figure of parallel coordinates shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Coordinates {
    /// From left to right.
    pub axes: Vec<CoordinateAxis>,
    /// The values that color the lines, and what the colors mean.
    pub colors: Option<(Vec<f64>, ColorKey)>,
    /// Of each run: false if it is outside of a brush.
    pub inside: Vec<bool>,
    /// Of each run: true if it failed or was stopped before its end.
    pub apart: Vec<bool>,
}

/// Where the line of a run without a value crosses an axis: below it.
pub const NO_VALUE: f64 = -0.09;
/// Dashes of runs that failed or were stopped.
pub const APART: Dash = &[4.0, 3.0];

impl Coordinates {
    /// How many runs there are.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.inside.len()
    }

    /// The runs in the order in which they are drawn: what stands out last.
    #[must_use]
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.runs()).collect();
        order.sort_by_key(|run| (self.inside[*run], !self.apart[*run]));
        order
    }

    /// Where a run crosses each axis, 0 at the bottom and 1 at the top.
    pub fn places(&self, run: usize) -> impl Iterator<Item = f64> + '_ {
        self.axes.iter().map(move |axis| {
            let value = axis.variable.values.get(run).copied();
            value
                .and_then(|value| axis.place(value))
                .unwrap_or(NO_VALUE)
        })
    }

    /// True if a run has no place on one of the axes.
    #[must_use]
    pub fn lacks_values(&self) -> bool {
        (0..self.runs()).any(|run| self.places(run).any(|place| place == NO_VALUE))
    }

    /// Drawn, with a title and a note below it.
    #[must_use]
    pub fn picture(&self, title: &str, note: &str, size: (f64, f64), style: &Style) -> Picture {
        let mut picture = Picture::new(size.0, size.1, style.background);
        let top = head(&mut picture, title, note, style) + style.name.size * 2.4;
        let key = self.colors.as_ref().map(|(_, key)| key);
        let key_width = key.map_or(0.0, |key| key.width(style) + style.name.size * 3.0);
        let below = if self.lacks_values() {
            1.0 - NO_VALUE
        } else {
            1.0
        };
        let bottom = size.1 - MARGIN;
        let height = (bottom - top) / below;
        let area = Rect {
            left: MARGIN + style.name.size * 3.0,
            top,
            right: size.0 - MARGIN - key_width - style.name.size * 3.0,
            bottom: top + height,
        };
        let at = |axis: usize, place: f64| -> Point {
            let share = match self.axes.len() {
                0 | 1 => 0.5,
                count => axis as f64 / (count - 1) as f64,
            };
            (
                area.left + share * area.width(),
                area.bottom - place * height,
            )
        };
        for run in self.order() {
            let points: Vec<Point> = self
                .places(run)
                .enumerate()
                .map(|(axis, place)| at(axis, place))
                .collect();
            let color = match &self.colors {
                Some((values, key)) => key.color(values[run]),
                None => style.tokens.category(0),
            };
            let color = if self.inside[run] {
                color.gamma_multiply(0.85)
            } else {
                style.tokens.border
            };
            picture.stroke(&points, 1.1, color, self.apart[run].then_some(APART));
        }
        for (index, axis) in self.axes.iter().enumerate() {
            self.axis(axis, &mut picture, (at(index, 0.0), at(index, 1.0)), style);
        }
        if self.lacks_values() {
            let (x, y) = at(0, NO_VALUE);
            picture.text(
                "no value",
                (x - style.tick.size * 0.6, y + style.tick.drop()),
                Anchor::Right,
                style.tick,
            );
        }
        if let Some(key) = key {
            let room = Rect {
                left: size.0 - MARGIN - key.width(style),
                top: area.top,
                right: size.0 - MARGIN,
                bottom: area.bottom,
            };
            key.draw(&mut picture, room, style);
        }
        picture
    }

    fn axis(
        &self,
        axis: &CoordinateAxis,
        picture: &mut Picture,
        (bottom, top): (Point, Point),
        style: &Style,
    ) {
        let tokens = style.tokens;
        picture.line(
            &[bottom, top],
            f64::from(tokens.size.hairline),
            tokens.border_strong,
        );
        let height = bottom.1 - top.1;
        for (place, label) in axis.marks((height / (style.tick.size * 2.8)).clamp(2.0, 10.0)) {
            let y = bottom.1 - place * height;
            picture.line(
                &[(bottom.0 - style.tick.size * 0.35, y), (bottom.0, y)],
                1.0,
                tokens.border_strong,
            );
            if !label.is_empty() {
                let at = (bottom.0 - style.tick.size * 0.6, y + style.tick.drop());
                let width = style.tick.width(&label);
                // Lines run below it.
                let behind = Rect::sized(
                    (at.0 - width - 1.5, y - style.tick.size * 0.6),
                    width + 3.0,
                    style.tick.size * 1.2,
                );
                picture.fill(behind, style.background.gamma_multiply(0.8));
                picture.text(label, at, Anchor::Right, style.tick);
            }
        }
        if let Some((from, to)) = axis.brush
            && let (Some(from), Some(to)) = (axis.place(from), axis.place(to))
        {
            let y = |place: f64| bottom.1 - place.clamp(0.0, 1.0) * height;
            let half = style.tick.size * 0.5;
            let rect = Rect::between((bottom.0 - half, y(from)), (bottom.0 + half, y(to)));
            picture.fill(rect, tokens.accent.gamma_multiply(0.2));
            picture.outline(rect, 1.0, tokens.accent);
        }
        let name = style.name.fit(&axis.variable.name, style.name.size * 14.0);
        picture.text(
            name,
            (top.0, top.1 - style.name.size * 1.1),
            Anchor::Middle,
            style.heading,
        );
    }
}

/// The numbers of the categories between two values of an axis.
#[must_use]
pub fn categories_between(variable: &Variable, (from, to): (f64, f64)) -> Vec<usize> {
    match &variable.spacing {
        Spacing::Numbers(_) => Vec::new(),
        Spacing::Categories(names) => (0..names.len())
            .filter(|at| (from..=to).contains(&(*at as f64)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{LIGHT, Scale};

    fn coordinates() -> Coordinates {
        let axis = |variable: Variable, flipped| CoordinateAxis {
            variable,
            flipped,
            brush: None,
        };
        let side = Variable::categories(
            "side",
            vec!["item".to_owned(), "user".to_owned()],
            vec![0.0, 1.0, 1.0],
        );
        let lambda = Variable::numbers("λ", vec![10.0, 100.0, 1000.0], Scale::Log, true);
        let rmse = Variable::numbers(
            "RMSE (stars)",
            vec![0.95, 0.91, f64::NAN],
            Scale::Linear,
            false,
        );
        let key = ColorKey::new("RMSE (stars)", (0.91, 0.95), Scale::Linear, &LIGHT);
        Coordinates {
            colors: Some((rmse.values.clone(), key)),
            axes: vec![axis(side, false), axis(lambda, true), axis(rmse, false)],
            inside: vec![true, true, true],
            apart: vec![false, false, true],
        }
    }

    #[test]
    fn each_run_is_a_line_and_one_without_a_value_goes_below() {
        let coordinates = coordinates();
        let places: Vec<f64> = coordinates.places(1).collect();
        assert_eq!(
            (places[0], places[1]),
            (0.75, 0.5),
            "two categories stand at a quarter and three quarters"
        );
        let flipped: Vec<f64> = coordinates.places(0).collect();
        assert!(flipped[1] > 0.9, "the smallest is at the top: {flipped:?}");
        assert_eq!(coordinates.places(2).last(), Some(NO_VALUE));
        let svg = coordinates
            .picture("Runs", "", (900.0, 420.0), &Style::print())
            .svg();
        for text in ["item", "user", "1000", "RMSE (stars)", "no value", "Runs"] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
        assert_eq!(svg.matches("stroke-dasharray").count(), 1);
    }

    #[test]
    fn values_and_places_are_inverse() {
        for axis in &coordinates().axes {
            for place in [0.1, 0.5, 0.9] {
                let back = axis
                    .variable
                    .scale()
                    .position(axis.value(place), axis.variable.range());
                let back = if axis.flipped { 1.0 - back } else { back };
                assert!((back - place).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_brush_takes_the_categories_that_it_covers() {
        let side = &coordinates().axes[0].variable;
        assert_eq!(categories_between(side, (-0.5, 0.4)), [0]);
        assert_eq!(categories_between(side, (0.2, 0.8)), [0_usize; 0]);
    }
}
