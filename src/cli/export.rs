//! `atelier export`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::args::ExportArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::output::{Output, say};
use super::progress::Progress;
use super::{interrupt, plain_text, runs_dir};
use crate::data::Monitor;
use crate::draw;
use crate::draw::chart::Style;
use crate::engine;
use crate::record::AugmentationScores;
use crate::report::{ReportError, Subject, tensorboard};
use crate::runs::{self, RunFolder};

const TICK: Duration = Duration::from_millis(50);

/// Copies what a run found into a folder of its own, and writes runs for TensorBoard.
pub(super) fn run(args: &ExportArgs, out: &mut Output) -> Outcome {
    for to in [&args.to, &args.tensorboard].into_iter().flatten() {
        if !is_empty(to) {
            return Err(Failure::wrong(format!(
                "{} is not an empty folder; name a new one, so that nothing is overwritten",
                to.display()
            )));
        }
    }
    let found = |run: &PathBuf| runs_dir::find_run(run, &args.runs);
    if let Some(to) = &args.tensorboard {
        let subject = Subject::of_folders(args.run.iter().map(found).collect()).or_wrong()?;
        let runs = subject.all_runs().or_wrong()?;
        let written = watched(false, |monitor| tensorboard::write(&runs, to, monitor))?;
        let written = written.map_err(failure)?;
        for warning in &written.warnings {
            say!("warning: {warning}");
        }
        for folder in &written.folders {
            out.line(&plain_text::path(folder))?;
        }
    }
    if let Some(to) = &args.to {
        let [run] = &args.run[..] else {
            return Err(Failure::wrong(
                "--to takes one run; for several use `atelier report`, or --tensorboard",
            ));
        };
        let folder = RunFolder::open(&found(run)).or_wrong()?;
        runs::export(&folder, to).or_failed()?;
        charts(&to.join("artifacts"))?;
        out.line(&plain_text::path(to))?;
    }
    Ok(())
}

fn is_empty(dir: &Path) -> bool {
    std::fs::read_dir(dir).map_or(!dir.exists(), |mut entries| entries.next().is_none())
}

/// Works on a thread of its own and shows how far it is; Ctrl-C cancels.
pub(super) fn watched<T: Send>(
    is_quiet: bool,
    work: impl FnOnce(&Monitor) -> T + Send,
) -> Outcome<T> {
    interrupt::watch();
    let mut progress = Progress::new(is_quiet);
    let monitor = Monitor::default();
    let done = std::thread::scope(|scope| {
        let worker = std::thread::Builder::new()
            .name("export".to_owned())
            .spawn_scoped(scope, || work(&monitor))
            .map_err(|error| Failure::failed(engine::machine::no_thread(&error)))?;
        while !worker.is_finished() {
            std::thread::sleep(TICK);
            if let Some(fraction) = monitor.fraction() {
                progress.share("writing", fraction);
            }
            if interrupt::interrupted() {
                monitor.cancel();
            }
        }
        worker
            .join()
            .map_err(|_| Failure::failed("writing failed unexpectedly; please report this"))
    });
    progress.finish();
    done
}

/// Which side an error of a report is on.
pub(super) fn failure(error: ReportError) -> Failure {
    match error {
        ReportError::Canceled => Failure::Stopped,
        error @ ReportError::Write(_) => Failure::Failed(error.into()),
        error => Failure::Wrong(error.into()),
    }
}

/// Draws the tables that say more as a picture, beside them.
fn charts(artifacts: &Path) -> Outcome {
    let table = artifacts.join(AugmentationScores::FILE);
    if table.is_file() {
        let scores = AugmentationScores::read(&table).map_err(Failure::failed)?;
        let picture = draw::augmentation(&scores, &draw::LIGHT).picture(&Style::print());
        for end in ["png", "svg"] {
            picture.save(&table.with_extension(end)).or_failed()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_augmentation_report_is_drawn_beside_its_table() {
        let folder = tempfile::tempdir().unwrap();
        charts(folder.path()).unwrap();
        let count = || std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(count(), 0);
        let table = folder.path().join(AugmentationScores::FILE);
        std::fs::write(&table, "class,a,b\nroad,0.8,0.9\nmean,0.8,0.9\n").unwrap();
        charts(folder.path()).unwrap();
        assert_eq!(count(), 3);
        let picture = image::open(table.with_extension("png")).unwrap().to_rgb8();
        let inked = picture.pixels().filter(|pixel| pixel.0 != [255; 3]);
        assert!(inked.count() > 5_000);
        let drawing = std::fs::read_to_string(table.with_extension("svg")).unwrap();
        assert!(drawing.contains(">road</text>"));
    }
}
