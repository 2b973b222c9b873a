//! Which λ, how many epochs, and whether the input says who rated, found on held-out training ratings.
//!
//! The network learns what the biases of users and items leave. Trials with one λ each stop where the error on held-out ratings is lowest; the
//! next λ is half a power of ten away, downhill. The trials so far decide alone what comes next, so a search goes on after a stop as if there
//! had been none.

use serde::{Deserialize, Serialize};

use crate::systems::ratings::Comparison;

/// Added to the inputs where who rated what is to count: an unrated item is then a rating far below the others, as it is where raw ratings from
/// 1 to 5 are fed with 0 for the rest.
pub(super) const SHIFT: f32 = 4.0;
/// Epochs of a trial without a lower error after which it ends. A small network leaves its start, where it says nothing, after up to twenty.
pub(super) const PATIENCE: u64 = 25;
/// Most epochs of a trial.
pub(super) const MOST_EPOCHS: u64 = 150;
/// λ is 1000 · 10^(−rung / 2).
const FIRST_RUNG: i32 = 3;
/// Where a λ of the first rung holds back all that could be learned, its neighbors say no more: a small λ is always asked too.
const LOW_RUNG: i32 = 6;
const RUNGS: std::ops::RangeInclusive<i32> = -1..=7;
/// Errors as close as this, relative to each other, do not decide about the input.
const CLOSE: f64 = 0.02;
/// Held-out ratings that are enough to choose by.
const ENOUGH: f64 = 2000.0;
const MOST_FOLDS: u64 = 5;

/// What a trial is to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Question {
    /// True if the input is shifted.
    pub(super) shifted: bool,
    rung: i32,
    /// Which ratings are held out.
    pub(super) fold: u64,
}

impl Question {
    /// λ
    pub(super) fn regularization(self) -> f64 {
        lambda(f64::from(self.rung))
    }

    pub(super) fn shift(self) -> f32 {
        if self.shifted { SHIFT } else { 0.0 }
    }
}

/// λ with two digits.
fn lambda(rung: f64) -> f64 {
    let exact = 10f64.powf(3.0 - rung / 2.0);
    let unit = 10f64.powf(exact.log10().floor() - 1.0);
    // Not `round() * unit`: 0.1 is no number of a computer, 1 / 10 is.
    let digits = (exact / unit).round();
    match unit < 1.0 {
        true => digits / (1.0 / unit).round(),
        false => digits * unit.round(),
    }
}

/// A trial that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Trial {
    pub(super) question: Question,
    /// Epochs to the lowest error.
    pub(super) epochs: f64,
    pub(super) comparison: Comparison,
    /// Updates that it took.
    pub(super) updates: u64,
}

impl Trial {
    /// The RMSE on the held-out ratings.
    pub(super) fn rmse(&self) -> f64 {
        self.comparison.rmse()
    }
}

/// What the search has found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Found {
    /// See [`Search::share`].
    pub(super) share: f64,
    /// See [`Residual::leaves_out`].
    #[serde(default)]
    pub(super) leaves_out: bool,
    pub(super) shifted: bool,
    pub(super) regularization: f64,
    /// 0 if the biases alone are no worse.
    pub(super) epochs: u64,
    /// RMSE on the held-out ratings.
    pub(super) rmse: f64,
    /// That of the biases alone.
    pub(super) bias_rmse: f64,
    /// Ratings held out, over all folds.
    pub(super) cells: u64,
}

impl Found {
    pub(super) fn residual(&self) -> Residual {
        Residual {
            share: self.share,
            shift: if self.shifted { SHIFT } else { 0.0 },
            leaves_out: self.leaves_out,
        }
    }
}

/// What the network learns where λ is found: what the biases leave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Residual {
    /// See [`Search::share`].
    pub(super) share: f64,
    /// Added to the inputs.
    pub(super) shift: f32,
    /// True if each rating is predicted from the others of its row, and rows of many ratings weigh no more than others, see [`Objective`] and [`Seen`].
    /// Runs of earlier versions have neither.
    ///
    /// [`Objective`]: super::objective::Objective
    /// [`Seen`]: super::seen::Seen
    pub(super) leaves_out: bool,
}

