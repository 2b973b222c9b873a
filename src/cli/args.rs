//! The arguments of the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::report::ReportArgs;
use super::slurm::{SweepTaskArgs, TemplateArgs};
use super::sweep::SweepArgs;
use crate::data::images::Side;
use crate::engine::DeviceChoice;

const START: &str = "\
Examples:
  atelier                                  open the window
  atelier demo                             train every system on the sample data and draw pictures
  atelier sample sample                    write the sample data and example configs
  atelier run sample/configs/autorec-item.toml
  atelier run CONFIG.toml --set epochs=50  train with one parameter changed
  atelier sweep CONFIG.toml                try values: which settings are best
  atelier list                             see what was trained
  atelier predict RUN_DIR --user 42 --top 10

Without a display (no DISPLAY, no WAYLAND_DISPLAY), `atelier` alone runs the demo.
Set RUST_LOG=info to see what happens inside.";

/// A workbench for experiments with deep-learning systems that find hidden structure.
///
/// Without a command it opens the window.
#[derive(Debug, Parser)]
#[command(name = "atelier", version, after_help = START, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
    /// Open the window with a file of ratings or a matrix, a config file or a run folder
    #[arg(long, value_name = "PATH")]
    pub(crate) open: Option<PathBuf>,
    /// For tests of the demo that replaces the window where there is no display
    #[arg(long, hide = true)]
    pub(crate) quick: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(RunArgs),
    Sweep(Box<SweepArgs>),
    Resume(ResumeArgs),
    Demo(DemoArgs),
    List(ListArgs),
    Show(ShowArgs),
    Tag(TagArgs),
    Export(ExportArgs),
    Report(ReportArgs),
    Predict(PredictArgs),
    Translate(TranslateArgs),
    Sample(SampleArgs),
    Schema(SchemaArgs),
    SweepTask(SweepTaskArgs),
    SlurmTemplate(TemplateArgs),
    /// List the devices that a run can train on
    Devices,
}

/// Where the run folders are.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunsArg {
    /// The folder that holds the run folders [default: $ATELIER_RUNS, else `runs` in the current folder; in a home or read-only
    /// folder, one in your data folder]
    #[arg(long = "runs", value_name = "DIR", global = true)]
    pub(crate) dir: Option<PathBuf>,
}

/// Where to train.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeviceArg {
    /// A GPU if there is a real one, else the CPU
    Auto,
    /// All cores of the CPU
    Cpu,
    /// The GPU; an error if there is none
    Gpu,
}

impl From<DeviceArg> for DeviceChoice {
    fn from(device: DeviceArg) -> Self {
        match device {
            DeviceArg::Auto => Self::Auto,
            DeviceArg::Cpu => Self::Cpu,
            DeviceArg::Gpu => Self::Gpu,
        }
    }
}

/// How a run is followed.
#[derive(Debug, Clone, Args)]
pub(crate) struct FollowArgs {
    /// Where to train
    #[arg(long, value_enum, default_value_t = DeviceArg::Auto)]
    pub(crate) device: DeviceArg,
    /// Show no progress on stderr
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Write a checkpoint this often, if that is not too slow [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) checkpoint_every: Option<Duration>,
}

/// Seconds between a hundredth and a day.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .filter(|seconds| (0.01..=86_400.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "must be a number of seconds, 0.01 to 86400".to_owned())
}

const RUN: &str = "\
A config file names the system, the data and what differs from the preset:

  system = \"autorec\"
  seed = 1

  [data]
  path = \"ratings.csv\"      # relative to the config file
  test_fraction = 0.1       # or: test = \"test.csv\"

  [autorec]
  side = \"item\"

`atelier schema autorec` lists the keys. The run folder keeps the whole resolved config, so
`atelier run RUN_DIR/config.toml` repeats a run.

Ctrl-C (or SIGTERM, or SIGHUP: a scheduler, `docker stop`, a closed session) writes a checkpoint and stops; `atelier resume RUN_DIR` goes on exactly from there. A second
Ctrl-C ends at once.

Exit codes: 0 finished, 1 failed while running, 2 wrong config or data; stopped after a checkpoint: 130 by
Ctrl-C, 143 by SIGTERM, 129 by SIGHUP.

Examples:
  atelier run sample_data/configs/autorec-item.toml
  atelier run config.toml --set hidden=200 --set regularization=50 --seed 2 --name \"smaller\"";

/// Train a system from a config file
#[derive(Debug, Args)]
#[command(after_help = RUN)]
pub(crate) struct RunArgs {
    /// The config file
    #[arg(value_name = "CONFIG.toml")]
    pub(crate) config: PathBuf,
    /// Change one key of the config; can be given several times. `seed` and `data.…` work too
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// The seed of all random numbers
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// A name for lists and legends
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) follow: FollowArgs,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
}

