//! The hashes of a checkpoint's files: what has changed since it was written is not trained on.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::RunError;
use super::checkpoint::CheckpointInfo;
use crate::record::files;

/// Folders within each other in a checkpoint; the systems have one.
const DEEPEST: usize = 4;
/// Files in a checkpoint; the systems have a few dozen.
const MOST_FILES: usize = 10_000;

/// The hash of each file below a folder, but for `except`, by its path with `/` between folders.
///
/// # Errors
/// If one cannot be read, or there is anything but files and folders.
pub(super) fn hashes(folder: &Path, except: &str) -> io::Result<BTreeMap<String, String>> {
    let mut found = Vec::new();
    collect(folder, "", 0, &mut found)?;
    found.retain(|(name, _)| name != except);
    let hash = |(name, path): (String, PathBuf)| {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(files::open(&path)?)?;
        Ok((name, hasher.finalize().to_hex().to_string()))
    };
    found.into_iter().map(hash).collect()
}

/// Compares a checkpoint with the hashes in it. Those of earlier versions have none, and nothing is known of them.
///
/// # Errors
/// If a file has changed, is missing or is a link.
pub(crate) fn verify(checkpoint: &Path) -> Result<(), RunError> {
    let Some(info) = CheckpointInfo::find(checkpoint)? else {
        return Ok(());
    };
    if info.files.is_empty() {
        return Ok(());
    }
    let found =
        hashes(checkpoint, CheckpointInfo::NAME).map_err(RunError::io("read", checkpoint))?;
    for (name, expected) in &info.files {
        let reason = match found.get(name) {
            Some(own) if own == expected => continue,
            Some(_) => "its content is no longer what was written",
            None => "it is missing",
        };
        return Err(RunError::Damaged {
            path: checkpoint.join(name),
            reason: format!(
                "{reason}; copy the run folder from a backup, or train again with its config.toml"
            ),
        });
    }
    Ok(())
}

fn collect(
    folder: &Path,
    prefix: &str,
    depth: usize,
    found: &mut Vec<(String, PathBuf)>,
) -> io::Result<()> {
    let wrong = |what: String| Err(io::Error::new(io::ErrorKind::InvalidData, what));
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if kind.is_dir() && depth < DEEPEST {
            collect(&entry.path(), &format!("{name}/"), depth + 1, found)?;
        } else if kind.is_file() {
            found.push((name, entry.path()));
        } else {
            return wrong(format!(
                "{name} is neither a file nor a folder of a checkpoint"
            ));
        }
        if found.len() > MOST_FILES {
            return wrong(format!("there are more than {MOST_FILES} files in it"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_or_missing_file_is_named_and_older_checkpoints_are_believed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("weights", "one");
        fs::create_dir(folder.path().join("in")).unwrap();
        write("in/more", "two");
        verify(folder.path()).unwrap();
        CheckpointInfo::default().write(folder.path()).unwrap();
        verify(folder.path()).unwrap();
        write("in/more", "twO");
        let error = verify(folder.path()).unwrap_err().to_string();
        assert!(
            error.contains("more") && error.contains("backup"),
            "{error}"
        );
        fs::remove_file(folder.path().join("in/more")).unwrap();
        let error = verify(folder.path()).unwrap_err().to_string();
        assert!(error.contains("missing"), "{error}");
        // As earlier versions wrote it.
        write(
            "engine.json",
            r#"{"step":1,"epoch":1.0,"total_steps":2,"seconds":1.0,"done":false,"parameters":{}}"#,
        );
        verify(folder.path()).unwrap();
    }
}
