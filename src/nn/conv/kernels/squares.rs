//! Sixteen planes side by side: pixels with the values of 16 channels next to each other, as square tiles are cut from them.

use super::product::LANES;
use super::transforms::OUT;

/// The tiles of one image in a buffer [rows, columns, 16].
#[derive(Clone, Copy)]
pub(super) struct Squares {
    /// Number of the first tile.
    pub(super) first: usize,
    pub(super) down: usize,
    pub(super) across: usize,
    /// Pixels of a tile along one axis; tiles begin every 4 pixels.
    pub(super) side: usize,
    /// Pixels of a row of the buffer.
    pub(super) columns: usize,
}

impl Squares {
    /// Values of the buffer.
    pub(super) fn values(&self) -> usize {
        (self.down * OUT + self.side - OUT) * self.columns * LANES
    }

    /// Number of each tile and where it begins in the buffer.
    #[inline(always)]
    pub(super) fn each(self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.down).flat_map(move |y| {
            (0..self.across).map(move |x| {
                (
                    self.first + y * self.across + x,
                    (y * self.columns + x) * OUT * LANES,
                )
            })
        })
    }
}

/// Sixteen planes of `size` to `out`: [rows, columns, 16], zero where a row or column shows nothing.
pub(super) fn gather(
    planes: &[f32],
    [height, width]: [usize; 2],
    rows: &[Option<usize>],
    columns: &[Option<usize>],
    out: &mut [f32],
) {
    let plane = height * width;
    for (row, out) in rows.iter().zip(out.chunks_exact_mut(columns.len() * LANES)) {
        let Some(row) = row else {
            out.fill(0.0);
            continue;
        };
        let lines: [&[f32]; LANES] =
            std::array::from_fn(|lane| &planes[lane * plane + row * width..][..width]);
        let (pixels, _) = out.as_chunks_mut::<LANES>();
        for (column, pixel) in columns.iter().zip(pixels) {
            match column {
                Some(column) => *pixel = lines.map(|line| line[*column]),
                None => pixel.fill(0.0),
            }
        }
    }
}

/// A buffer [rows, columns, 16] to sixteen planes of `size`, its first rows and columns.
pub(super) fn scatter(
    buffer: &[f32],
    columns: usize,
    [height, width]: [usize; 2],
    planes: &mut [f32],
) {
    let (pixels, _) = buffer.as_chunks::<LANES>();
    for (lane, plane) in planes.chunks_exact_mut(height * width).enumerate() {
        let lines = pixels.chunks_exact(columns);
        for (pixels, out) in lines.zip(plane.chunks_exact_mut(width)) {
            for (pixel, out) in pixels.iter().zip(out) {
                *out = pixel[lane];
            }
        }
    }
}

/// Adds each pixel of a buffer [rows, columns, 16] to the pixel of the sixteen planes that its row and column show.
pub(super) fn fold(
    buffer: &[f32],
    [rows, columns]: &[Vec<Option<usize>>; 2],
    width: usize,
    planes: &mut [f32],
) {
    let plane = planes.len() / LANES;
    let (pixels, _) = buffer.as_chunks::<LANES>();
    for (lane, plane) in planes.chunks_exact_mut(plane).enumerate() {
        for (row, pixels) in rows.iter().zip(pixels.chunks_exact(columns.len())) {
            let Some(row) = row else { continue };
            let line = &mut plane[row * width..][..width];
            for (column, pixel) in columns.iter().zip(pixels) {
                if let Some(column) = column {
                    line[*column] += pixel[lane];
                }
            }
        }
    }
}
