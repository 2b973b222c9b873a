//! Makes a system of the settings of a method.

use std::marker::PhantomData;
use std::sync::Arc;

use burn::tensor::Device;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::method::Method;
use super::search::Schedule;
use super::trainer::MethodTrainer;
use crate::data::Dataset;
use crate::systems::matrix::{Joint, Report, matrix};
use crate::systems::{
    ConfigError, ConfigMap, DataKind, Preset, System, TrainError, Trainer, config_of, schema_of,
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
pub(super) trait Settings:
    DeserializeOwned + Serialize + JsonSchema + Default + 'static
{
    const ID: &'static str;
    const LABEL: &'static str;
    const SUMMARY: &'static str;
    /// What the defaults are.
    const PRESET: &'static str;

    fn counts(&self) -> Counts;
    fn start(&self) -> Start;
    fn method(&self, report: &Report, seed: u64) -> Result<Box<dyn Method>, TrainError>;
}

/// A method to compare with.
pub struct Baseline<C>(PhantomData<fn() -> C>);

impl<C> Baseline<C> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<C: Settings> System for Baseline<C> {
    fn id(&self) -> &'static str {
        C::ID
    }

    fn label(&self) -> &'static str {
        C::LABEL
    }

    fn summary(&self) -> &'static str {
        C::SUMMARY
    }

    fn data_kind(&self) -> DataKind {
        DataKind::Matrix
    }

    fn is_baseline(&self) -> bool {
        true
    }

    fn schema(&self) -> Value {
        schema_of::<C>()
    }

    fn presets(&self) -> Vec<Preset> {
        vec![Preset {
            name: "default",
            description: C::PRESET,
            values: ConfigMap::new(),
        }]
    }

    fn defaults(&self, given: &ConfigMap) -> ConfigMap {
        as_many_columns(given)
    }

    fn check(&self, config: &ConfigMap) -> Result<(), ConfigError> {
        let counts = config_of::<C>(config)?.counts();
        match counts.equal {
            Some(reason) if counts.rows != counts.columns => Err(ConfigError {
                key: "column_clusters".to_owned(),
                problem: format!(
                    "must be {}, as many as row_clusters: {reason}; leave it out, or take k-means or information-theoretic co-clustering, which take any counts",
                    counts.rows
                ),
            }),
            _ => Ok(()),
        }
    }

    fn measures(&self) -> crate::record::Measures {
        crate::systems::matrix::measures::METHODS
    }

    fn trainer(
        &self,
        config: &ConfigMap,
        data: &Dataset,
        _: &Device,
        seed: u64,
    ) -> Result<Box<dyn Trainer>, TrainError> {
        let settings: C = config_of(config)?;
        let data = matrix(data)?;
        let counts = settings.counts();
        check_count("row_clusters", counts.rows, data.active_rows.len(), "rows")?;
        check_count(
            "column_clusters",
            counts.columns,
            data.active_columns.len(),
            "columns",
        )?;
        let report = Report::new(Arc::clone(data));
        let method = settings.method(&report, seed)?;
        let Start {
            restarts,
            iterations,
        } = settings.start();
        let schedule = Schedule {
            restarts,
            iterations,
            seed,
        };
        let system: &'static Self = &Self(PhantomData);
        Ok(Box::new(MethodTrainer::new(
            system, report, method, schedule,
        )))
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
    Err(TrainError::Config(ConfigError {
        key: key.to_owned(),
        problem: format!(
            "must be at most {there}, not {clusters}: so many {side} are not constant and can be clustered"
        ),
    }))
}

/// The joint that a method needs.
pub(super) fn joint(report: &Report) -> Result<&Arc<Joint>, TrainError> {
    report.joint().ok_or_else(|| {
        TrainError::Data("the cells sum to zero: there is nothing to cluster by".to_owned())
    })
}
