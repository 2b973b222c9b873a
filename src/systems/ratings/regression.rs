//! Least squares for the weights of one user, with everything else of a model as it is.

/// min Σ (y − f(w·x + b))² + ρ ‖w − w₀‖² over w, and over b where it is free.
pub(super) struct Regression<'a, F> {
    /// x: [n, k], rows first.
    pub(super) inputs: &'a [f32],
    /// k.
    pub(super) width: usize,
    /// y: [n].
    pub(super) targets: &'a [f32],
    /// f and its slope.
    pub(super) function: F,
    /// w₀: [k].
    pub(super) start: &'a [f64],
    /// b where it begins, or where it stays.
    pub(super) bias: f64,
    pub(super) bias_is_free: bool,
    /// ρ.
    pub(super) penalty: f64,
}

/// w and b.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fitted {
    pub(super) weights: Vec<f64>,
    pub(super) bias: f64,
}

/// Steps at most; a linear f needs one.
const MOST_STEPS: usize = 50;
/// Halvings of a step that would not go down.
const HALVINGS: usize = 30;
/// A smaller share of the objective is no progress.
const PROGRESS: f64 = 1e-10;
/// Of the mean of the diagonal: the least that is added to it, so that it can be inverted without a penalty.
const LEAST: f64 = 1e-9;

impl<F: Fn(f64) -> (f64, f64)> Regression<'_, F> {
    /// The solution: exact for a linear f, else by Gauss-Newton steps that go down.
    pub(super) fn solve(&self) -> Fitted {
        let mut now = Fitted {
            weights: self.start.to_vec(),
            bias: self.bias,
        };
        if self.targets.is_empty() {
            return now;
        }
        let mut objective = self.objective(&now);
        for _ in 0..MOST_STEPS {
            let goal = self.linearized(&now);
            let step = (0..HALVINGS).find_map(|halvings| {
                let next = between(&now, &goal, 0.5_f64.powi(halvings as i32));
                let value = self.objective(&next);
                (value < objective).then_some((next, value))
            });
            let Some((next, value)) = step else {
                break;
            };
            let gained = objective - value;
            (now, objective) = (next, value);
            if gained <= PROGRESS * objective {
                break;
            }
        }
        now
    }

    fn input(&self, row: usize) -> &[f32] {
        &self.inputs[row * self.width..(row + 1) * self.width]
    }

    fn objective(&self, at: &Fitted) -> f64 {
        let errors = self.targets.iter().enumerate().map(|(row, target)| {
            let (value, _) = (self.function)(product(self.input(row), &at.weights) + at.bias);
            (f64::from(*target) - value).powi(2)
        });
        let moved = at.weights.iter().zip(self.start);
        let moved: f64 = moved.map(|(own, start)| (own - start).powi(2)).sum();
        errors.sum::<f64>() + self.penalty * moved
    }

    /// The solution with f replaced by its tangents: min ‖y − A v − c s‖² + ρ ‖v‖² over v = w − w₀ and c = b, with s the slopes and A the
    /// inputs times them.
    fn linearized(&self, at: &Fitted) -> Fitted {
        let count = self.targets.len();
        let mut slopes = Vec::with_capacity(count);
        let mut targets = Vec::with_capacity(count);
        for (row, target) in self.targets.iter().enumerate() {
            let input = self.input(row);
            let argument = product(input, &at.weights) + at.bias;
            let (value, slope) = (self.function)(argument);
            let fixed = if self.bias_is_free { 0.0 } else { self.bias };
            let kept = argument - fixed - product(input, self.start);
            slopes.push(slope);
            targets.push(f64::from(*target) - value + slope * kept);
        }
        let (moved, bias) = if count <= self.width {
            self.by_rows(&slopes, &targets, at.bias)
        } else {
            self.by_columns(&slopes, &targets, at.bias)
        };
        let weights = self
            .start
            .iter()
            .zip(moved)
            .map(|(start, moved)| start + moved);
        Fitted {
            weights: weights.collect(),
            bias,
        }
    }

    /// With v = Aᵀα: (A Aᵀ + ρ I) α = y − c s, where sᵀα = 0 if c is free. n equations.
    fn by_rows(&self, slopes: &[f64], targets: &[f64], bias: f64) -> (Vec<f64>, f64) {
        let count = targets.len();
        let mut matrix = vec![0.0; count * count];
        for row in 0..count {
            for column in 0..=row {
                let inputs = self.input(row).iter().zip(self.input(column));
                let sum: f64 = inputs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                matrix[row * count + column] = slopes[row] * slopes[column] * sum;
            }
        }
        let factor = Cholesky::new(matrix, count, |_| self.penalty);
        let mut dual = factor.solve(targets);
        let mut bias = bias;
        if self.bias_is_free {
            let of_slopes = factor.solve(slopes);
            let sum = |dual: &[f64]| -> f64 { slopes.iter().zip(dual).map(|(s, d)| s * d).sum() };
            let all = sum(&of_slopes);
            if all > 0.0 {
                bias = sum(&dual) / all;
            }
            for (dual, own) in dual.iter_mut().zip(&of_slopes) {
                *dual -= bias * own;
            }
        }
        let mut moved = vec![0.0; self.width];
        for (row, (dual, slope)) in dual.iter().zip(slopes).enumerate() {
            for (moved, input) in moved.iter_mut().zip(self.input(row)) {
                *moved += dual * slope * f64::from(*input);
            }
        }
        (moved, bias)
    }

    /// The normal equations of v and, if it is free, c. k or k + 1 equations.
    fn by_columns(&self, slopes: &[f64], targets: &[f64], bias: f64) -> (Vec<f64>, f64) {
        let size = self.width + usize::from(self.bias_is_free);
        let mut matrix = vec![0.0; size * size];
        let mut right = vec![0.0; size];
        let mut row = vec![1.0; size];
        for (at, (slope, target)) in slopes.iter().zip(targets).enumerate() {
            for (own, input) in row.iter_mut().zip(self.input(at)) {
                *own = f64::from(*input);
            }
            for first in 0..size {
                let scaled = slope * slope * row[first];
                right[first] += slope * target * row[first];
                for (cell, second) in matrix[first * size..].iter_mut().zip(&row[..=first]) {
                    *cell += scaled * second;
                }
            }
        }
        let penalty = |at: usize| if at < self.width { self.penalty } else { 0.0 };
        let mut solution = Cholesky::new(matrix, size, penalty).solve(&right);
        let bias = match self.bias_is_free {
            true => solution.pop().unwrap_or(bias),
            false => bias,
        };
        (solution, bias)
    }
}

