//! Names of the measures of a step.

/// The adversarial loss of G_A: how well D_A takes its fakes for real.
pub const GAN_A: &str = "loss/gan_a";
/// The adversarial loss of G_B.
pub const GAN_B: &str = "loss/gan_b";
/// |G_B(G_A(a)) − a|, mean.
pub const CYCLE_A: &str = "loss/cycle_a";
/// |G_A(G_B(b)) − b|, mean.
pub const CYCLE_B: &str = "loss/cycle_b";
/// |G_A(b) − b|, mean: images of B should pass unchanged through what translates to B.
pub const IDENTITY_A: &str = "loss/identity_a";
/// |G_B(a) − a|, mean.
pub const IDENTITY_B: &str = "loss/identity_b";
/// The loss of D_A, which judges images of B: half for real, half for fake ones.
pub const DISCRIMINATOR_A: &str = "loss/discriminator_a";
/// The loss of D_B, which judges images of A.
pub const DISCRIMINATOR_B: &str = "loss/discriminator_b";
/// The weighted sum that the generators descend.
pub const GENERATOR: &str = "loss/generator";
/// |G(a) − b|, mean, of pairs.
pub const L1: &str = "loss/l1";
/// How well the parsing of images of A fits their masks.
pub const SEGMENTATION_A: &str = "loss/segmentation_a";
/// How well the parsing of images of B fits their masks.
pub const SEGMENTATION_B: &str = "loss/segmentation_b";
/// How well the parsing of translations of A, by the networks of B, fits the masks of A.
pub const CONSISTENCY_A: &str = "loss/consistency_a";
/// How well the parsing of translations of B, by the networks of A, fits the masks of B.
pub const CONSISTENCY_B: &str = "loss/consistency_b";
/// How far the soft-shared weights of the networks of A are from parallel.
pub const SHARING_A: &str = "loss/sharing_a";
/// Likewise of B.
pub const SHARING_B: &str = "loss/sharing_b";
/// Share of real patches of B that D_A takes for real.
pub const ACCURACY_REAL_A: &str = "discriminator_a/accuracy_real";
/// Share of fake patches of B that D_A takes for fake.
pub const ACCURACY_FAKE_A: &str = "discriminator_a/accuracy_fake";
/// Share of real patches of A that D_B takes for real.
pub const ACCURACY_REAL_B: &str = "discriminator_b/accuracy_real";
/// Share of fake patches of A that D_B takes for fake.
pub const ACCURACY_FAKE_B: &str = "discriminator_b/accuracy_fake";
/// The learning rate of this step.
pub const LEARNING_RATE: &str = "train/learning_rate";
