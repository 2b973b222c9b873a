//! Measures of images, sets of images and segmentations. None needs a pretrained network.
//!
//! Images are given as their luminance (`Luminance`, gray levels from 0 to 255), as planes `[3, height, width]` from −1 to 1, or as features:
//! rows of numbers, one row an image.

mod edges;
mod features;
mod health;
mod histogram;
mod luminance;
mod segmentation;
mod similarity;

pub use edges::{EDGE_QUANTILE, EDGE_TOLERANCE, edge_f1, edges};
pub use features::{FeatureError, Features, frechet_distance, kernel_distance};
pub use health::{
    CHECKERBOARD_ALARM, COLLAPSE_ALARM, Diversity, highest_frequencies, is_checkered, is_collapsed,
};
pub use histogram::GrayHistogram;
pub use luminance::Luminance;
pub use segmentation::Confusion;
pub use similarity::{matched_ssim, psnr, ssim};

#[cfg(test)]
mod fixture_tests;