fn product(input: &[f32], weights: &[f64]) -> f64 {
    let pairs = input.iter().zip(weights);
    pairs
        .map(|(input, weight)| f64::from(*input) * weight)
        .sum()
}

fn between(from: &Fitted, to: &Fitted, share: f64) -> Fitted {
    let mix = |from: f64, to: f64| {
        if share == 1.0 {
            to
        } else {
            from + share * (to - from)
        }
    };
    let weights = from.weights.iter().zip(&to.weights);
    Fitted {
        weights: weights.map(|(from, to)| mix(*from, *to)).collect(),
        bias: mix(from.bias, to.bias),
    }
}

/// L of a symmetric positive definite matrix L Lᵀ.
struct Cholesky {
    factor: Vec<f64>,
    size: usize,
}

impl Cholesky {
    /// Of the lower half of `matrix`, [size, size], with something added to its diagonal.
    fn new(mut matrix: Vec<f64>, size: usize, added: impl Fn(usize) -> f64) -> Self {
        let diagonal: f64 = (0..size).map(|at| matrix[at * size + at]).sum();
        let least = (LEAST * diagonal / size as f64).max(f64::MIN_POSITIVE);
        for row in 0..size {
            let added = added(row).max(least);
            for column in 0..=row {
                let (above, own) = matrix.split_at(row * size);
                let other = match column == row {
                    true => &own[..column],
                    false => &above[column * size..column * size + column],
                };
                let sum: f64 = own[..column].iter().zip(other).map(|(a, b)| a * b).sum();
                let value = own[column] - sum;
                matrix[row * size + column] = if column == row {
                    // Rounding can take it below zero where nothing was added.
                    (value + added).max(least).sqrt()
                } else {
                    value / above[column * size + column]
                };
            }
        }
        Self {
            factor: matrix,
            size,
        }
    }