/// A search so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Search {
    /// The share of the bias model's regularization that its biases have here; 0 until it is chosen.
    pub(super) share: f64,
    /// See [`Residual::leaves_out`].
    #[serde(default)]
    pub(super) leaves_out: bool,
    pub(super) trials: Vec<Trial>,
    pub(super) found: Option<Found>,
}

/// The share of the training ratings that a fold holds out, and the number of folds: few ratings are asked more often.
pub(super) fn folds(ratings: usize) -> (f64, u64) {
    let share = if ratings < 2000 { 0.2 } else { 0.1 };
    let folds = (ENOUGH / (share * ratings as f64)).ceil() as u64;
    (share, folds.clamp(1, MOST_FOLDS))
}

/// All folds of one λ.
#[derive(Clone, Copy)]
struct Summary {
    rung: i32,
    rmse: f64,
    epochs: f64,
    comparison: Comparison,
}

impl Search {
    pub(super) fn new() -> Self {
        Self {
            leaves_out: true,
            ..Self::default()
        }
    }

    /// What was found, or else what to try next.
    pub(super) fn next(&self, folds: u64) -> Result<Found, Question> {
        let plain = self.begin(false, folds)?;
        let shifted = self.begin(true, folds)?;
        let is_close = (plain.rmse / shifted.rmse - 1.0).abs() < CLOSE;
        let mut best: Option<Found> = None;
        for (is_shifted, own, other) in [(false, plain, shifted), (true, shifted, plain)] {
            if !is_close && other.rmse < own.rmse {
                continue;
            }
            let found = self.walk(is_shifted, own, folds)?;
            if best.is_none_or(|best| found.rmse < best.rmse) {
                best = Some(found);
            }
        }
        best.ok_or(Question {
            shifted: false,
            rung: FIRST_RUNG,
            fold: 0,
        })
    }

    /// The better of two λ far apart.
    fn begin(&self, shifted: bool, folds: u64) -> Result<Summary, Question> {
        let first = self.summary(shifted, FIRST_RUNG, folds)?;
        let low = self.summary(shifted, LOW_RUNG, folds)?;
        Ok(if low.rmse < first.rmse { low } else { first })
    }

    /// Downhill from the first λ.
    fn walk(&self, shifted: bool, first: Summary, folds: u64) -> Result<Found, Question> {
        let at = |rung: i32| match RUNGS.contains(&rung) {
            true => self.summary(shifted, rung, folds).map(Some),
            false => Ok(None),
        };
        let mut best = first;
        for direction in [1, -1] {
            while let Some(next) = at(best.rung + direction)?
                && next.rmse < best.rmse
            {
                best = next;
            }
            if best.rung != first.rung {
                break;
            }
        }
        let beside = (at(best.rung - 1)?, at(best.rung + 1)?);
        let rung = match beside {
            (Some(above), Some(below)) => {
                f64::from(best.rung) + vertex(above.rmse, best.rmse, below.rmse)
            }
            _ => f64::from(best.rung),
        };
        let sums = best.comparison;
        Ok(Found {
            share: self.share,
            leaves_out: self.leaves_out,
            shifted,
            regularization: lambda(rung),
            epochs: match sums.is_better() {
                true => best.epochs.round() as u64,
                false => 0,
            },
            rmse: best.rmse,
            bias_rmse: sums.bias_rmse(),
            cells: sums.cells,
        })
    }

    fn summary(&self, shifted: bool, rung: i32, folds: u64) -> Result<Summary, Question> {
        let mut comparison = Comparison::default();
        let mut epochs = 0.0;
        for fold in 0..folds {
            let question = Question {
                shifted,
                rung,
                fold,
            };
            let trial = self.trials.iter().find(|trial| trial.question == question);
            let trial = trial.ok_or(question)?;
            comparison.merge(&trial.comparison);
            epochs += trial.epochs / folds as f64;
        }
        Ok(Summary {
            rung,
            rmse: comparison.rmse(),
            epochs,
            comparison,
        })
    }
}

