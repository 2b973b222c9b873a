//! `atelier translate`.

use std::time::Duration;

use super::args::TranslateArgs;
use super::failure::{Failure, Outcome};
use super::output::{Output, say};
use super::progress::Progress;
use super::{interrupt, plain_text, runs_dir};
use crate::data::Monitor;
use crate::data::images::Side;
use crate::engine::machine;
use crate::engine::translate::{
    FolderReport, FolderTask, TranslateError, direction, open_translator, translate_folder,
};
use crate::systems::TranslateOptions;

const TICK: Duration = Duration::from_millis(50);
/// Skipped pictures that are named one by one.
const MOST_NAMED: usize = 20;

/// Translates a folder of pictures with a trained run.
pub(super) fn run(args: &TranslateArgs, out: &mut Output) -> Outcome {
    interrupt::watch();
    let mut progress = Progress::new(args.quiet);
    let done = follow(args, &mut progress);
    progress.finish();
    let (report, to) = done?;
    say!("{}", report.summary(to));
    for (path, why) in report.skipped.iter().take(MOST_NAMED) {
        say!("skipped: {} {why}", path.display());
    }
    if let Some(more) = report.skipped.len().checked_sub(MOST_NAMED + 1) {
        say!("skipped: {} more", more + 1);
    }
    if report.canceled {
        return Err(Failure::Stopped);
    }
    if report.written + report.kept == 0 {
        return Err(Failure::failed("none of the pictures could be translated"));
    }
    out.line(&plain_text::path(&args.output))?;
    Ok(())
}

/// Works on a thread of its own, which owns the translator, and shows how far it is.
fn follow(args: &TranslateArgs, progress: &mut Progress) -> Outcome<(FolderReport, Side)> {
    let monitor = Monitor::default();
    let done = std::thread::scope(|scope| {
        let worker = std::thread::Builder::new()
            .name("translate".to_owned())
            .spawn_scoped(scope, || {
                let _threads = machine::own_threads(1);
                work(args, &monitor)
            })
            .map_err(|error| Failure::failed(machine::no_thread(&error)))?;
        while !worker.is_finished() {
            std::thread::sleep(TICK);
            match monitor.fraction() {
                Some(fraction) => progress.share("translating", fraction),
                None => progress.doing("reading the weights"),
            }
            if interrupt::interrupted() {
                monitor.cancel();
            }
        }
        worker
            .join()
            .map_err(|_| Failure::failed("translating failed unexpectedly; please report this"))
    })?;
    done.map_err(|error| match error {
        TranslateError::Canceled => Failure::Stopped,
        error @ (TranslateError::Write { .. } | TranslateError::Failed(_)) => {
            Failure::Failed(error.into())
        }
        error => Failure::Wrong(error.into()),
    })
}

fn work(args: &TranslateArgs, monitor: &Monitor) -> Result<(FolderReport, Side), TranslateError> {
    let run = runs_dir::find_run(&args.run, &args.runs);
    let translator = open_translator(&run, args.device.into())?;
    let to = direction(&*translator, args.to.map(Side::from))?;
    let task = FolderTask {
        input: args.input.clone(),
        output: args.output.clone(),
        to,
        overwrite: args.overwrite,
        options: TranslateOptions::default(),
    };
    Ok((translate_folder(&*translator, &task, monitor)?, to))
}
