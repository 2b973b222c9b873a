//! The measures of systems that predict ratings.

use crate::record::{Better, Measure, Measures, Part, Role};

const PARTS: &[Part] = &[
    Part::with_role("train", "train", Role::Training),
    Part::with_role("validation", "validation", Role::Validation),
    Part::with_role("test", "test", Role::Test),
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
            .parts(PARTS),
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
    ],
    main: &["test/rmse", "validation/rmse", "train/rmse"],
};

const ERROR: &str = "Error";
const RANKING: &str = "Ranking";
