//! Which images belong together, and which are held out.

use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustc_hash::FxHashMap;

use super::affixes::Pattern;
use super::names::{self, Matching, Purpose};
use super::{Domain, LeftOut, Picture, Reason};

/// The first picture of each name.
fn by_key(pictures: &[Picture]) -> FxHashMap<&Path, usize> {
    let mut found = FxHashMap::default();
    for (at, picture) in pictures.iter().enumerate() {
        found.entry(picture.pair_key()).or_insert(at);
    }
    found
}

/// Indices of images of the same name and size in two sets, each once: of several files of one name (`1.png`, `1.jpg`) the first.
pub(super) fn pairs(a: &[Picture], b: &[Picture]) -> Vec<(u32, u32)> {
    let (own, partners) = (by_key(a), by_key(b));
    (0..a.len())
        .filter(|at| own.get(a[*at].pair_key()) == Some(at))
        .filter_map(|at| {
            let partner = *partners.get(a[at].pair_key())?;
            (b[partner].size == a[at].size).then_some((at as u32, partner as u32))
        })
        .collect()
}

/// Finds the partners whose names differ; what is to be said of that.
pub(super) fn align(a: &[Picture], b: &mut [Picture], patterns: &[Pattern]) -> Matching {
    let own: Vec<&Path> = a.iter().map(|picture| picture.key.as_path()).collect();
    let others: Vec<&Path> = b.iter().map(|picture| picture.key.as_path()).collect();
    let matched = names::matched(&own, &others, patterns, Purpose::Pairs);
    let matching = Matching::of(&matched, &own, &others, Purpose::Pairs);
    for (at, other) in matched.partner.iter().enumerate() {
        if let Some(other) = other
            && b[*other].key != a[at].key
        {
            b[*other].partner = Some(a[at].key.clone());
        }
    }
    matching
}

/// Leaves out what has no partner of the same size, and puts both sets into one order.
pub(super) fn keep_pairs(a: &mut Vec<Picture>, b: &mut Vec<Picture>, left_out: &mut Vec<LeftOut>) {
    let kept = pairs(a, b);
    note_lonely(a, b, left_out);
    note_lonely(b, a, left_out);
    let (of_a, of_b): (Vec<u32>, Vec<u32>) = kept.into_iter().unzip();
    *a = pick(std::mem::take(a), &of_a);
    *b = pick(std::mem::take(b), &of_b);
}

fn note_lonely(own: &[Picture], others: &[Picture], left_out: &mut Vec<LeftOut>) {
    let (first, partners) = (by_key(own), by_key(others));
    for (at, picture) in own.iter().enumerate() {
        let namesake = first.get(picture.pair_key()).copied().unwrap_or(at);
        let reason = match partners.get(picture.pair_key()) {
            None => Reason::NoPartner,
            Some(&at) if others[at].size != picture.size => Reason::PartnerSize {
                own: picture.size,
                partner: others[at].size,
            },
            Some(_) if namesake != at => Reason::SameName(own[namesake].path.clone()),
            Some(_) => continue,
        };
        left_out.push(LeftOut {
            path: picture.path.clone(),
            reason,
        });
    }
}

fn pick(pictures: Vec<Picture>, indices: &[u32]) -> Vec<Picture> {
    let mut pictures: Vec<Option<Picture>> = pictures.into_iter().map(Some).collect();
    let taken = indices
        .iter()
        .filter_map(|&at| pictures[at as usize].take());
    taken.collect()
}

/// Moves a share of the training images into empty test sets, drawn from the seed; of pairs, both.
pub(super) fn hold_out(a: &mut Domain, b: &mut Domain, paired: bool, fraction: f32, seed: u64) {
    if paired && a.test.is_empty() && b.test.is_empty() {
        let held = draw(a.train.len(), fraction, seed, 0);
        split(a, &held);
        split(b, &held);
        return;
    }
    for (stream, domain) in [a, b].into_iter().enumerate() {
        if domain.test.is_empty() {
            let held = draw(domain.train.len(), fraction, seed, stream as u64);
            split(domain, &held);
        }
    }
}

fn split(domain: &mut Domain, held: &[bool]) {
    let mut held = held.iter();
    let (test, train) = std::mem::take(&mut domain.train)
        .into_iter()
        .partition(|_| held.next().copied().unwrap_or(false));
    (domain.train, domain.test) = (train, test);
}

/// Which of `count` are held out: the nearest number to the share, but at least one of two, and not all; none for a share of 0.
fn draw(count: usize, fraction: f32, seed: u64, stream: u64) -> Vec<bool> {
    let wanted = (count as f64 * f64::from(fraction)).round() as usize;
    let least = usize::from(fraction > 0.0);
    let wanted = wanted.max(least).min(count.saturating_sub(1));
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    let mut order: Vec<usize> = (0..count).collect();
    let mut held = vec![false; count];
    for at in 0..wanted {
        let other = at + ((u128::from(rng.next_u64()) * (count - at) as u128) >> 64) as usize;
        order.swap(at, other);
        held[order[at]] = true;
    }
    held
}
