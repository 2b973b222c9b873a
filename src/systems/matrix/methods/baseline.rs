//! Makes a system of the settings of a method.

use std::marker::PhantomData;
use std::sync::Arc;

use serde_json::json;

use super::estimate::estimate;
use super::method::Method;
use super::search::Schedule;
use super::trainer::MethodTrainer;
use crate::data::MatrixData;
use crate::record::Measures;
use crate::systems::matrix::{Joint, Report};
use crate::systems::matrix::{measures, negative};
use crate::systems::{
    Config, ConfigError, ConfigMap, Estimate, Info, MatrixFacts, Place, Preset, System, TrainError,
    Trainer,
};

/// How many clusters there are to be.
pub(super) struct Counts {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Why both must be equal, if they must.
    pub(super) equal: Option<&'static str>,
}

/// How long to search.
pub(super) struct Start {
    pub(super) restarts: u64,
    pub(super) iterations: u64,
}

/// The config of a method.
pub(super) trait Settings: Config {
    const ID: &'static str;
    const LABEL: &'static str;
    const SUMMARY: &'static str;
    /// The defaults.
    const PRESET: &'static str;

    fn counts(&self) -> Counts;
    fn start(&self) -> Start;
    fn method(&self, report: &Report, seed: u64) -> Result<Box<dyn Method>, TrainError>;
}

/// A method to compare with.
pub struct Baseline<C>(PhantomData<fn() -> C>);

impl<C: Settings> System for Baseline<C> {
    const INFO: Info = Info::new(C::ID, C::LABEL, C::SUMMARY).baseline();
    const MEASURES: Measures = measures::METHODS;
    type Config = C;
    type Data = MatrixData;

    fn presets() -> Vec<Preset> {
        vec![Preset::new("default", C::PRESET, json!({}))]
    }

    fn defaults(given: &ConfigMap) -> ConfigMap {
        as_many_columns(given)
    }

    fn check(config: &C) -> Result<(), ConfigError> {
        let counts = config.counts();
        match counts.equal {
            Some(reason) if counts.rows != counts.columns => Err(ConfigError::new(
                "column_clusters",
                format!(
                    "must be {}, as many as row_clusters: {reason}; leave it out, or take k-means or information-theoretic co-clustering, which take any counts",
                    counts.rows
                ),
            )),
            _ => Ok(()),
        }
    }

    fn estimate(_config: &C, facts: Option<&MatrixFacts>) -> Option<Estimate> {
        facts.map(estimate)
    }

    fn trainer(
        config: C,
        data: &Arc<MatrixData>,
        place: &Place,
    ) -> Result<Box<dyn Trainer<C>>, TrainError> {
        let counts = config.counts();
        check_count("row_clusters", counts.rows, data.active_rows.len(), "rows")?;
        check_count(
            "column_clusters",
            counts.columns,
            data.active_columns.len(),
            "columns",
        )?;
        let report = Report::new(Arc::clone(data));
        let method = config.method(&report, place.seed)?;
        let Start {
            restarts,
            iterations,
        } = config.start();
        let schedule = Schedule {
            restarts,
            iterations,
            seed: place.seed,
        };
        Ok(Box::new(MethodTrainer::new(report, method, schedule)))
    }
}

/// As many column clusters as row clusters, unless they are given.
pub(super) fn as_many_columns(given: &ConfigMap) -> ConfigMap {
    let rows = given.get("row_clusters").cloned();
    rows.map(|rows| ("column_clusters".to_owned(), rows))
        .into_iter()
        .collect()
}

/// Refuses more clusters than there is to cluster.
pub(super) fn check_count(
    key: &str,
    clusters: usize,
    there: usize,
    side: &str,
) -> Result<(), TrainError> {
    if clusters <= there {
        return Ok(());
    }
    Err(TrainError::Config(ConfigError::new(
        key,
        format!("must be at most {there}, not {clusters}: only that many {side} are not constant"),
    )))
}

/// The joint that a method needs, of a matrix without negative cells.
pub(super) fn joint<'r>(report: &'r Report, method: &str) -> Result<&'r Arc<Joint>, TrainError> {
    negative::refuse(report.data(), method)?;
    raised_joint(report)
}

/// The joint of a matrix, of cells that are raised where some are negative.
pub(super) fn raised_joint(report: &Report) -> Result<&Arc<Joint>, TrainError> {
    report.joint().ok_or_else(|| {
        TrainError::Data("the cells sum to zero: there is nothing to cluster by".to_owned())
    })
}
