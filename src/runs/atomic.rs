//! Files and folders that are there whole or not at all, whenever the process is killed.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::record::files;

/// Replaces a file: writes beside it, syncs, renames.
///
/// # Errors
/// If the file system refuses; the old file is then still there.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // One thread writes a run, so one name beside the file is enough.
    let new = path.with_file_name(unfinished_name(path.file_name().unwrap_or_default()));
    let mut file = files::create(&new)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    drop(file);
    fs::rename(&new, path)
}

/// The name that a file has until it is complete.
fn unfinished_name(name: &OsStr) -> OsString {
    let mut unfinished = OsString::from(".");
    unfinished.push(name);
    unfinished.push(".tmp");
    unfinished
}

/// True for the name of a file that is still being written, or that a killed process left incomplete.
pub(crate) fn is_unfinished(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".") && name.ends_with(b".tmp")
}

/// Syncs a folder's files and the folder itself, so that a rename after it never exposes less than what was written.
///
/// # Errors
/// If the file system refuses.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folder(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    sync_entries(folder)
}

/// Makes renames inside a folder durable. Windows has no such call and needs none.
pub(crate) fn sync_entries(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// A folder that is replaced as a whole. At every instant one of `NAME` and `NAME.old` is complete once the first
/// replacement is through; `NAME` wins where both are there.
#[derive(Debug, Clone)]
pub(crate) struct AtomicFolder {
    current: PathBuf,
    old: PathBuf,
    new: PathBuf,
}

impl AtomicFolder {
    /// The folder `name` in `parent`.
    pub(crate) fn new(parent: &Path, name: &str) -> Self {
        Self {
            current: parent.join(name),
            old: parent.join(format!("{name}.old")),
            new: parent.join(format!("{name}.tmp")),
        }
    }

    /// The newest complete one.
    pub(crate) fn newest(&self) -> Option<&Path> {
        [&self.current, &self.old]
            .into_iter()
            .find(|folder| files::is_folder(folder))
            .map(PathBuf::as_path)
    }

    /// Removes what a killed process left, and gives the newest complete one its own name. For the only writer alone.
    ///
    /// # Errors
    /// If the file system refuses.
    pub(crate) fn clean(&self) -> io::Result<()> {
        remove(&self.new)?;
        if !files::is_folder(&self.old) {
            return remove(&self.old);
        }
        if files::is_folder(&self.current) {
            remove(&self.old)
        } else {
            remove(&self.current)?;
            fs::rename(&self.old, &self.current)
        }
    }

    /// An empty folder to write into; [`Self::commit`] puts it in place.
    ///
    /// # Errors
    /// If the file system refuses.
    pub(crate) fn begin(&self) -> io::Result<&Path> {
        remove(&self.new)?;
        fs::create_dir(&self.new)?;
        Ok(&self.new)
    }

    /// Puts what was written since [`Self::begin`] in place of the current one.
    ///
    /// # Errors
    /// If the file system refuses; the current one is then still there, perhaps as `NAME.old`.
    pub(crate) fn commit(&self) -> io::Result<()> {
        sync_folder(&self.new)?;
        if fs::symlink_metadata(&self.current).is_ok() {
            remove(&self.old)?;
            fs::rename(&self.current, &self.old)?;
        }
        fs::rename(&self.new, &self.current)?;
        if let Some(parent) = self.current.parent() {
            sync_entries(parent)?;
        }
        remove(&self.old)
    }
}

/// Removes a folder (or a file in its place), if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(folder: &AtomicFolder) -> Option<String> {
        folder
            .newest()
            .map(|path| fs::read_to_string(path.join("weights")).unwrap())
    }

    fn replace(folder: &AtomicFolder, text: &str) {
        let new = folder.begin().unwrap();
        fs::write(new.join("weights"), text).unwrap();
        folder.commit().unwrap();
    }

    #[test]
    fn a_complete_folder_is_there_at_every_stage_of_a_replacement() {
        let parent = tempfile::tempdir().unwrap();
        let folder = AtomicFolder::new(parent.path(), "checkpoint");
        assert_eq!(content(&folder), None);
        replace(&folder, "one");
        assert_eq!(content(&folder).as_deref(), Some("one"));

        // Killed while writing.
        fs::write(folder.begin().unwrap().join("weights"), "tw").unwrap();
        assert_eq!(content(&folder).as_deref(), Some("one"));

        // Killed between the two renames.
        fs::rename(&folder.current, &folder.old).unwrap();
        assert_eq!(content(&folder).as_deref(), Some("one"));
        replace(&folder, "two");
        assert_eq!(content(&folder).as_deref(), Some("two"));

        // Killed while the old one was being removed.
        fs::create_dir(&folder.old).unwrap();
        assert_eq!(content(&folder).as_deref(), Some("two"));
        replace(&folder, "three");
        assert_eq!(content(&folder).as_deref(), Some("three"));
        assert!(!folder.old.exists() && !folder.new.exists());
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_the_complete_one_kept() {
        let parent = tempfile::tempdir().unwrap();
        let folder = AtomicFolder::new(parent.path(), "checkpoint");
        folder.clean().unwrap();
        replace(&folder, "one");
        // Killed between the two renames, with the new one complete.
        fs::rename(&folder.current, &folder.old).unwrap();
        fs::write(folder.begin().unwrap().join("weights"), "two").unwrap();
        folder.clean().unwrap();
        assert_eq!(content(&folder).as_deref(), Some("one"));
        assert!(folder.current.is_dir() && !folder.old.exists() && !folder.new.exists());
        // Killed while the old one was being removed.
        fs::create_dir(&folder.old).unwrap();
        folder.clean().unwrap();
        assert_eq!(content(&folder).as_deref(), Some("one"));
        assert!(!folder.old.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let parent = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let target = outside.path().join("target");
        fs::write(&target, "untouched").unwrap();
        std::os::unix::fs::symlink(&target, parent.path().join(".run.json.tmp")).unwrap();
        write_file(&parent.path().join("run.json"), b"new").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "untouched");
        let folder = AtomicFolder::new(parent.path(), "checkpoint");
        std::os::unix::fs::symlink(outside.path(), &folder.current).unwrap();
        assert_eq!(folder.newest(), None);
        replace(&folder, "one");
        assert_eq!(content(&folder).as_deref(), Some("one"));
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        write_file(&path, b"old").unwrap();
        write_file(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
