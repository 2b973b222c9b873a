//! The view of predictions: reads them, and makes a predictor of the run's weights where one is asked for.

use std::path::Path;
use std::sync::Arc;

use eframe::egui::{Context, Ui};
use serde_json::Value;

use super::{Beside, PredictionsState, PredictorState, RatingsInput, RatingsPages, RatingsRequest};
use crate::data::{Dataset, Monitor, RatingsData};
use crate::record::{ArtifactKind, Prediction, Predictions, Status, read_predictions};
use crate::runs::RunFolder;
use crate::systems::{AnySystem, ConfigMap, RatingPredictor};
use crate::ui::app::Action;
use crate::ui::panes::{from_value, to_value};
use crate::ui::results::cache::{Snapshot, SnapshotCache, SnapshotState, Source};
use crate::ui::results::{ResultRun, ResultView, RunContext, ViewInput};
use crate::ui::state::{DataLook, Latest, LatestState};

/// More points than this cannot be told apart in a plot.
const MOST: usize = 2_000_000;

/// The predicted test pairs of a run.
struct TestPairs(Arc<Predictions>);

impl Snapshot for TestPairs {
    type Context = ();

    fn read(source: Source, _step: u64, (): &()) -> Result<Self, String> {
        let read = source.load(|path| read_predictions(path, MOST))?;
        Ok(Self(read))
    }

    fn bytes(&self) -> usize {
        self.0.rows.len() * size_of::<Prediction>()
    }
}

/// The view of predictions.
#[derive(Default)]
pub struct PredictionsView {
    pages: RatingsPages,
    predictions: SnapshotCache<TestPairs>,
    /// Of a run, with the weights of its checkpoint at a step.
    predictor: Latest<(String, u64), Arc<dyn RatingPredictor>>,
    /// The run whose predictor was asked for.
    wanted: Option<String>,
}

impl ResultView for PredictionsView {
    fn kind(&self) -> ArtifactKind {
        ArtifactKind::PREDICTIONS
    }

    fn title(&self) -> &'static str {
        "Ratings"
    }

    /// The weights of a run recommend items before it has predicted its test pairs, and where there are none.
    fn shows(&self, context: &RunContext<'_>) -> bool {
        let run = &context.run;
        run.has(&self.kind()) || run.system.is_some_and(|system| system.predicts_ratings())
    }

    fn is_working(&self) -> bool {
        self.predictions.is_reading() || self.predictor.is_reading()
    }

    fn take(&mut self, input: &ViewInput) -> bool {
        let ViewInput::OwnRatings(path) = input else {
            return false;
        };
        self.pages.open_own_ratings(path.clone());
        true
    }

    fn settings(&self) -> Value {
        to_value(&self.pages.settings)
    }

    fn restore(&mut self, settings: Value) {
        self.pages.settings = from_value(settings);
    }

    fn ui(&mut self, ui: &mut Ui, context: &RunContext<'_>) -> Vec<Action> {
        let run = &context.run;
        let data = match context.data {
            DataLook::Ready(loaded) => loaded.ratings(),
            DataLook::Absent | DataLook::Reading(_) | DataLook::Failed(_) => None,
        };
        let all = run.snapshots(&self.kind());
        let state = match all.len().checked_sub(1) {
            Some(last) => Some(self.predictions.get(ui.ctx(), run, &all, last, ())),
            None => None,
        };
        let predictions = match &state {
            None => PredictionsState::None(no_predictions(run.status)),
            Some(SnapshotState::Reading) => PredictionsState::Loading,
            Some(SnapshotState::Failed(why)) => PredictionsState::Failed(why),
            Some(SnapshotState::Ready(pairs, _)) => PredictionsState::Ready(&pairs.0),
        };
        self.predictor.poll();
        self.want_predictor(ui.ctx(), run, data);
        let is_own = self.predictor.key().is_some_and(|(own, _)| own == run.id);
        let predictor = match self.predictor.state() {
            LatestState::Reading(monitor) if is_own => PredictorState::Loading(monitor),
            LatestState::Failed(why) if is_own => PredictorState::Failed(why),
            LatestState::Ready(predictor) if is_own => PredictorState::Ready(predictor),
            _ if run.state.checkpoint.is_some() => PredictorState::NotLoaded,
            _ => PredictorState::None("Recommendations are available after the first checkpoint."),
        };
        let input = RatingsInput {
            run: run.name,
            data,
            predictions,
            beside: beside(run),
            predictor,
        };
        let mut actions = Vec::new();
        for request in self.pages.ui(ui, input) {
            match request {
                RatingsRequest::LoadPredictor => self.wanted = Some(run.id.to_owned()),
                RatingsRequest::CancelPredictor => {
                    self.wanted = None;
                    self.predictor.forget();
                }
                RatingsRequest::Copy(text) => ui.ctx().copy_text(text),
                RatingsRequest::Save(file) => actions.push(Action::Save(file)),
                RatingsRequest::ChooseOwnRatings => actions.push(Action::ChooseOwnRatings),
            }
        }
        actions
    }
}

impl PredictionsView {
    /// Makes a predictor of the newest weights, where one was asked for. A run that writes checkpoints faster than they are read is read
    /// one after the other.
    fn want_predictor(
        &mut self,
        ctx: &Context,
        run: &ResultRun<'_>,
        data: Option<&Arc<RatingsData>>,
    ) {
        let asked = self.wanted.as_deref() == Some(run.id);
        let (true, false, Some(data), Some(step), Some(system)) = (
            asked,
            self.predictor.is_reading(),
            data,
            run.state.checkpoint,
            run.system,
        ) else {
            return;
        };
        let keep = self.predictor.key().is_some_and(|(own, _)| own == run.id);
        let (path, parameters) = (run.path.to_owned(), run.parameters.clone());
        let data = Dataset::Ratings(Arc::clone(data));
        let key = (run.id.to_owned(), step);
        self.predictor.want(ctx, key, keep, move |monitor| {
            make_predictor(system, &path, &parameters, &data, monitor)
        });
    }
}

/// The error of the bias model, where the run has compared itself with it.
fn beside<'a>(run: &ResultRun<'a>) -> Option<Beside<'a>> {
    let last = |name: &str| run.state.series.get(name)?.last();
    Some(Beside {
        rmse: last("test/rmse")?,
        bias_rmse: last("biases/rmse")?,
        system: run.system.map_or("this system", |system| system.label()),
    })
}

/// Makes a predictor of the newest weights of the run in a folder; slow.
///
/// # Errors
/// A sentence for the view.
pub(super) fn make_predictor(
    system: &'static dyn AnySystem,
    path: &Path,
    parameters: &ConfigMap,
    data: &Dataset,
    monitor: &Monitor,
) -> Result<Arc<dyn RatingPredictor>, String> {
    let folder = RunFolder::open(path).map_err(|error| error.to_string())?;
    let weights = folder
        .weights()
        .map_err(|error| error.to_string())?
        .ok_or("The run has no checkpoint yet.")?;
    let parameters = RunFolder::parameters_at(&weights, parameters.clone());
    system
        .rating_predictor(&parameters, data, &weights, monitor)
        .map_err(|error| error.to_string())?
        .map(Arc::from)
        .ok_or_else(|| format!("{} does not predict ratings.", system.label()))
}

/// Why a run has no predictions.
fn no_predictions(status: Status) -> &'static str {
    if status.is_active() {
        "Predictions of the test ratings are written when the run ends or is stopped."
    } else {
        "This run has no predictions: it has no test ratings, or ended before they were made."
    }
}
