//! Biased matrix factorization by stochastic gradient descent.

use rand::seq::SliceRandom;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use super::user_item_bias::Biases;
use crate::data::Sparse;
use crate::nn::checkpoint::{Checkpoint, CheckpointWriter};
use crate::systems::TrainError;
use crate::systems::ratings::regression::Regression;
use crate::systems::ratings::{Comparison, PairModel, Split, Weights, dot, mean_rating};

/// r̂ = μ + b_u + b_i + p_uᵀ q_i (Koren, Bell and Volinsky, Computer 42(8), 2009, eq. 4).
#[derive(Debug, Clone)]
pub(super) struct Factors {
    /// k, the length of a factor vector.
    rank: usize,
    seed: u64,
    pub(super) rates: Rates,
    /// True if the biases alone take the place of factors that are not shown to be better.
    pub(super) falls_back: bool,
    mean: f32,
    user_bias: Vec<f32>,
    item_bias: Vec<f32>,
    /// [users, k], rows first.
    user_factors: Vec<f32>,
    /// [items, k], rows first.
    item_factors: Vec<f32>,
}

/// The settings of the updates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rates {
    /// γ of the first epoch.
    pub(super) learning_rate: f64,
    /// The factor on γ after each epoch.
    pub(super) decay: f64,
    /// λ.
    pub(super) regularization: f64,
}

impl Factors {
    /// Factors of zeros, to load a checkpoint into.
    pub(super) fn zeros(users: usize, items: usize, rank: usize, rates: Rates, seed: u64) -> Self {
        Self {
            rank,
            seed,
            rates,
            falls_back: false,
            mean: 0.0,
            user_bias: vec![0.0; users],
            item_bias: vec![0.0; items],
            user_factors: vec![0.0; users * rank],
            item_factors: vec![0.0; items * rank],
        }
    }

