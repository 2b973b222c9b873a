//! The modules: weights, shapes, errors, and the same numbers from burn's own ops.

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::{assert_close, device, floats, random, tensor};
use crate::nn::conv::{
    Conv2dConfig, ConvTranspose2dConfig, Geometry, Init, Initializer, PadMode, Padding, ShapeError,
    conv_transpose2d, conv2d, portable,
};

#[test]
fn weights_have_the_deviation_asked_for_and_biases_are_zero() {
    for (init, deviation) in [
        (Init::default(), 0.02),
        (
            Init::Xavier(0.5),
            0.5 * (2.0f32 / ((64.0 + 32.0) * 9.0)).sqrt(),
        ),
        (Init::Kaiming, (2.0f32 / (64.0 * 9.0)).sqrt()),
    ] {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let device = device();
        let mut initializer = Initializer::new(init, Some(&mut rng), &device, 7);
        let layer = Conv2dConfig::new(64, 32, 3).init(&mut initializer);
        assert_eq!(initializer.next_id(), 9);
        let weights = floats(layer.weight.val());
        let count = weights.len() as f32;
        let mean = weights.iter().sum::<f32>() / count;
        let variance = weights.iter().map(|w| (w - mean).powi(2)).sum::<f32>() / count;
        assert!(mean.abs() < 0.03 * deviation, "{init:?}: mean {mean}");
        assert!(
            (variance.sqrt() / deviation - 1.0).abs() < 0.02,
            "{init:?}: {}",
            variance.sqrt()
        );
        assert_eq!(floats(layer.bias.expect("a bias").val()), [0.0; 32]);
    }
}

#[test]
fn orthogonal_weights_have_rows_or_columns_of_the_gain_at_right_angles() {
    let device = Device::flex();
    let weights = |init: Init, [outputs, inputs]: [usize; 2]| {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        let mut initializer = Initializer::new(init, Some(&mut rng), &device, 1);
        floats(
            Conv2dConfig::new(inputs, outputs, 3)
                .init(&mut initializer)
                .weight
                .val(),
        )
    };
    // Rows of 18, fewer than columns; then columns of 20, fewer than rows.
    for [outputs, inputs] in [[5, 2], [20, 1]] {
        let columns = inputs * 9;
        let found = weights(Init::Orthogonal(0.5), [outputs, inputs]);
        let (count, length) = (outputs.min(columns), outputs.max(columns));
        let vector = |values: &[f32], which: usize| -> Vec<f64> {
            let at = |place: usize| {
                if outputs < columns {
                    which * columns + place
                } else {
                    place * columns + which
                }
            };
            (0..length)
                .map(|place| f64::from(values[at(place)]))
                .collect()
        };
        let product =
            |one: &[f64], two: &[f64]| -> f64 { one.iter().zip(two).map(|(x, y)| x * y).sum() };
        for one in 0..count {
            for two in 0..=one {
                let found = product(&vector(&found, one), &vector(&found, two));
                let expected = if one == two { 0.25 } else { 0.0 };
                assert!((found - expected).abs() < 1e-6, "{one} {two}: {found}");
            }
        }
        // The first has the direction of what was drawn.
        let drawn = vector(&weights(Init::Normal(1.0), [outputs, inputs]), 0);
        let cosine = product(&drawn, &vector(&found, 0)) / (0.5 * product(&drawn, &drawn).sqrt());
        assert!((cosine - 1.0).abs() < 1e-6, "{cosine}");
    }
}

