//! The networks of one domain: encoder E, generator G and parsing network P.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::config::Sharing;
use crate::nn::conv::{Conv2dConfig, Initializer, Padding, ShapeError};
use crate::systems::images::shared::config::Direction;
use crate::systems::images::shared::networks::{
    Architecture, BlockPadding, Cost, Function, Layers, Mode, Network, Nonlinearity, Norm, Passed,
    TensorSpec, TranslationNetwork, Upsampling, check_multiple, joined,
};
use crate::systems::images::shared::together::parted;

/// The composition of the translator of one domain: all that its weights need to be understood.
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
    /// Whether the maps of E are joined to those of the same size in G and P. Written only if so: descriptions are compared with those of
    /// checkpoints from before there were any.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) skips: bool,
    pub(super) residual_sharing: Sharing,
    pub(super) upsampling_sharing: Sharing,
    /// Classes that the parsing network tells apart; 0 if there is none.
    pub(super) classes: usize,
}

/// The composition of the networks of both domains, as checkpoints keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DomainsConfig {
    /// Of the networks that translate from A, by the part that it plays.
    pub(super) from_a: DomainConfig,
    /// Of those that translate from B.
    pub(super) from_b: DomainConfig,
    /// Which domain of the data plays which part.
    pub(super) direction: Direction,
}

impl DomainsConfig {
    /// Of the networks that translate from each part.
    pub(super) fn architectures(&self) -> Vec<DomainConfig> {
        vec![self.from_a, self.from_b]
    }
}

/// The networks of a domain, each a list of layers; those of P are absent where G's serve both.
struct DomainLayers {
    encoder: Layers,
    /// The encoder's residual blocks.
    code: Layers,
    residual: Layers,
    upsampling: Layers,
    head: Layers,
    parsing: Option<ParsingLayers>,
}

struct ParsingLayers {
    residual: Option<Layers>,
    upsampling: Option<Layers>,
    head: Layers,
}

impl DomainConfig {
    fn layers(&self) -> DomainLayers {
        let (norm, function) = (self.norm, Function::from(self.nonlinearity));
        let channels = 4 * self.filters;
        let encoder = Layers::new("encoder").encoder(3, self.filters, norm, function, self.skips);
        let residual = |name, blocks| {
            let padding = self.padding.around(1);
            Layers::new(name).residual(blocks, channels, padding, norm, function, false)
        };
        let upsampling = |name| {
            Layers::new(name).upsampling(channels, self.upsampling, norm, function, self.skips)
        };
        let [own_residual, own_upsampling] = [self.residual_sharing, self.upsampling_sharing]
            .map(|sharing| sharing != Sharing::Hard);
        let parsing = || ParsingLayers {
            residual: own_residual.then(|| residual("parsing_blocks", self.blocks)),
            upsampling: own_upsampling.then(|| upsampling("parsing_upsampling")),
            head: self.parsing_head(),
        };
        DomainLayers {
            encoder,
            code: residual("encoder_blocks", self.encoder_blocks),
            residual: residual("blocks", self.blocks),
            upsampling: upsampling("upsampling"),
            head: Layers::new("image_head").image_head(joined(self.filters, self.skips), 3),
            parsing: (self.classes > 0).then(parsing),
        }
    }

    /// The two convolutions of the parsing head: 64 → 32 → K of the paper.
    fn parsing_head(&self) -> Layers {
        let hidden = (self.filters / 2).max(1);
        let wide = Conv2dConfig::new(joined(self.filters, self.skips), hidden, 7)
            .with_padding(Padding::reflection(3));
        let scores = Conv2dConfig::new(hidden, self.classes, 1);
        Layers::new("parsing_head")
            .block(wide, None, Function::RELU)
            .block(scores, None, Function::IDENTITY)
    }
}

impl Architecture for DomainConfig {
    type Network = DomainNetworks;

    fn init(&self, initializer: &mut Initializer<'_>) -> DomainNetworks {
        let layers = self.layers();
        DomainNetworks {
            encoder: layers.encoder.init(initializer),
            code: layers.code.init(initializer),
            residual: layers.residual.init(initializer),
            upsampling: layers.upsampling.init(initializer),
            head: layers.head.init(initializer),
            parsing: layers.parsing.map(|own| ParsingNetwork {
                residual: own.residual.map(|layers| layers.init(initializer)),
                upsampling: own.upsampling.map(|layers| layers.init(initializer)),
                head: own.head.init(initializer),
            }),
            config: *self,
        }
    }

