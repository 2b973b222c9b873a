//! Limited-memory BFGS.
//!
//! burn's own keeps its state private and reads it back onto its default device, a GPU wherever GPU support is compiled in; and it
//! evaluates the objective once more at the start of each step. Here everything is plain host vectors.

use std::collections::VecDeque;

use rayon::prelude::*;

/// Sufficient decrease and curvature of the strong Wolfe conditions; Nocedal and Wright, "Numerical Optimization" (2006), section 3.1.
const C1: f64 = 1e-4;
const C2: f64 = 0.9;
/// Evaluations in one line search.
const MOST_EVALUATIONS: usize = 20;
/// Changes of the loss below this share of it are rounding in single precision.
const NOISE: f64 = 1e-7;

/// L-BFGS with a strong Wolfe line search; Nocedal and Wright, algorithms 7.4, 7.5, 3.5 and 3.6.
#[derive(Debug, Clone, PartialEq)]
pub struct Lbfgs {
    /// How many pairs are kept.
    memory: usize,
    /// Pairs of steps and gradient differences, oldest first.
    pairs: VecDeque<Pair>,
    /// Loss and gradient where the last step ended.
    at: Option<Evaluation>,
}

/// A step s and the difference y of the gradients at its ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The step.
    pub step: Vec<f32>,
    /// The difference of the gradients.
    pub difference: Vec<f32>,
}

/// Loss and gradient at a point.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The loss.
    pub loss: f64,
    /// The gradient.
    pub gradient: Vec<f32>,
}

/// The outcome of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The point has moved to a lower loss.
    Moved,
    /// Nothing lower along the direction: the next step goes along the gradient.
    Restarted,
    /// Nothing lower along the gradient either: this is a minimum as far as single precision can tell.
    Converged,
}

/// A point on the line of the search.
struct Trial {
    length: f64,
    slope: f64,
    evaluation: Evaluation,
}

impl Lbfgs {
    /// Keeps `memory` pairs.
    #[must_use]
    pub fn new(memory: usize) -> Self {
        Self {
            memory,
            pairs: VecDeque::new(),
            at: None,
        }
    }

    /// Its whole state: the pairs, oldest first, and the evaluation where the last step ended.
    #[must_use]
    pub fn state(&self) -> (&VecDeque<Pair>, Option<&Evaluation>) {
        (&self.pairs, self.at.as_ref())
    }

    /// With a state that `state` gave.
    #[must_use]
    pub fn with_state(memory: usize, pairs: VecDeque<Pair>, at: Option<Evaluation>) -> Self {
        Self { memory, pairs, at }
    }

    /// Forgets the last evaluation, as is due when the objective has changed; the pairs stay, as an estimate of its curvature.
    pub fn objective_changed(&mut self) {
        self.at = None;
    }

    /// Moves `point` to a lower loss along one direction; returns the loss before. `length` is the first trial step, 1 as a rule.
    ///
    /// # Errors
    /// The first that `evaluate` returns; the point is then where it was.
    pub fn step<E>(
        &mut self,
        point: &mut Vec<f32>,
        length: f64,
        mut evaluate: impl FnMut(&[f32]) -> Result<Evaluation, E>,
    ) -> Result<(f64, Progress), E> {
        let start = match self.at.take() {
            Some(at) => at,
            None => evaluate(point)?,
        };
        let mut direction = self.direction(&start.gradient);
        let mut slope = dot(&direction, &start.gradient);
        if slope >= 0.0 {
            self.pairs.clear();
            direction = self.direction(&start.gradient);
            slope = dot(&direction, &start.gradient);
        }
        let first = if self.pairs.is_empty() {
            let norm = dot(&start.gradient, &start.gradient).sqrt();
            length * (1.0 / norm.max(1e-30)).min(1.0)
        } else {
            length
        };
        let loss = start.loss;
        let found = if slope < 0.0 {
            line_search(point, &direction, &start, slope, first, &mut evaluate)
        } else {
            Ok(None)
        };
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                self.at = Some(start);
                return Err(error);
            }
        };
        let Some(trial) = found else {
            let progress = if self.pairs.is_empty() {
                Progress::Converged
            } else {
                Progress::Restarted
            };
            self.pairs.clear();
            self.at = Some(start);
            return Ok((loss, progress));
        };
        let next = along(point, &direction, trial.length);
        let step = difference(&next, point);
        let change = difference(&trial.evaluation.gradient, &start.gradient);
        if dot(&step, &change) > 1e-10 {
            if self.pairs.len() == self.memory {
                self.pairs.pop_front();
            }
            self.pairs.push_back(Pair {
                step,
                difference: change,
            });
        }
        *point = next;
        self.at = Some(trial.evaluation);
        Ok((loss, Progress::Moved))
    }

    /// Minus the estimated inverse Hessian times the gradient: the two-loop recursion.
    fn direction(&self, gradient: &[f32]) -> Vec<f32> {
        let mut q: Vec<f32> = gradient.par_iter().map(|g| -g).collect();
        let mut factors = Vec::with_capacity(self.pairs.len());
        for pair in self.pairs.iter().rev() {
            let rho = 1.0 / dot(&pair.step, &pair.difference);
            let alpha = rho * dot(&pair.step, &q);
            add(&mut q, -alpha, &pair.difference);
            factors.push((rho, alpha));
        }
        if let Some(pair) = self.pairs.back() {
            let scale = dot(&pair.step, &pair.difference) / dot(&pair.difference, &pair.difference);
            q.par_iter_mut().for_each(|q| *q *= scale as f32);
        }
        for (pair, (rho, alpha)) in self.pairs.iter().zip(factors.into_iter().rev()) {
            let beta = rho * dot(&pair.difference, &q);
            add(&mut q, alpha - beta, &pair.step);
        }
        q
    }
}

