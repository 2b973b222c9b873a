//! What a kill, Ctrl+C, a full disk or a damaged file leaves of a sweep.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use atelier::experiments::sweep::SweepStatus;
use atelier::record::Status;

use super::{TWELVE, folder, outcomes, place, state, sweep, table};
use crate::support::{Done, Place, summary};

/// Long enough for the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);
const KILLS: u64 = 20;

/// How far a sweep is: the bytes of its runs' events, and its trials.
fn written(place: &Place) -> u64 {
    let Ok(entries) = fs::read_dir(place.path("runs")) else {
        return 0;
    };
    let length = |path: PathBuf| fs::metadata(path).map_or(0, |file| file.len());
    let runs = entries.filter_map(Result::ok).map(|entry| {
        let trials = fs::read_dir(entry.path().join("trials"));
        length(entry.path().join("events.jsonl")) + trials.map_or(0, |own| own.count() as u64)
    });
    runs.sum()
}

fn spawn(place: &Place, arguments: &[&str]) -> Child {
    let mut command = place.command(arguments);
    command.args(["--device", "cpu", "--quiet", "--checkpoint-every", "0.01"]);
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until as much is written; false if the program ended before.
fn wait_for(place: &Place, child: &mut Child, bytes: u64) -> bool {
    let started = Instant::now();
    while written(place) < bytes {
        assert!(started.elapsed() < PATIENCE, "nothing happens");
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    child.try_wait().unwrap().is_none()
}

fn only_sweep(place: &Place) -> Option<PathBuf> {
    let found = atelier::experiments::sweep::list(&place.path("runs")).unwrap();
    assert!(found.len() <= 1);
    Some(found.first()?.path().to_owned())
}

#[test]
fn a_sweep_that_is_killed_at_twenty_moments_ends_with_the_same_table() {
    let whole = place(60, TWELVE);
    let done = sweep(&whole);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let all = written(&whole);

    let killed = place(60, TWELVE);
    let mut kills = 0;
    // The last moments are those of the result; what is trained again after a kill adds to what is written.
    for moment in 1..=KILLS {
        let found = only_sweep(&killed).map(|path| path.display().to_string());
        let arguments = match &found {
            Some(path) => vec!["sweep", path.as_str()],
            None => vec!["sweep", "config.toml", "--runs", "runs"],
        };
        let mut child = spawn(&killed, &arguments);
        if wait_for(&killed, &mut child, all * moment / (KILLS + 1)) {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
    }
    eprintln!("killed {kills} times at {KILLS} moments");
    assert!(kills >= KILLS / 2, "{kills} kills");
    let path = only_sweep(&killed).unwrap().display().to_string();
    let mut last = killed.command(&["sweep", &path, "--device", "cpu"]);
    let last = Done::of(&last.output().unwrap());
    assert_eq!(last.code, Some(0), "{}", last.stderr);
    assert_eq!(table(&last.stdout), table(&done.stdout));
    let (one, other) = (state(&folder(&whole)), state(&folder(&killed)));
    assert_eq!(outcomes(&other), outcomes(&one));
    assert_eq!(other.planned, one.planned);
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_all_runs_of_a_sweep_after_checkpoints() {
    let place = place(100_000, TWELVE);
    let child = spawn(&place, &["sweep", "config.toml", "--runs", "runs"]);
    let trained = |place: &Place| {
        let listed = atelier::runs::list(&place.path("runs")).unwrap();
        let mut runs = listed.iter().filter_map(|own| own.summary.as_ref().ok());
        runs.any(|own| own.step > 0)
    };
    let started = Instant::now();
    while !trained(&place) {
        assert!(started.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    assert!(child.stdout.is_some());
    let done = Done::of(&child.wait_with_output().unwrap());
    assert_eq!(done.code, Some(130), "{}", done.stderr);
    let stopped = state(&folder(&place));
    assert_eq!(stopped.status, SweepStatus::Stopped);
    assert!(!stopped.trials.is_empty());
    for own in &stopped.trials {
        let Some(run) = &own.run else { continue };
        assert_eq!(own.status, Status::Stopped, "{own:?}");
        assert!(run.join("checkpoint").is_dir());
    }
}

#[test]
fn a_sweep_that_cannot_write_keeps_what_is_finished_and_goes_on_later() {
    let place = place(60, TWELVE);
    let mut child = spawn(&place, &["sweep", "config.toml", "--runs", "runs"]);
    let finished = |place: &Place| {
        only_sweep(place).is_some() && {
            let state = state(&folder(place));
            state.done() > 0
        }
    };
    let started = Instant::now();
    while !finished(&place) {
        assert!(started.elapsed() < PATIENCE && child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let sweep = only_sweep(&place).unwrap();
    let before = state(&folder(&place));

    // A full disk: no file of the sweep's folder can grow.
    let path = sweep.display().to_string();
    let own = place.command(&["sweep", &path, "--device", "cpu"]);
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"])
        .arg(own.get_program())
        .args(own.get_args())
        .current_dir(place.path(""))
        .env("HOME", place.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(started.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
    for own in before
        .trials
        .iter()
        .filter(|own| own.status == Status::Finished)
    {
        let run = summary(own.run.as_ref().unwrap());
        assert_eq!(run["status"], "finished");
    }

    let last = place.atelier(&["sweep", &path, "--device", "cpu"]);
    assert_eq!(last.code, Some(0), "{}", last.stderr);
    assert_eq!(state(&folder(&place)).done(), 14);
}

#[test]
fn a_damaged_file_of_a_sweep_costs_its_own_trial_alone() {
    let place = place(5, "\n[sweep.values]\nhidden = [2, 4, 6]\n");
    let done = sweep(&place);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let own = folder(&place);
    let before = state(&own).trials.len();
    let trials = own.path().join("trials");
    fs::write(trials.join("0001.json"), "{\"purp").unwrap();
    fs::write(trials.join("notes.txt"), "not ours").unwrap();
    fs::write(trials.join("9.json"), "{}").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", trials.join("0009.json")).unwrap();
    let left = state(&own);
    assert_eq!(left.trials.len(), before - 1);
    let again = place.atelier(&["sweep", own.path().to_str().unwrap(), "--device", "cpu"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let after = state(&own);
    assert_eq!(
        (after.trials.len(), after.status),
        (before, SweepStatus::Finished)
    );
    assert_eq!(table(&again.stdout).len(), table(&done.stdout).len());
}
