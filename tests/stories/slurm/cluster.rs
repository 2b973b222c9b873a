//! Stand-ins for Slurm's programs, ssh and rsync.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::SWEEP;
use crate::support::{Done, Place};

/// Notes what it is called with, says no where `refuse` says so, and else gives the next number; where `at_once` says how, the tasks have
/// ended by then.
pub(super) const SBATCH: &str = r#"#!/bin/sh
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
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
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

    pub(super) fn atelier(&self, arguments: &[&str]) -> Done {
        Done::of(&self.command(arguments).output().unwrap())
    }

    /// Submits `sweep.toml`.
    pub(super) fn submit(&self, arguments: &[&str]) -> Done {
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

    pub(super) fn note(&self, name: &str, text: &str) {
        self.place.write(&format!("cluster/{name}"), text);
    }

    pub(super) fn remove(&self, name: &str) {
        fs::remove_file(self.place.path("cluster").join(name)).unwrap();
    }

    pub(super) fn noted(&self, name: &str) -> String {
        fs::read_to_string(self.place.path("cluster").join(name)).unwrap_or_default()
    }

    /// What a node does with a task: runs the script, with the log where the script says.
    pub(super) fn task(&self, job: u32, task: u32) -> Command {
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

    pub(super) fn run_task(&self, sweep: &Path, job: u32, task: u32) -> Done {
        let output = self.task(job, task).output().unwrap();
        log(sweep, job, task, &output);
        Done::of(&output)
    }

    pub(super) fn status(&self, sweep: &Path) -> Done {
        self.atelier(&["sweep", sweep.to_str().unwrap(), "--status"])
    }
}

/// Appends to the log of a task, as Slurm does.
pub(super) fn log(sweep: &Path, job: u32, task: u32, output: &Output) {
    let path = sweep.join(format!("slurm/log/{job}_{task}.log"));
    let mut text = fs::read(&path).unwrap_or_default();
    text.extend(&output.stderr);
    text.extend(&output.stdout);
    fs::write(path, text).unwrap();
}
