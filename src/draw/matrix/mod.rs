//! Matrices as pictures: the order of rows and columns, colors of values, pixels of cells.

mod arrangement;
mod cells;
mod color_scale;
mod colors;
mod figure;
mod raster;
mod values;

pub(crate) use arrangement::{Along, Arrangement, Span, Stretch, by_number, by_size, on_diagonal};
pub(crate) use cells::{Cells, Matrix};
pub(crate) use color_scale::{ColorScale, Palette, resolve};
pub(crate) use figure::{MatrixFigure, Panel, SideBars};
pub(crate) use raster::{Raster, Sampling, Shade, cost, render};
pub(crate) use values::{Margins, Values};

pub use arrangement::Within;
pub use colors::{Center, Colors, Map};
