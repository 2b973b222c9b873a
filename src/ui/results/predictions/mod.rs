//! The result of a rating predictor: predicted against true ratings, errors by popularity, and recommendations for one user.

mod charts;
mod errors_page;
mod names;
mod own_page;
mod own_ratings;
mod people;
mod profile;
mod recommend;
mod same_user;
mod stars;
mod tables;
mod view;

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::Ui;
use serde::{Deserialize, Serialize};

use crate::data::{Monitor, RatingsData};
use crate::engine::recommend::write_all;
use crate::record::Predictions;
use crate::systems::RatingPredictor;
use crate::ui::save::{Content, SaveFile};
use crate::ui::theme::tokens;
use crate::ui::widgets::{quiet_button, segmented};

pub use same_user::{KeptUser, MOST_RUNS, RatingRun, SameUser};
pub use view::PredictionsView;

use errors_page::PredictionsPage;
use own_page::OwnPage;
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
    /// The RMSE of the bias model on them, and the name of the system beside which it stands; where the run says it.
    pub beside: Option<Beside<'a>>,
    /// Predicts any pair.
    pub predictor: PredictorState<'a>,
}

/// What the bias model reaches on the same ratings.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// The RMSE of the run.
    pub rmse: f64,
    /// That of the biases of users and items alone.
    pub bias_rmse: f64,
    /// The name of the run's system.
    pub system: &'a str,
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
    /// Let a person choose a file of their ratings.
    ChooseOwnRatings,
}

/// The pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Page {
    #[default]
    Predictions,
    Recommendations,
    OwnRatings,
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

/// A page about all test pairs, one about one user, and one about the person in front of it.
#[derive(Default)]
pub struct RatingsPages {
    settings: Settings,
    predictions: PredictionsPage,
    recommend: RecommendPage,
    own: OwnPage,
}

impl RatingsPages {
    /// Opens a file of a person's ratings.
    fn open_own_ratings(&mut self, path: PathBuf) {
        self.settings.page = Page::OwnRatings;
        self.own.open(path);
    }

    /// Fills `ui`.
    pub fn ui(&mut self, ui: &mut Ui, input: RatingsInput<'_>) -> Vec<RatingsRequest> {
        let tokens = tokens(ui.ctx());
        let mut requests = Vec::new();
        ui.horizontal(|ui| {
            let pages = [
                (Page::Predictions, "Predictions"),
                (Page::Recommendations, "Recommendations"),
                (Page::OwnRatings, "Try your own ratings"),
            ];
            segmented(ui, &mut self.settings.page, &pages);
            if self.settings.page == Page::Recommendations {
                requests.extend(for_all_ui(ui, &input, self.settings.count));
            }
        });
        ui.add_space(tokens.space.s);
        match self.settings.page {
            Page::Predictions => self.predictions.ui(ui, &input),
            Page::Recommendations => {
                self.recommend
                    .ui(ui, &input, &mut self.settings, &mut requests);
            }
            Page::OwnRatings => self.own.ui(ui, &input, &mut self.settings, &mut requests),
        }
        requests
    }
}

/// A table of what every user would like, once the model is there.
fn for_all_ui(ui: &mut Ui, input: &RatingsInput<'_>, count: usize) -> Option<RatingsRequest> {
    let (Some(data), PredictorState::Ready(predictor)) = (input.data, input.predictor) else {
        return None;
    };
    let clicked = quiet_button(ui, "Save a list for every user…")
        .on_hover_text(format!(
            "The {count} best items of each user that they have not rated in training, as one CSV file"
        ))
        .clicked();
    clicked.then(|| {
        let (data, predictor) = (Arc::clone(data), Arc::clone(predictor));
        let content = Content::new(move |to, monitor| {
            write_all(&data, &*predictor, count, to, monitor)
                .map(|_| ())
                .map_err(|error| error.to_string())
        });
        let name = format!("{}-top-{count}.csv", input.run);
        RatingsRequest::Save(SaveFile::new(name, content))
    })
}
