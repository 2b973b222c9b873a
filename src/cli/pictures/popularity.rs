//! The error by how often an item was rated.

use std::path::Path;

use plotters::style::Color as _;

use super::axes::{Axes, Scale};
use super::sheet::{Anchor, PictureError, Sheet, Type, picture};
use super::{MARGIN, Prediction, SIZE, colors};

/// Groups of about the same number of test ratings.
const GROUPS: usize = 8;

/// One run's predictions.
pub(crate) struct PopularityLine {
    pub(crate) name: String,
    pub(crate) predictions: Vec<Prediction>,
}

/// A group of items that are about as popular as each other.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Group {
    /// Training ratings of the group's median test pair's item.
    ratings: f64,
    /// Root mean squared error of the group's test ratings.
    rmse: f64,
}

/// Test RMSE over the number of training ratings of the item. `item_counts`: training ratings of each item.
pub(crate) fn popularity(
    path: &Path,
    lines: &[PopularityLine],
    item_counts: &[usize],
) -> Result<(), PictureError> {
    let groups: Vec<Vec<Group>> = lines
        .iter()
        .map(|line| group(&line.predictions, item_counts))
        .collect();
    let all = || groups.iter().flatten();
    let Some(y) = Scale::around(all().map(|group| group.rmse)) else {
        return Ok(());
    };
    let low = all()
        .map(|group| group.ratings)
        .fold(f64::INFINITY, f64::min);
    let high = all().map(|group| group.ratings).fold(1.0, f64::max);
    picture(path, SIZE, |sheet| {
        sheet.title(
            "Error by popularity",
            "Test RMSE of items grouped by how many training ratings they have; each dot stands for about the same number of test ratings.",
        )?;
        let axes = Axes {
            x_span: (MARGIN + 24.0, sheet.width - MARGIN - 150.0),
            y_span: (96.0, sheet.height - 60.0),
            x: Scale::logarithmic(low * 0.95, high * 1.05),
            y,
        };
        axes.frame(
            sheet,
            "training ratings of the item (log)",
            "test RMSE (stars)",
        )?;
        let mut ends = Vec::new();
        for (index, line) in groups.iter().enumerate() {
            let points = line.iter().map(|group| (group.ratings, group.rmse));
            axes.curve(sheet, points, 1.75, colors::series(index))?;
            for group in line {
                let at = axes.at(group.ratings, group.rmse);
                sheet.dot(at, 4.0, colors::BACKGROUND.into())?;
                sheet.dot(at, 3.0, colors::series(index).into())?;
            }
            if let Some(last) = line.last() {
                ends.push((index, axes.at(last.ratings, last.rmse)));
            }
        }
        names(sheet, lines, ends)
    })
}

/// The name of each line beside its end, pushed apart where they would overlap.
fn names(
    sheet: &Sheet<'_>,
    lines: &[PopularityLine],
    mut ends: Vec<(usize, (f64, f64))>,
) -> Result<(), PictureError> {
    const LINE_HEIGHT: f64 = 15.0;
    ends.sort_by(|a, b| a.1.1.total_cmp(&b.1.1));
    let mut below = f64::NEG_INFINITY;
    for (index, (x, y)) in ends {
        let at = (y + 3.5).max(below + LINE_HEIGHT);
        below = at;
        if (at - y - 3.5).abs() > 1.0 {
            let leader = [(x + 5.0, y), (x + 12.0, at - 3.5)];
            sheet.line(&leader, 0.75, colors::series(index).mix(0.6))?;
        }
        let look = Type::BODY.colored(colors::series(index));
        sheet.text(&lines[index].name, (x + 15.0, at), Anchor::Left, look)?;
    }
    Ok(())
}

/// Groups by popularity, least popular first. Items without training ratings are left out: a logarithm has no place for them.
fn group(predictions: &[Prediction], item_counts: &[usize]) -> Vec<Group> {
    let mut pairs: Vec<(usize, f64)> = predictions
        .iter()
        .map(|pair| {
            let error = f64::from(pair.predicted) - f64::from(pair.rating);
            (item_counts[pair.item], error * error)
        })
        .filter(|(count, _)| *count > 0)
        .collect();
    pairs.sort_by_key(|(count, _)| *count);
    if pairs.is_empty() {
        return Vec::new();
    }
    let size = pairs.len().div_ceil(GROUPS);
    pairs
        .chunks(size)
        .map(|chunk| Group {
            ratings: chunk[chunk.len() / 2].0 as f64,
            rmse: (chunk.iter().map(|(_, square)| square).sum::<f64>() / chunk.len() as f64).sqrt(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_go_from_rare_to_popular_and_leave_out_unrated_items() {
        let pair = |item, error: f32| Prediction {
            user: 0,
            item,
            rating: 3.0,
            predicted: 3.0 + error,
        };
        // Items with 0, 1 and 50 training ratings; eight pairs of each of the last two.
        let mut predictions = vec![pair(0, 2.0)];
        predictions.extend((0..8).map(|_| pair(2, -0.5)));
        predictions.extend((0..8).map(|_| pair(1, 1.0)));
        let groups = group(&predictions, &[0, 1, 50]);
        assert_eq!(groups.len(), 8);
        assert_eq!(
            groups[0],
            Group {
                ratings: 1.0,
                rmse: 1.0
            }
        );
        assert_eq!(
            groups[7],
            Group {
                ratings: 50.0,
                rmse: 0.5
            }
        );
    }
}