    /// Factors drawn from N(0, `deviation`²). Users and items without a rating in `ratings` keep zeros: their prediction is the mean
    /// plus the bias of the other side.
    pub(super) fn random(
        ratings: &Sparse,
        rank: usize,
        deviation: f32,
        rates: Rates,
        seed: u64,
    ) -> Self {
        let mut own = Self::zeros(ratings.rows(), ratings.columns(), rank, rates, seed);
        own.mean = mean_rating(ratings);
        let mut rated = vec![false; ratings.columns()];
        for &item in ratings.column_indices() {
            rated[item as usize] = true;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut draw = |factors: &mut [f32]| {
            for factor in factors {
                let standard: f32 = StandardNormal.sample(&mut rng);
                *factor = deviation * standard;
            }
        };
        for (user, factors) in own.user_factors.chunks_exact_mut(rank).enumerate() {
            if !ratings.row(user).0.is_empty() {
                draw(factors);
            }
        }
        for (item, factors) in own.item_factors.chunks_exact_mut(rank).enumerate() {
            if rated[item] {
                draw(factors);
            }
        }
        own
    }

    /// The biases of the bias model without factors, if on the validation ratings these factors are not better by more than two standard errors than
    /// biases from the same training ratings. Those that are returned are from all of them.
    pub(super) fn biases_instead(&self, ratings: &Split) -> Option<(Self, String)> {
        let held_out = ratings.validation().filter(|_| self.falls_back)?;
        let biases = Biases::fit(ratings.train(), 1.0);
        let (low, high) = ratings.data().scale;
        let mut comparison = Comparison::default();
        for user in 0..held_out.rows() {
            let (items, values) = held_out.row(user);
            for (&item, value) in items.iter().zip(values) {
                let [of_biases, own] = [
                    biases.at(user, item as usize),
                    self.predict(user, item as usize),
                ]
                .map(|prediction| f64::from(prediction.clamp(low, high) - value).powi(2));
                comparison.add(of_biases, own);
            }
        }
        if comparison.is_better() {
            return None;
        }
        let why = format!(
            "factors are not better than the biases of users and items alone on {} held-out ratings (RMSE {:.4} and {:.4}): the run ends with the biases, from all training ratings",
            comparison.cells,
            comparison.rmse(),
            comparison.bias_rmse()
        );
        let (mean, user_bias, item_bias) = Biases::fit(ratings.data().train.by_user(), 1.0).parts();
        let (users, items) = (user_bias.len(), item_bias.len());
        let own = Self {
            mean,
            user_bias,
            item_bias,
            falls_back: true,
            ..Self::zeros(users, items, self.rank, self.rates, self.seed)
        };
        Some((own, why))
    }

    fn user(&self, user: usize) -> &[f32] {
        &self.user_factors[user * self.rank..(user + 1) * self.rank]
    }

    fn item(&self, item: usize) -> &[f32] {
        &self.item_factors[item * self.rank..(item + 1) * self.rank]
    }

    /// One update by one rating; returns the squared error before it. With e = r − r̂:
    /// b ← b + γ (e − λ b), p_u ← p_u + γ (e q_i − λ p_u), q_i ← q_i + γ (e p_u − λ q_i) (section "Stochastic gradient descent").
    fn update(&mut self, user: usize, item: usize, rating: f32, rate: f32, decay: f32) -> f64 {
        let error = rating - self.predict(user, item);
        let (user_bias, item_bias) = (&mut self.user_bias[user], &mut self.item_bias[item]);
        *user_bias += rate * (error - decay * *user_bias);
        *item_bias += rate * (error - decay * *item_bias);
        let p = &mut self.user_factors[user * self.rank..(user + 1) * self.rank];
        let q = &mut self.item_factors[item * self.rank..(item + 1) * self.rank];
        for (p, q) in p.iter_mut().zip(q) {
            let (old_p, old_q) = (*p, *q);
            *p += rate * (error * old_q - decay * old_p);
            *q += rate * (error * old_p - decay * old_q);
        }
        f64::from(error) * f64::from(error)
    }

    /// λ Σ over the ratings of (b_u² + b_i² + ‖p_u‖² + ‖q_i‖²).
    fn penalty(&self, ratings: &Sparse) -> f64 {
        let squares = |bias: f32, factors: &[f32]| f64::from(bias * bias + dot(factors, factors));
        let mut counts = vec![0_u64; ratings.columns()];
        for &item in ratings.column_indices() {
            counts[item as usize] += 1;
        }
        let users = (0..ratings.rows()).map(|user| {
            let count = ratings.row(user).0.len();
            count as f64 * squares(self.user_bias[user], self.user(user))
        });
        let items = counts
            .iter()
            .enumerate()
            .map(|(item, count)| *count as f64 * squares(self.item_bias[item], self.item(item)));
        self.rates.regularization * (users.sum::<f64>() + items.sum::<f64>())
    }

    /// One pass over `ratings` (users × items), pass number `epoch` from 0. Returns the mean loss per rating.
    ///
    /// The loss is the squared error of each rating just before its update, plus λ times the squares that eq. 5 adds, per rating.
    pub(super) fn train_epoch(&mut self, ratings: &Sparse, epoch: u64) -> f64 {
        let mut order: Vec<(u32, u32)> = Vec::with_capacity(ratings.len());
        for user in 0..ratings.rows() {
            let cells = ratings.offsets()[user]..ratings.offsets()[user + 1];
            order.extend(cells.map(|cell| (user as u32, cell as u32)));
        }
        // A stream of its own for each epoch: a resumed run shuffles as one that never stopped, with no state to keep.
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(1 + epoch);
        order.shuffle(&mut rng);

        let exponent = i32::try_from(epoch).unwrap_or(i32::MAX);
        let rate = (self.rates.learning_rate * self.rates.decay.powi(exponent)) as f32;
        let decay = self.rates.regularization as f32;
        let mut squares = 0.0;
        for (user, cell) in order {
            let item = ratings.column_indices()[cell as usize] as usize;
            let rating = ratings.values()[cell as usize];
            squares += self.update(user as usize, item, rating, rate, decay);
        }
        (squares + self.penalty(ratings)) / ratings.len() as f64
    }
}

impl PairModel for Factors {
    fn predict(&self, user: usize, item: usize) -> f32 {
        self.mean
            + self.user_bias[user]
            + self.item_bias[item]
            + dot(self.user(user), self.item(item))
    }

