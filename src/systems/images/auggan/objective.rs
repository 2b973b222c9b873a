//! Losses of the networks of both domains for one batch.

use burn::module::Module as _;
use burn::tensor::Tensor;

use super::network::DomainNetworks;
use super::segmentation::{SegmentationWeights, Truth};
use super::sharing::sharing_loss;
use crate::nn::conv::ShapeError;
use crate::systems::images::shared::losses::{GanLoss, Target, l1};
use crate::systems::images::shared::networks::{Mode, Network, Passed, TranslationNetwork as _};
use crate::systems::images::shared::together::{same_size, together};
use crate::systems::images::shared::{StepScalar, scalars as named};

/// Weights of the terms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lambdas {
    /// Of A → B → A.
    pub(super) cycle_a: f64,
    /// Of B → A → B.
    pub(super) cycle_b: f64,
    /// Over the weight of the cycle; 0 leaves the identity loss out.
    pub(super) identity: f64,
    /// 0 leaves the segmentation loss out, and with it the parsing networks.
    pub(super) segmentation: f64,
    /// Of the semantic consistency of translations; 0 leaves it out.
    pub(super) consistency: f64,
    /// Within the segmentation loss and the consistency.
    pub(super) terms: SegmentationWeights,
    pub(super) sharing: f64,
}

/// Images of both domains with their masks.
#[derive(Debug)]
pub(super) struct Given {
    /// [n, 3, height, width].
    pub(super) a: Tensor<4>,
    pub(super) b: Tensor<4>,
    /// Of A's images, if they have masks with a pixel that counts.
    pub(super) truth_a: Option<Truth>,
    pub(super) truth_b: Option<Truth>,
}

/// Losses of the translators, and their outputs.
#[derive(Debug)]
pub(super) struct Descent {
    /// L_full, [1].
    pub(super) total: Tensor<1>,
    /// The terms before they are weighed, and the total.
    pub(super) scalars: Vec<StepScalar>,
    /// [n, 3, height, width], on the tape.
    pub(super) fake_a: Tensor<4>,
    /// Likewise.
    pub(super) fake_b: Tensor<4>,
}

/// A sum of terms with weights, and the record of them.
struct Sum {
    total: Tensor<1>,
    scalars: Vec<StepScalar>,
}

impl Sum {
    fn add(&mut self, name: &'static str, weight: f64, term: Tensor<1>) {
        self.scalars.push(StepScalar::new(name, term.clone()));
        if weight > 0.0 {
            self.total = self.total.clone() + term.mul_scalar(weight);
        }
    }
}

/// L_full of the networks of both domains, without the part of the discriminators, whose weights get no gradients if they are frozen.
///
/// networks: of A, which translate A → B, and of B; discriminators: D_A, which judges images of B, and D_B.
/// A domain without masks has no segmentation loss and, since nothing tells its parsing network what is right, no sharing loss either; nor is
/// the consistency of translations into it known.
///
/// # Errors
/// If the size of the images does not suit.
pub(super) fn descent(
    networks: &[DomainNetworks],
    discriminators: &[Network],
    given: Given,
    gan: GanLoss,
    lambdas: &Lambdas,
    mode: &mut Mode<'_>,
) -> Result<Descent, ShapeError> {
    let (of_a, of_b) = (&networks[0], &networks[1]);
    let Given {
        a,
        b,
        truth_a,
        truth_b,
    } = given;
    let parses = lambdas.segmentation > 0.0;
    let parse_a = parses && truth_a.is_some();
    let parse_b = parses && truth_b.is_some();
    let other = |images: &Tensor<4>| (lambdas.identity > 0.0).then(|| images.clone());
    let (forth, same_b) = translated(of_a, a.clone(), other(&b), parse_a, mode)?;
    let (back, same_a) = translated(of_b, b.clone(), other(&a), parse_b, mode)?;
    let (fake_b, fake_a) = (forth.image, back.image);
    let gan_a = gan.loss(
        discriminators[0].forward(fake_b.clone(), mode)?,
        Target::Real,
    );
    let gan_b = gan.loss(
        discriminators[1].forward(fake_a.clone(), mode)?,
        Target::Real,
    );
    let mut sum = Sum {
        total: gan_a.clone() + gan_b.clone(),
        scalars: vec![
            StepScalar::new(named::GAN_A, gan_a),
            StepScalar::new(named::GAN_B, gan_b),
        ],
    };
    if lambdas.cycle_a > 0.0 {
        let again = of_b.translate(fake_b.clone(), mode)?;
        sum.add(named::CYCLE_A, lambdas.cycle_a, l1(again, a.clone()));
    }
    if lambdas.cycle_b > 0.0 {
        let again = of_a.translate(fake_a.clone(), mode)?;
        sum.add(named::CYCLE_B, lambdas.cycle_b, l1(again, b.clone()));
    }
    if parses && lambdas.consistency > 0.0 {
        for (name, judge, fake, truth) in [
            (named::CONSISTENCY_A, of_b, &fake_b, &truth_a),
            (named::CONSISTENCY_B, of_a, &fake_a, &truth_b),
        ] {
            let Some(truth) = truth else { continue };
            // Held fixed: a parsing network that learned here would find things by what the translator leaves for it, not by what they look like.
            let judge = judge.clone().no_grad();
            if let Some(logits) = judge.parse(fake.clone(), mode)? {
                let loss = truth.loss(logits, lambdas.terms);
                sum.add(name, lambdas.consistency, loss);
            }
        }
    }
    for (name, logits, truth) in [
        (named::SEGMENTATION_A, forth.logits, truth_a),
        (named::SEGMENTATION_B, back.logits, truth_b),
    ] {
        if let (Some(logits), Some(truth)) = (logits, truth) {
            let loss = truth.loss(logits, lambdas.terms);
            sum.add(name, lambdas.segmentation, loss);
        }
    }
    for (name, networks) in [(named::SHARING_A, of_a), (named::SHARING_B, of_b)] {
        if let Some(loss) = sharing_loss(networks.soft_shared()) {
            sum.add(name, lambdas.sharing, loss);
        }
    }
    // Weighed and named as the official code of CycleGAN does it: the identity of B belongs to what translates to B.
    for (name, lambda, same, original) in [
        (named::IDENTITY_A, lambdas.cycle_b, same_b, b),
        (named::IDENTITY_B, lambdas.cycle_a, same_a, a),
    ] {
        if let Some(same) = same {
            sum.add(name, lambdas.identity * lambda, l1(same, original));
        }
    }
    let Sum { total, mut scalars } = sum;
    scalars.push(StepScalar::new(named::GENERATOR, total.clone()));
    Ok(Descent {
        total,
        scalars,
        fake_a,
        fake_b,
    })
}

