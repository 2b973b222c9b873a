//! The settings that a person can change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::network::DomainConfig;
use super::objective::Lambdas;
use super::segmentation::SegmentationWeights;
use crate::data::images::{ImageNeeds, MaskNeed, Side};
use crate::systems::ConfigError;
use crate::systems::images::shared::config::{
    Direction, DiscriminatorKind, ImageConfig, NetworkConfig, ReportConfig, TrainingConfig,
    check_networks, translation_config, wrong,
};
use crate::systems::images::shared::losses::GanLoss;
use crate::systems::images::shared::networks::{
    BlockPadding, DiscriminatorConfig, Nonlinearity, Norm, Upsampling,
};

/// The `[auggan]` table of a config file. The defaults are those of the paper and, where it is silent, of CycleGAN's official code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AugGanConfig {
    /// Which domain plays which part in names of networks and losses; translations are learned in both directions.
    #[schemars(extend("x-group" = "Images"))]
    pub direction: Direction,
    /// Which domains of the data have masks. The classes are those of its `classes.csv`.
    #[schemars(extend("x-group" = "Images"))]
    pub masks: Masks,
    /// How images reach the networks.
    #[serde(flatten)]
    pub images: ImageConfig,
    /// Channels after the first convolution; deeper maps have more.
    #[schemars(range(min = 1, max = 512), extend("x-group" = "Generator", "x-label" = "Filters"))]
    pub generator_filters: usize,
    /// Residual blocks of each encoder E, which serves both the generator G and the parsing network P.
    #[schemars(range(min = 0, max = 32), extend("x-group" = "Generator", "x-symbol" = "E"))]
    pub encoder_blocks: usize,
    /// Residual blocks after the encoder, of G and of P.
    #[schemars(range(min = 0, max = 32), extend("x-group" = "Generator", "x-symbol" = "G, P"))]
    pub blocks: usize,
    /// How G and P share those residual blocks: hard in the paper.
    #[schemars(extend("x-group" = "Generator"))]
    pub residual_sharing: Sharing,
    /// How G and P share the layers that double the size: softly in the paper.
    #[schemars(extend("x-group" = "Generator"))]
    pub upsampling_sharing: Sharing,
    /// The function after each layer.
    #[schemars(extend("x-group" = "Generator"))]
    pub activation: Nonlinearity,
    /// How the size is doubled.
    #[schemars(extend("x-group" = "Generator"))]
    pub upsampling: Upsampling,
    /// Joins the maps of E to those of the same size in G and P, as a U-Net does: details need not pass through the small maps, so small
    /// networks keep them after little training. Not part of the paper.
    #[schemars(extend("x-group" = "Generator", "x-label" = "Skip connections"))]
    pub skips: bool,
    /// Padding of residual blocks.
    #[schemars(extend("x-group" = "Generator"))]
    pub padding: BlockPadding,
    /// Normalization after a convolution, in generators and discriminators.
    #[schemars(extend("x-group" = "Generator"))]
    pub norm: Norm,
    /// The network that tells real from translated images.
    #[schemars(extend("x-group" = "Discriminator", "x-label" = "Kind"))]
    pub discriminator: DiscriminatorKind,
    /// Channels after its first convolution; deeper maps have up to eight times as many.
    #[schemars(range(min = 1, max = 512), extend("x-group" = "Discriminator", "x-label" = "Filters"))]
    pub discriminator_filters: usize,
    /// Convolutions that halve the size: with 3, each score sees 70 × 70 pixels; with 2, 34 × 34.
    #[schemars(range(min = 1, max = 8), extend("x-group" = "Discriminator", "x-label" = "Layers"))]
    pub discriminator_layers: usize,
    /// Translated images that are kept to be shown to each discriminator again. 0 shows each only once.
    #[schemars(range(min = 0, max = 10_000), extend("x-group" = "Discriminator"))]
    pub pool_size: usize,
    /// Adversarial loss: target scores of real and of translated images; cross entropy ("vanilla") in the paper.
    #[schemars(extend("x-group" = "Losses", "x-label" = "Adversarial loss"))]
    pub gan: GanLoss,
    /// Weight of the cycle loss: how far an image that is translated and translated back is from itself.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Cycle", "x-live" = true, "x-log" = true, "x-symbol" = "λ_cyc"))]
    pub lambda_cycle: f64,
    /// Weight of the cycle loss of B → A → B, if it is not that of A → B → A.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Cycle of B", "x-live" = true, "x-log" = true, "x-symbol" = "λ_B"))]
    pub lambda_cycle_b: Option<f64>,
    /// Weight of the identity loss, as a share of the cycle loss's: images of a domain should pass unchanged through the generator that
    /// translates to it. 0, as in the paper, leaves it out and is faster.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Identity", "x-live" = true, "x-log" = true, "x-symbol" = "λ_idt"))]
    pub lambda_identity: f64,
    /// Weight of the segmentation loss: how far the parsing of an image is from its mask. 0 leaves the parsing networks out.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Segmentation", "x-live" = true, "x-log" = true, "x-symbol" = "λ_seg"))]
    pub lambda_segmentation: f64,
    /// Weight of the semantic consistency (Hoffman et al., CyCADA, 2018): how far the parsing of a translated image by the other domain's
    /// parsing network, held fixed for this, is from the mask of the image it was made of. Needs masks in both domains and the
    /// segmentation loss. 0, as in the paper of AugGAN, leaves it out and is faster.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Consistency", "x-live" = true, "x-log" = true, "x-symbol" = "λ_sem"))]
    pub lambda_consistency: f64,
    /// Within segmentation loss and consistency, weight of the mean distance of the class probabilities from the mask.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Distance", "x-live" = true, "x-log" = true, "x-symbol" = "λ_seg-L1"))]
    pub segmentation_l1: f64,
    /// Likewise, weight of the cross entropy.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Cross entropy", "x-live" = true, "x-log" = true, "x-symbol" = "λ_seg-CE"))]
    pub segmentation_cross_entropy: f64,
    /// Weights of the classes in the cross entropy.
    #[schemars(extend("x-group" = "Losses"))]
    pub class_weights: ClassWeights,
    /// Weight of the sharing loss, which pulls soft-shared weights of G and P together.
    #[schemars(range(min = 0.0, max = 1e6), extend("x-group" = "Losses", "x-label" = "Sharing", "x-live" = true, "x-log" = true, "x-symbol" = "λ_ω"))]
    pub lambda_sharing: f64,
    /// How long and how fast it learns.
    #[serde(flatten)]
    pub training: TrainingConfig,
    /// Snapshots and measurements.
    #[serde(flatten)]
    pub reports: ReportConfig,
}