/// A point that satisfies the strong Wolfe conditions, or the lowest with sufficient decrease that was met; `None` if there was none.
fn line_search<E>(
    point: &[f32],
    direction: &[f32],
    start: &Evaluation,
    slope: f64,
    first: f64,
    evaluate: &mut impl FnMut(&[f32]) -> Result<Evaluation, E>,
) -> Result<Option<Trial>, E> {
    let mut left = MOST_EVALUATIONS;
    let mut trial_at = |length: f64| {
        let evaluation = evaluate(&along(point, direction, length))?;
        Ok(Trial {
            length,
            slope: dot(direction, &evaluation.gradient),
            evaluation,
        })
    };
    let noise = NOISE * start.loss.abs();
    let decreases =
        |trial: &Trial| trial.evaluation.loss <= start.loss + C1 * trial.length * slope + noise;
    let is_flat = |trial: &Trial| trial.slope.abs() <= -C2 * slope;

    // Bracket: lengthen until the line has turned upward.
    let mut low = Trial {
        length: 0.0,
        slope,
        evaluation: start.clone(),
    };
    let mut length = first;
    let mut high;
    loop {
        let trial = trial_at(length)?;
        left -= 1;
        let finite = trial.evaluation.loss.is_finite() && trial.slope.is_finite();
        if !finite || !decreases(&trial) || trial.evaluation.loss > low.evaluation.loss + noise {
            high = trial;
            break;
        }
        if is_flat(&trial) {
            return Ok(Some(trial));
        }
        if trial.slope >= 0.0 {
            high = low;
            low = trial;
            break;
        }
        low = trial;
        if left == 0 {
            return Ok(Some(low));
        }
        length *= 2.5;
    }

    // Zoom: `low` is the lowest with sufficient decrease, and the line falls from it toward `high`.
    while left > 0 {
        let trial = trial_at(between(&low, &high))?;
        left -= 1;
        if !trial.evaluation.loss.is_finite()
            || !decreases(&trial)
            || trial.evaluation.loss >= low.evaluation.loss
        {
            high = trial;
        } else {
            if is_flat(&trial) {
                return Ok(Some(trial));
            }
            if trial.slope * (high.length - low.length) >= 0.0 {
                high = low;
            }
            low = trial;
        }
        if (high.length - low.length).abs() <= 1e-9 * first {
            break;
        }
    }
    Ok((low.length > 0.0).then_some(low))
}

/// The minimum of the cubic through both ends with their slopes, kept away from them; the middle where there is none. Equation 3.59.
fn between(low: &Trial, high: &Trial) -> f64 {
    let (a, b) = (low.length, high.length);
    let d1 = low.slope + high.slope - 3.0 * (low.evaluation.loss - high.evaluation.loss) / (a - b);
    let square = d1 * d1 - low.slope * high.slope;
    let middle = f64::midpoint(a, b);
    if square.is_nan() || square < 0.0 {
        return middle;
    }
    let d2 = (b - a).signum() * square.sqrt();
    let minimum = b - (b - a) * (high.slope + d2 - d1) / (high.slope - low.slope + 2.0 * d2);
    let margin = 0.1 * (b - a).abs();
    if minimum.is_finite() {
        minimum.clamp(a.min(b) + margin, a.max(b) - margin)
    } else {
        middle
    }
}

