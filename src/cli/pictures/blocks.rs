//! A matrix in the order of its file, and folded into blocks.

use std::sync::Arc;

use ecolor::Color32;

use crate::data::{self, MatrixData};
use crate::draw::chart::Style;
use crate::draw::matrix::{
    Along, Arrangement, Cells, Colors, Matrix, MatrixFigure, Panel, Sampling, Shade, SideBars,
    Values, Within, by_number, render,
};
use crate::draw::{LIGHT, Picture};
use crate::record::{CoClusters, Side};

/// Width and height of a matrix, in points.
const AREA: (f64, f64) = (378.0, 354.0);
/// Most pixels along a side: more cannot be told apart.
const MOST: usize = 1200;

/// The matrix as it is and sorted by cluster, side by side.
pub(crate) fn blocks(name: &str, data: &MatrixData, clusters: &CoClusters) -> Picture {
    let matrix = Matrix {
        cells: match &data.observed {
            data::Cells::Dense(dense) => Cells::Dense {
                columns: dense.columns(),
                values: dense.values(),
            },
            data::Cells::Sparse(sparse) => Cells::Sparse {
                columns: sparse.columns(),
                offsets: sparse.offsets(),
                indices: sparse.column_indices(),
                values: sparse.values(),
            },
        },
        absent_is_missing: data.absent_is_missing,
    };
    let values = Values::of(&matrix);
    let shade = Shade::new(&values, &Colors::default(), &LIGHT);
    let original = Arrangement {
        rows: Arc::new(Along::original(matrix.rows())),
        columns: Arc::new(Along::original(matrix.columns())),
    };
    let folded = |side: &Side, weights: &[f64]| {
        let sequence = by_number(side.clusters);
        Arc::new(Along::folded(side, &sequence, Within::default(), weights))
    };
    let folded = Arrangement {
        rows: folded(&clusters.rows, &values.rows.weights),
        columns: folded(&clusters.columns, &values.columns.weights),
    };
    let panel = |heading: &str, arrangement: &Arrangement| {
        let x = Sampling::whole(arrangement.columns.len(), MOST);
        let y = Sampling::whole(arrangement.rows.len(), MOST);
        Panel {
            heading: heading.to_owned(),
            cells: render(&matrix, arrangement, x, y, &shade),
            rows: bars(&arrangement.rows, &clusters.rows),
            columns: bars(&arrangement.columns, &clusters.columns),
        }
    };
    let figure = MatrixFigure {
        title: format!(
            "{name}: {} × {} blocks",
            clusters.rows.clusters, clusters.columns.clusters
        ),
        note: format!(
            "{} rows and {} columns. Left: in the order of the file; right: sorted by the clusters that were found.",
            matrix.rows(),
            matrix.columns()
        ),
        panels: vec![panel("As it is", &original), panel("Folded", &folded)],
        shade: &shade,
        absent_is_missing: matrix.absent_is_missing,
        classes: Vec::new(),
        area: AREA,
    };
    figure.picture(&Style::print())
}

/// The cluster of each place, and where clusters end.
fn bars(along: &Along, side: &Side) -> SideBars {
    let color = |row: &u32| -> Color32 {
        let cluster = side.of.get(*row as usize).copied().flatten();
        cluster.map_or(LIGHT.border_strong, |cluster| {
            LIGHT.category(usize::from(cluster))
        })
    };
    let ends = along
        .spans
        .iter()
        .map(|span| span.end as f64 / along.len().max(1) as f64);
    SideBars {
        bars: vec![along.order.iter().map(color).collect()],
        ends: ends.filter(|end| *end < 1.0).collect(),
    }
}
