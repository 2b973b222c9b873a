//! Kernels to frequencies and back.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::parts::Parts;
use super::product::LANES;
use super::spectrum::{Spectrum, load};
use super::transforms::{Filter, FilterAdjoint, Transform};
use crate::nn::conv::geometry::Geometry;

/// Transformed kernels, [36, channels, features].
pub(super) fn by_feature(geometry: &Geometry, weight: &[f32]) -> Spectrum {
    let Geometry {
        channels, features, ..
    } = *geometry;
    let mut spectrum = Spectrum::new(channels, features);
    let frequency = spectrum.frequency;
    let parts = Parts::new(&mut spectrum.data);
    weight
        .par_chunks(LANES * channels * 9)
        .enumerate()
        .for_each(|(group, weight)| {
            Arch::new().dispatch(Filters {
                weight,
                // Kernels of 16 features, channel by channel.
                step: 9,
                lane: channels * 9,
                parts: &parts,
                frequency,
                first: group * LANES,
                row: features,
                rows: channels,
            });
        });
    spectrum
}

/// Transformed kernels, [36, features, channels].
pub(super) fn by_channel(geometry: &Geometry, weight: &[f32]) -> Spectrum {
    let Geometry {
        channels, features, ..
    } = *geometry;
    let mut spectrum = Spectrum::new(features, channels);
    let frequency = spectrum.frequency;
    let parts = Parts::new(&mut spectrum.data);
    weight
        .par_chunks(channels * 9)
        .enumerate()
        .with_min_len(1 + 256 / channels)
        .for_each(|(feature, weight)| {
            Arch::new().dispatch(Filters {
                weight,
                // Kernels of one feature, 16 channels by 16 channels.
                step: LANES * 9,
                lane: 9,
                parts: &parts,
                frequency,
                first: feature * channels,
                row: LANES,
                rows: channels / LANES,
            });
        });
    spectrum
}

/// Transforms `rows` groups of 16 kernels: the kernel of row r in lane l begins at `r · step + l · lane`; its frequencies go to
/// `first + r · row + l`.
struct Filters<'a> {
    weight: &'a [f32],
    step: usize,
    lane: usize,
    parts: &'a Parts<'a>,
    frequency: usize,
    first: usize,
    row: usize,
    rows: usize,
}

impl WithSimd for Filters<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Several at a time, so that what was written value by value has reached the cache before it is read in vectors.
        const AT_ONCE: usize = 8;
        let mut local = [[[0.0f32; LANES]; 9]; AT_ONCE];
        for first in (0..self.rows).step_by(AT_ONCE) {
            let count = AT_ONCE.min(self.rows - first);
            for (row, local) in (first..).zip(&mut local[..count]) {
                for lane in 0..LANES {
                    let weight = &self.weight[row * self.step + lane * self.lane..][..9];
                    for (local, weight) in local.iter_mut().zip(weight) {
                        local[lane] = *weight;
                    }
                }
            }
            for (row, local) in (first..).zip(&local[..count]) {
                for lane in (0..LANES).step_by(S::F32_LANES) {
                    let mut kernel = [[simd.splat_f32s(0.0); 3]; 3];
                    for (y, values) in kernel.iter_mut().enumerate() {
                        for (x, value) in values.iter_mut().enumerate() {
                            *value = load::<S>(&local[3 * y + x], lane);
                        }
                    }
                    let values = Filter::both(simd, kernel);
                    let at = self.first + row * self.row + lane;
                    for (index, value) in values.as_flattened().iter().enumerate() {
                        let at = index * self.frequency + at;
                        // SAFETY: tasks differ in the features, and so in rows or in columns of the matrices.
                        let part = unsafe { self.parts.part(at..at + S::F32_LANES) };
                        S::as_mut_simd_f32s(part).0[0] = *value;
                    }
                }
            }
        }
    }
}

/// The gradient of kernels from their frequencies [36, features, channels] → [features, channels, 3, 3].
pub(super) fn gradient(sums: &Spectrum, channels: usize, weight: &mut [f32]) {
    weight
        .par_chunks_mut(channels * 9)
        .enumerate()
        .with_min_len(1 + 256 / channels)
        .for_each(|(row, weight)| {
            Arch::new().dispatch(FilterGradient { sums, row, weight });
        });
}

/// The gradient of one feature's kernels.
struct FilterGradient<'a> {
    sums: &'a Spectrum,
    row: usize,
    weight: &'a mut [f32],
}

impl WithSimd for FilterGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let width = self.sums.width;
        let lanes = S::F32_LANES;
        for (group, weight) in self.weight.chunks_exact_mut(9 * lanes).enumerate() {
            let at = self.row * width + group * lanes;
            let values = FilterAdjoint::both(simd, self.sums.tile(simd, at));
            for (tap, value) in values.as_flattened().iter().enumerate() {
                let mut local = [0.0f32; LANES];
                S::as_mut_simd_f32s(&mut local).0[0] = *value;
                for (weight, local) in weight.chunks_exact_mut(9).zip(&local) {
                    weight[tap] = *local;
                }
            }
        }
    }
}
