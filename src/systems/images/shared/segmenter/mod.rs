//! A small network that finds the class of each pixel, trained within the program: for scores of translations (the "FCN score" of Isola et
//! al. 2017) and for features of images.
//!
//! [`LabeledSet`] holds images with masks, [`SegmenterTraining`] learns from them, one update of the weights a call, and gives a
//! [`Segmenter`] at any time. All random numbers come from a seed and the number of the step, so a training that was saved goes on exactly,
//! on the CPU bit for bit. Nothing here makes threads; everything belongs to the run's thread.

mod labeled;
mod network;
mod state;
mod training;

pub use labeled::{LabeledImage, LabeledSet};
pub use network::Segmenter;
pub use state::SegmenterState;
pub use training::{SegmenterSettings, SegmenterTraining};

#[cfg(test)]
mod tests;
