//! The result of a rating predictor: predicted against true ratings, errors by popularity, and recommendations for one user.

mod charts;
mod errors_page;
mod names;
mod people;
mod profile;
mod recommend;
mod tables;
mod view;

use std::sync::Arc;

use eframe::egui::Ui;
use serde::{Deserialize, Serialize};

use crate::data::{Monitor, RatingsData};
use crate::record::Predictions;
use crate::systems::RatingPredictor;
use crate::ui::save::SaveFile;
use crate::ui::theme::tokens;
use crate::ui::widgets::segmented;

pub use view::PredictionsView;

use errors_page::PredictionsPage;
use people::Order;
use recommend::{RecommendPage, Table};
use tables::Sort;

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

/// Input of the pages.
#[derive(Clone, Copy)]
pub struct RatingsInput<'a> {
    /// The name of the run, for the names of exported files.
    pub run: &'a str,
    /// The data that the run learns from, once it is read.
    pub data: Option<&'a Arc<RatingsData>>,
    /// Predictions of the test pairs.
    pub predictions: PredictionsState<'a>,
    /// Predicts any pair.
    pub predictor: PredictorState<'a>,
}

/// Requests of the pages.
#[derive(Debug, Clone)]
pub enum RatingsRequest {
    /// Load the predictor from the newest checkpoint.
    LoadPredictor,
    /// Stop loading it.
    CancelPredictor,
    /// Put text on the clipboard.
    Copy(String),
    /// Let a person save a file.
    Save(SaveFile),
}

/// The two pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Page {
    #[default]
    Predictions,
    Recommendations,
}

/// How ratings are shown; kept over a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Settings {
    page: Page,
    /// Of the users.
    order: Order,
    /// Recommendations that are shown.
    count: usize,
    /// Of the rated items.
    sort: Sort,
    table: Table,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            page: Page::default(),
            order: Order::default(),
            count: 20,
            sort: Sort::default(),
            table: Table::default(),
        }
    }
}

/// A page about all test pairs, and one about one user.
#[derive(Default)]
pub struct RatingsPages {
    settings: Settings,
    predictions: PredictionsPage,
    recommend: RecommendPage,
}

impl RatingsPages {
    /// Fills `ui`.
    pub fn ui(&mut self, ui: &mut Ui, input: RatingsInput<'_>) -> Vec<RatingsRequest> {
        let tokens = tokens(ui.ctx());
        let mut requests = Vec::new();
        ui.horizontal(|ui| {
            let pages = [
                (Page::Predictions, "Predictions"),
                (Page::Recommendations, "Recommendations"),
            ];
            segmented(ui, &mut self.settings.page, &pages);
        });
        ui.add_space(tokens.space.s);
        match self.settings.page {
            Page::Predictions => self.predictions.ui(ui, &input),
            Page::Recommendations => {
                self.recommend
                    .ui(ui, &input, &mut self.settings, &mut requests);
            }
        }
        requests
    }
}
