//! Products of a sparse and a dense matrix on the CPU.
//!
//! The dense matrix is repacked into panels of at most 64 columns, one at a time: a panel of a few thousand rows stays in a
//! core's L2 cache, where the cells of the sparse matrix then pick rows at random. Within a panel each row of the output is summed in
//! registers. SIMD width is chosen at run time (`pulp`).

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::nn::buffer_pool::Scratch;

/// Most columns of the dense matrix that are processed together.
const PANEL: usize = 64;
/// Narrower panels, for the last columns and where a wide one does not stay in the cache.
const PANEL_WIDTHS: [usize; 3] = [16, 32, PANEL];
/// Values that stay in a core's L2 cache, of which many have 1 MB.
const CACHED: usize = 1 << 18;

/// A sparse matrix in compressed rows.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) offsets: &'a [usize],
    pub(super) columns: &'a [u32],
    pub(super) values: &'a [f32],
}

/// `out[row, :] = Σ value · dense[column, :]` over the cells of each row.
///
/// cells: [rows, n], dense: [n, width], out: [rows, width], overwritten.
pub(super) fn multiply(cells: Cells<'_>, dense: &[f32], width: usize, out: &mut [f32]) {
    let rows = cells.offsets.len() - 1;
    assert_eq!(out.len(), rows * width);
    let chunks = row_chunks(cells.offsets);
    // What is beyond the cache is slow at any width, and then more of a narrow panel is in it.
    let n = dense.len() / width.max(1);
    let [narrow, ..] = PANEL_WIDTHS;
    let mut widths = PANEL_WIDTHS.into_iter().rev();
    let widest = widths.find(|panel| n * panel <= CACHED).unwrap_or(narrow);
    for_each_panel(dense, width, widest, |panel| {
        split(out, &chunks, |rows| rows.len() * width)
            .into_par_iter()
            .for_each(|(rows, out)| {
                Arch::new().dispatch(MultiplyRows {
                    cells,
                    rows,
                    panel,
                    out,
                });
            });
    });
}

/// `out[cell] += left[row, :] · right[column, :]` for each cell; the cells' values are not read.
///
/// left: [rows, width], right: [n, width], out: [cells].
pub(super) fn dot(cells: Cells<'_>, left: &[f32], right: &[f32], width: usize, out: &mut [f32]) {
    let rows = cells.offsets.len() - 1;
    assert_eq!(left.len(), rows * width);
    assert_eq!(out.len(), cells.columns.len());
    let chunks = row_chunks(cells.offsets);
    // Each panel costs one more sum over a register's lanes for each cell: few and wide ones.
    let n = right.len() / width.max(1);
    let widest = if n * PANEL > 4 * CACHED {
        PANEL / 2
    } else {
        PANEL
    };
    for_each_panel(right, width, widest, |panel| {
        split(out, &chunks, |rows| {
            cells.offsets[rows.end] - cells.offsets[rows.start]
        })
        .into_par_iter()
        .for_each(|(rows, out)| {
            Arch::new().dispatch(DotRows {
                cells,
                rows,
                panel,
                left,
                out,
            });
        });
    });
}

/// `out[i] = values[order[i]]`.
pub(super) fn permute(values: &[f32], order: &[u32]) -> Vec<f32> {
    order
        .par_iter()
        .with_min_len(1 << 14)
        .map(|&index| values[index as usize])
        .collect()
}

/// The sum of each row's values.
pub(super) fn row_sums(cells: Cells<'_>) -> Vec<f32> {
    cells
        .offsets
        .par_windows(2)
        .with_min_len(256)
        .map(|bounds| cells.values[bounds[0]..bounds[1]].iter().sum())
        .collect()
}

/// `Σ v² / 2`, added up in double precision in a fixed order.
pub(super) fn half_squared_norm(values: &[f32]) -> f64 {
    let parts: Vec<f64> = values
        .par_chunks(1 << 14)
        .map(|chunk| {
            let mut lanes = [0.0f64; 8];
            let (eights, rest) = chunk.as_chunks::<8>();
            for eight in eights {
                for (lane, &value) in lanes.iter_mut().zip(eight) {
                    *lane += f64::from(value) * f64::from(value);
                }
            }
            let rest: f64 = rest.iter().map(|&v| f64::from(v) * f64::from(v)).sum();
            lanes.iter().sum::<f64>() + rest
        })
        .collect();
    parts.iter().sum::<f64>() / 2.0
}

/// Some columns of a dense matrix, rows next to each other, padded with zeros to `padded` columns.
#[derive(Clone, Copy)]
struct Panel<'a> {
    data: &'a [f32],
    padded: usize,
    /// Which columns of the matrix.
    first: usize,
    live: usize,
    /// Columns of the whole matrix.
    width: usize,
}

