//! Cells become pixels: the only code that looks at cells one by one.

use ecolor::Color32;
use rayon::prelude::*;

use super::arrangement::Arrangement;
use super::cells::{Cells, Matrix, Row};
use super::color_scale::{ColorScale, Palette, resolve};
use super::colors::Colors;
use super::values::Values;
use crate::draw::Tokens;

/// Rendered cells, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Raster {
    /// Width and height in pixels.
    pub(crate) size: [usize; 2],
    pub(crate) pixels: Vec<Color32>,
}

/// How cells become colors.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shade {
    pub(crate) scale: ColorScale,
    pub(crate) palette: Palette,
    pub(crate) lift_sparse: bool,
    /// How much stronger the colors of texels of so many cells are.
    exposure: (f32, usize),
}

impl Shade {
    pub(crate) fn new(values: &Values, colors: &Colors, tokens: &Tokens) -> Self {
        let scale = ColorScale::new(values, colors);
        let exposure = if colors.lift_sparse {
            values.exposure(scale.position(0.0), |value| scale.position(value))
        } else {
            (1.0, 1)
        };
        Self {
            palette: Palette::new(resolve(colors.map, values), tokens),
            lift_sparse: colors.lift_sparse,
            scale,
            exposure,
        }
    }

    /// The same for texels of any number of cells: cell by cell nothing is changed.
    fn gain(&self, cells: usize) -> f32 {
        let (most, at) = self.exposure;
        if cells <= 1 || at <= 1 {
            return 1.0;
        }
        most.powf(((cells as f32).ln() / (at as f32).ln()).min(1.0))
    }
}

/// Some cells along one side, and how many of them share a texel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sampling {
    /// The first place.
    pub(crate) first: usize,
    /// Number of places.
    pub(crate) cells: usize,
    /// 2^shift cells a texel; below zero 2^−shift texels a cell.
    pub(crate) shift: i32,
}

impl Sampling {
    /// All of `cells` places in at most `most` texels.
    pub(crate) fn whole(cells: usize, most: usize) -> Self {
        let mut shift = 0;
        while cells.div_ceil(1 << shift) > most.max(1) {
            shift += 1;
        }
        Self {
            first: 0,
            cells,
            shift,
        }
    }

    /// Groups of cells that share a texel; without groups, cells.
    pub(crate) fn bins(&self) -> usize {
        self.cells.div_ceil(self.per_bin())
    }

    pub(crate) fn texels(&self) -> usize {
        self.bins() * self.per_cell()
    }

    fn per_bin(&self) -> usize {
        1 << self.shift.max(0)
    }

    fn per_cell(&self) -> usize {
        1 << (-self.shift).max(0)
    }

    /// Cells in a group: fewer in the last one.
    fn in_bin(&self, bin: usize) -> usize {
        (self.cells - bin * self.per_bin()).min(self.per_bin())
    }
}

/// Sums of the cells of a texel.
#[derive(Debug, Clone, Copy, Default)]
struct Bin {
    /// Sum of the places on the color map of cells that are not zero.
    sum: f32,
    nonzero: u32,
    /// Zeros that are stored.
    zeros: u32,
    /// Missing cells that are stored.
    missing: u32,
}

impl Bin {
    fn add(&mut self, value: f32, scale: &ColorScale) {
        if value.is_nan() {
            self.missing += 1;
        } else if value == 0.0 {
            self.zeros += 1;
        } else {
            self.sum += scale.position(value);
            self.nonzero += 1;
        }
    }

    /// The color of `cells` cells.
    fn color(
        self,
        cells: u32,
        source: &Matrix<'_>,
        shade: &Shade,
        (zero, gain): (f32, f32),
    ) -> Color32 {
        let absent = cells.saturating_sub(self.nonzero + self.zeros + self.missing);
        let (zeros, missing) = if source.absent_is_missing {
            (self.zeros, self.missing + absent)
        } else {
            (self.zeros + absent, self.missing)
        };
        let present = self.nonzero + zeros;
        if present == 0 {
            return shade.palette.missing;
        }
        let share = self.nonzero as f32 / present as f32;
        let place = if self.nonzero == 0 {
            zero
        } else {
            // The root keeps few cells among many visible, and still tells more from fewer.
            let weight = if shade.lift_sparse {
                share.sqrt()
            } else {
                share
            };
            zero + (self.sum / self.nonzero as f32 - zero) * weight * gain
        };
        let there = present as f32 / (present + missing) as f32;
        let there = if shade.lift_sparse {
            there.sqrt()
        } else {
            there
        };
        shade.palette.faded(place, there)
    }
}

