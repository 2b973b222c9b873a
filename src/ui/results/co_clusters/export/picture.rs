//! The reordered matrix as a picture, alone or beside those of other runs.

use eframe::egui::Color32;

use super::{Export, ExportedMatrix};
use crate::data::Classes;
use crate::draw::chart::Style;
use crate::draw::matrix::{Along, MatrixFigure, Panel, Raster, Sampling, Shade, SideBars};
use crate::draw::{DENSITY, LIGHT, Picture};
use crate::ui::results::co_clusters::cluster_colors::{self, SideColors};

/// Most and fewest pixels along a side of the cells.
const MOST: usize = 4096;
const FEWEST: usize = 900;
/// Most pixels along the side of a cell: 2 to this power.
const LARGEST: i32 = 5;
/// Names of classes in the legend of a side.
const CLASSES: usize = 24;

/// As many pixels a cell, or cells a pixel, as make a good size: a part of it where several matrices stand side by side.
fn sampling(cells: usize, matrices: usize) -> Sampling {
    let part = if matrices > 2 { 2 } else { 1 };
    let mut sampling = Sampling::whole(cells, MOST / part);
    while sampling.shift <= 0 && sampling.shift > -LARGEST && sampling.texels() < FEWEST / part {
        sampling.shift -= 1;
    }
    sampling
}

impl Export {
    /// Cells, bars of clusters and classes, and borders of blocks; several runs side by side.
    pub(super) fn picture(&self) -> Result<Picture, String> {
        let scene = self.reordered.want.scene();
        // On white, whatever the theme of the window.
        let mut shade = (*scene.shade).clone();
        shade.palette.missing = LIGHT.missing;
        let matrices: Vec<&ExportedMatrix> =
            [&self.reordered].into_iter().chain(&self.others).collect();
        let mut panels = Vec::new();
        for matrix in &matrices {
            let mut panel = matrix.panel(&shade, self.borders, matrices.len())?;
            if matrices.len() > 1 {
                panel.heading.clone_from(&matrix.run);
            }
            panels.push(panel);
        }
        let [width, height] = panels.first().map_or([0; 2], |panel| panel.cells.size);
        let names: Vec<&str> = matrices.iter().map(|matrix| matrix.run.as_str()).collect();
        let title = match names[..] {
            [one] => one.to_owned(),
            [one, other] => format!("{one} and {other}"),
            _ => format!("The same matrix through {} co-clusterings", names.len()),
        };
        let figure = MatrixFigure {
            title,
            note: format!(
                "{} rows and {} columns, sorted by cluster",
                scene.arrangement.rows.len(),
                scene.arrangement.columns.len()
            ),
            panels,
            shade: &shade,
            absent_is_missing: scene.source.absent_is_missing,
            classes: self.reordered.classes(),
            // Each pixel of a cell becomes one of the file.
            area: (width as f64 / DENSITY, height as f64 / DENSITY),
        };
        Ok(figure.picture(&Style::print()))
    }
}

impl ExportedMatrix {
    fn panel(&self, shade: &Shade, borders: bool, matrices: usize) -> Result<Panel, String> {
        let snapshot = self.want.snapshot.as_ref();
        let clusters = &snapshot
            .ok_or("there are no co-clusters to write")?
            .clusters;
        let scene = self.want.scene();
        let (rows, columns) = (&scene.arrangement.rows, &scene.arrangement.columns);
        let (x, y) = (
            sampling(columns.len(), matrices),
            sampling(rows.len(), matrices),
        );
        let cells = scene.source.render(&scene.arrangement, x, y, shade);
        let data = &self.want.data;
        let side = |along: &Along,
                    of: &[Option<u16>],
                    classes: Option<&Classes>,
                    colors: &SideColors| SideBars {
            bars: bars(along, of, classes, colors),
            ends: if borders { ends(along) } else { Vec::new() },
        };
        Ok(Panel {
            heading: String::new(),
            rows: side(
                rows,
                &clusters.rows.of,
                data.row_classes.as_ref(),
                &self.cluster_colors.rows,
            ),
            columns: side(
                columns,
                &clusters.columns.of,
                data.column_classes.as_ref(),
                &self.cluster_colors.columns,
            ),
            cells: Raster {
                size: cells.size,
                pixels: cells.pixels,
            },
        })
    }

    /// Names of true classes with their colors.
    fn classes(&self) -> Vec<(String, Color32)> {
        let data = &self.want.data;
        let mut named = Vec::new();
        for (classes, colors) in [
            (&data.row_classes, &self.cluster_colors.rows),
            (&data.column_classes, &self.cluster_colors.columns),
        ] {
            let names = classes
                .iter()
                .flat_map(|classes| &classes.names)
                .take(CLASSES);
            named.extend(names.enumerate().map(|(index, name)| {
                let color = cluster_colors::color(&colors.classes, Some(index as u32), &LIGHT);
                (name.clone(), color)
            }));
        }
        named
    }
}

/// The colors of clusters, and of classes where there are some, at each place.
fn bars(
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
        assert_eq!(
            (sampling(100, 1).shift, sampling(100, 1).texels()),
            (-4, 1600)
        );
        assert_eq!(
            (sampling(3, 1).shift, sampling(3, 1).texels()),
            (-LARGEST, 96)
        );
        assert_eq!(
            (sampling(1000, 1).shift, sampling(1000, 1).texels()),
            (0, 1000)
        );
        assert_eq!(
            (sampling(100_000, 1).shift, sampling(100_000, 1).texels()),
            (5, 3125)
        );
        // Beside others each is a part of the picture.
        assert_eq!(
            (sampling(100, 3).shift, sampling(100, 3).texels()),
            (-3, 800)
        );
    }
}
