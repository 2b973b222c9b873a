//! The reordered matrix as a picture.

use std::io::Write;

use eframe::egui::{Color32, ColorImage};
use image::ImageEncoder as _;
use image::codecs::png::PngEncoder;

use crate::data::{Classes, MatrixData};
use crate::draw::Tokens;
use crate::ui::results::co_clusters::arrangement::{Along, Arrangement};
use crate::ui::results::co_clusters::cluster_colors;
use crate::ui::results::co_clusters::cluster_colors::{
    ClusterColors, SideColors, contrasting_color,
};
use crate::ui::results::co_clusters::raster;
use crate::ui::results::co_clusters::raster::Sampling;
use crate::ui::results::co_clusters::tiles::Scene;

/// Most and fewest pixels along a side of the cells.
const MOST: usize = 4096;
const FEWEST: usize = 900;
/// Most pixels along the side of a cell: 2 to this power.
const LARGEST: i32 = 5;

/// Cells, bars of clusters and classes, and borders of blocks.
pub(super) struct Sheet<'a> {
    pub(super) scene: &'a Scene,
    pub(super) data: &'a MatrixData,
    /// The cluster of a row and of a column.
    pub(super) of: [&'a [Option<u16>]; 2],
    pub(super) cluster_colors: &'a ClusterColors,
    pub(super) tokens: &'static Tokens,
    pub(super) borders: bool,
}

/// Writes it as PNG.
pub(super) fn write(to: &mut dyn Write, sheet: &Sheet<'_>) -> Result<(), String> {
    let image = sheet.draw();
    let [width, height] = image.size;
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
        return Err("the picture is too large".to_owned());
    };
    let bytes: Vec<u8> = image
        .pixels
        .iter()
        .flat_map(|color| [color.r(), color.g(), color.b()])
        .collect();
    PngEncoder::new(to)
        .write_image(&bytes, width, height, image::ExtendedColorType::Rgb8)
        .map_err(|error| error.to_string())
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
    pub(super) fn draw(&self) -> ColorImage {
        let arrangement = &self.scene.arrangement;
        let (x, y) = (
            sampling(arrangement.columns.len()),
            sampling(arrangement.rows.len()),
        );
        let cells = raster::render(&self.scene.source, arrangement, x, y, &self.scene.shade);
        let (size, space) = (&self.tokens.size, &self.tokens.space);
        let (margin, gap) = (space.xl as usize, space.hair as usize);
        let (cluster_bar, class_bar) = (size.cluster_bar as usize, size.class_bar as usize);
        let classes = [&self.data.row_classes, &self.data.column_classes];
        let beside = classes.map(|classes| {
            let class = if classes.is_some() {
                class_bar + gap
            } else {
                0
            };
            margin + class + cluster_bar + gap
        });
        let (left, top) = (beside[0], beside[1]);
        let size = [left + cells.width() + margin, top + cells.height() + margin];
        let mut image = ColorImage::filled(size, self.tokens.surface);
        for (line, row) in cells.pixels.chunks_exact(cells.width().max(1)).enumerate() {
            let start = (top + line) * size[0] + left;
            image.pixels[start..start + row.len()].copy_from_slice(row);
        }
        let sides: [(&Along, Sampling, &SideColors); 2] = [
            (&arrangement.rows, y, &self.cluster_colors.rows),
            (&arrangement.columns, x, &self.cluster_colors.columns),
        ];
        for (side, (along, sampling, cluster_colors)) in sides.into_iter().enumerate() {
            let length = sampling.texels();
            for pixel in 0..length {
                let place =
                    (pixel * along.len() / length.max(1)).min(along.len().saturating_sub(1));
                let Some(&row) = along.order.get(place) else {
                    break;
                };
                let row = row as usize;
                let cluster = self.of[side].get(row).copied().flatten().map(u32::from);
                let color = cluster_colors::color(&cluster_colors.clusters, cluster, self.tokens);
                bar(
                    &mut image,
                    side,
                    (left, top),
                    pixel,
                    (gap, cluster_bar),
                    color,
                );
                if let Some(classes) = classes[side] {
                    let color = cluster_colors::color(
                        &cluster_colors.classes,
                        class_of(classes, row),
                        self.tokens,
                    );
                    let from = 2 * gap + cluster_bar;
                    bar(
                        &mut image,
                        side,
                        (left, top),
                        pixel,
                        (from, class_bar),
                        color,
                    );
                }
            }
        }
        if self.borders {
            self.borders(&mut image, arrangement, (left, top), [x, y]);
        }
        image
    }

    fn borders(
        &self,
        image: &mut ColorImage,
        arrangement: &Arrangement,
        (left, top): (usize, usize),
        [x, y]: [Sampling; 2],
    ) {
        let shade = &self.scene.shade;
        let ground = if self.scene.source.absent_is_missing {
            shade.palette.missing
        } else {
            shade.palette.color(shade.scale.position(0.0))
        };
        let foreground = contrasting_color(ground, self.tokens);
        let (width, height) = (x.texels(), y.texels());
        let pixel = |along: &Along, end: usize, length: usize| end * length / along.len().max(1);
        let inner = |along: &Along| -> Vec<usize> {
            let count = along.spans.len().saturating_sub(1);
            along
                .spans
                .iter()
                .take(count)
                .map(|span| span.end)
                .collect()
        };
        for end in inner(&arrangement.rows) {
            let line = top + pixel(&arrangement.rows, end, height);
            for column in left..left + width {
                blend(image, column, line, foreground);
            }
        }
        for end in inner(&arrangement.columns) {
            let column = left + pixel(&arrangement.columns, end, width);
            for line in top..top + height {
                blend(image, column, line, foreground);
            }
        }
    }
}

fn class_of(classes: &Classes, row: usize) -> Option<u32> {
    classes.of.get(row).copied().flatten()
}

fn blend(image: &mut ColorImage, column: usize, line: usize, foreground: Color32) {
    let width = image.width();
    if column < width
        && let Some(pixel) = image.pixels.get_mut(line * width + column)
    {
        *pixel = pixel.lerp_to_gamma(foreground, 0.7);
    }
}

/// A pixel's length of a bar, `from` pixels away from the cells.
fn bar(
    image: &mut ColorImage,
    side: usize,
    (left, top): (usize, usize),
    pixel: usize,
    (from, thickness): (usize, usize),
    color: Color32,
) {
    let width = image.width();
    for depth in from..from + thickness {
        let (x, y) = if side == 0 {
            (left - 1 - depth, top + pixel)
        } else {
            (left + pixel, top - 1 - depth)
        };
        image.pixels[y * width + x] = color;
    }
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