    fn tensors(&self) -> Vec<TensorSpec> {
        let layers = self.layers();
        let generator = [
            layers.encoder,
            layers.code,
            layers.residual,
            layers.upsampling,
            layers.head,
        ];
        let parsing = layers.parsing.into_iter().flat_map(|own| {
            let copies = [own.residual, own.upsampling].into_iter().flatten();
            copies.chain([own.head])
        });
        let lists = generator.into_iter().chain(parsing);
        lists.flat_map(|list| list.tensors()).collect()
    }

    fn cost(
        &self,
        batch: usize,
        width: usize,
        height: usize,
        parse: bool,
    ) -> Result<Cost, ShapeError> {
        check_multiple(width, height, self.size_multiple(), self.least_size())?;
        let layers = self.layers();
        let mut skips = Vec::new();
        let (cost, code) = layers
            .encoder
            .cost_from([batch, 3, height, width], &mut skips)?;
        let mut total = cost;
        let mut pass = |layers: &Layers, shape| {
            let (cost, shape) = layers.cost_from(shape, &mut skips.clone())?;
            total = total.and(cost);
            Ok(shape)
        };
        let code = pass(&layers.code, code)?;
        let blocks = pass(&layers.residual, code)?;
        let mut top = pass(&layers.upsampling, blocks)?;
        pass(&layers.head, top)?;
        if let Some(own) = layers.parsing.filter(|_| parse) {
            // What is not P's own is shared; G's upsampling is passed again after residual blocks of P's own.
            let blocks = match &own.residual {
                Some(residual) => pass(residual, code)?,
                None => blocks,
            };
            match &own.upsampling {
                Some(upsampling) => top = pass(upsampling, blocks)?,
                None if own.residual.is_some() => top = pass(&layers.upsampling, blocks)?,
                None => {}
            }
            pass(&own.head, top)?;
        }
        Ok(total)
    }

    fn norm(&self) -> Norm {
        self.norm
    }

    /// The size is halved twice, and residual blocks mirror a border of one pixel.
    fn size_multiple(&self) -> usize {
        4
    }

    fn margin(&self) -> usize {
        // Each block sees 2 more pixels of a map of a quarter of the size; the rest are the other convolutions.
        8 * (self.encoder_blocks + self.blocks) + 20
    }

    fn classes(&self) -> usize {
        self.classes
    }

    fn is_possible(&self) -> bool {
        let blocks = self.encoder_blocks.max(self.blocks);
        (1..=512).contains(&self.filters) && blocks <= 32 && self.classes <= 255
    }
}

/// E, G and P of one domain: translates its images to the other and parses them.
#[derive(Module, Debug)]
pub(super) struct DomainNetworks {
    encoder: Network,
    /// The encoder's residual blocks.
    code: Network,
    residual: Network,
    upsampling: Network,
    head: Network,
    parsing: Option<ParsingNetwork>,
    #[module(skip)]
    config: DomainConfig,
}

/// The part of P that is not shared with G.
#[derive(Module, Debug)]
struct ParsingNetwork {
    /// `None` if hard-shared.
    residual: Option<Network>,
    /// `None` if hard-shared.
    upsampling: Option<Network>,
    head: Network,
}

impl TranslationNetwork for DomainNetworks {
    /// image: G(E(x)); logits: P(E(x)). The code is computed once for both, and so is what is hard-shared.
    fn pass(
        &self,
        images: Tensor<4>,
        parse: bool,
        mode: &mut Mode<'_>,
    ) -> Result<Passed, ShapeError> {
        let parsed = if parse { images.dims()[0] } else { 0 };
        self.pass_some(images, parsed, mode)
    }
}

impl DomainNetworks {
    /// G(E(x)). images: [n, 3, height, width], −1 to 1.
    ///
    /// # Errors
    /// If the size does not suit.
    pub(super) fn translate(
        &self,
        images: Tensor<4>,
        mode: &mut Mode<'_>,
    ) -> Result<Tensor<4>, ShapeError> {
        Ok(self.pass(images, false, mode)?.image)
    }

