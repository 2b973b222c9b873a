//! The measures of systems that predict ratings.

use crate::record::{Basis, Better, Measure, Measures, Part, Role};

const PARTS: &[Part] = &[
    Part::with_role("train", "train", Role::Training),
    Part::with_role("validation", "validation", Role::Validation),
    Part::with_role("test", "test", Role::Test),
];

const RMSE: &[Part] = &[
    Part::with_role("train", "train", Role::Training),
    Part::with_role("validation", "validation", Role::Validation),
    Part::with_role("test", "test", Role::Test),
    Part::with_role("biases", "test, bias model alone", Role::Reference),
];

const HELD_OUT: &[Part] = &[
    Part::with_role("validation", "validation", Role::Validation),
    Part::with_role("test", "test", Role::Test),
];

/// Losses per epoch or step, and errors in stars, and the quality of recommendations as shares from 0 to 1.
pub(super) const MEASURES: Measures = Measures {
    all: &[
        Measure::new("*/rmse", "RMSE", Better::Lower)
            .group(ERROR)
            .parts(RMSE),
        Measure::new("*/mae", "MAE", Better::Lower)
            .group(ERROR)
            .parts(PARTS),
        Measure::loss("*/loss", "Loss").group(ERROR).parts(&[
            Part::with_role("train", "train", Role::Training),
            Part::with_role("pretraining", "pretraining", Role::Training),
        ]),
        Measure::new("*/precision", "Precision at k", Better::Higher)
            .group(RANKING)
            .parts(HELD_OUT),
        Measure::new("*/recall", "Recall at k", Better::Higher)
            .group(RANKING)
            .parts(HELD_OUT),
        Measure::new("*/ndcg", "NDCG at k", Better::Higher)
            .group(RANKING)
            .parts(HELD_OUT),
        Measure::new("search/rmse", "RMSE of a trial", Better::Lower)
            .group(SEARCH)
            .on(Basis::Validation)
            .apart(),
        Measure::new("search/regularization", "λ of a trial", Better::Neither)
            .group(SEARCH)
            .apart(),
        Measure::new("found/regularization", "λ found", Better::Neither).group(SEARCH),
        Measure::new("found/epochs", "Length found", Better::Neither)
            .group(SEARCH)
            .unit("epochs"),
        Measure::new("found/rmse", "RMSE on held-out ratings", Better::Lower)
            .group(SEARCH)
            .on(Basis::Validation),
        Measure::new(
            "found/bias_rmse",
            "RMSE of the biases alone on held-out ratings",
            Better::Lower,
        )
        .group(SEARCH)
        .on(Basis::Validation),
    ],
    main: &["test/rmse", "validation/rmse", "train/rmse"],
};

const ERROR: &str = "Error";
const RANKING: &str = "Ranking";
const SEARCH: &str = "Search";
