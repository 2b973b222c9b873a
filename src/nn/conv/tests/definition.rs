//! Forward and backward of every kernel against the sums of the definition, in double precision.

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::{assert_close, floats, random, tensor};
use crate::nn::conv::{Geometry, PadMode, Padding, ShapeError, conv_transpose2d, conv2d};

/// A convolution or a transposed one with random values.
#[derive(Debug)]
struct Case {
    geometry: Geometry,
    transposed: bool,
    input: Vec<f32>,
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    /// The gradient of the output.
    grad: Vec<f32>,
}

/// Output and gradients of input, weights and bias.
struct Results<T> {
    out: Vec<T>,
    input: Vec<T>,
    weight: Vec<T>,
    bias: Vec<T>,
}

impl Case {
    fn new(geometry: Geometry, transposed: bool, bias: bool, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (image, map) = (geometry.image_shape(), geometry.map_shape());
        let (input, out) = if transposed {
            (map, image)
        } else {
            (image, map)
        };
        let mut values = |shape: [usize; 4]| random(&mut rng, shape.iter().product());
        Self {
            geometry,
            transposed,
            input: values(input),
            weight: values(geometry.weight_shape()),
            bias: bias.then(|| values([out[1], 1, 1, 1])),
            grad: values(out),
        }
    }

    fn shapes(&self) -> ([usize; 4], [usize; 4]) {
        let (image, map) = (self.geometry.image_shape(), self.geometry.map_shape());
        if self.transposed {
            (map, image)
        } else {
            (image, map)
        }
    }

    fn kernels(&self) -> Results<f32> {
        let (input_shape, out_shape) = self.shapes();
        let input = tensor(&self.input, input_shape).require_grad();
        let weight = tensor(&self.weight, self.geometry.weight_shape()).require_grad();
        let bias = self
            .bias
            .as_ref()
            .map(|bias| tensor(bias, [bias.len()]).require_grad());
        let op = if self.transposed {
            conv_transpose2d
        } else {
            conv2d
        };
        let out = op(input.clone(), weight.clone(), bias.clone(), self.geometry);
        let loss = (out.clone() * tensor(&self.grad, out_shape)).sum();
        let grads = loss.backward();
        Results {
            out: floats(out),
            input: floats(input.grad(&grads).expect("a gradient")),
            weight: floats(weight.grad(&grads).expect("a gradient")),
            bias: bias.map_or(Vec::new(), |bias| {
                floats(bias.grad(&grads).expect("a gradient"))
            }),
        }
    }

    /// Every product of the definition, once.
    fn definition(&self) -> Results<f64> {
        let geometry = &self.geometry;
        let [batch, features, map_height, map_width] = geometry.map_shape();
        let [_, channels, height, width] = geometry.image_shape();
        let [kernel_height, kernel_width] = geometry.kernel;
        let (_, [_, outputs, out_height, out_width]) = self.shapes();
        let mut results = Results {
            out: vec![0.0; self.grad.len()],
            input: vec![0.0; self.input.len()],
            weight: vec![0.0; self.weight.len()],
            bias: vec![0.0; self.bias.as_ref().map_or(0, Vec::len)],
        };
        for (index, grad) in self.grad.iter().enumerate() {
            let channel = index / (out_height * out_width) % outputs;
            if let Some(bias) = &self.bias {
                results.out[index] = f64::from(bias[channel]);
                results.bias[channel] += f64::from(*grad);
            }
        }
        for n in 0..batch {
            for feature in 0..features {
                for y in 0..map_height {
                    for x in 0..map_width {
                        let map = ((n * features + feature) * map_height + y) * map_width + x;
                        for channel in 0..channels {
                            for i in 0..kernel_height {
                                let Some(row) =
                                    shown(geometry, 0, y * geometry.stride[0] + i, height)
                                else {
                                    continue;
                                };
                                for j in 0..kernel_width {
                                    let Some(column) =
                                        shown(geometry, 1, x * geometry.stride[1] + j, width)
                                    else {
                                        continue;
                                    };
                                    let image =
                                        ((n * channels + channel) * height + row) * width + column;
                                    let weight = ((feature * channels + channel) * kernel_height
                                        + i)
                                        * kernel_width
                                        + j;
                                    let (input, out) = if self.transposed {
                                        (map, image)
                                    } else {
                                        (image, map)
                                    };
                                    let [x, w, g] =
                                        [self.input[input], self.weight[weight], self.grad[out]]
                                            .map(f64::from);
                                    results.out[out] += w * x;
                                    results.input[input] += w * g;
                                    results.weight[weight] += x * g;
                                }
                            }
                        }
                    }
                }
            }
        }
        results
    }

