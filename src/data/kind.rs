//! The kinds of data.

/// What a system learns from; decides how its data is read and how data and results are shown.
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
