//! The settings that a person can change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::systems::ConfigError;

/// The `[deepcc]` table of a config file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeepCcConfig {
    /// Number of row clusters.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Clusters", "x-label" = "Of rows", "x-symbol" = "g"))]
    pub row_clusters: usize,
    /// Number of column clusters; as many as row clusters if it is not given.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Clusters", "x-label" = "Of columns", "x-symbol" = "m"))]
    pub column_clusters: usize,
    /// Trains this many times from new weights and keeps the result with the lowest loss.
    #[schemars(range(min = 1, max = 100), extend("x-group" = "Clusters"))]
    pub restarts: u64,
    /// Values of missing cells (of ratings, the pairs without one), unless `[data]` fills them.
    #[schemars(extend("x-group" = "Input"))]
    pub missing: Missing,
    /// How the cells are scaled before they enter the autoencoders.
    #[schemars(extend("x-group" = "Input"))]
    pub scaling: Scaling,
    /// Subtracts what every row shares: from the spectral scaling its first pair of singular vectors, √r √cᵀ (what is left are the
    /// residuals of a χ² test), from the others the mean of each input.
    #[schemars(extend("x-group" = "Input"))]
    pub center: bool,
    /// Scales every row (and every column, as its autoencoder sees it) to length 1.
    #[schemars(extend("x-group" = "Input"))]
    pub unit_length: bool,
    /// Hidden units of the row autoencoder's encoder, before the code; the decoder is the mirror. 0 goes by the number of inputs, as in the
    /// paper: 100, from 400 on 200 and 100, from 800 on 500, 200 and 100, from 3000 on 1000, 500 and 200. Beyond 10,000, which the paper does
    /// not reach, they narrow again, so that the outer layers keep to about ten million weights: 500, 200 and 100, beyond 20,000 200 and 100,
    /// beyond 50,000 100.
    #[schemars(length(min = 1, max = 9), inner(range(min = 0, max = 10_000)), extend("x-group" = "Autoencoders"))]
    pub row_hidden: Vec<usize>,
    /// The same for the column autoencoder.
    #[schemars(length(min = 1, max = 9), inner(range(min = 0, max = 10_000)), extend("x-group" = "Autoencoders"))]
    pub column_hidden: Vec<usize>,
    /// Units of the code z, of both sides. 0 takes twice as many as the side has clusters, at least 8.
    #[schemars(range(min = 0, max = 1000), extend("x-group" = "Autoencoders", "x-symbol" = "z", "x-zero" = "Auto"))]
    pub code: usize,
    /// Adds a linear path around encoder and decoder, which starts at the truncated singular value decomposition of the input; the layers
    /// learn what it misses. Keeps deep autoencoders from memorizing small data.
    #[schemars(extend("x-group" = "Autoencoders"))]
    pub linear_path: bool,
    /// Activation of hidden layers; code and output are linear.
    #[schemars(extend("x-group" = "Autoencoders"))]
    pub activation: Activation,
    /// Biases start at this value; the paper's code starts them at 0.1.
    #[schemars(range(min = -1.0, max = 1.0), extend("x-group" = "Autoencoders"))]
    pub initial_bias: f64,
    /// The error of a reconstruction.
    #[schemars(extend("x-group" = "Autoencoders", "x-label" = "Error", "x-symbol" = "l"))]
    pub reconstruction: Reconstruction,
    /// Adds the error of each layer alone to that of the whole autoencoder, as the official code does.
    #[schemars(extend("x-group" = "Autoencoders"))]
    pub layer_errors: bool,
    /// Hidden units of the networks from the codes to the soft assignments.
    #[schemars(length(min = 1, max = 9), inner(range(min = 1, max = 10_000)), extend("x-group" = "Assignments", "x-label" = "Inference net", "x-symbol" = "η"))]
    pub inference_hidden: Vec<usize>,
    /// Divides the codes by their mean size, as it is when the inference nets start, before they enter them.
    #[schemars(extend("x-group" = "Assignments"))]
    pub scale_codes: bool,
    /// Covariance of the mixture's components.
    #[schemars(extend("x-group" = "Assignments", "x-symbol" = "Σ"))]
    pub covariance: Covariance,
    /// Added to the variances of the mixture: keeps a component from shrinking to a point.
    #[schemars(range(min = 1e-9, max = 1.0), extend("x-group" = "Assignments", "x-log" = true))]
    pub variance_floor: f64,
    /// Where the joint p(x_i, y_j) of rows and columns comes from.
    #[schemars(extend("x-group" = "Joint", "x-symbol" = "J"))]
    pub joint: JointKind,
    /// How the observed joint weighs the cells; for no other.
    #[schemars(extend("x-group" = "Joint", "x-label" = "Weighting"))]
    pub joint_weighting: JointWeighting,
    /// How cells are added up to the joint of the clusters.
    #[schemars(extend("x-group" = "Joint"))]
    pub block_sums: BlockSums,
    /// The form of the cross loss.
    #[schemars(extend("x-group" = "Joint"))]
    pub cross_form: CrossForm,
    /// Width of the Gaussian joint, exp(−‖γ_r − γ_c‖² / 2σ²); for no other.
    #[schemars(range(min = 0.01, max = 10.0), extend("x-group" = "Joint", "x-log" = true, "x-symbol" = "σ"))]
    pub kernel_width: f64,
    /// Weight of the reconstruction errors.
    #[schemars(range(min = 0.0, max = 1e9), extend("x-group" = "Losses", "x-label" = "Reconstruction", "x-live" = true, "x-log" = true, "x-symbol" = "λ1"))]
    pub lambda1: f64,
    /// Weight of P_ae, half the squared weights of the autoencoders (the linear path is free).
    #[schemars(range(min = 0.0, max = 1e9), extend("x-group" = "Losses", "x-label" = "Weight decay", "x-live" = true, "x-log" = true, "x-symbol" = "λ2"))]
    pub lambda2: f64,
    /// Weight of −L, the lower bound of the mixture's likelihood: energy and KL divergence.
    #[schemars(range(min = 0.0, max = 1e9), extend("x-group" = "Losses", "x-label" = "Mixture", "x-live" = true, "x-log" = true, "x-symbol" = "λ3"))]
    pub lambda3: f64,
    /// Weight of the cross loss 1 − I(X̂; Ŷ) / I(X; Y).
    #[schemars(range(min = 0.0, max = 1e9), extend("x-group" = "Losses", "x-label" = "Cross loss", "x-live" = true, "x-log" = true, "x-symbol" = "λ4"))]
    pub lambda4: f64,
    /// Weight of P_inf, the sum of the inverse variances; 1 in the paper.
    #[schemars(range(min = 0.0, max = 1e9), extend("x-group" = "Losses", "x-label" = "Covariance", "x-live" = true, "x-log" = true))]
    pub covariance_weight: f64,
    /// How the autoencoders are trained before the rest.
    #[schemars(extend("x-group" = "Pretraining"))]
    pub pretraining: Pretraining,
    /// Passes of the pretraining; of each layer, if layer by layer. 0 takes 50 where an update takes all rows, fewer with many batches: enough
    /// for 200 updates, at least 5.
    #[schemars(range(min = 0, max = 100_000), extend("x-group" = "Pretraining", "x-label" = "Epochs", "x-zero" = "Auto"))]
    pub pretraining_epochs: u64,
    /// Step size of Adam while pretraining.
    #[schemars(range(min = 1e-7, max = 1.0), extend("x-group" = "Pretraining", "x-label" = "Learning rate", "x-log" = true))]
    pub pretraining_rate: f64,
    /// Where the inference nets start: they are fitted to these clusters of the codes.
    #[schemars(extend("x-group" = "Start"))]
    pub start: Start,
    /// Passes in which the inference nets are fitted to the clusters they start from. 0 takes 100 where an update takes all rows, fewer with
    /// many batches: enough for 400 updates, at least 5.
    #[schemars(range(min = 0, max = 100_000), extend("x-group" = "Start", "x-label" = "Epochs", "x-zero" = "Auto"))]
    pub start_epochs: u64,
    /// Step size of Adam while the inference nets are fitted to their start.
    #[schemars(range(min = 1e-7, max = 1.0), extend("x-group" = "Start", "x-label" = "Learning rate", "x-log" = true))]
    pub start_rate: f64,
    /// Share of each row that is spread over all clusters when the inference nets are fitted to their start: they begin less certain.
    #[schemars(range(min = 0.0, max = 0.9), extend("x-group" = "Start"))]
    pub label_smoothing: f64,
    /// Passes over the data in which everything is trained together.
    #[schemars(range(min = 1, max = 1_000_000), extend("x-group" = "Training"))]
    pub epochs: u64,
    /// Step size of Adam.
    #[schemars(range(min = 1e-7, max = 1.0), extend("x-group" = "Training", "x-live" = true, "x-log" = true))]
    pub learning_rate: f64,
    /// In the second half of the epochs the step size is multiplied by this and Adam starts anew; 1 changes nothing.
    #[schemars(range(min = 1e-4, max = 1.0), extend("x-group" = "Training", "x-log" = true))]
    pub late_rate: f64,
    /// Rows, and columns, for each update. 0 takes all of them up to 8192 rows or columns, and 2048 beyond.
    #[schemars(range(min = 0, max = 1_000_000), extend("x-group" = "Training", "x-zero" = "Auto"))]
    pub batch_size: usize,
}

