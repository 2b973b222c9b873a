//! A measure over one parameter, over two, and any two quantities against each other.

use ecolor::Color32;

use super::Variable;
use crate::draw::chart::{Axis, Bar, Chart, ColorKey, DASHES, Kind, Mark};
use crate::draw::{Scale, Tokens, contrasting, format, range_around};
use crate::record::Better;

/// The runs that share a value: mean and spread of a measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The value that they share.
    pub at: f64,
    /// The mean of their measure.
    pub mean: f64,
    /// Its standard deviation; `None` of one run.
    pub sd: Option<f64>,
    /// How many they are.
    pub runs: usize,
}

/// A line with its band.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// Its name in the legend; may be empty.
    pub name: String,
    /// Its color.
    pub color: Color32,
    /// In ascending order.
    pub levels: Vec<Level>,
    /// Its single runs.
    pub dots: Vec<(f64, f64)>,
}

/// A measure over one parameter: for each trend a line through the means, a band of one standard deviation, and the runs as dots.
#[must_use]
pub fn trend(x: &Variable, measure: &Variable, trends: &[Trend]) -> Chart {
    let band = |level: &Level| {
        let sd = level.sd.unwrap_or(0.0);
        [level.mean - sd, level.mean + sd]
    };
    let shown = trends.iter().flat_map(|trend| {
        let bands = trend.levels.iter().flat_map(band);
        bands.chain(trend.dots.iter().map(|dot| dot.1))
    });
    let y = range_around(shown).unwrap_or((0.0, 1.0));
    let mut chart = Chart::new(x.axis(), Axis::new(&measure.name, y).scale(measure.scale()));
    for trend in trends {
        let spread = trend.levels.iter().map(|level| {
            let [low, high] = band(level);
            (level.at, low, high)
        });
        let color = trend.color;
        if trend.levels.iter().any(|level| level.sd.is_some()) {
            chart.add("", color.gamma_multiply(0.18), Kind::Band(spread.collect()));
        }
        let faint = color.gamma_multiply(0.55);
        chart.add(
            "",
            faint,
            Kind::Dots {
                points: trend.dots.clone(),
                radius: 2.0,
            },
        );
    }
    for (at, trend) in trends.iter().enumerate() {
        let means = trend.levels.iter().map(|level| (level.at, level.mean));
        let points: Vec<(f64, f64)> = means.collect();
        chart.add(
            &trend.name,
            trend.color,
            Kind::Line {
                points: points.clone(),
                width: 1.75,
                dash: DASHES[at / 8 % DASHES.len()],
            },
        );
        chart.add(
            "",
            trend.color,
            Kind::Dots {
                points,
                radius: 3.0,
            },
        );
    }
    chart
}

/// The values of a parameter, evenly spaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels {
    /// The parameter.
    pub name: String,
    /// Its values, as they read.
    pub labels: Vec<String>,
}

/// The runs that share the values of two parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeatCell {
    /// The numbers of its levels along x and y.
    pub at: (usize, usize),
    /// The mean of their measure.
    pub mean: f64,
    /// Its standard deviation; `None` of one run.
    pub sd: Option<f64>,
    /// How many they are.
    pub runs: usize,
    /// False if all of its runs are outside of brushes.
    pub inside: bool,
}

/// A measure over two parameters: a color and the value in each cell.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// Along the bottom.
    pub x: Levels,
    /// Along the left side, from the bottom.
    pub y: Levels,
    /// In any order.
    pub cells: Vec<HeatCell>,
    /// The measure, with its unit.
    pub measure: String,
    /// Which way it is better: the best cell has a frame.
    pub better: Better,
    /// How colors are spaced.
    pub scale: Scale,
}

/// Cells along an axis from which on there is no room for their values.
const MOST_TEXTS: usize = 12;

impl HeatMap {
    /// What its colors mean.
    #[must_use]
    pub fn key(&self, tokens: &Tokens) -> ColorKey {
        let means = self.cells.iter().map(|cell| cell.mean);
        let finite = means.filter(|mean| self.scale.coordinate(*mean).is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mean| {
            (low.min(mean), high.max(mean))
        });
        let range = if low <= high { (low, high) } else { (0.0, 1.0) };
        ColorKey::new(&self.measure, range, self.scale, tokens)
    }

    /// The best cell.
    #[must_use]
    pub fn best(&self) -> Option<&HeatCell> {
        let finite = self.cells.iter().filter(|cell| cell.mean.is_finite());
        finite.reduce(|best, cell| {
            if self.better.prefers(cell.mean, best.mean) {
                cell
            } else {
                best
            }
        })
    }

