//! The files of a run folder, which may come from a stranger: regular files alone, never through a link, never more than asked for.
//!
//! Every file in a run folder is opened here. The folder itself may be reached through links: that is the choice of whoever names it.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// A file that is replaced so often while it is opened is not read.
const REPLACED: usize = 100;

/// Opens a regular file for reading. Never waits, as opening a pipe would.
///
/// # Errors
/// If it is not there, is a link, a pipe, a device or a folder, or cannot be read.
pub fn open(path: &Path) -> io::Result<File> {
    open_as(path, OpenOptions::new().read(true))
}

/// Opens a regular file for reading and writing, as it is; made if absent.
///
/// # Errors
/// As [`open`].
pub fn open_to_write(path: &Path) -> io::Result<File> {
    match open_as(path, OpenOptions::new().read(true).write(true)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path),
        opened => opened,
    }
}

/// A new, empty file, in place of whatever has its name: a link is removed, and what it points to stays as it is.
///
/// # Errors
/// If a folder has the name, or the file system refuses.
pub fn create(path: &Path) -> io::Result<File> {
    match fs::symlink_metadata(path) {
        Ok(_) => fs::remove_file(path)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // Fails rather than follow what another puts there in between.
    OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
}

/// The bytes of a regular file.
///
/// # Errors
/// As [`open`]; or if it is longer than `most` bytes.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let length = file.metadata()?.len();
    if length > most {
        return Err(too_long(length, most));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    // It may grow meanwhile.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(too_long(bytes.len() as u64, most));
    }
    Ok(bytes)
}

/// The text of a regular file.
///
/// # Errors
/// As [`read`]; or if it is not UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))
}

/// Opens a regular file that a person names, to which links may lead. Never waits, as opening a pipe would.
///
/// # Errors
/// As [`open`], but for links.
pub fn open_named(path: &Path) -> io::Result<File> {
    let path = fs::canonicalize(path)?;
    let kind = fs::metadata(&path)?.file_type();
    if !kind.is_file() && !kind.is_dir() {
        let what = "it is a pipe or a device, which may never end: give a file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    open(&path)
}

/// The text of a regular file that a person names, to which links may lead.
///
/// # Errors
/// As [`open_named`]; or if it is longer than `most` bytes, or no text in UTF-8.
pub fn read_named_text(path: &Path, most: u64) -> io::Result<String> {
    let file = open_named(path)?;
    let mut text = String::new();
    file.take(most.saturating_add(1))
        .read_to_string(&mut text)
        .map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => {
                io::Error::new(error.kind(), "it is no text in UTF-8: give another file")
            }
            _ => error,
        })?;
    if text.len() as u64 > most {
        let what =
            format!("it has more than {most} bytes, where no more make sense: give another file");
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    Ok(text)
}

/// True if there is a regular file of this name; a link is none.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// True if there is a folder of this name; a link is none.
#[must_use]
pub fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// True for the name of a file that lies in a folder, and nowhere else.
#[must_use]
pub fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0'])
}

fn open_as(path: &Path, options: &OpenOptions) -> io::Result<File> {
    // A run that goes on puts new files in the place of old ones: then it is looked at again.
    for _ in 0..REPLACED {
        let there = fs::symlink_metadata(path)?;
        check(&there)?;
        let file = options.open(path)?;
        let opened = file.metadata()?;
        check(&opened)?;
        if is_same(&there, &opened) {
            return Ok(file);
        }
    }
    Err(io::Error::other(
        "it was replaced again and again while it was opened",
    ))
}

/// What is neither file nor folder is named.
fn check(metadata: &Metadata) -> io::Result<()> {
    let kind = metadata.file_type();
    let what = if kind.is_file() {
        return Ok(());
    } else if kind.is_symlink() {
        "it is a link, and links in a run folder are not followed; put the file itself in its place"
    } else if kind.is_dir() {
        "it is a folder, where a file should be"
    } else {
        "it is a pipe or a device, where a file should be; remove it"
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

fn too_long(length: u64, most: u64) -> io::Error {
    let what = format!("it has {length} bytes, where at most {most} make sense: it is damaged");
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_up_to_the_length_that_makes_sense() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(open(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
        fs::write(&path, "12345").unwrap();
        assert_eq!(read_text(&path, 5).unwrap(), "12345");
        let error = read(&path, 4).unwrap_err().to_string();
        assert!(error.contains("5 bytes") && error.contains("at most 4"));
        assert!(
            open(folder.path())
                .unwrap_err()
                .to_string()
                .contains("folder")
        );
        assert!(is_file(&path) && !is_folder(&path) && is_folder(folder.path()));
    }

    #[test]
    fn a_file_that_is_replaced_meanwhile_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let replace = || {
            let new = folder.path().join("b");
            fs::write(&new, "new").unwrap();
            // Windows replaces no file that is open.
            let _ = fs::rename(&new, &path);
        };
        replace();
        let is_done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(std::sync::atomic::Ordering::Relaxed) {
                    replace();
                }
            });
            let read: Vec<_> = (0..20_000).map(|_| read_text(&path, 5)).collect();
            is_done.store(true, std::sync::atomic::Ordering::Relaxed);
            for text in read {
                assert_eq!(text.unwrap(), "new");
            }
        });
    }

    #[cfg(unix)]
    #[test]
    fn links_are_neither_read_nor_written_through_and_pipes_do_not_wait() {
        let folder = tempfile::tempdir().unwrap();
        let (outside, link) = (folder.path().join("outside"), folder.path().join("link"));
        fs::write(&outside, "untouched").unwrap();
        std::os::unix::fs::symlink(&outside, &link).unwrap();
        assert!(!is_file(&link));
        assert_eq!(read_named_text(&link, 9).unwrap(), "untouched");
        assert!(read_named_text(&link, 8).is_err());
        for error in [
            open(&link).unwrap_err(),
            open_to_write(&link).unwrap_err(),
            read(&link, 100).unwrap_err(),
        ] {
            assert!(error.to_string().contains("link"), "{error}");
        }
        let new = create(&link).unwrap();
        assert_eq!(new.metadata().unwrap().len(), 0);
        assert!(is_file(&link));
        assert_eq!(fs::read_to_string(&outside).unwrap(), "untouched");

        // A link to nothing is not made to something.
        let (nothing, dangling) = (
            folder.path().join("nothing"),
            folder.path().join("dangling"),
        );
        std::os::unix::fs::symlink(&nothing, &dangling).unwrap();
        assert!(open_to_write(&dangling).is_err());
        assert!(fs::symlink_metadata(&nothing).is_err());

        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if made.is_ok_and(|made| made.success()) {
            for error in [open(&pipe).unwrap_err(), open_to_write(&pipe).unwrap_err()] {
                assert!(error.to_string().contains("pipe"), "{error}");
            }
        }
        let device = open(Path::new("/dev/zero")).unwrap_err().to_string();
        assert!(device.contains("device"), "{device}");
    }

    #[test]
    fn names_that_lead_elsewhere_are_not_plain() {
        assert!(is_plain_name("translations_000009.png"));
        for name in ["", ".", "..", "../a", "a/b", "/etc/passwd", "c:a", "a\\b"] {
            assert!(!is_plain_name(name), "{name}");
        }
    }
}
