//! Tables of recommendations.

use std::path::Path;

use super::*;
use crate::record::saved_file::write_file;

/// Scores item i of user u as (7 u + 3 i) mod 11, shown clipped to 5.
struct Scripted {
    items: usize,
}

impl Scripted {
    fn score(user: usize, item: usize) -> f32 {
        ((7 * user + 3 * item) % 11) as f32
    }
}

impl RatingPredictor for Scripted {
    fn predict(&self, user: usize, item: usize) -> f32 {
        Self::score(user, item).min(5.0)
    }
    fn predict_user(&self, user: usize) -> Vec<f32> {
        (0..self.items)
            .map(|item| self.predict(user, item))
            .collect()
    }
    fn scores(&self, users: &[u32]) -> Vec<f32> {
        let of = |&user: &u32| (0..self.items).map(move |item| Self::score(user as usize, item));
        users.iter().flat_map(of).collect()
    }
    fn nearest_items(&self, _: usize, _: usize) -> Option<Vec<(usize, f32)>> {
        None
    }
}

/// User u rated item u mod 6, but for every seventh user, who rated nothing.
fn data(users: u32) -> RatingsData {
    let rated = (0..users).filter(|user| user % 7 != 6);
    let train: Vec<(u32, u32, f32)> = rated.map(|user| (user, user % 6, 3.0)).collect();
    let mut data = RatingsData::from_triplets(users as usize, 6, &train, &[]);
    data.items.set_title(1, "Heat, \"the\" film");
    data
}

fn table(data: &RatingsData, count: usize) -> (String, Written) {
    let mut to = Vec::new();
    let predictor = Scripted { items: 6 };
    let monitor = Monitor::default();
    let written = write_all(data, &predictor, count, &mut to, &monitor).expect("written");
    assert_eq!(monitor.fraction(), Some(1.0));
    (String::from_utf8(to).expect("UTF-8"), written)
}

#[test]
fn every_user_has_a_list_by_what_is_not_clipped_without_what_they_rated() {
    let (text, written) = table(&data(2), 3);
    // User 0 (id 1): scores 0 3 6 9 1 4, item 0 rated; user 1: 7 10 2 5 8 0, item 1 rated. Shown are at most 5.
    let expected = "user,rank,item,title,prediction\n1,1,4,,5.0000\n1,2,3,,5.0000\n1,3,6,,4.0000\n2,1,5,,5.0000\n2,2,1,,5.0000\n2,3,4,,5.0000\n";
    assert_eq!(text, expected);
    assert_eq!((written.users, written.left_out), (2, 0));
    let (text, _) = table(&data(1), 9);
    // Item 1 has a score of 3 and is the fourth of the five that are left.
    assert!(
        text.contains("1,4,2,\"Heat, \"\"the\"\" film\",3.0000\n"),
        "{text}"
    );
}

#[test]
fn blocks_change_nothing_and_users_without_ratings_are_counted() {
    // More users than are predicted at once, and no multiple of it.
    let (text, written) = table(&data(700), 2);
    assert_eq!((written.users, written.left_out), (600, 100));
    assert_eq!(text.lines().count(), 1 + 2 * 600);
    let by_hand = |user: usize| {
        let mut items: Vec<usize> = (0..6).filter(|item| *item != user % 6).collect();
        items.sort_by_key(|item| {
            (
                std::cmp::Reverse(Scripted::score(user, *item) as u32),
                *item,
            )
        });
        items[0] + 1
    };
    for line in text
        .lines()
        .skip(1)
        .filter(|line| line.split(',').nth(1) == Some("1"))
    {
        let cells: Vec<&str> = line.split(',').collect();
        let user: usize = cells[0].parse().expect("an id");
        assert_eq!(cells[2], by_hand(user - 1).to_string(), "{line}");
    }
}

#[test]
fn a_canceled_table_leaves_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("top.csv");
    let write = |path: &Path, cancel: bool| {
        let monitor = Monitor::default();
        if cancel {
            monitor.cancel();
        }
        let data = data(50);
        write_file(path, |to| {
            write_all(&data, &Scripted { items: 6 }, 2, to, &monitor)
        })
    };
    let error = write(&path, true).expect_err("canceled");
    assert!(matches!(error, RecommendError::Canceled));
    assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 0);
    write(&path, false).expect("written");
    assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 1);
    // Nothing replaces it until the next one is complete.
    write(&path, true).expect_err("canceled");
    assert!(
        std::fs::read_to_string(&path)
            .expect("still there")
            .lines()
            .count()
            > 2
    );
}