/// Packs each panel of a [n, width] matrix in turn, `widest` columns or fewer, and hands it out.
fn for_each_panel(dense: &[f32], width: usize, widest: usize, mut work: impl FnMut(Panel<'_>)) {
    if width == 0 {
        return;
    }
    let rows = dense.len() / width;
    let padded_to = |live: usize| {
        let fitting = PANEL_WIDTHS.into_iter().find(|&padded| padded >= live);
        fitting.unwrap_or(PANEL)
    };
    // Begins on a cache line, and so do its rows. The first panel is as wide as any.
    let mut scratch = Scratch::new(rows * padded_to(widest.min(width)));
    for first in (0..width).step_by(widest) {
        let live = widest.min(width - first);
        let padded = padded_to(live);
        let data = &mut scratch[..rows * padded];
        data.par_chunks_mut(padded)
            .zip(dense.par_chunks(width))
            .with_min_len(512)
            .for_each(|(packed, row)| {
                copy(&row[first..first + live], &mut packed[..live]);
                packed[live..].fill(0.0);
            });
        work(Panel {
            data,
            padded,
            first,
            live,
            width,
        });
    }
}

/// Copies values, most often as many as fill a panel: then without a call.
#[inline(always)]
fn copy(from: &[f32], to: &mut [f32]) {
    if let (Some(from), Some(to)) = (from.as_array::<PANEL>(), to.as_mut_array::<PANEL>()) {
        *to = *from;
    } else if let (Some(from), Some(to)) = (from.as_array::<32>(), to.as_mut_array::<32>()) {
        *to = *from;
    } else {
        to.copy_from_slice(from);
    }
}

/// Splits rows into ranges of about equal work, several for each thread.
fn row_chunks(offsets: &[usize]) -> Vec<Range<usize>> {
    let rows = offsets.len() - 1;
    // Writing a row costs about as much as a few cells.
    let cost = |row: usize| offsets[row] + 4 * row;
    let target = (cost(rows) / (8 * rayon::current_num_threads())).max(1024);
    let mut chunks = Vec::new();
    let mut start = 0;
    for row in 1..=rows {
        if row == rows || cost(row) - cost(start) >= target {
            chunks.push(start..row);
            start = row;
        }
    }
    chunks
}

/// Splits a slice along consecutive row ranges.
fn split<'a>(
    mut slice: &'a mut [f32],
    chunks: &[Range<usize>],
    len: impl Fn(&Range<usize>) -> usize,
) -> Vec<(Range<usize>, &'a mut [f32])> {
    chunks
        .iter()
        .map(|rows| {
            let (head, tail) = std::mem::take(&mut slice).split_at_mut(len(rows));
            slice = tail;
            (rows.clone(), head)
        })
        .collect()
}

struct MultiplyRows<'a> {
    cells: Cells<'a>,
    rows: Range<usize>,
    panel: Panel<'a>,
    out: &'a mut [f32],
}

impl WithSimd for MultiplyRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.panel.padded / S::F32_LANES {
            1 => multiply_rows::<S, 1>(simd, self),
            2 => multiply_rows::<S, 2>(simd, self),
            4 => multiply_rows::<S, 4>(simd, self),
            8 => multiply_rows::<S, 8>(simd, self),
            16 => multiply_rows::<S, 16>(simd, self),
            32 => multiply_rows::<S, 32>(simd, self),
            _ => multiply_rows::<S, 64>(simd, self),
        }
    }
}

/// `R` registers hold one row of the panel.
#[inline(always)]
fn multiply_rows<S: Simd, const R: usize>(simd: S, job: MultiplyRows<'_>) {
    let Panel {
        data,
        padded,
        first,
        live,
        width,
    } = job.panel;
    for (row, out) in job.rows.zip(job.out.chunks_exact_mut(width)) {
        let range = job.cells.offsets[row]..job.cells.offsets[row + 1];
        let mut sums = [simd.splat_f32s(0.0); R];
        for (&column, &value) in job.cells.columns[range.clone()]
            .iter()
            .zip(&job.cells.values[range])
        {
            let value = simd.splat_f32s(value);
            let weights = registers::<S, R>(data, column as usize * padded);
            for (sum, &weight) in sums.iter_mut().zip(weights) {
                *sum = simd.mul_add_e_f32s(value, weight, *sum);
            }
        }
        let mut sum = [0.0f32; PANEL];
        S::as_mut_simd_f32s(&mut sum).0[..R].copy_from_slice(&sums);
        copy(&sum[..live], &mut out[first..first + live]);
    }
}

struct DotRows<'a> {
    cells: Cells<'a>,
    rows: Range<usize>,
    panel: Panel<'a>,
    left: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for DotRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.panel.padded / S::F32_LANES {
            1 => dot_rows::<S, 1>(simd, self),
            2 => dot_rows::<S, 2>(simd, self),
            4 => dot_rows::<S, 4>(simd, self),
            8 => dot_rows::<S, 8>(simd, self),
            16 => dot_rows::<S, 16>(simd, self),
            32 => dot_rows::<S, 32>(simd, self),
            _ => dot_rows::<S, 64>(simd, self),
        }
    }
}

#[inline(always)]
fn dot_rows<S: Simd, const R: usize>(simd: S, job: DotRows<'_>) {
    let Panel {
        data,
        padded,
        first,
        live,
        width,
    } = job.panel;
    let mut out = job.out;
    for row in job.rows {
        let mut left = [0.0f32; PANEL];
        left[..live].copy_from_slice(&job.left[row * width + first..][..live]);
        let left = *registers::<S, R>(&left, 0);
        let range = job.cells.offsets[row]..job.cells.offsets[row + 1];
        let (head, tail) = out.split_at_mut(range.len());
        out = tail;
        for (&column, out) in job.cells.columns[range].iter().zip(head) {
            let right = registers::<S, R>(data, column as usize * padded);
            let mut sum = simd.mul_f32s(left[0], right[0]);
            for (&left, &right) in left[1..].iter().zip(&right[1..]) {
                sum = simd.mul_add_e_f32s(left, right, sum);
            }
            *out += simd.reduce_sum_f32s(sum);
        }
    }
}

/// The `R` registers from `start` on.
#[inline(always)]
fn registers<S: Simd, const R: usize>(data: &[f32], start: usize) -> &[S::f32s; R] {
    let (vectors, _) = S::as_simd_f32s(&data[start..start + R * S::F32_LANES]);
    match vectors.first_chunk() {
        Some(registers) => registers,
        None => unreachable!("the slice holds exactly R registers"),
    }
}
