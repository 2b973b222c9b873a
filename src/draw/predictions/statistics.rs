//! Statistics of predictions beside the true ratings: errors, density, residuals, errors by popularity.

use crate::draw::ticks::nice_step;
use crate::record::Predictions;

/// Most distinct true ratings that each get a column of their own.
const MOST_VALUES: usize = 21;
/// Columns for true ratings with more distinct values than that.
const COLUMNS: usize = 20;
/// Rows of the density grid: predicted ratings.
pub(super) const ROWS: usize = 48;

/// Errors over a set of pairs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Errors {
    /// Pairs.
    pub count: usize,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// Mean of prediction − rating.
    pub bias: f64,
}

impl Errors {
    fn of(residuals: impl Iterator<Item = f64>) -> Self {
        let (mut count, mut squares, mut sizes, mut sum) = (0usize, 0.0, 0.0, 0.0);
        for residual in residuals {
            count += 1;
            squares += residual * residual;
            sizes += residual.abs();
            sum += residual;
        }
        let n = count.max(1) as f64;
        Self {
            count,
            rmse: (squares / n).sqrt(),
            mae: sizes / n,
            bias: sum / n,
        }
    }
}

/// The predictions of pairs whose true rating lies in `low..=high`.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Lowest true rating.
    pub low: f64,
    /// Highest true rating.
    pub high: f64,
    /// Pairs.
    pub count: usize,
    /// Mean of the predictions.
    pub mean: f64,
    /// First quartile, median, third quartile.
    pub quartiles: [f64; 3],
    /// Pairs by predicted rating, lowest first, [`ROWS`] of them.
    pub rows: Vec<u32>,
}

/// Items with a similar number of training ratings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PopularityBin {
    /// Fewest and most training ratings, inclusive.
    pub range: (u32, u32),
    /// Of their pairs.
    pub errors: Errors,
}

/// A histogram of prediction − rating.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Residuals {
    /// Lower edge of the first bin.
    pub start: f64,
    /// Of a bin.
    pub width: f64,
    /// Pairs in each bin.
    pub counts: Vec<u32>,
}

/// Everything the predictions page shows, computed once per table.
#[derive(Debug, Clone, Default)]
pub struct Statistics {
    /// Of all pairs.
    pub errors: Errors,
    /// Lowest and highest of true and predicted ratings.
    pub range: (f64, f64),
    /// By true rating.
    pub columns: Vec<Column>,
    /// How far predictions are off.
    pub residuals: Residuals,
    /// Empty if the popularity of the items is not known.
    pub by_popularity: Vec<PopularityBin>,
    /// Pairs left out because one of their numbers is not finite.
    pub skipped: usize,
}

impl Statistics {
    /// Of a file of predictions. `training_ratings` of an item's id; `None` where the data is not open.
    #[must_use]
    pub fn of_predictions(
        predictions: &Predictions,
        training_ratings: Option<&dyn Fn(&str) -> u32>,
    ) -> Self {
        let rows = &predictions.rows;
        let ratings: Vec<f32> = rows.iter().map(|row| row.rating).collect();
        let predicted: Vec<f32> = rows.iter().map(|row| row.prediction).collect();
        let popularity: Option<Vec<u32>> = training_ratings.map(|count| {
            let counts: Vec<u32> = predictions.items.iter().map(|id| count(id)).collect();
            rows.iter().map(|row| counts[row.item as usize]).collect()
        });
        Self::of(&ratings, &predicted, popularity.as_deref())
    }

    /// Of pairs of ratings. `popularity`: training ratings of each pair's item, in the order of the pairs; `None` where no data set is open.
    #[must_use]
    pub fn of(ratings: &[f32], predictions: &[f32], popularity: Option<&[u32]>) -> Self {
        let pairs: Vec<(f64, f64, u32)> = ratings
            .iter()
            .zip(predictions)
            .enumerate()
            .filter(|(_, (rating, prediction))| rating.is_finite() && prediction.is_finite())
            .map(|(at, (&rating, &prediction))| {
                let popularity = popularity.and_then(|counts| counts.get(at)).copied();
                (
                    f64::from(rating),
                    f64::from(prediction),
                    popularity.unwrap_or(0),
                )
            })
            .collect();
        let skipped = ratings.len().min(predictions.len()) - pairs.len();
        if pairs.is_empty() {
            return Self {
                skipped,
                ..Self::default()
            };
        }
        let range = pairs.iter().fold(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(low, high), &(rating, prediction, _)| {
                (
                    low.min(rating.min(prediction)),
                    high.max(rating.max(prediction)),
                )
            },
        );
        Self {
            errors: Errors::of(
                pairs
                    .iter()
                    .map(|(rating, prediction, _)| prediction - rating),
            ),
            range,
            columns: columns(&pairs, range),
            residuals: residuals(&pairs, range),
            by_popularity: if popularity.is_some() {
                by_popularity(&pairs)
            } else {
                Vec::new()
            },
            skipped,
        }
    }
}

