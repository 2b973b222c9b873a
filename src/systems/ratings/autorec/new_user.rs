//! A user who was not there in training.
//!
//! U-AutoRec takes any user's ratings as its input: h(r) as in training. I-AutoRec has a row of W and a bias for each user, and a column of V; a new
//! user has none. Their row and bias are those that make the loss the least with everything else as it is: a column of zeros in V leaves the
//! hidden values h of the items as they were, and what remains of eq. 3 is Σ (r − f(w·h + b))² over what they rated, plus λ/2 times a square of w.
//! In place of ‖w‖² stands ‖w − w₀‖² with w₀ the mean row of all users: who says little is taken for an average user, not for one to whom all
//! items are alike.

use super::config::{Activation, Side};
use super::decoder::Decoder;
use super::network::{AutoRec, Functions, Layer};
use super::problem::Problem;
use super::weights::values;
use crate::systems::TrainError;
use crate::systems::ratings::dot;
use crate::systems::ratings::regression::Regression;

/// What predictions for a new user need beside the decoder, in host memory.
pub(super) enum NewUserModel {
    /// The average user of I-AutoRec.
    Item {
        /// The mean row of W: [width].
        weights: Vec<f64>,
        /// The mean of b.
        bias: f64,
        /// λ
        regularization: f64,
    },
    /// The encoder of U-AutoRec.
    User {
        /// Vᵀ: [items, first hidden] and μ.
        encoder: HostLayer,
        /// Layers between hidden layers.
        middle: Vec<HostLayer>,
    },
}

/// A layer in host memory. weights: [inputs, outputs].
pub(super) struct HostLayer {
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl HostLayer {
    fn new(layer: &Layer) -> Result<Self, TrainError> {
        Ok(Self {
            weights: values(layer.weights.val())?,
            bias: values(layer.bias.val())?,
        })
    }

    /// g(bias + Σ of the weights of each input times its value).
    fn forward(&self, inputs: impl Iterator<Item = (usize, f32)>, g: Activation) -> Vec<f32> {
        let width = self.bias.len();
        let mut outputs = self.bias.clone();
        for (input, value) in inputs {
            let weights = &self.weights[input * width..(input + 1) * width];
            for (output, weight) in outputs.iter_mut().zip(weights) {
                *output += value * weight;
            }
        }
        for output in &mut outputs {
            *output = g.at(*output);
        }
        outputs
    }
}

impl NewUserModel {
    pub(super) fn new(
        regularization: f64,
        problem: &Problem,
        model: &AutoRec,
        decoder: &Decoder,
    ) -> Result<Self, TrainError> {
        match problem.side {
            Side::Item => {
                let warm: Vec<usize> = (0..decoder.bias.len())
                    .filter(|user| !problem.is_cold_column(*user))
                    .collect();
                let count = warm.len().max(1) as f64;
                let mut weights = vec![0.0; decoder.width];
                let mut bias = 0.0;
                for user in warm {
                    let row = &decoder.weights[user * decoder.width..(user + 1) * decoder.width];
                    for (mean, weight) in weights.iter_mut().zip(row) {
                        *mean += f64::from(*weight) / count;
                    }
                    bias += f64::from(decoder.bias[user]) / count;
                }
                Ok(Self::Item {
                    weights,
                    bias,
                    regularization,
                })
            }
            Side::User => Ok(Self::User {
                encoder: HostLayer::new(&model.encoder)?,
                middle: model
                    .middle
                    .iter()
                    .map(HostLayer::new)
                    .collect::<Result<_, _>>()?,
            }),
        }
    }

    /// The ratings of every item by a user who gave these (ascending, of items that are not cold).
    pub(super) fn predict(
        &self,
        ratings: &[(u32, f32)],
        problem: &Problem,
        decoder: &Decoder,
    ) -> Vec<f32> {
        let functions = &problem.functions;
        let items = match problem.side {
            Side::Item => problem.train.rows(),
            Side::User => problem.train.columns(),
        };
        let base = problem.base.of_new_user(ratings, items);
        let target = |item: u32, rating: f32| (rating - base[item as usize]) / problem.base.scale();
        match self {
            Self::Item {
                weights,
                bias,
                regularization,
            } => {
                let width = decoder.width;
                let code = |item: usize| &decoder.hidden[item * width..(item + 1) * width];
                let inputs: Vec<f32> = ratings
                    .iter()
                    .flat_map(|(item, _)| code(*item as usize))
                    .copied()
                    .collect();
                let targets: Vec<f32> = ratings
                    .iter()
                    .map(|(item, rating)| target(*item, *rating))
                    .collect();
                let fitted = Regression {
                    inputs: &inputs,
                    width,
                    targets: &targets,
                    function: |z| functions.value_and_slope(z),
                    start: weights,
                    bias: *bias,
                    bias_is_free: true,
                    penalty: regularization / 2.0,
                }
                .solve();
                let row: Vec<f32> = fitted.weights.iter().map(|weight| *weight as f32).collect();
                let score = |item: usize| {
                    let output = functions.output_of(dot(code(item), &row) + fitted.bias as f32);
                    problem.score_of(problem.is_cold_row(item), base[item], output)
                };
                (0..items).map(score).collect()
            }
            Self::User { encoder, middle } => {
                let g = functions.encoder;
                let count = ratings.len();
                let inputs = ratings.iter().map(|(item, rating)| {
                    let input = problem.seen.input(target(*item, *rating), count);
                    (*item as usize, input)
                });
                let first = encoder.forward(inputs, g);
                let hidden = middle.iter().fold(first, |values, layer| {
                    layer.forward(values.into_iter().enumerate(), g)
                });
                let score = |item: usize| {
                    let output = functions.output_of(decoder.of(&hidden, item));
                    // Who rated nothing is as cold as in training.
                    let is_cold = ratings.is_empty() || problem.is_cold_column(item);
                    problem.score_of(is_cold, base[item], output)
                };
                (0..items).map(score).collect()
            }
        }
    }