/// Images of a network's own domain translated, and parsed if asked to; and those of the other one, if there are any, which it should leave
/// as they are.
fn translated(
    networks: &DomainNetworks,
    own: Tensor<4>,
    other: Option<Tensor<4>>,
    parse: bool,
    mode: &mut Mode<'_>,
) -> Result<(Passed, Option<Tensor<4>>), ShapeError> {
    let Some(other) = other else {
        return Ok((networks.pass(own, parse, mode)?, None));
    };
    if networks.treats_images_apart() && same_size(&own, &other) {
        let (passed, same) = networks.pass_and_translate(own, other, parse, mode)?;
        return Ok((passed, Some(same)));
    }
    let passed = networks.pass(own, parse, mode)?;
    Ok((passed, Some(networks.translate(other, mode)?)))
}

/// An image of a domain and a translated one, off the tape.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) real: Tensor<4>,
    pub(super) fake: Tensor<4>,
}

/// The sum of the losses of D_A and D_B: for each the mean of those on real and on fake images. `of_a`: images of A; `apart`: whether
/// discriminators treat each image of a batch for itself.
///
/// # Errors
/// If the size of the images does not suit.
pub(super) fn discriminator_loss(
    discriminators: &[Network],
    of_a: Shown,
    of_b: Shown,
    gan: GanLoss,
    apart: bool,
    mode: &mut Mode<'_>,
) -> Result<(Tensor<1>, Vec<StepScalar>), ShapeError> {
    let mut scalars = Vec::with_capacity(6);
    let mut score = |discriminator: &Network, shown: Shown, names: [&'static str; 3]| {
        let Shown { real, fake } = shown;
        let [real, fake] = if apart && same_size(&real, &fake) {
            together(real, fake, |x| discriminator.forward(x, mode))?
        } else {
            let real = discriminator.forward(real, mode)?;
            [real, discriminator.forward(fake, mode)?]
        };
        let right = [
            gan.accuracy(real.clone(), Target::Real),
            gan.accuracy(fake.clone(), Target::Fake),
        ];
        let loss = gan.discriminator(real, fake);
        let values = std::iter::once(loss.clone()).chain(right);
        let noted = names.into_iter().zip(values);
        scalars.extend(noted.map(|(name, value)| StepScalar::new(name, value)));
        Ok(loss)
    };
    let names = [
        named::DISCRIMINATOR_A,
        named::ACCURACY_REAL_A,
        named::ACCURACY_FAKE_A,
    ];
    let loss_a = score(&discriminators[0], of_b, names)?;
    let names = [
        named::DISCRIMINATOR_B,
        named::ACCURACY_REAL_B,
        named::ACCURACY_FAKE_B,
    ];
    let loss_b = score(&discriminators[1], of_a, names)?;
    Ok((loss_a + loss_b, scalars))
}
