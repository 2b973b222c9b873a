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
    let title = format!(
        "{name}: {} × {} blocks",
        clusters.rows.clusters, clusters.columns.clusters
    );
    let note = format!(
        "{} rows and {} columns. Left: in the order of the file; right: sorted by the clusters that were found.",
        data.observed.rows(),
        data.observed.columns()
    );
    drawn(title, note, data, &[("Folded", clusters)], AREA, MOST)
}

/// The matrix as it is, and sorted by each of several co-clusterings of it, side by side, without title and note. `most`: pixels along a side.
pub(in crate::report) fn folded(
    data: &MatrixData,
    clusterings: &[(&str, &CoClusters)],
    area: (f64, f64),
    most: usize,
) -> Picture {
    drawn(String::new(), String::new(), data, clusterings, area, most)
}

fn drawn(
    title: String,
    note: String,
    data: &MatrixData,
    clusterings: &[(&str, &CoClusters)],
    area: (f64, f64),
    most: usize,
) -> Picture {
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
    let rendered = |arrangement: &Arrangement| {
        let x = Sampling::whole(arrangement.columns.len(), most);
        let y = Sampling::whole(arrangement.rows.len(), most);
        render(&matrix, arrangement, x, y, &shade)
    };
    let original = Arrangement {
        rows: Arc::new(Along::original(matrix.rows())),
        columns: Arc::new(Along::original(matrix.columns())),
    };
    let mut panels = Vec::new();
    for (heading, clusters) in clusterings {
        let fold = |side: &Side, weights: &[f64]| {
            let sequence = by_number(side.clusters);
            Arc::new(Along::folded(side, &sequence, Within::default(), weights))
        };
        let arrangement = Arrangement {
            rows: fold(&clusters.rows, &values.rows.weights),
            columns: fold(&clusters.columns, &values.columns.weights),
        };
        if panels.is_empty() {
            // The clusters of the first are beside the order of the file too: they are scattered there.
            panels.push(Panel {
                heading: "As it is".to_owned(),
                cells: rendered(&original),
                rows: bars(&original.rows, &clusters.rows),
                columns: bars(&original.columns, &clusters.columns),
            });
        }
        panels.push(Panel {
            heading: (*heading).to_owned(),
            cells: rendered(&arrangement),
            rows: bars(&arrangement.rows, &clusters.rows),
            columns: bars(&arrangement.columns, &clusters.columns),
        });
    }
    let figure = MatrixFigure {
        title,
        note,
        panels,
        shade: &shade,
        absent_is_missing: matrix.absent_is_missing,
        classes: Vec::new(),
        area,
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
