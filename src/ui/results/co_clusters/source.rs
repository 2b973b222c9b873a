//! The cells of a run's data, as they are drawn. Everything here is for threads away from the window's.

use eframe::egui::ColorImage;

use crate::data::{Cells, Labels, MatrixData};
use crate::draw::matrix::{self, Arrangement, Matrix, Sampling, Shade, Values};
use crate::ui::jobs::on_own_threads;

/// The cells that are drawn.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) cells: Cells,
    /// True if cells that are not stored have no value (not zero).
    pub(super) absent_is_missing: bool,
}

impl Source {
    /// The cells as the file has them.
    pub(super) fn observed(data: &MatrixData) -> Self {
        Self {
            cells: data.observed.clone(),
            absent_is_missing: data.absent_is_missing,
        }
    }

    fn matrix(&self) -> Matrix<'_> {
        let cells = match &self.cells {
            Cells::Dense(dense) => matrix::Cells::Dense {
                columns: dense.columns(),
                values: dense.values(),
            },
            Cells::Sparse(sparse) => matrix::Cells::Sparse {
                columns: sparse.columns(),
                offsets: sparse.offsets(),
                indices: sparse.column_indices(),
                values: sparse.values(),
            },
        };
        Matrix {
            cells,
            absent_is_missing: self.absent_is_missing,
        }
    }

    /// A part of the matrix: x is along the columns, y along the rows.
    pub(super) fn render(
        &self,
        arrangement: &Arrangement,
        x: Sampling,
        y: Sampling,
        shade: &Shade,
    ) -> ColorImage {
        let matrix = self.matrix();
        let raster = on_own_threads(|| matrix::render(&matrix, arrangement, x, y, shade));
        ColorImage::new(raster.size, raster.pixels)
    }

    /// About how many cells are looked at to render a part.
    pub(super) fn cost(&self, x: Sampling, y: Sampling) -> usize {
        matrix::cost(&self.matrix(), x, y)
    }
}

/// Looks at every stored cell once, on all cores.
pub(super) fn values_of(data: &MatrixData) -> Values {
    let source = Source::observed(data);
    let mut values = on_own_threads(|| Values::of(&source.matrix()));
    values.longest = [longest(&data.rows), longest(&data.columns)];
    values
}

fn longest(labels: &Labels) -> usize {
    let names = (0..labels.len()).map(|index| labels.display(index).chars().count());
    names.max().unwrap_or(0)
}