/// A part of the matrix: x is along the columns, y along the rows.
pub(crate) fn render(
    source: &Matrix<'_>,
    arrangement: &Arrangement,
    x: Sampling,
    y: Sampling,
    shade: &Shade,
) -> Raster {
    let (width, height) = (x.texels(), y.texels());
    let mut pixels = vec![shade.palette.missing; width * height];
    let size = [width, height];
    if pixels.is_empty() {
        return Raster { size, pixels };
    }
    let zero = shade.scale.position(0.0);
    let gain = shade.gain(x.per_bin() * y.per_bin());
    let rows = &arrangement.rows.order[y.first..y.first + y.cells];
    let draw = |bins: &mut Vec<Bin>, lines: &mut [Color32], rows: &[u32]| {
        bins.fill(Bin::default());
        for &row in rows {
            add_row(source, arrangement, row as usize, x, shade, bins);
        }
        let (first, copies) = lines.split_at_mut(width);
        let texels = first.chunks_exact_mut(x.per_cell());
        for (at, (bin, texels)) in bins.iter().zip(texels).enumerate() {
            let cells = (x.in_bin(at) * rows.len()) as u32;
            texels.fill(bin.color(cells, source, shade, (zero, gain)));
        }
        for copy in copies.chunks_exact_mut(width) {
            copy.copy_from_slice(first);
        }
    };
    pixels
        .par_chunks_mut(width * y.per_cell())
        .zip(rows.par_chunks(y.per_bin()))
        .for_each_init(
            || vec![Bin::default(); x.bins()],
            |bins, (lines, rows)| draw(bins, lines, rows),
        );
    Raster { size, pixels }
}

fn add_row(
    source: &Matrix<'_>,
    arrangement: &Arrangement,
    row: usize,
    x: Sampling,
    shade: &Shade,
    bins: &mut [Bin],
) {
    let shift = x.shift.max(0);
    match source.line(row) {
        Row::Dense(values) => {
            let columns = &arrangement.columns.order[x.first..x.first + x.cells];
            for (at, &column) in columns.iter().enumerate() {
                bins[at >> shift].add(values[column as usize], &shade.scale);
            }
        }
        Row::Sparse(columns, values) => {
            let place = &arrangement.columns.place;
            for (&column, &value) in columns.iter().zip(values) {
                let at = (place[column as usize] as usize).wrapping_sub(x.first);
                if at < x.cells {
                    bins[at >> shift].add(value, &shade.scale);
                }
            }
        }
    }
}

