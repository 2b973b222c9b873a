//! What the runs found: curves, and results by kind.

use super::block::Section;
use crate::data::Monitor;
use crate::report::ReportError;
use crate::report::comparison::Comparison;
use crate::report::figures;

/// The measures over the course of the runs, and over what was varied.
pub(super) fn curves(comparison: &Comparison<'_>) -> Option<Section> {
    let mut blocks = Vec::new();
    if comparison.runs.len() > 1 {
        blocks.extend(figures::settings_and_measure(comparison));
        blocks.extend(figures::of_several(comparison));
    } else if let [run] = comparison.runs {
        blocks.extend(figures::of_one(run));
    }
    (!blocks.is_empty()).then(|| Section {
        id: "curves",
        title: "Curves".to_owned(),
        blocks,
    })
}

/// Co-clusters, translations and predictions.
pub(super) fn results(
    comparison: &Comparison<'_>,
    monitor: &Monitor,
) -> Result<Option<Section>, ReportError> {
    let mut blocks = figures::co_clusters(comparison, monitor)?;
    blocks.extend(figures::translations(comparison, monitor)?);
    blocks.extend(figures::predictions(comparison, monitor)?);
    Ok((!blocks.is_empty()).then(|| Section {
        id: "results",
        title: "Results".to_owned(),
        blocks,
    }))
}