    /// As a chart.
    #[must_use]
    pub fn chart(&self, tokens: &Tokens) -> Chart {
        let axis = |levels: &Levels| {
            let labels = levels.labels.iter().cloned().enumerate();
            let labels = labels.map(|(at, label)| (at as f64, label)).collect();
            let range = (-0.5, levels.labels.len().max(1) as f64 - 0.5);
            Axis::new(&levels.name, range).ticks(labels)
        };
        let key = self.key(tokens);
        let mut chart = Chart::new(axis(&self.x), axis(&self.y));
        let square = |(x, y): (usize, usize), inset: f64| {
            let side = |at: usize| (at as f64 - 0.5 + inset, at as f64 + 0.5 - inset);
            (side(x), side(y))
        };
        let bars = self.cells.iter().map(|cell| {
            let (x, y) = square(cell.at, 0.015);
            let color = key.color(cell.mean);
            Bar {
                x,
                y,
                color: if cell.inside {
                    color
                } else {
                    color.gamma_multiply(0.3)
                },
            }
        });
        chart.add("", tokens.text, Kind::Bars(bars.collect()));
        if let Some(best) = self
            .best()
            .filter(|_| self.better != Better::Neither && self.cells.len() > 1)
        {
            // Inside the cell: at its edge, a light frame would be lost in a light background.
            let ((left, right), (low, high)) = square(best.at, 0.08);
            let points = vec![
                (left, low),
                (right, low),
                (right, high),
                (left, high),
                (left, low),
            ];
            let frame = contrasting(key.color(best.mean), tokens);
            chart.add(
                "",
                frame,
                Kind::Line {
                    points,
                    width: 2.0,
                    dash: None,
                },
            );
        }
        if self.x.labels.len() <= MOST_TEXTS && self.y.labels.len() <= 2 * MOST_TEXTS {
            chart.marks.extend(self.cells.iter().map(|cell| {
                let below = match cell.sd {
                    Some(sd) if self.x.labels.len() <= MOST_TEXTS / 2 => {
                        format!("± {}", spread(sd, cell.mean))
                    }
                    _ => String::new(),
                };
                Mark::Text {
                    at: (cell.at.0 as f64, cell.at.1 as f64),
                    text: format::number(cell.mean),
                    below,
                    color: if cell.inside {
                        contrasting(key.color(cell.mean), tokens)
                    } else {
                        tokens.text_tertiary
                    },
                }
            }));
        }
        chart.colors = Some(key);
        chart
    }
}

/// A standard deviation, with as many decimals as its mean.
#[must_use]
pub fn spread(sd: f64, mean: f64) -> String {
    let mean = format::number(mean);
    match mean.split_once('.') {
        Some((_, decimals))
            if !mean.contains('e') && decimals.chars().all(|c| c.is_ascii_digit()) =>
        {
            format!("{sd:.*}", decimals.len())
        }
        _ => format::number(sd),
    }
}

/// Two quantities against each other, a run a dot; colored by a third, if there is one.
#[must_use]
pub fn scatter(
    x: &Variable,
    y: &Variable,
    color: Option<(&Variable, &ColorKey)>,
    inside: &[bool],
    plain: Color32,
) -> Chart {
    let mut chart = Chart::new(x.axis(), y.axis());
    let dot = |run: usize| {
        let own = match color {
            Some((variable, key)) => key.color(variable.values[run]),
            None => plain,
        };
        let is_inside = inside.get(run).copied().unwrap_or(true);
        let own = if is_inside {
            own
        } else {
            own.gamma_multiply(0.2)
        };
        (x.values[run], y.values[run], own, is_inside)
    };
    let runs = x.values.len().min(y.values.len());
    let mut dots: Vec<_> = (0..runs).map(dot).collect();
    // What stands out is drawn over the rest.
    dots.sort_by_key(|dot| dot.3);
    let points = dots
        .into_iter()
        .map(|(x, y, color, _)| (x, y, color))
        .collect();
    let radius = if runs > 300 { 2.5 } else { 3.5 };
    chart.add("", plain, Kind::ColoredDots { points, radius });
    chart.colors = color.map(|(_, key)| key.clone());
    chart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::LIGHT;
    use crate::draw::chart::{Figure, Style};

    fn map() -> HeatMap {
        let cell = |x, y, mean, sd| HeatCell {
            at: (x, y),
            mean,
            sd,
            runs: 3,
            inside: true,
        };
        let levels = |name: &str, labels: [&str; 2]| Levels {
            name: name.to_owned(),
            labels: labels.map(str::to_owned).to_vec(),
        };
        HeatMap {
            x: levels("hidden", ["20", "500"]),
            y: levels("λ", ["10", "1000"]),
            cells: vec![
                cell(0, 0, 0.95, Some(0.0012)),
                cell(1, 0, 0.93, None),
                cell(0, 1, 0.91, Some(0.002)),
            ],
            measure: "Validation RMSE (stars)".to_owned(),
            better: Better::Lower,
            scale: Scale::Linear,
        }
    }

    #[test]
    fn a_heat_map_has_its_values_its_spread_and_a_scale() {
        let map = map();
        assert_eq!(map.best().map(|cell| cell.at), Some((0, 1)));
        let figure = Figure::of("Hidden units and λ", "", map.chart(&LIGHT));
        let svg = figure.picture(&Style::print()).svg();
        for text in [
            "0.9500",
            "± 0.0012",
            "0.9300",
            "0.9100",
            "± 0.0020",
            "20",
            "500",
            "1000",
            "Validation RMSE (stars)",
        ] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
    }

    #[test]
    fn a_spread_has_the_decimals_of_its_mean() {
        assert_eq!(spread(0.00123, 0.9038), "0.0012");
        assert_eq!(spread(1.234, 45.678), "1.23");
        assert_eq!(spread(2.0e-6, 3.0e-5), "2.0e-6");
    }
}
