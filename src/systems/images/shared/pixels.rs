//! Images to tensors and back.

use burn::tensor::{Device, Tensor, TensorData};
use image::RgbImage;

use crate::data::images::{IGNORE, Size, image_of_planes};
use crate::systems::TrainError;

/// Planes `[3, height, width]` from −1 (black) to 1 of an image.
#[must_use]
pub fn planes_of_image(image: &RgbImage) -> Vec<f32> {
    let pixels = image.as_raw().as_chunks::<3>().0;
    let channel = |channel: usize| {
        pixels
            .iter()
            .map(move |pixel| f32::from(pixel[channel]) / 127.5 - 1.0)
    };
    (0..3).flat_map(channel).collect()
}

/// [n, 3, height, width] of as many planes.
///
/// # Panics
/// If there are not as many values as the shape says.
#[must_use]
pub fn tensor_of_planes(planes: Vec<f32>, count: usize, size: Size, device: &Device) -> Tensor<4> {
    let shape = [count, 3, size.height as usize, size.width as usize];
    Tensor::from_data(TensorData::new(planes, shape), device)
}

/// Values of a tensor in plain memory. Waits for the device.
///
/// # Errors
/// If the device fails.
pub fn values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, TrainError> {
    tensor
        .try_into_vec_as::<f32>()
        .map_err(|error| TrainError::Device(error.to_string()))
}

/// The only image of a tensor [1, 3, height, width].
///
/// # Errors
/// If the device fails.
pub fn image_of_tensor(tensor: Tensor<4>) -> Result<RgbImage, TrainError> {
    let [_, _, height, width] = tensor.dims();
    Ok(image_of_planes(
        &values(tensor)?,
        Size::new(width as u32, height as u32),
    ))
}

/// The class with the largest of scores [classes, pixels] at each pixel, the first of equals.
#[must_use]
pub fn largest_class(scores: &[f32], classes: usize) -> Vec<u8> {
    let pixels = scores.len() / classes.max(1);
    let mut best: Vec<(f32, u8)> = vec![(f32::NEG_INFINITY, IGNORE); pixels];
    for (class, plane) in scores.chunks_exact(pixels.max(1)).enumerate() {
        for (best, score) in best.iter_mut().zip(plane) {
            if *score > best.0 {
                *best = (*score, u8::try_from(class).unwrap_or(IGNORE));
            }
        }
    }
    best.into_iter().map(|(_, class)| class).collect()
}

/// Classes as a picture in their colors, black where there is none.
#[must_use]
pub fn colored(classes: &[u8], size: Size, colors: &[(String, [u8; 3])]) -> RgbImage {
    RgbImage::from_fn(size.width, size.height, |x, y| {
        let at = y as usize * size.width as usize + x as usize;
        let class = classes.get(at).map(|class| usize::from(*class));
        let color = class.and_then(|class| colors.get(class));
        image::Rgb(color.map_or([0; 3], |(_, color)| *color))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_comes_back_from_its_planes() {
        let size = Size::new(5, 3);
        let image = RgbImage::from_fn(5, 3, |x, y| image::Rgb([x as u8 * 50, y as u8 * 100, 7]));
        let planes = planes_of_image(&image);
        assert_eq!((planes[0], planes[4]), (-1.0, 200.0 / 127.5 - 1.0));
        let tensor = tensor_of_planes(planes, 1, size, &Device::flex());
        assert_eq!(image_of_tensor(tensor).expect("on the CPU"), image);
    }

    #[test]
    fn the_largest_score_is_the_class_and_the_first_of_equals() {
        let scores = [0.1, 0.5, -1.0, 0.3, 0.5, -2.0, 0.2, 0.1, f32::NAN];
        assert_eq!(largest_class(&scores, 3), [1, 0, 0]);
        let colors = [("a".to_owned(), [1, 2, 3]), ("b".to_owned(), [4, 5, 6])];
        let picture = colored(&[1, 0, IGNORE], Size::new(3, 1), &colors);
        assert_eq!(picture.as_raw(), &[4, 5, 6, 1, 2, 3, 0, 0, 0]);
    }
}
