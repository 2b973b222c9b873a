//! A file that a person names is read up to what makes sense; what may never end is refused by name, and at once.
#![cfg(unix)]

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use egui_kittest::kittest::Queryable as _;

use crate::hostile_runs::ends;
use crate::support::Place;
use crate::window::Window;

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

/// Runs the program, which refuses one of its arguments by name, for this reason.
fn refuses(place: &Place, arguments: &[&str], name: &str, reason: &str) {
    let done = ends(place, arguments);
    assert_eq!(done.code, Some(2), "{arguments:?}: {}", done.stderr);
    assert!(done.stderr.contains(name), "{arguments:?}: {}", done.stderr);
    assert!(
        done.stderr.contains(reason),
        "{arguments:?}: {}",
        done.stderr
    );
}

#[test]
fn a_list_of_pairs_that_never_ends_is_refused() {
    let place = Place::new(1);
    let run = place.trained();
    let run = run.to_str().unwrap();
    pipe(&place.path("pipe.csv"));
    for name in ["pipe.csv", "/dev/zero"] {
        refuses(
            &place,
            &["predict", run, "--pairs", name],
            name,
            "a pipe or a device",
        );
    }
    place.write("one_line.csv", &format!("1,2\n3,{}\n", "4".repeat(1 << 20)));
    place.write(
        "quote.csv",
        &format!("1,2\n3,\"4\n{}", "5,6\n".repeat(1 << 18)),
    );
    for name in ["one_line.csv", "quote.csv"] {
        refuses(
            &place,
            &["predict", run, "--pairs", name, "--skip-unknown"],
            name,
            "each line needs a user and an item",
        );
    }
    // However many lines there are.
    place.write("pairs.csv", &"1,2\n".repeat(40_000));
    let done = place.atelier(&["predict", run, "--pairs", "pairs.csv"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(done.stdout.lines().count(), 40_000);
}

#[test]
fn a_config_that_never_ends_is_refused_and_one_that_a_shell_passes_on_is_read() {
    let place = Place::new(1);
    pipe(&place.path("pipe.toml"));
    let long = File::create(place.path("long.toml")).unwrap();
    long.set_len(3 << 30).unwrap();
    for command in ["run", "sweep"] {
        for (name, reason) in [
            ("pipe.toml", "a pipe or a device"),
            ("/dev/zero", "a pipe or a device"),
            ("long.toml", "more than 1048576 bytes"),
        ] {
            refuses(&place, &[command, name, "--runs", "runs"], name, reason);
        }
    }
    assert!(!place.path("runs").exists(), "nothing was begun");
    let program = env!("CARGO_BIN_EXE_atelier");
    let line = format!("{program} run /dev/stdin --runs runs --quiet < config.toml");
    let done = Command::new("sh")
        .args(["-c", &line])
        .current_dir(place.path("."))
        .env("HOME", place.path("."))
        .output()
        .unwrap();
    // Its paths are beside the file that it is, which is no folder of data.
    let words = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(words.contains("ratings.csv"), "{words}");
    assert!(!words.contains("a pipe"), "{words}");
}

#[test]
fn a_config_that_never_ends_is_refused_in_the_window() {
    let mut window = Window::without_runs();
    let folder = window.folder.path().to_owned();
    pipe(&folder.join("pipe.toml"));
    let long = File::create(folder.join("long.toml")).unwrap();
    long.set_len(3 << 30).unwrap();
    fs::write(folder.join("latin.toml"), b"system = \"\xe9\"\n").unwrap();
    for (name, reason) in [
        ("long.toml", "more than 1048576 bytes"),
        ("latin.toml", "no text in UTF-8"),
        ("pipe.toml", "a pipe or a device"),
    ] {
        window.harness.state_mut().open_path(folder.join(name));
        window.wait_until(name, |window| {
            let mut said = window.harness.query_all_by_label_contains(reason);
            said.next().is_some()
        });
    }
}
