//! What a person writes beside a run: tags, a note, a pin. In a file of its own, which the run's thread never touches.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use serde_json::{Map, Value};

use super::{RunError, atomic};
use crate::record::files;

/// The file in a run folder.
pub(super) const LABELS: &str = "labels.json";

/// A longer file is none.
const MAX_BYTES: u64 = 64 << 10;

/// What a person wrote beside a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// Single words to find it by.
    pub tags: BTreeSet<String>,
    /// Anything else.
    pub note: String,
    /// It stays on top of lists.
    pub pinned: bool,
}

/// What cannot stand beside a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// A tag is too long.
    #[error("the tag {0:?} is longer than {max} letters; shorten it, or make it a note", max = Labels::MAX_TAG)]
    LongTag(String),
    /// A tag has letters that filters give a meaning, or that cannot be seen.
    #[error(
        "a tag can't contain {0:?}: filters couldn't find it; use letters, digits, `-`, `_`, `.` or `/`"
    )]
    Letter(char),
    /// Too many tags.
    #[error("a run can have {max} tags at most; remove some", max = Labels::MAX_TAGS)]
    ManyTags,
    /// The note is too long.
    #[error("a note can have {max} letters at most; shorten it", max = Labels::MAX_NOTE)]
    LongNote,
}

impl Labels {
    /// Letters of a tag at most.
    pub const MAX_TAG: usize = 48;
    /// Tags of a run at most.
    pub const MAX_TAGS: usize = 32;
    /// Letters of a note at most.
    pub const MAX_NOTE: usize = 4000;

    /// The tags in a text that separates them by spaces or commas; a `#` before a tag is left out.
    ///
    /// # Errors
    /// If one cannot be a tag, or they are too many.
    pub fn parse_tags(text: &str) -> Result<BTreeSet<String>, LabelError> {
        let words = text.split(|letter: char| letter.is_whitespace() || letter == ',');
        let tags: BTreeSet<String> = words
            .map(|word| word.trim_start_matches('#'))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        check_tags(&tags)?;
        Ok(tags)
    }

    /// True if nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Looks whether all of it can stand beside a run.
    ///
    /// # Errors
    /// If a tag or the note cannot.
    pub fn check(&self) -> Result<(), LabelError> {
        check_tags(&self.tags)?;
        if self.note.chars().count() > Self::MAX_NOTE {
            return Err(LabelError::LongNote);
        }
        Ok(())
    }

    /// Reads what stands beside the run in a folder; nothing, where nobody wrote anything.
    ///
    /// # Errors
    /// If the file is a link, too long or damaged. The run itself can still be used.
    pub fn read(run: &Path) -> Result<Self, RunError> {
        let path = run.join(LABELS);
        let Some(map) = read_map(&path)? else {
            return Ok(Self::default());
        };
        Self::from_map(&map).map_err(|reason| RunError::Damaged { path, reason })
    }

    /// Writes it beside the run in a folder, whether or not the run is at work. What a newer version wrote in the same file stays.
    ///
    /// # Errors
    /// If something of it cannot stand there, the file that is there is damaged, or the file system refuses.
    pub fn write(&self, run: &Path) -> Result<(), RunError> {
        let path = run.join(LABELS);
        self.check().map_err(|error| RunError::Labels {
            path: run.to_owned(),
            error,
        })?;
        let mut map = read_map(&path)?.unwrap_or_default();
        let old = Self::from_map(&map).map_err(|reason| RunError::Damaged {
            path: path.clone(),
            reason,
        })?;
        if old == *self {
            return Ok(());
        }
        let tags: Vec<Value> = self.tags.iter().map(|tag| tag.as_str().into()).collect();
        for (key, value) in [
            ("tags", (!tags.is_empty()).then_some(Value::Array(tags))),
            (
                "note",
                (!self.note.is_empty()).then(|| self.note.as_str().into()),
            ),
            ("pinned", self.pinned.then_some(Value::Bool(true))),
        ] {
            match value {
                Some(value) => map.insert(key.to_owned(), value),
                None => map.remove(key),
            };
        }
        if map.is_empty() {
            return atomic::remove(&path).map_err(RunError::io("remove", &path));
        }
        let text = serde_json::to_vec_pretty(&map).map_err(|error| RunError::Damaged {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        write_whole(&path, &text).map_err(RunError::io("write", &path))
    }

    /// Reads it, changes it, writes it.
    ///
    /// # Errors
    /// As [`Self::read`] and [`Self::write`].
    pub fn change(run: &Path, change: impl FnOnce(&mut Self)) -> Result<Self, RunError> {
        let mut labels = Self::read(run)?;
        change(&mut labels);
        labels.write(run)?;
        Ok(labels)
    }

    fn from_map(map: &Map<String, Value>) -> Result<Self, String> {
        let mut labels = Self::default();
        match map.get("tags") {
            None => {}
            Some(Value::Array(tags)) => {
                for tag in tags {
                    let tag = tag.as_str().ok_or("`tags` should be a list of words")?;
                    labels.tags.insert(tag.to_owned());
                }
            }
            Some(_) => return Err("`tags` should be a list of words".to_owned()),
        }
        match map.get("note") {
            None => {}
            Some(Value::String(note)) => labels.note.clone_from(note),
            Some(_) => return Err("`note` should be a text".to_owned()),
        }
        match map.get("pinned") {
            None => {}
            Some(Value::Bool(pinned)) => labels.pinned = *pinned,
            Some(_) => return Err("`pinned` should be true or false".to_owned()),
        }
        labels.check().map_err(|error| error.to_string())?;
        Ok(labels)
    }
}

/// The file as it is; `None` if there is none.
fn read_map(path: &Path) -> Result<Option<Map<String, Value>>, RunError> {
    let text = match files::read_text(path, MAX_BYTES) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(RunError::io("read", path)(error)),
    };
    let map = serde_json::from_str(&text).map_err(|error| RunError::Damaged {
        path: path.to_owned(),
        reason: format!("{error}; mend or remove it"),
    })?;
    Ok(Some(map))
}

/// A run that starts again removes unfinished files, so one may be gone before it is complete: then it is written once more.
fn write_whole(path: &Path, text: &[u8]) -> io::Result<()> {
    match atomic::write_file(path, text) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => atomic::write_file(path, text),
        written => written,
    }
}

