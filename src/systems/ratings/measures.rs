//! The measures of systems that predict ratings.

use crate::record::{Better, Measure, Measures, Part, Role};

const PARTS: &[Part] = &[
    Part::with_role("train", "train", Role::Training),
    Part::with_role("validation", "validation", Role::Validation),
    Part::with_role("test", "test", Role::Test),
];

/// Losses per epoch or step, and errors in stars.
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
    ],
    main: &["test/rmse", "validation/rmse", "train/rmse"],
};

const ERROR: &str = "Error";
