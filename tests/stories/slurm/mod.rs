//! A sweep on a cluster, with small stand-ins for Slurm's programs (`.ci/slurm.sh` does it with a real one).
#![cfg(unix)]

mod cluster;
mod submitted;
mod tasks;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::summary;
pub(crate) use cluster::Cluster;

const SWEEP: &str = "\
system = \"autorec\"
[data]
path = \"ratings.csv\"
test_fraction = 0.2
[autorec]
hidden = 8
epochs = 5
[sweep.values]
hidden = [2, 4]
regularization = [1, 10]
";

/// The runs of a folder by the trial that they are of.
fn runs(folder: &Path) -> Vec<(u64, PathBuf)> {
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("run.json").is_file())
        .map(|path| (summary(&path)["sweep"]["trial"].as_u64().unwrap(), path))
        .collect();
    all.sort();
    all
}

fn finished(folder: &Path) -> usize {
    runs(folder)
        .iter()
        .filter(|(_, run)| summary(run)["status"] == "finished")
        .count()
}

#[test]
fn every_state_is_shown_with_its_reason_and_the_end_of_the_log() {
    let cluster = Cluster::new();
    let sweep = cluster.submitted(&["--mem=4G"]);
    cluster.note(
        "queue",
        "99|0|RUNNING|None|other\n101|0|PENDING|Resources|\n101|1|RUNNING|None|node1\n101|2|OUT_OF_MEMORY|OutOfMemory|node1\n101|3|NODE_FAIL|NodeDown|node2\n",
    );
    fs::write(
        sweep.join("slurm/log/101_2.log"),
        "step 3/5\nslurmstepd: oom\n",
    )
    .unwrap();
    let told = cluster.status(&sweep);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    assert_eq!(told.value("tasks"), "1 running, 1 queued, 2 failed");
    for words in [
        "waits for free nodes (Resources)",
        "it took more memory than it had asked for (4G)",
        "its node node2 died",
        "end of runs/",
        "slurmstepd: oom",
    ] {
        assert!(told.stdout.contains(words), "{words}\n{}", told.stdout);
    }
    // Slurm is down: the files are what there is.
    cluster.note("down", "");
    let told = cluster.status(&sweep);
    assert_eq!(told.code, Some(0));
    assert!(
        told.stderr.contains("Slurm does not answer at the moment"),
        "{}",
        told.stderr
    );
    assert!(
        told.value("tasks").starts_with("4 unknown"),
        "{}",
        told.stdout
    );
    let again = cluster.atelier(&["sweep", sweep.to_str().unwrap(), "--resubmit"]);
    assert!(
        again.stderr.contains("nothing is submitted again"),
        "{}",
        again.stderr
    );
}

/// Waits for something that is on its way.
fn wait(what: &str, is_there: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_there() {
        assert!(
            began.elapsed() < Duration::from_secs(120),
            "no {what} in two minutes"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_program_on_the_cluster_that_is_missing_old_or_does_not_run_is_named() {
    let cluster = Cluster::new();
    let remote = cluster.place.path("remote");
    fs::create_dir(&remote).unwrap();
    let program = remote.join("atelier");
    let remote_dir = format!("--remote-dir={}", remote.display());
    let named = format!("--remote-program={}", program.display());
    let submit = || {
        let told = cluster.submit(&["--host=ada@login", &remote_dir, "--send-data", &named]);
        assert_ne!(told.code, Some(0), "{}", told.stdout);
        assert_eq!(
            fs::read_dir(&remote).unwrap().count(),
            usize::from(program.exists())
        );
        told.stderr
    };
    let told = submit();
    assert!(
        told.contains("is not on ada@login: copy the program there"),
        "{told}"
    );
    for (script, problem) in [
        (
            "#!/bin/sh\necho atelier 0.0.1\n",
            "is version 0.0.1, and this is",
        ),
        (
            "#!/bin/sh\necho GLIBC_2.99 not found >&2; exit 1\n",
            "does not run there: GLIBC_2.99",
        ),
    ] {
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let told = submit();
        assert!(told.contains(problem), "{told}");
        assert!(told.contains("--remote-program"), "{told}");
    }
}
