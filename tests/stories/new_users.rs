//! A person asks what they would like themselves, and takes lists for everybody away.

use std::fs;

use crate::support::{Place, summary};

/// A run that has learned whose taste is whose.
fn trained(place: &Place) -> String {
    let config = fs::read_to_string(place.path("config.toml")).unwrap();
    place.write("config.toml", &format!("{config}regularization = 1.0\n"));
    place.trained().to_str().unwrap().to_owned()
}

#[test]
fn what_someone_would_like_follows_from_a_file_of_their_ratings() {
    let place = Place::new(120);
    let run = &trained(&place);
    // Odd films high, even ones low; one that nobody knows, and one without a rating.
    place.write(
        "mine.csv",
        "title,rating\nFilm number 1,5\nFilm number 3 (1953),5\nFILM NUMBER 5,4\nFilm number 2,1\nfilm number 4,1\nFilm number 99,5\nFilm number 6,\n",
    );
    let done = place.atelier(&["predict", run, "--ratings", "mine.csv", "--top", "5"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let items: Vec<u32> = done
        .stdout
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(items.len(), 5, "{}", done.stdout);
    assert!(
        items.iter().all(|item| item % 2 == 1 && *item > 5),
        "{items:?}"
    );
    for words in [
        "line 7: Film number 99 is not among the items of the run",
        "one line without a rating is left out",
        "from 5 of 6 ratings; item-based AutoRec",
    ] {
        assert!(done.stderr.contains(words), "{words}: {}", done.stderr);
    }

    let to = [
        "predict",
        run,
        "--ratings",
        "mine.csv",
        "--top",
        "5",
        "--to",
        "list.csv",
    ];
    assert_eq!(place.atelier(&to).code, Some(0));
    let list = fs::read_to_string(place.path("list.csv")).unwrap();
    let first = list.lines().nth(1).unwrap();
    assert!(list.starts_with("rank,item,title,prediction\n"), "{list}");
    assert!(
        first.starts_with(&format!("1,{},Film number", items[0])),
        "{first}"
    );

    place.write("nobody.csv", "title,rating\nElsewhere,4\n");
    let none = place.atelier(&["predict", run, "--ratings", "nobody.csv"]);
    assert_eq!(none.code, Some(2));
    assert!(
        none.stderr.contains("none of its items is known"),
        "{}",
        none.stderr
    );
    place.write("ten.csv", "title,rating\nFilm number 1,9\n");
    let scale = place.atelier(&["predict", run, "--ratings", "ten.csv"]);
    assert_eq!(scale.code, Some(2));
    assert!(
        scale
            .stderr
            .contains("line 2: the rating 9 is outside the run's scale, 1 to 5")
    );
}

#[test]
fn everybodys_lists_are_one_table_that_agrees_with_each_users_own() {
    let place = Place::new(20);
    let run = &trained(&place);
    let done = place.atelier(&["predict", run, "--top", "3", "--to", "top.csv"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let table = fs::read_to_string(place.path("top.csv")).unwrap();
    assert_eq!(
        table.lines().next(),
        Some("user,rank,item,title,prediction")
    );
    assert_eq!(table.lines().count(), 1 + 3 * 30);
    let own = place.atelier(&[
        "predict",
        run,
        "--user",
        "7",
        "--top",
        "3",
        "--to",
        "seven.csv",
    ]);
    assert_eq!(own.code, Some(0), "{}", own.stderr);
    let own = fs::read_to_string(place.path("seven.csv")).unwrap();
    let of_seven: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("7,"))
        .collect();
    assert_eq!(of_seven, own.lines().skip(1).collect::<Vec<_>>());
    // Nothing lies beside it.
    let names = fs::read_dir(place.path(".")).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    let is_part = |name: &std::ffi::OsString| name.to_string_lossy().ends_with(".part");
    assert!(!names.iter().any(is_part), "{names:?}");
    // Without a file it goes to stdout.
    let printed = place.atelier(&["predict", run, "--top", "3"]);
    assert_eq!(printed.stdout, table);
}

#[test]
fn the_ranking_of_held_out_ratings_is_measured_at_the_end() {
    let place = Place::new(20);
    let run = place.trained();
    let metrics = &summary(&run)["metrics"];
    for name in ["test/precision", "test/recall", "test/ndcg"] {
        let value = metrics[name]["last"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&value), "{name}: {value}");
    }
    let run = place.atelier(&[
        "run",
        "config.toml",
        "--runs",
        "runs",
        "--set",
        "ranking_k=1",
    ]);
    assert!(
        run.stderr.contains("the first 1 of all items"),
        "{}",
        run.stderr
    );
    let other = run.value("test/precision");
    assert_ne!(other, metrics["test/precision"]["last"].to_string());
}

#[test]
fn a_run_is_told_where_its_data_is_now() {
    let place = Place::new(5);
    let run = place.trained();
    let run = run.to_str().unwrap();
    let elsewhere = place.path("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::rename(place.path("ratings.csv"), elsewhere.join("ratings.csv")).unwrap();
    let lost = place.atelier(&["predict", run, "--user", "3"]);
    assert_eq!(lost.code, Some(2), "{}", lost.stderr);
    place.write("other.csv", "1,1,4\n1,2,3\n2,1,5\n2,2,2\n");
    let other = place.atelier(&["resume", run, "--data", "other.csv"]);
    assert_eq!(other.code, Some(2));
    assert!(
        other
            .stderr
            .contains("is not the data that the run began with"),
        "{}",
        other.stderr
    );
    // A finished run has nothing to train, but predicts again.
    let told = place.atelier(&["resume", run, "--data", "elsewhere"]);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    let found = place.atelier(&["predict", run, "--user", "3"]);
    assert_eq!(found.code, Some(0), "{}", found.stderr);
}
