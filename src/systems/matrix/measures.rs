//! The measures of systems that co-cluster a matrix.

use crate::record::{Basis, Better, Measure, Measures, Part};

const SIDES: &[Part] = &[Part::new("rows", "rows"), Part::new("columns", "columns")];

const CLUSTERS: &str = "Clusters";
const OBJECTIVE: &str = "Objective";
const AUTOENCODERS: &str = "Autoencoders";
const MIXTURES: &str = "Mixtures";
const BEGINNING: &str = "Pretraining and restarts";
const SCAN: &str = "Number of clusters";

const fn score(name: &'static str, label: &'static str) -> Measure {
    Measure::new(name, label, Better::Higher).group(CLUSTERS)
}

/// The agreement with true classes.
const fn agreement(name: &'static str, label: &'static str) -> Measure {
    score(name, label).on(Basis::Truth).parts(SIDES)
}

// Of every system of this kind.
const NMI: Measure = agreement("*/nmi", "NMI");
const ACCURACY: Measure = agreement("*/acc", "Accuracy");
const ARI: Measure = agreement("*/ari", "ARI");
const PURITY: Measure = agreement("*/purity", "Purity");
const NMI_GEOMETRIC: Measure = agreement("*/nmi_geometric", "NMI, geometric mean");
const INFORMATION_KEPT: Measure = score("blocks/information_kept", "Information kept");

/// True classes tell more than the share of information, where there are some.
const MAIN: &[&str] = &["rows/nmi", "columns/nmi", "blocks/information_kept"];

/// Of DeepCC.
pub(super) const DEEPCC: Measures = Measures {
    all: &[
        INFORMATION_KEPT,
        NMI,
        ACCURACY,
        ARI,
        PURITY,
        NMI_GEOMETRIC,
        score("*/silhouette", "Silhouette of the codes").parts(SIDES),
        Measure::loss("loss/total", "Total loss").group(OBJECTIVE),
        Measure::loss("loss/cross", "Cross loss").group(OBJECTIVE),
        Measure::new("joint/*", "Mutual information", Better::Neither)
            .unit("bits")
            .group(OBJECTIVE)
            .parts(&[
                Part::new("information", "rows and columns"),
                Part::new("information_clusters", "their clusters"),
            ]),
        Measure::loss("loss/reconstruction_*", "Reconstruction loss")
            .group(AUTOENCODERS)
            .parts(SIDES),
        Measure::loss("loss/weight_decay_*", "Weight decay")
            .group(AUTOENCODERS)
            .parts(SIDES),
        Measure::loss("loss/energy_*", "Energy")
            .group(MIXTURES)
            .parts(SIDES),
        Measure::loss("loss/kl_*", "KL divergence")
            .group(MIXTURES)
            .parts(SIDES),
        Measure::loss("loss/covariance_*", "Covariance penalty")
            .group(MIXTURES)
            .parts(SIDES),
        Measure::loss("pretraining/loss_*", "Pretraining loss")
            .group(BEGINNING)
            .parts(SIDES),
        Measure::loss("start/loss_*", "Loss of starting assignments")
            .group(BEGINNING)
            .parts(SIDES),
        Measure::loss("restart/*", "Loss of restarts")
            .group(BEGINNING)
            .parts(&[Part::new("loss", "each"), Part::new("best_loss", "best")]),
    ],
    main: MAIN,
};

/// Of the methods that DeepCC is compared with.
pub(super) const METHODS: Measures = Measures {
    all: &[
        INFORMATION_KEPT,
        NMI,
        ACCURACY,
        ARI,
        PURITY,
        NMI_GEOMETRIC,
        MODULARITY,
        INFORMATION_LOSS,
        INERTIA,
        JOINT_INERTIA,
    ],
    main: MAIN,
};

const MODULARITY: Measure =
    Measure::new("blocks/modularity", "Modularity", Better::Higher).group(OBJECTIVE);
const INFORMATION_LOSS: Measure = Measure::loss("loss/information", "Information lost")
    .unit("bits")
    .group(OBJECTIVE);
const INERTIA: Measure = Measure::loss("loss/inertia_*", "Inertia")
    .group(OBJECTIVE)
    .parts(SIDES);
const JOINT_INERTIA: Measure =
    Measure::loss("loss/inertia", "Inertia of rows and columns").group(OBJECTIVE);

/// Of a scan over numbers of clusters, whose step is the number. The information kept grows with it in any case: none is the best.
pub(super) const SCAN_MEASURES: Measures = Measures {
    all: &[
        Measure::new("scan/stability", "Stability", Better::Higher).group(SCAN),
        Measure::new("scan/silhouette", "Silhouette", Better::Higher).group(SCAN),
        Measure::new("scan/modularity", "Modularity", Better::Higher).group(SCAN),
        Measure::new("scan/information_kept", "Information kept", Better::Neither).group(SCAN),
        Measure::new(
            "scan/clusters",
            "Chosen number of clusters",
            Better::Neither,
        )
        .group(SCAN),
        NMI,
        ACCURACY,
        ARI,
        PURITY,
        NMI_GEOMETRIC,
        INFORMATION_KEPT,
        MODULARITY,
        INFORMATION_LOSS,
        INERTIA,
        JOINT_INERTIA,
    ],
    main: MAIN,
};
