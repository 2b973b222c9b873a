//! What repeats in names: the beginnings and endings without which they match.

use rustc_hash::FxHashSet;

use super::{Plain, Purpose, Work, cores};
use crate::data::images::affixes::{self, Affix, Pattern};

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
pub(super) fn is_by_number_alone([first, second]: &Pattern, own: &[Plain]) -> bool {
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

/// What to take off so that most of the names that are left match; and what else would do as well.
pub(super) fn repeating(
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
