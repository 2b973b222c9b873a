//! `atelier resume`.

use std::path::Path;

use super::args::ResumeArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::follow::{conclude, engine, follow, refusal};
use super::output::Output;
use super::progress::Progress;
use super::{interrupt, loading, plain_text, runs_dir, sweep};
use crate::data::{DataError, Dataset};
use crate::engine::{RelocateError, relocate};
use crate::experiments::sweep::SweepFolder;
use crate::record::Status;
use crate::runs::RunFolder;

/// Goes on with a run.
pub(super) fn run(args: &ResumeArgs, out: &mut Output) -> Outcome {
    let path = runs_dir::find_run(&args.run, &args.runs);
    if SweepFolder::is_one(&path) {
        if args.data.is_some() {
            return Err(Failure::wrong(
                "--data is for one run; move the data of a sweep back to where its sweep.toml names it",
            ));
        }
        return sweep::go_on(&path, &args.follow, None, out);
    }
    let folder = RunFolder::open(&path).or_wrong()?;
    let state = folder.replay().or_wrong()?.state;
    let runs = folder
        .path()
        .parent()
        .ok_or_else(|| Failure::wrong("a run folder cannot be the root of a disk"))?;
    interrupt::watch();
    let mut progress = Progress::new(args.follow.quiet);
    let data = match &args.data {
        Some(new) => Some(moved(&folder, new, &mut progress)?),
        None => None,
    };
    if data.is_some() && folder.summary().or_wrong()?.status == Status::Finished {
        progress.finish();
        eprintln!("the run has finished: nothing is left to train");
        return Ok(());
    }
    let engine = engine(runs.to_path_buf(), &args.follow);
    let id = engine
        .resume_with(folder.path(), args.follow.device.into(), data)
        .map_err(refusal)?;
    let (state, ended) = follow(&engine, &id, state, &mut progress);
    progress.finish();
    let path = engine
        .folder(&id)
        .unwrap_or_else(|| folder.path().to_path_buf());
    engine.shutdown();
    conclude(out, &path, &state, ended, args.follow.quiet)
}

/// Reads the data of a run at another place, which its config names from now on.
fn moved(folder: &RunFolder, new: &Path, progress: &mut Progress) -> Outcome<Dataset> {
    let data = loading::watched(progress, |monitor| relocate(folder, new, monitor))?;
    let data = data.map_err(|error| match error {
        RelocateError::Data(DataError::Canceled) => Failure::Stopped,
        error => Failure::Wrong(error.into()),
    })?;
    let path = plain_text::path(&data.fingerprint().path);
    progress.warn(&format!(
        "the data is the run's, and its config names it at {path} now"
    ));
    Ok(data)
}
