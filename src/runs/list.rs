//! Many run folders: list, rename, delete.

use std::fs;
use std::path::{Path, PathBuf};

use super::atomic;
use super::folder::{MAX_SUMMARY, SUMMARY};
use super::leftovers::DELETED;
use super::lock::RunLock;
use super::{Labels, RunError, RunFolder, RunId, RunSummary};
use crate::record::files;

/// A run in a list.
#[derive(Debug)]
pub struct Listed {
    /// Its folder.
    pub path: PathBuf,
    /// The folder's name.
    pub id: RunId,
    /// Its `run.json`, or what is wrong with it.
    pub summary: Result<RunSummary, RunError>,
    /// What a person wrote beside it, or what is wrong with that.
    pub labels: Result<Labels, RunError>,
}

/// The runs in a folder, newest first. None if the folder does not exist.
///
/// # Errors
/// If the folder cannot be read.
pub fn list(runs: &Path) -> Result<Vec<Listed>, RunError> {
    if !runs.exists() {
        return Ok(Vec::new());
    }
    let mut listed = Vec::new();
    for entry in fs::read_dir(runs).map_err(RunError::io("read", runs))? {
        let path = entry.map_err(RunError::io("read", runs))?.path();
        let hidden = path
            .file_name()
            .is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        if hidden {
            continue;
        }
        let Some(id) = RunId::of_folder(&path) else {
            continue;
        };
        let summary = match RunFolder::open(&path) {
            Err(RunError::NotARun { .. }) => continue,
            opened => opened.and_then(|folder| folder.summary()),
        };
        let labels = Labels::read(&path);
        listed.push(Listed {
            path,
            id,
            summary,
            labels,
        });
    }
    listed.sort_by(|a, b| b.id.cmp(&a.id));
    Ok(listed)
}

/// Gives a run that nobody works on another name. The folder keeps its own.
///
/// # Errors
/// If somebody works on it ([`crate::engine::Command::Rename`] is for that), or it cannot be written.
pub fn rename(folder: &Path, name: &str) -> Result<(), RunError> {
    let _lock = RunLock::of_free_run(folder)?;
    let path = folder.join(SUMMARY);
    let text = files::read_text(&path, MAX_SUMMARY).map_err(RunError::io("read", &path))?;
    let damaged = |error: serde_json::Error| RunError::Damaged {
        path: path.clone(),
        reason: error.to_string(),
    };
    let mut summary: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(damaged)?;
    summary.insert("name".to_owned(), name.into());
    let text = serde_json::to_vec_pretty(&summary).map_err(damaged)?;
    atomic::write_file(&path, &text).map_err(RunError::io("write", &path))
}

/// Deletes a run that nobody works on, for good.
///
/// # Errors
/// If somebody works on it, or it cannot be removed.
pub fn delete(folder: &Path) -> Result<(), RunError> {
    let folder = RunFolder::open(folder)?;
    let path = folder.path();
    let lock = RunLock::of_free_run(path)?;
    // Out of the list first: a half deleted run would show as a damaged one.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let doomed = path.with_file_name(format!("{DELETED}{name}"));
    fs::rename(path, &doomed).map_err(RunError::io("delete", path))?;
    drop(lock);
    fs::remove_dir_all(&doomed).map_err(RunError::io("delete", &doomed))
}
