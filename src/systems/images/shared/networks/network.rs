//! The module that a list of layers makes.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Tensor;

use super::layers::{Block, Convolution, Layer};
use super::resize::ResizeConv;
use super::{Mode, Norm, NormLayer};
use crate::nn::conv::{Activation, Conv2d, ConvTranspose2d, Initializer, ShapeError, activate};

/// A network with the weights of its blocks.
#[derive(Module, Debug)]
pub struct Network {
    blocks: Vec<BlockWeights>,
    #[module(skip)]
    layers: Arc<[Layer]>,
}

/// The weights of a [`Block`].
#[derive(Module, Debug)]
struct BlockWeights {
    convolution: ConvolutionWeights,
    norm: NormLayer,
}

/// The weights of a [`Convolution`].
#[derive(Module, Debug)]
enum ConvolutionWeights {
    Plain(Conv2d),
    Transposed(ConvTranspose2d),
    Resize(ResizeConv),
}

impl Network {
    pub(super) fn new(layers: Vec<Layer>, initializer: &mut Initializer<'_>) -> Self {
        let blocks = layers.iter().filter_map(|layer| match layer {
            Layer::Block(block) => Some(BlockWeights::new(block, initializer)),
            Layer::Dropout | Layer::Keep | Layer::Join => None,
        });
        Self {
            blocks: blocks.collect(),
            layers: layers.into(),
        }
    }

    /// map: [batch, channels, height, width] → the output of the last layer.
    ///
    /// # Errors
    /// If a layer can't be applied to a map of this shape.
    pub fn forward(&self, map: Tensor<4>, mode: &mut Mode<'_>) -> Result<Tensor<4>, ShapeError> {
        self.forward_from(map, &mut Vec::new(), mode)
    }

    /// As [`forward`](Self::forward), after networks that have left maps for this one to join; what this one leaves is added to them.
    ///
    /// # Errors
    /// As there.
    pub fn forward_from(
        &self,
        map: Tensor<4>,
        kept: &mut Vec<Tensor<4>>,
        mode: &mut Mode<'_>,
    ) -> Result<Tensor<4>, ShapeError> {
        let mut map = map;
        let mut blocks = self.blocks.iter();
        for layer in self.layers.iter() {
            map = match layer {
                Layer::Block(block) => {
                    let residual = if block.adds { kept.pop() } else { None };
                    let Some(weights) = blocks.next() else { break };
                    weights.forward(block, map, residual, mode)?
                }
                Layer::Dropout => mode.dropout(map),
                Layer::Keep => {
                    kept.push(map.clone());
                    map
                }
                Layer::Join => match kept.pop() {
                    Some(kept) => Tensor::cat(vec![activate(kept, Activation::Relu), map], 1),
                    None => map,
                },
            };
        }
        Ok(map)
    }
}

impl BlockWeights {
    fn new(block: &Block, initializer: &mut Initializer<'_>) -> Self {
        Self {
            convolution: match block.convolution {
                Convolution::Plain(config) => ConvolutionWeights::Plain(config.init(initializer)),
                Convolution::Transposed(config) => {
                    ConvolutionWeights::Transposed(config.init(initializer))
                }
                Convolution::Resize(config, interpolation) => ConvolutionWeights::Resize(
                    ResizeConv::new(config.init(initializer), interpolation),
                ),
            },
            norm: NormLayer::new(
                block.norm.unwrap_or(Norm::None),
                block.convolution.outputs(),
                initializer,
            ),
        }
    }

    fn forward(
        &self,
        block: &Block,
        map: Tensor<4>,
        residual: Option<Tensor<4>>,
        mode: &mut Mode<'_>,
    ) -> Result<Tensor<4>, ShapeError> {
        let map = match &self.convolution {
            ConvolutionWeights::Plain(conv) => conv.forward(map)?,
            ConvolutionWeights::Transposed(conv) => conv.forward(map)?,
            ConvolutionWeights::Resize(conv) => conv.forward(map)?,
        };
        Ok(match residual {
            Some(residual) => self.norm.forward_residual(residual, map, mode),
            None => {
                let map = self.norm.forward(map, block.function.fused(), mode);
                block.function.rest(map)
            }
        })
    }
}