/// In double precision, parts of a fixed size in a fixed order: the same whatever the number of threads.
fn dot(a: &[f32], b: &[f32]) -> f64 {
    const CHUNK: usize = 1 << 14;
    let parts: Vec<f64> = a
        .par_chunks(CHUNK)
        .zip(b.par_chunks(CHUNK))
        .map(|(a, b)| {
            let products = a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b));
            products.sum()
        })
        .collect();
    parts.iter().sum()
}

fn add(to: &mut [f32], factor: f64, vector: &[f32]) {
    to.par_iter_mut()
        .zip(vector)
        .with_min_len(1 << 14)
        .for_each(|(to, &value)| *to += factor as f32 * value);
}

fn along(point: &[f32], direction: &[f32], length: f64) -> Vec<f32> {
    let mut moved = point.to_vec();
    add(&mut moved, length, direction);
    moved
}

fn difference(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.par_iter()
        .zip(b)
        .with_min_len(1 << 14)
        .map(|(a, b)| a - b)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// Rosenbrock's valley in pairs of coordinates; its minimum is 0 at (1, 1, …).
    fn rosenbrock(x: &[f32]) -> Result<Evaluation, Infallible> {
        let mut loss = 0.0;
        let mut gradient = vec![0.0; x.len()];
        for pair in 0..x.len() / 2 {
            let (a, b) = (f64::from(x[2 * pair]), f64::from(x[2 * pair + 1]));
            loss += (1.0 - a).powi(2) + 100.0 * (b - a * a).powi(2);
            gradient[2 * pair] = (-2.0 * (1.0 - a) - 400.0 * a * (b - a * a)) as f32;
            gradient[2 * pair + 1] = (200.0 * (b - a * a)) as f32;
        }
        Ok(Evaluation { loss, gradient })
    }

    fn descend(optimizer: &mut Lbfgs, point: &mut Vec<f32>, steps: usize) -> Vec<f64> {
        (0..steps)
            .map(|_| optimizer.step(point, 1.0, rosenbrock).expect("no error").0)
            .collect()
    }

    #[test]
    fn finds_the_bottom_of_rosenbrocks_valley() {
        let mut point = [-1.2, 1.0].repeat(10);
        let losses = descend(&mut Lbfgs::new(10), &mut point, 60);
        assert!(losses.is_sorted_by(|before, after| after <= before));
        assert!(losses[59] < 1e-8, "{losses:?}");
        assert!(point.iter().all(|x| (x - 1.0).abs() < 1e-3));
    }

    #[test]
    fn going_on_from_a_state_equals_never_stopping() {
        let start = [-1.2, 1.0].repeat(3);
        let (mut whole, mut point) = (Lbfgs::new(4), start.clone());
        descend(&mut whole, &mut point, 14);
        let (mut half, mut other) = (Lbfgs::new(4), start);
        descend(&mut half, &mut other, 7);
        let (pairs, at) = half.state();
        let mut resumed = Lbfgs::with_state(4, pairs.clone(), at.cloned());
        descend(&mut resumed, &mut other, 7);
        assert_eq!(point, other);
        assert_eq!(whole, resumed);
    }

    #[test]
    fn a_minimum_is_left_where_it_is() {
        let mut point = vec![1.0, 1.0];
        let moved = Lbfgs::new(4).step(&mut point, 1.0, rosenbrock);
        assert_eq!(moved, Ok((0.0, Progress::Converged)));
        assert_eq!(point, [1.0, 1.0]);
    }

    #[test]
    fn an_error_leaves_the_point_where_it_was() {
        let mut point = vec![-1.2, 1.0];
        let mut calls = 0;
        let result = Lbfgs::new(4).step(&mut point, 1.0, |x| {
            calls += 1;
            if calls > 1 {
                Err("failed")
            } else {
                Ok(rosenbrock(x).expect("fine"))
            }
        });
        assert_eq!(result, Err("failed"));
        assert_eq!(point, [-1.2, 1.0]);
    }
}