/// Columns of the density: one per distinct true rating if there are few, else of equal width.
fn columns(pairs: &[(f64, f64, u32)], range: (f64, f64)) -> Vec<Column> {
    let mut values: Vec<f64> = Vec::new();
    for &(rating, ..) in pairs {
        if let Err(at) = values.binary_search_by(|value| value.total_cmp(&rating)) {
            if values.len() == MOST_VALUES {
                values.clear();
                break;
            }
            values.insert(at, rating);
        }
    }
    let (low, high) = range;
    let width = ((high - low) / COLUMNS as f64).max(f64::MIN_POSITIVE);
    let edges: Vec<(f64, f64)> = if values.is_empty() {
        (0..COLUMNS)
            .map(|column| {
                (
                    low + column as f64 * width,
                    low + (column + 1) as f64 * width,
                )
            })
            .collect()
    } else {
        values.iter().map(|&value| (value, value)).collect()
    };
    let mut members: Vec<Vec<f64>> = vec![Vec::new(); edges.len()];
    for &(rating, prediction, _) in pairs {
        let column = if values.is_empty() {
            ((rating - low) / width) as usize
        } else {
            values.partition_point(|value| *value < rating)
        };
        members[column.min(edges.len() - 1)].push(prediction);
    }
    edges
        .into_iter()
        .zip(members)
        .filter(|(_, predictions)| !predictions.is_empty())
        .map(|((low, high), mut predictions)| {
            predictions.sort_by(f64::total_cmp);
            let mut rows = vec![0; ROWS];
            for &prediction in &predictions {
                rows[row_of(prediction, range)] += 1;
            }
            Column {
                low,
                high,
                count: predictions.len(),
                mean: predictions.iter().sum::<f64>() / predictions.len() as f64,
                quartiles: [0.25, 0.5, 0.75].map(|share| quantile(&predictions, share)),
                rows,
            }
        })
        .collect()
}

/// The row of the density grid that a predicted rating falls in.
fn row_of(prediction: f64, (low, high): (f64, f64)) -> usize {
    if high <= low {
        return ROWS / 2;
    }
    ((((prediction - low) / (high - low)) * ROWS as f64) as usize).min(ROWS - 1)
}

/// The quantile of ascending values, by linear interpolation between the two nearest.
fn quantile(ascending: &[f64], share: f64) -> f64 {
    let position = share * (ascending.len() - 1) as f64;
    let below = position as usize;
    let above = (below + 1).min(ascending.len() - 1);
    ascending[below] + (ascending[above] - ascending[below]) * (position - below as f64)
}

/// Bins of a round width, one of them centered on zero, that cover every residual.
fn residuals(pairs: &[(f64, f64, u32)], (low, high): (f64, f64)) -> Residuals {
    let width = nice_step((high - low).max(1e-6) / 25.0);
    let bin = |residual: f64| (residual / width).round() as i64;
    let residual = |&(rating, prediction, _): &(f64, f64, u32)| prediction - rating;
    let (first, last) = pairs
        .iter()
        .map(|pair| bin(residual(pair)))
        .fold((0, 0), |(first, last), bin| (first.min(bin), last.max(bin)));
    let mut counts = vec![0; usize::try_from(last - first).unwrap_or(0) + 1];
    for pair in pairs {
        if let Ok(at) = usize::try_from(bin(residual(pair)) - first) {
            counts[at] += 1;
        }
    }
    Residuals {
        start: (first as f64 - 0.5) * width,
        width,
        counts,
    }
}

