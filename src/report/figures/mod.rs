//! Figures of runs: vectors wherever they can be.

mod blocks;
mod co_clusters;
mod curves;
mod images;
mod predictions;
mod sweep;
mod translations;

pub(crate) use blocks::blocks;
pub(super) use blocks::folded;
pub(super) use co_clusters::{co_clusters, matrix_of};
pub(super) use curves::{of_one, of_several};
pub(super) use predictions::predictions;
pub(super) use sweep::settings_and_measure;
pub(super) use translations::translations;
