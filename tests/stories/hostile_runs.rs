//! A run folder from a stranger opens, or is refused by name: nothing in it is followed out of it, waited for, or believed about memory.
#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::earlier_runs::copied;
use crate::support::{Done, Place, summary};

/// What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs the program, which must come to an end.
pub(crate) fn ends(place: &Place, arguments: &[&str]) -> Done {
    let mut child = place
        .command(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{arguments:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Done::of(&child.wait_with_output().unwrap())
}

/// A stopped run of AutoRec by an earlier version, under a name of its own.
fn stopped(place: &Place, name: &str) -> PathBuf {
    let runs = place.path("earlier");
    if !runs.exists() {
        copied(place);
    }
    let to = runs.join(name);
    copy(&runs.join("autorec_stopped"), &to);
    to
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-r").args([from, to]).status();
    assert!(copied.unwrap().success());
}

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What nobody panicked for.
fn refused(done: &Done, words: &[&str]) {
    assert!(
        matches!(done.code, Some(1 | 2)),
        "{:?} {}",
        done.code,
        done.stderr
    );
    for word in words {
        assert!(done.stderr.contains(word), "{word}: {}", done.stderr);
    }
    assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
    // Without a desktop, graphics drivers have a word of their own.
    let own = |line: &&str| line.starts_with("error: ") && !line.contains("XDG_RUNTIME_DIR");
    let errors = done.stderr.lines().filter(own).count();
    assert_eq!(errors, 1, "{}", done.stderr);
}

#[test]
fn runs_are_listed_whatever_lies_beside_them() {
    let place = Place::new(1);
    let good = stopped(&place, "good");
    let active = |run: &Path| {
        let json = fs::read_to_string(run.join("run.json")).unwrap();
        fs::write(
            run.join("run.json"),
            json.replace("\"stopped\"", "\"running\""),
        )
        .unwrap();
    };
    let waiting = stopped(&place, "lock_is_a_pipe");
    active(&waiting);
    let _ = fs::remove_file(waiting.join("lock"));
    pipe(&waiting.join("lock"));
    let endless = stopped(&place, "lock_is_endless");
    active(&endless);
    let _ = fs::remove_file(endless.join("lock"));
    symlink("/dev/zero", endless.join("lock")).unwrap();
    for (name, target) in [
        ("summary_is_a_pipe", None),
        ("summary_is_endless", Some("/dev/zero")),
    ] {
        let run = stopped(&place, name).join("run.json");
        fs::remove_file(&run).unwrap();
        match target {
            Some(target) => symlink(target, &run).unwrap(),
            None => pipe(&run),
        }
    }
    let long = stopped(&place, "config_of_3_gigabytes");
    let config = File::create(long.join("config.toml")).unwrap();
    config.set_len(3 << 30).unwrap();

    let runs = good.parent().unwrap();
    let done = ends(&place, &["list", "--runs", text(runs)]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let line = |name: &str| {
        let mut lines = done.stdout.lines();
        lines.find(|line| line.starts_with(name)).map(str::to_owned)
    };
    assert!(line("good").unwrap().contains("stopped"));
    for name in ["lock_is", "summary_is_a_pipe", "summary_is_endless"] {
        assert!(
            line(name).unwrap().contains("unreadable"),
            "{}",
            done.stdout
        );
    }
    assert!(done.stderr.contains("a link") && done.stderr.contains("run.json"));
    refused(&ends(&place, &["resume", text(&waiting)]), &["lock"]);
    refused(
        &ends(&place, &["resume", text(&long)]),
        &["config.toml", "3221225472 bytes"],
    );
}

#[test]
fn nothing_is_written_to_or_copied_from_outside_of_a_run_folder() {
    let place = Place::new(1);
    let outside = place.path("outside");
    fs::create_dir(&outside).unwrap();
    let secret = outside.join("secret");
    fs::write(&secret, "untouched").unwrap();
    for (name, is_folder) in [
        ("events.jsonl", false),
        ("lock", false),
        ("run.json", false),
        ("config.toml", false),
        ("artifacts", true),
        ("checkpoint", true),
        ("best", true),
    ] {
        let run = stopped(&place, name);
        let part = run.join(name);
        let _ = fs::remove_dir_all(&part).or_else(|_| fs::remove_file(&part));
        symlink(if is_folder { &outside } else { &secret }, &part).unwrap();
        for arguments in [
            vec!["resume", text(&run)],
            vec!["export", text(&run), "--to", text(&place.path("exported"))],
            vec!["show", text(&run)],
            vec!["predict", text(&run), "--user", "1"],
        ] {
            refused(&ends(&place, &arguments), &[name, "a link"]);
        }
    }
    // Files that are written anew take the place of a link.
    let run = stopped(&place, "temporary");
    for name in [".run.json.tmp", "artifacts/.predictions.csv.tmp"] {
        symlink(&secret, run.join(name)).unwrap();
    }
    let linked = run.join("artifacts/of_a_stranger.csv");
    symlink(&secret, &linked).unwrap();
    let done = ends(&place, &["resume", text(&run)]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let exported = place.path("exported");
    let done = ends(&place, &["export", text(&run), "--to", text(&exported)]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(!exported.join("artifacts/of_a_stranger.csv").exists());
    assert_eq!(fs::read_to_string(&secret).unwrap(), "untouched");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
}

#[test]
fn names_of_artifacts_lead_nowhere_else() {
    let place = Place::new(1);
    let run = stopped(&place, "named");
    let mut events = fs::read_to_string(run.join("events.jsonl")).unwrap();
    events +=
        "{\"event\":\"snapshot\",\"kind\":\"table\",\"step\":1,\"file\":\"../../../secret.csv\"}\n";
    fs::write(run.join("events.jsonl"), events).unwrap();
    let replay = atelier::runs::RunFolder::open(&run)
        .unwrap()
        .replay()
        .unwrap();
    assert!(
        replay
            .state
            .snapshots
            .iter()
            .all(|own| !own.file.contains("secret"))
    );
    assert!(
        replay
            .state
            .log
            .iter()
            .any(|line| line.message.contains("secret.csv"))
    );
}

#[test]
fn a_header_of_brackets_is_refused_at_once() {
    let place = Place::new(1);
    let run = stopped(&place, "brackets");
    let mut header =
        b"\x93NUMPY\x01\x00\x5c\x00{'descr': '<f4', 'fortran_order': False, 'shape': ".to_vec();
    header.resize(10 + 0x5c, b'[');
    let path = run.join("checkpoint/encoder_bias.npy");
    let length = fs::metadata(&path).unwrap().len() as usize;
    header.resize(length, 0);
    fs::write(&path, header).unwrap();
    for arguments in [
        vec!["resume", text(&run)],
        vec!["predict", text(&run), "--user", "1"],
    ] {
        // The best weights may be whole: then they predict.
        let done = ends(&place, &arguments);
        assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
        if arguments[0] == "resume" {
            refused(&done, &["encoder_bias.npy", "brackets", "backup"]);
        }
    }
}

#[test]
fn networks_are_compared_with_their_weights_before_they_are_built() {
    let place = Place::new(1);
    let run = copied(&place).join("cyclegan_stopped");
    let path = run.join("checkpoint/architecture.json");
    let own: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let pictures = place.path("earlier/data/plain/trainA");
    for filters in [100_000, 512] {
        let mut claimed = own.clone();
        claimed["networks"]["generator"]["filters"] = filters.into();
        fs::write(&path, claimed.to_string()).unwrap();
        let out = place.path("translated");
        let done = ends(
            &place,
            &["translate", text(&run), text(&pictures), text(&out)],
        );
        refused(&done, &["checkpoint"]);
        assert!(
            done.stderr.contains("no config can produce")
                || done.stderr.contains("should have shape"),
            "{}",
            done.stderr
        );
    }
}

#[test]
fn weights_that_have_changed_are_not_used_and_the_message_says_what_to_do() {
    let place = Place::new(100_000);
    let run = crate::interrupt::stopped_run(&place);
    let weights = run.join("checkpoint/tensors.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&weights, bytes).unwrap();
    let before = summary(&run);
    let done = ends(&place, &["resume", text(&run), "--device", "cpu"]);
    refused(
        &done,
        &[
            "tensors.safetensors",
            "no longer what was written",
            "backup",
        ],
    );
    assert_eq!(summary(&run)["step"], before["step"]);
    let best = run.join("best/tensors.safetensors");
    if best.exists() {
        fs::copy(&weights, &best).unwrap();
    }
    let done = ends(&place, &["predict", text(&run), "--user", "1"]);
    refused(
        &done,
        &["tensors.safetensors", "no longer what was written"],
    );
}

#[test]
fn weights_that_are_no_numbers_end_the_run_and_the_last_good_ones_stay() {
    let place = Place::new(100_000);
    let run = crate::interrupt::stopped_run(&place);
    let weights = run.join("checkpoint/tensors.safetensors");
    let mut bytes = fs::read(&weights).unwrap();
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    // NaN in every place but the counters', of which there are none in this optimizer's arrays.
    for number in bytes[8 + header..].chunks_exact_mut(4) {
        number.copy_from_slice(&f32::NAN.to_le_bytes());
    }
    fs::write(&weights, &bytes).unwrap();
    // As an earlier version left it: without hashes.
    let engine = run.join("checkpoint/engine.json");
    let mut info: serde_json::Value = serde_json::from_slice(&fs::read(&engine).unwrap()).unwrap();
    info.as_object_mut().unwrap().remove("files");
    fs::write(&engine, info.to_string()).unwrap();
    let done = ends(&place, &["resume", text(&run), "--device", "cpu"]);
    refused(&done, &["NaN", "lower the learning rate"]);
    assert_eq!(summary(&run)["status"], "failed");
    assert_eq!(fs::read(&weights).unwrap(), bytes);
}

#[test]
fn what_a_newer_version_wrote_is_named_and_used_as_far_as_it_is_known() {
    let place = Place::new(3);
    let run = place.trained();
    let config = fs::read_to_string(run.join("config.toml")).unwrap();
    fs::write(
        run.join("config.toml"),
        format!("{config}warmth = 3\n\n[weather]\nsun = true\n"),
    )
    .unwrap();
    let done = ends(&place, &["predict", text(&run), "--user", "1"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(done.stderr.contains("newer version") && done.stderr.contains("warmth"));
    let json = fs::read_to_string(run.join("run.json")).unwrap();
    fs::write(
        run.join("run.json"),
        json.replace("\"finished\"", "\"migrating\""),
    )
    .unwrap();
    let done = ends(&place, &["show", text(&run)]);
    refused(&done, &["newer version", "migrating"]);
    let done = ends(&place, &["list", "--runs", "runs"]);
    assert_eq!(done.code, Some(0));
    assert!(done.stderr.contains("newer version"), "{}", done.stderr);
}

#[test]
fn a_terminal_obeys_no_name() {
    let place = Place::new(1);
    let name = "red \u{1b}[31m\nsecond line";
    let done = ends(
        &place,
        &["run", "config.toml", "--runs", "runs", "--name", name],
    );
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let run = place.path(done.run_folder());
    for arguments in [vec!["list", "--runs", "runs"], vec!["show", text(&run)]] {
        let done = ends(&place, &arguments);
        assert!(!done.stdout.contains('\u{1b}'), "{}", done.stdout);
        assert!(
            done.stdout.contains("red \\u{1b}[31m\\nsecond line"),
            "{}",
            done.stdout
        );
    }
    let wrong = ends(&place, &["show", "no\u{1b}[2Jsuch"]);
    refused(&wrong, &["no\\u{1b}[2Jsuch"]);
}

#[test]
fn what_killed_processes_left_is_gone_after_the_next_start() {
    let place = Place::new(100_000);
    let run = crate::interrupt::stopped_run(&place);
    fs::create_dir(run.join("checkpoint.tmp")).unwrap();
    fs::create_dir(run.join("checkpoint.old")).unwrap();
    for name in [".run.json.tmp", "artifacts/.predictions.csv.tmp"] {
        fs::write(run.join(name), "{").unwrap();
    }
    let half = run.with_file_name(".new-half");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("lock"), "").unwrap();
    crate::interrupt::stopped_again(&place, &run);
    place.write(
        "one.toml",
        &fs::read_to_string(place.path("config.toml"))
            .unwrap()
            .replace("100000", "1"),
    );
    let done = ends(&place, &["run", "one.toml", "--runs", "runs"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    for left in [
        "checkpoint.tmp",
        "checkpoint.old",
        ".run.json.tmp",
        "artifacts/.predictions.csv.tmp",
    ] {
        assert!(!run.join(left).exists(), "{left}");
    }
    assert!(!half.exists());
}
