//! The networks of one domain: encoder E, generator G and parsing network P.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use serde::{Deserialize, Serialize};

use super::config::Sharing;
use crate::nn::conv::{Conv2d, Conv2dConfig, Initializer, Padding, ShapeError};
use crate::systems::images::shared::networks::{
    BlockPadding, Cost, Encoder, EncoderConfig, ImageHead, ImageHeadConfig, Mode, Nonlinearity,
    Norm, Plan, ResidualBlocks, ResidualBlocksConfig, Role, Sequence, TensorSpec, Upsampling,
    UpsamplingConfig, UpsamplingStage, check_multiple,
};

/// The size is halved twice, and residual blocks mirror a border of one pixel.
pub(super) const MULTIPLE: usize = 4;
pub(super) const LEAST: usize = 8;

/// What the translator of one domain is made of: all that its weights need to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DomainConfig {
    /// Channels after the first convolution.
    pub(super) filters: usize,
    /// Residual blocks of the encoder.
    pub(super) encoder_blocks: usize,
    /// Residual blocks after the code.
    pub(super) blocks: usize,
    pub(super) norm: Norm,
    pub(super) nonlinearity: Nonlinearity,
    pub(super) padding: BlockPadding,
    pub(super) upsampling: Upsampling,
    pub(super) residual_sharing: Sharing,
    pub(super) upsampling_sharing: Sharing,
    /// Classes that the parsing network tells apart; 0 if there is none.
    pub(super) classes: usize,
}

impl DomainConfig {
    fn encoder(&self) -> EncoderConfig {
        EncoderConfig {
            inputs: 3,
            filters: self.filters,
            halvings: 2,
            norm: self.norm,
            nonlinearity: self.nonlinearity,
        }
    }

    fn residual(&self, blocks: usize) -> ResidualBlocksConfig {
        ResidualBlocksConfig {
            channels: self.encoder().outputs(),
            blocks,
            norm: self.norm,
            nonlinearity: self.nonlinearity,
            padding: self.padding,
            dropout: false,
        }
    }

    fn upsampling(&self) -> UpsamplingConfig {
        UpsamplingConfig {
            channels: self.encoder().outputs(),
            doublings: 2,
            kind: self.upsampling,
            norm: self.norm,
            nonlinearity: self.nonlinearity,
        }
    }

    fn head(&self) -> ImageHeadConfig {
        ImageHeadConfig {
            filters: self.filters,
            outputs: 3,
        }
    }

    /// The two convolutions of the parsing head: 64 → 32 → K of the paper.
    fn parsing_head(&self) -> [Conv2dConfig; 2] {
        let hidden = (self.filters / 2).max(1);
        [
            Conv2dConfig::new(self.filters, hidden, 7).with_padding(Padding::reflection(3)),
            Conv2dConfig::new(hidden, self.classes, 1),
        ]
    }

    /// Whether G and P have residual blocks and upsampling of their own.
    fn own(&self) -> [bool; 2] {
        [self.residual_sharing, self.upsampling_sharing].map(|sharing| sharing != Sharing::Hard)
    }

    /// Whether a person could have asked for it: what a checkpoint claims is not believed.
    pub(super) fn is_sane(&self) -> bool {
        let blocks = self.encoder_blocks.max(self.blocks);
        (1..=512).contains(&self.filters) && blocks <= 32 && self.classes <= 255
    }

    /// Networks with weights from the initializer.
    pub(super) fn init(&self, initializer: &mut Initializer<'_>) -> DomainNetworks {
        let encoder = self.encoder().init(initializer);
        let code = self.residual(self.encoder_blocks).init(initializer);
        let residual = self.residual(self.blocks).init(initializer);
        let upsampling = self.upsampling().init(initializer);
        let head = self.head().init(initializer);
        let mut parsing = || {
            let [own_residual, own_upsampling] = self.own();
            let [hidden, output] = self.parsing_head();
            ParsingNetwork {
                residual: own_residual.then(|| self.residual(self.blocks).init(initializer)),
                upsampling: own_upsampling.then(|| self.upsampling().init(initializer)),
                hidden: hidden.init(initializer),
                output: output.init(initializer),
            }
        };
        DomainNetworks {
            parsing: (self.classes > 0).then(&mut parsing),
            encoder,
            code,
            residual,
            upsampling,
            head,
            config: *self,
        }
    }

    /// Goes over the layers in the order in which the module visits them.
    fn plan(&self, plan: &mut Plan) {
        let names = Sequence::new;
        self.encoder().plan(plan, &mut names("encoder"));
        let code = self.residual(self.encoder_blocks);
        code.plan(plan, &mut names("encoder_blocks"));
        let at_code = plan.shape();
        self.residual(self.blocks).plan(plan, &mut names("blocks"));
        let at_blocks = plan.shape();
        self.upsampling().plan(plan, &mut names("upsampling"));
        let at_top = plan.shape();
        self.head().plan(plan, &mut names("image_head"));
        if self.classes == 0 {
            return;
        }
        let [own_residual, own_upsampling] = self.own();
        plan.set_shape(match (own_residual, own_upsampling) {
            (true, _) => at_code,
            (false, true) => at_blocks,
            (false, false) => at_top,
        });
        if own_residual {
            let blocks = self.residual(self.blocks);
            blocks.plan(plan, &mut names("parsing_blocks"));
        }
        if own_upsampling {
            let upsampling = self.upsampling();
            upsampling.plan(plan, &mut names("parsing_upsampling"));
        } else if own_residual {
            // The generator's layers, once more.
            plan.set_shape(at_top);
        }
        let mut names = names("parsing_head");
        names.skip(1);
        let [hidden, output] = self.parsing_head();
        plan.conv(&names.layer(), &hidden);
        plan.activation();
        names.skip(1);
        plan.conv(&names.layer(), &output);
    }