    /// x of L Lᵀ x = `right`.
    fn solve(&self, right: &[f64]) -> Vec<f64> {
        let at = |row: usize, column: usize| self.factor[row * self.size + column];
        let mut x = right.to_vec();
        for row in 0..self.size {
            let sum: f64 = (0..row).map(|column| at(row, column) * x[column]).sum();
            x[row] = (x[row] - sum) / at(row, row);
        }
        for row in (0..self.size).rev() {
            let below = row + 1..self.size;
            let sum: f64 = below.map(|other| at(other, row) * x[other]).sum();
            x[row] = (x[row] - sum) / at(row, row);
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linear(z: f64) -> (f64, f64) {
        (z, 1.0)
    }

    /// Numbers without a pattern, from −1 to 1.
    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let at =
            |index: usize| ((index as u32 + 1) * (2 * seed + 7919)).wrapping_mul(2_654_435_761);
        (0..count)
            .map(|index| at(index) as f32 / u32::MAX as f32 * 2.0 - 1.0)
            .collect()
    }

    #[test]
    fn one_rating_equals_the_hand_computation() {
        // min (3 − 2w)² + 2 (w − 0.5)²: −4 (3 − 2w) + 4 (w − 0.5) = 0, so w = 14 / 12.
        let regression = Regression {
            inputs: &[2.0],
            width: 1,
            targets: &[3.0],
            function: linear,
            start: &[0.5],
            bias: 0.0,
            bias_is_free: false,
            penalty: 2.0,
        };
        assert!((regression.solve().weights[0] - 14.0 / 12.0).abs() < 1e-12);
        // With a free bias the one rating says nothing of w: b = 3 − 2 · 0.5.
        let free = Regression {
            bias_is_free: true,
            ..regression
        };
        let found = free.solve();
        assert!((found.weights[0] - 0.5).abs() < 1e-9 && (found.bias - 2.0).abs() < 1e-9);
    }

    #[test]
    fn both_ways_to_solve_and_every_function_find_where_the_gradient_is_zero() {
        let sigmoid = |z: f64| {
            let value = 1.0 / (1.0 + (-z).exp());
            (1.0 + 4.0 * value, 4.0 * value * (1.0 - value))
        };
        let functions: [&dyn Fn(f64) -> (f64, f64); 2] = [&linear, &sigmoid];
        for (count, width) in [(3, 6), (12, 4), (5, 5)] {
            for function in functions {
                for bias_is_free in [true, false] {
                    let inputs = numbers(count * width, 1);
                    let targets: Vec<f32> = numbers(count, 2)
                        .iter()
                        .map(|own| 3.0 + 1.5 * own)
                        .collect();
                    let start: Vec<f64> = numbers(width, 3).into_iter().map(f64::from).collect();
                    let regression = Regression {
                        inputs: &inputs,
                        width,
                        targets: &targets,
                        function,
                        start: &start,
                        bias: 0.3,
                        bias_is_free,
                        penalty: 0.7,
                    };
                    let found = regression.solve();
                    if !bias_is_free {
                        assert_eq!(found.bias, 0.3);
                    }
                    let change = |at: usize, by: f64| {
                        let mut other = found.clone();
                        match at < width {
                            true => other.weights[at] += by,
                            false => other.bias += by,
                        }
                        regression.objective(&other)
                    };
                    for at in 0..width + usize::from(bias_is_free) {
                        let gradient = (change(at, 1e-5) - change(at, -1e-5)) / 2e-5;
                        assert!(gradient.abs() < 1e-4, "{count} × {width}, {at}: {gradient}");
                    }
                }
            }
        }
    }

    #[test]
    fn without_a_penalty_and_with_equal_inputs_the_result_is_finite() {
        for count in [2, 9] {
            let inputs = vec![1.0; count * 3];
            let regression = Regression {
                inputs: &inputs,
                width: 3,
                targets: &vec![4.0; count],
                function: linear,
                start: &[0.0; 3],
                bias: 0.0,
                bias_is_free: true,
                penalty: 0.0,
            };
            let found = regression.solve();
            let predicted = product(&[1.0; 3], &found.weights) + found.bias;
            assert!((predicted - 4.0).abs() < 1e-3, "{predicted}");
        }
    }

    #[test]
    fn without_ratings_the_user_is_where_the_search_begins() {
        let regression = Regression {
            inputs: &[],
            width: 2,
            targets: &[],
            function: linear,
            start: &[0.25, -1.0],
            bias: 3.5,
            bias_is_free: true,
            penalty: 1.0,
        };
        let found = regression.solve();
        assert_eq!((found.weights, found.bias), (vec![0.25, -1.0], 3.5));
    }
}
