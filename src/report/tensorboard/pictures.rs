//! Snapshots as pictures.

use crate::record::{ArtifactKind, files};
use crate::report::material::ReportedRun;
use crate::runs::SnapshotRef;

/// Bytes of a picture that are read.
const MOST: u64 = 64 << 20;

/// The tag, the PNG and the size of a snapshot that is a picture; `None` of others, and of one that cannot be read.
pub(super) fn picture(
    run: &ReportedRun,
    snapshot: &SnapshotRef,
) -> Option<(String, Vec<u8>, (u32, u32))> {
    if snapshot.kind != ArtifactKind::TRANSLATIONS && snapshot.kind != ArtifactKind::IMAGE {
        return None;
    }
    let png = files::read(&run.artifact(&snapshot.file), MOST).ok()?;
    let size = png_size(&png)?;
    // Snapshots of one kind are one row, whatever the step in their names.
    let stem = snapshot
        .file
        .rsplit_once('.')
        .map_or(&*snapshot.file, |(stem, _)| stem);
    let tag = stem.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
    Some((tag.to_owned(), png, size))
}

/// The size that the header of a PNG says.
fn png_size(png: &[u8]) -> Option<(u32, u32)> {
    let header = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    (header.get(4..8)? == b"IHDR").then_some(())?;
    Some((number(8)?, number(12)?))
}
