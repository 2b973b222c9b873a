//! The loss that draws soft-shared weights together.

use burn::tensor::Tensor;

/// The least squared cosine whose logarithm is taken: at right angles the loss is finite.
const FLOOR: f64 = 1e-12;

/// L_ω = −log((ω_G · ω_P / (‖ω_G‖ ‖ω_P‖))²) over all pairs of flattened weights, concatenated (Huang et al. 2018). → [1], 0 if they are
/// parallel. The square of the cosine is floored: no weights give a NaN.
pub(super) fn sharing_loss(pairs: Vec<(Tensor<1>, Tensor<1>)>) -> Option<Tensor<1>> {
    // The scalar product and the squared lengths of concatenated vectors are the sums of those of the parts.
    let parts = pairs.into_iter().map(|(own, other)| {
        [
            (own.clone() * other.clone()).sum(),
            own.square().sum(),
            other.square().sum(),
        ]
    });
    let [product, own, other] = parts.reduce(|all, part| {
        let [product, own, other] = all;
        let [by_product, by_own, by_other] = part;
        [product + by_product, own + by_own, other + by_other]
    })?;
    let lengths = (own * other).clamp_min(1e-30);
    let cosine = (product.square() / lengths).clamp_min(FLOOR);
    Some(cosine.log().neg())
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn weights(device: &Device, values: &[f32]) -> Tensor<1> {
        Tensor::from_floats(values, device)
    }

    const OWN: [f32; 5] = [0.3, -0.2, 0.5, 0.1, -0.4];
    const OTHER: [f32; 5] = [0.1, 0.2, 0.4, -0.3, -0.2];

    fn definition(own: &[f32], other: &[f32]) -> f64 {
        let dot = |x: &[f32], y: &[f32]| -> f64 {
            x.iter()
                .zip(y)
                .map(|(x, y)| f64::from(*x) * f64::from(*y))
                .sum()
        };
        let cosine = dot(own, other) / (dot(own, own) * dot(other, other)).sqrt();
        -cosine.powi(2).ln()
    }

    fn value(own: &[f32], other: &[f32]) -> f32 {
        let device = Device::flex();
        let pair = (weights(&device, own), weights(&device, other));
        sharing_loss(vec![pair]).expect("weights").into_scalar()
    }

    #[test]
    fn weights_in_parts_are_concatenated_and_the_gradient_is_that_of_finite_differences() {
        let device = Device::flex().autodiff();
        let own = [
            weights(&device, &OWN[..2]).require_grad(),
            weights(&device, &OWN[2..]).require_grad(),
        ];
        let other = [weights(&device, &OTHER[..2]), weights(&device, &OTHER[2..])];
        let pairs = own.iter().cloned().zip(other).collect();
        let loss = sharing_loss(pairs).expect("weights");
        let value: f32 = loss.clone().into_scalar();
        assert!((f64::from(value) - definition(&OWN, &OTHER)).abs() < 1e-5);
        let gradients = loss.backward();
        let gradient: Vec<f32> = own
            .iter()
            .flat_map(|part| {
                let gradient = part.grad(&gradients).expect("a gradient");
                gradient.try_into_vec_as::<f32>().expect("read")
            })
            .collect();
        for (at, gradient) in gradient.iter().enumerate() {
            let moved = |by: f32| {
                let mut own = OWN;
                own[at] += by;
                definition(&own, &OTHER)
            };
            let slope = (moved(1e-3) - moved(-1e-3)) / 2e-3;
            assert!(
                (slope - f64::from(*gradient)).abs() < 1e-3 * slope.abs().max(1.0),
                "{at}: {slope} {gradient}"
            );
        }
    }

    #[test]
    fn parallel_weights_cost_nothing_whatever_their_length_and_sign() {
        let double = OWN.map(|value| 2.0 * value);
        let turned = OWN.map(|value| -value);
        assert!(value(&OWN, &double).abs() < 1e-6);
        assert!(value(&OWN, &turned).abs() < 1e-6);
        assert!(value(&OWN, &OTHER) > 0.5);
    }

    #[test]
    fn right_angles_and_zeros_are_finite_with_finite_gradients() {
        let device = Device::flex().autodiff();
        for other in [[0.0, 0.0], [0.0, 2.0]] {
            let own = weights(&device, &[1.0, 0.0]).require_grad();
            let other = weights(&device, &other).require_grad();
            let loss = sharing_loss(vec![(own.clone(), other.clone())]).expect("weights");
            let value: f32 = loss.clone().into_scalar();
            assert!((value - 27.631_02).abs() < 1e-3, "{value}");
            let gradients = loss.backward();
            for tensor in [own, other] {
                let gradient = tensor.grad(&gradients).expect("a gradient");
                let gradient: Vec<f32> = gradient.try_into_vec_as().expect("read");
                assert!(gradient.iter().all(|value| value.is_finite()));
            }
        }
        assert!(sharing_loss(Vec::new()).is_none());
    }
}
