//! Training, sampling and evaluation; dropout; running statistics.

use burn::module::Module as _;
use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::super::{
    DiscriminatorConfig, GeneratorConfig, Mode, Norm, PixelConfig, ResnetConfig, UnetConfig,
};
use super::fixture::{NetworkConfig, by_name, tensor, values};

fn unet(dropout: bool) -> NetworkConfig {
    NetworkConfig::Generator(GeneratorConfig::Unet(UnetConfig {
        filters: 1,
        levels: 6,
        dropout,
        ..UnetConfig::default()
    }))
}

#[test]
fn dropout_is_drawn_from_the_generator_handed_in() {
    let device = Device::flex();
    let network = unet(true).drawn(&device);
    let image = || tensor("image", [1, 3, 64, 64], &device);
    let sampled = |seed| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        values(network.forward(image(), &mut Mode::sample(&mut rng)))
    };
    assert_eq!(sampled(1), sampled(1));
    assert_ne!(sampled(1), sampled(2));
    let without = values(network.forward(image(), &mut Mode::train_without_dropout()));
    assert_ne!(sampled(1), without);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let network = unet(false).drawn(&device);
    let plain = values(network.forward(image(), &mut Mode::sample(&mut rng)));
    assert_eq!(rng, ChaCha8Rng::seed_from_u64(1), "nothing was drawn");
    assert_eq!(plain, without);
}

#[test]
fn dropout_keeps_and_doubles_half_of_the_values() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let ones = Tensor::<4>::ones([2, 3, 41, 37], &Device::flex());
    let dropped = values(Mode::train(&mut rng).dropout(ones.clone()));
    let kept = dropped.iter().filter(|value| **value == 2.0).count();
    assert!(dropped.iter().all(|value| *value == 0.0 || *value == 2.0));
    // Of 9102 values, within four standard deviations.
    assert!((4360..=4742).contains(&kept), "{kept}");
    assert_eq!(values(Mode::eval().dropout(ones.clone())), values(ones));
}

#[test]
fn running_statistics_are_remembered_in_training_and_used_in_evaluation() {
    let config = NetworkConfig::Discriminator(DiscriminatorConfig::Pixel(PixelConfig {
        filters: 2,
        norm: Norm::Batch,
        ..PixelConfig::default()
    }));
    let device = Device::flex().autodiff();
    let network = config.drawn(&device);
    let shared = network.clone().no_grad();
    let kept = network.valid();
    let running = |network: &super::fixture::Network| {
        let all = by_name(network, &config.tensors(), None);
        all["net.3.running_mean"].0.clone()
    };
    let before = running(&network);
    let image = || tensor("image", [2, 3, 4, 6], &device);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let _ = network.forward(image(), &mut Mode::sample(&mut rng));
    let evaluated = values(network.forward(image(), &mut Mode::eval()));
    assert_eq!(
        running(&network),
        before,
        "neither sampling nor evaluation remembers"
    );
    let _ = network.forward(image(), &mut Mode::train(&mut rng));
    assert_ne!(running(&network), before);
    assert_eq!(running(&shared), running(&network), "clones share them");
    assert_eq!(running(&kept), before, "a validation copy has its own");
    assert_ne!(
        values(network.forward(image(), &mut Mode::eval())),
        evaluated
    );
    let plain = tensor("image", [2, 3, 4, 6], &Device::flex());
    assert_eq!(values(kept.forward(plain, &mut Mode::eval())), evaluated);
}

#[test]
fn residual_dropout_changes_training_alone() {
    let device = Device::flex();
    let config = NetworkConfig::Generator(GeneratorConfig::Resnet(ResnetConfig {
        filters: 2,
        blocks: 1,
        dropout: true,
        ..ResnetConfig::default()
    }));
    let network = config.drawn(&device);
    let image = || tensor("image", [1, 3, 8, 8], &device);
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let trained = values(network.forward(image(), &mut Mode::train(&mut rng)));
    let evaluated = values(network.forward(image(), &mut Mode::eval()));
    assert_ne!(trained, evaluated);
    assert_eq!(
        evaluated,
        values(network.forward(image(), &mut Mode::eval()))
    );
}
