//! The errors of runs over their epochs, side by side.

use crate::cli::plain_text;
use crate::draw::chart::{Axis, Chart, Figure, Kind, Mark, Style};
use crate::draw::{LIGHT, Picture, range_around};
use crate::runs::RunState;

/// One run.
pub(crate) struct CurvePanel<'a> {
    pub(crate) name: &'a str,
    pub(crate) state: &'a RunState,
}

/// The parts of the data, in the order of their colors.
const PARTS: [(&str, &str); 3] = [
    ("Training", "train/rmse"),
    ("Validation", "validation/rmse"),
    ("Test", "test/rmse"),
];

/// Training, validation and test RMSE of each run, and the test RMSE of `references` (runs without epochs) as dashed lines. `None` if
/// there is nothing to show.
pub(crate) fn curves(panels: &[CurvePanel<'_>], references: &[(String, f64)]) -> Option<Picture> {
    let y = common_range(panels, references)?;
    let charts = panels.iter().enumerate().map(|(index, panel)| {
        let mut chart = chart(panel, y);
        for (name, value) in references {
            // Said once, beside the last panel.
            let is_last = index + 1 == panels.len();
            let label = format!("{name} {}", plain_text::number(*value));
            chart.marks.push(Mark::Level {
                y: *value,
                label: if is_last { label } else { String::new() },
            });
        }
        chart
    });
    let figure = Figure {
        title: "Error while training".to_owned(),
        note: "RMSE in stars (lower is better). Dot: the weights that are kept. Dashed: baselines, test.".to_owned(),
        columns: panels.len().max(1),
        charts: charts.collect(),
        size: Figure::SIZE,
    };
    (!figure.charts.is_empty()).then(|| figure.picture(&Style::print()))
}

/// One range for all panels: from the lowest value to the highest that matters (a first epoch far above the rest is cut off).
fn common_range(panels: &[CurvePanel<'_>], references: &[(String, f64)]) -> Option<(f64, f64)> {
    let settled = panels.iter().flat_map(|panel| {
        PARTS.iter().filter_map(|(_, name)| {
            let values = &panel.state.series.get(*name)?.values;
            Some(values.iter().copied().skip((values.len() / 10).max(1)))
        })
    });
    let references = references.iter().map(|(_, value)| *value);
    range_around(settled.flatten().chain(references))
}

fn chart(panel: &CurvePanel<'_>, y: (f64, f64)) -> Chart {
    let series = &panel.state.series;
    let epochs = PARTS
        .iter()
        .filter_map(|(_, name)| series.get(*name)?.epochs.last().copied())
        .fold(1.0, f64::max);
    let mut chart = Chart::new(
        Axis::new("Epoch", (0.0, epochs)),
        Axis::new("RMSE (stars)", y),
    );
    panel.name.clone_into(&mut chart.title);
    let kept = kept_epoch(panel.state);
    for (index, (part, name)) in PARTS.iter().enumerate() {
        let Some(series) = series.get(*name) else {
            continue;
        };
        // The last point measures the weights that are kept, not those of the last epoch.
        let count = series.len() - usize::from(kept.is_some());
        let points = series
            .epochs
            .iter()
            .copied()
            .zip(series.values.iter().copied());
        let line = Kind::Line {
            points: points.take(count).collect(),
            width: 1.75,
            dash: None,
        };
        chart.add(*part, LIGHT.category(index), line);
    }
    if let Some(value) = series.get("test/rmse").and_then(|own| own.last()) {
        let color = LIGHT.category(2);
        chart.remark = Some((format!("test {}", plain_text::number(value)), color));
        chart.marks.push(Mark::Spot {
            at: (kept.unwrap_or(epochs), value),
            label: String::new(),
            color,
        });
    }
    chart
}

/// The epoch with the lowest validation error, whose weights a run with validation ratings ends with.
fn kept_epoch(state: &RunState) -> Option<f64> {
    let series = state.series.get("validation/rmse")?;
    let (best, _) = series
        .values
        .iter()
        .enumerate()
        .filter(|(_, value)| !value.is_nan())
        .min_by(|a, b| a.1.total_cmp(b.1))?;
    series.epochs.get(best).copied()
}