    fn new_user(&self, ratings: &[(u32, f32)], items: usize) -> Option<Vec<f32>> {
        let width = self.rank + 1;
        // A bias is a factor of items that all have 1 of it.
        let inputs: Vec<f32> = ratings
            .iter()
            .flat_map(|(item, _)| self.item(*item as usize).iter().chain(&[1.0]))
            .copied()
            .collect();
        let targets: Vec<f32> = ratings
            .iter()
            .map(|(item, rating)| rating - self.mean - self.item_bias[*item as usize])
            .collect();
        let own = Regression {
            inputs: &inputs,
            width,
            targets: &targets,
            function: |z| (z, 1.0),
            start: &vec![0.0; width],
            bias: 0.0,
            bias_is_free: false,
            // Each rating of the user brings the penalty once, as in training.
            penalty: self.rates.regularization * ratings.len() as f64,
        }
        .solve();
        let own: Vec<f32> = own.weights.iter().map(|weight| *weight as f32).collect();
        let (factors, bias) = own.split_at(self.rank);
        let score = |item: usize| {
            self.mean + bias[0] + self.item_bias[item] + dot(factors, self.item(item))
        };
        Some((0..items).map(score).collect())
    }

    fn new_user_method(&self) -> Option<String> {
        let lambda = self.rates.regularization;
        Some(format!(
            "factors and a bias for you are fitted to your ratings by least squares with λ = {lambda} for each rating, as in training; those of the items stay as they are"
        ))
    }

    fn item_vectors(&self) -> Option<(&[f32], usize)> {
        Some((&self.item_factors, self.rank))
    }
}

impl Weights for Factors {
    fn save(&self, prefix: &str, to: &mut CheckpointWriter) -> Result<(), TrainError> {
        let (users, items) = (self.user_bias.len(), self.item_bias.len());
        let mut add = |name: &str, shape: &[usize], values: &[f32]| {
            to.array(format!("{prefix}{name}"), shape, values.to_vec());
        };
        add("mean", &[1], &[self.mean]);
        add("user_bias", &[users], &self.user_bias);
        add("item_bias", &[items], &self.item_bias);
        add("user_factors", &[users, self.rank], &self.user_factors);
        add("item_factors", &[items, self.rank], &self.item_factors);
        Ok(())
    }

