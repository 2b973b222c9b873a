//! The arguments of what concerns a cluster.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cli::args::{DeviceArg, seconds};
use crate::experiments::slurm::{Host, SlurmOptions};

/// Where a sweep trains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum On {
    /// This computer
    Here,
    /// A Slurm cluster
    Slurm,
}

/// What `--on slurm` takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "On a cluster (--on slurm)")]
pub(crate) struct SlurmArgs {
    /// Which machines train
    #[arg(long, value_enum, default_value_t = On::Here)]
    pub(crate) on: On,
    /// Of a sweep on a cluster: how its tasks stand
    #[arg(long, conflicts_with_all = ["cancel", "resubmit"])]
    pub(crate) status: bool,
    /// Of a sweep on a cluster: stop it, with checkpoints
    #[arg(long, conflicts_with = "resubmit")]
    pub(crate) cancel: bool,
    /// Of a sweep on a cluster: submit what failed, was canceled or never submitted
    #[arg(long)]
    pub(crate) resubmit: bool,
    /// Of a sweep on a cluster without a shared folder: bring the weights too
    #[arg(long, requires = "status")]
    pub(crate) weights: bool,
    /// The partition (queue)
    #[arg(long, value_name = "NAME")]
    pub(crate) partition: Option<String>,
    /// Time limit of a task: 90 (minutes), 02:00:00, 1-12:00:00. A run that takes longer goes on in the next turn
    #[arg(long, value_name = "TIME")]
    pub(crate) time: Option<String>,
    /// Memory of a task: 8G
    #[arg(long, value_name = "SIZE")]
    pub(crate) mem: Option<String>,
    /// GPUs of a task: 1, a100:1
    #[arg(long, value_name = "GPUS")]
    pub(crate) gpus: Option<String>,
    /// Cores of a task
    #[arg(long, value_name = "N")]
    pub(crate) cpus: Option<u32>,
    /// The account that pays
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// Runs that a task trains one after the other, for short runs
    #[arg(long, value_name = "N")]
    pub(crate) pack: Option<u32>,
    /// Tasks at the same time, at most
    #[arg(long, value_name = "N")]
    pub(crate) max_parallel: Option<u32>,
    /// A further option of sbatch (--sbatch=--constraint=a100); can be given several times
    #[arg(long, value_name = "OPTION", allow_hyphen_values = true)]
    pub(crate) sbatch: Vec<String>,
    /// A line of the script before the task ("module load vulkan"); can be given several times
    #[arg(long, value_name = "LINE")]
    pub(crate) before: Vec<String>,
    /// Your own template of the script; `atelier slurm-template` writes one to begin with
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// Write the script and everything that it needs, and submit nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The login node, where this machine is none: as ssh takes it
    #[arg(long, value_name = "USER@LOGIN", requires = "remote_dir")]
    pub(crate) host: Option<String>,
    /// The folder on the cluster for what is sent and trained there
    #[arg(long, value_name = "DIR", requires = "host")]
    pub(crate) remote_dir: Option<PathBuf>,
    /// The program on the cluster [default: `atelier` in PATH or in the remote folder]
    #[arg(long, value_name = "PROGRAM", requires = "host")]
    pub(crate) remote_program: Option<String>,
    /// Send the data too
    #[arg(long, requires = "host", conflicts_with = "remote_data")]
    pub(crate) send_data: bool,
    /// Where the data is on the cluster: the file or folder that `data.path` names here
    #[arg(long, value_name = "PATH", requires = "host")]
    pub(crate) remote_data: Option<PathBuf>,
}

