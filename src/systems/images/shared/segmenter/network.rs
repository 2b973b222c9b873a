//! The network.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;

use super::super::pixels::values;
use crate::data::images::{IGNORE, Size};
use crate::nn::conv::{
    Activation, Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig, Init, Initializer,
    Padding, ShapeError, activate,
};
use crate::systems::TrainError;

/// An encoder of three convolutions of stride 2 and one of stride 1, and a decoder of three transposed convolutions, which adds the encoder's
/// outputs of the same size (as FCN-8s does: Long, Shelhamer and Darrell 2015). No normalization: what is too dark must look so.
/// With f filters: 3 → f → 2f → 4f, and back to the classes.
#[derive(Module, Debug)]
pub(super) struct Network {
    down_1: Conv2d,
    down_2: Conv2d,
    down_3: Conv2d,
    middle: Conv2d,
    up_1: ConvTranspose2d,
    up_2: ConvTranspose2d,
    merge: Conv2d,
    head: ConvTranspose2d,
}

impl Network {
    /// With weights drawn from `rng`, or zeros without it.
    pub(super) fn new(
        filters: usize,
        classes: usize,
        rng: Option<&mut ChaCha8Rng>,
        device: &Device,
    ) -> Self {
        let initializer = &mut Initializer::new(Init::Kaiming, rng, device, 1);
        let convolution = |inputs, outputs, stride| {
            Conv2dConfig::new(inputs, outputs, 3)
                .with_stride(stride)
                .with_padding(Padding::zero(1))
        };
        let up = |inputs, outputs| {
            ConvTranspose2dConfig::new(inputs, outputs, 4)
                .with_stride(2)
                .with_padding(1)
        };
        Self {
            down_1: convolution(3, filters, 2).init(initializer),
            down_2: convolution(filters, 2 * filters, 2).init(initializer),
            down_3: convolution(2 * filters, 4 * filters, 2).init(initializer),
            middle: convolution(4 * filters, 4 * filters, 1).init(initializer),
            up_1: up(4 * filters, 2 * filters).init(initializer),
            up_2: up(2 * filters, filters).init(initializer),
            merge: convolution(filters, filters, 1).init(initializer),
            head: up(filters, classes).init(initializer),
        }
    }

    /// [n, 3, height, width] → the outputs of the encoder: [n, f, h/2, w/2], [n, 2f, h/4, w/4] and [n, 4f, h/8, w/8], rounded up.
    fn encode(&self, images: Tensor<4>) -> Result<[Tensor<4>; 3], ShapeError> {
        let relu = |image| activate(image, Activation::Relu);
        let first = relu(self.down_1.forward(images)?);
        let second = relu(self.down_2.forward(first.clone())?);
        let third = relu(self.down_3.forward(second.clone())?);
        let third = relu(self.middle.forward(third)?);
        Ok([first, second, third])
    }

    /// [n, 3, height, width] → [n, classes, height, width] logits.
    pub(super) fn forward(&self, images: Tensor<4>) -> Result<Tensor<4>, ShapeError> {
        let [_, _, height, width] = images.dims();
        let relu = |image| activate(image, Activation::Relu);
        let [first, second, third] = self.encode(images)?;
        let coarse = relu(cut(self.up_1.forward(third)?, &second) + second);
        let fine = cut(self.up_2.forward(coarse)?, &first) + first;
        let fine = relu(self.merge.forward(relu(fine))?);
        let logits = self.head.forward(fine)?;
        Ok(logits.narrow(2, 0, height).narrow(3, 0, width))
    }
}

/// Without the last row and column that an odd size does not have.
fn cut(image: Tensor<4>, like: &Tensor<4>) -> Tensor<4> {
    let [_, _, height, width] = like.dims();
    let [_, _, own_height, own_width] = image.dims();
    if (own_height, own_width) == (height, width) {
        return image;
    }
    image.narrow(2, 0, height).narrow(3, 0, width)
}

/// A network that has learned, off the tape, with the device that it lives on.
#[derive(Debug, Clone)]
pub struct Segmenter {
    network: Network,
    classes: usize,
    filters: usize,
    device: Device,
}

impl Segmenter {
    pub(super) fn of_network(
        network: Network,
        filters: usize,
        classes: usize,
        device: Device,
    ) -> Self {
        Self {
            network,
            classes,
            filters,
            device,
        }
    }

    /// Fixed random convolutions, which find nothing, but give features where there are no masks to learn from: the same on every machine.
    #[must_use]
    pub fn untrained(filters: usize, device: &Device) -> Self {
        use rand_chacha::rand_core::SeedableRng as _;
        let device = device.clone().without_autodiff();
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let network = Network::new(filters, 1, Some(&mut rng), &device);
        Self::of_network(network, filters, 1, device)
    }

    /// The class of each pixel `[n, height, width]` of planes `[n, 3, height, width]`, the first of equals.
    ///
    /// # Errors
    /// If the device fails.
    ///
    /// # Panics
    /// If the planes are not whole images.
    pub fn predict(&self, planes: &[f32], size: Size) -> Result<Vec<u8>, TrainError> {
        let logits = self.network.forward(self.images(planes, size));
        let logits = values(logits.map_err(|error| failed(&error))?)?;
        let pixels = size.pixels() as usize;
        let mut found = Vec::with_capacity(planes.len() / 3);
        for image in logits.chunks_exact(pixels * self.classes) {
            for at in 0..pixels {
                let best = (0..self.classes).fold((IGNORE, f32::NEG_INFINITY), |best, class| {
                    let logit = image[class * pixels + at];
                    if logit > best.1 {
                        (class as u8, logit)
                    } else {
                        best
                    }
                });
                found.push(best.0);
            }
        }
        Ok(found)
    }

    /// Features of images: the mean over places of each channel at the end of the encoder, `[n, dimensions]`. `planes`: `[n, 3, height, width]`.
    ///
    /// # Errors
    /// If the device fails.
    ///
    /// # Panics
    /// If the planes are not whole images.
    pub fn features(&self, planes: &[f32], size: Size) -> Result<Vec<f32>, TrainError> {
        let encoded = self.network.encode(self.images(planes, size));
        let [_, _, third] = encoded.map_err(|error| failed(&error))?;
        let [images, channels, _, _] = third.dims();
        let means = third.reshape([images as i32, channels as i32, -1]);
        values::<3>(means.mean_dim(2))
    }

    /// Length of the features of an image.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        4 * self.filters
    }

    /// Number of classes that it tells apart.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    fn images(&self, planes: &[f32], size: Size) -> Tensor<4> {
        let one = 3 * size.pixels() as usize;
        assert!(one > 0 && planes.len().is_multiple_of(one), "whole images");
        let shape = [
            planes.len() / one,
            3,
            size.height as usize,
            size.width as usize,
        ];
        Tensor::from_data(TensorData::new(planes.to_vec(), shape), &self.device)
    }
}

pub(super) fn failed(error: &ShapeError) -> TrainError {
    TrainError::Data(format!("the images do not fit the segmenter: {error}"))
}
