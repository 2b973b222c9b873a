//! What is said of names that were matched, and of those that were not.

use std::path::Path;

use rustc_hash::FxHashSet;

use super::{How, Matched, Purpose};
use crate::data::images::affixes::{Affix, Pattern};
use crate::data::load::counted;

/// What is to be said of names that were matched.
#[derive(Debug, Default)]
pub(in crate::data::images) struct Matching {
    pub(in crate::data::images) notices: Vec<String>,
    /// One name of each side that found none of the other.
    pub(in crate::data::images) unlike: Option<String>,
}

impl Matching {
    pub(in crate::data::images) fn of(
        matched: &Matched,
        own: &[&Path],
        others: &[&Path],
        purpose: Purpose,
    ) -> Self {
        let notices = matched
            .said
            .iter()
            .map(|(how, count, (at, other))| told(how, *count, own[*at], others[*other], purpose));
        let lonely = matched.partner.iter().position(Option::is_none);
        let taken: FxHashSet<usize> = matched.partner.iter().flatten().copied().collect();
        let unused = (0..others.len()).find(|at| !taken.contains(at));
        let unlike = lonely.zip(unused).map(|(at, other)| {
            let (one, two, key) = match purpose {
                Purpose::Pairs => ("an image of A", "one of B", "pair"),
                Purpose::Masks => ("an image", "a mask", "mask_pair"),
            };
            let (a, b) = (own[at].display(), others[other].display());
            match &matched.unsure {
                Some([first, second]) => format!(
                    "{one} is named {a}, {two} {b}: if those with the same number belong together, \
                     set data.{key} = \"{first}|{second}\""
                ),
                None => format!(
                    "{one} is named {a}, {two} {b}: the names must be the same, or data.{key} must say how they differ, \
                     such as data.{key} = \"*_photo|*_label\""
                ),
            }
        });
        Self {
            notices: notices.collect(),
            unlike,
        }
    }
}

fn told(how: &How, count: usize, own: &Path, other: &Path, purpose: Purpose) -> String {
    let (what, key) = match purpose {
        Purpose::Pairs => (counted(count, "pair has", "pairs have"), "pair"),
        Purpose::Masks => (counted(count, "mask has", "masks have"), "mask_pair"),
    };
    let example = format!("such as {} and {}", own.display(), other.display());
    match how {
        How::Accents => format!(
            "{what} names that differ only in how letters with accents are written, composed or decomposed ({example}): taken as the same"
        ),
        How::Case => {
            format!(
                "{what} names that differ only in capital letters ({example}): taken as the same"
            )
        }
        How::Folders => format!("{what} the same name in another folder ({example})"),
        How::Given(pattern) => {
            format!(
                "{what} names by {} of data.{key} ({example})",
                shown(pattern, own, other)
            )
        }
        How::Repeating(pattern, also) => {
            let also: Vec<String> = also
                .iter()
                .take(4)
                .map(|[_, other]| other.to_string())
                .collect();
            let also = if also.is_empty() {
                String::new()
            } else {
                format!("; there is {} too", also.join(", "))
            };
            format!(
                "{what} names by {}, found out from what repeats ({example}{also}): for another set data.{key}",
                shown(pattern, own, other)
            )
        }
    }
}

/// A pattern with the letters that stand in the names.
fn shown(pattern: &Pattern, own: &Path, other: &Path) -> String {
    let letters = |affix: &Affix, key: &Path| {
        let name = key.file_name().map(|name| name.to_string_lossy());
        let name = name.as_deref().unwrap_or_default();
        let cut = name.len().checked_sub(affix.behind.len());
        match (
            name.get(..affix.before.len()),
            cut.and_then(|at| name.get(at..)),
        ) {
            (Some(before), Some(behind))
                if before.to_lowercase() == affix.before
                    && behind.to_lowercase() == affix.behind =>
            {
                format!("{before}*{behind}")
            }
            _ => affix.to_string(),
        }
    };
    format!(
        "\"{}|{}\"",
        letters(&pattern[0], own),
        letters(&pattern[1], other)
    )
}
