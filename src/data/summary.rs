//! Statistics of ratings, to look at before training on them.

use rayon::prelude::*;

use super::{Ratings, RatingsData, Sparse};

/// Most points of a popularity curve.
const CURVE_POINTS: usize = 512;
/// Most rows and columns of a thumbnail.
const THUMBNAIL_SIDE: usize = 256;
/// The range of values over the smallest step between two, beyond which a bar for each is too thin.
const THINNEST: f32 = 100.0;
/// Bars of the histogram, where there are more distinct values than this.
const BARS: usize = 40;

/// Counts, distributions and a small picture of a set of ratings.
#[derive(Debug, Clone, Default)]
pub struct RatingsSummary {
    /// Users.
    pub users: usize,
    /// Items.
    pub items: usize,
    /// Training ratings.
    pub ratings: usize,
    /// Test ratings.
    pub test_ratings: usize,
    /// Rated share of all pairs, train and test, 0 to 1.
    pub density: f64,
    /// Mean training rating.
    pub mean: f64,
    /// Standard deviation of the training ratings.
    pub deviation: f64,
    /// Smallest and largest training rating.
    pub scale: (f32, f32),
    /// How often each training rating occurs.
    pub histogram: Histogram,
    /// Training ratings of each user, most first, at most 512 points as (rank from 0, ratings).
    pub user_curve: Vec<(usize, usize)>,
    /// Training ratings of each item, most first, at most 512 points as (rank from 0, ratings).
    pub item_curve: Vec<(usize, usize)>,
    /// Users with exactly one training rating.
    pub users_with_one: usize,
    /// Items with exactly one training rating.
    pub items_with_one: usize,
    /// Users without a training rating.
    pub cold_users: usize,
    /// Items without a training rating.
    pub cold_items: usize,
    /// Seconds since 1970 of the first and the last training rating.
    pub time_span: Option<(i64, i64)>,
    /// The training ratings as a small picture.
    pub thumbnail: Thumbnail,
}

/// How often values occur.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Histogram {
    /// The values, or the middles of the bars.
    pub values: Vec<f32>,
    /// How often.
    pub counts: Vec<usize>,
    /// The width of a bar where values were binned; 0 where each bar is one value.
    pub width: f32,
}

/// The matrix in at most 256 × 256 cells: users and items sorted by how many ratings they have, most first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Thumbnail {
    /// Rows (groups of users).
    pub rows: usize,
    /// Columns (groups of items).
    pub columns: usize,
    /// Rated share of each cell's pairs, 0 to 1, row by row.
    pub density: Vec<f32>,
    /// Mean rating of each cell, row by row; NaN where there is none.
    pub mean: Vec<f32>,
}

impl RatingsSummary {
    /// Looks at every training rating once or twice; a second for 20 million.
    #[must_use]
    pub fn of(data: &RatingsData) -> Self {
        let train = &data.train;
        let (users, items) = (train.users(), train.items());
        let by_activity = Activity::of(train.by_user());
        let by_popularity = Activity::of(train.by_item());
        let pairs = users as f64 * items as f64;
        let rated = (train.len() + data.test.len()) as f64;
        let (mean, deviation) = moments(train.by_user().values());
        Self {
            users,
            items,
            ratings: train.len(),
            test_ratings: data.test.len(),
            density: if pairs > 0.0 { rated / pairs } else { 0.0 },
            mean,
            deviation,
            scale: data.scale,
            histogram: Histogram::of(train.by_user().values(), data.scale),
            user_curve: by_activity.curve(),
            item_curve: by_popularity.curve(),
            users_with_one: by_activity.with(1),
            items_with_one: by_popularity.with(1),
            cold_users: by_activity.with(0),
            cold_items: by_popularity.with(0),
            time_span: train.timestamps().span(),
            thumbnail: Thumbnail::of(train, &by_activity, &by_popularity),
        }
    }
}

/// Rows of a sparse matrix, fullest first.
struct Activity {
    order: Vec<u32>,
    counts: Vec<usize>,
}