/// Values of missing cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Likings or column means, whichever has more structure: leading singular values that stand higher above those of the same
    /// cells with random signs. Likings in a matrix too large to write out.
    Auto,
    /// The choice of `[data]`: zero, if it makes none.
    Filled,
    /// Cells become exp((x − mean of the row) / standard deviation); a missing one is 0, no liking.
    Liking,
    /// The mean of the column, drawn toward that of all cells where it has few.
    ColumnMean,
}

/// How the observed joint weighs the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JointWeighting {
    /// p(x_i, y_j) = x_ij / Σ x: rows and columns with large sums weigh more.
    None,
    /// The cells of D_r^-1/2 X D_c^-1/2 over their sum: large rows and columns weigh less.
    Spectral,
}

/// How the cells are scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// As they are.
    None,
    /// Each input to mean 0 and standard deviation 1 (the paper's).
    Zscore,
    /// Counts of terms (columns) in documents (rows): x · ln(n / documents with the term).
    Tfidf,
    /// D_r^-1/2 X D_c^-1/2 with the sums of rows and columns, as spectral co-clustering does.
    Spectral,
}

/// An element-wise function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// tanh x
    Tanh,
    /// max(0, x)
    Relu,
}

/// The error of a reconstruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reconstruction {
    /// Mean of ‖x − x̂‖² over the rows.
    Squared,
    /// Mean of ‖x − x̂‖ over the rows (the official code's).
    Norm,
}

