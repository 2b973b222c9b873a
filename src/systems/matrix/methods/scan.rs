//! The scan over the number of clusters.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::baseline::{check_count, joint, raised_joint};
use super::estimate::estimate;
use super::information::Information;
use super::kmeans::Sides;
use super::method::Method;
use super::modularity::Modularity;
use super::scan_trainer::ScanTrainer;
use super::search::Schedule;
use super::spectral::Spectral;
use crate::data::MatrixData;
use crate::record::Measures;
use crate::systems::matrix::{Report, Scaling, measures, negative};
use crate::systems::{
    ConfigError, Estimate, Info, MatrixFacts, Place, Preset, System, TrainError, Trainer,
};

/// Most numbers of clusters in one scan.
const MOST: usize = 200;

/// Runs a method with each number of clusters and compares the results. Each number is one step of the run, so that curves show measures by
/// the number of clusters, and the result of each is a snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ScanConfig {
    /// The method that is run with each number of clusters.
    #[schemars(extend("x-group" = "Scan"))]
    pub(super) method: ScanMethod,
    /// The first number of clusters.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Scan"))]
    pub(super) from: usize,
    /// The last number of clusters.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Scan"))]
    pub(super) to: usize,
    /// How many clusters of columns; as many as of rows, in each step, if it is not given.
    #[schemars(range(min = 2, max = 1000), extend("x-group" = "Scan"))]
    pub(super) column_clusters: Option<usize>,
    /// Criterion for the best number of clusters.
    #[schemars(extend("x-group" = "Scan"))]
    pub(super) choose_by: ChooseBy,
    /// For k-means: under which scaling rows are compared with rows, and columns with columns.
    #[schemars(extend("x-group" = "Method"))]
    pub(super) scaling: Scaling,
    /// Number of random starts for each number; the best is kept.
    #[schemars(range(min = 1, max = 10_000), extend("x-group" = "Method"))]
    pub(super) restarts: u64,
    /// Iterations of each start, at most.
    #[schemars(range(min = 1, max = 100_000), extend("x-group" = "Method"))]
    pub(super) iterations: u64,
}

/// The clustering method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ScanMethod {
    /// Information-theoretic co-clustering.
    Information,
    /// Spectral co-clustering: as many column clusters as row clusters.
    Spectral,
    /// Modularity co-clustering: as many column clusters as row clusters.
    Modularity,
    /// k-means on rows and on columns.
    Kmeans,
}

/// Criterion for the best number of clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChooseBy {
    /// The modularity for modularity co-clustering, the silhouette for k-means, the bend of the information kept for the others.
    Auto,
    /// The fewest clusters with a modularity within 1 % of the highest; of methods with as many column clusters as row clusters.
    Modularity,
    /// The bend of the information kept, which grows with every cluster: where it lies highest above the line from first to last.
    Information,
    /// The highest mean silhouette of rows; of k-means and spectral co-clustering.
    Silhouette,
    /// The highest agreement (mean adjusted Rand index) of the starts with the best one.
    Stability,
}

impl Default for ScanConfig {
    fn default() -> Self {
        Self {
            method: ScanMethod::Information,
            from: 2,
            to: 10,
            column_clusters: None,
            choose_by: ChooseBy::Auto,
            scaling: Scaling::default(),
            restarts: 10,
            iterations: 100,
        }
    }
}

impl ScanMethod {
    /// True if a co-cluster has rows and columns.
    pub(super) fn is_diagonal(self) -> bool {
        matches!(self, Self::Modularity | Self::Spectral)
    }

    /// True if negative cells are refused.
    fn takes_amounts_only(self) -> bool {
        matches!(self, Self::Information | Self::Modularity)
    }

    /// What is of raised cells where some are negative.
    pub(super) fn raised(self) -> &'static str {
        match self {
            Self::Spectral => negative::SPECTRAL,
            Self::Information | Self::Modularity | Self::Kmeans => negative::MEASURES,
        }
    }

    /// In a sentence.
    fn label(self) -> &'static str {
        match self {
            Self::Information => "information-theoretic co-clustering",
            Self::Spectral => "spectral co-clustering",
            Self::Modularity => "modularity co-clustering",
            Self::Kmeans => "k-means",
        }
    }
}

