//! Ways to cut lines into fields, and which of them suits a text best.

use super::SAMPLE;
use super::lines::Lines;
use crate::data::formats::dialect::Given;
use crate::data::formats::fields::{Cut, Delimiter, Quote, cut};
use crate::data::formats::footer;

/// A way to cut the lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    pub(super) cut: Cut,
    pub(super) columns: usize,
    /// The share of the records that have these columns.
    pub(super) share: f64,
    /// A record has line breaks within quotes.
    pub(super) breaks: bool,
    /// Records with a quote that does not enclose a field.
    pub(super) bad: usize,
    /// What all fields but the last of each line end with, if it is the same.
    pub(super) ends: Option<u8>,
}

/// The way to cut that gives most records the same number of fields, at least three (or else two).
pub(super) fn best_cut(
    lines: Lines<'_>,
    whole: bool,
    given: &Given,
    is_comment: &dyn Fn(&[u8]) -> bool,
) -> Option<Fit> {
    let known = [
        Delimiter::Colons,
        Delimiter::Byte(b'\t'),
        Delimiter::Byte(b';'),
        Delimiter::Byte(b'|'),
        Delimiter::Byte(b','),
        Delimiter::Spaces,
    ];
    let candidates = match given.delimiter {
        Some(delimiter) => vec![delimiter],
        None => known.to_vec(),
    };
    let fits_of = |candidates: Vec<Delimiter>| -> Vec<Fit> {
        let fits = candidates.into_iter().filter_map(|delimiter| {
            let fit = |quote| fit(lines, whole, Cut { delimiter, quote }, is_comment);
            best_quote(lines, delimiter, given, fit)
        });
        fits.collect()
    };
    let best = |fits: &[Fit], least: usize| {
        // Of equals the earlier; unless its fields all end with the other (`a,<tab>b`).
        let enough = fits.iter().filter(|fit| fit.columns >= least).rev();
        let best = enough.max_by(|a, b| a.share.total_cmp(&b.share)).copied()?;
        let behind = best.ends.map(Delimiter::Byte);
        let other = fits.iter().find(|fit| {
            Some(fit.cut.delimiter) == behind
                && fit.columns == best.columns
                && fit.share >= best.share
        });
        Some(other.copied().unwrap_or(best))
    };
    let fits = fits_of(candidates);
    let rare = || {
        // Those of databases and mainframes, only where each line agrees.
        let rare = [b'\x01', b'\x1f', b'^', b'~'].map(Delimiter::Byte).to_vec();
        let found = if given.delimiter.is_none() {
            fits_of(rare)
        } else {
            Vec::new()
        };
        best(&found, 3).filter(|fit| fit.share > 0.99)
    };
    best(&fits, 3)
        .filter(|fit| fit.share > 0.5)
        .or_else(rare)
        .or_else(|| best(&fits, 3))
        .or_else(|| best(&fits, 2))
}

pub(super) fn best_quote(
    lines: Lines<'_>,
    delimiter: Delimiter,
    given: &Given,
    fit: impl Fn(Option<Quote>) -> Option<Fit>,
) -> Option<Fit> {
    let single = Quote {
        byte: b'\'',
        backslash: false,
    };
    let mut quotes = given.quotes();
    let uses = |quote: &Option<Quote>| {
        quote.is_none_or(|quote| memchr::memchr(quote.byte, lines.rest).is_some())
    };
    if given.quote.is_none() && !uses(&Some(Quote::USUAL)) {
        quotes.truncate(1);
        if uses(&Some(single)) && encloses(lines, delimiter, single) {
            quotes.insert(0, Some(single));
        }
    }
    let fits: Vec<Fit> = quotes.into_iter().filter_map(fit).collect();
    let first = *fits.first()?;
    let off_is_usual = !matches!(delimiter, Delimiter::Byte(b',' | b';') | Delimiter::Spaces);
    let better = fits
        .iter()
        .skip(1)
        .find(|own| own.bad == 0 && (own.cut.quote.is_some() || off_is_usual || first.bad > 2));
    // Where each line is whole without quotes, those that swallow line breaks are letters.
    let off = fits.iter().find(|own| own.cut.quote.is_none());
    if let Some(off) = off
        && given.quote.is_none()
        && first.breaks
        && first.bad == 0
        && off.columns == first.columns
        && off.share >= 1.0
    {
        return Some(*off);
    }
    Some(match better {
        Some(better) if first.bad > 0 => *better,
        _ => first,
    })
}

/// True if a quote encloses a field in most lines.
pub(super) fn encloses(lines: Lines<'_>, delimiter: Delimiter, quote: Quote) -> bool {
    let by = Cut {
        delimiter,
        quote: None,
    };
    let (mut with, mut all) = (0, 0);
    for (_, line) in lines.take(SAMPLE) {
        let is_enclosed = |field: &&[u8]| {
            field.len() > 1 && field.starts_with(&[quote.byte]) && field.ends_with(&[quote.byte])
        };
        with += usize::from(by.fields(line).iter().any(is_enclosed));
        all += 1;
    }
    with * 2 > all
}

pub(super) fn fit(
    mut lines: Lines<'_>,
    whole: bool,
    by: Cut,
    is_comment: &dyn Fn(&[u8]) -> bool,
) -> Option<Fit> {
    let (mut counts, mut bad, mut breaks) = (Vec::new(), 0, false);
    let mut ends = rustc_hash::FxHashSet::default();
    while counts.len() < SAMPLE
        && let Some((_, record, closed)) = lines.next_record(by)
    {
        if record.trim_ascii().is_empty() || is_comment(record) || footer::is_rule(record) {
            continue;
        }
        if !closed && !whole && !counts.is_empty() {
            break;
        }
        breaks |= record.contains(&b'\n');
        bad += usize::from(cut(record, by, |_, _| ()).is_err());
        let fields = by.fields(record);
        if let Some((_, before)) = fields.split_last() {
            ends.extend(before.iter().map(|field| field.last().copied()));
        }
        counts.push(fields.len());
    }
    let (columns, times) = mode(&counts)?;
    Some(Fit {
        cut: by,
        columns,
        share: times as f64 / counts.len() as f64,
        breaks,
        bad,
        ends: (ends.len() == 1)
            .then(|| ends.into_iter().next())
            .flatten()
            .flatten(),
    })
}

/// The most common count, and how many times it occurs. Of equals the one of the earlier line.
pub(super) fn mode(counts: &[usize]) -> Option<(usize, usize)> {
    counts
        .iter()
        .map(|&count| (count, counts.iter().filter(|&&own| own == count).count()))
        .rev()
        .max_by_key(|(_, times)| *times)
}