/// Resume a run or a sweep that was stopped or interrupted
#[derive(Debug, Args)]
#[command(after_help = "\
Continues exactly where the newest checkpoint left off: on the CPU, a run that was stopped and resumed ends
with the same weights as one that was not.

Data that was moved is given with --data: the file or folder, or a folder that holds the file under its old name; test
ratings, titles and masks are looked for beside it. It must be the data that the run began with, by its hash. The run's
config names it there from now on, also for predictions and exports; a finished run is told the new place, and that is all.

Examples:
  atelier resume runs/2026-11-22_14-03-11_autorec_a1b2
  atelier resume runs/2026-11-22_14-03-11_autorec_a1b2 --data /mnt/new/ratings.csv")]
pub(crate) struct ResumeArgs {
    /// The run folder, or the name of a run in the runs folder
    #[arg(value_name = "RUN_DIR")]
    pub(crate) run: PathBuf,
    /// Where the data is now, if it was moved
    #[arg(long, value_name = "PATH")]
    pub(crate) data: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) follow: FollowArgs,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
}

/// Train every system on the sample data, compare them and draw pictures
#[derive(Debug, Args)]
#[command(after_help = "\
Takes a few minutes on two cores. Prints a table of the test errors and leaves the run folders, and beside them
`pictures` with the curves, predicted against true ratings, the error by popularity, one user's recommendations, the ratings
folded into blocks and streets by day turned into streets at night.")]
pub(crate) struct DemoArgs {
    /// Only a few epochs, to check that everything works
    #[arg(long)]
    pub(crate) quick: bool,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
}

/// List the runs, newest first
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The runs of sweeps too, each on a line of its own
    #[arg(long, short)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
}

/// Show one run: status, measures, data, and what differs from the defaults; or a sweep with the table of its settings
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The run folder, or the name of a run in the runs folder
    #[arg(value_name = "RUN_DIR")]
    pub(crate) run: PathBuf,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
}

/// Tag runs, pin them, or write a note beside them
#[derive(Debug, Args)]
#[command(after_help = "\
Tags, notes and pins stand in labels.json of the run folder; a run that is training is not disturbed. Filters in the
window find them: `tag:final`. Without an option it prints what stands beside the runs.

Examples:
  atelier tag RUN_DIR --add final --note \"the one in table 2\"
  atelier tag RUN_DIR OTHER_RUN_DIR --remove draft --pin")]
pub(crate) struct TagArgs {
    /// Run folders, or names of runs in the runs folder
    #[arg(value_name = "RUN_DIR", required = true)]
    pub(crate) run: Vec<PathBuf>,
    /// Add a tag; repeat it for several
    #[arg(long, value_name = "TAG")]
    pub(crate) add: Vec<String>,
    /// Remove a tag; repeat it for several
    #[arg(long, value_name = "TAG")]
    pub(crate) remove: Vec<String>,
    /// Replace the note; an empty one removes it
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// Keep the runs on top of lists
    #[arg(long, conflicts_with = "unpin")]
    pub(crate) pin: bool,
    /// Keep them there no longer
    #[arg(long)]
    pub(crate) unpin: bool,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
}

/// Copy the results of a run (config, curves as CSV, predictions or pictures), or write runs for TensorBoard
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atelier export runs/2026-11-22_14-03-11_autorec_a1b2 --to results
  atelier export RUN_DIR OTHER_RUN_DIR --tensorboard logs     and then: tensorboard --logdir logs")]
pub(crate) struct ExportArgs {
    /// The run folder, or the name of a run in the runs folder; several, or a sweep, for TensorBoard
    #[arg(value_name = "RUN_DIR", required = true)]
    pub(crate) run: Vec<PathBuf>,
    /// The folder to write; must be empty or new
    #[arg(long, value_name = "DIR", required_unless_present = "tensorboard")]
    pub(crate) to: Option<PathBuf>,
    /// The folder to write event files into: scalars, pictures and hyperparameters, a folder for each run; must be empty or new
    #[arg(long, value_name = "DIR")]
    pub(crate) tensorboard: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
}

/// Predict ratings with a trained run
#[derive(Debug, Args)]
#[command(after_help = "\
Users and items are named by id or by title.

Examples:
  atelier predict RUN_DIR --user 42 --item 50                  one rating
  atelier predict RUN_DIR --user 42 --item \"Star Wars (1977)\"  the same by title
  atelier predict RUN_DIR --user 42 --top 10                   what user 42 would like
  atelier predict RUN_DIR --similar \"Toy Story (1995)\"         items like this one
  atelier predict RUN_DIR --pairs pairs.csv --to out.csv       a file of user,item lines
  atelier predict RUN_DIR --top 10 --to top.csv                what every user would like
  atelier predict RUN_DIR --ratings mine.csv                   what you would like, from your own ratings

A list holds the items that the user has not rated in training, ranked by the prediction before it is clipped to the
rating scale.

