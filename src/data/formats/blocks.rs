//! Text parsed in blocks on all cores, and put together in the order of the file.

use std::sync::{Condvar, Mutex, PoisonError};

use super::fields::Cut;
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

/// Parses what is left of `source` on all cores, each with a workspace `W` of its own: `parse` fills it from a block and returns the number
/// of lines, and `take` takes the block's content out of it, block by block in the order of the file. `first_line`: the number of the next line.
///
/// The first of several errors in the file is returned, whatever thread met it.
pub(crate) fn in_blocks<W: Default>(
    source: &mut Source<'_>,
    first_line: u64,
    parse: impl Fn(&[u8], &mut W) -> Result<u64, LineError> + Sync,
    mut take: impl FnMut(&mut W) + Send,
) -> Result<(), DataError> {
    in_blocks_of_records(source, first_line, None, parse, |part, _| {
        take(part);
        Ok(())
    })
}

/// As `in_blocks`, but no block ends within quotes. `parse` is called with all there is if a quote is never closed. `take` gets the number
/// of the block's first line, too.
pub(crate) fn in_blocks_of_records<W: Default>(
    source: &mut Source<'_>,
    first_line: u64,
    cut: Option<Cut>,
    parse: impl Fn(&[u8], &mut W) -> Result<u64, LineError> + Sync,
    take: impl FnMut(&mut W, u64) -> Result<(), DataError> + Send,
) -> Result<(), DataError> {
    let path = source.path().to_owned();
    let input = Mutex::new(Input {
        source,
        count: 0,
        open: Vec::new(),
    });
    let output = Output {
        state: Mutex::new(State {
            next: 0,
            line: first_line,
            ended: false,
            error: None,
            take,
        }),
        turn: Condvar::new(),
    };
    rayon::broadcast(|_| {
        let _guard = Guard(&output);
        let (mut workspace, mut block) = (W::default(), Vec::new());
        loop {
            let (index, read) = {
                let input = &mut *lock(&input);
                input.count += 1;
                (input.count - 1, input.next(&mut block, cut))
            };
            let parsed = match read {
                Ok(true) => Ok(Some(parse(&block, &mut workspace))),
                Ok(false) => Ok(None),
                Err(error) => Err(error),
            };
            let Some(mut state) = output.wait_for(index) else {
                return;
            };
            match parsed {
                Ok(Some(Ok(lines))) => {
                    let first = state.line;
                    state.line += lines;
                    if let Err(error) = (state.take)(&mut workspace, first) {
                        state.error = Some(error);
                        state.ended = true;
                    }
                }
                Ok(Some(Err(wrong))) => {
                    state.error = Some(DataError::Content {
                        place: Place {
                            path: path.clone(),
                            line: Some(state.line + wrong.line),
                            column: wrong.column,
                        },
                        problem: wrong.problem,
                        remedy: wrong.remedy,
                    });
                    state.ended = true;
                }
                Ok(None) => state.ended = true,
                Err(error) => {
                    state.error = Some(error);
                    state.ended = true;
                }
            }
            state.next += 1;
            output.turn.notify_all();
        }
    });
    let state = output.state.into_inner();
    match state.unwrap_or_else(PoisonError::into_inner).error {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Where the threads get their blocks from.
struct Input<'s, 'm> {
    source: &'s mut Source<'m>,
    /// Blocks that were handed out.
    count: usize,
    /// The beginning of a record that does not end in the block before.
    open: Vec<u8>,
}

/// A longer record is taken for a quote that nobody closed.
const LONGEST_RECORD: usize = 32 << 20;

impl Input<'_, '_> {
    fn next(&mut self, block: &mut Vec<u8>, cut: Option<Cut>) -> Result<bool, DataError> {
        loop {
            let more = self.source.next_block(block)?;
            if !self.open.is_empty() {
                let mut whole = std::mem::take(&mut self.open);
                whole.append(block);
                std::mem::swap(block, &mut whole);
            }
            let open = match cut {
                Some(cut) if more => open_record(block, cut),
                _ => None,
            };
            match open {
                // Without an end there is an error in the quotes, which `parse` meets.
                Some(at) if block.len() - at < LONGEST_RECORD => {
                    self.open = block.split_off(at);
                    if block.is_empty() {
                        continue;
                    }
                }
                _ => (),
            }
            return Ok(!block.is_empty());
        }
    }
}

/// Where the record begins that is not closed at the end of a block.
pub(crate) fn open_record(block: &[u8], cut: Cut) -> Option<usize> {
    let quote = cut.quote?.byte;
    let mut at = 0;
    // Lines without quotes are none of this.
    while let Some(next) = memchr::memchr(quote, &block[at..]) {
        at += memchr::memrchr(b'\n', &block[at..at + next]).map_or(0, |end| end + 1);
        match cut.end_of_record(&block[at..]) {
            Some(end) => at += end + 1,
            None => return Some(at),
        }
        if at >= block.len() {
            return None;
        }
    }
    None
}

/// Where the threads hand over their blocks, each when it is its turn.
struct Output<T> {
    state: Mutex<State<T>>,
    turn: Condvar,
}

struct State<T> {
    /// The block whose turn it is.
    next: usize,
    /// The number of its first line.
    line: u64,
    /// The file has ended, or there was an error.
    ended: bool,
    error: Option<DataError>,
    take: T,
}

impl<T> Output<T> {
    /// The state when it is the turn of a block; `None` if it will never be.
    fn wait_for(&self, index: usize) -> Option<std::sync::MutexGuard<'_, State<T>>> {
        let mut state = lock(&self.state);
        while state.next != index && !state.ended {
            state = self
                .turn
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        (!state.ended).then_some(state)
    }
}

/// Lets the other threads go if this one panics, so that the panic is seen.
struct Guard<'o, T>(&'o Output<T>);

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(&self.0.state).ended = true;
            self.0.turn.notify_all();
        }
    }
}

/// The records of a block, without their ends, and the number of lines of each. Line breaks within quotes belong to a record.
pub(crate) fn records(block: &[u8], cut: Cut) -> impl Iterator<Item = (&[u8], u64)> {
    let mut rest = block;
    let plain = cut
        .quote
        .is_none_or(|quote| memchr::memchr(quote.byte, block).is_none());
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = if plain {
            memchr::memchr(b'\n', rest)
        } else {
            cut.end_of_record(rest)
        };
        let end = end.unwrap_or(rest.len());
        let record = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        let breaks = if plain {
            0
        } else {
            memchr::memchr_iter(b'\n', record).count() as u64
        };
        Some((record.strip_suffix(b"\r").unwrap_or(record), breaks + 1))
    })
}

/// True if each line of a record with line breaks within quotes that are closed would be a record of `columns` fields by itself.
pub(crate) fn swallows_lines(record: &[u8], cut: Cut, columns: usize) -> bool {
    let by = Cut { quote: None, ..cut };
    record.contains(&b'\n')
        && super::fields::cut(record, cut, |_, _| ()).is_ok()
        && lines(record).all(|line| by.fields(line).len() == columns)
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