    /// The tensors of the networks, in the order in which the module visits them.
    pub(super) fn tensors(&self) -> Vec<TensorSpec> {
        let mut plan = Plan::of_tensors();
        self.plan(&mut plan);
        plan.into_tensors()
    }

    /// Trained values.
    pub(super) fn parameters(&self) -> usize {
        let tensors = self.tensors();
        let trained = tensors.iter().filter(|spec| spec.role == Role::Parameter);
        trained.map(TensorSpec::values).sum()
    }

    /// What a pass over `batch` images of this size in pixels takes, with the parsing if `parse`.
    ///
    /// # Errors
    /// If such images can't be translated.
    pub(super) fn cost(
        &self,
        batch: usize,
        [width, height]: [usize; 2],
        parse: bool,
    ) -> Result<Cost, ShapeError> {
        check_multiple(width, height, MULTIPLE, LEAST)?;
        let mut plan = Plan::of_image([batch, 3, height, width]);
        let classes = if parse { self.classes } else { 0 };
        Self { classes, ..*self }.plan(&mut plan);
        plan.into_cost()
    }
}

/// E, G and P of one domain: translates its images to the other and parses them.
#[derive(Module, Debug)]
pub(super) struct DomainNetworks {
    encoder: Encoder,
    /// The encoder's residual blocks.
    code: ResidualBlocks,
    residual: ResidualBlocks,
    upsampling: UpsamplingStage,
    head: ImageHead,
    parsing: Option<ParsingNetwork>,
    #[module(skip)]
    config: DomainConfig,
}

/// What P does not share with G.
#[derive(Module, Debug)]
struct ParsingNetwork {
    /// `None` if hard-shared.
    residual: Option<ResidualBlocks>,
    /// `None` if hard-shared.
    upsampling: Option<UpsamplingStage>,
    hidden: Conv2d,
    output: Conv2d,
}

/// What the networks make of images.
#[derive(Debug)]
pub(super) struct Passed {
    /// G(E(x)): [n, 3, height, width], −1 to 1.
    pub(super) image: Tensor<4>,
    /// P(E(x)) before the softmax: [n, classes, height, width]; absent if not asked for, or without a parsing network.
    pub(super) logits: Option<Tensor<4>>,
}

impl DomainNetworks {
    pub(super) fn config(&self) -> &DomainConfig {
        &self.config
    }

    /// images: [n, 3, height, width], −1 to 1.
    ///
    /// # Errors
    /// If the size does not suit.
    pub(super) fn translate(
        &self,
        images: Tensor<4>,
        mode: &mut Mode<'_>,
    ) -> Result<Tensor<4>, ShapeError> {
        Ok(self.forward(images, false, mode)?.image)
    }

    /// As [`Self::translate`], with the parsing if `parse`. The code is computed once for both, and so is what is hard-shared.
    pub(super) fn forward(
        &self,
        images: Tensor<4>,
        parse: bool,
        mode: &mut Mode<'_>,
    ) -> Result<Passed, ShapeError> {
        let [_, _, height, width] = images.dims();
        check_multiple(width, height, MULTIPLE, LEAST)?;
        let code = self.encoder.forward(images, mode)?;
        let code = self.code.forward(code, mode)?;
        let blocks = self.residual.forward(code.clone(), mode)?;
        let top = self.upsampling.forward(blocks.clone(), mode)?;
        let image = self.head.forward(top.clone())?;
        let logits = match &self.parsing {
            Some(parsing) if parse => {
                let top = match (&parsing.residual, &parsing.upsampling) {
                    (None, None) => top,
                    (None, Some(upsampling)) => upsampling.forward(blocks, mode)?,
                    (Some(residual), own) => {
                        let blocks = residual.forward(code, mode)?;
                        let upsampling = own.as_ref().unwrap_or(&self.upsampling);
                        upsampling.forward(blocks, mode)?
                    }
                };
                let hidden = relu(parsing.hidden.forward(top)?);
                Some(parsing.output.forward(hidden)?)
            }
            _ => None,
        };
        Ok(Passed { image, logits })
    }

    /// The soft-shared weights, G's beside P's, flattened. Biases and scales are none.
    pub(super) fn soft_shared(&self) -> Vec<(Tensor<1>, Tensor<1>)> {
        let Some(parsing) = &self.parsing else {
            return Vec::new();
        };
        let mut pairs = Vec::new();
        if let (Some(other), Sharing::Soft) = (&parsing.residual, self.config.residual_sharing) {
            pairs.extend(weights(&self.residual).into_iter().zip(weights(other)));
        }
        if let (Some(other), Sharing::Soft) = (&parsing.upsampling, self.config.upsampling_sharing)
        {
            pairs.extend(weights(&self.upsampling).into_iter().zip(weights(other)));
        }
        pairs
    }
}

/// The weights of all convolutions of a module, flattened.
fn weights<M: Module>(module: &M) -> Vec<Tensor<1>> {
    struct Weights(Vec<Tensor<1>>);
    impl ModuleVisitor for Weights {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if D == 4 {
                let weight = param.val();
                let values = weight.shape().num_elements();
                self.0.push(weight.reshape([values]));
            }
        }
    }
    let mut visitor = Weights(Vec::new());
    module.visit(&mut visitor);
    visitor.0
}
