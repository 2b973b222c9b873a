//! Predicted against true ratings.

use std::path::Path;

use plotters::style::Color as _;

use super::axes::{Axes, Scale};
use super::sheet::{Anchor, PictureError, Type, picture};
use super::{MARGIN, Prediction, SIZE, colors};

/// Most points drawn: more would only make the cloud darker.
const MOST_POINTS: usize = 20_000;
/// Distinct true ratings up to which each gets a column.
const MOST_COLUMNS: usize = 21;

/// Quartiles of fewer ratings say nothing.
const FEWEST: usize = 8;

/// Each test rating as a point, moved sideways at random inside the column of its true rating, with each column's quartiles.
pub(crate) fn predicted_against_true(
    path: &Path,
    name: &str,
    predictions: &[Prediction],
) -> Result<(), PictureError> {
    let mut levels: Vec<f64> = predictions.iter().map(|p| f64::from(p.rating)).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    let (Some(low), Some(high)) = (levels.first().copied(), levels.last().copied()) else {
        return Ok(());
    };
    let step = levels
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .fold(f64::INFINITY, f64::min);
    let in_columns = levels.len() <= MOST_COLUMNS && step.is_finite();
    let spread = if in_columns { step * 0.36 } else { 0.0 };
    let room = (high - low) * 0.03;
    picture(path, SIZE, |sheet| {
        sheet.title(
            "Predicted against true rating",
            &format!(
                "{name}, {} test ratings. A perfect prediction is on the line; bars span the middle half, dots are medians.",
                predictions.len()
            ),
        )?;
        let axes = Axes {
            x_span: (MARGIN + 24.0, sheet.width - MARGIN),
            y_span: (96.0, sheet.height - 60.0),
            x: Scale::linear(low - room - spread, high + room + spread),
            y: Scale::linear(low - room, high + room),
        };
        let (x_name, y_name) = ("true rating (stars)", "predicted rating (stars)");
        if in_columns {
            axes.frame_with(sheet, x_name, y_name, &levels)?;
        } else {
            axes.frame(sheet, x_name, y_name)?;
        }
        let stride = predictions.len().div_ceil(MOST_POINTS);
        let alpha = (400.0 / (predictions.len() / stride) as f64).clamp(0.08, 0.6);
        for (index, pair) in predictions.iter().enumerate().step_by(stride) {
            let x = f64::from(pair.rating) + spread * sideways(index);
            let at = axes.at_inside(x, f64::from(pair.predicted));
            sheet.dot(at, 1.6, colors::series(0).mix(alpha))?;
        }
        let ends = [axes.at(low, low), axes.at(high, high)];
        sheet.line(&ends, 1.0, colors::TEXT_TERTIARY.into())?;
        if in_columns {
            for level in &levels {
                let mut column: Vec<f32> = predictions
                    .iter()
                    .filter(|pair| f64::from(pair.rating) == *level)
                    .map(|pair| pair.predicted)
                    .collect();
                if column.len() < FEWEST {
                    continue;
                }
                column.sort_by(f32::total_cmp);
                let quartile = |share: f64| {
                    f64::from(column[((column.len() - 1) as f64 * share).round() as usize])
                };
                let bar = [
                    axes.at(*level, quartile(0.25)),
                    axes.at(*level, quartile(0.75)),
                ];
                sheet.line(&bar, 5.0, colors::BACKGROUND.mix(0.9))?;
                sheet.line(&bar, 2.5, colors::TEXT.into())?;
                let median = axes.at(*level, quartile(0.5));
                sheet.dot(median, 4.5, colors::BACKGROUND.into())?;
                sheet.dot(median, 3.5, colors::TEXT.into())?;
                let text = format!("{:.2}", quartile(0.5));
                sheet.text(
                    &text,
                    (median.0 + 8.0, median.1 + 3.5),
                    Anchor::Left,
                    Type::BODY,
                )?;
            }
        }
        Ok(())
    })
}

/// An evenly spread number from -1 to 1 for each index: multiples of the golden ratio.
fn sideways(index: usize) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_895;
    (index as f64 * GOLDEN).fract() * 2.0 - 1.0
}
