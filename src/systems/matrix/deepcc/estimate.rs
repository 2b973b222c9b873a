//! What a run takes.

use super::config::DeepCcConfig;
use super::network::Shape;
use super::trainer::{batch_size, shape};
use crate::systems::matrix::{DENSE_CELLS, trains_sparse};
use crate::systems::{Estimate, MatrixFacts};

/// Bytes of a number.
const NUMBER: f64 = 4.0;
/// Bytes of the copies of a cell of a dense matrix: as it was read, scaled for both sides, for the joint, and while one is made of another.
const DENSE_CELL: f64 = 16.0;
/// Likewise of a stored cell of a sparse one, whose copies hold its column, too.
const SPARSE_CELL: f64 = 80.0;
/// A weight has a value, a gradient and two moments.
const WEIGHT: f64 = 4.0;
/// The values of a layer have gradients, and functions of them are kept.
const VALUE: f64 = 2.5;
/// Of the program, once it trains.
const REST: f64 = 12e6;

/// What a run with this config on a matrix like this takes.
pub(super) fn estimate(config: &DeepCcConfig, facts: &MatrixFacts) -> Estimate {
    let (rows, columns) = (facts.rows, facts.columns);
    let sides = [
        (&config.row_hidden, config.row_clusters, rows, columns),
        (&config.column_hidden, config.column_clusters, columns, rows),
    ];
    let all = rows * columns;
    // A sparse matrix that is small, or not sparse enough, is written out.
    let is_dense = facts.is_dense || all <= DENSE_CELLS && !trains_sparse(all, facts.cells);
    let batch = batch_size(config, rows.max(columns));
    let sides = sides.map(|(hidden, clusters, rows, inputs)| {
        let shape = shape(config, hidden, clusters, (rows, inputs));
        (shape, batch.unwrap_or(rows).min(rows))
    });
    let parameters: f64 = sides.iter().map(|(shape, _)| weights(shape)).sum();
    let values = |(shape, batch): &(Shape, usize)| {
        let layers = 2 * shape.autoencoder[1..].iter().sum::<usize>();
        let inference: usize = shape.inference.iter().sum();
        // Of a sparse matrix, only the cells of a batch that are stored are reconstructed.
        let outputs = if is_dense { shape.inputs() } else { 0 };
        (batch * (layers + inference + outputs)) as f64
    };
    let values: f64 = sides.iter().map(values).sum();
    // The output layers of a sparse matrix are held together with the linear path and the bias while their gradients are computed.
    let output = |(shape, _): &(Shape, usize)| {
        ((shape.autoencoder[1] + shape.code() + 1) * shape.inputs()) as f64
    };
    let work = match is_dense {
        true => 0.0,
        false => 2.0 * sides.iter().map(output).sum::<f64>(),
    };
    let cells = match is_dense {
        true => all as f64 * DENSE_CELL,
        false => facts.cells as f64 * SPARSE_CELL,
    };
    let memory = REST + cells + NUMBER * (WEIGHT * parameters + VALUE * values + work);
    Estimate {
        parameters: parameters as u64,
        memory: memory as u64,
        operations: None,
    }
}

/// Weights and biases of one side.
fn weights(shape: &Shape) -> f64 {
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
    (there + back + inference + linear) as f64
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::super::config::DeepCcConfig;
    use super::super::network::SideNetwork;
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
            assert_eq!(weights(&shape), there as f64);
        }
    }

    #[test]
    fn a_large_sparse_matrix_fits_four_gigabytes_with_the_default_preset() {
        let config = DeepCcConfig {
            row_clusters: 10,
            column_clusters: 10,
            ..DeepCcConfig::default()
        };
        let facts = MatrixFacts {
            rows: 100_000,
            columns: 20_000,
            cells: 5_000_000,
            is_dense: false,
        };
        let bytes = estimate(&config, &facts).memory;
        assert!(bytes < 4_000_000_000, "{bytes}");
        // The widest layers of the paper do not.
        let wide = DeepCcConfig {
            row_hidden: vec![1000, 500, 200],
            column_hidden: vec![1000, 500, 200],
            ..config
        };
        let bytes = estimate(&wide, &facts).memory;
        assert!(bytes > 4_000_000_000, "{bytes}");
    }

    #[test]
    fn memory_follows_the_cells_that_are_there() {
        let config = DeepCcConfig::default();
        let bytes = |percent: usize| {
            let facts = MatrixFacts {
                rows: 4000,
                columns: 4000,
                cells: 4000 * 4000 * percent / 100,
                is_dense: false,
            };
            estimate(&config, &facts).memory
        };
        // 160,000 cells of 80 bytes each, and 16 million of 16 bytes each, which are reconstructed as well.
        assert!(bytes(50) - bytes(1) > 16_000_000 * 16 - 160_000 * 80);
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