    fn load(&mut self, prefix: &str, from: &Checkpoint) -> Result<(), TrainError> {
        let read = |name: &str, shape: &[usize]| from.array(&format!("{prefix}{name}"), shape);
        let (users, items) = (self.user_bias.len(), self.item_bias.len());
        self.mean = read("mean", &[1])?[0];
        self.user_bias = read("user_bias", &[users])?;
        self.item_bias = read("item_bias", &[items])?;
        self.user_factors = read("user_factors", &[users, self.rank])?;
        self.item_factors = read("item_factors", &[items, self.rank])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates {
        learning_rate: 0.1,
        decay: 1.0,
        regularization: 0.5,
    };

    #[test]
    fn one_update_equals_the_hand_computation() {
        let mut model = Factors::zeros(1, 1, 2, RATES, 0);
        model.mean = 3.0;
        (model.user_bias[0], model.item_bias[0]) = (0.5, -0.5);
        model.user_factors = vec![1.0, 2.0];
        model.item_factors = vec![0.5, 0.25];
        // r̂ = 3 + 0.5 − 0.5 + (0.5 + 0.5) = 4, e = 1; γ = 0.1, λ = 0.5.
        assert_eq!(model.predict(0, 0), 4.0);
        assert_eq!(model.update(0, 0, 5.0, 0.1, 0.5), 1.0);
        let close = |value: f32, expected: f32| (value - expected).abs() < 1e-6;
        assert!(close(model.user_bias[0], 0.5 + 0.1 * (1.0 - 0.25)));
        assert!(close(model.item_bias[0], -0.5 + 0.1 * (1.0 + 0.25)));
        // p: 1 + 0.1 (0.5 − 0.5), 2 + 0.1 (0.25 − 1); q: 0.5 + 0.1 (1 − 0.25), 0.25 + 0.1 (2 − 0.125).
        assert!(close(model.user_factors[0], 1.0) && close(model.user_factors[1], 1.925));
        assert!(close(model.item_factors[0], 0.575) && close(model.item_factors[1], 0.4375));
    }

    #[test]
    fn the_update_goes_down_the_gradient_of_the_loss() {
        // L = (r − r̂)² + λ (b_u² + b_i² + ‖p‖² + ‖q‖²); an update moves each weight by −γ/2 ∂L/∂w.
        let mut model = Factors::zeros(1, 1, 3, RATES, 0);
        model.mean = 3.0;
        (model.user_bias[0], model.item_bias[0]) = (0.3, -0.2);
        model.user_factors = vec![0.4, -0.7, 0.2];
        model.item_factors = vec![0.1, 0.6, -0.5];
        let rating = 4.5;
        let ratings = Sparse::from_parts(1, vec![0, 1], vec![0], vec![rating]);
        let loss = |model: &Factors| {
            f64::from(rating - model.predict(0, 0)).powi(2) + model.penalty(&ratings)
        };
        let mut updated = model.clone();
        updated.update(0, 0, rating, 0.01, 0.5);
        for index in 0..8 {
            const STEP: f32 = 1e-2;
            let (mut up, mut down) = (model.clone(), model.clone());
            *weight(&mut up, index) += STEP;
            *weight(&mut down, index) -= STEP;
            let gradient = (loss(&up) - loss(&down)) / f64::from(2.0 * STEP);
            let moved = f64::from(*weight(&mut updated, index) - *weight(&mut model, index));
            assert!((moved + 0.005 * gradient).abs() < 1e-5, "weight {index}");
        }
    }

    #[test]
    fn a_new_user_has_the_factors_at_which_an_update_changes_nothing_on_average() {
        let mut model = Factors::zeros(1, 3, 2, RATES, 0);
        model.mean = 3.0;
        model.item_bias = vec![0.5, -0.25, 0.0];
        model.item_factors = vec![0.5, 0.25, -1.0, 0.75, 0.3, -0.6];
        let ratings = [(0, 5.0), (1, 2.0)];
        let scores = model.new_user(&ratings, 3).expect("predictions");
        // Two equations without a common solver: λ n b = Σ e and λ n p = Σ e q, with e the errors of what comes out. So the scores follow
        // from the two errors alone: b = (e₀ + e₁) / (λ n), p = (e₀ q₀ + e₁ q₁) / (λ n), with λ n = 0.5 · 2 = 1.
        let (e0, e1) = (5.0 - scores[0], 2.0 - scores[1]);
        let bias = e0 + e1;
        let p = [e0 * 0.5 - e1, e0 * 0.25 + e1 * 0.75];
        let expected = [
            3.5 + bias + 0.5 * p[0] + 0.25 * p[1],
            2.75 + bias - p[0] + 0.75 * p[1],
            3.0 + bias + 0.3 * p[0] - 0.6 * p[1],
        ];
        for (score, expected) in scores.iter().zip(expected) {
            assert!((score - expected).abs() < 1e-5, "{scores:?}");
        }
        assert_eq!(
            model.new_user(&[], 3).expect("predictions"),
            [3.5, 2.75, 3.0]
        );
    }

    /// The weights of a model of one user, one item and three factors, by number.
    fn weight(model: &mut Factors, index: usize) -> &mut f32 {
        match index {
            0 => &mut model.user_bias[0],
            1 => &mut model.item_bias[0],
            2..5 => &mut model.user_factors[index - 2],
            _ => &mut model.item_factors[index - 5],
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_weights_and_strangers_have_none() {
        let ratings = Sparse::from_parts(3, vec![0, 2, 2], vec![0, 2], vec![5.0, 3.0]);
        let trained = |seed: u64| {
            let mut model = Factors::random(&ratings, 4, 0.1, RATES, seed);
            model.train_epoch(&ratings, 0);
            model
        };
        assert_eq!(trained(1).user_factors, trained(1).user_factors);
        assert_ne!(trained(1).user_factors, trained(2).user_factors);
        assert!(trained(1).user(1).iter().all(|factor| *factor == 0.0));
        assert_eq!(trained(1).predict(1, 1), 4.0);
    }
}
