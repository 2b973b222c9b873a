//! The kinds of data as a system asks for them, and what is known of data that an estimate goes by.

use std::sync::Arc;

use super::TrainError;
use crate::data::images::ImageDomains;
use crate::data::{Cells, DataKind, Dataset, MatrixData, RatingsData};

/// A kind of data that systems learn from.
pub trait DataSource: Send + Sync + Sized + 'static {
    /// Which one.
    const KIND: DataKind;
    /// Sizes that an estimate goes by.
    type Facts;

    /// The data of this kind.
    ///
    /// # Errors
    /// If it is of another kind, or there is nothing to learn from.
    fn of_dataset(dataset: &Dataset) -> Result<&Arc<Self>, TrainError>;

    /// The facts about this kind of data, if they are known.
    fn facts(facts: &DataFacts) -> Option<&Self::Facts>;
}

/// Facts about the data of a run that is not started yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DataFacts {
    /// Nothing: it has not been read.
    #[default]
    Unknown,
    /// It is ratings.
    Ratings(RatingsFacts),
    /// It is a matrix.
    Matrix(MatrixFacts),
    /// It is images.
    Images(ImageFacts),
}

/// Sizes of ratings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RatingsFacts {
    /// Users, with and without ratings.
    pub users: usize,
    /// Items, with and without ratings.
    pub items: usize,
    /// Ratings to learn from.
    pub train: usize,
    /// Ratings to measure on.
    pub test: usize,
}

/// Sizes of a matrix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MatrixFacts {
    /// Rows that can be clustered.
    pub rows: usize,
    /// Columns that can be clustered.
    pub columns: usize,
    /// Cells that are stored: all of a dense matrix, of a sparse one those that are there.
    pub cells: usize,
    /// Every cell is stored.
    pub is_dense: bool,
}

/// Sizes of images.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImageFacts {
    /// Width and height of the training image with the most pixels.
    pub largest: Option<(u32, u32)>,
    /// Training images of A and of B.
    pub images: [usize; 2],
    /// Test images of A and of B.
    pub test_images: [usize; 2],
    /// Classes of the masks, 0 without masks.
    pub classes: usize,
}

impl DataFacts {
    /// Those of data in memory.
    #[must_use]
    pub fn of(dataset: &Dataset) -> Self {
        match dataset {
            Dataset::Ratings(ratings) => Self::Ratings(RatingsFacts {
                users: ratings.train.users(),
                items: ratings.train.items(),
                train: ratings.train.len(),
                test: ratings.test.len(),
            }),
            Dataset::Matrix(matrix) => Self::Matrix(MatrixFacts {
                rows: matrix.active_rows.len(),
                columns: matrix.active_columns.len(),
                cells: matrix.filled.stored(),
                is_dense: matches!(matrix.filled, Cells::Dense(_)),
            }),
            Dataset::Images(images) => Self::Images(ImageFacts {
                largest: images.largest(),
                images: [images.a.train.len(), images.b.train.len()],
                test_images: [images.a.test.len(), images.b.test.len()],
                classes: images.classes.as_ref().map_or(0, |table| table.len()),
            }),
        }
    }
}

fn wrong_kind(dataset: &Dataset, wanted: &str) -> TrainError {
    let found = match dataset {
        Dataset::Ratings(_) => "ratings",
        Dataset::Matrix(_) => "a matrix",
        Dataset::Images(_) => "images",
    };
    TrainError::Data(format!("it needs {wanted}, but the data is {found}"))
}

impl DataSource for RatingsData {
    const KIND: DataKind = DataKind::Ratings;
    type Facts = RatingsFacts;

    fn of_dataset(dataset: &Dataset) -> Result<&Arc<Self>, TrainError> {
        let ratings = dataset.ratings();
        let ratings = ratings.ok_or_else(|| wrong_kind(dataset, "ratings"))?;
        if ratings.train.is_empty() {
            return Err(TrainError::Data(
                "there are no training ratings: choose a file that has some, or hold out fewer"
                    .to_owned(),
            ));
        }
        Ok(ratings)
    }

    fn facts(facts: &DataFacts) -> Option<&RatingsFacts> {
        match facts {
            DataFacts::Ratings(facts) => Some(facts),
            _ => None,
        }
    }
}

impl DataSource for MatrixData {
    const KIND: DataKind = DataKind::Matrix;
    type Facts = MatrixFacts;

    fn of_dataset(dataset: &Dataset) -> Result<&Arc<Self>, TrainError> {
        let matrix = dataset.matrix();
        let matrix = matrix.ok_or_else(|| wrong_kind(dataset, "a matrix"))?;
        if matrix.active_rows.len() < 2 || matrix.active_columns.len() < 2 {
            return Err(TrainError::Data(
                "fewer than two rows or columns are left once the constant ones are set aside: there is nothing to cluster"
                    .to_owned(),
            ));
        }
        Ok(matrix)
    }

    fn facts(facts: &DataFacts) -> Option<&MatrixFacts> {
        match facts {
            DataFacts::Matrix(facts) => Some(facts),
            _ => None,
        }
    }
}

impl DataSource for ImageDomains {
    const KIND: DataKind = DataKind::Images;
    type Facts = ImageFacts;

    fn of_dataset(dataset: &Dataset) -> Result<&Arc<Self>, TrainError> {
        dataset
            .images()
            .ok_or_else(|| wrong_kind(dataset, "images: give `[data]` a folder of them"))
    }

    fn facts(facts: &DataFacts) -> Option<&ImageFacts> {
        match facts {
            DataFacts::Images(facts) => Some(facts),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratings(ratings: &[(u32, u32, f32)]) -> Dataset {
        Dataset::Ratings(Arc::new(RatingsData::from_triplets(4, 3, ratings, &[])))
    }

    #[test]
    fn data_of_another_kind_or_without_anything_to_learn_from_is_refused() {
        let one = ratings(&[(0, 0, 1.0)]);
        assert!(RatingsData::of_dataset(&one).is_ok());
        assert!(RatingsData::of_dataset(&ratings(&[])).is_err());
        let error = MatrixData::of_dataset(&one)
            .expect_err("another kind")
            .to_string();
        assert_eq!(error, "it needs a matrix, but the data is ratings");
        assert!(ImageDomains::of_dataset(&one).is_err());
    }

    #[test]
    fn facts_are_those_of_their_kind() {
        let facts = DataFacts::of(&ratings(&[(0, 0, 1.0), (1, 2, 3.0)]));
        let own = RatingsData::facts(&facts).expect("ratings");
        assert_eq!((own.users, own.items, own.train, own.test), (4, 3, 2, 0));
        assert_eq!(MatrixData::facts(&facts), None);
        assert_eq!(ImageDomains::facts(&DataFacts::Unknown), None);
    }
}