#[test]
fn an_interpolating_start_doubles_a_map_as_linear_interpolation_does() {
    let device = device();
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut initializer = Initializer::new(Init::default(), Some(&mut rng), &device, 1);
    let layer = ConvTranspose2dConfig::new(1, 1, 3)
        .with_stride(2)
        .with_padding(1)
        .with_output_padding(1)
        .with_interpolating_start(true)
        .init(&mut initializer);
    let weights = floats(layer.weight.val());
    let middle = f64::from(weights[4]);
    assert!(middle != 0.0);
    let tent = [0.25, 0.5, 0.25, 0.5, 1.0, 0.5, 0.25, 0.5, 0.25];
    let expected: Vec<f64> = tent.iter().map(|share| share * middle).collect();
    assert_close(&weights, &expected, 1e-6, "weights");
    // A pixel between two is their mean; beyond the last one there is nothing.
    let map = Tensor::from_data([[[[2.0, 4.0], [6.0, 8.0]]]], &device);
    let doubled = floats(layer.forward(map).expect("a size that fits"));
    let expected = [
        [2.0, 3.0, 4.0, 2.0],
        [4.0, 5.0, 6.0, 3.0],
        [6.0, 7.0, 8.0, 4.0],
        [3.0, 3.5, 4.0, 2.0],
    ];
    let expected: Vec<f64> = expected.iter().flatten().map(|v| v * middle).collect();
    assert_close(&doubled, &expected, 1e-6, "map");
}

#[test]
fn scales_of_a_batch_normalization_are_drawn_around_one() {
    let device = device();
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut initializer = Initializer::new(Init::Xavier(0.1), Some(&mut rng), &device, 1);
    let scales = floats(initializer.scale(4000).val());
    let mean = scales.iter().sum::<f32>() / 4000.0;
    let variance = scales
        .iter()
        .map(|scale| (scale - mean).powi(2))
        .sum::<f32>()
        / 4000.0;
    assert!((mean - 1.0).abs() < 0.01 && (variance.sqrt() - 0.1).abs() < 0.005);
}

#[test]
fn the_same_seed_gives_the_same_layer_and_none_gives_zeros() {
    let device = Device::flex();
    let layer = |rng: Option<&mut ChaCha8Rng>| {
        let mut initializer = Initializer::new(Init::default(), rng, &device, 1);
        let config = ConvTranspose2dConfig::new(4, 6, 3).with_bias(false);
        let layer = config.init(&mut initializer);
        assert_eq!(layer.weight.val().dims(), [4, 6, 3, 3]);
        assert!(layer.bias.is_none());
        floats(layer.weight.val())
    };
    let seeded = || layer(Some(&mut ChaCha8Rng::seed_from_u64(5)));
    assert_eq!(seeded(), seeded());
    assert!(layer(None).iter().all(|weight| *weight == 0.0));
}

#[test]
fn shapes_that_cannot_be_are_errors_that_say_why() {
    let device = Device::flex();
    let mut initializer = Initializer::new(Init::default(), None, &device, 1);
    let layer = Conv2dConfig::new(3, 8, 7)
        .with_padding(Padding::reflection(3))
        .init(&mut initializer);
    let error = |shape: [usize; 4]| {
        layer
            .forward(Tensor::zeros(shape, &device))
            .expect_err("no such output")
    };
    assert_eq!(
        error([1, 4, 9, 9]),
        ShapeError::Channels {
            expected: 3,
            found: 4
        }
    );
    assert_eq!(
        error([1, 3, 9, 3]),
        ShapeError::ReflectionTooLarge { amount: 3, size: 3 }
    );
    assert_eq!(
        error([1, 3, 9, 3]).to_string(),
        "reflection padding of 3 pixels needs an image of at least 4 pixels, not 3"
    );
    assert!(matches!(error([0, 3, 9, 9]), ShapeError::Empty { .. }));
    assert_eq!(layer.output_shape([2, 3, 9, 4]), Ok([2, 8, 9, 4]));
    assert!(matches!(
        layer.output_shape([1, 3, 20_000, 20_000]),
        Err(ShapeError::TooLarge(_))
    ));
    let layer = Conv2dConfig::new(3, 8, 4)
        .with_stride(2)
        .init(&mut initializer);
    assert_eq!(
        layer.output_shape([1, 3, 4, 3]),
        Err(ShapeError::KernelTooLarge {
            kernel: 4,
            padded: 3
        })
    );
    let none = Conv2dConfig::new(3, 8, 4)
        .with_stride(0)
        .init(&mut initializer);
    assert_eq!(none.output_shape([1, 3, 4, 4]), Err(ShapeError::Stride));
    let up = ConvTranspose2dConfig::new(8, 4, 3)
        .with_stride(2)
        .with_padding(1)
        .with_output_padding(1);
    assert_eq!(
        up.init(&mut initializer).output_shape([1, 8, 5, 6]),
        Ok([1, 4, 10, 12])
    );
    let up = up.with_output_padding(2).init(&mut initializer);
    let shape = [1, 8, 5, 6];
    assert_eq!(
        up.output_shape(shape),
        Err(ShapeError::OutputPadding {
            output_padding: 2,
            stride: 2
        })
    );
    let up = ConvTranspose2dConfig::new(8, 4, 2)
        .with_padding(1)
        .init(&mut initializer);
    assert_eq!(
        up.output_shape([1, 8, 1, 1]),
        Err(ShapeError::NothingLeft {
            padding: 1,
            size: 2
        })
    );
}