    pub(super) fn method(&self) -> String {
        match self {
            Self::Item { regularization, .. } => format!(
                "item-based AutoRec: a row of W and a bias are fitted to your ratings by least squares on the hidden values of the items, which stay as they are, with λ = {regularization} pulling the row to the mean of all users'; the encoder has not seen your ratings"
            ),
            Self::User { .. } => {
                "user-based AutoRec: your ratings go through the network as any user's do; nothing is fitted".to_owned()
            }
        }
    }
}

impl Activation {
    /// The same for one value.
    fn at(self, x: f32) -> f32 {
        match self {
            Self::Identity => x,
            Self::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Self::Relu => x.max(0.0),
            Self::Tanh => x.tanh(),
        }
    }
}

impl Functions {
    /// f, stretched to the scale if it is bounded, and its slope.
    fn value_and_slope(&self, z: f64) -> (f64, f64) {
        let (low, high) = (f64::from(self.scale.0), f64::from(self.scale.1));
        match self.decoder {
            Activation::Identity => (z, 1.0),
            Activation::Relu if z > 0.0 => (z, 1.0),
            Activation::Relu => (0.0, 0.0),
            Activation::Sigmoid => {
                let value = 1.0 / (1.0 + (-z).exp());
                let range = high - low;
                (low + range * value, range * value * (1.0 - value))
            }
            Activation::Tanh => {
                let (value, half) = (z.tanh(), (high - low) / 2.0);
                (
                    (low + high) / 2.0 + half * value,
                    half * (1.0 - value * value),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use burn::tensor::Device;

    use super::super::config::AutoRecConfig;
    use super::*;
    use crate::data::RatingsData;
    use crate::systems::ratings::Split;

    /// Two users, four items of which nobody rated the last; hidden values of two units and rows of W that are easy to add up.
    fn item_based(regularization: f64) -> (Problem, Decoder, NewUserModel) {
        let config = AutoRecConfig {
            hidden: vec![2],
            regularization: Some(regularization),
            ..AutoRecConfig::default()
        };
        let train = [(0, 0, 5.0), (0, 1, 1.0), (1, 2, 3.0)];
        let data = Arc::new(RatingsData::from_triplets(2, 4, &train, &[]));
        let split = Split::new(&data, 0.0, 1).expect("a split");
        let problem = Problem::new(&config, &split, None);
        let decoder = Decoder {
            hidden: vec![0.5, 0.25, -1.0, 0.75, 0.3, -0.6, 0.1, 0.1],
            weights: vec![1.0, 0.0, 0.0, 2.0],
            bias: vec![2.0, 4.0],
            width: 2,
        };
        let network = AutoRec::new(&config, 2, None, &Device::flex());
        let model =
            NewUserModel::new(regularization, &problem, &network, &decoder).expect("a model");
        (problem, decoder, model)
    }

    #[test]
    fn item_based_the_loss_of_a_new_user_is_least_at_their_row() {
        let (problem, decoder, model) = item_based(0.8);
        let scores = model.predict(&[(0, 5.0), (1, 2.0), (2, 4.0)], &problem, &decoder);
        // At the minimum Σ e = 0 and λ/2 (w − w₀) = Σ e h, with e the errors of what comes out: so the scores say what w must be.
        let errors = [5.0 - scores[0], 2.0 - scores[1], 4.0 - scores[2]];
        assert!(errors.iter().sum::<f32>().abs() < 1e-5, "{errors:?}");
        let codes = [[0.5, 0.25], [-1.0, 0.75], [0.3, -0.6]];
        let w = [0, 1].map(|unit| {
            let pull: f32 = (0..3).map(|at| errors[at] * codes[at][unit]).sum();
            // w₀ is the mean of (1, 0) and (0, 2).
            [0.5, 1.0][unit] + pull / 0.4
        });
        let of = |code: [f32; 2]| w[0] * code[0] + w[1] * code[1];
        let bias = scores[0] - of(codes[0]);
        for at in 1..3 {
            assert!(
                (scores[at] - of(codes[at]) - bias).abs() < 1e-4,
                "{scores:?}"
            );
        }
        // Nobody rated the fourth item: it gets the mean, as for every user.
        assert_eq!(scores[3], 3.0);
    }

    #[test]
    fn item_based_who_rated_nothing_is_the_average_user() {
        let (problem, decoder, model) = item_based(0.8);
        let scores = model.predict(&[], &problem, &decoder);
        // w₀ = (0.5, 1), b = 3.
        assert!((scores[0] - 3.5).abs() < 1e-6 && (scores[1] - 3.25).abs() < 1e-6);
        // One rating moves everything by as much: it says how generous the user is, and nothing else.
        let one = model.predict(&[(0, 4.0)], &problem, &decoder);
        for (one, none) in one.iter().zip(&scores).take(3) {
            assert!((one - none - 0.5).abs() < 1e-5, "{one} and {none}");
        }
    }
}
