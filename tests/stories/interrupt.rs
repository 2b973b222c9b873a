//! Ctrl-C writes a checkpoint, and the run goes on from there another day.
#![cfg(unix)]
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Done, Place, summary};

/// Long enough for the slowest machine to start training.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts the program, waits until a run has trained beyond `step`, presses Ctrl-C and waits for the end.
fn interrupted(place: &Place, arguments: &[&str], step: u64) -> Done {
    signaled(place, place.command(arguments), "-INT", step)
}

/// The same with another signal and any command.
fn signaled(place: &Place, mut command: Command, signal: &str, step: u64) -> Done {
    let mut child = command
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
        self::signal(&child, signal);
    }
    Done::of(&child.wait_with_output().unwrap())
}

fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
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
    only_run(place).map_or(0, |run| newest_step_of(&run))
}

/// The step of the last scalar that a run has written.
pub(crate) fn newest_step_of(run: &Path) -> u64 {
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
    let entries = std::fs::read_dir(place.path("runs")).ok()?;
    // Beside it may be what was never a run, and a folder's entries come in any order.
    entries
        .map(|entry| entry.unwrap())
        .find(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."))
        .map(|entry| entry.path())
}

const RUN: [&str; 8] = [
    "run",
    "config.toml",
    "--runs",
    "runs",
    "--device",
    "cpu",
    "--set",
    "hidden=50",
];

/// A run of `config.toml` that was stopped after its first steps.
pub(crate) fn stopped_run(place: &Place) -> PathBuf {
    let done = interrupted(place, &RUN, 0);
    assert_eq!(done.code, Some(130), "{}", done.stderr);
    place.path(done.run_folder())
}

/// Resumes the only run and stops it again.
pub(crate) fn stopped_again(place: &Place, run: &Path) {
    let step = summary(run)["step"].as_u64().unwrap();
    let resume = ["resume", run.to_str().unwrap(), "--device", "cpu"];
    let done = interrupted(place, &resume, step);
    assert_eq!(done.code, Some(130), "{}", done.stderr);
}

#[test]
fn who_asks_a_program_to_end_gets_a_checkpoint_as_ctrl_c_does() {
    let mut signals = vec![("-TERM", 143)];
    // Whoever starts the tests under `nohup` has their programs ignore it too.
    if hangs_up() {
        signals.push(("-HUP", 129));
    } else {
        eprintln!("SIGHUP is ignored here (nohup), so it is not tried");
    }
    for (signal, code) in signals {
        let place = Place::new(100_000);
        let mut command = place.command(&RUN);
        command.args(["--checkpoint-every", "1000"]);
        let done = signaled(&place, command, signal, 0);
        assert_eq!(done.code, Some(code), "{signal}: {}", done.stderr);
        let run = place.path(done.run_folder());
        let summary = summary(&run);
        assert_eq!(summary["status"], "stopped", "{signal}");
        let engine = std::fs::read(run.join("checkpoint/engine.json")).unwrap();
        let engine: serde_json::Value = serde_json::from_slice(&engine).unwrap();
        assert_eq!(engine["step"], summary["step"], "{signal}");
    }
}

/// False if programs that are started here ignore SIGHUP.
fn hangs_up() -> bool {
    // Elsewhere than on Linux there is no such file, and nobody knows.
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return true;
    };
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Signal 1 is the lowest bit.
    ignored.is_none_or(|mask| mask & 1 == 0)
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_under_nohup_outlives_its_session() {
    let place = Place::new(2_000);
    let own = place.command(&RUN);
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' HUP; exec \"$@\"", "sh"])
        .arg(own.get_program())
        .args(own.get_args())
        .current_dir(place.path(""))
        .env("HOME", place.path(""));
    let done = signaled(&place, command, "-HUP", 0);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
}

#[test]
fn ctrl_c_where_nothing_can_be_written_says_so() {
    let place = Place::new(100_000);
    let own = place.command(&RUN);
    let mut command = Command::new("sh");
    // Longer files fail as they do on a full disk.
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 40; exec \"$@\"", "sh"])
        .arg(own.get_program())
        .args(own.get_args())
        .args(["--set", "hidden=500", "--checkpoint-every", "0.01"])
        .current_dir(place.path(""))
        .env("HOME", place.path(""));
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    // It pauses and tells that it cannot save before anybody asks it to end.
    assert!(lines.any(|line| line.unwrap().starts_with("paused: ")));
    signal(&child, "-INT");
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    let rest = rest.join("\n");
    assert_eq!(child.wait().unwrap().code(), Some(1), "{rest}");
    assert!(rest.contains("without saving"), "{rest}");
    assert!(!rest.contains("stopping after a checkpoint"), "{rest}");
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
