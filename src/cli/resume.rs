//! `atelier resume`.

use super::args::ResumeArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::follow::{conclude, engine, follow, refusal};
use super::output::Output;
use super::progress::Progress;
use super::{interrupt, runs_dir};
use crate::runs::RunFolder;

/// Goes on with a run.
pub(super) fn run(args: &ResumeArgs, out: &mut Output) -> Outcome {
    let folder = RunFolder::open(&runs_dir::find_run(&args.run, &args.runs)).or_wrong()?;
    let state = folder.replay().or_wrong()?.state;
    let runs = folder
        .path()
        .parent()
        .ok_or_else(|| Failure::wrong("a run folder cannot be the root of a disk"))?;
    interrupt::watch();
    let engine = engine(runs.to_path_buf(), &args.follow);
    let id = engine
        .resume(folder.path(), args.follow.device.into())
        .map_err(refusal)?;
    let mut progress = Progress::new(args.follow.quiet);
    let (state, ended) = follow(&engine, &id, state, &mut progress);
    progress.finish();
    let path = engine
        .folder(&id)
        .unwrap_or_else(|| folder.path().to_path_buf());
    engine.shutdown();
    conclude(out, &path, &state, ended, args.follow.quiet)
}
