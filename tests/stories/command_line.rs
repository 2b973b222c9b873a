//! From a config file to predictions, on the command line.

use std::fs;
use std::path::Path;

use crate::support::{Place, summary};

#[test]
fn a_run_ends_with_its_folder_and_measures_and_they_stand_in_run_json() {
    let place = Place::new(20);
    let done = place.atelier(&["run", "config.toml", "--runs", "runs", "--name", "first"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let lines: Vec<&str> = done.stdout.lines().collect();
    assert!(lines[0].starts_with("run folder"));
    assert!(lines[1].starts_with("test/rmse"), "{lines:?}");
    let summary = summary(&place.path(done.run_folder()));
    assert_eq!(summary["status"], "finished");
    assert_eq!(summary["name"], "first");
    assert_eq!(summary["step"], 20);
    let printed: f64 = done.value("test/rmse").parse().unwrap();
    let stored = summary["metrics"]["test/rmse"]["last"].as_f64().unwrap();
    assert!((printed - stored).abs() < 1e-4, "{printed} {stored}");
}

#[test]
fn the_folder_of_runs_may_be_named_before_the_command_or_after_it() {
    let place = Place::new(1);
    for (folder, arguments) in [
        ("here", ["--runs", "here", "run", "config.toml"]),
        ("there", ["run", "config.toml", "--runs", "there"]),
    ] {
        let done = place.atelier(&arguments);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        assert!(Path::new(done.run_folder()).starts_with(folder));
        assert!(place.path(done.run_folder()).join("run.json").is_file());
        let list = place.atelier(&["--runs", folder, "list"]);
        assert!(list.stdout.contains("autorec"), "{}", list.stdout);
    }
    assert!(!place.path("runs").exists());
}

#[test]
fn a_run_that_finds_its_length_on_the_way_says_each_new_end_before_it_goes_beyond_the_last() {
    let place = Place::new(1);
    let config = fs::read_to_string(place.path("config.toml")).unwrap();
    place.write("config.toml", &config.replace("epochs = 1\n", ""));
    let events = fs::read_to_string(place.trained().join("events.jsonl")).unwrap();
    let (mut ends, mut end, mut is_found) = (Vec::new(), 0, false);
    for line in events.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(total) = event["total_steps"].as_u64() {
            end = total;
            ends.push(total);
        }
        is_found |= event["name"] == "found/regularization";
        let step = event["step"].as_u64().unwrap_or(0);
        assert!(end == 0 || step <= end, "{line} beyond {end}");
    }
    assert!(is_found, "λ was searched for");
    ends.dedup();
    assert!(ends.len() > 3, "{ends:?}");
}

#[test]
fn keys_and_the_seed_can_be_set_and_the_folders_config_repeats_the_run() {
    let place = Place::new(20);
    let first = place.atelier(&[
        "run",
        "config.toml",
        "--runs",
        "runs",
        "--set",
        "epochs=7",
        "--set",
        "side=user",
        "--seed",
        "5",
        "--device",
        "cpu",
        "--quiet",
    ]);
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    // A warning is no progress: after so few epochs the biases alone are better.
    let mut said = first.stderr.lines();
    let progress = said.find(|line| !line.starts_with("warning: the bias model alone"));
    assert_eq!(progress, None, "--quiet shows no progress");
    let folder = place.path(first.run_folder());
    let config = fs::read_to_string(folder.join("config.toml")).unwrap();
    for line in ["seed = 5", "epochs = 7", "side = \"user\""] {
        assert!(config.contains(line), "{config}");
    }
    let again = folder.join("config.toml");
    let second = place.atelier(&[
        "run",
        again.to_str().unwrap(),
        "--runs",
        "runs",
        "--device",
        "cpu",
    ]);
    assert_eq!(second.code, Some(0), "{}", second.stderr);
    assert_eq!(first.value("test/rmse"), second.value("test/rmse"));
    assert_eq!(first.value("train/rmse"), second.value("train/rmse"));
}

#[test]
fn dates_whose_order_cannot_be_told_are_said_and_a_key_tells_it() {
    let place = Place::new(2);
    let mut ratings = String::from("user,item,rating,date\n");
    for user in 0..12 {
        for item in 0..6 {
            let (day, month) = (user % 12 + 1, item * 2 + 1);
            let rating = (user + item) % 5 + 1;
            ratings += &format!("u{user},i{item},{rating},{day:02}/{month:02}/2019\n");
        }
    }
    place.write("dates.csv", &ratings);
    let config = "system = \"autorec\"\n[data]\npath = \"dates.csv\"\nnewest_fraction = 0.25\n\
                  [autorec]\nhidden = 4\nregularization = 1.0\nepochs = 2\n";
    place.write("dates.toml", config);
    let run = |set: &[&str]| {
        let base = ["run", "dates.toml", "--runs", "runs", "--device", "cpu"];
        place.atelier(&[&base[..], set].concat())
    };
    let refused = run(&[]);
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    for part in [
        "the newest ratings are unknown: date holds dates such as 01/01/2019",
        "set data.date_order = \"day_first\" or \"month_first\"",
    ] {
        assert!(refused.stderr.contains(part), "{}", refused.stderr);
    }
    let done = run(&["--set", "data.date_order=day_first"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let kept = fs::read_to_string(place.path(done.run_folder()).join("config.toml")).unwrap();
    assert!(kept.contains("date_order = \"day_first\""), "{kept}");
    let wrong = run(&["--set", "data.date_order=dmy"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("date_order") && wrong.stderr.contains("month_first"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn runs_are_listed_shown_and_exported() {
    let place = Place::new(5);
    let empty = place.atelier(&["list", "--runs", "runs"]);
    assert_eq!((empty.code, empty.stdout.as_str()), (Some(0), ""));
    assert!(empty.stderr.contains("no runs in runs"), "{}", empty.stderr);

    let run = place.trained();
    let id = run.file_name().unwrap().to_str().unwrap();
    let list = place.atelier(&["list", "--runs", "runs"]);
    let line = list.stdout.lines().nth(1).unwrap();
    for word in [id, "finished", "Test RMSE"] {
        assert!(line.contains(word), "{line}");
    }

    let show = place.atelier(&["show", id, "--runs", "runs"]);
    assert_eq!(show.code, Some(0), "{}", show.stderr);
    let line_of = |key: &str| {
        show.stdout
            .lines()
            .find(|line| line.split_whitespace().next() == Some(key))
            .unwrap_or_else(|| panic!("no {key} in {}", show.stdout))
    };
    assert!(
        line_of("hidden").contains("(default [500])"),
        "{}",
        show.stdout
    );
    assert!(!line_of("side").contains("default"), "{}", show.stdout);
    assert!(line_of("users").contains("30"));
    assert!(line_of("predictions.csv").contains(" B"));

    let export = place.atelier(&["export", id, "--runs", "runs", "--to", "out"]);
    assert_eq!(export.code, Some(0), "{}", export.stderr);
    for name in [
        "config.toml",
        "run.json",
        "metrics.csv",
        "artifacts/predictions.csv",
    ] {
        assert!(place.path("out").join(name).is_file(), "{name}");
    }
    let again = place.atelier(&["export", id, "--runs", "runs", "--to", "out"]);
    assert_eq!(again.code, Some(2));
    assert!(
        again.stderr.contains("not an empty folder"),
        "{}",
        again.stderr
    );
}

#[test]
fn ratings_recommendations_and_similar_items_are_predicted() {
    let place = Place::new(40);
    let run = place.trained();
    let run = run.to_str().unwrap();

    let pair = place.atelier(&["predict", run, "--user", "3", "--item", "5"]);
    assert_eq!(pair.code, Some(0), "{}", pair.stderr);
    let rating: f64 = pair.stdout.trim().parse().unwrap();
    assert!((1.0..=5.0).contains(&rating), "{rating}");
    let by_title = place.atelier(&[
        "predict",
        run,
        "--user",
        "3",
        "--item",
        "film number 5 (1955)",
    ]);
    assert_eq!(by_title.stdout, pair.stdout);

    let top = place.atelier(&["predict", run, "--user", "3", "--top", "4"]);
    let rows: Vec<&str> = top.stdout.lines().skip(1).collect();
    assert_eq!(rows.len(), 4, "{}", top.stdout);
    assert!(
        rows.iter().all(|row| row.contains("Film number")),
        "{rows:?}"
    );
    let ratings = fs::read_to_string(place.path("ratings.csv")).unwrap();
    let test = fs::read_to_string(
        place
            .path("runs")
            .join(run)
            .join("artifacts/predictions.csv"),
    )
    .unwrap();
    for row in &rows {
        let item = row.split_whitespace().next().unwrap();
        let given = ratings.contains(&format!("\n3,{item},"));
        let held_out = test.contains(&format!("\n3,{item},"));
        assert!(!given || held_out, "user 3 has rated {item}");
    }

    let similar = place.atelier(&["predict", run, "--similar", "1", "--top", "3"]);
    assert_eq!(similar.stdout.lines().count(), 4, "{}", similar.stderr);
    assert!(
        !similar.stdout.contains("Film number 1 "),
        "{}",
        similar.stdout
    );
}

#[test]
fn a_file_of_pairs_gets_a_column_of_predictions() {
    let place = Place::new(5);
    let run = place.trained();
    let run = run.to_str().unwrap();
    place.write(
        "pairs.csv",
        "user;item;note\n3;5;a\n4;Film number 6 (1956);b\n",
    );
    let done = place.atelier(&["predict", run, "--pairs", "pairs.csv", "--to", "out.csv"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let out = fs::read_to_string(place.path("out.csv")).unwrap();
    let rows: Vec<Vec<&str>> = out.lines().map(|line| line.split(';').collect()).collect();
    assert_eq!(rows[0], ["user", "item", "note", "prediction"]);
    assert_eq!(rows[1][..3], ["3", "5", "a"]);
    for row in &rows[1..] {
        let rating: f64 = row[3].parse().unwrap();
        assert!((1.0..=5.0).contains(&rating));
    }

    place.write("unknown.csv", "3,5\n3,500\n");
    let strict = place.atelier(&["predict", run, "--pairs", "unknown.csv"]);
    assert_eq!(strict.code, Some(2));
    assert!(
        strict.stderr.contains("unknown.csv, line 2"),
        "{}",
        strict.stderr
    );
    assert!(strict.stderr.contains("no item `500`"), "{}", strict.stderr);
    let lenient = place.atelier(&["predict", run, "--pairs", "unknown.csv", "--skip-unknown"]);
    assert_eq!(lenient.code, Some(0));
    assert!(lenient.stdout.ends_with("3,500,\n"), "{}", lenient.stdout);
}

#[test]
fn the_schema_names_every_key_and_an_unknown_system_the_nearest() {
    let place = Place::new(1);
    let done = place.atelier(&["schema", "autorec"]);
    let schema: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    for key in [
        "side",
        "hidden",
        "regularization",
        "optimizer",
        "learning_rate",
        "batch_size",
        "epochs",
        "patience",
    ] {
        let description = &schema["properties"][key]["description"];
        assert!(
            description.as_str().is_some_and(|text| !text.is_empty()),
            "{key}"
        );
    }
    for key in ["path", "test_fraction", "delimiter", "columns"] {
        let description = &schema["x-data"]["properties"][key]["description"];
        assert!(description.is_string(), "{key}");
    }
    let wrong = place.atelier(&["schema", "autorek"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("did you mean `autorec`?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn the_sample_trains_as_it_is_written() {
    let place = Place::new(1);
    let sample = place.atelier(&["sample", "sample"]);
    assert_eq!(sample.code, Some(0), "{}", sample.stderr);
    let done = place.atelier(&[
        "run",
        "sample/configs/autorec-item.toml",
        "--runs",
        "runs",
        "--set",
        "epochs=3",
        "--device",
        "cpu",
    ]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let again = place.atelier(&["sample", "sample"]);
    assert_eq!(again.code, Some(2), "nothing is overwritten");
}

#[test]
fn the_processor_is_among_the_devices() {
    let done = Place::new(1).atelier(&["devices"]);
    assert!(
        done.stdout.lines().any(|line| line.starts_with("cpu")),
        "{}",
        done.stdout
    );
}

#[test]
fn with_a_test_share_of_zero_every_rating_is_for_training_and_nothing_is_measured_on_test() {
    let place = Place::new(3);
    let run = ["run", "config.toml", "--runs", "runs", "--device", "cpu"];
    let all: Vec<&str> = run
        .into_iter()
        .chain(["--set", "data.test_fraction=0"])
        .collect();
    let done = place.atelier(&all);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let summary = summary(&place.path(done.run_folder()));
    assert_eq!(summary["status"], "finished");
    assert!(summary["metrics"].get("train/rmse").is_some(), "{summary}");
    assert!(summary["metrics"].get("test/rmse").is_none(), "{summary}");
    let wrong = [&run[..], &["--set", "data.test_fraction=1.5"]].concat();
    let refused = place.atelier(&wrong);
    assert_eq!(refused.code, Some(2));
    let expected = "data.test_fraction: must be a number from 0 to 1, not 1.5";
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);
}
