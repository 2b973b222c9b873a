//! Files of what one person rated, as people write them.

use super::*;

fn films() -> Labels {
    let mut labels = Labels::new(["1", "2", "3", "4"]);
    for (index, title) in [
        "Toy Story (1995)",
        "Heat (1995)",
        "Sabrina (1954)",
        "Sabrina (1995)",
    ]
    .into_iter()
    .enumerate()
    {
        labels.set_title(index, title);
    }
    labels
}

fn read(text: &str) -> Result<OwnRatings, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.csv");
    std::fs::write(&path, text).expect("written");
    read_own_ratings(&path, &films(), (1.0, 5.0)).map_err(|error| {
        let text = error.to_string();
        text.replace(&path.display().to_string(), "mine.csv")
    })
}

fn ratings(text: &str) -> Vec<(u32, f32)> {
    let own = read(text).expect("ratings");
    assert!(own.unmatched.is_empty(), "{:?}", own.unmatched);
    own.ratings
}

#[test]
fn ids_titles_and_every_usual_header_are_read() {
    let expected = [(0, 4.5), (1, 2.0)];
    for text in [
        "1,4.5\n2,2\n",
        "item,rating\n2,2\n1,4.5\n",
        "Heat,2\nToy Story,4.5\n",
        "rating;title\n4,5;Toy Story\n2;Heat (1995)\n",
        "Date,Name,Year,Letterboxd URI,Rating\n2024-01-01,Heat,1995,x,2\n2024-01-02,Toy Story,1995,y,4.5\n",
        "Const,Your Rating,Title\ntt0114709,4.5,Toy Story\ntt0113277,2,Heat\n",
        "user_id:token\titem_id:token\trating:float\n7\t1\t4.5\n7\t2\t2\n",
        "7\t1\t4.5\t881250949\n7\t2\t2\t881250950\n",
        "7::1::4.5::881250949\n7::2::2::881250950\n",
        "film,sterne\n1,4.5\n2,2\n",
    ] {
        assert_eq!(ratings(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_clear_is_listed_with_its_line() {
    let own = read("title,rating\nHeat,4\nSabrina,3\nJumanji,5\n").expect("one rating");
    assert_eq!(own.ratings, [(1, 4.0)]);
    let words: Vec<String> = own
        .unmatched
        .iter()
        .map(|one| one.describe(&films()))
        .collect();
    assert_eq!(
        words,
        [
            "line 3: Sabrina can be 3 (Sabrina (1954)) or 4 (Sabrina (1995))",
            "line 4: Jumanji is not among the items of the run",
        ]
    );
    // The ids of another catalog.
    let own = read("id,title,rating\n2,Toy Story,4\n1,Jumanji,4\n").expect("nothing");
    assert!(own.ratings.is_empty());
    let words: Vec<String> = own
        .unmatched
        .iter()
        .map(|one| one.describe(&films()))
        .collect();
    assert_eq!(
        words,
        [
            "line 2: Toy Story can be 2 (Heat (1995)) or 1 (Toy Story (1995))",
            "line 3: Jumanji does not fit its id, which is 1 (Toy Story (1995)) here",
        ]
    );
}

#[test]
fn the_later_of_two_ratings_counts_and_empty_ones_are_counted() {
    let own = read("title,rating\nHeat,4\nHeat (1995),3\nToy Story,\n").expect("ratings");
    assert_eq!(own.ratings, [(1, 3.0)]);
    assert_eq!(
        own.notices,
        [
            "one item stands there twice: the later rating counts",
            "one line without a rating is left out"
        ]
    );
}

#[test]
fn what_cannot_be_used_is_refused_with_its_line_and_a_way_out() {
    let error = |text: &str| read(text).expect_err("wrong");
    assert_eq!(
        error("title,rating\nHeat,9\n"),
        "mine.csv, line 2: the rating 9 is outside the run's scale, 1 to 5. Write all ratings on that scale, and leave out what is not rated."
    );
    assert!(
        error("title,rating\nHeat,good\n").contains("line 2: the rating `good` is not a number")
    );
    assert!(error("user,item,rating\na,1,3\nb,2,4\n").contains("several users (a and b)"));
    assert!(error("1,2,3,4,5\n").contains("which column is the item"));
    assert!(error("").contains("is empty"));
}
