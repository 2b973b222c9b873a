//! The command line: one file per command.
//!
//! Uses `record`, `data`, `draw`, `systems`, `runs`, `engine`, `experiments`, `report`; `window.rs` opens `ui`.

mod args;
mod demo;
mod devices;
mod export;
mod failure;
mod follow;
mod interrupt;
mod list;
mod loading;
mod lookup;
mod model;
mod output;
mod pairs;
mod pictures;
mod plain_text;
mod predict;
mod progress;
mod recommend;
mod report;
mod resume;
mod run;
mod runs_dir;
mod sample;
mod schema;
mod show;
mod slurm;
mod sweep;
mod table;
mod tag;
mod translate;
mod window;

use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use args::{Cli, Command};
use failure::{Failure, Outcome};
use output::{Output, say};

/// Does what the arguments of the process say.
#[must_use]
pub fn main() -> ExitCode {
    start_logging();
    if let Err(error) = crate::engine::machine::name_compute_threads() {
        say!("error: {error}");
        return ExitCode::FAILURE;
    }
    let cli = Cli::parse();
    match dispatch(&cli, &mut Output::new()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Failure::Wrong(error) | Failure::Failed(error) = &failure {
                say!("error: {}", message(error));
            }
            failure.exit_code()
        }
    }
}

fn dispatch(cli: &Cli, out: &mut Output) -> Outcome {
    match &cli.command {
        None => window::run(cli, out),
        Some(Command::Run(args)) => run::run(args, out),
        Some(Command::Sweep(args)) => sweep::run(args, out),
        Some(Command::Resume(args)) => resume::run(args, out),
        Some(Command::Demo(args)) => demo::run(args, out),
        Some(Command::List(args)) => list::run(args, out),
        Some(Command::Tag(args)) => tag::run(args, out),
        Some(Command::Show(args)) => show::run(args, out),
        Some(Command::Export(args)) => export::run(args, out),
        Some(Command::Report(args)) => report::run(args, out),
        Some(Command::Predict(args)) => predict::run(args, out),
        Some(Command::Translate(args)) => translate::run(args, out),
        Some(Command::Sample(args)) => sample::run(args, out),
        Some(Command::Schema(args)) => schema::run(args, out),
        Some(Command::SweepTask(args)) => slurm::task(args, out),
        Some(Command::SlurmTemplate(args)) => slurm::template(args, out),
        Some(Command::Devices) => devices::run(out),
    }
}

/// An error with its causes, as far as it does not name them itself.
fn message(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// Logs on stderr as `RUST_LOG` says (`info`, `atelier=debug,wgpu=warn`); nothing without it.
fn start_logging() {
    let filter = match std::env::var("RUST_LOG") {
        Ok(text) => text.parse::<Targets>().unwrap_or_else(|error| {
            say!("warning: RUST_LOG is ignored: {error}");
            Targets::new().with_default(LevelFilter::OFF)
        }),
        Err(_) => Targets::new().with_default(LevelFilter::OFF),
    };
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
        .with(filter)
        .init();
}
