//! The settings that a person can change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::systems::ratings::RankingConfig;
use crate::systems::ratings::estimate::estimate;
use crate::systems::{ConfigError, ConfigMap, Estimate, Preset, RatingsFacts, keys};

/// The `[autorec]` table of a config file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AutoRecConfig {
    /// Whose ratings form one input: `item` feeds each item's ratings by all users (I-AutoRec, better in the paper), `user` each
    /// user's ratings of all items (U-AutoRec).
    #[schemars(extend("x-group" = "Network"))]
    pub side: Side,
    /// Hidden units of each layer. One number is the paper's AutoRec; `[500, 250, 500]` its deep variant.
    #[schemars(length(min = 1, max = 9), inner(range(min = 1, max = 10_000)), extend("x-group" = "Network", "x-symbol" = "k"))]
    pub hidden: Vec<usize>,
    /// Activation g of the hidden layers: h(r) = f(W·g(V·r + μ) + b).
    #[schemars(extend("x-group" = "Network", "x-label" = "Activation", "x-symbol" = "g"))]
    pub encoder_activation: Activation,
    /// Activation f of the output: h(r) = f(W·g(V·r + μ) + b). A bounded one (sigmoid, tanh) is stretched to the rating scale.
    #[schemars(extend("x-group" = "Network", "x-label" = "Output", "x-symbol" = "f"))]
    pub decoder_activation: Activation,
    /// Subtracts the mean training rating from the ratings first and adds it to the predictions, so that an unobserved input stands for an
    /// average rating and not for a 0. The paper feeds raw ratings. Has no effect with a bounded output activation, or where λ is found.
    #[schemars(extend("x-group" = "Network"))]
    pub center: bool,
    /// λ of the loss Σ (r − h(r))² + λ/2·(‖W‖² + ‖V‖²) over the observed ratings; biases are not regularized. Too small a λ overfits. (The authors'
    /// code writes ½ Σ (r − h(r))² + λ·(…): a quarter of this λ.) If neither λ nor the epochs are given, both are found on held-out training ratings: the network
    /// learns what the biases of users and items leave, over its standard deviation, each rating from the others of its row, and then all training ratings
    /// with what was found.
    #[schemars(range(min = 0.0, max = 100_000.0), extend("x-group" = "Loss", "x-label" = "Regularizer", "x-live" = true, "x-log" = true, "x-symbol" = "λ", "x-absent" = "Auto", "x-first" = 200.0))]
    pub regularization: Option<f64>,
    /// How the weights are updated. RProp (the paper's) and L-BFGS need full batches; Adam also takes mini-batches.
    #[schemars(extend("x-group" = "Optimizer"))]
    pub optimizer: OptimizerKind,
    /// Step size of Adam; first step size of each weight for RProp, which then adapts them (a change while running scales them); length
    /// of the first trial step for L-BFGS, of which 1 is the natural one.
    #[schemars(range(min = 1e-6, max = 10.0), extend("x-group" = "Optimizer", "x-live" = true, "x-log" = true))]
    pub learning_rate: f64,
    /// Rows (items or users) for each update; 0 takes all of them.
    #[schemars(range(min = 0, max = 1_000_000), extend("x-group" = "Optimizer", "x-zero" = "All"))]
    pub batch_size: usize,
    /// Passes over the training ratings. Without a number they are found together with λ, see the regularizer; a run to which only one of the two is
    /// given takes a default for the other.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Training", "x-absent" = "Auto", "x-first" = 120))]
    pub epochs: Option<u64>,
    /// Share of the training ratings held out to decide which weights are best. With 0 the last weights are kept.
    #[schemars(range(min = 0.0, max = 0.5), extend("x-group" = "Training", "x-label" = "Validation"))]
    pub validation_fraction: f64,
    /// Epochs without a better validation RMSE after which training ends; 0 never ends it early. The best weights are kept either way.
    #[schemars(range(min = 0, max = 100_000), extend("x-group" = "Training"))]
    pub patience: u64,
    /// Epochs between two measurements on validation and test ratings.
    #[schemars(range(min = 1, max = 10_000), extend("x-group" = "Training"))]
    pub evaluate_every: u64,
    /// For several hidden layers: passes in which each layer is trained alone first, as an autoencoder of the layer below, from the
    /// outside in; 0 starts from random weights. The sizes must be symmetric, such as `[500, 250, 500]`.
    #[schemars(range(min = 0, max = 100_000), extend("x-group" = "Training", "x-label" = "Pretraining"))]
    pub pretraining_epochs: u64,
    /// Prediction where the user or the item has no training rating: the mean training rating (with what is known of the biases, where λ is
    /// found), or the middle of the scale (the paper's 3).
    #[schemars(extend("x-group" = "Training"))]
    pub cold_rating: ColdRating,
    /// How recommendations are measured.
    #[serde(flatten)]
    pub ranking: RankingConfig,
}

/// Whose ratings form one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// An item's ratings by all users: I-AutoRec.
    Item,
    /// A user's ratings of all items: U-AutoRec.
    User,
}

/// An element-wise function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// x
    Identity,
    /// 1 / (1 + exp(−x))
    Sigmoid,
    /// max(0, x)
    Relu,
    /// tanh x
    Tanh,
}

/// How the weights are updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OptimizerKind {
    /// Resilient propagation.
    Rprop,
    /// Adam.
    Adam,
    /// Limited-memory BFGS with a strong Wolfe line search.
    Lbfgs,
}

/// Prediction for a user or item without training ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColdRating {
    /// The mean training rating.
    Mean,
    /// The middle of the rating scale.
    Midpoint,
}

