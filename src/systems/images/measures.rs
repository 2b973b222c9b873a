//! The measures of systems that translate images.
//!
//! Losses end in `_a` for the direction A → B and in `_b` for B → A, as in the official code of CycleGAN: D_A judges images of B.

use crate::record::{Basis, Better, Measure, Measures, PROGRESS, Part, Role};

const GENERATOR: &str = "Generator";
const DISCRIMINATORS: &str = "Discriminators";
const CYCLE: &str = "Cycle";
const IDENTITY: &str = "Identity";
const QUALITY: &str = "Quality";

const DOMAINS: &[Part] = &[Part::new("a", "A"), Part::new("b", "B")];
/// Translations, and what they are compared with: pictures left as they are, and real pictures of the other domain.
const TRANSLATIONS: &[Part] = &[
    Part::new("fake_b", "A → B"),
    Part::new("fake_a", "B → A"),
    Part::with_role("identity_b", "A untranslated", Role::Reference),
    Part::with_role("identity_a", "B untranslated", Role::Reference),
    Part::with_role("real_b", "real B", Role::Reference),
    Part::with_role("real_a", "real A", Role::Reference),
];

const fn quality(name: &'static str, label: &'static str, better: Better) -> Measure {
    Measure::new(name, label, better)
        .group(QUALITY)
        .on(Basis::Test)
        .parts(TRANSLATIONS)
}

/// Of CycleGAN, pix2pix and AugGAN; each records some of them.
pub(super) const MEASURES: Measures = Measures {
    all: &[
        Measure::new("loss/generator", "Generator loss", Better::Neither)
            .objective()
            .group(GENERATOR),
        Measure::new("loss/gan_*", "Adversarial loss", Better::Neither)
            .objective()
            .group(GENERATOR)
            .parts(DOMAINS),
        Measure::loss("loss/l1", "L1 loss").group(GENERATOR),
        Measure::loss("loss/segmentation_*", "Segmentation loss")
            .group(GENERATOR)
            .parts(DOMAINS),
        Measure::loss("loss/consistency_*", "Consistency loss")
            .group(GENERATOR)
            .parts(DOMAINS),
        Measure::loss("loss/sharing_*", "Weight-sharing loss")
            .group(GENERATOR)
            .parts(DOMAINS),
        Measure::new(
            "loss/discriminator_*",
            "Discriminator loss",
            Better::Neither,
        )
        .objective()
        .group(DISCRIMINATORS)
        .parts(DOMAINS),
        Measure::new("discriminator_*", "Discriminator accuracy", Better::Neither)
            .group(DISCRIMINATORS)
            .parts(&[
                Part::new("a/accuracy_real", "A, real"),
                Part::new("a/accuracy_fake", "A, fake"),
                Part::new("b/accuracy_real", "B, real"),
                Part::new("b/accuracy_fake", "B, fake"),
            ]),
        Measure::loss("loss/cycle_*", "Cycle loss")
            .group(CYCLE)
            .parts(DOMAINS),
        Measure::loss("loss/identity_*", "Identity loss")
            .group(IDENTITY)
            .parts(DOMAINS),
        quality("*/fcn_miou", "FCN mIoU", Better::Higher),
        quality("*/fcn_pixel_accuracy", "FCN pixel accuracy", Better::Higher),
        quality("*/fcn_class_accuracy", "FCN class accuracy", Better::Higher),
        quality("*/kernel_distance", "Kernel distance", Better::Lower),
        quality("*/frechet_distance", "Fréchet distance", Better::Lower),
        quality("*/edge_f1", "Edge F1", Better::Higher),
        quality("*/ssim", "SSIM", Better::Higher),
        quality("*/luminance_distance", "Luminance distance", Better::Lower).unit("gray levels"),
        quality("*/variance", "Variance, relative to real", Better::Neither),
        quality(
            "*/checkerboard",
            "Highest frequencies, relative to real",
            Better::Neither,
        ),
        quality("*/pair_l1", "L1 distance to the pair", Better::Lower),
        quality("*/pair_psnr", "PSNR with the pair", Better::Higher).unit("dB"),
        quality("*/pair_ssim", "SSIM with the pair", Better::Higher),
        Measure::new("cycle_*/psnr", "Cycle PSNR", Better::Higher)
            .unit("dB")
            .group(QUALITY)
            .on(Basis::Test)
            .parts(DOMAINS),
        Measure::new("cycle_*/ssim", "Cycle SSIM", Better::Higher)
            .group(QUALITY)
            .on(Basis::Test)
            .parts(DOMAINS),
        Measure::new(
            "augmentation/*",
            "Usefulness for segmentation, mIoU",
            Better::Higher,
        )
        .group(QUALITY)
        .on(Basis::Test)
        .parts(&[
            Part::new("a", "A"),
            Part::new("a_and_translated", "A and translated"),
            Part::new("b_and_translated", "B and translated"),
            Part::new("translated", "translated alone"),
            Part::new("b", "B"),
        ]),
        Measure::new("train/learning_rate", "Learning rate", Better::Neither).group(PROGRESS),
    ],
    main: &[
        "fake_b/fcn_miou",
        "fake_a/fcn_miou",
        "fake_b/kernel_distance",
        "fake_a/kernel_distance",
        "loss/cycle_a",
        "loss/l1",
    ],
};
