//! What the tasks train, until the last of them measures the result.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::cluster::Cluster;
use super::{SWEEP, finished, runs, wait};
use crate::support::{Done, summary};

#[test]
fn the_tasks_train_what_was_dealt_out_and_the_last_one_the_result() {
    let cluster = Cluster::new();
    let here = cluster.atelier(&["sweep", "sweep.toml", "--runs", "here", "--device", "cpu"]);
    assert_eq!(here.code, Some(0), "{}", here.stderr);
    let sweep = cluster.submitted(&[]);
    let runs_folder = sweep.parent().unwrap().to_owned();
    assert_eq!(
        fs::read_to_string(sweep.join("slurm/0001.job"))
            .unwrap()
            .trim(),
        "101"
    );
    assert!(cluster.noted("sbatch.calls").contains("--parsable"));
    for task in 0..4 {
        let done = cluster.run_task(&sweep, 101, task);
        assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
        // The result is trained once the search has ended.
        assert!(task == 3 || finished(&runs_folder) == task as usize + 1);
    }
    cluster.note(
        "queue",
        &(0..4)
            .map(|task| format!("101|{task}|COMPLETED|None|node\n"))
            .collect::<String>(),
    );
    let before = cluster.noted("squeue.calls").lines().count();
    let there = cluster.status(&sweep);
    assert_eq!(there.value("tasks"), "4 finished");
    let show = cluster.atelier(&["show", sweep.to_str().unwrap()]);
    assert_eq!(
        show.value("chosen "),
        here.value("chosen "),
        "{}",
        show.stdout
    );
    assert!(there.stdout.contains("best  "), "{}", there.stdout);
    let trials: Vec<u64> = runs(&runs_folder).iter().map(|(trial, _)| *trial).collect();
    assert_eq!(
        trials,
        (0..trials.len() as u64).collect::<Vec<_>>(),
        "one run for each trial"
    );
    assert_eq!(finished(&runs_folder), trials.len());
    assert_eq!(trials.len(), runs(&cluster.place.path("here")).len());
    // One question for all tasks.
    assert_eq!(cluster.noted("squeue.calls").lines().count(), before + 1);
    // Nothing is left to do.
    let again = cluster.atelier(&["sweep", sweep.to_str().unwrap(), "--resubmit"]);
    assert_eq!(again.code, Some(2));
    assert!(
        again.stderr.contains("nothing is left to train"),
        "{}",
        again.stderr
    );
}

fn has_scalars(folder: &Path) -> bool {
    folder.is_dir()
        && runs(folder).iter().any(|(_, run)| {
            fs::read_to_string(run.join("events.jsonl"))
                .is_ok_and(|text| text.contains("\"scalar\""))
        })
}

#[test]
fn before_the_time_limit_a_task_writes_a_checkpoint_and_queues_again() {
    let cluster = Cluster::new();
    let long = SWEEP.replace("epochs = 5", "epochs = 100000");
    cluster.place.write("sweep.toml", &long);
    let sweep = cluster.submitted(&[]);
    let folder = sweep.parent().unwrap();
    for (signal, requeues) in [("-USR1", true), ("-TERM", false)] {
        let child = cluster
            .task(101, 0)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let before = runs(folder)
            .first()
            .map(|(_, run)| summary(run)["step"].as_u64().unwrap());
        wait("training", || {
            has_scalars(folder)
                && summary(&runs(folder)[0].1)["step"].as_u64() > before
                && summary(&runs(folder)[0].1)["status"] == "running"
        });
        // Slurm tells the script, and scancel the program too: that is no second signal.
        let process = child.id().to_string();
        for _ in 0..2 {
            Command::new("kill")
                .args([signal, &process])
                .status()
                .unwrap();
        }
        let output = child.wait_with_output().unwrap();
        let done = Done::of(&output);
        assert_eq!(done.code, Some(138), "{}{}", done.stdout, done.stderr);
        let runs = runs(folder);
        assert_eq!(runs.len(), 1, "it is resumed, and not begun anew");
        assert_eq!(summary(&runs[0].1)["status"], "stopped");
        assert!(runs[0].1.join("checkpoint").is_dir());
        assert!(done.stderr.contains("has a checkpoint"), "{}", done.stderr);
        let requeued = cluster.noted("scontrol.calls");
        assert_eq!(
            requeued.contains("requeue 101_0"),
            requeues || !requeued.is_empty()
        );
        assert_eq!(done.stdout.contains("the time limit is near"), requeues);
    }
    assert_eq!(cluster.noted("scontrol.calls").lines().count(), 1);
}

