//! The page about all test pairs.

use std::sync::Arc;

use eframe::egui::{Context, ScrollArea, Ui};
use egui_material_icons::icons::{ICON_ERROR, ICON_SCATTER_PLOT};

use super::{Beside, PredictionsState, RatingsInput, charts};
use crate::data::RatingsData;
use crate::draw::format;
use crate::draw::predictions::Statistics;
use crate::record::Predictions;
use crate::ui::jobs::Job;
use crate::ui::theme::tokens;
use crate::ui::widgets::{EmptyState, Figure, Severity, caption, figures, message};

/// Statistics of the newest predictions, kept until others come.
#[derive(Default)]
pub(super) struct PredictionsPage {
    source: Option<Source>,
    job: Option<Job<Statistics>>,
    statistics: Option<Result<Statistics, String>>,
}

/// The subject of the statistics.
struct Source {
    predictions: Arc<Predictions>,
    data: Option<Arc<RatingsData>>,
}

impl PredictionsPage {
    pub(super) fn ui(&mut self, ui: &mut Ui, input: &RatingsInput<'_>) {
        match input.predictions {
            PredictionsState::None(why) => {
                EmptyState::new(ICON_SCATTER_PLOT, "No predictions yet", why).show(ui);
            }
            PredictionsState::Loading => {
                // Reading the artifact takes a moment only: there is nothing to cancel.
                caption(ui, "Reading the predictions…");
                ui.spinner();
            }
            PredictionsState::Failed(why) => {
                EmptyState::new(ICON_ERROR, "The predictions cannot be read", why).show(ui);
            }
            PredictionsState::Ready(predictions) => {
                self.refresh(ui.ctx(), predictions, input.data);
                match &self.statistics {
                    None => {
                        caption(ui, "Comparing predicted with true ratings…");
                    }
                    Some(Err(why)) => {
                        message(ui, Severity::Error, why, |_| ());
                    }
                    Some(Ok(statistics)) => {
                        ScrollArea::vertical()
                            .auto_shrink(false)
                            .show(ui, |ui| page(ui, statistics, predictions, input.beside));
                    }
                }
            }
        }
    }

    /// Computes the statistics anew, on a thread of its own, where the predictions or the data changed.
    fn refresh(
        &mut self,
        ctx: &Context,
        predictions: &Arc<Predictions>,
        data: Option<&Arc<RatingsData>>,
    ) {
        let same = self.source.as_ref().is_some_and(|source| {
            Arc::ptr_eq(&source.predictions, predictions)
                && match (&source.data, data) {
                    (Some(own), Some(data)) => Arc::ptr_eq(own, data),
                    (None, None) => true,
                    _ => false,
                }
        });
        if !same {
            let (job_predictions, job_data) = (Arc::clone(predictions), data.cloned());
            let job = Job::spawn("compare predictions", ctx, move |_| {
                statistics(&job_predictions, job_data.as_deref())
            });
            self.source = Some(Source {
                predictions: Arc::clone(predictions),
                data: data.cloned(),
            });
            match job {
                Ok(job) => self.job = Some(job),
                Err(error) => self.statistics = Some(Err(error.to_string())),
            }
        }
        // Until the new ones are there the old ones stay: no flicker while a run writes predictions anew.
        if let Some(result) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            self.statistics = Some(result.map_err(|error| error.to_string()));
        }
    }
}

fn statistics(predictions: &Predictions, data: Option<&RatingsData>) -> Statistics {
    let count = data.map(|data| {
        move |id: &str| {
            let item = data.items.find(id);
            item.map_or(0, |item| data.train.by_item().row(item).0.len() as u32)
        }
    });
    let count = count.as_ref().map(|count| count as &dyn Fn(&str) -> u32);
    Statistics::of_predictions(predictions, count)
}

/// A sentence where the bias model does as well as the run.
fn not_the_right_tool(beside: &Beside<'_>) -> Option<String> {
    let Beside {
        rmse,
        bias_rmse,
        system,
    } = beside;
    // As close as this they predict the same.
    (*bias_rmse <= rmse * (1.0 + 1e-6)).then(|| {
        format!(
            "The bias model alone reaches RMSE {bias_rmse:.3}: {system} is not the right tool for these ratings."
        )
    })
}

fn page(
    ui: &mut Ui,
    statistics: &Statistics,
    predictions: &Predictions,
    beside: Option<Beside<'_>>,
) {
    let tokens = tokens(ui.ctx());
    let errors = &statistics.errors;
    let figure = |name, value, help| Figure {
        name,
        value,
        help: Some(help),
        ..Figure::default()
    };
    let mut shown = vec![
        figure(
            "RMSE",
            format!("{:.4}", errors.rmse),
            "Root of the mean squared error over the test pairs",
        ),
        figure(
            "MAE",
            format!("{:.4}", errors.mae),
            "Mean absolute error over the test pairs",
        ),
        figure(
            "Bias",
            format!("{:+.4}", errors.bias).replace('-', "−"),
            "Mean of prediction − rating: above zero the predictions are too high",
        ),
        figure(
            "Test pairs",
            format::count(errors.count as u64),
            "Ratings that no training step has seen",
        ),
    ];
    if let Some(beside) = &beside {
        let own = figure(
            "Bias model",
            format!("{:.4}", beside.bias_rmse),
            "RMSE of the biases of users and items alone on the same pairs",
        );
        shown.insert(1, own);
    }
    figures(ui, &shown);
    if let Some(text) = beside.as_ref().and_then(not_the_right_tool) {
        message(ui, Severity::Warning, &text, |_| ());
    }
    if predictions.truncated {
        message(
            ui,
            Severity::Info,
            "The file holds more pairs than are shown here.",
            |_| (),
        );
    }
    if statistics.skipped > 0 {
        let text = format!(
            "{} pairs are left out because their prediction is not a finite number.",
            format::count(statistics.skipped as u64)
        );
        message(ui, Severity::Warning, &text, |_| ());
    }
    if errors.count == 0 {
        return;
    }
    ui.add_space(tokens.space.s);
    let gap = tokens.space.xl;
    ui.spacing_mut().item_spacing = eframe::egui::vec2(gap, tokens.space.xs);
    let bottom = ui.clip_rect().bottom();
    let below = tokens.size.control + 2.0 * tokens.space.l + tokens.space.s;
    let left = bottom - ui.cursor().top() - below;
    let room = ui.available_width();
    if room >= 2.0 * tokens.size.measure + gap {
        // The densest picture gets the left half; two small ones share the right.
        let tall = left.clamp(420.0, 620.0);
        let small = (tall - tokens.size.control - gap) / 2.0;
        ui.columns_const(|[large, side]| {
            charts::agreement(large, statistics, tall);
            charts::by_popularity(side, statistics, small);
            side.add_space(gap - tokens.space.s);
            charts::residuals(side, statistics, small);
        });
    } else {
        charts::agreement(ui, statistics, 360.0);
        ui.add_space(gap);
        charts::by_popularity(ui, statistics, 240.0);
        ui.add_space(gap);
        charts::residuals(ui, statistics, 240.0);
    }
}
