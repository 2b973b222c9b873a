//! Convolution and its gradients on the CPU, f32, planes in rows (NCHW).

mod direct;
mod filters;
mod gradient;
mod parts;
mod planes;
mod product;
mod spectrum;
mod squares;
mod transforms;
mod winograd;

pub(super) use gradient::channel_sums;

use super::geometry::Geometry;
use crate::nn::buffer_pool::buffer;

/// image, weight, bias → map. Shapes are those of the geometry.
pub(super) fn convolve(
    geometry: &Geometry,
    image: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
) -> Vec<f32> {
    let mut map = buffer(geometry.map_shape().iter().product());
    if winograd::fits(geometry) {
        winograd::forward(geometry, image, weight, bias, &mut map);
    } else {
        direct::forward(geometry, image, weight, bias, &mut map);
    }
    map
}

/// map, weight, bias → image: the adjoint of [`convolve`] with respect to the image, plus a bias for each channel.
pub(super) fn convolve_transposed(
    geometry: &Geometry,
    map: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
) -> Vec<f32> {
    let mut image = buffer(geometry.image_shape().iter().product());
    if winograd::fits(geometry) {
        winograd::MapSpectrum::new(geometry, map).image(weight, bias, &mut image);
    } else {
        direct::adjoint(geometry, map, weight, bias, &mut image);
    }
    image
}

/// The request to [`gradients`].
pub(super) struct Wanted<'a> {
    /// The weights, where the image's gradient is wanted.
    pub(super) image: Option<&'a [f32]>,
    /// The image, where the weights' gradient is wanted.
    pub(super) weight: Option<&'a [f32]>,
}

/// The gradients of [`convolve`] for the image and the weights. map: the gradient of the map.
pub(super) fn gradients(
    geometry: &Geometry,
    map: &[f32],
    wanted: &Wanted<'_>,
) -> (Option<Vec<f32>>, Option<Vec<f32>>) {
    let mut image = wanted
        .image
        .map(|weight| (weight, buffer(geometry.image_shape().iter().product())));
    let mut weight = wanted
        .weight
        .map(|image| (image, buffer(geometry.weight_shape().iter().product())));
    if winograd::fits(geometry) {
        let spectrum = winograd::MapSpectrum::new(geometry, map);
        if let Some((weight, image)) = &mut image {
            spectrum.image(weight, None, image);
        }
        if let Some((image, weight)) = &mut weight {
            spectrum.weight(image, weight);
        }
    } else {
        if let Some((weight, image)) = &mut image {
            direct::adjoint(geometry, map, weight, None, image);
        }
        if let Some((image, weight)) = &mut weight {
            gradient::weight(geometry, image, map, weight);
        }
    }
    (
        image.map(|(_, image)| image),
        weight.map(|(_, weight)| weight),
    )
}

/// The weights' gradient alone. image: the input of the convolution, map: the gradient of its output.
pub(super) fn weight_gradient(geometry: &Geometry, image: &[f32], map: &[f32]) -> Vec<f32> {
    let wanted = Wanted {
        image: None,
        weight: Some(image),
    };
    gradients(geometry, map, &wanted).1.unwrap_or_default()
}
