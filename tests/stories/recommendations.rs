//! A person looks at what a predictor has learned and asks what a user would like.

use std::sync::Arc;
use std::time::{Duration, Instant};

use atelier::data::RatingsData;
use atelier::record::{Prediction, Predictions};
use atelier::systems::{NewUser, RatingPredictor};
use atelier::ui::results::predictions::{
    Beside, PredictionsState, PredictorState, RatingsInput, RatingsPages, RatingsRequest,
};
use atelier::ui::theme;
use eframe::egui::Vec2;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

/// Predicts 5 for item 0 and a little less for each next; every item is like the one after it.
struct Descending {
    items: usize,
}

impl RatingPredictor for Descending {
    fn predict(&self, _: usize, item: usize) -> f32 {
        5.0 - item as f32 * 0.01
    }
    fn predict_user(&self, user: usize) -> Vec<f32> {
        (0..self.items)
            .map(|item| self.predict(user, item))
            .collect()
    }
    /// Whoever rates something likes what comes late.
    fn new_user(&self, _: &[(u32, f32)]) -> Option<NewUser> {
        let scores: Vec<f32> = (0..self.items).map(|item| item as f32).collect();
        Some(NewUser {
            predictions: scores.iter().map(|score| score.min(5.0)).collect(),
            scores,
            left_out: Vec::new(),
        })
    }
    fn new_user_method(&self) -> Option<String> {
        Some("a test".to_owned())
    }
    fn nearest_items(&self, item: usize, count: usize) -> Option<Vec<(usize, f32)>> {
        Some(
            (1..=count.min(self.items - 1))
                .map(|step| ((item + step) % self.items, 1.0 - step as f32 * 0.01))
                .collect(),
        )
    }
}

/// Four users and eight films; user 1 rated the first and the third, and the fifth in the test set.
fn data() -> RatingsData {
    let train = [
        (0, 0, 5.0),
        (0, 2, 2.0),
        (1, 1, 3.0),
        (2, 3, 4.0),
        (3, 6, 1.0),
    ];
    let mut data = RatingsData::from_triplets(4, 8, &train, &[(0, 4, 4.0)]);
    for (item, title) in [
        "Alien",
        "Brazil",
        "Cinema",
        "Delicatessen",
        "Europa",
        "Fargo",
        "Gattaca",
        "Heat",
    ]
    .into_iter()
    .enumerate()
    {
        data.items.set_title(item, title);
    }
    data
}

struct TestApp {
    view: RatingsPages,
    data: Arc<RatingsData>,
    predictions: Arc<Predictions>,
    predictor: Option<Arc<dyn RatingPredictor>>,
    bias_rmse: Option<f64>,
    requests: Vec<RatingsRequest>,
}

fn test_app(predictor: bool) -> Harness<'static, TestApp> {
    let data = Arc::new(data());
    let predictor: Option<Arc<dyn RatingPredictor>> =
        predictor.then(|| Arc::new(Descending { items: 8 }) as Arc<dyn RatingPredictor>);
    let rows = vec![Prediction {
        user: 0,
        item: 4,
        rating: 4.0,
        prediction: 4.96,
    }];
    let predictions = Arc::new(Predictions {
        users: data.users.ids().map(Into::into).collect(),
        items: data.items.ids().map(Into::into).collect(),
        rows,
        truncated: false,
    });
    let test_app = TestApp {
        view: RatingsPages::default(),
        data,
        predictions,
        predictor,
        bias_rmse: None,
        requests: Vec::new(),
    };
    Harness::builder()
        // What is computed beside the window asks for frames until it is there, on a busy machine for long.
        .with_max_steps(1_000)
        .with_size(Vec2::new(1400.0, 800.0))
        .with_context_setup(theme::install)
        .build_ui_state(
            |ui, test_app| {
                let input = RatingsInput {
                    run: "a1",
                    data: Some(&test_app.data),
                    predictions: PredictionsState::Ready(&test_app.predictions),
                    beside: test_app.bias_rmse.map(|bias_rmse| Beside {
                        rmse: 0.96,
                        bias_rmse,
                        system: "AutoRec",
                    }),
                    predictor: match &test_app.predictor {
                        Some(predictor) => PredictorState::Ready(predictor),
                        None => PredictorState::NotLoaded,
                    },
                };
                test_app.requests.extend(test_app.view.ui(ui, input));
            },
            test_app,
        )
}

/// Steps until a label is there; work goes on in threads.
fn wait_for(harness: &mut Harness<'_, TestApp>, label: &str) {
    let end = Instant::now() + Duration::from_secs(20);
    while harness.query_all_by_label(label).next().is_none() {
        assert!(Instant::now() < end, "“{label}” never came");
        harness.step();
        std::thread::sleep(Duration::from_millis(2));
    }
    // A table knows its columns only after its first frame.
    harness.run();
}

/// The titles of the rows, table by table.
fn rows(harness: &Harness<'_, TestApp>) -> Vec<String> {
    use egui_kittest::kittest::NodeT;
    harness
        .query_all_by_role(Role::Row)
        .filter_map(|row| row.accesskit_node().label())
        .collect()
}

