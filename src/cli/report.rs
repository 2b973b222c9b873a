//! `atelier report`.

use std::path::PathBuf;

use clap::Args;

use super::args::RunsArg;
use super::export::{failure, watched};
use super::failure::{Failure, Outcome, ResultExt as _};
use super::output::Output;
use super::{plain_text, runs_dir};
use crate::data::Monitor;
use crate::record::saved_file::write_file;
use crate::report::{Format, ReportError, Subject};

/// Write runs or a sweep as one page for a reader, as a table for a paper, or for a spreadsheet
#[derive(Debug, Args)]
#[command(after_help = "\
The page is one HTML file that opens offline in any browser and prints well: the question, the measures with their spread
over seeds, the data with its hash, the settings and what differs, curves, results, and the commands that repeat it. The
best is marked by validation, never by the test set. Runs that did not finish or are damaged are in it with what is wrong.

The table for a paper needs the LaTeX package booktabs.

Examples:
  atelier report RUN_DIR                                        writes report.html
  atelier report RUN_DIR OTHER_RUN_DIR --to compared.html --title \"Does sharing help?\"
  atelier report SWEEP_DIR --to sweep.html --latex sweep.tex --csv sweep.csv")]
pub(crate) struct ReportArgs {
    /// The run folders, or one sweep folder; or their names in the runs folder
    #[arg(value_name = "RUN_DIR|SWEEP_DIR", required = true)]
    pub(crate) runs: Vec<PathBuf>,
    /// The page to write [default: report.html, if no other file is named]
    #[arg(long, value_name = "FILE.html")]
    pub(crate) to: Option<PathBuf>,
    /// A table of the measures to write, in LaTeX
    #[arg(long, value_name = "FILE.tex")]
    pub(crate) latex: Option<PathBuf>,
    /// A table of settings and measures to write, a row for each run
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) csv: Option<PathBuf>,
    /// The title of the page and of the table
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Overwrite existing files
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Show no progress on stderr
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) folder: RunsArg,
}

/// The file that is written if none is named.
const DEFAULT: &str = "report.html";

/// Writes a report, a table for a paper, a table for a spreadsheet.
pub(super) fn run(args: &ReportArgs, out: &mut Output) -> Outcome {
    let files = files(args);
    for (_, path) in &files {
        if !args.overwrite && path.exists() {
            return Err(Failure::wrong(format!(
                "{} exists; name another file, or overwrite it with --overwrite",
                path.display()
            )));
        }
    }
    let folders = args.runs.iter();
    let folders: Vec<PathBuf> = folders
        .map(|run| runs_dir::find_run(run, &args.folder))
        .collect();
    if let Some(missing) = folders.iter().find(|folder| !folder.exists()) {
        return Err(Failure::wrong(format!(
            "there is no run or sweep {}; `atelier list` names them",
            missing.display()
        )));
    }
    let mut subject = Subject::of_folders(folders).or_wrong()?;
    subject.title.clone_from(&args.title);
    for (format, path) in &files {
        let write = |monitor: &Monitor| write_file(path, |to| subject.write(*format, to, monitor));
        watched(args.quiet, write)?.map_err(|error| match error {
            error @ ReportError::Write(_) => Failure::Failed(
                anyhow::Error::from(error).context(format!("cannot write {}", path.display())),
            ),
            error => failure(error),
        })?;
    }
    for (_, path) in &files {
        out.line(&plain_text::path(path))?;
    }
    Ok(())
}

/// What is written, and where.
fn files(args: &ReportArgs) -> Vec<(Format, PathBuf)> {
    let named = [
        (Format::Html, &args.to),
        (Format::Latex, &args.latex),
        (Format::Csv, &args.csv),
    ];
    let named = named.into_iter();
    let mut files: Vec<(Format, PathBuf)> = named
        .filter_map(|(format, path)| Some((format, path.clone()?)))
        .collect();
    if files.is_empty() {
        files.push((Format::Html, DEFAULT.into()));
    }
    files
}
