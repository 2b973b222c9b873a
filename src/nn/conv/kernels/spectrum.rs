//! Transformed tiles: one matrix for each of the 36 frequencies.

use std::marker::PhantomData;

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::parts::Parts;
use super::product::{LANES, Left, Product, Right};
use super::squares::Squares;
use super::transforms::{FREQUENCIES, IN, OUT, Transform};
use crate::nn::buffer_pool::Scratch;

/// 36 matrices [rows, width].
pub(super) struct Spectrum {
    pub(super) data: Scratch,
    /// Values from one matrix to the next.
    pub(super) frequency: usize,
    pub(super) width: usize,
}

/// The left factor: how many rows and inner values there are, and how far apart they lie.
pub(super) struct Side<'a> {
    pub(super) spectrum: &'a Spectrum,
    pub(super) rows: (usize, usize),
    pub(super) inner: (usize, usize),
}

impl Spectrum {
    pub(super) fn new(rows: usize, width: usize) -> Self {
        // Not a power of two, so that equal places of the matrices don't compete for the same lines of the cache.
        let frequency = rows * width + 5 * LANES;
        Self {
            data: Scratch::new(FREQUENCIES * frequency),
            frequency,
            width,
        }
    }

    fn matrix(&self, index: usize) -> &[f32] {
        &self.data[index * self.frequency..][..self.frequency]
    }

    /// The 36 values of a vector at `at` in the matrices.
    #[inline(always)]
    pub(super) fn tile<S: Simd>(&self, simd: S, at: usize) -> [[S::f32s; IN]; IN] {
        let mut values = [[simd.splat_f32s(0.0); IN]; IN];
        for (y, row) in values.iter_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                *value = load::<S>(&self.data, (y * IN + x) * self.frequency + at);
            }
        }
        values
    }

    /// Sets each matrix to the product of those of `left` and `right`.
    pub(super) fn multiply(&mut self, left: Side<'_>, right: &Spectrum) {
        let width = self.width;
        let rows: Vec<u32> = (0..left.rows.0)
            .map(|row| (row * left.rows.1) as u32)
            .collect();
        let columns: Vec<u32> = (0..left.inner.0)
            .map(|k| (k * left.inner.1) as u32)
            .collect();
        let inner: Vec<u32> = (0..left.inner.0).map(|k| (k * width) as u32).collect();
        self.data
            .par_chunks_mut(self.frequency)
            .enumerate()
            .for_each(|(index, out)| {
                for (block, (columns, inner)) in
                    columns.chunks(INNER).zip(inner.chunks(INNER)).enumerate()
                {
                    Product {
                        left: Left {
                            data: left.spectrum.matrix(index),
                            rows: &rows,
                            columns,
                        },
                        right: Right {
                            data: right.matrix(index),
                            rows: inner,
                            start: 0,
                        },
                        width,
                        out: &mut *out,
                        stride: width,
                        add: block > 0,
                    }
                    .compute();
                }
            });
    }
}

/// Inner values after which the product moves on, so that a strip of the right factor stays in a core's L1 cache.
const INNER: usize = 128;

/// Reads tiles of pixels, writes their frequencies.
pub(super) struct ToSpectrum<'a, T, const N: usize> {
    pub(super) local: &'a [f32],
    pub(super) squares: Squares,
    pub(super) parts: &'a Parts<'a>,
    pub(super) frequency: usize,
    pub(super) width: usize,
    pub(super) first: usize,
    pub(super) _transform: PhantomData<T>,
}

impl<T: Transform<N, IN>, const N: usize> WithSimd for ToSpectrum<'_, T, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (tile, begin) in self.squares.each() {
            for lane in (0..LANES).step_by(S::F32_LANES) {
                let mut tile_values = [[simd.splat_f32s(0.0); N]; N];
                for (y, row) in tile_values.iter_mut().enumerate() {
                    for (x, value) in row.iter_mut().enumerate() {
                        let at = begin + (y * self.squares.columns + x) * LANES + lane;
                        *value = load::<S>(self.local, at);
                    }
                }
                let values = T::both(simd, tile_values);
                let at = tile * self.width + self.first + lane;
                for (index, value) in values.as_flattened().iter().enumerate() {
                    let at = index * self.frequency + at;
                    // SAFETY: tasks differ in the image, and so in the tiles, or in the channels.
                    let part = unsafe { self.parts.part(at..at + S::F32_LANES) };
                    S::as_mut_simd_f32s(part).0[0] = *value;
                }
            }
        }
    }
}

/// Reads frequencies, adds up or sets tiles of pixels.
pub(super) struct ToSquares<'a, T, const M: usize> {
    pub(super) spectrum: &'a Spectrum,
    pub(super) first: usize,
    pub(super) squares: Squares,
    pub(super) local: &'a mut [f32],
    pub(super) _transform: PhantomData<T>,
}

impl<T: Transform<IN, M>, const M: usize> WithSimd for ToSquares<'_, T, M> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let width = self.spectrum.width;
        for (tile, begin) in self.squares.each() {
            for lane in (0..LANES).step_by(S::F32_LANES) {
                let at = tile * width + self.first + lane;
                let values = T::both(simd, self.spectrum.tile(simd, at));
                for (y, row) in values.iter().enumerate() {
                    for (x, value) in row.iter().enumerate() {
                        let at = begin + (y * self.squares.columns + x) * LANES + lane;
                        let out = &mut self.local[at..at + S::F32_LANES];
                        let out = &mut S::as_mut_simd_f32s(out).0[0];
                        // Tiles of outputs touch, tiles of inputs overlap.
                        *out = if M == OUT {
                            *value
                        } else {
                            simd.add_f32s(*out, *value)
                        };
                    }
                }
            }
        }
    }
}

#[inline(always)]
pub(super) fn load<S: Simd>(values: &[f32], at: usize) -> S::f32s {
    S::as_simd_f32s(&values[at..at + S::F32_LANES]).0[0]
}
