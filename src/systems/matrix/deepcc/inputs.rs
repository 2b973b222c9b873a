//! The cells as the autoencoders see them.

use super::config::{DeepCcConfig, Scaling};
use crate::data::Cells;
use crate::systems::matrix::baselined::inverse_roots;
use crate::systems::matrix::scaling::{inverse, moments, rescaled, transposed, weigh_terms};
use crate::systems::matrix::{Baselined, Scaled};

/// The inputs of both sides from the cells to cluster: rows as they are, columns as rows.
pub(super) fn scale(prepared: &Baselined, config: &DeepCcConfig) -> [Scaled; 2] {
    let mut sides = match config.scaling {
        Scaling::None => both_ways(with_baseline(prepared.cells.clone(), prepared)),
        // A baseline is of column means, which vanish with the means of the columns.
        Scaling::Zscore => [
            standardize(&prepared.cells),
            standardize(&transposed(&prepared.cells)),
        ],
        Scaling::Tfidf => both_ways(with_baseline(weigh_terms(&prepared.cells), prepared)),
        Scaling::Spectral => both_ways(spectral(&prepared.raised(), config.center)),
    };
    for side in &mut sides {
        if config.center && matches!(config.scaling, Scaling::None | Scaling::Tfidf) {
            side.subtract_means();
        }
        if config.unit_length {
            side.scale_to_unit_length();
        }
        side.write_out_if_dense();
    }
    sides
}

/// The residuals of a χ² test of independence, rows (and columns) of length 1.
pub(super) fn residuals(prepared: &Baselined) -> [Scaled; 2] {
    let mut sides = both_ways(spectral(&prepared.raised(), true));
    for side in &mut sides {
        side.scale_to_unit_length();
        side.write_out_if_dense();
    }
    sides
}

fn both_ways(rows: Scaled) -> [Scaled; 2] {
    let columns = rows.transposed();
    [rows, columns]
}

fn with_baseline(cells: Cells, prepared: &Baselined) -> Scaled {
    let mut scaled = Scaled::plain(cells);
    if let Some([a, b]) = &prepared.baseline {
        scaled.subtract(a.iter().map(|a| -a).collect(), b.clone());
    }
    scaled
}

/// Each column to mean 0 and standard deviation 1; a constant one to 0.
fn standardize(cells: &Cells) -> Scaled {
    let (means, deviations) = moments(cells);
    let inverse: Vec<f64> = deviations.into_iter().map(inverse).collect();
    Scaled {
        cells: rescaled(cells, |_| 1.0, |column| inverse[column]),
        left: vec![1.0; cells.rows()],
        right: means
            .iter()
            .zip(&inverse)
            .map(|(mean, inverse)| (mean * inverse) as f32)
            .collect(),
        rank: 1,
    }
}

/// D_r^-1/2 X D_c^-1/2 of amounts, minus √r √cᵀ if it is to be centered.
fn spectral(amounts: &Baselined, center: bool) -> Scaled {
    let sums = amounts.sums();
    let total: f64 = sums[0].iter().sum();
    let Baselined { cells, baseline } = amounts.rescaled(&inverse_roots(&sums));
    let mut scaled = Scaled::plain(cells);
    if center {
        let root = |sum: &f64| (sum / total).sqrt();
        scaled.subtract(
            sums[0].iter().map(root).collect(),
            sums[1].iter().map(root).collect(),
        );
    }
    if let Some([a, b]) = baseline {
        scaled.subtract(a.into_iter().map(|a| -a).collect(), b);
    }
    scaled
}