/// Bins of the 1–2–5 series: 0, 1, 2, 3–5, 6–10, 11–20, …; those without pairs are left out.
fn by_popularity(pairs: &[(f64, f64, u32)]) -> Vec<PopularityBin> {
    let mut bins = vec![(0, 0), (1, 1)];
    while let Some(&(_, before)) = bins.last()
        && before < u32::MAX
    {
        let next = if before.to_string().starts_with('2') {
            u64::from(before) * 5 / 2
        } else {
            u64::from(before) * 2
        };
        bins.push((before + 1, u32::try_from(next).unwrap_or(u32::MAX)));
    }
    let mut residuals: Vec<Vec<f64>> = vec![Vec::new(); bins.len()];
    for &(rating, prediction, popularity) in pairs {
        let bin = bins.partition_point(|(_, last)| *last < popularity);
        residuals[bin].push(prediction - rating);
    }
    bins.into_iter()
        .zip(residuals)
        .filter(|(_, residuals)| !residuals.is_empty())
        .map(|(range, residuals)| PopularityBin {
            range,
            errors: Errors::of(residuals.into_iter()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6
    }

    #[test]
    fn errors_equal_a_hand_computation() {
        // Residuals −0.5, +1, 0: mean squared (0.25 + 1) / 3, mean size 1.5 / 3, mean 0.5 / 3.
        let statistics = Statistics::of(&[4.0, 2.0, 5.0], &[3.5, 3.0, 5.0], None);
        assert_eq!(statistics.errors.count, 3);
        assert!(near(statistics.errors.rmse, (1.25_f64 / 3.0).sqrt()));
        assert!(near(statistics.errors.mae, 0.5));
        assert!(near(statistics.errors.bias, 0.5 / 3.0));
        assert!(near(statistics.range.0, 2.0) && near(statistics.range.1, 5.0));
        assert!(statistics.by_popularity.is_empty());
    }

    #[test]
    fn columns_hold_the_quartiles_of_each_true_rating() {
        let ratings = [1.0, 1.0, 1.0, 1.0, 1.0, 5.0];
        let predictions = [1.0, 2.0, 3.0, 4.0, 5.0, 4.0];
        let statistics = Statistics::of(&ratings, &predictions, None);
        let [one, five] = &statistics.columns[..] else {
            panic!("two distinct true ratings");
        };
        assert_eq!((one.count, five.count), (5, 1));
        assert!(near(one.mean, 3.0));
        assert_eq!(one.quartiles, [2.0, 3.0, 4.0]);
        assert_eq!(five.quartiles, [4.0; 3]);
        // 1 … 5 over 48 rows: 1 → 0, 3 → 24, 5 → the last.
        assert_eq!((one.rows[0], one.rows[24], one.rows[ROWS - 1]), (1, 1, 1));
        assert_eq!(one.rows.iter().sum::<u32>(), 5);
    }

    #[test]
    fn many_distinct_ratings_share_columns_of_equal_width() {
        let ratings: Vec<f32> = (0..=100).map(|n| n as f32 / 10.0).collect();
        let statistics = Statistics::of(&ratings, &ratings, None);
        assert_eq!(statistics.columns.len(), COLUMNS);
        assert_eq!(
            statistics
                .columns
                .iter()
                .map(|column| column.count)
                .sum::<usize>(),
            101
        );
        assert!(near(statistics.columns[0].high, 0.5));
    }

    #[test]
    fn residual_bins_are_round_and_one_is_centered_on_zero() {
        // Range 1 … 5: 4 / 25 = 0.16 → bins of 0.2. Residuals −0.3 → the bin of −0.2 or −0.4, 0 → zero's, 0.2 → 0.2's.
        let statistics = Statistics::of(&[5.0, 1.0, 3.0, 3.0], &[5.0, 1.0, 3.2, 2.75], None);
        let residuals = &statistics.residuals;
        assert!(near(residuals.width, 0.2));
        assert!(near(residuals.start, -0.3));
        assert_eq!(residuals.counts, [1, 2, 1]);
    }

    #[test]
    fn popularity_bins_follow_one_two_five() {
        let popularity = [0, 1, 2, 3, 5, 6, 20, 21, 50];
        let ratings = [3.0; 9];
        let predictions = [4.0, 3.0, 3.0, 2.0, 4.0, 3.0, 3.0, 3.5, 2.5];
        let bins = Statistics::of(&ratings, &predictions, Some(&popularity)).by_popularity;
        let ranges: Vec<(u32, u32)> = bins.iter().map(|bin| bin.range).collect();
        assert_eq!(
            ranges,
            [(0, 0), (1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, 50)]
        );
        assert!(near(bins[0].errors.rmse, 1.0));
        assert!(near(bins[3].errors.rmse, 1.0) && near(bins[3].errors.bias, 0.0));
        assert!(near(bins[6].errors.mae, 0.5));
        assert_eq!(bins.iter().map(|bin| bin.errors.count).sum::<usize>(), 9);
    }

    #[test]
    fn numbers_that_are_not_finite_are_left_out_and_counted() {
        let statistics = Statistics::of(&[3.0, f32::NAN, 4.0], &[3.0, 3.0, f32::INFINITY], None);
        assert_eq!((statistics.errors.count, statistics.skipped), (1, 2));
        assert_eq!(Statistics::of(&[], &[], None).errors.count, 0);
    }

    #[test]
    fn a_constant_rating_makes_one_column_and_no_division_by_zero() {
        let statistics = Statistics::of(&[3.0, 3.0], &[3.0, 3.0], Some(&[4, 4]));
        assert_eq!(statistics.columns.len(), 1);
        assert_eq!(statistics.residuals.counts, [2]);
        assert!(near(statistics.errors.rmse, 0.0));
    }
}