#[test]
fn a_task_that_was_killed_goes_on_and_no_two_work_on_one_run() {
    let cluster = Cluster::new();
    cluster
        .place
        .write("sweep.toml", &SWEEP.replace("epochs = 5", "epochs = 4000"));
    let sweep = cluster.submitted(&["--pack=4"]);
    let folder = sweep.parent().unwrap();
    cluster.note("queue", "101|0|RUNNING|None|n\n");
    let name = sweep.to_str().unwrap();
    let start = || {
        cluster
            .command(&[
                "sweep-task",
                name,
                "--submission=1",
                "--task=0",
                "--checkpoint-every=0.05",
            ])
            .env("SLURM_ARRAY_JOB_ID", "101")
            .env("SLURM_ARRAY_TASK_ID", "0")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut first = start();
    wait("a checkpoint", || {
        folder.is_dir()
            && runs(folder)
                .iter()
                .any(|(_, run)| run.join("checkpoint").is_dir())
    });
    // A task of a later submission finds the run taken.
    let mut second = cluster.command(&["sweep-task", name, "--submission=1", "--task=0"]);
    second
        .env("SLURM_ARRAY_JOB_ID", "102")
        .env("SLURM_ARRAY_TASK_ID", "0");
    let mut second = second
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait("the second task", || {
        sweep.join("slurm/claims/0001.0.json").exists()
    });
    second.kill().unwrap();
    let told = Done::of(&second.wait_with_output().unwrap());
    assert!(
        told.stderr.contains("task 101_0 works on trial 0"),
        "{}",
        told.stderr
    );
    first.kill().unwrap();
    first.wait().unwrap();
    // The first again, as Slurm queues it after its node died; Slurm no longer knows the second, which has just said that it lives.
    fs::remove_file(sweep.join("slurm/claims/102_0.alive")).unwrap();
    let output = start().wait_with_output().unwrap();
    assert!(output.status.success());
    let runs = runs(folder);
    let trials: BTreeSet<u64> = runs.iter().map(|(trial, _)| *trial).collect();
    assert_eq!(trials.len(), runs.len(), "one run for each trial");
    assert_eq!(trials.len(), 5);
    assert_eq!(finished(folder), 5);
}

#[test]
fn tasks_of_a_method_that_learns_ask_for_settings_and_hand_out_no_more_than_the_budget() {
    let cluster = Cluster::new();
    cluster.place.write(
        "sweep.toml",
        "system = \"autorec\"\n[data]\npath = \"ratings.csv\"\ntest_fraction = 0.2\n[autorec]\nepochs = 3\n[sweep]\nmethod = \"tpe\"\nruns = 6\n[sweep.values]\nhidden = { from = 2, to = 12 }\nregularization = { from = 0.1, to = 100, scale = \"log\" }\n",
    );
    let sweep = cluster.submitted(&["--pack=2"]);
    let folder = sweep.parent().unwrap();
    let script = fs::read_to_string(sweep.join("slurm/0001.sh")).unwrap();
    assert!(script.contains("#SBATCH --array=0-2%1"), "{script}");
    cluster.note(
        "queue",
        "101|0|RUNNING|None|n\n101|1|RUNNING|None|n\n101|2|RUNNING|None|n\n",
    );
    let tasks: Vec<_> = (0..3)
        .map(|task| {
            let mut command = cluster.task(101, task);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for task in tasks {
        let done = Done::of(&task.wait_with_output().unwrap());
        assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    }
    let all = runs(folder);
    let trials: BTreeSet<u64> = all.iter().map(|(trial, _)| *trial).collect();
    assert_eq!(trials.len(), all.len(), "one run for each trial");
    // Six of the search, and the result.
    assert_eq!(trials.len(), 7);
    assert_eq!(finished(folder), 7);
}

#[test]
fn by_hand_any_number_of_processes_share_the_work() {
    let cluster = Cluster::new();
    let done = cluster.submit(&["--dry-run"]);
    let sweep = cluster.place.path(done.value("sweep"));
    let name = sweep.to_str().unwrap();
    let workers: Vec<_> = (0..3)
        .map(|_| {
            let mut command = cluster.place.command(&["sweep-task", name]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for worker in workers {
        let done = Done::of(&worker.wait_with_output().unwrap());
        assert_eq!(done.code, Some(0), "{}{}", done.stdout, done.stderr);
    }
    let all = runs(sweep.parent().unwrap());
    assert_eq!(
        all.iter().map(|(trial, _)| *trial).collect::<Vec<_>>(),
        [0, 1, 2, 3, 4]
    );
    assert_eq!(finished(sweep.parent().unwrap()), 5);
}
