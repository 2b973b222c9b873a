//! A history of translated images for the discriminators.

use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

/// Shows a discriminator earlier translations too (Shrivastava et al. 2017; 50 images in CycleGAN). Until it is full, each image is stored
/// and shown; then each is shown as it is with probability one half, or swapped for a stored one.
#[derive(Debug, Clone)]
pub struct ImagePool<T> {
    capacity: usize,
    stored: Vec<T>,
}

impl<T: Clone> ImagePool<T> {
    /// Of up to `capacity` images; 0 shows every image as it is.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            stored: Vec::new(),
        }
    }

    /// The stored images, in the order of their places.
    #[must_use]
    pub fn stored(&self) -> &[T] {
        &self.stored
    }

    /// The image shown in place of one.
    pub fn exchange(&mut self, image: T, rng: &mut ChaCha8Rng) -> T {
        if self.stored.len() < self.capacity {
            self.stored.push(image.clone());
            return image;
        }
        if self.capacity == 0 || rng.random_bool(0.5) {
            return image;
        }
        let place = rng.random_range(0..self.capacity);
        std::mem::replace(&mut self.stored[place], image)
    }
}

/// An image of a pool in plain memory: [channels, height, width] and the values.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredImage {
    /// Channels, height, width.
    pub shape: [usize; 3],
    /// Row by row, channel by channel.
    pub values: Vec<f32>,
}

impl ImagePool<Tensor<4>> {
    /// The image shown for each of a batch [batch, channels, height, width], off the tape.
    #[must_use]
    pub fn query(&mut self, images: Tensor<4>, rng: &mut ChaCha8Rng) -> Tensor<4> {
        let images = images.detach();
        if self.capacity == 0 {
            return images;
        }
        let mut shown: Vec<Tensor<4>> = Vec::with_capacity(images.dims()[0]);
        for index in 0..images.dims()[0] {
            let image = images.clone().narrow(0, index, 1);
            shown.push(self.exchange(image, rng));
        }
        match <[Tensor<4>; 1]>::try_from(shown) {
            Ok([one]) => one,
            Err(shown) => Tensor::cat(shown, 0),
        }
    }

    /// The stored images, to be saved.
    ///
    /// # Errors
    /// If the device fails.
    pub fn save(&self) -> Result<Vec<StoredImage>, String> {
        let images = self.stored.iter().map(|image| {
            let [_, channels, height, width] = image.dims();
            Ok(StoredImage {
                shape: [channels, height, width],
                values: image
                    .clone()
                    .try_into_vec_as::<f32>()
                    .map_err(|error| error.to_string())?,
            })
        });
        images.collect()
    }

    /// A pool that goes on where the saved one was. Images beyond the capacity are left out.
    ///
    /// # Errors
    /// If an image has not as many values as its shape says.
    pub fn restore(
        capacity: usize,
        images: Vec<StoredImage>,
        device: &Device,
    ) -> Result<Self, String> {
        let mut stored = Vec::with_capacity(images.len().min(capacity));
        for StoredImage { shape, values } in images.into_iter().take(capacity) {
            let count = shape
                .iter()
                .try_fold(1usize, |all, size| all.checked_mul(*size));
            if count != Some(values.len()) {
                return Err(format!(
                    "an image of the pool has shape {shape:?} and {} values",
                    values.len()
                ));
            }
            let [channels, height, width] = shape;
            let data = TensorData::new(values, [1, channels, height, width]);
            stored.push(Tensor::from_data(data, device));
        }
        Ok(Self { capacity, stored })
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    #[test]
    fn until_it_is_full_a_pool_stores_and_shows_what_it_gets() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let before = rng.clone();
        let mut pool = ImagePool::new(3);
        for image in 0..3 {
            assert_eq!(pool.exchange(image, &mut rng), image);
        }
        assert_eq!(pool.stored(), [0, 1, 2]);
        assert_eq!(rng, before, "nothing was drawn");
        let mut off = ImagePool::new(0);
        for image in 0..9 {
            assert_eq!(off.exchange(image, &mut rng), image);
        }
        assert!(off.stored().is_empty());
    }

    #[test]
    fn a_full_pool_swaps_half_of_the_images_for_stored_ones() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut pool = ImagePool::new(5);
        for image in 0..5 {
            let _ = pool.exchange(image, &mut rng);
        }
        let mut swaps = [0; 5];
        let mut swapped = 0;
        for image in 5..4005 {
            let before = pool.stored().to_vec();
            let shown = pool.exchange(image, &mut rng);
            let after = pool.stored();
            let changed: Vec<usize> = (0..5).filter(|at| before[*at] != after[*at]).collect();
            if shown == image {
                assert!(changed.is_empty(), "shown and not stored");
            } else {
                let [place] = changed[..] else {
                    panic!("one place changes")
                };
                assert_eq!((shown, after[place]), (before[place], image));
                swapped += 1;
                swaps[place] += 1;
            }
        }
        // 2000 ± 4 standard deviations, and 400 ± 4 of each place.
        assert!((1874..=2126).contains(&swapped), "{swapped}");
        assert!(
            swaps.iter().all(|count| (324..=476).contains(count)),
            "{swaps:?}"
        );
    }

    #[test]
    fn a_batch_is_taken_image_by_image_and_a_restored_pool_goes_on_alike() {
        let device = Device::flex();
        let batch = |first: f32| {
            let values = (0..2 * 3 * 2 * 2).map(|at| first + at as f32).collect();
            Tensor::<4>::from_data(TensorData::new(values, [2, 3, 2, 2]), &device)
        };
        let values = |tensor: Tensor<4>| tensor.try_into_vec_as::<f32>().expect("on the CPU");
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut pool = ImagePool::new(3);
        let first = pool.query(batch(0.0), &mut rng);
        assert_eq!(values(first), values(batch(0.0)));
        let saved = pool.save().expect("on the CPU");
        assert_eq!(saved[1].shape, [3, 2, 2]);
        assert_eq!(saved[1].values[0], 12.0);
        let _ = pool.query(batch(100.0), &mut rng);
        assert_eq!(pool.stored().len(), 3);
        let saved = pool.save().expect("on the CPU");
        let mut again = ImagePool::restore(3, saved.clone(), &device).expect("whole");
        let mut again_rng = rng.clone();
        for step in 2..20 {
            let image = || batch(100.0 * step as f32);
            let shown = values(pool.query(image(), &mut rng));
            assert_eq!(shown, values(again.query(image(), &mut again_rng)));
        }
        assert_eq!(pool.save(), again.save());
        assert_ne!(pool.save().expect("on the CPU"), saved);
        let wrong = StoredImage {
            shape: [3, usize::MAX, 2],
            values: vec![0.0; 12],
        };
        assert!(ImagePool::restore(3, vec![wrong], &device).is_err());
    }
}
