//! What a rating predictor has learned: predicted against true ratings, errors by popularity, and recommendations for one user.

mod charts;
mod names;
mod people;
mod predictions;
mod profile;
mod recommend;
mod tables;

use std::sync::Arc;

use eframe::egui::Ui;
use serde::{Deserialize, Serialize};

use crate::data::{Monitor, RatingsData};
use crate::record::Predictions;
use crate::systems::RatingPredictor;
use crate::ui::theme::tokens;
use crate::ui::widgets::segmented;

use people::People;
use predictions::PredictionsPage;
use recommend::RecommendPage;

/// The predictions of a run's test pairs.
#[derive(Clone, Copy)]
pub enum PredictionsState<'a> {
    /// There are none; says why.
    None(&'a str),
    /// They are being read.
    Loading,
    /// They could not be read; says why.
    Failed(&'a str),
    /// Here they are.
    Ready(&'a Arc<Predictions>),
}

/// The predictor made from a run's checkpoint.
#[derive(Clone, Copy)]
pub enum PredictorState<'a> {
    /// There is none; says why.
    None(&'a str),
    /// It can be loaded, and is when the view asks for it.
    NotLoaded,
    /// It is being loaded.
    Loading(&'a Monitor),
    /// It could not be loaded; says why.
    Failed(&'a str),
    /// Here it is.
    Ready(&'a Arc<dyn RatingPredictor>),
}

/// What the ratings view is given.
#[derive(Clone, Copy)]
pub struct RatingsInput<'a> {
    /// The name of the run, for the names of exported files.
    pub run: &'a str,
    /// What the run learns from, once it is read.
    pub data: Option<&'a Arc<RatingsData>>,
    /// Predictions of the test pairs.
    pub predictions: PredictionsState<'a>,
    /// Predicts any pair.
    pub predictor: PredictorState<'a>,
}

/// What the ratings view asks the shell to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RatingsRequest {
    /// Load the predictor from the newest checkpoint.
    LoadPredictor,
    /// Stop loading it.
    CancelPredictor,
    /// Put text on the clipboard.
    Copy(String),
    /// Let a person choose a file and write text to it.
    Export {
        /// The file's name, to begin with.
        name: String,
        /// Its content.
        text: String,
    },
}

/// The two pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Page {
    #[default]
    Predictions,
    Recommendations,
}

/// The ratings view and what a person chose in it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RatingsView {
    page: Page,
    #[serde(skip)]
    predictions: PredictionsPage,
    people: People,
    recommend: RecommendPage,
}

impl RatingsView {
    /// Fills `ui`.
    pub fn ui(&mut self, ui: &mut Ui, input: RatingsInput<'_>) -> Vec<RatingsRequest> {
        let tokens = tokens(ui.ctx());
        let mut requests = Vec::new();
        ui.horizontal(|ui| {
            let pages = [
                (Page::Predictions, "Predictions"),
                (Page::Recommendations, "Recommendations"),
            ];
            segmented(ui, &mut self.page, &pages);
        });
        ui.add_space(tokens.space.s);
        match self.page {
            Page::Predictions => self.predictions.ui(ui, &input),
            Page::Recommendations => {
                self.recommend
                    .ui(ui, &input, &mut self.people, &mut requests);
            }
        }
        requests
    }
}
