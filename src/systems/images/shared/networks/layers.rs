//! A network as a list of layers: from it come the forward pass ([`Network`]), the names and shapes of the tensors and the cost.

use burn::tensor::Tensor;
use burn::tensor::activation::{elu, tanh};

use super::resize::Interpolation;
use super::{Network, Nonlinearity, Norm, Upsampling};
use crate::nn::conv::{
    Activation, Conv2dConfig, ConvTranspose2dConfig, Initializer, PadMode, Padding,
};

/// One step of a network. The numbers of blocks are those of the layers in the official code, which counts paddings and functions too.
#[derive(Debug, Clone, PartialEq)]
pub enum Layer {
    /// A convolution and what follows it.
    Block(Block),
    /// Half of the values are dropped while training.
    Dropout,
    /// Keeps the map for a later sum or join.
    Keep,
    /// The positive part of the map that was kept last, and the map, channels on channels.
    Join,
}

/// A convolution, a normalization, a function and a sum; all but the convolution may be absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Of the list that the layers are in, in the official code: `model`.
    pub prefix: String,
    /// Of the convolution in that list; a normalization has the next one.
    pub number: usize,
    /// The convolution.
    pub convolution: Convolution,
    /// `Some(Norm::None)` has a place in the list of the official code.
    pub norm: Option<Norm>,
    /// After the normalization.
    pub function: Function,
    /// True if the map that was kept last is added.
    pub adds: bool,
}

/// How a convolution is applied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Convolution {
    /// As it is.
    Plain(Conv2dConfig),
    /// Transposed.
    Transposed(ConvTranspose2dConfig),
    /// The size is doubled before a 3 × 3 convolution, see [`Interpolation`].
    Resize(Conv2dConfig, Interpolation),
}

impl Convolution {
    /// Channels of its output.
    #[must_use]
    pub fn outputs(&self) -> usize {
        match self {
            Self::Plain(config) | Self::Resize(config, _) => config.outputs,
            Self::Transposed(config) => config.outputs,
        }
    }

    /// The weight's shape in PyTorch, and whether there is a bias.
    pub(super) fn weights(&self) -> ([usize; 4], bool) {
        match *self {
            Self::Plain(config) | Self::Resize(config, _) => {
                let [height, width] = config.kernel;
                ([config.outputs, config.inputs, height, width], config.bias)
            }
            Self::Transposed(config) => {
                let [height, width] = config.kernel;
                ([config.inputs, config.outputs, height, width], config.bias)
            }
        }
    }

    /// Layers before it in the official code that this one includes: paddings and doublings.
    fn before(&self) -> usize {
        match self {
            Self::Plain(config) => usize::from(config.padding.mode != PadMode::Zero),
            Self::Transposed(_) => 0,
            Self::Resize(..) => 2,
        }
    }
}

/// The function at the end of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Function {
    /// In one pass with the normalization before it.
    Fused(Activation),
    /// x, or exp(x) − 1 where negative.
    Elu,
    /// To values in (-1, 1).
    Tanh,
}

impl Function {
    /// x.
    pub const IDENTITY: Self = Self::Fused(Activation::None);
    /// max(x, 0).
    pub const RELU: Self = Self::Fused(Activation::Relu);

    /// The part that the normalization computes.
    pub(super) fn fused(self) -> Activation {
        match self {
            Self::Fused(activation) => activation,
            Self::Elu | Self::Tanh => Activation::None,
        }
    }

    /// The part that it does not.
    pub(super) fn rest(self, map: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Fused(_) => map,
            Self::Elu => elu(map, 1.0),
            Self::Tanh => tanh(map),
        }
    }
}

impl From<Nonlinearity> for Function {
    fn from(kind: Nonlinearity) -> Self {
        match kind {
            Nonlinearity::Relu => Self::RELU,
            Nonlinearity::LeakyRelu => Self::Fused(Activation::LeakyRelu(0.01)),
            Nonlinearity::Elu => Self::Elu,
        }
    }
}

/// Layers in their order, numbered as in a `Sequential` of the official code.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layers {
    prefix: String,
    next: usize,
    list: Vec<Layer>,
}

