//! `atelier export`.

use super::args::ExportArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::output::Output;
use super::{plain_text, runs_dir};
use crate::runs::{self, RunFolder};

/// Copies what a run found into a folder of its own.
pub(super) fn run(args: &ExportArgs, out: &mut Output) -> Outcome {
    let folder = RunFolder::open(&runs_dir::find_run(&args.run, &args.runs)).or_wrong()?;
    let is_empty = |dir: &std::path::Path| {
        std::fs::read_dir(dir).map_or(!dir.exists(), |mut entries| entries.next().is_none())
    };
    if !is_empty(&args.to) {
        return Err(Failure::wrong(format!(
            "{} is not an empty folder; name a new one, so that nothing is overwritten",
            args.to.display()
        )));
    }
    runs::export(&folder, &args.to).or_failed()?;
    out.line(&plain_text::path(&args.to))?;
    Ok(())
}