impl Default for AutoRecConfig {
    fn default() -> Self {
        Self {
            side: Side::Item,
            hidden: vec![500],
            encoder_activation: Activation::Sigmoid,
            decoder_activation: Activation::Identity,
            center: false,
            regularization: None,
            optimizer: OptimizerKind::Rprop,
            learning_rate: 1e-3,
            batch_size: 0,
            epochs: None,
            validation_fraction: 0.0,
            patience: 0,
            evaluate_every: 1,
            pretraining_epochs: 0,
            cold_rating: ColdRating::Mean,
            ranking: RankingConfig::default(),
        }
    }
}

impl AutoRecConfig {
    /// Checks what no single range can.
    ///
    /// # Errors
    /// Names the key to change.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key: &str, problem: &str| Err(ConfigError::new(key, problem.to_owned()));
        if self.optimizer == OptimizerKind::Lbfgs && self.batch_size != 0 {
            return wrong(
                "batch_size",
                "must be 0 (full batches) with the optimizer \"lbfgs\"",
            );
        }
        if self.optimizer == OptimizerKind::Rprop && self.batch_size != 0 {
            return wrong(
                "batch_size",
                "must be 0 (full batches) with the optimizer \"rprop\"; use \"adam\" for mini-batches",
            );
        }
        if self.patience > 0 && self.validation_fraction == 0.0 {
            return wrong(
                "patience",
                "needs validation ratings: set validation_fraction, such as 0.1, or patience to 0",
            );
        }
        let symmetric = self.hidden.iter().eq(self.hidden.iter().rev());
        if self.pretraining_epochs > 0 && !(symmetric && self.hidden.len() % 2 == 1) {
            return wrong(
                "pretraining_epochs",
                "needs an odd number of hidden layers whose sizes read the same from both ends, such as [500, 250, 500]; or set it to 0",
            );
        }
        Ok(())
    }
}

impl AutoRecConfig {
    /// What a run on ratings like these takes.
    pub(super) fn estimate(&self, facts: &RatingsFacts) -> Estimate {
        let (rows, inputs) = match self.side {
            Side::Item => (facts.items, facts.users),
            Side::User => (facts.users, facts.items),
        };
        let mut sizes = vec![inputs];
        sizes.extend(&self.hidden);
        sizes.push(inputs);
        let layers = sizes.windows(2);
        let parameters = layers.map(|sizes| (sizes[0] + 1) * sizes[1]).sum();
        // Where λ is found, what each rating says of itself is taken away: a product of both matrices, and slopes of the hidden units.
        let leaves_out = self.regularization.is_none() && self.epochs.is_none();
        // A weight has a value and a gradient, and two numbers that the optimizer remembers, or ten pairs of them.
        let copies = match self.optimizer {
            OptimizerKind::Rprop | OptimizerKind::Adam => 4,
            OptimizerKind::Lbfgs => 26,
        } + usize::from(leaves_out);
        // Each hidden unit has a value before and after the function, and gradients of both.
        let of_unit = if leaves_out { 8 } else { 4 };
        let values = of_unit * rows * self.hidden.iter().sum::<usize>();
        estimate(facts, parameters, copies, values)
    }
}

/// The defaults that depend on other keys. Those of λ and the epochs, for whoever gives one of them, were chosen on a tenth of MovieLens 100k's `u1.base`: the error there stays within 0.001 of its
/// lowest from two thirds of these epochs to one and a half times as many.
pub(super) fn defaults(given: &ConfigMap) -> ConfigMap {
    let word = |key: &str| given.get(key).and_then(Value::as_str);
    let has = |key: &str| given.get(key).is_some_and(Value::is_number);
    let values = match (has("regularization") || has("epochs"), word("side")) {
        // Both are found.
        (false, _) => json!({}),
        (true, Some("user")) => json!({"regularization": 100.0, "epochs": 80}),
        (true, _) => json!({"regularization": 200.0, "epochs": 120}),
    };
    let mut values = keys(values);
    values.extend(keys(match word("optimizer") {
        Some("adam") => json!({"batch_size": 64}),
        Some("lbfgs") => json!({"learning_rate": 1.0}),
        _ => json!({}),
    }));
    values
}

/// The presets; the first is the default.
pub(super) fn presets() -> Vec<Preset> {
    vec![
        Preset::new(
            "default",
            "RProp on full batches; λ, epochs and what the network sees are found on held-out training ratings.",
            json!({}),
        ),
        Preset::new(
            "paper",
            "I-AutoRec of the paper: 500 sigmoid units, RProp, cold ratings in the middle of the scale; λ from the authors' config for MovieLens 1M.",
            json!({
                "side": "item", "hidden": [500], "optimizer": "rprop", "regularization": 400.0, "epochs": 500,
                "cold_rating": "midpoint",
            }),
        ),
        Preset::new(
            "paper_deep",
            "Deep I-AutoRec of the paper: 500, 250 and 500 sigmoid units with greedy pretraining; λ and epochs chosen on validation ratings of MovieLens 100k.",
            json!({
                "side": "item", "hidden": [500, 250, 500], "optimizer": "rprop", "regularization": 40.0, "epochs": 150,
                "pretraining_epochs": 60, "cold_rating": "midpoint",
            }),
        ),
        Preset::new(
            "early_stopping",
            "Holds out a twentieth of the training ratings and stops when the error on them no longer falls: while λ stays as given.",
            json!({"regularization": 200.0, "validation_fraction": 0.05, "patience": 20, "epochs": 500}),
        ),
        Preset::new(
            "quick",
            "100 hidden units and Adam on mini-batches: a first look at large data.",
            json!({"regularization": 200.0, "hidden": [100], "optimizer": "adam", "learning_rate": 0.003, "batch_size": 64, "epochs": 20}),
        ),
    ]
}
