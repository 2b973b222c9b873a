//! What killed processes leave, and where it goes.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::atomic::{self, AtomicFolder};
use super::folder::{ARTIFACTS, BEST, CHECKPOINT};
use super::lock::RunLock;
use crate::record::files;

/// How the folder of a run is called until it is complete.
pub(super) const NEW: &str = ".new-";
/// How the folder of a run is called while it is deleted.
pub(super) const DELETED: &str = ".deleted-";
/// A folder without a lock this old is nobody's: its lock comes a moment after it.
const MOMENT: Duration = Duration::from_secs(600);

/// Removes the unfinished files of a run, for whoever holds its lock.
///
/// # Errors
/// If the file system refuses.
pub(super) fn clean(run: &Path) -> io::Result<()> {
    for name in [CHECKPOINT, BEST] {
        AtomicFolder::new(run, name).clean()?;
    }
    for folder in [run.to_owned(), run.join(ARTIFACTS)] {
        if !files::is_folder(&folder) {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if atomic::is_unfinished(&entry.file_name()) && !entry.file_type()?.is_dir() {
                atomic::remove(&entry.path())?;
            }
        }
    }
    Ok(())
}

/// Removes half-made and half-deleted runs in a folder of runs, unless somebody is at them. What cannot be removed stays for the next time.
pub(super) fn sweep(runs: &Path) {
    let Ok(entries) = fs::read_dir(runs) else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        let path = entry.path();
        let is_unfinished =
            name.starts_with(NEW.as_bytes()) || name.starts_with(DELETED.as_bytes());
        if is_unfinished && files::is_folder(&path) {
            remove_abandoned(&path);
        }
    }
}

/// Removes a half-made or half-deleted run, unless somebody is at it.
pub(super) fn remove_abandoned(folder: &Path) {
    let _lock = if RunLock::is_there(folder) {
        // Looked at first, so as not to wait for somebody who is at work.
        if RunLock::is_taken(folder) {
            return;
        }
        // Held until the folder is gone: whoever has just made it and comes for its lock finds it taken, and makes another.
        let Ok(Some(lock)) = RunLock::take(folder) else {
            return;
        };
        Some(lock)
    } else if is_old(folder) {
        None
    } else {
        return;
    };
    if let Err(error) = fs::remove_dir_all(folder) {
        tracing::debug!("{}: {error}", folder.display());
    }
}

fn is_old(folder: &Path) -> bool {
    let modified = fs::symlink_metadata(folder).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > MOMENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_files_of_a_run_go_and_all_others_stay() {
        let run = tempfile::tempdir().unwrap();
        let path = |name: &str| run.path().join(name);
        for folder in [
            "artifacts",
            "checkpoint",
            "checkpoint.old",
            "checkpoint.tmp",
            "best.old",
        ] {
            fs::create_dir(path(folder)).unwrap();
        }
        for file in [
            ".run.json.tmp",
            "artifacts/.a.csv.tmp",
            "run.json",
            "artifacts/a.csv",
        ] {
            fs::write(path(file), file).unwrap();
        }
        clean(run.path()).unwrap();
        let mut left: Vec<_> = walkdir::WalkDir::new(run.path())
            .min_depth(1)
            .into_iter()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        // Killed between two renames, the old one was the only complete one.
        assert_eq!(
            left,
            ["a.csv", "artifacts", "best", "checkpoint", "run.json"]
        );
    }

    #[test]
    fn abandoned_folders_are_swept_and_those_of_a_live_writer_are_not() {
        let runs = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let folder = runs.path().join(name);
            fs::create_dir(&folder).unwrap();
            folder
        };
        let (live, dead) = (make(".new-live"), make(".new-dead"));
        let (deleted, fresh) = (make(".deleted-a"), make(".new-fresh"));
        let other = make(".other");
        let lock = RunLock::take(&live).unwrap().unwrap();
        for folder in [&dead, &deleted, &other] {
            drop(RunLock::take(folder).unwrap().unwrap());
        }
        sweep(runs.path());
        assert!(live.is_dir() && fresh.is_dir() && other.is_dir());
        assert!(!dead.exists() && !deleted.exists());
        drop(lock);
        sweep(runs.path());
        assert!(!live.exists());
    }
}
