//! Sparse ratings and the data set made of them.

use std::path::PathBuf;
use std::sync::Arc;

use super::assemble::{Chunk, group_by_user};
use super::images::ImageDomains;
use super::{Fingerprint, Labels, MatrixData, Sparse, Timestamps};

/// Ratings of items by users, readable by row and by column: 16 bytes a rating, 20 with timestamps.
#[derive(Debug, Clone, Default)]
pub struct Ratings {
    by_user: Sparse,
    by_item: Sparse,
    timestamps: Timestamps,
}

impl Ratings {
    /// From users × items and the times in the same order (empty if there are none).
    ///
    /// # Panics
    /// If there are times, but not one for each rating.
    #[must_use]
    pub fn new(by_user: Sparse, timestamps: Timestamps) -> Self {
        assert!(timestamps.is_empty() || timestamps.len() == by_user.len());
        let by_item = by_user.transpose();
        Self {
            by_user,
            by_item,
            timestamps,
        }
    }

    /// From (user, item, rating) in any order; of a pair that comes twice, the later counts.
    ///
    /// # Panics
    /// If a user or an item is out of range.
    #[must_use]
    pub fn from_triplets(users: usize, items: usize, triplets: &[(u32, u32, f32)]) -> Self {
        let chunk = Chunk {
            users: triplets.iter().map(|triplet| triplet.0).collect(),
            items: triplets.iter().map(|triplet| triplet.1).collect(),
            values: triplets.iter().map(|triplet| triplet.2).collect(),
            ..Chunk::default()
        };
        assert!(chunk.users.iter().all(|&user| (user as usize) < users));
        assert!(chunk.items.iter().all(|&item| (item as usize) < items));
        let grouped = group_by_user(users, items, vec![chunk]);
        Self::new(grouped.by_user, grouped.timestamps)
    }

    /// Users × items.
    #[must_use]
    pub fn by_user(&self) -> &Sparse {
        &self.by_user
    }

    /// Items × users.
    #[must_use]
    pub fn by_item(&self) -> &Sparse {
        &self.by_item
    }

    /// When each rating was given, in the order of `by_user`; empty if the file does not say.
    #[must_use]
    pub fn timestamps(&self) -> &Timestamps {
        &self.timestamps
    }

    /// Number of users, with and without ratings.
    #[must_use]
    pub fn users(&self) -> usize {
        self.by_user.rows()
    }

    /// Number of items, with and without ratings.
    #[must_use]
    pub fn items(&self) -> usize {
        self.by_user.columns()
    }

    /// Number of ratings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_user.len()
    }

    /// True if there is no rating.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_user.is_empty()
    }

    /// Every rating as (user, item, rating), by user, then item.
    pub fn iter(&self) -> impl Iterator<Item = (usize, usize, f32)> {
        (0..self.users()).flat_map(move |user| {
            let (items, values) = self.by_user.row(user);
            items
                .iter()
                .zip(values)
                .map(move |(&item, &value)| (user, item as usize, value))
        })
    }
}

/// Train and test ratings over one set of users and items.
#[derive(Debug, Clone, Default)]
pub struct RatingsData {
    /// The ratings that a model may learn from.
    pub train: Ratings,
    /// The ratings that it is tested on; empty if there is no split. Same shape as `train`.
    pub test: Ratings,
    /// Names of the users.
    pub users: Labels,
    /// Names and titles of the items.
    pub items: Labels,
    /// Smallest and largest training rating.
    pub scale: (f32, f32),
    /// Notices about the reading: duplicates dropped, constant ratings, …
    pub notices: Vec<String>,
    /// The file beside the ratings that titles were read from, if none was named.
    pub titles: Option<PathBuf>,
    /// Which files, and how large.
    pub fingerprint: Fingerprint,
}

impl RatingsData {
    /// From (user, item, rating) in any order, with the ids `1`, `2`, …
    ///
    /// # Panics
    /// If a user or an item is out of range.
    #[must_use]
    pub fn from_triplets(
        users: usize,
        items: usize,
        train: &[(u32, u32, f32)],
        test: &[(u32, u32, f32)],
    ) -> Self {
        let train = Ratings::from_triplets(users, items, train);
        Self {
            test: Ratings::from_triplets(users, items, test),
            users: Labels::numbered(users),
            items: Labels::numbered(items),
            scale: scale_of(&train),
            train,
            ..Self::default()
        }
    }
}

/// Smallest and largest rating; zeros if there is none.
pub(crate) fn scale_of(ratings: &Ratings) -> (f32, f32) {
    let values = ratings.by_user().values();
    if values.is_empty() {
        return (0.0, 0.0);
    }
    values
        .iter()
        .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &value| {
            (low.min(value), high.max(value))
        })
}

/// The data that a run learns from. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Dataset {
    /// User-item ratings.
    Ratings(Arc<RatingsData>),
    /// A labeled matrix.
    Matrix(Arc<MatrixData>),
    /// Images of two domains.
    Images(Arc<ImageDomains>),
}

impl Dataset {
    /// Which files, and how large.
    #[must_use]
    pub fn fingerprint(&self) -> &Fingerprint {
        match self {
            Self::Ratings(ratings) => &ratings.fingerprint,
            Self::Matrix(matrix) => &matrix.fingerprint,
            Self::Images(images) => &images.fingerprint,
        }
    }

    /// Notices about the reading.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        match self {
            Self::Ratings(ratings) => &ratings.notices,
            Self::Matrix(matrix) => &matrix.notices,
            Self::Images(images) => &images.notices,
        }
    }

    /// The ratings, if it is ratings.
    #[must_use]
    pub fn ratings(&self) -> Option<&Arc<RatingsData>> {
        match self {
            Self::Ratings(ratings) => Some(ratings),
            Self::Matrix(_) | Self::Images(_) => None,
        }
    }

    /// The matrix, if it is one.
    #[must_use]
    pub fn matrix(&self) -> Option<&Arc<MatrixData>> {
        match self {
            Self::Matrix(matrix) => Some(matrix),
            Self::Ratings(_) | Self::Images(_) => None,
        }
    }

    /// The images, if it is images.
    #[must_use]
    pub fn images(&self) -> Option<&Arc<ImageDomains>> {
        match self {
            Self::Images(images) => Some(images),
            Self::Ratings(_) | Self::Matrix(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triplets_in_any_order_become_both_orientations() {
        let triplets = [(1, 2, 5.0), (0, 1, 3.0), (1, 0, 2.0), (0, 1, 4.0)];
        let data = RatingsData::from_triplets(2, 3, &triplets, &[(0, 0, 1.0)]);
        assert_eq!(data.train.len(), 3);
        assert_eq!(data.train.by_user().row(0), (&[1][..], &[4.0][..]));
        assert_eq!(data.train.by_user().row(1), (&[0, 2][..], &[2.0, 5.0][..]));
        assert_eq!(data.train.by_item().row(2), (&[1][..], &[5.0][..]));
        assert_eq!(data.scale, (2.0, 5.0));
        assert_eq!(data.test.iter().collect::<Vec<_>>(), [(0, 0, 1.0)]);
        assert_eq!(data.users.id(1), "2");
    }
}
