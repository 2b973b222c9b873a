//! The losses of adversarial translation.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Target scores of a discriminator and of its generator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GanLoss {
    /// Squared distance of the scores from 1 for real and 0 for fake (Mao et al. 2017).
    #[default]
    LeastSquares,
    /// Cross entropy of the scores as logits (Goodfellow et al. 2014).
    Vanilla,
}

/// The target of scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The scores should say "real".
    Real,
    /// The scores should say "fake".
    Fake,
}

impl GanLoss {
    /// The mean over all scores, of any shape.
    #[must_use]
    pub fn loss<const D: usize>(self, scores: Tensor<D>, target: Target) -> Tensor<1> {
        match (self, target) {
            (Self::LeastSquares, Target::Real) => scores.sub_scalar(1.0).square().mean(),
            (Self::LeastSquares, Target::Fake) => scores.square().mean(),
            (Self::Vanilla, Target::Real) => log_sigmoid(scores).mean().neg(),
            (Self::Vanilla, Target::Fake) => log_sigmoid(scores.neg()).mean().neg(),
        }
    }

    /// The discriminator's: the mean of its losses on real and on fake images.
    #[must_use]
    pub fn discriminator<const D: usize>(self, real: Tensor<D>, fake: Tensor<D>) -> Tensor<1> {
        let sum = self.loss(real, Target::Real) + self.loss(fake, Target::Fake);
        sum.mul_scalar(0.5)
    }

    /// The score above which an image is taken for real.
    #[must_use]
    pub fn threshold(self) -> f32 {
        match self {
            Self::LeastSquares => 0.5,
            Self::Vanilla => 0.0,
        }
    }

    /// The part of the scores, in [0, 1], on the right side of the threshold, off the tape.
    #[must_use]
    pub fn accuracy<const D: usize>(self, scores: Tensor<D>, target: Target) -> Tensor<1> {
        let scores = scores.without_autodiff();
        let right = match target {
            Target::Real => scores.greater_scalar(self.threshold()),
            Target::Fake => scores.lower_equal_scalar(self.threshold()),
        };
        right.float().mean()
    }
}

/// Mean absolute difference. Both of one shape.
#[must_use]
pub fn l1<const D: usize>(one: Tensor<D>, other: Tensor<D>) -> Tensor<1> {
    (one - other).abs().mean()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    const SCORES: [f64; 6] = [-3.0, -0.4, 0.2, 0.7, 1.3, 4.0];

    fn tensor(values: &[f64]) -> Tensor<4> {
        let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
        let shape = [1, 1, 2, values.len() / 2];
        Tensor::from_data(TensorData::new(values, shape), &Device::flex().autodiff())
    }

    fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
        let values = tensor.try_into_vec_as::<f32>().expect("on the CPU");
        values.into_iter().map(f64::from).collect()
    }

    /// The definitions, in double precision.
    fn definition(gan: GanLoss, scores: &[f64], target: Target) -> f64 {
        let label = if target == Target::Real { 1.0 } else { 0.0 };
        let each = scores.iter().map(|score| match gan {
            GanLoss::LeastSquares => (score - label).powi(2),
            GanLoss::Vanilla => {
                let probability = 1.0 / (1.0 + (-score).exp());
                -(label * probability.ln() + (1.0 - label) * (1.0 - probability).ln())
            }
        });
        each.sum::<f64>() / scores.len() as f64
    }

    #[test]
    fn losses_equal_their_definitions_and_gradients_finite_differences() {
        for gan in [GanLoss::LeastSquares, GanLoss::Vanilla] {
            for target in [Target::Real, Target::Fake] {
                let scores = tensor(&SCORES).require_grad();
                let loss = gan.loss(scores.clone(), target);
                let gradients = loss.backward();
                let found = floats(loss)[0];
                let expected = definition(gan, &SCORES, target);
                assert!(
                    (found - expected).abs() < 1e-6,
                    "{gan:?} {target:?}: {found}"
                );
                let gradient = floats(scores.grad(&gradients).expect("a gradient"));
                for (at, gradient) in gradient.iter().enumerate() {
                    let shifted = |shift: f64| {
                        let mut scores = SCORES;
                        scores[at] += shift;
                        definition(gan, &scores, target)
                    };
                    let slope = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
                    assert!(
                        (gradient - slope).abs() < 1e-6,
                        "{gan:?} {target:?}: {gradient}, {slope}"
                    );
                }
            }
        }
    }

    #[test]
    fn logits_too_large_for_an_exponential_stay_finite() {
        let scores = tensor(&[200.0, -200.0]).require_grad();
        let loss = GanLoss::Vanilla.loss(scores.clone(), Target::Real);
        let gradients = loss.backward();
        assert_eq!(floats(loss), [100.0]);
        assert_eq!(
            floats(scores.grad(&gradients).expect("a gradient")),
            [0.0, -0.5]
        );
    }

    #[test]
    fn a_discriminator_is_told_the_mean_of_real_and_fake() {
        for gan in [GanLoss::LeastSquares, GanLoss::Vanilla] {
            let fake: Vec<f64> = SCORES.iter().map(|score| 0.5 - score).collect();
            let loss = gan.discriminator(tensor(&SCORES), tensor(&fake));
            let expected = 0.5
                * (definition(gan, &SCORES, Target::Real) + definition(gan, &fake, Target::Fake));
            assert!((floats(loss)[0] - expected).abs() < 1e-6);
        }
        let accuracy =
            |gan: GanLoss, target| floats(gan.accuracy(tensor(&[0.4, 0.6, -0.1, 2.0]), target))[0];
        assert_eq!(accuracy(GanLoss::LeastSquares, Target::Real), 0.5);
        assert_eq!(accuracy(GanLoss::Vanilla, Target::Real), 0.75);
        assert_eq!(accuracy(GanLoss::Vanilla, Target::Fake), 0.25);
    }

    #[test]
    fn l1_is_the_mean_distance_and_its_gradient_the_sign() {
        let one = tensor(&[1.0, -2.0, 0.5, 0.0]).require_grad();
        let loss = l1(one.clone(), tensor(&[0.0, 1.0, 0.25, 4.0]));
        let gradients = loss.backward();
        assert_eq!(floats(loss), [(1.0 + 3.0 + 0.25 + 4.0) / 4.0]);
        let gradient = floats(one.grad(&gradients).expect("a gradient"));
        assert_eq!(gradient, [0.25, -0.25, 0.25, -0.25]);
    }
}
