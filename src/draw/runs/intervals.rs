//! Groups of runs one below the other: the mean of a measure, its spread, and the single runs.

use ecolor::Color32;

use crate::draw::chart::{Axis, Chart, Kind, Mark};
use crate::draw::{Scale, range_around};

/// Runs that share their settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// What they share.
    pub name: String,
    /// The mean of their measure.
    pub mean: f64,
    /// Its standard deviation; `None` of one run.
    pub sd: Option<f64>,
    /// Their values.
    pub values: Vec<f64>,
    /// The color of what is drawn.
    pub color: Color32,
}

/// The range that all of them need along the axis of the measure.
#[must_use]
pub fn interval_range(of: &[Interval]) -> (f64, f64) {
    let ends = of.iter().flat_map(|own| {
        let sd = own.sd.unwrap_or(0.0);
        let values = own.values.iter().copied();
        [own.mean - sd, own.mean + sd].into_iter().chain(values)
    });
    range_around(ends).unwrap_or((0.0, 1.0))
}

/// Means with their standard deviations, the first at the top; a line at the baseline's mean.
#[must_use]
pub fn intervals(of: &[Interval], measure: &str, baseline: Option<(f64, &str)>) -> Chart {
    let count = of.len() as f64;
    let row = |at: usize| count - 1.0 - at as f64;
    let names = of.iter().enumerate();
    let names = names.map(|(at, own)| (row(at), own.name.clone())).collect();
    let mut chart = Chart::new(
        Axis::new(measure, interval_range(of)).scale(Scale::Linear),
        Axis::new("", (-0.6, count - 0.4)).ticks(names),
    );
    for (at, own) in of.iter().enumerate() {
        if let Some(sd) = own.sd {
            let points = vec![(own.mean - sd, row(at)), (own.mean + sd, row(at))];
            let kind = Kind::Line {
                points,
                width: 2.0,
                dash: None,
            };
            chart.add("", own.color.gamma_multiply(0.6), kind);
        }
        let points = own.values.iter().map(|value| (*value, row(at))).collect();
        chart.add(
            "",
            own.color.gamma_multiply(0.5),
            Kind::Dots {
                points,
                radius: 1.6,
            },
        );
        let points = vec![(own.mean, row(at))];
        chart.add(
            "",
            own.color,
            Kind::Dots {
                points,
                radius: 3.5,
            },
        );
    }
    if let Some((x, label)) = baseline {
        chart.marks.push(Mark::Moment {
            x,
            label: label.to_owned(),
        });
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::chart::{Figure, Style};

    #[test]
    fn groups_stand_one_below_the_other_with_their_names_and_the_baseline() {
        let group = |name: &str, values: Vec<f64>| Interval {
            name: name.to_owned(),
            mean: values.iter().sum::<f64>() / values.len() as f64,
            sd: (values.len() > 1).then_some(0.1),
            values,
            color: Color32::BLUE,
        };
        let groups = [
            group("hidden 20", vec![0.9, 1.1]),
            group("hidden 50", vec![0.8]),
        ];
        let (low, high) = interval_range(&groups);
        assert!(low < 0.8 && high > 1.1);
        let chart = intervals(&groups, "RMSE", Some((0.8, "Bias")));
        let svg = Figure::of("Groups", "", chart)
            .picture(&Style::print())
            .svg();
        for text in ["hidden 20", "hidden 50", "RMSE", "Bias"] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
    }
}
