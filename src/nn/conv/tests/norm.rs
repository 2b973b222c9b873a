//! The fused instance normalization.

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::{assert_close, floats, random, tensor};
use crate::nn::conv::{Activation, activate, instance_norm, portable, residual_instance_norm};

/// residual + g((x − μ) / √(σ² + ε)), plane by plane, in double precision.
fn definition(image: &[f64], residual: &[f64], plane: usize, slope: f64) -> Vec<f64> {
    let mut out = Vec::new();
    for (image, residual) in image.chunks(plane).zip(residual.chunks(plane)) {
        let mean = image.iter().sum::<f64>() / plane as f64;
        let variance = image.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / plane as f64;
        for (x, residual) in image.iter().zip(residual) {
            let z = (x - mean) / (variance + 1e-5).sqrt();
            out.push(residual + if z > 0.0 { z } else { slope * z });
        }
    }
    out
}

fn doubles(values: &[f32]) -> Vec<f64> {
    values.iter().map(|value| f64::from(*value)).collect()
}

fn activations() -> impl Strategy<Value = (Activation, f64)> {
    prop_oneof![
        Just((Activation::None, 1.0)),
        Just((Activation::Relu, 0.0)),
        Just((Activation::LeakyRelu(0.25), 0.25)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn output_and_gradients_equal_definition_and_finite_differences(
        shape in [1usize..3, 1..4, 1..8, 2..8],
        (activation, slope) in activations(),
        with_residual in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let count = shape.iter().product();
        let plane = shape[2] * shape[3];
        let (image, grad) = (random(&mut rng, count), random(&mut rng, count));
        let residual = if with_residual { random(&mut rng, count) } else { vec![0.0; count] };
        let x = tensor(&image, shape).require_grad();
        let r = tensor(&residual, shape).require_grad();
        let out = if with_residual {
            residual_instance_norm(r.clone(), x.clone(), activation)
        } else {
            instance_norm(x.clone(), activation)
        };
        let grads = (out.clone() * tensor(&grad, shape)).sum().backward();
        let expected = definition(&doubles(&image), &doubles(&residual), plane, slope);
        assert_close(&floats(out), &expected, 3e-6, "output");
        if with_residual {
            assert_close(&floats(r.grad(&grads).expect("a gradient")), &doubles(&grad), 0.0, "residual gradient");
        }
        // The loss Σ grad · out has a kink where the activation has one: away from it, central differences are exact to h².
        let image = doubles(&image);
        let residual = vec![0.0; count];
        let normal = definition(&image, &residual, plane, 1.0);
        let found = floats(x.grad(&grads).expect("a gradient"));
        let h = 1e-5;
        for index in 0..count {
            let range = index / plane * plane..(index / plane + 1) * plane;
            if normal[range.clone()].iter().any(|z| z.abs() < 1e-2) {
                continue;
            }
            let loss = |shift: f64| {
                let mut image = image[range.clone()].to_vec();
                image[index - range.start] += shift;
                let out = definition(&image, &residual[range.clone()], plane, slope);
                out.iter().zip(&grad[range.clone()]).map(|(out, grad)| out * f64::from(*grad)).sum::<f64>()
            };
            let slope = (loss(h) - loss(-h)) / (2.0 * h);
            let scale = 1.0f64.max(slope.abs());
            prop_assert!((f64::from(found[index]) - slope).abs() < 2e-4 * scale, "{} and {slope}", found[index]);
        }
    }

    #[test]
    fn burns_own_ops_agree(
        shape in [1usize..3, 1..4, 1..40, 2..40],
        (activation, _) in activations(),
        seed in any::<u64>(),
    ) {
        // Two pixels become −1 and 1 whatever they were: their gradient is rounding alone, in burn's ops as in ours. The definition above
        // has such planes, too.
        prop_assume!(shape[2] * shape[3] > 2);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let count = shape.iter().product();
        let [image, residual, grad] = [(); 3].map(|()| tensor(&random(&mut rng, count), shape));
        let (image, residual) = (image.require_grad(), residual.require_grad());
        let results = |out: burn::tensor::Tensor<4>| {
            let grads = (out.clone() * grad.clone()).sum().backward();
            [
                floats(out),
                floats(image.grad(&grads).expect("a gradient")),
                floats(residual.grad(&grads).expect("a gradient")),
            ]
        };
        let fused = results(residual_instance_norm(residual.clone(), image.clone(), activation));
        let burns = results(portable::instance_norm(image.clone(), Some(residual.clone()), activation));
        for (fused, burns) in fused.iter().zip(&burns) {
            assert_close(fused, &doubles(burns), 2e-4, "fused");
        }
    }
}

#[test]
fn a_constant_plane_becomes_zero_and_passes_no_gradient() {
    let image = tensor(&[7.0; 12], [1, 1, 3, 4]).require_grad();
    let out = instance_norm(image.clone(), Activation::Relu);
    let grads = out.clone().sum().backward();
    assert_eq!(floats(out), [0.0; 12]);
    let grad = floats(image.grad(&grads).expect("a gradient"));
    assert!(grad.iter().all(|value| value.abs() < 1e-3), "{grad:?}");
}

#[test]
fn an_activation_passes_the_gradient_where_it_rises() {
    let image = tensor(&[-2.0, -0.5, 0.0, 3.0], [1, 1, 2, 2]).require_grad();
    let out = activate(image.clone(), Activation::LeakyRelu(0.2));
    let grads = (out.clone() * tensor(&[1.0, 2.0, 3.0, 4.0], [1, 1, 2, 2]))
        .sum()
        .backward();
    assert_eq!(floats(out), [-0.4, -0.1, 0.0, 3.0]);
    let grad = floats(image.grad(&grads).expect("a gradient"));
    assert_eq!(grad, [0.2, 0.4, 3.0 * 0.2, 4.0]);
}
