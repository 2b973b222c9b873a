//! Instance normalization and activations, a plane at a time so that it stays in a core's cache.
//!
//! Written as `WithSimd` types: closures given to `Arch::dispatch` aren't always compiled for the SIMD at hand.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::norm::EPSILON;
use crate::nn::buffer_pool::buffer;

/// Values below which a part isn't worth a task of its own.
const TASK: usize = 1 << 13;

/// g(z) with z = (x − μ) / √(σ² + ε), plus the residual; and each plane's [μ, 1 / √(σ² + ε)]. image, residual: planes of `plane` values.
pub(super) fn normalize(
    image: &[f32],
    residual: Option<&[f32]>,
    plane: usize,
    slope: f32,
) -> (Vec<f32>, Vec<[f32; 2]>) {
    let mut out = buffer(image.len());
    let moments = out
        .par_chunks_mut(plane)
        .zip(image.par_chunks(plane))
        .enumerate()
        .with_min_len(1 + TASK / plane)
        .map(|(index, (out, image))| {
            Arch::new().dispatch(Normalize {
                image,
                residual: residual.map(|residual| &residual[index * plane..][..plane]),
                slope,
                out,
            })
        })
        .collect();
    (out, moments)
}

/// With d = g'(z) · grad: `(d − mean(d) − z · mean(d · z)) / √(σ² + ε)`.
pub(super) fn normalize_backward(
    image: &[f32],
    moments: &[[f32; 2]],
    grad: &[f32],
    slope: f32,
) -> Vec<f32> {
    let plane = image.len() / moments.len();
    let mut out = buffer(image.len());
    out.par_chunks_mut(plane)
        .zip(image.par_chunks(plane))
        .zip(grad.par_chunks(plane))
        .zip(moments)
        .with_min_len(1 + TASK / plane)
        .for_each(|(((out, image), grad), &[mean, scale])| {
            Arch::new().dispatch(NormalizeBackward {
                image,
                grad,
                mean,
                scale,
                slope,
                out,
            });
        });
    out
}

/// g(x).
pub(super) fn activate(values: &[f32], slope: f32) -> Vec<f32> {
    let mut out = buffer(values.len());
    out.par_chunks_mut(TASK)
        .zip(values.par_chunks(TASK))
        .for_each(|(out, values)| Arch::new().dispatch(Activate { values, slope, out }));
    out
}

/// g'(x) · grad, from the sign of the output.
pub(super) fn activate_backward(output: &[f32], grad: &[f32], slope: f32) -> Vec<f32> {
    let mut out = buffer(grad.len());
    out.par_chunks_mut(TASK)
        .zip(output.par_chunks(TASK))
        .zip(grad.par_chunks(TASK))
        .for_each(|((out, output), grad)| {
            Arch::new().dispatch(ActivateBackward {
                output,
                grad,
                slope,
                out,
            });
        });
    out
}

/// One plane of [`normalize`] → [μ, 1 / √(σ² + ε)].
struct Normalize<'a> {
    image: &'a [f32],
    residual: Option<&'a [f32]>,
    slope: f32,
    out: &'a mut [f32],
}

impl WithSimd for Normalize<'_> {
    type Output = [f32; 2];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> [f32; 2] {
        let (image, rest) = S::as_simd_f32s(self.image);
        let count = 1.0 / self.image.len() as f32;
        let [sum, _] = sums(
            simd,
            image,
            image,
            #[inline(always)]
            |x, _| [x; 2],
        );
        let mean = (sum + rest.iter().sum::<f32>()) * count;
        let means = simd.splat_f32s(mean);
        let [sum, _] = sums(
            simd,
            image,
            image,
            #[inline(always)]
            |x, _| {
                let x = simd.sub_f32s(x, means);
                [simd.mul_f32s(x, x); 2]
            },
        );
        let rests: f32 = rest.iter().map(|x| (x - mean) * (x - mean)).sum();
        let scale = 1.0 / ((sum + rests) * count + EPSILON).sqrt();
        let (out, out_rest) = S::as_mut_simd_f32s(self.out);
        let scales = simd.splat_f32s(scale);
        if let Some(residual) = self.residual {
            let (residual, residual_rest) = S::as_simd_f32s(residual);
            for ((out, x), residual) in out.iter_mut().zip(image).zip(residual) {
                let z = simd.mul_f32s(simd.sub_f32s(*x, means), scales);
                *out = simd.add_f32s(*residual, activated(simd, z, self.slope));
            }
            for ((out, x), residual) in out_rest.iter_mut().zip(rest).zip(residual_rest) {
                *out = residual + activated_one((x - mean) * scale, self.slope);
            }
        } else {
            for (out, x) in out.iter_mut().zip(image) {
                let z = simd.mul_f32s(simd.sub_f32s(*x, means), scales);
                *out = activated(simd, z, self.slope);
            }
            for (out, x) in out_rest.iter_mut().zip(rest) {
                *out = activated_one((x - mean) * scale, self.slope);
            }
        }
        [mean, scale]
    }
}

/// One plane of [`normalize_backward`].
struct NormalizeBackward<'a> {
    image: &'a [f32],
    grad: &'a [f32],
    mean: f32,
    scale: f32,
    slope: f32,
    out: &'a mut [f32],
}