impl Activity {
    fn of(rows: &Sparse) -> Self {
        let counts: Vec<usize> = rows.offsets().windows(2).map(|w| w[1] - w[0]).collect();
        let mut order: Vec<u32> = (0..counts.len() as u32).collect();
        order.par_sort_by_key(|&row| std::cmp::Reverse(counts[row as usize]));
        Self { order, counts }
    }

    fn with(&self, count: usize) -> usize {
        self.counts.iter().filter(|&&own| own == count).count()
    }

    fn curve(&self) -> Vec<(usize, usize)> {
        let len = self.order.len();
        let points = len.min(CURVE_POINTS);
        (0..points)
            .map(|point| {
                // Evenly spread, with the first and the last rank.
                let rank = point * (len - 1) / (points - 1).max(1);
                (rank, self.counts[self.order[rank] as usize])
            })
            .collect()
    }

    /// The thumbnail cell of each row, and how many cells there are.
    fn cells(&self) -> (Vec<u16>, usize) {
        let len = self.order.len();
        let cells = len.min(THUMBNAIL_SIDE);
        let mut cell_of = vec![0; len];
        for (rank, &row) in self.order.iter().enumerate() {
            cell_of[row as usize] = (rank * cells / len) as u16;
        }
        (cell_of, cells)
    }
}

/// Mean and standard deviation; zeros without values.
fn moments(values: &[f32]) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 0.0);
    }
    let count = values.len() as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let squares: f64 = values
        .iter()
        .map(|&value| (f64::from(value) - mean).powi(2))
        .sum();
    (mean, (squares / count).sqrt())
}

impl Histogram {
    pub(super) fn of(values: &[f32], scale: (f32, f32)) -> Self {
        Self::of_distinct(values).unwrap_or_else(|| Self::of_bins(values, scale))
    }