    fn check(&self, tolerance: f64) {
        let (found, expected) = (self.kernels(), self.definition());
        let close = |found: &[f32], expected: &[f64], what: &str| {
            assert_close(
                found,
                expected,
                tolerance,
                &format!("{what} of {:?}", self.geometry),
            );
        };
        close(&found.out, &expected.out, "output");
        close(&found.input, &expected.input, "input gradient");
        close(&found.weight, &expected.weight, "weight gradient");
        close(&found.bias, &expected.bias, "bias gradient");
    }
}

/// The pixel that a padded coordinate shows, from the words of the definition.
fn shown(geometry: &Geometry, axis: usize, padded: usize, size: usize) -> Option<usize> {
    let before = geometry.padding.along(axis)[0] as isize;
    let last = size as isize - 1;
    let at = padded as isize - before;
    let at = match geometry.padding.mode {
        PadMode::Zero if at < 0 || at > last => return None,
        PadMode::Replicate => at.clamp(0, last),
        PadMode::Reflection if at < 0 => -at,
        PadMode::Reflection if at > last => last - (at - last),
        PadMode::Zero | PadMode::Reflection => at,
    };
    Some(at as usize)
}

fn modes() -> impl Strategy<Value = PadMode> {
    prop_oneof![
        Just(PadMode::Zero),
        Just(PadMode::Reflection),
        Just(PadMode::Replicate)
    ]
}