#[test]
fn a_chosen_user_is_recommended_what_they_have_not_rated() {
    let mut harness = test_app(true);
    harness.get_by_label("Recommendations").click();
    harness.run();
    harness
        .get_by_role_and_label(Role::ListItem, "User 1")
        .click();
    harness.run();
    wait_for(&mut harness, "Would like");
    wait_for(&mut harness, "Heat");
    let rows = rows(&harness);
    assert_eq!(
        rows[..5],
        ["Brazil", "Delicatessen", "Fargo", "Gattaca", "Heat"],
        "best first, without the rated Alien and Cinema and the test rating Europa"
    );
    assert_eq!(rows[5..], ["Alien", "Europa", "Cinema"], "best rated first");
}

#[test]
fn where_the_biases_alone_predict_as_well_the_result_says_so() {
    let sentence =
        "The bias model alone reaches RMSE 0.888: AutoRec is not the right tool for these ratings.";
    let mut harness = test_app(false);
    harness.state_mut().bias_rmse = Some(0.888);
    wait_for(&mut harness, sentence);
    harness.get_by_label("Bias model");
    harness.state_mut().bias_rmse = Some(0.99);
    harness.run();
    assert!(harness.query_by_label(sentence).is_none());
    harness.get_by_label("Bias model");
}

#[test]
fn a_clicked_item_shows_what_is_similar_to_it() {
    let mut harness = test_app(true);
    harness.get_by_label("Recommendations").click();
    harness.run();
    harness
        .get_by_role_and_label(Role::ListItem, "User 1")
        .click();
    harness.run();
    wait_for(&mut harness, "Heat");
    harness.get_by_role_and_label(Role::Row, "Fargo").click();
    harness.run();
    wait_for(&mut harness, "to Fargo");
    for _ in 0..200 {
        if rows(&harness).len() == 15 {
            break;
        }
        harness.step();
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(rows(&harness)[8..11], ["Gattaca", "Heat", "Alien"]);
    harness.get_by_label("Close similar items").click();
    harness.run();
    assert_eq!(rows(&harness).len(), 8);
}

#[test]
fn what_someone_would_like_follows_the_stars_that_they_give() {
    let mut harness = test_app(true);
    harness.get_by_label("Try your own ratings").click();
    harness.run();
    wait_for(&mut harness, "Rate something");
    harness.get_by_label("Search items").focus();
    harness.run();
    harness.get_by_label("Search items").type_text("gat");
    harness.run();
    harness.get_by_label("4 stars for Gattaca").click();
    harness.run();
    wait_for(&mut harness, "Heat");
    assert_eq!(
        rows(&harness),
        [
            "Heat",
            "Fargo",
            "Europa",
            "Delicatessen",
            "Cinema",
            "Brazil",
            "Alien"
        ],
        "by what is not clipped, without what was rated"
    );
    harness
        .get_by_label("Take back the rating of Gattaca")
        .click();
    harness.run();
    wait_for(&mut harness, "Rate something");
    harness.get_by_label("Open a file of my ratings…").click();
    harness.run();
    let asked = |request: &RatingsRequest| matches!(request, RatingsRequest::ChooseOwnRatings);
    assert!(harness.state().requests.iter().any(asked));
}

#[test]
fn users_are_found_by_search() {
    let mut harness = test_app(true);
    harness.get_by_label("Recommendations").click();
    harness.run();
    harness.get_by_label("Search users").focus();
    harness.run();
    harness.get_by_label("Search users").type_text("3");
    harness.run();
    let people: Vec<_> = harness.query_all_by_role(Role::ListItem).collect();
    assert_eq!(people.len(), 1);
    harness.get_by_role_and_label(Role::ListItem, "User 3");
}

#[test]
fn recommendations_are_copied_as_csv() {
    let mut harness = test_app(true);
    harness.get_by_label("Recommendations").click();
    harness.run();
    harness
        .get_by_role_and_label(Role::ListItem, "User 1")
        .click();
    harness.run();
    wait_for(&mut harness, "Copy recommendations");
    harness.get_by_label("Copy recommendations").click();
    harness.run();
    let [RatingsRequest::Copy(text)] = &harness.state().requests[..] else {
        panic!("one request, not {:?}", harness.state().requests);
    };
    assert!(text.starts_with("rank,item,title,prediction\n1,2,Brazil,4.9900\n"));
}

#[test]
fn the_predictor_is_asked_for_when_it_is_needed() {
    let mut harness = test_app(false);
    harness.run();
    assert!(harness.state().requests.is_empty());
    harness.get_by_label("Recommendations").click();
    harness.run();
    assert!(
        harness
            .state()
            .requests
            .iter()
            .any(|request| matches!(request, RatingsRequest::LoadPredictor))
    );
}

#[test]
fn the_predictions_page_shows_the_errors() {
    let mut harness = test_app(true);
    wait_for(&mut harness, "RMSE");
    // One pair, off by 0.96.
    assert_eq!(
        harness.query_all_by_label("0.9600").count(),
        2,
        "RMSE and MAE"
    );
    harness.get_by_label("Predicted against true ratings");
    harness.get_by_label("Error by popularity of the item");
    harness.get_by_label("Histogram of residuals");
}
