//! `atelier report`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::args::ReportArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::output::Output;
use super::progress::Progress;
use super::{interrupt, plain_text, runs_dir};
use crate::data::Monitor;
use crate::engine::recommend::write_file;
use crate::report::{Format, ReportError, Subject};

const TICK: Duration = Duration::from_millis(50);
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
    interrupt::watch();
    let mut progress = Progress::new(args.quiet);
    let written = files
        .iter()
        .try_for_each(|(format, path)| write(&subject, *format, path, &mut progress));
    progress.finish();
    written?;
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

/// Writes on a thread of its own and shows how far it is; Ctrl-C leaves nothing.
fn write(subject: &Subject, format: Format, path: &Path, progress: &mut Progress) -> Outcome {
    let monitor = Monitor::default();
    let written = std::thread::scope(|scope| {
        let worker = std::thread::Builder::new()
            .name("report".to_owned())
            .spawn_scoped(scope, || {
                write_file(path, |to| subject.write(format, to, &monitor))
            })
            .or_failed()?;
        while !worker.is_finished() {
            std::thread::sleep(TICK);
            match monitor.fraction() {
                Some(fraction) => progress.share("writing the report", fraction),
                None => progress.doing("reading the runs"),
            }
            if interrupt::interrupted() {
                monitor.cancel();
            }
        }
        worker
            .join()
            .map_err(|_| Failure::failed("writing failed unexpectedly; please report this"))
    })?;
    written.map_err(|error| match error {
        ReportError::Canceled => Failure::Stopped,
        error @ ReportError::Write(_) => Failure::Failed(
            anyhow::Error::from(error).context(format!("cannot write {}", path.display())),
        ),
        error => Failure::Wrong(error.into()),
    })
}
