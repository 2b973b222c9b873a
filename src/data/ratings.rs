//! Sparse ratings and the data set made of them.

use std::sync::Arc;

use super::{Labels, Sparse};

/// Ratings of items by users, readable by row and by column.
#[derive(Debug, Clone, Default)]
pub struct Ratings {
    by_user: Sparse,
    by_item: Sparse,
    /// Seconds since 1970, in the order of `by_user`; empty if the file has none.
    timestamps: Vec<i64>,
}

impl Ratings {
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

    /// Whether there is no rating.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_user.is_empty()
    }
}

/// Train and test ratings over one set of users and items.
#[derive(Debug, Clone, Default)]
pub struct RatingsData {
    /// What a model may learn from.
    pub train: Ratings,
    /// What it is measured on; empty if there is no split. Same shape as `train`.
    pub test: Ratings,
    /// Names of the users.
    pub users: Labels,
    /// Names and titles of the items.
    pub items: Labels,
    /// Smallest and largest training rating.
    pub scale: (f32, f32),
    /// What a person should know of the reading: duplicates dropped, constant ratings, …
    pub notices: Vec<String>,
}

/// What a run learns from. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Dataset {
    /// User-item ratings.
    Ratings(Arc<RatingsData>),
}
