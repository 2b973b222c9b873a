//! The augmentation report as a chart.

use super::Tokens;
use super::chart::{Axis, Bar, Chart, Figure, Kind};
use crate::record::AugmentationScores;

/// Width of the bars of a class, in points, at least.
const CLASS: f64 = 66.0;

/// A group of bars for each class, one bar for each segmenter.
#[must_use]
pub fn augmentation(scores: &AugmentationScores, tokens: &Tokens) -> Figure {
    let count = scores.columns.len().max(1) as f64;
    let ticks = scores
        .rows
        .iter()
        .enumerate()
        .map(|(at, (class, _))| (at as f64, class.clone()));
    let classes = Axis::new("", (-0.5, scores.rows.len() as f64 - 0.5)).ticks(ticks.collect());
    let mut chart = Chart::new(classes, Axis::new("IoU", (0.0, 1.0)));
    for (index, column) in scores.columns.iter().enumerate() {
        let color = tokens.category(index);
        let width = 0.8 / count;
        let bars = scores
            .rows
            .iter()
            .enumerate()
            .filter_map(|(at, (_, values))| {
                let value = (*values.get(index)?)?;
                let left = at as f64 - 0.4 + width * index as f64;
                Some(Bar {
                    x: (left, left + width * 0.92),
                    y: (0.0, value.clamp(0.0, 1.0)),
                    color,
                })
            });
        chart.add(
            AugmentationScores::learned_from(column),
            color,
            Kind::Bars(bars.collect()),
        );
    }
    let mut figure = Figure::of(
        "Usefulness of translated images for segmentation",
        format!(
            "IoU of the same segmenter, trained on four sets of images and tested on real images of {}.",
            scores.target()
        ),
        chart,
    );
    let (width, height) = Figure::SIZE;
    figure.size = (
        width.max(CLASS * (scores.rows.len() as f64 + 1.5)),
        height * 0.85,
    );
    figure
}

#[cfg(test)]
mod tests {
    use super::super::LIGHT;
    use super::super::chart::Style;
    use super::*;

    #[test]
    fn every_class_has_a_bar_for_each_segmenter_that_knows_it() {
        let text = "class,a,a_and_translated,translated,b\nroad,0.8,0.9,0.7,0.95\nlamp,,0.1,,0.2\nmean,0.4,0.5,0.3,0.6\n";
        let scores = AugmentationScores::parse(text).unwrap();
        let figure = augmentation(&scores, &LIGHT);
        let bars = figure.charts[0]
            .series
            .iter()
            .map(|series| match &series.kind {
                Kind::Bars(bars) => bars.len(),
                _ => 0,
            });
        assert_eq!(bars.collect::<Vec<_>>(), [2, 3, 2, 3]);
        let svg = figure.picture(&Style::print()).svg();
        for text in ["road", "lamp", "mean", "Real A and A → B", "IoU", "0.4"] {
            assert!(svg.contains(&format!(">{text}</text>")), "{text}");
        }
    }
}