/// Covariance of the mixture's components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Covariance {
    /// Only variances (the official code's).
    Diagonal,
    /// All of it.
    Full,
}

/// Where the joint of rows and columns comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JointKind {
    /// The cells themselves, x_ij / Σ x. The only one in which the data is part of the cross loss.
    Observed,
    /// γ_r(i) · γ_c(j), the paper's; as many row as column clusters.
    Dot,
    /// The cosine of γ_r(i) and γ_c(j); as many row as column clusters.
    Cosine,
    /// exp(−‖γ_r(i) − γ_c(j)‖² / 2σ²); as many row as column clusters.
    Gaussian,
    /// γ_r(i)ᵀ B γ_c(j) with a positive B that is learned.
    Bilinear,
}

/// How cells are added up to the joint of the clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockSums {
    /// Each row and column belongs to every cluster by its share γ.
    Soft,
    /// Each belongs to its most likely cluster alone (the official code's); not for the observed joint, which would have no gradient.
    Hard,
}

/// The form of the cross loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CrossForm {
    /// 1 − I(X̂; Ŷ) / I(X; Y), as in the paper.
    Share,
    /// ln(1 + |1 − I(X̂; Ŷ) / I(X; Y)|), as in the official code.
    Logarithm,
}

/// How the autoencoders are trained before the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pretraining {
    /// Not at all.
    None,
    /// Each pair of layers alone, from the outside in (the official code's).
    Layerwise,
    /// All layers together (the paper's).
    EndToEnd,
}

