//! `atelier report`.

use std::path::PathBuf;

use super::args::ReportArgs;
use super::export::{failure, watched};
use super::failure::{Failure, Outcome, ResultExt as _};
use super::output::Output;
use super::{plain_text, runs_dir};
use crate::data::Monitor;
use crate::engine::recommend::write_file;
use crate::report::{Format, ReportError, Subject};

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
