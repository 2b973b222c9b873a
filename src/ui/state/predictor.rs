//! Trained models that are asked for ratings.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::Context;

use crate::data::Dataset;
use crate::runs::{RunFolder, RunId};
use crate::systems::{self, ConfigMap, RatingPredictor};
use crate::ui::jobs::Job;

/// How a model stands.
#[derive(Clone)]
pub enum PredictorState {
    /// Not asked for, or the run has no checkpoint yet.
    Absent,
    /// Being read.
    Reading,
    /// There.
    Ready(Arc<dyn RatingPredictor>),
    /// Cannot be used, and why.
    Failed(String),
}

type Outcome = Result<Option<Box<dyn RatingPredictor>>, String>;

/// The model of the run that is looked at.
#[derive(Default)]
pub struct PredictorStore {
    /// The run and the step of its checkpoint.
    key: Option<(RunId, u64)>,
    job: Option<Job<Outcome>>,
    /// The newest that was read, with its run: shown until a newer one is there.
    ready: Option<(RunId, Arc<dyn RatingPredictor>)>,
    failed: Option<String>,
}

impl PredictorStore {
    /// Has the model of a run read as its checkpoint at `step` left it, if that is not the one that is there.
    pub fn want(
        &mut self,
        ctx: &Context,
        run: &RunId,
        step: u64,
        folder: PathBuf,
        parameters: &ConfigMap,
        data: &Dataset,
        system: &str,
    ) {
        let same_run = self.key.as_ref().is_some_and(|(own, _)| own == run);
        let same = self.key == Some((run.clone(), step));
        // A run that writes checkpoints faster than they can be read is read one after the other.
        if same || (same_run && self.job.is_some()) {
            return;
        }
        let Some(system) = systems::find(system) else {
            return;
        };
        if !same_run {
            self.ready = None;
        }
        self.failed = None;
        self.key = Some((run.clone(), step));
        let (parameters, data) = (parameters.clone(), data.clone());
        self.job = Job::spawn("read model", ctx, move |monitor| {
            let folder = RunFolder::open(&folder).map_err(|error| error.to_string())?;
            let Some(weights) = folder.best().or_else(|| folder.checkpoint()) else {
                return Ok(None);
            };
            system
                .rating_predictor(&parameters, &data, &weights, monitor)
                .map_err(|error| error.to_string())
        })
        .ok();
    }

    /// Takes in what was read.
    pub fn poll(&mut self) {
        let Some(outcome) = self.job.as_ref().and_then(Job::poll) else {
            return;
        };
        self.job = None;
        let Some((run, _)) = &self.key else {
            return;
        };
        match outcome.map_err(|panicked| panicked.to_string()) {
            Ok(Ok(Some(model))) => self.ready = Some((run.clone(), Arc::from(model))),
            Ok(Ok(None)) => (),
            Ok(Err(why)) | Err(why) => self.failed = Some(why),
        }
    }

    /// How the model of a run stands.
    #[must_use]
    pub fn get(&self, run: &RunId) -> PredictorState {
        if self.key.as_ref().is_none_or(|(own, _)| own != run) {
            return PredictorState::Absent;
        }
        if let Some((_, model)) = &self.ready {
            return PredictorState::Ready(Arc::clone(model));
        }
        if self.job.is_some() {
            return PredictorState::Reading;
        }
        match &self.failed {
            Some(why) => PredictorState::Failed(why.clone()),
            None => PredictorState::Absent,
        }
    }
}