impl ScanConfig {
    /// The criterion behind [`ChooseBy::Auto`].
    pub(super) fn rule(&self) -> ChooseBy {
        match (self.choose_by, self.method) {
            (ChooseBy::Auto, ScanMethod::Modularity) => ChooseBy::Modularity,
            (ChooseBy::Auto, ScanMethod::Information | ScanMethod::Spectral) => {
                ChooseBy::Information
            }
            (ChooseBy::Auto, ScanMethod::Kmeans) => ChooseBy::Silhouette,
            (rule, _) => rule,
        }
    }

    /// The method with so many clusters.
    pub(super) fn method(
        &self,
        report: &Report,
        clusters: usize,
        seed: u64,
    ) -> Result<Box<dyn Method>, TrainError> {
        let both = (clusters, self.column_clusters.unwrap_or(clusters));
        Ok(match self.method {
            ScanMethod::Modularity => Box::new(Modularity {
                joint: Arc::clone(joint(report, self.method.label())?),
                clusters,
            }),
            ScanMethod::Spectral => {
                Box::new(Spectral::new(raised_joint(report)?, clusters, None, seed))
            }
            ScanMethod::Information => Box::new(Information {
                joint: Arc::clone(joint(report, self.method.label())?),
                clusters: both,
            }),
            ScanMethod::Kmeans => Box::new(Sides::new(report, both, self.scaling)),
        })
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key: &str, problem: String| {
            Err(ConfigError {
                key: key.to_owned(),
                problem,
            })
        };
        if self.to < self.from {
            let problem = format!(
                "must be at least {}, which is `from`, not {}",
                self.from, self.to
            );
            return wrong("to", problem);
        }
        if self.to - self.from >= MOST {
            let problem = format!(
                "must be at most {}: {MOST} numbers in one scan",
                self.from + MOST - 1
            );
            return wrong("to", problem);
        }
        if self.column_clusters.is_some() && self.method.is_diagonal() {
            let problem = "this method makes as many column clusters as row clusters: leave it out, or take the method \"information\" or \"kmeans\"";
            return wrong("column_clusters", problem.to_owned());
        }
        let problem = match self.choose_by {
            ChooseBy::Modularity if !self.method.is_diagonal() => {
                "only the methods \"modularity\" and \"spectral\" have a modularity"
            }
            ChooseBy::Silhouette
                if matches!(
                    self.method,
                    ScanMethod::Modularity | ScanMethod::Information
                ) =>
            {
                "only the methods \"kmeans\" and \"spectral\" have a silhouette"
            }
            ChooseBy::Stability if self.restarts < 2 => "comparing takes at least two restarts",
            _ => return Ok(()),
        };
        wrong("choose_by", problem.to_owned())
    }
}

/// The scan over the number of clusters.
#[derive(Debug, Clone, Copy)]
pub struct ClusterScan;

impl System for ClusterScan {
    const INFO: Info = Info::new(
        "cluster_scan",
        "Cluster scan",
        "Runs a co-clustering method with each number of clusters in a range and suggests the best number.")
    .baseline();
    const MEASURES: Measures = measures::SCAN_MEASURES;
    type Config = ScanConfig;
    type Data = MatrixData;

    fn presets() -> Vec<Preset> {
        vec![
            Preset::new(
                "default",
                "Information-theoretic co-clustering with 2 to 10 clusters; the bend of the information kept decides.",
                json!({}),
            ),
            Preset::new(
                "modularity",
                "Modularity co-clustering with 2 to 10 clusters; the modularity decides.",
                json!({"method": "modularity"}),
            ),
            Preset::new(
                "kmeans",
                "k-means with 2 to 10 clusters; the highest silhouette decides.",
                json!({"method": "kmeans"}),
            ),
        ]
    }

    fn check(config: &ScanConfig) -> Result<(), ConfigError> {
        config.check()
    }

    fn estimate(_config: &ScanConfig, facts: Option<&MatrixFacts>) -> Option<Estimate> {
        facts.map(estimate)
    }

    fn trainer(
        config: ScanConfig,
        data: &Arc<MatrixData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<ScanConfig>>, TrainError> {
        let (rows, columns) = (data.active_rows.len(), data.active_columns.len());
        check_count("to", config.to, rows, "rows")?;
        match config.column_clusters {
            Some(clusters) => check_count("column_clusters", clusters, columns, "columns")?,
            None => check_count("to", config.to, columns, "columns")?,
        }
        let schedule = Schedule {
            restarts: config.restarts,
            iterations: config.iterations,
            seed: place.seed,
        };
        let report = Report::new(Arc::clone(data));
        if config.method.takes_amounts_only() {
            joint(&report, config.method.label())?;
        }
        Ok(Box::new(ScanTrainer::new(report, config, schedule)))
    }
}
