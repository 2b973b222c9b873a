//! Instance normalisation and activations, a plane at a time so that it stays in a core's cache.

use pulp::Arch;
use rayon::prelude::*;

use super::norm::EPSILON;

/// Values added up side by side.
const LANES: usize = 16;
/// Values below which a part isn't worth a task of its own.
const TASK: usize = 1 << 13;

/// g(z) with z = (x − μ) / √(σ² + ε), plus the residual; and each plane's [μ, 1 / √(σ² + ε)]. image, residual: planes of `plane` values.
pub(super) fn normalize(
    image: &[f32],
    residual: Option<&[f32]>,
    plane: usize,
    slope: f32,
) -> (Vec<f32>, Vec<[f32; 2]>) {
    let mut out = vec![0.0; image.len()];
    let moments = out
        .par_chunks_mut(plane)
        .zip(image.par_chunks(plane))
        .enumerate()
        .with_min_len(1 + TASK / plane)
        .map(|(index, (out, image))| {
            let residual = residual.map(|residual| &residual[index * plane..][..plane]);
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    let [mean, scale] = moments(image);
                    let value = |x: f32| {
                        let z = (x - mean) * scale;
                        z.max(0.0) + slope * z.min(0.0)
                    };
                    match residual {
                        Some(residual) => {
                            for ((out, x), residual) in out.iter_mut().zip(image).zip(residual) {
                                *out = residual + value(*x);
                            }
                        }
                        None => {
                            for (out, x) in out.iter_mut().zip(image) {
                                *out = value(*x);
                            }
                        }
                    }
                    [mean, scale]
                },
            )
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
    let mut out = vec![0.0; image.len()];
    out.par_chunks_mut(plane)
        .zip(image.par_chunks(plane))
        .zip(grad.par_chunks(plane))
        .zip(moments)
        .with_min_len(1 + TASK / plane)
        .for_each(|(((out, image), grad), &[mean, scale])| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    let both = |x: f32, grad: f32| {
                        let z = (x - mean) * scale;
                        [if z > 0.0 { grad } else { slope * grad }, z]
                    };
                    let mut sums = [0.0f32; LANES];
                    let mut products = [0.0f32; LANES];
                    let (images, image_rest) = image.as_chunks::<LANES>();
                    let (grads, grad_rest) = grad.as_chunks::<LANES>();
                    for (image, grad) in images.iter().zip(grads) {
                        for lane in 0..LANES {
                            let [d, z] = both(image[lane], grad[lane]);
                            sums[lane] += d;
                            products[lane] += d * z;
                        }
                    }
                    for ((lane, x), grad) in image_rest.iter().enumerate().zip(grad_rest) {
                        let [d, z] = both(*x, *grad);
                        sums[lane] += d;
                        products[lane] += d * z;
                    }
                    let count = 1.0 / plane as f32;
                    let shift = sums.iter().sum::<f32>() * count;
                    let tilt = products.iter().sum::<f32>() * count;
                    for ((out, x), grad) in out.iter_mut().zip(image).zip(grad) {
                        let [d, z] = both(*x, *grad);
                        *out = (d - shift - z * tilt) * scale;
                    }
                },
            );
        });
    out
}

/// [μ, 1 / √(σ² + ε)].
#[inline(always)]
fn moments(plane: &[f32]) -> [f32; 2] {
    let count = 1.0 / plane.len() as f32;
    let mean = sum(plane, |x| x) * count;
    let variance = sum(plane, |x| (x - mean) * (x - mean)) * count;
    [mean, 1.0 / (variance + EPSILON).sqrt()]
}

#[inline(always)]
fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0f32; LANES];
    let (groups, rest) = values.as_chunks::<LANES>();
    for group in groups {
        for (sum, value) in sums.iter_mut().zip(group) {
            *sum += of(*value);
        }
    }
    for (sum, value) in sums.iter_mut().zip(rest) {
        *sum += of(*value);
    }
    sums.iter().sum()
}

/// g(x).
pub(super) fn activate(values: &[f32], slope: f32) -> Vec<f32> {
    let mut out = vec![0.0; values.len()];
    out.par_chunks_mut(TASK)
        .zip(values.par_chunks(TASK))
        .for_each(|(out, values)| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    for (out, x) in out.iter_mut().zip(values) {
                        *out = x.max(0.0) + slope * x.min(0.0);
                    }
                },
            );
        });
    out
}

/// g'(x) · grad, from the sign of the output.
pub(super) fn activate_backward(output: &[f32], grad: &[f32], slope: f32) -> Vec<f32> {
    let mut out = vec![0.0; grad.len()];
    out.par_chunks_mut(TASK)
        .zip(output.par_chunks(TASK))
        .zip(grad.par_chunks(TASK))
        .for_each(|((out, output), grad)| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    for ((out, y), grad) in out.iter_mut().zip(output).zip(grad) {
                        *out = if *y > 0.0 { *grad } else { slope * grad };
                    }
                },
            );
        });
    out
}