#[test]
fn burns_own_convolutions_agree() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let image = [2, 5, 13, 11];
    for (mode, vertical, horizontal, stride) in [
        (PadMode::Zero, [1, 1], [2, 2], [2, 1]),
        (PadMode::Zero, [0, 1], [2, 3], [1, 2]),
        (PadMode::Reflection, [3, 3], [2, 1], [1, 1]),
        (PadMode::Replicate, [1, 0], [2, 2], [2, 2]),
    ] {
        let padding = Padding {
            mode,
            vertical,
            horizontal,
        };
        let geometry =
            Geometry::convolution(image, [7, 5, 4, 3], stride, padding).expect("it fits");
        let x = tensor(&random(&mut rng, 2 * 5 * 13 * 11), image);
        let weight = tensor(&random(&mut rng, 7 * 5 * 12), [7, 5, 4, 3]);
        let bias = tensor(&random(&mut rng, 7), [7]);
        let ours = conv2d(x.clone(), weight.clone(), Some(bias.clone()), geometry);
        let burns = portable::conv2d(x, weight, Some(bias), &geometry);
        assert_eq!(ours.dims(), burns.dims());
        let burns: Vec<f64> = floats(burns).into_iter().map(f64::from).collect();
        assert_close(&floats(ours), &burns, 2e-6, "convolution");
    }
    for (stride, padding, output_padding) in [([2, 2], [1, 1], [1, 1]), ([3, 1], [0, 1], [2, 0])] {
        let (map, weight) = ([2, 5, 6, 4], [5, 7, 4, 3]);
        let geometry = Geometry::transposed(map, weight, stride, padding, output_padding);
        let geometry = geometry.expect("it fits");
        let x = tensor(&random(&mut rng, 2 * 5 * 6 * 4), map);
        let weight = tensor(&random(&mut rng, 5 * 7 * 12), weight);
        let ours = conv_transpose2d(x.clone(), weight.clone(), None, geometry);
        let burns = portable::conv_transpose2d(x, weight, None, &geometry);
        assert_eq!(ours.dims(), burns.dims());
        let burns: Vec<f64> = floats(burns).into_iter().map(f64::from).collect();
        assert_close(&floats(ours), &burns, 2e-6, "transposed convolution");
    }
}

#[test]
fn the_input_of_a_frozen_layer_gets_the_same_gradient_and_its_weights_get_none() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let device = device();
    let mut initializer = Initializer::new(Init::default(), Some(&mut rng), &device, 1);
    let layer = Conv2dConfig::new(3, 4, 3).init(&mut initializer);
    let x = tensor(&[0.5; 3 * 25], [1, 3, 5, 5]).require_grad();
    let grad = |layer: &super::super::Conv2d| {
        let out = layer.forward(x.clone()).expect("it fits");
        let grads = out.sum().backward();
        (
            floats(x.grad(&grads).expect("a gradient")),
            layer.weight.val().grad(&grads).is_some(),
        )
    };
    use burn::module::Module as _;
    let (tracked, weights) = grad(&layer);
    let (frozen, no_weights) = grad(&layer.clone().no_grad());
    assert!(weights && !no_weights);
    assert_eq!(tracked, frozen);
}