/// Where the inference nets start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Random weights (the paper's).
    Random,
    /// k-means on the codes.
    Kmeans,
    /// What many runs of k-means on the codes agree on (evidence accumulation, Fred and Jain 2005).
    Consensus,
    /// Spectral co-clustering of the matrix.
    Spectral,
}

impl Default for DeepCcConfig {
    fn default() -> Self {
        Self {
            row_clusters: 4,
            column_clusters: 4,
            restarts: 1,
            missing: Missing::Auto,
            scaling: Scaling::Spectral,
            center: true,
            unit_length: true,
            row_hidden: vec![100],
            column_hidden: vec![100],
            code: 0,
            linear_path: true,
            activation: Activation::Tanh,
            initial_bias: 0.0,
            reconstruction: Reconstruction::Squared,
            layer_errors: false,
            inference_hidden: vec![160, 80, 40],
            scale_codes: true,
            covariance: Covariance::Diagonal,
            variance_floor: 0.01,
            joint: JointKind::Observed,
            joint_weighting: JointWeighting::Spectral,
            block_sums: BlockSums::Soft,
            cross_form: CrossForm::Share,
            kernel_width: 0.5,
            lambda1: 1.0,
            lambda2: 0.001,
            lambda3: 0.001,
            lambda4: 3.0,
            covariance_weight: 0.0,
            pretraining: Pretraining::EndToEnd,
            pretraining_epochs: 0,
            pretraining_rate: 0.001,
            start: Start::Consensus,
            start_epochs: 0,
            start_rate: 0.001,
            label_smoothing: 0.1,
            epochs: 40,
            learning_rate: 0.001,
            late_rate: 1.0,
            batch_size: 0,
        }
    }
}

impl DeepCcConfig {
    /// Checks what no single range can.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key: &str, problem: String| {
            Err(ConfigError {
                key: key.to_owned(),
                problem,
            })
        };
        if self.joint.needs_equal_counts() && self.row_clusters != self.column_clusters {
            return wrong(
                "column_clusters",
                format!(
                    "must be {}, as many as row_clusters, with this joint: it compares the assignments of a row and a column; the joints \"observed\" and \"bilinear\" take any counts",
                    self.row_clusters
                ),
            );
        }
        if self.joint == JointKind::Observed && self.block_sums == BlockSums::Hard {
            return wrong(
                "block_sums",
                "must be \"soft\" with the joint \"observed\": sums over hard assignments of fixed cells have no gradient".to_owned(),
            );
        }
        for (key, hidden) in [
            ("row_hidden", &self.row_hidden),
            ("column_hidden", &self.column_hidden),
        ] {
            if hidden.len() > 1 && hidden.contains(&0) {
                return wrong(
                    key,
                    "must be 0 alone, or sizes of at least 1, such as [500, 200, 100]".to_owned(),
                );
            }
        }
        if self.linear_path && self.pretraining == Pretraining::Layerwise {
            return wrong(
                "pretraining",
                "must be \"end_to_end\" or \"none\" with linear_path: the layers learn what the linear path misses, not each other's values"
                    .to_owned(),
            );
        }
        if self.linear_path && self.layer_errors {
            return wrong(
                "layer_errors",
                "must be false with linear_path: the layers learn what the linear path misses, not each other's values".to_owned(),
            );
        }
        Ok(())
    }
}

/// Hidden sizes of an autoencoder with this many inputs where `chosen` is 0: the paper's up to its largest, 10,000 inputs; beyond, narrow
/// enough for the memory that the outer layers take with their moments.
pub(super) fn hidden_sizes(chosen: &[usize], inputs: usize) -> Vec<usize> {
    if chosen != [0] {
        return chosen.to_vec();
    }
    match inputs {
        ..400 | 50_001.. => vec![100],
        400..800 | 20_001..=50_000 => vec![200, 100],
        800..3000 | 10_001..=20_000 => vec![500, 200, 100],
        3000..=10_000 => vec![1000, 500, 200],
    }
}
