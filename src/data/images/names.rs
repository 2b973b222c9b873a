//! Which names belong together: those of two images of a pair, those of an image and its mask.

use std::collections::hash_map::Entry;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization as _;

use super::affixes::{self, Affix, Pattern};
use crate::data::load::counted;

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

/// What is to be said of names that were matched.
#[derive(Debug, Default)]
pub(super) struct Matching {
    pub(super) notices: Vec<String>,
    /// One name of each side that found none of the other.
    pub(super) unlike: Option<String>,
}

impl Matching {
    pub(super) fn of(matched: &Matched, own: &[&Path], others: &[&Path], purpose: Purpose) -> Self {
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

/// Words of names of images that belong together.
const WORDS_OF_PAIRS: [&str; 30] = [
    "a",
    "b",
    "x",
    "y",
    "in",
    "out",
    "input",
    "output",
    "target",
    "source",
    "src",
    "tgt",
    "real",
    "photo",
    "image",
    "img",
    "rgb",
    "color",
    "leftimg8bit",
    "depth",
    "edge",
    "edges",
    "sketch",
    "label",
    "labels",
    "mask",
    "gt",
    "lr",
    "hr",
    "map",
];

/// True if names match by a number alone and nothing else says that they belong together: `day_0001` and `night_0001` may well be the
/// first image of each folder.
fn is_by_number_alone([first, second]: &Pattern, own: &[Plain]) -> bool {
    let says_pair = |affix: &Affix| {
        affix.len() == 0
            || format!("{} {}", affix.before, affix.behind)
                .split(|letter: char| !letter.is_ascii_alphanumeric())
                .any(|word| WORDS_OF_PAIRS.contains(&word))
    };
    let is_number = |core: &str| core.bytes().all(|byte| byte.is_ascii_digit());
    !says_pair(first)
        && !says_pair(second)
        && cores(own, first).flatten().all(|(_, core)| is_number(core))
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

/// What to take off so that most of the names that are left match; and what else would do as well.
fn repeating(
    work: &Work,
    a: &[Plain],
    b: &[Plain],
    purpose: Purpose,
) -> Option<(Pattern, Vec<Pattern>)> {
    let left_a: Vec<&Plain> = (0..a.len())
        .filter(|&at| work.matched.partner[at].is_none())
        .map(|at| &a[at])
        .take(MOST_NAMES)
        .collect();
    let left_b: Vec<&Plain> = (0..b.len())
        .filter(|at| !work.taken.contains(at))
        .map(|at| &b[at])
        .collect();
    let [before_a, behind_a] = affixes::frequent(left_a.iter().map(|name| name.split().1));
    let [before_b, behind_b] = affixes::frequent(left_b.iter().map(|name| name.split().1));
    let around = |before: &[String], behind: &[String]| {
        let behind = || behind.iter().enumerate();
        let pairs = before
            .iter()
            .enumerate()
            .flat_map(|before| behind().map(move |behind| (before, behind)));
        // Both at once only of the most frequent.
        pairs
            .filter(|((at, before), (place, behind))| {
                before.is_empty() || behind.is_empty() || at + place <= MOST_FOR_BOTH
            })
            .map(|((_, before), (_, behind))| Affix {
                before: before.clone(),
                behind: behind.clone(),
            })
            .collect::<Vec<_>>()
    };
    let affixes_a = around(&before_a, &behind_a);
    let affixes_b = around(&before_b, &behind_b);
    let keys = |names: &[&'_ Plain], affix: &Affix| -> FxHashSet<u64> {
        let mut seen = FxHashSet::default();
        let mut twice = FxHashSet::default();
        for name in names {
            let (folder, own) = name.split();
            if let Some(core) = affix.core(own) {
                let hash = hashed(&(folder, core));
                if !seen.insert(hash) {
                    twice.insert(hash);
                }
            }
        }
        seen.retain(|hash| !twice.contains(hash));
        seen
    };
    let of_b: Vec<(Affix, FxHashSet<u64>)> = affixes_b
        .into_iter()
        .map(|affix| {
            let keys = keys(&left_b, &affix);
            (affix, keys)
        })
        .collect();
    let mut found: Vec<(usize, Pattern)> = Vec::new();
    for affix_a in affixes_a {
        let of_a = keys(&left_a, &affix_a);
        for (affix_b, of_b) in &of_b {
            if affix_a.len() + affix_b.len() == 0 {
                continue;
            }
            let (few, many) = if of_a.len() < of_b.len() {
                (&of_a, of_b)
            } else {
                (of_b, &of_a)
            };
            let same = few.iter().filter(|key| many.contains(key)).count();
            if same >= 2 && 2 * same >= few.len() {
                found.push((same, [affix_a.clone(), affix_b.clone()]));
            }
        }
    }
    let most = found.iter().map(|(same, _)| *same).max()?;
    if 2 * most < left_a.len().min(left_b.len()) && most < left_a.len() / 10 {
        return None;
    }
    found.retain(|(same, _)| *same == most);
    found.sort_by_key(|(_, [own, other])| {
        let length = own.len() + other.len();
        (
            rank(other, purpose),
            length,
            own.behind.clone(),
            other.behind.clone(),
        )
    });
    let mut found = found.into_iter().map(|(_, pattern)| pattern);
    let best = found.next()?;
    // Others of another kind, not the same with more taken off.
    let mut also: Vec<Pattern> = Vec::new();
    for pattern in found {
        let is_more = |known: &Pattern| {
            pattern[1].behind.ends_with(&known[1].behind)
                && pattern[1].before.starts_with(&known[1].before)
        };
        if pattern[0] == best[0] && !is_more(&best) && !also.iter().any(is_more) {
            also.push(pattern);
        }
    }
    Some((best, also))
}

/// Beginnings and endings that are tried together: the sum of their places.
const MOST_FOR_BOTH: usize = 5;
/// Names that are tried, of many.
const MOST_NAMES: usize = 4_000;

fn hashed(key: &(&str, &str)) -> u64 {
    use std::hash::BuildHasher as _;
    rustc_hash::FxBuildHasher.hash_one(key)
}

/// Which of several kinds of masks or pictures is meant, the likeliest first.
fn rank(affix: &Affix, purpose: Purpose) -> usize {
    let text = format!("{}{}", affix.before, affix.behind);
    let kinds: &[&str] = match purpose {
        Purpose::Masks => &[
            "trainid", "labelid", "label", "mask", "seg", "gt", "", "color", "instance",
        ],
        Purpose::Pairs => &[
            "color", "colour", "rgb", "", "trainid", "labelid", "instance",
        ],
    };
    let at = |wanted: &str| !wanted.is_empty() && text.contains(wanted);
    // Instances and colors are so even where `gt` stands before them.
    let late = kinds
        .iter()
        .rposition(|kind| at(kind) && matches!(*kind, "color" | "instance"));
    let plain = kinds.iter().position(|kind| kind.is_empty());
    late.or_else(|| kinds.iter().position(|kind| at(kind)))
        .or(plain)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which belongs to which, by name.
    fn pairs(
        own: &[&str],
        others: &[&str],
        patterns: &str,
        purpose: Purpose,
    ) -> (Vec<(String, String)>, Matched) {
        let own: Vec<&Path> = own.iter().map(Path::new).collect();
        let others: Vec<&Path> = others.iter().map(Path::new).collect();
        let patterns = if patterns.is_empty() {
            Vec::new()
        } else {
            affixes::parse(patterns).unwrap()
        };
        let matched = matched(&own, &others, &patterns, purpose);
        let text = |path: &Path| path.display().to_string();
        let found = matched.partner.iter().enumerate();
        let found = found.filter_map(|(at, other)| Some((text(own[at]), text(others[(*other)?]))));
        (found.collect(), matched)
    }

    #[test]
    fn accents_and_case_are_no_difference_but_are_said() {
        // é in one and in two code points.
        let (found, matched) = pairs(
            &["caf\u{e9}", "B1", "x"],
            &["b1", "cafe\u{301}", "x"],
            "",
            Purpose::Pairs,
        );
        assert_eq!(found.len(), 3);
        assert_eq!(matched.partner, [Some(1), Some(0), Some(2)]);
        assert_eq!(
            matched.said,
            [(How::Accents, 1, (0, 1)), (How::Case, 1, (1, 0))]
        );
        // Two that differ in case alone are not told apart by guessing.
        let (found, _) = pairs(&["A", "a"], &["á", "A", "b"], "", Purpose::Pairs);
        assert_eq!(found, [("A".to_owned(), "A".to_owned())]);
        let (found, _) = pairs(&["C"], &["c", "ç"], "", Purpose::Pairs);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn what_repeats_is_taken_off_and_the_labels_are_preferred_as_masks() {
        let own: Vec<String> = (0..4)
            .map(|n| format!("city/c_{n}_19_leftImg8bit"))
            .collect();
        let kinds = ["gtFine_color", "gtFine_instanceIds", "gtFine_labelIds"];
        let others: Vec<String> = (0..4)
            .flat_map(|n| kinds.map(|kind| format!("city/c_{n}_19_{kind}")))
            .collect();
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let (found, matched) = pairs(&own, &others, "", Purpose::Masks);
        assert_eq!(found.len(), 4);
        assert!(
            found.iter().all(|(_, mask)| mask.ends_with("labelIds")),
            "{found:?}"
        );
        let [(How::Repeating(pattern, also), 4, _)] = matched.said.as_slice() else {
            panic!("{:?}", matched.said);
        };
        assert_eq!(pattern[0].to_string(), "*_leftimg8bit");
        assert_eq!(pattern[1].to_string(), "*_gtfine_labelids");
        assert_eq!(also.len(), 2);
        let (found, _) = pairs(&own, &others, "", Purpose::Pairs);
        assert!(
            found.iter().all(|(_, picture)| picture.ends_with("color")),
            "{found:?}"
        );
        let (found, matched) = pairs(
            &own,
            &others,
            "*_leftImg8bit|*_gtFine_instanceIds",
            Purpose::Masks,
        );
        assert!(
            found.iter().all(|(_, mask)| mask.ends_with("instanceIds")),
            "{found:?}"
        );
        assert!(matches!(matched.said[0], (How::Given(_), 4, _)));
    }

    #[test]
    fn beginnings_repeat_too_and_what_does_not_repeat_matches_nothing() {
        for (own, others) in [
            (
                ["img_1", "img_2", "img_10"],
                ["mask_10", "mask_1", "mask_2"],
            ),
            (
                ["rgb001", "rgb002", "rgb003"],
                ["depth003", "depth002", "depth001"],
            ),
            (["1a", "2a", "3a"], ["1b", "2b", "3b"]),
            (
                ["in_1_x", "in_2_x", "in_3_x"],
                ["out_1_y", "out_3_y", "out_2_y"],
            ),
            (["1", "2", "3"], ["1_L", "2_L", "3_L"]),
        ] {
            let (found, _) = pairs(&own, &others, "", Purpose::Pairs);
            assert_eq!(found.len(), 3, "{own:?} {others:?} {found:?}");
            let digits = |text: &str| {
                text.chars()
                    .filter(char::is_ascii_digit)
                    .collect::<String>()
            };
            assert!(
                found.iter().all(|(a, b)| digits(a) == digits(b)),
                "{found:?}"
            );
        }
        let numbered = pairs(
            &["day_1", "day_2"],
            &["night_1", "night_2"],
            "",
            Purpose::Pairs,
        );
        assert_eq!(numbered.0, [], "the first of each need not be a pair");
        let [first, second] = numbered.1.unsure.expect("a pattern to propose");
        assert_eq!(format!("{first}|{second}"), "day_*|night_*");
        let (found, _) = pairs(
            &["cat", "dog", "hen"],
            &["tree", "rose"],
            "",
            Purpose::Pairs,
        );
        assert_eq!(found, []);
    }

    #[test]
    fn the_same_names_in_other_folders_match_where_they_are_the_only_ones() {
        let (found, matched) = pairs(&["day/1", "day/2"], &["1", "2"], "", Purpose::Masks);
        assert_eq!(found.len(), 2);
        assert_eq!(matched.said[0].0, How::Folders);
        let (found, _) = pairs(&["x/1", "y/1"], &["1"], "", Purpose::Masks);
        assert_eq!(found, []);
    }
}
