//! `events.jsonl`: one event a line, appended by the run's thread, replayed by whoever looks.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Deserialize;

use super::{Event, RunState, float};

/// A longer line is no event of ours: it is skipped and never held in memory.
const MAX_LINE: usize = 1 << 20;

/// Appends events. What could not be written stays in memory and is tried again with the next flush.
#[derive(Debug)]
pub(crate) struct EventLog {
    file: File,
    /// Bytes known to be in the file; what lies behind is the rest of a failed write.
    written: u64,
    pending: Vec<u8>,
}

impl EventLog {
    /// Opens the log, made if absent. A torn last line is cut off.
    ///
    /// # Errors
    /// Of the file system.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let written = complete_length(&mut file)?;
        file.set_len(written)?;
        Ok(Self {
            file,
            written,
            pending: Vec::new(),
        })
    }

    /// Takes an event in; [`Self::flush`] writes it.
    pub(crate) fn append(&mut self, event: &Event) {
        let length = self.pending.len();
        if serde_json::to_writer(&mut self.pending, event).is_ok() {
            self.pending.push(b'\n');
        } else {
            // Events are plain data with string keys, which always have a JSON form; half a line would spoil the next.
            self.pending.truncate(length);
        }
    }

    /// Bytes not in the file yet.
    pub(crate) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Hands what is pending to the operating system.
    ///
    /// # Errors
    /// Of the file system; everything stays pending.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.file.set_len(self.written)?;
        self.file.seek(SeekFrom::Start(self.written))?;
        self.file.write_all(&self.pending)?;
        self.written += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// [`Self::flush`], and onto the disk.
    ///
    /// # Errors
    /// Of the file system.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.file.sync_data()
    }

    /// Goes on in another file, with everything so far copied into it. Reads through the open file, which works even if its
    /// folder is gone.
    ///
    /// # Errors
    /// Of the file system; the old file stays the one written to.
    pub(crate) fn move_to(&mut self, path: &Path) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .open(path)?;
        self.file.seek(SeekFrom::Start(0))?;
        let copied = io::copy(&mut (&self.file).take(self.written), &mut file)?;
        file.write_all(&self.pending)?;
        file.sync_data()?;
        self.written = copied + self.pending.len() as u64;
        self.pending.clear();
        self.file = file;
        Ok(())
    }
}

/// The length up to and with the last line feed.
fn complete_length(file: &mut File) -> io::Result<u64> {
    const BLOCK: u64 = 1 << 16;
    let mut end = file.metadata()?.len();
    let mut block = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        file.seek(SeekFrom::Start(start))?;
        block.clear();
        (&*file).take(end - start).read_to_end(&mut block)?;
        if let Some(at) = memchr::memrchr(b'\n', &block) {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// What the events of a run say, and what of them could not be read.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// The fold over the events.
    pub state: RunState,
    /// Lines that are no events, the torn last one not counted.
    pub bad_lines: usize,
    /// The first of them and what is wrong with it.
    pub first_bad: Option<(usize, String)>,
}

/// Reads events into a state. The last line is dropped if it has no end: the process died while writing it.
///
/// # Errors
/// Of the reader.
pub(super) fn replay(reader: impl Read) -> io::Result<Replay> {
    let mut reader = BufReader::with_capacity(1 << 18, reader);
    let mut replay = Replay::default();
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        number += 1;
        let problem = match next_line(&mut reader, &mut line)? {
            Line::End => return Ok(replay),
            Line::TooLong => format!("longer than {MAX_LINE} bytes"),
            Line::Complete if line.trim_ascii().is_empty() => continue,
            Line::Complete => match apply_line(&mut replay.state, &line) {
                Ok(()) => continue,
                Err(error) => error.to_string(),
            },
        };
        replay.bad_lines += 1;
        replay.first_bad.get_or_insert((number, problem));
    }
}

/// The scalar event without a name to own: nearly every line is one, and this reads it several times as fast as the tagged
/// enum.
#[derive(Deserialize)]
struct ScalarLine<'a> {
    event: &'a str,
    name: &'a str,
    step: u64,
    #[serde(with = "float")]
    epoch: f64,
    #[serde(with = "float")]
    seconds: f64,
    #[serde(with = "float")]
    value: f64,
}

fn apply_line(state: &mut RunState, line: &[u8]) -> Result<(), serde_json::Error> {
    if line.starts_with(br#"{"event":"scalar""#)
        && let Ok(scalar) = serde_json::from_slice::<ScalarLine<'_>>(line)
        && scalar.event == "scalar"
    {
        state.apply_scalar(
            scalar.name,
            scalar.step,
            scalar.epoch,
            scalar.seconds,
            scalar.value,
        );
        return Ok(());
    }
    state.apply(&serde_json::from_slice(line)?);
    Ok(())
}

enum Line {
    Complete,
    TooLong,
    End,
}

/// The next line without its end, into `line`.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut too_long = false;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(Line::End);
        }
        let end = memchr::memchr(b'\n', buffer);
        let part = &buffer[..end.unwrap_or(buffer.len())];
        if line.len() + part.len() > MAX_LINE {
            too_long = true;
            line.clear();
        }
        if !too_long {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        reader.consume(used);
        if end.is_some() {
            return Ok(if too_long {
                Line::TooLong
            } else {
                Line::Complete
            });
        }
    }
}