impl SlurmArgs {
    /// The first argument that only a sweep takes which was submitted.
    pub(crate) fn only_for_submitted(&self) -> Option<&'static str> {
        [
            (self.status, "--status"),
            (self.cancel, "--cancel"),
            (self.resubmit, "--resubmit"),
        ]
        .into_iter()
        .find_map(|(given, flag)| given.then_some(flag))
    }

    /// The first argument that means nothing on this computer.
    pub(crate) fn only_for_clusters(&self) -> Option<&'static str> {
        [
            (self.partition.is_some(), "--partition"),
            (self.time.is_some(), "--time"),
            (self.mem.is_some(), "--mem"),
            (self.gpus.is_some(), "--gpus"),
            (self.cpus.is_some(), "--cpus"),
            (self.account.is_some(), "--account"),
            (self.pack.is_some(), "--pack"),
            (self.max_parallel.is_some(), "--max-parallel"),
            (!self.sbatch.is_empty(), "--sbatch"),
            (!self.before.is_empty(), "--before"),
            (self.template.is_some(), "--template"),
            (self.dry_run, "--dry-run"),
            (self.host.is_some(), "--host"),
        ]
        .into_iter()
        .find_map(|(given, flag)| given.then_some(flag))
    }

    /// What is asked of the cluster.
    pub(super) fn options(&self, device: DeviceArg) -> SlurmOptions {
        let device = match device {
            DeviceArg::Auto => "auto",
            DeviceArg::Cpu => "cpu",
            DeviceArg::Gpu => "gpu",
        };
        SlurmOptions {
            partition: self.partition.clone(),
            time: self.time.clone(),
            mem: self.mem.clone(),
            gpus: self.gpus.clone(),
            cpus: self.cpus,
            account: self.account.clone(),
            pack: self.pack.unwrap_or(1),
            max_parallel: self.max_parallel,
            device: device.to_owned(),
            sbatch: self.sbatch.clone(),
            before: self.before.clone(),
        }
    }

    /// The login node, if one is named.
    pub(super) fn host(&self) -> Option<Host> {
        Some(Host {
            name: self.host.clone()?,
            folder: self.remote_dir.clone()?,
        })
    }
}

const TASK: &str = "\
A task of `atelier sweep CONFIG.toml --on slurm` runs this. By hand it does the same in any scheduler (PBS, SGE, LSF), or on
several machines that share a disk: start it as often as you have places, with nothing but the sweep's folder. Each takes runs
that nobody works on, one after the other, until all are done. A run whose process is gone is resumed from its checkpoint.

SIGTERM, SIGINT or SIGUSR1 write a checkpoint and end it; start it again to go on.

Exit codes: 0 nothing is left to do for it, 1 a run failed, 2 the sweep's folder cannot be used; told to leave: 143 by SIGTERM,
138 by SIGUSR1, 130 by Ctrl-C.

Examples:
  atelier sweep CONFIG.toml --on slurm --dry-run     make the sweep's folder, submit nothing
  atelier sweep-task runs/2026-11-30_10-00-00_sweep-autorec_a1b2";

/// Train runs of a sweep that nobody works on: what a task of a cluster does
#[derive(Debug, Args)]
#[command(after_help = TASK)]
pub(crate) struct SweepTaskArgs {
    /// The sweep's folder
    #[arg(value_name = "SWEEP_DIR")]
    pub(crate) sweep: PathBuf,
    /// The submission, for the runs that were dealt out in it
    #[arg(long, value_name = "N", requires = "task")]
    pub(crate) submission: Option<u32>,
    /// The task of the submission
    #[arg(long, value_name = "N", requires = "submission")]
    pub(crate) task: Option<u32>,
    /// Runs to take at most [default: all]
    #[arg(long, value_name = "N", conflicts_with = "submission")]
    pub(crate) most: Option<u32>,
    /// Try runs that failed again
    #[arg(long, conflicts_with = "submission")]
    pub(crate) again: bool,
    /// Where to train
    #[arg(long, value_enum)]
    pub(crate) device: Option<DeviceArg>,
    /// Write a checkpoint this often, if that is not too slow [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) checkpoint_every: Option<Duration>,
}

/// Write the template of the scripts for Slurm, to edit it and give it with --template
#[derive(Debug, Args)]
pub(crate) struct TemplateArgs {
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
}