    /// P(E(x)), [n, classes, height, width]; `None` without a parsing network. images: [n, 3, height, width], −1 to 1.
    ///
    /// # Errors
    /// If the size does not suit.
    pub(super) fn parse(
        &self,
        images: Tensor<4>,
        mode: &mut Mode<'_>,
    ) -> Result<Option<Tensor<4>>, ShapeError> {
        let Some(parsing) = &self.parsing else {
            return Ok(None);
        };
        let (code, mut skips) = self.encode(images, mode)?;
        let residual = parsing.residual.as_ref().unwrap_or(&self.residual);
        let upsampling = parsing.upsampling.as_ref().unwrap_or(&self.upsampling);
        let blocks = residual.forward(code, mode)?;
        let top = upsampling.forward_from(blocks, &mut skips, mode)?;
        Ok(Some(parsing.head.forward(top, mode)?))
    }

    /// E(x), and the maps that skip connections take from it.
    fn encode(
        &self,
        images: Tensor<4>,
        mode: &mut Mode<'_>,
    ) -> Result<(Tensor<4>, Vec<Tensor<4>>), ShapeError> {
        let [_, _, height, width] = images.dims();
        let config = &self.config;
        check_multiple(width, height, config.size_multiple(), config.least_size())?;
        let mut skips = Vec::new();
        let code = self.encoder.forward_from(images, &mut skips, mode)?;
        Ok((self.code.forward(code, mode)?, skips))
    }

    /// The passes of [`TranslationNetwork::pass`] for `images` and of [`Self::translate`] for `others` in one. Only for norms that treat each
    /// image of a batch for itself. Both: [n, 3, height, width], of one size.
    ///
    /// # Errors
    /// If the size does not suit.
    pub(super) fn pass_and_translate(
        &self,
        images: Tensor<4>,
        others: Tensor<4>,
        parse: bool,
        mode: &mut Mode<'_>,
    ) -> Result<(Passed, Tensor<4>), ShapeError> {
        let counts = [images.dims()[0], others.dims()[0]];
        let both = Tensor::cat(vec![images, others], 0);
        let passed = self.pass_some(both, if parse { counts[0] } else { 0 }, mode)?;
        let [image, other] = parted(passed.image, counts);
        let logits = passed.logits;
        Ok((Passed { image, logits }, other))
    }

    /// Translates all images and parses the first `parsed` of them.
    fn pass_some(
        &self,
        images: Tensor<4>,
        parsed: usize,
        mode: &mut Mode<'_>,
    ) -> Result<Passed, ShapeError> {
        let count = images.dims()[0];
        let (code, skips) = self.encode(images, mode)?;
        let blocks = self.residual.forward(code.clone(), mode)?;
        let top = self
            .upsampling
            .forward_from(blocks.clone(), &mut skips.clone(), mode)?;
        let image = self.head.forward(top.clone(), mode)?;
        let logits = match &self.parsing {
            Some(parsing) if parsed > 0 => {
                let some = |map: Tensor<4>| match parsed < count {
                    true => map.narrow(0, 0, parsed),
                    false => map,
                };
                let mut skips: Vec<_> = skips.into_iter().map(some).collect();
                let mut enlarge = |upsampling: &Network, blocks, mode: &mut Mode<'_>| {
                    upsampling.forward_from(blocks, &mut skips, mode)
                };
                let top = match (&parsing.residual, &parsing.upsampling) {
                    (None, None) => some(top),
                    (None, Some(upsampling)) => enlarge(upsampling, some(blocks), mode)?,
                    (Some(residual), own) => {
                        let blocks = residual.forward(some(code), mode)?;
                        let upsampling = own.as_ref().unwrap_or(&self.upsampling);
                        enlarge(upsampling, blocks, mode)?
                    }
                };
                Some(parsing.head.forward(top, mode)?)
            }
            _ => None,
        };
        Ok(Passed { image, logits })
    }

    /// True if each image of a batch is treated for itself.
    pub(super) fn treats_images_apart(&self) -> bool {
        self.config.norm != Norm::Batch
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
