//! The reordered matrix as a picture.

use std::io::Write;

use eframe::egui::Color32;

use crate::data::{Classes, MatrixData};
use crate::draw::chart::Style;
use crate::draw::matrix::{Along, MatrixFigure, Panel, Raster, Sampling, SideBars};
use crate::draw::{DENSITY, LIGHT, Picture};
use crate::ui::results::co_clusters::cluster_colors::{self, ClusterColors, SideColors};
use crate::ui::results::co_clusters::tiles::Scene;

/// Most and fewest pixels along a side of the cells.
const MOST: usize = 4096;
const FEWEST: usize = 900;
/// Most pixels along the side of a cell: 2 to this power.
const LARGEST: i32 = 5;
/// Names of classes in the legend of a side.
const CLASSES: usize = 24;

/// Cells, bars of clusters and classes, and borders of blocks.
pub(super) struct Sheet<'a> {
    /// The name of the run.
    pub(super) title: &'a str,
    pub(super) scene: &'a Scene,
    pub(super) data: &'a MatrixData,
    /// The cluster of a row and of a column.
    pub(super) of: [&'a [Option<u16>]; 2],
    pub(super) cluster_colors: &'a ClusterColors,
    pub(super) borders: bool,
}

/// Writes it as PNG.
pub(super) fn write(to: &mut dyn Write, sheet: &Sheet<'_>) -> Result<(), String> {
    let picture = sheet.picture();
    picture.write_png(to).map_err(|error| error.to_string())
}

/// As many pixels a cell, or cells a pixel, as make a good size.
fn sampling(cells: usize) -> Sampling {
    let mut sampling = Sampling::whole(cells, MOST);
    while sampling.shift <= 0 && sampling.shift > -LARGEST && sampling.texels() < FEWEST {
        sampling.shift -= 1;
    }
    sampling
}

impl Sheet<'_> {
    pub(super) fn picture(&self) -> Picture {
        let arrangement = &self.scene.arrangement;
        let (x, y) = (
            sampling(arrangement.columns.len()),
            sampling(arrangement.rows.len()),
        );
        // On white, whatever the theme of the window.
        let mut shade = (*self.scene.shade).clone();
        shade.palette.missing = LIGHT.missing;
        let cells = self.scene.source.render(arrangement, x, y, &shade);
        let (width, height) = (cells.width() as f64, cells.height() as f64);
        let classes = [&self.data.row_classes, &self.data.column_classes];
        let [rows, columns] = [
            (&arrangement.rows, &self.cluster_colors.rows),
            (&arrangement.columns, &self.cluster_colors.columns),
        ];
        let side = |number: usize, (along, colors): (&Along, &SideColors)| SideBars {
            bars: self.bars(along, self.of[number], classes[number].as_ref(), colors),
            ends: if self.borders {
                ends(along)
            } else {
                Vec::new()
            },
        };
        let panel = Panel {
            heading: String::new(),
            rows: side(0, (rows.0, rows.1)),
            columns: side(1, (columns.0, columns.1)),
            cells: Raster {
                size: cells.size,
                pixels: cells.pixels,
            },
        };
        let mut named = Vec::new();
        for (classes, colors) in classes.into_iter().zip([rows.1, columns.1]) {
            let names = classes
                .iter()
                .flat_map(|classes| &classes.names)
                .take(CLASSES);
            named.extend(names.enumerate().map(|(index, name)| {
                let color = cluster_colors::color(&colors.classes, Some(index as u32), &LIGHT);
                (name.clone(), color)
            }));
        }
        let figure = MatrixFigure {
            title: self.title.to_owned(),
            note: format!(
                "{} rows and {} columns, sorted by cluster",
                arrangement.rows.len(),
                arrangement.columns.len()
            ),
            panels: vec![panel],
            shade: &shade,
            absent_is_missing: self.scene.source.absent_is_missing,
            classes: named,
            // Each pixel of a cell becomes one of the file.
            area: (width / DENSITY, height / DENSITY),
        };
        figure.picture(&Style::print())
    }

    /// The colors of clusters, and of classes where there are some, at each place.
    fn bars(
        &self,
        along: &Along,
        of: &[Option<u16>],
        classes: Option<&Classes>,
        colors: &SideColors,
    ) -> Vec<Vec<Color32>> {
        let rows = || along.order.iter().map(|&row| row as usize);
        let clusters = rows().map(|row| {
            let cluster = of.get(row).copied().flatten().map(u32::from);
            cluster_colors::color(&colors.clusters, cluster, &LIGHT)
        });
        let mut bars = vec![clusters.collect()];
        if let Some(classes) = classes {
            let classes = rows().map(|row| {
                let class = classes.of.get(row).copied().flatten();
                cluster_colors::color(&colors.classes, class, &LIGHT)
            });
            bars.push(classes.collect());
        }
        bars
    }
}

/// The share of a side at which each cluster but the last ends.
fn ends(along: &Along) -> Vec<f64> {
    let count = along.spans.len().saturating_sub(1);
    let spans = along.spans.iter().take(count);
    spans
        .map(|span| span.end as f64 / along.len().max(1) as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_matrices_are_enlarged_and_large_ones_reduced() {
        assert_eq!((sampling(100).shift, sampling(100).texels()), (-4, 1600));
        assert_eq!((sampling(3).shift, sampling(3).texels()), (-LARGEST, 96));
        assert_eq!((sampling(1000).shift, sampling(1000).texels()), (0, 1000));
        assert_eq!(
            (sampling(100_000).shift, sampling(100_000).texels()),
            (5, 3125)
        );
    }
}