    /// One bar a value; `None` if there are too many, or if they lie so unevenly that their bars would be too thin to see.
    fn of_distinct(values: &[f32]) -> Option<Self> {
        let mut found: Vec<(f32, usize)> = Vec::new();
        for &value in values {
            match found.iter().position(|(known, _)| *known == value) {
                Some(at) => found[at].1 += 1,
                None if found.len() == BARS => return None,
                None => found.push((value, 1)),
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        let steps = found.windows(2).map(|pair| pair[1].0 - pair[0].0);
        let least = steps.fold(f32::INFINITY, f32::min);
        if let (Some(first), Some(last)) = (found.first(), found.last())
            && last.0 - first.0 > THINNEST * least
        {
            return None;
        }
        let (values, counts) = found.into_iter().unzip();
        Some(Self {
            values,
            counts,
            width: 0.0,
        })
    }

    fn of_bins(values: &[f32], (low, high): (f32, f32)) -> Self {
        let (low, high) = (f64::from(low), f64::from(high));
        let width = (high - low) / BARS as f64;
        let mut counts = vec![0; BARS];
        for &value in values {
            let bar = (f64::from(value) - low) / width;
            counts[(bar as usize).min(BARS - 1)] += 1;
        }
        Self {
            values: (0..BARS)
                .map(|bar| (low + (bar as f64 + 0.5) * width) as f32)
                .collect(),
            counts,
            width: width as f32,
        }
    }
}

impl Thumbnail {
    fn of(ratings: &Ratings, users: &Activity, items: &Activity) -> Self {
        let (row_of, rows) = users.cells();
        let (column_of, columns) = items.cells();
        let mut counts = vec![0_u64; rows * columns];
        let mut sums = vec![0_f64; rows * columns];
        for (user, item, value) in ratings.iter() {
            let cell = usize::from(row_of[user]) * columns + usize::from(column_of[item]);
            counts[cell] += 1;
            sums[cell] += f64::from(value);
        }
        let sizes = |cell_of: &[u16], cells: usize| {
            let mut sizes = vec![0_u64; cells];
            for &cell in cell_of {
                sizes[usize::from(cell)] += 1;
            }
            sizes
        };
        let (heights, widths) = (sizes(&row_of, rows), sizes(&column_of, columns));
        let pairs = |cell: usize| (heights[cell / columns] * widths[cell % columns]) as f64;
        Self {
            rows,
            columns,
            density: counts
                .iter()
                .enumerate()
                .map(|(cell, &count)| (count as f64 / pairs(cell)) as f32)
                .collect(),
            mean: sums
                .iter()
                .zip(&counts)
                .map(|(sum, &count)| (sum / count as f64) as f32)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_that_would_be_too_thin_to_see_are_binned() {
        let plays = [3.0, 17.0, 812.0, 1_200_345.0];
        let histogram = Histogram::of(&plays, (3.0, 1_200_345.0));
        assert_eq!(histogram.counts.len(), BARS);
        assert_eq!((histogram.counts[0], histogram.counts[BARS - 1]), (3, 1));
        let halves = [0.5, 1.0, 5.0];
        assert_eq!(Histogram::of(&halves, (0.5, 5.0)).values, halves);
        assert_eq!(Histogram::of(&[], (0.0, 0.0)), Histogram::default());
    }

    #[test]
    fn a_small_set_by_hand() {
        // User 1 rated three items, user 0 one, user 2 none; item 0 twice, items 1 and 2 once, item 3 only in the test set.
        let train = [(1, 0, 4.0), (1, 1, 2.0), (1, 2, 4.0), (0, 0, 2.0)];
        let data = RatingsData::from_triplets(3, 4, &train, &[(2, 3, 5.0)]);
        let summary = RatingsSummary::of(&data);
        assert_eq!((summary.users, summary.items), (3, 4));
        assert_eq!((summary.ratings, summary.test_ratings), (4, 1));
        assert!((summary.density - 5.0 / 12.0).abs() < 1e-12);
        assert!((summary.mean - 3.0).abs() < 1e-12);
        assert!((summary.deviation - 1.0).abs() < 1e-12);
        assert_eq!(summary.histogram.values, [2.0, 4.0]);
        assert_eq!(summary.histogram.counts, [2, 2]);
        assert_eq!(summary.user_curve, [(0, 3), (1, 1), (2, 0)]);
        assert_eq!(summary.item_curve, [(0, 2), (1, 1), (2, 1), (3, 0)]);
        assert_eq!((summary.users_with_one, summary.items_with_one), (1, 2));
        assert_eq!((summary.cold_users, summary.cold_items), (1, 1));
        let thumbnail = &summary.thumbnail;
        assert_eq!((thumbnail.rows, thumbnail.columns), (3, 4));
        assert_eq!(thumbnail.density[..5], [1.0, 1.0, 1.0, 0.0, 1.0]);
        assert_eq!(thumbnail.mean[..3], [4.0, 2.0, 4.0]);
        assert!(thumbnail.mean[3].is_nan());
    }

    #[test]
    fn continuous_values_are_binned_and_all_counted() {
        let train: Vec<_> = (0..1000).map(|i| (i, 0, i as f32 * 0.37)).collect();
        let summary = RatingsSummary::of(&RatingsData::from_triplets(1000, 1, &train, &[]));
        assert_eq!(summary.histogram.counts.len(), 40);
        assert_eq!(summary.histogram.counts.iter().sum::<usize>(), 1000);
        assert!(summary.histogram.width > 0.0);
    }

    #[test]
    fn large_sets_are_thinned_with_both_ends_kept() {
        let train: Vec<_> = (0..3000_u32).map(|i| (i, i % 700, 1.0)).collect();
        let summary = RatingsSummary::of(&RatingsData::from_triplets(3000, 700, &train, &[]));
        assert_eq!(summary.user_curve.len(), 512);
        assert_eq!(summary.user_curve.first(), Some(&(0, 1)));
        assert_eq!(summary.user_curve.last(), Some(&(2999, 1)));
        assert_eq!(
            (summary.thumbnail.rows, summary.thumbnail.columns),
            (256, 256)
        );
    }

    #[test]
    fn no_ratings_give_an_empty_summary() {
        let summary = RatingsSummary::of(&RatingsData::from_triplets(0, 0, &[], &[]));
        assert_eq!(summary.density, 0.0);
        assert!(summary.user_curve.is_empty());
    }
}
