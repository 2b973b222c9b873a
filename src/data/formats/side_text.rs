//! Text that goes with the data, such as titles.

use std::path::Path;

use super::source::Source;
use crate::data::{DataError, Monitor, regular_file};

/// A text in UTF-8, and what should be known of how it was read.
#[derive(Debug)]
pub(crate) struct SideText {
    pub text: String,
    pub notices: Vec<String>,
}

/// Reads a text of at most `most` bytes, unpacked and decoded as data would be. `wanted`: what to give instead of something else.
pub(crate) fn read_text(path: &Path, most: u64, wanted: &str) -> Result<SideText, DataError> {
    regular_file::open(path, wanted)?;
    let monitor = Monitor::default();
    let mut source = Source::open(path, &monitor)?;
    let (mut bytes, mut block) = (Vec::new(), Vec::new());
    while source.next_block(&mut block)? {
        bytes.extend_from_slice(&block);
        if bytes.len() as u64 > most {
            return Err(DataError::content(
                path,
                format!("is larger than {} MB", most >> 20),
                format!("Give {wanted}"),
            ));
        }
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| DataError::content(path, "is no text", format!("Give {wanted}")))?;
    Ok(SideText {
        text,
        notices: source.notices(),
    })
}