fn check_tags(tags: &BTreeSet<String>) -> Result<(), LabelError> {
    if tags.len() > Labels::MAX_TAGS {
        return Err(LabelError::ManyTags);
    }
    for tag in tags {
        if tag.chars().count() > Labels::MAX_TAG {
            return Err(LabelError::LongTag(tag.clone()));
        }
        let is_wrong = |letter: &char| !letter.is_alphanumeric() && !"-_./+".contains(*letter);
        if let Some(letter) = tag.chars().find(is_wrong) {
            return Err(LabelError::Letter(letter));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn labels(tags: &str, note: &str, pinned: bool) -> Labels {
        Labels {
            tags: Labels::parse_tags(tags).unwrap(),
            note: note.to_owned(),
            pinned,
        }
    }

    #[test]
    fn tags_are_words_and_what_a_filter_cannot_find_is_none() {
        let tags = Labels::parse_tags(" final, #icml  v1.2 final ").unwrap();
        assert_eq!(
            tags.into_iter().collect::<Vec<_>>(),
            ["final", "icml", "v1.2"]
        );
        assert_eq!(Labels::parse_tags("a:b"), Err(LabelError::Letter(':')));
        assert_eq!(
            Labels::parse_tags("a\u{202e}b"),
            Err(LabelError::Letter('\u{202e}'))
        );
        let long = "a".repeat(49);
        assert_eq!(Labels::parse_tags(&long), Err(LabelError::LongTag(long)));
        let many: Vec<String> = (0..33).map(|number| number.to_string()).collect();
        assert_eq!(
            Labels::parse_tags(&many.join(" ")),
            Err(LabelError::ManyTags)
        );
    }

    #[test]
    fn what_was_written_is_read_and_an_empty_file_is_not_kept() {
        let run = tempfile::tempdir().unwrap();
        assert_eq!(Labels::read(run.path()).unwrap(), Labels::default());
        let own = labels("final", "a \"note\"\nof two lines", true);
        own.write(run.path()).unwrap();
        assert_eq!(Labels::read(run.path()).unwrap(), own);
        let changed = Labels::change(run.path(), |labels| labels.pinned = false).unwrap();
        assert_eq!(changed, labels("final", &own.note, false));
        assert_eq!(Labels::read(run.path()).unwrap(), changed);
        Labels::default().write(run.path()).unwrap();
        assert_eq!(fs::read_dir(run.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_newer_version_wrote_stays() {
        let run = tempfile::tempdir().unwrap();
        let path = run.path().join(LABELS);
        fs::write(&path, r#"{"stars":3,"tags":["a"]}"#).unwrap();
        Labels::change(run.path(), |labels| labels.tags.clear()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value, serde_json::json!({"stars": 3}));
    }

    #[test]
    fn a_damaged_file_is_said_and_never_overwritten() {
        let run = tempfile::tempdir().unwrap();
        let path = run.path().join(LABELS);
        for text in [
            "{\"tags\":",
            "[]",
            r#"{"tags":"final"}"#,
            r#"{"tags":[3]}"#,
            r#"{"note":7}"#,
            r#"{"pinned":1}"#,
            r#"{"tags":["a b"]}"#,
        ] {
            fs::write(&path, text).unwrap();
            let error = Labels::read(run.path()).unwrap_err().to_string();
            assert!(error.contains("labels.json is damaged"), "{error}");
            assert!(labels("final", "", false).write(run.path()).is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::write(&path, vec![b' '; 70 << 10]).unwrap();
        let error = Labels::read(run.path()).unwrap_err().to_string();
        assert!(error.contains("71680 bytes"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let run = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let target = outside.path().join("target");
        fs::write(&target, r#"{"note":"secret"}"#).unwrap();
        std::os::unix::fs::symlink(&target, run.path().join(LABELS)).unwrap();
        let error = Labels::read(run.path()).unwrap_err().to_string();
        assert!(error.contains("link"), "{error}");
        assert!(labels("a", "", false).write(run.path()).is_err());
        let text = fs::read_to_string(&target).unwrap();
        assert_eq!(text, r#"{"note":"secret"}"#);
    }
}
