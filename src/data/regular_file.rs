//! Only regular files are opened: reading a device, a pipe or a socket may never end, and opening one may never return.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::Path;

use super::DataError;

/// Opens a file for reading; links are followed. `wanted`: what the file should be, for the remedy: "a file of ratings".
pub(crate) fn open(path: &Path, wanted: &str) -> Result<File, DataError> {
    // Asked by name first: opening a pipe waits until somebody writes to it.
    let metadata = std::fs::metadata(path).map_err(|error| DataError::read(path, error))?;
    check(path, &metadata, wanted)?;
    let file = File::open(path).map_err(|error| DataError::read(path, error))?;
    let metadata = file
        .metadata()
        .map_err(|error| DataError::read(path, error))?;
    check(path, &metadata, wanted)?;
    Ok(file)
}

/// The bytes of a file of at most `most` bytes.
pub(crate) fn read(path: &Path, most: u64, wanted: &str) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    open(path, wanted)?
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| DataError::read(path, error))?;
    if bytes.len() as u64 > most {
        return Err(DataError::content(
            path,
            format!("is larger than {} MB", most >> 20),
            format!("Give {wanted}"),
        ));
    }
    Ok(bytes)
}

fn check(path: &Path, metadata: &Metadata, wanted: &str) -> Result<(), DataError> {
    if metadata.is_file() {
        return Ok(());
    }
    Err(DataError::content(
        path,
        format!("is {}", kind(metadata)),
        format!("Give {wanted}"),
    ))
}

#[cfg(unix)]
fn kind(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a named pipe (FIFO), which may never end"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_char_device() || kind.is_block_device() {
        "a device, which may never end"
    } else {
        "no regular file"
    }
}

#[cfg(not(unix))]
fn kind(metadata: &Metadata) -> &'static str {
    if metadata.is_dir() {
        "a folder"
    } else {
        "no regular file"
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn problem(path: &Path) -> String {
        match open(path, "a file of ratings") {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_may_never_end_is_refused_by_name_before_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let message = problem(&pipe);
        assert!(message.contains("named pipe"), "{message}");
        assert!(message.contains("Give a file of ratings"), "{message}");
        let _listener =
            std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
        assert!(problem(&folder.path().join("socket")).contains("a socket"));
        assert!(problem(Path::new("/dev/zero")).contains("a device"));
        assert!(problem(folder.path()).contains("a folder"));
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        assert!(problem(&link).contains("a device"));
    }

    #[test]
    fn a_link_to_a_regular_file_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "12345").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(read(&link, 5, "it").unwrap(), b"12345");
        let message = read(&link, 4, "it").unwrap_err().to_string();
        assert!(message.contains("is larger than"), "{message}");
    }
}