--ratings takes a file with an item (by id or title) and a rating on each line, on the scale of the run; the first line
may name the columns (item, title, year, rating). Nothing is trained: user-based AutoRec takes the ratings as its input;
item-based AutoRec fits them a row of W and a bias by least squares on the hidden values of the items, with the run's λ,
pulled to the mean row; matrix factorization fits factors and a bias with its λ; the bias model a bias. Lines whose item
is not known or not clear are listed and not used.

The table of all users is written as it is computed: beside the model, memory holds the predictions of 16 users on each
core (2 MB for 27,000 items). It has its name only once it is complete.")]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["user", "pairs", "similar", "ratings", "top"]))]
pub(crate) struct PredictArgs {
    /// The run folder, or the name of a run in the runs folder
    #[arg(value_name = "RUN_DIR")]
    pub(crate) run: PathBuf,
    /// The user
    #[arg(long, value_name = "ID", conflicts_with_all = ["pairs", "similar"])]
    pub(crate) user: Option<String>,
    /// The item to rate for this user
    #[arg(long, value_name = "ID", requires = "user", conflicts_with = "top")]
    pub(crate) item: Option<String>,
    /// Number of items: the best that the user has not rated, or the most similar; without a user, for every user [default: 10]
    #[arg(long, value_name = "N", conflicts_with = "pairs", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) top: Option<u32>,
    /// Items most similar to this one, according to the model
    #[arg(long, value_name = "ITEM", conflicts_with = "pairs")]
    pub(crate) similar: Option<String>,
    /// A file with one `user,item` pair per line; the header and further columns are kept
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) pairs: Option<PathBuf>,
    /// A file with what you rated, to see what you would like without training
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["user", "pairs", "similar"])]
    pub(crate) ratings: Option<PathBuf>,
    /// Where to write the pairs with their predictions, or the list, as CSV [default: stdout]
    #[arg(long, value_name = "OUT.csv", conflicts_with_all = ["similar", "item"])]
    pub(crate) to: Option<PathBuf>,
    /// Leave the prediction empty for users and items that the model has never seen, instead of failing
    #[arg(long, requires = "pairs")]
    pub(crate) skip_unknown: bool,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
}

/// A domain of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SideArg {
    /// Pictures of B become pictures of A
    A,
    /// Pictures of A become pictures of B
    B,
}

impl From<SideArg> for Side {
    fn from(side: SideArg) -> Self {
        match side {
            SideArg::A => Self::A,
            SideArg::B => Self::B,
        }
    }
}

/// Translate a folder of pictures with a trained run, or with weights that were trained elsewhere
#[derive(Debug, Args)]
#[command(after_help = "\
Uses the newest weights, even of a run that is still training. The folder is searched with its subfolders; results are
PNG files with the same names. Existing results are kept, so a translation that was canceled can be continued. A picture
too large for memory is translated in tiles.

In place of a run, a file of weights does: a generator of CycleGAN or pix2pix as the official code saves it
(latest_net_G_A.pth), or a .safetensors file with the same names, such as g_a.safetensors of an export. Its domains are
called A and B.

Examples:
  atelier translate RUN_DIR day night             from A to B, or the direction there is
  atelier translate RUN_DIR night day --to a      the way back
  atelier translate RUN_DIR street.jpg out        one picture
  atelier translate latest_net_G.pth horses out   with weights of the official code")]
pub(crate) struct TranslateArgs {
    /// The run folder, or the name of a run in the runs folder; or a file of weights
    #[arg(value_name = "RUN_DIR")]
    pub(crate) run: PathBuf,
    /// The folder of the pictures, or one picture
    #[arg(value_name = "IN_DIR")]
    pub(crate) input: PathBuf,
    /// The folder for the results
    #[arg(value_name = "OUT_DIR")]
    pub(crate) output: PathBuf,
    /// The domain to translate to [default: b, or the only one that the run was trained for]
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) to: Option<SideArg>,
    /// Overwrite existing results
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Where to translate
    #[arg(long, value_enum, default_value_t = DeviceArg::Auto)]
    pub(crate) device: DeviceArg,
    /// Show no progress on stderr
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) runs: RunsArg,
}

/// Write the sample data and example configs
#[derive(Debug, Args)]
#[command(after_help = "\
The data is synthetic: 600 users in groups rate 400 items in groups, a few items are popular and most are not. The
planted groups are written beside the ratings.

Example:
  atelier sample sample
  atelier run sample/configs/autorec-item.toml")]
pub(crate) struct SampleArgs {
    /// The folder to write
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The seed of all random numbers
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many streets by day to draw for training, and as many others by night; with a third as many pairs for testing
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) streets: u32,
}

/// Print the JSON schema of a system's config
#[derive(Debug, Args)]
#[command(
    after_help = "Every key with its meaning, range and default. Example: atelier schema autorec"
)]
pub(crate) struct SchemaArgs {
    /// The system: autorec, deepcc, cyclegan, …, or a baseline's name
    #[arg(value_name = "SYSTEM")]
    pub(crate) system: String,
}
