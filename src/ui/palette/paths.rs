//! Paths in the palette: what is typed is completed from the folder that it names.

use std::path::{Path, PathBuf};

use eframe::egui::Context;

use crate::ui::jobs::Job;

/// More entries of a folder cannot be looked through by eye.
const MOST: usize = 200;

/// A file or folder whose name begins with what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Completion {
    /// The file or folder.
    pub(super) path: PathBuf,
    /// As it is typed: with a separator at its end if it is a folder.
    pub(super) text: String,
    /// A folder.
    pub(super) is_folder: bool,
}

/// The folder whose entries complete what is typed, read on a thread of its own: a disk in the network may be slow.
#[derive(Debug, Default)]
pub(super) struct Paths {
    /// The folder as it was typed, with the separator at its end.
    typed: String,
    entries: Vec<Completion>,
    job: Option<Job<Vec<Completion>>>,
}

impl Paths {
    /// The completions of `query`; `None` if it is not a path. Those of a folder that is still being read are missing.
    pub(super) fn complete(&mut self, ctx: &Context, query: &str) -> Option<Vec<Completion>> {
        let query = query.trim_start();
        let (typed, prefix) = split(query)?;
        if self.typed != typed {
            let (folder, text) = (expand(typed), typed.to_owned());
            typed.clone_into(&mut self.typed);
            self.entries.clear();
            self.job = Job::spawn("list a folder", ctx, move |_| list(&folder, &text)).ok();
        }
        if let Some(outcome) = self.job.as_ref().and_then(Job::poll) {
            self.job = None;
            self.entries = outcome.unwrap_or_default();
        }
        let prefix = prefix.to_lowercase();
        let name = |entry: &Completion| entry.text[typed.len()..].to_lowercase();
        let found = self
            .entries
            .iter()
            // Hidden files show once their dot is typed.
            .filter(|entry| name(entry).starts_with(&prefix))
            .filter(|entry| !prefix.is_empty() || !name(entry).starts_with('.'));
        Some(found.take(MOST).cloned().collect())
    }
}

/// The folder part of a typed path, with its last separator, and the rest; `None` if it is not a path.
fn split(query: &str) -> Option<(&str, &str)> {
    let is_path = query.starts_with(['/', '\\', '~', '.'])
        || query.as_bytes().get(1) == Some(&b':') && query.as_bytes()[0].is_ascii_alphabetic();
    let end = query.rfind(std::path::is_separator)? + 1;
    is_path.then(|| query.split_at(end))
}

/// The folder that a typed path means: `~` is the home folder.
fn expand(typed: &str) -> PathBuf {
    let home = || directories::UserDirs::new().map(|folders| folders.home_dir().to_path_buf());
    match typed.strip_prefix('~') {
        Some(rest) => home().map_or_else(
            || PathBuf::from(typed),
            |home| home.join(rest.trim_start_matches(std::path::is_separator)),
        ),
        None => PathBuf::from(typed),
    }
}

/// Folders first, each by name.
fn list(folder: &Path, typed: &str) -> Vec<Completion> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<Completion> = entries
        .filter_map(Result::ok)
        .map(|entry| {
            let path = entry.path();
            let is_folder = path.is_dir();
            let end = if is_folder { "/" } else { "" };
            let name = entry.file_name();
            Completion {
                text: format!("{typed}{}{end}", name.to_string_lossy()),
                path,
                is_folder,
            }
        })
        .collect();
    found.sort_by(|a, b| (b.is_folder.cmp(&a.is_folder)).then_with(|| a.text.cmp(&b.text)));
    found
}

#[cfg(test)]
mod tests {
    use super::{list, split};

    #[test]
    fn a_path_is_told_from_a_command() {
        assert_eq!(split("/data/films/ra"), Some(("/data/films/", "ra")));
        assert_eq!(split("~/"), Some(("~/", "")));
        assert_eq!(split("../data/u"), Some(("../data/", "u")));
        for text in ["", "ratings", "AutoRec a/b", "~", ".."] {
            assert_eq!(split(text), None, "{text}");
        }
    }

    #[test]
    fn a_folder_lists_its_folders_first_as_they_are_typed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("zebra")).unwrap();
        std::fs::write(folder.path().join("apple.csv"), "").unwrap();
        let found = list(folder.path(), "~/x/");
        let texts: Vec<&str> = found.iter().map(|entry| entry.text.as_str()).collect();
        assert_eq!(texts, ["~/x/zebra/", "~/x/apple.csv"]);
    }
}