/// How a part of the generator and of the parsing network share their weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// One copy serves both.
    Hard,
    /// Two copies that a loss pulls together.
    Soft,
    /// Two independent copies.
    None,
}

/// Which domains have masks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Masks {
    /// Both: each translator learns to parse the images it translates.
    Both,
    /// A alone: the translator from B to A has no parsing network.
    A,
}

/// Weights of the classes in the cross entropy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeights {
    /// All the same.
    None,
    /// The median of the classes' frequencies over a class's own, at most 10 (Eigen and Fergus 2015): small things count.
    MedianFrequency,
}

impl Default for AugGanConfig {
    fn default() -> Self {
        Self {
            direction: Direction::default(),
            masks: Masks::Both,
            images: ImageConfig::default(),
            generator_filters: 64,
            encoder_blocks: 3,
            blocks: 6,
            residual_sharing: Sharing::Hard,
            upsampling_sharing: Sharing::Soft,
            activation: Nonlinearity::Relu,
            upsampling: Upsampling::Transposed,
            skips: false,
            padding: BlockPadding::Reflection,
            norm: Norm::Instance,
            discriminator: DiscriminatorKind::Patch,
            discriminator_filters: 64,
            discriminator_layers: 3,
            pool_size: 50,
            gan: GanLoss::LeastSquares,
            lambda_cycle: 10.0,
            lambda_cycle_b: None,
            lambda_identity: 0.0,
            lambda_segmentation: 0.2,
            lambda_consistency: 0.0,
            segmentation_l1: 1.0,
            segmentation_cross_entropy: 1.0,
            class_weights: ClassWeights::None,
            lambda_sharing: 0.02,
            training: TrainingConfig::default(),
            reports: ReportConfig::default(),
        }
    }
}

translation_config!(AugGanConfig);

impl AugGanConfig {
    /// The composition of the networks of a domain. `classes`: that the parsing network tells apart; 0 leaves it out.
    pub(super) fn domain(&self, classes: usize) -> DomainConfig {
        DomainConfig {
            filters: self.generator_filters,
            encoder_blocks: self.encoder_blocks,
            blocks: self.blocks,
            norm: self.norm,
            nonlinearity: self.activation,
            padding: self.padding,
            upsampling: self.upsampling,
            skips: self.skips,
            residual_sharing: self.residual_sharing,
            upsampling_sharing: self.upsampling_sharing,
            classes,
        }
    }

    /// The weights of the losses.
    pub(super) fn lambdas(&self) -> Lambdas {
        Lambdas {
            cycle_a: self.lambda_cycle,
            cycle_b: self.lambda_cycle_b.unwrap_or(self.lambda_cycle),
            identity: self.lambda_identity,
            segmentation: self.lambda_segmentation,
            consistency: self.lambda_consistency,
            terms: SegmentationWeights {
                distance: self.segmentation_l1,
                cross_entropy: self.segmentation_cross_entropy,
            },
            sharing: self.lambda_sharing,
        }
    }

    /// True if images that play a part have masks.
    pub(super) fn has_masks(&self, part: Side) -> bool {
        self.masks == Masks::Both || self.direction.part(part) == Side::A
    }

    pub(super) fn discriminator(&self) -> DiscriminatorConfig {
        let networks = NetworkConfig {
            discriminator: self.discriminator,
            discriminator_filters: self.discriminator_filters,
            discriminator_layers: self.discriminator_layers,
            norm: self.norm,
            ..NetworkConfig::default()
        };
        networks.discriminator(3)
    }

    pub(super) fn needs(&self) -> ImageNeeds {
        ImageNeeds {
            masks: match self.masks {
                Masks::Both => MaskNeed::InBoth,
                Masks::A => MaskNeed::InA,
            },
            ..ImageNeeds::default()
        }
    }

    /// Checks what no single range can.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.images.check(self.training.batch_size)?;
        if self.segmentation_l1 == 0.0 && self.segmentation_cross_entropy == 0.0 {
            return wrong(
                "segmentation_cross_entropy",
                "must be above 0 where segmentation_l1 is 0; CycleGAN learns without masks",
            );
        }
        check_networks(&self.images, &self.domain(0), &self.discriminator())?;
        self.training.check()
    }
}
