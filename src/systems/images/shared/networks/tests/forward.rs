//! Forward and backward passes, losses and Adam.

use burn::tensor::Device;

use super::super::Mode;
use super::fixture::{
    Case, Network, NetworkConfig, assert_close, by_name, drawn, fixture, tensor, values,
};
use crate::nn::optim::Adam;
use crate::nn::software_gpu;
use crate::systems::images::shared::losses::{GanLoss, Target, l1};

fn mode(case: &Case) -> Mode<'static> {
    if case.train {
        Mode::train_without_dropout()
    } else {
        Mode::eval()
    }
}

#[test]
fn forward_passes_equal_pytorch() {
    for case in fixture().cases {
        let network = case.config.drawn(&Device::flex());
        let image = tensor("image", case.input_shape, &Device::flex());
        let output = network.forward(image, &mut mode(&case));
        assert_eq!(output.dims(), case.output_shape);
        let what = format!("{:?}", case.config);
        assert_close(&values(output), &case.output, 1e-4, &what);
        let after = by_name(&network, &case.config.tensors(), None);
        for (name, running) in &case.running {
            assert_close(&after[name].0, running, 1e-4, &format!("{what} {name}"));
        }
    }
}

#[test]
fn gradients_equal_pytorch() {
    for case in fixture().cases {
        let device = Device::flex().autodiff();
        let network = case.config.drawn(&device);
        let image = tensor("image", case.input_shape, &device).require_grad();
        let output = network.forward(image.clone(), &mut mode(&case));
        let probe = tensor("probe", case.output_shape, &device);
        let gradients = (output * probe).sum().backward();
        let mut found = by_name(&network, &case.config.tensors(), Some(&gradients));
        let of_image = image.grad(&gradients).map(values);
        found.insert("image".to_owned(), (Vec::new(), of_image));
        for (name, [along, length]) in &case.gradients {
            let gradient = found[name].1.as_ref().expect("a gradient");
            let probe = drawn("along", &[gradient.len()]);
            let products = gradient.iter().zip(&probe);
            let product: f64 = products.map(|(one, two)| f64::from(one * two)).sum();
            let square: f64 = gradient.iter().map(|value| f64::from(value * value)).sum();
            let what = format!("{:?} {name}", case.config);
            // Rounding in biases before a normalization, whose true gradient is 0, is not theirs.
            let tolerance = 2e-3 * length.max(0.1);
            assert!(
                (square.sqrt() - length).abs() < tolerance,
                "{what}: {}, not {length}",
                square.sqrt()
            );
            assert!(
                (product - along).abs() < tolerance,
                "{what}: {product}, not {along}"
            );
        }
    }
}

#[test]
fn losses_equal_pytorch() {
    let fixture = fixture();
    let device = Device::flex().autodiff();
    for (name, expected) in &fixture.losses {
        let scores = tensor("scores", [2, 1, 3, 4], &device)
            .mul_scalar(3.0)
            .detach()
            .require_grad();
        let loss = match name.as_str() {
            "least_squares_real" => GanLoss::LeastSquares.loss(scores.clone(), Target::Real),
            "least_squares_fake" => GanLoss::LeastSquares.loss(scores.clone(), Target::Fake),
            "vanilla_real" => GanLoss::Vanilla.loss(scores.clone(), Target::Real),
            "vanilla_fake" => GanLoss::Vanilla.loss(scores.clone(), Target::Fake),
            _ => l1(scores.clone(), tensor("other", [2, 1, 3, 4], &device)),
        };
        let gradients = loss.backward();
        assert_close(&values(loss), &[expected.loss], 1e-6, name);
        let gradient = values(scores.grad(&gradients).expect("a gradient"));
        assert_close(&gradient, &expected.gradient, 1e-6, name);
    }
    assert_eq!(fixture.losses.len(), 5);
}

#[test]
fn steps_of_adam_equal_pytorch() {
    let expected = fixture().adam;
    let device = Device::flex().autodiff();
    let mut network = expected.config.drawn(&device);
    let image = tensor("image", [1, 3, 4, 6], &device);
    let mut adam = Adam::new(0.5);
    for _ in 0..3 {
        let output = network.forward(image.clone(), &mut Mode::train_without_dropout());
        let mut gradients = output.square().mean().backward();
        network = adam.step(network, &mut gradients, 0.01);
    }
    let found = by_name(&network, &expected.config.tensors(), None);
    assert_eq!(found.len(), expected.weights.len());
    for (name, weights) in &expected.weights {
        // The bias before the normalization has no gradient but rounding, of which Adam makes whole steps.
        if name != "net.2.bias" {
            assert_close(&found[name].0, weights, 2e-5, name);
        }
    }
}

#[test]
fn names_shapes_and_counts_equal_pytorch() {
    let fixture = fixture();
    for case in &fixture.cases {
        let found = case.config.tensors();
        let found = found.into_iter().map(|spec| (spec.name, spec.shape));
        assert_eq!(
            found.collect::<std::collections::BTreeMap<_, _>>(),
            case.tensors
        );
    }
    let counts: Vec<usize> = fixture
        .counts
        .iter()
        .map(|count| count.parameters)
        .collect();
    // As published: ResNet of 9 and of 6 blocks, PatchGAN, conditional PatchGAN with batch normalization, and the U-Net's 54.414 million.
    for published in [11_378_179, 7_837_699, 2_764_737, 2_768_705, 54_413_955] {
        assert!(counts.contains(&published), "{published}");
    }
    for count in fixture.counts {
        assert_eq!(
            count.config.parameters(),
            count.parameters,
            "{:?}",
            count.config
        );
    }
}

#[test]
#[ignore = "a software GPU takes minutes to compile the kernels"]
fn a_gpu_computes_what_the_cpu_does() {
    let Some(gpu) = software_gpu() else {
        return;
    };
    let run = |config: &NetworkConfig, shape: [usize; 4], device: &Device| {
        let device = device.clone().autodiff();
        let network: Network = config.drawn(&device);
        let image = tensor("image", shape, &device).require_grad();
        let output = network.forward(image.clone(), &mut Mode::train_without_dropout());
        let probe = tensor("probe", output.dims(), &device);
        let mut gradients = (output.clone() * probe).sum().backward();
        let of_image = values(image.grad(&gradients).expect("a gradient"));
        let network = Adam::new(0.5).step(network, &mut gradients, 1e-3);
        let weights = by_name(&network, &config.tensors(), None);
        (values(output), of_image, weights)
    };
    let doubles = |values: &[f32]| {
        values
            .iter()
            .map(|value| f64::from(*value))
            .collect::<Vec<_>>()
    };
    // A generator with batch normalization, whose convolutions have no bias: every gradient is more than rounding.
    let cases = fixture().cases;
    for case in [&cases[1], &cases[4]] {
        let (output, of_image, weights) = run(&case.config, case.input_shape, &gpu);
        let (on_cpu, image_on_cpu, weights_on_cpu) =
            run(&case.config, case.input_shape, &Device::flex());
        assert_close(&output, &doubles(&on_cpu), 1e-3, "output");
        assert_close(&of_image, &doubles(&image_on_cpu), 1e-2, "gradient");
        for (name, (values, _)) in &weights {
            // A step is no longer than the rate, so that two differ by no more than twice it; of most weights by much less.
            assert_close(values, &doubles(&weights_on_cpu[name].0), 2.1e-3, name);
        }
    }
}
