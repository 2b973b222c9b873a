//! Which names belong together: those of two images of a pair, those of an image and its mask.

mod repeating;
mod told;

pub(super) use told::Matching;

use std::collections::hash_map::Entry;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization as _;

use super::affixes::{Affix, Pattern};
use repeating::{is_by_number_alone, repeating};

/// What names are matched for: decides between several that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Pairs,
    Masks,
}

/// How names were found to belong together that are not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum How {
    /// They differ in how letters with accents are written.
    Accents,
    /// They differ in capital letters.
    Case,
    /// The files have the same names, in other folders.
    Folders,
    /// A person's pattern.
    Given(Pattern),
    /// What repeats in all of them was taken off; and the other endings that fit as well.
    Repeating(Pattern, Vec<Pattern>),
}

/// Which of `others` belongs to each of the own, by position.
#[derive(Debug, Default)]
pub(super) struct Matched {
    pub(super) partner: Vec<Option<usize>>,
    /// What is to be said: how, how many, and one of them (own, other).
    pub(super) said: Vec<(How, usize, (usize, usize))>,
    /// What would match names, but tells nothing of whether they belong together: see [`is_by_number_alone`].
    pub(super) unsure: Option<Pattern>,
}

/// A name for comparing: composed, small letters, `/` between folders.
struct Plain {
    /// Accents composed, letters as they are.
    composed: String,
    folded: String,
}

impl Plain {
    fn of(key: &Path) -> Self {
        let parts: Vec<_> = key.iter().map(|part| part.to_string_lossy()).collect();
        let composed: String = parts.join("/").nfc().collect();
        Self {
            folded: composed.to_lowercase(),
            composed,
        }
    }

    /// The path of its folder, with the separator; and its own name.
    fn split(&self) -> (&str, &str) {
        self.folded
            .split_at(self.folded.rfind('/').map_or(0, |at| at + 1))
    }
}

/// Matches names: the same, else by a person's patterns, else the same but for accents or case, else by what repeats. `own` and `others`:
/// paths without endings.
pub(super) fn matched(
    own: &[&Path],
    others: &[&Path],
    patterns: &[Pattern],
    purpose: Purpose,
) -> Matched {
    let mut work = Work::new(own.len());
    if patterns.is_empty() {
        work.join(own.iter().map(Some), others.iter().map(Some), |_, _| None);
        if work.is_done(others.len()) {
            return work.matched;
        }
    }
    let plain = |keys: &[&Path]| -> Vec<Plain> { keys.iter().map(|key| Plain::of(key)).collect() };
    let (a, b) = (plain(own), plain(others));
    for pattern in patterns {
        let [first, second] = pattern;
        let how = |_, _| Some(How::Given(pattern.clone()));
        work.join(cores(&a, first), cores(&b, second), how);
    }
    if !patterns.is_empty() {
        work.join(own.iter().map(Some), others.iter().map(Some), |_, _| None);
    }
    let folded = |names: &[Plain]| -> Vec<Option<String>> {
        names.iter().map(|name| Some(name.folded.clone())).collect()
    };
    work.join(
        folded(&a).iter().map(Option::as_ref),
        folded(&b).iter().map(Option::as_ref),
        |one, other| {
            Some(if a[one].composed == b[other].composed {
                How::Accents
            } else {
                How::Case
            })
        },
    );
    if work.is_done(others.len()) || !patterns.is_empty() {
        return work.matched;
    }
    let by_name = |names: &[Plain]| -> Vec<Option<String>> {
        names
            .iter()
            .map(|name| Some(name.split().1.to_owned()))
            .collect()
    };
    work.join(
        by_name(&a).iter().map(Option::as_ref),
        by_name(&b).iter().map(Option::as_ref),
        |_, _| Some(How::Folders),
    );
    if !work.is_done(others.len())
        && let Some((pattern, also)) = repeating(&work, &a, &b, purpose)
    {
        if purpose == Purpose::Pairs && is_by_number_alone(&pattern, &a) {
            work.matched.unsure = Some(pattern);
        } else {
            let how = |_, _| Some(How::Repeating(pattern.clone(), also.clone()));
            work.join(cores(&a, &pattern[0]), cores(&b, &pattern[1]), how);
        }
    }
    work.matched
}

/// Each name without what is around its core, with its folder.
fn cores<'n>(
    names: &'n [Plain],
    affix: &'n Affix,
) -> impl Iterator<Item = Option<(&'n str, &'n str)>> {
    names.iter().map(|name| {
        let (folder, own) = name.split();
        Some((folder, affix.core(own)?))
    })
}

struct Work {
    matched: Matched,
    taken: FxHashSet<usize>,
    left: usize,
}

impl Work {
    fn new(own: usize) -> Self {
        Self {
            matched: Matched {
                partner: vec![None; own],
                ..Matched::default()
            },
            taken: FxHashSet::default(),
            left: own,
        }
    }

    fn is_done(&self, others: usize) -> bool {
        self.left == 0 || self.taken.len() == others
    }

    /// Matches those that are left and have the same key. Keys that several of one side have match nothing, but for the very same names
    /// (`1.png`, `1.jpg`), of which the first counts: `how` is `None` for those.
    fn join<K: std::hash::Hash + Eq + Copy>(
        &mut self,
        own: impl Iterator<Item = Option<K>>,
        others: impl Iterator<Item = Option<K>>,
        how: impl Fn(usize, usize) -> Option<How>,
    ) {
        let others = unique(others, |at| !self.taken.contains(&at));
        let own = unique(own, |at| self.matched.partner[at].is_none());
        let mut pairs: Vec<(usize, usize)> = own
            .iter()
            .filter_map(|(key, at)| {
                let (at, other) = (*at, *others.get(key)?);
                let (at, is_one) = at;
                let (other, is_other_one) = other;
                (how(at, other).is_none() || is_one && is_other_one).then_some((at, other))
            })
            .collect();
        pairs.sort_unstable();
        for (at, other) in pairs {
            self.matched.partner[at] = Some(other);
            self.taken.insert(other);
            self.left -= 1;
            let Some(how) = how(at, other) else { continue };
            let said = &mut self.matched.said;
            match said.iter_mut().find(|(known, ..)| *known == how) {
                Some((_, count, _)) => *count += 1,
                None => said.push((how, 1, (at, other))),
            }
        }
    }
}

/// The first position of each key, and whether it is the only one.
fn unique<K: std::hash::Hash + Eq>(
    keys: impl Iterator<Item = Option<K>>,
    is_left: impl Fn(usize) -> bool,
) -> FxHashMap<K, (usize, bool)> {
    let mut found = FxHashMap::default();
    for (at, key) in keys.enumerate() {
        let Some(key) = key.filter(|_| is_left(at)) else {
            continue;
        };
        match found.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert((at, true));
            }
            Entry::Occupied(mut entry) => entry.get_mut().1 = false,
        }
    }
    found
}

#[cfg(test)]
mod tests;
