//! Sizes that networks take, and what they cost.

use super::super::{
    Architecture as _, DiscriminatorConfig, GeneratorConfig, Norm, PatchConfig, PixelConfig,
    ResnetConfig, UnetConfig,
};
use crate::nn::conv::ShapeError;

const RESNET: fn() -> GeneratorConfig = || GeneratorConfig::Resnet(ResnetConfig::default());
const UNET: fn() -> GeneratorConfig = || GeneratorConfig::Unet(UnetConfig::default());

#[test]
fn sizes_that_do_not_fit_name_the_nearest_that_do() {
    assert_eq!(RESNET().check_size(96, 72), Ok(()));
    assert_eq!(RESNET().check_size(8, 8), Ok(()));
    let message = |result: Result<(), ShapeError>| result.expect_err("it doesn't fit").to_string();
    assert_eq!(
        message(RESNET().check_size(97, 72)),
        "the network takes widths and heights that are multiples of 4, at least 8, not 97 × 72; use 96 × 72 or 100 × 72"
    );
    assert!(message(RESNET().check_size(3, 70)).ends_with("use 8 × 68 or 8 × 72"));
    assert_eq!(UNET().check_size(512, 256), Ok(()));
    assert!(message(UNET().check_size(160, 120)).ends_with("use 256 × 256"));
    let levels = |levels| {
        GeneratorConfig::Unet(UnetConfig {
            levels,
            ..UnetConfig::default()
        })
    };
    assert_eq!(levels(1).check_size(256, 256), Err(ShapeError::Levels(1)));
    assert_eq!(levels(64).check_size(256, 256), Err(ShapeError::Levels(64)));
    assert_eq!(levels(3).check_size(24, 16), Ok(()));
}

#[test]
fn a_discriminator_says_when_pictures_are_too_small_for_its_layers() {
    let patch = |layers, norm| {
        DiscriminatorConfig::Patch(PatchConfig {
            layers,
            norm,
            ..PatchConfig::default()
        })
    };
    assert_eq!(patch(3, Norm::Instance).check_size(70, 70), Ok(()));
    assert_eq!(patch(3, Norm::Instance).check_size(24, 24), Ok(()));
    assert!(matches!(
        patch(3, Norm::Instance).check_size(16, 16),
        Err(ShapeError::OnePixel | ShapeError::KernelTooLarge { .. })
    ));
    assert!(matches!(
        patch(6, Norm::Instance).check_size(70, 70),
        Err(ShapeError::OnePixel | ShapeError::KernelTooLarge { .. })
    ));
    let pixel = DiscriminatorConfig::Pixel(PixelConfig::default());
    assert_eq!(pixel.check_size(3, 5), Ok(()));
}

/// Layer by layer: outputs times inputs times places of the kernel.
#[test]
fn operations_are_those_of_the_convolutions() {
    let macs = 49.0 * 3.0 * 64.0 * 65_536.0 * 2.0
        + 9.0 * 64.0 * 128.0 * 16_384.0 * 2.0
        + 9.0 * 128.0 * 256.0 * 4096.0 * 2.0
        + 18.0 * 9.0 * 65_536.0 * 4096.0;
    let cost = RESNET().cost(1, 256, 256, false).expect("it fits");
    let ratio = cost.operations / (2.0 * macs);
    assert!((1.0..1.02).contains(&ratio), "{ratio}");
    let twice = RESNET().cost(2, 256, 256, false).expect("it fits");
    assert!((twice.operations / cost.operations - 2.0).abs() < 1e-9);
    assert!((twice.kept / cost.kept - 2.0).abs() < 1e-9);
}

#[test]
fn memory_counts_every_map_that_is_kept_and_the_most_at_once_that_is_not() {
    let pixel = PixelConfig {
        inputs: 3,
        filters: 4,
        norm: Norm::Instance,
    };
    let cost = DiscriminatorConfig::Pixel(pixel).cost(1, 10, 8);
    let cost = cost.expect("it fits");
    // Four maps of 4 or 8 channels, and the scores; at the widest 8 channels in and out.
    assert_eq!(cost.kept, 4.0 * 80.0 * (4.0 + 4.0 + 8.0 + 8.0 + 1.0));
    assert_eq!(cost.working, 4.0 * 80.0 * 16.0);
    let resnet = RESNET().cost(1, 256, 256, false).expect("it fits");
    // Two maps of 64 channels at full size are the most that is needed at once.
    assert_eq!(resnet.working, 4.0 * 65_536.0 * 128.0);
    let unet = UNET().cost(1, 256, 256, false).expect("it fits");
    assert!(unet.working < unet.kept);
}
