//! `atelier export`.

use std::path::Path;

use super::args::ExportArgs;
use super::failure::{Failure, Outcome, ResultExt as _};
use super::output::Output;
use super::{plain_text, runs_dir};
use crate::draw;
use crate::draw::chart::Style;
use crate::record::AugmentationScores;
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
    charts(&args.to.join("artifacts"))?;
    out.line(&plain_text::path(&args.to))?;
    Ok(())
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
