//! Ctrl-C writes a checkpoint, and the run goes on from there another day.
#![cfg(unix)]
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Done, Place, summary};

/// Long enough for the slowest machine to start training.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts the program, waits until a run has trained beyond `step`, presses Ctrl-C and waits for the end.
fn interrupted(place: &Place, arguments: &[&str], step: u64) -> Done {
    let mut child = place
        .command(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while newest_step(place) <= step {
        assert!(
            started.elapsed() < PATIENCE,
            "no training within {PATIENCE:?}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    if child.try_wait().unwrap().is_none() {
        #[cfg(target_os = "linux")]
        assert!(
            threads(child.id())
                .iter()
                .any(|name| name.starts_with("compute-")),
            "{:?}",
            threads(child.id())
        );
        let killed = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
    }
    Done::of(&child.wait_with_output().unwrap())
}

/// The names of a process's threads, as a system monitor shows them.
#[cfg(target_os = "linux")]
fn threads(process: u32) -> Vec<String> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok())
        .collect()
}

/// The step of the last scalar that the only run has written.
fn newest_step(place: &Place) -> u64 {
    let Some(run) = only_run(place) else {
        return 0;
    };
    let events = std::fs::read_to_string(run.join("events.jsonl")).unwrap_or_default();
    events
        .lines()
        .rev()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find(|event| event["event"] == "scalar")
        .and_then(|event| event["step"].as_u64())
        .unwrap_or(0)
}

fn only_run(place: &Place) -> Option<PathBuf> {
    let entry = std::fs::read_dir(place.path("runs")).ok()?.next()?;
    Some(entry.unwrap().path())
}

#[test]
fn a_stopped_run_has_a_checkpoint_and_resumes_from_it() {
    let place = Place::new(100_000);
    let run = [
        "run",
        "config.toml",
        "--runs",
        "runs",
        "--device",
        "cpu",
        "--set",
        "hidden=500",
    ];
    let done = interrupted(&place, &run, 0);
    assert_eq!(done.code, Some(130), "{}", done.stderr);
    assert!(done.stderr.contains("atelier resume"), "{}", done.stderr);
    let folder = place.path(done.run_folder());
    let first = summary(&folder);
    assert_eq!(first["status"], "stopped");
    let step = first["step"].as_u64().unwrap();
    assert!(step > 0);
    assert!(folder.join("checkpoint").is_dir());

    let resume = ["resume", folder.to_str().unwrap(), "--device", "cpu"];
    let done = interrupted(&place, &resume, step);
    assert_eq!(done.code, Some(130), "{}", done.stderr);
    assert!(summary(&folder)["step"].as_u64().unwrap() > step);
}
