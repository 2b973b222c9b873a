//! The kinds of data.

/// The data that a system learns from; decides how its data is read and how data and results are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum DataKind {
    /// User-item ratings, with a test set.
    #[default]
    Ratings,
    /// A labeled matrix, dense or sparse.
    Matrix,
    /// Images of two domains, perhaps with masks.
    Images,
}

impl DataKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Ratings, Self::Matrix, Self::Images];

    /// The words for what a system learns from.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Ratings => "ratings",
            Self::Matrix => "a matrix",
            Self::Images => "images",
        }
    }
}
