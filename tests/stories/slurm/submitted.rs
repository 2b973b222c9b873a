//! What is submitted, and what is refused before.

use std::fs;
use std::process::Command;

use super::cluster::Cluster;
use super::runs;
use crate::support::Done;

#[test]
fn a_dry_run_writes_everything_and_submits_nothing() {
    let cluster = Cluster::new();
    let done = cluster.submit(&[
        "--dry-run",
        "--partition=gpu",
        "--time=02:00:00",
        "--mem=8G",
        "--gpus=1",
        "--cpus=4",
        "--account=lab",
        "--pack=2",
        "--max-parallel=3",
        "--sbatch=--constraint=a100",
        "--before=module load vulkan",
    ]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(cluster.noted("sbatch.calls").is_empty());
    let sweep = cluster.place.path(done.value("sweep"));
    let script = cluster.place.path(done.value("script"));
    assert!(
        done.stdout
            .contains(&format!("sbatch {}", sweep.join("slurm/0001.sh").display()))
    );
    let text = fs::read_to_string(&script).unwrap();
    // Four runs in pairs.
    for line in [
        "#SBATCH --array=0-1%3",
        "#SBATCH --partition=gpu",
        "#SBATCH --time=02:00:00",
        "#SBATCH --mem=8G",
        "#SBATCH --gres=gpu:1",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --account=lab",
        "#SBATCH --constraint=a100",
        "#SBATCH --signal=B:USR1@120",
        "#SBATCH --requeue",
        "module load vulkan",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\n{text}");
    }
    let sound = Command::new("bash")
        .arg("-n")
        .arg(&script)
        .status()
        .unwrap();
    assert!(sound.success());
    let told = cluster.status(&sweep);
    assert!(
        told.value("tasks").starts_with("2 not submitted"),
        "{}",
        told.stdout
    );
}

#[test]
fn what_slurm_refuses_is_told_with_what_to_do_and_leaves_nothing_behind() {
    let cluster = Cluster::new();
    cluster.note(
        "refuse",
        "sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified\n",
    );
    let done = cluster.submit(&["--partition=nope"]);
    assert_eq!(done.code, Some(1));
    assert!(
        done.stderr.contains("invalid partition specified: nope"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.contains("--partition: debug, gpu"),
        "{}",
        done.stderr
    );
    assert_eq!(fs::read_dir(cluster.place.path("runs")).unwrap().count(), 0);

    // No Slurm at all: nothing is written before that is known.
    fs::remove_dir_all(cluster.place.path("runs")).unwrap();
    fs::remove_file(cluster.place.path("bin/sbatch")).unwrap();
    let mut command = cluster.command(&["sweep", "sweep.toml", "--runs", "runs", "--on", "slurm"]);
    command.env("PATH", cluster.place.path("bin"));
    let done = Done::of(&command.output().unwrap());
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("sbatch is not on this machine"),
        "{}",
        done.stderr
    );
    assert!(
        done.stderr.contains("--host and --remote-dir"),
        "{}",
        done.stderr
    );
    assert!(!cluster.place.path("runs").exists());
}

#[test]
fn on_a_full_disk_nothing_is_submitted_and_nothing_is_left_behind() {
    let cluster = Cluster::new();
    let own = cluster.command(&[
        "sweep",
        "sweep.toml",
        "--runs",
        "runs",
        "--device",
        "cpu",
        "--on",
        "slurm",
    ]);
    // What is submitted is the first that has no room.
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
        .arg(own.get_program())
        .args(own.get_args())
        .current_dir(cluster.place.path(""))
        .env("HOME", cluster.place.path(""));
    cluster.surround(&mut command);
    let done = Done::of(&command.output().unwrap());
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    assert!(done.stderr.contains("cannot write"), "{}", done.stderr);
    assert!(done.stderr.contains("slurm/0001."), "{}", done.stderr);
    assert_eq!(cluster.noted("sbatch.calls"), "--version\n");
    assert_eq!(fs::read_dir(cluster.place.path("runs")).unwrap().count(), 0);
}

#[test]
fn a_wrong_option_or_template_is_told_before_anything_is_written() {
    let cluster = Cluster::new();
    cluster.place.write(
        "my.sh",
        "#!/bin/bash\n#SBATCH --array={{array}}\n#SBATCH -p {{queue}}\n",
    );
    for (arguments, words) in [
        (["--time=2h"].as_slice(), "--time: must be minutes"),
        (&["--mem=8 GB"], "--mem: must be one word"),
        (&["--pack=0"], "--pack: must be 1"),
        (&["--template=my.sh"], "my.sh:3: {{queue}} is unknown"),
        (&["--template=none.sh"], "atelier slurm-template"),
        (
            &["--host=ada@login", "--remote-dir=scratch"],
            "--remote-dir: must be a whole path",
        ),
    ] {
        let done = cluster.submit(arguments);
        assert_eq!(done.code, Some(2), "{arguments:?}: {}", done.stderr);
        assert!(
            done.stderr.contains(words),
            "{arguments:?}: {}",
            done.stderr
        );
        assert!(!cluster.place.path("runs").exists());
    }
}

#[test]
fn what_was_canceled_and_what_failed_is_submitted_again_and_nothing_else() {
    let cluster = Cluster::new();
    let sweep = cluster.submitted(&["--partition=gpu"]);
    let name = sweep.to_str().unwrap();
    assert_eq!(cluster.run_task(&sweep, 101, 1).code, Some(0));
    cluster.note(
        "queue",
        "101|0|PENDING|Resources|\n101|1|COMPLETED|None|n\n101|2|RUNNING|None|n\n101|3|FAILED|NonZeroExitCode|n\n",
    );
    // Two still have a task.
    let done = cluster.atelier(&["sweep", name, "--resubmit"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let record = fs::read_to_string(sweep.join("slurm/0002.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["tasks"], serde_json::json!([[3]]));
    // As it was asked for the first time.
    assert_eq!(record["options"]["partition"], "gpu");

    let done = cluster.atelier(&["sweep", name, "--cancel"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(cluster.noted("scancel.calls").contains("101"));
    // A task that begins after all begins nothing.
    let task = cluster.run_task(&sweep, 101, 0);
    assert!(
        task.stderr.contains("the sweep was stopped"),
        "{}",
        task.stderr
    );
    assert_eq!(runs(sweep.parent().unwrap()).len(), 1);
    cluster.note("queue", "");
    let done = cluster.atelier(&["sweep", name, "--resubmit", "--pack=10"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let task = cluster.run_task(&sweep, 103, 0);
    assert_eq!(task.code, Some(0), "{}", task.stderr);
    let ended = cluster.status(&sweep);
    assert!(
        ended.value("runs").starts_with("5 of 5 done"),
        "{}",
        ended.stdout
    );
}

#[test]
fn without_a_shared_folder_configs_go_there_and_events_come_back() {
    let cluster = Cluster::new();
    let remote = cluster.place.path("remote");
    fs::create_dir(&remote).unwrap();
    let program = env!("CARGO_BIN_EXE_atelier");
    let remote_dir = format!("--remote-dir={}", remote.display());
    let arguments = [
        "--host=ada@login",
        &remote_dir,
        "--send-data",
        &format!("--remote-program={program}"),
        "--pack=4",
    ];
    let sweep = cluster.submitted(&arguments);
    let name = sweep.file_name().unwrap();
    let there = remote.join(name).join(name);
    assert!(there.join("sweep.toml").is_file() && there.join("slurm/0001.sh").is_file());
    let data = fs::read_to_string(there.join("sweep.toml")).unwrap();
    assert!(
        data.contains(&format!("{}/data/", remote.display())),
        "{data}"
    );
    let done = cluster.run_task(&there, 101, 0);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    cluster.note("queue", "101|0|COMPLETED|None|n\n");
    let told = cluster.status(&sweep);
    assert_eq!(told.value("tasks"), "1 finished", "{}", told.stderr);
    assert!(
        told.value("runs").starts_with("5 of 5 done"),
        "{}",
        told.stdout
    );
    let brought = runs(sweep.parent().unwrap());
    assert_eq!(brought.len(), 5);
    assert!(
        brought
            .iter()
            .all(|(_, run)| run.join("events.jsonl").is_file())
    );
    assert!(
        brought
            .iter()
            .all(|(_, run)| !run.join("checkpoint").exists())
    );
    assert!(
        cluster
            .noted("ssh.hosts")
            .lines()
            .all(|host| host == "ada@login")
    );

    // What was renamed here keeps its name, and what was deleted stays deleted.
    let (_, renamed) = &brought[0];
    let (_, deleted) = &brought[1];
    let summary = fs::read_to_string(renamed.join("run.json")).unwrap();
    let mut own: serde_json::Value = serde_json::from_str(&summary).unwrap();
    own["name"] = "mine".into();
    fs::write(renamed.join("run.json"), own.to_string()).unwrap();
    cluster.status(&sweep);
    fs::remove_dir_all(deleted).unwrap();
    cluster.status(&sweep);
    let summary = fs::read_to_string(renamed.join("run.json")).unwrap();
    let own: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(own["name"], "mine");
    assert!(!deleted.exists());

    // The connection breaks while something is brought.
    cluster.note("closed", "");
    let told = cluster.status(&sweep);
    assert!(
        told.stderr.contains("ssh to ada@login: Timeout") && told.stderr.contains("try again"),
        "{}",
        told.stderr
    );
    assert_eq!(told.value("tasks"), "1 finished");
    cluster.remove("closed");

    // A program is missing there.
    cluster.note("no_rsync", "");
    let told = cluster.submit(&arguments);
    assert_eq!(told.code, Some(1), "{}", told.stderr);
    assert!(
        told.stderr
            .contains("rsync is not on ada@login: install it there"),
        "{}",
        told.stderr
    );
    cluster.remove("no_rsync");

    // The way there is closed.
    cluster.note("locked", "");
    let told = cluster.status(&sweep);
    assert!(
        told.stderr.contains("Permission denied") && told.stderr.contains("ssh-copy-id ada@login"),
        "{}",
        told.stderr
    );
    let told = cluster.submit(&arguments);
    assert_eq!(told.code, Some(1), "{}", told.stderr);
    assert!(
        told.stderr.contains("sign in once in a terminal"),
        "{}",
        told.stderr
    );
}
