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
