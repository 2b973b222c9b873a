//! The ratings that a person gives or opens a file of, and what the model makes of them.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::Context;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::names::item_name;
use super::profile::MOST;
use crate::data::{RatingsData, read_own_ratings};
use crate::systems::RatingPredictor;
use crate::ui::jobs::{Job, NoThread};

/// Items that a search shows.
const FOUND: usize = 60;

/// Ratings by the id of the item, so that they stay when another run on such data is looked at; the newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Given(Vec<(String, f32)>);

impl Given {
    pub(super) fn set(&mut self, id: &str, rating: f32) {
        match self.0.iter_mut().find(|(own, _)| own == id) {
            Some((_, own)) => *own = rating,
            None => self.0.insert(0, (id.to_owned(), rating)),
        }
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.0.retain(|(own, _)| own != id);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn of(&self, id: &str) -> Option<f32> {
        let mut all = self.0.iter();
        all.find_map(|(own, rating)| (own == id).then_some(*rating))
    }

    /// Those of items of the data, in order, and how many others there are.
    pub(super) fn known(&self, data: &RatingsData) -> (Vec<(u32, f32)>, usize) {
        let known: Vec<(u32, f32)> = self
            .0
            .iter()
            .filter_map(|(id, rating)| Some((data.items.find(id)? as u32, *rating)))
            .collect();
        let others = self.0.len() - known.len();
        (known, others)
    }
}

/// What a model makes of ratings.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    /// Items that are not rated, best first.
    pub(super) top: Vec<(usize, f32)>,
    /// Rated items that the model knows nothing of.
    pub(super) left_out: Vec<u32>,
    /// How it was done; `None` if the model cannot predict for a new user.
    pub(super) method: Option<String>,
}

impl Answer {
    pub(super) fn of(predictor: &dyn RatingPredictor, mut ratings: Vec<(u32, f32)>) -> Self {
        ratings.sort_by_key(|(item, _)| *item);
        let Some(user) = predictor.new_user(&ratings) else {
            return Self::default();
        };
        let rated: Vec<u32> = ratings.iter().map(|(item, _)| *item).collect();
        Self {
            top: user.top(&rated, MOST),
            left_out: user.left_out,
            method: predictor.new_user_method(),
        }
    }
}

/// The newest answer; the one before stays until it is there.
#[derive(Default)]
pub(super) struct Answers {
    asked: Option<Asked>,
    job: Option<Job<Answer>>,
    answer: Option<Result<Answer, String>>,
}

struct Asked {
    given: Given,
    data: Arc<RatingsData>,
    predictor: Arc<dyn RatingPredictor>,
}

impl Answers {
    /// The answer to these ratings; `None` until the first is there.
    pub(super) fn get(
        &mut self,
        ctx: &Context,
        given: &Given,
        data: &Arc<RatingsData>,
        predictor: &Arc<dyn RatingPredictor>,
    ) -> Option<&Result<Answer, String>> {
        let of_same_model = self.asked.as_ref().is_some_and(|asked| {
            Arc::ptr_eq(&asked.data, data) && Arc::ptr_eq(&asked.predictor, predictor)
        });
        if !of_same_model {
            self.answer = None;
        }
        let same = self.asked.as_ref().is_some_and(|own| own.given == *given);
        if !(of_same_model && same) {
            let (ratings, _) = given.known(data);
            let work = Arc::clone(predictor);
            let job = Job::spawn("predict for a new user", ctx, move |_| {
                Answer::of(&*work, ratings)
            });
            self.asked = Some(Asked {
                given: given.clone(),
                data: Arc::clone(data),
                predictor: Arc::clone(predictor),
            });
            match job {
                Ok(job) => self.job = Some(job),
                Err(error) => self.answer = Some(Err(format!("cannot predict: {error}"))),
            }
        }
        if let Some(result) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            self.answer = Some(result.map_err(|error| error.to_string()));
        }
        self.answer.as_ref()
    }
}

/// A file of ratings, as it was read.
#[derive(Debug, Default, PartialEq)]
pub(super) struct File {
    pub(super) name: String,
    /// By the ids of the items.
    pub(super) ratings: Vec<(String, f32)>,
    /// Lines that are not used, and how the file was read.
    pub(super) remarks: Vec<String>,
}

/// Reads a file of a person's ratings on a thread of its own.
pub(super) fn open(
    ctx: &Context,
    path: PathBuf,
    data: &Arc<RatingsData>,
) -> Result<Job<Result<File, String>>, NoThread> {
    let data = Arc::clone(data);
    Job::spawn("read ratings", ctx, move |_| {
        let own = read_own_ratings(&path, &data.items, data.scale);
        let own = own.map_err(|error| error.to_string())?;
        let unmatched = own.unmatched.iter().map(|one| one.describe(&data.items));
        let id = |item: u32| data.items.id(item as usize).to_owned();
        Ok(File {
            name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into(),
            ratings: own
                .ratings
                .iter()
                .map(|(item, rating)| (id(*item), *rating))
                .collect(),
            remarks: own.notices.iter().cloned().chain(unmatched).collect(),
        })
    })
}

/// The items that fit a search, best first.
pub(super) fn search(data: &RatingsData, text: &str) -> Vec<u32> {
    let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, usize, u32)> = (0..data.items.len() as u32)
        .filter_map(|item| {
            let name = item_name(&data.items, item as usize);
            let score = pattern.score(Utf32Str::new(&name, &mut buffer), &mut matcher)?;
            Some((score, name.len(), item))
        })
        .collect();
    found.sort_by_key(|&(score, length, item)| (std::cmp::Reverse(score), length, item));
    found.truncate(FOUND);
    found.into_iter().map(|(.., item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Labels;

    #[test]
    fn ratings_stay_with_their_items_when_the_data_numbers_them_otherwise() {
        let mut given = Given::default();
        given.set("b", 4.0);
        given.set("a", 2.0);
        given.set("b", 5.0);
        let mut data = RatingsData::from_triplets(1, 2, &[(0, 0, 3.0)], &[]);
        data.items = Labels::new(["a", "b"]);
        assert_eq!(given.known(&data), (vec![(0, 2.0), (1, 5.0)], 0));
        data.items = Labels::new(["b", "c"]);
        assert_eq!(given.known(&data), (vec![(0, 5.0)], 1));
        given.remove("b");
        assert_eq!((given.of("b"), given.of("a")), (None, Some(2.0)));
    }

    #[test]
    fn a_search_finds_titles_by_parts_the_shorter_first() {
        let mut data = RatingsData::from_triplets(1, 3, &[(0, 0, 3.0)], &[]);
        for (item, title) in ["Toy Story 2 (1999)", "Heat (1995)", "Toy Story"]
            .into_iter()
            .enumerate()
        {
            data.items.set_title(item, title);
        }
        assert_eq!(search(&data, "toy st"), [2, 0]);
        assert!(search(&data, "zzz").is_empty());
    }
}