/// About how many cells are looked at to draw these rows.
pub(crate) fn cost(source: &Matrix<'_>, x: Sampling, y: Sampling) -> usize {
    match source.cells {
        Cells::Dense { .. } => x.cells * y.cells,
        Cells::Sparse { values, .. } => {
            let rows = source.rows().max(1);
            (values.len() as f64 * y.cells as f64 / rows as f64) as usize + y.cells
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::arrangement::Along;
    use super::super::colors::Map;
    use super::*;
    use crate::draw::DARK;

    fn original(rows: usize, columns: usize) -> Arrangement {
        Arrangement {
            rows: Arc::new(Along::original(rows)),
            columns: Arc::new(Along::original(columns)),
        }
    }

    fn shade(data: &Matrix<'_>, lift_sparse: bool) -> Shade {
        let colors = Colors {
            map: Map::Gray,
            clip: 0.0,
            lift_sparse,
            ..Colors::default()
        };
        Shade {
            exposure: (1.0, 1),
            ..Shade::new(&Values::of(data), &colors, &DARK)
        }
    }

    fn whole(cells: usize, shift: i32) -> Sampling {
        Sampling {
            first: 0,
            cells,
            shift,
        }
    }

    /// 0 1 2 / 3 4 5, of which 5 is white.
    fn dense(columns: usize, values: &[f32]) -> Matrix<'_> {
        Matrix {
            cells: Cells::Dense { columns, values },
            absent_is_missing: false,
        }
    }

    const COUNTING: [f32; 6] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];

    fn sparse(absent_is_missing: bool) -> Matrix<'static> {
        Matrix {
            cells: Cells::Sparse {
                columns: 4,
                offsets: &[0, 1, 3],
                indices: &[1, 0, 3],
                values: &[4.0, 4.0, 8.0],
            },
            absent_is_missing,
        }
    }

    fn grays(image: &Raster) -> Vec<u8> {
        image.pixels.iter().map(|color| color.r()).collect()
    }

    #[test]
    fn a_texel_a_cell_shows_the_cells_in_their_order() {
        let data = dense(3, &COUNTING);
        let arrangement = Arrangement {
            rows: Arc::new(Along::ordered(vec![1, 0])),
            columns: Arc::new(Along::ordered(vec![2, 0, 1])),
        };
        let image = render(
            &data,
            &arrangement,
            whole(3, 0),
            whole(2, 0),
            &shade(&data, true),
        );
        assert_eq!(image.size, [3, 2]);
        assert_eq!(grays(&image), [255, 153, 204, 102, 0, 51]);
    }

    #[test]
    fn texels_of_several_cells_are_means_and_cells_of_several_texels_repeat() {
        let data = dense(3, &COUNTING);
        let image = render(
            &data,
            &original(2, 3),
            whole(3, 1),
            whole(2, 1),
            &shade(&data, false),
        );
        // (0 + 1 + 3 + 4) / 4 = 2 of 5, (2 + 5) / 2 = 3.5 of 5.
        assert_eq!((image.size, grays(&image)), ([2, 1], vec![102, 179]));
        let image = render(
            &data,
            &original(2, 3),
            whole(3, -1),
            whole(2, 0),
            &shade(&data, true),
        );
        assert_eq!(image.size, [6, 2]);
        assert_eq!(grays(&image)[..6], [0, 0, 51, 51, 102, 102]);
    }

    #[test]
    fn sparse_and_dense_cells_give_the_same_picture() {
        let data = sparse(false);
        let cells = [0.0, 4.0, 0.0, 0.0, 4.0, 0.0, 0.0, 8.0];
        let dense = dense(4, &cells);
        let arrangement = Arrangement {
            rows: Arc::new(Along::ordered(vec![1, 0])),
            columns: Arc::new(Along::ordered(vec![3, 1, 0, 2])),
        };
        for shift in [-1, 0, 1] {
            for lift in [false, true] {
                let shade = shade(&data, lift);
                let x = Sampling {
                    first: 1,
                    cells: 3,
                    shift,
                };
                let one = render(&data, &arrangement, x, whole(2, shift), &shade);
                let other = render(&dense, &arrangement, x, whole(2, shift), &shade);
                assert_eq!(one.pixels, other.pixels, "shift {shift}");
            }
        }
    }

    #[test]
    fn a_missing_cell_is_no_zero() {
        let data = sparse(true);
        let image = render(
            &data,
            &original(2, 4),
            whole(4, 0),
            whole(2, 0),
            &shade(&data, true),
        );
        let missing = DARK.missing;
        assert_eq!(image.pixels[0], missing);
        assert_ne!(image.pixels[1], missing);
        let zeros = render(
            &sparse(false),
            &original(2, 4),
            whole(4, 0),
            whole(2, 0),
            &shade(&data, true),
        );
        assert_ne!(zeros.pixels[0], missing);
    }

    #[test]
    fn only_texels_of_many_cells_are_exposed_more() {
        let mut shade = shade(&sparse(false), true);
        shade.exposure = (2.0, 64);
        assert_eq!(shade.gain(1), 1.0);
        assert!((shade.gain(8) - 2.0_f32.sqrt()).abs() < 1e-6);
        assert_eq!((shade.gain(64), shade.gain(1000)), (2.0, 2.0));
    }

    #[test]
    fn one_cell_among_many_zeros_stays_visible() {
        let cells = Cells::Sparse {
            columns: 64,
            offsets: &[0, 1],
            indices: &[7],
            values: &[1.0],
        };
        let data = Matrix {
            cells,
            absent_is_missing: false,
        };
        let of = |lift| {
            let image = render(
                &data,
                &original(1, 64),
                whole(64, 6),
                whole(1, 0),
                &shade(&data, lift),
            );
            grays(&image)[0]
        };
        assert_eq!((of(false), of(true)), (4, 32));
    }
}
