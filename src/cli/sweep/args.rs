//! The arguments of `atelier sweep`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{FollowArgs, RunsArg};
use crate::cli::slurm::SlurmArgs;

const SWEEP: &str = "\
A config file as for `run`, with a table of what to vary:

  system = \"autorec\"

  [data]
  path = \"ratings.csv\"
  test_fraction = 0.1

  [sweep]
  method = \"grid\"          # or random, sobol, tpe; these need `runs`, how many settings to try
  seeds = 3                # each setting with three seeds; or a list, such as [1, 7]

  [sweep.values]
  hidden = [20, 50, 100]
  regularization = { from = 10, to = 1000, scale = \"log\", count = 4 }

Any parameter of the system can be varied, its preset, and keys of the data (\"data.test_fraction\"). More keys of [sweep]:
`measure`, what settings are chosen by (one name, or several for a Pareto front), `parallel`, `stop_early = true` (ends runs
that will not be among the best), `name`.

Settings are chosen by validation data: where the config holds none out, a tenth of the training data is held out, and it says
so. The chosen setting is then trained on all training data, for as many epochs as were best, and measured once on the test
data, with each seed: that is the result. A system without validation data is chosen by a measure that it says, and what that
means is printed beside it.

A sweep is a folder of plain files beside its runs, which are runs like any other. Small runs train side by side, with one
thread each; large ones in turn. Ctrl-C stops all after checkpoints. After that, or after a crash, `atelier sweep SWEEP_DIR`
goes on, with nothing lost. `atelier show SWEEP_DIR` prints the table, also while it runs.

With --on slurm the runs are submitted to a Slurm cluster as one array of jobs, and the program ends: nothing has to stay open.
A run writes a checkpoint before its time limit and goes on in the next turn. --status asks how it stands, --cancel stops it
with checkpoints, --resubmit submits what failed or was canceled again, with other options if some are given.

Exit codes: 0 finished, 1 failed while running, 2 wrong config or data; 130 stopped by Ctrl-C.

Examples:
  atelier sweep sample_data/configs/autorec-sweep.toml
  atelier sweep CONFIG.toml --set epochs=50 --parallel 2
  atelier sweep CONFIG.toml --on slurm --partition gpu --gpus 1 --time 04:00:00
  atelier sweep runs/2026-11-30_10-00-00_sweep-autorec_a1b2";

/// Train many runs as one question: which settings are best
#[derive(Debug, Args)]
#[command(after_help = SWEEP)]
pub(crate) struct SweepArgs {
    /// A config file with a table [sweep]; or the folder of a sweep, to go on with it
    #[arg(value_name = "CONFIG.toml|SWEEP_DIR")]
    pub(crate) target: PathBuf,
    /// Change one key of what is the same in all runs; can be given several times. `seed` and `data.…` work too
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Runs side by side [default: as many as cores and memory allow]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) parallel: Option<u16>,
    /// A name for lists
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) follow: FollowArgs,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
    #[command(flatten)]
    pub(crate) slurm: SlurmArgs,
}

impl SweepArgs {
    /// The first argument that a sweep which goes on does not take.
    pub(crate) fn only_for_new(&self) -> Option<&'static str> {
        if self.set.is_empty() {
            self.name.as_ref().map(|_| "--name")
        } else {
            Some("--set")
        }
    }
}