impl WithSimd for NormalizeBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            mean, scale, slope, ..
        } = self;
        let (image, image_rest) = S::as_simd_f32s(self.image);
        let (grad, grad_rest) = S::as_simd_f32s(self.grad);
        let (out, out_rest) = S::as_mut_simd_f32s(self.out);
        let [means, scales] = [mean, scale].map(|value| simd.splat_f32s(value));
        let [sum, product] = sums(
            simd,
            image,
            grad,
            #[inline(always)]
            |x, grad| {
                let z = simd.mul_f32s(simd.sub_f32s(x, means), scales);
                let d = passed(simd, z, grad, slope);
                [d, simd.mul_f32s(d, z)]
            },
        );
        let (mut shift, mut tilt) = (sum, product);
        for (x, grad) in image_rest.iter().zip(grad_rest) {
            let z = (x - mean) * scale;
            let d = passed_one(z, *grad, slope);
            shift += d;
            tilt += d * z;
        }
        let count = 1.0 / self.image.len() as f32;
        let (shift, tilt) = (shift * count, tilt * count);
        let [shifts, tilts] = [shift, tilt].map(|value| simd.splat_f32s(value));
        for ((out, x), grad) in out.iter_mut().zip(image).zip(grad) {
            let z = simd.mul_f32s(simd.sub_f32s(*x, means), scales);
            let d = passed(simd, z, *grad, slope);
            let straight = simd.sub_f32s(d, shifts);
            *out = simd.mul_f32s(simd.sub_f32s(straight, simd.mul_f32s(z, tilts)), scales);
        }
        for ((out, x), grad) in out_rest.iter_mut().zip(image_rest).zip(grad_rest) {
            let z = (x - mean) * scale;
            *out = (passed_one(z, *grad, slope) - shift - z * tilt) * scale;
        }
    }
}

/// A part of [`activate`].
struct Activate<'a> {
    values: &'a [f32],
    slope: f32,
    out: &'a mut [f32],
}

impl WithSimd for Activate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (values, rest) = S::as_simd_f32s(self.values);
        let (out, out_rest) = S::as_mut_simd_f32s(self.out);
        for (out, x) in out.iter_mut().zip(values) {
            *out = activated(simd, *x, self.slope);
        }
        for (out, x) in out_rest.iter_mut().zip(rest) {
            *out = activated_one(*x, self.slope);
        }
    }
}

/// A part of [`activate_backward`].
struct ActivateBackward<'a> {
    output: &'a [f32],
    grad: &'a [f32],
    slope: f32,
    out: &'a mut [f32],
}

impl WithSimd for ActivateBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (output, output_rest) = S::as_simd_f32s(self.output);
        let (grad, grad_rest) = S::as_simd_f32s(self.grad);
        let (out, out_rest) = S::as_mut_simd_f32s(self.out);
        for ((out, y), grad) in out.iter_mut().zip(output).zip(grad) {
            *out = passed(simd, *y, *grad, self.slope);
        }
        for ((out, y), grad) in out_rest.iter_mut().zip(output_rest).zip(grad_rest) {
            *out = passed_one(*y, *grad, self.slope);
        }
    }
}

/// The sums of both results of `of`.
#[inline(always)]
fn sums<S: Simd>(
    simd: S,
    first: &[S::f32s],
    second: &[S::f32s],
    of: impl Fn(S::f32s, S::f32s) -> [S::f32s; 2],
) -> [f32; 2] {
    /// Vectors added up side by side, so that an addition needn't wait for the one before.
    const ACROSS: usize = 4;
    let zero = simd.splat_f32s(0.0);
    let mut sums = [[zero; 2]; ACROSS];
    let (groups, rest) = first.as_chunks::<ACROSS>();
    let (second_groups, second_rest) = second.as_chunks::<ACROSS>();
    for (group, second) in groups.iter().zip(second_groups) {
        for at in 0..ACROSS {
            let [a, b] = of(group[at], second[at]);
            sums[at][0] = simd.add_f32s(sums[at][0], a);
            sums[at][1] = simd.add_f32s(sums[at][1], b);
        }
    }
    for (at, (first, second)) in rest.iter().zip(second_rest).enumerate() {
        let [a, b] = of(*first, *second);
        sums[at][0] = simd.add_f32s(sums[at][0], a);
        sums[at][1] = simd.add_f32s(sums[at][1], b);
    }
    let mut total = [zero; 2];
    for sums in sums {
        total[0] = simd.add_f32s(total[0], sums[0]);
        total[1] = simd.add_f32s(total[1], sums[1]);
    }
    [
        simd.reduce_sum_f32s(total[0]),
        simd.reduce_sum_f32s(total[1]),
    ]
}

/// g(z)
#[inline(always)]
fn activated<S: Simd>(simd: S, z: S::f32s, slope: f32) -> S::f32s {
    let zero = simd.splat_f32s(0.0);
    let below = simd.mul_f32s(simd.splat_f32s(slope), simd.min_f32s(z, zero));
    simd.add_f32s(simd.max_f32s(z, zero), below)
}

fn activated_one(z: f32, slope: f32) -> f32 {
    z.max(0.0) + slope * z.min(0.0)
}

/// g'(z) · grad
#[inline(always)]
fn passed<S: Simd>(simd: S, z: S::f32s, grad: S::f32s, slope: f32) -> S::f32s {
    let below = simd.mul_f32s(simd.splat_f32s(slope), grad);
    simd.select_f32s(simd.less_than_f32s(simd.splat_f32s(0.0), z), grad, below)
}

fn passed_one(z: f32, grad: f32, slope: f32) -> f32 {
    if z > 0.0 { grad } else { slope * grad }
}
