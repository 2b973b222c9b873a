//! What names of files begin and end with: `*_leftImg8bit` of images, `*_gtFine_labelIds` of their masks.

use std::fmt;

use rustc_hash::FxHashMap;

/// Names that are looked at to find out what repeats.
const MOST_LOOKED_AT: usize = 4_000;
/// Beginnings and endings that are tried for each side.
const MOST_TRIED: usize = 24;
/// Beginnings and endings of one name.
const PER_NAME: usize = 5;

/// What stands before and behind the part of a name that both have. Small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Affix {
    pub(super) before: String,
    pub(super) behind: String,
}

impl Affix {
    /// `*_label` or `_label`.
    fn parse(text: &str) -> Self {
        let (before, behind) = text.split_once('*').unwrap_or(("", text));
        Self {
            before: before.to_lowercase(),
            behind: behind.to_lowercase(),
        }
    }

    /// The part of a name between; `None` if it has not both, or nothing between.
    pub(super) fn core<'n>(&self, name: &'n str) -> Option<&'n str> {
        let rest = name.strip_prefix(self.before.as_str())?;
        rest.strip_suffix(self.behind.as_str())
            .filter(|core| !core.is_empty())
    }

    pub(super) fn len(&self) -> usize {
        self.before.len() + self.behind.len()
    }
}

impl fmt::Display for Affix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}*{}", self.before, self.behind)
    }
}

/// Which names belong together: with the first around their common part, and with the second.
pub(super) type Pattern = [Affix; 2];

/// Reads `*_leftImg8bit|*_gtFine_color`, several with `;` between, as `data.pair` and `data.mask_pair` give them.
pub(super) fn parse(text: &str) -> Result<Vec<Pattern>, String> {
    let parts = text
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let patterns: Vec<Pattern> = parts
        .map(|part| {
            let (own, other) = part.split_once('|').ok_or_else(|| wrong(part))?;
            if own.matches('*').count() > 1 || other.matches('*').count() > 1 || other.contains('|')
            {
                return Err(wrong(part));
            }
            Ok([Affix::parse(own.trim()), Affix::parse(other.trim())])
        })
        .collect::<Result<_, String>>()?;
    if patterns.is_empty() {
        return Err(wrong(text));
    }
    Ok(patterns)
}

fn wrong(text: &str) -> String {
    format!(
        "is \"{text}\", but must be two names with a bar between and a star for the part that is the same, such as \"*_leftImg8bit|*_gtFine_color\""
    )
}

/// What many of the names begin with, and what many end with, the most frequent first; nothing is the first of each.
pub(super) fn frequent<'n>(names: impl Iterator<Item = &'n str>) -> [Vec<String>; 2] {
    let (mut before, mut behind) = (FxHashMap::default(), FxHashMap::default());
    let mut count = 0;
    for name in names.take(MOST_LOOKED_AT) {
        count += 1;
        let cuts: Vec<usize> = cuts(name).collect();
        // A separator belongs to what is taken off.
        let is_behind = |at: &&usize| name[..**at].ends_with(SEPARATORS) || !begins(name, **at);
        for &at in cuts.iter().filter(is_behind).take(PER_NAME) {
            *before.entry(&name[..at]).or_insert(0) += 1;
        }
        let is_before = |at: &&usize| !name[..**at].ends_with(SEPARATORS);
        for &at in cuts.iter().rev().filter(is_before).take(PER_NAME) {
            *behind.entry(&name[at..]).or_insert(0) += 1;
        }
    }
    [before, behind].map(|counts| {
        let least = (count / 20).max(2);
        let mut found: Vec<(&str, usize)> = counts
            .into_iter()
            .filter(|&(_, count)| count >= least)
            .collect();
        found.sort_by_key(|&(text, count)| (std::cmp::Reverse(count), text.len(), text));
        let texts = found.into_iter().map(|(text, _)| text.to_owned());
        std::iter::once(String::new())
            .chain(texts.take(MOST_TRIED))
            .collect()
    })
}

const SEPARATORS: [char; 4] = ['_', '-', '.', ' '];

/// True if a separator begins here.
fn begins(name: &str, at: usize) -> bool {
    name[at..].starts_with(SEPARATORS)
}

/// Where a name can be cut: before and behind a separator, and between letters and digits.
fn cuts(name: &str) -> impl Iterator<Item = usize> {
    let is_separator = |letter: char| SEPARATORS.contains(&letter);
    name.char_indices()
        .zip(name.chars().skip(1))
        .filter_map(move |((at, one), other)| {
            let cut = is_separator(one) != is_separator(other)
                || one.is_ascii_digit() != other.is_ascii_digit();
            cut.then_some(at + one.len_utf8())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_two_names_with_stars() {
        let patterns = parse("*_leftImg8bit|*_gtFine_color; IN-*|OUT-*.t").unwrap();
        assert_eq!(
            patterns[0][0].core("aachen_01_leftimg8bit"),
            Some("aachen_01")
        );
        assert_eq!(
            patterns[0][1].core("aachen_01_gtfine_color"),
            Some("aachen_01")
        );
        assert_eq!(patterns[1][1].core("out-7.t"), Some("7"));
        assert_eq!(patterns[1][1].core("out-.t"), None);
        assert_eq!(patterns[0][0].to_string(), "*_leftimg8bit");
        // Without a star it is an ending.
        assert_eq!(parse("_a|_b").unwrap()[0][1].core("x_b"), Some("x"));
        for text in ["", "a", "a|b|c", "*a*|b"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_repeats_is_found_at_both_ends() {
        let names = ["img001_rgb", "img002_rgb", "img003_depth", "img004_depth"];
        let [before, behind] = frequent(names.into_iter());
        assert_eq!(before[..2], ["", "img"]);
        assert!(behind.contains(&"_rgb".to_owned()) && behind.contains(&"_depth".to_owned()));
    }
}
