//! A sweep on a cluster, with small stand-ins for Slurm's programs (`.ci/slurm.sh` does it with a real one).
#![cfg(unix)]
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Done, Place, summary};

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

/// Notes what it is called with, says no where `refuse` says so, and else gives the next number; where `at_once` says how, the tasks have
/// ended by then.
const SBATCH: &str = r#"#!/bin/sh
echo "$*" >>"$CLUSTER/sbatch.calls"
case "$*" in --version) echo "slurm 22.05.8"; exit 0 ;; esac
if [ -f "$CLUSTER/refuse" ]; then cat "$CLUSTER/refuse" >&2; exit 1; fi
job=$(($(cat "$CLUSTER/last" 2>/dev/null || echo 100) + 1))
echo "$job" >"$CLUSTER/last"
for script; do :; done
cp "$script" "$CLUSTER/$job.sh"
if [ -f "$CLUSTER/at_once" ]; then sh "$CLUSTER/at_once" "$job" >"$CLUSTER/at_once.log" 2>&1; fi
echo "$job"
"#;
const SQUEUE: &str = r#"#!/bin/sh
echo "$*" >>"$CLUSTER/squeue.calls"
if [ -f "$CLUSTER/down" ]; then
  echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2
  exit 1
fi
cat "$CLUSTER/queue" 2>/dev/null || true
"#;
const SCANCEL: &str = r#"#!/bin/sh
echo "$*" >>"$CLUSTER/scancel.calls"
if [ -f "$CLUSTER/canceled" ]; then mv "$CLUSTER/canceled" "$CLUSTER/queue"; fi
"#;
const SINFO: &str = "#!/bin/sh\necho debug\necho gpu\n";
const SCONTROL: &str = "#!/bin/sh\necho \"$*\" >>\"$CLUSTER/scontrol.calls\"\n";
/// The other machine is this one.
const SSH: &str = r#"#!/bin/sh
if [ -f "$CLUSTER/locked" ]; then echo "ada@login: Permission denied (publickey)." >&2; exit 255; fi
while [ $# -gt 0 ]; do case "$1" in --) shift; break ;; *) shift ;; esac; done
echo "$1" >>"$CLUSTER/ssh.hosts"
shift
# A login shell would set PATH anew.
exec sh -c "$(echo "$*" | sed "s/^bash -lc '/bash -c 'echo Welcome to the cluster; module load slurm; /")"
"#;
/// Copies like `rsync -rt`, with the host left out, what the patterns on its stdin name, and its own machine's rights.
const RSYNC: &str = r#"#!/bin/sh
if [ -f "$CLUSTER/no_rsync" ]; then
  echo "bash: line 1: rsync: command not found" >&2
  echo "rsync error: error in rsync protocol data stream (code 12) at io.c(232) [sender=3.2.7]" >&2
  exit 12
fi
if [ -f "$CLUSTER/closed" ]; then
  echo "Timeout, server login not responding." >&2
  echo "rsync error: unexplained error (code 255) at io.c(232) [sender=3.2.7]" >&2
  exit 255
fi
while [ "$1" != -- ]; do shift; done
from=${2#*:} to=${3#*:}
copy=$(mktemp -d)
case "$from" in */) cp -RL "$from." "$copy" ;; *) cp -RL "$from" "$copy" ;; esac
while IFS= read -r pattern || [ "$pattern" ]; do
  case "$pattern" in
    /*) (cd "$copy" && rm -rf .$pattern) ;;
    *) find "$copy" -name "$pattern" -exec rm -rf {} + ;;
  esac
done
mkdir -p "$to"
cp -R "$copy/." "$to"
rm -rf "$copy"
"#;

/// A place with a cluster.
pub(crate) struct Cluster {
    pub(crate) place: Place,
}

impl Cluster {
    pub(crate) fn new() -> Self {
        let place = Place::new(5);
        place.write("sweep.toml", SWEEP);
        let bin = place.path("bin");
        fs::create_dir(&bin).unwrap();
        fs::create_dir(place.path("cluster")).unwrap();
        for (name, script) in [
            ("sbatch", SBATCH),
            ("squeue", SQUEUE),
            ("scancel", SCANCEL),
            ("sinfo", SINFO),
            ("scontrol", SCONTROL),
            ("ssh", SSH),
            ("rsync", RSYNC),
        ] {
            let path = bin.join(name);
            fs::write(&path, script).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { place }
    }

    /// With Slurm's programs in PATH.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.command(arguments);
        self.surround(&mut command);
        command
    }

    pub(crate) fn surround(&self, command: &mut Command) {
        let path = std::env::var("PATH").unwrap();
        command
            .env(
                "PATH",
                format!("{}:{path}", self.place.path("bin").display()),
            )
            .env("CLUSTER", self.place.path("cluster"))
            .env_remove("SLURM_ARRAY_JOB_ID");
    }

    fn atelier(&self, arguments: &[&str]) -> Done {
        Done::of(&self.command(arguments).output().unwrap())
    }

    /// Submits `sweep.toml`.
    fn submit(&self, arguments: &[&str]) -> Done {
        let mut all = vec!["sweep", "sweep.toml", "--runs", "runs", "--device", "cpu"];
        all.extend(["--on", "slurm"]);
        all.extend(arguments);
        self.atelier(&all)
    }

    pub(crate) fn submitted(&self, arguments: &[&str]) -> PathBuf {
        let done = self.submit(arguments);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        self.place.path(done.value("sweep"))
    }

    fn note(&self, name: &str, text: &str) {
        self.place.write(&format!("cluster/{name}"), text);
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.place.path("cluster").join(name)).unwrap();
    }

    fn noted(&self, name: &str) -> String {
        fs::read_to_string(self.place.path("cluster").join(name)).unwrap_or_default()
    }

    /// What a node does with a task: runs the script, with the log where the script says.
    fn task(&self, job: u32, task: u32) -> Command {
        let mut command = Command::new("bash");
        command
            .arg(self.place.path(&format!("cluster/{job}.sh")))
            .current_dir(self.place.path("."))
            .env("HOME", self.place.path("."));
        self.surround(&mut command);
        command
            .env("SLURM_ARRAY_JOB_ID", job.to_string())
            .env("SLURM_ARRAY_TASK_ID", task.to_string())
            .env("SLURM_CPUS_ON_NODE", "1");
        command
    }

    fn run_task(&self, sweep: &Path, job: u32, task: u32) -> Done {
        let output = self.task(job, task).output().unwrap();
        log(sweep, job, task, &output);
        Done::of(&output)
    }

    fn status(&self, sweep: &Path) -> Done {
        self.atelier(&["sweep", sweep.to_str().unwrap(), "--status"])
    }
}

/// Appends to the log of a task, as Slurm does.
fn log(sweep: &Path, job: u32, task: u32, output: &Output) {
    let path = sweep.join(format!("slurm/log/{job}_{task}.log"));
    let mut text = fs::read(&path).unwrap_or_default();
    text.extend(&output.stderr);
    text.extend(&output.stdout);
    fs::write(path, text).unwrap();
}

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
