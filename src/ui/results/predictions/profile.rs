//! Predictions for one user and for one item, computed away from the window's thread.

use std::sync::Arc;

use eframe::egui::Context;

use crate::data::RatingsData;
use crate::systems::RatingPredictor;
use crate::ui::jobs::Job;

/// Most recommendations computed.
pub(super) const MOST: usize = 200;
/// Similar items computed.
const SIMILAR: usize = 50;

/// One rating of a user beside its prediction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rated {
    pub(super) item: u32,
    pub(super) rating: f32,
    pub(super) prediction: f32,
    /// True if it is a test rating, which the predictor has not seen.
    pub(super) test: bool,
}

/// Predictions for one user.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Profile {
    /// Training and test ratings.
    pub(super) rated: Vec<Rated>,
    /// Items that are not rated with their predicted rating, best first.
    pub(super) top: Vec<(usize, f32)>,
}

impl Profile {
    pub(super) fn of(data: &RatingsData, predictor: &dyn RatingPredictor, user: usize) -> Self {
        let predictions = predictor.predict_user(user);
        let ratings = [(&data.train, false), (&data.test, true)];
        let mut rated = Vec::new();
        for (ratings, test) in ratings {
            // A data set without a split has no test rows at all.
            if user >= ratings.users() {
                continue;
            }
            let (items, values) = ratings.by_user().row(user);
            rated.extend(items.iter().zip(values).map(|(&item, &rating)| Rated {
                item,
                rating,
                prediction: predictions.get(item as usize).copied().unwrap_or(f32::NAN),
                test,
            }));
        }
        let mut known: Vec<u32> = rated.iter().map(|rated| rated.item).collect();
        known.sort_unstable();
        Self {
            rated,
            top: predictor.top(user, &known, MOST),
        }
    }
}

/// Something computed for a key (a user, an item) by a job, kept until another key is asked for.
pub(super) struct CachedByKey<T> {
    source: Option<Source>,
    key: Option<usize>,
    job: Option<Job<T>>,
    result: Option<Result<T, String>>,
}

/// The input of a result.
struct Source {
    data: Arc<RatingsData>,
    predictor: Arc<dyn RatingPredictor>,
}

impl<T> Default for CachedByKey<T> {
    fn default() -> Self {
        Self {
            source: None,
            key: None,
            job: None,
            result: None,
        }
    }
}

impl<T: Send + 'static> CachedByKey<T> {
    /// The result for `key`; `None` while it is being computed.
    pub(super) fn get(
        &mut self,
        ctx: &Context,
        data: &Arc<RatingsData>,
        predictor: &Arc<dyn RatingPredictor>,
        key: usize,
        compute: fn(&RatingsData, &dyn RatingPredictor, usize) -> T,
    ) -> Option<&Result<T, String>> {
        let same = self.key == Some(key)
            && self.source.as_ref().is_some_and(|source| {
                Arc::ptr_eq(&source.data, data) && Arc::ptr_eq(&source.predictor, predictor)
            });
        if !same {
            let (job_data, job_predictor) = (Arc::clone(data), Arc::clone(predictor));
            let job = Job::spawn("predict ratings", ctx, move |_| {
                compute(&job_data, &*job_predictor, key)
            });
            self.key = Some(key);
            self.source = Some(Source {
                data: Arc::clone(data),
                predictor: Arc::clone(predictor),
            });
            match job {
                Ok(job) => (self.job, self.result) = (Some(job), None),
                Err(error) => {
                    (self.job, self.result) = (None, Some(Err(format!("cannot predict: {error}"))));
                }
            }
        }
        if let Some(result) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            self.result = Some(result.map_err(|error| error.to_string()));
        }
        self.result.as_ref()
    }
}

/// The items nearest to `item` by what the model knows of them; `None` if it has no representation of items.
pub(super) fn similar(
    _data: &RatingsData,
    predictor: &dyn RatingPredictor,
    item: usize,
) -> Option<Vec<(usize, f32)>> {
    predictor.nearest_items(item, SIMILAR)
}

/// CSV of recommendations: `rank,item,title,prediction`, with the ids of the data's files.
pub(super) fn recommendations_csv(data: &RatingsData, top: &[(usize, f32)]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = || -> csv::Result<()> {
        writer.write_record(["rank", "item", "title", "prediction"])?;
        for (rank, &(item, prediction)) in top.iter().enumerate() {
            writer.write_record([
                (rank + 1).to_string().as_str(),
                data.items.id(item),
                data.items.title(item).unwrap_or_default(),
                &format!("{prediction:.4}"),
            ])?;
        }
        Ok(())
    };
    // Neither can fail: every record has four fields, and the writer writes UTF-8 to memory.
    let _ = write();
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::data::Labels;

    /// Predicts 5 for item 0, a little less for each next; every item is most similar to the one after it.
    pub(in crate::ui::results::predictions) struct Descending {
        pub(in crate::ui::results::predictions) items: usize,
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
        fn nearest_items(&self, item: usize, count: usize) -> Option<Vec<(usize, f32)>> {
            let next = |step: usize| ((item + step) % self.items, 1.0 - step as f32 * 0.01);
            Some((1..=count.min(self.items - 1)).map(next).collect())
        }
    }

    #[test]
    fn a_profile_has_what_was_rated_and_recommends_the_rest() {
        let train = [(0, 0, 4.0), (0, 2, 2.0), (1, 1, 3.0)];
        let data = RatingsData::from_triplets(2, 5, &train, &[(0, 3, 5.0)]);
        let profile = Profile::of(&data, &Descending { items: 5 }, 0);
        let rated: Vec<(u32, f32, bool)> = profile
            .rated
            .iter()
            .map(|rated| (rated.item, rated.rating, rated.test))
            .collect();
        assert_eq!(rated, [(0, 4.0, false), (2, 2.0, false), (3, 5.0, true)]);
        assert!((profile.rated[1].prediction - 4.98).abs() < 1e-6);
        let top: Vec<usize> = profile.top.iter().map(|(item, _)| *item).collect();
        assert_eq!(
            top,
            [1, 4],
            "rated items, in training or test, are left out"
        );
    }

    #[test]
    fn exported_recommendations_quote_titles() {
        let mut data = RatingsData::from_triplets(1, 2, &[(0, 0, 4.0)], &[]);
        data.items = Labels::new(["10", "20"]);
        data.items.set_title(1, "Heat, \"the\" film");
        assert_eq!(
            recommendations_csv(&data, &[(1, 4.5), (0, 3.0)]),
            "rank,item,title,prediction\n1,20,\"Heat, \"\"the\"\" film\",4.5000\n2,10,,3.0000\n"
        );
    }
}
