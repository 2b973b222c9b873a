//! The segmentation loss: how well a parsing fits a mask.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};

use crate::data::images::IGNORE;

/// Weights of the two terms of the loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SegmentationWeights {
    /// λ_seg-L1, of the distance.
    pub(super) distance: f64,
    /// λ_seg-CE, of the cross entropy.
    pub(super) cross_entropy: f64,
}

/// The masks of a batch, on the device.
#[derive(Debug, Clone)]
pub(super) struct Truth {
    /// [n, classes, height, width]: at the class of each pixel the pixel's share in the cross entropy, which add up to 1; 0 elsewhere.
    shares: Tensor<4>,
    /// Likewise with the same share for every pixel, if that is something else.
    even: Option<Tensor<4>>,
}

impl Truth {
    /// From class indices [n, height, width]; pixels that are `IGNORE` (or no class) don't count. `class_weights` are those of the cross
    /// entropy, by class; all the same if absent. `None` if no pixel counts.
    pub(super) fn new(
        classes: &[u8],
        [n, count, height, width]: [usize; 4],
        class_weights: Option<&[f32]>,
        device: &Device,
    ) -> Option<Self> {
        let plane = height * width;
        debug_assert_eq!(classes.len(), n * plane);
        let known = |class: u8| class != IGNORE && usize::from(class) < count;
        let tensor = |weight: &dyn Fn(u8) -> f64| {
            let counted = classes.iter().filter(|class| known(**class));
            let total: f64 = counted.map(|class| weight(*class)).sum();
            if total <= 0.0 {
                return None;
            }
            let mut shares = vec![0.0f32; n * count * plane];
            for (at, class) in classes.iter().enumerate() {
                if known(*class) {
                    let (image, pixel) = (at / plane, at % plane);
                    let place = (image * count + usize::from(*class)) * plane + pixel;
                    shares[place] = (weight(*class) / total) as f32;
                }
            }
            let data = TensorData::new(shares, [n, count, height, width]);
            Some(Tensor::from_data(data, device))
        };
        let even = tensor(&|_| 1.0)?;
        Some(match class_weights {
            None => Self {
                shares: even,
                even: None,
            },
            Some(weights) => Self {
                // Where only classes without weight are seen, there is no cross entropy.
                shares: tensor(&|class| f64::from(weights[usize::from(class)]))
                    .unwrap_or_else(|| even.zeros_like()),
                even: Some(even),
            },
        })
    }

    /// L_seg = λ_seg-L1 · mean |p − x̂| + λ_seg-CE · cross entropy(p, x̂), p the softmax over classes and x̂ 1 at the true class, 0
    /// elsewhere; both are means over the pixels that count, the first over classes too. logits: [n, classes, height, width] → [1].
    pub(super) fn loss(&self, logits: Tensor<4>, weights: SegmentationWeights) -> Tensor<1> {
        let classes = logits.dims()[1] as f64;
        let logarithms = log_softmax(logits, 1);
        let entropy = || {
            (logarithms.clone() * self.shares.clone())
                .sum()
                .mul_scalar(-weights.cross_entropy)
        };
        // Σ_k |p_k − x̂_k| = (1 − p_true) + Σ_{k ≠ true} p_k = 2 (1 − p_true).
        let distance = || {
            let even = self.even.as_ref().unwrap_or(&self.shares).clone();
            let factor = 2.0 * weights.distance / classes;
            (logarithms.clone().exp() * even)
                .sum()
                .mul_scalar(-factor)
                .add_scalar(factor)
        };
        match (weights.distance > 0.0, weights.cross_entropy > 0.0) {
            (true, true) => distance() + entropy(),
            (true, false) => distance(),
            _ => entropy(),
        }
    }
}