impl Layers {
    /// None yet; the first is `prefix.0`.
    #[must_use]
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            ..Self::default()
        }
    }

    /// The layers, to be read.
    #[must_use]
    pub fn list(&self) -> &[Layer] {
        &self.list
    }

    /// The network with weights from the initializer.
    #[must_use]
    pub fn init(&self, initializer: &mut Initializer<'_>) -> Network {
        Network::new(self.list.clone(), initializer)
    }

    /// Adds a layer as it is.
    #[must_use]
    pub fn with(mut self, layer: Layer) -> Self {
        self.list.push(layer);
        self
    }

    /// Adds a block with the next number.
    #[must_use]
    pub fn block(
        self,
        convolution: impl Into<Convolution>,
        norm: Option<Norm>,
        function: impl Into<Function>,
    ) -> Self {
        let prefix = self.prefix.clone();
        self.block_of(prefix, convolution.into(), norm, function.into(), false)
    }

    fn block_of(
        mut self,
        prefix: String,
        convolution: Convolution,
        norm: Option<Norm>,
        function: Function,
        adds: bool,
    ) -> Self {
        let number = self.next + convolution.before();
        let after = usize::from(norm.is_some()) + usize::from(function != Function::IDENTITY);
        self.next = number + 1 + after;
        self.with(Layer::Block(Block {
            prefix,
            number,
            convolution,
            norm,
            function,
            adds,
        }))
    }

    /// A 7 × 7 convolution, then two that halve the size and double the channels (Johnson, Alahi and Fei-Fei 2016). With `skips` the two
    /// maps that are halved are kept, for [`upsampling`](Self::upsampling) to join.
    #[must_use]
    pub fn encoder(
        self,
        inputs: usize,
        filters: usize,
        norm: Norm,
        function: Function,
        skips: bool,
    ) -> Self {
        let stem = Conv2dConfig::new(inputs, filters, 7).with_padding(Padding::reflection(3));
        let bias = norm.bias();
        let first = self.block(stem.with_bias(bias), Some(norm), function);
        [filters, 2 * filters].into_iter().fold(first, |layers, n| {
            let down = Conv2dConfig::new(n, 2 * n, 3)
                .with_stride(2)
                .with_padding(Padding::zero(1));
            let layers = match skips {
                true => layers.with(Layer::Keep),
                false => layers,
            };
            layers.block(down.with_bias(bias), Some(norm), function)
        })
    }

    /// Residual blocks (He et al. 2016), without a function after the sum. `padding` is that of both convolutions.
    #[must_use]
    pub fn residual(
        self,
        blocks: usize,
        channels: usize,
        padding: Padding,
        norm: Norm,
        function: Function,
        dropout: bool,
    ) -> Self {
        let conv = Conv2dConfig::new(channels, channels, 3)
            .with_padding(padding)
            .with_bias(norm.bias());
        let conv = Convolution::Plain(conv);
        (0..blocks).fold(self, |layers, _| {
            let (prefix, number) = (layers.prefix.clone(), layers.next);
            let inner = format!("{prefix}.{number}.conv_block");
            let mut block = Self {
                next: 0,
                ..layers.with(Layer::Keep)
            }
            .block_of(inner.clone(), conv, Some(norm), function, false);
            if dropout {
                block.next += 1;
                block = block.with(Layer::Dropout);
            }
            Self {
                next: number + 1,
                ..block.block_of(inner, conv, Some(norm), Function::IDENTITY, true)
            }
        })
    }

    /// Two layers that double the size and halve the channels. With `skips` each is joined with the encoder's map of its size, which
    /// doubles the channels that the next layer reads.
    #[must_use]
    pub fn upsampling(
        self,
        channels: usize,
        kind: Upsampling,
        norm: Norm,
        function: Function,
        skips: bool,
    ) -> Self {
        let bias = norm.bias();
        let joined = joined(channels / 2, skips);
        [(channels, channels / 2), (joined, channels / 4)]
            .into_iter()
            .fold(self, |layers, (from, to)| {
                let transposed = ConvTranspose2dConfig::new(from, to, 3)
                    .with_stride(2)
                    .with_padding(1)
                    .with_output_padding(1)
                    .with_bias(bias);
                let plain = Conv2dConfig::new(from, to, 3).with_bias(bias);
                let convolution = match kind {
                    Upsampling::Transposed => Convolution::Transposed(transposed),
                    Upsampling::Interpolating => {
                        Convolution::Transposed(transposed.with_interpolating_start(true))
                    }
                    Upsampling::Resize => Convolution::Resize(plain, Interpolation::Nearest),
                    Upsampling::Bilinear => Convolution::Resize(plain, Interpolation::Linear),
                };
                let layers = layers.block(convolution, Some(norm), function);
                match skips {
                    true => layers.with(Layer::Join),
                    false => layers,
                }
            })
    }

    /// A 7 × 7 convolution to the channels of an image, then tanh.
    #[must_use]
    pub fn image_head(self, filters: usize, outputs: usize) -> Self {
        let conv = Conv2dConfig::new(filters, outputs, 7).with_padding(Padding::reflection(3));
        self.block(conv, None, Function::Tanh)
    }
}

/// Channels of a map after the encoder's of the same size may have been joined to it.
pub fn joined(channels: usize, skips: bool) -> usize {
    if skips { 2 * channels } else { channels }
}

impl From<Conv2dConfig> for Convolution {
    fn from(config: Conv2dConfig) -> Self {
        Self::Plain(config)
    }
}

impl From<ConvTranspose2dConfig> for Convolution {
    fn from(config: ConvTranspose2dConfig) -> Self {
        Self::Transposed(config)
    }
}
