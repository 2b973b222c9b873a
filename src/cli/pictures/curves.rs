//! The errors of runs over their epochs, side by side.

use std::path::Path;

use super::axes::{Axes, Scale};
use super::sheet::{Anchor, PictureError, Sheet, Type, picture, text_width};
use super::{MARGIN, SIZE, colors};
use crate::cli::plain_text;
use crate::runs::RunState;

/// One run.
pub(crate) struct CurvePanel<'a> {
    pub(crate) name: &'a str,
    pub(crate) state: &'a RunState,
}

/// The parts of the data, in the order of their colors.
const PARTS: [(&str, &str); 3] = [
    ("train", "train/rmse"),
    ("validation", "validation/rmse"),
    ("test", "test/rmse"),
];
const GAP: f64 = 48.0;

/// Training, validation and test RMSE of each run, and the test RMSE of `references` (runs without epochs) as dashed lines.
pub(crate) fn curves(
    path: &Path,
    panels: &[CurvePanel<'_>],
    references: &[(String, f64)],
) -> Result<(), PictureError> {
    let Some(y) = common_scale(panels, references) else {
        return Ok(());
    };
    picture(path, SIZE, |sheet| {
        sheet.title(
            "Error while training",
            "RMSE in stars (lower is better). Dot: the weights that are kept. Dashed: baselines, test.",
        )?;
        legend(sheet)?;
        let left = MARGIN + 24.0;
        let count = panels.len().max(1) as f64;
        let width = (sheet.width - MARGIN - left - GAP * (count - 1.0)) / count;
        for (index, panel) in panels.iter().enumerate() {
            let from = left + index as f64 * (width + GAP);
            let last = index + 1 == panels.len();
            draw_panel(sheet, panel, (from, from + width), y, references, last)?;
        }
        Ok(())
    })
}

/// One scale for all panels: from the lowest value to the highest that matters (a first epoch far above the rest is cut off).
fn common_scale(panels: &[CurvePanel<'_>], references: &[(String, f64)]) -> Option<Scale> {
    let settled = panels.iter().flat_map(|panel| {
        PARTS.iter().filter_map(|(_, name)| {
            let values = &panel.state.series.get(*name)?.values;
            Some(values.iter().copied().skip((values.len() / 10).max(1)))
        })
    });
    Scale::around(
        settled
            .flatten()
            .chain(references.iter().map(|(_, value)| *value)),
    )
}

fn legend(sheet: &Sheet<'_>) -> Result<(), PictureError> {
    let mut x = sheet.width - MARGIN;
    for (index, (part, _)) in PARTS.iter().enumerate().rev() {
        sheet.text(part, (x, 48.0), Anchor::Right, Type::NOTE)?;
        x -= text_width(part, Type::NOTE)? + 6.0;
        sheet.line(
            &[(x - 14.0, 44.5), (x, 44.5)],
            2.0,
            colors::series(index).into(),
        )?;
        x -= 30.0;
    }
    Ok(())
}

fn draw_panel(
    sheet: &Sheet<'_>,
    panel: &CurvePanel<'_>,
    x_span: (f64, f64),
    y: Scale,
    references: &[(String, f64)],
    last: bool,
) -> Result<(), PictureError> {
    let epochs = PARTS
        .iter()
        .filter_map(|(_, name)| panel.state.series.get(*name)?.epochs.last().copied())
        .fold(1.0, f64::max);
    let axes = Axes {
        x_span,
        y_span: (112.0, sheet.height - 60.0),
        x: Scale::linear(0.0, epochs),
        y,
    };
    sheet.text(panel.name, (x_span.0, 84.0), Anchor::Left, Type::HEADING)?;
    axes.frame(sheet, "epoch", "RMSE")?;
    for (name, value) in references {
        let (_, at) = axes.at_inside(0.0, *value);
        sheet.dashes(x_span, at, colors::TEXT_TERTIARY)?;
        if last {
            let text = format!("{name} {}", plain_text::number(*value));
            sheet.text(&text, (x_span.1, at - 4.0), Anchor::Right, Type::TICK)?;
        }
    }
    let kept = kept_epoch(panel.state);
    for (index, (_, name)) in PARTS.iter().enumerate() {
        let Some(series) = panel.state.series.get(*name) else {
            continue;
        };
        let points = series
            .epochs
            .iter()
            .copied()
            .zip(series.values.iter().copied());
        // The last point measures the weights that are kept, not those of the last epoch.
        let count = series.len() - usize::from(kept.is_some());
        axes.curve(sheet, points.take(count), 1.75, colors::series(index))?;
    }
    if let Some(value) = panel
        .state
        .series
        .get("test/rmse")
        .and_then(|own| own.last())
    {
        let at = axes.at_inside(kept.unwrap_or(epochs), value);
        sheet.dot(at, 3.5, colors::series(2).into())?;
        let text = format!("test {}", plain_text::number(value));
        let look = Type::BODY.colored(colors::series(2));
        sheet.text(&text, (x_span.1, 102.0), Anchor::Right, look)?;
    }
    Ok(())
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
