//! What a person reads when a config or its data is wrong: exit code 2, and what, where and what to do.

use crate::support::{Place, summary};

const CONFIG: &str =
    "system = \"autorec\"\n\n[data]\npath = \"ratings.csv\"\ntest_fraction = 0.2\n";

/// Runs a config and returns what it says on stderr.
fn refused(place: &Place, config: &str, more: &[&str]) -> String {
    place.write("wrong.toml", config);
    let arguments = [&["run", "wrong.toml", "--runs", "runs"], more].concat();
    let done = place.atelier(&arguments);
    assert_eq!(done.code, Some(2), "{}", done.stderr);
    assert_eq!(done.stdout, "");
    done.stderr
}

#[test]
fn a_wrong_key_or_value_is_named_with_its_line() {
    let place = Place::new(1);
    for (table, said) in [
        (
            "hiden = 500",
            ["wrong.toml:8", "hiden", "did you mean `hidden`?"],
        ),
        ("epochs = 0", ["wrong.toml:8", "epochs", "from 1 to"]),
        (
            "side = \"items\"",
            ["wrong.toml:8", "side", "did you mean \"item\"?"],
        ),
    ] {
        let stderr = refused(&place, &format!("{CONFIG}\n[autorec]\n{table}\n"), &[]);
        for words in said {
            assert!(
                stderr.contains(words),
                "{table}: {words} is not in {stderr}"
            );
        }
    }
    let stderr = refused(&place, &CONFIG.replace("autorec", "autorek"), &[]);
    assert!(stderr.contains("did you mean `autorec`?"), "{stderr}");
    let stderr = refused(&place, "system = ", &[]);
    assert!(stderr.contains("wrong.toml:1"), "{stderr}");
}

#[test]
fn a_wrong_setting_on_the_command_line_is_named() {
    let place = Place::new(1);
    let stderr = refused(&place, CONFIG, &["--set", "lerning_rate=0.1"]);
    assert!(stderr.contains("did you mean `learning_rate`?"), "{stderr}");
    let stderr = refused(&place, CONFIG, &["--set", "epochs=many"]);
    assert!(stderr.contains("--set epochs=many"), "{stderr}");
}

#[test]
fn missing_and_broken_files_are_named() {
    let place = Place::new(1);
    let absent = place.atelier(&["run", "absent.toml"]);
    assert_eq!(absent.code, Some(2));
    assert!(
        absent.stderr.contains("cannot read absent.toml"),
        "{}",
        absent.stderr
    );
    let stderr = refused(&place, &CONFIG.replace("ratings.csv", "nothing.csv"), &[]);
    assert!(stderr.contains("nothing.csv"), "{stderr}");
    place.write("broken.csv", "userId,movieId,rating\n1,1,4\n1,2,good\n");
    let stderr = refused(&place, &CONFIG.replace("ratings.csv", "broken.csv"), &[]);
    for words in ["broken.csv", "line 3", "good"] {
        assert!(stderr.contains(words), "{words} is not in {stderr}");
    }
    assert!(!place.path("runs").exists(), "nothing was begun");
}

#[test]
fn a_folder_that_is_no_run_and_a_run_that_has_finished_are_refused() {
    let place = Place::new(2);
    let no_run = place.atelier(&["show", "."]);
    assert_eq!(no_run.code, Some(2));
    assert!(
        no_run.stderr.contains("not a run folder"),
        "{}",
        no_run.stderr
    );
    let run = place.trained();
    let finished = place.atelier(&["resume", run.to_str().unwrap()]);
    assert_eq!(finished.code, Some(2));
    assert!(
        finished.stderr.contains("has finished"),
        "{}",
        finished.stderr
    );
    assert_eq!(summary(&run)["status"], "finished");
}

#[test]
fn unknown_users_and_items_are_answered_with_the_nearest() {
    let place = Place::new(2);
    let run = place.trained();
    let run = run.to_str().unwrap();
    for (arguments, said) in [
        (["--user", "31", "--item", "1"], "no user `31`"),
        (
            ["--user", "3", "--item", "Flim number 7"],
            "(Film number 7 (1957))",
        ),
        (["--user", "3", "--item", "film"], "matches 20 items"),
    ] {
        let done = place.atelier(&[&["predict", run], &arguments[..]].concat());
        assert_eq!(done.code, Some(2));
        assert!(done.stderr.contains(said), "{}", done.stderr);
    }
    let nothing = place.atelier(&["predict", run]);
    assert_eq!(nothing.code, Some(2));
    assert!(nothing.stderr.contains("--user"), "{}", nothing.stderr);
}
