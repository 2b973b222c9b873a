//! Code shared by generators of any system.

use std::fmt::Debug;

use burn::module::Module;
use burn::tensor::Tensor;

use super::cost::{Cost, TensorSpec, parameters};
use super::{Mode, Norm};
use crate::nn::conv::{Initializer, ShapeError};

/// The output of a network.
#[derive(Debug)]
pub struct Passed {
    /// [n, 3, height, width], -1 to 1.
    pub image: Tensor<4>,
    /// Scores of the classes in the images that were given, before a softmax: [n, classes, height, width]; absent if not asked for, or if
    /// the network parses nothing.
    pub logits: Option<Tensor<4>>,
}

/// Translates images from one domain to the other.
pub trait TranslationNetwork: Module {
    /// images: [n, 3, height, width], -1 to 1. `parse`: whether the classes are wanted too.
    ///
    /// # Errors
    /// If the size does not suit.
    fn pass(
        &self,
        images: Tensor<4>,
        parse: bool,
        mode: &mut Mode<'_>,
    ) -> Result<Passed, ShapeError>;
}

/// All that makes a network that translates, and all that its weights need to be understood.
pub trait Architecture: Copy + Debug {
    /// Its output.
    type Network: TranslationNetwork + Debug;

    /// The network with weights from the initializer.
    fn init(&self, initializer: &mut Initializer<'_>) -> Self::Network;

    /// Its tensors, with the official code's names, in the order in which the network visits them.
    fn tensors(&self) -> Vec<TensorSpec>;

    /// The cost of a pass over `batch` images of this size, in pixels, with the classes if `parse`.
    ///
    /// # Errors
    /// If such images can't be translated.
    fn cost(
        &self,
        batch: usize,
        width: usize,
        height: usize,
        parse: bool,
    ) -> Result<Cost, ShapeError>;

    /// After its convolutions.
    fn norm(&self) -> Norm;

    /// The number that width and height must be a multiple of.
    fn size_multiple(&self) -> usize;

    /// The smallest width and height.
    fn least_size(&self) -> usize {
        self.size_multiple().max(8)
    }

    /// Pixels that tiles must overlap by so that their middles are hardly touched by their borders.
    fn margin(&self) -> usize;

    /// Classes that it tells apart; 0 if it parses nothing.
    fn classes(&self) -> usize {
        0
    }

    /// True if a config can ask for it: what a checkpoint claims is not believed.
    fn is_possible(&self) -> bool;

    /// Trained values.
    fn parameters(&self) -> usize {
        parameters(&self.tensors())
    }
}