/// Where the parabola through (−1, a), (0, b) and (1, c) is lowest, within half a step of b, the lowest of the three.
fn vertex(a: f64, b: f64, c: f64) -> f64 {
    let curvature = a - 2.0 * b + c;
    if curvature <= 0.0 {
        return 0.0;
    }
    ((a - c) / (2.0 * curvature)).clamp(-0.5, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A search where the error of each λ is known.
    fn searched(rmse: impl Fn(Question) -> f64, folds: u64) -> (Search, Found) {
        let mut search = Search::default();
        loop {
            match search.next(folds) {
                Ok(found) => return (search, found),
                Err(question) => {
                    let mut comparison = Comparison::default();
                    for cell in 0..1000 {
                        let noise = f64::from(cell % 2) * 0.1;
                        comparison.add(1.0 + noise, rmse(question).powi(2) + noise);
                    }
                    search.trials.push(Trial {
                        question,
                        epochs: 20.0 + question.fold as f64,
                        comparison,
                        updates: 30,
                    });
                }
            }
        }
    }

    #[test]
    fn the_lowest_error_is_found_and_the_parabola_says_where_between_two_rungs() {
        for lowest in [-1.0, 0.3, 2.2, 4.0, 5.75] {
            let (search, found) = searched(
                |question| {
                    let away = f64::from(question.rung) - lowest;
                    let input = if question.shifted { 0.7 } else { 0.8 };
                    input + 0.002 * away * away
                },
                1,
            );
            assert!(found.shifted);
            let exact = 10f64.powf(3.0 - lowest / 2.0);
            assert!(
                (found.regularization / exact - 1.0).abs() < 0.06,
                "{lowest}: {found:?}"
            );
            assert_eq!(found.epochs, 20);
            // Two trials tell that the other input is far behind.
            let plain = search.trials.iter().filter(|trial| !trial.question.shifted);
            assert_eq!(plain.count(), 2);
        }
    }

    #[test]
    fn inputs_that_are_close_are_both_walked_and_every_fold_is_asked() {
        let (search, found) = searched(
            |question| match (question.shifted, question.rung) {
                (false, rung) => 0.8 + 0.02 * (f64::from(rung) - 3.0).abs(),
                (true, rung) => 0.801 - 0.02 * (f64::from(rung) - 3.0).clamp(0.0, 2.0),
            },
            3,
        );
        assert!(found.shifted && found.rmse < 0.81, "{found:?}");
        assert_eq!((found.epochs, found.cells), (21, 3000));
        assert_eq!(search.trials.len() % 3, 0);
    }

    #[test]
    fn what_a_large_lambda_holds_back_is_found_beyond_a_plateau() {
        let (_, found) = searched(
            |question| match question.rung {
                rung @ ..5 => 1.0 - 0.0001 * f64::from(rung - 3).abs(),
                rung => 0.5 + 0.01 * f64::from(rung - 6).powi(2),
            },
            1,
        );
        assert_eq!((found.regularization, found.epochs), (1.0, 20));
    }

    #[test]
    fn where_the_biases_are_as_good_nothing_is_trained() {
        let (_, found) = searched(|question| 1.05 + 0.01 * f64::from(question.rung), 1);
        assert_eq!(found.epochs, 0);
        assert!((found.bias_rmse - 1.05f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn lambda_has_two_digits() {
        let rungs = [-1, 0, 1, 2, 3, 6, 7];
        let expected = [3200.0, 1000.0, 320.0, 100.0, 32.0, 1.0, 0.32];
        assert_eq!(rungs.map(|rung| lambda(f64::from(rung))), expected);
    }

    #[test]
    fn few_ratings_are_asked_more_often() {
        assert_eq!(folds(100), (0.2, 5));
        assert_eq!(folds(5000), (0.1, 4));
        assert_eq!(folds(90_000), (0.1, 1));
    }

    #[test]
    fn the_vertex_of_a_parabola() {
        // (x − 0.25)² at −1, 0 and 1.
        assert!((vertex(1.5625, 0.0625, 0.5625) - 0.25).abs() < 1e-12);
        assert_eq!(vertex(1.0, 1.0, 1.0), 0.0);
    }
}
