//! Text parsed in blocks on all cores.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::source::{Source, lock};
use crate::data::{DataError, Place};

/// Something wrong in a block.
#[derive(Debug)]
pub(crate) struct LineError {
    /// The line within the block, from 0.
    pub line: u64,
    /// The column, from 1.
    pub column: Option<u64>,
    pub problem: String,
    pub remedy: String,
}

/// A parsed block.
pub(crate) struct Parsed<T> {
    pub content: T,
    pub lines: u64,
}

type Numbered<T> = (usize, Result<Parsed<T>, LineError>);

/// Parses what is left of `source` on all cores; the results stand in the order of the file. `first_line`: the number of the next line.
///
/// Of several errors the first in the file is returned, whatever thread met it.
pub(crate) fn in_blocks<T: Send>(
    source: &mut Source<'_>,
    first_line: u64,
    parse: impl Fn(&[u8]) -> Result<Parsed<T>, LineError> + Sync,
) -> Result<Vec<T>, DataError> {
    let path = source.path().to_owned();
    let input = Mutex::new((source, 0_usize));
    let results: Mutex<Vec<Numbered<T>>> = Mutex::default();
    let failure: Mutex<Option<DataError>> = Mutex::default();
    let stop = AtomicBool::new(false);
    let next = || {
        let (source, count) = &mut *lock(&input);
        match source.next_block() {
            Ok(block) => {
                *count += 1;
                Some((*count - 1, block?))
            }
            Err(error) => {
                stop.store(true, Ordering::Relaxed);
                *lock(&failure) = Some(error);
                None
            }
        }
    };
    rayon::broadcast(|_| {
        while !stop.load(Ordering::Relaxed)
            && let Some((index, block)) = next()
        {
            let parsed = parse(&block);
            if parsed.is_err() {
                stop.store(true, Ordering::Relaxed);
            }
            lock(&results).push((index, parsed));
        }
    });

    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_unstable_by_key(|(index, _)| *index);
    let mut line = first_line;
    let mut contents = Vec::with_capacity(results.len());
    for (_, result) in results {
        match result {
            Ok(parsed) => {
                line += parsed.lines;
                contents.push(parsed.content);
            }
            Err(error) => {
                return Err(DataError::Content {
                    place: Place {
                        path,
                        line: Some(line + error.line),
                        column: error.column,
                    },
                    problem: error.problem,
                    remedy: error.remedy,
                });
            }
        }
    }
    // Every block handed out before the failure was fine.
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(contents),
    }
}

/// The lines of a block, without their ends.
pub(crate) fn lines(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = block;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, after) = match memchr::memchr(b'\n', rest) {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &[][..]),
        };
        rest = after;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}
