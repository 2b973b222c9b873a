//! How much memory training takes on the CPU.

use super::network::Shape;

/// Bytes of a number.
const NUMBER: u64 = 4;
/// Bytes of a stored cell of a sparse matrix: its value and its column.
const CELL: u64 = 8;
/// How often the stored cells are held: as they came, without what is set aside, scaled for both sides and for the joint by row and by
/// column, with the joint that measures the result, and while one is made of another.
const COPIES: u64 = 10;
/// The program's other memory.
const REST: u64 = 150_000_000;

/// The peak in bytes, about, when a sparse matrix is trained on batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Footprint {
    /// Weights of both sides.
    pub(super) weights: u64,
    bytes: u64,
}

impl Footprint {
    /// `shapes` of rows and of columns, `batch` rows of an update, `stored` cells of the matrix.
    pub(super) fn new(shapes: [&Shape; 2], batch: usize, stored: usize) -> Self {
        let weights = shapes.map(weights);
        // The output layers of both sides are held together with the linear path and the bias while their gradients are computed, and
        // the gradient of one side is made of two products more.
        let output = shapes.map(|shape| {
            let width = shape.autoencoder[1] + shape.code() + 1;
            (width * shape.inputs()) as u64
        });
        let work = 2 * (output[0] + output[1]) + 2 * output[0].max(output[1]);
        let values = shapes.map(|shape| {
            let layers = 2 * shape.autoencoder[1..].iter().sum::<usize>();
            (batch * (layers + shape.inference.iter().sum::<usize>())) as u64
        });
        // Weights and two moments of all, gradients of one side; values of a batch and their gradients.
        let numbers = 3 * (weights[0] + weights[1])
            + weights[0].max(weights[1])
            + work
            + 3 * (values[0] + values[1]);
        Self {
            weights: weights[0] + weights[1],
            bytes: NUMBER * numbers + COPIES * CELL * stored as u64 + REST,
        }
    }

    /// The peak in bytes.
    pub(super) fn bytes(self) -> u64 {
        self.bytes
    }
}

/// Weights and biases of one side.
fn weights(shape: &Shape) -> u64 {
    let affine = |sizes: &[usize]| (sizes[0] + 1) * sizes[1];
    let there: usize = shape.autoencoder.windows(2).map(affine).sum();
    let back: usize = shape
        .autoencoder
        .windows(2)
        .map(|sizes| (sizes[1] + 1) * sizes[0])
        .sum();
    let inference: usize = shape.inference.windows(2).map(affine).sum();
    let linear = if shape.linear_path {
        2 * shape.inputs() * shape.code()
    } else {
        0
    };
    (there + back + inference + linear) as u64
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::super::config::DeepCcConfig;
    use super::super::network::SideNetwork;
    use super::super::trainer::{BATCH_ROWS, shape};
    use super::*;

    fn shapes(config: &DeepCcConfig, (rows, columns): (usize, usize)) -> [Shape; 2] {
        [
            shape(
                config,
                &config.row_hidden,
                config.row_clusters,
                (rows, columns),
            ),
            shape(
                config,
                &config.column_hidden,
                config.column_clusters,
                (columns, rows),
            ),
        ]
    }

    #[test]
    fn the_weights_that_are_counted_are_those_that_are_there() {
        for linear_path in [false, true] {
            let config = DeepCcConfig {
                linear_path,
                ..DeepCcConfig::default()
            };
            let [shape, _] = shapes(&config, (50, 900));
            let mut rng = ChaCha8Rng::seed_from_u64(0);
            let mut network = SideNetwork::new(&shape, &mut rng, &Device::flex().autodiff());
            let parameters = network.parameters().into_iter();
            let there: usize = parameters
                .map(|parameter| parameter.tensor.dims().iter().product::<usize>())
                .sum();
            assert_eq!(weights(&shape), there as u64);
        }
    }

    #[test]
    fn a_large_sparse_matrix_fits_four_gigabytes_with_the_default_preset() {
        let config = DeepCcConfig {
            row_clusters: 10,
            column_clusters: 10,
            ..DeepCcConfig::default()
        };
        let [rows, columns] = shapes(&config, (100_000, 20_000));
        let bytes = Footprint::new([&rows, &columns], BATCH_ROWS, 5_000_000).bytes();
        assert!(bytes < 4_000_000_000, "{bytes}");
        // The widest layers of the paper do not.
        let wide = DeepCcConfig {
            row_hidden: vec![1000, 500, 200],
            column_hidden: vec![1000, 500, 200],
            ..config
        };
        let [rows, columns] = shapes(&wide, (100_000, 20_000));
        let bytes = Footprint::new([&rows, &columns], BATCH_ROWS, 5_000_000).bytes();
        assert!(bytes > 4_000_000_000, "{bytes}");
    }

    #[test]
    fn outer_layers_keep_to_about_ten_million_weights() {
        let config = DeepCcConfig::default();
        for inputs in [
            3_000, 10_000, 10_001, 20_000, 20_001, 50_000, 50_001, 100_000,
        ] {
            let [shape, _] = shapes(&config, (1_000, inputs));
            let outer = shape.autoencoder[0] * shape.autoencoder[1];
            assert!(outer <= 10_000_000, "{inputs} inputs: {outer}");
        }
    }
}
