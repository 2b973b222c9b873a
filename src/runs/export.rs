//! A run's results, to take away.

use std::fs;
use std::io;
use std::path::Path;

use super::atomic::is_unfinished;
use super::folder::{ARTIFACTS, CONFIG, SUMMARY};
use super::labels::LABELS;
use super::{RunError, RunFolder, RunState};
use crate::record::files;

/// Copies a run's results into a folder, made if absent: `config.toml`, `run.json`, `metrics.csv` (every scalar), the artifacts
/// (predictions, tables, pictures), `labels.json` where a person wrote something, and `weights/` (the best ones, else the newest).
///
/// # Errors
/// If something cannot be read or written, or `to` is inside the run.
pub fn export(folder: &RunFolder, to: &Path) -> Result<(), RunError> {
    fs::create_dir_all(to).map_err(RunError::io("create", to))?;
    let to = &to.canonicalize().map_err(RunError::io("open", to))?;
    let own = folder
        .path()
        .canonicalize()
        .map_err(RunError::io("open", folder.path()))?;
    if to.starts_with(&own) {
        return Err(RunError::NotARun {
            path: to.clone(),
            reason: "the folder to export to must be outside the run folder".to_owned(),
        });
    }
    for name in [CONFIG, SUMMARY] {
        copy(&folder.path().join(name), &to.join(name))?;
    }
    let labels = folder.path().join(LABELS);
    if files::is_file(&labels) {
        copy(&labels, &to.join(LABELS))?;
    }
    write_metrics(&folder.replay()?.state, &to.join("metrics.csv"))?;
    if files::is_folder(&folder.artifacts()) {
        copy_folder(&folder.artifacts(), &to.join(ARTIFACTS))?;
    }
    if let Some(weights) = folder.best().or_else(|| folder.checkpoint()) {
        copy_folder(&weights, &to.join("weights"))?;
    }
    Ok(())
}

/// One row a point: `name,step,epoch,seconds,value`, which every plotting library groups by name.
fn write_metrics(state: &RunState, path: &Path) -> Result<(), RunError> {
    let failed = |error: csv::Error| RunError::io("write", path)(error.into());
    let mut writer = csv::Writer::from_path(path).map_err(failed)?;
    writer
        .write_record(["name", "step", "epoch", "seconds", "value"])
        .map_err(failed)?;
    for (name, series) in &state.series {
        for at in 0..series.len() {
            writer
                .write_record([
                    name.as_str(),
                    &series.steps[at].to_string(),
                    &series.epochs[at].to_string(),
                    &series.seconds[at].to_string(),
                    &series.values[at].to_string(),
                ])
                .map_err(failed)?;
        }
    }
    writer.flush().map_err(RunError::io("write", path))
}

fn copy(from: &Path, to: &Path) -> Result<(), RunError> {
    let copied = files::open(from).and_then(|mut own| io::copy(&mut own, &mut files::create(to)?));
    copied.map(drop).map_err(RunError::io("copy", from))
}

/// Copies the files of a folder and of those in it. Links are left out, and so are files that are still being written: the run may be live, and
/// its unfinished files are gone a moment later.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<(), RunError> {
    fs::create_dir_all(to).map_err(RunError::io("create", to))?;
    for entry in fs::read_dir(from).map_err(RunError::io("read", from))? {
        let entry = entry.map_err(RunError::io("read", from))?;
        let kind = entry.file_type().map_err(RunError::io("read", from))?;
        let target = to.join(entry.file_name());
        if kind.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if kind.is_file() && !is_unfinished(&entry.file_name()) {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_still_being_written_are_not_copied() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("in")).unwrap();
        for name in [
            "a.csv",
            "in/b.csv",
            ".a.csv.tmp",
            "in/.b.csv.tmp",
            ".hidden",
        ] {
            fs::write(from.join(name), name).unwrap();
        }
        copy_folder(&from, &to).unwrap();
        let there = |name: &str| to.join(name).is_file();
        assert!(there("a.csv") && there("in/b.csv") && there(".hidden"));
        assert!(!there(".a.csv.tmp") && !there("in/.b.csv.tmp"));
    }
}