/// Weights of the classes in the cross entropy that make rare ones count: the median of the frequencies over the frequency (Eigen and
/// Fergus 2015), at most ten. `pixels`: of each class; a class without any weighs 1.
pub(super) fn median_frequency(pixels: &[u64]) -> Vec<f32> {
    let mut seen: Vec<u64> = pixels.iter().copied().filter(|count| *count > 0).collect();
    seen.sort_unstable();
    let Some(median) = seen.get(seen.len() / 2).map(|median| *median as f64) else {
        return vec![1.0; pixels.len()];
    };
    let weight = |count: u64| match count {
        0 => 1.0,
        count => (median / count as f64).min(10.0) as f32,
    };
    pixels.iter().map(|count| weight(*count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: [usize; 4] = [2, 3, 2, 2];
    const WEIGHTS: SegmentationWeights = SegmentationWeights {
        distance: 0.7,
        cross_entropy: 1.3,
    };

    fn logits() -> Vec<f32> {
        (0..24)
            .map(|at| ((at * 37) % 17) as f32 / 5.0 - 1.5)
            .collect()
    }

    fn masks() -> [u8; 8] {
        [0, 1, IGNORE, 2, 2, 2, 0, IGNORE]
    }

    /// By the definition, in double precision.
    fn definition(logits: &[f32], classes: &[u8], class_weights: [f64; 3]) -> f64 {
        let (mut entropy, mut weight, mut distance, mut pixels) = (0.0, 0.0, 0.0, 0.0);
        for (at, class) in classes.iter().enumerate() {
            if *class == IGNORE {
                continue;
            }
            let exp: Vec<f64> = (0..3)
                .map(|k| f64::from(logits[(at / 4 * 3 + k) * 4 + at % 4]).exp())
                .collect();
            let sum: f64 = exp.iter().sum();
            for (k, exp) in exp.iter().enumerate() {
                let truth = f64::from(u8::from(k == usize::from(*class)));
                distance += (exp / sum - truth).abs() / 3.0;
                entropy -= class_weights[k] * truth * (exp / sum).ln();
                weight += class_weights[k] * truth;
            }
            pixels += 1.0;
        }
        WEIGHTS.distance * distance / pixels + WEIGHTS.cross_entropy * entropy / weight
    }

    fn loss(device: &Device, class_weights: Option<&[f32]>) -> (Tensor<4>, Tensor<1>) {
        let truth = Truth::new(&masks(), SHAPE, class_weights, device).expect("pixels that count");
        let logits = Tensor::from_data(TensorData::new(logits(), SHAPE), device).require_grad();
        let loss = truth.loss(logits.clone(), WEIGHTS);
        (logits, loss)
    }

    #[test]
    fn the_loss_is_its_definition_and_its_gradient_that_of_finite_differences() {
        let device = Device::flex().autodiff();
        for weights in [[1.0, 1.0, 1.0], [0.5, 2.0, 3.0f32]] {
            let own = (weights != [1.0; 3]).then_some(weights.as_slice());
            let (tensor, loss) = loss(&device, own);
            let doubles = weights.map(f64::from);
            let expected = definition(&logits(), &masks(), doubles);
            let value: f32 = loss.clone().into_scalar();
            assert!(
                (f64::from(value) - expected).abs() < 1e-5,
                "{value} {expected}"
            );
            let gradients = loss.backward();
            let gradient = tensor.grad(&gradients).expect("a gradient");
            let gradient: Vec<f32> = gradient.try_into_vec_as().expect("read");
            for (at, gradient) in gradient.iter().enumerate() {
                let moved = |by: f32| {
                    let mut logits = logits();
                    logits[at] += by;
                    definition(&logits, &masks(), doubles)
                };
                let slope = (moved(1e-3) - moved(-1e-3)) / 2e-3;
                assert!(
                    (slope - f64::from(*gradient)).abs() < 1e-4,
                    "{at}: {slope} {gradient}"
                );
            }
        }
    }

    #[test]
    fn ignored_pixels_change_nothing_and_a_mask_of_them_alone_has_no_loss() {
        let device = Device::flex();
        let truth = Truth::new(&masks(), SHAPE, None, &device).expect("pixels that count");
        let value = |logits: Vec<f32>| -> f32 {
            let logits = Tensor::from_data(TensorData::new(logits, SHAPE), &device);
            truth.loss(logits, WEIGHTS).into_scalar()
        };
        let mut other = logits();
        // The third pixel of the first image and the last of the second, in every class.
        for at in [2, 6, 10, 15, 19, 23] {
            other[at] = 30.0;
        }
        assert_eq!(value(logits()), value(other));
        assert!(Truth::new(&[IGNORE; 8], SHAPE, None, &device).is_none());
    }

    #[test]
    fn rare_classes_weigh_more_and_absent_ones_one() {
        assert_eq!(
            median_frequency(&[400, 100, 200, 0, 1]),
            [0.5, 2.0, 1.0, 1.0, 10.0]
        );
        assert_eq!(median_frequency(&[0, 0]), [1.0, 1.0]);
    }
}