fn pair(range: std::ops::Range<usize>) -> impl Strategy<Value = [usize; 2]> {
    [range.clone(), range]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn a_convolution_and_its_gradients_equal_the_definition(
        batch in 1usize..4,
        channels in prop_oneof![1usize..9, Just(16), Just(19), Just(33)],
        features in prop_oneof![1usize..9, Just(16), Just(21), Just(33)],
        image in pair(1..20),
        kernel in pair(1..6),
        stride in pair(1..4),
        mode in modes(),
        vertical in pair(0..5),
        horizontal in pair(0..5),
        bias in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let padding = Padding { mode, vertical, horizontal };
        let image = [batch, channels, image[0], image[1]];
        let weight = [features, channels, kernel[0], kernel[1]];
        match Geometry::convolution(image, weight, stride, padding) {
            Ok(geometry) => Case::new(geometry, false, bias, seed).check(2e-6),
            Err(ShapeError::KernelTooLarge { kernel, padded }) => prop_assert!(kernel > padded),
            Err(ShapeError::ReflectionTooLarge { amount, size }) => prop_assert!(amount >= size),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn a_transposed_convolution_and_its_gradients_equal_the_definition(
        batch in 1usize..4,
        channels in prop_oneof![1usize..9, Just(16), Just(19)],
        features in prop_oneof![1usize..9, Just(16), Just(21)],
        map in pair(1..12),
        kernel in pair(1..6),
        stride in pair(1..4),
        padding in pair(0..3),
        output_padding in pair(0..3),
        bias in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let map = [batch, features, map[0], map[1]];
        let weight = [features, channels, kernel[0], kernel[1]];
        match Geometry::transposed(map, weight, stride, padding, output_padding) {
            Ok(geometry) => Case::new(geometry, true, bias, seed).check(2e-6),
            Err(ShapeError::OutputPadding { output_padding, stride }) => prop_assert!(output_padding >= stride),
            Err(ShapeError::NothingLeft { padding, size }) => prop_assert!(2 * padding >= size),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn a_3_x_3_convolution_of_many_channels_equals_the_definition(
        batch in 1usize..3,
        channels in prop_oneof![Just(32usize), Just(48), Just(160)],
        features in prop_oneof![Just(32usize), Just(64)],
        image in pair(3..19),
        mode in modes(),
        vertical in pair(0..3),
        horizontal in pair(0..3),
        transposed in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let mode = if transposed { PadMode::Zero } else { mode };
        let (vertical, horizontal) = if transposed {
            ([vertical[0]; 2], [horizontal[0]; 2])
        } else {
            (vertical, horizontal)
        };
        let padding = Padding { mode, vertical, horizontal };
        let geometry = Geometry::convolution(
            [batch, channels, image[0], image[1]],
            [features, channels, 3, 3],
            [1, 1],
            padding,
        );
        Case::new(geometry.expect("it fits"), transposed, true, seed).check(1e-5);
    }
}

#[test]
fn the_layers_of_a_generator_and_a_discriminator_equal_the_definition() {
    for (channels, features, size, kernel, stride, padding) in [
        (3, 32, 24, 7, 1, Padding::reflection(3)),
        (32, 3, 24, 7, 1, Padding::reflection(3)),
        (32, 64, 24, 3, 2, Padding::zero(1)),
        (3, 32, 24, 4, 2, Padding::zero(1)),
        (32, 64, 12, 4, 2, Padding::zero(1)),
        (64, 96, 9, 4, 1, Padding::zero(1)),
        (96, 1, 8, 4, 1, Padding::zero(1)),
        (33, 47, 40, 1, 1, Padding::none()),
    ] {
        let image = [2, channels, size, size + 3];
        let weight = [features, channels, kernel, kernel];
        let geometry = Geometry::convolution(image, weight, [stride; 2], padding).expect("it fits");
        Case::new(geometry, false, true, 5).check(3e-6);
    }
    let geometry = Geometry::transposed([2, 64, 9, 13], [64, 32, 3, 3], [2; 2], [1; 2], [1; 2]);
    let geometry = geometry.expect("it fits");
    assert_eq!(geometry.image_shape(), [2, 32, 18, 26]);
    Case::new(geometry, true, true, 5).check(3e-6);
}

#[test]
fn reflection_at_its_limit_equals_the_definition() {
    for size in 1..5 {
        let padding = Padding::reflection(size - 1);
        let geometry =
            Geometry::convolution([1, 2, size, size], [3, 2, size, size], [1, 1], padding);
        Case::new(geometry.expect("it fits"), false, true, 3).check(2e-6);
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let on = |threads: usize| {
        let run = || {
            [
                ([32, 32, 3, 3], 1, 1),
                ([3, 32, 5, 5], 1, 2),
                ([48, 32, 4, 4], 2, 1),
            ]
            .map(|(weight, stride, padding)| {
                let image = [2, 32, 22, 21];
                let geometry =
                    Geometry::convolution(image, weight, [stride; 2], Padding::reflection(padding));
                let results = Case::new(geometry.expect("it fits"), false, true, 9).kernels();
                [results.out, results.input, results.weight, results.bias]
            })
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads").install(run)
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn only_tracked_tensors_get_gradients() {
    let geometry = Geometry::convolution([1, 3, 8, 8], [4, 3, 3, 3], [1, 1], Padding::zero(1));
    let case = Case::new(geometry.expect("it fits"), false, true, 1);
    let expected = case.definition();
    for tracked in [
        [true, false, false],
        [false, true, false],
        [false, false, true],
    ] {
        let mut tensors = [
            tensor(&case.input, case.geometry.image_shape()),
            tensor(&case.weight, case.geometry.weight_shape()),
        ];
        for (tensor, tracked) in tensors.iter_mut().zip(tracked) {
            if tracked {
                *tensor = tensor.clone().require_grad();
            }
        }
        let mut bias = case
            .bias
            .as_ref()
            .map(|bias| tensor(bias, [bias.len()]))
            .expect("a bias");
        if tracked[2] {
            bias = bias.require_grad();
        }
        let [image, weight] = tensors.clone();
        let out = conv2d(image, weight, Some(bias.clone()), case.geometry);
        let grads = (out * tensor(&case.grad, case.geometry.map_shape()))
            .sum()
            .backward();
        let found = [
            tensors[0].grad(&grads).map(floats),
            tensors[1].grad(&grads).map(floats),
            bias.grad(&grads).map(floats),
        ];
        for ((found, expected), tracked) in found
            .iter()
            .zip([&expected.input, &expected.weight, &expected.bias])
            .zip(tracked)
        {
            assert_eq!(found.is_some(), tracked);
            if let Some(found) = found {
                assert_close(found, expected, 2e-6, "gradient");
            }
        }
    }
}
